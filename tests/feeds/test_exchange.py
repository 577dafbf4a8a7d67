"""One application after another behind a server that goes on."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

import feeds.site
from feeds.exchange import Exchange
from feeds.server import app, serve
from monitor.config import Config
from tests.feeds.conftest import Stored

PATIENCE = 10.0


def configured(stored: Stored, public_url: str | None = None) -> Config:
    server = {"port": 0, "public_url": public_url}
    return Config.model_validate({"database": {"path": stored.path}, "server": server})


@asynccontextmanager
async def served(exchange: Exchange) -> AsyncIterator[aiohttp.ClientSession]:
    """One connection to it, which is kept."""
    stop, port = asyncio.Event(), asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve(exchange, "127.0.0.1", 0, stop=stop, ready=port.set_result))
    try:
        await asyncio.wait({serving, port}, return_when="FIRST_COMPLETED", timeout=PATIENCE)
        address = f"http://127.0.0.1:{port.result()}"
        async with aiohttp.ClientSession(address, connector=aiohttp.TCPConnector(limit=1)) as session:
            yield session
    finally:
        stop.set()
        await asyncio.wait_for(serving, PATIENCE)


async def test_a_reader_keeps_its_connection_and_sees_what_is_configured_now(golden: Stored) -> None:
    exchange = Exchange(app(configured(golden)))
    async with served(exchange) as session:
        async with session.get("/feeds/all.atom") as before:
            old = await before.text()
            port = before.url.port
        await exchange.put(app(configured(golden, "https://news.example.kz")))
        async with session.get("/feeds/all.atom") as after:
            new = await after.text()
        back = app(configured(golden))
        for _ in range(2):  # the same one again changes nothing
            await exchange.put(back)
        async with session.get("/feeds/all.atom") as again:
            last = await again.text()
    assert f"http://127.0.0.1:{port}/feeds/all.atom" in old
    assert "https://news.example.kz/feeds/all.atom" in new
    assert old == last


async def test_who_is_waiting_is_answered_by_the_one_that_was_asked(
    golden: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on, work = threading.Event(), threading.Event(), feeds.site.outline_of

    def slow(*given: Any) -> Any:
        begun.set()
        go_on.wait(PATIENCE)
        return work(*given)

    exchange = Exchange(app(configured(golden)))
    async with served(exchange) as session:
        monkeypatch.setattr(feeds.site, "outline_of", slow)
        waiting = asyncio.create_task(session.get("/feeds/all.atom"))
        assert await asyncio.to_thread(begun.wait, PATIENCE)
        monkeypatch.setattr(feeds.site, "outline_of", work)
        former = exchange.site
        await exchange.put(app(configured(golden, "https://news.example.kz")))
        assert exchange.site is not former
        go_on.set()
        async with await waiting as answer:
            assert answer.status == 200
            assert "news.example.kz" not in await answer.text()
