"""The ways out: one small file a channel, each reading its own addresses; this file is their table."""

import socket
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from monitor.addresses import Address, AddressKind
from monitor.messages import Limit, Message

if TYPE_CHECKING:
    from monitor.channels.inward import LookUp

TELEGRAM = "https://api.telegram.org"
_THREADS = 32
"""Blocking sendings at once, of mail and of Apprise each; a server that hangs takes one a recipient."""
PATIENCE = 15.0
"""Seconds for a webhook or Telegram in all, and for each step of a mail server."""


class Channel(Protocol):
    """Hands one message to one address."""

    async def send(self, address: Address, message: Message) -> str:
        """Returns once the receiver has taken the message, with what it said in a line; "" where it says nothing.

        Raises DeliveryError when it has not.
        """

    def limit(self, address: Address) -> Limit:
        """How long the text of one message to this address may be."""


Channels = Mapping[AddressKind, Channel]


@asynccontextmanager
async def open_channels(
    kinds: Collection[AddressKind],
    *,
    now: Callable[[], datetime],
    inside: Collection[str] = (),
    telegram: str = TELEGRAM,
    patience: float = PATIENCE,
    look_up: "LookUp" = socket.getaddrinfo,
) -> AsyncIterator[Channels]:
    """Channels for these kinds of address, until the block ends; a kind that is not used costs nothing.

    `inside` are names of webhooks that look public and yet lead into one's own network, `telegram` is the base
    address of the Bot API, `patience` the seconds that a receiver has to answer, `look_up` finds the addresses
    of a name.
    """
    if not kinds:
        yield {}
        return

    import aiohttp

    from monitor.channels.inward import Resolver

    channels: dict[AddressKind, Channel] = {}
    # Threads of their own: servers that hang must not take those that other work waits for.
    with _threads("mail") as for_mail, _threads("apprise") as for_apprise, _threads("names") as for_names:
        async with aiohttp.ClientSession(
            # No limit: a hundred receivers that hang must not keep the next one waiting for a connection.
            connector=aiohttp.TCPConnector(limit=0, resolver=Resolver(for_names, inside, look_up)),
            headers={"User-Agent": "Jarshy", "Accept-Encoding": "identity"},
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=patience),
            auto_decompress=False,
        ) as session:
            if "webhook" in kinds:
                from monitor.channels.webhook import Webhook

                channels["webhook"] = Webhook(session, now)
            if "telegram" in kinds:
                from monitor.channels.telegram import Telegram

                channels["telegram"] = Telegram(session, telegram)
            if "mail" in kinds:
                from monitor.channels.mail import Mail

                channels["mail"] = Mail(for_mail, now, patience)
            if "apprise" in kinds:
                from monitor.channels.by_apprise import ByApprise

                channels["apprise"] = ByApprise(for_apprise)
            yield channels


@contextmanager
def _threads(name: str) -> Iterator[Executor]:
    threads = ThreadPoolExecutor(_THREADS, thread_name_prefix=name)
    try:
        yield threads
    finally:
        threads.shutdown(wait=False, cancel_futures=True)
