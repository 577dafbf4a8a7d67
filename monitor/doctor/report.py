"""What a person reads after an examination: first what differs and which setting answers it. Pure."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from monitor.doctor.examining import Examined
from monitor.doctor.fact import Judged


def headlines(judged: Sequence[Judged], examined: Examined) -> list[str]:
    """The first lines: how it went, what differs, what to do next."""
    count = Counter(each.finding.verdict for each in judged)
    told = ", ".join(
        f"{count[verdict]} {verdict}" for verdict in ("found as written", "different", "unknown")
    )
    lines = [f"{len(judged)} facts, {examined.requests} requests: {told}."]
    if examined.stopped:
        lines.append(f"It ended early: {examined.stopped.rstrip('.')}.")
    differing = [each for each in judged if each.finding.verdict == "different"]
    if differing:
        lines += ["", "Different, and what answers it:"]
        for each in differing:
            remedy = each.fact.remedy or "Nothing to set."
            lines.append(f"- {each.fact.name}: {each.finding.seen.rstrip('.')}. {remedy}")
    lines += ["", f"Next: {_next(judged, examined)}"]
    return lines


def rows(judged: Sequence[Judged]) -> list[tuple[str, str, str, str]]:
    """The table: name, verdict, what was seen, the fact."""
    return [(each.fact.name, each.finding.verdict, each.finding.seen, each.fact.sentence) for each in judged]


def as_value(judged: Sequence[Judged], examined: Examined, *, agency: str, base_url: str) -> dict[str, Any]:
    """All of it for a script."""
    return {
        "base_url": base_url,
        "agency": agency,
        "requests": examined.requests,
        "stopped": examined.stopped,
        "facts": [
            {
                "name": each.fact.name,
                "fact": each.fact.sentence,
                "verdict": each.finding.verdict,
                "seen": each.finding.seen,
                "remedy": each.fact.remedy if each.finding.verdict == "different" else "",
            }
            for each in judged
        ],
    }


def _next(judged: Sequence[Judged], examined: Examined) -> str:
    found = {each.fact.name: each.finding.verdict for each in judged}
    good = "found as written"
    if not examined.answers:
        return "nothing answered; look at the network and at `[portal] base_url`, then run this again."
    if "block page" in examined.stopped:
        return "ask from another network, or write to the gateway's operator (support.sts.kz); then run this again."
    if examined.stopped:
        return "run this again later."
    if found.get("rest") == good:
        return "`jarshy try AGENCY` shows what one listing would store, then `jarshy run`. Routes: `rest` is enough."
    if found.get("graphql") == good and found.get("graphql-order") == good:
        return 'set `[portal] routes = ["graphql"]`, or leave it as it is: what refuses is passed over by itself.'
    if found.get("ticket-opens") == good:
        return 'the listing opens with the cookie: `[portal] routes` needs "rest-session"; then `jarshy run`.'
    return (
        "no route to the news opens from here. What refuses is tried again by itself; `[portal] routes` with "
        '"browser" is the last one left.'
    )
