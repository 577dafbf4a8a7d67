"""The true server over the newsroom's store, in a thread of its own."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

from feeds.server import app, serve
from monitor.config import Config
from tests.browser.newsroom import AGENCIES, ENDED, LANGUAGES
from tests.monitor.kept import BASE

PATIENCE = 20.0


@contextmanager
def served(path: Path) -> Iterator[str]:
    """Serves this store on loopback; the address, without a slash at its end."""
    config = Config.model_validate(
        {
            "database": {"path": path},
            "portal": {"base_url": BASE, "agencies": AGENCIES, "languages": LANGUAGES},
            "server": {"port": 0},
        }
    )
    begun: SimpleQueue[tuple[int, asyncio.AbstractEventLoop, asyncio.Event]] = SimpleQueue()

    async def run() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        site = app(config, clock=lambda: ENDED)
        await serve(site, "127.0.0.1", 0, stop=stop, ready=lambda port: begun.put((port, loop, stop)))

    thread = Thread(target=asyncio.run, args=(run(),), daemon=True)
    thread.start()
    port, loop, stop = begun.get(timeout=PATIENCE)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(PATIENCE)
