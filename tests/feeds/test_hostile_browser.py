"""Hostile entries in a real browser, shown as feed readers show them: no dialog, no script, no request."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from crawler.browser import NAMES
from feeds.entries import Entry
from tests.feeds.hostile import hostile
from tests.feeds.hostile_feeds import HOST, documents, entry_of

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Route

pytestmark = pytest.mark.skipif(
    find_spec("playwright") is None or not any(map(shutil.which, NAMES)),
    reason="there is no Chromium here, or no extra `browser`: install both to see hostile entries in a browser",
)

NUMBERS = range(10_000, 10_300)
WATCHING = "for (const name of ['alert', 'confirm', 'prompt', 'print']) window[name] = () => told(name)"
"""Before anything else in every page and frame: whatever runs leaves its name, and no dialog stops the others."""
INNER = """
<body><script>
fetch('/feed.json').then(answer => answer.json()).then(feed => {
  for (const item of feed.items) {
    const article = document.body.appendChild(document.createElement('article'))
    article.appendChild(document.createElement('h2')).textContent = item.title
    article.appendChild(document.createElement('div')).innerHTML = item.content_html
  }
  document.body.id = 'shown'
})
</script>
"""
"""A feed reader in a page: titles as text, contents as mark-up."""


@dataclass(slots=True)
class Shelf:
    """What the server gives out by its path, and what was asked of it."""

    pages: dict[str, bytes]
    asked: list[str] = field(default_factory=list)


class Handler(BaseHTTPRequestHandler):
    def __init__(self, *args: object, shelf: Shelf) -> None:
        self.shelf = shelf
        super().__init__(*args)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        self.shelf.asked.append(self.path)
        body = self.shelf.pages.get(self.path, b"")
        self.send_response(200 if body else 404)
        kind = "application/feed+json" if self.path.endswith(".json") else "text/html"
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Says nothing: `asked` remembers."""


@dataclass(slots=True)
class Seen:
    """What a page did."""

    requests: list[str] = field(default_factory=list)
    """Beyond the page itself."""
    pictures: list[str] = field(default_factory=list)
    """Those of the portal, which were asked for and refused."""
    dialogs: list[str] = field(default_factory=list)
    ran: list[str] = field(default_factory=list)
    articles: list[str] = field(default_factory=list)
    """The text of each, as it can be seen."""


@pytest.fixture(scope="module")
def browser() -> Iterator["BrowserContext"]:
    from playwright.sync_api import sync_playwright

    executable = next(filter(None, map(shutil.which, NAMES)))
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=executable,
            chromium_sandbox=os.geteuid() != 0,
            args=["--disable-background-networking"],
        )
        context = started.new_context(service_workers="block", accept_downloads=False)
        context.add_init_script(WATCHING)
        yield context
        started.close()


def shown(context: "BrowserContext", pages: dict[str, bytes]) -> Seen:
    """What happens when the page `/` is opened, until `#shown` is there and all that it wants was asked for."""
    seen, shelf = Seen(), Shelf(pages)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, shelf=shelf))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    home = f"http://127.0.0.1:{server.server_port}"

    def passing(route: "Route") -> None:
        asked = urlsplit(route.request.url)
        if f"{asked.scheme}://{asked.netloc}" == home and asked.path in pages:
            route.continue_()
            return
        own = asked.hostname == HOST and route.request.resource_type == "image"
        (seen.pictures if own else seen.requests).append(route.request.url)
        if route.request.is_navigation_request():
            route.fulfill(status=204)  # which leaves the page where it is
        else:
            route.abort()

    def told(name: str) -> None:
        seen.ran.append(name)

    page = context.new_page()
    page.on("dialog", lambda dialog: (seen.dialogs.append(dialog.message), dialog.dismiss()))
    page.expose_function("told", told)
    page.route("**/*", passing)
    try:
        page.goto(home)
        page.wait_for_selector("#shown", state="attached")
        # What runs where a picture fails runs after it was refused.
        page.wait_for_function("[...document.images].every(image => image.complete)")
        page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
        page.wait_for_load_state("networkidle")
        seen.articles = page.eval_on_selector_all("article", "all => all.map(article => article.innerText)")
    finally:
        page.close()
        server.shutdown()
        server.server_close()
        thread.join()
    seen.requests += [path for path in shelf.asked if path not in pages]
    return seen


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    return [entry_of(hostile(number), number) for number in NUMBERS]


def assert_harmless(seen: Seen) -> None:
    assert (seen.dialogs, seen.ran, seen.requests) == ([], [], [])
    assert seen.pictures  # what is the portal's own is shown
    for number, article in zip(NUMBERS, seen.articles, strict=True):
        release = hostile(number)
        assert [word for word in (*release.title_words, *release.words) if word not in article] == []


def test_a_reader_that_puts_contents_into_its_page_runs_and_fetches_nothing(
    browser: "BrowserContext", entries: list[Entry]
) -> None:
    pages = {"/": INNER.encode(), "/feed.json": documents(entries)["json"]}
    assert_harmless(shown(browser, pages))


def test_a_reader_that_writes_a_page_of_contents_runs_and_fetches_nothing(
    browser: "BrowserContext", entries: list[Entry]
) -> None:
    articles = "\n".join(
        f"<article><h2>{escape(entry.title)}</h2><div>{entry.html}</div></article>" for entry in entries
    )
    page = f"<!doctype html><meta charset=utf-8><body>{articles}<i id=shown></i></body>"
    assert_harmless(shown(browser, {"/": page.encode()}))


def test_what_was_not_cleaned_does_run_and_fetch(browser: "BrowserContext") -> None:
    """Else the two tests above could not fail."""
    raw = [{"title": "x", "content_html": hostile(number).html} for number in NUMBERS]
    feed = json.dumps({"items": raw}).encode()
    seen = shown(browser, {"/": INNER.encode(), "/feed.json": feed})
    assert "alert" in seen.ran
    assert len(seen.requests) > 50
