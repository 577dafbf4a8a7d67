"""Digests, quiet hours and pauses by a clock that is set, over downtime and summer time: each is told once."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from monitor.errors import DeliveryError
from tests.monitor.owing import START, Newsroom, rule, whole
from tests.monitor.test_outbox import CHAT, CHAT_URL, HOOK, Memory, people

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")


def reader(**keys: Any) -> Newsroom:
    return Newsroom([rule(to=[CHAT], lang="kk", **keys)])


def messages(room: Newsroom) -> list[list[int]]:
    """The changes of each message that was sent, in the order of sending."""
    told: dict[str, list[int]] = {}
    for row in sorted(whole(room.db), key=lambda row: (row["sent_at"] or "", row["id"])):
        if row["state"] == "sent":
            told.setdefault(row["message_id"], []).append(row["change_id"])
    return list(told.values())


async def hourly_news(room: Newsroom, memory: Memory, hours: int, *, first: int) -> None:
    """A release an hour, with a daemon that is there all the time."""
    for number in range(first, first + hours):
        room.publish(number)
        await room.live(people(memory), HOUR)


@pytest.mark.parametrize("jump", [HOUR, -HOUR, DAY, -DAY, 3650 * DAY, -3650 * DAY])
@pytest.mark.parametrize("restarts", [False, True])
async def test_a_clock_that_is_set_neither_loses_nor_repeats_a_digest(
    jump: timedelta, restarts: bool
) -> None:
    room, memory = reader(digest="daily 09:00"), Memory()
    await hourly_news(room, memory, 30, first=1)
    for number, step in enumerate((jump, -jump)):
        room.clock.on(step)
        if restarts:
            room.restart()
        await hourly_news(room, memory, 5, first=100 + 10 * number)
    await room.live(people(memory), DAY)
    told = [change for message in messages(room) for change in message]
    assert sorted(told) == list(range(1, 41))
    assert len(set(memory.tried)) == len(memory.tried) == len(messages(room))
    # One at 09:00 on each of two days, and at most one more at either jump.
    assert 2 <= len(memory.sent) <= 4


async def test_a_digest_that_was_missed_is_made_up_for_once() -> None:
    room, memory = reader(digest="daily 09:00"), Memory()
    for number in range(1, 6):
        room.publish(number)
        room.clock.on(DAY)
    room.restart()
    await room.dispatch(people(memory))
    assert messages(room) == [[1, 2, 3, 4, 5]]
    room.publish(6)
    await room.dispatch(people(memory))
    assert len(memory.sent) == 1
    assert await room.dispatch(people(memory)) == datetime(2026, 3, 8, 4, tzinfo=UTC), (
        "the next one at its hour"
    )


@pytest.mark.parametrize("day", [datetime(2026, 3, 28, tzinfo=BERLIN), datetime(2026, 10, 24, tzinfo=BERLIN)])
async def test_an_hour_that_there_is_not_or_twice_makes_one_digest_a_day(day: datetime) -> None:
    room, memory = reader(digest="daily 02:30"), Memory()
    room.zone, room.clock.moment = "Europe/Berlin", day.astimezone(UTC)
    await hourly_news(room, memory, 72, first=1)
    assert len(memory.sent) == 3
    moments = {row["sent_at"] for row in whole(room.db) if row["sent_at"]}
    sent = Counter(datetime.fromisoformat(at).astimezone(BERLIN).date() for at in moments)
    assert set(sent.values()) == {1}
    assert len(sent) == 3


async def test_quiet_hours_over_midnight_hold_what_is_minor_and_no_more() -> None:
    room, memory = reader(quiet="23:00-07:00"), Memory()
    room.clock.moment = datetime(2026, 3, 2, 19, 30, tzinfo=UTC)  # half past midnight in Almaty
    room.publish(1)
    room.change("edited", 1, weight="minor")
    await room.dispatch(people(memory))
    assert messages(room) == [[1]]
    await room.live(people(memory), 6 * HOUR)
    assert len(memory.sent) == 1
    await room.live(people(memory), HOUR)
    assert messages(room) == [[1], [2]]


async def test_a_digest_whose_server_is_down_at_its_hour_comes_later_as_the_same_message() -> None:
    room, memory = reader(digest="hourly"), Memory()
    memory.failures[CHAT_URL] = [DeliveryError("down")] * 9
    room.publish(1, 2)
    await room.live(people(memory), HOUR)
    room.publish(3)
    await room.live(people(memory), 2 * HOUR)
    assert messages(room) == [[1, 2], [3]]
    assert len(set(memory.tried[:10])) == 1
    assert len(memory.tried) == 11


async def test_down_for_hours_nothing_is_lost_and_everything_stays_in_order() -> None:
    room, memory = Newsroom([rule(to=[HOOK])]), Memory()
    memory.failures[HOOK] = [DeliveryError("down")] * 12
    for number in range(1, 7):
        room.publish(number)
        await room.live({"webhook": memory}, HOUR)
    await room.live({"webhook": memory}, 6 * HOUR)
    assert memory.titles(HOOK) == [f"Өңір {number} kk" for number in range(1, 7)]
    assert len(set(memory.tried[:13])) == 1


@pytest.mark.parametrize("jump", [3650 * DAY, 3 * DAY])
async def test_a_pause_that_a_wrong_clock_set_is_over_when_it_is_right(jump: timedelta) -> None:
    room, memory = Newsroom([rule(to=[HOOK])]), Memory()
    memory.failures[HOOK] = [DeliveryError("down")]
    room.clock.on(jump)
    room.publish(1)
    await room.dispatch({"webhook": memory})
    room.clock.on(-jump)
    await room.dispatch({"webhook": memory})
    assert room.states() == {"sent": 1}


async def test_a_rule_that_changes_decides_of_what_waits() -> None:
    room, memory = reader(digest="weekly mon 09:00"), Memory()
    room.publish(1)
    await room.dispatch(people(memory))
    room.alerts = [rule("other name", to=[CHAT], lang="kk", digest="daily 15:00")]
    room.restart()
    assert await room.dispatch(people(memory)) == START + 30 * MINUTE
    room.alerts = [rule(to=[CHAT], lang="kk")]
    room.restart()
    await room.dispatch(people(memory))
    assert messages(room) == [[1]]


async def test_thousands_that_wait_for_their_hour_do_not_hold_up_what_is_due() -> None:
    room, memory = Newsroom([
        rule("daily", to=[CHAT], lang="kk", digest="daily 09:00", kinds=["edited"]),
        rule("now", to=[CHAT], lang="kk", kinds=["published", "removed"]),
    ]), Memory()  # fmt: skip
    room.change("edited", *range(1, 301))
    for number in range(301, 305):
        room.publish(number)
        await room.dispatch(people(memory))
        room.clock.on(MINUTE)
    room.change("removed", 7)
    again = await room.dispatch(people(memory))
    assert messages(room) == [[301], [302], [303], [304], [305]]
    assert again == datetime(2026, 3, 3, 4, tzinfo=UTC)
    await room.live(people(memory), DAY)
    assert sorted(change for message in messages(room)[5:] for change in message) == list(range(1, 301))
