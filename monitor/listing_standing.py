"""How each listing is at a moment: the worst first, and what is said of those that need nobody's eyes. Pure."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from crawler.records import READ, Outcome
from monitor.sentences import counted

State = Literal["failing", "unread", "waiting", "well", "left"]
WORST_FIRST: tuple[State, ...] = ("failing", "unread", "waiting", "well", "left")
SAID: dict[State, str] = {
    "failing": "cannot be read",
    "unread": "not read yet",
    "waiting": "waiting for the portal",
    "well": "well",
    "left": "not followed any more",
}
TO_SEE: Collection[State] = ("failing", "unread")
"""What a person is shown one by one; of the others a line says enough."""

UNTROUBLED: Collection[State] = ("well", "left")
"""Where nothing is wrong: what nobody follows any more need not be read."""

When = Callable[[str | None], str]
"""Says a stored time to a person."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A listing as the store has it, and how it is."""

    row: dict[str, Any]
    state: State

    @property
    def name(self) -> str:
        """As commands name it."""
        return f"{self.row['agency']}/{self.row['lang']}"


def judged(rows: Sequence[dict[str, Any]], *, portal: Outcome | None) -> list[Listed]:
    """Each listing with its state, the worst first; `portal`: why the whole portal cannot be read, None: it can."""
    listed = [Listed(row, _state_of(row, portal)) for row in rows]
    return sorted(
        listed,
        key=lambda one: (
            WORST_FIRST.index(one.state),
            -one.row["failures"],
            one.row["success_at"] or "",
            one.name,
        ),
    )


def on_screen(listed: Sequence[Listed], *, room: int) -> list[Listed]:
    """Those that are shown where there is room for so many: all, or the worst of what a person has to see."""
    if len(listed) <= room:
        return list(listed)
    return [one for one in listed if one.state in TO_SEE][: max(room, 0)]


def said_of_all(listed: Sequence[Listed], *, untried: int, running: bool, when: When) -> list[str]:
    """How many are how, and when those that are well were read; `untried`: how many nobody has asked for yet;
    `running`: whether a daemon will read them."""
    counts = Counter(one.state for one in listed)
    followed = counts.total() - counts["left"] + untried
    parts = [f"{counts[state]} {SAID[state]}" for state in WORST_FIRST if counts[state]]
    parts += [f"{untried} not asked for yet"] if untried else []
    lines = [f"{counted(followed, ('listing is', 'listings are'))} followed: {', '.join(parts)}."]
    for state, said in (("waiting", "Those that wait"), ("well", "Those that are well")):
        read = sorted(one.row["success_at"] for one in listed if one.state == state and one.row["success_at"])
        if not read:
            continue
        first, last = when(read[0]), when(read[-1])
        of_a_day = last.removeprefix(f"{first.partition(' ')[0]} ")
        spread = f"between {first} and {of_a_day}" if first != last else f"at {last}"
        due = min(
            (one.row["next_at"] for one in listed if one.state == state and one.row["next_at"]), default=""
        )
        again = f"; the next one is due at {when(due)}" if due and running and state == "well" else ""
        lines.append(f"{said} were read last {spread}{again}.")
    return lines


def _state_of(row: dict[str, Any], portal: Outcome | None) -> State:
    if not row["followed"]:
        return "left"
    fails = row["outcome"] not in READ and row["outcome"] != "budget"
    if portal is not None and (not fails or row["outcome"] == portal):
        return "waiting"
    if fails or row["failures"]:
        return "failing"
    return "well" if row["success_at"] else "unread"
