"""The schema, as an append-only story: a migration that has been released is never edited, only followed."""

from datetime import UTC, datetime, time, timedelta, timezone

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from monitor.dates import doubt
from monitor.fingerprint import dated
from monitor.store.chain import change_link, content_digest, received_digest, revision_link
from monitor.store.packing import pack_item, pack_markup, unpack_item
from monitor.store.stories import note_editions

APPLICATION_ID = 0x4A525348
"""«JRSH», so that `file jarshy.db` and we ourselves know whose database this is."""

migrations = Migrations("jarshy")


def _run(db: Database, script: str) -> None:
    """Each statement by itself: executescript() would commit, and a migration must be whole or nothing."""
    for statement in script.split(";\n"):
        if statement.strip():
            db.execute(statement)


@migrations()
def m001_releases(db: Database) -> None:
    """Agencies, releases, their editions in a language, and every wording an edition ever had."""
    _run(
        db,
        """
        CREATE TABLE agencies (
            slug TEXT PRIMARY KEY,
            name_kk TEXT NOT NULL,
            name_ru TEXT NOT NULL,
            name_en TEXT NOT NULL,
            kind TEXT NOT NULL,
            followed INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE TABLE releases (
            id INTEGER PRIMARY KEY,
            source TEXT NOT NULL,
            source_id TEXT NOT NULL,
            agency TEXT NOT NULL REFERENCES agencies (slug),
            url TEXT NOT NULL,
            published_at TEXT,
            published_on TEXT,
            published_precision TEXT CHECK (published_precision IN ('minute', 'day')),
            published_raw TEXT NOT NULL DEFAULT '',
            first_seen_at TEXT NOT NULL,
            last_seen_at TEXT NOT NULL,
            status TEXT NOT NULL CHECK (status IN ('listed', 'suspected', 'removed', 'unseen')),
            origin TEXT NOT NULL CHECK (origin IN ('crawl', 'dump')),
            story_id INTEGER,
            UNIQUE (source, source_id)
        ) STRICT;
        CREATE INDEX releases_by_agency ON releases (agency, published_at);
        CREATE TABLE release_agencies (
            release_id INTEGER NOT NULL REFERENCES releases (id),
            agency TEXT NOT NULL REFERENCES agencies (slug),
            first_seen_at TEXT NOT NULL,
            last_seen_at TEXT NOT NULL,
            PRIMARY KEY (release_id, agency)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX release_agencies_by_agency ON release_agencies (agency, release_id);
        CREATE TABLE editions (
            id INTEGER PRIMARY KEY,
            release_id INTEGER NOT NULL REFERENCES releases (id),
            lang TEXT NOT NULL,
            title TEXT NOT NULL,
            text TEXT NOT NULL,
            html TEXT NOT NULL,
            attachments TEXT NOT NULL DEFAULT '[]',
            images TEXT NOT NULL DEFAULT '[]',
            published_at TEXT,
            published_raw TEXT NOT NULL DEFAULT '',
            fingerprint TEXT NOT NULL,
            digest TEXT NOT NULL,
            revisions INTEGER NOT NULL DEFAULT 1,
            first_seen_at TEXT NOT NULL,
            updated_at TEXT NOT NULL,
            ordered_at TEXT NOT NULL,
            status TEXT NOT NULL CHECK (status IN ('listed', 'suspected', 'removed', 'unseen')),
            suspected_at TEXT,
            confirmed_at TEXT,
            evidence TEXT,
            UNIQUE (release_id, lang)
        ) STRICT;
        -- Wide on purpose: a feed filters by these, and a row drags its long texts along.
        CREATE INDEX editions_in_order ON editions (ordered_at DESC, id DESC, release_id, lang, status);
        CREATE INDEX editions_suspected ON editions (suspected_at, release_id) WHERE status = 'suspected';
        CREATE TABLE revisions (
            id INTEGER PRIMARY KEY,
            edition_id INTEGER NOT NULL REFERENCES editions (id),
            number INTEGER NOT NULL,
            title TEXT NOT NULL,
            text TEXT,
            fingerprint TEXT NOT NULL,
            seen_at TEXT NOT NULL,
            parser INTEGER NOT NULL,
            digest TEXT NOT NULL,
            chain TEXT NOT NULL,
            UNIQUE (edition_id, number)
        ) STRICT;
        CREATE INDEX revisions_by_digest ON revisions (digest);
        CREATE TABLE raw_items (
            digest TEXT PRIMARY KEY,
            item BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;
        """,
    )
    db.table("editions").enable_fts(
        ["title", "text"], create_triggers=True, tokenize="unicode61 remove_diacritics 2"
    )
    # As sqlite-utils makes it, the trigger indexes both texts anew at every update of any column.
    [(trigger,)] = db.execute("SELECT sql FROM sqlite_master WHERE name = 'editions_au'").fetchall()
    db.execute("DROP TRIGGER editions_au")
    db.execute(trigger.replace("AFTER UPDATE ON", "AFTER UPDATE OF title, text ON"))


@migrations()
def m002_journal(db: Database) -> None:
    """What was decided, and what is owed because of it."""
    _run(
        db,
        """
        CREATE TABLE changes (
            id INTEGER PRIMARY KEY,
            uid TEXT NOT NULL,
            at TEXT NOT NULL,
            kind TEXT NOT NULL
                CHECK (kind IN ('published', 'translated', 'edited', 'moved', 'removed', 'restored')),
            release_id INTEGER NOT NULL REFERENCES releases (id),
            edition_id INTEGER REFERENCES editions (id),
            revision_id INTEGER REFERENCES revisions (id),
            weight TEXT NOT NULL CHECK (weight IN ('none', 'minor', 'major')),
            detail TEXT NOT NULL DEFAULT '{}',
            baseline INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE INDEX changes_by_release ON changes (release_id, id);
        CREATE INDEX changes_told ON changes (id) WHERE baseline = 0;
        CREATE TABLE deliveries (
            id INTEGER PRIMARY KEY,
            change_id INTEGER NOT NULL REFERENCES changes (id),
            rules TEXT NOT NULL,
            address_key TEXT NOT NULL,
            address_shown TEXT NOT NULL,
            message_id TEXT NOT NULL,
            state TEXT NOT NULL DEFAULT 'owed' CHECK (state IN ('owed', 'sent', 'failed', 'dropped')),
            attempts INTEGER NOT NULL DEFAULT 0,
            next_attempt_at TEXT,
            sent_at TEXT,
            error TEXT,
            UNIQUE (change_id, address_key)
        ) STRICT;
        CREATE INDEX deliveries_owed ON deliveries (address_key, id) WHERE state = 'owed';
        """,
    )


@migrations()
def m003_readings(db: Database) -> None:
    """What was asked of the portal, and what came of it."""
    _run(
        db,
        """
        CREATE TABLE listings (
            agency TEXT NOT NULL REFERENCES agencies (slug),
            lang TEXT NOT NULL,
            route TEXT NOT NULL,
            watermark INTEGER,
            walk_page INTEGER NOT NULL DEFAULT 1,
            walk_until TEXT,
            walked_at TEXT,
            behind_since TEXT,
            failures INTEGER NOT NULL DEFAULT 0,
            paused_until TEXT,
            PRIMARY KEY (agency, lang)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE portals (
            base_url TEXT PRIMARY KEY,
            outcome TEXT,
            reason TEXT NOT NULL DEFAULT '',
            since TEXT,
            failures INTEGER NOT NULL DEFAULT 0,
            paused_until TEXT
        ) STRICT;
        CREATE TABLE orders (
            id INTEGER PRIMARY KEY,
            asked_at TEXT NOT NULL,
            agency TEXT NOT NULL REFERENCES agencies (slug),
            lang TEXT NOT NULL,
            pages INTEGER,
            since TEXT,
            whole INTEGER NOT NULL DEFAULT 0,
            next_page INTEGER NOT NULL DEFAULT 1,
            state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'failed', 'dropped')),
            outcome TEXT,
            reason TEXT NOT NULL DEFAULT '',
            listed INTEGER NOT NULL DEFAULT 0,
            new INTEGER NOT NULL DEFAULT 0,
            edited INTEGER NOT NULL DEFAULT 0,
            removed INTEGER NOT NULL DEFAULT 0,
            finished_at TEXT
        ) STRICT;
        CREATE INDEX orders_open ON orders (id) WHERE state = 'open';
        CREATE TABLE crawls (
            id INTEGER PRIMARY KEY,
            started_at TEXT NOT NULL,
            finished_at TEXT,
            agency TEXT NOT NULL,
            lang TEXT NOT NULL,
            page INTEGER NOT NULL,
            purpose TEXT NOT NULL,
            route TEXT NOT NULL,
            outcome TEXT,
            reason TEXT NOT NULL DEFAULT '',
            listed INTEGER NOT NULL DEFAULT 0,
            new INTEGER NOT NULL DEFAULT 0,
            edited INTEGER NOT NULL DEFAULT 0,
            removed INTEGER NOT NULL DEFAULT 0,
            requests INTEGER NOT NULL DEFAULT 0,
            bytes INTEGER NOT NULL DEFAULT 0,
            next_at TEXT,
            covered_to TEXT
        ) STRICT;
        CREATE INDEX crawls_by_listing ON crawls (agency, lang, id);
        CREATE INDEX crawls_that_cover ON crawls (agency, lang, finished_at, covered_to)
            WHERE covered_to IS NOT NULL;
        CREATE TABLE quarantine (
            agency TEXT NOT NULL,
            lang TEXT NOT NULL,
            digest TEXT NOT NULL,
            source_id TEXT,
            reason TEXT NOT NULL,
            raw TEXT NOT NULL,
            seen_at TEXT NOT NULL,
            PRIMARY KEY (agency, lang, digest)
        ) STRICT, WITHOUT ROWID;
        """,
    )


@migrations()
def m004_views_for_people(db: Database) -> None:
    """Every wording in full, and the history as a person would ask for it."""
    _run(
        db,
        """
        CREATE VIEW wordings AS
        SELECT revisions.id, releases.source_id, releases.agency, editions.lang, revisions.number,
               revisions.title, coalesce(revisions.text, editions.text) AS text, revisions.seen_at,
               revisions.fingerprint, revisions.digest, revisions.chain
        FROM revisions
        JOIN editions ON editions.id = revisions.edition_id
        JOIN releases ON releases.id = editions.release_id;
        CREATE VIEW history AS
        SELECT releases.source_id, releases.agency, agencies.name_ru AS agency_name, editions.lang,
               releases.published_on, editions.title, editions.status, editions.revisions,
               editions.first_seen_at, editions.updated_at, releases.origin,
               releases.url || '?lang=' || editions.lang AS url, editions.text
        FROM editions
        JOIN releases ON releases.id = editions.release_id
        JOIN agencies ON agencies.slug = releases.agency
        ORDER BY editions.ordered_at DESC, editions.id DESC;
        """,
    )


@migrations()
def m005_editions_by_date(db: Database) -> None:
    """What a listing should show is looked for by date, where its agency has too many releases to go through."""
    _run(db, "CREATE INDEX editions_by_date ON editions (lang, published_at, release_id, status);\n")


@migrations()
def m006_directory(db: Database) -> None:
    """What the portal's own directory taught, and who took over from whom."""
    _run(
        db,
        """
        ALTER TABLE agencies ADD COLUMN successor TEXT NOT NULL DEFAULT '';
        CREATE TABLE directory (
            slug TEXT PRIMARY KEY,
            name_kk TEXT NOT NULL,
            name_ru TEXT NOT NULL,
            name_en TEXT NOT NULL,
            kind TEXT NOT NULL,
            seen_at TEXT NOT NULL,
            gone_at TEXT
        ) STRICT, WITHOUT ROWID;
        """,
    )


@migrations()
def m008_noticed(db: Database) -> None:
    """Which forms of the portal were met where, and what is doubted of a release's date, languages and wording."""
    _run(
        db,
        """
        CREATE TABLE noticed (
            agency TEXT NOT NULL,
            lang TEXT NOT NULL,
            route TEXT NOT NULL,
            form TEXT NOT NULL,
            first_seen_at TEXT NOT NULL,
            example TEXT,
            PRIMARY KEY (agency, lang, route, form)
        ) STRICT, WITHOUT ROWID;
        ALTER TABLE releases ADD COLUMN date_doubt TEXT CHECK (date_doubt IN ('future', 'past', 'unreadable'));
        UPDATE releases SET date_doubt = CASE
            WHEN published_at IS NULL THEN 'unreadable'
            WHEN published_at < '2000-01-01' THEN 'past'
            WHEN julianday(published_at) > julianday(first_seen_at) + 2 THEN 'future' END;
        ALTER TABLE editions ADD COLUMN title_lang TEXT;
        ALTER TABLE editions ADD COLUMN text_lang TEXT;
        ALTER TABLE editions ADD COLUMN marks TEXT NOT NULL DEFAULT '[]';
        """,
    )


@migrations()
def m009_routes(db: Database) -> None:
    """Which route to the portal rests until when; agency and lang are empty where it is about all listings."""
    _run(
        db,
        """
        CREATE TABLE routes (
            base_url TEXT NOT NULL,
            agency TEXT NOT NULL DEFAULT '',
            lang TEXT NOT NULL DEFAULT '',
            route TEXT NOT NULL,
            outcome TEXT,
            reason TEXT NOT NULL DEFAULT '',
            since TEXT,
            failures INTEGER NOT NULL DEFAULT 0,
            paused_until TEXT,
            worked_at TEXT,
            together INTEGER,
            PRIMARY KEY (base_url, agency, lang, route)
        ) STRICT, WITHOUT ROWID;
        """,
    )


@migrations()
def m010_whole_portal(db: Database) -> None:
    """Whether the listing of the whole portal, in each language, has proved to be complete."""
    _run(
        db,
        """
        CREATE TABLE whole_portal (
            base_url TEXT NOT NULL,
            lang TEXT NOT NULL,
            proved_at TEXT,
            reason TEXT NOT NULL DEFAULT '',
            failures INTEGER NOT NULL DEFAULT 0,
            tried_at TEXT,
            behind_since TEXT,
            PRIMARY KEY (base_url, lang)
        ) STRICT, WITHOUT ROWID;
        """,
    )


@migrations()
def m007_audits(db: Database) -> None:
    """Orders of several kinds that go on where they broke off, and what audits found."""
    _run(
        db,
        """
        ALTER TABLE orders ADD COLUMN kind TEXT NOT NULL DEFAULT 'reading'
            CHECK (kind IN ('reading', 'audit', 'cited'));
        -- The furthest page that was read; it survives whatever ends the order.
        ALTER TABLE orders ADD COLUMN reached INTEGER NOT NULL DEFAULT 0;
        -- Since when it has been catching up from the top after an interruption, until it has.
        ALTER TABLE orders ADD COLUMN resumed_at TEXT;
        ALTER TABLE orders ADD COLUMN newest_at TEXT;
        ALTER TABLE orders ADD COLUMN oldest_at TEXT;
        ALTER TABLE orders ADD COLUMN wanted TEXT;
        ALTER TABLE orders ADD COLUMN by_itself INTEGER NOT NULL DEFAULT 0;
        UPDATE orders SET reached = next_page - 1;
        CREATE INDEX orders_by_listing ON orders (agency, lang, id);
        CREATE TABLE audits (
            id INTEGER PRIMARY KEY,
            order_id INTEGER REFERENCES orders (id),
            agency TEXT NOT NULL REFERENCES agencies (slug),
            lang TEXT NOT NULL,
            started_at TEXT NOT NULL,
            finished_at TEXT NOT NULL,
            outcome TEXT NOT NULL,
            reason TEXT NOT NULL DEFAULT '',
            -- Null where the audit broke off: nothing is said of what was not seen.
            listed INTEGER,
            held INTEGER,
            missing INTEGER,
            extra INTEGER,
            pages INTEGER NOT NULL,
            requests INTEGER NOT NULL,
            again_at TEXT,
            detail TEXT NOT NULL DEFAULT '{}'
        ) STRICT;
        CREATE INDEX audits_by_listing ON audits (agency, lang, id);
        """,
    )


@migrations()
def m011_raw_items_in_order(db: Database) -> None:
    """Items in the order in which they came: by their digests each one was written to a page of its own."""
    _run(
        db,
        """
        ALTER TABLE raw_items RENAME TO raw_items_before;
        CREATE TABLE raw_items (
            digest TEXT PRIMARY KEY,
            item BLOB NOT NULL
        ) STRICT;
        INSERT INTO raw_items (digest, item) SELECT digest, item FROM raw_items_before;
        DROP TABLE raw_items_before;
        """,
    )


@migrations()
def m012_history_that_can_be_proved(db: Database) -> None:
    """Items by numbers of their own, every wording whole, mark-up packed, and chains over wordings and journal.

    What an earlier schema did not keep of a superseded wording (date, files, pictures) is taken from its edition.
    """
    _run(
        db,
        """
        ALTER TABLE revisions ADD COLUMN published_raw TEXT;
        ALTER TABLE revisions ADD COLUMN attachments TEXT;
        ALTER TABLE revisions ADD COLUMN images TEXT;
        ALTER TABLE revisions ADD COLUMN raw_id INTEGER;
        ALTER TABLE revisions ADD COLUMN content TEXT NOT NULL DEFAULT '';
        ALTER TABLE editions ADD COLUMN raw_id INTEGER;
        ALTER TABLE editions ADD COLUMN markup BLOB;
        ALTER TABLE changes ADD COLUMN chain TEXT NOT NULL DEFAULT '';
        UPDATE revisions SET (published_raw, attachments, images) = (
            SELECT published_raw, attachments, images FROM editions WHERE editions.id = edition_id
        ) WHERE text IS NOT NULL;
        UPDATE revisions SET raw_id = (SELECT rowid FROM raw_items WHERE raw_items.digest = revisions.digest);
        UPDATE editions SET raw_id = (SELECT rowid FROM raw_items WHERE raw_items.digest = editions.digest);
        CREATE TABLE numbered_items (
            id INTEGER PRIMARY KEY,
            received TEXT NOT NULL,
            -- Null where it was redacted.
            item BLOB
        ) STRICT;
        """,
    )
    for raw_id, item in db.execute("SELECT rowid, item FROM raw_items"):
        raw = unpack_item(item)
        values = [raw_id, received_digest(raw), pack_item(raw)]
        db.execute("INSERT INTO numbered_items (id, received, item) VALUES (?, ?, ?)", values)
    for edition_id, html, text in db.execute("SELECT id, html, text FROM editions").fetchall():
        db.execute("UPDATE editions SET markup = ? WHERE id = ?", [pack_markup(html, text), edition_id])
    _run(
        db,
        """
        DROP INDEX revisions_by_digest;
        DROP TABLE raw_items;
        ALTER TABLE numbered_items RENAME TO raw_items;
        ALTER TABLE editions DROP COLUMN html;
        DROP VIEW wordings;
        CREATE VIEW wordings AS
        SELECT revisions.id, releases.source_id, releases.agency, editions.lang, revisions.number,
               revisions.title, coalesce(revisions.text, editions.text) AS text,
               coalesce(revisions.published_raw, editions.published_raw) AS published_raw,
               coalesce(revisions.attachments, editions.attachments) AS attachments,
               coalesce(revisions.images, editions.images) AS images,
               revisions.seen_at, revisions.fingerprint, revisions.parser, revisions.digest, raw_items.received,
               revisions.content, revisions.chain
        FROM revisions
        JOIN editions ON editions.id = revisions.edition_id
        JOIN releases ON releases.id = editions.release_id
        LEFT JOIN raw_items ON raw_items.id = revisions.raw_id;
        """,
    )
    _chain_revisions(db)
    _chain_changes(db)


def _chain_revisions(db: Database) -> None:
    """Links every revision anew, by the formula of `chain`."""
    rows = db.execute(
        """
        SELECT revisions.id, edition_id, wordings.source_id, wordings.lang, wordings.number, wordings.title,
               wordings.text, wordings.published_raw, wordings.attachments, wordings.images,
               wordings.fingerprint, wordings.digest, coalesce(wordings.received, ''), wordings.seen_at,
               wordings.parser
        FROM wordings JOIN revisions USING (id) ORDER BY edition_id, revisions.number
        """
    ).fetchall()
    last, link = None, ""
    for revision_id, edition_id, source_id, lang, number, title, text, raw, files, images, *rest in rows:
        fingerprint, digest, received, seen_at, parser = rest
        content = content_digest(title, text, published_raw=raw, attachments=files, images=images)
        link = revision_link(
            link if edition_id == last else "",
            source_id=source_id,
            lang=lang,
            number=number,
            content=content,
            fingerprint=fingerprint,
            digest=digest,
            received=received,
            seen_at=seen_at,
            parser=parser,
        )
        last = edition_id
        db.execute(
            "UPDATE revisions SET content = ?, chain = ? WHERE id = ?",
            [content, link, revision_id],
        )


def _chain_changes(db: Database) -> None:
    """Links every row of the journal, by the formula of `chain`."""
    rows = db.execute(
        "SELECT changes.id, uid, at, kind, source_id, edition_id, revision_id, weight, detail, baseline "
        "FROM changes JOIN releases ON releases.id = release_id ORDER BY changes.id"
    ).fetchall()
    link = ""
    for change_id, uid, at, kind, source_id, edition_id, revision_id, weight, detail, baseline in rows:
        link = change_link(
            link,
            uid=uid,
            at=at,
            kind=kind,
            source_id=source_id,
            edition_id=edition_id,
            revision_id=revision_id,
            weight=weight,
            detail=detail,
            baseline=baseline,
        )
        db.execute("UPDATE changes SET chain = ? WHERE id = ?", [link, change_id])


@migrations()
def m013_absences(db: Database) -> None:
    """Which listing lacks which edition, with its proofs; who lists a release in which languages, and who left it."""
    _run(
        db,
        """
        CREATE TABLE absences (
            edition_id INTEGER NOT NULL REFERENCES editions (id),
            agency TEXT NOT NULL REFERENCES agencies (slug),
            suspected_at TEXT NOT NULL,
            confirmed_at TEXT,
            mass INTEGER NOT NULL DEFAULT 0,
            -- A JSON list: each reading that lacked it, and between which releases.
            evidence TEXT NOT NULL DEFAULT '[]',
            PRIMARY KEY (edition_id, agency)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX absences_by_date ON absences (suspected_at);
        CREATE TABLE lookups (
            release_id INTEGER PRIMARY KEY REFERENCES releases (id),
            lang TEXT NOT NULL,
            whole INTEGER NOT NULL,
            asked_at TEXT NOT NULL,
            next_at TEXT NOT NULL,
            tries INTEGER NOT NULL DEFAULT 0,
            found TEXT CHECK (found IN ('there', 'elsewhere', 'gone', 'unknown')),
            outcome TEXT,
            reason TEXT NOT NULL DEFAULT '',
            agencies TEXT NOT NULL DEFAULT '[]',
            answered_at TEXT
        ) STRICT;
        CREATE INDEX lookups_open ON lookups (next_at) WHERE found IS NULL;
        ALTER TABLE release_agencies ADD COLUMN langs TEXT NOT NULL DEFAULT '[]';
        ALTER TABLE release_agencies ADD COLUMN left_at TEXT;
        UPDATE release_agencies SET langs = (
            SELECT json_group_array(lang) FROM editions
            WHERE editions.release_id = release_agencies.release_id AND status <> 'unseen'
        );
        INSERT INTO absences (edition_id, agency, suspected_at, confirmed_at, mass, evidence)
        SELECT editions.id, releases.agency, suspected_at, confirmed_at, coalesce(evidence ->> '$.mass', 0),
               (SELECT json_group_array(json_object('crawl', value)) FROM json_each(evidence, '$.crawls'))
        FROM editions JOIN releases ON releases.id = release_id
        WHERE editions.status = 'suspected' AND suspected_at IS NOT NULL;
        DROP INDEX editions_suspected;
        ALTER TABLE editions DROP COLUMN suspected_at;
        ALTER TABLE editions DROP COLUMN confirmed_at;
        ALTER TABLE editions DROP COLUMN evidence;
        -- Null unless it flips between wordings: since when, how often, and between which.
        ALTER TABLE editions ADD COLUMN flapping TEXT;
        """,
    )


@migrations()
def m014_changes_that_are_alike(db: Database) -> None:
    """How often the same words were replaced lately, and who has heard of a mass of changes, is asked at each."""
    _run(
        db,
        """
        CREATE INDEX changes_alike ON changes (detail ->> '$.alike', at) WHERE kind = 'edited';
        CREATE INDEX changes_in_mass ON changes (detail ->> '$.mass.mark', at)
            WHERE detail ->> '$.mass.mark' IS NOT NULL;
        """,
    )


@migrations()
def m016_stories(db: Database) -> None:
    """Releases that carry the same text, and those that several agencies publish together."""
    _run(
        db,
        """
        CREATE TABLE stories (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL CHECK (kind IN ('repost', 'joint')),
            first_release_id INTEGER NOT NULL REFERENCES releases (id),
            since TEXT,
            releases INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX releases_by_story ON releases (story_id) WHERE story_id IS NOT NULL;
        -- Ordered by time, so that what comes in is written side by side, however long the history.
        CREATE TABLE story_sketches (
            period INTEGER NOT NULL,
            number INTEGER NOT NULL,
            edition_id INTEGER NOT NULL,
            PRIMARY KEY (period, number, edition_id)
        ) STRICT, WITHOUT ROWID;
        -- Each link twice, once from either end.
        CREATE TABLE story_links (
            release_id INTEGER NOT NULL,
            other_id INTEGER NOT NULL,
            lang TEXT NOT NULL,
            PRIMARY KEY (release_id, other_id, lang)
        ) STRICT, WITHOUT ROWID;
        -- Whom a release names that names several agencies.
        CREATE TABLE joint_releases (
            release_id INTEGER NOT NULL REFERENCES releases (id),
            lang TEXT NOT NULL,
            agency TEXT NOT NULL,
            PRIMARY KEY (release_id, lang, agency)
        ) STRICT, WITHOUT ROWID;
        CREATE VIEW reposts AS
        SELECT stories.id AS story, kind, first.agency AS first_agency, first.source_id AS first_source_id,
               releases.agency, releases.source_id, releases.published_on,
               (SELECT title FROM editions WHERE release_id = releases.id ORDER BY id LIMIT 1) AS title
        FROM stories
        JOIN releases AS first ON first.id = first_release_id
        JOIN releases ON releases.story_id = stories.id AND releases.id <> first.id
        UNION ALL
        SELECT DISTINCT stories.id, kind, first.agency, first.source_id, joint_releases.agency, first.source_id,
               first.published_on,
               (SELECT title FROM editions WHERE release_id = first.id ORDER BY id LIMIT 1)
        FROM stories
        JOIN releases AS first ON first.id = first_release_id
        JOIN joint_releases ON joint_releases.release_id = first.id AND joint_releases.agency <> first.agency
        WHERE kind = 'joint';
        """,
    )


@migrations()
def m017_reparses(db: Database) -> None:
    """What later code read in the item of a wording: the row of the wording stays as it was first read."""
    _run(
        db,
        """
        CREATE TABLE reparses (
            revision_id INTEGER NOT NULL REFERENCES revisions (id),
            number INTEGER NOT NULL,
            at TEXT NOT NULL,
            parser INTEGER NOT NULL,
            content TEXT NOT NULL,
            fingerprint TEXT NOT NULL,
            chain TEXT NOT NULL,
            PRIMARY KEY (revision_id, number)
        ) STRICT, WITHOUT ROWID;
        """,
    )


@migrations()
def m018_redactions(db: Database) -> None:
    """Which releases had their words taken out, when, on whose wish and why."""
    _run(
        db,
        """
        CREATE TABLE redactions (
            id INTEGER PRIMARY KEY,
            at TEXT NOT NULL,
            release_id INTEGER NOT NULL REFERENCES releases (id),
            "by" TEXT NOT NULL,
            reason TEXT NOT NULL
        ) STRICT;
        CREATE INDEX redactions_by_release ON redactions (release_id);
        """,
    )


@migrations()
def m019_items_beside_their_words(db: Database) -> None:
    """An item is packed as what it adds to the words of a revision; `words_of` names it, null: packed by itself."""
    _run(db, "ALTER TABLE raw_items ADD COLUMN words_of INTEGER;\n")
    _pack_beside(
        db,
        """
        SELECT revisions.id, revisions.raw_id, item, revisions.id, revisions.title,
               coalesce(revisions.text, editions.text)
        FROM revisions
        JOIN editions ON editions.id = edition_id
        JOIN raw_items ON raw_items.id = revisions.raw_id
        WHERE revisions.id > ? AND words_of IS NULL AND item IS NOT NULL ORDER BY revisions.id LIMIT 500
        """,
    )
    # What only its mark-up tells from the last revision's item.
    _pack_beside(
        db,
        """
        SELECT editions.id, editions.raw_id, item, revisions.id, revisions.title, editions.text
        FROM editions
        JOIN revisions ON revisions.edition_id = editions.id AND revisions.text IS NULL
        JOIN raw_items ON raw_items.id = editions.raw_id
        WHERE editions.id > ? AND words_of IS NULL AND item IS NOT NULL
        ORDER BY editions.id LIMIT 500
        """,
    )


def _pack_beside(db: Database, query: str) -> None:
    """Some hundred at a time: a history is larger than the memory."""
    last = 0
    while rows := db.execute(query, [last]).fetchall():
        for _, raw_id, item, revision_id, title, text in rows:
            packed = pack_item(unpack_item(item), f"{title}\n{text}")
            db.execute(
                "UPDATE raw_items SET item = ?, words_of = ? WHERE id = ?", [packed, revision_id, raw_id]
            )
        last = rows[-1][0]


@migrations()
def m020_editions_in_order_upwards(db: Database) -> None:
    """The same index, written at its end: one that stands the newest first is split in two with every full page.

    It is read from its end as quickly.
    """
    _run(
        db,
        """
        DROP INDEX editions_in_order;
        CREATE INDEX editions_in_order ON editions (ordered_at, id, release_id, lang, status);
        """,
    )


@migrations()
def m021_titles_once(db: Database) -> None:
    """The title of a wording stands once as its text does: in the edition, until the next wording takes its place."""
    # A NOT NULL may be taken out of the schema as it is written (sqlite.org/lang_altertable.html, section 8);
    # a table made anew could not take the place of one that others name, inside a transaction.
    (version,) = db.execute("PRAGMA schema_version").fetchone()
    db.execute("PRAGMA writable_schema = ON")
    db.execute(
        "UPDATE sqlite_master SET sql = replace(sql, 'title TEXT NOT NULL', 'title TEXT') "
        "WHERE type = 'table' AND name = 'revisions'"
    )
    db.execute(f"PRAGMA schema_version = {version + 1}")
    db.execute("PRAGMA writable_schema = OFF")
    _run(
        db,
        """
        UPDATE revisions SET title = NULL WHERE text IS NULL
            AND title = (SELECT title FROM editions WHERE editions.id = edition_id);
        DROP VIEW wordings;
        CREATE VIEW wordings AS
        SELECT revisions.id, releases.source_id, releases.agency, editions.lang, revisions.number,
               coalesce(revisions.title, editions.title) AS title, coalesce(revisions.text, editions.text) AS text,
               coalesce(revisions.published_raw, editions.published_raw) AS published_raw,
               coalesce(revisions.attachments, editions.attachments) AS attachments,
               coalesce(revisions.images, editions.images) AS images,
               revisions.seen_at, revisions.fingerprint, revisions.parser, revisions.digest, raw_items.received,
               revisions.content, revisions.chain
        FROM revisions
        JOIN editions ON editions.id = revisions.edition_id
        JOIN releases ON releases.id = editions.release_id
        LEFT JOIN raw_items ON raw_items.id = revisions.raw_id;
        """,
    )


@migrations()
def m022_editions_that_flip(db: Database) -> None:
    """How many editions flip between wordings is asked by `status`; they are few, and editions are long."""
    _run(db, "CREATE INDEX editions_flapping ON editions (id) WHERE flapping IS NOT NULL;\n")


@migrations()
def m023_agencies_named(db: Database) -> None:
    """Whom a release names as its owners, where its listing's agency is none of them: a JSON list."""
    _run(db, "ALTER TABLE releases ADD COLUMN named TEXT NOT NULL DEFAULT '[]';\n")


@migrations()
def m024_statistics(db: Database) -> None:
    """How each agency treats what it has published, as views; `statistics.py` says what their columns mean.

    They go by the date that a release was first shown with; `first_dates` has it where it was edited since.
    """
    _run(
        db,
        """
        CREATE TABLE first_dates (
            release_id INTEGER PRIMARY KEY REFERENCES releases (id),
            published_at TEXT,
            published_on TEXT,
            published_precision TEXT,
            date_doubt TEXT
        ) STRICT;
        CREATE VIEW first_shown AS
        SELECT releases.id AS release_id,
               iif(first.release_id IS NULL, releases.published_at, first.published_at) AS published_at,
               iif(first.release_id IS NULL, releases.published_on, first.published_on) AS published_on,
               iif(first.release_id IS NULL, releases.published_precision, first.published_precision)
                   AS published_precision,
               iif(first.release_id IS NULL, releases.date_doubt, first.date_doubt) AS date_doubt
        FROM releases LEFT JOIN first_dates AS first ON first.release_id = releases.id;
        CREATE VIEW publications AS
        SELECT shown.release_id, shown.source_id, shown.agency, shown.month, shown.published_at, shown.seen_at,
               shown.lang, shown.baseline,
               CASE WHEN shown.baseline = 0 AND shown.due_by < shown.seen_at
                     AND EXISTS (
                         SELECT 1 FROM listings
                         WHERE listings.agency = shown.agency AND listings.lang = shown.lang
                           AND listings.walked_at < shown.seen_at)
                     AND (EXISTS (
                              SELECT 1 FROM crawls
                              WHERE crawls.agency = shown.agency AND crawls.lang = shown.lang
                                AND crawls.covered_to IS NOT NULL
                                AND crawls.finished_at > shown.due_by AND crawls.finished_at < shown.seen_at)
                          OR EXISTS (
                              SELECT 1 FROM releases AS later
                              WHERE later.agency = shown.agency AND later.published_at > shown.due_by
                                AND later.published_at < shown.seen_at AND later.first_seen_at < shown.seen_at
                                -- One whose date was edited came when its first date says.
                                AND NOT EXISTS (SELECT 1 FROM first_dates WHERE release_id = later.id)))
                    THEN 1 ELSE 0 END AS backdated
        FROM (
            SELECT releases.id AS release_id, releases.source_id, dated.published_at,
                   -- Whoever had it first, and not whom it was moved to.
                   coalesce((SELECT agency FROM release_agencies WHERE release_id = releases.id
                             ORDER BY first_seen_at, agency LIMIT 1), releases.agency) AS agency,
                   first.at AS seen_at, editions.lang, first.baseline,
                   CASE WHEN dated.date_doubt IS NULL THEN substr(dated.published_on, 1, 7)
                        WHEN first.baseline = 0 THEN strftime('%Y-%m', first.at, '+5 hours') END AS month,
                   CASE WHEN dated.date_doubt IS NULL
                        THEN strftime('%Y-%m-%dT%H:%M:%fZ', dated.published_at,
                            CASE dated.published_precision WHEN 'day' THEN '+2 days' ELSE '+1 day' END)
                   END AS due_by
            FROM releases
            JOIN first_shown AS dated ON dated.release_id = releases.id
            LEFT JOIN changes AS first ON first.id = (
                SELECT id FROM changes
                WHERE release_id = releases.id AND kind = 'published' ORDER BY id LIMIT 1)
            -- Both columns are in the index of that table: its long rows are left alone.
            LEFT JOIN editions ON editions.release_id = releases.id AND +editions.id = first.edition_id
            WHERE releases.status <> 'unseen') AS shown;
        CREATE VIEW quiet_edits AS
        WITH shown AS MATERIALIZED (SELECT * FROM publications),
        -- CROSS JOIN: the journal is asked by its index, release by release.
        translations AS (
            SELECT shown.agency, shown.month, copies.lang,
                   julianday(told.at) - julianday(shown.seen_at) AS days
            FROM shown
            CROSS JOIN changes AS told ON told.release_id = shown.release_id
                AND told.kind = 'translated' AND told.baseline = 0
            CROSS JOIN editions AS copies ON copies.release_id = shown.release_id
                AND +copies.id = told.edition_id
            WHERE shown.baseline = 0 AND copies.lang IN ('kk', 'ru', 'en')),
        edits AS (
            SELECT release_id, min(CASE WHEN edit <> 'none' THEN at END) AS edited_at,
                   max(edit = 'major') AS majorly, max(removed) AS removed
            FROM (
                SELECT release_id, at, kind = 'removed' AND edition_id IS NULL AS removed,
                       CASE kind WHEN 'edited' THEN weight
                       -- It has come back: that is its weight, and its words have one of their own.
                       WHEN 'restored' THEN CASE
                           WHEN EXISTS (
                               SELECT 1 FROM json_each(detail, '$.classes') WHERE value IN (
                                       'replaced', 'cut', 'amount', 'number', 'date', 'negation', 'name',
                                       'attachment')) THEN 'major'
                           WHEN EXISTS (
                               SELECT 1 FROM json_each(detail, '$.classes') WHERE value <> 'typography') THEN 'minor'
                           ELSE 'none' END
                       ELSE 'none' END AS edit
                FROM changes NOT INDEXED WHERE kind IN ('edited', 'removed', 'restored'))
            GROUP BY release_id),
        counted AS (
            SELECT agency, month, count(*) AS published, count(edited_at) AS edited, total(majorly) AS majorly,
                   total(removed) AS removed, sum(backdated) AS backdated
            FROM shown LEFT JOIN edits ON edits.release_id = shown.release_id GROUP BY agency, month),
        measured AS (
            SELECT agency, month, 'edit' AS what, julianday(edited_at) - julianday(seen_at) AS days
            FROM shown JOIN edits ON edits.release_id = shown.release_id
            WHERE baseline = 0 AND edited_at IS NOT NULL
            UNION ALL SELECT agency, month, lang, days FROM translations),
        ranked AS (
            SELECT *, row_number() OVER (PARTITION BY agency, month, what ORDER BY days) AS place,
                   count(*) OVER (PARTITION BY agency, month, what) AS places
            FROM measured),
        medians AS (
            SELECT agency, month, what, CAST(round(avg(days) * 86400) AS INTEGER) AS seconds
            FROM ranked WHERE place IN ((places + 1) / 2, places / 2 + 1) GROUP BY agency, month, what),
        parts AS (
            SELECT agency, month, published, edited, majorly, removed, backdated, NULL AS what, NULL AS seconds
            FROM counted
            UNION ALL SELECT agency, month, 0, 0, 0, 0, 0, what, seconds FROM medians)
        SELECT agency, month, sum(published) AS published, sum(edited) AS edited,
               CAST(sum(majorly) AS INTEGER) AS edited_majorly, CAST(sum(removed) AS INTEGER) AS removed,
               sum(backdated) AS backdated,
               max(CASE what WHEN 'edit' THEN seconds END) AS median_first_edit,
               max(CASE what WHEN 'kk' THEN seconds END) AS median_kk,
               max(CASE what WHEN 'ru' THEN seconds END) AS median_ru,
               max(CASE what WHEN 'en' THEN seconds END) AS median_en
        FROM parts GROUP BY agency, month ORDER BY month DESC, agency;
        CREATE VIEW quiet_edits_by_language AS
        WITH shown AS MATERIALIZED (SELECT * FROM publications),
        copies AS (
            SELECT shown.agency, shown.month, editions.lang, editions.lang IS shown.lang AS came_first,
                   CASE WHEN shown.baseline = 0 AND told.baseline = 0
                        THEN julianday(told.at) - julianday(shown.seen_at) END AS days
            FROM shown
            CROSS JOIN editions ON editions.release_id = shown.release_id
            LEFT JOIN changes AS told ON told.release_id = shown.release_id AND told.kind = 'translated'
                AND told.edition_id = editions.id),
        ranked AS (
            SELECT *, row_number() OVER (PARTITION BY agency, month, lang ORDER BY days NULLS LAST) AS place,
                   count(days) OVER (PARTITION BY agency, month, lang) AS places
            FROM copies)
        SELECT agency, month, lang, count(*) AS copies, sum(came_first) AS came_first, count(days) AS timed,
               CAST(round(avg(CASE WHEN place IN ((places + 1) / 2, places / 2 + 1) THEN days * 86400 END))
                   AS INTEGER) AS median_translated
        FROM ranked GROUP BY agency, month, lang ORDER BY month DESC, agency, lang;
        """,
    )
    edited = db.execute(
        """
        SELECT releases.id, coalesce(revisions.published_raw, editions.published_raw), releases.published_raw,
               revisions.seen_at
        FROM releases
        JOIN revisions ON revisions.id = (
            SELECT revisions.id FROM editions JOIN revisions ON edition_id = editions.id
            WHERE release_id = releases.id AND parser > 0 ORDER BY revisions.id LIMIT 1)
        JOIN editions ON editions.id = edition_id
        WHERE releases.status <> 'unseen'
          AND EXISTS (SELECT 1 FROM editions WHERE release_id = releases.id AND editions.revisions > 1)
        """
    ).fetchall()
    for release_id, first, last, seen_at in edited:
        if dated(first or "") == dated(last or ""):
            continue
        local = _in_kazakhstan(first or "")
        db.execute(
            "INSERT INTO first_dates (release_id, published_at, published_on, published_precision, date_doubt) "
            "VALUES (?, ?, ?, ?, ?)",
            [
                release_id,
                local and local.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                local and local.date().isoformat(),
                local and ("minute" if local.time() > time() else "day"),
                doubt(local, datetime.fromisoformat(seen_at)),
            ],
        )


def _in_kazakhstan(published_raw: str) -> datetime | None:
    """A date of the portal by the clocks there; None where it cannot be read."""
    written = dated(published_raw)
    # Not by the zones of this machine, which may not know of the change yet.
    zone = timezone(timedelta(hours=5 if written >= "2024-03-01" else 6))
    try:
        read = datetime.fromisoformat(written)
        return (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(zone)
    except (ValueError, OverflowError):
        return None


@migrations()
def m025_was_there(db: Database) -> None:
    """Whether the portal told of a release when it was asked for it the time before."""
    _run(db, "ALTER TABLE lookups ADD COLUMN was_there INTEGER NOT NULL DEFAULT 0;\n")


@migrations()
def m026_stories_of_what_is_held(db: Database) -> None:
    """The stories of all that was held before there were any; every view that tells who was first is there by now."""
    held = [edition_id for (edition_id,) in db.execute("SELECT id FROM editions ORDER BY id")]
    for start in range(0, len(held), 100):
        note_editions(db, held[start : start + 100])


@migrations()
def m027_places_in_feeds(db: Database) -> None:
    """Where each edition stands in feeds, for ever, and when what it shows there has changed."""
    _run(
        db,
        """
        -- One row: the last number that was taken as a place and not for a change, the lowest place, and how often
        -- anything that feeds show was changed.
        CREATE TABLE feed_state (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            reserved INTEGER NOT NULL DEFAULT 0,
            lowest INTEGER NOT NULL DEFAULT 1,
            version INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        INSERT INTO feed_state (id) VALUES (1);
        CREATE TABLE feed_entries (
            edition_id INTEGER PRIMARY KEY REFERENCES editions (id),
            release_id INTEGER NOT NULL REFERENCES releases (id),
            lang TEXT NOT NULL,
            -- Above 0 what was news, rising; the rest was history. Null: history that waits for its place.
            place INTEGER,
            -- The edition whose text it carried when it came, if that is another one; else 0.
            retells INTEGER NOT NULL DEFAULT 0,
            version INTEGER NOT NULL DEFAULT 0,
            -- Of history: the last number that a change or a place above 0 had by then. News came with its place.
            came INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE UNIQUE INDEX feed_entries_in_order ON feed_entries (place) WHERE place IS NOT NULL;
        CREATE INDEX feed_entries_by_lang ON feed_entries (lang, place) WHERE place IS NOT NULL;
        CREATE INDEX feed_entries_waiting ON feed_entries (edition_id) WHERE place IS NULL;
        CREATE TABLE arrivals (
            agency TEXT NOT NULL REFERENCES agencies (slug),
            place INTEGER NOT NULL,
            edition_id INTEGER NOT NULL REFERENCES editions (id),
            came INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (agency, place)
        ) STRICT, WITHOUT ROWID;
        -- Whether the editions of the release have come into the feeds of the agency.
        ALTER TABLE release_agencies ADD COLUMN arrived INTEGER NOT NULL DEFAULT 0;
        -- Of nearly all changes the index that leaves out the kind says where they are, and it is by far the smaller.
        CREATE INDEX changes_of_kind ON changes (kind, id)
            WHERE baseline = 0 AND kind <> 'published' AND kind <> 'translated';
        DROP INDEX editions_in_order;
        CREATE INDEX editions_in_order ON editions (ordered_at) WHERE status <> 'unseen';
        CREATE INDEX revisions_former ON revisions (edition_id) WHERE text IS NOT NULL;
        CREATE VIRTUAL TABLE former_words USING fts5 (
            title, text, content='revisions', content_rowid='id', tokenize='unicode61 remove_diacritics 2');
        INSERT INTO former_words (rowid, title, text) SELECT id, title, text FROM revisions WHERE text IS NOT NULL;
        """,
    )
    _fill_feeds(db)
    for name, when, acts in (*_FORMER_WORDS, *_SHOWN_OTHERWISE):
        db.execute(f"CREATE TRIGGER {name} AFTER {when} BEGIN {' '.join(f'{act};' for act in acts)} END")


_FORMER_WORDS = (
    (
        "former_words_ai",
        "INSERT ON revisions WHEN NEW.text IS NOT NULL",
        ("INSERT INTO former_words (rowid, title, text) VALUES (NEW.id, NEW.title, NEW.text)",),
    ),
    (
        "former_words_au",
        "UPDATE OF title, text ON revisions WHEN OLD.text IS NOT NEW.text OR OLD.title IS NOT NEW.title",
        (
            (
                "INSERT INTO former_words (former_words, rowid, title, text) "
                "SELECT 'delete', OLD.id, OLD.title, OLD.text WHERE OLD.text IS NOT NULL"
            ),
            (
                "INSERT INTO former_words (rowid, title, text) "
                "SELECT NEW.id, NEW.title, NEW.text WHERE NEW.text IS NOT NULL"
            ),
        ),
    ),
    (
        "former_words_ad",
        "DELETE ON revisions WHEN OLD.text IS NOT NULL",
        (
            (
                "INSERT INTO former_words (former_words, rowid, title, text) "
                "VALUES ('delete', OLD.id, OLD.title, OLD.text)"
            ),
        ),
    ),
)
"""Keeps the index of what wordings said before they were followed by others, as that of editions is kept."""


def _shown_anew(editions: str) -> tuple[str, ...]:
    """The version of each of these entries is another one.

    It is a random number: after a backup was put back, no version stands for what it stood for before.
    """
    return (f"UPDATE feed_entries SET version = abs(random() % 4294967296) WHERE edition_id IN ({editions})",)  # noqa: S608 words of ours


def _copies_of(releases: str) -> str:
    return f"SELECT id FROM editions WHERE release_id IN ({releases})"  # noqa: S608 words of ours


_CHANGED = (
    "SELECT id FROM editions WHERE release_id = NEW.release_id "
    "AND (NEW.edition_id IS NULL OR id = NEW.edition_id)"
)
_OTHERS_OF_STORY = _copies_of(
    "SELECT id FROM releases WHERE id <> NEW.release_id "
    "AND story_id = (SELECT story_id FROM releases WHERE id = NEW.release_id)"
)
_OTHERWISE_LISTED = "(OLD.status IN ('listed', 'suspected')) IS NOT (NEW.status IN ('listed', 'suspected'))"

_SHOWN_OTHERWISE = (
    ("feed_entries_ai", "INSERT ON feed_entries", ("UPDATE feed_state SET version = version + 1",)),
    ("feed_entries_au", "UPDATE ON feed_entries", ("UPDATE feed_state SET version = version + 1",)),
    # A copy links to the others; the releases of a story are named by their titles.
    (
        "shown_by_editions_ai",
        "INSERT ON editions",
        (*_shown_anew(_copies_of("NEW.release_id")), *_shown_anew(_OTHERS_OF_STORY)),
    ),
    (
        "shown_by_wordings_au",
        (
            "UPDATE OF title, text, markup, attachments, revisions ON editions "
            "WHEN OLD.title IS NOT NEW.title OR OLD.text IS NOT NEW.text OR OLD.markup IS NOT NEW.markup "
            "OR OLD.attachments IS NOT NEW.attachments OR OLD.revisions IS NOT NEW.revisions"
        ),
        _shown_anew("NEW.id"),
    ),
    (
        "shown_by_titles_au",
        "UPDATE OF title ON editions WHEN OLD.title IS NOT NEW.title",
        _shown_anew(_OTHERS_OF_STORY),
    ),
    (
        "shown_by_editions_au",
        f"UPDATE OF status ON editions WHEN {_OTHERWISE_LISTED}",
        _shown_anew(_copies_of("NEW.release_id")),
    ),
    (
        "shown_by_releases_au",
        (
            "UPDATE OF agency, url, published_at, date_doubt, status, story_id ON releases "
            "WHEN OLD.agency IS NOT NEW.agency OR OLD.url IS NOT NEW.url OR OLD.published_at IS NOT NEW.published_at "
            f"OR OLD.date_doubt IS NOT NEW.date_doubt OR OLD.story_id IS NOT NEW.story_id OR {_OTHERWISE_LISTED}"
        ),
        _shown_anew(
            _copies_of(
                "SELECT NEW.id UNION SELECT id FROM releases WHERE story_id = OLD.story_id "
                "UNION SELECT id FROM releases WHERE story_id = NEW.story_id"
            )
        ),
    ),
    ("shown_by_agencies_ai", "INSERT ON release_agencies", _shown_anew(_copies_of("NEW.release_id"))),
    ("shown_by_changes_ai", "INSERT ON changes WHEN NEW.baseline = 0", _shown_anew(_CHANGED)),
    ("shown_by_changes_au", "UPDATE OF detail ON changes", _shown_anew(_CHANGED)),
    # An entry of a change has the words of its wording.
    (
        "shown_by_revisions_au",
        "UPDATE OF title, text ON revisions WHEN OLD.title IS NOT NEW.title OR OLD.text IS NOT NEW.text",
        _shown_anew("NEW.edition_id"),
    ),
    (
        "shown_by_stories_au",
        "UPDATE OF first_release_id ON stories WHEN OLD.first_release_id IS NOT NEW.first_release_id",
        _shown_anew(_copies_of("SELECT id FROM releases WHERE story_id = NEW.id")),
    ),
    ("shown_by_redactions_ai", "INSERT ON redactions", _shown_anew(_copies_of("NEW.release_id"))),
)
"""All that an entry is made of: whatever changes there gives it another version, whoever writes it."""


def _fill_feeds(db: Database) -> None:
    """Gives places to all that is held: to news that of its change, to the rest those below, the newest first."""
    _run(
        db,
        """
        INSERT INTO feed_entries (edition_id, release_id, lang, place, version)
        SELECT editions.id, editions.release_id, editions.lang, min(changes.id), abs(random() % 4294967296)
        FROM editions JOIN changes ON changes.release_id = editions.release_id AND changes.baseline = 0
        LEFT JOIN revisions ON revisions.id = changes.revision_id
        WHERE editions.status <> 'unseen' AND coalesce(changes.edition_id, revisions.edition_id) = editions.id
          AND NOT EXISTS (SELECT 1 FROM changes AS history WHERE history.release_id = editions.release_id
                          AND history.edition_id = editions.id AND history.baseline = 1)
          AND changes.kind IN ('published', 'translated', 'restored')
        GROUP BY editions.id;
        INSERT INTO feed_entries (edition_id, release_id, lang, place, version)
        SELECT id, release_id, lang, 1 - row_number() OVER (ORDER BY ordered_at DESC, id DESC),
               abs(random() % 4294967296)
        FROM editions WHERE status <> 'unseen' AND id NOT IN (SELECT edition_id FROM feed_entries);
        UPDATE feed_entries SET retells = coalesce((
            SELECT nullif(min(others.edition_id), feed_entries.edition_id)
            FROM releases AS mine JOIN releases AS theirs ON theirs.story_id = mine.story_id
            JOIN feed_entries AS others ON others.release_id = theirs.id AND others.lang = feed_entries.lang
            WHERE mine.id = feed_entries.release_id), 0)
        WHERE release_id IN (SELECT id FROM releases WHERE story_id IS NOT NULL);
        INSERT INTO arrivals (agency, place, edition_id)
        SELECT release_agencies.agency, feed_entries.place, feed_entries.edition_id
        FROM feed_entries JOIN release_agencies ON release_agencies.release_id = feed_entries.release_id;
        UPDATE release_agencies SET arrived = 1
        WHERE release_id IN (SELECT release_id FROM feed_entries);
        UPDATE feed_state SET lowest = min(1, (SELECT coalesce(min(place), 1) FROM feed_entries));
        """,
    )


@migrations()
def m028_topics(db: Database) -> None:
    """Which feeds a WebSub hub is told of, and what it was last told."""
    _run(
        db,
        """
        CREATE TABLE topics (
            address TEXT PRIMARY KEY,
            noted TEXT NOT NULL,
            announced TEXT NOT NULL,
            asked_at TEXT,
            attempts INTEGER NOT NULL DEFAULT 0,
            next_attempt_at TEXT,
            error TEXT
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX topics_owed ON topics (next_attempt_at) WHERE noted <> announced;
        """,
    )


@migrations()
def m029_messages_for_people(db: Database) -> None:
    """Several deliveries may be one message, and what is wrong with the source itself is told too."""
    _run(
        db,
        """
        CREATE TABLE health (
            id INTEGER PRIMARY KEY,
            uid TEXT NOT NULL UNIQUE,
            at TEXT NOT NULL,
            key TEXT NOT NULL,
            kind TEXT NOT NULL,
            over INTEGER NOT NULL,
            agency TEXT,
            lang TEXT,
            detail TEXT NOT NULL
        ) STRICT;
        CREATE INDEX health_by_key ON health (key, id);
        ALTER TABLE deliveries RENAME TO deliveries_before;
        CREATE TABLE deliveries (
            id INTEGER PRIMARY KEY,
            change_id INTEGER REFERENCES changes (id),
            health_id INTEGER REFERENCES health (id),
            rules TEXT NOT NULL,
            address_key TEXT NOT NULL,
            address_shown TEXT NOT NULL,
            message_id TEXT NOT NULL,
            told_as TEXT NOT NULL,
            weight TEXT NOT NULL,
            form TEXT,
            part INTEGER,
            parts INTEGER,
            booked_at TEXT,
            state TEXT NOT NULL DEFAULT 'owed' CHECK (state IN ('owed', 'sent', 'failed', 'dropped')),
            attempts INTEGER NOT NULL DEFAULT 0,
            next_attempt_at TEXT,
            sent_at TEXT,
            answer TEXT,
            error TEXT,
            UNIQUE (change_id, address_key),
            UNIQUE (health_id, address_key),
            CHECK ((change_id IS NULL) <> (health_id IS NULL))
        ) STRICT;
        INSERT INTO deliveries
            (id, change_id, rules, address_key, address_shown, message_id, told_as, weight, form, booked_at, state,
             attempts, next_attempt_at, sent_at, error)
        SELECT before.id, before.change_id, before.rules, before.address_key, before.address_shown,
               before.message_id, changes.kind, changes.weight,
               CASE WHEN before.address_shown LIKE 'http%' THEN 'change'
                    WHEN before.attempts > 0 OR before.state <> 'owed' THEN 'release' END,
               CASE WHEN before.attempts > 0 OR before.state <> 'owed' THEN coalesce(before.sent_at, changes.at) END,
               before.state, before.attempts, before.next_attempt_at, before.sent_at, before.error
        FROM deliveries_before AS before JOIN changes ON changes.id = before.change_id ORDER BY before.id;
        DROP TABLE deliveries_before;
        CREATE INDEX deliveries_owed ON deliveries (address_key, id) WHERE state = 'owed';
        CREATE INDEX deliveries_of_message ON deliveries (message_id);
        CREATE INDEX deliveries_booked ON deliveries (address_key, booked_at);
        """,
    )


@migrations()
def m030_lines(db: Database) -> None:
    """Of a person's line: what is booked into a message, found apart from the thousands that may wait for one."""
    _run(
        db,
        """
        CREATE INDEX deliveries_in_line ON deliveries (address_key, id) WHERE state = 'owed' AND form IS NOT NULL;
        CREATE INDEX deliveries_waiting ON deliveries (address_key, id) WHERE state = 'owed' AND form IS NULL;
        """,
    )


@migrations()
def m031_release_as_owed(db: Database) -> None:
    """What a program is told of a release, kept as it was when that was owed: a repeat says the same."""
    _run(
        db,
        """
        ALTER TABLE deliveries ADD COLUMN release TEXT;
        UPDATE deliveries SET release = (
            SELECT json_object('agency', agency, 'url', url, 'published_at', published_at)
            FROM changes JOIN releases ON releases.id = release_id WHERE changes.id = change_id
        ) WHERE form = 'change' AND state IN ('owed', 'failed');
        """,
    )


@migrations()
def m033_due(db: Database) -> None:
    """When each listing is read next, and when it was last read: taken from the last orders of each."""
    _run(
        db,
        """
        CREATE TABLE due (
            agency TEXT NOT NULL,
            lang TEXT NOT NULL,
            read_at TEXT,
            wide_at TEXT,
            due_at TEXT NOT NULL,
            ground TEXT NOT NULL DEFAULT '',
            waiting REAL NOT NULL DEFAULT 0,
            PRIMARY KEY (agency, lang)
        ) STRICT, WITHOUT ROWID;
        -- From listing to listing by their index, and in each from its end: all readings of a year are not looked
        -- through. Wide readings are every sixth, and of a listing that has none the last thousands say so.
        WITH RECURSIVE agency_of (agency) AS (
            SELECT min(agency) FROM crawls
            UNION ALL
            SELECT (SELECT min(agency) FROM crawls WHERE crawls.agency > agency_of.agency)
            FROM agency_of WHERE agency IS NOT NULL
        ),
        listed (agency, lang) AS (
            SELECT agency, (SELECT min(lang) FROM crawls WHERE crawls.agency = agency_of.agency)
            FROM agency_of WHERE agency IS NOT NULL
            UNION ALL
            SELECT agency, (SELECT min(lang) FROM crawls WHERE crawls.agency = listed.agency AND lang > listed.lang)
            FROM listed WHERE lang IS NOT NULL
        ),
        last (agency, lang, read_at, wide_at, due_at) AS (
            SELECT agency, lang,
                   (SELECT started_at FROM crawls
                    WHERE crawls.agency = listed.agency AND crawls.lang = listed.lang AND page = 1
                      AND outcome IN ('items', 'unchanged', 'empty') ORDER BY id DESC LIMIT 1),
                   (SELECT started_at FROM (
                        SELECT started_at, page, purpose, outcome FROM crawls
                        WHERE crawls.agency = listed.agency AND crawls.lang = listed.lang ORDER BY id DESC LIMIT 2000)
                    WHERE page = 1 AND purpose = 'wide' AND outcome IN ('items', 'unchanged', 'empty') LIMIT 1),
                   (SELECT next_at FROM crawls
                    WHERE crawls.agency = listed.agency AND crawls.lang = listed.lang AND next_at IS NOT NULL
                    ORDER BY id DESC LIMIT 1)
            FROM listed WHERE lang IS NOT NULL
        )
        INSERT INTO due (agency, lang, read_at, wide_at, due_at)
        SELECT agency, lang, read_at, wide_at, due_at FROM last WHERE due_at IS NOT NULL;
        """,
    )


@migrations()
def m034_restores(db: Database) -> None:
    """When a backup was put in the place of this history, and what had been told by then that it does not hold."""
    _run(
        db,
        """
        CREATE TABLE restores (
            id INTEGER PRIMARY KEY,
            at TEXT NOT NULL,
            backup TEXT NOT NULL,
            last_change_at TEXT,
            replaced TEXT,
            -- What was published until then counts as told, whoever was told of it; null: nothing does.
            told_until TEXT,
            detail TEXT NOT NULL
        ) STRICT;
        CREATE INDEX restores_that_tell ON restores (at) WHERE told_until IS NOT NULL;
        CREATE TABLE told_before (
            uid TEXT PRIMARY KEY,
            until TEXT NOT NULL,
            what TEXT NOT NULL CHECK (what IN ('came', 'edited', 'moved', 'removed', 'restored')),
            source_id TEXT NOT NULL,
            lang TEXT NOT NULL,
            fingerprint TEXT,
            agency TEXT,
            deliveries TEXT NOT NULL,
            taken INTEGER NOT NULL DEFAULT 0
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX told_before_of ON told_before (source_id);
        CREATE INDEX told_before_until ON told_before (until);
        """,
    )


@migrations()
def m035_thinned(db: Database) -> None:
    """When an item was emptied because it was old; of another one that is empty the words were redacted."""
    _run(db, "ALTER TABLE raw_items ADD COLUMN thinned_at TEXT;\n")


@migrations()
def m036_clock_jumps(db: Database) -> None:
    """When the clock was set while the daemon ran: a restart must not take what it left out for time that passed."""
    _run(
        db,
        """
        CREATE TABLE clock_jumps (
            id INTEGER PRIMARY KEY,
            -- By the new time.
            at TEXT NOT NULL,
            -- Above zero: forward.
            seconds REAL NOT NULL
        ) STRICT;
        """,
    )
