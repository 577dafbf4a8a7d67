"""Debian's newsboat follows a feed over HTTP: told in the order in which a reader lives through it."""

import asyncio
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.store.database import to_text
from tests.feeds.conftest import Stored
from tests.feeds.test_server import PATIENCE, config_for, running

NEWSBOAT = shutil.which("newsboat")

pytestmark = pytest.mark.skipif(
    NEWSBOAT is None, reason="newsboat is not installed: apt-get install newsboat"
)

MAY = datetime(2024, 5, 14, 9, 30, tzinfo=UTC)
"""In the past, since HTTP lets no document be younger than its answer."""


@dataclass(frozen=True)
class Article:
    """A row of newsboat's cache."""

    guid: str
    title: str
    author: str
    url: str
    published: datetime
    content: str


class Reader:
    """One who starts newsboat now and then; what it asked and was answered is remembered in `answers`."""

    def __init__(self, folder: Path, address: str, answers: list[int]) -> None:
        self.answers = answers
        self._folder = folder
        folder.mkdir()
        (folder / "urls").write_text(f"{address}\n")
        (folder / "config").touch()

    async def reload(self) -> list[int]:
        """The statuses of what the server answered this time."""
        before = len(self.answers)
        assert NEWSBOAT is not None
        newsboat = await asyncio.create_subprocess_exec(
            *(NEWSBOAT, "-x", "reload", "-u", "urls", "-c", "cache.db", "-C", "config"),
            cwd=self._folder,
            env=os.environ | {"HOME": str(self._folder), "LC_ALL": "C.UTF-8"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await asyncio.wait_for(newsboat.communicate(), PATIENCE)
        assert newsboat.returncode == 0, said
        return self.answers[before:]

    def articles(self) -> list[Article]:
        """What newsboat keeps, in the order of the titles."""
        asked = "SELECT guid, title, author, url, pubDate, content FROM rss_item ORDER BY title"
        with closing(sqlite3.connect(self._folder / "cache.db")) as cache:
            return [
                Article(*row[:4], published=datetime.fromtimestamp(row[4], UTC), content=row[5])
                for row in cache.execute(asked)
            ]


@asynccontextmanager
async def reading(stored: Stored, folder: Path, feed: str) -> AsyncIterator[Reader]:
    """A reader of one feed, through a relay that hears what the server answers."""
    answers: list[int] = []
    async with running(config_for(stored.path)) as site:

        async def relay(asking: asyncio.StreamReader, asked: asyncio.StreamWriter) -> None:
            from_server, to_server = await asyncio.open_connection("127.0.0.1", site.port)
            request = (await asking.readuntil(b"\r\n\r\n")).removesuffix(b"\r\n")
            to_server.write(request + b"Connection: close\r\n\r\n")
            answer = await from_server.read()
            answers.append(int(answer.split()[1]))
            asked.write(answer)
            to_server.close()
            asked.close()

        async with await asyncio.start_server(relay, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            yield Reader(folder, f"http://127.0.0.1:{port}/feeds/{feed}", answers)


def publish(stored: Stored, release: int, lang: str, title: str, text: str, *, at: datetime) -> int:
    edition = stored.edition(release, lang, title, text, seen=at)
    stored.change("published", release, edition, at=at)
    return edition


@pytest.mark.parametrize("ending", ["atom", "rss"])
async def test_newsboat_follows_a_feed(stored: Stored, tmp_path: Path, ending: str) -> None:
    building = stored.release("900201", "abay", published_at=to_text(MAY), first_seen_at=to_text(MAY))
    kazakh = publish(stored, building, "kk", "Әкімдік: үлгілі ғимарат", "Өңірде ғимарат салынды.", at=MAY)
    publish(stored, building, "ru", "Итоги <весны> & планы", "Здание готово.", at=MAY + timedelta(hours=1))
    async with reading(stored, tmp_path / "reader", f"all.{ending}") as reader:
        assert await reader.reload() == [200]
        first = reader.articles()
        assert [(article.title, article.author, article.published) for article in first] == [
            ("Итоги <весны> & планы", "Акимат области Абай", MAY),
            ("Әкімдік: үлгілі ғимарат", "Абай облысының әкімдігі", MAY),
        ]
        assert [article.url[-14:] for article in first] == ["900201?lang=ru", "900201?lang=kk"]
        assert [article.guid[:9] for article in first] == ["urn:uuid:"] * 2
        assert "<p>Өңірде ғимарат салынды.</p>" in first[1].content

        # It remembers an ETag only once it knows the feed: that of its second visit.
        assert await reader.reload() == [200]
        assert await reader.reload() == [304]
        assert reader.articles() == first

        edited = MAY + timedelta(hours=2)
        stored.update(
            "editions", kazakh, title="Әкімдік: ескі ғимарат", revisions=2, updated_at=to_text(edited)
        )
        stored.change(
            "edited",
            building,
            kazakh,
            at=edited,
            revision_id=stored.revision(kazakh, 2, "Әкімдік: ескі ғимарат"),
        )
        school = stored.release("900202", "abay", published_at=to_text(edited), first_seen_at=to_text(edited))
        publish(stored, school, "kk", "Һәм жаңа мектеп", "Мектеп ашылды.", at=edited + timedelta(hours=1))
        assert await reader.reload() == [200]
        now = reader.articles()
        assert [article.title for article in now] == [
            "Итоги <весны> & планы",
            "Һәм жаңа мектеп",
            "Әкімдік: ескі ғимарат",
        ]
        assert now[0] == first[0]
        assert (now[2].guid, now[2].published) == (first[1].guid, first[1].published)

        assert await reader.reload() == [304]
        assert reader.articles() == now


async def test_two_edits_within_one_second_are_both_seen(stored: Stored, tmp_path: Path) -> None:
    """newsboat sends the Last-Modified it got, and drops an answer that is not younger, whatever its ETag says."""
    now = datetime.now(UTC)
    release = stored.release("900201", "abay", published_at=to_text(now), first_seen_at=to_text(now))
    edition = publish(stored, release, "kk", "Бірінші атау", "Мәтін.", at=now)
    async with reading(stored, tmp_path / "reader", "all.atom") as reader:
        await reader.reload()
        for number, title in enumerate(("Екінші атау", "Үшінші атау"), start=2):
            at = now + timedelta(milliseconds=number)
            stored.update("editions", edition, title=title, revisions=number, updated_at=to_text(at))
            stored.change(
                "edited", release, edition, at=at, revision_id=stored.revision(edition, number, title)
            )
            assert await reader.reload() == [200]
            assert [article.title for article in reader.articles()] == [title]
