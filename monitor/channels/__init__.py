"""The ways out: one small file a channel, each reading its own addresses; this file is their table."""

from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import Protocol

from monitor.addresses import Address, AddressKind
from monitor.messages import Limit, Message

TELEGRAM = "https://api.telegram.org"
_THREADS = 32
"""Blocking sendings at once, of mail and of Apprise each; a server that hangs takes one a recipient."""


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
    kinds: Collection[AddressKind], *, now: Callable[[], datetime], telegram: str = TELEGRAM
) -> AsyncIterator[Channels]:
    """Channels for these kinds of address, until the block ends; a kind that is not used costs nothing.

    `telegram` is the base address of the Bot API.
    """
    import aiohttp

    channels: dict[AddressKind, Channel] = {}
    async with aiohttp.ClientSession(
        headers={"User-Agent": "Jarshy"}, cookie_jar=aiohttp.DummyCookieJar()
    ) as session:
        # Threads of their own: mail servers that hang must not take those that other work waits for.
        with _threads("mail") as for_mail, _threads("apprise") as for_apprise:
            if "webhook" in kinds:
                from monitor.channels.webhook import Webhook

                channels["webhook"] = Webhook(session, now)
            if "telegram" in kinds:
                from monitor.channels.telegram import Telegram

                channels["telegram"] = Telegram(session, telegram)
            if "mail" in kinds:
                from monitor.channels.mail import Mail

                channels["mail"] = Mail(for_mail, now)
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
