"""Serves the site over HTTP, inside the daemon's event loop; the only door to Starlette and uvicorn.

What an address means is decided in `streams`, what is sent in `site`; here is only HTTP.
"""

import asyncio
import errno
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial
from typing import TypeVar

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from feeds.page import CONTENT_SECURITY_POLICY
from feeds.shelf import Document
from feeds.site import Site
from feeds.streams import Refusal, asked_of
from monitor.config import Config
from monitor.errors import ConfigError, StoreError

SHUTDOWN_SECONDS = 2
HEAD_SECONDS = 10.0
"""How long a reader may take to say what it wants."""
HEAD_BYTES = 64 * 1024
CONNECTIONS = 200
"""Past that readers are turned away, so that the machine is left to the monitor."""

_GUARDS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
}

T = TypeVar("T")


def app(config: Config, *, asked: Callable[[str], None] = lambda _address: None) -> Starlette:
    """The feeds and the page of one database, which need not exist yet.

    `asked` hears the canonical address of every feed that was handed out, from `/feeds` on.
    """
    pages = _Pages(Site(config), asked)
    application = Starlette(
        routes=[
            Route("/", pages.page),
            Route("/feeds.opml", pages.opml),
            Route("/feeds/{rest:path}", pages.feed),
            Route("/healthz", _healthz),
            Route("/readyz", pages.readyz),
        ],
        exception_handlers={HTTPException: _no_such_thing, StoreError: _unavailable},
        lifespan=pages.lifespan,
    )
    application.state.site = pages.site
    return application


async def serve(
    app: Starlette,
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
    with await asyncio.get_running_loop().run_in_executor(None, _listen, host, port) as listening:
        bound = listening.getsockname()[1]
        app.state.site.bound_port = bound
        server = _Server(_uvicorn_config(app), started=partial(ready, bound) if ready else None)
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
    """The answers to requests, all made in one thread.

    One is enough, since rendering keeps the interpreter busy anyway; and only what one connection of one thread
    says of the database's version can be compared from request to request.
    """

    def __init__(self, site: Site, asked: Callable[[str], None]) -> None:
        self.site = site
        self._asked = asked
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="feeds")

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        yield
        await self._in_thread(self.site.close)
        self._thread.shutdown()

    async def feed(self, request: Request) -> Response:
        query = request.scope["query_string"].decode("latin-1")
        asked = asked_of(request.scope["path"], query, languages=self.site.languages)
        if isinstance(asked, Refusal):
            return _plain(asked.sentence, status=asked.status)
        found = await self._in_thread(partial(self.site.feed, asked))
        self._asked(asked.stream.address(asked.ending))
        return _answer(request, found)

    async def page(self, request: Request) -> Response:
        return _answer(request, await self._in_thread(self.site.page))

    async def opml(self, request: Request) -> Response:
        return _answer(request, await self._in_thread(self.site.opml))

    async def readyz(self, _: Request) -> Response:
        if await self._in_thread(self.site.is_ready):
            return _plain("Ready.")
        return _plain("Not ready: no listing of the portal has been read successfully yet.", status=503)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


async def _healthz(_: Request) -> Response:
    return _plain("Alive.")


async def _no_such_thing(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 404:
        return _plain("There is nothing at this address; / names every feed.", status=404)
    return _plain("This server is only read from: use GET or HEAD.", status=status)


async def _unavailable(_: Request, error: Exception) -> Response:
    return _plain(f"Not available now: {error}.", status=503)


def _plain(sentence: str, *, status: int = 200) -> Response:
    return PlainTextResponse(f"{sentence}\n", status, {**_GUARDS, "Cache-Control": "no-store"})


def _answer(request: Request, found: Document) -> Response:
    """The document, or 304 to who has it.

    Only If-None-Match is heeded: a date tells seconds, and what was edited twice within one must not be missed.
    """
    compressed = _takes_gzip(request.headers.get("accept-encoding", ""))
    headers = {
        **_GUARDS,
        "ETag": f'"{found.digest}{"-gzip" if compressed else ""}"',
        "Cache-Control": "public, max-age=60",
        "Vary": "Accept-Encoding",
    }
    if found.modified is not None:
        # The portal may date a release ahead, but HTTP does not let a document be younger than its answer.
        headers["Last-Modified"] = format_datetime(min(found.modified, datetime.now(UTC)), usegmt=True)
    if _has(found.digest, request.headers.getlist("if-none-match")):
        return Response(status_code=304, headers=headers)
    if compressed:
        headers["Content-Encoding"] = "gzip"
    headers["Content-Type"] = f"{found.media_type}; charset=utf-8"
    return Response(found.gzipped if compressed else found.body, headers=headers)


def _takes_gzip(accepted: str) -> bool:
    for part in accepted.lower().split(","):
        coding, _, weight = part.replace(" ", "").partition(";")
        if coding in {"gzip", "x-gzip"}:
            return weight not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


def _has(digest: str, held: list[str]) -> bool:
    tags = (tag.strip().removeprefix("W/").strip('"') for line in held for tag in line.split(","))
    return any(tag == "*" or tag.removesuffix("-gzip") == digest for tag in tags)


def _listen(host: str, port: int) -> socket.socket:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, *_, address = min(found, key=lambda one: one[0] != socket.AF_INET)
        both = host == "::" and socket.has_dualstack_ipv6()
        return socket.create_server(address[:2], family=family, dualstack_ipv6=both)
    except OSError as error:
        raise ConfigError(_remedy(host, port, error)) from error


def _remedy(host: str, port: int, error: OSError) -> str:
    where = f"feeds cannot be served at {host}, port {port}"
    if error.errno == errno.EADDRINUSE:
        return f"{where}: another program listens there; stop it, or choose another port under [server] port"
    if error.errno == errno.EACCES:
        return f"{where}: this user may not listen there; choose a port from 1024 on under [server] port"
    return (
        f"{where}: {error.strerror}; name an address of this machine under [server] host, such as 127.0.0.1"
    )


def _uvicorn_config(app: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=_Bounded,
        ws="none",
        lifespan="on",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=CONNECTIONS,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )


class _Server(uvicorn.Server):
    """A server that leaves signals to the daemon and says when it is there."""

    def __init__(self, config: uvicorn.Config, *, started: Callable[[], None] | None) -> None:
        super().__init__(config)
        self._tell = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self._tell:
            self._tell()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def hang_up(self) -> None:
        """Drops who is still connected after the time to finish: a reader that has stopped reading."""
        for connection in list(self.server_state.connections):
            connection.transport.abort()


class _Bounded(HttpToolsProtocol):
    """A connection that cannot be held open by saying little, nor fill the memory by saying much.

    httptools itself knows no bound on how long the head of a request takes, or how large it grows.
    """

    _said = 0
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        if self._deadline is None:
            self._await_head()
        self._said += len(data)
        if self._said > HEAD_BYTES:
            self.send_400_response("The request is too large.")
        else:
            super().data_received(data)

    def on_headers_complete(self) -> None:
        self._head_came()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_came()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        self._deadline = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _head_came(self) -> None:
        self._said = 0
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
