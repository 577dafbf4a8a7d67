"""How long news takes: from publication at the stand-in portal to a webhook's receipt, by a whole `jarshy run`."""

import json
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread

from ladder import Shelf, portal_of

DEADLINE = 30.0
SHELF = Shelf("economy", ("kk", "ru", "en"), 20)
CONFIG = """
[database]
path = "{folder}/news.db"
[portal]
base_url = "{base_url}"
agencies = ["economy"]
requests_per_minute = 60000
contact = "benchmark"
[schedule]
shortest = "1s"
longest = "1s"
[server]
port = {port}
[[alerts]]
name = "benchmark"
to = ["{receiver}"]
"""


def seconds_to_webhook(folder: Path, *, times: int) -> list[float]:
    """Seconds for each of so many releases, published at moments spread over the second between two polls."""
    if not times:
        return []
    with portal_of([SHELF]) as base_url, _receiver() as (receiver, receipts):
        config = CONFIG.format(folder=folder, base_url=base_url, receiver=receiver, port=0)
        folder.joinpath("jarshy.toml").write_text(config, encoding="utf-8")
        with _daemon(folder):
            _first_readings_done(folder / "news.db")
            return [_told(base_url, receipts, number, after=number / times) for number in range(times)]


def _told(base_url: str, receipts: "Queue[float]", number: int, *, after: float) -> float:
    time.sleep(after)  # without it each release would come right after a poll
    title = f"Көмір бағасы төмендейді {number}"
    copies = {"kk": {"title": title, "paragraphs": ["Бұл хабар ойдан шығарылған."]}}
    body = json.dumps({"agency": SHELF.agency, "copies": copies}).encode()
    started = time.perf_counter()
    with urllib.request.urlopen(f"{base_url}/_standin/publish", body, timeout=DEADLINE) as answer:
        answer.read()
    return receipts.get(timeout=DEADLINE) - started


@contextmanager
def _receiver() -> "Iterator[tuple[str, Queue[float]]]":
    """An address that takes webhooks, and the moments at which they came."""
    receipts: Queue[float] = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            receipts.put(time.perf_counter())
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/hook", receipts
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def _daemon(folder: Path) -> Iterator[None]:
    command = [
        sys.executable,
        "-P",
        "-c",
        "from jarshy import main; main()",
        "run",
        "--config",
        "jarshy.toml",
    ]
    with folder.joinpath("news.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _first_readings_done(path: Path) -> None:
    """Waits until what is published from now on is news."""
    query = "SELECT count(*) FROM listings WHERE walked_at IS NOT NULL"
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        if path.exists():
            with closing(sqlite3.connect(path)) as db:
                try:
                    if db.execute(query).fetchone()[0] == len(SHELF.langs):
                        return
                except sqlite3.OperationalError:
                    pass  # the schema is being made
        time.sleep(0.05)  # another process works; this only keeps the looking from costing it the processor
    raise TimeoutError(f"the first readings did not end: {path.with_suffix('.log').read_text()[-800:]}")
