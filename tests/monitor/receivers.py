"""Receivers of our own on loopback, real ones: a webhook, a Bot API such as Telegram's, a mail server.

Each answers request after request as it is told to, and keeps what came to it. None knows the outbox.
"""

import asyncio
import json
import ssl
import warnings
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, Literal, Self

from aiohttp import web
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

Step = Literal["GREETING", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "BODY", "QUIT"]
"""Where in a conversation a mail server answers; the other receivers answer once, at BODY."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request, or one step of a conversation, is answered."""

    status: int = 0
    """Of HTTP or SMTP; 0 is the usual yes."""
    text: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, object] = field(default_factory=dict)
    """Of the Bot API, such as `retry_after`."""
    taken: bool | None = None
    """Whether the message counts as taken whatever is answered; None: as the answer says."""
    closes: bool = False
    """The connection is closed in place of an answer."""
    held: asyncio.Event | None = None
    """It is answered when this is set; a receiver that hangs waits for one that nobody sets."""
    echoes: bool = False
    """What was asked is repeated in the answer: address, headers, login and all."""

    @property
    def takes(self) -> bool:
        """Whether the message counts as taken."""
        return (not self.closes and self.status < 300) if self.taken is None else self.taken


FINE = Answer()
CLOSES_BEFORE_TAKING = Answer(closes=True)
CLOSES_AFTER_TAKING = Answer(closes=True, taken=True)
"""The answer is lost: the sender cannot know."""


def hangs() -> Answer:
    """No answer at all, for as long as the sender has patience."""
    return Answer(taken=False, held=asyncio.Event())


def too_many(retry_after: int) -> Answer:
    """429, as HTTP and as the Bot API say it."""
    return Answer(429, headers={"Retry-After": str(retry_after)}, parameters={"retry_after": retry_after})


@dataclass(frozen=True, slots=True)
class Received:
    """One message as it came, taken or not."""

    id: str
    """By which a repeat is known: Idempotency-Key, Message-ID; of the Bot API, which has none, the text."""
    to: str
    """Path and query, recipient or chat."""
    content: bytes
    headers: Mapping[str, str]
    answer: Answer

    @property
    def json(self) -> Any:
        """The body of a webhook or of a call of the Bot API."""
        return json.loads(self.content)

    @property
    def mail(self) -> EmailMessage:
        """The mail."""
        return message_from_bytes(self.content, policy=default)  # type: ignore[return-value]


class Receiver:
    """What all of them have in common: answers to give, messages that came, a port that can be closed."""

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self.received: list[Received] = []
        self.port = 0
        self._tls = tls
        self._next: dict[tuple[str | None, Step], deque[Answer]] = defaultdict(deque)
        self._always: dict[tuple[str | None, Step], Answer] = {}
        self._server: asyncio.Server | None = None
        self._arrival = asyncio.Event()

    def next(self, *answers: Answer, to: str | None = None, at: Step = "BODY") -> None:
        """The next requests (to this path, recipient or chat) are answered so, one each."""
        self._next[to, at].extend(answers)

    def always(self, answer: Answer, *, to: str | None = None, at: Step = "BODY") -> None:
        """Whatever has no answer of its own waiting is answered so."""
        self._always[to, at] = answer

    @property
    def taken(self) -> list[Received]:
        """What was taken, in order."""
        return [message for message in self.received if message.answer.takes]

    @property
    def ids(self) -> list[str]:
        """Of what was taken, in order."""
        return [message.id for message in self.taken]

    @property
    def repeats(self) -> dict[tuple[str, str], int]:
        """How often more than once a message was taken, by address and id."""
        times = Counter((message.to, message.id) for message in self.taken)
        return {which: count - 1 for which, count in times.items() if count > 1}

    async def came(self, count: int) -> None:
        """Returns when that many requests have come, taken or not."""
        while len(self.received) < count:
            self._arrival.clear()
            await self._arrival.wait()

    async def up(self) -> None:
        """Listens, on the same port as before if there was one."""
        self._server = await self._listen(self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def down(self) -> None:
        """Stops listening and closes what is open, as a machine that is switched off."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
            await self._hang_up()

    async def __aenter__(self) -> Self:
        await self.up()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.down()

    def answer_to(self, to: str | None, at: Step = "BODY") -> Answer:
        """The answer whose turn it is."""
        for key in ((to, at), (None, at)):
            if self._next[key]:
                return self._next[key].popleft()
        return self._always.get((to, at), self._always.get((None, at), FINE))

    def keep(self, message: Received) -> None:
        """Notes what came."""
        self.received.append(message)
        self._arrival.set()

    async def _listen(self, port: int) -> asyncio.Server:
        raise NotImplementedError

    async def _hang_up(self) -> None:
        raise NotImplementedError


class Hook(Receiver):
    """A webhook: every path of it takes what is posted."""

    async def _listen(self, port: int) -> asyncio.Server:
        self._http = web.Server(self._answer)
        return await asyncio.get_running_loop().create_server(self._http, "127.0.0.1", port, ssl=self._tls)

    async def _hang_up(self) -> None:
        await self._http.shutdown(timeout=0.01)  # aiohttp takes 0 for ever

    def url(self, path: str = "/hook", *, user: str = "") -> str:
        """The address of a path."""
        return f"http{'s' if self._tls else ''}://{f'{user}@' if user else ''}127.0.0.1:{self.port}{path}"

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        content = await request.read()
        message = self._read(request, content)
        self.keep(message)
        answer = message.answer
        if answer.held is not None:
            await answer.held.wait()
        if answer.closes and request.transport is not None:
            request.transport.abort()
        said = f"{request.raw_headers} {request.path_qs} {content!r}" if answer.echoes else answer.text
        return self._response(answer, said)

    def _read(self, request: web.BaseRequest, content: bytes) -> Received:
        to = request.path_qs
        key = request.headers.get("Idempotency-Key", "")
        return Received(key, to, content, dict(request.headers), self.answer_to(to))

    def _response(self, answer: Answer, said: str) -> web.Response:
        return web.Response(status=answer.status or 200, headers=dict(answer.headers), text=said)


class BotApi(Hook):
    """The one method of Telegram's Bot API that is used, sendMessage."""

    @property
    def base(self) -> str:
        """What the channel is given in place of Telegram's address."""
        return f"http://127.0.0.1:{self.port}"

    def _read(self, request: web.BaseRequest, content: bytes) -> Received:
        asked = json.loads(content)
        topic = asked.get("message_thread_id")
        to = f"{asked['chat_id']}:{topic}" if topic else str(asked["chat_id"])
        headers = {**request.headers, "path": request.path}
        return Received(asked["text"], to, content, headers, self.answer_to(to))

    def _response(self, answer: Answer, said: str) -> web.Response:
        status = answer.status or 200
        if status == 200 and said:
            return web.Response(text=said)
        said_of_it: dict[str, object] = (
            {"ok": True, "result": {"message_id": len(self.received)}}
            if status == 200
            else {
                "ok": False,
                "error_code": status,
                "description": said,
                "parameters": dict(answer.parameters),
            }
        )
        return web.json_response(said_of_it, status=status, headers=dict(answer.headers))


class MailServer(Receiver):
    """A mail server: plain, or with TLS from the start or by STARTTLS, with or without a login."""

    def __init__(
        self,
        *,
        tls: ssl.SSLContext | None = None,
        starttls: ssl.SSLContext | None = None,
        login: tuple[str, str] | None = None,
    ) -> None:
        super().__init__(tls=tls)
        self._starttls = starttls
        self._login = login
        self._made: list[_Conversation] = []
        self._ended = asyncio.Event()
        self.login_said = ""
        """The line by which somebody last logged in; an answer that `echoes` repeats it."""
        self.asked_to_log_in = asyncio.Event()

    async def _listen(self, port: int) -> asyncio.Server:
        return await asyncio.get_running_loop().create_server(
            self._converse, "127.0.0.1", port, ssl=self._tls
        )

    async def _hang_up(self) -> None:
        for conversation in self._made:
            if conversation.transport is not None:
                conversation.transport.abort()
        self._made.clear()

    def _converse(self) -> "_Conversation":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # a login without TLS is nothing to do elsewhere
            made = _Conversation(
                self,
                hostname="mail.example.kz",
                tls_context=self._starttls,
                require_starttls=self._starttls is not None,
                auth_required=self._login is not None,
                auth_require_tls=self._starttls is not None,
                authenticator=self._knows,
                enable_SMTPUTF8=False,
            )
        self._made.append(made)
        return made

    async def left(self) -> None:
        """Returns when nobody is connected."""
        while any(conversation.transport is not None for conversation in self._made):
            self._ended.clear()
            await self._ended.wait()

    def hear_of_end(self) -> None:
        """A conversation is over."""
        self._ended.set()

    async def handle_DATA(  # noqa: N802 the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Takes the mail, or does not."""
        (to,) = envelope.rcpt_tos
        content = envelope.original_content or b""
        answer = self.answer_to(to)
        mail = message_from_bytes(content)
        self.keep(Received(mail["Message-ID"], to, content, dict(mail.items()), answer))
        if answer.held is not None:
            await answer.held.wait()
        if answer.closes and server.transport is not None:
            server.transport.abort()
        said = self.login_said if answer.echoes else answer.text
        return f"{answer.status or 250} {said or f'2.0.0 queued as {len(self.received)}'}"

    def _knows(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        asked = (data.login.decode(), data.password.decode()) if isinstance(data, LoginPassword) else None
        return AuthResult(success=asked == self._login, handled=False)


class _Conversation(SMTP):
    """One connection to the mail server, which answers each step as the server was told to."""

    def __init__(self, server: MailServer, **settings: Any) -> None:
        self._mail_server = server
        super().__init__(server, **settings)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self._mail_server.hear_of_end()

    async def push(self, status: Any) -> None:
        greets = str(status).startswith("220 mail.example.kz")
        if not greets or not await self._said_otherwise(self._mail_server.answer_to(None, "GREETING"), ""):
            await super().push(status)

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802 these names are aiosmtpd's
        await self._step("EHLO", super().smtp_EHLO, hostname)

    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802
        await self._step("STARTTLS", super().smtp_STARTTLS, arg)

    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802
        self._mail_server.login_said = arg
        self._mail_server.asked_to_log_in.set()
        await self._step("AUTH", super().smtp_AUTH, arg)

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802
        await self._step("MAIL", super().smtp_MAIL, arg)

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802
        to = (arg or "").partition("<")[2].partition(">")[0]
        await self._step("RCPT", super().smtp_RCPT, arg, to=to)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        await self._step("DATA", super().smtp_DATA, arg)

    async def smtp_QUIT(self, arg: str) -> None:  # noqa: N802
        await self._step("QUIT", super().smtp_QUIT, arg)

    async def _step(
        self, at: Step, usual: Callable[[Any], Awaitable[None]], arg: str | None, *, to: str | None = None
    ) -> None:
        if not await self._said_otherwise(self._mail_server.answer_to(to, at), arg or ""):
            await usual(arg)

    async def _said_otherwise(self, answer: Answer, asked: str) -> bool:
        """Whether this step was answered with something else than usual."""
        if answer.held is not None:
            await answer.held.wait()
        if answer.closes:
            if self.transport is not None:
                self.transport.abort()
            return True
        if not answer.status:
            return False
        await super().push(f"{answer.status} {asked if answer.echoes else answer.text}")
        return True


@dataclass(frozen=True, slots=True)
class Receivers:
    """One of each."""

    hook: Hook
    bot: BotApi
    mail: MailServer


@asynccontextmanager
async def receivers() -> AsyncIterator[Receivers]:
    """One of each, all up, until the block ends."""
    async with Hook() as hook, BotApi() as bot, MailServer() as mail:
        yield Receivers(hook, bot, mail)
