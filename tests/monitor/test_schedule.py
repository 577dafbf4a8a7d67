"""What is read next, how far, and when it is looked at again."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.records import OUTCOMES, READ, Outcome
from monitor.reach import (
    begin,
    goes_on,
    walked_on,
    window_covered,
)
from monitor.schedule import (
    A_WHILE,
    LONG,
    WALK_EVERY,
    WIDE_EVERY,
    Asked,
    Choice,
    Listing,
    Policy,
    Purpose,
    Reading,
    Seen,
    Task,
    after_failure,
    after_history,
    after_success,
    earliest,
    is_success,
    next_task,
    pause,
    wide_after,
)

NOW = datetime(2026, 7, 13, 12, 0, tzinfo=UTC)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
POLICY = Policy(shortest=2 * MINUTE, longest=HOUR, longest_pause=6 * HOUR, history=90 * DAY)


def listing(agency: str = "economy", lang: str = "kk", **values: Any) -> Listing:
    """A listing whose history is read up to id 500 and which is due."""
    settled = Listing(agency, lang, watermark=500, walk_page=4, walked=True, since_wide=0, due_at=NOW)
    return replace(settled, **values)


NEW: dict[str, Any] = {"watermark": None, "walk_page": 1, "walked": False, "due_at": None}
WALKING: dict[str, Any] = {"walk_page": 3, "walked": False, "walk_read_at": NOW}


def chosen(
    *listings: Listing,
    underway: Sequence[Reading] = (),
    asked: Sequence[Asked] = (),
    busy: Sequence[tuple[str, str]] = (),
    paused: datetime | None = None,
    since_walk: int = 0,
    now: datetime = NOW,
    first: Choice = earliest,
    has_room: bool = True,
    wide_after: timedelta = timedelta(),
) -> Task | datetime | None:
    return next_task(
        listings,
        underway,
        asked,
        busy=busy,
        portal_paused_until=paused,
        since_walk=since_walk,
        now=now,
        first=first,
        has_room=has_room,
        wide_after=wide_after,
    )


def reading(agency: str, purpose: Purpose = "wide", page: int = 2) -> Reading:
    return Reading(Task(agency, "kk", page, purpose), read_at=NOW)


WHOLE_ORDER = Asked(2, "economy", "kk", whole=True, next_page=7)
ORDERED = Reading(Task("economy", "kk", 7, "asked", WHOLE_ORDER), read_at=NOW)


@pytest.mark.parametrize(
    ("said", "listings", "more", "wanted"),
    [
        ("nothing is followed", [], {}, None),
        ("a listing that is due", [listing()], {}, ("economy", 1, "ordinary")),
        ("a listing due later", [listing(due_at=NOW + HOUR)], {}, NOW + HOUR),
        ("the one due first", [listing(), listing("mfa", due_at=NOW - MINUTE)], {}, ("mfa", 1, "ordinary")),
        ("the fifth since a wide one", [listing(since_wide=4)], {}, ("economy", 1, "ordinary")),
        ("the sixth since a wide one", [listing(since_wide=5)], {}, ("economy", 1, "wide")),
        ("a new listing", [listing(**NEW)], {}, ("economy", 1, "first")),
        (
            "a new listing before one that is due",
            [listing("mfa"), listing(**NEW)],
            {},
            ("economy", 1, "first"),
        ),
        (
            "a new listing before the history of another",
            [listing("mfa", **WALKING, due_at=NOW + HOUR), listing(**NEW)],
            {},
            ("economy", 1, "first"),
        ),
        (
            "news before history",
            [listing("mfa"), listing(**WALKING, due_at=NOW + HOUR)],
            {},
            ("mfa", 1, "ordinary"),
        ),
        (
            "history after two others",
            [listing("mfa"), listing(**WALKING, due_at=NOW + HOUR)],
            {"since_walk": 2},
            ("economy", 3, "walk"),
        ),
        ("history when nothing is due", [listing(**WALKING, due_at=NOW + HOUR)], {}, ("economy", 3, "walk")),
        (
            "a slice of history that has begun",
            [listing("mfa", walked=False, walk_page=2, due_at=NOW + HOUR), listing(**WALKING, due_at=NOW + HOUR)],
            {},
            ("economy", 3, "walk"),
        ),
        (
            "the least advanced history after that",
            [listing(**{**WALKING, "walk_page": 11}), listing("mfa", walked=False, walk_page=2)],
            {"since_walk": 2},
            ("mfa", 2, "walk"),
        ),
        (
            "history one page back where time has passed",
            [listing(**{**WALKING, "walk_read_at": NOW - A_WHILE}, due_at=NOW + HOUR)],
            {},
            ("economy", 2, "walk"),
        ),
        (
            "history one page back after a restart",
            [listing(**{**WALKING, "walk_read_at": None}, due_at=NOW + HOUR)],
            {},
            ("economy", 2, "walk"),
        ),
        (
            "history behind page 1, which every reading looks at",
            [listing(walked=False, walk_page=2, due_at=NOW + HOUR)],
            {},
            ("economy", 2, "walk"),
        ),
        ("a listing whose history is being read is never read wide", [listing(**WALKING, since_wide=9)], {},
         ("economy", 1, "ordinary")),
        ("a listing that rests", [listing(paused_until=NOW + HOUR)], {}, NOW + HOUR),
        ("a listing whose rest is over", [listing(paused_until=NOW)], {}, ("economy", 1, "ordinary")),
        ("a new listing that rests", [listing(**NEW, paused_until=NOW + HOUR)], {},
         NOW + HOUR),
        ("a listing with an order in hand", [listing()], {"busy": [("economy", "kk")]}, None),
        ("the same agency in another language", [listing(), listing(lang="ru")], {"busy": [("economy", "kk")]},
         ("economy", 1, "ordinary")),
        ("the portal rests", [listing()], {"paused": NOW + HOUR}, NOW + HOUR),
        ("the portal's rest is over", [listing()], {"paused": NOW}, ("economy", 1, "ordinary")),
        ("a reading under way goes on", [listing(), listing("mfa")], {"underway": [reading("mfa")]},
         ("mfa", 2, "wide")),
        (
            "a reading under way lets another listing go ahead at every second turn",
            [listing(), listing("mfa")],
            {"underway": [reading("mfa")], "since_walk": 1},
            ("economy", 1, "ordinary"),
        ),
        (
            "a reading under way lets history go ahead at every third turn",
            [listing(**WALKING), listing("mfa")],
            {"underway": [reading("mfa")], "since_walk": 2},
            ("economy", 3, "walk"),
        ),
        (
            "a reading under way goes on one page back where time has passed",
            [listing("mfa", due_at=NOW + HOUR)],
            {"underway": [replace(reading("mfa", page=5), read_at=NOW - A_WHILE)]},
            ("mfa", 4, "wide"),
        ),
        (
            "what was read a second time is not read a third",
            [listing("mfa", due_at=NOW + HOUR)],
            {"underway": [replace(reading("mfa", page=5), read_to=4, read_at=NOW - LONG + MINUTE)]},
            ("mfa", 5, "wide"),
        ),
        (
            "but for a long pause",
            [listing("mfa", due_at=NOW + HOUR)],
            {"underway": [replace(reading("mfa", page=5), read_to=4, read_at=NOW - LONG)]},
            ("mfa", 4, "wide"),
        ),
        (
            "a reading that brings news before one that somebody asked for",
            [listing("mfa", due_at=NOW + HOUR), listing(due_at=NOW + HOUR)],
            {"asked": [WHOLE_ORDER], "underway": [ORDERED, reading("mfa")]},
            ("mfa", 2, "wide"),
        ),
        (
            "news of a listing of which somebody reads the whole",
            [listing()],
            {"asked": [WHOLE_ORDER], "underway": [ORDERED], "since_walk": 1},
            ("economy", 1, "ordinary"),
        ),
        (
            "an order that has begun before another",
            [listing("mfa", due_at=NOW + HOUR), listing(due_at=NOW + HOUR)],
            {"asked": [Asked(1, "mfa", "kk"), WHOLE_ORDER], "underway": [ORDERED]},
            ("economy", 7, "asked"),
        ),
        (
            "a new order once the other has had its slice",
            [listing("mfa", due_at=NOW + HOUR), listing(due_at=NOW + HOUR)],
            {"asked": [replace(WHOLE_ORDER, next_page=11), Asked(3, "mfa", "kk")]},
            ("mfa", 1, "asked"),
        ),
        (
            "a listing that is being read is not begun a second time",
            [listing()],
            {"underway": [reading("economy")], "since_walk": 1},
            ("economy", 2, "wide"),
        ),
        (
            "a reading under way whose listing rests",
            [listing("mfa", paused_until=NOW + HOUR)],
            {"underway": [reading("mfa")]},
            NOW + HOUR,
        ),
        ("an order before what is due", [listing("mfa"), listing(due_at=NOW + HOUR)],
         {"asked": [Asked(1, "economy", "kk", next_page=3)]}, ("economy", 3, "asked")),
        ("an order lets what is due go ahead at every second turn", [listing("mfa"), listing(due_at=NOW + HOUR)],
         {"asked": [Asked(1, "economy", "kk")], "since_walk": 1}, ("mfa", 1, "ordinary")),
        ("an order for a listing that nobody follows", [listing(followed=False)],
         {"asked": [Asked(1, "economy", "kk")]}, ("economy", 1, "asked")),
        ("a listing that nobody follows", [listing(followed=False)], {}, None),
        ("a new listing that nobody follows", [listing(**NEW, followed=False)], {}, None),
        (
            "an order for a listing that rests and that nobody follows",
            [listing(followed=False, paused_until=NOW + HOUR, due_at=NOW + DAY)],
            {"asked": [Asked(1, "economy", "kk")]},
            NOW + HOUR,
        ),
    ],
)  # fmt: skip
def test_what_is_read_next(said: str, listings: list[Listing], more: dict[str, Any], wanted: object) -> None:
    task = chosen(*listings, **more)
    found = (task.agency, task.page, task.purpose) if isinstance(task, Task) else task
    assert found == wanted, said


LISTINGS = st.lists(
    st.builds(
        listing,
        st.sampled_from(["economy", "mfa", "enbek", "moa"]),
        st.sampled_from(["kk", "ru"]),
        walked=st.booleans(),
        walk_page=st.integers(1, 4),
        since_wide=st.integers(0, 7),
        followed=st.booleans(),
        due_at=st.none() | st.integers(-5, 5).map(lambda hours: NOW + hours * HOUR),
        paused_until=st.none() | st.integers(-5, 5).map(lambda hours: NOW + hours * HOUR),
    ),
    unique_by=lambda one: one.key,
)
PAUSES = st.none() | st.integers(-5, 5).map(lambda hours: NOW + hours * HOUR)


@given(LISTINGS, PAUSES, st.integers(0, 9), st.data())
@settings(max_examples=300, deadline=None)
def test_nothing_is_read_that_is_busy_or_rests_and_nothing_that_can_be_read_waits_for_an_alarm(
    listings: list[Listing], paused: datetime | None, since_walk: int, data: st.DataObject
) -> None:
    keys = [one.key for one in listings]
    some = st.lists(st.sampled_from(keys), unique=True) if keys else st.just([])
    busy = data.draw(some)
    orders = [Asked(number, *key) for number, key in enumerate(data.draw(some))]
    underway = [Reading(Task(*key, 2, "ordinary")) for key in data.draw(some)]
    task = chosen(*listings, underway=underway, asked=orders, busy=busy, paused=paused, since_walk=since_walk)
    by_key = {one.key: one for one in listings}
    may = [
        one
        for one in listings
        if one.key not in busy
        and (one.paused_until is None or one.paused_until <= NOW)
        and (
            one.key in {reading.task.key for reading in underway}
            or one.key in {(order.agency, order.lang) for order in orders}
            or (one.followed and ((one.begun and not one.walked) or one.due_at is None or one.due_at <= NOW))
        )
    ]
    if paused is not None and paused > NOW:
        assert task == paused
    elif isinstance(task, Task):
        assert by_key[task.key] in may
    else:
        assert may == []
        assert task is None or task > NOW


@given(LISTINGS)
@settings(max_examples=30, deadline=None)
def test_every_followed_listing_is_read_sooner_or_later(listings: list[Listing]) -> None:
    """A stand-in for the watch: a page takes two seconds, one in five fails, and an order of 40 pages runs."""
    dice = random.Random(5)
    held = {one.key: replace(one, followed=True, walk_until=NOW - 90 * DAY) for one in listings}
    held["almaty", "kk"] = listing("almaty", followed=False)
    order = Asked(1, "almaty", "kk", whole=True)
    asked, now, since_walk, unread = [order], NOW, 0, {key for key, one in held.items() if one.followed}
    for _ in range(1500):
        if not (unread or asked) and all(one.walked for one in held.values()):
            return
        task = next_task(
            held.values(), (), asked, busy=(), portal_paused_until=None, since_walk=since_walk, now=now
        )
        assert task is not None
        if isinstance(task, datetime):
            assert task > now
            now = task
            continue
        now += timedelta(seconds=2)
        since_walk = 0 if task.purpose in {"first", "walk"} else since_walk + 1
        one = held[task.key]
        if task.asked:
            asked = [replace(order, next_page=task.page + 1)] if task.page < 40 else []
        elif dice.random() < 0.2:  # not every fifth: that would be the same listing's again and again
            held[task.key] = after_failure(one, retry_after=None, policy=POLICY, now=now)
        else:
            unread.discard(task.key)
            seen = page((task.page, task.page * 40), known=False)
            one = one if one.begun else begin(one, ids=[500], dates=[NOW], policy=POLICY)
            one = walked_on(one, task, seen, now=now)
            held[task.key] = replace(after_success(one, task, began_at=now), due_at=now + HOUR)
    pytest.fail(f"never read: {unread}; order: {asked}; not walked: {held}")


def test_at_least_every_third_order_goes_to_history_while_there_is_some() -> None:
    busy_ones = [listing(f"a{n}") for n in range(50)]
    history = listing(**WALKING, due_at=NOW + DAY)
    since_walk, purposes = 0, []
    for _ in range(30):
        task = chosen(*busy_ones, history, underway=[reading("a0", page=9)], since_walk=since_walk)
        assert isinstance(task, Task)
        purposes.append(task.purpose)
        since_walk = 0 if task.purpose == "walk" else since_walk + 1
    assert all("walk" in purposes[n : n + WALK_EVERY] for n in range(28))
    assert {"wide", "ordinary"} <= set(purposes)


def page(*items: tuple[int, int], known: bool = True) -> tuple[Seen, ...]:
    """Items as (id, days before now)."""
    return tuple(Seen(str(number), NOW - days * DAY, known=known) for number, days in items)


def more(
    purpose: Purpose,
    *pages: tuple[Seen, ...],
    asked: Asked | None = None,
    of: Listing | None = None,
) -> bool:
    """Whether a reading that has seen these pages goes on."""
    task = Task("economy", "kk", len(pages), purpose, asked)
    seen = tuple(item for each in pages for item in each)
    earlier = {item.source_id for each in pages[:-1] for item in each}
    wanted = goes_on(Reading(task, seen), pages[-1], of or listing())
    assert goes_on(Reading(task, seen, earlier=earlier), pages[-1], of or listing()) is wanted
    return wanted


KNOWN, FRESH, OLD = (
    page((900, 1), (899, 2)),
    page((901, 1), (902, 2), known=False),
    page((7, 60), known=False),
)
UNDATED = (Seen("895", None, known=True),)


@pytest.mark.parametrize(
    ("said", "purpose", "pages", "wanted"),
    [
        ("an ordinary reading stops at the first page that is known", "ordinary", [KNOWN], False),
        ("an ordinary reading goes on behind news", "ordinary", [FRESH], True),
        ("an ordinary reading goes on behind a page of news and known ones", "ordinary", [FRESH + KNOWN], True),
        ("an ordinary reading stops below its history", "ordinary", [KNOWN + OLD], False),
        ("any reading stops at an empty page", "wide", [FRESH, ()], False),
        ("any reading stops at a page that it has seen", "ordinary", [FRESH, FRESH], False),
        ("a wide reading reads three pages", "wide", [KNOWN, page((890, 20))], True),
        ("a wide reading stops behind three pages and fourteen days", "wide",
         [KNOWN, page((890, 9)), page((880, 17))], False),
        ("a wide reading goes on until it has seen fourteen days", "wide",
         [KNOWN, page((890, 9)), page((880, 13))], True),
        ("a wide reading goes on behind news beyond its window", "wide",
         [KNOWN, page((890, 20)), page((950, 30), known=False)], True),
        ("a wide reading does not fill in what history left out", "wide",
         [KNOWN, page((890, 20)), page((300, 30), known=False)], False),
        ("a wide reading of a listing without dates reads three pages", "wide",
         [(Seen("899", None, known=True),), (Seen("898", None, known=True),), UNDATED], False),
        ("a date in the far future does not close the window", "wide",
         [page((999, -4000)) + KNOWN, page((890, 3)), page((880, 4))], True),
        ("fourteen days count from the newest of a listing that fell silent", "wide",
         [page((900, 400), (899, 401)), page((890, 405)), page((880, 410))], True),
    ],
)  # fmt: skip
def test_how_far_a_reading_goes(
    said: str, purpose: Purpose, pages: list[tuple[Seen, ...]], wanted: bool
) -> None:
    assert more(purpose, *pages) is wanted, said


@pytest.mark.parametrize(
    ("said", "asked", "pages", "wanted"),
    [
        ("a plain order stops at the first page that is known", {}, [KNOWN], False),
        ("a plain order goes on behind news", {}, [FRESH], True),
        ("so many pages, the last not reached", {"pages": 2}, [KNOWN], True),
        ("so many pages, the last reached", {"pages": 2}, [KNOWN, FRESH], False),
        ("to the end", {"whole": True}, [KNOWN], True),
        ("to the end, and it is the end", {"whole": True}, [KNOWN, ()], False),
        ("to the end, and the portal repeats itself", {"whole": True}, [KNOWN, KNOWN[:1]], False),
        ("since a day that is not reached", {"since": date(2026, 7, 1)}, [KNOWN], True),
        ("since a day that is passed", {"since": date(2026, 7, 12)}, [page((900, 1), (899, 3))], False),
        ("pages count where both are asked for", {"since": date(2020, 1, 1), "pages": 1}, [KNOWN], False),
    ],
)
def test_how_far_an_order_goes(
    said: str, asked: dict[str, Any], pages: list[tuple[Seen, ...]], wanted: bool
) -> None:
    assert more("asked", *pages, asked=Asked(1, "economy", "kk", **asked)) is wanted, said


@pytest.mark.parametrize(
    ("said", "written", "wanted"),
    [
        ("a release of midnight in Kazakhstan", datetime(2026, 3, 9, 19, 0, tzinfo=UTC), True),
        ("a release of midnight when it was six hours ahead", datetime(2026, 3, 9, 18, 0, tzinfo=UTC), True),
        ("the evening before", datetime(2026, 3, 9, 17, 0, tzinfo=UTC), False),
    ],
)
def test_the_day_an_order_reads_back_to_is_a_day_in_kazakhstan(
    said: str, written: datetime, wanted: bool
) -> None:
    order = Asked(1, "economy", "kk", since=date(2026, 3, 10))
    assert more("asked", (Seen("1", written, known=True),), asked=order) is wanted, said


@pytest.mark.parametrize(
    ("said", "purpose", "seen", "values", "wanted"),
    [
        ("page 1 of a new listing is one slice", "first", FRESH, {}, False),
        ("history goes on above its bound", "walk", FRESH, {}, True),
        ("history stops below its bound", "walk", page((400, 91)), {}, False),
        ("history without a bound goes on", "walk", page((3, 4000)), {"walk_until": None}, True),
        ("history goes on behind items without dates", "walk", UNDATED, {}, True),
        ("history that was read by an order goes on", "walk", KNOWN, {}, True),
        ("news while history is read stops at anything known", "ordinary", FRESH + KNOWN, {}, False),
        ("news while history is read goes on behind a page of nothing but news", "ordinary", FRESH, {}, True),
        ("a plain order reads a new listing back to its bound", "asked", KNOWN, {}, True),
        ("a plain order stops at the bound of history", "asked", page((400, 91)), {}, False),
    ],
)
def test_how_far_a_first_reading_goes(
    said: str, purpose: Purpose, seen: tuple[Seen, ...], values: dict[str, Any], wanted: bool
) -> None:
    being_read = listing(**{**WALKING, "walk_until": NOW - 90 * DAY, **values})
    order = Asked(1, "economy", "kk") if purpose == "asked" else None
    assert more(purpose, seen, asked=order, of=being_read) is wanted, said


def test_a_first_reading_begins_with_its_watermark_and_its_bound() -> None:
    dates = [NOW - DAY, None, NOW]
    begun = begin(listing(**NEW), ids=[7, 900, 12], dates=dates, policy=POLICY)
    assert begun.watermark == 900
    assert begun.walk_until == NOW - DAY - 90 * DAY
    to_the_end = begin(listing(**NEW), ids=[7], dates=dates, policy=replace(POLICY, history=None))
    assert to_the_end.walk_until is None


def test_one_date_in_the_far_future_does_not_leave_out_all_history() -> None:
    begun = begin(listing(**NEW), ids=[7], dates=[NOW + 4000 * DAY, NOW, NOW - DAY], policy=POLICY)
    assert begun.walk_until == NOW - 90 * DAY


def test_an_empty_listing_has_no_watermark_and_is_read_at_once() -> None:
    begun = begin(listing(**NEW), ids=[], dates=[], policy=POLICY)
    after = walked_on(begun, Task("economy", "kk", 1, "first"), (), now=NOW)
    assert (begun.watermark, after.walked) == (None, True)


def test_a_walk_moves_on_by_its_own_page_alone() -> None:
    walking = listing(**WALKING)
    assert walked_on(walking, Task("economy", "kk", 1, "ordinary"), FRESH, now=NOW) == walking
    after = walked_on(walking, Task("economy", "kk", 3, "walk"), FRESH, now=NOW)
    assert (after.walk_page, after.walked) == (4, False)
    done = listing()
    assert walked_on(done, Task("economy", "kk", 4, "walk"), FRESH, now=NOW) == done


def test_a_listing_that_shows_its_last_page_for_ever_is_not_walked_for_ever() -> None:
    walking = listing(**WALKING, walk_until=None)
    for number in range(3, 50):
        shown = page((900 - min(number, 6), number))
        walking = walked_on(walking, Task("economy", "kk", number, "walk"), shown, now=NOW)
        if walking.walked:
            break
    assert (walking.walked, walking.walk_page) == (True, 8)


def test_a_page_of_history_that_is_read_once_more_does_not_end_it() -> None:
    walking = walked_on(listing(**WALKING), Task("economy", "kk", 3, "walk"), FRESH, now=NOW)
    again = walked_on(walking, Task("economy", "kk", 3, "walk"), FRESH, now=NOW + HOUR)
    assert (again.walk_page, again.walk_read_to, again.walk_read_at, again.walked) == (
        4,
        3,
        NOW + HOUR,
        False,
    )


def test_a_walk_is_not_ended_by_pages_that_overlap() -> None:
    walking = listing(**WALKING, walk_until=None)
    for number in range(3, 20):
        shown = page((900 - number, 1), (899 - number, 1))
        walking = walked_on(walking, Task("economy", "kk", number, "walk"), shown, now=NOW)
    assert not walking.walked


@pytest.mark.parametrize(
    ("said", "days", "wanted"),
    [
        ("nothing is dated", [None, None], True),
        ("fourteen days from the newest", [0, 0, 14], True),
        ("less than fourteen days", [0, 0, 13], False),
        ("one item alone", [0], False),
        ("nothing was seen", [], True),
        ("two items far apart", [0, 400], False),
    ],
)
def test_what_the_window_is(said: str, days: list[int | None], wanted: bool) -> None:
    assert window_covered(None if day is None else NOW - day * DAY for day in days) is wanted, said


def read(one: Listing, purpose: Purpose = "ordinary", *, at: datetime = NOW) -> Listing:
    return after_success(one, Task("economy", "kk", 1, purpose), began_at=at)


def test_every_sixth_reading_is_wide() -> None:
    one, purposes = listing(since_wide=WIDE_EVERY), []
    for _ in range(19):
        task = chosen(one)
        assert isinstance(task, Task)
        purposes.append(task.purpose)
        one = read(one, task.purpose)
    assert [n for n, purpose in enumerate(purposes) if purpose == "wide"] == [0, 6, 12, 18]


def test_readings_that_come_soon_one_after_another_are_wide_no_more_often_than_may_be() -> None:
    one, wide_at = listing(since_wide=WIDE_EVERY), []
    for minute in range(0, 600, 5):
        now = NOW + minute * MINUTE
        task = chosen(one, now=now, wide_after=3 * HOUR)
        assert isinstance(task, Task)
        one = read(one, task.purpose, at=now)
        if task.purpose == "wide":
            wide_at.append(now - NOW)
    assert wide_at == [timedelta(), 3 * HOUR, 6 * HOUR, 9 * HOUR]


def test_without_room_an_audit_that_nobody_waits_for_of_what_is_followed_no_more_sets_no_alarm() -> None:
    """One whose moment has passed would be set again at once, and again."""
    followed, dropped = listing(due_at=NOW + HOUR), listing("mfa", followed=False)
    order = Asked(1, *dropped.key, kind="audit", by_itself=True)
    more: dict[str, Any] = {"asked": [order], "busy": (), "portal_paused_until": None, "since_walk": 0}
    assert next_task([followed, dropped], [], now=NOW, has_room=False, **more) == NOW + HOUR
    task = next_task([followed, dropped], [], now=NOW, has_room=True, **more)
    assert isinstance(task, Task)
    assert task.asked == order


@pytest.mark.parametrize(
    ("has_room", "rested", "purpose"),
    [(True, 3, "wide"), (False, 3, "ordinary"), (False, 5.9, "ordinary"), (False, 6, "wide")],
)
def test_where_there_is_no_room_a_wide_reading_waits_as_long_again(
    has_room: bool, rested: float, purpose: Purpose
) -> None:
    one = listing(since_wide=WIDE_EVERY, wide_at=NOW - rested * HOUR)
    task = chosen(one, has_room=has_room, wide_after=3 * HOUR)
    assert isinstance(task, Task)
    assert task.purpose == purpose


@pytest.mark.parametrize(
    ("said", "values", "purpose"),
    [
        ("nothing is missed", {}, "ordinary"),
        ("something is missed below what an ordinary reading covers", {"owes_wide": True}, "wide"),
        ("nothing is known of what lies below", {"owes_wide": True, **WALKING}, "ordinary"),
    ],
)
def test_a_reading_that_is_owed_is_wide_however_soon_after_another(
    said: str, values: dict[str, Any], purpose: Purpose
) -> None:
    task = chosen(listing(wide_at=NOW - MINUTE, **values), wide_after=DAY)
    assert isinstance(task, Task), said
    assert task.purpose == purpose, said


@pytest.mark.parametrize(
    ("has_room", "hours", "purpose"),
    [(True, 2, "ordinary"), (True, 3, "wide"), (False, 3, "ordinary"), (False, 6, "wide")],
)
def test_without_room_a_wide_reading_waits_longer_but_not_for_ever(
    has_room: bool, hours: int, purpose: Purpose
) -> None:
    one = listing(since_wide=WIDE_EVERY, wide_at=NOW - hours * HOUR)
    assert chosen(one, has_room=has_room, wide_after=3 * HOUR) == Task("economy", "kk", 1, purpose)


def test_a_wide_reading_is_owed_once() -> None:
    owing = listing(owes_wide=True, since_wide=3)
    assert read(owing).owes_wide
    paid = read(owing, "wide")
    assert (paid.owes_wide, paid.since_wide, paid.wide_at) == (False, 0, NOW)


@pytest.mark.parametrize(
    ("listings", "per_day", "after"),
    [
        (57, None, 6 * HOUR),  # no budget: as often as every sixth of the longest waits
        (57, 100_000, 6 * HOUR),
        (57, 4_000, timedelta(days=57 * 3 / 400)),
        (57, 2_000, timedelta(days=57 * 3 / 200)),
        (57, 100, DAY),  # at most a day, however little there is
        (0, 2_000, 6 * HOUR),
    ],
)
def test_wide_readings_take_a_tenth_of_the_budget(
    listings: int, per_day: int | None, after: timedelta
) -> None:
    assert wide_after(HOUR, listings=listings, per_day=per_day) == after


def test_where_longest_is_long_wide_readings_are_a_day_apart_at_most() -> None:
    assert wide_after(DAY, listings=3, per_day=None) == DAY


def test_of_those_that_are_due_the_plan_chooses_and_is_asked_of_no_other() -> None:
    asked_of: list[list[str]] = []

    def latest(due: Sequence[Listing]) -> Listing:
        asked_of.append([one.agency for one in due])
        return due[-1]

    listings = [
        listing("economy", due_at=NOW - HOUR),
        listing("mfa", due_at=NOW + MINUTE),
        listing("moa", due_at=NOW - MINUTE, paused_until=NOW + MINUTE),
        listing("kyzmet", due_at=NOW, followed=False),
        listing("edu", due_at=NOW),
        listing("almaty", **NEW),
        listing("energo"),
    ]
    assert chosen(*listings, first=latest, busy=[("energo", "kk")], has_room=False) == Task(
        "almaty", "kk", 1, "first"
    )
    begun = [one for one in listings if one.begun]
    assert chosen(*begun, first=latest, busy=[("energo", "kk")]) == Task("edu", "kk", 1, "ordinary")
    assert asked_of == [["economy", "edu"]] * 2
    assert chosen(*begun, busy=[("energo", "kk")]) == Task("economy", "kk", 1, "ordinary")


def test_where_nothing_is_due_nobody_is_asked_to_choose() -> None:
    def nobody(due: Sequence[Listing]) -> Listing:
        raise AssertionError(due)

    assert chosen(listing(due_at=NOW + MINUTE), first=nobody) == NOW + MINUTE


ASKED = Asked(1, "mfa", "kk", pages=3)
THEIRS = Task("mfa", "kk", 1, "asked", ASKED)
BY_ITSELF = Asked(2, "mfa", "kk", kind="audit", by_itself=True)


@pytest.mark.parametrize(
    ("said", "listings", "asked", "wanted"),
    [
        ("what is due", [listing()], [], Task("economy", "kk", 1, "ordinary")),
        ("a new listing", [listing(**NEW)], [], Task("economy", "kk", 1, "first")),
        ("what a person asks for", [listing("mfa", due_at=NOW + HOUR)], [ASKED], THEIRS),
        ("a history", [listing(due_at=NOW + HOUR, **WALKING)], [], None),
        ("an audit of this night", [listing("mfa", due_at=NOW + HOUR)], [BY_ITSELF], None),
    ],
)
def test_without_room_only_what_cannot_wait_is_asked(
    said: str, listings: list[Listing], asked: list[Asked], wanted: Task | None
) -> None:
    task = chosen(*listings, asked=asked, has_room=False)
    assert task == (wanted or NOW + HOUR), said
    assert isinstance(chosen(*listings, asked=asked), Task), said


def test_history_moves_no_due_date_and_a_success_forgets_failures() -> None:
    failed = listing(failures=3, paused_until=NOW)
    assert read(failed, "walk") == replace(failed, failures=0, paused_until=None)
    assert read(failed).failures == 0


@pytest.mark.parametrize(
    ("said", "failures", "retry_after", "wanted"),
    [
        ("the first", 1, None, 2 * MINUTE),
        ("the second", 2, None, 4 * MINUTE),
        ("the fifth", 5, None, 32 * MINUTE),
        ("the cap", 9, None, 6 * HOUR),
        ("for ever", 10_000, None, 6 * HOUR),
        ("the portal asks for less", 1, 7.0, 2 * MINUTE),
        ("the portal asks for more", 1, 3600.0, HOUR),
        ("the portal asks for more than the cap", 1, 36000.0, 10 * HOUR),
        ("the portal asks for ten years", 1, 315_360_000.0, DAY),
        ("the portal asks for eternity", 1, float("inf"), DAY),
        ("the portal asks for nonsense", 1, float("nan"), 2 * MINUTE),
        ("the portal asks for the past", 1, -5.0, 2 * MINUTE),
    ],
)
def test_a_pause_doubles_up_to_its_cap(
    said: str, failures: int, retry_after: float | None, wanted: timedelta
) -> None:
    assert pause(failures, retry_after=retry_after, policy=POLICY) == wanted, said


@pytest.mark.parametrize(
    ("failures", "jitter", "wanted"),
    [
        (1, 0.0, 2 * MINUTE),
        (1, 1.0, 2.5 * MINUTE),
        (2, 0.5, 4.5 * MINUTE),
        (9, 0.0, 6 * HOUR),
        (9, 1.0, 4.5 * HOUR),
    ],
)
def test_a_pause_varies_by_a_quarter_and_never_passes_its_cap(
    failures: int, jitter: float, wanted: timedelta
) -> None:
    assert pause(failures, retry_after=None, policy=POLICY, jitter=jitter) == wanted
    asked = wanted + HOUR
    assert pause(failures, retry_after=asked.total_seconds(), policy=POLICY, jitter=jitter) == asked


@given(
    st.integers(1, 200),
    st.timedeltas(timedelta(seconds=1), timedelta(days=36500)),
    st.timedeltas(timedelta(seconds=1), timedelta(days=36500)),
)
def test_pauses_never_shrink_and_never_pass_their_cap(
    failures: int, shortest: timedelta, cap: timedelta
) -> None:
    policy = Policy(shortest=shortest, longest=shortest, longest_pause=cap, history=None)
    one, next_one = (pause(n, retry_after=None, policy=policy) for n in (failures, failures + 1))
    assert one <= next_one <= cap
    assert next_one == cap or abs(next_one - 2 * one) < timedelta(seconds=1)


@given(st.lists(st.none() | st.floats(), max_size=8))
def test_a_listing_that_fails_rests_longer_each_time_and_comes_back(retries: list[float | None]) -> None:
    one, rests = listing(), []
    for retry_after in retries:
        one = after_failure(one, retry_after=retry_after, policy=POLICY, now=NOW)
        assert one.paused_until is not None
        assert one.due_at == one.paused_until
        assert NOW + 2 * MINUTE <= one.paused_until <= NOW + DAY
        rests.append(one.paused_until)
    if all(retry_after is None for retry_after in retries):
        assert rests == sorted(rests)
    assert one.failures == len(retries)
    assert read(one).paused_until is None


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_only_a_page_that_was_read_moves_anything(outcome: Outcome) -> None:
    assert is_success(outcome) is (outcome in {"items", "unchanged", "empty"})
    assert {"items", "unchanged", "empty"} == READ


def test_listings_whose_histories_were_read_together_are_wide_at_times_of_their_own() -> None:
    after = timedelta(hours=6)
    first = {
        wide_at + after - NOW
        for agency in ("economy", "mfa", "ақмола")
        for lang in ("kk", "ru", "en")
        if (wide_at := after_history(Listing(agency, lang), wide_after=after, now=NOW).wide_at) is not None
    }
    assert len(first) == 9
    assert all(timedelta() < wait <= after for wait in first)
