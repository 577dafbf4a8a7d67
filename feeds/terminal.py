"""Shows the journal in a terminal as it is written: what `jarshy demo` looks like. Decides and stores nothing."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.status import Status
from rich.text import Text

from crawler.directory import agencies
from monitor.changes import Change, Kind
from monitor.config import Config

_MARKS: dict[Kind, tuple[str, str]] = {
    "published": ("new", "bold green"),
    "translated": ("translated", "cyan"),
    "edited": ("edited", "bold yellow"),
    "moved": ("moved", "blue"),
    "removed": ("removed", "bold red"),
    "restored": ("restored", "bold magenta"),
}
_WORDS_SHOWN = 3
_RUN_SHOWN = 60


class DemoView:
    """What the portal does and what Jarshy saw of it, one under the other."""

    def __init__(self, config: Config, *, listings: int) -> None:
        """`listings`: how many have to be read once before the story may begin."""
        self.first_reading_done = asyncio.Event()
        self._config = config
        self._listings = listings
        self._read: set[tuple[str, str | None]] = set()
        self._held = 0
        self._console = Console(highlight=False)
        self._status = Status("Starting …", console=self._console, spinner="dots")

    @contextmanager
    def shown(self) -> Iterator[None]:
        """The view, while the demo runs; on a terminal with a line of its own at the bottom."""
        self._console.print(
            Panel(
                Text.assemble(
                    ("Жаршы · Jarshy", "bold"),
                    "\nA stand-in for the portal runs on this machine, with invented releases. Jarshy reads it,\n"
                    "keeps every wording, and tells what was published, changed and taken away.",
                ),
                border_style="cyan",
                expand=False,
            )
        )
        if self._console.is_terminal:
            with self._status:
                yield
        else:
            yield
        self._console.print("The demo is over; nothing of it is left behind.")

    def serving(self, port: int) -> None:
        """The feeds have an address."""
        address = f"http://127.0.0.1:{port}"
        self._console.print(f"  The page    [link={address}/]{address}/[/link]")
        for name, path in (
            ("New releases", "all.atom"),
            ("What changed", "changes.atom"),
            ("Taken away", "removed.atom"),
        ):
            self._console.print(f"  {name:<13} {address}/feeds/{path}")
        self._console.print()
        self._status.update("Reading every listing for the first time …")

    def changed(self, changes: Sequence[Change]) -> None:
        """Something was committed to the journal."""
        for change in changes:
            if change.baseline:
                self._held += 1
                self._read.add((change.agency, change.lang))
            else:
                self._tell(change)
        if not self.first_reading_done.is_set() and len(self._read) >= self._listings:
            self._console.print(
                f"  First readings done: {self._held} editions in {self._listings} listings are history. "
                "From now on what happens is news.\n"
            )
            self._status.update("Watching. The story takes a minute; Ctrl-C ends the demo.")
            self.first_reading_done.set()

    def happened(self, sentence: str) -> None:
        """Something was done at the portal."""
        self._console.print(f"[dim]at the portal[/dim]  {escape(sentence)}")

    def story_over(self) -> None:
        """The minute is over; new releases go on appearing."""
        self._console.print(
            "\n  That was the story. New releases go on appearing now and then; Ctrl-C ends the demo.\n"
        )
        self._status.update("Watching. Ctrl-C ends the demo.")

    def _tell(self, change: Change) -> None:
        mark, style = _MARKS[change.kind]
        agency = agencies().get(change.agency)
        name = agency.name("en") if agency else change.agency
        lang = change.lang or "all languages"
        line = Text.assemble(
            ("  Jarshy saw   ", "dim"),
            (f"{mark:<11}", style),
            (f"{name}, {lang}: ", "dim"),
            change.title,
        )
        self._console.print(line)
        for words in change.detail.get("words", [])[:_WORDS_SHOWN]:
            self._console.print(
                Text.assemble(
                    " " * 26,
                    (_cut(words["before"]), "red strike"),
                    " → ",
                    (_cut(words["after"]), "green"),
                )
            )


def _cut(text: str) -> str:
    return text if len(text) <= _RUN_SHOWN else text[: _RUN_SHOWN - 1] + "…"
