"""Takes connections and reads requests from them, within bounds; the only door to uvicorn."""

import asyncio
import errno
import logging
import re
import resource
import socket
import struct
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from feeds.answers import guards
from feeds.hosts import as_addressed
from monitor.errors import CannotListen, ConfigError

SHUTDOWN_SECONDS = 2
DATED_EVERY = 1.0
"""Seconds between two looks at what the date in our answers is."""
HEAD_SECONDS = 10.0
"""How long a reader may take to say what it wants."""
HEAD_BYTES = 64 * 1024
Headers = list[tuple[bytes, bytes]]
_READING = (b"GET", b"HEAD")
AHEAD = 32
"""Requests that a reader may send while one is being answered; each takes some memory until its turn comes."""
SEND_SECONDS = 60.0
"""How long a reader may take nothing of what it was sent."""
CONNECTIONS = 200
"""Past that readers who are waited for give way, so that the machine is left to the monitor."""
CROWD = 3 * CONNECTIONS
"""Past that they give way at once; until then whoever comes has a moment to say what it wants."""
KEPT_FREE = 40
"""Descriptors that the rest of the daemon needs: its database, the worker, receivers of alerts."""
_BACKLOG, _NO_LIMIT = 2048, 1_000_000
_MOMENT_SECONDS = 0.2
_CROWDED_SECONDS = 3600.0
"""Between two mentions of that in the log."""

_log = logging.getLogger(__name__)

_NOT_ASCII = re.compile(rb"[\x80-\xff]")

T = TypeVar("T")


class Ready(Protocol):
    """An answer that need only be sent."""

    @property
    def head(self) -> bytes:
        """Status line and headers, without a date and without the empty line after them."""

    @property
    def body(self) -> bytes:
        """What follows the headers where a body was asked for."""


class Application(Protocol):
    """An ASGI application that has some answers ready."""

    def at_once(self, url: bytes, headers: Headers) -> Ready | None:
        """The answer to a reading request for this address, as it was written; None where it is to be made."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None: ...


_OF_THE_MOMENT = {errno.EADDRINUSE, errno.EADDRNOTAVAIL, socket.EAI_AGAIN}
"""A daemon before us that is ending, or an address of a network that comes up later."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that takes connections there.

    Raises, with the remedy, CannotListen where the address is taken or no interface has it yet, and ConfigError where
    none will ever take any.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, *_, address = min(found, key=lambda one: one[0] != socket.AF_INET)
        both = host == "::" and socket.has_dualstack_ipv6()
        return socket.create_server(address[:2], family=family, dualstack_ipv6=both)
    except OSError as error:
        kind = CannotListen if error.errno in _OF_THE_MOMENT else ConfigError
        raise kind(_remedy(host, port, error)) from error


def _remedy(host: str, port: int, error: OSError) -> str:
    where = f"feeds cannot be served at {host}, port {port}"
    if error.errno == errno.EADDRINUSE:
        return f"{where}: another program listens there; stop it, or choose another port under [server] port"
    if error.errno == errno.EACCES:
        return f"{where}: this user may not listen there; choose a port from 1024 on under [server] port"
    return (
        f"{where}: {error.strerror}; name an address of this machine under [server] host, such as 127.0.0.1"
    )


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many readers there may be."""

    connections: int
    crowd: int
    backlog: int
    """Who knocks at one moment is let in before anybody can be sent away, so these take descriptors as well."""

    @classmethod
    def within(cls, descriptors: int) -> "Bounds":
        """As many as a process of so many descriptors bears."""
        room = max(descriptors - KEPT_FREE, 8)
        return cls(min(CONNECTIONS, room // 4), min(CROWD, room * 3 // 4), min(_BACKLOG, room // 4))


class _Config(uvicorn.Config):
    """What all connections have in common."""

    bounds: Bounds
    crowded_at: float | None = None
    """When it was last said that there are too many readers, by the clock of the loop."""


def _uvicorn_config(app: Application) -> uvicorn.Config:
    bounds = Bounds.within(_descriptors())
    config = _Config(
        app,
        http=Connection,
        ws="none",
        lifespan="on",
        log_config=None,
        log_level="error",  # it warns of every request that is none: who sends them would fill the log
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=bounds.crowd + 1,
        backlog=bounds.backlog,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    config.bounds = bounds
    return config


def _descriptors() -> int:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _NO_LIMIT if soft == resource.RLIM_INFINITY else soft


class Server(uvicorn.Server):
    """A server that leaves signals to the daemon and says when it is there."""

    def __init__(self, app: Application, *, started: Callable[[], None] | None) -> None:
        super().__init__(_uvicorn_config(app))
        self._tell = started
        self._over = asyncio.Event()

    def end(self) -> None:
        """Lets `serve` end, once those who are being answered have had their time."""
        self.should_exit = True
        self._over.set()

    async def main_loop(self) -> None:
        # uvicorn's own looks ten times a second whether it is to end, all through the nights in which nobody reads
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                async with asyncio.timeout(DATED_EVERY):
                    await self._over.wait()

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


def least_missed(readers: Iterable[tuple[str, float | None, T]]) -> T | None:
    """Whom to part from, of readers with their host and since when they are waited for; pure.

    Of the host that holds up the most it is the one that has been waited for the longest; None where all wait for us.
    """
    of_host: dict[str, list[tuple[float, T]]] = {}
    for host, since, reader in readers:
        if since is not None:
            of_host.setdefault(host, []).append((since, reader))
    most = max(of_host.values(), key=len, default=[])
    return min(most, key=lambda one: one[0], default=(0.0, None))[1]


def escaped(request: bytes) -> bytes:
    """The request with the letters of its first line encoded as an address has them; pure.

    curl and newsboat send the words of a search as somebody typed them, and the parser knows only ASCII there.
    """
    line, end, rest = request.partition(b"\r\n")
    return _NOT_ASCII.sub(lambda byte: b"%%%02X" % byte[0][0], line) + end + rest


class Connection(HttpToolsProtocol):
    """A connection that cannot be held open by saying little, nor fill the memory by saying much.

    httptools itself knows no bound on how long the head of a request takes, or how large it grows. What the
    application has ready is written straight to the socket: a task, a queue and a dictionary of scope for each
    request would take more time than all the rest.
    """

    _said = 0
    _deadline: asyncio.TimerHandle | None = None
    _head_is_open = False
    _answered = False
    waited_since: float | None = None
    """From when on the reader had to do something; None: it waits for us."""
    _sending: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's
        super().connection_made(transport)
        # asyncio does this itself only for sockets that name their protocol. Without it the body of an answer
        # waits until the reader has acknowledged the head, which it puts off for 40 ms.
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._head_is_open = True
        self._await_head()
        self.waited_since = self.loop.time()
        if len(self.connections) > self._bounds.crowd:
            self._make_room()
        elif len(self.connections) > self._bounds.connections:
            self.loop.call_later(_MOMENT_SECONDS, self._make_room)

    def data_received(self, data: bytes) -> None:
        if not self._said and not data.isascii():
            data = escaped(data)
        self._said += len(data)
        if self._said > HEAD_BYTES:
            self.send_400_response("The request is too large.")
            return
        self._head_is_open = True
        super().data_received(data)
        if self._head_is_open and self._deadline is None and not self.transport.is_closing():
            self._await_head()

    def on_message_begin(self) -> None:
        self._head_is_open = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._head_came()
        if b"://" in self.url and not self.url.startswith(b"/"):
            self.headers[:] = as_addressed(self.url, self.headers)
        if len(self.pipeline) >= AHEAD and not self.transport.is_closing():
            self.let_go()
        self._answered = self.transport.is_closing() or self._answer_at_once()
        if not self._answered:
            if not self.flow.write_paused:
                self.waited_since = None
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if not self._answered:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if not self._answered:
            super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        body = f"{msg}\n".encode()
        headers = [
            *self.server_state.default_headers,
            *guards(),
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", b"%d" % len(body)),
            (b"connection", b"close"),
        ]
        said = b"".join(b"%b: %b\r\n" % header for header in headers)
        self.transport.write(b"HTTP/1.1 400 Bad Request\r\n" + said + b"\r\n" + body)
        self.transport.close()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self.waited_since = self.loop.time()
        if self._sending is None and self._unsent:
            self._await_taking()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_came()
        if self._sending is not None:
            self._sending.cancel()
        super().connection_lost(exc)

    def _answer_at_once(self) -> bool:
        """Writes what the application has ready for a plain request whose turn it is; says whether it did."""
        method, cycle = self.parser.get_method(), self.cycle
        if (
            method not in _READING
            or self.expect_100_continue
            or self.parser.get_http_version() != "1.1"
            or self.parser.should_upgrade()
            or not self.parser.should_keep_alive()
            or (cycle is not None and not cycle.response_complete)
            or self.flow.write_paused
            or len(self.connections) > self._bounds.crowd
        ):
            return False
        ready = self.config.app.at_once(self.url, self.headers)  # type: ignore[union-attr] # an `Application`
        if ready is None:
            return False
        dated = [b"%b: %b\r\n" % header for header in self.server_state.default_headers]
        body = b"" if method == b"HEAD" else ready.body
        self.transport.write(b"".join((ready.head, *dated, b"\r\n", body)))
        self.on_response_complete()
        return True

    def _await_head(self) -> None:
        self._deadline = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _head_came(self) -> None:
        self._said = 0
        self._head_is_open = False
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def let_go(self) -> None:
        """Parts from the reader; what the system holds of an answer is still sent, what it has no room for is not."""
        self.connections.discard(self)
        if self._unsent:
            self._cut_off()
        else:
            self.transport.close()

    def _cut_off(self) -> None:
        """Forgets at once what is still to be sent; the system would keep its part for many minutes."""
        sock = self.transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    @property
    def _bounds(self) -> Bounds:
        bounds: Bounds = self.config.bounds  # type: ignore[attr-defined] # a `_Config`
        return bounds

    @property
    def _unsent(self) -> int:
        """Bytes that the reader leaves no room for."""
        return self.transport.get_write_buffer_size()

    def _await_taking(self) -> None:
        self._sending = self.loop.call_later(SEND_SECONDS, self._look_at_taking, self._unsent)

    def _look_at_taking(self, before: int) -> None:
        """Lets go of who has taken nothing since; a connection that is merely closed would wait for it for ever."""
        self._sending = None
        if self._unsent >= before:
            self._cut_off()
        elif self._unsent:
            self._await_taking()

    def _make_room(self) -> None:
        """Lets one go where there are too many."""
        if len(self.connections) <= self._bounds.connections:
            return
        readers = [other for other in self.connections if isinstance(other, Connection)]
        longest = least_missed(
            (other.client[0] if other.client else "", other.waited_since, other) for other in readers
        )
        if longest is not None:
            longest.let_go()
            self._mention_crowd()

    def _mention_crowd(self) -> None:
        config, now = self.config, self.loop.time()
        if not isinstance(config, _Config):
            return
        if config.crowded_at is None or now - config.crowded_at > _CROWDED_SECONDS:
            config.crowded_at = now
            _log.warning(
                "More than %d readers are connected at once; those who say or take the least give way.",
                config.bounds.connections,
            )
