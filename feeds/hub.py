"""Tells a WebSub hub that a feed has changed, and reads what it answers; the feeds' door to aiohttp.

One feed a request (`hub.mode=publish`, `hub.url`). The recommendation leaves this to hub and publisher; the older
PubSubHubbub 0.3 lets `hub.url` be repeated, but a hub that reads a form into one value a name (PHP does) would
hear only of the last feed. One by one is understood by all, and a refusal says which feed it means.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

import aiohttp

from monitor.channels.webhook import seconds
from monitor.messages import one_line

TIMEOUT_SECONDS = 15.0
_ANSWER_BYTES = 2048
_NOT_NOW = frozenset({408, 425, 429})
"""Refusals of 4xx that speak of this moment; every other one speaks of the feed."""
_ALL_OF_IT = frozenset({429, 503})
"""Answers that speak of the hub, whichever feed it was told of."""


@dataclass(frozen=True, slots=True)
class Told:
    """The hub has taken it."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The hub will not hear of this feed; asking again cannot help."""

    why: str


@dataclass(frozen=True, slots=True)
class Failed:
    """Another attempt may succeed."""

    why: str
    of_the_hub: bool
    """It would have been the same for every other feed."""
    retry_after: float | None = None
    """Seconds, as the hub asks for."""


Outcome = Told | Refused | Failed


class Hub:
    """A hub, spoken to over one session."""

    def __init__(self, address: str, session: aiohttp.ClientSession, now: Callable[[], datetime]) -> None:
        self.address = address
        self._session = session
        self._now = now

    async def announce(self, topic: str) -> Outcome:
        """Tells that the feed at this address has changed; returns within `TIMEOUT_SECONDS`, and never raises
        because of what a hub does."""
        try:
            async with self._session.post(
                self.address,
                data={"hub.mode": "publish", "hub.url": topic},
                timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS),
                # A form that is sent on by a redirect arrives as a GET, or at somebody nobody named.
                allow_redirects=False,
            ) as response:
                status, retry_after = response.status, response.headers.get("Retry-After")
                said = b"" if 200 <= status < 300 else await response.content.read(_ANSWER_BYTES)
        except TimeoutError:
            return Failed(f"it gave no answer in {TIMEOUT_SECONDS:g} s", of_the_hub=True)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Failed(f"it cannot be reached: {one_line(str(error))[:200]}", of_the_hub=True)
        return outcome_of(status, said, retry_after, self._now())


@asynccontextmanager
async def open_hub(address: str, *, now: Callable[[], datetime]) -> AsyncIterator[Hub]:
    """The hub at this address, until the block ends."""
    headers = {"User-Agent": "Jarshy"}
    async with aiohttp.ClientSession(headers=headers, cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield Hub(address, session, now)


def outcome_of(status: int, said: bytes, retry_after: str | None, now: datetime) -> Outcome:
    """What an answer means; pure."""
    if 200 <= status < 300:
        return Told()
    name = (
        f"{status} {HTTPStatus(status).phrase}" if status in HTTPStatus.__members__.values() else f"{status}"
    )
    if 300 <= status < 400:
        return Refused(f"{name}; a redirect is not followed: write the final address under [feeds] hub")
    words = one_line(said.decode("utf-8", "replace"))[:200]
    why = f"{name}: {words}" if words else name
    if 400 <= status < 500 and status not in _NOT_NOW:
        return Refused(why)
    return Failed(why, of_the_hub=status in _ALL_OF_IT, retry_after=seconds(retry_after, now))
