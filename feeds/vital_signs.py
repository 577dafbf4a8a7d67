"""What `/healthz` and `/readyz` say of the daemon, to people in sentences and to programs as JSON. Pure."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from monitor.pulse import LATE, Signs, unready

TEXT = "text/plain"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Said:
    """An answer: its status, and its body in both forms."""

    status: int
    text: str
    json: str


def health(signs: Signs | None) -> Said:
    """Whether the daemon lives; without signs there is a server alone, which lives since it answers."""
    if signs is None:
        return _said(200, ["Alive."], {"alive": True})
    age = f"{signs.beat_age:.1f} s ago"
    facts = {"alive": signs.turns, "beat_age": round(signs.beat_age, 1)}
    if not signs.turns:
        late = f"The loop of the daemon last kept time {age}; more than {LATE:.0f} s say that something holds it up."
        return _said(503, [late], facts)
    proves = (
        f"The loop that reads, stores and serves last kept time {age}. Of the portal, the worker and the database "
        "this says nothing: ask /readyz."
    )
    return _said(200, ["Alive.", proves], facts)


def readiness(signs: Signs) -> Said:
    """Whether the daemon does its work; a line for each thing that is wrong."""
    wrong = list(unready(signs).values())
    facts = {
        "ready": not wrong,
        "wrong": wrong,
        "signs": {name: _short(sign) for name, sign in asdict(signs).items()},
    }
    return (
        _said(503, [f"Not ready: {line}" for line in wrong], facts)
        if wrong
        else _said(200, ["Ready."], facts)
    )


def without_a_daemon(*, is_ready: bool) -> Said:
    """Whether a server that has no daemon beside it has anything to show."""
    if is_ready:
        return _said(200, ["Ready."], {"ready": True, "wrong": []})
    wrong = "no listing of the portal has been read successfully yet."
    return _said(503, [f"Not ready: {wrong}"], {"ready": False, "wrong": [wrong]})


def wants_json(accept: str) -> bool:
    """Whether a program asks, which names JSON before plain text."""
    named = [part.partition(";")[0].strip() for part in accept.lower().split(",")]
    return JSON in named and TEXT not in named[: named.index(JSON)]


def _said(status: int, lines: list[str], facts: Mapping[str, object]) -> Said:
    return Said(status, "\n".join(lines), json.dumps(facts, ensure_ascii=False))


def _short(sign: object) -> object:
    return round(sign, 1) if isinstance(sign, float) else sign
