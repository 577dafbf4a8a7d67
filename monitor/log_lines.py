"""How a line of the log is written: for a terminal, for a file, for the journal of systemd, for programs. Pure."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from monitor.about import Id

Level = Literal["debug", "info", "warning", "error"]

_PRIORITIES: dict[Level, int] = {"debug": 7, "info": 6, "warning": 4, "error": 3}
"""Of syslog, which the journal reads at the beginning of a line."""
_COLOURS: dict[Level, str] = {"debug": "2", "warning": "33", "error": "31"}
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What steers a terminal or turns the direction of writing; the tabulator and the end of a line are left."""
_BREAKS = {ord(sign): f"\\u{ord(sign):04x}" for sign in "\x7f\x85\u2028\u2029"}
"""What JSON allows and some readers take for the end of a line."""
_IDS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was said, without secrets."""

    at: datetime
    level: Level
    logger: str
    message: str
    ids: Mapping[str, Id]
    trace: str = ""
    """Of an exception; empty where there is none."""


Shape = Callable[[Line], str]


def as_json(line: Line) -> str:
    """One line of JSON, in UTC."""
    said: dict[str, object] = {
        "at": line.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": line.level,
        "logger": line.logger,
        "message": line.message,
        **{name: value for name, value in line.ids.items() if name not in _OWN},
    }
    if line.trace:
        said["exception"] = line.trace
    return json.dumps(said, ensure_ascii=False, default=list).translate(_BREAKS)


_OWN = frozenset({"at", "level", "logger", "message", "exception"})


def as_sentence(line: Line) -> str:
    """For whoever typed a command and waits for it."""
    return _told(line, "" if line.level == "info" else f"{line.level.capitalize()}: ")


def on_terminal(line: Line) -> str:
    """With the time in the zone of `line.at`, and in colour where somebody may want to look."""
    told = _timed(line, "%Y-%m-%d %H:%M:%S")
    colour = _COLOURS.get(line.level)
    return f"\x1b[{colour}m{told}\x1b[0m" if colour else told


def plainly(line: Line) -> str:
    """As on a terminal, without colour."""
    return _timed(line, "%Y-%m-%d %H:%M:%S")


def in_file(line: Line) -> str:
    """With the time and its distance from UTC, and with the ids."""
    return _timed(line, "%Y-%m-%d %H:%M:%S%z", ids=True)


def in_journal(line: Line) -> str:
    """Without the time, which the journal has; each of its lines with its priority, since it keeps them apart."""
    mark = f"<{_PRIORITIES[line.level]}>"
    return "\n".join(mark + each for each in _told(line, "", ids=True).split("\n"))


def _timed(line: Line, form: str, *, ids: bool = False) -> str:
    level = "" if line.level == "info" else f"{line.level.upper()} "
    return _told(line, f"{line.at.strftime(form)} {level}", ids=ids)


def _told(line: Line, before: str, *, ids: bool = False) -> str:
    named = f" [{_named(line.ids)}]" if ids and line.ids else ""
    # What follows is moved in: no line of a text that came from elsewhere can pass for one of ours.
    first, *more = f"{line.message}\n{line.trace}".strip().split("\n")
    return _seen("\n    ".join([f"{before}{first}{named}", *more]))


def _named(ids: Mapping[str, Id]) -> str:
    return " ".join(f"{name}={_few(value)}" for name, value in ids.items())


def _few(value: Id) -> str:
    if isinstance(value, str | int):
        return str(value)
    more = f",… {len(value) - _IDS_SHOWN} more" if len(value) > _IDS_SHOWN else ""
    return ",".join(value[:_IDS_SHOWN]) + more


def _seen(text: str) -> str:
    return _UNSEEN.sub(lambda sign: ascii(sign[0])[1:-1], text)
