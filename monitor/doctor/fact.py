"""What a fact is, and how it is judged by the answers that came. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from monitor.doctor.seen import Answers, UntoldError

Verdict = Literal["found as written", "different", "unknown"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What the answers say of a fact."""

    verdict: Verdict
    seen: str
    """What was seen, or why it could not be told."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing this program takes for true of the portal."""

    name: str
    sentence: str
    needs: tuple[str, ...]
    """Keys of the answers without which nothing can be told."""
    judge: Callable[[Answers, datetime], Finding]
    """Raises UntoldError where the answers do not tell."""
    remedy: str = ""
    """Which setting or file answers it where the portal is different."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A fact with its finding."""

    fact: Fact
    finding: Finding


def as_written(seen: str) -> Finding:
    """The fact holds."""
    return Finding("found as written", seen)


def different(seen: str) -> Finding:
    """The fact does not hold."""
    return Finding("different", seen)


def either(good: bool, seen: str) -> Finding:  # noqa: FBT001 (reads as: either it is so, or it is not)
    """The fact holds or not, and what was seen either way."""
    return as_written(seen) if good else different(seen)


def examine(fact: Fact, answers: Answers, *, now: datetime, silent: Mapping[str, str]) -> Judged:
    """What the answers say of a fact. `silent` tells for each probe without an answer why it has none."""
    for key in fact.needs:
        if key in silent:
            return Judged(fact, Finding("unknown", silent[key]))
        if key not in answers:
            return Judged(fact, Finding("unknown", "not asked"))
    try:
        return Judged(fact, fact.judge(answers, now))
    except UntoldError as error:
        return Judged(fact, Finding("unknown", str(error)))
