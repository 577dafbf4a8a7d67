"""The page to which entries lead for what was changed: asked of a running server."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from lxml import html

from tests.feeds.conftest import SEEN, Stored
from tests.feeds.test_server import Site, config_for, running


@pytest.fixture
async def site(golden: Stored) -> AsyncIterator[Site]:
    async with running(config_for(golden.path)) as site:
        yield site


async def test_it_shows_what_was_replaced_in_the_language_asked_for(site: Site) -> None:
    response, body = await site.get("/releases/900101/diff?lang=kk")
    page = html.fromstring(body)
    assert (response.status, response.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert page.get("lang") == "kk"
    assert page.xpath("string(//h1)").strip() == "Ұлттық кеңесте әңгіме: өңір қаржысы"
    assert page.xpath("//section//del/text()")[:2] == ["12 млрд", "12"]
    assert "14.05.2031 16:00" in page.xpath("string(//section//time)")
    assert page.xpath("//header//a/@href") == [
        "https://www.gov.kz/memleket/entities/economy/press/news/details/900101?lang=kk"
    ]


async def test_the_address_in_an_entry_leads_there(site: Site) -> None:
    _, feed = await site.get("/feeds/changes.json")
    [address] = {item["_jarshy"]["diff_url"] for item in json.loads(feed)["items"]} - {None, ""}
    response, _ = await site.get(address.removeprefix(site.url))
    assert response.status == 200


async def test_a_release_without_edits_says_so(site: Site) -> None:
    _, body = await site.get("/releases/900101/diff?lang=ru")
    assert "изменений не замечено" in body.decode()


async def test_without_a_language_it_is_the_one_that_came_first(site: Site) -> None:
    _, body = await site.get("/releases/900101/diff")
    assert html.fromstring(body).get("lang") == "kk"


@pytest.mark.parametrize(
    "path", ["/releases/1/diff", "/releases/900101/diff?lang=en", "/releases/900101/diff?lang=%3Cb%3E"]
)
async def test_what_is_not_held_is_404_with_a_sentence(site: Site, path: str) -> None:
    response, body = await site.get(path)
    assert response.status == 404
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert body.decode().startswith("No release ")


async def test_an_edit_is_on_the_page_at_once_and_the_same_page_is_304(site: Site, golden: Stored) -> None:
    before, _ = await site.get("/releases/900101/diff?lang=kk")
    again, _ = await site.get("/releases/900101/diff?lang=kk", If_None_Match=before.headers["ETag"])
    assert again.status == 304
    words = [{"field": "text", "before": "ауыл", "after": "қала", "classes": ["wording"]}]
    golden.change("edited", 1, 1, at=SEEN + timedelta(days=2), detail={"fields": ["text"], "words": words})
    after, body = await site.get("/releases/900101/diff?lang=kk", If_None_Match=before.headers["ETag"])
    assert after.status == 200
    assert html.fromstring(body).xpath("//section//ins/text()")[0] == "қала"


async def test_nothing_of_a_redacted_release_is_shown(site: Site, golden: Stored) -> None:
    golden.db.execute(
        "INSERT INTO redactions (at, release_id, \"by\", reason) VALUES ('2031-06-01T00:00:00.000Z', 1, 'desk', 'r')"
    )
    _, body = await site.get("/releases/900101/diff?lang=kk")
    assert "млрд" not in body.decode()
    assert "Ұлттық кеңесте" not in body.decode()
