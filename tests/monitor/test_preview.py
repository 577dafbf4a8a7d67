"""What would have been sent, and until when what waits is held: a clock that goes from moment to moment."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.config import Alert
from monitor.holding import held, is_overdue
from monitor.preview import Played, Seen, play
from monitor.terms import Terms
from monitor.waiting import Lately, Told, Waiting

ZONE = "Asia/Almaty"
DAY = datetime(2026, 3, 2, 19, 0, tzinfo=UTC)
"""Midnight in that zone."""
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
PERSON = "mailto://desk@mail.example.kz?to=desk@example.kz"


def rule(**keys: Any) -> Alert:
    return Alert.model_validate({"name": "жоба", "to": [PERSON], "lang": "ru", **keys})


def terms(asks: Alert) -> Terms:
    return Terms({asks.name: asks}, ("kk", "ru"), ZONE, confirm=HOUR, grace=4 * MINUTE)


def waits(number: int, after: timedelta, **values: Any) -> Waiting:
    usual: dict[str, Any] = {
        "rules": ("жоба",),
        "kind": "published",
        "weight": "major",
        "classes": (),
        "release_id": number,
        "lang": "ru",
        "copies": frozenset({"ru"}),
        "late": False,
    }
    return Waiting(id=number, at=DAY + after, **{**usual, **values})


def played(
    *waiting: Waiting | Seen, asks: Alert | None = None, until: timedelta = timedelta(days=8)
) -> Played:
    asks = asks or rule()
    seen = [each if isinstance(each, Seen) else Seen(each) for each in waiting]
    return play(seen, terms(asks), until=DAY + until)


def said(done: Played) -> list[tuple[timedelta, str, tuple[int, ...]]]:
    return [(message.at - DAY, message.form, message.deliveries) for message in done.messages]


def test_each_release_is_sent_when_it_is_noticed() -> None:
    done = played(waits(2, 9 * HOUR), waits(1, 8 * HOUR))
    assert said(done) == [(8 * HOUR, "release", (1,)), (9 * HOUR, "release", (2,))]
    assert done.folded == {}
    assert done.held == ()


def test_a_digest_gathers_a_day_and_days_without_news_send_nothing() -> None:
    asks = rule(digest="daily 09:00")
    done = played(
        waits(1, 8 * HOUR), waits(2, 8.5 * HOUR), waits(3, 10 * HOUR), waits(4, 80 * HOUR), asks=asks
    )
    assert said(done) == [
        (9 * HOUR, "digest", (1, 2)),
        (33 * HOUR, "release", (3,)),
        (81 * HOUR, "release", (4,)),
    ]


def test_a_weekly_digest_of_thousands_is_reckoned_in_a_few_steps() -> None:
    many = [waits(number, number * MINUTE) for number in range(1, 5000)]
    done = played(*many, asks=rule(digest="weekly mon 09:00"))
    # DAY is a Tuesday.
    assert said(done) == [(timedelta(days=6, hours=9), "digest", tuple(range(1, 5000)))]


def test_quiet_hours_hold_all_but_what_is_major() -> None:
    asks = rule(quiet="23:00-07:00")
    done = played(waits(1, HOUR, weight="minor", kind="edited"), waits(2, 2 * HOUR), asks=asks)
    assert said(done) == [(2 * HOUR, "release", (2,)), (7 * HOUR, "release", (1,))]


def test_what_is_major_comes_with_the_digest_of_the_night_though_the_rest_waits_for_the_morning() -> None:
    asks = rule(digest="hourly", quiet="23:00-07:00")
    done = played(waits(1, 10 * MINUTE, weight="minor", kind="edited"), waits(2, 20 * MINUTE), asks=asks)
    assert said(done) == [(HOUR, "release", (2,)), (7 * HOUR, "release", (1,))]


def test_too_many_at_once_become_lists() -> None:
    asks = rule(burst={"more_than": 2, "within": "10m"})
    done = played(*(waits(number, 8 * HOUR + number * MINUTE) for number in range(1, 9)), asks=asks)
    assert [form for _, form, _ in said(done)] == ["release", "release", "burst", "burst"]
    assert sorted(each for message in done.messages for each in message.deliveries) == list(range(1, 9))


def test_of_a_mass_a_person_hears_once_a_day() -> None:
    edits = [
        Seen(waits(number, number * 10 * HOUR, kind="edited", weight="minor"), mass="a mark")
        for number in (1, 2, 3, 4)
    ]
    done = played(*edits)
    assert [message.deliveries for message in done.messages] == [(1,), (4,)]
    assert set(done.folded) == {2, 3}


def test_of_a_mass_one_is_held_where_the_digest_lies_beyond_the_end() -> None:
    edits = [Seen(waits(number, (9 + number) * HOUR), mass="a mark") for number in (1, 2, 3)]
    done = played(*edits, asks=rule(digest="daily 09:00"), until=timedelta(hours=14))
    assert (done.held, set(done.folded)) == ((1,), {2, 3})


def test_a_copy_that_comes_in_lets_go_what_waited_for_it() -> None:
    first = waits(1, 8 * HOUR, lang="kk", copies=frozenset({"kk"}))
    came = DAY + 8 * HOUR + 90 * timedelta(seconds=1)
    done = played(Seen(first, copies=(("kk", first.at), ("ru", came))))
    assert said(done) == [(came - DAY, "release", (1,))]


def test_the_same_edit_in_another_language_is_left_out() -> None:
    one = waits(1, 8 * HOUR, kind="edited", release_id=7, copies=frozenset({"kk", "ru"}), classes=("date",))
    other = waits(
        2,
        8 * HOUR + 20 * MINUTE,
        kind="edited",
        release_id=7,
        lang="kk",
        copies=one.copies,
        classes=("date",),
    )
    done = played(one, other)
    assert said(done) == [(8 * HOUR, "release", (1,))]
    assert "told of this release (ru)" in done.folded[2]


def test_what_still_waits_at_the_end_is_held() -> None:
    done = played(waits(1, HOUR), waits(2, 9.5 * HOUR), asks=rule(digest="daily 09:00"), until=10 * HOUR)
    assert said(done) == [(9 * HOUR, "release", (1,))]
    assert done.held == (2,)


@pytest.mark.parametrize(
    ("keys", "waiting", "lately", "now", "until", "why"),
    [
        ({}, {}, {}, 8 * HOUR, 8 * HOUR, ""),
        ({"digest": "daily 09:00"}, {}, {}, 8.2 * HOUR, 9 * HOUR, "for its digest (daily 09:00)"),
        ({"digest": "daily 09:00"}, {}, {}, 60 * HOUR, 60 * HOUR, ""),
        (
            {"quiet": "23:00-11:00"},
            {"weight": "minor", "kind": "moved", "lang": None},
            {},
            8.2 * HOUR,
            11 * HOUR,
            "for the end of the quiet hours (23:00-11:00)",
        ),
        (
            {},
            {"lang": "kk", "copies": frozenset({"kk"})},
            {},
            8 * HOUR + MINUTE,
            8 * HOUR + 4 * MINUTE,
            "for further copies of the release, which would be told with it",
        ),
        (
            {},
            {},
            {"lists": (DAY + 8 * HOUR - MINUTE,)},
            8 * HOUR + MINUTE,
            8 * HOUR + 9 * MINUTE,
            "because there were too many at once: it goes out in a list",
        ),
    ],
)  # fmt: skip
def test_what_waits_says_until_when_and_what_for(
    keys: dict[str, Any],
    waiting: dict[str, Any],
    lately: dict[str, Any],
    now: timedelta,
    until: timedelta,
    why: str,
) -> None:
    asks = rule(**keys)
    found = held(
        [waits(1, 8 * HOUR, **waiting)],
        Lately(**lately),
        terms(asks),
        now=DAY + now,
    )
    assert found[1].until == DAY + until
    assert found[1].why == why


def test_what_is_told_already_never_goes_out_by_itself() -> None:
    told = Told(DAY + 8 * HOUR, "edited", "minor", ("date",), 1, frozenset({"kk"}))
    asks = rule()
    found = held(
        [waits(1, 8 * HOUR + MINUTE, kind="edited", weight="minor", classes=("date",))],
        Lately(told=(told,)),
        terms(asks),
        now=DAY + 8 * HOUR + MINUTE,
    )
    assert found[1].until is None
    assert "told of this release" in found[1].why


def test_what_a_clock_that_was_wrong_noticed_years_ahead_goes_out_now() -> None:
    asks = rule()
    found = held(
        [waits(1, timedelta(days=4000))],
        Lately(),
        terms(asks),
        now=DAY,
    )
    assert found[1].until == DAY


@pytest.mark.parametrize(
    ("asks", "values", "hours"),
    [
        ({}, {}, 14 / 60),
        ({}, {"late": True, "kind": "removed", "lang": "kk"}, 14 / 60),
        ({"burst": {"more_than": 1, "within": "2h"}}, {}, 2 + 4 / 60),
        ({"digest": "daily 09:00"}, {}, 9 + 14 / 60),
        ({"quiet": "22:00-07:00"}, {}, 14 / 60),
        ({"quiet": "22:00-07:00"}, {"weight": "minor"}, 7 + 14 / 60),
    ],
)
def test_a_delivery_is_overdue_when_no_rule_explains_that_it_waits(
    asks: dict[str, Any], values: dict[str, Any], hours: float
) -> None:
    one, asked = waits(7, timedelta(), **values), rule(**asks)
    for late, overdue in ((-1, False), (0, True)):
        now = DAY + timedelta(hours=hours, minutes=late)
        assert overdue is is_overdue(one, terms(asked), now=now)
