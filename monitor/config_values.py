"""How single values of the configuration are written, and what is said of one that cannot be read. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from functools import partial
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field

from crawler.directory import KINDS, agencies, named, nearest
from monitor.digests import read_digest
from monitor.quiet import read_quiet
from monitor.words import unreadable

_LONGEST = timedelta(days=36500)
SHORTEST_KEPT = timedelta(days=30)
"""Longer than any reading, suspicion, digest or pause between two attempts takes."""
ROUTES = ("rest", "graphql", "rest-session", "browser")
"""Every way to the portal, the least intrusive first."""
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
_LOOSE = re.compile(r"(\d+)\s*(d|h|m|s)(?:ays?|ours?|rs?|in(?:ute)?s?|ec(?:ond)?s?)?(?![a-z])", re.IGNORECASE)
"""A duration as people write it elsewhere: `2 minutes`, `1 h 30 min`."""
_LANGUAGES = {
    **dict.fromkeys(("kz", "kaz", "kazakh", "қаз", "қазақ", "қазақша"), "kk"),
    **dict.fromkeys(("rus", "russian", "рус", "русский", "орысша"), "ru"),
    **dict.fromkeys(("eng", "english", "англ", "ағылшынша"), "en"),
}
"""What people write in place of the portal's codes."""
_BY_ALMATY = {"astana", "nur-sultan", "nur_sultan", "shymkent", "karaganda", "kazakhstan"}
"""Places that have no zone of their own, and go by the clock of Almaty."""
_NAMES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Absent:
    """The word that is written where there is none, such as `all` of a history that has no end."""

    word: str


def did_you_mean(written: str, known: Iterable[str], *, cutoff: float = 0.6) -> str:
    """A hint to put behind a refusal: what is near, in brackets; empty where nothing is."""
    by_lower = {each.lower(): each for each in known}
    meant = written.lower()
    close = [meant] if meant in by_lower else get_close_matches(meant, by_lower, n=2, cutoff=cutoff)
    near = [by_lower[each] for each in close]
    return f" (did you mean: {', '.join(near)}?)" if near else ""


def written(length: timedelta) -> str:
    """A duration as the configuration has it: `90s`, `30m`, `7d`."""
    seconds = int(length.total_seconds())
    return next(
        (f"{seconds // of}{unit}" for unit, of in _SECONDS.items() if seconds and not seconds % of), "0s"
    )


def _meant(value: object) -> str:
    """A hint for a duration that is written otherwise than ours."""
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    parts = _LOOSE.findall(text)
    if parts and not _LOOSE.sub("", text).strip():
        seconds = sum(int(number) * _SECONDS[unit.lower()] for number, unit in parts)
        if seconds <= _LONGEST.total_seconds():
            return f" (did you mean: {written(timedelta(seconds=seconds))}?)"
    if text.isdecimal():
        return f" (did you mean: {text}s, {text}m, {text}h or {text}d?)"
    return ""


def _duration(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    match = re.fullmatch(r"(\d+)([smhd])", value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"write a duration as a number and a unit: 30s, 5m, 1h or 7d{_meant(value)}")
    try:
        length = timedelta(**{_UNITS[match[2]]: int(match[1])})
    except OverflowError:
        length = timedelta.max
    if length > _LONGEST:
        # A date that far from now is more than a calendar holds, and would trip us up much later.
        raise ValueError(f"{value} is longer than a hundred years; write less")
    return length


def _history(value: object) -> timedelta | None:
    if isinstance(value, str) and value.strip().lower() == "all":
        return None
    return None if value is None else _duration(value)


def _kept(value: object) -> timedelta | None:
    if value is None or (isinstance(value, str) and value.strip().lower() == "forever"):
        return None
    length = _duration(value)
    if length < SHORTEST_KEPT:
        raise ValueError(
            f"{value} is too short, because much is decided from the last weeks; write 30d or more"
        )
    return length


def _listed(value: object) -> object:
    """A single text counts as a list of one, so that the environment can say `economy,mfa`; each counts once."""
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",") if part.strip()]
    if isinstance(value, list | tuple) and all(isinstance(each, str) for each in value):
        return list(dict.fromkeys(value))
    return value


def _addressed(value: object) -> object:
    """As `_listed`, but a comma within an address (`?to=one@…,two@…`) parts nothing."""
    return re.split(r"\s*,\s*(?=[a-zA-Z][\w+.-]*://)", value.strip()) if isinstance(value, str) else value


def _known_agency(slug: str) -> str:
    if slug in agencies():
        return slug
    if slug == "*":
        raise ValueError('"*" stands for every agency, by itself: agencies = "*"')
    parts = re.split(r"[;\s]+", slug.strip())
    if len(parts) > 1 and all(part in agencies() for part in parts):
        raise ValueError(f"{slug!r} is one name; write a comma between names: {', '.join(parts)}")
    near = ", ".join(named(slug)[:_NAMES_SHOWN] or nearest(slug))
    hint = f" (did you mean: {near}?)" if near else ""
    raise ValueError(f"unknown agency {slug!r}{hint}; `jarshy agencies` lists them all")


def _language(lang: str) -> str:
    said, is_code = lang.lower(), re.fullmatch(r"[a-z]{2,3}", lang)
    if is_code and said not in _LANGUAGES:
        return lang
    meant = _LANGUAGES.get(said, said)
    language = {"kk": "Kazakh", "ru": "Russian", "en": "English"}.get(meant)
    if is_code:
        raise ValueError(f"the portal's code for {language} is {meant}, not {lang}")
    hint = f"; {language} is {meant}" if language else ""
    raise ValueError(f"{lang!r} is not a language code such as kk, ru or en{hint}")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # unknown, outside the folder of zones, that folder
        known, city = available_timezones(), name.rpartition("/")[2].lower()
        place = [zone for zone in known if zone.rpartition("/")[2].lower() == city]
        if city in _BY_ALMATY:
            place = ["Asia/Almaty"]
        hint = f" (did you mean: {place[0]}?)" if len(place) == 1 else did_you_mean(name, known, cutoff=0.8)
        raise ValueError(f"unknown time zone {name!r}{hint}; write one such as Asia/Almaty") from error
    return name


def _quiet(text: str | None) -> str | None:
    if text is not None:
        read_quiet(text, "UTC")
    return text


def _name(text: str) -> str:
    """It stands in messages, tables and on command lines."""
    if not text.strip() or not text.isprintable():
        raise ValueError("write a name of one line, such as taxes")
    return text.strip()


def _digest(text: str | None) -> str | None:
    if text is not None:
        read_digest(text)
    return text


def _readable(entry: str) -> str:
    if (fault := unreadable(entry)) is not None:
        raise ValueError(fault)
    return entry


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:
        bare = re.fullmatch(r"[\w-]+(\.[\w-]+)+(:\d+)?(/\S*)?", value)
        hint = f" (did you mean: https://{value}?)" if bare else ""
        raise ValueError(f"{value!r} is not an address such as https://www.gov.kz{hint}")
    return value.rstrip("/")


def _public_address(value: str) -> str:
    """As it is written, down to the last slash: to a hub another address may be another thing."""
    parts = urlsplit(value)
    if parts.username or parts.password:
        raise ValueError("this address stands in every feed; take the name and password out of it")
    _web_address(value)
    if parts.fragment or any(sign.isspace() or not sign.isprintable() for sign in value):
        raise ValueError("this is not an address such as https://news.example.org/")
    return value


def _own_address(value: str) -> str:
    """What the addresses of all feeds begin with, without the last slash."""
    _public_address(value)
    if "?" in value:
        raise ValueError("addresses of feeds are put behind this one: write it without a query")
    return value.rstrip("/")


def _host_name(value: str) -> str:
    if not value or any(sign.isspace() or sign in "/:@*?#" for sign in value):
        raise ValueError(f"{value!r} is not the name of a machine; write it alone, such as hooks.example.org")
    return value


def _one_of(allowed: Iterable[str], what: str, value: str) -> str:
    if value not in allowed:
        near = did_you_mean(value, allowed)
        raise ValueError(f"{value!r} is not {what}{near}; choose from {', '.join(allowed)}")
    return value


def _every(value: object) -> timedelta | None:
    """How often something is done by itself; `off`: never."""
    if value is None or value == "off":
        return None
    if (length := _duration(value)) < timedelta(minutes=1):
        raise ValueError('write a minute or more, such as 1d, or "off"')
    return length


Hearable = Literal["published", "translated", "edited", "moved", "removed", "restored", "health"]
"""What a rule may name under `kinds`: the kinds of change, and `health`, what is wrong with the source itself."""

Duration = Annotated[timedelta, BeforeValidator(_duration)]
"""A duration: a number and a unit, such as `30s`, `5m`, `1h` or `7d`."""
Pause = Annotated[
    timedelta | None, BeforeValidator(lambda value: None if value is None else _duration(value))
]
"""A duration, such as `6h`."""
History = Annotated[timedelta | None, BeforeValidator(_history), Absent("all")]
"""A duration, such as `90d`, or `all`."""
Kept = Annotated[timedelta | None, BeforeValidator(_kept), Absent("forever")]
"""A duration of 30 days or more, such as `400d`, or `forever`."""
Every = Annotated[timedelta | None, BeforeValidator(_every), Absent("off")]
"""A duration of a minute or more, such as `1d`, or `off`."""
Zone = Annotated[str, AfterValidator(_zone)]
"""A time zone by its name in the IANA database, such as `Asia/Almaty`."""
Hours = Annotated[str | None, AfterValidator(_quiet)]
"""Hours of the day, such as `23:00-07:00`."""
DigestText = Annotated[str | None, AfterValidator(_digest)]
"""`hourly`, or `daily` and an hour, or `weekly` with a day of the week and an hour."""

Slug = Annotated[str, AfterValidator(_known_agency)]
Slugs = Annotated[tuple[Slug, ...], BeforeValidator(_listed)]
"""A list of agencies by their names in the portal's addresses; `jarshy agencies` has them all."""
Lang = Annotated[str, AfterValidator(_language)]
Langs = Annotated[tuple[Lang, ...], BeforeValidator(_listed)]
"""A list of language codes: `kk`, `ru`, `en`; embassies write in others too."""
AgencyKind = Annotated[str, AfterValidator(partial(_one_of, KINDS, "a kind of agency"))]
AgencyKinds = Annotated[tuple[AgencyKind, ...], BeforeValidator(_listed)]
"""A list of `ministry`, `committee`, `agency`, `service`, `body`, `akimat`, `department`, `mission`."""
Route = Annotated[str, AfterValidator(partial(_one_of, ROUTES, "a route"))]
Routes = Annotated[tuple[Route, ...], BeforeValidator(_listed), Field(min_length=1)]
"""A list of `rest`, `graphql`, `rest-session`, `browser`."""

WebAddress = Annotated[str, AfterValidator(_web_address)]
"""An address that begins with `http://` or `https://`."""
OwnAddress = Annotated[str, AfterValidator(_own_address)]
"""An address that begins with `http://` or `https://`, without a name, a password and a query."""
PublicAddress = Annotated[str, AfterValidator(_public_address)]
"""An address that begins with `http://` or `https://`, without a name and a password."""
HostName = Annotated[str, AfterValidator(_host_name)]
HostNames = Annotated[tuple[HostName, ...], BeforeValidator(_listed)]
"""A list of names of machines, such as `hooks.example.org`."""

RuleName = Annotated[str, AfterValidator(_name)]
"""A text of one line."""
Receivers = Annotated[tuple[str, ...], BeforeValidator(_addressed), Field(min_length=1, repr=False)]
"""A list of addresses; may refer to secrets."""
Kinds = Annotated[tuple[Hearable, ...] | None, BeforeValidator(_listed)]
"""A list of `published`, `translated`, `edited`, `moved`, `removed`, `restored`, `health`."""
Entry = Annotated[str, AfterValidator(_readable)]
Words = Annotated[tuple[Entry, ...], BeforeValidator(_listed)]
"""A list of words and phrases."""
