"""What people come for, done in a browser: searching, comparing, subscribing; by mouse, by keys, without scripts."""

import json
import tomllib
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import feedparser
import pytest

from tests.browser.addresses import exists
from tests.browser.newsroom import EDITED
from tests.browser.serving import PATIENCE
from tests.browser.watching import Watched, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_OUTLINED = """() => {
  const focused = document.activeElement, style = getComputedStyle(focused)
  return [
    focused.tagName === 'BODY' ? '' : `${focused.tagName} ${focused.getAttribute('href') ?? focused.name ?? ''}`,
    style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0,
  ]
}"""
"""What has the focus, and whether that can be seen."""
_REACHABLE = """
[...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
  .filter(each => each.checkVisibility() && !each.disabled && !each.matches('[type=radio]:not(:checked)')).length
"""


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def reader(request: pytest.FixtureRequest, browser: "Browser", home: str) -> Iterator[Watched]:
    """Whoever reads; the site has no script, so that it makes no difference whether those of a reader run."""
    with watched(browser, home, java_script_enabled=request.param) as watcher:
        yield watcher
    assert watcher.faults == []


@pytest.fixture
def typist(browser: "Browser", home: str) -> Iterator[Watched]:
    with watched(browser, home) as watcher:
        yield watcher
    assert watcher.faults == []


def needs(*addresses: str) -> None:
    for address in addresses:
        if not exists(address):
            pytest.skip(f"there is no page at {address} yet")


def query_of(url: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(url).query)


def test_a_search_finds_marks_and_leads_to_the_release(reader: Watched) -> None:
    needs("/search", "/releases/1")
    page = reader.page
    reader.open("/ru/")
    page.get_by_role("searchbox").fill("школа")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ru/search?q=*")
    assert query_of(page.url) == {"q": ["школа"]}
    found = page.locator("main mark")
    assert "школ" in found.first.inner_text().lower()
    title = page.locator("main li h3 a").first
    said = title.inner_text()
    title.click()
    page.wait_for_url("**/ru/releases/*")
    assert page.get_by_role("heading", level=1).inner_text() == said


def test_another_language_is_the_same_page(reader: Watched) -> None:
    needs("/search", "/changes")
    page = reader.page
    for path in ("/search?q=%D1%88%D0%BA%D0%BE%D0%BB%D0%B0&status=listed", "/changes?kind=removed", "/"):
        reader.open(f"/ru{path}")
        for lang in ("kk", "en", "ru"):
            page.locator(f"nav a[hreflang={lang}]").click()
            page.wait_for_url(f"**/{lang}{path}")
            assert page.locator(f"html[lang={lang}]").count() == 1
            assert page.locator("nav a[aria-current=true]").get_attribute("lang") == lang


def test_a_reader_sees_what_an_edit_changed(reader: Watched) -> None:
    needs("/releases/1", "/releases/1/diff?lang=ru&from=1&to=3")
    page = reader.page
    reader.open(f"/ru/releases/{EDITED}?lang=ru")
    page.locator("main a[href*='/diff']").first.click()
    page.wait_for_url(f"**/ru/releases/{EDITED}/diff?*")
    assert "425" in told(reader, "ins")
    reader.open(f"/ru/releases/{EDITED}/diff?lang=ru&from=1&to=3")
    assert "400" in told(reader, "del")
    assert "425" in told(reader, "ins")
    assert "410" not in page.locator("main").inner_text()


def test_a_feed_is_built_and_can_be_subscribed_to(reader: Watched) -> None:
    needs("/feeds?word=x")
    page = reader.page
    reader.open("/kk/feeds")
    page.locator("details:has(input[name=agency][value=economy]) > summary").click()
    page.locator("input[name=agency][value=economy]").check()
    page.locator("input[name=lang][value=kk]").check()
    page.locator("textarea[name=word]").fill("мектеп")
    page.locator("form:has(textarea[name=word]) button").click()
    page.wait_for_url("**/kk/feeds?*word=*")
    shown = page.locator("section[aria-labelledby=built] ol a").all_inner_texts()
    assert any("мектеп" in title for title in shown)
    for ending in ("atom", "rss", "json"):
        address = page.locator(f"input[readonly][value*='.{ending}']").input_value()
        with urlopen(address, timeout=PATIENCE) as answer:
            body = answer.read()
        if ending == "json":
            titles = [item["title"] for item in json.loads(body)["items"]]
        else:
            feed = feedparser.parse(body)
            assert not feed.bozo
            titles = [entry.title for entry in feed.entries]
        assert sorted(titles) == sorted(shown)
    (alert,) = tomllib.loads(page.locator("pre code").inner_text())["alerts"]
    assert (alert["agencies"], alert["languages"], alert["words"]) == (
        ["economy"],
        ["kk"],
        ["мектеп"],
    )


def test_a_release_is_printed_without_what_leads_elsewhere(typist: Watched) -> None:
    needs("/releases/1")
    page = typist.page
    typist.open(f"/kk/releases/{EDITED}")
    assert page.locator("nav:visible").count() > 0
    assert not page.locator(".printed").is_visible()
    page.emulate_media(media="print")
    assert page.locator(".printed").is_visible(), "paper has no address line"
    assert page.locator("nav:visible, form:visible, .skip:visible").count() == 0
    assert page.get_by_role("heading", level=1).is_visible()
    assert page.pdf().startswith(b"%PDF")


@pytest.mark.parametrize(
    "address", ["/", "/changes", f"/releases/{EDITED}", "/agencies", "/search?q=s", "/feeds"]
)
def test_keys_reach_everything_and_show_where_they_are(typist: Watched, address: str) -> None:
    needs(address)
    page = typist.page
    typist.open(f"/kk{address}")
    reached, unseen = 0, []
    for _ in range(400):
        page.keyboard.press("Tab")
        named, is_seen = page.evaluate(_OUTLINED)
        if not named:
            break
        reached += 1
        unseen += [] if is_seen else [named]
    assert unseen == []
    assert reached >= page.evaluate(_REACHABLE)


def test_a_search_by_keys_alone(typist: Watched) -> None:
    needs("/search", "/releases/1")
    page = typist.page
    typist.open("/kk/")
    page.keyboard.press("Tab")
    assert page.locator("a.skip:focus").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_url("**/kk/#main")
    page.keyboard.press("Tab")
    assert page.locator("main :focus").count() == 1
    typist.open("/kk/")
    tab_to(typist, "input[type=search]")
    page.keyboard.type("мектеп")
    page.keyboard.press("Enter")
    page.wait_for_url("**/kk/search?q=*")
    tab_to(typist, "summary")
    page.keyboard.press("Enter")
    tab_to(typist, "select[name=lang]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    tab_to(typist, "main form button", backwards=True)
    page.keyboard.press("Enter")
    page.wait_for_url("**/kk/search?*lang=kk*")
    assert query_of(page.url)["q"] == ["мектеп"]
    tab_to(typist, "main li h3 a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/kk/releases/*")


def told(watcher: Watched, name: str) -> list[str]:
    """The texts of all elements of a name."""
    return [text.strip() for text in watcher.page.locator(f"main {name}").all_inner_texts()]


def tab_to(watcher: Watched, selector: str, *, backwards: bool = False) -> None:
    """Presses Tab until what is meant has the focus."""
    for _ in range(400):
        watcher.page.keyboard.press("Shift+Tab" if backwards else "Tab")
        if watcher.page.locator(f"{selector}:focus").count():
            return
    raise AssertionError(f"Tab does not lead to {selector}")
