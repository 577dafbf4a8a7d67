"""A WebSub hub on loopback, as far as a publisher meets it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import web

PATIENCE = 10.0
"""Seconds after which a test that waits has failed."""


class LoopbackHub:
    """Keeps what it is told; `answer` says what it makes of a feed, and may be exchanged at any time."""

    def __init__(self) -> None:
        self.told: list[str] = []
        """The feeds it took."""
        self.requests: list[str] = []
        """The feeds it was told of, taken or not."""
        self.answer: Callable[[str], web.Response] = lambda _: web.Response(status=204)
        self.open = asyncio.Event()
        """Cleared, it answers nobody."""
        self.open.set()
        self.port = 0
        self._runner: web.AppRunner | None = None
        self._happened = asyncio.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hub/"

    async def start(self) -> None:
        application = web.Application()
        application.router.add_post("/hub/", self._publish)
        self._runner = web.AppRunner(application, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner is not None:
            self.open.set()
            await self._runner.cleanup()
            self._runner = None

    async def until(self, truth: Callable[[], bool]) -> None:
        """Waits for what the next requests bring about."""
        async with asyncio.timeout(PATIENCE):
            while not truth():
                self._happened.clear()
                await self._happened.wait()

    async def _publish(self, request: web.Request) -> web.Response:
        form = await request.post()
        assert request.content_type == "application/x-www-form-urlencoded"
        assert form["hub.mode"] == "publish"
        (topic,) = form.getall("hub.url")
        assert isinstance(topic, str)
        self.requests.append(topic)
        self._happened.set()
        await self.open.wait()
        answer = self.answer(topic)
        if 200 <= answer.status < 300:
            self.told.append(topic)
            self._happened.set()
        return answer


@asynccontextmanager
async def loopback_hub() -> AsyncIterator[LoopbackHub]:
    """A hub that is up."""
    hub = LoopbackHub()
    await hub.start()
    try:
        yield hub
    finally:
        await hub.stop()
