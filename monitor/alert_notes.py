"""Says of the alerts in sentences who is told what and when, and notes what cannot be meant. Pure."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import datetime

from crawler.directory import kind_of, lineage
from monitor.changes import KINDS, WEIGHT_OF
from monitor.config import Alert, Config
from monitor.fingerprint import normalised
from monitor.rules import addresses_of
from monitor.sentences import span


def told_when(rule: Alert, zone: str) -> str:
    """Who is told what, and when; without secrets."""
    addresses = addresses_of(rule)
    shown = _and([address.shown for address in addresses])
    people = any(address.person for address in addresses)
    of_what = ", and of ".join([*_changes(rule, people=people), *_health(rule)]) or "nothing"
    said = f"Alert «{rule.name}» tells {shown} of {of_what}."
    return " ".join([said, *(_patience(rule, zone) if people and _hears_changes(rule) else ())])


def notes(config: Config, *, now: datetime) -> list[str]:
    """What a person may want to mend, each beginning with the alert that it is of."""
    found = [
        f"alert «{rule.name}» {said}"
        for rule in config.alerts
        for said in (
            *_without_effect(rule),
            *_never(rule, config),
            *_slots(rule, config.schedule.zone, now),
            *_words(rule),
        )
    ]
    found += _signed_in_two_ways(config.alerts)
    hearing = [rule for rule in config.alerts if _hears_changes(rule)]
    if hearing and not any(rule.words or rule.agencies or rule.agency_kinds for rule in hearing):
        found.append("no alert names words or agencies: every release will be told.")
    if config.alerts and not any(_health(rule) for rule in config.alerts):
        found.append(
            "no alert hears of health: nobody is told when the portal refuses or a delivery fails; add "
            '[[alerts]] with kinds = ["health"].'
        )
    return found


def _signed_in_two_ways(rules: Sequence[Alert]) -> Iterator[str]:
    """Webhooks that several rules tell, and not all of them with the same secret."""
    secrets: dict[tuple[str, str], dict[str | None, str]] = {}
    for rule in rules:
        for address in addresses_of(rule):
            if not address.person:
                secrets.setdefault((address.key, address.shown), {}).setdefault(rule.secret, rule.name)
    for (_, shown), by_secret in secrets.items():
        if len(by_secret) > 1:
            named = _and([f"«{name}»" for name in by_secret.values()])
            yield (
                f"alerts {named} tell {shown} with different secrets, or one without: what both match is signed with "
                "the first; give them the same."
            )


def _hears_changes(rule: Alert) -> bool:
    return rule.kinds is None or any(kind in KINDS for kind in rule.kinds)


def _health(rule: Alert) -> list[str]:
    asked = rule.kinds is not None and "health" in rule.kinds
    return ["what is wrong with the source itself (health)"] if asked else []


def _changes(rule: Alert, *, people: bool) -> list[str]:
    if not _hears_changes(rule):
        return []
    if rule.kinds is None:
        said = "every change" + (" (people: all but translated)" if people else "")
    else:
        said = f"what is {_or([kind for kind in KINDS if kind in rule.kinds])}"
    if rule.agencies:
        said += f" by {_or(rule.agencies)}"
    if rule.agency_kinds:
        said += f"{', each' if rule.agencies else ' by an agency'} of kind {_or(rule.agency_kinds)}"
    if rule.languages:
        said += f" in {_or(rule.languages)}"
    if rule.weight != "none":
        said += f", {'major' if rule.weight == 'major' else 'minor or major'}"
    if rule.words:
        said += f", with {_or([f'«{word}»' for word in rule.words])}"
    if rule.not_words:
        said += f", without {_or([f'«{word}»' for word in rule.not_words])}"
    if rule.words_in == "title" and (rule.words or rule.not_words):
        said += " in the title"
    return [said]


def _patience(rule: Alert, zone: str) -> Iterator[str]:
    """When people are told."""
    if rule.digest is not None:
        yield f"People get one list: {rule.digest} ({zone})."
    else:
        yield "People are told at once."
    if (window := rule.quiet_window(zone)) is not None:
        yield (
            f"From {window.begins:%H:%M} to {window.ends:%H:%M} ({zone}) they are told of what is major only (an "
            "edit that weighs much, and all that is published, removed or restored), of the rest after it."
        )
    if rule.digest is None:
        yield (
            f"What would be more than {rule.burst.more_than} messages in {span(rule.burst.within)} becomes one list."
        )


def _without_effect(rule: Alert) -> Iterator[str]:
    """Keys that do nothing here."""
    written = {"digest": rule.digest, "quiet": rule.quiet, "burst": "burst" in rule.model_fields_set}
    named = [key for key, value in written.items() if value]
    if _health(rule) and not _hears_changes(rule):
        asked = {"words": rule.words, "not": rule.not_words, "weight": rule.weight != "none"}
        if narrows := [key for key, value in asked.items() if value]:
            yield f"sets {_and(narrows)}, but hears of health only, which has none: it is told of all of it."
    if not named:
        return
    if not any(address.person for address in addresses_of(rule)):
        concerns = "concerns" if len(named) == 1 else "concern"
        yield f"sets {_and(named)}, which {concerns} people only: its webhooks are told of each change at once."
    elif not _hears_changes(rule):
        yield f"sets {_and(named)}, but hears of health only, which is told at once."


def _never(rule: Alert, config: Config) -> Iterator[str]:
    """What keeps a rule, or a part of it, from ever being told."""
    if not _hears_changes(rule):
        if not _health(rule):
            yield "asks for no kind: it can never be told."
        return
    never_told = "it can never be told" + (" of a release" if _health(rule) else "")
    followed = config.portal.agencies
    strangers = [slug for slug in rule.agencies if not set(lineage(slug)) & set(followed)]
    if strangers:
        never = f": {never_told}" if len(strangers) == len(rule.agencies) else ""
        yield f"names {_and(strangers)}, which nobody follows{never}."
    if rule.languages and not set(rule.languages) & set(config.portal.languages):
        yield f"wants languages that are not read: {never_told}."
    if rule.agency_kinds and not any(
        kind_of(slug) in rule.agency_kinds for slug in rule.agencies or followed
    ):
        those = "the agencies it names" if rule.agencies else "those followed"
        yield f"asks for {_or(rule.agency_kinds)}, and none of {those} is one: {never_told}."
    if rule.weight == "major" and rule.kinds is not None:
        minor = [kind for kind in KINDS if kind in rule.kinds and WEIGHT_OF.get(kind, "major") != "major"]
        rest = [kind for kind in KINDS if kind in rule.kinds and kind not in minor]
        if minor and not ("published" in rest and minor == ["translated"]):
            never = never_told if not rest else f"it is never told of {_or(minor)}"
            yield f"asks for what is major, and {_and(minor)} {'is' if len(minor) == 1 else 'are'} minor: {never}."
    refused = {_folded(word) for word in rule.not_words}
    if rule.words and all(_folded(word) in refused for word in rule.words):
        yield f"refuses in `not` every word that it asks for in `words`: {never_told}."


def _slots(rule: Alert, zone: str, now: datetime) -> Iterator[str]:
    digest, window = rule.digest_read, rule.quiet_window(zone)
    if digest is None or window is None or digest.every == "hourly":
        return
    if window.until(digest.after(now, zone)) is not None:
        yield (
            f"has its digest ({rule.digest}) within its quiet hours ({rule.quiet}): what is not major comes at "
            f"{window.ends:%H:%M}."
        )


def _words(rule: Alert) -> Iterator[str]:
    """Words that nobody writes so: several in one entry as in a list, or letters of two alphabets, as a keyboard that
    was not switched makes them."""
    for entry in (*rule.words, *rule.not_words):
        if re.search(r"\w[,;]\s+\w", entry) and not re.match(r'\s*["«“„]', entry):
            yield f"has «{entry}», which is one phrase; if any of these words will do, make each an entry of its own."
        for word in re.findall(r"\w+", entry):
            latin = "".join(dict.fromkeys(letter for letter in word if _alphabet(letter) == "LATIN"))
            if latin and any(_alphabet(letter) == "CYRILLIC" for letter in word):
                yield f"has «{word}», which mixes Latin letters ({latin}) into a Cyrillic word; type it anew."


def _alphabet(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0] if letter.isalpha() else ""


def _folded(word: str) -> str:
    return normalised(word).casefold().replace("ё", "е")


def _and(names: Sequence[str]) -> str:
    return _listed(names, "and")


def _or(names: Sequence[str]) -> str:
    return _listed(names, "or")


def _listed(names: Sequence[str], word: str) -> str:
    *most, last = names or ["nothing"]
    return f"{', '.join(most)} {word} {last}" if most else last
