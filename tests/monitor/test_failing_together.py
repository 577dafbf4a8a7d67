"""What fails together is one trouble: an agency, a language; and what is left of it is told by itself."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.failing import Attempt, Courses, Key
from monitor.failing_together import groups_of
from monitor.health import State, begun, over, readings
from monitor.troubles import HealthEvent

START = datetime(2026, 7, 13, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
AGENCIES, LANGS = ("economy", "mfa", "mps", "almaty"), ("kk", "ru", "en")
FOLLOWED = frozenset((agency, lang) for agency in AGENCIES for lang in LANGS)
ENGLISH = frozenset(key for key in FOLLOWED if key[1] == "en")
MFA = frozenset(key for key in FOLLOWED if key[0] == "mfa")


def read(broken: frozenset[Key], *, hours: int, then: frozenset[Key] = frozenset(), more: int = 0) -> Courses:
    """Every listing asked for once an hour: these fail, and afterwards the others."""
    courses = Courses(HOUR, 6 * HOUR, watching_since=START)
    for hour in range(hours + more):
        fails = broken if hour < hours else then
        for agency, lang in sorted(FOLLOWED):
            outcome = "broken" if (agency, lang) in fails else "items"
            courses.take(Attempt(agency, lang, 1, START + hour * HOUR, outcome))
    return courses


def state(courses: Courses, *, after: int) -> State:
    now = START + after * HOUR
    return readings(courses, FOLLOWED, base_url="", outcome=None, well_since=None, now=now)


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (ENGLISH, {"listing */en"}),
        (ENGLISH - {("mfa", "en")}, {"listing */en"}),
        (frozenset({("mfa", "en"), ("mps", "en")}), {"listing mfa/en", "listing mps/en"}),
        (MFA, {"listing mfa/*"}),
        (MFA - {("mfa", "kk")}, {"listing mfa/en", "listing mfa/ru"}),
        (ENGLISH | {("mfa", "ru")}, {"listing */en", "listing mfa/ru"}),
        (FOLLOWED - MFA, {"portal"}),
    ],
    ids=[
        "a language",
        "most of a language",
        "some of one",
        "an agency",
        "some of it",
        "and one beside",
        "most",
    ],
)
def test_what_fails_together_is_told_once(broken: frozenset[Key], told: set[str]) -> None:
    assert {trouble.key for trouble in begun(state(read(broken, hours=6), after=5), ())} == told


def test_a_listing_is_not_told_while_others_may_turn_out_to_fail_for_as_long() -> None:
    courses = read(frozenset({("mfa", "kk")}), hours=4, then=MFA, more=1)
    now = state(courses, after=4)
    assert {trouble.key for trouble in now.holding} == {"listing mfa/kk"}
    assert begun(now, ()) == []
    assert now.brewing == {"listing mfa/*"}


def test_what_failed_together_says_how_many_and_is_over_when_few_still_fail() -> None:
    [trouble] = begun(state(read(ENGLISH, hours=6), after=5), ())
    assert (trouble.agency, trouble.lang, trouble.detail["listings"]) == (None, "en", 4)
    assert trouble.detail["since"] == START
    told = HealthEvent(1, "u", START + 3 * HOUR, trouble.key, "listing", False, None, "en", {})
    left = frozenset({("mps", "en")})
    mended = state(read(ENGLISH, hours=6, then=left, more=2), after=7)
    assert over(mended, [told], now=START + 7 * HOUR) == [(told, START + 6 * HOUR)]
    # What remains is told by itself when the others are well.
    assert begun(mended, {trouble.key}) == []
    assert [remains.key for remains in begun(mended, ())] == ["listing mps/en"]


def test_an_agency_is_well_when_all_of_it_is_read() -> None:
    told = HealthEvent(1, "u", START, "listing mfa/*", "listing", False, "mfa", None, {})
    for left, ended in ((frozenset({("mfa", "en")}), []), (frozenset(), [(told, START + 6 * HOUR)])):
        now = state(read(MFA, hours=6, then=left, more=2), after=7)
        assert over(now, [told], now=START + 7 * HOUR) == ended


def test_one_listing_is_no_group_and_all_of_them_are_the_portal() -> None:
    assert groups_of({("mfa", "ru"), ("mps", "ru")}) == []
    assert groups_of({("mfa", "ru"), ("mfa", "kk")}) == []
    assert {group.key for group in groups_of(FOLLOWED)} == {
        *(f"listing {agency}/*" for agency in AGENCIES), *(f"listing */{lang}" for lang in LANGS)
    }  # fmt: skip
