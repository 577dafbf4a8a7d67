"""What the stand-in portal was asked: a log that tests count, and how many requests were in flight."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import count
from threading import Lock
from typing import Literal

Place = Literal["news", "single", "graphql", "ticket", "robots", "page", "script", "other"]
"""What an address is: the listing, one release, GraphQL, the cookie's address, robots.txt, a page for people and its
script, anything else."""


def accepted(headers: Mapping[str, str]) -> str:
    """The first language of Accept-Language, without its country."""
    return headers.get("accept-language", "ru").split(",")[0].split(";")[0].split("-")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Request:
    """One request as the portal saw it."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Names in small letters."""
    place: Place
    agency: str | None = None
    """The slug asked for, None for the whole portal or where the address is no listing."""
    lang: str = ""
    """The language asked for."""
    page: int = 1
    body: bytes = b""
    at: float = 0.0
    """Monotonic seconds of its arrival."""
    in_flight: int = 0
    """Requests being answered when it arrived, itself included."""


class Traffic:
    """The requests seen so far and those not yet answered; safe to share between threads."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.requests: list[Request] = []
        self.most_in_flight = 0
        self._clock = clock
        self._lock = Lock()
        self._keys = count()
        self._open: dict[int, Callable[[], bool]] = {}

    def arrive(self, request: Request, *, gone: Callable[[], bool]) -> int:
        """Logs a request; returns the key to hand to `leave`. `gone` tells whether the asker has hung up."""
        with self._lock:
            # an asker that gave up on a hanging answer has nothing in flight, though we still hold the line
            self._open = {key: hung_up for key, hung_up in self._open.items() if not hung_up()}
            key = next(self._keys)
            self._open[key] = gone
            self.requests.append(replace(request, at=self._clock(), in_flight=len(self._open)))
            self.most_in_flight = max(self.most_in_flight, len(self._open))
            return key

    def leave(self, key: int) -> None:
        """Says that a request is answered; before its last byte goes, or a quick asker looks like two."""
        with self._lock:
            self._open.pop(key, None)

    def forget(self) -> None:
        """Begins a new log."""
        with self._lock:
            self.requests = []
            self.most_in_flight = 0
