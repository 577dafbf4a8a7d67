"""One application after another behind a server that goes on: no reader is refused while they are exchanged."""

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import Any

from feeds.answers import Headers
from feeds.server import App
from feeds.shelf import Ready
from feeds.site import Site


class Exchange:
    """An ASGI application in whose place another can be put; whoever asked the former is still answered by it."""

    def __init__(self, app: App) -> None:
        self._shown = _Shown(app)
        self._leaving: set[asyncio.Task[None]] = set()

    @property
    def site(self) -> Site:
        """What is served at the moment."""
        return self._shown.app.site

    def at_once(self, url: bytes, headers: Headers) -> Ready | None:
        """What is held for this address and true at this moment."""
        return self._shown.app.at_once(url, headers)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self._shown.answer(scope, receive, send)

    async def put(self, app: App) -> None:
        """Has this one answer from now on; to be called while the server runs."""
        former = self._shown
        if app is former.app:
            return
        app.site.bound_port = former.app.site.bound_port
        shown = _Shown(app)
        await shown.open()
        self._shown = shown
        leaving = asyncio.create_task(former.close())
        self._leaving.add(leaving)
        leaving.add_done_callback(self._leaving.discard)

    async def _live(self, receive: Any, send: Any) -> None:
        """From the start of the server to its end, as ASGI has them said."""
        await receive()
        await self._shown.open()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await asyncio.gather(self._shown.close(), *self._leaving)
        await send({"type": "lifespan.shutdown.complete"})


class _Shown:
    """An application with the readers that it is answering."""

    def __init__(self, app: App) -> None:
        self.app = app
        self._life: AbstractAsyncContextManager[None] = app.life()
        self._answering = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def open(self) -> None:
        await self._life.__aenter__()

    async def answer(self, scope: Any, receive: Any, send: Any) -> None:
        self._answering += 1
        self._idle.clear()
        try:
            await self.app(scope, receive, send)
        finally:
            self._answering -= 1
            if not self._answering:
                self._idle.set()

    async def close(self) -> None:
        """Once everybody is answered."""
        await self._idle.wait()
        await self._life.__aexit__(None, None, None)
