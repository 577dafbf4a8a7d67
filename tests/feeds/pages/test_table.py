"""Which page an address means, in which language, and where its links go."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urljoin

import pytest
from lxml import html

from feeds.pages.context import addressed, root_of
from feeds.pages.language import preferred
from feeds.pages.table import Looked, looked_at
from feeds.streams import Refusal
from tests.feeds.conftest import Stored
from tests.feeds.test_server import Site, config_for, running

LANGUAGES = frozenset({"kk", "ru", "en"})


@pytest.fixture
async def site(golden: Stored) -> AsyncIterator[Site]:
    async with running(config_for(golden.path)) as running_site:
        yield running_site


@pytest.mark.parametrize(
    ("accepted", "lang"),
    [
        ("", "en"),
        ("kk", "kk"),
        ("kk-KZ,ru;q=0.8,en;q=0.5", "kk"),
        ("fr-FR, ru ; q=0.8, kk;q=0.9", "kk"),
        ("fr", "en"),
        ("ru;q=0, *", "en"),
        ("ru;q=x", "en"),
        ("a" * 100_000, "en"),
    ],
)
def test_the_language_that_a_browser_likes_best(accepted: str, lang: str) -> None:
    assert preferred(accepted) == lang


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/nothing", "", 404),
        ("/de/", "", 404),
        ("/ru", "", 404),
        ("/ru//", "", 404),
        ("/kk/favicon.svg", "", 404),
        ("/", "x=1", 400),
        ("/", "%zz=1", 400),
        ("/", "x" * 5000, 400),
    ],
)
def test_what_means_no_page(path: str, query: str, status: int) -> None:
    found = looked_at(path, query, languages=LANGUAGES)
    assert isinstance(found, Refusal)
    assert found.status == status


def test_the_language_stands_before_the_path() -> None:
    assert [looked_at(path, "", languages=LANGUAGES) for path in ("/", "/kk/")] == [
        Looked(looked_at("/", "", languages=LANGUAGES).view, lang) for lang in (None, "kk")
    ]


@pytest.mark.parametrize(
    ("path", "root"), [("/", "./"), ("/ru/", "../"), ("/search", "./"), ("/ru/releases/5/diff", "../../../")]
)
def test_the_way_back_to_the_beginning(path: str, root: str) -> None:
    assert root_of(path) == root
    assert urljoin(f"https://herald.example/jarshy{path}", root) == "https://herald.example/jarshy/"


def test_an_address_leaves_out_what_is_empty() -> None:
    assert addressed("/search", q="ұн", agency=("abay", "moa"), lang=None, page="") == (
        "/search?q=%D2%B1%D0%BD&agency=abay&agency=moa"
    )
    assert addressed("/") == "/"


@pytest.mark.parametrize("path", ["/", "/kk/", "/nothing/at/all"])
async def test_every_link_of_a_page_stays_below_where_a_proxy_puts_the_site(site: Site, path: str) -> None:
    _, body = await site.get(path, Accept_Language="ru")
    links = html.fromstring(body.decode()).xpath("//@href")
    assert links
    for link in links:
        whole = urljoin(f"https://herald.example/jarshy{path}", link)
        assert whole.startswith(("https://herald.example/jarshy/", "https://www.gov.kz", site.url))


async def test_a_page_is_in_the_language_that_the_browser_asks_for(site: Site) -> None:
    answers = await asyncio.gather(*(site.get("/", Accept_Language=lang) for lang in ("kk", "ru", "en")))
    for lang, (response, body) in zip(("kk", "ru", "en"), answers, strict=True):
        assert f'<html lang="{lang}">'.encode() in body
        assert response.headers["Vary"] == "Accept-Encoding, Accept-Language"
    named, body = await site.get("/kk/", Accept_Language="ru")
    assert named.headers["Vary"] == "Accept-Encoding"
    assert b'<html lang="kk">' in body


async def test_a_page_that_is_not_there_says_so_in_the_language_of_the_reader(site: Site) -> None:
    response, body = await site.get("/nothing", Accept_Language="kk")
    assert response.status == 404
    assert "Мұнда ештеңе жоқ".encode() in body
    assert "script" not in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("path", "status"), [("/ru/nothing", 404), ("/ru/?x=1", 400), ("/ru/changes?kind=x", 400)]
)
async def test_a_refusal_is_in_the_language_that_its_address_names(
    site: Site, path: str, status: int
) -> None:
    response, body = await site.get(path, Accept_Language="en")
    assert response.status == status
    page = html.fromstring(body.decode())
    assert page.get("lang") == "ru"
    assert page.xpath("//nav[@class='languages']//*[@aria-current]/@lang") == ["ru"]
    assert page.xpath("//main/p/@lang") == ([] if status == 404 else ["en"])
