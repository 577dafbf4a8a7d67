"""The daemon as a process, a webhook receiver on loopback, and waiting for what another process does."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from tests.forked import Forked, typed
from tests.warm_workers import quick_python

JARSHY = Path(sys.executable).with_name("jarshy")
DEADLINE = 30.0


def eventually(truth: Callable[[], Any], what: str, *, seconds: float = DEADLINE) -> Any:
    """The first true answer; fails the test, naming `what`, when there is none in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := truth():
            return answer
        time.sleep(0.05)  # another process works; this only keeps the looking from costing it the processor
    pytest.fail(f"{what}: did not happen within {seconds:.0f} s")


class Receiver:
    """A webhook receiver on loopback that keeps what it is sent; it can be down, and hangs until it may answer."""

    def __init__(self, port: int = 0) -> None:
        self.messages: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        receiver, self.may_answer = self, threading.Event()
        self.may_answer.set()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.messages.append(json.loads(body))
                receiver.headers.append(dict(self.headers))
                receiver.may_answer.wait()
                with suppress(ConnectionError):  # whoever asked has gone
                    self.send_response(204)
                    self.end_headers()

            def log_message(self, *_: object) -> None:
                """Quiet: the tests look at what was kept."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/hook"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self.may_answer.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Hub:
    """A WebSub hub on loopback that keeps which feeds it is told of; it may be down, and may hang."""

    def __init__(self, port: int = 0, *, hangs: bool = False) -> None:
        self.told: list[str] = []
        hub, self._end = self, threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode("ascii"))
                hub.told += form["hub.url"]
                if hangs:
                    hub._end.wait()
                    return
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Quiet: the tests look at what was kept."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._end.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Daemon:
    """`jarshy run` as a process of its own."""

    def __init__(self, folder: Path, config: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.log = folder / "daemon.log"
        self.configure(config)
        self.process: subprocess.Popen[bytes] | Forked | None = None

    def configure(self, config: str) -> None:
        """Writes the file; a daemon that runs knows of it once it reads it again."""
        (self.folder / "jarshy.toml").write_text(
            f'{config}\n[server]\nport = {self.port}\n[database]\npath = "{self.folder}/jarshy.db"\n', "utf-8"
        )

    def start(self, *words: str, cold: bool = False, **options: Any) -> "Daemon":
        """Waits until it serves. `words`: other than `run --config jarshy.toml`. `cold`, and with `options` of
        `subprocess.Popen`: the real script, no fork."""
        words = words or ("run", "--config", "jarshy.toml")
        with self.log.open("ab") as log, Path(os.devnull).open("rb") as nothing:
            self.process = (
                subprocess.Popen([JARSHY, *words], cwd=self.folder, stdout=log, stderr=log, **options)
                if cold or options
                else Forked(
                    typed,
                    words,
                    (nothing.fileno(), log.fileno(), log.fileno()),
                    env=os.environ,
                    cwd=self.folder,
                    python=quick_python(),
                )
            )
        eventually(lambda: self.answers("/healthz"), f"the daemon serves ({self.log.read_text()[-800:]})")
        return self

    def reload(self) -> None:
        """Has it read its configuration again, soon."""
        assert self.process is not None
        self.process.send_signal(signal.SIGHUP)

    def said(self, text: str) -> int:
        """How often the log says this."""
        return self.log.read_text("utf-8").count(text)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ends it; the exit code. Fails when it takes more than five seconds."""
        assert self.process is not None
        self.process.send_signal(number)
        try:
            return self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            pytest.fail("the daemon did not end within 5 s")

    def end(self) -> None:
        """Ends it for good, however it fares."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def get(self, path: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read(), dict(answer.headers)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read(), dict(error.headers)

    def answers(self, path: str) -> bool:
        try:
            return self.get(path)[0] == 200
        except OSError:
            return False

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        path = self.folder / "jarshy.db"
        if not path.exists():
            return []
        connection = sqlite3.connect(path)
        try:
            return connection.execute(query, parameters).fetchall()
        except sqlite3.OperationalError:
            return []  # the schema is being made
        finally:
            connection.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
