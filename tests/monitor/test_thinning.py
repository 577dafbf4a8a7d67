"""What is thinned when it is old, what never is, and that no decision and no command can tell. All is invented."""

import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crawler.directory import agencies
from monitor.config import Retention
from monitor.store.database import BUSY_MS, Database, open_reader, open_store, to_text, writing
from monitor.store.listings import write_directory
from monitor.store.people import _LAST_READ, agency_rows, listing_rows
from monitor.store.removals import copies
from monitor.store.reparses import Scope, outdated
from monitor.store.retention import (
    Place,
    forget_deliveries,
    forget_items,
    forget_readings,
    oldest_since,
    proofs,
)
from monitor.store.tidying import tidy
from monitor.store.verify import verify
from monitor.store.wordings import raw_item
from monitor.thinning import Thinned, steps, thin
from tests.monitor.shelf import START, House, Item, past

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def store() -> Database:
    db = open_store(":memory:")
    write_directory(db, agencies().values(), followed=["economy"])
    return db


def reading(db: Database, days: int, *, covered: int | None = None, outcome: str = "unchanged") -> int:
    """A reading that many days after the start, which covered its listing down to another day."""
    moment = to_text(START + days * DAY)
    cursor = db.execute(
        "INSERT INTO crawls (started_at, finished_at, agency, lang, page, purpose, route, outcome, covered_to) "
        "VALUES (?, ?, 'economy', 'kk', 1, 'ordinary', 'rest', ?, ?)",
        [moment, moment, outcome, None if covered is None else to_text(START + covered * DAY)],
    )
    return int(cursor.lastrowid or 0)


def forget(db: Database, *, before: datetime, most: int = 2) -> int:
    """Thins all readings from before that moment, as few of them at once; how many went."""
    named = frozenset(number for some in proofs(db, most=most) for number in some)
    first_kept, gone = oldest_since(db, before), 0
    at: Place | None = Place()
    while at is not None:
        step = forget_readings(db, first_kept=first_kept, proofs=named, at=at, most=most)
        gone, at = gone + step.gone, step.at
    return gone


def left(db: Database) -> list[int]:
    return [number for (number,) in db.execute("SELECT id FROM crawls ORDER BY id")]


def test_only_readings_from_before_that_moment_go() -> None:
    db = store()
    old, last, new = reading(db, 1), reading(db, 2), reading(db, 10)
    assert forget(db, before=START + 5 * DAY) == 1
    assert left(db) == [last, new]
    assert old not in left(db)


def test_the_last_reading_of_a_listing_and_its_last_success_stay() -> None:
    db = store()
    reading(db, 1)
    success = reading(db, 2)
    reading(db, 3, outcome="refused")
    last = reading(db, 4, outcome="refused")
    new = reading(db, 10, outcome="refused")
    forget(db, before=START + 5 * DAY)
    assert left(db) == [success, last, new]


def test_of_the_readings_that_covered_a_place_the_last_one_stays() -> None:
    db = store()
    deep = reading(db, 1, covered=-40)
    reading(db, 2, covered=-9)  # the next one covered the same, and this one not as deep as the first
    again = reading(db, 3, covered=-9)
    last, new = reading(db, 4, covered=-1), reading(db, 10, covered=0)
    assert forget(db, before=START + 5 * DAY) == 1
    assert left(db) == [deep, again, last, new]


def test_a_reading_to_the_end_of_the_listing_outweighs_all_before_it() -> None:
    db = store()
    reading(db, 1, covered=-40)
    whole = reading(db, 2)
    db.execute("UPDATE crawls SET covered_to = '' WHERE id = ?", [whole])
    last, new = reading(db, 3, covered=-1), reading(db, 10)
    forget(db, before=START + 5 * DAY)
    assert left(db) == [whole, last, new]


async def test_what_proves_a_removal_stays_and_what_is_known_of_its_copies_is_the_same() -> None:
    house = House(languages=("ru", "kk"))
    for lang in ("ru", "kk"):
        house.portal.show("economy", lang, *past(30, lang=lang))
    await house.live(12 * HOUR)
    house.portal.hide(125)
    await house.live(30 * HOUR)
    house.portal.hide(126)
    await house.live(2 * HOUR)
    for days in range(3):
        house.portal.show("economy", "kk", Item(900 + days, "Жаңа", "Мәтін.", house.now))
        await house.live(DAY)
    assert ("removed", "125") in {(change.kind, change.source_id) for change in house.news}
    ids = [release for (release,) in house.rows("SELECT id FROM releases")]
    known = [copies(house.db, int(str(release))) for release in ids]
    said = listing_rows(house.db), agency_rows(house.db)
    before = left(house.db)
    assert forget(house.db, before=house.now - HOUR) > len(before) / 2
    assert [copies(house.db, int(str(release))) for release in ids] == known
    assert (listing_rows(house.db), agency_rows(house.db)) == said
    proofs = house.rows(
        """
        SELECT proof.value ->> '$.crawl' FROM absences, json_each(evidence) AS proof
        UNION ALL
        SELECT proof.value ->> '$.crawl'
        FROM changes, json_each(detail, '$.evidence') AS copy, json_each(copy.value, '$.readings') AS proof
        """
    )
    assert proofs
    assert {number for (number,) in proofs} <= set(left(house.db))


def test_the_agencies_are_listed_with_the_last_good_reading_in_any_language() -> None:
    db = store()
    reading(db, 1)
    reading(db, 2, outcome="refused")
    later = to_text(START + 3 * DAY)
    db.execute(
        "INSERT INTO crawls (started_at, finished_at, agency, lang, page, purpose, route, outcome) "
        "VALUES (?, ?, 'economy', 'ru', 1, 'ordinary', 'rest', 'items')",
        [later, later],
    )
    assert agency_rows(db) == {"economy": {"agency": "economy", "read_at": later}}
    plan = " ".join(str(row) for row in db.execute(f"EXPLAIN QUERY PLAN {_LAST_READ}"))
    assert "SCAN crawls" not in plan


def test_old_readings_are_told_from_the_others_though_some_between_them_are_gone() -> None:
    db = store()
    moments = {reading(db, day): START + day * DAY for day in range(9)}
    db.execute("DELETE FROM crawls WHERE id IN (3, 4, 8)")
    for day in range(-1, 12):
        moment = START + day * DAY
        first = oldest_since(db, moment)
        assert [number < first for number in left(db)] == [moments[number] < moment for number in left(db)], (
            day
        )


async def edited_house() -> House:
    """Release 400 was edited three times, the first words came back; 401 was edited, then taken down."""
    house = House(languages=("ru",), history=None)
    house.portal.show("economy", "ru", *past(12))
    await house.live(HOUR)
    for number in (400, 401):
        house.portal.show(
            "economy", "ru", Item(number, "Жаңа зауыт", "Құны 12 млрд теңге, өңір әкімі.", house.now)
        )
    await house.live(HOUR)
    first = house.portal.listings["economy", "ru"][400].text
    for text in ("Құны 21 млрд теңге.", "Басқа мәтін: құрылыс аяқталды.", first):
        for number in (400, 401):
            known = house.portal.listings["economy", "ru"][number]
            house.portal.show("economy", "ru", replace(known, text=text))
        await house.live(2 * HOUR)
    house.portal.hide(401)
    await house.live(12 * HOUR)
    assert ("removed", "401") in {(change.kind, change.source_id) for change in house.news}
    return house


def items(db: Database, source_id: str) -> list[tuple[int, bool]]:
    """Of each wording of a release its number, and whether its item is held."""
    return [
        (number, raw_item(db, raw_id) is not None)
        for number, raw_id in db.execute(
            "SELECT number, revisions.raw_id FROM revisions JOIN editions ON editions.id = edition_id "
            "JOIN releases ON releases.id = release_id WHERE source_id = ? ORDER BY number",
            [source_id],
        ).fetchall()
    ]


def forget_all_items(db: Database, *, before: datetime) -> int:
    gone, at = 0, 0
    while True:
        step = forget_items(db, before=before, now=before, after=at, most=1)
        if step.at is None:
            return gone
        gone, at = gone + step.gone, step.at


async def test_items_of_replaced_wordings_go_and_the_history_still_fits_with_the_head_noted_before() -> None:
    house = await edited_house()
    db, head = house.db, verify(house.db).head
    said = db.execute("SELECT * FROM wordings ORDER BY id").fetchall()
    assert forget_all_items(db, before=START) == 0
    assert forget_all_items(db, before=house.now + DAY) == 2
    # The last wording has the item of the first, in which its words came. Of what was removed all stays.
    assert items(db, "400") == [(1, True), (2, False), (3, False), (4, True)]
    assert items(db, "401") == [(1, True), (2, True), (3, True), (4, True)]
    found = verify(db, noted=head)
    assert (found.fault, found.head) == (None, head)
    assert db.execute("SELECT * FROM wordings ORDER BY id").fetchall() == said
    assert forget_all_items(db, before=house.now + DAY) == 0


async def test_words_that_come_back_after_their_item_was_thinned_are_kept_with_the_item_they_come_in() -> (
    None
):
    house = await edited_house()
    forget_all_items(house.db, before=house.now + DAY)
    known = house.portal.listings["economy", "ru"][400]
    house.portal.show("economy", "ru", replace(known, text="Құны 21 млрд теңге."))
    await house.live(2 * HOUR)
    assert items(house.db, "400")[-1] == (5, True)
    assert items(house.db, "400")[1] == (2, False)
    assert verify(house.db).fault is None


async def test_what_was_thinned_can_be_read_anew_no_more_and_is_not_called_redacted() -> None:
    house = await edited_house()
    forget_all_items(house.db, before=house.now + DAY)
    lacking = [
        kept for kept in outdated(house.db, Scope(everything=True), after=0, most=200) if not kept.items
    ]
    assert [(kept.source_id, kept.number, kept.redacted) for kept in lacking] == [
        ("400", 2, False),
        ("400", 3, False),
    ]


async def test_an_item_that_is_gone_without_a_word_is_a_fault_still() -> None:
    house = await edited_house()
    house.db.execute("UPDATE raw_items SET item = NULL WHERE id = 3")
    fault = verify(house.db).fault
    assert fault is not None
    assert "nothing says that it was redacted or thinned" in fault.what
    house.db.execute("UPDATE raw_items SET thinned_at = '2026-08-01T00:00:00.000Z' WHERE id = 3")
    fault = verify(house.db).fault
    assert fault is not None
    assert "the item of its last wording is thinned" in fault.what


def delivery(db: Database, days: int, *, state: str = "sent", message: str = "") -> int:
    moment = to_text(START + days * DAY)
    health = db.execute(
        "INSERT INTO health (uid, at, key, kind, over, detail) VALUES (?, ?, 'disk', 'disk', 0, '{}')",
        [f"uid-{time.monotonic_ns()}", moment],
    ).lastrowid
    cursor = db.execute(
        "INSERT INTO deliveries (health_id, rules, address_key, address_shown, message_id, told_as, weight, form, "
        "state, booked_at, sent_at) VALUES (?, '[]', 'key', 'shown', ?, 'health', 'major', 'health', ?, ?, ?)",
        [health, message or f"message-{health}", state, moment, moment if state == "sent" else None],
    )
    return int(cursor.lastrowid or 0)


@pytest.mark.parametrize("most", [1, 2, 100])
def test_deliveries_that_are_done_with_go_and_what_is_owed_stays_with_its_message(most: int) -> None:
    db = store()
    delivery(db, 1)
    owed = delivery(db, 2, state="owed", message="digest")
    beside = delivery(db, 2, message="digest")
    delivery(db, 3, state="failed")
    new = delivery(db, 10)
    at: int | None = 0
    while at is not None:
        at = forget_deliveries(db, before=START + 5 * DAY, after=at, most=most).at
    assert [number for (number,) in db.execute("SELECT id FROM deliveries ORDER BY id")] == [
        owed,
        beside,
        new,
    ]


def test_the_newest_delivery_stays_however_old_so_that_its_id_is_given_to_no_other() -> None:
    db = store()
    delivery(db, 1)
    last = delivery(db, 2)
    forget_deliveries(db, before=START + 50 * DAY, after=0, most=100)
    assert [number for (number,) in db.execute("SELECT id FROM deliveries")] == [last]


def test_how_long_something_is_kept_is_a_time_of_weeks_or_forever() -> None:
    read = Retention.model_validate({"raw": "400d", "readings": "forever", "deliveries": "30d"})
    assert (read.raw, read.readings, read.deliveries) == (400 * DAY, None, 30 * DAY)
    with pytest.raises(ValueError, match=r"29d is too short, .* write 30d or more"):
        Retention.model_validate({"raw": "29d"})


def test_nothing_goes_that_somebody_wants_forever() -> None:
    db = store()
    for day in range(4):
        reading(db, day)
        delivery(db, day)
    thinned = Thinned()
    forever = Retention(raw=None, readings=None, deliveries=None)
    assert not list(steps(db, forever, thinned, now=START + 9000 * DAY))
    assert str(thinned) == ""


async def test_a_round_that_is_ended_goes_on_at_the_next() -> None:
    db = store()
    with writing(db):
        for day in range(2000):
            reading(db, day)
    kept, now, thinned = Retention(readings=30 * DAY), START + 2000 * DAY, Thinned()
    begun = steps(db, kept, thinned, now=now)
    for _ in range(3):
        next(begun)
        assert not db.conn.in_transaction
    begun.close()
    assert 31 < len(left(db)) < 2000
    rest = await thin(db, kept, now=lambda: now, pause=timedelta())
    assert len(left(db)) == 31  # and the last of those before
    assert thinned.readings + rest.readings == 2000 - 31


async def test_a_clock_that_is_set_by_years_takes_nothing_away_for_a_week() -> None:
    db, kept = store(), Retention(readings=30 * DAY)
    for day in range(60):
        reading(db, day)
    years = 3650
    for later in range(9):
        reading(db, years + later)
        here = len(left(db))
        thinned = await thin(db, kept, now=lambda: START + (years + later) * DAY, pause=timedelta())  # noqa: B023
        assert (thinned.readings > 0) is (later == 8)
        assert len(left(db)) == here - thinned.readings


def test_tidying_waits_for_nobody_who_reads(tmp_path: Path) -> None:
    db = open_store(tmp_path / "jarshy.db")
    reader = open_reader(tmp_path / "jarshy.db")
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM crawls").fetchone()
    began = time.monotonic()
    tidy(db)
    assert time.monotonic() - began < BUSY_MS / 1000
    assert db.execute("PRAGMA busy_timeout").fetchone() == (BUSY_MS,)
    reader.close()
    db.close()
