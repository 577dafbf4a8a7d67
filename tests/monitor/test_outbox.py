"""What is owed arrives: once, in order, in spite of receivers that are down, slow, full or hostile."""

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.addresses import Address, read_addresses
from monitor.bundles import plan
from monitor.errors import DeliveryError, StoreError
from monitor.messages import Limit, Message
from monitor.pauses import FIRST_PAUSE, LONGEST_PAUSE, pause
from monitor.sending import ATTEMPTS
from monitor.store.deliveries import owe_health
from monitor.store.items import Material, load_items
from monitor.waiting import Plan, Waiting
from tests.monitor.owing import START, Newsroom, rule, whole

HOOK = "https://hooks.example.kz/one"
OTHER = "https://hooks.example.kz/two"
MAIL = "mailto://mail.example.kz?from=a@example.kz&to=reader@example.kz"
CHAT = "tgram://1:token/77"
CHAT_URL = read_addresses(CHAT)[0].url
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass
class Memory:
    """A channel that remembers what it was handed, and fails as it is told to."""

    failures: dict[str, list[Exception]] = field(default_factory=lambda: defaultdict(list))
    sent: list[tuple[str, Message]] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    length: int = 4096

    async def send(self, address: Address, message: Message) -> str:
        self.tried.append(message.id)
        await asyncio.sleep(0)
        if self.failures[address.url]:
            raise self.failures[address.url].pop(0)
        self.sent.append((address.url, message))
        return "taken"

    def limit(self, address: Address) -> Limit:
        return Limit(self.length, "characters")

    def titles(self, url: str) -> list[str]:
        return [message.body["edition"]["title"] for sent_to, message in self.sent if sent_to == url]

    def texts(self) -> list[str]:
        return [message.text for _, message in self.sent]


@pytest.fixture
def memory() -> Memory:
    return Memory()


def hooks(memory: Memory) -> dict[Any, Any]:
    return {"webhook": memory}


def people(memory: Memory) -> dict[Any, Any]:
    return {"mail": memory, "telegram": memory}


async def test_what_is_owed_is_sent_once_and_in_order(memory: Memory) -> None:
    room = Newsroom([rule(to=[HOOK, OTHER])])
    room.publish(*range(1, 61))
    assert await room.dispatch(hooks(memory)) is None
    assert await room.dispatch(hooks(memory)) is None
    assert memory.titles(HOOK) == memory.titles(OTHER) == [f"Өңір {number} kk" for number in range(1, 61)]
    assert room.states() == {"sent": 120}
    assert {(row["answer"], row["attempts"]) for row in whole(room.db)} == {("taken", 1)}


async def test_a_receiver_that_fails_holds_up_only_itself_and_keeps_its_order(memory: Memory) -> None:
    room = Newsroom([rule(to=[HOOK, OTHER])])
    room.publish(1, 2)
    memory.failures[HOOK] = [DeliveryError("down"), DeliveryError("still down")]
    assert await room.dispatch(hooks(memory)) == START + timedelta(seconds=5)
    assert (memory.titles(HOOK), memory.titles(OTHER)) == ([], ["Өңір 1 kk", "Өңір 2 kk"])

    room.clock.on(timedelta(seconds=4))
    await room.dispatch(hooks(memory))
    assert len(memory.tried) == 3, "a pause that is not over is kept"

    room.clock.on(timedelta(seconds=1))
    assert await room.dispatch(hooks(memory)) == room.clock() + timedelta(seconds=10)
    room.clock.on(timedelta(seconds=10))
    assert await room.dispatch(hooks(memory)) is None
    assert memory.titles(HOOK) == ["Өңір 1 kk", "Өңір 2 kk"]
    assert max(row["attempts"] for row in whole(room.db)) == 3


async def test_a_receiver_is_left_alone_as_long_as_it_asks_but_for_a_day_at_most(memory: Memory) -> None:
    room = Newsroom([rule(to=[HOOK])])
    room.publish(1)
    asked = [600, 1, 10 * 86400]
    memory.failures[HOOK] = [DeliveryError("busy", retry_after=seconds) for seconds in asked]
    assert await room.dispatch(hooks(memory)) == START + timedelta(seconds=600)
    room.clock.on(timedelta(seconds=600))
    # Whoever asks for less than our own pause is still not hurried into giving up.
    assert await room.dispatch(hooks(memory)) == room.clock() + timedelta(seconds=10)
    room.clock.on(timedelta(seconds=10))
    assert await room.dispatch(hooks(memory)) == room.clock() + DAY
    assert (
        "it asks for a pause of 10 days, 0:00:00; a day is the longest that is kept"
        in whole(room.db)[0]["error"]
    )


async def test_a_final_refusal_fails_at_once_is_said_in_its_transaction_and_lets_the_next_pass(
    memory: Memory, caplog: pytest.LogCaptureFixture
) -> None:
    room = Newsroom([rule(to=[HOOK])])
    room.publish(1, 2)
    memory.failures[HOOK] = [DeliveryError("gone", permanent=True)]
    told: list[tuple[bool, str]] = []
    assert await room.dispatch(
        hooks(memory), on_gave_up=lambda db, message, _: told.append((db.conn.in_transaction, message.id))
    ) is None  # fmt: skip
    assert told == [(True, whole(room.db)[0]["message_id"])]
    assert memory.titles(HOOK) == ["Өңір 2 kk"]
    assert room.states() == {"sent": 1, "failed": 1}
    assert [record.levelname for record in caplog.records] == ["ERROR"]


async def test_a_receiver_that_is_down_is_said_when_it_begins_now_and_then_and_when_it_ends(
    memory: Memory, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "monitor.outbox")
    room = Newsroom([rule(to=[HOOK])])
    room.publish(1)
    memory.failures[HOOK] = [DeliveryError("it is down") for _ in range(13)]
    await room.live(hooks(memory), DAY)
    assert room.states() == {"sent": 1}
    assert len(memory.tried) == 14
    begun, *lasting, ended = caplog.messages
    assert "Could not tell" in begun
    assert "It has been so for" not in begun
    lasted = [line.partition(" It has been so for ")[2] for line in lasting]
    assert lasted == ["85 min (11 times).", "6 h (13 times)."]
    assert ended == f"Told {read_addresses(HOOK)[0].shown} of change 1, for the first time in 11 h."


async def test_a_receiver_that_does_not_let_us_in_costs_no_message_and_is_told_of_at_once(
    memory: Memory,
) -> None:
    room = Newsroom([rule(to=[HOOK])])
    room.publish(1, 2)
    shut = "535 user and password are not those"
    memory.failures[HOOK] = [DeliveryError(shut, refuses_us=True) for _ in range(7 * 96)]
    told: list[tuple[bool, str]] = []

    async def live(time: timedelta) -> None:
        await room.live(
            hooks(memory), time, on_gave_up=lambda db, message, _: told.append((db.conn.in_transaction, message.id))
        )  # fmt: skip

    await live(timedelta())
    assert told == [(True, whole(room.db)[0]["message_id"])]
    assert [(row["state"], row["attempts"], row["error"]) for row in whole(room.db)] == [
        ("owed", 0, shut), ("owed", 0, None)
    ]  # fmt: skip
    await live(7 * DAY - MINUTE)
    assert (room.states(), len(memory.tried)) == ({"owed": 2}, 7 * 96)
    await live(HOUR)
    assert memory.titles(HOOK) == ["Өңір 1 kk", "Өңір 2 kk"]


async def test_a_receiver_down_for_good_is_given_up_after_days(memory: Memory) -> None:
    room = Newsroom([rule(to=[HOOK])])
    room.publish(1)
    memory.failures[HOOK] = [DeliveryError("down")] * 100
    moment: datetime | None = START
    while moment is not None:
        room.clock.moment = moment
        moment = await room.dispatch(hooks(memory))
    assert len(memory.tried) == ATTEMPTS
    assert len(set(memory.tried)) == 1
    assert timedelta(days=3) < room.clock() - START < timedelta(days=5)
    assert room.states() == {"failed": 1}


async def test_a_fault_of_ours_is_loud_secretless_and_holds_up_nobody(
    memory: Memory, caplog: pytest.LogCaptureFixture
) -> None:
    room = Newsroom([rule(to=[HOOK, OTHER], secret="planted-secret")])
    room.publish(1)
    memory.failures[HOOK] = [RuntimeError("with planted-secret")]
    await room.dispatch(hooks(memory))
    assert memory.titles(OTHER) == ["Өңір 1 kk"]
    assert "RuntimeError" in caplog.text
    assert "planted" not in caplog.text + str(whole(room.db))


@pytest.mark.parametrize("to", [HOOK, CHAT])
async def test_one_change_that_cannot_be_read_fails_alone_and_says_so(memory: Memory, to: str) -> None:
    room = Newsroom([rule(to=[to], lang="kk", digest="hourly")])
    room.publish(1, 2, 3)
    room.db.execute("UPDATE changes SET detail = ? WHERE id = 2", ['{"earlier": 7}'])
    await room.live(hooks(memory) | people(memory), 2 * HOUR)
    assert [row["state"] for row in whole(room.db)] == ["sent", "failed", "sent"]
    assert "a fault of Jarshy itself" in whole(room.db)[1]["error"]
    assert len(memory.sent) == 2


async def test_a_fault_in_deciding_is_said_now_and_then_and_lets_news_pass(
    memory: Memory, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    room = Newsroom([rule(to=[CHAT], lang="kk")])
    room.publish(1)

    def stumbles(waiting: Sequence[Waiting], *rest: Any, **keys: Any) -> Plan:
        if any(each.release_id == 1 for each in waiting):
            raise ValueError("with 1:token")
        return plan(waiting, *rest, **keys)

    monkeypatch.setattr("monitor.gathering.plan", stumbles)
    assert await room.dispatch(people(memory)) == START + 5 * MINUTE
    room.publish(2)
    assert await room.dispatch(people(memory)) == START + 5 * MINUTE
    assert "Өңір 2 kk" in memory.texts()[0]
    assert "waits on: a fault of Jarshy itself" in caplog.text
    assert "token" not in caplog.text


@pytest.mark.parametrize("to", [HOOK, MAIL])
async def test_a_line_that_cannot_be_read_holds_up_nobody_else_and_is_said_now_and_then(
    memory: Memory, caplog: pytest.LogCaptureFixture, to: str
) -> None:
    room, channels = Newsroom([rule(to=[to, OTHER], lang="kk")]), hooks(memory) | people(memory)
    room.publish(1)
    room.db.execute("UPDATE deliveries SET rules = 'by hand' WHERE id = 1")
    for number in (2, 3):
        assert await room.dispatch(channels) == START + 5 * MINUTE
        room.publish(number)
    assert memory.titles(OTHER) == ["Өңір 1 kk", "Өңір 2 kk"]
    assert caplog.text.count("a fault of Jarshy itself") == 1
    room.db.execute("UPDATE deliveries SET rules = '[]' WHERE id = 1")
    room.clock.on(5 * MINUTE)
    assert await room.dispatch(channels) is None
    assert room.states() == {"sent": 6}


@pytest.mark.parametrize("to", [HOOK, MAIL])
async def test_a_crash_before_the_mark_repeats_the_same_message(
    memory: Memory, monkeypatch: pytest.MonkeyPatch, to: str
) -> None:
    room = Newsroom([rule(to=[to], lang="kk", digest="hourly")])
    room.publish(1, 2)
    room.clock.on(HOUR)
    channels = hooks(memory) if to == HOOK else people(memory)
    with monkeypatch.context() as crash:

        def die(*_: object, **__: object) -> None:
            raise StoreError("the disk is full")

        crash.setattr("monitor.sending.mark_sent", die)
        with pytest.raises(StoreError):
            await room.dispatch(channels)
        room.restart()
        room.clock.on(timedelta(seconds=1))
        await room.dispatch(channels)
        assert len(memory.tried) == 1, "what could not be marked is not sent again at once"
    room.clock.on(timedelta(seconds=5))
    assert await room.dispatch(channels) is None
    assert memory.tried[0] == memory.tried[1]
    assert len(set(memory.tried)) == (2 if to == HOOK else 1)
    assert room.states() == {"sent": 2}


async def test_nothing_is_sent_where_it_could_not_be_recorded(memory: Memory) -> None:
    room = Newsroom([rule(to=[HOOK, MAIL])])
    room.publish(1, lang="en")
    room.db.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreError):
        await room.dispatch(hooks(memory) | people(memory))
    assert memory.tried == []
    room.db.execute("PRAGMA query_only = OFF")
    await room.dispatch(hooks(memory) | people(memory))
    assert room.states() == {"sent": 2}


async def test_news_for_others_need_not_wait_for_a_receiver_that_hangs(memory: Memory) -> None:
    began, served, answer = asyncio.Event(), asyncio.Event(), asyncio.Event()

    class Hangs(Memory):
        async def send(self, address: Address, message: Message) -> str:
            if address.url == HOOK:
                began.set()
                await answer.wait()
            said = await memory.send(address, message)
            if memory.titles(OTHER) == ["Өңір 1 kk", "Өңір 2 kk"]:
                served.set()
            return said

    room, woken, wakes = Newsroom([rule(to=[HOOK, OTHER])]), asyncio.Event(), list[datetime]()

    def wake_at(moment: datetime) -> None:
        wakes.append(moment)
        woken.set()

    room.publish(1)
    memory.failures[OTHER] = [DeliveryError("not now")]
    slow = asyncio.create_task(room.dispatch(hooks(Hangs()), wake_at=wake_at))
    await began.wait()
    await woken.wait()
    assert wakes == [START + FIRST_PAUSE], "whoever waits for a pause to end need not wait for the slowest"
    room.publish(2)
    room.clock.on(HOUR)  # also past the moment at which the one in hand would be repeated
    assert await room.dispatch(hooks(Hangs())) is None
    await asyncio.wait_for(served.wait(), 10)
    assert memory.titles(HOOK) == []
    answer.set()
    assert await slow is None
    assert memory.titles(HOOK) == ["Өңір 1 kk", "Өңір 2 kk"]
    assert room.lines.busy == set()


async def test_cancelling_leaves_what_was_not_taken_owed() -> None:
    began = asyncio.Event()

    class Hangs(Memory):
        async def send(self, address: Address, message: Message) -> str:
            began.set()
            await asyncio.Event().wait()
            return ""

    room = Newsroom([rule(to=[HOOK])])
    room.publish(1)
    running = asyncio.create_task(room.dispatch(hooks(Hangs())))
    await began.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert room.states() == {"owed": 1}


async def test_a_program_reads_the_same_at_every_attempt_whatever_became_of_the_release(
    memory: Memory,
) -> None:
    bodies: list[str] = []

    class Refuses(Memory):
        async def send(self, address: Address, message: Message) -> str:
            bodies.append(json.dumps(message.body))
            raise DeliveryError("not now")

    room = Newsroom([rule(to=[HOOK])])
    room.publish(1)
    room.db.table("agencies").insert({**next(room.db.table("agencies").rows), "slug": "almaty"})
    for day in ("02", "05"):
        await room.dispatch(hooks(Refuses()))
        room.db.execute(
            "UPDATE releases SET agency = 'almaty', url = 'https://www.gov.kz/moved', published_at = ?",
            [f"2026-03-{day}T00:00:00.000Z"],
        )
        room.clock.on(MINUTE)
    assert len(set(bodies)) == 1
    assert len(bodies) == 2
    assert json.loads(bodies[0])["release"]["agency"] == "economy"


async def test_an_address_no_longer_configured_is_dropped_and_a_renamed_rule_is_not(
    memory: Memory, caplog: pytest.LogCaptureFixture
) -> None:
    room = Newsroom([rule("before", to=[HOOK, OTHER, MAIL])])
    room.publish(1)
    room.alerts = [rule("after", to=[OTHER, MAIL], lang="kk", secret="s")]
    await room.dispatch(hooks(memory) | people(memory))
    assert memory.titles(OTHER) == ["Өңір 1 kk"]
    assert room.states() == {"sent": 2, "dropped": 1}
    assert "no longer names" in caplog.text


async def test_a_translation_reads_as_published_to_who_heard_of_no_copy(memory: Memory) -> None:
    room = Newsroom([rule("kk only", to=[HOOK], languages=["kk"]), rule("all", to=[OTHER])])
    room.publish(1, lang="ru")
    room.change("translated", 1, weight="minor", detail={"earlier": ["ru"]})
    await room.dispatch(hooks(memory))
    told = {url: message.body["change"] for url, message in memory.sent}
    assert (told[HOOK]["kind"], told[HOOK]["weight"]) == ("published", "major")
    assert (told[OTHER]["kind"], told[OTHER]["weight"]) == ("translated", "minor")


async def test_a_person_is_told_of_an_edit_once_in_their_language_and_a_program_of_each(
    memory: Memory,
) -> None:
    room = Newsroom([rule(to=[HOOK, CHAT], lang="ru")])
    room.publish(1, lang="ru")
    room.change("translated", 1, weight="minor", detail={"earlier": ["ru"]})
    channels = hooks(memory) | people(memory)
    await room.dispatch(channels)
    assert (len(memory.titles(HOOK)), len(memory.sent)) == (2, 3)

    room.change("edited", 1, detail={"fields": ["text"], "classes": ["number"]})
    assert await room.dispatch(channels) == START + 4 * MINUTE, "the Russian copy is waited for"
    room.clock.on(3 * MINUTE)
    room.change("edited", 1, lang="ru", detail={"fields": ["text"], "classes": ["number"]})
    assert await room.dispatch(channels) is None
    assert "Өңір 1 ru" in memory.texts()[-1]
    rows = [row for row in whole(room.db) if row["told_as"] == "edited" and row["form"] == "release"]
    assert len({row["message_id"] for row in rows}) == 1
    assert len(rows) == 2

    room.change("edited", 1, lang="en", detail={"fields": ["text"], "classes": ["number"]})
    await room.live(channels, HOUR)
    last = whole(room.db)[-1]
    assert (last["state"], last["message_id"]) == ("dropped", rows[0]["message_id"])
    assert last["error"].startswith("told of this release (kk, ru) because of what was noticed at 2026-03-02")
    room.change("edited", 1, lang="en", detail={"fields": ["text"], "classes": ["number"]})
    await room.live(channels, HOUR)
    assert whole(room.db)[-1]["state"] == "sent", "the second edit of a copy is another one"


async def test_a_thousand_changes_at_once_are_a_handful_of_messages_and_news_passes(memory: Memory) -> None:
    room = Newsroom([rule(to=[CHAT], lang="kk")])
    room.publish(*range(1, 1001))
    await room.dispatch(people(memory))
    assert 1 <= len(memory.sent) <= 5
    told = [message.id for _, message in memory.sent]
    assert {row["message_id"] for row in whole(room.db)} == set(told)
    room.clock.on(MINUTE)
    room.publish(5000)
    assert await room.dispatch(people(memory)) == START + 10 * MINUTE
    room.clock.on(9 * MINUTE)
    assert await room.dispatch(people(memory)) is None
    assert "Өңір 5000 kk" in memory.texts()[-1]


async def test_others_have_their_turn_while_a_long_list_is_read(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = Newsroom([rule(to=[CHAT], lang="kk")])
    room.publish(*range(1, 601))
    turns, turns_at = 0, list[int]()

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    def reads(*args: Any) -> list[Material]:
        turns_at.append(turns)
        return load_items(*args)

    monkeypatch.setattr("monitor.letters.load_items", reads)
    others = asyncio.create_task(other())
    await room.dispatch(people(memory))
    others.cancel()
    assert turns_at[0] < turns_at[1] < turns_at[2]


async def test_each_part_of_a_list_is_a_message_of_its_own(memory: Memory) -> None:
    room = Newsroom([rule(to=[CHAT], lang="kk", digest="hourly")])
    room.publish(*range(1, 41))
    room.clock.on(HOUR)
    memory.failures[CHAT_URL] = [DeliveryError("first part: later")]
    await room.dispatch(people(memory))
    room.clock.on(timedelta(seconds=5))
    assert memory.sent == []
    await room.dispatch(people(memory))
    assert len(memory.sent) >= 2
    assert memory.tried[0] == memory.tried[1]
    assert len(set(memory.tried)) == len(memory.sent)
    assert [f"{part}/{len(memory.sent)}" in memory.sent[part - 1][1].subject for part in (1, 2)] == [
        True,
        True,
    ]
    assert room.states() == {"sent": 40}


async def test_a_trouble_is_told_at_once_before_what_waits(memory: Memory) -> None:
    room = Newsroom([rule(to=[CHAT], lang="kk", digest="daily 09:00", quiet="00:00-23:59")])
    room.publish(1)
    detail = {"base_url": "https://www.gov.kz", "outcome": "refused", "reason": "403", "listings": 9,
              "since": "2026-03-02T09:00:00.000Z"}  # fmt: skip
    row = {"id": 1, "uid": "7f0f3c1e-3c51-4a53-9a43-000000000001", "at": "2026-03-02T09:30:00.000Z",
           "key": "portal", "kind": "portal", "over": 0, "detail": json.dumps(detail)}  # fmt: skip
    room.db.table("health").insert(row)
    owe_health(room.db, 1, read_addresses(CHAT)[0], ["мой"])
    assert await room.dispatch(people(memory)) == datetime.fromisoformat("2026-03-03T04:00:00Z")
    assert len(memory.sent) == 1
    assert room.states() == {"sent": 1, "owed": 1}


async def test_what_a_redaction_takes_back_leaves_its_message(memory: Memory) -> None:
    room = Newsroom([rule(to=[CHAT], lang="kk", digest="hourly")])
    room.publish(1, 2)
    room.clock.on(HOUR)
    memory.failures[CHAT_URL] = [DeliveryError("not now")]
    await room.dispatch(people(memory))
    room.db.execute("UPDATE deliveries SET state = 'dropped' WHERE change_id = 1")
    room.clock.on(MINUTE)
    await room.dispatch(people(memory))
    assert "Өңір 2" in memory.texts()[0]
    assert "Өңір 1" not in memory.texts()[0]


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
