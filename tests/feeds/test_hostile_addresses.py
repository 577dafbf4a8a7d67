"""Hostile addresses of every page, feed and document that there is, as bytes on a real connection.

They are answered with a sentence, or as if nothing were the matter; never with a fault, and never with a trace.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from itertools import product
from urllib.parse import quote

import pytest

import feeds.front
from feeds.pages.table import PAGES
from feeds.streams import Refusal, asked_of
from tests.feeds.conftest import Stored
from tests.feeds.test_server import PATIENCE, Site, config_for, running

PLACES = {"source_id": "900101", "slug": "economy", "agency": "economy", "lang": "kk"}
"""What stands in the path of a page, by the name of its group."""

PARAMETERS_OF_FEEDS = ("agency", "lang", "q", "kind", "weight", "stories")

NEVER_UNDERSTOOD = (
    b"%ff",
    b"%",
    b"%4",
    b"%zz",
    b"a=%",
    b"a=%c3%28",
    b"%00",
    b"&".join(b"p%d=1" % number for number in range(10_000)),
    b"q=" + b"x" * 100_000,
    b"\xff\xfe=\xff",
)
"""Queries that mean nothing to anybody."""

VALUES = (
    "",
    "\0",
    "a\0b",
    "%",
    "%ff",
    "-1",
    "0",
    "1" * 400,
    str(2**63),
    str(-(2**63) - 1),
    "1e400",
    "NaN",
    "٣",
    "2031-02-30",
    "0000-00-00",
    "' OR 1=1 --",
    '"',
    '"""',
    "NEAR(",
    "* -* -",
    "|",
    "~",
    '~"',
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "//other.example",
    "ә" * 300,
    "\u202e\ufffe\ud7ff",
    "🐎",
    "kk,ru,kk,,",
    "{{7*7}}",
    "a" * 3_900,
)
"""What may be given to a parameter; some of them may understand it."""


def path_of(pattern: str) -> str:
    """A path that a page has, of its pattern."""
    path = re.sub(
        r"\(\?P<(\w+)>(?:[^()\\]|\\.|\([^()]*\))*\)", lambda group: PLACES.get(group[1], "1"), pattern
    )
    path = re.sub(r"\(\?:([^()|]*)(?:\|[^()]*)?\)\??", r"\1", path).replace("\\", "")
    assert re.fullmatch(pattern, path, re.ASCII), f"{pattern}: name in PLACES what stands in its path"
    return path


ASKED = [
    *((path_of(page.pattern), page.parameters) for page in PAGES),
    *(
        (f"/feeds/{topic}.{ending}", PARAMETERS_OF_FEEDS)
        for topic in ("all", "changes")
        for ending in ("atom", "json")
    ),
    ("/feeds/agencies/economy.rss", PARAMETERS_OF_FEEDS),
    ("/feeds.opml", ("lang",)),
]


@pytest.fixture
async def site(golden: Stored, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    monkeypatch.setattr(feeds.front, "SEARCHES_AT_ONCE", 100_000)  # each is to be answered, and none put off
    async with running(config_for(golden.path)) as running_site:
        yield running_site


class Line:
    """A connection that asks one thing after another, whatever bytes an address has."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.was_shown = False
        """Whether a browser takes the last answer for a page."""

    async def ask(self, target: bytes) -> tuple[int, bytes]:
        """Status and answer; a connection that the server ends is opened anew for the next question."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        writer.write(b"GET " + target + b" HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % self._port)
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
        length = int(re.search(rb"(?i)content-length: (\d+)", head)[1])  # type: ignore[index]
        body = await asyncio.wait_for(reader.readexactly(length), PATIENCE)
        self.was_shown = not re.search(
            rb"(?i)content-type: (?:text/plain|application/(?:problem\+)?json)", head
        )
        if re.search(rb"(?i)connection: close", head) or not head.startswith(b"HTTP/1.1 2"):
            self.close()
        return int(head[9:12]), body

    def close(self) -> None:
        """Hangs up."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


@pytest.fixture
async def line(site: Site) -> AsyncIterator[Line]:
    opened = Line(site.port)
    yield opened
    opened.close()


async def test_a_query_that_means_nothing_is_refused(line: Line) -> None:
    for (path, _), query in product(ASKED, NEVER_UNDERSTOOD):
        status, body = await line.ask(path.encode() + b"?" + query)
        assert 400 <= status < 500, (status, path, query[:40])
        assert b"Traceback" not in body


@pytest.mark.parametrize(("path", "parameters"), ASKED, ids=[path for path, _ in ASKED])
async def test_whatever_a_parameter_is_given_there_is_an_answer(
    line: Line, path: str, parameters: tuple[str, ...]
) -> None:
    for parameter in parameters:
        for value in VALUES:
            written = quote(value.encode("utf-8", "surrogatepass"), safe="")
            status, body = await line.ask(f"{path}?{parameter}={written}".encode())
            assert status < 500, (parameter, value[:40], body[:200])
            assert b"Traceback" not in body
            assert b"<script>alert" not in body or not line.was_shown, path


NOWHERE = (
    b"/%00", b"/%ff", b"/%", b"//other.example/", b"/..%2f..%2fetc/passwd", b"/ru//", b"/releases/" + b"9" * 5000,
    b"/releases/%D9%A1", b"/api/releases/%00", b"/api/releases/" + b"9" * 19, b"/api/%ff", b"/feeds/%ff.atom",
    b"/kk/\xd3\x99", b"/api/releases/900101%0d%0aX:%20y",
)  # fmt: skip


async def test_a_hostile_path_is_nowhere(line: Line) -> None:
    for target in NOWHERE:
        status, body = await line.ask(target)
        assert 400 <= status < 500, target[:40]
        assert b"Traceback" not in body


def test_every_parameter_of_a_feed_is_asked() -> None:
    refusal = asked_of("/feeds/all.atom", "nothing=1", languages=("kk",))
    assert isinstance(refusal, Refusal)
    assert [f"{name}=" in refusal.sentence for name in PARAMETERS_OF_FEEDS] == [True] * len(
        PARAMETERS_OF_FEEDS
    )
