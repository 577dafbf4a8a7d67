"""The message about a trouble with the source or with ourselves, when it begins and when it is over. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from monitor.changes import KINDS
from monitor.daily_counts import LONGEST_KNOWN
from monitor.messages.bodies import health_body
from monitor.messages.health_words import HEALTH, HealthWords
from monitor.messages.lines import agency_name, because, called, reference
from monitor.messages.list_words import LISTS, counts_of
from monitor.messages.text import Limit, characters, cut, one_line, shortened
from monitor.messages.values import Message
from monitor.remarks import moment, span_of
from monitor.sentences import counted, size
from monitor.troubles import HealthEvent

_SUBJECT = 180
_REASON = 200
_YEARS = (2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 40, 50, 60, 80, LONGEST_KNOWN)
"""That are told of."""


def health_message(
    event: HealthEvent,
    *,
    rules: Sequence[str],
    message_id: str,
    lang: str,
    limit: Limit,
    ours: str,
    secret: str | None = None,
) -> Message:
    """The message to people and programs alike; `ours` is the address of our server."""
    heading = heading_of(event, lang)
    lines = [
        heading,
        *_facts(event, lang),
        *([_our_page(event, ours)] if ours else []),
        "",
        because(rules, lang),
        reference(message_id, lang),
    ]
    while len(lines) > 1 and not limit.holds("\n".join(lines)):
        lines.pop()
    return Message(
        id=message_id,
        subject=characters(heading, _SUBJECT),
        text=cut("\n".join(lines).strip(), limit),
        body=health_body(event, message_id=message_id, rules=rules, said=said_of(event)),
        secret=secret,
    )


def said_of(event: HealthEvent) -> str:
    """The event as one English sentence, for programs, logs and whoever lists troubles."""
    facts = (fact[:1].lower() + fact[1:] for fact in _facts(event, "en"))
    return "; ".join([heading_of(event, "en"), *facts]) + "."


def _our_page(event: HealthEvent, ours: str) -> str:
    """Where our server shows how it stands: with the agency that it concerns, else with everything."""
    return f"{ours}/agencies/{quote(event.agency, safe='')}" if event.agency else f"{ours}/status"


def heading_of(event: HealthEvent, lang: str) -> str:
    """What is wrong, or over, in a few words; of a trouble with deliveries it names the address."""
    words = HEALTH[lang]
    said = (words.over if event.over else words.begun)[event.kind]
    if event.kind == "listing" and (event.agency is None or event.lang is None):
        said = words.together_over if event.over else words.together
    if event.over and event.detail.get("dropped"):
        said = words.dropped
    return said.format(where=_where(event, lang))


def _where(event: HealthEvent, lang: str) -> str:
    if event.kind == "delivery":
        return one_line(str(event.detail.get("address_shown", "")))
    if event.agency is None:
        return called(event.lang, lang) if event.lang else HEALTH[lang].most_listings
    agency = agency_name(event.agency, lang)
    return f"{agency} ({called(event.lang, lang)})" if event.lang else agency


def _facts(event: HealthEvent, lang: str) -> Iterator[str]:
    """What is known of it, a line each; what is lacking in the detail is passed over."""
    words, detail = HEALTH[lang], event.detail
    if event.over:
        yield from _of_its_end(detail, words, lang)
        return
    yield from _of_reading(detail, words)
    yield from _of_silence(event, words, lang)
    yield from _of_flood(detail, words)
    yield from _of_rarity(event, words)
    yield from _of_figures(detail, words, lang)
    if said := shortened(str(detail.get("reason") or detail.get("error") or ""), _REASON):
        yield f"{words.reason}: {said}"
    if since := moment(detail.get("since")):
        yield f"{words.since}: {since}"


def _of_its_end(detail: Mapping[str, Any], words: HealthWords, lang: str) -> Iterator[str]:
    if lasted := _span(detail.get("lasted"), lang):
        yield f"{words.lasted}: {lasted}"
    if isinstance(found := detail.get("made_up"), dict):
        counts = counts_of({kind: found.get(kind, 0) for kind in KINDS}, lang)
        yield f"{words.made_up}: {counts or words.nothing}"


def _of_reading(detail: Mapping[str, Any], words: HealthWords) -> Iterator[str]:
    if said := words.outcomes.get(detail.get("outcome", "")):
        yield said[:1].upper() + said[1:]
    if listings := detail.get("listings"):
        yield f"{words.listings}: {listings}"
    if "success_at" in detail:
        yield f"{words.last_read}: {moment(detail['success_at']) or words.never}"


def _of_silence(event: HealthEvent, words: HealthWords, lang: str) -> Iterator[str]:
    detail = event.detail
    if not (last := moment(detail.get("last_at"))):
        return
    yield f"{words.newest}: {last}"
    silence = span_of(event.at - datetime.fromisoformat(detail["last_at"]), lang)
    usual = _span(detail.get("usual"), lang)
    yield f"{words.silence}: {silence}" + (f"; {words.usual}: {usual}" if usual else "")
    if "working_days" in detail:
        yield words.working_days.format(now=detail["working_days"], before=detail.get("usual_working_days"))


def _of_flood(detail: Mapping[str, Any], words: HealthWords) -> Iterator[str]:
    if releases := detail.get("releases"):
        yield words.in_a_day.format(now=releases, before=detail.get("most"))


def _of_rarity(event: HealthEvent, words: HealthWords) -> Iterator[str]:
    """How seldom it comes about by chance, no more exactly than anybody can know."""
    found = event.detail.get("once_in_years")
    if not isinstance(found, int | float):
        return
    years = max((each for each in _YEARS if each <= found), default=_YEARS[0])
    said = (words.seldom if years == LONGEST_KNOWN else words.often).format(years=counted(years, words.years))
    yield (words.rare_flood if event.kind == "flood" else words.rare_silence).format(often=said)


def _of_figures(detail: Mapping[str, Any], words: HealthWords, lang: str) -> Iterator[str]:
    if field := detail.get("field"):
        yield f"{words.field}: {words.fields.get(field, field)}"
    if "before" in detail and "now" in detail:
        shares = {name: f"{detail[name]:.0%}" for name in ("now", "before")}
        yield words.carried.format(items=detail.get("items"), **shares)
    for name, label in (("count", words.given_up), ("owed", words.owed)):
        if count := detail.get(name):
            yield f"{label}: {counted(count, LISTS[lang].messages)}"
    if made_at := moment(detail.get("made_at")):
        yield f"{words.last_backup}: {made_at}"
    if "free" in detail and "total" in detail:
        yield words.free.format(free=_bytes(detail["free"], words), total=_bytes(detail["total"], words))


def _bytes(count: float, words: HealthWords) -> str:
    return size(count, units=words.units, decimal=words.decimal)


def _span(seconds: object, lang: str) -> str:
    return span_of(timedelta(seconds=seconds), lang) if isinstance(seconds, int | float) else ""
