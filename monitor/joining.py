"""Decides which changes of one release a person hears of in one message, and which say nothing new. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from monitor.changes import WEIGHTS, Kind
from monitor.remarks import moment
from monitor.waiting import Told, Waiting

_OF_COPIES: frozenset[Kind] = frozenset({"removed", "restored"})
"""What becomes of one copy is said of that one: in another language the same is news of another copy."""


def joined(waiting: Sequence[Waiting], confirm: timedelta) -> list[list[Waiting]]:
    """Changes of one release with the same kind, within `confirm` of the first, in different languages."""
    groups: list[list[Waiting]] = []
    latest: dict[tuple[int, Kind], list[Waiting]] = {}
    for each in waiting:
        group = latest.get((each.release_id, each.kind))
        if (
            group is None
            or abs(each.at - group[0].at) > confirm
            or {None, each.lang} & {other.lang for other in group}
            or each.lang is None
        ):
            group = latest[each.release_id, each.kind] = []
            groups.append(group)
        group.append(each)
    return groups


def folded(waiting: Sequence[Waiting], told: Sequence[Told], confirm: timedelta) -> dict[int, Told]:
    """Those that only say in another language what was told; each telling covers a language once."""
    lately: dict[tuple[int, Kind], list[tuple[Told, set[str | None]]]] = defaultdict(list)
    for before in sorted(told, key=lambda before: before.at):
        lately[before.release_id, before.kind].append((before, set(before.langs)))
    found = {}
    for each in waiting:
        for before, langs in lately.get((each.release_id, each.kind), ()):
            if _adds_nothing(each, before, langs, confirm):
                langs.add(each.lang)
                found[each.id] = before
                break
    return found


def _adds_nothing(each: Waiting, told: Told, langs: set[str | None], confirm: timedelta) -> bool:
    return (
        each.kind not in _OF_COPIES
        and abs(each.at - told.at) <= confirm
        and each.lang is not None
        and not langs & {None, each.lang}
        and WEIGHTS.index(each.weight) <= WEIGHTS.index(told.weight)
        and set(each.classes) <= set(told.classes)
    )


def reason(told: Told) -> str:
    """Why a delivery that was folded into this is not told."""
    copies = ", ".join(sorted(lang for lang in told.langs if lang))
    return f"told of this release ({copies}) because of what was noticed at {moment(told.at.isoformat())}"
