"""Decides how long what a person is told may wait: for a digest, quiet hours, the copy in their language. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.changes import Kind
from monitor.config import Burst
from monitor.digests import Digest
from monitor.quiet import Quiet
from monitor.terms import Terms
from monitor.waiting import Waiting

_TAKEN_AWAY: frozenset[Kind] = frozenset({"edited", "moved", "removed"})
"""After these another copy is expected to follow only where there is one."""


@dataclass(slots=True)
class Group:
    """Copies of one release that are told together."""

    members: list[Waiting]
    due: datetime
    """When it may be told, whatever copy is still to come."""
    joined: datetime
    """When no other copy is waited for any more; `due` at the earliest."""
    listed: bool
    """In a digest."""
    burst: Burst

    @property
    def first(self) -> Waiting:
        return self.members[0]

    @property
    def late(self) -> bool:
        return any(member.late for member in self.members)


class Patience:
    """How long each rule lets a delivery wait; what many of them ask of it is reckoned once."""

    def __init__(self, terms: Terms, now: datetime) -> None:
        self._terms = terms
        self._rules = terms.rules
        self._now = now
        self._digests = {name: rule.digest_read for name, rule in terms.rules.items()}
        self._windows = {name: rule.quiet_window(terms.zone) for name, rule in terms.rules.items()}
        self._slots: dict[tuple[Digest, datetime], datetime] = {}
        self._quiet: dict[tuple[Quiet, datetime], datetime | None] = {}

    def group(self, members: list[Waiting]) -> Group:
        """What is told together, as the least patient rule of any of them wants it."""
        due, listed, name = min(self._least(member) for member in members)
        rule, joined = self._rules.get(name), due
        if self._waits_for_copy(members):
            joined = max(due, members[0].at + self._terms.grace)
        return Group(members, due, joined, listed, rule.burst if rule else Burst())

    def _least(self, each: Waiting) -> tuple[datetime, bool, str]:
        """When it may be told, whether in a digest, and the rule that says so."""
        named = [name for name in each.rules if name in self._rules]
        asked = [(self._due(each, name), self._digests[name] is not None) for name in named]
        if not asked:
            return each.at, False, ""
        due, listed = min(asked)
        return due, listed, named[asked.index((due, listed))]

    def _due(self, each: Waiting, name: str) -> datetime:
        digest, window = self._digests[name], self._windows[name]
        due = each.at if digest is None else self._slot(digest, each.at)
        if window is None or each.weight == "major":
            return due
        return self._loud(window, max(due, self._now)) or due

    def _slot(self, digest: Digest, at: datetime) -> datetime:
        minute = at.replace(second=0, microsecond=0)  # digests begin with a minute
        if (digest, minute) not in self._slots:
            self._slots[digest, minute] = digest.after(minute, self._terms.zone)
        return self._slots[digest, minute]

    def _loud(self, window: Quiet, moment: datetime) -> datetime | None:
        if (window, moment) not in self._quiet:
            self._quiet[window, moment] = window.until(moment)
        return self._quiet[window, moment]

    def _waits_for_copy(self, members: Sequence[Waiting]) -> bool:
        """Whether the copy in the reader's language is still to be expected; the first rule says which that is."""
        first, langs = members[0], {member.lang for member in members}
        rule = next((self._rules[name] for name in first.rules if name in self._rules), None)
        if rule is None or langs & {None, rule.lang} or rule.lang not in self._terms.read:
            return False
        if rule.languages and rule.lang not in rule.languages:
            return False
        held = any(rule.lang in member.copies for member in members)
        return held if first.kind in _TAKEN_AWAY else not held
