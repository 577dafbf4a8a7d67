"""The real worker process before the stand-in portal, as the tests of the crawler drive it."""

import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.records import Batch, Misfit, Order, Record, Report, Sighting, Unchanged, from_line, to_line
from crawler.standin import Portal, populate, serve
from tests.crawler.warm import WarmWorker

ROOT = Path(__file__).parents[2]
DEADLINE = 30.0
"""Seconds after which a worker that says nothing has failed its test."""


class Worker:
    """A crawl worker, driven as the daemon drives it."""

    def __init__(self, base_url: str, log: Any, *options: str, cold: bool) -> None:
        """`cold`: a process that imports everything itself, in place of a fork of one that has."""
        self._log = log
        environment = {
            name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")
        }
        path = [str(ROOT), *filter(None, [environment.get("PYTHONPATH")])]
        environment["PYTHONPATH"] = os.pathsep.join(path)
        options = ("--base-url", base_url, *options)
        self.process = (
            subprocess.Popen(
                [sys.executable, "-P", "-m", "crawler", *options],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=environment,
            )
            if cold
            else WarmWorker(options, stderr=log.fileno(), env=environment)
        )
        self._orders = 0
        self._buffer = b""

    def order(self, agency: str = "economy", lang: str = "ru", **more: Any) -> int:
        """Sends an order, does not wait; returns its id."""
        self._orders += 1
        self.send(to_line(Order(id=self._orders, agency=agency, lang=lang, **more)).encode())
        return self._orders

    def send(self, line: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line)
        self.process.stdin.flush()

    def answer(self) -> tuple[list[Sighting | Misfit], Report]:
        """What comes up to the next report."""
        seen: list[Sighting | Misfit] = []
        while not isinstance(record := self.record(), Report):
            if isinstance(record, Unchanged):
                seen += record.sightings()
                continue
            assert isinstance(record, Sighting | Misfit)
            seen.append(record)
        return seen, record

    def read(
        self, agency: str = "economy", lang: str = "ru", **more: Any
    ) -> tuple[list[Sighting | Misfit], Report]:
        """Sends an order and waits for its report."""
        number = self.order(agency, lang, **more)
        seen, report = self.answer()
        assert {record.order for record in [*seen, report]} == {number}
        return seen, report

    def read_together(self, *orders: Order) -> list[tuple[list[Sighting | Misfit], Report]]:
        """Sends orders in one batch and waits for the report of each."""
        self.send(to_line(Batch(orders)).encode())
        return [self.answer() for _ in orders]

    def record(self) -> Record:
        """The next line, whatever it is."""
        assert self.process.stdout is not None
        until = time.monotonic() + DEADLINE
        with selectors.DefaultSelector() as ready:
            ready.register(self.process.stdout, selectors.EVENT_READ)
            while b"\n" not in self._buffer:
                assert ready.select(until - time.monotonic()), (
                    f"no line came in time; it logged: {self.log()}"
                )
                piece = os.read(self.process.stdout.fileno(), 65536)
                assert piece, f"the worker ended; it logged: {self.log()}"
                self._buffer += piece
        line, _, self._buffer = self._buffer.partition(b"\n")
        return from_line(line)

    def close_stdin(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()

    def ended(self) -> int:
        """The exit code, once it has ended."""
        return self.process.wait(DEADLINE)

    def log(self) -> str:
        """What it has written on stderr."""
        self._log.seek(0)
        return str(self._log.read().decode())

    def kill(self) -> None:
        """Ends it whatever it does, and closes the pipes."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            try:
                pipe.close()
            except BrokenPipeError:
                assert self.process.returncode is not None


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "cold: its workers are started as the daemon starts them")


@pytest.fixture
def portal() -> Portal:
    """A portal with a past: two agencies, twelve releases each."""
    return portal_with_a_past()


@pytest.fixture(scope="session")
def rig() -> Iterator[Callable[..., tuple[Portal, Worker]]]:
    """Makes a portal and a worker before it that may be shared by tests that leave both as they were."""
    with ExitStack() as stack:

        def make(**how: Any) -> tuple[Portal, Worker]:
            portal = portal_with_a_past()
            server = stack.enter_context(serve(portal))
            return portal, started(stack, server.base_url, **how)

        yield make


@pytest.fixture
def base_url(portal: Portal) -> Iterator[str]:
    """Where the portal answers."""
    with serve(portal) as server:
        yield server.base_url


@pytest.fixture
def start_worker(base_url: str, request: pytest.FixtureRequest) -> Iterator[Callable[..., Worker]]:
    """Starts a worker before the portal, or before another address; options as on its command line."""
    cold = request.node.get_closest_marker("cold") is not None
    with ExitStack() as stack:

        def start(*options: str, at: str | None = None, **how: Any) -> Worker:
            return started(stack, at or base_url, *options, cold=cold, **how)

        yield start


@pytest.fixture
def worker(start_worker: Callable[..., Worker]) -> Worker:
    """A worker that hardly waits."""
    return start_worker()


def portal_with_a_past() -> Portal:
    portal = Portal()
    populate(portal, ["economy", "mfa"], 12, ["kk", "ru"], until=datetime(2026, 7, 13, tzinfo=UTC))
    return portal


def started(
    stack: ExitStack,
    address: str,
    *options: str,
    cold: bool = False,
    pace: float = 0.001,
    timeout: float = 20.0,
) -> Worker:
    log = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 (the stack closes it)
    worker = Worker(
        address,
        log,
        "--contact=ops@example.org",
        f"--requests-per-minute={60 / pace}",
        f"--timeout={timeout}",
        "--first-pause=0.05",
        *options,
        cold=cold,
    )
    stack.callback(worker.kill)
    return worker
