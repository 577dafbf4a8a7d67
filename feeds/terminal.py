"""Shows the journal in a terminal as it is written: what `jarshy demo` looks like. Decides and stores nothing."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.panel import Panel
from rich.status import Status
from rich.table import Table
from rich.text import Text

from crawler.directory import agencies
from monitor.changes import Change, Kind

_MARKS: dict[Kind, tuple[str, str]] = {
    "published": ("new", "bold green"),
    "translated": ("translated", "bold cyan"),
    "edited": ("edited", "bold yellow"),
    "moved": ("moved", "bold blue"),
    "removed": ("removed", "bold red"),
    "restored": ("restored", "bold magenta"),
}
_WORDS_SHOWN = 3
_RUN_SHOWN = 60


class DemoView:
    """What the portal does and what Jarshy saw of it, one under the other, with the time of both."""

    def __init__(self, *, listings: int, wished_port: int) -> None:
        """`listings`: how many have to be read once before the story may begin."""
        self._wished = wished_port
        self.first_reading_done = asyncio.Event()
        self._listings = listings
        self._read: set[tuple[str, str | None]] = set()
        self._held = 0
        self._began = monotonic()
        self._console = Console(highlight=False)
        self._status = Status("Starting …", console=self._console, spinner="dots")

    @contextmanager
    def shown(self) -> Iterator[None]:
        """The view, while the demo runs; on a terminal with a line of its own at the bottom."""
        self._console.print(
            Panel(
                Text.assemble(
                    ("Жаршы · Jarshy", "bold"),
                    "\n\nA stand-in for the portal runs on this machine, with invented releases.\n"
                    "Jarshy reads it and tells what is published, changed and taken away.",
                ),
                border_style="cyan",
                padding=(0, 2),
                expand=False,
            )
        )
        if self._console.is_terminal:
            with self._status:
                yield
        else:
            yield
        self._console.print("\nThe demo is over; nothing of it is left behind.")

    def serving(self, port: int) -> None:
        """The feeds have an address."""
        if self._wished not in {0, port}:
            self._console.print(f"  Port {self._wished} is taken by another program; this is another one.\n")
        address = f"http://127.0.0.1:{port}"
        table = Table.grid(padding=(0, 2))
        for name, path in (
            ("The page", "/"),
            ("New releases", "/feeds/all.atom"),
            ("What changed", "/feeds/changes.atom"),
            ("Taken away", "/feeds/removed.atom"),
        ):
            table.add_row(f"  {name}", Text(address + path, style=f"underline link {address}{path}"))
        self._console.print(table)
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
            self._line(
                Text("Jarshy", "cyan"),
                Text("ready", "bold"),
                Text(
                    f"{self._held} editions in {self._listings} listings are history. "
                    "From now on what happens is news."
                ),
            )
            self._status.update("Watching. The story takes a minute; Ctrl-C ends the demo.")
            self.first_reading_done.set()

    def happened(self, sentence: str) -> None:
        """Something was done at the portal."""
        self._console.print()
        self._line(Text("portal", "dim"), Text(""), Text(sentence, "italic"))

    def story_over(self) -> None:
        """The minute is over; new releases go on appearing."""
        self._status.update("That was the story. New releases go on appearing; Ctrl-C ends the demo.")

    def _tell(self, change: Change) -> None:
        mark, style = _MARKS[change.kind]
        agency = agencies().get(change.agency)
        name = agency.name("en") if agency else change.agency
        said = Text.assemble((f"{name}, {change.lang or 'every language'}: ", "dim"), change.title)
        for before, after in _replaced(change):
            said.append("\n")
            said.append(before or "∅", "red strike" if before else "dim")
            said.append(" → ", "dim")
            said.append(after or "∅", "green" if after else "dim")
        self._line(Text("Jarshy", "cyan"), Text(mark, style), said)

    def _line(self, who: Text, mark: Text, said: Text) -> None:
        """One event; long ones go on under themselves."""
        passed = int(monotonic() - self._began)
        if not self._console.is_terminal:
            words = Text(" ").join(part for part in (who, mark, said) if part.plain)
            self._console.print(f"{passed // 60:02d}:{passed % 60:02d}", words, soft_wrap=True)
            return
        line = Table.grid(padding=(0, 1))
        for width in (5, 6, 10):
            line.add_column(width=width, no_wrap=True)
        line.add_column(overflow="fold")
        line.add_row(Text(f"{passed // 60:02d}:{passed % 60:02d}", "dim"), who, mark, said)
        self._console.print(line)


def _replaced(change: Change) -> list[tuple[str, str]]:
    """The words that an edit replaced, each pair once."""
    runs = change.detail.get("words", [])
    pairs = [(_cut(run["before"].rstrip(".,;:")), _cut(run["after"].rstrip(".,;:"))) for run in runs]
    return list(dict.fromkeys(pairs))[:_WORDS_SHOWN]


def _cut(text: str) -> str:
    return text if len(text) <= _RUN_SHOWN else text[: _RUN_SHOWN - 1] + "…"
