"""What a change says besides its words, sentence by sentence, in Kazakh, Russian and English. Pure.

Messages and feeds say the same. A key that is not known, or is not what it should be, is passed over. Times are
those of Kazakhstan's clocks and say so, unless whoever asks says them by a clock of their own.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from crawler.directory import agencies
from monitor.phrases import PHRASES, REMARKS, Remarks
from monitor.sentences import counted, largest_units, parted

Clock = Callable[[datetime], str]
"""How a moment is said."""

_KAZAKHSTAN = timezone(timedelta(hours=5))
"""All of it since March 2024, which is before the first reading."""
_FOUND = 8
"""Numbers or dates of one kind that are named."""


def in_kazakhstan(moment: datetime) -> str:
    """By Kazakhstan's clocks, in a way that needs no explanation."""
    return f"{moment.astimezone(_KAZAKHSTAN):%Y-%m-%d %H:%M} UTC+5"


def of_wording(detail: Mapping[str, Any], lang: str | None, clock: Clock = in_kazakhstan) -> Iterator[str]:
    """What kind of edit it was: another text, a return, one of many to and fro."""
    words = _words(lang)
    if detail.get("replaced") is True:
        yield words.another_text
    if isinstance(number := detail.get("back_to"), int):
        yield words.wording_again.format(number=number)
    if flapping := _map(detail.get("flapping")):
        at = moment(flapping.get("since"), clock)
        yield words.flapping.format(since=words.begun.format(at=at) if at else "")
    if detail.get("rested") is True:
        yield words.rested


def of_copies(detail: Mapping[str, Any], lang: str | None) -> Iterator[str]:
    """How late a copy came after others, and in which numbers and dates it differs from them."""
    words = _words(lang)
    for other, seconds in _map(detail.get("after")).items():
        if not isinstance(seconds, int | float):
            continue
        length = timedelta(seconds=seconds)
        said = words.within_a_minute if length < timedelta(minutes=1) else words.later
        yield _sentence(said.format(lang=_called(other, lang), span=span_of(length, lang)))
    for other, differing in _map(detail.get("against")).items():
        found = list(_differing(_map(differing), words))
        if found:
            yield _sentence(words.against.format(lang=_called(other, lang), found="; ".join(found)))


def of_listing(detail: Mapping[str, Any], lang: str | None, clock: Clock = in_kazakhstan) -> Iterator[str]:
    """How late it was found, from where to where it moved, and what proves that it is not listed where it was."""
    words = _words(lang)
    if since := moment(_map(detail.get("late")).get("unread_since"), clock):
        yield words.late.format(at=since)
    before, after = _text(detail.get("from")), _text(detail.get("to"))
    if before and after:
        yield words.moved.format(before=_agency(before, lang), after=_agency(after, lang))
    asked = [_asked(_map(detail.get("single")), words, clock)]
    for copy, proof in _map(detail.get("evidence")).items():
        by_listing = _by_listing(_map(proof))
        for agency, readings in by_listing.items():
            of = f"; {_agency(agency, lang)}" if len(by_listing) > 1 and agency else ""
            said = "; ".join(_told(readings, words, clock))
            yield words.unlisted.format(lang=f"{_called(copy, lang)}{of}", readings=said)
        asked.append(_asked(_map(_map(proof).get("single")), words, clock))
    yield from dict.fromkeys(filter(None, asked))


def span_of(length: timedelta, lang: str | None) -> str:
    """A length of time in its two largest units, as a person would say it."""
    units = _words(lang).units
    return " ".join(counted(count, units[unit]) for count, unit in largest_units(length))


def moment(stored: object, clock: Clock = in_kazakhstan) -> str:
    """A stored time by this clock; nothing where it is none."""
    try:
        told = datetime.fromisoformat(_text(stored))
    except ValueError:
        return ""
    return clock(told) if told.tzinfo else ""


def _by_listing(proof: Mapping[str, Any]) -> dict[str, list[Mapping[str, Any]]]:
    """The readings that missed a copy, by the agency whose listing was read, in their order."""
    readings = proof.get("readings")
    listings: dict[str, list[Mapping[str, Any]]] = {}
    for reading in map(_map, readings if isinstance(readings, list) else ()):
        if moment(reading.get("at")):
            listings.setdefault(_text(reading.get("agency")), []).append(reading)
    return listings


def _told(readings: Sequence[Mapping[str, Any]], words: Remarks, clock: Clock) -> list[str]:
    """The first and the last of the readings, and how many stood between."""
    told = [", ".join(filter(None, (moment(one["at"], clock), _place(one, words)))) for one in readings]
    if len(told) < 2:
        return told
    between = [words.more_readings.format(count=len(told) - 2)] if len(told) > 2 else []
    return [told[0], *between, f"{words.again} {told[-1]}"]


def _place(reading: Mapping[str, Any], words: Remarks) -> str:
    above, below = _text(reading.get("above")), _text(reading.get("below"))
    if above and below:
        return words.between.format(above=above, below=below)
    if below:
        return words.at_top.format(below=below)
    return words.at_end.format(above=above) if above else ""


def _asked(single: Mapping[str, Any], words: Remarks, clock: Clock) -> str:
    at, said = moment(single.get("at"), clock), words.asked.get(_text(single.get("found")))
    return said.format(at=at) if at and said else ""


def _differing(differing: Mapping[str, Any], words: Remarks) -> Iterator[str]:
    for what, said in (("numbers", words.numbers), ("dates", words.dates)):
        for key, begins in zip(("only_here", "only_there"), said, strict=True):
            values = _map(differing.get(what)).get(key)
            found = [one for one in values if isinstance(one, str)] if isinstance(values, list) else []
            if what == "numbers":
                found = [parted(one).replace(".", words.decimal) for one in found]
            if found:
                yield f"{begins}: {'; '.join(found[:_FOUND])}{'; …' if len(found) > _FOUND else ''}"


def _agency(slug: str, lang: str | None) -> str:
    known = agencies().get(slug)
    return known.name(lang or "en") if known else slug


def _called(copy: str, lang: str | None) -> str:
    return PHRASES[_spoken(lang)].languages.get(copy, copy)


def _sentence(said: str) -> str:
    return said[:1].upper() + said[1:]


def _words(lang: str | None) -> Remarks:
    return REMARKS[_spoken(lang)]


def _spoken(lang: str | None) -> str:
    return lang if lang and lang in REMARKS else "en"


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _map(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
