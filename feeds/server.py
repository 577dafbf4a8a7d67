"""Serves the site over HTTP, inside the daemon's event loop.

What an address means is decided in `streams`, what is sent in `site`, and `front` keeps it; here is only HTTP.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from ipaddress import IPv6Network

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from feeds.answers import Headers, wish_of
from feeds.api.problems import is_of_the_api
from feeds.front import Front, TooManySearches
from feeds.hosts import hosts_of
from feeds.listening import Server, listen
from feeds.opml import opml_lang
from feeds.pages.context import Missing, Misunderstood
from feeds.pages.language import preferred
from feeds.pages.table import language_of, looked_at
from feeds.refusing import (
    ending,
    failed,
    misunderstood,
    no_such_thing,
    not_now,
    plain,
    refused,
    saying,
    unavailable,
)
from feeds.shelf import Ready
from feeds.site import Asking, Site
from feeds.streams import Refusal, asked_of
from monitor.config import Config
from monitor.errors import StoreError


def _utc_now() -> datetime:
    return datetime.now(UTC)


class App:
    """The feeds and the page of one database, which need not exist yet, as an ASGI application.

    What is held and true can be had before Starlette is reached: its routing costs more than all the rest.
    """

    def __init__(self, config: Config, *, asked: Asking, clock: Callable[[], datetime]) -> None:
        self.site = Site(config, asked=asked)
        self._front = Front(self.site, config.database.path, clock=clock)
        self._hosts = hosts_of(config.server.public_url, config.server.host)
        pages = _Pages(self._front)
        self._others = Starlette(
            routes=[
                Route("/feeds.opml", pages.opml),
                Route("/feeds/{rest:path}", pages.feed),
                Route("/healthz", _healthz),
                Route("/readyz", pages.readyz),
                Route("/{rest:path}", pages.view),
            ],
            exception_handlers={
                HTTPException: no_such_thing,
                StoreError: not_now,
                TooManySearches: not_now,
                Exception: failed,
            },
            lifespan=pages.lifespan,
        )
        # An address has one spelling. Starlette would send who writes another to whatever Host the request claims.
        self._others.router.redirect_slashes = False

    def at_once(self, url: bytes, headers: Headers) -> Ready | None:
        """What is held for this address and true at this moment."""
        if not self._hosts.allow(headers):
            return None
        return self._front.at_once(url, headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            refusal = self._hosts.refusal(scope["path"], scope["headers"], version=scope["http_version"])
            if refusal is not None:
                await saying(scope)(refusal.sentence, status=refusal.status)(scope, receive, send)
                return
        has_begun = False

        async def noted(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._others(scope, receive, noted)
        except asyncio.CancelledError:
            # The time to finish is over. Let through, it would stand in the log as a fault, once for each reader.
            if scope["type"] != "http" or has_begun:
                raise
            await ending(scope)(scope, receive, send)


def app(
    config: Config,
    *,
    asked: Asking = lambda _address, _window: None,
    clock: Callable[[], datetime] = _utc_now,
) -> App:
    """The feeds and the page of one database, which need not exist yet.

    `asked` hears, in any thread, of every subscription document that is handed out, by its canonical address from
    `/feeds` on and with what it holds, though not each time: what is held is handed out without further ado until
    something that feeds show has changed.
    """
    return App(config, asked=asked, clock=clock)


async def serve(
    app: App,
    host: str,
    port: int,
    *,
    stop: asyncio.Event,
    ready: Callable[[int], None] | None = None,
) -> None:
    """Serves until `stop` is set or the task is cancelled, then ends within about two seconds, whoever still reads.

    `ready` is told the port once connections are taken; port 0 lets the system choose one, and where the
    configuration says 0 too, links name the chosen one. Signals are left to the caller. Raises ConfigError when
    the address cannot be had, naming it and the remedy.
    """
    with await asyncio.get_running_loop().run_in_executor(None, listen, host, port) as listening:
        bound = listening.getsockname()[1]
        app.site.bound_port = bound
        server = Server(app, started=partial(ready, bound) if ready else None)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            server.should_exit = True
            stopping.cancel()
            await serving
            server.hang_up()


class _Pages:
    """The answers to requests that are not answered at once."""

    def __init__(self, front: Front) -> None:
        self._front = front

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        preparing = asyncio.create_task(self._front.prepare())
        yield
        await self._front.close()
        await preparing

    async def feed(self, request: Request) -> "Response | _Answer":
        query = request.scope["query_string"].decode("latin-1")
        asked = asked_of(request.scope["path"], query, languages=self._front.site.languages)
        if isinstance(asked, Refusal):
            return plain(asked.sentence, status=asked.status)
        wish = wish_of(request.scope["headers"])
        ready = await self._front.feed(asked, wish, url=_url(request.scope), host=_host(request.scope))
        return _sent(ready)

    async def view(self, request: Request) -> "Response | _Answer":
        scope = request.scope
        path = scope["path"]
        wanted = preferred(request.headers.get("accept-language", ""))
        lang = "en" if is_of_the_api(path) else language_of(path) or wanted
        query = scope["query_string"].decode("latin-1")
        looked = looked_at(path, query, languages=self._front.site.languages)
        context = self._front.site.context(lang, "/", place=path, now=self._front.now())
        if isinstance(looked, Refusal):
            return refused(scope, context, looked.status, looked.sentence, in_english=True)
        by_wish = looked.lang is None and looked.view.in_languages
        try:
            ready = await self._front.view(
                looked.view,
                lang,
                wish_of(scope["headers"]),
                url=_url(scope),
                by_wish=by_wish,
                host=_host(scope),
            )
        except Missing as missing:
            return refused(scope, context, 404, str(missing))
        except Misunderstood as page:
            return misunderstood(page.body)
        except (TooManySearches, StoreError) as error:
            if not looked.view.in_languages:
                raise
            return unavailable(scope, context, error)
        return _sent(ready)

    async def opml(self, request: Request) -> "Response | _Answer":
        lang = opml_lang(request.scope["query_string"].decode("latin-1"))
        if isinstance(lang, Refusal):
            return plain(lang.sentence, status=lang.status)
        return _sent(await self._front.opml(lang, wish_of(request.scope["headers"])))

    async def readyz(self, _: Request) -> Response:
        if await self._front.is_ready():
            return plain("Ready.")
        return plain("Not ready: no listing of the portal has been read successfully yet.", status=503)


class _Answer:
    """An answer that was prepared, for Starlette to send."""

    def __init__(self, ready: Ready) -> None:
        self._ready = ready

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        ready = self._ready
        await send({"type": "http.response.start", "status": ready.status, "headers": ready.headers})
        await send({"type": "http.response.body", "body": ready.body})


def _url(scope: Scope) -> bytes:
    """The address as it was written."""
    query: bytes = scope["query_string"]
    path: bytes = scope["raw_path"]
    return path + b"?" + query if query else path


def _host(scope: Scope) -> str:
    """Where the reader is; of a version 6 address the network, in which it has as many as it likes."""
    host: str = scope["client"][0] if scope["client"] else ""
    if ":" not in host:
        return host
    return str(IPv6Network((host.partition("%")[0], 64), strict=False))


def _sent(ready: Ready | None) -> Response | _Answer:
    if ready is None:
        return plain("There is no such archive; follow the links from the feed itself.", status=404)
    return _Answer(ready)


async def _healthz(_: Request) -> Response:
    return plain("Alive.")
