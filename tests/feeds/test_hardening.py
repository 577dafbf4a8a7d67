"""What a stranger may try: other names, other methods, floods, and what every answer forbids a browser."""

import asyncio
import re
import threading
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

import pytest

import feeds.pages.table
from feeds.pages.context import Context, Made
from feeds.queries import Named
from monitor.store.database import Database
from tests.feeds.conftest import Stored
from tests.feeds.test_server import PATIENCE, Site, config_for, connected, running

ANSWERS = [
    ("/", 200),
    ("/ru/", 200),
    ("/favicon.svg", 200),
    ("/feeds/all.atom", 200),
    ("/feeds/all.rss", 200),
    ("/feeds/changes.json", 200),
    ("/feeds.opml", 200),
    ("/healthz", 200),
    ("/readyz", 503),
    ("/nothing", 404),
    ("/?x=1", 400),
    ("/feeds/all.atom?lang=kz", 400),
]
NOT_HTML = re.compile(r"(?!text/html|text/plain)")
FOR_PAGES = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


@pytest.fixture
async def site(golden: Stored) -> AsyncIterator[Site]:
    async with running(config_for(golden.path)) as running_site:
        yield running_site


async def test_every_answer_forbids_a_browser_what_it_need_not_do(site: Site) -> None:
    for path, status in ANSWERS:
        response, _ = await site.get(path)
        assert (path, response.status) == (path, status)
        policy = response.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; ")
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        expected = dict(FOR_PAGES)
        if NOT_HTML.match(response.headers["Content-Type"]):
            expected["Cross-Origin-Resource-Policy"] = "cross-origin"
        assert {name: response.headers.get(name) for name in expected} == expected
        assert "Set-Cookie" not in response.headers
        assert "Server" not in response.headers


async def test_nothing_writes_and_nothing_leads_elsewhere(site: Site) -> None:
    for path, _ in ANSWERS:
        for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"):
            response, _ = await site.get(path, method=method)
            assert (method, response.status, response.headers["Allow"]) == (method, 405, "GET, HEAD")
        for asked in (path, f"/{path}", f"{path}/", f"/%2f{path}", f"{path}?next=//evil.example/"):
            response, _ = await site.get(asked, X_Forwarded_Host="evil.example", X_Forwarded_Proto="https")
            assert not 300 <= response.status < 400
            assert not {"Location", "Refresh"} & set(response.headers)


async def test_another_name_is_not_answered_even_what_is_held(golden: Stored) -> None:
    async with running(config_for(golden.path, public_url="https://herald.example/jarshy/")) as site:
        for path in ("/feeds/all.atom", "/feeds.opml", "/ru/", "/nothing", "/feeds/all.atom?lang=kz"):
            for name, is_ours in (
                ("herald.example", True), ("localhost:1", True), ("evil.example", False), ("10.0.0.1", False),
            ):  # fmt: skip
                response, body = await site.get(path, Host=name, X_Forwarded_Host="evil.example")
                assert (name, response.status != 421) == (name, is_ours)
                assert b"evil" not in body
                if not is_ours:
                    assert b"[server] public_url" in body
                    assert response.headers["Cache-Control"] == "no-store"
        _, atom = await site.get("/feeds/all.atom")
        assert b'href="https://herald.example/jarshy/feeds/all.atom" rel="self"' in atom
        assert (await site.get("/healthz", Host="evil.example"))[0].status == 200
        assert (await site.get("/readyz", Host="evil.example"))[0].status == 503


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"GET http://localhost/feeds/all.atom HTTP/1.1\r\nHost: evil.example\r\n\r\n", b"200"),
        (b"GET http://evil.example/feeds/all.atom HTTP/1.1\r\nHost: localhost\r\n\r\n", b"421"),
        (b"GET http://evil.example/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", b"200"),
        (b"GET /feeds/all.atom HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", b"400"),
        (b"GET /feeds/all.atom HTTP/1.1\r\n\r\n", b"400"),
        (b"GET /feeds/all.atom HTTP/1.0\r\n\r\n", b"200"),
        (b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n", b"400"),
        (b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n", b"404"),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 70_000 + b"\r\n\r\n", b"400"),
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", b"400"),
        (b"GET /feeds/all.atom?q=" + b"x" * 60_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", b"400"),
    ],
)
async def test_requests_that_no_browser_sends(site: Site, said: bytes, status: bytes) -> None:
    await site.get("/feeds/all.atom")
    async with connected(site) as (reader, writer):
        writer.write(said)
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
    assert head.split()[1] == status
    assert b"content-security-policy: default-src 'none'" in head
    assert (await site.get("/healthz"))[0].status == 200


@dataclass(frozen=True, slots=True)
class _Slow:
    """A page that is made for as long as a test likes."""

    in_languages: ClassVar[bool] = False
    fresh_seconds: ClassVar[int | None] = None
    is_slow: ClassVar[bool] = True
    begun: ClassVar[threading.Event] = threading.Event()
    go_on: ClassVar[threading.Event] = threading.Event()
    number: str

    @property
    def path(self) -> str:
        return f"/slow/{self.number}"

    def made(self, db: Database | None, context: Context) -> Made:
        self.begun.set()
        assert self.go_on.wait(PATIENCE)
        return Made(b"at last")


class _SlowPage:
    pattern = r"/slow/(?P<number>\d+)"
    parameters = ()

    def view(self, place: Mapping[str, str], named: Named, *, languages: frozenset[str]) -> _Slow:
        return _Slow(place["number"])


async def test_fifty_slow_pages_at_once_hold_up_nobody_else(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = _SlowPage()
    monkeypatch.setattr(
        feeds.pages.table, "_PATTERNS", [*feeds.pages.table._PATTERNS, (re.compile(page.pattern), page)]
    )
    asked = [asyncio.create_task(site.get(f"/slow/{number}")) for number in range(50)]
    assert await asyncio.to_thread(_Slow.begun.wait, PATIENCE)
    for path in ("/", "/kk/", "/feeds/all.atom", "/healthz"):
        response, _ = await asyncio.wait_for(site.get(path), PATIENCE)
        assert response.status == 200
    _Slow.go_on.set()
    answered = [response for response, _ in await asyncio.gather(*asked)]
    statuses = [response.status for response in answered]
    assert statuses.count(200) >= 20
    assert statuses.count(200) + statuses.count(429) == 50
    assert statuses.count(429) >= 10
    assert all("Retry-After" in response.headers for response in answered if response.status == 429)


async def test_a_fault_of_ours_is_told_without_its_trace(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Made:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr(_Slow, "made", broken)
    page = _SlowPage()
    monkeypatch.setattr(
        feeds.pages.table, "_PATTERNS", [*feeds.pages.table._PATTERNS, (re.compile(page.pattern), page)]
    )
    response, body = await site.get("/slow/1")
    assert response.status == 500
    assert b"the log of this server says what" in body
    assert b"secret" not in body
    assert b"Traceback" not in body
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
