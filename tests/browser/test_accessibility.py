"""Every page for people in each language, both schemes, narrow and wide: axe-core and the browser find no fault."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from feeds.pages.table import PAGES
from tests.browser.accessibility import SCREENS, THREE_OF_THEM, Screen, audited, violations
from tests.browser.addresses import FOR_PEOPLE, FOR_PROGRAMS, REFUSED, exists, kind_of
from tests.browser.watching import Watched, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def watcher(browser: "Browser", home: str) -> Iterator[Watched]:
    with watched(browser, home) as watcher:
        yield watcher


def screens_for(address: str) -> tuple[Screen, ...]:
    """The first address of a kind of page is seen in everything, the others on one screen each."""
    place = FOR_PEOPLE.index(address)
    if kind_of(address) in {kind_of(before) for before in FOR_PEOPLE[:place]}:
        return (SCREENS[place * 5 % len(SCREENS)],)
    return THREE_OF_THEM[place % len(THREE_OF_THEM)]


@pytest.mark.parametrize("address", FOR_PEOPLE)
def test_a_page_has_no_fault(watcher: Watched, address: str) -> None:
    if not exists(address):
        pytest.skip(f"there is no page at {address} yet")
    assert audited(watcher, address, screens_for(address)) == []


@pytest.mark.parametrize(("address", "status"), REFUSED.items())
def test_a_refusal_is_a_page_without_fault(watcher: Watched, address: str, status: int) -> None:
    turn = status % len(THREE_OF_THEM)
    assert audited(watcher, address, THREE_OF_THEM[turn], expects=status) == []


def test_every_kind_of_page_is_among_them() -> None:
    seen = {kind_of(address) for address in (*FOR_PEOPLE, *FOR_PROGRAMS)}
    assert [page.pattern for page in PAGES if page.pattern not in seen] == []


def test_each_choice_of_screens_has_everything_once() -> None:
    for screens in THREE_OF_THEM:
        assert [screen.lang for screen in screens] == ["kk", "ru", "en"]
        assert {screen.scheme for screen in screens} == {"light", "dark"}
        assert len({screen.width for screen in screens}) == 2
    assert {screen for screens in THREE_OF_THEM for screen in screens} <= set(SCREENS)


def test_faults_are_found(browser: "Browser", home: str) -> None:
    """Else nothing here could fail."""
    with watched(browser, home, width=360) as watcher:
        watcher.open("/ru/")
        watcher.page.evaluate(
            """() => {
              document.querySelector('h1').insertAdjacentHTML('beforebegin', '<pre>x</pre><img src="/none.png">')
              document.querySelector('pre').style.minWidth = '700px'
              const pale = document.body.appendChild(document.createElement('p'))
              pale.textContent = 'pale'
              pale.style.color = 'rgb(128 128 128 / 20%)'
              document.head.appendChild(document.createElement('script')).textContent = 'alert(1)'
            }"""
        )
        watcher.page.wait_for_load_state("networkidle")
        watcher.settle()
        broken = violations(watcher.page)
        with watcher.page.expect_event("requestfailed"):
            watcher.page.evaluate("void (location.href = 'http://other.example/')")
        said = "\n".join([*watcher.faults, *broken])
    for fault in (
        "shifted: ", "too wide: ", "404: ", "Content Security Policy", "color-contrast: ", "image-alt: ",
        "another host: ",
    ):  # fmt: skip
        assert fault in said
