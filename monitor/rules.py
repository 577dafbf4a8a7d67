"""Decides which rule wants to hear of a change, and as what. Pure: reads nothing, sends nothing.

What an entry of `words` or `not` means is told in `monitor.words`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

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
class Condition:
    """One thing that a rule asks for, and what a change is to it."""

    name: Literal["news", "agencies", "agency_kinds", "languages", "kinds", "weight", "words", "not"]
    """As the configuration calls it; `news`: no rule hears of what was history when it was first read."""
    holds: bool
    said: str
    """What the rule asks for and what the change is, as an English sentence without its full stop."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a rule wants to hear of a change, and why."""

    match: Match | None
    conditions: tuple[Condition, ...]
    """All of them, in the order in which they are looked at."""


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
    if change.baseline or not _concerns_agencies(rule, change):
        return None
    if rule.agency_kinds and agency_kind not in rule.agency_kinds:
        return None
    if not _speaks(rule, change):
        return None
    kind = heard_as(rule, change, person=person, copies=copies)
    if kind not in _wanted(rule, person=person) or not _weighs_enough(rule, weight_heard(change, kind)):
        return None
    if not any(_words_allow(rule, said, gone=_taken_out(rule, change)) for said in _said(rule, change)):
        return None
    return Match(kind, words_found(rule, change))


def judge(
    rule: Alert,
    change: Change,
    *,
    agency_kind: str,
    person: bool,
    copies: Mapping[str, str] | None = None,
) -> Verdict:
    """What `matches` decides, with every condition in a sentence: also those that it need not look at."""
    kind = heard_as(rule, change, person=person, copies=copies)
    conditions = (
        _on_news(change),
        _on_agencies(rule, change),
        _on_agency_kinds(rule, change, agency_kind),
        _on_languages(rule, change),
        _on_kinds(rule, change, kind, person=person),
        _on_weight(rule, weight_heard(change, kind)),
        *_on_words(rule, change),
    )
    holds = all(condition.holds for condition in conditions)
    return Verdict(Match(kind, words_found(rule, change)) if holds else None, conditions)


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
    return found(rule.words, *(_unrefused(rule, change) or _said(rule, change)), _taken_out(rule, change))


def _on_news(change: Change) -> Condition:
    history = "it was history, there when its listing was first read, and nobody is told of history"
    said = history if change.baseline else "it was news when it was noticed"
    return Condition("news", not change.baseline, said)


def _on_agencies(rule: Alert, change: Change) -> Condition:
    others = [slug for slug in change.agencies if slug != change.agency]
    is_of = f"the release is of {change.agency}" + (f", listed also by {', '.join(others)}" if others else "")
    asks = _either(rule.agencies, otherwise="any agency")
    return Condition("agencies", _concerns_agencies(rule, change), f"the rule asks for {asks}, {is_of}")


def _on_agency_kinds(rule: Alert, change: Change, agency_kind: str) -> Condition:
    holds = not rule.agency_kinds or agency_kind in rule.agency_kinds
    asks = _either(rule.agency_kinds, otherwise="any kind of agency")
    return Condition(
        "agency_kinds", holds, f"the rule asks for {asks}, {change.agency} is of kind {agency_kind}"
    )


def _on_languages(rule: Alert, change: Change) -> Condition:
    if change.lang is None:
        is_in = f"the whole release is concerned, which was held in {', '.join(change.earlier) or 'none'}"
    else:
        is_in = f"the copy is in {change.lang}"
    asks = _either(rule.languages, otherwise="any language")
    return Condition("languages", _speaks(rule, change), f"the rule asks for {asks}, {is_in}")


def _on_kinds(rule: Alert, change: Change, kind: Kind, *, person: bool) -> Condition:
    is_one = f"the change is {change.kind}"
    if kind != change.kind:
        is_one += f", and {kind} to this reader, who heard of no earlier copy"
    wanted = _wanted(rule, person=person)
    if rule.kinds is not None:
        asks = _either(rule.kinds, otherwise="no kind")
    else:
        asks = "every kind but translated, as people do who name no kinds" if person else "every kind"
    return Condition("kinds", kind in wanted, f"the rule asks for {asks}; {is_one}")


def _on_weight(rule: Alert, weight: Weight) -> Condition:
    asks = {"none": "any weight", "minor": "minor or major", "major": "major"}[rule.weight]
    return Condition(
        "weight", _weighs_enough(rule, weight), f"the rule asks for {asks}, the change is {weight}"
    )


def _on_words(rule: Alert, change: Change) -> tuple[Condition, Condition]:
    """What is asked for and what is refused."""
    place = "title" if rule.words_in == "title" else "title and text"
    wanted = words_found(rule, change)
    before = " and what the edit took out" if change.detail.get("words") else ""
    if not rule.words:
        asked = "the rule asks for no words"
    elif wanted:
        asked = f"of the words of the rule, found in {place}{before}: {_quoted(wanted)}"
    else:
        asked = f"none of the words of the rule stands in {place}{before}: {_quoted(rule.words)}"
    against = () if _unrefused(rule, change) else found(rule.not_words, *_said(rule, change))
    if not rule.not_words:
        refused = "the rule refuses no words"
    elif against:
        refused = f"words that the rule refuses stand in {place}: {_quoted(against)}"
    else:
        of_copy = " of a copy" if change.copies else ""
        refused = (
            f"none of the words that the rule refuses stands in {place}{of_copy}: {_quoted(rule.not_words)}"
        )
    return (
        Condition("words", not rule.words or bool(wanted), asked),
        Condition("not", not against, refused),
    )


def _either(names: Sequence[str], *, otherwise: str) -> str:
    *most, last = names or [otherwise]
    return f"{', '.join(most)} or {last}" if most else last


def _quoted(entries: Sequence[str]) -> str:
    return ", ".join(f"«{entry}»" for entry in entries)


def _concerns_agencies(rule: Alert, change: Change) -> bool:
    wanted = {each for slug in rule.agencies for each in lineage(slug)}
    return not wanted or bool(wanted & {change.agency, *change.agencies})


def _weighs_enough(rule: Alert, weight: Weight) -> bool:
    return WEIGHTS.index(weight) >= WEIGHTS.index(rule.weight)


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


def _said(rule: Alert, change: Change) -> list[str]:
    """What the rule looks at: one text, and of what went, came back or moved each wording of each copy by itself.

    So whoever heard of one copy, before an edit or after, hears that it is gone, whatever else stood in it.
    """
    spoken = [lang for lang in change.copies if not rule.languages or lang in rule.languages]
    asked = [wording for lang in spoken for wording in change.copies[lang]]
    return [_looked_at(rule, said) for said in asked or [f"{change.title}\n{change.text}"]]


def _unrefused(rule: Alert, change: Change) -> list[str]:
    """Of these the ones in which nothing stands that the rule refuses."""
    return [said for said in _said(rule, change) if not found(rule.not_words, said)]


def _looked_at(rule: Alert, copy: str) -> str:
    """What the rule looks at of a copy, whose title is its first line."""
    return copy.partition("\n")[0] if rule.words_in == "title" else copy


def _taken_out(rule: Alert, change: Change) -> str:
    """What an edit replaced: who watches a word wants to know that it has gone."""
    runs = change.detail.get("words", ())
    return "\n".join(run["before"] for run in runs if rule.words_in == "text" or run["field"] == "title")
