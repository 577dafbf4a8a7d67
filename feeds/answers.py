"""What HTTP says around a document: codings, tags, dates, and who has it already. Pure; opens no connection."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from feeds.documents import Coding
from feeds.pages.policy import NOTHING

FRESH_SECONDS = 60
FRESH_SECONDS_OF_ARCHIVES = 600
"""Longer, because its entries are fixed; not for ever, because their wording is the present one."""

OPEN_TO_ANY_SITE = (
    ("access-control-allow-origin", "*"),
    ("access-control-expose-headers", "ETag, Link, Retry-After"),
)
"""The headers that let scripts of other sites read an answer: it is public, and nobody is known by a cookie."""

Headers = list[tuple[bytes, bytes]]

_GZIP_NAMES = ("gzip", "x-gzip")
_PAGE = "text/html"
_UNUSED = b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"
"""What no page asks of a browser."""


@dataclass(frozen=True, slots=True)
class Resource:
    """What is said of a document, whether it is sent or not."""

    tag: str
    """The same for the same bytes before they are compressed."""
    media_type: str
    modified: datetime | None = None
    """When what it tells of last changed; None: it tells of nothing."""
    links: tuple[tuple[str, str], ...] = ()
    """Relation and address."""
    fresh_seconds: int = FRESH_SECONDS
    varies: tuple[str, ...] = ()
    """What of a request it depends on besides the coding."""
    policy: str = NOTHING
    """What a browser may do with it."""
    file_name: str = ""
    """What it is kept under by who follows a link to it; empty: it is shown."""
    for_any_site: bool = False
    """Whether scripts of any site may read it."""


class Wish(NamedTuple):
    """What a reader said of itself; where it said something twice, joined by commas."""

    accept_encoding: bytes = b""
    if_none_match: bytes | None = None
    if_modified_since: bytes = b""

    @property
    def size(self) -> int:
        """Bytes of it."""
        return len(self.accept_encoding) + len(self.if_none_match or b"") + len(self.if_modified_since)

    @property
    def coding(self) -> Coding:
        """The coding it is answered in."""
        return coding_for(self.accept_encoding)

    def is_met_by(self, resource: Resource, *, now: datetime) -> bool:
        """Whether it has the document already.

        A date is heeded only where it names no tag, and only the very date that it would be given.
        """
        if self.if_none_match is not None:
            ours = entity_tag(resource, self.coding)
            return any(tag in {ours, "*"} for tag in _tags(self.if_none_match.decode("latin-1")))
        given = last_modified(resource, now=now)
        return given is not None and self.if_modified_since.strip() == given.encode("ascii")


def wish_of(headers: Iterable[tuple[bytes, bytes]]) -> Wish:
    """What of the headers of a request decides how it is answered; their names are in lower case."""
    accepted, since, tags = b"", b"", None
    for name, value in headers:
        if name == b"accept-encoding":
            accepted = accepted + b"," + value if accepted else value
        elif name == b"if-none-match":
            tags = value if tags is None else tags + b"," + value
        elif name == b"if-modified-since":
            since = value
    return Wish(accepted, tags, since)


@lru_cache(maxsize=256)
def coding_for(accepted: bytes) -> Coding:
    """The coding that a reader likes best of those there are; the smallest of those it likes equally."""
    if len(accepted) > 1000:
        return "identity"
    weights = dict(_weighed(part) for part in accepted.decode("latin-1").lower().split(",") if part.strip())
    others = weights.get("*", 0.0)
    gzip = max((weights[name] for name in _GZIP_NAMES if name in weights), default=others)
    offers: list[tuple[float, Coding]] = [
        (weights.get("br", 0.0), "br"),  # only where it is named: it costs the most to make
        (gzip, "gzip"),
        # Taken even where it is refused by name, when nothing else is left.
        (weights.get("identity", 0.0), "identity"),
    ]
    best, coding = max(offers, key=lambda offer: offer[0])
    return coding if best > 0 else "identity"


def entity_tag(resource: Resource, coding: Coding) -> str:
    """The strong tag of the document in this coding."""
    return f'"{resource.tag}"' if coding == "identity" else f'"{resource.tag}-{coding}"'


def in_place_of(before: Resource | None, resource: Resource) -> Resource:
    """The resource, dated after the other document that stood in its place.

    A change may be dated before the moment that it is committed, in a second that was told already. Readers that
    ask by curl drop what is not younger than what they hold, whatever its tag, and then keep the tag.
    """
    if before is None or before.modified is None or resource.modified is None:
        return resource
    least = before.modified
    if resource.tag != before.tag:
        least = least.replace(microsecond=0) + timedelta(seconds=1)
    return replace(resource, modified=max(resource.modified, least))


def settles_at(resource: Resource) -> datetime | None:
    """From when on its date tells it from all others; before, it might still change within the same second."""
    if resource.modified is None:
        return None
    return resource.modified.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1)


def last_modified(resource: Resource, *, now: datetime) -> str | None:
    """The date that is given with the document; None while it is not settled."""
    settled = settles_at(resource)
    if settled is None or now < settled:
        return None
    return format_datetime(settled - timedelta(seconds=1), usegmt=True)


def validators(resource: Resource, coding: Coding, *, now: datetime) -> Headers:
    """The headers that stand in the answer 304 as well as in the answer 200."""
    headers = [
        ("etag", entity_tag(resource, coding)),
        ("cache-control", f"public, max-age={resource.fresh_seconds}"),
        ("vary", ", ".join(("Accept-Encoding", *resource.varies))),
    ]
    modified = last_modified(resource, now=now)
    if modified is not None:
        headers.append(("last-modified", modified))
    if resource.links:
        links = (f'<{_ascii(url)}>; rel="{relation}"' for relation, url in resource.links)
        headers.append(("link", ", ".join(links)))
    if resource.for_any_site:
        headers += OPEN_TO_ANY_SITE
    return [(name.encode("ascii"), value.encode("ascii")) for name, value in headers]


def whole_headers(resource: Resource, coding: Coding, *, length: int, now: datetime) -> Headers:
    """The headers of the answer 200."""
    headers = [
        *validators(resource, coding, now=now),
        (b"content-type", f"{resource.media_type}; charset=utf-8".encode("ascii")),
        (b"content-length", b"%d" % length),
        *guards(resource.policy, is_page=resource.media_type == _PAGE),
    ]
    if resource.file_name:
        headers.append(
            (b"content-disposition", f'attachment; filename="{resource.file_name}"'.encode("ascii"))
        )
    return headers if coding == "identity" else [*headers, (b"content-encoding", coding.encode("ascii"))]


def guards(policy: str = NOTHING, *, is_page: bool = True) -> Headers:
    """The headers that keep a browser from doing more with an answer than showing it as `policy` allows.

    Only what is no page, such as a feed, may be put into pages of other sites.
    """
    return [
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"content-security-policy", policy.encode("ascii")),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin" if is_page else b"cross-origin"),
        (b"permissions-policy", _UNUSED),
    ]


def _ascii(url: str) -> str:
    """The address as a header can carry it, also where its host is written in Kazakh."""
    return quote(url, safe="%/:=&?~#+!$,;'@()*[]")


def _tags(line: str) -> Iterable[str]:
    return (tag.strip().removeprefix("W/") for tag in line.split(","))


def _weighed(part: str) -> tuple[str, float]:
    coding, *parameters = (each.strip() for each in part.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return coding, float(value)
            except ValueError:
                return coding, 0.0
    return coding, 1.0
