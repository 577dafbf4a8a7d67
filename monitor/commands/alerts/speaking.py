"""What the commands of `alerts` share: the rule that is meant, and what became of a delivery in a sentence. Pure."""

import difflib
from collections.abc import Callable, Mapping
from typing import Any
from unicodedata import normalize

import click

from monitor.config import Alert, Config
from monitor.holding import Held
from monitor.store.database import to_text

Local = Callable[[str | None], str]
"""A stored time as a person reads it."""


def rule_named(config: Config, name: str) -> Alert:
    """The rule of that name. Raises click.BadParameter with those that may be meant."""
    # Some terminals send й and ё as two signs.
    names = {normalize("NFC", alert.name): alert for alert in config.alerts}
    name = normalize("NFC", name)
    if name in names:
        return names[name]
    if not names:
        raise click.BadParameter("the configuration has no [[alerts]] yet.", param_hint="rule")
    folded = {each.casefold(): each for each in names}
    near = [folded[each] for each in difflib.get_close_matches(name.casefold(), folded, n=3, cutoff=0.5)]
    hint = f"Did you mean {', '.join(near)}?" if near else f"There are {', '.join(names)}."
    raise click.BadParameter(f"no alert is named {name!r}. {hint}", param_hint="rule")


def happened(row: Mapping[str, Any]) -> str:
    """What a delivery is about, in a few words."""
    if row["health_id"] is not None:
        if row["trouble_address"]:
            said = "arrive again at" if row["over"] else "do not arrive at"
            return f"health: messages {said} {row['trouble_address']}"
        return f"health: {row['trouble']} {'is over' if row['over'] else 'began'}"
    lang = f" [{row['lang']}]" if row["lang"] else ""
    return f"{row['told_as']}{lang} {row['agency']} {row['source_id']}: {row['title'] or '[redacted]'}"


def became(row: Mapping[str, Any], held: Held | None, local: Local) -> str:
    """What became of a delivery: when it went, with which answer, or why it did not."""
    state = row["state"]
    if state == "sent":
        answer = f", answer: {row['answer']}" if row["answer"] else ""
        return f"sent {local(row['sent_at'])}{_joined(row)}{answer}"
    if state == "failed":
        return f"given up, tried {_times(row['attempts'])}: {row['error']}"
    if state == "dropped":
        return f"not sent: {row['error']}"
    since = f"owed since {local(row['owed_at'])}"
    if held is not None and held.until is None:
        return f"{since}; will not be sent: {held.why}"
    if row["attempts"] or row["error"]:
        again = (
            f"next try {local(row['next_attempt_at'])}" if row["next_attempt_at"] else "tried again at once"
        )
        # Where the receiver lets nobody of ours in, that is no try of this message.
        tried = f"tried {_times(row['attempts'])}, " if row["attempts"] else ""
        return f"{since}{_joined(row)}; {tried}{again}: {row['error']}"
    if held is not None and held.until is not None and held.why:
        return f"{since}; waits until {local(to_text(held.until))} {held.why}"
    return f"{since}{_joined(row)}; a running daemon sends it at once"


def _joined(row: Mapping[str, Any]) -> str:
    others = row["together"] - 1
    part = f", part {row['part']} of {row['parts']}" if (row["parts"] or 1) > 1 else ""
    if not others and not part:
        return ""
    with_others = f"with {others} {'other' if others == 1 else 'others'}{part}"
    return {
        "digest": f" in a digest {with_others}",
        "burst": f" in a list {with_others}, since there were too many at once",
        "late": f" in a list {with_others}, all found late",
    }.get(row["form"] or "", f" in one message {with_others}")


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
