"""The page of a folder of feeds."""

from collections.abc import Callable

import pytest

from feeds.formats import FORMATS
from feeds.pages.folder import folder_page
from feeds.streams import offered
from monitor.config import Config
from tests.feeds.conftest import Stored
from tests.feeds.pages.conftest import LIMIT, Shown

Lay = Callable[[str], Shown]


@pytest.fixture
def lay(stored: Stored) -> Lay:
    config = Config.model_validate(
        {"database": {"path": stored.path}, "portal": {"agencies": ["economy", "abay", "moa"]}}
    )
    return lambda lang: Shown(folder_page(stored.db, config, lang=lang, address="https://herald.example/x"))


def test_the_newest_lead_to_the_portal_and_say_what_became_of_them(golden: Stored, lay: Lay) -> None:
    page = lay("ru")
    assert "Совет обсудил финансы регионов" in page.titles
    links = page.tree.xpath("//h3/a/@href")
    assert "https://www.gov.kz/memleket/entities/economy/press/news/details/900101?lang=ru" in links
    assert all(link.startswith("https://www.gov.kz/") for link in links)


def test_every_feed_that_lies_there_is_named_and_discovered(golden: Stored, lay: Lay) -> None:
    for lang in ("kk", "ru", "en"):
        page = lay(lang)
        shown = page.tree.xpath("//table//a/@href")
        found = page.tree.xpath("//link[@rel='alternate']/@href")
        assert (
            len(shown)
            == len(set(shown))
            == len(FORMATS) * len(offered(("economy", "abay", "moa"), ("kk", "ru", "en")))
        )
        assert found[0] == "feeds/all.atom", "readers that take one take the first"
        assert {"feeds/all.kk.json", "feeds.kk.opml"} < set(found)
        assert "feeds/agencies/abay.rss" in shown


def test_nothing_is_named_that_a_folder_does_not_have(golden: Stored, lay: Lay) -> None:
    page = lay("kk")
    ours = [href for href in page.tree.xpath("//@href") if not href.startswith("http")]
    assert not [href for href in ours if "?" in href or href.startswith(("/", "."))]
    assert not page.tree.xpath("//form")
    assert page.tree.xpath("//nav//a/@href") == ["index.kk.html", "index.ru.html", "index.html"]


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("kk", "Әзірге ештеңе оқылған жоқ."),
        ("ru", "Пока ничего не прочитано."),
        ("en", "Nothing has been read yet."),
    ],
)
def test_of_nothing_it_says_so_in_its_language(stored: Stored, lay: Lay, lang: str, said: str) -> None:
    page = lay(lang)
    assert said in page.texts("//main/p")
    assert page.tree.get("lang") == lang


def test_nothing_hostile_comes_through(hostile: Stored, lay: Lay) -> None:
    stored_url = "javascript:alert(1)"
    hostile.db.execute("UPDATE releases SET url = ? WHERE id % 2", [stored_url])
    page = lay("en")
    assert "<script" not in page.text
    assert stored_url not in page.text
    assert len(page.tree.xpath("//h3[not(a)]")) > 1
    assert len(page.body) < LIMIT
