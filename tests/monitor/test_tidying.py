"""What is forgotten of old readings, and that no decision and no command can tell."""

from datetime import timedelta

from crawler.directory import agencies
from monitor.store.database import Database, open_store, to_text, writing
from monitor.store.listings import write_directory
from monitor.store.people import _LAST_READ, agency_rows, listing_rows
from monitor.store.removals import copies
from monitor.store.tidying import KEPT, forget_readings, tidy
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


def left(db: Database) -> list[int]:
    return [number for (number,) in db.execute("SELECT id FROM crawls ORDER BY id")]


def test_only_readings_from_before_that_moment_go() -> None:
    db = store()
    old, last, new = reading(db, 1), reading(db, 2), reading(db, 10)
    assert forget_readings(db, before=START + 5 * DAY) == 1
    assert left(db) == [last, new]
    assert old not in left(db)


def test_the_last_reading_of_a_listing_and_its_last_success_stay() -> None:
    db = store()
    reading(db, 1)
    success = reading(db, 2)
    reading(db, 3, outcome="refused")
    last = reading(db, 4, outcome="refused")
    new = reading(db, 10, outcome="refused")
    forget_readings(db, before=START + 5 * DAY)
    assert left(db) == [success, last, new]


def test_of_the_readings_that_covered_a_place_the_last_one_stays() -> None:
    db = store()
    deep = reading(db, 1, covered=-40)
    reading(db, 2, covered=-9)  # the next one covered the same, and this one not as deep as the first
    again = reading(db, 3, covered=-9)
    last, new = reading(db, 4, covered=-1), reading(db, 10, covered=0)
    assert forget_readings(db, before=START + 5 * DAY) == 1
    assert left(db) == [deep, again, last, new]


def test_a_reading_to_the_end_of_the_listing_outweighs_all_before_it() -> None:
    db = store()
    reading(db, 1, covered=-40)
    whole = reading(db, 2)
    db.execute("UPDATE crawls SET covered_to = '' WHERE id = ?", [whole])
    last, new = reading(db, 3, covered=-1), reading(db, 10)
    forget_readings(db, before=START + 5 * DAY)
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
    assert forget_readings(house.db, before=house.now - HOUR) > len(before) / 2
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


def test_tidying_forgets_what_is_older_than_it_says_and_nothing_else() -> None:
    db = store()
    with writing(db):
        reading(db, 0)
        middle, new = reading(db, 1), reading(db, 2)
    tidy(db, now=START + KEPT + DAY)
    assert left(db) == [1, middle, new]  # the first is the last of its listing before that day
    tidy(db, now=START + KEPT + DAY + HOUR)
    assert left(db) == [middle, new]


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
