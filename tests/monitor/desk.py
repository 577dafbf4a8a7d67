"""A desk to type commands at: a folder of its own, a configuration, and no portal but one on loopback."""

import asyncio
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryFile
from typing import Any

from click.testing import CliRunner, Result

import jarshy
from crawler.directory import agencies
from monitor.store.database import Database, open_store
from monitor.store.listings import write_directory
from tests.forked import Forked, typed
from tests.warm_workers import quick_python

JARSHY = Path(sys.executable).with_name("jarshy")
Story = Callable[["Desk"], Coroutine[Any, Any, None]]
NOBODY = "http://127.0.0.1:9"
"""A portal where nobody answers."""


class Desk:
    """Commands typed in `folder`: in this process, in one of their own, or by the real script."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.base_url = NOBODY
        self.database = folder / "jarshy.db"

    def configure(self, text: str) -> None:
        """Writes `jarshy.toml`."""
        (self.folder / "jarshy.toml").write_text(text, "utf-8")

    def store(self, *, followed: Sequence[str] = ("economy",)) -> Database:
        """The database that commands typed here work on, with its directory."""
        db = open_store(self.database)
        write_directory(db, agencies().values(), followed=followed)
        return db

    def given(self, database: Path) -> "Desk":
        """Has a copy of this database, to which nobody writes."""
        copyfile(database, self.database)
        return self

    def type(self, *words: str, color: bool = False) -> Result:
        """What a command says and does, in this process; its output counts as piped. `color`: colours are kept."""
        return CliRunner().invoke(
            jarshy.main, list(words), prog_name="jarshy", env=self._settings(), color=color
        )

    def run(self, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """The same in a process of its own, with these settings in its environment."""
        process = AtWork(words, self._environment(settings), self.folder)
        try:
            code = process.wait(60)
        finally:
            process.kill()
            printed = process.communicate()
        return subprocess.CompletedProcess([JARSHY, *words], code, *printed)

    def start(self, *words: str) -> "AtWork":
        """The same, at work; it is the first of a process group of its own, as in a terminal."""
        return AtWork(words, self._environment({}), self.folder)

    def on_terminal(self, *words: str, columns: int, lines: int) -> str:
        """What the real script draws on a terminal of that size."""
        ours, theirs = pty.openpty()
        size = {"TERM": "xterm", "COLUMNS": str(columns), "LINES": str(lines)}
        with os.fdopen(ours, "rb", buffering=0) as screen:
            process = subprocess.Popen(
                [JARSHY, *words],
                cwd=self.folder,
                env=self._environment(size),
                stdin=subprocess.DEVNULL,
                stdout=theirs,
            )
            os.close(theirs)
            drawn = b""
            while True:
                try:
                    piece = screen.read(4096)
                except OSError:  # how Linux says that nobody writes any more
                    break
                if not piece:
                    break
                drawn += piece
            assert process.wait() == 0
        return drawn.decode("utf-8").replace("\r\n", "\n")

    def _settings(self) -> dict[str, str | None]:
        """What of the environment is other than that of whoever runs the tests."""
        foreign: dict[str, str | None] = {name: None for name in os.environ if name.startswith("JARSHY_")}
        return {**foreign, "JARSHY_PORTAL__BASE_URL": self.base_url}

    def _environment(self, settings: dict[str, str]) -> dict[str, str]:
        changed = {**os.environ, **self._settings(), **settings}
        return {name: value for name, value in changed.items() if value is not None}


class AtWork(Forked):
    """A command in a process of its own, and what it prints."""

    def __init__(self, words: Sequence[str], env: dict[str, str], folder: Path) -> None:
        self._printed = TemporaryFile(), TemporaryFile()  # noqa: SIM115 - closed once they were read
        said, errors = (file.fileno() for file in self._printed)
        with Path(os.devnull).open("rb") as nothing:
            super().__init__(
                typed,
                words,
                (nothing.fileno(), said, errors),
                env=env,
                cwd=folder,
                first=True,
                python=quick_python(),
            )

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Waits for its end; all that it printed and wrote to stderr, once."""
        self.wait(timeout)
        printed = []
        for file in self._printed:
            if not file.closed:
                file.seek(0)
                printed.append(file.read().decode())
                file.close()
        return (printed[0], printed[1]) if printed else ("", "")


def left_by(folder: Path, story: Story) -> Path:
    """The database that a story leaves at a desk in `folder`, for copies; to be called where no event loop runs."""
    desk = Desk(folder)
    asyncio.run(story(desk))
    assert [each.name for each in folder.iterdir()] == [desk.database.name], "the story leaves it open"
    return desk.database


def plain(said: str) -> bool:
    """Whether this is text for a pipe: no colour, nothing drawn."""
    return "\x1b" not in said and not any("\u2500" <= character <= "\u259f" for character in said)
