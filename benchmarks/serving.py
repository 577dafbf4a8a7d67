"""What a feed costs the server: kept, looked up and made anew, beside nginx that serves the same bytes as files.

    .venv/bin/python benchmarks/serving.py [--editions 100000] [--runs 5] [--seconds 3] [--requests 100000] [--json]

Over real HTTP on this machine, asked by `wrk`, both servers with one process and turn by turn. Invented editions of
5 kB stand in a real database; `--database FILE` keeps it for the next run. Without nginx or wrk (Debian packages of
these names) what needs them is left out, and said. It says what it measured and beside it what was aimed at, and
judges nothing.
"""

import argparse
import asyncio
import http.client
import json
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from random import Random
from statistics import quantiles
from urllib.parse import urlencode

from ladder import Row, Table, cpu_seconds, middle, over, resident_mb, say
from prose import Press

from crawler.directory import FOLLOWED, agencies
from feeds.formats import FORMATS
from feeds.fragments import Fragments
from feeds.publishing import Outline, Publisher, document_of, outline_of
from feeds.streams import Asked, Stream, asked_of
from feeds.windows import Windows
from monitor.config import Config
from monitor.store.database import Database, open_reader, open_store, reading, to_text, writing
from monitor.store.listings import write_directory
from monitor.store.packing import pack_markup

STARTED = datetime(2020, 1, 1, tzinfo=UTC)
FIRST_ID = 900_000
POOL = 2_000
PARTS = 2
"""Texts of 2 kB that one of the editions is put together of."""
CONNECTIONS = 16
LANGUAGES = ("kk", "ru")
AT_ONCE = 1_000
"""Editions in a transaction."""
FEED = "/feeds/all.atom"


@dataclass
class Load:
    """What one server bore, run by run."""

    per_second: list[float] = field(default_factory=list)
    p99_ms: list[float] = field(default_factory=list)
    cpu_us: list[float] = field(default_factory=list)
    """Processor time that the server used for a request."""


@dataclass
class Figures:
    """All that was measured."""

    editions: int = 0
    feed_bytes: int = 0
    gzip_bytes: int = 0
    entries: int = 0
    ours: dict[str, Load] = field(default_factory=dict)
    nginx: dict[str, Load] = field(default_factory=dict)
    uncached_ms: list[float] = field(default_factory=list)
    """A request for a feed all of whose entries were edited just before."""
    joined_ms: list[float] = field(default_factory=list)
    """A request for a feed one of whose entries was edited just before."""
    search_ms: list[float] = field(default_factory=list)
    """Finding what a saved search holds."""
    search_feed_ms: list[float] = field(default_factory=list)
    """The same, and the document with it, most entries of which have not been rendered before."""
    ten_feeds_cpu_ms: list[float] = field(default_factory=list)
    rss_mb: list[float] = field(default_factory=list)
    """Of the server before the requests, after a fifth of them, and after all."""
    rss_requests: int = 0
    left_out: list[str] = field(default_factory=list)


def fill(path: Path, editions: int) -> None:
    """A history of so many editions, each with its place in feeds, as the monitor would have left it."""
    db = open_store(path)
    write_directory(db, agencies().values(), followed=FOLLOWED)
    press, random = Press(), Random(7)
    pool = {
        lang: [press.release(number, lang) for number in range(min(POOL, PARTS * editions))]
        for lang in LANGUAGES
    }
    for first in range(1, editions + 1, AT_ONCE):
        with writing(db):
            for number in range(first, min(first + AT_ONCE, editions + 1)):
                lang = LANGUAGES[number % len(LANGUAGES)]
                parts = random.sample(pool[lang], PARTS)
                title = f"{parts[0].title} {number}"
                add_edition(db, number, lang, title, [p for part in parts for p in part.paragraphs])
    db.execute("INSERT INTO editions_fts (editions_fts) VALUES ('optimize')")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def add_edition(
    db: Database, number: int, lang: str, title: str, paragraphs: Sequence[str], *, agency: str | None = None
) -> None:
    """One release in one language, on top of all feeds it belongs to."""
    agency, seen = (
        agency or FOLLOWED[number % len(FOLLOWED)],
        to_text(STARTED + number * timedelta(minutes=5)),
    )
    text = "\n\n".join(paragraphs)
    html = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    url = f"https://portal.example/{agency}/{FIRST_ID + number}"
    db.execute(
        "INSERT INTO releases (id, source, source_id, agency, url, published_at, first_seen_at, last_seen_at, "
        "status, origin) VALUES (?, 'gov.kz', ?, ?, ?, ?, ?, ?, 'listed', 'crawl')",
        [number, str(FIRST_ID + number), agency, url, seen, seen, seen],
    )
    db.execute(
        "INSERT INTO release_agencies (release_id, agency, first_seen_at, last_seen_at, arrived) "
        "VALUES (?, ?, ?, ?, 1)",
        [number, agency, seen, seen],
    )
    db.execute(
        "INSERT INTO editions (id, release_id, lang, title, text, markup, fingerprint, digest, first_seen_at, "
        "updated_at, ordered_at, status) VALUES (?, ?, ?, ?, ?, ?, 'f', 'd', ?, ?, ?, 'listed')",
        [number, number, lang, title, text, pack_markup(html, text), seen, seen, seen],
    )
    db.execute(
        "INSERT INTO feed_entries (edition_id, release_id, lang, place) VALUES (?, ?, ?, ?)",
        [number, number, lang, number],
    )
    db.execute("INSERT INTO arrivals (agency, place, edition_id) VALUES (?, ?, ?)", [agency, number, number])
    db.execute(
        "INSERT INTO changes (id, uid, at, kind, release_id, edition_id, weight, detail) "
        "VALUES (?, ?, ?, 'published', ?, ?, 'major', '{}')",
        [number, f"00000000-0000-4000-8000-{number:012d}", seen, number, number],
    )


def serve_until_told(path: Path, *, unbounded: bool) -> None:
    """The child: our server alone, which says its port and ends when its input closes."""
    import feeds.front
    from feeds.server import app, serve

    if unbounded:  # so that memory is measured with many searches
        feeds.front.SEARCHES_A_SECOND = feeds.front.SEARCHES_AT_ONCE = 1_000_000

    async def run() -> None:
        stop = asyncio.Event()
        asyncio.get_running_loop().add_reader(sys.stdin.fileno(), stop.set)
        config = Config.model_validate({"database": {"path": path}, "server": {"port": 0}})
        await serve(app(config), "127.0.0.1", 0, stop=stop, ready=lambda port: print(port, flush=True))

    asyncio.run(run())


@contextmanager
def our_server(path: Path, *, unbounded: bool = False) -> Iterator[tuple[int, int]]:
    """Process id and port of a fresh server of ours."""
    command = [sys.executable, __file__, "--serve", str(path), *(["--unbounded"] if unbounded else [])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        if child.stdin is None or child.stdout is None:
            raise RuntimeError("the child has no pipes")
        try:
            yield child.pid, int(child.stdout.readline())
        finally:
            child.stdin.close()
            child.wait(30)


NGINX = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
    access_log off; sendfile on; tcp_nopush on; gzip_static on; keepalive_requests 100000000;
    types {{ application/atom+xml atom; }}
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{ listen unix:{folder}/ready; listen 127.0.0.1:{port}; root {folder}/files; }}
}}
"""


@contextmanager
def nginx_with(files: dict[str, bytes], folder: Path, program: str) -> Iterator[tuple[int, int]]:
    """Process id and port of an nginx of one process that serves these files."""
    for name, body in files.items():
        place = folder / "files" / name.removeprefix("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(body)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port))
    with subprocess.Popen(
        [program, "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    ) as child:
        try:
            patience = time.monotonic() + 10
            while not (folder / "ready").exists():
                if child.poll() is not None or time.monotonic() > patience:
                    raise RuntimeError((folder / "error.log").read_text())
                time.sleep(0.02)  # nginx starts; this only keeps the looking from costing it the processor
            yield child.pid, port
        finally:
            child.terminate()
            child.wait(10)


def get(port: int, path: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    """One answer over a connection of its own."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request(
            "GET", path, headers={name.replace("_", "-"): text for name, text in headers.items()}
        )
        answer = connection.getresponse()
        return answer, answer.read()


def bear(load: Load, pid: int, url: str, *, seconds: float, headers: dict[str, str]) -> None:
    """One run of wrk against a server."""
    named = [part for name, text in headers.items() for part in ("-H", f"{name}: {text}")]
    used = cpu_seconds(pid)
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{ceil(seconds)}s", "--latency", *named, url]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    used = cpu_seconds(pid) - used
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(f"{url} was not served:\n{said}")
    served = re.search(r"(\d+) requests in", said)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    slowest = re.search(r"99%\s+([\d.]+)(us|ms|s)", said)
    if not (served and rate and slowest):
        raise RuntimeError(f"wrk said something else than it does:\n{said}")
    load.per_second.append(float(rate[1]))
    load.p99_ms.append(float(slowest[1]) * {"us": 0.001, "ms": 1, "s": 1000}[slowest[2]])
    load.cpu_us.append(used * 1e6 / int(served[1]))


def measure_load(figures: Figures, path: Path, folder: Path, *, runs: int, seconds: float) -> None:
    """Both servers, turn by turn."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    with our_server(path) as (pid, port):
        _, plain = get(port, FEED)
        _, gzipped = get(port, FEED, Accept_Encoding="gzip")
        figures.feed_bytes, figures.gzip_bytes = len(plain), len(gzipped)
        figures.entries = plain.count(b"<entry")
        servers = [(figures.ours, pid, port)]
        if not shutil.which("wrk"):
            figures.left_out.append("requests a second: wrk is not installed (Debian's package of that name)")
            return
        if nginx is None:
            figures.left_out.append("nginx beside ours: it is not installed (Debian's package of that name)")
            _take_turns(servers, runs=runs, seconds=seconds)
            return
        with nginx_with({FEED: plain, f"{FEED}.gz": gzipped}, folder, nginx) as (its_pid, its_port):
            if get(its_port, FEED, Accept_Encoding="gzip")[1] != gzipped:
                raise RuntimeError("nginx serves other bytes than ours")
            servers.append((figures.nginx, its_pid, its_port))
            _take_turns(servers, runs=runs, seconds=seconds)


def _take_turns(servers: Sequence[tuple[dict[str, Load], int, int]], *, runs: int, seconds: float) -> None:
    for _ in range(runs):
        for case in ("304", "gzip", "plain"):
            for loads, pid, port in servers:
                headers = {} if case == "plain" else {"Accept-Encoding": "gzip"}
                if case == "304":
                    answer, _ = get(port, FEED, Accept_Encoding="gzip")
                    headers["If-None-Match"] = answer.headers["ETag"]
                url = f"http://127.0.0.1:{port}{FEED}"
                bear(loads.setdefault(case, Load()), pid, url, seconds=seconds, headers=headers)


def measure_uncached(figures: Figures, path: Path, *, runs: int) -> None:
    """Requests that come right after an edit."""
    db = open_store(path)
    (newest,) = db.execute("SELECT max(id) FROM editions").fetchone()
    with our_server(path) as (_, port):
        get(port, FEED)
        for run in range(runs * 4):
            for spent, edited in ((figures.joined_ms, 1), (figures.uncached_ms, figures.entries or 50)):
                with writing(db):
                    db.execute(
                        "UPDATE editions SET title = rtrim(title, '.') || ? WHERE id > ?",
                        ["." * (1 + run % 2), newest - edited],
                    )
                started = time.perf_counter()
                get(port, FEED, Accept_Encoding="gzip")
                spent.append((time.perf_counter() - started) * 1000)
    db.close()


def measure_searches(figures: Figures, path: Path, *, count: int) -> None:
    """Saved searches nobody has asked for before: rare words, common ones, phrases, several agencies."""
    db, publisher = open_reader(path), Publisher(address="https://herald.example", size=50)
    random, press, fragments = Random(11), Press(), Fragments()
    for number in range(count):
        lang = LANGUAGES[number % 2]
        words = [word.strip(".,") for word in press.release(random.randrange(POOL), lang).text.split()]
        at = random.randrange(len(words) - 3)
        long = max(words[at : at + 3], key=len)
        asking = (f"{long}", f"{long} {words[0]}", f'"{" ".join(words[at : at + 2])}"', f"{long} -{words[1]}")
        path_ = ("/feeds/all.atom", "/feeds/agencies/economy.json", "/feeds/all.rss")[number % 3]
        query = urlencode({"q": asking[number % 4], "lang": lang})
        asked = asked_of(path_, query, languages=LANGUAGES)
        if not isinstance(asked, Asked):
            raise TypeError(asked.sentence)
        with reading(db):
            started = time.perf_counter()
            outline = _outline(db, asked, publisher)
            figures.search_ms.append((time.perf_counter() - started) * 1000)
            document_of(db, outline, publisher, fragments)
            figures.search_feed_ms.append((time.perf_counter() - started) * 1000)
    db.close()


def measure_ten_feeds(figures: Figures, path: Path, *, runs: int) -> None:
    """One new release through ten feeds that show it, with their gzip; processor time."""
    store, db = open_store(path), open_reader(path)
    publisher, fragments = Publisher(address="https://herald.example", size=50), Fragments()
    windows = Windows()
    press = Press()
    for run in range(runs * 2 + 1):
        (last,) = store.execute("SELECT max(id) FROM changes").fetchone()
        number = last + 1
        lang, agency = LANGUAGES[0], FOLLOWED[0]
        release = press.release(number, lang)
        with writing(store):
            add_edition(store, number, lang, release.title, release.paragraphs * 2, agency=agency)
        streams = (Stream(), Stream(languages=(lang,)), Stream(agencies=(agency,)))
        ten = [Asked(stream, ending) for stream in streams for ending in FORMATS]
        ten.append(Asked(Stream(topic="changes"), "atom"))
        used = time.process_time()
        for asked in ten:
            with reading(db):
                document_of(db, _outline(db, asked, publisher, windows), publisher, fragments)
        if run:  # at the first none of the entries has been rendered
            figures.ten_feeds_cpu_ms.append((time.process_time() - used) * 1000)
    db.close()
    store.close()


def _outline(db: Database, asked: Asked, publisher: Publisher, windows: Windows | None = None) -> Outline:
    outline = outline_of(db, asked, publisher, windows)
    if outline is None:
        raise LookupError(asked.stream.address(asked.ending))
    return outline


WANDER = """
local counter = 0
local endings, codings = {{"atom", "rss", "json"}}, {{"gzip", "identity", "br", "gzip, deflate, br"}}
local slugs, words = {{{slugs}}}, {{{words}}}
function request()
    counter = counter + 1
    local ending, coding = endings[math.random(3)], codings[math.random(4)]
    local kind, path = math.random(100), nil
    if kind <= 55 then path = "/feeds/all." .. ending
    elseif kind <= 85 then path = "/feeds/agencies/" .. slugs[math.random(#slugs)] .. "." .. ending
    elseif kind <= 93 then path = "/feeds/changes." .. ending .. "?lang=kk" .. string.rep(",kk", math.random(0, 2))
    elseif kind <= 99 then
        path = "/feeds/all." .. ending .. "?agency=" .. slugs[math.random(#slugs)]
            .. "," .. slugs[math.random(#slugs)] .. "&lang=ru"
    else path = "/feeds/all." .. ending .. "?q=" .. words[math.random(#words)] .. "+" .. words[math.random(#words)]
    end
    return wrk.format("GET", path, {{["Accept-Encoding"] = coding}})
end
"""


def measure_memory(figures: Figures, path: Path, folder: Path, *, requests: int, seconds: float) -> None:
    """Mixed addresses, codings and searches, never the same for long."""
    if not shutil.which("wrk"):
        figures.left_out.append("memory: there is no wrk")
        return
    press = Press()
    found = {word.strip(".,") for number in range(200) for word in press.release(number, "kk").text.split()}
    words = sorted(word for word in found if len(word) > 3 and word.isalpha())
    script = folder / "wander.lua"
    script.write_text(
        WANDER.format(
            slugs=", ".join(f'"{slug}"' for slug in FOLLOWED),
            words=", ".join('"' + "".join(f"%{byte:02X}" for byte in word.encode()) + '"' for word in words),
        ),
        encoding="utf-8",
    )
    with our_server(path, unbounded=True) as (pid, port):
        get(port, FEED)
        figures.rss_mb.append(resident_mb(pid))
        for part in (requests // 5, requests - requests // 5):
            done = 0
            while done < part:
                command = [
                    "wrk",
                    "-t1",
                    f"-c{CONNECTIONS}",
                    f"-d{ceil(seconds)}s",
                    "-s",
                    str(script),
                    f"http://127.0.0.1:{port}",
                ]
                said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
                served = re.search(r"(\d+) requests in", said)
                done += int(served[1]) if served else 0
            figures.rss_requests += done
            figures.rss_mb.append(resident_mb(pid))


def tables(figures: Figures) -> list[Table]:
    """What was measured, beside what was aimed at."""
    served: list[Row] = []
    for case, aim in (("304", 0.25), ("gzip", 0.5), ("plain", None)):
        ours, beside = figures.ours.get(case, Load()), figures.nginx.get(case, Load())
        ratio = over(middle(ours.per_second), middle(beside.per_second))
        served.append((f"{case}, Jarshy", (*_middles(ours), ratio, aim)))
        served.append((f"{case}, nginx", (*_middles(beside), None, None)))
    made: list[Row] = [
        ("a feed one of whose entries was just edited", (*_spread(figures.joined_ms), None)),
        ("a feed all of whose entries were just edited", (*_spread(figures.uncached_ms), None)),
        ("a saved search nobody asked for before, found", (*_spread(figures.search_ms), 40)),
        ("  and its document with it", (*_spread(figures.search_feed_ms), 40)),
        ("one new release through ten feeds with their gzip, CPU", (*_spread(figures.ten_feeds_cpu_ms), 20)),
    ]
    return [
        Table(
            f"A feed that is held: {figures.entries} entries, {figures.feed_bytes / 1000:,.0f} kB, "
            f"{figures.gzip_bytes / 1000:,.0f} kB compressed; {CONNECTIONS} connections:",
            ("requests/s", "p99 ms", "CPU µs each", "of nginx", "aim"),
            served,
        ),
        Table(f"What is made, at {figures.editions:,} editions:", ("median ms", "p99 ms", "aim"), made),
        Table(
            f"Memory over {figures.rss_requests:,} requests for ever other addresses, searches and codings:",
            ("at first", "after a fifth", "at last"),
            [("MB resident", tuple(figures.rss_mb) or (None, None, None))],
        ),
    ]


def main() -> None:
    asked = _asked()
    if asked.serve:
        serve_until_told(asked.serve, unbounded=asked.unbounded)
        return
    figures = Figures()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        path = asked.database or folder / "jarshy.db"
        if not path.exists():
            say(f"writing {asked.editions:,} editions")
            fill(path, asked.editions)
        with closing(open_store(path).conn) as db:  # also one that an earlier version wrote
            (figures.editions,) = db.execute("SELECT count(*) FROM editions").fetchone()
        say("what is held, beside nginx")
        measure_load(figures, path, folder, runs=asked.runs, seconds=asked.seconds)
        say("what was just edited")
        measure_uncached(figures, path, runs=asked.runs)
        say("saved searches")
        measure_searches(figures, path, count=asked.runs * 20)
        say("one new release through ten feeds")
        measure_ten_feeds(figures, path, runs=asked.runs)
        say("memory")
        measure_memory(figures, path, folder, requests=asked.requests, seconds=asked.seconds)
    found = tables(figures)
    if asked.json:
        print(
            json.dumps({"tables": [asdict(table) for table in found], "figures": asdict(figures)}, indent=1)
        )
        return
    print("\n\n".join(table.text() for table in found))
    for said in figures.left_out:
        print(f"\nLeft out: {said}")


def _middles(load: Load) -> tuple[float | None, ...]:
    return middle(load.per_second), middle(load.p99_ms), middle(load.cpu_us)


def _spread(spent: Sequence[float]) -> tuple[float | None, float | None]:
    return middle(spent), quantiles(spent, n=100, method="inclusive")[98] if len(spent) > 1 else None


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    for name, default, what in (
        ("editions", 100_000, "that the history has"),
        ("runs", 5, "of everything, of which the median is taken"),
        ("requests", 100_000, "over which memory is watched"),
    ):
        parser.add_argument(f"--{name}", type=int, default=default, help=f"{what} (default: {default})")
    parser.add_argument("--seconds", type=float, default=3, help="that each run of wrk takes (default: 3)")
    parser.add_argument("--database", type=Path, help="of an earlier run; written where there is none")
    parser.add_argument("--json", action="store_true", help="print tables and every run as JSON")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--unbounded", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if min(asked.editions, asked.runs, asked.requests) < 1:
        parser.error("every number must be at least 1")
    return asked


if __name__ == "__main__":
    main()
