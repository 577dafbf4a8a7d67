"""Reads dumps: text files of releases copied by hand from the portal. Pure; stores nothing, compares nothing.

A first line names a category. Then, for each release: a line of title and date, its text over any number of
lines (or none), and `Source : <address>` at the end of a line. Whatever stands between is text: other
addresses too, and short lines, and lines that look like a title with a date.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NoReturn
from urllib.parse import parse_qs, urlsplit

from monitor.errors import ParseError
from monitor.language import language


@dataclass(frozen=True, slots=True)
class DumpedRelease:
    """One release as a dump has it: evidence of what was published, not a wording to compare."""

    line: int
    """Where its title stands in the file, from 1."""
    category: str
    title: str
    on: date
    """The day that the dump names: of copying, not always of publication."""
    text: str
    """A blank line between the dump's lines; empty where the dump has none."""
    url: str
    """The release's address on the portal, without a language."""
    agency: str
    source_id: str
    lang: str
    """The language of the title: `kk`, `ru`, `en`, or `und`."""
    text_lang: str | None
    """The language of the text where it is plainly another than the title's."""
    address_lang: str | None
    """What the address said in `?lang=`."""


def read_dump(content: bytes, *, name: str) -> Iterator[DumpedRelease]:
    """The releases of a dump in the order of the file; `name` is what messages call it.

    Raises ParseError, naming the file, the line and the reason, at the first thing that does not fit; the
    releases before it have been yielded by then.
    """
    lines = _lines(content, name=name)
    number, category = next(lines, (1, ""))
    _check_category(category, name=name, number=number)

    begun: _Begun | None = None
    releases = 0
    for number, line in lines:
        if begun is None:
            begun = _begin(line, name=name, number=number)
            continue
        if _TITLE_AFTER_SOURCE.search(line):
            _refuse(name, number, "the next title stands behind an address; put it on a line of its own")
        source = _SOURCE.search(line)
        if source is None:
            begun.text.append(line)
            continue
        begun.text.append(line[: source.start()].rstrip())
        address = source["address"] or source["tight"] or ""
        yield _finish(begun, category, address, name=name, number=number)
        begun = None
        releases += 1

    if begun is not None:
        _refuse(
            name,
            number,
            f"the file ends before the release of line {begun.line} has its «Source : <address>»",
        )
    if releases == 0:
        _refuse(name, number, "there is a category, and no release under it")


@dataclass(frozen=True, slots=True)
class _Begun:
    line: int
    title: str
    on: date
    text: list[str]


# «Source :» is the dump's own way to write it, so whatever follows is meant as the address; «Source:» may be
# a phrase of the text («Source: the press service») unless an address follows.
_SOURCE = re.compile(r"Source(?: +: *(?P<address>\S*)|: *(?=https?://)(?P<tight>\S+))$")
_TITLE_AFTER_SOURCE = re.compile(r"Source ?: ?https?://\S+ .*(?<![0-9.])[0-9]{2}\.[0-9]{2}\.[0-9]{4}$")
_TITLE = re.compile(r"(?P<title>.*?) *(?<![0-9.])(?P<day>[0-9]{2})\.(?P<month>[0-9]{2})\.(?P<year>[0-9]{4})")
_DETAILS = re.compile(
    r"/memleket/entities/(?P<agency>[a-z0-9][a-z0-9_-]*)/press/news/details/(?P<source_id>[1-9][0-9]*)/?"
)
_HOSTS = frozenset({"www.gov.kz", "gov.kz"})
_LANG = re.compile(r"[a-z]{2,8}")
_OLDEST_YEAR = 1991
_LONGEST_CATEGORY = 100
_FEWEST_WORDS = 8
"""A text shorter than this says nothing plain about its language."""


def _begin(line: str, *, name: str, number: int) -> _Begun:
    found = _TITLE.fullmatch(line)
    if found is None:
        _refuse(name, number, f"a title ending in a date dd.mm.yyyy was expected, found {_shown(line)}")
    if not found["title"]:
        _refuse(name, number, f"the date {line} has no title before it")
    on = _day(int(found["year"]), int(found["month"]), int(found["day"]))
    if on is None:
        _refuse(name, number, f"{line[-10:]} is not a day on which a release can have been published")
    return _Begun(number, found["title"], on, [])


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year >= _OLDEST_YEAR else None
    except ValueError:
        return None


def _finish(begun: _Begun, category: str, address: str, *, name: str, number: int) -> DumpedRelease:
    agency, source_id, address_lang = _address(address, name=name, number=number)
    text = "\n\n".join(line for line in begun.text if line)
    lang, text_lang = language(begun.title), language(text)
    if lang == "und":
        lang = text_lang
    plain = len(text.split()) >= _FEWEST_WORDS and text_lang not in {lang, "und"}
    return DumpedRelease(
        line=begun.line,
        category=category,
        title=begun.title,
        on=begun.on,
        text=text,
        url=f"https://www.gov.kz/memleket/entities/{agency}/press/news/details/{source_id}",
        agency=agency,
        source_id=source_id,
        lang=lang,
        text_lang=text_lang if plain else None,
        address_lang=address_lang,
    )


def _address(address: str, *, name: str, number: int) -> tuple[str, str, str | None]:
    """Agency, id and language that the address of a release names."""
    if not address:
        _refuse(name, number, "«Source :» has no address behind it")
    try:
        parts = urlsplit(address)
    except ValueError:
        _refuse(name, number, f"{_shown(address)} is not an address")
    if parts.scheme not in {"http", "https"} or parts.netloc.lower() not in _HOSTS:
        _refuse(name, number, f"the source must be an address of www.gov.kz, found {_shown(address)}")
    details = _DETAILS.fullmatch(parts.path)
    if details is None:
        wanted = "/memleket/entities/<agency>/press/news/details/<id>"
        _refuse(
            name, number, f"the source must be the address of a release ({wanted}), found {_shown(address)}"
        )
    lang = parse_qs(parts.query).get("lang", [""])[0].lower()
    return details["agency"], details["source_id"], lang if _LANG.fullmatch(lang) else None


def _check_category(line: str, *, name: str, number: int) -> None:
    if not line:
        _refuse(name, number, "the file is empty")
    if line.startswith("<"):
        _refuse(name, number, "this is a web page or other mark-up; a dump is plain text")
    if _TITLE.fullmatch(line):
        _refuse(
            name,
            number,
            f"the first line must name a category, as «Law»; found a title with a date, {_shown(line)}",
        )
    if len(line) > _LONGEST_CATEGORY or _SOURCE.search(line):
        _refuse(
            name, number, f"not a dump: the first line must name a category, as «Law»; found {_shown(line)}"
        )


def _lines(content: bytes, *, name: str) -> Iterator[tuple[int, str]]:
    """Number and words of every line that is not blank, one space between words."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        _refuse(name, 1, "the file is UTF-16; save it as UTF-8")
    for number, raw in enumerate(content.removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        control = _CONTROL.search(raw)
        if control:
            _refuse(name, number, f"not a text file: it holds the byte 0x{control[0][0]:02x}")
        try:
            line = " ".join(raw.decode("utf-8").split()).strip(_INVISIBLE)
        except UnicodeDecodeError as error:
            _refuse(name, number, f"not UTF-8 (byte 0x{raw[error.start]:02x}); save the file as UTF-8")
        if line:
            yield number, line


# A tab, a form feed or Word's vertical tab is white space; other control characters are not found in text.
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
_INVISIBLE = " \ufeff\u200b\u200e\u200f\u2060"


def _shown(text: str) -> str:
    return f"«{text[:80]}…»" if len(text) > 80 else f"«{text}»"


def _refuse(name: str, number: int, reason: str) -> NoReturn:
    raise ParseError(f"{name}, line {number}: {reason}")
