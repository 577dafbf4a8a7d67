"""What is owed arrives: once, in order, in spite of receivers that are down, slow, full or hostile."""

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlite_utils import Database

from monitor.addresses import Address
from monitor.channels import Channels, open_channels
from monitor.config import Alert
from monitor.errors import DeliveryError, StoreError
from monitor.messages import Limit, Message
from monitor.outbox import ATTEMPTS, FIRST_PAUSE, LONGEST_PAUSE, dispatch, pause
from monitor.rules import deliveries_for
from monitor.store.database import open_store
from monitor.store.deliveries import counts, owe
from monitor.store.journal import earlier_copies, load_change

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HOOK = "https://hooks.example.kz/one"
OTHER = "https://hooks.example.kz/two"


class Clock:
    """A clock that stands until it is told to move."""

    def __init__(self) -> None:
        self.moment = START

    def __call__(self) -> datetime:
        return self.moment


@dataclass
class Memory:
    """A channel that remembers what it was handed, and fails as it is told to."""

    failures: dict[str, list[Exception]] = field(default_factory=lambda: defaultdict(list))
    sent: list[tuple[str, Message]] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)

    def limit(self, address: Address) -> Limit:
        return Limit(4096, "utf-16")

    async def send(self, address: Address, message: Message) -> str:
        self.tried.append(message.id)
        await asyncio.sleep(0)
        if self.failures[address.url]:
            raise self.failures[address.url].pop(0)
        self.sent.append((address.url, message))
        return "taken"

    def titles(self, url: str) -> list[str]:
        return [message.body["edition"]["title"] for sent_to, message in self.sent if sent_to == url]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def db() -> Iterator[Database]:
    db = open_store(":memory:")
    db.table("agencies").insert(
        {"slug": "economy", "name_kk": "", "name_ru": "", "name_en": "", "kind": "ministry"}
    )
    yield db
    db.close()


def rule(name: str = "мой", to: Sequence[str] = (HOOK,), **keys: Any) -> Alert:
    return Alert.model_validate({"name": name, "to": list(to), **keys})


def publish(db: Database, alerts: Sequence[Alert], number: int, *, lang: str = "kk", **values: Any) -> None:
    """A change to a release, noticed and owed as the monitor does it."""
    moment = "2026-03-02T09:30:00.000Z"
    release = {
        "id": number, "source": "gov.kz", "source_id": str(900000 + number), "agency": "economy",
        "url": "https://www.gov.kz/x", "first_seen_at": moment, "last_seen_at": moment, "status": "listed",
        "origin": "crawl",
    }  # fmt: skip
    edition = {
        "release_id": number, "lang": lang, "title": f"Өңір {number}", "text": "Мәтін",
        "fingerprint": "", "digest": "", "first_seen_at": moment, "updated_at": moment, "ordered_at": moment,
        "status": "listed",
    }  # fmt: skip
    db.table("releases").insert(release, ignore=True)
    edition_id = db.table("editions").insert(edition).last_pk
    change = {
        "uid": f"8d4f7f0e-3c51-4a53-9a43-{number:08}{lang.encode().hex()}", "at": moment, "kind": "published",
        "release_id": number, "edition_id": edition_id, "weight": "major", **values,
    }  # fmt: skip
    written = load_change(db, int(str(db.table("changes").insert(change).last_pk)))
    for owed in deliveries_for(alerts, written, agency_kind="ministry", copies=earlier_copies(db, written)):
        owe(db, written.id, owed)


async def send(db: Database, alerts: Sequence[Alert], channels: Channels, clock: Clock) -> datetime | None:
    return await dispatch(db, alerts, channels, now=clock, jitter=lambda: 0.5)


async def test_what_is_owed_is_sent_once_and_in_order(db: Database, memory: Memory, clock: Clock) -> None:
    alerts = [rule(to=[HOOK, OTHER])]
    for number in (1, 2, 3):
        publish(db, alerts, number)
    assert await send(db, alerts, {"webhook": memory}, clock) is None
    assert await send(db, alerts, {"webhook": memory}, clock) is None
    assert memory.titles(HOOK) == memory.titles(OTHER) == ["Өңір 1", "Өңір 2", "Өңір 3"]
    assert counts(db)["sent"] == 6


async def test_a_receiver_that_fails_holds_up_only_itself_and_keeps_its_order(
    db: Database, memory: Memory, clock: Clock
) -> None:
    alerts = [rule(to=[HOOK, OTHER])]
    publish(db, alerts, 1)
    publish(db, alerts, 2)
    memory.failures[HOOK] = [DeliveryError("down"), DeliveryError("still down")]
    assert await send(db, alerts, {"webhook": memory}, clock) == START + timedelta(seconds=5)
    assert (memory.titles(HOOK), memory.titles(OTHER)) == ([], ["Өңір 1", "Өңір 2"])

    clock.moment += timedelta(seconds=4)
    await send(db, alerts, {"webhook": memory}, clock)
    assert len(memory.tried) == 3, "a pause that is not over is kept"

    clock.moment += timedelta(seconds=1)
    assert await send(db, alerts, {"webhook": memory}, clock) == clock.moment + timedelta(seconds=10)
    clock.moment += timedelta(seconds=10)
    assert await send(db, alerts, {"webhook": memory}, clock) is None
    assert memory.titles(HOOK) == ["Өңір 1", "Өңір 2"]
    (attempts,) = db.execute("SELECT max(attempts) FROM deliveries").fetchone()
    assert attempts == 3


async def test_a_receiver_is_left_alone_as_long_as_it_asks(
    db: Database, memory: Memory, clock: Clock
) -> None:
    alerts = [rule()]
    publish(db, alerts, 1)
    memory.failures[HOOK] = [DeliveryError("busy", retry_after=600), DeliveryError("busy", retry_after=1)]
    assert await send(db, alerts, {"webhook": memory}, clock) == START + timedelta(seconds=600)
    clock.moment += timedelta(seconds=600)
    # Whoever asks for less than our own pause is still not hurried into giving up.
    assert await send(db, alerts, {"webhook": memory}, clock) == clock.moment + timedelta(seconds=10)


async def test_a_final_refusal_fails_at_once_is_said_and_lets_the_next_pass(
    db: Database, memory: Memory, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    alerts = [rule()]
    publish(db, alerts, 1)
    publish(db, alerts, 2)
    memory.failures[HOOK] = [DeliveryError("gone", permanent=True)]
    assert await send(db, alerts, {"webhook": memory}, clock) is None
    assert memory.titles(HOOK) == ["Өңір 2"]
    assert counts(db) == {"owed": 0, "sent": 1, "failed": 1, "dropped": 0}
    assert [record.levelname for record in caplog.records] == ["ERROR"]


async def test_a_receiver_down_for_good_is_given_up_after_days(
    db: Database, memory: Memory, clock: Clock
) -> None:
    alerts = [rule()]
    publish(db, alerts, 1)
    memory.failures[HOOK] = [DeliveryError("down")] * 100
    moment: datetime | None = START
    while moment is not None:
        clock.moment = moment
        moment = await send(db, alerts, {"webhook": memory}, clock)
    assert len(memory.tried) == ATTEMPTS
    assert len(set(memory.tried)) == 1
    assert timedelta(days=3) < clock.moment - START < timedelta(days=5)
    assert counts(db)["failed"] == 1


async def test_a_fault_of_ours_is_loud_secretless_and_holds_up_nobody(
    db: Database, memory: Memory, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    alerts = [rule(to=[HOOK, OTHER], secret="planted-secret")]
    publish(db, alerts, 1)
    memory.failures[HOOK] = [RuntimeError("with planted-secret")]
    await send(db, alerts, {"webhook": memory}, clock)
    assert memory.titles(OTHER) == ["Өңір 1"]
    assert "RuntimeError" in caplog.text
    assert "planted" not in caplog.text + str(list(db.query("SELECT * FROM deliveries")))


async def test_a_crash_before_the_mark_repeats_the_same_message(
    db: Database, memory: Memory, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    alerts = [rule()]
    publish(db, alerts, 1)
    with monkeypatch.context() as crash:

        def die(*_: object, **__: object) -> None:
            raise StoreError("the disk is full")

        crash.setattr("monitor.outbox.mark_sent", die)
        with pytest.raises(StoreError):
            await send(db, alerts, {"webhook": memory}, clock)
        clock.moment += timedelta(seconds=1)
        await send(db, alerts, {"webhook": memory}, clock)
        assert len(memory.tried) == 1, "what could not be marked is not sent again at once"
    clock.moment += timedelta(seconds=5)
    assert await send(db, alerts, {"webhook": memory}, clock) is None
    assert len(memory.tried) == 2
    assert len(set(memory.tried)) == 1


async def test_nothing_is_sent_where_it_could_not_be_recorded(
    db: Database, memory: Memory, clock: Clock
) -> None:
    alerts = [rule()]
    publish(db, alerts, 1)
    db.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreError):
        await send(db, alerts, {"webhook": memory}, clock)
    assert memory.tried == []


async def test_news_for_others_need_not_wait_for_a_receiver_that_hangs(
    db: Database, memory: Memory, clock: Clock
) -> None:
    began, served, answer = asyncio.Event(), asyncio.Event(), asyncio.Event()

    class Hangs(Memory):
        async def send(self, address: Address, message: Message) -> str:
            if address.url == HOOK:
                began.set()
                await answer.wait()
            taken = await memory.send(address, message)
            if memory.titles(OTHER) == ["Өңір 1", "Өңір 2"]:
                served.set()
            return taken

    alerts, busy = [rule(to=[HOOK, OTHER])], set[str]()
    publish(db, alerts, 1)
    slow = asyncio.create_task(dispatch(db, alerts, {"webhook": Hangs()}, now=clock, busy=busy))
    await began.wait()
    publish(db, alerts, 2)
    clock.moment += timedelta(hours=1)  # also past the moment at which the one in hand would be repeated
    assert await dispatch(db, alerts, {"webhook": Hangs()}, now=clock, busy=busy) is None
    await asyncio.wait_for(served.wait(), 10)
    assert memory.titles(HOOK) == []
    answer.set()
    assert await slow is None
    assert memory.titles(HOOK) == ["Өңір 1", "Өңір 2"]
    assert busy == set()


async def test_cancelling_leaves_what_was_not_taken_owed(db: Database, clock: Clock) -> None:
    began = asyncio.Event()

    class Hangs(Memory):
        async def send(self, address: Address, message: Message) -> str:
            began.set()
            await asyncio.Event().wait()

    alerts = [rule()]
    publish(db, alerts, 1)
    running = asyncio.create_task(send(db, alerts, {"webhook": Hangs()}, clock))
    await began.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert counts(db)["owed"] == 1


async def test_an_address_no_longer_configured_is_dropped_and_a_renamed_rule_is_not(
    db: Database, memory: Memory, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    publish(db, [rule("before", to=[HOOK, OTHER])], 1)
    await send(db, [rule("after", to=[OTHER])], {"webhook": memory}, clock)
    assert memory.titles(OTHER) == ["Өңір 1"]
    assert counts(db) == {"owed": 0, "sent": 1, "failed": 0, "dropped": 1}
    assert "no longer names" in caplog.text


async def test_a_translation_reads_as_published_to_who_heard_of_no_copy(
    db: Database, memory: Memory, clock: Clock
) -> None:
    alerts = [
        rule("kk only", languages=["kk"], secret="planted"),
        rule("all", to=[OTHER]),
    ]
    publish(db, alerts, 1, lang="ru")
    publish(
        db, alerts, 1, lang="kk", kind="translated", weight="minor", detail=json.dumps({"earlier": ["ru"]})
    )
    await send(db, alerts, {"webhook": memory}, clock)
    told = {url: message.body["change"] for url, message in memory.sent}
    assert (told[HOOK]["kind"], told[HOOK]["weight"]) == ("published", "major")
    assert (told[OTHER]["kind"], told[OTHER]["weight"]) == ("translated", "minor")


@pytest.mark.parametrize(
    ("attempt", "jitter", "wait"),
    [
        (1, 0.5, FIRST_PAUSE),
        (1, 0.0, FIRST_PAUSE * 0.8),
        (1, 1.0, FIRST_PAUSE * 1.2),
        (2, 0.5, 2 * FIRST_PAUSE),
        (8, 0.5, timedelta(seconds=640)),
        (16, 0.5, LONGEST_PAUSE),
        (10_000, 0.5, LONGEST_PAUSE),
    ],
)
def test_pauses_double_up_to_a_day(attempt: int, jitter: float, wait: timedelta) -> None:
    assert pause(attempt, jitter) == wait


class Receivers:
    """Receivers of our own on loopback: a webhook, Telegram and a mail server."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.chats: list[str] = []
        self.mails: list[tuple[str, str]] = []
        self.hook_answers: list[web.Response] = []

    async def hook(self, request: web.Request) -> web.Response:
        self.keys.append(request.headers["Idempotency-Key"])
        return self.hook_answers.pop(0) if self.hook_answers else web.Response()

    async def telegram(self, request: web.Request) -> web.Response:
        self.chats.append((await request.json())["text"])
        return web.json_response({"ok": True})

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        mail = message_from_bytes(envelope.original_content or b"")
        self.mails.append((envelope.rcpt_tos[0], mail["Message-ID"]))
        # The first copy is taken and its answer lost, as when a connection breaks at the worst moment.
        return "451 not now" if len(self.mails) == 1 else "250 OK"


@pytest.fixture
async def receivers() -> AsyncIterator[tuple[Receivers, int, int]]:
    receivers = Receivers()
    app = web.Application()
    app.router.add_post("/hook", receivers.hook)
    app.router.add_post("/{bot}/sendMessage", receivers.telegram)
    made: list[SMTP] = []

    def protocol() -> SMTP:
        made.append(SMTP(receivers, hostname="mail.example.kz"))
        return made[-1]

    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
    async with server, TestServer(app) as http:
        yield receivers, int(http.port or 0), server.sockets[0].getsockname()[1]
    for connection in made:
        if connection.transport is not None:
            connection.transport.close()


async def test_through_real_channels_everything_arrives_in_order_and_no_secret_stays(
    db: Database,
    clock: Clock,
    receivers: tuple[Receivers, int, int],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    seen, http, smtp = receivers
    hook = f"http://u:planted-password@127.0.0.1:{http}/hook?key=planted-key"
    alerts = [
        rule("hook", to=[hook], secret="planted-secret"),
        rule("people", to=["tgram://1:planted-token/77", f"mailto://127.0.0.1:{smtp}?from=a@b&to=c@d"], lang="kk"),
        rule("nobody", to=[f"http://127.0.0.1:{unused_port()}/planted-path"]),
    ]  # fmt: skip
    seen.hook_answers = [
        web.Response(status=429, headers={"Retry-After": "30"}),
        web.Response(status=500, text="you sent planted-password, planted-key and planted-secret"),
    ]
    publish(db, alerts, 1)
    publish(db, alerts, 2)
    async with open_channels(
        ["webhook", "telegram", "mail"], now=clock, telegram=f"http://127.0.0.1:{http}"
    ) as channels:
        assert await send(db, alerts, channels, clock) == START + FIRST_PAUSE
        assert len(seen.keys) == 1
        clock.moment += timedelta(seconds=5)
        await send(db, alerts, channels, clock)
        assert len(seen.keys) == 1, "429 asked for 30 seconds"
        for _ in range(2):
            clock.moment += timedelta(seconds=30)
            await send(db, alerts, channels, clock)
    assert len(seen.keys) == 4
    assert len(set(seen.keys)) == 2
    assert seen.keys[0] == seen.keys[1] == seen.keys[2]
    assert [text.splitlines()[2] for text in seen.chats] == ["Өңір 1", "Өңір 2"]
    first, again, second = seen.mails
    assert first == again != second
    assert counts(db) == {"owed": 2, "sent": 6, "failed": 0, "dropped": 0}
    stored = json.dumps([*db.query("SELECT * FROM deliveries"), *db.query("SELECT * FROM changes")])
    logged = [record.getMessage() for record in caplog.records if record.name != "aiohttp.access"]
    assert "planted" not in stored + str(logged)
    assert "answered 500" in str(logged)
