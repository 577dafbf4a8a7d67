"""Decides which rule wants to hear of a change, and as what. Pure: reads nothing, sends nothing.

What an entry of `words` or `not` means is told in `monitor.words`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crawler.directory import lineage
from monitor.addresses import Address, read_addresses
from monitor.changes import KINDS, WEIGHT_OF, WEIGHTS, Change, Kind, Weight
from monitor.config import Alert
from monitor.words import found


@dataclass(frozen=True, slots=True)
class Match:
    """A rule wants to hear of a change."""

    kind: Kind
    """What the change is to this reader: a translation is «published» to who heard of no earlier copy."""
    words: tuple[str, ...]
    """Entries of the rule's `words` that were found, as the rule writes them."""


@dataclass(frozen=True, slots=True)
class Owed:
    """One address that is owed a message, and the names of the rules because of which it is."""

    address: Address
    rules: tuple[str, ...]
    kind: Kind
    """What the change is to this reader; new only if it is new to each of the rules."""
    weight: Weight


def deliveries_for(
    alerts: Sequence[Alert], change: Change, *, agency_kind: str, copies: Mapping[str, str] | None = None
) -> list[Owed]:
    """Who is owed a message because of `change`: each address once, in the order of the rules.

    `agency_kind` is the kind of the agency that owns the release, `copies` as for `matches`.
    """
    addresses: dict[str, Address] = {}
    rules: dict[str, list[str]] = {}
    heard: dict[str, set[Kind]] = {}
    for alert in alerts:
        for address in addresses_of(alert):
            match = matches(alert, change, agency_kind=agency_kind, person=address.person, copies=copies)
            if match is None:
                continue
            addresses[address.key] = address
            heard.setdefault(address.key, set()).add(match.kind)
            names = rules.setdefault(address.key, [])
            if alert.name not in names:
                names.append(alert.name)
    return [
        Owed(addresses[key], tuple(names), kind, weight_heard(change, kind))
        for key, names in rules.items()
        for kind in [heard[key].pop() if len(heard[key]) == 1 else change.kind]
    ]


def weight_heard(change: Change, kind: Kind) -> Weight:
    """How much a change matters to who hears of it as `kind`."""
    return change.weight if kind == change.kind else WEIGHT_OF[kind]


def addresses_of(alert: Alert) -> list[Address]:
    """Every receiver of a rule, in the order written."""
    return [address for written in alert.to for address in read_addresses(written)]


def matches(
    rule: Alert,
    change: Change,
    *,
    agency_kind: str,
    person: bool,
    copies: Mapping[str, str] | None = None,
) -> Match | None:
    """Whether `rule` wants to hear of `change`, or None.

    `person`: the rule's address is read by somebody, who hears of translations only on request. `copies`
    gives, for a translation, the title and text of each earlier copy by language; without them an earlier
    copy counts as one the reader heard of, whatever words the rule asks for.
    """
    if change.baseline:
        return None
    wanted = {each for slug in rule.agencies for each in lineage(slug)}
    if wanted and not wanted & {change.agency, *change.agencies}:
        return None
    if rule.agency_kinds and agency_kind not in rule.agency_kinds:
        return None
    if not _speaks(rule, change):
        return None
    kind = heard_as(rule, change, person=person, copies=copies)
    if kind not in _wanted(rule, person=person):
        return None
    if WEIGHTS.index(weight_heard(change, kind)) < WEIGHTS.index(rule.weight):
        return None
    if not _words_allow(rule, _said(rule, change), gone=_taken_out(rule, change)):
        return None
    return Match(kind, words_found(rule, change))


def heard_as(rule: Alert, change: Change, *, person: bool, copies: Mapping[str, str] | None = None) -> Kind:
    """What a change is to the reader of `rule`: its kind, or «published» for the first copy that suits."""
    if change.kind != "translated":
        return change.kind
    wanted = _wanted(rule, person=person)
    if "published" not in wanted:
        return change.kind
    heard = [lang for lang in change.earlier if not rule.languages or lang in rule.languages]
    if copies is not None:
        heard = [lang for lang in heard if _words_allow(rule, _looked_at(rule, copies.get(lang, "")))]
    return change.kind if heard else "published"


def words_found(rule: Alert, change: Change) -> tuple[str, ...]:
    """The entries of the rule's `words` that stand where the rule looks, or that the edit took out there."""
    return found(rule.words, _said(rule, change), _taken_out(rule, change))


def _wanted(rule: Alert, *, person: bool) -> tuple[Kind, ...]:
    if rule.kinds is not None:
        return tuple(kind for kind in KINDS if kind in rule.kinds)
    return tuple(kind for kind in KINDS if kind != "translated") if person else KINDS


def _speaks(rule: Alert, change: Change) -> bool:
    """Whether the change is in a language of the rule; the whole release is in every language it had."""
    if not rule.languages:
        return True
    return bool(set(rule.languages) & (set(change.earlier) if change.lang is None else {change.lang}))


def _words_allow(rule: Alert, text: str, *, gone: str = "") -> bool:
    if found(rule.not_words, text):
        return False
    return not rule.words or bool(found(rule.words, text, gone))


def _said(rule: Alert, change: Change) -> str:
    return _looked_at(rule, f"{change.title}\n{change.text}")


def _looked_at(rule: Alert, copy: str) -> str:
    """What the rule looks at of a copy, whose title is its first line."""
    return copy.partition("\n")[0] if rule.words_in == "title" else copy


def _taken_out(rule: Alert, change: Change) -> str:
    """What an edit replaced: who watches a word wants to know that it has gone."""
    runs = change.detail.get("words", ())
    return "\n".join(run["before"] for run in runs if rule.words_in == "text" or run["field"] == "title")
