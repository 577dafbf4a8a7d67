"""Decides which rule wants to hear of a change, and as what. Pure: reads nothing, sends nothing.

Words are compared without case, with ё as е, and with one space for any white space; Kazakh letters stand for
themselves. In one entry of `words` or `not`:

- `налог` matches wherever a word begins so: «налогового», «налогоплательщик», but not «антиналог»;
- `министрлік жоба` is a phrase: the words in this order, each found by its beginning;
- `"жоба"` (in quotes) matches whole words only; `"салық* кодексі"` leaves the end of its first word open.

There is no stemming: where an ending replaces letters («банк», «банкі» is found; «закон», «закона» is found;
«день», «дня» is not), write the part that stays.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from crawler.directory import lineage
from monitor.addresses import Address, read_addresses
from monitor.changes import KINDS, WEIGHT_OF, WEIGHTS, Change, Kind, Weight
from monitor.config import Alert
from monitor.fingerprint import normalised


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
    if not _words_allow(rule, _said(change), gone=_taken_out(change)):
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
        heard = [lang for lang in heard if _words_allow(rule, copies.get(lang, ""))]
    return change.kind if heard else "published"


def words_found(rule: Alert, change: Change) -> tuple[str, ...]:
    """The entries of the rule's `words` that stand in the title or text, or that the edit took out."""
    return _found(rule.words, _said(change), _taken_out(change))


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
    if _found(rule.not_words, text):
        return False
    return not rule.words or bool(_found(rule.words, text, gone))


def _found(entries: Sequence[str], *texts: str) -> tuple[str, ...]:
    said = [_comparable(text) for text in texts]
    return tuple(entry for entry in entries if any(_stands_in(text, entry) for text in said))


def _stands_in(text: str, entry: str) -> bool:
    stems, pattern = _pattern(entry)
    # A plain search first: it is twenty times as fast, and most words are not there.
    return all(stem in text for stem in stems) and pattern.search(text) is not None


def _said(change: Change) -> str:
    return f"{change.title}\n{change.text}"


def _taken_out(change: Change) -> str:
    """What an edit replaced: who watches a word wants to know that it has gone."""
    return "\n".join(run["before"] for run in change.detail.get("words", ()))


@lru_cache(maxsize=16)
def _comparable(text: str) -> str:
    """Kept for a moment, because every rule looks at the same text; no phrase crosses a line break."""
    return "\n".join(
        normalised(line).casefold().replace("ё", "е") for line in text.splitlines() if line.strip()
    )


@cache
def _pattern(entry: str) -> tuple[tuple[str, ...], re.Pattern[str]]:
    entry = entry.strip()
    exact = len(entry) > 2 and entry[0] in '"«“„' and entry[-1] in '"»”“'
    words = [word for word in _comparable(entry).split() if re.search(r"\w", word)]
    # An entry without a word in it matches nothing, rather than everything.
    pattern = r"[^\w\n]+".join(_word(word, exact=exact) for word in words) or r"(?!)"
    return tuple(word.rstrip("*") for word in words), re.compile(pattern)


def _word(word: str, *, exact: bool) -> str:
    stem = word.rstrip("*")
    begin = r"(?<!\w)" if stem[0].isalnum() else ""
    if exact and stem == word:
        return begin + re.escape(stem) + (r"(?!\w)" if stem[-1].isalnum() else "")
    return begin + re.escape(stem) + r"\w*"
