"""Does a history that was stored fit, and is every alteration of it found and named? All text is invented."""

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
import zstandard
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from monitor.store.chain import content_digest, reparse_link
from monitor.store.database import Database, open_store
from monitor.store.redactions import redact
from monitor.store.verify import Head, read_head, rows_to_check, verify
from monitor.store.wordings import raw_item
from tests.monitor.desk import Desk
from tests.monitor.shelf import START, House, Item, past

HOUR = timedelta(hours=1)

COVERED = {
    "releases": ("source_id",),
    "editions": (
        *("release_id", "lang", "title", "text", "published_raw", "attachments", "images", "fingerprint"),
        *("digest", "revisions", "markup", "raw_id"),
    ),
    "revisions": (
        *("id", "edition_id", "number", "title", "text", "published_raw", "attachments", "images", "fingerprint"),
        *("seen_at", "parser", "digest", "content", "chain", "raw_id"),
    ),
    "raw_items": ("id", "received", "item", "words_of"),
    "changes": (
        *("uid", "at", "kind", "release_id", "edition_id", "revision_id", "weight", "detail", "baseline", "chain"),
    ),
}  # fmt: skip
EVERY = [(table, column) for table, columns in COVERED.items() for column in columns]


@cache
def stored() -> bytes:
    """A history with two languages, edits, mark-up that changed by itself, what came back and what went."""
    return asyncio.run(_lived())


async def _lived() -> bytes:
    house = House(agencies_followed=("economy", "mfa"), languages=("ru", "kk"), history=None)
    house.portal.show("economy", "ru", *past(14))
    house.portal.show("economy", "kk", *past(4, lang="kk"))
    house.portal.show("mfa", "ru", *past(3, first_id=300))
    await house.live(HOUR)
    at = house.now
    house.portal.show(
        "economy", "ru", Item(400, "Жаңа зауыт іске қосылды", "Құны 12 млрд теңге, өңір әкімі.", at)
    )
    await house.live(HOUR)
    house.portal.show("economy", "kk", Item(400, "Жаңа зауыт", "Құны 12 млрд теңге.", at))
    known = house.portal.listings["economy", "ru"][400]
    for text in (
        "Құны 21 млрд теңге, өңір әкімі.",
        "Құны «21» млрд теңге, өңір әкімі.",
        known.text,
        "Басқа мәтін: құрылыс аяқталды.",
    ):
        house.portal.show("economy", "ru", replace(known, text=text))
        await house.live(2 * HOUR)
    house.portal.hide(110, "ru")
    await house.live(6 * HOUR)
    assert {kind for (kind,) in house.rows("SELECT DISTINCT kind FROM changes")} >= {
        "published",
        "translated",
        "edited",
        "removed",
    }
    return house.db.conn.serialize()


@pytest.fixture
def db() -> Iterator[Database]:
    yield from _opened()


def _opened() -> Iterator[Database]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.deserialize(stored())
        connection.execute("PRAGMA ignore_check_constraints = ON")
        # Whoever alters the bytes of a file asks no index whether they are JSON.
        for index in ("changes_alike", "changes_in_mass"):
            connection.execute(f"DROP INDEX IF EXISTS {index}")
        yield Database(connection)


def what(db: Database, **asked: Any) -> str | None:
    """What does not fit; None: all does."""
    fault = verify(db, **asked).fault
    return fault.what if fault else None


def test_what_was_stored_fits_and_is_counted(db: Database) -> None:
    found = verify(db)
    assert found.fault is None
    assert found.redacted == 0
    counts = {table: db.table(table).count for table in found.checked}
    assert found.checked == counts
    assert counts["revisions"] >= 26
    assert rows_to_check(db) == sum(counts.values())
    [(revision, change)] = db.execute(
        "SELECT (SELECT max(id) FROM revisions), (SELECT max(id) FROM changes)"
    ).fetchall()
    assert found.head is not None
    assert (found.head.revision, found.head.change) == (revision, change)


def test_an_empty_history_fits() -> None:
    found = verify(open_store(":memory:"))
    assert found.fault is None
    assert verify(open_store(":memory:"), noted=found.head).fault is None


@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(st.sampled_from(EVERY), st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 255))
def test_any_altered_byte_is_found(place: tuple[str, str], row: int, byte: int, flip: int) -> None:
    table, column = place
    for db in _opened():
        held = db.execute(
            f"SELECT rowid, {column} FROM {table} WHERE {column} IS NOT NULL AND {column} <> '' ORDER BY rowid"
        ).fetchall()
        row_id, value = held[row % len(held)]
        altered = _altered(value, byte, flip)
        item = raw_item(db, row_id) if table == "raw_items" else None
        try:
            db.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", [altered, row_id])
        except sqlite3.IntegrityError:
            assume(False)
        if column in {"item", "words_of", "markup"}:
            assume(_reads_otherwise(db, table, row_id, item))
        assert what(db) is not None, f"{table}.{column} of row {row_id}: {value!r} became {altered!r}"


def _altered(value: Any, byte: int, flip: int) -> Any:
    if isinstance(value, int):
        return value + flip
    if isinstance(value, str):
        place = byte % len(value)
        other = chr(ord(value[place]) ^ (flip % 31 + 1))
        return value[:place] + (other if other.isprintable() else "ү") + value[place + 1 :]
    place = byte % len(value)
    return value[:place] + bytes([value[place] ^ flip]) + value[place + 1 :]


def _reads_otherwise(db: Database, table: str, row_id: int, item: str | None) -> bool:
    """Some bits of a frame say nothing, and a wording that came back has the words of the one before."""
    from monitor.store.packing import unpack_markup

    try:
        if table == "raw_items":
            return raw_item(db, row_id) != item
        [(markup, text)] = db.execute(
            "SELECT markup, text FROM editions WHERE rowid = ?", [row_id]
        ).fetchall()
        unpack_markup(markup, text)
    except (zstandard.ZstdError, UnicodeDecodeError):
        return True
    return False


@pytest.mark.parametrize("table", ["releases", "editions", "revisions", "raw_items", "changes"])
def test_whatever_row_is_taken_out_of_what_was_noted_is_missed(db: Database, table: str) -> None:
    noted = verify(db).head
    ids = [row_id for (row_id,) in db.execute(f"SELECT id FROM {table}")]
    for row_id in ids:
        db.execute("SAVEPOINT whole")
        db.execute(f"DELETE FROM {table} WHERE id = ?", [row_id])
        assert what(db, noted=noted) is not None, row_id
        db.execute("ROLLBACK TO whole")
    assert what(db, noted=noted) is None


def test_a_history_made_anew_fits_itself_but_not_what_was_noted(db: Database) -> None:
    noted = verify(db).head
    [(last,)] = db.execute("SELECT max(id) FROM changes").fetchall()
    db.execute("DELETE FROM changes WHERE id = ?", [last])
    assert what(db) is None
    said = what(db, noted=noted)
    assert said is not None
    assert "what followed was taken away" in said


async def test_what_was_noted_stays_the_beginning_of_a_history_that_goes_on() -> None:
    house = House(languages=("ru",), history=None)
    house.portal.show("economy", "ru", *past(5))
    await house.live(HOUR)
    noted = verify(house.db).head
    house.portal.show("economy", "ru", Item(700, "Тағы бірі", "Мәтін.", house.now))
    house.portal.show("economy", "ru", replace(past(5)[2], text="Өзгерді."))
    await house.live(HOUR)
    later = verify(house.db, noted=noted)
    assert later.fault is None
    assert later.head is not None
    assert later.head.revision == noted.revision + 2  # type: ignore[union-attr]
    forged = replace(noted, digest="0" * 64)  # type: ignore[type-var]
    assert "not what was noted" in str(what(house.db, noted=forged))


def test_a_fault_names_its_row(db: Database) -> None:
    [(revision, edition, number)] = db.execute(
        "SELECT revisions.id, edition_id, number FROM revisions JOIN editions ON editions.id = edition_id "
        "JOIN releases ON releases.id = release_id WHERE source_id = '400' AND editions.lang = 'kk'"
    ).fetchall()
    db.execute("UPDATE editions SET text = 'Бұрмаланған.' WHERE id = ?", [edition])
    fault = verify(db).fault
    assert fault is not None
    assert (fault.table, fault.id, fault.source_id, fault.lang, fault.number) == (
        "revisions",
        revision,
        "400",
        "kk",
        number,
    )
    assert f"row {edition} of editions" in fault.what


def test_of_some_releases_only_theirs_is_looked_at(db: Database) -> None:
    db.execute("UPDATE editions SET text = 'Бұрмаланған.' WHERE release_id = 1")
    found = verify(db, ["400"])
    assert (found.fault, found.head) == (None, None)
    assert found.checked["editions"] == 2
    assert found.checked["revisions"] == found.checked["changes"] == 5
    assert found.checked["raw_items"] == 4  # the first wording came back with its item
    [(first,)] = db.execute("SELECT source_id FROM releases WHERE id = 1").fetchall()
    assert verify(db, ["400", first]).fault is not None


def test_a_redacted_release_fits_and_its_wordings_are_counted(db: Database) -> None:
    noted = verify(db).head
    assert redact(db, "400", by="сот", reason="жеке деректер", now=START) is not None
    found = verify(db, noted=noted)
    assert (found.fault, found.redacted) == (None, 5)
    db.execute("SAVEPOINT said")
    db.execute("DELETE FROM redactions")
    assert what(db) is not None  # nothing says any more that it was redacted
    db.execute("ROLLBACK TO said")
    assert what(db) is None
    db.execute("UPDATE revisions SET fingerprint = '2:0' WHERE number = 2")
    assert what(db) is not None


@pytest.mark.parametrize(
    ("table", "alteration"),
    [
        ("changes", "detail = '{\"redacted\":' || '\"' || 'a' || '\"}'"),
        ("changes", "detail = '{\"redacted\":'"),
        ("changes", "detail = '{\"redacted\":{}}'"),
        ("raw_items", "item = NULL"),
    ],
)
def test_what_is_blanked_without_a_redaction_does_not_fit(db: Database, table: str, alteration: str) -> None:
    db.execute(f"UPDATE {table} SET {alteration} WHERE id = 3")
    fault = verify(db).fault
    assert fault is not None
    assert (fault.table, fault.id) == (table, 3)


def test_what_better_code_has_read_fits_by_the_digest_of_that_reading(db: Database) -> None:
    if not db.table("reparses").exists():
        columns = {"revision_id": int, "number": int, "at": str, "parser": int, "content": str}
        db.table("reparses").create(
            columns | {"fingerprint": str, "chain": str}, pk=("revision_id", "number")
        )
    [(revision, title, link)] = db.execute(
        "SELECT id, title, chain FROM wordings WHERE lang = 'kk' AND number = 1 ORDER BY 1 LIMIT 1"
    ).fetchall()
    [said] = db.query("SELECT published_raw, attachments, images FROM wordings WHERE id = ?", [revision])
    read: dict[str, Any] = {
        "number": 1,
        "at": "2026-08-01T00:00:00.000Z",
        "parser": 9,
        "content": content_digest(title, "Жақсырақ оқылды.", **said),
        "fingerprint": "2:9",
    }
    db.table("reparses").insert({"revision_id": revision, **read, "chain": reparse_link(link, **read)})
    assert what(db) is not None
    [(edition,)] = db.execute("SELECT edition_id FROM revisions WHERE id = ?", [revision]).fetchall()
    from monitor.store.packing import pack_markup
    from monitor.store.wordings import items_kept

    with items_kept(db, edition):
        db.execute(
            "UPDATE editions SET text = 'Жақсырақ оқылды.', fingerprint = '2:9', markup = ? WHERE id = ?",
            [pack_markup("<p>Жақсырақ оқылды.</p>", "Жақсырақ оқылды."), edition],
        )
    assert what(db) is None
    db.execute("UPDATE reparses SET at = '2026-08-02T00:00:00.000Z'")
    assert "reading 1" in str(what(db))


def test_a_row_that_names_one_that_is_not_there_is_named(db: Database) -> None:
    db.execute(
        "INSERT INTO release_agencies (release_id, agency, first_seen_at, last_seen_at) VALUES (9999, 'mfa', '', '')"
    )
    fault = verify(db).fault
    assert fault is not None
    assert fault.table == "release_agencies"
    assert "releases" in fault.what


def test_a_head_is_read_as_it_is_printed() -> None:
    head = Head(12, 7, "0123456789abcdef" * 4)
    assert read_head(f" {head}\n".upper()) == head
    with pytest.raises(ValueError, match="NUMBER-NUMBER-DIGEST"):
        read_head("0123456789abcdef")


def on_file(desk: Desk) -> Database:
    desk.database.write_bytes(stored())
    return desk.store()


def test_the_command_counts_and_gives_a_head_that_it_knows_again(desk: Desk) -> None:
    db = on_file(desk)
    result = desk.type("verify")
    assert result.exit_code == 0
    first, last = result.stdout.splitlines()
    assert first.startswith(f"All fits: {db.table('revisions').count} wordings, ")
    head = last.removeprefix("Head: ")
    assert str(verify(db).head) == head
    again = desk.type("verify", "--head", head)
    assert (again.exit_code, again.stdout) == (
        0,
        f"{first}\nThe history that was noted is its beginning, unaltered.\n{last}\n",
    )
    one = desk.type("verify", "400")
    assert (one.exit_code, one.stdout) == (
        0,
        "All fits: 5 wordings, 4 items as received, 2 editions, 5 changes.\n",
    )


def test_the_command_names_what_does_not_fit_and_fails(desk: Desk) -> None:
    db = on_file(desk)
    db.execute("UPDATE changes SET weight = 'none' WHERE id = 2")
    result = desk.type("verify")
    assert result.exit_code == 1
    assert result.stdout.startswith("Does not fit: row 2 of changes (release ")
    assert json.loads(desk.type("verify", "--json").stdout)["fault"]["id"] == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--head", "12"), "NUMBER-NUMBER-DIGEST"),
        (("400", "--head", f"1-1-{'0' * 64}"), "leave the IDs out"),
    ],
)
def test_what_is_typed_wrongly_is_said(desk: Desk, words: tuple[str, ...], said: str) -> None:
    on_file(desk)
    result = desk.type("verify", *words)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_release_that_is_not_held_is_named(desk: Desk) -> None:
    on_file(desk)
    result = desk.run("verify", "999")
    assert result.returncode == 1
    assert "release 999 is not held" in result.stderr
