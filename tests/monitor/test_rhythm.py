"""What is usual at a listing in each hour of the week, from nothing on."""

from datetime import UTC, datetime, timedelta
from math import isfinite, log
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.hours import CELLS, Hours, hour_of
from monitor.rhythm import Key, Rates, Tally, learn, tally, watched
from monitor.working_days import acts_as

HOURS = Hours(ZoneInfo("Asia/Almaty"))
MONDAY = datetime(2026, 7, 12, 19, tzinfo=UTC)
"""2026-07-13, midnight in Almaty."""
TEN = 10
"""Of a Monday."""


def seen(hour_of_day: int, *, days: int, each: int = 1, begin: datetime = MONDAY) -> dict[int, int]:
    """So many at that hour, by the clock of Almaty, on every day on which offices act as on a working day."""
    first = hour_of(begin)
    return {
        first + 24 * day + hour_of_day: each
        for day in range(days)
        if acts_as((begin + timedelta(days=day, hours=6)).date()) < 5
    }


def taken(appeared: dict[int, int], *, days: int, begin: datetime = MONDAY) -> Tally:
    return tally(appeared, HOURS, since=begin, now=begin + timedelta(days=days))


def a_week(rates: Rates) -> float:
    return sum(rates)


def test_where_nothing_is_known_an_office_publishes_some_a_week_by_day() -> None:
    rates = learn({("economy", "ru"): taken({}, days=0)}, {})["economy", "ru"]
    assert a_week(rates) == pytest.approx(10, rel=0.01)
    assert rates[TEN] > 5 * rates[3]
    assert rates[TEN] > 4 * rates[5 * 24 + TEN]
    assert rates[TEN] == pytest.approx(rates[4 * 24 + TEN])


def test_no_listing_at_all_has_no_rates() -> None:
    assert learn({}, {}) == {}


def test_what_a_busy_agency_shows_is_its_own_soon() -> None:
    keys = {(agency, "ru"): taken({}, days=28) for agency in ("quiet", "still", "calm")}
    keys["busy", "ru"] = taken(seen(TEN, days=28, each=4), days=28)
    rates = learn(keys, {})
    assert a_week(rates["busy", "ru"]) == pytest.approx(20, rel=0.2)
    for agency in ("quiet", "still", "calm"):
        assert a_week(rates[agency, "ru"]) < 0.5
    # the hours of the busy one are taken to be those of the others too
    assert rates["quiet", "ru"][TEN] > 2 * rates["quiet", "ru"][15]


def test_most_comes_in_the_hour_in_which_it_came_and_some_beside_it() -> None:
    rates = learn({("economy", "kk"): taken(seen(TEN, days=56, each=3), days=56)}, {})["economy", "kk"]
    assert max(range(24), key=lambda hour: rates[hour]) == TEN
    assert rates[TEN + 1] > rates[TEN + 3]
    assert 1.2 < rates[TEN] < 3


def test_a_day_off_makes_no_monday_poorer() -> None:
    """Of the four Mondays to 2026-03-29 one is a holiday: nobody published, and it counts as a Sunday."""
    begin = datetime(2026, 3, 1, 19, tzinfo=UTC)
    busy = seen(TEN, days=28, begin=begin)
    assert acts_as((begin + timedelta(days=21, hours=6)).date()) == 6  # 2026-03-23
    assert hour_of(begin) + 24 * 21 + TEN not in busy
    one = taken(busy, days=28, begin=begin)
    assert one.shown[TEN] / one.watched[TEN] == pytest.approx(1, rel=0.01)
    assert one.watched[TEN] < one.watched[3 * 24 + TEN]


def test_what_is_long_ago_counts_less_and_after_half_a_year_nothing() -> None:
    weeks = 8
    begin = MONDAY - timedelta(weeks=30)
    now = MONDAY
    first = hour_of(now - timedelta(weeks=weeks)) + TEN
    one = tally({first: 10, hour_of(now) - 100: 10}, HOURS, since=begin, now=now)
    assert one.total == pytest.approx(
        10 * 2 ** (-(weeks * 168 - TEN) / (weeks * 168)) + 10 * 2 ** (-100 / 1344)
    )
    assert tally({hour_of(begin) + 5: 99}, HOURS, since=begin, now=now).total == 0
    # A week that ended eight weeks ago counts half: 1 + 2^(-1/8) + 2^(-2/8) ... over 26 weeks.
    assert sum(one.watched) / CELLS == pytest.approx((1 - 2 ** (-26 / 8)) / (1 - 2 ** (-1 / 8)), rel=0.06)


def test_a_habit_that_changed_is_forgotten() -> None:
    """Twenty weeks of ten o'clock, then sixteen of four: the afternoon is what counts."""
    begin = MONDAY - timedelta(weeks=36)
    earlier = seen(TEN, days=20 * 7, each=3, begin=begin)
    later = seen(16, days=16 * 7, each=3, begin=begin + timedelta(weeks=20))
    one = tally(earlier | later, HOURS, since=begin, now=MONDAY)
    rates = learn({("mfa", "en"): one}, {})["mfa", "en"]
    assert rates[16] > 3 * rates[TEN]


def test_a_new_listing_leans_on_its_kind() -> None:
    tallies: dict[Key, Tally] = {
        ("astana", "ru"): taken(seen(TEN, days=28, each=6), days=28),
        ("shymkent", "ru"): taken(seen(TEN, days=28, each=6), days=28),
        ("law", "ru"): taken({}, days=28),
        ("sport", "ru"): taken({}, days=28),
        ("almaty", "ru"): taken({}, days=0),
        ("energy", "ru"): taken({}, days=0),
        ("nobody", "ru"): taken({}, days=0),
    }
    kinds = dict.fromkeys(("astana", "shymkent", "almaty"), "region") | dict.fromkeys(
        ("law", "sport", "energy"), "ministry"
    )
    rates = {agency: a_week(each) for (agency, _), each in learn(tallies, kinds).items()}
    assert rates["almaty"] == pytest.approx(30, rel=0.25)
    assert rates["energy"] < 1
    # of an unknown kind: as the whole portal, between them
    assert rates["energy"] < rates["nobody"] < rates["almaty"]


def test_languages_of_a_kind_are_told_apart() -> None:
    tallies = {("law", "kk"): taken(seen(TEN, days=28, each=6), days=28), ("law", "en"): taken({}, days=28)}
    tallies |= {("tax", lang): taken({}, days=0) for lang in ("kk", "en")}
    rates = learn(tallies, {"law": "ministry", "tax": "ministry"})
    assert a_week(rates["tax", "kk"]) > 10 * a_week(rates["tax", "en"])


def test_watched_hours_are_those_that_passed() -> None:
    first = hour_of(MONDAY)
    assert sum(watched(HOURS, first=first, last=first + 24 * 7)) == pytest.approx(7 * 24, rel=0.06)
    assert watched(HOURS, first=first, last=first)[0] == 0
    one = watched(HOURS, first=first, last=first + 3)
    assert [cell for cell in range(CELLS) if one[cell]] == [0, 1, 2]


def test_what_was_not_watched_does_not_count() -> None:
    """Dated before it was followed, or after now: neither says how much comes in an hour."""
    one = tally({hour_of(MONDAY) - 1: 50, hour_of(MONDAY) + 500: 50}, HOURS, since=MONDAY, now=MONDAY)
    assert one.total == 0


@settings(max_examples=25)
@given(
    counts=st.lists(st.tuples(st.integers(-400, 400), st.sampled_from([1, 3, 1000, 10**6])), max_size=12),
    listings=st.integers(1, 5),
    kind=st.sampled_from(["", "region"]),
)
def test_every_rate_is_a_number_above_nothing(
    counts: list[tuple[int, int]], listings: int, kind: str
) -> None:
    tallies = {
        (f"a{number}", "ru"): taken({hour_of(MONDAY) + hour: many for hour, many in counts}, days=number * 9)
        for number in range(listings)
    }
    for rates in learn(tallies, {"a0": kind}).values():
        assert len(rates) == CELLS
        assert all(isfinite(rate) and rate > 0 for rate in rates)


def test_from_nothing_the_true_rates_are_found_within_weeks() -> None:
    """Against the truth by likelihood: what is learned explains the next weeks better than the first guess does."""
    truth = [2.0 if cell // 24 < 5 and cell % 24 in (9, 10, 11) else 0.05 for cell in range(CELLS)]
    first, appeared, owed = hour_of(MONDAY), {}, 0.0
    for hour in range(first, first + 28 * 24):
        owed += truth[HOURS.cell(hour)]
        if owed >= 1:
            appeared[hour] = int(owed)
            owed -= int(owed)
    learned = learn({("economy", "ru"): taken(appeared, days=28)}, {})["economy", "ru"]
    guessed = learn({("economy", "ru"): taken({}, days=0)}, {})["economy", "ru"]

    def explained(rates: Rates) -> float:
        return sum(part * log(rate) - rate for part, rate in zip(truth, rates, strict=True))

    best = sum(part * log(part) - part for part in truth)
    assert best - explained(learned) < (best - explained(guessed)) / 4
