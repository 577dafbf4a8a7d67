"""How long a listing or the portal has failed, told from order to order."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from crawler.records import WHOLE, Outcome
from monitor.failing import Attempt, Courses

START = datetime(2026, 7, 13, 4, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ECONOMY = ("economy", "ru")


def courses(*, longest: timedelta = HOUR, watching_since: datetime = START) -> Courses:
    return Courses(longest, 6 * longest, watching_since=watching_since)


def attempt(
    hours: float, outcome: Outcome = "broken", *, agency: str = "economy", page: int = 1, listed: int = 0
) -> Attempt:
    at = START + hours * HOUR
    return Attempt(agency, "ru", page, at, outcome, reason=f"{outcome} then", listed=listed)


def taken(of: Courses, attempts: Sequence[Attempt]) -> Courses:
    for one in attempts:
        of.take(one)
    return of


def failures(*hours: float, outcome: Outcome = "broken") -> list[Attempt]:
    return [attempt(each, outcome) for each in hours]


DOUBLING = (0, 1 / 30, 0.1, 7 / 30, 0.5, 31 / 30, 2.1)

CASES: dict[str, tuple[list[Attempt], float, bool]] = {
    "one failure, however long ago": (failures(0), 30, False),
    "two failures": (failures(0, 4), 30, False),
    "three in a minute, three hours ago": (failures(0, 0.01, 0.02), 3, True),
    "three in a minute, a little less ago": (failures(0, 0.01, 0.02), 2.99, False),
    "pauses that double, for three hours": (failures(*DOUBLING), 3, True),
    "pauses that double, a minute before that": (failures(*DOUBLING), 2.98, False),
    "a success in between": ([*failures(0, 1), attempt(1.5, "unchanged"), *failures(2, 3)], 5, False),
    "an empty first page that was empty before": (
        [*failures(0, 1), attempt(1.5, "empty"), *failures(2)],
        5,
        False,
    ),
    "a success further down": ([*failures(0, 1), attempt(1.5, "items", page=7), *failures(2)], 3, True),
    "a success of another listing": (
        [*failures(0, 1), attempt(1.5, "items", agency="mfa"), *failures(2)],
        3,
        True,
    ),
    "our own budget is nobody's failure": ([attempt(each, "budget") for each in (0, 1, 2)], 9, False),
    "nothing at all": ([], 100, False),
}


@pytest.mark.parametrize(("attempts", "hours", "told"), CASES.values(), ids=CASES)
def test_a_listing_fails(attempts: list[Attempt], hours: float, told: bool) -> None:
    found = taken(courses(), attempts).failing(START + hours * HOUR)
    assert (ECONOMY in found) is told


@pytest.mark.parametrize(
    ("longest", "hours"), [(MINUTE, 1), (20 * MINUTE, 1), (HOUR, 3), (4 * HOUR, 12)], ids=str
)
def test_its_own_rhythm_says_how_long_is_long(longest: timedelta, hours: float) -> None:
    failing = taken(courses(longest=longest), failures(0, 0.1, 0.2))
    assert not failing.failing(START + hours * HOUR - MINUTE)
    assert failing.failing(START + hours * HOUR)


def test_the_last_failure_says_how_it_fails_and_the_first_since_when() -> None:
    attempts = [*failures(0, 1, outcome="timeout"), *failures(2)]
    failing = taken(courses(), attempts).failing(START + 4 * HOUR)[ECONOMY]
    assert (failing.since, failing.outcome, failing.reason) == (START, "broken", "broken then")


def test_what_happened_before_we_ran_counts_as_far_as_somebody_looked() -> None:
    began = START + 10 * HOUR
    of = taken(courses(watching_since=began), failures(*DOUBLING))
    assert not of.failing(began + HOUR)
    # The seven hours and more that nobody ran count for nothing; two hours and six minutes do.
    taken(of, failures(10.1))
    assert not of.failing(START + 10.9 * HOUR)
    assert of.failing(START + 11 * HOUR)


def test_a_week_without_us_is_no_failure_of_theirs() -> None:
    began = START + timedelta(days=7)
    of = taken(courses(watching_since=began), failures(0, 0.1, 0.2))
    taken(of, failures(7 * 24 + 0.1))
    assert not of.failing(began + HOUR)
    assert not of.is_down(began + 30 * MINUTE)


def test_a_clock_that_jumps_makes_nothing_long() -> None:
    of = taken(courses(), failures(0, 0.1, 0.2))
    of.start_anew(START + timedelta(days=3650))
    assert not of.failing(START + timedelta(days=3650))
    of.start_anew(START)
    taken(of, failures(0.3))
    assert not of.failing(START + 1 * HOUR)
    assert of.failing(START + 4 * HOUR)


def test_the_portal_is_down_when_nobody_is_answered_for_an_hour() -> None:
    agencies = ["economy", "mfa", "mps", "almaty"]
    attempts = [attempt(n / 10, "refused", agency=agency) for n, agency in enumerate(agencies)]
    of = taken(courses(), attempts)
    assert not of.is_down(START + HOUR), "it may be well by now"
    assert of.is_down(START + 2 * HOUR), "nobody was to ask again"
    of.take(attempt(0.99, "refused"))
    assert not of.is_down(START + 119 * MINUTE)
    of.take(attempt(1, "refused"))
    assert of.is_down(START + HOUR)
    of.take(attempt(1.1, "unchanged", agency=WHOLE))
    assert not of.is_down(START + 9 * HOUR)


def test_the_listing_of_all_agencies_may_lack_some_while_the_portal_is_well() -> None:
    of = taken(courses(), [attempt(each, "shrunken", agency=WHOLE) for each in (0, 0.5, 1.5)])
    assert of.portal.failing is None
    of = taken(courses(), [attempt(each, "refused", agency=WHOLE) for each in (0, 0.5, 1.5)])
    assert of.is_down(START + 1.5 * HOUR)


def test_what_the_portal_explains_is_no_listings_until_it_fails_again() -> None:
    of = taken(courses(), failures(0, 0.5, 1, 4, outcome="refused"))
    assert of.failing(START + 4 * HOUR)
    of.take(attempt(5, "items", agency="mfa"))
    of.explain()
    assert not of.failing(START + 9 * HOUR)
    taken(of, failures(9.5))
    assert of.failing(START + 9.5 * HOUR)[ECONOMY].since == START


def test_what_is_missing_is_not_there_again_because_a_reading_did_not_look() -> None:
    of = courses()
    hours = iter(range(100))
    for _ in range(3):
        of.take(attempt(next(hours), "shrunken", listed=20))
        for _ in range(5):
            of.take(attempt(next(hours), "unchanged"))
    assert of.failing(START + next(hours) * HOUR)
    for _ in range(3):
        of.take(attempt(next(hours), "unchanged"))
    assert not of.failing(START + next(hours) * HOUR)


def test_an_empty_listing_is_well_with_the_first_page_that_is_not() -> None:
    of = taken(courses(), failures(0, 1, 2, 30, outcome="shrunken"))
    assert of.failing(START + 30 * HOUR)
    of.take(attempt(31, "items"))
    assert not of.failing(START + 31 * HOUR)
    assert of.listings[ECONOMY].well_since == START + 31 * HOUR


def test_a_listing_is_well_since_its_first_success_after_the_last_failure() -> None:
    of = taken(courses(), [*failures(0, 1), attempt(2, "items"), attempt(3, "unchanged")])
    assert of.listings[ECONOMY].well_since == START + 2 * HOUR
    assert of.listings[ECONOMY].success_at == START + 3 * HOUR
    of.take(failures(4)[0])
    assert of.listings[ECONOMY].well_since is None
    of.start_anew(START + 1 * HOUR)
    assert of.listings[ECONOMY].success_at == START + 1 * HOUR, "no success lies ahead"
    failing = of.listings[ECONOMY].failing
    assert failing is not None
    assert (failing.since, failing.last) == (START + HOUR, START + HOUR)


def test_every_listing_that_is_broken_is_the_portals_failure_too() -> None:
    of = taken(courses(), failures(0, 0.5, 1))
    assert of.is_down(START + HOUR)
    of.take(attempt(1.1, "items", page=2))
    assert not of.is_down(START + 9 * HOUR)
    assert of.failing(START + 3 * HOUR), "a page further down says nothing of what comes in at the top"
