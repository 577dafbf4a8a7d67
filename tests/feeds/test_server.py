"""The server, asked over real HTTP on this machine."""

import asyncio
import gzip
import json
import re
import select
import shutil
import signal
import socket
import threading
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import brotli
import feedparser
import pytest

import feeds.front
import feeds.listening
import feeds.server
import feeds.site
from feeds.server import app, serve
from monitor.config import Config, Feeds
from monitor.errors import CannotListen
from monitor.store.database import to_text
from monitor.store.selections import Selection, Window, newest
from tests.feeds.conftest import SEEN, Stored

LATER = SEEN + timedelta(days=30)

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
async def running(
    config: Config, clock: Callable[[], datetime] = lambda: LATER, **hooks: Any
) -> AsyncIterator[Site]:
    stop, port = asyncio.Event(), asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(
        serve(app(config, clock=clock, **hooks), "127.0.0.1", 0, stop=stop, ready=port.set_result)
    )
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
        ("/feeds.opml?lang=kk", "text/x-opml; charset=utf-8"),
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
        ("?q=" + quote('"NEAR(" or title:*'), 0),
        ("?kind=removed", 1),
        ("?weight=major&lang=kk&stories=1&kind=edited", 1),
    ],
)
async def test_filters_narrow_the_feed(site: Site, query: str, ids: int) -> None:
    _, body = await site.get(f"/feeds/all.atom{query}")
    parsed = feedparser.parse(body)
    assert not parsed.bozo
    assert len(parsed.entries) == ids


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/feeds/agencies/mod.json?lang=kk", "Мұнда бақыланбайтын органдар: "),
        ("/feeds/agencies/mod.json", "Not followed here: "),
        ("/feeds/all.json?agency=economy,mod&lang=ru", "Здесь не отслеживаются: "),
        ("/feeds/agencies/economy.json", None),
        ("/feeds/all.json", None),
    ],
)
async def test_a_feed_of_an_agency_that_nobody_watches_says_so(
    site: Site, path: str, said: str | None
) -> None:
    _, body = await site.get(path)
    described = json.loads(body)["description"]
    assert (said in described) if said else ("ollowed" not in described)


async def test_a_search_is_found_as_it_was_typed(site: Site) -> None:
    _, asked = await site.get(
        "/feeds/all.json?q=%D3%98%D2%A3%D0%B3%D1%96%D0%BC%D0%B5%20%D1%81%D0%B0%D0%BB%D1%8B%D2%9B"
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    for _ in range(2):
        writer.write(
            "GET /feeds/all.json?q=Әңгіме%20салық HTTP/1.1\r\nHost: localhost\r\nX-A: ә\r\n\r\n".encode()
        )
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
        assert head.startswith(b"HTTP/1.1 200")
        length = int(re.search(rb"content-length: (\d+)", head)[1])  # type: ignore[index]
        assert await asyncio.wait_for(reader.readexactly(length), PATIENCE) == asked
    writer.close()


async def test_it_tells_of_each_subscription_document_with_what_that_holds(golden: Stored) -> None:
    heard: dict[str, Window] = {}
    config = config_for(golden.path)
    async with running(config, asked=heard.__setitem__) as site:
        for path in (
            "/feeds/all.rss?lang=kk,kk",
            "/feeds/all/archive/0..0.atom",
            "/",
            "/feeds/all.rss?lang=zz",
        ):
            await site.get(path)
    assert heard == {"/feeds/all.rss?lang=kk": newest(golden.db, Selection(languages=("kk",)), size=50)}


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
        ("br;q=0.5, GZIP;q=0.8, *;q=0.1", True),
        ("identity", False),
        ("gzip;q=0", False),
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


async def test_brotli_is_for_who_prefers_it(site: Site) -> None:
    _, plain = await site.get("/feeds/all.atom")
    for _ in range(2):
        response, body = await site.get("/feeds/all.atom", Accept_Encoding="gzip, deflate, br")
        assert response.headers["Content-Encoding"] == "br"
        assert brotli.decompress(body) == plain


async def test_curl_takes_the_joined_gzip(site: Site) -> None:
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("curl is not installed")
    address = f"{site.url}/feeds/changes.rss"
    taken = await asyncio.create_subprocess_exec(
        curl, "-sS", "--fail", "-H", "Accept-Encoding: gzip", "--compressed", address, stdout=PIPE
    )
    body, _ = await asyncio.wait_for(taken.communicate(), PATIENCE)
    assert taken.returncode == 0
    assert body == (await site.get("/feeds/changes.rss"))[1]


async def test_304_says_of_its_validity_what_200_says(site: Site) -> None:
    for _ in range(2):  # made at first, held afterwards
        got, _ = await site.get("/feeds/all.json", Accept_Encoding="gzip")
        again, _ = await site.get(
            "/feeds/all.json", Accept_Encoding="gzip", If_None_Match=got.headers["ETag"]
        )
        assert again.status == 304
        for name in ("ETag", "Cache-Control", "Vary", "Last-Modified", "Link"):
            assert again.headers[name] == got.headers[name]
        assert "Content-Length" not in again.headers


async def test_a_date_serves_who_keeps_no_tag(site: Site) -> None:
    got, _ = await site.get("/feeds/all.rss")
    date = got.headers["Last-Modified"]
    assert (await site.get("/feeds/all.rss", If_Modified_Since=date))[0].status == 304
    assert (await site.get("/feeds/all.rss", If_Modified_Since="Fri, 01 Jan 2100 00:00:00 GMT"))[
        0
    ].status == 200
    other, _ = await site.get("/feeds/all.rss", If_Modified_Since=date, If_None_Match='"other"')
    assert other.status == 200


async def test_links_lead_to_the_archives_and_back(golden: Stored) -> None:
    config = config_for(golden.path).model_copy(
        update={"feeds": Feeds(entries=1, hub="https://hub.example")},
    )
    async with running(config) as site:
        feed, _ = await site.get("/feeds/all.atom?lang=kk,en")
        assert feed.links["hub"]["url"].human_repr() == "https://hub.example/"
        assert feed.links["self"]["url"].human_repr() == f"{site.url}/feeds/all.atom?lang=en&lang=kk"
        older = str(feed.links["prev-archive"]["url"])
        archive, body = await site.get(older.removeprefix(site.url))
        assert archive.status == 200
        assert "900102" in body.decode()
        assert str(archive.links["current"]["url"]) == str(feed.links["self"]["url"])
        assert archive.headers["Cache-Control"] == "public, max-age=600"
        assert archive.headers["ETag"] != feed.headers["ETag"]


async def test_an_archive_that_does_not_exist_is_said(site: Site) -> None:
    response, body = await site.get("/feeds/all/archive/7..9.atom")
    assert response.status == 404
    assert b"no such archive" in body


async def test_too_many_searches_are_told_when_to_come_again(
    golden: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds.front, "SEARCHES_AT_ONCE", 1)
    monkeypatch.setattr(feeds.front, "SEARCHES_A_SECOND", 0.1)
    async with running(config_for(golden.path)) as site:
        assert (await site.get("/feeds/all.atom?q=21"))[0].status == 200
        response, body = await site.get("/feeds/all.atom?q=22")
        assert response.status == 429
        assert 0 < int(response.headers["Retry-After"]) <= 10
        assert b"Too many searches" in body
        assert (await site.get("/feeds/all.atom?q=21"))[0].status == 200
        assert (await site.get("/feeds/all.atom"))[0].status == 200


@pytest.mark.parametrize(
    ("client", "host"),
    [
        (("192.0.2.7", 1), "192.0.2.7"),
        (("2001:db8:1:2:3:4:5:6", 1), "2001:db8:1:2::/64"),
        (("fe80::1%eth0", 1), "fe80::/64"),
        (None, ""),
    ],
)
def test_a_reader_is_one_host_under_all_its_addresses(client: tuple[str, int] | None, host: str) -> None:
    assert feeds.server._host({"client": client}) == host


async def test_a_search_without_end_is_given_up(golden: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds.front, "SEARCH_SECONDS", -1.0)
    async with running(config_for(golden.path)) as site:
        response, body = await site.get("/feeds/all.atom?q=21")
        assert response.status == 503
        assert response.headers["Retry-After"]
        assert b"takes too long" in body


async def test_requests_sent_together_are_answered_in_their_order(site: Site) -> None:
    """What is held is answered on the spot, but never before what was asked for earlier."""
    _, feed = await site.get("/feeds/all.atom")
    asked = [b"/feeds/all.atom", b"/healthz", b"/feeds/all.atom", b"/feeds/changes.json", b"/feeds/all.atom"]
    bodies = [(await site.get(path.decode()))[1] for path in asked]
    requests = [b"GET %b HTTP/1.1\r\nHost: localhost\r\n\r\n" % path for path in asked]
    async with connected(site) as (reader, writer):
        for said in (b"".join(requests), *requests):
            writer.write(said)
        for body in [*bodies, *bodies]:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
            assert head.startswith(b"HTTP/1.1 200 OK\r\n")
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            assert await asyncio.wait_for(reader.readexactly(length), PATIENCE) == body
    assert bodies[0] == feed


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (b"GET /feeds/all.atom HTTP/1.0\r\n\r\n", b"connection: close"),
        (
            b"GET /feeds/all.atom HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            b"connection: close",
        ),
        (b"GET /feeds/all.atom HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc", b"200 OK"),
        (b"HEAD /feeds/all.atom HTTP/1.1\r\nHost: localhost\r\n\r\n", b"200 OK"),
        (b"OPTIONS /feeds/all.atom HTTP/1.1\r\nHost: localhost\r\n\r\n", b"405 Method Not Allowed"),
    ],
)
async def test_what_is_held_is_answered_as_http_has_it(site: Site, said: bytes, expected: bytes) -> None:
    await site.get("/feeds/all.atom")
    async with connected(site) as (reader, writer):
        writer.write(said)
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
        assert expected in head
        assert b"\r\ndate: " in head
        if b"close" in expected:
            length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
            assert len(await asyncio.wait_for(reader.read(), PATIENCE)) == length
        else:
            if b"HEAD" not in said:
                length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
                await asyncio.wait_for(reader.readexactly(length), PATIENCE)
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
            assert head.startswith(b"HTTP/1.1 200 OK")


async def test_an_answer_does_not_wait_to_be_acknowledged(site: Site) -> None:
    """Head and body go out in two writes where nothing is held; Nagle's algorithm would put 40 ms between them."""
    async with connected(site) as (reader, writer):
        started = asyncio.get_running_loop().time()
        for _ in range(25):
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert (await asyncio.wait_for(reader.readuntil(b"Alive.\n"), PATIENCE)).endswith(b"Alive.\n")
        assert asyncio.get_running_loop().time() - started < 25 * 0.040


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
        ("/feeds.opml?lang=kz", 400, "Kazakh is kk"),
        ("/feeds/all.atom/", 404, "Did you mean /feeds/all.atom?"),
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
    assert response.headers["Allow"] == "GET, HEAD"
    assert b"only read from" in body


@pytest.mark.parametrize("path", ["/healthz/", "/feeds.opml/", "/feeds/", "/search/", "//feeds.opml"])
async def test_a_slash_too_many_leads_to_no_other_host(site: Site, path: str) -> None:
    response, _ = await site.get(path, X_Forwarded_Host="evil.example")
    assert response.status == 404
    assert "Location" not in response.headers


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
            CannotListen, match=rf"127\.0\.0\.1, port {port}: another program.*\[server\] port"
        ):
            await serve(app(config_for(tmp_path / "x.db")), "127.0.0.1", port, stop=asyncio.Event())


async def test_an_address_of_another_machine_is_said(tmp_path: Path) -> None:
    with pytest.raises(CannotListen, match=r"192\.0\.2\.1.*\[server\] host"):
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


GET = b"GET /feeds/all.atom HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(b"", id="says nothing"),
        pytest.param(b"GET / HTTP/1.1\r\nHost", id="has said half"),
        pytest.param(GET, id="keeps the connection"),
        pytest.param(GET * 30, id="does not read"),
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


async def test_who_still_waits_at_the_end_is_told_so(
    golden: Stored, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(feeds.listening, "SHUTDOWN_SECONDS", 0)
    begun, go_on, work = threading.Event(), threading.Event(), feeds.site.outline_of

    def slow(*given: Any) -> Any:
        begun.set()
        go_on.wait(PATIENCE)
        return work(*given)

    monkeypatch.setattr(feeds.site, "outline_of", slow)
    async with running(config_for(golden.path)) as site:
        reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
        writer.write(GET)
        await asyncio.to_thread(begun.wait, PATIENCE)
        asyncio.get_running_loop().call_later(0.2, go_on.set)
    assert (await reader.read()).startswith(b"HTTP/1.1 503 ")
    writer.close()
    assert "Exception" not in caplog.text


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
    monkeypatch.setattr(feeds.listening, "HEAD_SECONDS", 0.05)
    async with running(config_for(golden.path)) as site, connected(site) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nX: ")
        assert await asyncio.wait_for(reader.read(), PATIENCE) == b""


async def test_readers_who_drip_keep_nobody_out(golden: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds.listening, "CONNECTIONS", 5)
    async with running(config_for(golden.path)) as site:
        dripping = [await asyncio.open_connection("127.0.0.1", site.port) for _ in range(30)]
        for _, writer in dripping:
            writer.write(b"GET / HTTP/1.1\r\nX: ")
        assert (await site.get("/feeds/all.atom"))[0].status == 200
        for reader, _ in dripping[:20]:
            assert await asyncio.wait_for(reader.read(), PATIENCE) == b""
        assert (await site.get("/feeds/all.atom"))[0].status == 200
        for _, writer in dripping:
            writer.close()


@pytest.mark.parametrize("descriptors", [16, 64, 256, 1024, 4096, 1_000_000])
def test_as_many_readers_are_let_in_as_there_are_descriptors_for(descriptors: int) -> None:
    bounds = feeds.listening.Bounds.within(descriptors)
    assert 1 < bounds.connections <= bounds.crowd <= feeds.listening.CROWD
    assert bounds.backlog > 1
    if descriptors >= 64:
        assert bounds.crowd + bounds.backlog <= descriptors - feeds.listening.KEPT_FREE
    assert (descriptors < 1024) == (bounds.connections < feeds.listening.CONNECTIONS)


async def test_readers_who_do_not_read_are_let_go(golden: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds.listening, "SEND_SECONDS", 0.05)
    golden.reword(2, f"<p>{'ұзақ мәтін ' * 10_000}</p>")
    async with running(config_for(golden.path)) as site:
        with socket.create_connection(("127.0.0.1", site.port)) as unread:
            unread.sendall(GET * 30)
            cut_off = select.poll()
            cut_off.register(unread, 0)
            assert await asyncio.to_thread(cut_off.poll, PATIENCE * 1000)
        assert (await site.get("/healthz"))[0].status == 200


async def test_who_asks_far_ahead_of_the_answers_is_let_go(site: Site) -> None:
    heard = b""
    async with connected(site) as (reader, writer):
        writer.write(GET * 1000)
        with suppress(ConnectionResetError):
            heard = await asyncio.wait_for(reader.read(), PATIENCE)
    assert heard.count(b"HTTP/1.1 200 OK") <= 32
    assert (await site.get("/healthz"))[0].status == 200


@pytest.mark.parametrize(
    ("readers", "parted_from"),
    [
        ([], None),
        ([("a", None, 1)], None),
        ([("a", 3.0, 1), ("a", 2.0, 2), ("a", None, 3)], 2),
        ([("a", 1.0, 1), ("b", 3.0, 2), ("b", 2.0, 3), ("b", 4.0, 4)], 3),
    ],
)
def test_who_holds_up_the_most_gives_way(
    readers: list[tuple[str, float | None, int]], parted_from: int | None
) -> None:
    assert feeds.listening.least_missed(readers) == parted_from


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(b"GET / HTTP/1.1\r\nX: " + b"x" * 1_000_000, id="a header of a megabyte"),
        pytest.param(b"GET /" + b"x" * 1_000_000, id="an address of a megabyte"),
        pytest.param(b"\x00\xff\r\n\r\n", id="what is not HTTP"),
    ],
)
async def test_nonsense_is_refused(site: Site, said: bytes) -> None:
    async with connected(site) as (reader, writer):
        writer.write(said)
        assert (await asyncio.wait_for(reader.read(100), PATIENCE)).startswith(b"HTTP/1.1 400")
    assert (await site.get("/healthz"))[0].status == 200
