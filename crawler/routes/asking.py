"""What a route makes of its orders: one request, described and not sent, and what the answer says of each. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from crawler.answers import Answer
from crawler.records import Order


class CannotAskError(Exception):
    """Raised for an order that a route has no request for; the message is a sentence for a person."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A request."""

    url: str
    headers: Mapping[str, str]
    method: Literal["GET", "POST"] = "GET"
    body: bytes = b""
    views: tuple[str, ...] = ()
    """Pages for people to open one after another in a browser, `url` the first of them; none: a plain request."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    """Free of compression."""
    url: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Route:
    """A way to read a listing."""

    ask: Callable[[Sequence[Order], str], Ask]
    """The request for some orders, at the portal's base address, which has no slash at its end."""
    read: Callable[[Sequence[Order], Reply], Sequence[Answer]]
    """What the reply says of each of these orders."""
    together: int = 1
    """How many orders one request may bring."""
    holds_ticket: bool = False
    """It is let in by the cookie that `crawler.tickets` keeps."""
