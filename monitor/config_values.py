"""How single values of the configuration are written, and what is said of one that cannot be read. Pure."""

import re
from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field

from crawler.directory import KINDS, agencies, nearest
from monitor.digests import read_digest
from monitor.quiet import read_quiet
from monitor.words import unreadable

_LONGEST = timedelta(days=36500)
ROUTES = ("rest", "graphql", "rest-session", "browser")
"""Every way to the portal, the least intrusive first."""
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def _duration(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    match = re.fullmatch(r"(\d+)([smhd])", value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("write a duration as a number and a unit: 30s, 5m, 1h or 7d")
    try:
        length = timedelta(**{_UNITS[match[2]]: int(match[1])})
    except OverflowError:
        length = timedelta.max
    if length > _LONGEST:
        # A date that far from now is more than a calendar holds, and would trip us up much later.
        raise ValueError(f"{value} is longer than a hundred years; write less")
    return length


def _history(value: object) -> timedelta | None:
    return None if value is None or value == "all" else _duration(value)


def _listed(value: object) -> object:
    """A single text counts as a list of one, so that the environment can say `economy,mfa`."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _addressed(value: object) -> object:
    """As `_listed`, but a comma within an address (`?to=one@…,two@…`) parts nothing."""
    return re.split(r"\s*,\s*(?=[a-zA-Z][\w+.-]*://)", value.strip()) if isinstance(value, str) else value


def _known_agency(slug: str) -> str:
    if slug not in agencies():
        near = ", ".join(nearest(slug)) or "none is near"
        raise ValueError(f"unknown agency {slug!r} (did you mean: {near}?); `jarshy agencies` lists them all")
    return slug


def _language(lang: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}", lang):
        hint = "; Kazakh is kk" if lang.lower() == "kz" else ""
        raise ValueError(f"{lang!r} is not a language code such as kk, ru or en{hint}")
    if lang == "kz":
        raise ValueError("the portal's code for Kazakh is kk, not kz")
    return lang


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # unknown, outside the folder of zones, that folder
        raise ValueError(f"unknown time zone {name!r}; write one such as Asia/Almaty") from error
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
        raise ValueError(f"{value!r} is not an address such as https://www.gov.kz")
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
        raise ValueError(f"{value!r} is not {what}; choose from {', '.join(allowed)}")
    return value


Hearable = Literal["published", "translated", "edited", "moved", "removed", "restored", "health"]
"""What a rule may name under `kinds`: the kinds of change, and `health`, what is wrong with the source itself."""

Duration = Annotated[timedelta, BeforeValidator(_duration)]
Pause = Annotated[
    timedelta | None, BeforeValidator(lambda value: None if value is None else _duration(value))
]
History = Annotated[timedelta | None, BeforeValidator(_history)]
Zone = Annotated[str, AfterValidator(_zone)]
Hours = Annotated[str | None, AfterValidator(_quiet)]
DigestText = Annotated[str | None, AfterValidator(_digest)]

Slug = Annotated[str, AfterValidator(_known_agency)]
Slugs = Annotated[tuple[Slug, ...], BeforeValidator(_listed)]
Lang = Annotated[str, AfterValidator(_language)]
Langs = Annotated[tuple[Lang, ...], BeforeValidator(_listed)]
AgencyKind = Annotated[str, AfterValidator(partial(_one_of, KINDS, "a kind of agency"))]
AgencyKinds = Annotated[tuple[AgencyKind, ...], BeforeValidator(_listed)]
Route = Annotated[str, AfterValidator(partial(_one_of, ROUTES, "a route"))]
Routes = Annotated[tuple[Route, ...], BeforeValidator(_listed), Field(min_length=1)]

WebAddress = Annotated[str, AfterValidator(_web_address)]
OwnAddress = Annotated[str, AfterValidator(_own_address)]
PublicAddress = Annotated[str, AfterValidator(_public_address)]
HostName = Annotated[str, AfterValidator(_host_name)]
HostNames = Annotated[tuple[HostName, ...], BeforeValidator(_listed)]

RuleName = Annotated[str, AfterValidator(_name)]
Receivers = Annotated[tuple[str, ...], BeforeValidator(_addressed), Field(min_length=1, repr=False)]
Kinds = Annotated[tuple[Hearable, ...] | None, BeforeValidator(_listed)]
Entry = Annotated[str, AfterValidator(_readable)]
Words = Annotated[tuple[Entry, ...], BeforeValidator(_listed)]
