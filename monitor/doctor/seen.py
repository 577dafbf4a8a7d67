"""What came of one probe, and the simple questions that judges ask of it. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from crawler.records import Answered, Outcome, Report

_LISTS = ("content", "items", "data")


class UntoldError(Exception):
    """Raised by a judge whose answers do not tell; the message says why, for the report."""


@dataclass(frozen=True)
class Seen:
    """One probe with its answer; `status` is None where none came."""

    key: str
    method: str
    path: str
    outcome: Outcome
    reason: str = ""
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: str = field(default="", repr=False)
    size: int = 0
    seconds: float = 0.0
    retry_after: float | None = None
    listed: int = 0
    secure: bool = False
    """Whether it was asked by https, where the certificate is always verified."""

    def header(self, name: str) -> str:
        """The value of a header, the first where it came twice; empty where it did not come."""
        return next((value for each, value in self.headers if each == name), "")

    @property
    def cookies(self) -> tuple[str, ...]:
        """`name=value` of each cookie that was set."""
        return tuple(value.partition(";")[0].strip() for name, value in self.headers if name == "set-cookie")

    @cached_property
    def value(self) -> Any:
        """The answer as JSON; what came whole of it where a long one was cut; None where it is no JSON."""
        text = self.body.lstrip("\ufeff \t\r\n")
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return _whole_rows(text)

    @cached_property
    def envelope(self) -> str:
        """`array`, the name of the field that holds the list, or nothing where there is no list."""
        if isinstance(self.value, list):
            return "array"
        if isinstance(self.value, dict):
            return next((name for name in _LISTS if isinstance(self.value.get(name), list)), "")
        return ""

    @cached_property
    def items(self) -> list[Mapping[str, Any]] | None:
        """The rows of a listing; None where this is no listing."""
        if self.outcome in {"refused", "blocked", "shell"} or not self.envelope:
            return None
        rows = self.value if self.envelope == "array" else self.value[self.envelope]
        return [row for row in rows if isinstance(row, dict)]

    def rows(self, name: str) -> list[Mapping[str, Any]] | None:
        """The rows of a GraphQL answer under a name or alias; None where there are none."""
        data = self.value.get("data") if isinstance(self.value, dict) else None
        rows = data.get(name) if isinstance(data, dict) else None
        return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else None

    @property
    def errors(self) -> tuple[str, ...]:
        """What a GraphQL answer complains of."""
        found = self.value.get("errors") if isinstance(self.value, dict) else None
        if not isinstance(found, list):
            return ()
        return tuple(
            str(error.get("message", error)) if isinstance(error, dict) else str(error) for error in found
        )


Answers = Mapping[str, Seen]
"""What came of each probe by its key; one that was not sent is not in it."""


def seen(
    key: str, method: str, path: str, answered: Answered | None, report: Report, *, secure: bool = False
) -> Seen:
    """What came of a probe."""
    if answered is None:
        return Seen(key, method, path, report.outcome, report.reason, retry_after=report.retry_after)
    return Seen(
        key,
        method,
        path,
        report.outcome,
        report.reason,
        status=answered.status,
        headers=answered.headers,
        body=answered.body,
        size=answered.size,
        seconds=answered.seconds,
        retry_after=report.retry_after,
        listed=report.listed,
        secure=secure,
    )


def ids(rows: list[Mapping[str, Any]]) -> list[str]:
    """The ids of rows as text, in their order."""
    return [str(row.get("id")) for row in rows]


def _whole_rows(text: str) -> list[Any] | None:
    """The rows that are whole at the beginning of a list that was cut."""
    decoder, place = json.JSONDecoder(), 1
    if not text.startswith("["):
        return None
    rows: list[Any] = []
    while True:
        while place < len(text) and text[place] in ", \t\r\n":
            place += 1
        try:
            row, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            return rows or None
        rows.append(row)
