"""Receivers of alerts that outlive whoever sends: webhooks, a Bot API and a mail server on loopback.

They keep every message that came whole, when, and what they answered. Some now and then answer 500 or 429, hang up
after taking a message, or take their time, by dice. No test waits for them; they are for the commands that kill.
"""

import asyncio
import json
import random
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.end_to_end.house import free_port

Said = Literal["taken", "hung up", "429", "500"]


@dataclass(frozen=True, slots=True)
class Manners:
    """How a receiver behaves: the chance of each fault, and the longest that it takes to answer."""

    hangs_up: float = 0.0
    refuses: float = 0.0
    seconds: float = 0.0

    def next(self, dice: random.Random) -> tuple[Said, float]:
        """What it says to the next message, and after how many seconds."""
        at = dice.random()
        if at < self.hangs_up:
            said: Said = "hung up"
        elif at < self.hangs_up + self.refuses:
            said = "429" if dice.random() < 0.5 else "500"
        else:
            said = "taken"
        return said, dice.random() * self.seconds


@dataclass(slots=True)
class Receipt:
    """One message that came whole; times are those of `time.monotonic`."""

    place: str
    """Which receiver."""
    key: str
    """The id by which a repeat is known; a Bot API is given none."""
    content: Any
    """A webhook's JSON; the text of a mail or chat message."""
    said: Said
    begun: float = field(default_factory=time.monotonic)
    ended: float | None = None
    """When the answer was on its way."""


class Receivers:
    """Several receivers, by name, and one book of what came to them, in order. Use it in `with`."""

    def __init__(
        self, webhooks: Mapping[str, Manners], *, chat: Manners | None, mail: Manners | None, seed: int
    ) -> None:
        self.book: list[Receipt] = []
        self._dice = random.Random(seed)
        self._manners = {**webhooks, **({"chat": chat} if chat else {}), **({"mail": mail} if mail else {})}
        self._lock = threading.Lock()
        self._http = _Http(self)
        self._smtp = Controller(_Mailbox(self), hostname="127.0.0.1", port=free_port()) if mail else None

    @property
    def bot_api(self) -> str:
        """The base address of the Bot API."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def address(self, name: str) -> str:
        """What to write in `to`."""
        if name == "mail":
            assert self._smtp is not None
            return f"mailto://127.0.0.1:{self._smtp.port}?from=jarshy@example.kz&to=reader@example.kz"
        return "tgram://123456:planted-token/-100500" if name == "chat" else f"{self.bot_api}/{name}"

    def take(self, place: str, key: str, content: Any) -> tuple[Receipt, float]:
        """Notes a message; after how many seconds it is to be answered."""
        with self._lock:
            said, wait = self._manners[place].next(self._dice)
            receipt = Receipt(place, key, content, said)
            self.book.append(receipt)
        return receipt, wait

    def at(self, place: str) -> list[Receipt]:
        """What one of them was given, in order."""
        with self._lock:
            return [receipt for receipt in self.book if receipt.place == place]

    def forget(self) -> None:
        """Begins a new book."""
        with self._lock:
            self.book = []

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, daemon=True).start()
        if self._smtp is not None:
            self._smtp.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        if self._smtp is not None:
            self._smtp.stop()


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, receivers: Receivers) -> None:
        self.receivers = receivers
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A sender that was killed resets its connection; what came of it is in the book."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Http

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True  # whoever sent it was killed over it
            return
        said = json.loads(body)
        if self.path.startswith("/bot"):
            receipt, wait = self.server.receivers.take("chat", "", said["text"])
        else:
            receipt, wait = self.server.receivers.take(
                self.path.strip("/"), self.headers["Idempotency-Key"], said
            )
        time.sleep(wait)  # a slow receiver, which is what is tried here; nothing else waits for it
        self._answer(receipt)
        receipt.ended = time.monotonic()

    def _answer(self, receipt: Receipt) -> None:
        if receipt.said == "hung up":
            self.close_connection = True
            return
        status = 200 if receipt.said == "taken" else int(receipt.said)
        answer: dict[str, object] = {"ok": status == 200}
        if status == 429:
            answer["parameters"] = {"retry_after": 1}
        body = json.dumps(answer).encode()
        self.send_response(status)
        if status == 429:
            self.send_header("Retry-After", "1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet: the book says it."""


class _Mailbox:
    def __init__(self, receivers: Receivers) -> None:
        self._receivers = receivers

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        mail = message_from_bytes(envelope.original_content or b"", policy=default)
        key = str(mail["Message-ID"]).strip("<>").partition("@")[0]
        receipt, wait = self._receivers.take("mail", key, mail.get_content())
        with suppress(ConnectionError):
            await asyncio.sleep(wait)
        receipt.ended = time.monotonic()
        if receipt.said == "hung up":
            assert server.transport is not None
            server.transport.abort()
        return "250 OK" if receipt.said == "taken" else "451 try later"
