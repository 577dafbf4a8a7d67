"""How fast what is owed arrives: a webhook that takes 10,000, beside its limits; many addresses, one of which hangs.

`python benchmarks/alerts.py` prints its figures, with `--json` for a script. All receivers are on loopback and in a
process of their own. Beside them stand their limits: the same client posting as many bytes and doing nothing else,
and as many durable commits of one row.
"""

import argparse
import asyncio
import contextlib
import json
import multiprocessing
import os
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from uuid import UUID

from aiohttp import ClientSession, web
from aiosmtpd.smtp import SMTP, Envelope, Session
from ladder import resident_mb

from monitor.channels import open_channels
from monitor.config import Alert, Config
from monitor.intake import tell
from monitor.outbox import dispatch
from monitor.rules import addresses_of
from monitor.sending import Lines
from monitor.store.database import Database, open_store, to_text, writing

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TEXT = "Бұл хабар ойдан шығарылған, оның мәтіні әдеттегідей ұзын. " * 40


def main() -> None:
    """Prints what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--owed", type=int, default=10_000, help="to one webhook")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--addresses", type=int, default=200)
    parser.add_argument("--each", type=int, default=50, help="owed to each of these addresses")
    parser.add_argument("--mails", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with receivers() as (hook, mail, order_of), tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(measured(given, hook, mail, order_of, Path(folder)))
    if given.json:
        print(json.dumps(figures, indent=2))
        return
    for name, value in figures.items():
        print(
            f"{name.replace('_', ' '):<44}{value:>12,.1f}" if isinstance(value, float) else f"{name}: {value}"
        )


async def measured(given: Any, hook: str, mail: str, order_of: Any, folder: Path) -> dict[str, Any]:
    """Every figure, rates as messages a second."""
    figures: dict[str, Any] = {"one_webhook_runs": []}
    for number in range(given.runs):
        to = f"{hook}/one-{number}"
        before = resident_mb(os.getpid())
        with opened(folder / f"{number}.db") as db:
            seconds = await drained(db, [to], given.owed)
        figures["one_webhook_runs"].append(round(given.owed / seconds, 1))
        figures[f"memory_mb_before_and_after_{number}"] = f"{before:.1f} {resident_mb(os.getpid()):.1f}"
        numbers = order_of(f"/hook/one-{number}")
        check(numbers, given.owed)
    figures["one_webhook"] = statistics.median(figures["one_webhook_runs"])
    figures["limit_posts_alone"] = given.owed / await posts_alone(f"{hook}/alone", given.owed)
    figures["limit_durable_commits_alone"] = given.owed / commits_alone(folder / "commits.db", given.owed)

    many = [f"{hook}/many-{number}" for number in range(given.addresses - 1)]
    with opened(folder / "many.db") as db:
        seconds = await drained(db, [*many, f"{hook}/hangs"], given.each, without="hangs")
    figures["many_addresses_beside_one_that_hangs"] = len(many) * given.each / seconds
    for to in many:
        numbers = order_of("/hook/" + to.rsplit("/", 1)[1])
        check(numbers, given.each)

    if given.mails:
        with opened(folder / "mail.db") as db:
            burst = {"more_than": 10 * given.mails, "within": "10m"}
            seconds = await drained(db, [mail], given.mails, lang="kk", burst=burst)
        figures["one_mail_address"] = given.mails / seconds
    return figures


class Busy(set[str]):
    """Notices when nobody is served any more but those that hang."""

    def __init__(self, hang: set[str]) -> None:
        super().__init__()
        self.done = asyncio.Event()
        self._hang = hang

    def discard(self, key: str) -> None:
        super().discard(key)
        if self <= self._hang:
            self.done.set()


async def drained(db: Database, to: list[str], owed: int, *, without: str = "none", **keys: Any) -> float:
    """Seconds until everything owed was sent, but to the address that has this word in it."""
    alert = Alert.model_validate({"name": "benchmark", "to": to, **keys})
    config = Config.model_validate({"alerts": (alert,)})
    hangs = {each.key for each in addresses_of(alert) if without in each.url}
    publish(db, alert, owed)
    kinds = {each.kind for each in addresses_of(alert)}
    busy, started = Busy(hangs), time.perf_counter()
    async with open_channels(kinds, now=now) as channels:
        sending = asyncio.create_task(dispatch(db, config, channels, now=now, lines=Lines(busy=busy)))
        await busy.done.wait()
        seconds = time.perf_counter() - started
        if not hangs:
            await sending
        sending.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await sending
    left = db.execute("SELECT count(*) FROM deliveries WHERE state <> 'sent'").fetchone()[0]
    if left != len(hangs) * owed:
        raise SystemExit(f"{left} were not sent")
    return seconds


def check(numbers: list[int], owed: int) -> None:
    """Ends the run where not everything arrived, each once and in order."""
    if numbers != list(range(1, owed + 1)):
        raise SystemExit(f"{len(numbers)} of {owed} arrived, or not in order")


def publish(db: Database, alert: Alert, count: int) -> None:
    """So many releases, noticed and owed."""
    moment = to_text(START)
    seen = {"first_seen_at": moment, "status": "listed"}
    with writing(db):
        db.table("agencies").insert(
            {"slug": "economy", "name_kk": "", "name_ru": "", "name_en": "", "kind": "ministry"}
        )
        for number in range(1, count + 1):
            release = {
                "id": number, "source": "gov.kz", "source_id": str(number), "agency": "economy", "origin": "crawl",
                "url": "https://www.gov.kz/memleket/entities/economy/press/news", "last_seen_at": moment, **seen,
            }  # fmt: skip
            edition = {
                "id": number, "release_id": number, "lang": "kk", "title": f"Көмір бағасы {number}", "text": TEXT,
                "fingerprint": "", "digest": "", "updated_at": moment, "ordered_at": moment, **seen,
            }  # fmt: skip
            change = {
                "id": number, "uid": str(UUID(int=number << 8)), "at": moment, "kind": "published",
                "release_id": number, "edition_id": number, "weight": "major",
            }  # fmt: skip
            for table, row in (("releases", release), ("editions", edition), ("changes", change)):
                columns, places = ", ".join(row), ", ".join(f":{column}" for column in row)
                db.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", row)  # noqa: S608
        tell(db, list(range(1, count + 1)), [alert])


async def posts_alone(url: str, count: int) -> float:
    """Seconds for as many posts of as many bytes, one after another."""
    body = json.dumps({"change": {"id": "8d4f7f0e-3c51-4a53-9a43-0d6f1f6f0001"}, "said": "ә" * 350}).encode()
    async with ClientSession() as session:
        started = time.perf_counter()
        for _ in range(count):
            async with session.post(url, data=body) as answer:
                answer.raise_for_status()
        return time.perf_counter() - started


def commits_alone(path: Path, count: int) -> float:
    """Seconds for as many transactions that change one row, each on the disk before the next."""
    with opened(path) as db:
        db.execute("CREATE TABLE marks (id INTEGER PRIMARY KEY, state TEXT)")
        with writing(db):
            db.conn.executemany(
                "INSERT INTO marks VALUES (?, 'owed')", [(number,) for number in range(count)]
            )
        started = time.perf_counter()
        for number in range(count):
            with writing(db):
                db.execute("UPDATE marks SET state = 'sent' WHERE id = ?", [number])
        return time.perf_counter() - started


@contextmanager
def opened(path: Path) -> Iterator[Database]:
    db = open_store(path)
    try:
        yield db
    finally:
        db.close()


def now() -> datetime:
    return START + timedelta(seconds=time.monotonic())


@contextmanager
def receivers() -> Iterator[tuple[str, str, Any]]:
    """A webhook and a mail server in a process of their own, and what numbers came to a path, in order."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=_receive, args=(theirs,), daemon=True)
    process.start()
    http, smtp = ours.recv()

    def order_of(path: str) -> list[int]:
        ours.send(path)
        return list(ours.recv())

    try:
        yield f"http://127.0.0.1:{http}/hook", f"mailto://127.0.0.1:{smtp}?from=a@b&to=c@d", order_of
    finally:
        ours.send(None)
        process.join(10)


def _receive(connection: Connection) -> None:
    asyncio.run(_serve(connection))


async def _serve(connection: Connection) -> None:
    came: dict[str, list[int]] = defaultdict(list)

    async def take(request: web.Request) -> web.Response:
        body = await request.json()
        if request.path.endswith("hangs"):
            await asyncio.Event().wait()
        if "release" in body:
            came[request.path].append(int(body["release"]["source_id"]))
        return web.Response(status=204)

    class Mailbox:
        async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
            return "250 OK"

    app = web.Application()
    app.router.add_post("/hook/{which}", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, shutdown_timeout=0)
    await site.start()
    loop = asyncio.get_running_loop()
    mail = await loop.create_server(lambda: SMTP(Mailbox(), hostname="mail.example.kz"), "127.0.0.1", 0)
    http = runner.addresses[0][1]
    connection.send((http, mail.sockets[0].getsockname()[1]))
    while (path := await loop.run_in_executor(None, connection.recv)) is not None:
        connection.send(came[path])
    mail.close()


if __name__ == "__main__":
    main()
