"""The stand-in portal behind an address of this machine: sockets and threads, nothing of what is answered."""

import contextlib
import socket
import struct
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Any, Self

from crawler.standin import addresses
from crawler.standin.faults import FAULTS, Answer, Misbehaviour, head
from crawler.standin.portal import Portal

Control = Callable[[Portal, str, str, bytes], Answer]
"""Answers an address of the stand-in's own: portal, method, verb, body."""

CONTROL = "/_standin/"
_RESET = struct.pack("ii", 1, 0)
_GLANCE = 0.05
"""Seconds between two looks at whether an asker that waits is still there."""


def serve(
    portal: Portal,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    control: Control | None = None,
    glance: float = _GLANCE,
) -> "Server":
    """Begins to answer for a portal; port 0 takes a free one. Use it in `with`, or call `stop`.

    `glance`: seconds between two looks at whether it is to end; by a clock that runs fast they would never cease.
    """
    return Server(portal, host, port, control=control, glance=glance)


class Server:
    """A running stand-in; several may share one portal."""

    def __init__(
        self, portal: Portal, host: str, port: int, *, control: Control | None, glance: float
    ) -> None:
        self._http = _Http(portal, (host, port), control)
        self.host, self.port = str(self._http.server_address[0]), int(self._http.server_address[1])
        self._thread = Thread(
            target=self._http.serve_forever,
            kwargs={"poll_interval": glance},
            name="stand-in portal",
            daemon=True,
        )
        self._thread.start()

    @property
    def base_url(self) -> str:
        """`http://127.0.0.1:<port>`, without a slash at the end."""
        return f"http://{self.host}:{self.port}"

    def stop(self) -> None:
        """Ends it, open connections too; a new `serve` may take the same port. A second call does nothing."""
        if not self._http.stopping.is_set():
            self._http.shutdown()
            self._http.hang_up()
            self._http.server_close()
            self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    # hanging answers are woken by hang_up; a thread that still writes to a full pipe must not hold up the end
    block_on_close = False
    request_queue_size = 128

    def __init__(self, portal: Portal, address: tuple[str, int], control: Control | None) -> None:
        self.portal = portal
        self.control = control
        self.stopping = Event()
        self._open: set[socket.socket] = set()
        self._lock = Lock()
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        # HTTPServer's own asks the name service who we are, which can take seconds
        TCPServer.server_bind(self)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        if _to_be_reset(request):
            self.close_request(request)  # without the farewell that would make it look like an orderly end
        else:
            super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # an asker may hang up at any moment: that is its right and no news
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def hang_up(self) -> None:
        """Ends every open connection and whatever waits in it."""
        self.stopping.set()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    server: _Http
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the inherited name)
        """Quiet: what was asked stands in the portal's log of requests."""

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.server.control and self.path.startswith(CONTROL):
            answer = self.server.control(
                self.server.portal, self.command, self.path.removeprefix(CONTROL), body
            )
            self.wfile.write(head(answer) + answer.body)
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        self._answer_as_portal(headers, body)

    def _answer_as_portal(self, headers: Mapping[str, str], body: bytes) -> None:
        portal = self.server.portal
        request = addresses.understood(self.command, self.path, headers, body)
        key = portal.traffic.arrive(request, gone=lambda: _gone(self.connection))
        wire = _Wire(self, headers, leave=lambda: portal.traffic.leave(key))
        try:
            right = addresses.answer(portal, request)
            misbehaviour = portal.fault_for(request)
            if misbehaviour is None:
                wire.send(right)
            else:
                wire.misbehaviour = misbehaviour
                FAULTS[misbehaviour.fault](wire, right, misbehaviour)
        finally:
            portal.traffic.leave(key)


class _Wire:
    """One answer on its way; see the protocol of the same name in `faults`."""

    def __init__(self, handler: _Handler, asked: Mapping[str, str], *, leave: Callable[[], None]) -> None:
        self.asked = asked
        self._handler = handler
        self._leave = leave
        self.misbehaviour: Misbehaviour | None = None

    def send(self, answer: Answer) -> None:
        self._leave()
        # in one piece: head and body apart would wait 40 ms for each other on a kept connection
        self._handler.wfile.write(head(answer) + answer.body)

    def send_raw(self, pieces: Iterator[bytes], *, pause: float = 0.0) -> None:
        self._handler.close_connection = True
        held = next(pieces)
        for piece in pieces:
            self._handler.wfile.write(held)
            if pause:
                self.wait(pause)
            if self._ended():
                return
            held = piece
        self._leave()
        self._handler.wfile.write(held)

    def wait(self, seconds: float | None) -> None:
        until = None if seconds is None else time.monotonic() + seconds
        over = self.misbehaviour.over if self.misbehaviour else self._handler.server.stopping
        while not self._ended() and not over.wait(_left(until)):
            if until is not None and time.monotonic() >= until:
                return

    def close(self, *, reset: bool = False) -> None:
        self._handler.close_connection = True
        if reset:
            self._handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)

    def _ended(self) -> bool:
        return self._handler.server.stopping.is_set() or _gone(self._handler.connection)


def _to_be_reset(connection: socket.socket) -> bool:
    return connection.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, len(_RESET)) == _RESET


def _left(until: float | None) -> float:
    return _GLANCE if until is None else min(_GLANCE, max(until - time.monotonic(), 0.0))


def _gone(connection: socket.socket) -> bool:
    """Has the asker hung up?"""
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
