"""The log as it is set up: where it goes, what it is about, and what it never says."""

import asyncio
import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any

import pytest

from monitor import log_lines, logs
from monitor.about import about, also_about
from monitor.errors import ConfigError
from monitor.logs import Logbook, shape_for
from monitor.worker import CrawlWorker
from monitor.worker_log import record_of
from tests.monitor.desk import Desk

ROOT = Path(__file__).parents[2]
log = logging.getLogger("jarshy.test")


@pytest.fixture
def book() -> Iterator[Logbook]:
    """A handler on a logger of its own, down to DEBUG."""
    book = Logbook(log_lines.as_json)
    log.addHandler(book)
    log.setLevel(logging.DEBUG)
    log.propagate = False  # a command that was tried before has set up the log of this process
    yield book
    log.propagate = True
    log.removeHandler(book)
    log.setLevel(logging.NOTSET)


def said(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


WISHES = [
    ("auto", True, False, log_lines.on_terminal),
    ("auto", False, True, log_lines.in_journal),
    ("auto", False, False, log_lines.as_json),
    ("text", True, False, log_lines.on_terminal),
    ("text", False, True, log_lines.in_journal),
    ("text", False, False, log_lines.in_file),
    ("json", True, False, log_lines.as_json),
    ("json", False, True, log_lines.as_json),
]


@pytest.mark.parametrize(("wished", "terminal", "journal", "shape"), WISHES)
def test_the_shape_follows_from_the_wish_and_from_where_stderr_leads(
    wished: logs.Format, terminal: bool, journal: bool, shape: log_lines.Shape
) -> None:
    assert shape_for(wished, terminal=terminal, journal=journal) is shape


def test_a_line_is_about_what_is_being_done(book: Logbook, capsys: pytest.CaptureFixture[str]) -> None:
    with about(order=7, agency="economy", lang=None):
        with about(release="1040"):
            also_about(crawl=9)
            log.info("Оқылды.")
        log.info("Бітті.")
    log.info("Тыныш.")
    ids = [
        {name: line[name] for name in line.keys() - {"at", "level", "logger", "message"}}
        for line in said(capsys)
    ]
    assert ids == [
        {"order": 7, "agency": "economy", "release": "1040", "crawl": 9},
        {"order": 7, "agency": "economy"},
        {},
    ]


async def test_what_goes_on_at_once_is_not_mixed_up(
    book: Logbook, capsys: pytest.CaptureFixture[str]
) -> None:
    both = asyncio.Barrier(2)

    async def read(number: int) -> None:
        with about(order=number):
            await both.wait()
            log.info("%d", number)

    await asyncio.gather(read(1), read(2))
    assert all(line["message"] == str(line["order"]) for line in said(capsys))


@pytest.mark.parametrize(
    "shape", [log_lines.as_json, log_lines.in_file, log_lines.in_journal, log_lines.on_terminal]
)
def test_a_secret_is_blanked_wherever_it_stands(
    book: Logbook, shape: log_lines.Shape, capsys: pytest.CaptureFixture[str]
) -> None:
    book.shape = shape
    book.withhold(lambda: ["Құпия-сөз"])
    with about(release="Құпия-сөз", changes=["Құпия-сөз"]):
        log.debug("message Құпия-сөз")
        log.info("argument %s", "http://u:%D2%9A%D2%B1%D0%BF%D0%B8%D1%8F-%D1%81%D3%A9%D0%B7@127.0.0.1/")
        log.warning("object %s", {"key": "Құпия-сөз"})
        try:
            {}["Құпия-сөз"]
        except KeyError:
            log.exception("trace")
        # Not by the logger: the handler of pytest would not forgive it.
        book.handle(logging.makeLogRecord({"msg": "wrong %d", "args": ("Құпия-сөз",), "levelno": 30}))
    written = capsys.readouterr().err
    assert "Құпия" not in written
    assert "%D2%9A" not in written
    assert r"\u049a" not in written
    assert written.count("…") >= 6
    for word in ("message …", "argument http://u:…@127.0.0.1/", "KeyError: '…'", "wrong %d"):
        assert word in written


def test_a_secret_of_a_former_configuration_is_withheld_though_nothing_was_said_meanwhile(
    book: Logbook, capsys: pytest.CaptureFixture[str]
) -> None:
    for secret in ("first-key", "second-key", "third-key"):
        book.withhold(lambda secret=secret: [secret])
    log.info("first-key, second-key, third-key")
    assert said(capsys)[0]["message"] == "…, …, …"


def test_what_is_logged_goes_to_the_stderr_of_the_moment(book: Logbook) -> None:
    first, second = io.StringIO(), io.StringIO()
    for stream in (first, second):
        with redirect_stderr(stream):
            log.info("The portal %s.", "rests")
    assert [json.loads(each.getvalue())["message"] for each in (first, second)] == ["The portal rests."] * 2


def test_nothing_breaks_where_nobody_reads_the_log(book: Logbook) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    broken, closed = os.fdopen(writing, "w"), io.StringIO()
    closed.close()
    for stream in (broken, closed):
        with redirect_stderr(stream):
            log.info("Ешкім оқымайды.")
            log.info("Тағы да.")
    with pytest.raises(BrokenPipeError):
        broken.close()


def test_the_same_fault_of_ours_is_written_out_now_and_then(
    book: Logbook, capsys: pytest.CaptureFixture[str]
) -> None:
    def trip(minute: int, what: str) -> None:
        try:
            {}[what]
        except KeyError:
            record = log.makeRecord(log.name, logging.ERROR, __file__, 1, "A fault.", (), sys.exc_info())
            record.created = 1_780_000_000 + 60 * minute
            log.handle(record)

    for minute in range(100):
        trip(minute, "бірінші")
    trip(100, "екінші")
    lines = said(capsys)
    assert [line["message"] for line in lines] == [
        "A fault.",
        "A fault. It has been so for 60 min (61 times).",
        "A fault.",
    ]
    assert "екінші" in lines[-1]["exception"]


def test_a_wish_that_is_none_is_refused_with_those_that_are() -> None:
    with pytest.raises(ConfigError, match="JARSHY_LOG: 'xml' is not one of auto, text, json"):
        logs.for_command({"JARSHY_LOG": "xml"})


FAULTS = """
import threading, warnings
from monitor import logs
logs.for_daemon("auto", "info")
logs.withhold(lambda: ["Құпия-сөз"])
warnings.warn("Құпия-сөз ескірді")
def trip():
    {}["Құпия-сөз"]
thread = threading.Thread(target=trip, name="ағын")
thread.start()
thread.join()
trip()
"""


@pytest.mark.parametrize("journal", [True, False])
def test_a_fault_that_nobody_caught_is_logged_like_all_else(tmp_path: Path, journal: bool) -> None:
    with (tmp_path / "stderr").open("w+b") as stderr:
        place = os.fstat(stderr.fileno())
        ended = subprocess.run(
            [sys.executable, "-c", FAULTS],
            cwd=ROOT,
            # of a locale that has no Kazakh
            env={
                **os.environ,
                "JOURNAL_STREAM": f"{place.st_dev}:{place.st_ino if journal else 0}",
                "PYTHONIOENCODING": "latin-1",
            },
            stderr=stderr,
        )
        stderr.seek(0)
        lines = stderr.read().decode("utf-8").splitlines()
    assert ended.returncode == 1
    assert not [line for line in lines if "Құпия" in line]
    if journal:
        assert lines[0].startswith("<4>")
        assert lines[0].endswith("UserWarning: … ескірді")
        assert [line for line in lines if not line.startswith(("<3>    ", "<4>"))] == [
            "<3>The thread ағын ended by a fault of Jarshy itself; please report it.",
            "<3>Ended by a fault of Jarshy itself; please report it.",
        ]
        assert lines[-1] == "<3>    KeyError: '…'"
    else:
        warned, thread, end = map(json.loads, lines)
        assert (warned["level"], warned["logger"]) == ("warning", "py.warnings")
        assert thread["message"] == "The thread ағын ended by a fault of Jarshy itself; please report it."
        assert end["exception"].endswith("KeyError: '…'")


def test_the_daemon_says_why_it_ends_in_the_shape_of_its_log(desk: Desk) -> None:
    desk.configure('[database]\npath = "nowhere/jarshy.db"\n')
    ended = desk.run("run", JARSHY_LOG="json")
    assert ended.returncode == 1
    [line] = ended.stderr.splitlines()
    assert json.loads(line)["level"] == "error"
    assert "nowhere" in json.loads(line)["message"]


RECORDS = [
    (
        b'{"level": 20, "logger": "crawler.robots", "message": "\\u04d9 100 %s", "about": {"order": 3}}\n',
        ("crawler.robots", "INFO", "ә 100 %s", {"order": 3}),
    ),
    (b"Fatal Python error: \xff\n", ("crawler", "WARNING", "Fatal Python error: \ufffd", {})),
    (b'{"level": "x", "logger": 1}\n', ("crawler", "WARNING", '{"level": "x", "logger": 1}', {})),
    (b"[1]\n", ("crawler", "WARNING", "[1]", {})),
    (b"7", ("crawler", "WARNING", "7", {})),
]


@pytest.mark.parametrize(("line", "told"), RECORDS)
def test_a_line_of_the_worker_becomes_a_record_of_ours(line: bytes, told: tuple[Any, ...]) -> None:
    record = record_of(line)
    assert (record.name, record.levelname, record.getMessage(), getattr(record, "about", {})) == told


TALKS = """
import os, sys, time
print("x" * 3_000_000, file=sys.stderr)
sys.stderr.write(
    '{"level": 30, "logger": "crawler.robots", "message": "not read", "about": {"order": 1}}\\nhalf a line'
)
sys.stderr.flush()
if os.fork() == 0:  # a browser that outlives the worker holds its stderr
    os.close(0); os.close(1); time.sleep(60)
os._exit(3)
"""


async def test_what_the_worker_logs_is_ours_and_a_browser_it_leaves_behind_holds_up_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from crawler.records import Order
    from monitor.errors import CrawlFailed

    script = tmp_path / "worker.py"
    script.write_text(TALKS.replace("time.sleep(60)", "time.sleep(3)"), "utf-8")
    worker = CrawlWorker([sys.executable, str(script)], deadline=30)
    for _ in range(2):  # the second time it says nothing new
        with about(order=999), pytest.raises(CrawlFailed, match="code 3"):
            await worker.read(Order(1, "economy", "kk"))
    async with asyncio.timeout(2.5):
        await worker.close()
    told = [record for record in caplog.records if record.name.startswith("crawler")]
    assert [len(record.message) for record in told[:2]] == [1 << 20, 3_000_000 - (2 << 20)]
    assert [(record.name, record.message) for record in told[2:]] == [("crawler.robots", "not read")]


def test_a_stderr_that_was_closed_by_who_started_us_trips_nothing_up() -> None:
    code = "import logging; from monitor import logs; logs.for_command(); logging.warning('x'); print('on')"
    done = subprocess.run(
        ["/bin/sh", "-c", '"$0" -c "$1" 2>&-', sys.executable, code],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
        timeout=60,
    )
    assert done.stdout == b"on\n"
