"""Asks the portal step by step, and stops where going on would be knocking. Judges nothing of what comes."""

import itertools
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from crawler.records import Probe
from monitor.doctor.seen import Seen, seen
from monitor.doctor.steps import STEPS, Step, shut
from monitor.errors import CrawlFailed
from monitor.sentences import OUTCOMES
from monitor.worker import Answer

MOST_SILENCE = 2
"""Requests in a row without an answer, after which no more are sent."""
LONGEST_WAIT = 30.0
"""Seconds; a longer Retry-After ends the examination. A shorter one is waited for by the worker."""
_SILENT = frozenset({"unreachable", "timeout", "broken", "too_large", "off_site"})


@dataclass(slots=True)
class Examined:
    """All that was asked, and why the rest was not."""

    answers: dict[str, Seen] = field(default_factory=dict)
    silent: dict[str, str] = field(default_factory=dict)
    """For each probe without an answer, why it has none."""
    requests: int = 0
    stopped: str = ""
    """Why it was ended before its end; empty where it was not."""


async def examine(
    read: Callable[[Probe], Awaitable[Answer]],
    slug: str,
    *,
    secure: bool,
    steps: Sequence[Step] = STEPS,
    on_step: Callable[[str], None] = lambda _key: None,
) -> Examined:
    """Asks all steps of one agency, by https where `secure`; `on_step` hears of each before it is asked."""
    found, silence = Examined(), 0
    numbers = itertools.count(1)
    for step in steps:
        on_step(step.key)
        why = found.stopped or shut(step.door, found.answers)
        asking = None if why else step.ask(slug, found.answers)
        if asking is None:
            found.silent[step.key] = why or "not asked: an earlier answer left nothing to ask"
            continue
        probe = Probe(
            next(numbers), asking.method, asking.path, asking.headers, body=asking.body, keep=asking.keep
        )
        try:
            answer = await read(probe)
        except CrawlFailed as error:
            found.silent[step.key] = str(error)
            silence += 1
            found.stopped = _too_silent(silence, str(error))
            continue
        found.requests += answer.report.requests
        came = seen(step.key, asking.method, asking.path, answer.answered, answer.report, secure=secure)
        if came.status is None:
            found.silent[step.key] = came.reason or OUTCOMES[came.outcome]
            silence += came.outcome in _SILENT
        else:
            found.answers[step.key] = came
            silence = 0 if came.outcome != "overloaded" or step.key == "gte" else silence + 1
        found.stopped = _must_stop(came) or _too_silent(silence, came.reason)
    return found


def _must_stop(came: Seen) -> str:
    """Why nothing more may be asked after this; empty where it may."""
    if came.outcome == "blocked":
        return "the national Internet gateway answered with its block page; nothing more was asked"
    if came.retry_after is not None and came.retry_after > LONGEST_WAIT:
        return f"the portal asked to be left alone for {came.retry_after:.0f} s; nothing more was asked"
    if came.outcome == "overloaded" and came.status is None:
        return f"nothing more was asked: {came.reason}"
    return ""


def _too_silent(silence: int, reason: str) -> str:
    if silence < MOST_SILENCE:
        return ""
    return f"{silence} requests in a row brought no answer, so nothing more was asked: {reason}"
