"""Serves the site over HTTP, inside the daemon's event loop.

What an address means is decided in `streams`, what is sent in `site`, and `front` keeps it; here is only HTTP.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from ipaddress import IPv6Network
from time import perf_counter
from typing import Protocol

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from feeds.answered import form_of
from feeds.answers import Headers, guards, wish_of
from feeds.api.problems import is_of_the_api
from feeds.front import Front, TooManySearches
from feeds.hosts import hosts_of
from feeds.listening import Application, Server, listen
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
from feeds.vital_signs import JSON, Said, health, readiness, wants_json, without_a_daemon
from monitor.config import Config
from monitor.errors import StoreError
from monitor.mentions import Mentions
from monitor.metrics import Metrics
from monitor.pulse import Pulse


def _utc_now() -> datetime:
    return datetime.now(UTC)


class App:
    """The feeds and the page of one database, which need not exist yet, as an ASGI application.

    What is held and true can be had before Starlette is reached: its routing costs more than all the rest.
    """

    def __init__(
        self,
        config: Config,
        *,
        asked: Asking,
        clock: Callable[[], datetime],
        metrics: Metrics,
        pulse: Pulse | None,
        mentions: Mentions | None,
    ) -> None:
        self.site = Site(config, asked=asked)
        self._front = Front(self.site, config.database.path, clock=clock, mentions=mentions)
        self._hosts = hosts_of(config.server.public_url, config.server.host)
        self._metrics = metrics
        pages = self._pages = _Pages(self._front, pulse)
        self._others = Starlette(
            routes=[
                Route("/feeds.opml", pages.opml),
                Route("/feeds/{rest:path}", pages.feed),
                Route("/healthz", pages.healthz),
                Route("/readyz", pages.readyz),
                Route("/metrics", _Machine(config, metrics, pulse, clock).metrics),
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

    def life(self) -> AbstractAsyncContextManager[None]:
        """From its opening to its end, for who puts it behind a server that runs already."""
        return self._pages.lifespan(self._others)

    def at_once(self, url: bytes, headers: Headers) -> Ready | None:
        """What is held for this address and true at this moment."""
        if not self._hosts.allow(headers):
            return None
        began = perf_counter()
        ready = self._front.at_once(url, headers)
        if ready is not None:
            path = url.partition(b"?")[0].decode("latin-1")
            self._metrics.answered(form_of(path), ready.status, perf_counter() - began)
        return ready

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun, began = False, perf_counter()

        async def noted(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            if message["type"] == "http.response.start":
                taken = perf_counter() - began
                self._metrics.answered(form_of(scope["path"]), message["status"], taken)
            await send(message)

        if scope["type"] == "http":
            refusal = self._hosts.refusal(scope["path"], scope["headers"], version=scope["http_version"])
            if refusal is not None:
                await saying(scope)(refusal.sentence, status=refusal.status)(scope, receive, noted)
                return
        try:
            await self._others(scope, receive, noted)
        except asyncio.CancelledError:
            # The time to finish is over. Let through, it would stand in the log as a fault, once for each reader.
            if scope["type"] != "http" or has_begun:
                raise
            await ending(scope)(scope, receive, noted)


def app(
    config: Config,
    *,
    asked: Asking = lambda _address, _window: None,
    clock: Callable[[], datetime] = _utc_now,
    metrics: Metrics | None = None,
    pulse: Pulse | None = None,
    mentions: Mentions | None = None,
) -> App:
    """The feeds and the page of one database, which need not exist yet; `pulse` is that of the daemon beside it.

    `asked` hears, in any thread, of every subscription document that is handed out, by its canonical address from
    `/feeds` on and with what it holds, though not each time: what is held is handed out without further ado until
    something that feeds show has changed. `metrics` counts what is answered, and is what `/metrics` says.
    `mentions`: what was said of the database by the application before this one.
    """
    return App(config, asked=asked, clock=clock, metrics=metrics or Metrics(), pulse=pulse, mentions=mentions)


class Served(Application, Protocol):
    """An application with a site whose links name the port."""

    @property
    def site(self) -> Site:
        """The one that is served at the moment."""


async def serve(
    app: Served,
    host: str,
    port: int,
    *,
    stop: asyncio.Event,
    ready: Callable[[int], None] | None = None,
) -> None:
    """Serves until `stop` is set or the task is cancelled, then ends within about two seconds, whoever still reads.

    `ready` is told the port once connections are taken; port 0 lets the system choose one, and where the
    configuration says 0 too, links name the chosen one. Signals are left to the caller. Raises as `listen` does when
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
            server.end()
            stopping.cancel()
            await serving
            server.hang_up()


class _Pages:
    """The answers to requests that are not answered at once."""

    def __init__(self, front: Front, pulse: Pulse | None) -> None:
        self._front = front
        self._pulse = pulse

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

    async def healthz(self, request: Request) -> Response:
        return _vital(request, health(None if self._pulse is None else self._pulse.signs()))

    async def readyz(self, request: Request) -> Response:
        if self._pulse is not None:  # without the database, which may be what is wrong
            return _vital(request, readiness(self._pulse.signs()))
        return _vital(request, without_a_daemon(is_ready=await self._front.is_ready()))


class _Machine:
    """What programs that look after this one ask."""

    def __init__(
        self, config: Config, metrics: Metrics, pulse: Pulse | None, clock: Callable[[], datetime]
    ) -> None:
        self._config, self._metrics, self._pulse, self._clock = config, metrics, pulse, clock
        self._asking = asyncio.Lock()

    async def metrics(self, request: Request) -> Response:
        accept = request.headers.get("accept", "")
        async with self._asking:  # however many ask, others need threads too
            # Taken in the loop, in which the pulse is told how all fares.
            signs = None if self._pulse is None else self._pulse.signs()
            body, media_type = await asyncio.to_thread(
                self._metrics.exposition, self._config, accept, now=self._clock(), signs=signs
            )
        headers = {name.decode(): value.decode() for name, value in guards()}
        return Response(body, headers={"Cache-Control": "no-store"} | headers, media_type=media_type)


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


def _vital(request: Request, said: Said) -> Response:
    if wants_json(request.headers.get("accept", "")):
        return plain(said.json, status=said.status, media_type=JSON)
    return plain(said.text, status=said.status)
