"""The room that announces changed feeds, with a real database, to a real hub on loopback."""

import asyncio
import logging
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

import feeds.topics
import feeds.websub
from feeds.formats import FORMATS
from feeds.streams import Stream
from feeds.topics import Topics, digest_of
from feeds.websub import Announcer
from feeds.words import words_of
from monitor.config import Config
from monitor.store import topics
from monitor.store.arrivals import note_arrivals
from monitor.store.database import writing
from monitor.store.selections import Placed, Selection, Window, newest
from tests.feeds.conftest import Stored
from tests.feeds.websub_hub import PATIENCE, LoopbackHub, loopback_hub

NOW = datetime(2031, 5, 20, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=365)
SERVER = "https://news.example.kz"


def publish(stored: Stored, source_id: str, agency: str, **titles: str) -> int:
    """A release that is news, in these languages, committed at once."""
    with writing(stored.db):
        release = stored.release(source_id, agency)
        for lang, title in titles.items():
            edition = stored.edition(release, lang, title, "Мәтін.")
            stored.change("published", release, edition, revision_id=stored.revision(edition, 1, title))
        note_arrivals(stored.db, [source_id])
    return release


def edit(stored: Stored, release: int, lang: str, title: str) -> None:
    with writing(stored.db):
        (edition,) = stored.db.execute(
            "SELECT id FROM editions WHERE release_id = ? AND lang = ?", [release, lang]
        ).fetchone()
        stored.update("editions", edition, title=title, revisions=2)
        revision = stored.revision(edition, 2, title)
        stored.change("edited", release, edition, revision_id=revision)


def config_for(stored: Stored) -> Config:
    return Config.model_validate(
        {
            "database": {"path": stored.path},
            "portal": {"agencies": ["economy", "moa"], "languages": ["kk", "ru"]},
            "server": {"public_url": SERVER},
        }
    )


def in_three_formats(*addresses: str) -> Counter[str]:
    """The topics of feeds that are named without their endings, each once."""
    return Counter(
        SERVER + "?".join([f"{path}.{ending}", *query])
        for path, *query in (address.split("?") for address in addresses)
        for ending in FORMATS
    )


class Clock:
    """Stands still unless a test moves it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def hub() -> AsyncIterator[LoopbackHub]:
    async with loopback_hub() as hub:
        yield hub


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks often, as far as a clock is waited for and not a condition."""
    monkeypatch.setattr(feeds.websub, "LOOK_SECONDS", 0.02)
    monkeypatch.setattr(feeds.websub, "GATHER_SECONDS", 0.01)


@asynccontextmanager
async def announcing(stored: Stored, hub: LoopbackHub, clock: Clock) -> AsyncIterator[Announcer]:
    """The room at work, past its first look."""
    announcer, stop = Announcer(config_for(stored), hub.url, now=clock, jitter=lambda: 0.5), asyncio.Event()
    room = asyncio.create_task(announcer.announce(SERVER, stop=stop))
    try:
        await eventually(lambda: len(topics.held(stored.db)) >= 21, room)
        yield announcer
        assert not room.done(), room.result()
    finally:
        stop.set()
        await asyncio.wait_for(room, PATIENCE)


async def eventually(truth: Callable[[], bool], room: "asyncio.Task[None] | None" = None) -> None:
    """Waits for what the room's thread does to the database."""
    async with asyncio.timeout(PATIENCE):
        while not truth():
            assert room is None or not room.done(), room.result()
            await asyncio.sleep(0.01)


async def all_is_told(stored: Stored, announcer: Announcer) -> None:
    """Waits until the room has looked at what was committed last, and owes nothing."""
    version = stored.db.execute("SELECT version FROM feed_state").fetchone()[0]
    watched = announcer._topics
    await eventually(
        lambda: (
            (watched._offered_at, watched._asked_at) == (version, version)
            and not topics.owed(stored.db, now=LATER, most=1)
        )
    )


def owed(stored: Stored) -> list[str]:
    return [topic.address for topic in topics.owed(stored.db, now=LATER, most=1000)]


async def test_a_release_announces_the_feeds_that_hold_it_in_three_formats(
    stored: Stored, hub: LoopbackHub, clock: Clock
) -> None:
    publish(stored, "900001", "moa", kk="Бұрынғы өнім")
    async with announcing(stored, hub, clock) as announcer:
        assert hub.requests == []  # nobody can have subscribed before the first look
        release = publish(stored, "900002", "economy", kk="Көмір бағасы")
        await all_is_told(stored, announcer)
        news = in_three_formats(
            "/feeds/all", "/feeds/all?lang=kk", "/feeds/agencies/economy", "/feeds/changes"
        )
        assert Counter(hub.told) == news

        edit(stored, release, "kk", "Көмір бағасы әлі төмен")
        await all_is_told(stored, announcer)
        assert Counter(hub.told) == news + news

        with writing(stored.db):
            stored.update("editions", 2, status="removed")
            stored.update("releases", release, status="removed")
            stored.change("removed", release)
        await all_is_told(stored, announcer)
        assert Counter(hub.told) == news + news + news + in_three_formats("/feeds/removed")


async def test_what_no_feed_shows_announces_nothing(stored: Stored, hub: LoopbackHub, clock: Clock) -> None:
    publish(stored, "900001", "moa", kk="Бұрынғы өнім")
    async with announcing(stored, hub, clock) as announcer:
        stored.crawl("unchanged")
        with writing(stored.db):
            stored.update("releases", 1, last_seen_at="2031-05-20T07:59:00.000Z", status="suspected")
            stored.update("editions", 1, status="suspected")
        announcer.changed()
        publish(stored, "900002", "economy", ru="Уголь дешевеет")  # what comes after it is seen with it
        await all_is_told(stored, announcer)
        assert Counter(hub.told) == in_three_formats(
            "/feeds/all", "/feeds/all?lang=ru", "/feeds/agencies/economy", "/feeds/changes"
        )


async def test_a_commit_is_announced_at_once_where_it_is_told_of(
    stored: Stored, hub: LoopbackHub, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds.websub, "LOOK_SECONDS", 1000.0)
    async with announcing(stored, hub, clock) as announcer:
        for number in (1, 2):
            publish(stored, f"90000{number}", "moa", kk="Өнім")
            announcer.changed()
            await hub.until(lambda: len(hub.told) == 12 * number)  # noqa: B023


async def test_a_saved_search_is_announced_only_where_it_is_concerned(
    stored: Stored, hub: LoopbackHub, clock: Clock
) -> None:
    both, removals = "/feeds/all.atom?agency=economy&agency=moa&lang=ru", "/feeds/changes.json?kind=removed"
    words = Stream(languages=("kk",), words=words_of("өнім")).address("rss")
    async with announcing(stored, hub, clock) as announcer:
        announcer.asked(words)
        announcer.asked(both)
        announcer.asked(removals)
        announcer.asked("/feeds/all.atom")  # is offered anyway
        await eventually(lambda: len(topics.held(stored.db)) == 24)
        publish(stored, "900000", "economy", kk="Ұн мен нан бағасы")
        await all_is_told(stored, announcer)
        assert {SERVER + address for address in (words, both, removals)}.isdisjoint(hub.told)

        release = publish(stored, "900001", "moa", kk="Жаңа өнімнің бағасы")
        await all_is_told(stored, announcer)
        assert hub.told.count(SERVER + words) == 1
        assert {SERVER + both, SERVER + removals}.isdisjoint(hub.told)

        with writing(stored.db):
            edition = stored.edition(release, "ru", "Урожай", "Текст.")
            revision = stored.revision(edition, 1, "Урожай")
            stored.change("translated", release, edition, revision_id=revision)
            note_arrivals(stored.db, ["900001"])
        await all_is_told(stored, announcer)
        assert hub.told.count(SERVER + both) == 1

        with writing(stored.db):
            stored.update("editions", edition, status="removed")
            stored.update("releases", release, status="removed")
            stored.change("removed", release)
        await all_is_told(stored, announcer)
        assert hub.told.count(SERVER + removals) == 1
        assert hub.told.count(SERVER + both) == 2


async def test_what_changed_between_the_answer_and_the_look_is_announced(
    stored: Stored, hub: LoopbackHub, clock: Clock
) -> None:
    search = "/feeds/all.rss?agency=economy&agency=moa"
    async with announcing(stored, hub, clock) as announcer:
        given = newest(stored.db, Selection(agencies=("economy", "moa")), size=50)
        publish(stored, "900001", "moa", kk="Өнім")
        announcer.asked(search, given)
        await hub.until(lambda: SERVER + search in hub.told)


async def test_what_is_no_feed_is_never_announced(stored: Stored, hub: LoopbackHub, clock: Clock) -> None:
    async with announcing(stored, hub, clock) as announcer:
        for address in (
            "/feeds/all.exe",
            "/feeds/all.atom?lang=zz",
            "/",
            "/feeds/agencies/nobody.atom",
            "/feeds/all/archive/1..50.atom",
        ):
            announcer.asked(address)
        await eventually(lambda: not announcer._topics._asked)
        assert len(topics.held(stored.db)) == 21


async def test_killed_between_commit_and_announcement_it_is_announced_after_the_restart(
    stored: Stored, hub: LoopbackHub, clock: Clock
) -> None:
    async with announcing(stored, hub, clock):
        pass
    publish(stored, "900001", "moa", kk="Өнім")
    async with announcing(stored, hub, clock) as announcer:
        await all_is_told(stored, announcer)
    assert len(hub.told) == 12
    async with announcing(stored, hub, clock) as announcer:
        await all_is_told(stored, announcer)
    assert len(hub.told) == 12


async def test_ended_while_the_hub_hangs_it_is_announced_after_the_restart(
    stored: Stored, hub: LoopbackHub, clock: Clock
) -> None:
    loop = asyncio.get_running_loop()
    hub.open.clear()
    async with announcing(stored, hub, clock):
        publish(stored, "900001", "moa", kk="Өнім")
        await hub.until(lambda: len(hub.requests) == 4)
        began = loop.time()
    assert loop.time() - began < 2.0
    assert hub.told == []
    hub.open.set()
    async with announcing(stored, hub, clock) as announcer:
        await all_is_told(stored, announcer)
    assert Counter(hub.told).keys() >= in_three_formats("/feeds/all", "/feeds/changes").keys()


async def test_a_hub_that_was_down_is_told_when_it_is_up_and_both_are_said_once(
    stored: Stored, hub: LoopbackHub, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await hub.stop()
    async with announcing(stored, hub, clock) as announcer:
        publish(stored, "900001", "moa", kk="Өнім")
        for pause in (5, 10, 20, 40):
            await eventually(lambda: announcer._quiet_until == clock.now + timedelta(seconds=pause))  # noqa: B023
            assert len(owed(stored)) == 12
            clock.now += timedelta(seconds=pause)
        await eventually(lambda: announcer._failures == 5)
        await hub.start()
        clock.now += timedelta(seconds=80)
        await all_is_told(stored, announcer)
    assert Counter(hub.told).most_common(1)[0][1] == 1
    assert len(hub.told) == 12
    said = [record.getMessage() for record in caplog.records if record.name == "feeds.websub"]
    assert len(said) == 2
    assert "takes no announcements: it cannot be reached" in said[0]
    assert "answers again" in said[1]


async def test_a_clock_that_is_set_back_does_not_keep_the_hub_waiting(
    stored: Stored, hub: LoopbackHub, clock: Clock
) -> None:
    await hub.stop()
    async with announcing(stored, hub, clock) as announcer:
        publish(stored, "900001", "moa", kk="Өнім")
        await eventually(lambda: announcer._failures == 1)
        await hub.start()
        clock.now -= timedelta(days=365)
        await all_is_told(stored, announcer)
    assert len(hub.told) == 12


async def test_the_pauses_end_at_an_hour(stored: Stored, hub: LoopbackHub, clock: Clock) -> None:
    await hub.stop()
    async with announcing(stored, hub, clock) as announcer:
        publish(stored, "900001", "moa", kk="Өнім")
        for failures in range(1, 14):
            await eventually(lambda: announcer._failures == failures)  # noqa: B023
            assert announcer._quiet_until is not None
            assert announcer._quiet_until - clock.now <= timedelta(hours=1)
            clock.now = announcer._quiet_until
        await eventually(lambda: announcer._failures == 14)
        assert announcer._quiet_until == clock.now + timedelta(hours=1)


async def test_a_hub_that_asks_for_time_is_given_it_also_after_a_restart(
    stored: Stored, hub: LoopbackHub, clock: Clock
) -> None:
    hub.answer = lambda _: web.Response(status=429, headers={"Retry-After": "7200"})
    async with announcing(stored, hub, clock) as announcer:
        publish(stored, "900001", "moa", kk="Өнім")
        await eventually(lambda: announcer._failures == 1)
    asked = len(hub.requests)
    assert asked <= 4
    hub.answer = lambda _: web.Response(status=202)
    clock.now += timedelta(seconds=7199)
    async with announcing(stored, hub, clock) as announcer:
        await eventually(lambda: announcer._topics._asked_at is not None)
        announcer.changed()
        assert topics.owed(stored.db, now=clock.now, most=1) == []
        assert len(hub.requests) == asked
        clock.now += timedelta(seconds=1)
        await all_is_told(stored, announcer)
    assert len(hub.told) == 12


async def test_a_feed_that_is_refused_is_told_again_only_when_it_changes(
    stored: Stored, hub: LoopbackHub, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    def no_changes(topic: str) -> web.Response:
        return web.Response(status=410 if "changes" in topic else 204, text="жоқ")

    hub.answer = no_changes
    async with announcing(stored, hub, clock) as announcer:
        for number in (1, 2):
            publish(stored, f"90000{number}", "moa", kk="Өнім")
            await all_is_told(stored, announcer)
            concerned = in_three_formats(
                "/feeds/all", "/feeds/all?lang=kk", "/feeds/agencies/moa", "/feeds/changes"
            )
            assert Counter(hub.requests) == dict.fromkeys(concerned, number)
        hub.answer = lambda _: web.Response(status=204)
        publish(stored, "900003", "moa", kk="Өнім")
        await all_is_told(stored, announcer)
    said = [record.getMessage() for record in caplog.records if record.name == "feeds.websub"]
    assert len(said) == 2
    assert "refuses to hear of /feeds/changes.atom and 2 others: 410 Gone" in said[0]
    assert "takes /feeds/changes.atom and 2 others again" in said[1]


async def test_a_feed_that_the_hub_trips_over_holds_up_no_other(
    stored: Stored, hub: LoopbackHub, clock: Clock
) -> None:
    poison = f"{SERVER}/feeds/all.atom"
    hub.answer = lambda topic: web.Response(status=500 if topic == poison else 200)
    async with announcing(stored, hub, clock) as announcer:
        publish(stored, "900001", "moa", kk="Өнім")
        await hub.until(lambda: len(hub.told) == 11)
        await eventually(lambda: owed(stored) == ["/feeds/all.atom"])
        publish(stored, "900002", "moa", kk="Өнім")
        await hub.until(lambda: len(hub.told) == 22)
        assert hub.requests.count(poison) == 1  # its pause goes on
        hub.answer = lambda _: web.Response(status=200)
        clock.now += timedelta(seconds=6)
        await all_is_told(stored, announcer)
        assert hub.told.count(poison) == 1


async def test_a_hub_that_hangs_keeps_nobody_from_writing(
    stored: Stored, hub: LoopbackHub, clock: Clock
) -> None:
    hub.open.clear()
    async with announcing(stored, hub, clock):
        publish(stored, "900001", "moa", kk="Өнім")
        await hub.until(lambda: len(hub.requests) == 4)
        impatient = sqlite3.connect(stored.path, timeout=0, isolation_level=None)
        impatient.execute("BEGIN IMMEDIATE")
        impatient.execute("UPDATE agencies SET followed = 1")
        impatient.execute("COMMIT")
        impatient.close()


async def test_a_database_that_cannot_be_used_is_said_once_and_ends_nothing(
    stored: Stored, hub: LoopbackHub, clock: Clock, caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(feeds.websub, "pause", lambda *_, **__: timedelta(seconds=0.02))
    async with announcing(stored, hub, clock) as announcer:
        stored.db.execute("ALTER TABLE feed_state RENAME TO feed_state_away")
        await eventually(lambda: "hub is told later" in caplog.text)
        stored.db.execute("ALTER TABLE feed_state_away RENAME TO feed_state")
        publish(stored, "900001", "moa", kk="Өнім")
        await all_is_told(stored, announcer)
    said = [record.getMessage() for record in caplog.records if record.name == "feeds.websub"]
    assert len(said) == 2
    assert "is told of what has changed again" in said[1]


async def test_a_fault_of_ours_is_loud_and_ends_nothing(
    stored: Stored, hub: LoopbackHub, clock: Clock, caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(feeds.websub, "pause", lambda *_, **__: timedelta(seconds=0.02))
    async with announcing(stored, hub, clock) as announcer:
        with monkeypatch.context() as broken:
            broken.setattr(feeds.topics, "newest", lambda *_, **__: {}["бұл жоқ"])
            publish(stored, "900001", "moa", kk="Өнім")
            await eventually(lambda: "KeyError: 'бұл жоқ'" in caplog.text)
        await all_is_told(stored, announcer)
    assert len(hub.told) == 12


async def test_a_language_that_is_read_no_longer_takes_its_searches_with_it(
    stored: Stored, hub: LoopbackHub, clock: Clock
) -> None:
    topics.note(stored.db, {"/feeds/all.atom?lang=zz": "00"}, asked={"/feeds/all.atom?lang=zz"}, now=NOW)
    async with announcing(stored, hub, clock):
        await eventually(lambda: len(topics.held(stored.db)) == 21)
    assert hub.requests == []


@given(
    entries=st.lists(st.tuples(st.integers(1, 4), st.integers(0, 3)), max_size=4),
    others=st.lists(st.tuples(st.integers(1, 4), st.integers(0, 3)), max_size=4),
)
def test_two_windows_have_one_digest_only_if_they_show_the_same(
    entries: list[tuple[int, int]], others: list[tuple[int, int]]
) -> None:
    first, second = (
        digest_of(Window(tuple(Placed(key, key, version) for key, version in shown), None, None, None))
        for shown in (entries, others)
    )
    assert (first == second) is (entries == others)


def test_a_look_that_is_ended_has_noted_nothing(stored: Stored) -> None:
    watched = Topics(config_for(stored))
    watched.look_at_offered(stored.db, now=NOW, ending=lambda: True)
    assert topics.held(stored.db) == {}
    watched.look_at_offered(stored.db, now=NOW, ending=lambda: False)
    assert len(topics.held(stored.db)) == 21
    watched.asked("/feeds/all.atom?q=%D0%BD%D0%B0%D0%BD", None)
    watched.look_at_asked(stored.db, now=NOW, ending=lambda: True)
    assert len(topics.held(stored.db)) == 21
    watched.look_at_asked(stored.db, now=NOW, ending=lambda: False)
    assert len(topics.held(stored.db)) == 22
