"""What better code reads in kept items takes the place of what was read, and is no news. Told as stories."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from crawler import items
from crawler.records import PARSER, Misfit
from monitor import reparse as reparse_module
from monitor.dumps import DumpedRelease
from monitor.errors import CrawlFailed
from monitor.reparse import Tally, reparse
from monitor.store import reparses
from monitor.store.chain import content_digest, reparse_link
from monitor.store.database import Database
from monitor.store.dumped import keep_dumped
from monitor.store.packing import unpack_markup
from monitor.store.redactions import redact
from monitor.store.reparses import Scope, count_outdated
from monitor.store.verify import verify
from monitor.store.wordings import raw_item
from tests.monitor.kept import BASE, Portal, RawItem, better_code, blind_code, release
from tests.monitor.replay import assert_tables_follow
from tests.monitor.shelf import START, House, failing_once

HOUR = timedelta(hours=1)
LATER = datetime(2026, 8, 1, tzinfo=UTC)


@pytest.fixture
def house() -> House:
    portal = Portal()
    portal.show("economy", "ru", release(100, "Мектеп 300 оқушыға арналған."))
    return House(portal=portal)


async def anew(house: House, *, keep: bool = True, everything: bool = False, only: str = "") -> Tally:
    scope = Scope((only,) if only else (), everything)
    return await reparse(house.db, house.portal, scope, keep=keep, now=lambda: LATER)


def everything(db: Database) -> list[tuple[Any, ...]]:
    tables = ("releases", "editions", "revisions", "reparses", "changes", "deliveries", "raw_items")
    return [(table, row) for table in tables for row in db.execute(f"SELECT * FROM {table}").fetchall()]


def text_of(house: House) -> Any:
    return house.rows("SELECT text FROM editions")[0][0]


def unchained(db: Database) -> list[str]:
    """What does not fit: the words of each wording and its last reading, and the chain over its readings."""
    wrong = []
    for revision_id, source_id, number, first, content, *said in db.execute(
        "SELECT revisions.id, wordings.source_id, wordings.number, revisions.chain, revisions.content, "
        "wordings.title, wordings.text, wordings.published_raw, wordings.attachments, wordings.images "
        "FROM wordings JOIN revisions USING (id)"
    ).fetchall():
        where, link, last = f"{source_id}/{number}", first, content
        for reading in db.query(
            "SELECT * FROM reparses WHERE revision_id = ? ORDER BY number", [revision_id]
        ):
            chain = reading.pop("chain")
            del reading["revision_id"]
            link, last = reparse_link(link, **reading), reading["content"]
            wrong += [] if chain == link else [f"{where}: chain"]
        title, text, published_raw, attachments, images = said
        held = content_digest(
            title, text, published_raw=published_raw, attachments=attachments, images=images
        )
        wrong += [] if held == last else [f"{where}: content"]
    return wrong


async def test_words_read_anew_take_the_place_of_the_old_and_nobody_is_told(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.live(3 * HOUR)
    first = house.rows("SELECT content, fingerprint, chain, parser, digest, raw_id, seen_at FROM revisions")
    changes = house.rows("SELECT * FROM changes")
    better_code(monkeypatch)
    tally = await anew(house)
    assert (tally.read, tally.differently) == (1, 1)
    assert tally.example is not None
    assert "оқушыға" in tally.example.before
    assert "балаға" in tally.example.after
    assert text_of(house) == "Мектеп 300 балаға арналған."
    assert first == house.rows(
        "SELECT content, fingerprint, chain, parser, digest, raw_id, seen_at FROM revisions"
    )
    assert changes == house.rows("SELECT * FROM changes")
    assert house.rows("SELECT count(*) FROM editions_fts WHERE editions_fts MATCH 'балаға'") == [(1,)]
    assert house.rows("SELECT count(*) FROM editions_fts WHERE editions_fts MATCH 'оқушыға'") == [(0,)]
    [(markup, text)] = house.rows("SELECT markup, text FROM editions")
    assert isinstance(markup, bytes)
    assert "балаға" in unpack_markup(markup, str(text))
    assert unchained(house.db) == []


async def test_the_next_reading_takes_a_text_read_anew_for_no_edit(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.live(3 * HOUR)
    better_code(monkeypatch)
    await anew(house)
    before = house.rows("SELECT id FROM changes")
    # Other mark-up, so that the item is not known by its digest: the words have to be.
    house.portal.show(
        "economy", "ru", replace(release(100, ""), body="<div>Мектеп 300 оқушыға  арналған.</div>")
    )
    await house.live(3 * HOUR)
    assert house.rows("SELECT id FROM changes") == before
    house.portal.show("economy", "ru", release(100, "Мектеп 400 оқушыға арналған."))
    await house.live(3 * HOUR)
    [edit] = [
        json.loads(str(row[0])) for row in house.rows("SELECT detail FROM changes WHERE kind = 'edited'")
    ]
    assert [(run["before"], run["after"]) for run in edit["words"]] == [("300", "400")]
    assert unchained(house.db) == []


async def test_without_it_the_same_reading_would_be_an_edit(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the story above would prove nothing."""
    await house.live(3 * HOUR)
    better_code(monkeypatch)
    house.portal.show(
        "economy", "ru", replace(release(100, ""), body="<div>Мектеп 300 оқушыға  арналған.</div>")
    )
    await house.live(3 * HOUR)
    assert house.rows("SELECT count(*) FROM changes WHERE kind = 'edited'") == [(1,)]


async def test_every_wording_is_read_anew_and_two_that_become_equal_stay_two(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.live(3 * HOUR)
    house.portal.show("economy", "ru", release(100, "Мектеп 300 балаға арналған."))
    await house.live(3 * HOUR)
    better_code(monkeypatch)
    await anew(house)
    texts = house.rows("SELECT number, text FROM wordings ORDER BY number")
    assert texts == [(1, "Мектеп 300 балаға арналған."), (2, "Мектеп 300 балаға арналған.")]
    assert house.rows("SELECT kind FROM changes ORDER BY id") == [("published",), ("edited",)]
    assert unchained(house.db) == []


async def test_mark_up_follows_the_item_that_the_portal_showed_last(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.live(3 * HOUR)
    house.portal.show(
        "economy", "ru", replace(release(100, ""), body="<div><b>Мектеп</b> 300 оқушыға арналған.</div>")
    )
    await house.live(3 * HOUR)
    better_code(monkeypatch)
    await anew(house)
    [(markup, text, edition, number)] = house.rows(
        "SELECT markup, text, fingerprint, revisions FROM editions"
    )
    assert isinstance(markup, bytes)
    html = unpack_markup(markup, str(text))
    assert "<b>Мектеп</b>" in html
    assert "балаға" in html
    assert number == 1
    assert [(edition,)] == house.rows("SELECT fingerprint FROM reparses")


async def test_a_fingerprint_of_a_newer_rule_and_its_revision_agree_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.live(3 * HOUR)
    house.db.execute("UPDATE revisions SET fingerprint = '1:' || substr(fingerprint, 3)")
    assert count_outdated(house.db, Scope()) == 1
    await anew(house)
    assert house.rows("SELECT fingerprint FROM editions") == house.rows("SELECT fingerprint FROM reparses")
    assert count_outdated(house.db, Scope()) == 0


async def test_a_last_reading_that_is_taken_away_is_missed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.live(3 * HOUR)
    better_code(monkeypatch)
    await anew(house)
    house.db.execute("DELETE FROM reparses")
    fault = verify(house.db).fault
    assert fault is not None
    assert fault.table == "revisions"
    assert "digest `content`" in fault.what


async def test_so_is_one_of_the_same_words_by_another_rule(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.live(3 * HOUR)
    monkeypatch.setattr("monitor.fingerprint.VERSION", 3)
    monkeypatch.setattr(reparses, "VERSION", 3)
    await anew(house)
    assert house.rows("SELECT number FROM reparses") == [(1,)]
    assert verify(house.db).fault is None
    house.db.execute("DELETE FROM reparses")
    fault = verify(house.db).fault
    assert fault is not None
    assert (fault.table, "its fingerprint is not that" in fault.what) == ("editions", True)


async def test_the_date_of_a_release_follows_the_copy_it_came_from(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.live(3 * HOUR)
    before = house.rows("SELECT published_at, published_on FROM releases")
    better_code(monkeypatch)
    read_date = items.read_date

    def a_day_later(written: str) -> Any:
        read = read_date(written)
        assert read is not None
        return replace(read, at=read.at + timedelta(days=1), on=read.on + timedelta(days=1))

    monkeypatch.setattr(items, "read_date", a_day_later)
    await anew(house)
    [(at, on)] = house.rows("SELECT published_at, published_on FROM releases")
    assert (at, on) != before[0]
    assert [(at,)] == house.rows("SELECT published_at FROM editions")


def full_house(monkeypatch: pytest.MonkeyPatch) -> House:
    portal = Portal()
    some = [release(100 + n, f"Мектеп {n} оқушыға арналған.") for n in range(7)]
    portal.show("economy", "ru", *some)
    monkeypatch.setattr(reparse_module, "AT_ONCE", 2)
    return House(portal=portal)


async def test_whatever_ends_it_the_next_run_goes_on_to_the_same_end(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, broken = full_house(monkeypatch), full_house(monkeypatch)
    for house in (whole, broken):
        await house.live(3 * HOUR)
    uids = "UPDATE changes SET uid = id, chain = ''"  # random by nature
    for house in (whole, broken):
        house.db.execute(uids)
    better_code(monkeypatch)
    await anew(whole)
    broken.portal.dies_after = 2
    with pytest.raises(CrawlFailed):
        await anew(broken)
    assert broken.rows("SELECT count(*) FROM reparses") == [(4,)]
    assert unchained(broken.db) == []
    broken.portal.dies_after = None
    for step in ("_note_reading", "tells_apart", "_show", "_redate", "_update"):
        before = everything(broken.db)
        failing_once(monkeypatch, reparses, step, RuntimeError("killed"))
        with pytest.raises(RuntimeError, match="killed"):
            await anew(broken)
        assert everything(broken.db) == before
    tally = await anew(broken)
    assert tally.read == 3
    assert everything(broken.db) == everything(whole.db)


async def test_reading_all_anew_twice_writes_nothing_the_second_time(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.live(3 * HOUR)
    better_code(monkeypatch)
    await anew(house, everything=True)
    before = everything(house.db)
    tally = await anew(house, everything=True)
    assert (tally.read, tally.differently) == (1, 0)
    assert everything(house.db) == before


async def test_a_second_better_code_adds_a_second_reading(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.live(3 * HOUR)
    for version in (PARSER + 1, PARSER + 2):
        better_code(monkeypatch, version)
        await anew(house)
    assert house.rows("SELECT number, parser FROM reparses") == [(1, PARSER + 1), (2, PARSER + 2)]
    assert unchained(house.db) == []


async def test_a_trial_writes_nothing_and_says_what_would_differ(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.live(3 * HOUR)
    better_code(monkeypatch)
    before = everything(house.db)
    tally = await anew(house, keep=False)
    assert (tally.read, tally.differently) == (1, 1)
    assert everything(house.db) == before


async def test_redacted_and_dumped_wordings_and_those_without_an_item_stay_as_they_are(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.portal.show("economy", "ru", *(release(n, "Мектеп 300 оқушыға арналған.") for n in (101, 102)))
    await house.live(3 * HOUR)
    house.db.execute("UPDATE raw_items SET item = NULL WHERE id = 1")
    house.db.execute("DELETE FROM raw_items WHERE id = 2")
    better_code(monkeypatch)
    tally = await anew(house)
    assert (tally.read, tally.redacted, tally.without_item) == (1, 1, 1)
    assert house.rows("SELECT count(*) FROM wordings WHERE text LIKE '%оқушы%'") == [(2,)]


async def test_an_item_that_can_no_longer_be_read_is_named_and_stays(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.live(3 * HOUR)
    better_code(monkeypatch)

    def refuses(raw: str, *, order: int, position: int, base_url: str) -> Misfit:
        return Misfit(order, position, "100", "The item has no title.", raw)

    monkeypatch.setattr(items, "read_kept", refuses)
    before = everything(house.db)
    tally = await anew(house)
    assert tally.unreadable == [("100", "ru", 1, "The item has no title.")]
    assert everything(house.db) == before


async def test_what_the_portal_showed_in_the_words_of_a_dump_is_compared_by_the_new_reading(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    portal = Portal()
    house = House(portal=portal)
    item = replace(release(100, "Мектеп 300 оқушыға арналған."), dated="12.07.2026")
    dumped = dumped_as(item, "Мектеп 300 оқушыға арналған.")
    keep_dumped(house.db, dumped, zone="Asia/Almaty", now=START)
    portal.show("economy", "ru", item)
    await house.live(3 * HOUR)
    wordings = house.rows("SELECT parser, revisions FROM revisions JOIN editions ON editions.id = edition_id")
    assert wordings == [(0, 1)], "the wording stays the dump's"
    better_code(monkeypatch)
    await anew(house)
    assert house.rows("SELECT count(*) FROM reparses") == [(0,)]
    assert house.rows("SELECT revisions, text FROM editions") == [(2, "Мектеп 300 балаға арналған.")]
    before = house.rows("SELECT id FROM changes")
    portal.show("economy", "ru", replace(item, body="<div>Мектеп 300 оқушыға арналған.</div>"))
    await house.live(3 * HOUR)
    assert house.rows("SELECT id FROM changes") == before


async def test_only_the_releases_that_are_named(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.portal.show("economy", "ru", release(101, "Мектеп 300 оқушыға арналған."))
    await house.live(3 * HOUR)
    better_code(monkeypatch)
    tally = await anew(house, only="101")
    assert tally.read == 1
    assert house.rows("SELECT source_id FROM wordings WHERE text LIKE '%бала%'") == [("101",)]


async def flipping(house: House, turns: int, every: timedelta = HOUR) -> None:
    for turn in range(turns):
        number = 400 if turn % 2 == 0 else 300
        house.portal.show("economy", "ru", release(100, f"Мектеп {number} оқушыға арналған."))
        await house.live(every)


async def test_a_text_that_flips_is_known_by_what_the_new_code_reads(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.live(3 * HOUR)
    await flipping(house, 6)
    [(flapping,)] = house.rows("SELECT flapping FROM editions")
    assert flapping is not None, "else this proves nothing"
    changes = house.rows("SELECT id FROM changes")
    better_code(monkeypatch)
    await anew(house)
    [(after,)] = house.rows("SELECT flapping FROM editions")
    turns = json.loads(str(after))["turns"]
    assert turns.keys() == {mark for (mark,) in house.rows("SELECT DISTINCT fingerprint FROM reparses")}
    for body in ("Мектеп 400  оқушыға арналған.", "Мектеп 300  оқушыға арналған.") * 2:
        house.portal.show("economy", "ru", replace(release(100, ""), body=f"<div>{body}</div>"))
        await house.live(HOUR)
    assert house.rows("SELECT id FROM changes") == changes


async def test_a_wording_that_comes_back_is_known_by_what_the_new_code_reads(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.live(3 * HOUR)
    house.portal.show("economy", "ru", release(100, "Мектеп 400 оқушыға арналған."))
    await house.live(3 * HOUR)
    better_code(monkeypatch)
    await anew(house)
    house.portal.show("economy", "ru", release(100, "Мектеп 300 оқушыға арналған."))
    await house.live(3 * HOUR)
    [*_, (detail,)] = house.rows("SELECT detail FROM changes ORDER BY id")
    assert json.loads(str(detail))["back_to"] == 1
    assert unchained(house.db) == []


async def changed_unseen(house: House, *bodies: str) -> None:
    """What older code took for one wording: the portal shows these after the first."""
    with pytest.MonkeyPatch.context() as patch:
        blind_code(patch)
        await house.live(3 * HOUR)
        for body in bodies:
            house.portal.show("economy", "ru", release(100, body))
            await house.live(3 * HOUR)


def wordings_held(house: House) -> list[tuple[Any, ...]]:
    return house.rows("SELECT number, text FROM wordings ORDER BY number")


async def test_two_items_that_only_better_code_tells_apart_become_two_revisions_without_news(
    house: House,
) -> None:
    await changed_unseen(house, "Мектеп 600 оқушыға арналған.", "Мектеп 900 оқушыға арналған.")
    assert wordings_held(house) == [(1, "Мектеп оқушыға арналған.")], "else this proves nothing"
    changes = house.rows("SELECT * FROM changes")
    updated = house.rows("SELECT updated_at FROM editions")
    tried = await anew(house, keep=False)
    tally = await anew(house)
    assert tally == tried
    assert (tally.read, tally.differently) == (1, 1)
    first, second = "Мектеп 300 оқушыға арналған.", "Мектеп 900 оқушыға арналған."
    assert wordings_held(house) == [(1, first), (2, second)]
    assert house.rows("SELECT text, revisions, updated_at FROM editions") == [(second, 2, updated[0][0])]
    assert house.rows("SELECT editions.fingerprint, raw_id, digest, text FROM editions") == house.rows(
        "SELECT fingerprint, raw_id, digest, (SELECT text FROM editions) FROM revisions WHERE number = 2"
    )
    assert house.rows("SELECT * FROM changes") == changes
    assert [json.loads(raw_item(house.db, row) or "")["body"] for row in (1, 2)] == [
        f"<p>{first}</p>",
        f"<p>{second}</p>",
    ]
    assert house.rows("SELECT count(*) FROM editions_fts WHERE editions_fts MATCH '900'") == [(1,)]
    assert house.rows("SELECT count(*) FROM editions_fts WHERE editions_fts MATCH '300'") == [(0,)]
    assert verify(house.db).fault is None
    assert_tables_follow(house.db)
    held = everything(house.db)
    await anew(house, everything=True)
    assert everything(house.db) == held


async def test_what_follows_on_items_told_apart_is_compared_with_what_the_portal_showed_last(
    house: House,
) -> None:
    await changed_unseen(house, "Мектеп 900 оқушыға арналған.")
    await anew(house)
    before = house.rows("SELECT id FROM changes")
    await house.live(3 * HOUR)
    assert house.rows("SELECT id FROM changes") == before
    for body in ("Мектеп 910 оқушыға арналған.", "Мектеп 300 оқушыға арналған."):
        house.portal.show("economy", "ru", release(100, body))
        await house.live(3 * HOUR)
    query = "SELECT detail FROM changes WHERE kind = 'edited' ORDER BY id"
    first, second = (json.loads(str(detail)) for (detail,) in house.rows(query))
    assert [(run["before"], run["after"]) for run in first["words"]] == [("900", "910")]
    assert second["back_to"] == 1
    assert verify(house.db).fault is None
    assert_tables_follow(house.db)


async def test_items_told_apart_where_the_first_reads_as_before(house: House) -> None:
    house.portal.show("economy", "ru", release(100, "Мектеп оқушыға арналған."))
    await changed_unseen(house, "Мектеп 900 оқушыға арналған.")
    tally = await anew(house)
    assert tally.differently == 1
    assert tally.example is not None
    assert (tally.example.before, tally.example.after) == ("", "900")
    assert [text for _, text in wordings_held(house)] == [
        "Мектеп оқушыға арналған.",
        "Мектеп 900 оқушыға арналған.",
    ]
    assert verify(house.db).fault is None


async def test_items_told_apart_of_which_the_first_was_an_edit(house: House) -> None:
    await changed_unseen(
        house, "Мектеп 300 балаға арналған.", "Мектеп 600 балаға арналған.", "Мектеп 900 балаға арналған."
    )
    await anew(house)
    texts = [text for _, text in wordings_held(house)]
    assert texts == [f"Мектеп {said} арналған." for said in ("300 оқушыға", "300 балаға", "900 балаға")]
    assert verify(house.db).fault is None
    assert_tables_follow(house.db)
    redact(house.db, "100", by="сот", reason="жеке деректер", now=LATER)
    assert verify(house.db).fault is None


async def test_what_the_portal_showed_beside_a_dump_is_told_from_it_by_better_code() -> None:
    house = House(portal=Portal())
    item = replace(release(100, "Мектеп 300 оқушыға арналған."), dated="12.07.2026")
    keep_dumped(house.db, dumped_as(item, "Мектеп оқушыға арналған."), zone="Asia/Almaty", now=START)
    house.portal.show("economy", "ru", item)
    await changed_unseen(house)
    assert wordings_held(house) == [(1, "Мектеп оқушыға арналған.")], "else this proves nothing"
    await anew(house)
    assert [text for _, text in wordings_held(house)] == [
        "Мектеп оқушыға арналған.",
        "Мектеп 300 оқушыға арналған.",
    ]
    assert count_outdated(house.db, Scope()) == 0
    assert house.rows("SELECT count(*) FROM changes") == [(0,)]
    assert verify(house.db).fault is None


def dumped_as(item: RawItem, text: str) -> DumpedRelease:
    return DumpedRelease(
        source_id="100",
        agency="economy",
        lang="ru",
        category="Education",
        title=item.title,
        text=text,
        on=date(2026, 7, 12),
        url=f"{BASE}/memleket/entities/economy/press/news/details/100",
        line=1,
        text_lang="kk",
        address_lang=None,
    )


async def test_the_stories_follow_what_the_new_code_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    portal = Portal()
    house = House(portal=portal, agencies_followed=("economy", "mfa"))
    told = [f"{n} мектепте оқушы саны {n * 7} болып өсті" for n in range(30)]
    portal.show("economy", "ru", release(100, ". ".join(told)))
    portal.show("mfa", "ru", release(101, ". ".join(told).replace("оқушы", "бала")))
    await house.live(3 * HOUR)
    assert house.rows("SELECT count(*) FROM releases WHERE story_id IS NOT NULL") == [(0,)]
    better_code(monkeypatch)
    await anew(house)
    assert house.rows("SELECT count(*) FROM releases WHERE story_id IS NOT NULL") == [(2,)]
