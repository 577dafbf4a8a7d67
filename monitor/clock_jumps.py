"""Decides from two looks at three clocks whether one was set or nothing ran, and what moments mean after that. Pure.

Nobody can tell a clock that was put forward from a virtual machine that was frozen with all of its clocks, so what is
past stays where it was, as if that time had gone by: the worst is a reading too many. After a clock was put back
nothing past may lie ahead of us. A rest that has to be waited out lasts as long as it would have.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import overload

STEP = timedelta(seconds=3)
"""A clock is put right by so much every now and then, and nobody's wait is any different for it."""
STOOD = timedelta(minutes=1)
"""So long nothing runs only where the process was stopped; a large transaction on a slow disk takes less."""
_NONE = timedelta()
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Clocks:
    """The same moment by three clocks."""

    wall: datetime
    """The clock that people set."""
    machine: float
    """Seconds since the machine started, those asleep included; where no clock counts those, as `running`."""
    running: float
    """Seconds since the machine started, those asleep left out: what timers count."""


@dataclass(frozen=True, slots=True)
class Passed:
    """What was out of the ordinary between two looks."""

    set_by: timedelta = _NONE
    """The clock on the wall was set: above zero forward, below it back."""
    stood: timedelta = _NONE
    """Nothing ran for so long: the machine slept, or this process was stopped."""


def passed(before: Clocks, after: Clocks, *, meant: timedelta) -> Passed:
    """What happened between two looks; `meant`: the time after which the second was to come.

    Where no clock counts the time asleep, sleep looks as if the clock on the wall had been put forward.
    """
    machine = timedelta(seconds=after.machine - before.machine)
    running = timedelta(seconds=after.running - before.running)
    set_by, asleep, late = after.wall - before.wall - machine, machine - running, running - meant
    return Passed(
        set_by=set_by if abs(set_by) > STEP else _NONE,
        stood=(asleep if asleep > STEP else _NONE) + (late if late > STOOD else _NONE),
    )


@dataclass(frozen=True, slots=True)
class Jump:
    """The clock was set by so much (below zero: back), and `at` that moment it was, by the new time."""

    at: datetime
    by: timedelta


@dataclass(frozen=True, slots=True)
class Forward:
    """The clock was put forward by `jump`, and `at` that moment it was, by the new time."""

    at: datetime
    jump: timedelta


def left_out(jumps: Iterable[Jump]) -> tuple[Forward, ...]:
    """What a clock has left out that was set so often, in this order.

    Where it is put back, it takes back what it had left out last.
    """
    forward: list[Forward] = []
    for one in jumps:
        back = -one.by
        while forward and back > _NONE:
            last = forward.pop()
            if last.jump > back:
                forward.append(Forward(last.at, last.jump - back))
            back -= last.jump
        if one.by > _NONE:
            forward.append(Forward(one.at, one.by))
        else:  # nothing past lies ahead
            forward = [Forward(min(each.at, one.at), each.jump) for each in forward]
    return tuple(forward)


def really(since: datetime, now: datetime, forward: Iterable[Forward]) -> timedelta:
    """The time from `since` to `now`, without what a clock that was put forward has left out.

    Of a moment within what was left out, as one that was noted before the machine started with a clock far behind,
    nobody can say how long ago it was: for that it counts from the jump on.
    """
    skipped = (one.at - max(since, one.at - one.jump) for one in forward if since < one.at <= now)
    return now - since - sum(skipped, _NONE)


@overload
def past(moment: datetime, jump: timedelta) -> datetime: ...
@overload
def past(moment: datetime | None, jump: timedelta) -> datetime | None: ...
def past(moment: datetime | None, jump: timedelta) -> datetime | None:
    """A moment that was noted, or since which something is due, after the clock was set by `jump`."""
    return _moved(moment, min(jump, _NONE))


def waited_for(moment: datetime | None, jump: timedelta) -> datetime | None:
    """The end of a rest, after the clock was set by `jump`: it is as far off as it was."""
    return _moved(moment, jump)


def _moved(moment: datetime | None, jump: timedelta) -> datetime | None:
    if moment is None or moment == _NEVER:
        return moment
    try:
        return moment + jump
    except OverflowError:
        return _NEVER
