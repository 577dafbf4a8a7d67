"""Takes connections and reads requests from them, within bounds; the only door to uvicorn."""

import asyncio
import errno
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from monitor.errors import ConfigError

SHUTDOWN_SECONDS = 2
HEAD_SECONDS = 10.0
"""How long a reader may take to say what it wants."""
HEAD_BYTES = 64 * 1024
Headers = list[tuple[bytes, bytes]]
_READING = (b"GET", b"HEAD")
CONNECTIONS = 200
"""Past that readers are turned away, so that the machine is left to the monitor."""


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


def listen(host: str, port: int) -> socket.socket:
    """A socket that takes connections there; raises ConfigError with the remedy where none can."""
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


def _uvicorn_config(app: Application) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=Connection,
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


class Server(uvicorn.Server):
    """A server that leaves signals to the daemon and says when it is there."""

    def __init__(self, app: Application, *, started: Callable[[], None] | None) -> None:
        super().__init__(_uvicorn_config(app))
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

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's
        super().connection_made(transport)
        # asyncio does this itself only for sockets that name their protocol. Without it the body of an answer
        # waits until the reader has acknowledged the head, which it puts off for 40 ms.
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._head_is_open = True
        self._await_head()

    def data_received(self, data: bytes) -> None:
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
        self._answered = self._answer_at_once()
        if not self._answered:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if not self._answered:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if not self._answered:
            super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_came()
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
            or len(self.connections) >= CONNECTIONS
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
