"""Judges what receivers were given against what the database says was owed, and by which kill a repeat is excused.

Pure but for the reading of tables. «In flight at a kill» is said from outside: the receiver had the message, and the
database that the kill left does not call it sent.
"""

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from tests.crashes.flow import Happened, spelled
from tests.crashes.receivers import Receipt

PROMPTLY = 3.0
"""Seconds from the end of an answer to the mark, with room for a machine that does other things too."""
LOCKED = 3600.0
"""Seconds, by a clock that may run fast, for a daemon that goes through the log of the one that was killed."""
_LINKED = re.compile(r"/(\d+)(?=[?\s]|$)", re.MULTILINE)
OWED = "SELECT DISTINCT message_id FROM deliveries WHERE state = 'owed'"
"""Messages that were not taken, as far as the database knows."""
JOURNAL = """
    SELECT changes.kind, releases.source_id, editions.lang FROM changes
    JOIN releases ON releases.id = changes.release_id LEFT JOIN editions ON editions.id = changes.edition_id
    WHERE changes.baseline = 0 ORDER BY changes.id
"""
DELIVERIES = """
    SELECT deliveries.id, message_id, address_key, told_as, deliveries.state, deliveries.error, uid, changes.at,
           changes.kind, source_id, agency, lang,
           EXISTS (
               SELECT 1 FROM changes AS before JOIN editions AS copy ON copy.id = before.edition_id
               WHERE before.release_id = releases.id AND before.id < changes.id AND copy.lang = 'kk'
           ) AS kazakh
    FROM changes JOIN releases ON releases.id = changes.release_id
    LEFT JOIN editions ON editions.id = changes.edition_id
    LEFT JOIN deliveries ON deliveries.change_id = changes.id
    WHERE baseline = 0 ORDER BY sent_at, deliveries.id
"""


@dataclass(frozen=True, slots=True)
class Life:
    """One life of a daemon, by `time.monotonic`."""

    awake: float
    """From when on it may have sent something. What a killed one had handed to the kernel is read before that."""
    killed: float
    unsent: frozenset[str]
    """Ids of the messages that were owed when it was killed."""


@dataclass(slots=True)
class Judgement:
    """What was found at one receiver; it is as it should be where `faults` is empty."""

    messages: int = 0
    deliveries: int = 0
    folded: int = 0
    after_kill: int = 0
    """Repeats of what was in flight at a kill."""
    after_failure: int = 0
    """Repeats of what the receiver itself had refused, had hung up on, or had not answered in time."""
    in_flight: int = 0
    """Messages that the receiver had, and that were not marked, when a kill came."""
    faults: list[str] = field(default_factory=list)


def rows(path: str, query: str) -> list[dict[str, Any]]:
    """The rows of a query, by column."""
    connection = sqlite3.connect(path, timeout=LOCKED)
    connection.row_factory = sqlite3.Row
    try:
        return [dict(row) for row in connection.execute(query)]
    finally:
        connection.close()


def journal(path: str) -> Counter[Happened]:
    """What the journal says, as a flow tells it."""
    return Counter(spelled((row["kind"], row["source_id"], row["lang"]) for row in rows(path, JOURNAL)))


def judge(
    receipts: Sequence[Receipt],
    owed: Sequence[Mapping[str, Any]],
    address_key: str,
    wanted: Callable[[Mapping[str, Any]], bool],
    lives: Sequence[Life],
    *,
    promptly: float = PROMPTLY,
    unanswered: Mapping[str, int] | None = None,
) -> Judgement:
    """What came to one receiver, against the rows of `DELIVERIES`; `wanted` says which changes its rule is for.

    A message is marked within `promptly` seconds from the end of its answer. `unanswered`: how often the sender says
    of a key that it waited for the answer in vain, which a fast clock makes it do.
    """
    found = Judgement()
    ours = [row for row in owed if row["address_key"] == address_key]
    changes = {row["uid"]: row for row in owed}
    told = {row["uid"] for row in ours}
    found.deliveries = len(ours)
    found.faults += [
        f"not owed: {_named(row)}" for uid, row in changes.items() if wanted(row) and uid not in told
    ]
    found.faults += [f"owed to nobody's wish: {_named(row)}" for row in ours if not wanted(row)]
    for row in ours:
        if row["state"] == "dropped" and _folds(row, ours):
            found.folded += 1
        elif row["state"] != "sent":
            found.faults.append(f"{row['state']} ({row['error']}): {_named(row)}")
    messages: dict[str, set[str]] = {}
    for row in ours:
        if row["state"] == "sent":
            messages.setdefault(row["message_id"], set()).add(row["source_id"])
    found.messages = len(messages)
    keys = (
        [receipt.key for receipt in receipts]
        if all(r.key for r in receipts)
        else _keys(receipts, messages, lives)
    )
    owing = {row["message_id"]: row for row in ours}
    by_key: dict[str, list[Receipt]] = {}
    for key, receipt in zip(keys, receipts, strict=True):
        by_key.setdefault(key, []).append(receipt)
    found.faults += [
        f"never came: {key} of {sorted(ids)}" for key, ids in messages.items() if key not in by_key
    ]
    found.faults += [f"came and belongs to no delivery: {key}" for key in by_key if key not in messages]
    keys_of: dict[str, set[str]] = {}
    for key, copies in by_key.items():
        if isinstance(copies[0].content, dict):
            keys_of.setdefault(copies[0].content["change"]["id"], set()).add(key)
            contents = {json.dumps(copy.content, ensure_ascii=False, sort_keys=True) for copy in copies}
            if len(contents) > 1:
                found.faults.append(f"one key, several contents: {key}: {contents}")
            if key in owing and (said := _told(copies[0].content)) != _owed(owing[key]):
                found.faults.append(f"tells of another change than it is owed for: {key}: {said}")
        elif key in messages and (unnamed := messages[key] - set(_LINKED.findall(copies[-1].content))):
            found.faults.append(f"a message that leaves out {sorted(unnamed)}: {key}")
        if copies[-1].said != "taken" and key in messages:
            found.faults.append(f"marked as sent though the receiver said {copies[-1].said}: {key}")
        found.in_flight += sum(_in_flight(copy, key, lives, promptly) for copy in copies)
        waited = (unanswered or {}).get(key, 0)
        for before, after in pairwise(copies):
            if before.said != "taken":
                found.after_failure += 1
            elif _in_flight(before, key, lives, promptly, until=after.begun):
                found.after_kill += 1
            elif waited:
                waited -= 1
                found.after_failure += 1
            else:
                found.faults.append(f"repeated without need after {after.begun - before.begun:.2f} s: {key}")
    found.faults += _out_of_turn(
        receipts, {row["message_id"]: row["id"] for row in ours if row["state"] == "sent"}
    )
    found.faults += [
        f"a change with {len(keys)} keys: {uid}" for uid, keys in keys_of.items() if len(keys) > 1
    ]
    return found


def _told(content: Mapping[str, Any]) -> tuple[str | None, ...]:
    change, release, edition = content["change"], content["release"], content["edition"]
    return change["id"], change["kind"], release["source_id"], edition["lang"]


def _owed(row: Mapping[str, Any]) -> tuple[str | None, ...]:
    return row["uid"], row["told_as"], row["source_id"], row["lang"]


def _out_of_turn(receipts: Sequence[Receipt], places: Mapping[str, int]) -> list[str]:
    """What a program was sent, by key, while it had not taken all that stood before it; a person is told in lists."""
    waits = sorted(places, key=places.__getitem__)
    faults = []
    for receipt in receipts:
        if not isinstance(receipt.content, dict) or receipt.key not in waits:
            continue
        if receipt.key != waits[0]:
            faults.append(f"came while another was owed before it, {waits[0]}: {receipt.key}")
        if receipt.said == "taken":
            waits.remove(receipt.key)
    return faults


def _in_flight(
    receipt: Receipt, key: str, lives: Sequence[Life], promptly: float, *, until: float = float("inf")
) -> bool:
    """Whether the kill that ended the life which sent this came before the message was marked."""
    if receipt.said != "taken":
        return False
    sender = next((life for life in reversed(lives) if life.awake < receipt.begun), None)
    if sender is None or key not in sender.unsent or sender.killed > until:
        return False
    return receipt.ended is None or sender.killed - receipt.ended < promptly


def _folds(row: Mapping[str, Any], ours: Collection[Mapping[str, Any]]) -> bool:
    """Whether the address was told the same of this release because of another copy."""
    return bool(row["error"]) and any(
        other["state"] == "sent"
        and (other["source_id"], other["told_as"]) == (row["source_id"], row["told_as"])
        and other["lang"] != row["lang"]
        for other in ours
    )


def _keys(receipts: Sequence[Receipt], messages: Mapping[str, set[str]], lives: Sequence[Life]) -> list[str]:
    """The key of each receipt where none is given, from the order of its line: the likeliest reading of it.

    A text is that of the message before, again, or of the next one. A repeat may be worded by what is known since.
    """
    known = {source_id for ids in messages.values() for source_id in ids}
    keys, due = list(messages), list(messages.values())
    # By how many messages have come so far: the least doubtful reading that leads there, and its keys, backwards.
    best: dict[int, tuple[int, tuple[str, Any]]] = {0: (0, ("", None))}
    for before, receipt in zip([None, *receipts], receipts, strict=False):
        named = set(_LINKED.findall(receipt.content)) & known
        same = before is not None and before.content == receipt.content
        doubt = before is not None and (
            before.said != "taken" or any(before.begun < life.killed < receipt.begun for life in lives)
        )
        found: dict[int, tuple[int, tuple[str, Any]]] = {}
        for came, (cost, chain) in best.items():
            readings = [(came, cost + 100, f"a text that names {sorted(named)}, out of its turn")]
            if came and due[came - 1] == named:
                readings.append((came, cost + (0 if same else 1 if doubt else 10), keys[came - 1]))
            if came < len(due) and due[came] == named:
                readings.append((came + 1, cost + (5 if same else 0), keys[came]))
            for then, doubts, key in readings:
                if then not in found or doubts < found[then][0]:
                    found[then] = (doubts, (key, chain))
        best = found
    _, chain = min(best.values(), key=lambda each: each[0])
    read: list[str] = []
    while chain[1] is not None:
        read.append(chain[0])
        chain = chain[1]
    return read[::-1]


def _named(row: Mapping[str, Any]) -> str:
    return f"{row['kind']} {row['source_id']} {row['lang'] or 'whole'} of {row['at']}"
