"""What the plan says is read next, when and why."""

from dataclasses import replace
from datetime import timedelta

import pytest

from crawler.records import WHOLE
from monitor.allowance import Bounds
from monitor.habits import Habits
from monitor.hours import CELLS
from monitor.plan import REPRICED_AFTER, News, Plan, Planned
from monitor.rhythm import Key
from tests.monitor.watchman import ALMATY, START

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
BOUNDS = Bounds(2 * MINUTE, HOUR, timedelta(seconds=2))
KK, RU, EN = (("law", lang) for lang in ("kk", "ru", "en"))
BUSY, QUIET = ("busy", "ru"), ("quiet", "ru")


def plan_of(rates: dict[Key, float], bounds: Bounds = BOUNDS, *, ago: timedelta = 10 * MINUTE) -> Plan:
    """Listings that were all read so long ago, with rates that never change."""
    plan = Plan(ALMATY, bounds)
    for key, rate in rates.items():
        plan.follow(key, (rate,) * CELLS, Habits(), read_at=START - ago, now=START)
    plan.reprice([], now=START)
    return plan


def test_nobody_is_read_where_nobody_is_followed() -> None:
    plan = plan_of({})
    assert plan.next([], START) is None
    assert plan.all_planned() == []
    plan.leave(RU)
    with pytest.raises(KeyError):
        plan.planned(RU)


def test_the_busier_is_read_first_and_the_quiet_one_at_its_deadline() -> None:
    plan = plan_of({BUSY: 30.0, QUIET: 0.0}, ago=20 * MINUTE)
    first = plan.next([BUSY, QUIET], START)
    assert isinstance(first, Planned)
    assert (first.key, first.ground) == (BUSY, "news")
    assert first.waiting == pytest.approx(10)
    plan.read(BUSY, at=START, now=START)
    quiet = plan.planned(QUIET)
    assert quiet.ground == "longest"
    assert timedelta(0) < START + 40 * MINUTE - quiet.at <= timedelta(seconds=6)
    assert plan.planned(BUSY).at >= START + 2 * MINUTE
    later = plan.next([QUIET], START)
    assert later == quiet.at


def test_who_is_not_free_is_left_out() -> None:
    plan = plan_of({BUSY: 30.0, QUIET: 30.0}, ago=30 * MINUTE)
    found = plan.next([QUIET], START)
    assert isinstance(found, Planned)
    assert found.key == QUIET


def test_what_was_never_read_goes_before_all_that_was() -> None:
    plan = plan_of({BUSY: 30.0}, ago=59 * MINUTE)
    plan.follow(QUIET, (0.0,) * CELLS, Habits(), read_at=None, now=START)
    plan.reprice([], now=START)
    found = plan.next([BUSY, QUIET], START)
    assert isinstance(found, Planned)
    assert found.key == QUIET


def test_a_release_in_one_language_has_the_others_looked_at_for_copies() -> None:
    plan = plan_of({KK: 0.0, RU: 0.0, EN: 0.0}, ago=5 * MINUTE)
    before = plan.planned(KK).at
    plan.read(RU, at=START, now=START)
    plan.news([News("law", START - MINUTE, frozenset({"ru"}))], now=START)
    for key in (KK, EN):
        assert plan.planned(key).ground == "copies"
        assert plan.planned(key).at < before
    assert plan.planned(RU).ground == "edits"
    assert plan.planned(RU).at >= START + 2 * MINUTE


def test_copies_that_never_come_in_a_language_are_not_awaited_there() -> None:
    plan = Plan(ALMATY, BOUNDS)
    for key, share in ((KK, 1.0), (RU, 1.0), (EN, 0.0)):
        plan.follow(key, (0.0,) * CELLS, Habits(share=share), read_at=START, now=START)
    plan.reprice([], now=START)
    plan.news([News("law", START, frozenset({"ru"}))], now=START)
    assert plan.planned(KK).ground == "copies"
    assert plan.planned(EN).ground == "longest"


def test_what_one_language_lacks_is_hardly_in_another() -> None:
    plan = plan_of({KK: 4.0, RU: 4.0, BUSY: 4.0})
    assert plan.planned(KK).at == plan.planned(BUSY).at
    plan.read(RU, at=START, now=START)
    assert plan.planned(KK).at > plan.planned(BUSY).at


def test_a_reading_in_a_language_that_is_not_followed_puts_off_no_other() -> None:
    plan = plan_of({KK: 3.0, RU: 3.0})
    before = plan.all_planned()
    plan.read(EN, at=START, now=START)
    assert EN not in plan
    assert plan.all_planned() == before


def test_the_listing_of_the_whole_portal_stands_in_for_all_where_it_is_trusted() -> None:
    whole = (WHOLE, "ru")
    for trusted in (True, False):
        plan = plan_of({whole: 40.0, RU: 4.0, KK: 4.0})
        plan.cover("ru", trusted=trusted)
        before = plan.planned(RU).at, plan.planned(KK).at
        plan.read(whole, at=START, now=START)
        assert (plan.planned(RU).at > before[0]) == trusted
        assert plan.planned(KK).at == before[1]


@pytest.mark.parametrize("trusted", [True, False])
def test_a_budget_that_is_too_small_is_spent_on_the_whole_portal_first(trusted: bool) -> None:
    whole = (WHOLE, "ru")
    own = {(f"a{number}", "ru"): 0.1 for number in range(40)}
    plan = plan_of({whole: 4.0, **own}, replace(BOUNDS, per_day=300), ago=timedelta(0))
    plan.cover("ru", trusted=trusted)
    plan.reprice([], now=START)
    assert (plan.planned(whole).at <= START + HOUR) == trusted
    assert 3 * HOUR < plan.longest < 5 * HOUR  # and the agencies' own share the rest
    assert all(START + HOUR < plan.planned(key).at <= START + plan.longest for key in own)


def test_the_whole_portal_takes_half_of_the_smallest_budget_at_most() -> None:
    whole = (WHOLE, "ru")
    plan = plan_of({whole: 4.0, RU: 0.1, BUSY: 4.0}, replace(BOUNDS, per_day=8), ago=timedelta(0))
    plan.cover("ru", trusted=True)
    plan.reprice([], now=START)
    assert 5 * HOUR < plan.planned(whole).at - START <= 6 * HOUR


def test_copies_are_awaited_in_the_listing_of_the_whole_portal_where_that_is_trusted() -> None:
    whole = (WHOLE, "kk")
    own_alone, own, of_all = (
        copies_awaited(trusted=trusted).planned(key)
        for trusted, key in ((False, KK), (True, KK), (True, whole))
    )
    assert of_all.ground == "copies"
    assert of_all.at == own_alone.at < own.at


def copies_awaited(*, trusted: bool) -> Plan:
    """A release has come in Russian alone, where the whole portal's listing in Kazakh is trusted or not."""
    plan = plan_of({KK: 0.0, RU: 0.0, (WHOLE, "kk"): 0.0}, ago=3 * MINUTE)
    plan.cover("kk", trusted=trusted)
    plan.news([News("law", START, frozenset({"ru"}))], now=START)
    return plan


def test_a_doubt_is_settled_from_its_moment_on() -> None:
    plan = plan_of({QUIET: 0.0}, ago=timedelta(0))
    plan.confirm(QUIET, START + 20 * MINUTE, now=START)
    assert (plan.planned(QUIET).at, plan.planned(QUIET).ground) == (START + 20 * MINUTE, "doubt")
    plan.confirm(QUIET, None, now=START)
    assert plan.planned(QUIET).ground == "longest"


def test_no_room_leaves_the_deadlines_and_no_request_nothing() -> None:
    plan = plan_of({BUSY: 30.0, QUIET: 0.0}, Bounds(2 * MINUTE, HOUR, timedelta(seconds=2), 100))
    plan.reprice([100.0] + [0.0] * 95, now=START)
    assert not plan.has_room
    assert min(one.at for one in plan.all_planned()) > START
    plan.reprice([60.0] + [0.0] * 95, now=START)
    plan.asked(BUSY, 40, took=MINUTE, planned=False, now=START)
    assert not plan.has_room
    found = plan.next([BUSY, QUIET], START + 10 * MINUTE)
    assert found is not None
    assert not isinstance(found, Planned)


def test_a_reading_at_its_deadline_takes_what_was_kept_back_for_it() -> None:
    plan = plan_of({BUSY: 0.0}, Bounds(2 * MINUTE, HOUR, timedelta(seconds=2), 1000))
    before = plan._spare
    plan.asked(BUSY, 3, took=timedelta(seconds=5), planned=True, now=START + 50 * MINUTE)
    assert plan._spare == before - 2
    plan.asked(BUSY, 3, took=timedelta(seconds=5), planned=True, now=START)
    assert plan._spare == before - 5


def test_the_price_is_found_anew_every_quarter_of_an_hour_and_when_rates_or_clock_change() -> None:
    bounds = replace(BOUNDS, per_day=500)
    plan = Plan(ALMATY, bounds)
    assert plan.is_stale(START)
    plan = plan_of({BUSY: 1.0}, bounds)
    assert not plan.is_stale(START + REPRICED_AFTER - timedelta(seconds=1))
    assert plan.stale_at(START) == START + REPRICED_AFTER
    assert plan.is_stale(START + REPRICED_AFTER)
    assert plan.is_stale(START - timedelta(seconds=1))
    plan.follow(BUSY, (2.0,) * CELLS, Habits(), read_at=START, now=START)
    assert plan.is_stale(START)


def test_without_a_budget_the_price_goes_by_the_hours_ahead_and_nothing_is_forbidden() -> None:
    plan = plan_of({BUSY: 1.0})
    assert plan.stale_at(START) == START + HOUR
    plan.asked(BUSY, 10_000, took=MINUTE, planned=False, now=START)
    assert plan.has_room


def test_a_budget_too_small_for_longest_stretches_it_for_all() -> None:
    plan = plan_of({BUSY: 9.0, QUIET: 0.0}, Bounds(2 * MINUTE, HOUR, timedelta(seconds=2), 24))
    assert plan.longest == pytest.approx(2 * HOUR * 1.15, abs=MINUTE)
    plan.leave(QUIET)
    plan.reprice([], now=START)
    assert plan.longest == pytest.approx(1.15 * HOUR, abs=MINUTE)


def test_a_dearer_reading_makes_the_price_rise() -> None:
    bounds = Bounds(2 * MINUTE, HOUR, timedelta(seconds=2), 400)
    cheap, dear = plan_of({BUSY: 9.0}, bounds), plan_of({BUSY: 9.0}, bounds)
    for hour in range(1, 8):
        now = START + hour * HOUR
        for plan, pages in ((cheap, 8), (dear, 30)):
            plan.asked(BUSY, pages, took=MINUTE, planned=True, now=now - MINUTE)
            plan.read(BUSY, at=now, now=now)
            plan.reprice([2.0] * 96, now=now)
    assert dear.price > 1.5 * cheap.price
