"""What addresses, moments, languages and mark-up have to look like, whatever format they stand in."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from lxml import etree, html

_PCHAR = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})"
_HOST = r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)"
_REST = rf"(?:\?(?:{_PCHAR}|[/?])*)?(?:#(?:{_PCHAR}|[/?])*)?"
_WEB = re.compile(rf"https?://{_HOST}(?::\d+)?(?:/{_PCHAR}*)*{_REST}")
_OTHER = re.compile(rf"(?!https?:)[A-Za-z][A-Za-z0-9+.-]*:(?:{_PCHAR}|/)+{_REST}")
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_RFC_822 = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d "
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d (?:GMT|[+-]\d{4})"
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+(?:; ?[\w-]+=[\w-]+)*", re.ASCII)
_ACTIVE = ("script", "iframe", "object", "embed", "form", "meta", "base", "link", "style")


def is_web_address(text: str) -> bool:
    """An absolute address of the web, in the letters of RFC 3986 alone."""
    return _WEB.fullmatch(text) is not None


def is_uri(text: str) -> bool:
    """An absolute URI of any scheme."""
    return is_web_address(text) or _OTHER.fullmatch(text) is not None


def is_language(text: str) -> bool:
    """A language tag by its form (RFC 5646)."""
    return _LANGUAGE.fullmatch(text) is not None


def is_media_type(text: str) -> bool:
    """A media type, with parameters or without."""
    return _MEDIA_TYPE.fullmatch(text) is not None


def moment_of_rfc_3339(text: str) -> datetime | None:
    """The moment, or nothing where the text is not one with its zone."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC) if _RFC_3339.fullmatch(text) else None
    except ValueError:
        return None


def moment_of_rfc_822(text: str) -> datetime | None:
    """The moment, or nothing where the text is not one with a year of four digits and the right day of the week."""
    try:
        moment = parsedate_to_datetime(text) if _RFC_822.fullmatch(text) else None
    except ValueError:
        return None
    return moment if moment and f"{moment:%a}" == text[:3] else None


def faults_of_markup(markup: str) -> list[str]:
    """What HTML within a feed may not hold: addresses that need a page around them, and what runs."""
    if not markup.strip():
        return []
    faults = []
    # A text cannot end the element that is put around it here: nothing is escaped, so it is parsed inside a body.
    for element in html.document_fromstring(f"<!doctype html><body>{markup}").iter(etree.Element):
        if element.tag in _ACTIVE:
            faults.append(f"there is <{element.tag}> in the mark-up")
        for name, value in element.attrib.items():
            if name.startswith("on") or name == "style":
                faults.append(f"there is {name}= in the mark-up")
            if name in {"href", "src", "cite"} and not re.match(r"(?:https?://|mailto:|tel:)", value):
                faults.append(f"{name}={value!r} in the mark-up is no absolute address")
    return faults
