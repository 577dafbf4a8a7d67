"""A desk to type commands at: a folder of its own, a configuration, and no portal but one on loopback."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

import jarshy
from crawler.directory import agencies
from monitor.store.database import Database, open_store
from monitor.store.listings import write_directory

JARSHY = Path(sys.executable).with_name("jarshy")
NOBODY = "http://127.0.0.1:9"
"""A portal where nobody answers."""


class Desk:
    """Commands typed in `folder`, in this process or by the real script."""

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

    def type(self, *words: str, color: bool = False) -> Result:
        """What a command says and does, in this process; its output counts as piped. `color`: colours are kept."""
        return CliRunner().invoke(
            jarshy.main, list(words), prog_name="jarshy", env=self._settings(), color=color
        )

    def run(self, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """The same by the real script, with these settings in its environment."""
        return subprocess.run(
            [JARSHY, *words],
            cwd=self.folder,
            env=self._environment(settings),
            capture_output=True,
            encoding="utf-8",
            timeout=60,
        )

    def start(self, *words: str, **options: Any) -> subprocess.Popen[str]:
        """The real script at work; it is the first of a process group of its own, as in a terminal."""
        return subprocess.Popen(
            [JARSHY, *words],
            cwd=self.folder,
            env=self._environment({}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
            **options,
        )

    def _settings(self) -> dict[str, str | None]:
        """What of the environment is other than that of whoever runs the tests."""
        foreign: dict[str, str | None] = {name: None for name in os.environ if name.startswith("JARSHY_")}
        return {**foreign, "JARSHY_PORTAL__BASE_URL": self.base_url}

    def _environment(self, settings: dict[str, str]) -> dict[str, str]:
        changed = {**os.environ, **self._settings(), **settings}
        return {name: value for name, value in changed.items() if value is not None}


def plain(said: str) -> bool:
    """Whether this is text for a pipe: no colour, nothing drawn."""
    return "\x1b" not in said and not any("\u2500" <= character <= "\u259f" for character in said)
