"""Pictures of every page, narrow and wide, light and dark, to look at; nothing is judged.

    .venv/bin/python -m tests.screens FOLDER [--lang ru] [--lang kk] [--only /releases]

The pages show an invented portal. `FOLDER/index.html` shows the pictures beside each other.
"""

import argparse
import re
import sys
import tempfile
from html import escape
from itertools import product
from pathlib import Path

from tests.browser.accessibility import SCHEMES
from tests.browser.addresses import FOR_PEOPLE, REFUSED, exists
from tests.browser.newsroom import LANGUAGES, fill
from tests.browser.serving import served
from tests.browser.watching import HAS_BROWSER, LACKS_BROWSER, NARROW, WIDE, chromium, watched

_INDEX = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Every page</title>
<style>
body {{ font: 1rem system-ui; margin: 1rem; }} div {{ display: flex; gap: 1rem; overflow-x: auto; }}
figure {{ margin: 0; }} img {{ height: 32rem; border: 1px solid #999; object-fit: cover; object-position: top; }}
</style>
<h1>Every page</h1>
{pages}
</html>
"""


def main() -> int:
    asked = _asked()
    if not HAS_BROWSER:
        print(LACKS_BROWSER, file=sys.stderr)
        return 1
    asked.folder.mkdir(parents=True, exist_ok=True)
    addresses = [each for each in (*filter(exists, FOR_PEOPLE), *REFUSED) if each.startswith(asked.only)]
    pages = []
    with tempfile.TemporaryDirectory() as temporary:
        store = Path(temporary) / "jarshy.db"
        fill(store)
        with served(store) as home, chromium() as browser:
            for number, address in enumerate(addresses):
                with watched(browser, home) as watcher:
                    pictures = []
                    for lang, scheme, width in product(asked.lang or ["ru"], SCHEMES, (NARROW, WIDE)):
                        watcher.look(width=width, scheme=scheme)
                        watcher.open(f"/{lang}{address}", expects=REFUSED.get(address, 200))
                        name = f"{number:02}-{_named(address)}-{lang}-{scheme}-{width}.png"
                        watcher.page.screenshot(path=asked.folder / name, full_page=True)
                        pictures.append(name)
                    pages.append((address, pictures))
                    print(address, flush=True)
    sections = [_section(address, pictures) for address, pictures in pages]
    (asked.folder / "index.html").write_text(_INDEX.format(pages="\n".join(sections)), encoding="utf-8")
    return 0


def _section(address: str, pictures: list[str]) -> str:
    figures = "".join(
        f'<figure><a href="{name}"><img src="{name}" alt="{escape(name)}" loading="lazy"></a></figure>'
        for name in pictures
    )
    return f"<h2>{escape(address)}</h2>\n<div>{figures}</div>"


def _named(address: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", address).strip("-")[:60] or "newest"


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--lang", action="append", choices=LANGUAGES, help="several times (default: ru)")
    parser.add_argument("--only", default="/", help="what the addresses begin with")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
