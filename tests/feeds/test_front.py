"""What is handed out at once, what is looked at again, and what is rendered anew."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

import feeds.front
import feeds.site
import monitor.store.remembered
from feeds.answers import Wish
from feeds.front import GOOD_SECONDS, Front, TooManySearches
from feeds.pages.table import Looked, looked_at
from feeds.rates import Shares
from feeds.shelf import Ready
from feeds.site import Site
from feeds.streams import Asked, Stream, asked_of
from monitor.config import Config
from monitor.errors import StoreError, TookTooLong
from monitor.store.database import Database, open_reader, reading
from monitor.store.zones import Zone, read_zones
from tests.feeds.conftest import SEEN, Stored

URL = b"/feeds/all.atom"
LATER = SEEN + timedelta(days=30)
ASKED = Asked(Stream(), "atom")


class Counted:
    """A front, and how often it looked at a feed and rendered one."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.outlines = self.documents = 0
        self.front = Front(
            Site(Config.model_validate({"database": {"path": path}})), path, clock=lambda: LATER
        )
        for name in ("outline_of", "document_of"):
            monkeypatch.setattr(feeds.site, name, self._counting(name, getattr(feeds.site, name)))

    def _counting(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*given: Any) -> Any:
            if name == "outline_of":
                self.outlines += 1
            else:
                self.documents += 1
            return work(*given)

        return counted

    async def get(self, wish: Wish = Wish(), asked: Asked = ASKED, url: bytes = URL) -> Ready:  # noqa: B008
        found = await self.front.feed(asked, wish, url=url)
        assert found is not None
        return found

    def at_once(self, *headers: tuple[bytes, bytes], url: bytes = URL) -> Ready | None:
        return self.front.at_once(url, list(headers))


@asynccontextmanager
async def front_of(path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Counted]:
    counted = Counted(path, monkeypatch)
    yield counted
    await counted.front.close()


@pytest.fixture
async def desk(golden: Stored, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Counted]:
    async with front_of(golden.path, monkeypatch) as counted:
        yield counted


async def turn() -> None:
    """Lets the event loop come round."""
    await asyncio.sleep(0)


def tag_of(ready: Ready) -> bytes:
    return dict(ready.headers)[b"etag"]


async def test_what_is_held_and_true_is_answered_at_once(desk: Counted) -> None:
    assert desk.at_once() is None
    made = await desk.get()
    assert desk.at_once() is made
    assert desk.at_once(url=b"/feeds/all.atom?lang=") is None
    again = desk.at_once((b"if-none-match", tag_of(made)))
    assert again is not None
    assert again.status == 304
    assert (desk.outlines, desk.documents) == (1, 1)


async def test_a_commit_that_no_feed_shows_needs_no_second_look(desk: Counted, golden: Stored) -> None:
    made = await desk.get()
    golden.crawl("unchanged")
    await turn()
    assert desk.at_once() is None
    assert (await desk.get()) is made
    assert desk.at_once() is made
    assert (desk.outlines, desk.documents) == (1, 1)


async def test_what_another_feed_shows_is_looked_at_and_not_rendered(desk: Counted, golden: Stored) -> None:
    abay = Asked(Stream(agencies=("abay",)), "atom")
    made = await desk.get(asked=abay, url=b"/abay")
    golden.update("editions", 3, text="Said anew.")
    assert (await desk.get(asked=abay, url=b"/abay")).body is made.body
    assert (desk.outlines, desk.documents) == (2, 1)


async def test_an_edit_is_seen_at_the_very_next_request(desk: Counted, golden: Stored) -> None:
    await desk.get()
    for number in range(20):
        golden.update("editions", 1, title=f"Өзгеріс {number}")
        await turn()
        assert desk.at_once() is None
        assert f"Өзгеріс {number}".encode() in (await desk.get()).body


async def test_after_a_restart_who_has_it_is_told_so_without_rendering(
    desk: Counted, golden: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    tag = tag_of(await desk.get())
    async with front_of(golden.path, monkeypatch) as again:
        said = await again.get(Wish(if_none_match=tag))
        assert said.status == 304
        assert again.documents == 0
        held = again.at_once((b"if-none-match", tag))
        assert held is not None
        assert held.status == 304
        assert again.at_once() is None
        assert tag_of(await again.get()) == tag
        assert again.documents == 1


async def test_many_who_ask_at_once_are_answered_from_one_rendering(desk: Counted) -> None:
    answers = await asyncio.gather(*(desk.get() for _ in range(30)))
    assert len({answer.body for answer in answers}) == 1
    assert (desk.outlines, desk.documents) == (1, 1)


async def test_who_waits_for_a_rendering_has_it_whatever_is_committed_meanwhile(
    desk: Counted, golden: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    render = feeds.site.document_of

    def render_while_written(*given: Any) -> Any:
        document = render(*given)
        with closing(sqlite3.connect(golden.path)) as writer, writer:
            writer.execute("UPDATE editions SET title = 'Тағы ' || title WHERE id = 1")
        return document

    monkeypatch.setattr(feeds.site, "document_of", render_while_written)
    answers = await asyncio.gather(*(desk.get() for _ in range(10)))
    assert len({answer.body for answer in answers}) == 1
    assert desk.documents == 1
    assert "Тағы ".encode() in (await desk.get()).body


async def test_a_page_is_a_second_old_while_commits_rain_and_no_older(
    desk: Counted, golden: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(feeds.front, "monotonic", lambda: now)
    seen = looked_at("/ru/", "", languages=desk.front.site.languages)
    assert isinstance(seen, Looked)

    async def shown() -> list[bool]:
        ready = await desk.front.view(seen.view, "ru", Wish(), url=b"/ru/", by_wish=False, host="")
        assert ready is not None
        return [f"Өзгеріс {number}." in ready.body.decode() for number in range(10)]

    await shown()
    for number in range(8):
        golden.update("editions", 1, title=f"Өзгеріс {number}.")
        golden.update("editions", 2, title=f"Өзгеріс {number}.")
        await turn()
        said = await shown()
        assert said.index(True) == min(number, 5)
        assert desk.at_once(url=b"/ru/") is not None
    now += GOOD_SECONDS
    await turn()
    assert (await shown()).index(True) == 7


async def test_brotli_is_made_for_the_first_who_asks(desk: Counted) -> None:
    made = await desk.get(Wish(b"br"))
    assert (b"content-encoding", b"br") in made.headers
    assert desk.at_once((b"accept-encoding", b"br")) is made
    assert desk.documents == 1


async def test_there_is_something_to_serve_before_there_is_a_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "jarshy.db"
    async with front_of(path, monkeypatch) as desk:
        await desk.get()
        assert desk.at_once() is not None
        stored = Stored(path)
        stored.edition(stored.release("1"), "kk", title="Пайда болды")
        await turn()
        assert desk.at_once() is None
        assert "Пайда болды".encode() in (await desk.get()).body
        stored.db.close()


async def test_a_database_that_cannot_be_read_leaves_what_was_rendered(
    desk: Counted, golden: Stored, caplog: pytest.LogCaptureFixture
) -> None:
    made = await desk.get()
    golden.db.execute("ALTER TABLE feed_state RENAME TO lost")
    with caplog.at_level(logging.INFO):
        assert (await desk.get()) is made
        assert (await desk.get()) is made
        with pytest.raises(StoreError):
            await desk.get(asked=Asked(Stream(topic="changes"), "rss"), url=b"/changes")
        golden.db.execute("ALTER TABLE lost RENAME TO feed_state")
        golden.update("editions", 1, title="Қайта келді")
        assert "Қайта келді".encode() in (await desk.get()).body
    said = [record.getMessage() for record in caplog.records if record.name == "feeds.front"]
    assert len(said) == 2
    assert said[0].startswith("Feeds are served as they were last rendered: ")
    assert said[1] == "Feeds are served as they are again, after 0 s."


def search(words: str) -> Asked:
    asked = asked_of("/feeds/all.atom", f"q={words}", languages=("kk", "ru", "en"))
    assert isinstance(asked, Asked)
    return asked


async def test_searches_beyond_the_bound_are_put_off(desk: Counted) -> None:
    desk.front._searches = Shares(per_second=0.001, burst=5, hosts=2)
    for number in range(5):
        await desk.get(asked=search(f"soz{number}"), url=b"/?%d" % number)
    with pytest.raises(TooManySearches) as refused:
        await desk.get(asked=search("artyq"), url=b"/artyq")
    assert 0 < refused.value.seconds <= 1000
    # What was searched for is held, and everything else is served as ever, also to others who search.
    await desk.front.feed(search("basqa"), Wish(), url=b"/basqa", host="192.0.2.7")
    await desk.get(asked=search("soz3"), url=b"/?3")
    await desk.get()


async def test_a_search_that_takes_too_long_is_given_up(
    desk: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds.front, "SEARCH_SECONDS", -1.0)
    with pytest.raises(TookTooLong):
        await desk.get(asked=search("uzaq"), url=b"/slow")
    await desk.get()


async def test_a_slow_search_holds_up_no_other_feed(desk: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    work, begun, go_on = feeds.site.outline_of, asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(db: Any, asked: Asked, *given: Any) -> Any:
        if asked.stream.words:
            loop.call_soon_threadsafe(begun.set)
            asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result(10)
        return work(db, asked, *given)

    monkeypatch.setattr(feeds.site, "outline_of", slow)
    searching = asyncio.create_task(desk.get(asked=search("keng"), url=b"/keng"))
    await begun.wait()
    await desk.get()
    assert desk.at_once() is not None
    assert not searching.done()
    go_on.set()
    await searching


async def test_where_which_dates_are_is_read_before_the_first_search(
    desk: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []

    def counting(db: Database, *, after: int = -1) -> dict[int, Zone]:
        read.append(after)
        return read_zones(db, after=after)

    monkeypatch.setattr(monitor.store.remembered, "read_zones", counting)
    await desk.front.prepare()
    assert read == [-1]
    await desk.front.prepare()
    assert read == [-1]


async def test_what_is_prepared_keeps_no_server_from_ending(
    golden: Stored, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def endless(db: Database, **_: Any) -> dict[int, Zone]:
        db.execute("WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n")
        return {}

    monkeypatch.setattr(monitor.store.remembered, "read_zones", endless)
    with caplog.at_level(logging.INFO):
        async with front_of(golden.path, monkeypatch) as counted:
            preparing = asyncio.create_task(counted.front.prepare())
            await turn()
        await preparing
    assert "will take longer" in caplog.text


def test_a_question_that_takes_too_long_is_interrupted(golden: Stored) -> None:
    db = open_reader(golden.path)
    endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    until = monotonic() + 0.05
    with pytest.raises(TookTooLong), reading(db, is_over=lambda: monotonic() > until):
        db.execute(endless).fetchone()
    with reading(db):
        assert db.execute("SELECT count(*) FROM editions").fetchone() == (3,)
    db.close()


def test_within_a_reading_nothing_moves(golden: Stored) -> None:
    db = open_reader(golden.path)
    with reading(db):
        before = db.execute("SELECT title FROM editions WHERE id = 1").fetchone()
        golden.update("editions", 1, title="Өзгерді")
        assert db.execute("SELECT title FROM editions WHERE id = 1").fetchone() == before
    assert db.execute("SELECT title FROM editions WHERE id = 1").fetchone() == ("Өзгерді",)
    db.close()


async def test_a_date_within_the_same_second_hides_nothing(
    golden: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime(2032, 1, 1, 12, 0, 0, 100_000, tzinfo=UTC)
    golden.change("edited", 1, 1, at=now)
    async with front_of(golden.path, monkeypatch) as desk:
        desk.front._clock = lambda: now
        assert b"last-modified" not in dict((await desk.get()).headers)
        golden.update("editions", 1, title="Сол секундта")
        golden.change("edited", 1, 1, at=now + timedelta(milliseconds=300))
        dated = Wish(if_modified_since=b"Thu, 01 Jan 2032 12:00:00 GMT")
        assert (await desk.get(dated)).status == 200
        desk.front._clock = lambda: now + timedelta(seconds=2)
        assert (await desk.get(dated)).status == 200
        assert dict((await desk.get()).headers)[b"last-modified"] == b"Thu, 01 Jan 2032 12:00:01 GMT"
        assert (await desk.get(Wish(if_modified_since=b"Thu, 01 Jan 2032 12:00:01 GMT"))).status == 304
