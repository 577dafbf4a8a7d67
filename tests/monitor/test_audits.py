"""What an audit proves, which listing is audited when, and audits as the watch carries them out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crawler.records import Misfit, Order, Report
from monitor.audits import Audit, Audited, next_audit, result, saw_the_end, until_repeated, with_page
from monitor.commands.auditing import _named
from monitor.schedule import Asked, Listing, Reading, Task, next_task
from monitor.store.audits import audits_of, last_audits
from monitor.store.database import open_store
from monitor.store.listings import release_what_is_gone
from monitor.store.orders import ask, ask_by_itself, open_orders, progress
from monitor.store.redactions import redact
from monitor.worker import Answer
from tests.monitor.shelf import START, House, Item, past

ALMATY = ZoneInfo("Asia/Almaty")
NIGHT = datetime(2026, 7, 13, 1, 0, tzinfo=ALMATY)
DAY = datetime(2026, 7, 13, 12, 0, tzinfo=ALMATY)


def audited(pages: list[tuple[set[str], set[str]]]) -> Audit:
    """An audit of pages, each the ids shown and those of them that were held."""
    audit = Audit("economy", "kk", START)
    for shown, held in pages:
        audit = with_page(audit, shown=shown, misfits=(), held=held, requests=1)
    return audit


def test_what_is_shown_and_not_held_is_missing_and_what_is_held_and_not_shown_is_extra() -> None:
    audit = audited([({"9", "8"}, {"9"}), ({"7", "6"}, {"7", "6"})])
    said = result(audit, ["9", "7", "6", "5", "4"])
    assert (said.listed, said.held, said.missing, said.extra) == (4, 3, 1, 2)
    assert (said.missing_ids, said.extra_ids) == (("8",), ("4", "5"))


def test_what_appears_while_an_audit_reads_is_neither_listed_nor_missing() -> None:
    audit = audited([({"9", "8"}, {"9", "8"}), ({"12", "8"}, set())])
    said = result(audit, [])
    assert (said.listed, said.missing, said.appeared_ids) == (2, 0, ("12",))


def test_an_item_that_cannot_be_read_is_neither_missing_nor_extra() -> None:
    audit = with_page(audited([]), shown={"9"}, misfits=["8"], held={"9"}, requests=1)
    said = result(audit, ["9", "8"])
    assert (said.listed, said.missing, said.extra, said.quarantined_ids) == (1, 0, 0, ("8",))


def test_only_an_empty_page_or_the_last_one_again_is_the_end() -> None:
    audit = audited([({"9", "8"}, set()), ({"7"}, set())])
    assert saw_the_end(audit, ())
    assert saw_the_end(audit, {"7"})
    assert not saw_the_end(audit, {"9", "8"})


def listing(
    days: float, *, tried: float | None = None, again: float | None = None, slug: str = "economy"
) -> Audited:
    """One proved complete so many days before NIGHT."""
    ago = [NIGHT - timedelta(days=one) if one is not None else None for one in (days, tried, again)]
    return Audited(slug, "kk", NIGHT - timedelta(days=90), ago[0], ago[1] or ago[0], ago[2])


@pytest.mark.parametrize(
    ("said", "listings", "now", "wanted"),
    [
        ("by night the oldest", [listing(16, slug="mfa"), listing(20)], NIGHT, "economy"),
        ("not one that was audited lately", [listing(14)], NIGHT, None),
        ("by day nothing", [listing(20)], DAY, None),
        ("by day what would be late", [listing(29.5)], DAY, "economy"),
        ("not at once again where it broke off", [listing(29.5, tried=-0.4)], DAY, None),
        ("by day what is to be repeated", [listing(0.3, again=0.01)], DAY, "economy"),
        ("no more than a twentieth a night", [listing(20), listing(16, tried=0, slug="mfa")], NIGHT, None),
    ],
)
def test_the_listing_to_audit(said: str, listings: list[Audited], now: datetime, wanted: str | None) -> None:
    chosen = next_audit(listings, now=now, zone=ALMATY)
    if wanted is None:
        assert isinstance(chosen, datetime), said
        assert chosen > now
    else:
        assert chosen == (wanted, "kk"), said


def test_a_listing_that_was_never_audited_counts_from_the_end_of_its_first_reading() -> None:
    new = Audited("mfa", "kk", NIGHT - timedelta(days=1), None, None, None)
    old = Audited("economy", "kk", NIGHT - timedelta(days=2), None, None, None)
    assert next_audit([new, old], now=NIGHT, zone=ALMATY) == ("economy", "kk")


def due(agency: str) -> Listing:
    """Read to its end once, and due."""
    return Listing(agency, "kk", walked=True, due_at=START)


def idle(agency: str) -> Listing:
    return Listing(agency, "kk", walked=True, due_at=START + timedelta(hours=1))


async def test_an_audit_finds_what_is_missing_and_fetches_it() -> None:
    house = House(history=None)
    house.portal.show("economy", "ru", *past(50))
    await house.live(timedelta(minutes=1))
    house.portal.show("economy", "ru", Item(99, "Кеш жарияланған", "Мәтін.", START - timedelta(days=11)))
    [order] = ask(house.db, [("economy", "ru")], kind="audit", now=house.now)
    house.watch.look_for_orders()
    await house.live(timedelta(seconds=1))
    [audit] = audits_of(house.db, [order])
    assert (audit["listed"], audit["held"], audit["missing"], audit["extra"]) == (51, 50, 1, 0)
    assert audit["detail"]["missing"] == ["99"]
    assert house.rows("SELECT count(*) FROM releases") == [(51,)]
    assert progress(house.db, [order])[0].state == "done"


async def test_a_redacted_release_in_a_further_language_is_not_missing() -> None:
    house = House(languages=("ru", "kk"), history=None)
    house.portal.show("economy", "ru", *past(20))
    house.portal.show("economy", "kk", *past(20, lang="kk")[1:])
    await house.live(timedelta(hours=1))
    assert redact(house.db, "100", by="сот", reason="жеке деректер", now=house.now) is not None
    house.portal.show("economy", "kk", *past(1, lang="kk"))
    await house.live(timedelta(hours=3))
    [order] = ask(house.db, [("economy", "kk")], kind="audit", now=house.now)
    house.watch.look_for_orders()
    await house.live(timedelta(seconds=1))
    [audit] = audits_of(house.db, [order])
    assert (audit["listed"], audit["held"], audit["missing"]) == (20, 20, 0)


async def test_what_an_audit_does_not_find_is_removed_by_the_next_one() -> None:
    house = House(history=None)
    house.portal.show("economy", "ru", *past(120))
    await house.live(timedelta(minutes=1))
    house.portal.hide(105)  # far below the rescan window
    [order] = ask(house.db, [("economy", "ru")], kind="audit", now=house.now)
    house.watch.look_for_orders()
    await house.live(timedelta(seconds=1))
    [first] = audits_of(house.db, [order])
    assert (first["missing"], first["extra"], first["detail"]["extra"]) == (0, 1, ["105"])
    assert house.rows("SELECT status FROM releases WHERE source_id = '105'") == [("suspected",)]
    await house.live(timedelta(hours=3))
    assert house.rows("SELECT status FROM releases WHERE source_id = '105'") == [("removed",)]
    assert house.rows("SELECT extra FROM audits") == [(1,), (1,)]
    assert [change.kind for change in house.news] == ["removed"]
    asked = len(house.portal.orders)
    await house.live(timedelta(hours=3))
    assert house.rows("SELECT count(*) FROM audits") == [(2,)]
    assert len(house.portal.orders) > asked


async def test_an_item_kept_aside_is_let_go_once_an_audit_sees_that_it_is_gone() -> None:
    house = House()
    house.portal.show("economy", "ru", *past(45))
    house.portal.misfits = frozenset({110, 120})
    await house.live(timedelta(hours=4))
    aside = "SELECT source_id FROM quarantine ORDER BY source_id"
    house.db.execute("INSERT INTO quarantine VALUES ('economy', 'ru', 'x', NULL, 'no id', '', '')")
    assert house.rows(aside) == [(None,), ("110",), ("120",)]
    house.portal.hide(110)
    await house.live(timedelta(hours=4))
    # No reading of the first pages proves that it is gone.
    assert house.rows(aside) == [(None,), ("110",), ("120",)]
    ask(house.db, [("economy", "ru")], kind="audit", now=house.now)
    house.watch.look_for_orders()
    await house.live(timedelta(hours=4))
    assert house.rows(aside) == [("120",)]


async def test_an_audit_that_saw_an_item_without_an_id_lets_go_of_nothing() -> None:
    house = House()
    house.portal.show("economy", "ru", *past(45))
    house.portal.misfits = frozenset({110})
    await house.live(timedelta(hours=4))
    house.portal.hide(110)
    read = house.portal.read

    async def with_one_torn(order: Order) -> Answer:
        answer: Answer = await read(order)
        torn = (Misfit(order.id, 20, None, "The item has no id.", "{}"),) if order.page == 1 else ()
        return replace(answer, records=(*answer.records, *torn))

    house.portal.read = with_one_torn  # type: ignore[method-assign]
    ask(house.db, [("economy", "ru")], kind="audit", now=house.now)
    house.watch.look_for_orders()
    await house.live(timedelta(hours=4))
    assert house.rows("SELECT count(*) FROM audits WHERE listed IS NOT NULL") == [(1,)]
    kept = house.rows("SELECT source_id FROM quarantine ORDER BY source_id")
    assert kept == [(None,), ("110",)]


def test_what_does_not_say_its_id_is_gone_where_an_audit_saw_nothing_like_it() -> None:
    db = open_store(":memory:")
    insert = (
        "INSERT INTO quarantine VALUES ('economy', 'ru', ?, ?, 'a reason', '', '2026-07-13T00:00:00.000Z')"
    )
    for digest, source_id in (("a", None), ("b", "7"), ("c", "8")):
        db.execute(insert, [digest, source_id])
    for shown, left in (({"", "7"}, ["a", "b"]), ({"7"}, ["b"]), (set(), [])):
        release_what_is_gone(db, shown, agency="economy", lang="ru", before=START)
        assert [digest for (digest,) in db.execute("SELECT digest FROM quarantine ORDER BY digest")] == left


async def test_an_audit_that_broke_off_says_nothing_of_what_it_did_not_see() -> None:
    house = House(history=None)
    house.portal.show("economy", "ru", *past(50))
    await house.live(timedelta(minutes=1))
    [order] = ask(house.db, [("economy", "ru")], kind="audit", now=house.now)
    house.watch.look_for_orders()
    house.portal.fault = Report(0, "timeout", reason="no answer")
    await house.live(timedelta(seconds=1))
    [audit] = audits_of(house.db, [order])
    assert (audit["outcome"], audit["listed"], audit["missing"], audit["extra"]) == (
        "timeout",
        None,
        None,
        None,
    )
    assert last_audits(house.db)["economy", "ru"]["outcome"] == "timeout"


async def test_an_audit_begins_again_after_a_restart() -> None:
    house = House(history=None)
    house.portal.show("economy", "ru", *past(50))
    await house.live(timedelta(minutes=1))
    [order] = ask(house.db, [("economy", "ru")], kind="audit", now=house.now)
    house.db.execute("UPDATE orders SET reached = 2, next_page = 3 WHERE id = ?", [order])
    assert open_orders(house.db) == [Asked(order, "economy", "ru", kind="audit")]
    again = House(history=None, db=house.db, portal=house.portal, now=house.now)
    again.watch.look_for_orders()
    await again.live(timedelta(seconds=1))
    assert [audit["listed"] for audit in audits_of(house.db, [order])] == [50]


AUDIT = Asked(1, "economy", "kk", kind="audit", by_itself=True)
UNDERWAY = Reading(Task("economy", "kk", 7, "audit", AUDIT))


@pytest.mark.parametrize(
    ("said", "listings", "asked", "wanted"),
    [
        ("with nothing else to read it goes on", [idle("economy"), idle("mfa")], [AUDIT], ("economy", "audit")),
        ("another listing's news goes first", [idle("economy"), due("mfa")], [AUDIT], ("mfa", "wide")),
        ("so does its own", [due("economy"), idle("mfa")], [AUDIT], ("economy", "wide")),
        ("and whatever somebody waits for", [idle("economy"), idle("mfa")], [AUDIT, Asked(2, "mfa", "kk")],
         ("mfa", "asked")),
    ],
)  # fmt: skip
def test_an_audit_that_nobody_waits_for_comes_last(
    said: str, listings: list[Listing], asked: list[Asked], wanted: tuple[str, str]
) -> None:
    chosen = next_task(
        listings, [UNDERWAY], asked, busy=(), portal_paused_until=None, since_walk=0, now=START
    )
    assert isinstance(chosen, Task)
    assert (chosen.agency, chosen.purpose) == wanted, said


async def test_a_daemon_audits_one_listing_by_night_and_reads_the_news_meanwhile() -> None:
    night = datetime(2026, 7, 13, 20, 0, tzinfo=UTC)
    house = House(agencies_followed=("economy", "mfa"), history=None, now=night - timedelta(hours=2))
    house.portal.show("economy", "ru", *past(400))
    house.portal.show("mfa", "ru", *past(5, first_id=900))
    await house.live(timedelta(hours=3))
    assert house.rows("SELECT count(*) FROM orders WHERE by_itself") == [(1,)]
    assert house.rows("SELECT missing, extra FROM audits") == [(0, 0)]
    began = house.rows("SELECT started_at FROM audits")[0][0]
    assert str(began) > "2026-07-13T19:00"


async def test_an_audit_that_a_killed_daemon_left_open_is_taken_up_and_no_second_one_begun() -> None:
    house = House(history=None, now=NIGHT)
    house.portal.show("economy", "ru", *past(50))
    ask_by_itself(house.db, "economy", "ru", now=NIGHT)
    await house.live(timedelta(hours=4))
    assert house.rows("SELECT state, by_itself FROM orders") == [("done", 1)]
    assert house.rows("SELECT listed, missing FROM audits") == [(50, 0)]


async def test_an_audit_by_hand_beside_the_nightly_one_of_the_same_listing_misses_nothing() -> None:
    house, items = House(history=None), past(400)
    house.portal.show("economy", "ru", *items)
    await house.live(timedelta(hours=2))
    ask_by_itself(house.db, "economy", "ru", now=house.now)
    [nightly] = [order.id for order in open_orders(house.db)]
    read = house.portal.read
    by_hand: list[int] = []

    async def read_and_ask(order: Order) -> Answer:
        if order.page == 7 and not by_hand:
            by_hand.extend(ask(house.db, [("economy", "ru")], kind="audit", now=house.now))
            house.watch.look_for_orders()
        return await read(order)

    house.portal.read = read_and_ask  # type: ignore[method-assign]
    house.watch.look_for_orders()
    await house.live(timedelta(hours=1))
    assert {order.state for order in progress(house.db, [nightly, *by_hand])} == {"done"}
    assert house.rows("SELECT listed, held, missing, extra FROM audits") == [(400, 400, 0, 0)] * 2
    assert house.rows("SELECT DISTINCT status FROM editions") == [("listed",)]


async def test_a_store_that_cannot_be_written_lets_the_audit_wait() -> None:
    house = House(history=None, now=NIGHT)
    house.portal.show("economy", "ru", *past(5))
    await house.live(timedelta(seconds=1))
    house.db.execute("DELETE FROM audits")
    house.db.execute("ALTER TABLE audits RENAME TO elsewhere")
    await house.live(timedelta(hours=2))
    house.db.execute("ALTER TABLE elsewhere RENAME TO audits")
    await house.live(timedelta(hours=2))
    assert house.rows("SELECT listed, missing FROM audits") == [(5, 0)]


async def test_every_listing_is_audited_within_thirty_days_a_few_each_night() -> None:
    slugs = ("economy", "mfa", "almaty", "enbek", "moa", "mam")
    house = House(
        agencies_followed=slugs,
        languages=("kk", "ru", "en", "tr"),
        history=None,
        longest=timedelta(hours=12),
        per_day=24 * 4,
    )
    for number, slug in enumerate(slugs):
        for lang in ("kk", "ru", "en", "tr"):
            house.portal.show(slug, lang, *past(30, first_id=1000 * (number + 1)))
    await house.live(timedelta(days=30))
    proved = house.rows(
        "SELECT count(DISTINCT agency || lang), sum(missing), sum(extra) FROM audits WHERE listed IS NOT NULL"
    )
    assert proved == [(24, 0, 0)]
    nights = house.rows(
        "SELECT date(started_at, '+5 hours'), count(*), sum(requests) FROM audits GROUP BY 1 ORDER BY 2 DESC"
    )
    assert max(count for _, count, _ in nights) <= 2  # type: ignore[type-var]
    assert max(requests for _, _, requests in nights) <= 2 * 4  # type: ignore[type-var]
    hours = house.rows("SELECT DISTINCT CAST(strftime('%H', started_at, '+5 hours') AS INTEGER) FROM audits")
    assert all(hour < 6 for (hour,) in hours)  # type: ignore[operator]


@pytest.mark.parametrize(("repeats", "hours"), [(0, 1), (1, 2), (2, 4), (3, None), (9, None)])
def test_an_audit_in_doubt_is_repeated_a_few_times_ever_later(repeats: int, hours: int | None) -> None:
    wanted = None if hours is None else timedelta(hours=hours)
    assert until_repeated(timedelta(hours=1), repeats=repeats) == wanted


def test_an_audit_that_is_late_goes_before_one_that_is_to_be_repeated() -> None:
    tried = DAY - timedelta(hours=1)
    late = Audited("mfa", "kk", DAY - timedelta(days=30), None, None, None)
    doubted = Audited("moa", "kk", DAY - timedelta(days=40), tried, tried, DAY - timedelta(minutes=1))
    assert next_audit([doubted, late], now=DAY, zone=ALMATY) == ("mfa", "kk")
    assert next_audit([doubted], now=DAY, zone=ALMATY) == ("moa", "kk")


def test_of_many_ids_the_rest_is_counted_though_only_some_are_kept() -> None:
    row = {"listed": 300, "held": 40, "missing": 260, "extra": 0}
    row["detail"] = {"missing": [str(number) for number in range(200)]}
    [line] = _named(row)
    assert line.endswith("0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 250 more")
