"""What outcomes and changes are called when a person is spoken to. Pure."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from crawler.records import Outcome

Unit = Literal["day", "h", "min", "s"]

UNITS = ("B", "kB", "MB", "GB", "TB")
_UNPARTED = 4
"""Figures up to which a number may be a year, and is read at a glance."""
_BY_THOUSANDS = re.compile(r"(?<=[0-9])(?=(?:[0-9]{3})+$)")

OUTCOMES: dict[Outcome, str] = {
    "items": "read",
    "unchanged": "read, nothing new",
    "empty": "read, the listing is empty",
    "refused": "the portal refused to answer",
    "shell": "the portal sent its empty page frame in place of an answer",
    "blocked": "the national Internet gateway answered with its block page",
    "overloaded": "the portal is overloaded",
    "broken": "the answer could not be read",
    "too_large": "the answer is too large",
    "off_site": "the portal sent us to another site",
    "shrunken": "far fewer releases are listed than are known",
    "unsorted": "the listing did not come newest first",
    "robots": "the portal's robots.txt does not allow it",
    "timeout": "no answer came in time",
    "unreachable": "the portal cannot be reached",
    "budget": "our own budget allows no request now",
}
"""Every outcome as a person would say it."""


def span(length: timedelta) -> str:
    """A length of time as a person would say it: `40 s`, `5 min`, `3 h`, `2 days`."""
    seconds = max(0, round(length.total_seconds()))
    if seconds < 90:
        return f"{seconds} s"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min"
    if seconds < 48 * 3600:
        return f"{round(seconds / 3600)} h"
    return f"{round(seconds / 86400)} days"


def exact_span(length: timedelta) -> str:
    """A length of time in its two largest units: `40 s`, `5 min`, `3 h 20 min`, `2 days 4 h`."""
    return " ".join(
        f"{count} {'days' if unit == 'day' and count > 1 else unit}" for count, unit in largest_units(length)
    )


def said_of_jump(jump: timedelta, moment: datetime) -> str:
    """That the clock on the wall was set, for the log; `moment` by the new time."""
    way = "forward" if jump > timedelta() else "back"
    return (
        f"The clock was put {way} by {exact_span(abs(jump))}; it is {moment:%Y-%m-%d %H:%M:%S} UTC now. Pauses last "
        "as long as they would have, and what comes due by the new clock is done once."
    )


def said_of_standing(stood: timedelta) -> str:
    """That nothing ran for a while, for the log."""
    return (
        f"Nothing ran here for {exact_span(stood)}: the machine slept, or this process was stopped. What came due "
        "meanwhile is done once, at the usual pace."
    )


def largest_units(length: timedelta) -> list[tuple[int, Unit]]:
    """A length of time as counts of its two largest units; seconds only where there is no minute."""
    seconds = max(0, round(length.total_seconds()))
    if seconds < 60:
        return [(seconds, "s")]
    minutes = round(seconds / 60)
    counted: list[tuple[int, Unit]]
    if minutes < 24 * 60:
        counted = [(minutes // 60, "h"), (minutes % 60, "min")]
    else:
        hours = round(seconds / 3600)
        counted = [(hours // 24, "day"), (hours % 24, "h")]
    return [(count, unit) for count, unit in counted if count]


def counted(count: int, forms: tuple[str, ...]) -> str:
    """A number and its word: in the one form that a language has, of one and many, or the three that Russian has."""
    if len(forms) < 3:
        return f"{count} {forms[0] if count == 1 else forms[-1]}"
    if count % 10 == 1 and count % 100 != 11:
        return f"{count} {forms[0]}"
    few = count % 10 in {2, 3, 4} and count % 100 not in {12, 13, 14}
    return f"{count} {forms[1] if few else forms[2]}"


def size(count: float, *, units: Sequence[str] = UNITS, decimal: str = ".") -> str:
    """A number of bytes as a person would say it: `4 kB`, `1.2 GB`, in the words and with the sign of a language."""
    power = min(max(0, len(f"{count:.0f}") - 1) // 3, len(units) - 1)
    shown = count / 1000**power
    figure = f"{shown:.1f}" if power and shown < 10 else f"{shown:.0f}"
    return f"{figure.replace('.', decimal)} {units[power]}"


def parted(number: str) -> str:
    """«21 000 000 000»: the thousands of a long number apart, as people read it; dates and short ones as they are."""
    whole, point, part = number.partition(".")
    if not whole.isdecimal() or len(whole) <= _UNPARTED:
        return number
    return f"{_BY_THOUSANDS.sub(' ', whole)}{point}{part}"


def trouble(what: str, route: str, outcome: Outcome, reason: str, *, wait: timedelta) -> str:
    """What went wrong, at which route, with which answer, and what happens next."""
    said = f": {reason.rstrip('.')}" if reason else ""
    return (
        f"{what}: {OUTCOMES[outcome]} (route {route}{said}). Nothing is concluded from it; what is held goes "
        f"on being served, and the next try is in {span(wait)}."
    )
