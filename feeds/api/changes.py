"""`/api/changes`: the journal as lines of JSON, behind a row that one has already."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, cast

from crawler.directory import agencies
from feeds.api.bodies import change_body
from feeds.pages.context import Context, Made, addressed
from feeds.queries import Named
from monitor.changes import KINDS, Kind
from monitor.store.database import Database
from monitor.store.journal_lines import Happened, changes_after

PATH = "/api/changes"
USUAL = 1_000
MOST = 10_000
"""Lines of one answer."""
LARGEST = 4_000_000
"""Bytes of one answer; a longer line stands alone."""
HIGHEST = 2**53 - 1
"""That every reader of JSON can count to."""

_NAMED = 20
"""Values that a sentence can name."""
_NUMBER = re.compile(r"0|[1-9]\d{0,15}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ChangesView:
    """What the journal holds behind `since`."""

    in_languages: ClassVar[bool] = False
    fresh_seconds: ClassVar[int | None] = None
    is_slow: ClassVar[bool] = True
    since: int = 0
    limit: int = USUAL
    agencies: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    with_baseline: bool = False

    @property
    def path(self) -> str:
        """Its one address."""
        return self._behind(self.since)

    def made(self, db: Database | None, context: Context) -> Made:
        """The lines; the link `next` is given where there are more by now."""
        lines: list[bytes] = []
        size, last, is_all = 0, self.since, True
        for change in () if db is None else self._changes(db):
            line = _line(change_body(change, removed_text=context.removed_text))
            if len(lines) == self.limit or (lines and size + len(line) > LARGEST):
                is_all = False
                break
            lines.append(line)
            size, last = size + len(line), change.id
        following = () if is_all else (("next", context.address + self._behind(last)),)
        return Made(
            b"".join(lines),
            "application/x-ndjson",
            links=following,
            for_any_site=True,
            # Of a walk through the journal each answer is asked for once, and would crowd out feeds.
            is_passing=not is_all,
        )

    def _changes(self, db: Database) -> Iterator[Happened]:
        return changes_after(
            db,
            self.since,
            agencies=self.agencies,
            languages=self.languages,
            kinds=self.kinds,
            with_baseline=self.with_baseline,
        )

    def _behind(self, since: int) -> str:
        return addressed(
            PATH,
            since=since or None,
            limit=None if self.limit == USUAL else self.limit,
            agency=",".join(self.agencies),
            lang=",".join(self.languages),
            kind=",".join(self.kinds),
            baseline="1" if self.with_baseline else None,
        )


class Changes:
    """The journal."""

    pattern = r"/api/changes"
    parameters = ("since", "limit", "agency", "lang", "kind", "baseline")

    def view(self, place: Mapping[str, str], named: Named, *, languages: frozenset[str]) -> ChangesView:
        """What its address means; each parameter is taken once, several values of it by commas."""
        for name, values in named.items():
            if len(values) > 1:
                raise ValueError(f"{name}= is given {len(values)} times; write it once.")
        with_baseline = _listed("baseline", named, ("0", "1"))
        if len(with_baseline) > 1:
            raise ValueError("baseline= takes 0 or 1.")
        return ChangesView(
            since=_number("since", named, usual=0, least=0, most=HIGHEST),
            limit=_number("limit", named, usual=USUAL, least=1, most=MOST),
            agencies=_listed("agency", named, sorted(agencies())),
            languages=_listed("lang", named, sorted(languages)),
            kinds=cast("tuple[Kind, ...]", _listed("kind", named, KINDS)),
            with_baseline=with_baseline == ("1",),
        )


def _line(body: Mapping[str, object]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _number(name: str, named: Named, *, usual: int, least: int, most: int) -> int:
    for value in named[name]:
        if not _NUMBER.fullmatch(value) or not least <= int(value) <= most:
            raise ValueError(f"{name}= takes a whole number from {least} to {most}.")
        return int(value)
    return usual


def _listed(name: str, named: Named, known: Sequence[str]) -> tuple[str, ...]:
    """The values of a list, in the order of `known`."""
    for value in named[name]:
        given = set(value.split(","))
        if unknown := sorted(given - set(known)):
            offer = (
                f"it takes {', '.join(known)}"
                if len(known) < _NAMED
                else "/api/openapi.json lists what it takes"
            )
            raise ValueError(f"{name}= does not take {unknown[0][:40]!r}; {offer}.")
        return tuple(each for each in known if each in given)
    return ()
