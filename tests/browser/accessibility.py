"""axe-core in a page: which rules of WCAG 2.2 AA and of good practice it breaks.

    .venv/bin/python -m tests.browser.accessibility

asks it of every page in every language, in both colour schemes, narrow and wide: some minutes. The test asks it of
a part, in which each kind of page is seen in each of them, and every page at least once.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.browser.addresses import FOR_PEOPLE, exists
from tests.browser.newsroom import LANGUAGES, fill
from tests.browser.serving import served
from tests.browser.watching import NARROW, WIDE, Scheme, Watched, chromium, watched

if TYPE_CHECKING:
    from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


class Screen(NamedTuple):
    """How a page is looked at."""

    lang: str
    scheme: Scheme
    width: int


SCREENS = tuple(Screen(*each) for each in product(LANGUAGES, SCHEMES, (NARROW, WIDE)))
THREE_OF_THEM = tuple(
    (
        Screen("kk", first, one),
        Screen("ru", second, other),
        Screen("en", first if one == WIDE else second, one if first == "dark" else other),
    )
    for first, second in (SCHEMES, SCHEMES[::-1])
    for one, other in ((NARROW, WIDE), (WIDE, NARROW))
)
"""Four choices, each of all languages, both schemes and both widths."""


def violations(page: "Page") -> list[str]:
    """What breaks which rule, a line each; the page must be drawn."""
    from axe_playwright_python.base import AXE_SCRIPT

    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[dict[str, Any]] = page.evaluate(
        "async options => (await axe.run(document, options)).violations",
        {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]},
    )
    return [
        f"{broken['id']}: {broken['help']}: {node['html'][:160]} {node['failureSummary']}"
        for broken in found
        for node in broken["nodes"][:3]
    ]


def audited(watcher: Watched, address: str, screens: tuple[Screen, ...], *, expects: int = 200) -> list[str]:
    """What is wrong with a page on these screens."""
    found = []
    for lang, looks in _by_language(screens):
        for place, (_, scheme, width) in enumerate(looks):
            watcher.look(width=width, scheme=scheme)
            if place == 0:
                watcher.open(f"/{lang}{address}", expects=expects)
            watcher.settle()
            said = [
                f"{lang} {scheme} {width}: {each}" for each in [*watcher.faults, *violations(watcher.page)]
            ]
            watcher.faults.clear()
            found += said
    return found


def _by_language(screens: tuple[Screen, ...]) -> Iterator[tuple[str, list[Screen]]]:
    for lang in LANGUAGES:
        if looks := [screen for screen in screens if screen.lang == lang]:
            yield lang, looks


def main() -> int:
    broken = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "jarshy.db"
        fill(path)
        with served(path) as home, chromium() as browser, watched(browser, home) as watcher:
            for address in filter(exists, FOR_PEOPLE):
                began = time.monotonic()
                found = audited(watcher, address, SCREENS)
                broken += len(found)
                print(
                    f"{address}: {len(found)} in {time.monotonic() - began:.1f} s",
                    *found,
                    sep="\n  ",
                    flush=True,
                )
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
