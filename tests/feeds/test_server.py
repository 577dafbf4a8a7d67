"""The server, asked over real HTTP on this machine."""

import asyncio
import gzip
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import feedparser
import pytest

import feeds.server
from feeds.server import app, serve
from monitor.config import Config
from monitor.errors import ConfigError
from monitor.store.database import to_text
from tests.feeds.conftest import SEEN, Stored

PATIENCE = 10.0
"""Seconds after which a test that waits has failed."""


class Site:
    """A running server, and how to ask it."""

    def __init__(self, port: int, session: aiohttp.ClientSession) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self._session = session

    async def get(
        self, path: str, method: str = "GET", **headers: str
    ) -> tuple[aiohttp.ClientResponse, bytes]:
        named = {"Accept-Encoding": "identity"} | {
            key.replace("_", "-"): value for key, value in headers.items()
        }
        async with self._session.request(method, self.url + path, headers=named) as response:
            return response, await response.read()


def config_for(path: Path, **server: Any) -> Config:
    return Config.model_validate({"database": {"path": path}, "server": {"port": 0} | server})


@asynccontextmanager
async def running(config: Config) -> AsyncIterator[Site]:
    stop, port = asyncio.Event(), asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve(app(config), "127.0.0.1", 0, stop=stop, ready=port.set_result))
    try:
        done, _ = await asyncio.wait({serving, port}, return_when="FIRST_COMPLETED", timeout=PATIENCE)
        assert port in done
        async with aiohttp.ClientSession(auto_decompress=False) as session:
            yield Site(port.result(), session)
    finally:
        stop.set()
        await asyncio.wait_for(serving, PATIENCE)


@pytest.fixture
async def site(golden: Stored) -> AsyncIterator[Site]:
    async with running(config_for(golden.path)) as site:
        yield site


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/feeds/all.atom", "application/atom+xml; charset=utf-8"),
        ("/feeds/all.rss", "application/rss+xml; charset=utf-8"),
        ("/feeds/changes.json?kind=edited", "application/feed+json; charset=utf-8"),
        ("/feeds/removed.atom?lang=en", "application/atom+xml; charset=utf-8"),
        ("/feeds/agencies/abay.atom", "application/atom+xml; charset=utf-8"),
        ("/feeds.opml", "text/x-opml; charset=utf-8"),
        ("/healthz", "text/plain; charset=utf-8"),
    ],
)
async def test_every_address_answers(site: Site, path: str, media_type: str) -> None:
    response, body = await site.get(path)
    assert response.status == 200
    assert response.headers["Content-Type"] == media_type
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "Server" not in response.headers
    assert body


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", 3),
        ("?lang=kk", 1),
        ("?lang=kk,ru", 2),
        ("?agency=abay", 2),
        ("?agency=abay&agency=moa&lang=en", 1),
        ("?agency=almaty", 0),
        ("?q=" + quote("ҒИМАРАТ «21 млрд»"), 1),
        ("?q=" + quote("21 -кеңес"), 1),
        ("?q=" + quote('"NEAR(" OR title:*'), 0),
        ("?kind=removed", 1),
        ("?weight=major&lang=kk&stories=1&kind=edited", 1),
    ],
)
async def test_filters_narrow_the_feed(site: Site, query: str, ids: int) -> None:
    _, body = await site.get(f"/feeds/all.atom{query}")
    parsed = feedparser.parse(body)
    assert not parsed.bozo
    assert len(parsed.entries) == ids


async def test_what_did_not_change_is_not_sent_again(site: Site) -> None:
    response, body = await site.get("/feeds/all.atom")
    etag = response.headers["ETag"]
    assert response.headers["Cache-Control"] == "public, max-age=60"
    assert "Last-Modified" in response.headers
    for held in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again, nothing = await site.get("/feeds/all.atom", If_None_Match=held)
        assert (again.status, nothing) == (304, b"")
        assert again.headers["ETag"] == etag
    other, whole = await site.get("/feeds/all.atom", If_None_Match='"other"')
    assert (other.status, whole) == (200, body)


async def test_an_edit_is_seen_at_once(site: Site, golden: Stored) -> None:
    before, body = await site.get("/feeds/all.atom")
    later = SEEN + timedelta(days=3)
    golden.update("editions", 1, title="Жаңартылған тақырып", updated_at=to_text(later))
    golden.change("edited", 1, 1, at=later, weight="minor")
    after, edited = await site.get("/feeds/all.atom", If_None_Match=before.headers["ETag"])
    assert after.status == 200
    old, new = (feedparser.parse(each).entries[1] for each in (body, edited))
    assert new.title == "Жаңартылған тақырып"
    assert (new.id, new.published) == (old.id, old.published)
    assert new.updated_parsed > old.updated_parsed


async def test_304_needs_no_rendering(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    response, _ = await site.get("/feeds/all.json")

    def render(*_: Any) -> bytes:
        raise AssertionError("rendered again")

    monkeypatch.setattr("feeds.json_feed.json.dumps", render)
    again, _ = await site.get("/feeds/all.json", If_None_Match=response.headers["ETag"])
    assert again.status == 304


async def test_head_says_what_get_would(site: Site) -> None:
    got, body = await site.get("/feeds/all.rss")
    head, nothing = await site.get("/feeds/all.rss", method="HEAD")
    assert (head.status, nothing) == (200, b"")
    for name in ("ETag", "Content-Type", "Content-Length", "Last-Modified"):
        assert head.headers[name] == got.headers[name]
    assert int(head.headers["Content-Length"]) == len(body)


@pytest.mark.parametrize(
    ("accepted", "compressed"),
    [
        ("gzip", True),
        ("br;q=1.0, GZIP;q=0.8, *;q=0.1", True),
        ("identity", False),
        ("gzip;q=0", False),
        ("br", False),
    ],
)
async def test_gzip_is_for_who_takes_it(site: Site, accepted: str, compressed: bool) -> None:
    _, plain = await site.get("/feeds/all.atom", Accept_Encoding="identity")
    response, body = await site.get("/feeds/all.atom", Accept_Encoding=accepted)
    assert (response.headers.get("Content-Encoding") == "gzip") is compressed
    assert response.headers["Vary"] == "Accept-Encoding"
    assert (gzip.decompress(body) if compressed else body) == plain
    again, _ = await site.get(
        "/feeds/all.atom", Accept_Encoding=accepted, If_None_Match=response.headers["ETag"]
    )
    assert again.status == 304


async def test_compressed_and_plain_have_tags_of_their_own(site: Site) -> None:
    tags = {
        (await site.get("/", Accept_Encoding=coding))[0].headers["ETag"] for coding in ("gzip", "identity")
    }
    assert len(tags) == 2


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/feeds/all.atom?lang=kz", 400, "Kazakh is kk"),
        ("/feeds/all.atom?q=-x", 400, "cannot only exclude"),
        ("/feeds/agencies/econom.atom", 404, "Did you mean economy"),
        ("/feeds/agencies/%2e%2e%2f%00.atom", 404, "no feed here"),
        ("/nothing", 404, "/ names every feed"),
        ("/feeds/all.atom?" + "x=1&" * 10_000, 400, "too long"),
    ],
)
async def test_a_refusal_is_a_plain_sentence(site: Site, path: str, status: int, said: str) -> None:
    response, body = await site.get(path)
    assert response.status == status
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    assert said in body.decode()


async def test_nothing_can_be_written(site: Site) -> None:
    response, body = await site.get("/feeds/all.atom", method="POST")
    assert response.status == 405
    assert b"only read from" in body


async def test_a_hostile_host_changes_nothing(golden: Stored) -> None:
    async with running(config_for(golden.path, public_url="https://herald.example/jarshy/")) as site:
        for path in ("/feeds/all.atom", "/feeds/all.json", "/feeds.opml", "/"):
            response, body = await site.get(path, Host="evil.example", X_Forwarded_Host="evil.example")
            assert response.status == 200
            assert b"evil" not in body
        _, atom = await site.get("/feeds/all.atom")
        assert b'href="https://herald.example/jarshy/feeds/all.atom" rel="self"' in atom
        health, _ = await site.get("/healthz", Host="evil.example")
        assert health.status == 200


async def test_links_name_the_port_that_was_found(site: Site) -> None:
    _, body = await site.get("/feeds/all.atom")
    assert feedparser.parse(body).feed.links[0].href == f"{site.url}/feeds/all.atom"


async def test_before_there_is_a_database_feeds_are_empty(tmp_path: Path) -> None:
    async with running(config_for(tmp_path / "none.db")) as site:
        for path in ("/feeds/all.atom", "/feeds/changes.rss"):
            response, body = await site.get(path)
            assert response.status == 200
            assert "Last-Modified" not in response.headers
            assert not feedparser.parse(body).bozo
        page, _ = await site.get("/")
        assert page.status == 200
        ready, said = await site.get("/readyz")
        assert (ready.status, said) == (
            503,
            b"Not ready: no listing of the portal has been read successfully yet.\n",
        )
    assert not (tmp_path / "none.db").exists()


async def test_it_is_ready_once_a_listing_was_read(site: Site, golden: Stored) -> None:
    assert (await site.get("/readyz"))[0].status == 503
    golden.crawl("items")
    assert (await site.get("/readyz"))[0].status == 200


async def test_a_database_of_somebody_else_is_said_and_not_a_crash(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    path.write_bytes(b"SQLite? By no means.")
    async with running(config_for(path)) as site:
        for address in ("/feeds/all.atom", "/", "/readyz"):
            response, body = await site.get(address)
            assert response.status == 503
            assert "Not available now" in body.decode()
        assert (await site.get("/healthz"))[0].status == 200


async def test_removed_texts_are_left_out_where_configured(golden: Stored) -> None:
    async with running(config_for(golden.path, removed_text="title")) as site:
        for path in ("/feeds/all.json", "/feeds/all.rss", "/feeds/removed.json"):
            _, body = await site.get(path)
            assert b"Harvest" in body
            assert b"Silos" not in body


async def test_fifty_readers_at_once_are_all_served(site: Site) -> None:
    answers = await asyncio.gather(*(site.get("/feeds/all.atom") for _ in range(50)))
    assert {response.status for response, _ in answers} == {200}


async def test_a_port_in_use_is_said_with_the_remedy(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(
            ConfigError, match=rf"127\.0\.0\.1, port {port}: another program.*\[server\] port"
        ):
            await serve(app(config_for(tmp_path / "x.db")), "127.0.0.1", port, stop=asyncio.Event())


async def test_an_address_of_another_machine_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"192\.0\.2\.1.*\[server\] host"):
        await serve(app(config_for(tmp_path / "x.db")), "192.0.2.1", 0, stop=asyncio.Event())


async def test_signals_are_left_to_the_daemon(golden: Stored) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    async with running(config_for(golden.path)):
        assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)] == before


@asynccontextmanager
async def connected(site: Site) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    try:
        yield reader, writer
    finally:
        writer.close()


GET = b"GET /feeds/all.atom HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(b"", id="says nothing"),
        pytest.param(b"GET / HTTP/1.1\r\nHost", id="has said half"),
        pytest.param(GET, id="keeps the connection"),
        pytest.param(GET * 400, id="does not read"),
    ],
)
async def test_the_end_does_not_wait_for_a_reader_who(golden: Stored, said: bytes) -> None:
    golden.reword(2, f"<p>{'ұзақ мәтін ' * 10_000}</p>")
    async with asyncio.timeout(PATIENCE), running(config_for(golden.path)) as site:
        reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
        writer.write(said)
        if said.startswith(GET):
            assert await reader.readexactly(15) == b"HTTP/1.1 200 OK"
    writer.transport.abort()


async def test_cancelling_ends_it_too(golden: Stored) -> None:
    port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(
        serve(app(config_for(golden.path)), "127.0.0.1", 0, stop=asyncio.Event(), ready=port.set_result)
    )
    found = await asyncio.wait_for(port, PATIENCE)
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(serving, PATIENCE)
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", found)


async def test_a_reader_who_drips_is_let_go(golden: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds.server, "HEAD_SECONDS", 0.05)
    async with running(config_for(golden.path)) as site, connected(site) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nX: ")
        assert await asyncio.wait_for(reader.read(), PATIENCE) == b""


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(b"GET / HTTP/1.1\r\nX: " + b"x" * 1_000_000, id="a header of a megabyte"),
        pytest.param(b"GET /" + b"x" * 1_000_000, id="an address of a megabyte"),
        pytest.param(b"\x00\xff\r\n\r\n", id="what is not HTTP"),
        pytest.param(b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n", id="bytes that are no address"),
    ],
)
async def test_nonsense_is_refused(site: Site, said: bytes) -> None:
    async with connected(site) as (reader, writer):
        writer.write(said)
        assert (await asyncio.wait_for(reader.read(100), PATIENCE)).startswith(b"HTTP/1.1 400")
    assert (await site.get("/healthz"))[0].status == 200
