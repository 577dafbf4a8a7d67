"""Chromium, and pages in it that remember whatever they did wrong."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal

from crawler.browser import NAMES
from tests.monitor.kept import BASE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, Route

Scheme = Literal["light", "dark"]

HAS_BROWSER = find_spec("playwright") is not None and any(map(shutil.which, NAMES))
LACKS_BROWSER = "there is no Chromium here, or no extra `browser`: install both to see the pages in a browser"

NARROW, WIDE = 360, 1440
HEIGHT = 900
HEAVIEST = 100_000
"""Bytes of a page before it is compressed."""

_NO_TRAFFIC_OF_ITS_OWN = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--disable-gpu",
    "--disable-gpu-rasterization",
)
_SHIFTS = """
window.shifts = []
new PerformanceObserver(list => {
  for (const shift of list.getEntries())
    if (!shift.hadRecentInput && shift.value >= 0.0005)
      shifts.push(`${shift.value.toFixed(4)} ${shift.sources.map(source => source.node?.nodeName)}`)
}).observe({ type: 'layout-shift', buffered: true })
"""
"""Of less than that nobody sees anything: it is a part of a pixel, while a page comes in pieces."""
_TWO_FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
_PICTURE = (
    b"<svg xmlns='http://www.w3.org/2000/svg' width='640' height='360'><rect width='640' height='360'/></svg>"
)


@contextmanager
def chromium() -> Iterator["Browser"]:
    """The system's own."""
    from playwright.sync_api import sync_playwright

    executable = next(filter(None, map(shutil.which, NAMES)))
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=executable,
            chromium_sandbox=os.geteuid() != 0,
            args=list(_NO_TRAFFIC_OF_ITS_OWN),
        )
        try:
            yield started
        finally:
            started.close()


class Watched:
    """A page of one site, and all that went wrong in it."""

    def __init__(self, page: "Page", home: str) -> None:
        self.page = page
        self.home = home
        self.faults: list[str] = []
        self.pictures = 0
        """Those of the portal that were asked for."""
        self.expects: frozenset[int] = frozenset()
        """Statuses of a refusal that is meant."""
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)
        page.route("**/*", self._asked)

    def open(self, path: str, *, expects: int = 200) -> None:
        """Goes there, and waits until it is drawn."""
        self.expects = frozenset({expects} - {200})
        response = self.page.goto(self.home + path)
        status = response.status if response else 0
        if status != expects:
            self.faults.append(f"{path}: {status}")
        elif response and (weight := len(response.body())) > HEAVIEST:
            self.faults.append(f"{path} weighs {weight} bytes")

    def settle(self) -> None:
        """Notes shifts, sideways scrolling and squeezed tables of the page as it stands there now."""
        self.page.evaluate(_TWO_FRAMES)
        self.faults += [f"{self.page.url} shifted: {shift}" for shift in self.page.evaluate("window.shifts")]
        too_wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if too_wide > 0:
            self.faults.append(f"{self.page.url} is {too_wide} px too wide: {self.page.evaluate(_WIDEST)}")

        squeezed = self.page.evaluate(_SQUEEZED)
        if squeezed:
            self.faults.append(f"{self.page.url} breaks words in narrow cells: {squeezed}")

    def look(self, *, width: int | None = None, scheme: Scheme | None = None) -> None:
        """The same page on another screen."""
        if width is not None:
            self.page.set_viewport_size({"width": width, "height": HEIGHT})
        if scheme is not None:
            self.page.emulate_media(color_scheme=scheme)

    def _asked(self, route: "Route") -> None:
        url = route.request.url
        if url.startswith(f"{self.home}/"):
            route.continue_()
        elif url.startswith(BASE) and route.request.resource_type == "image":
            self.pictures += 1
            route.fulfill(body=_PICTURE, content_type="image/svg+xml")
        else:
            self.faults.append(f"asked another host: {url}")
            route.abort()

    def _heard(self, message: "ConsoleMessage") -> None:
        is_meant = any(f"status of {status} " in message.text for status in self.expects)
        if message.type in {"error", "warning"} and not is_meant:
            self.faults.append(f"console: {message.text}")

    def _failed(self, request: "Request") -> None:
        # Whoever goes on to another page no longer waits for what the last one lacked.
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"failed: {request.url} ({request.failure})")

    def _answered(self, response: "Response") -> None:
        if response.status >= 400 and response.status not in self.expects:
            self.faults.append(f"{response.status}: {response.url}")


_WIDEST = """
[...document.querySelectorAll('body *')]
  .filter(each => each.getBoundingClientRect().right > innerWidth + 0.5)
  .map(each => `${each.nodeName.toLowerCase()}.${each.className}`).slice(0, 4).join(', ')
"""

_SQUEEZED = """
[...document.querySelectorAll('th, td')]
  .filter(each => each.offsetWidth > 1 && each.offsetWidth < 48 && each.offsetHeight > 60)
  .filter(each => each.innerText.trim().length > 3)
  .map(each => each.innerText.trim()).slice(0, 4).join(', ')
"""


@contextmanager
def watched(
    browser: "Browser", home: str, *, width: int = WIDE, scheme: Scheme = "light", **options: Any
) -> Iterator[Watched]:
    """A page of its own context."""
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHT},
        color_scheme=scheme,
        reduced_motion="reduce",
        service_workers="block",
        accept_downloads=False,
        **options,
    )
    context.add_init_script(_SHIFTS)
    try:
        yield Watched(context.new_page(), home)
    finally:
        context.close()
