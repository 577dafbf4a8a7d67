"""Three readers, none of which knows of another, find in every format what was put in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest
from lxml import html

from feeds.formats import FORMATS
from tests.feeds.conftest import Stored
from tests.feeds.readers.reading import FEEDSMITH, Item, by_feedparser, by_feedsmith, by_json
from tests.feeds.test_server import config_for, running

needs_feedsmith = pytest.mark.skipif(
    not FEEDSMITH, reason="feedsmith is not installed: node and npm are needed, then .ci/readers"
)

STORES = ("golden", "hostile")
FEEDS = ("all", "changes", "removed")

COUNCIL = Item(
    id="urn:uuid:194e8f07-9451-5d62-a3e9-adc067766a9a",
    title="Ұлттық кеңесте әңгіме: өңір қаржысы",
    url="https://www.gov.kz/memleket/entities/economy/press/news/details/900101?lang=kk",
    lang="kk",
    author="Ұлттық экономика министрлігі",
    published=datetime(2031, 5, 14, 9, 30, tzinfo=UTC),
    updated=datetime(2031, 5, 14, 11, 0, tzinfo=UTC),
    tags=("Ұлттық экономика министрлігі", "Абай облысының әкімдігі"),
    html="",
    files=(
        (
            "https://www.gov.kz/uploads/%D0%BA%D0%B5%D1%81%D1%82%D0%B5%201.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            20480,
        ),
        ("https://www.gov.kz/uploads/plan.pdf", "application/pdf", None),
    ),
    others=(("ru", "https://www.gov.kz/memleket/entities/economy/press/news/details/900101?lang=ru"),),
)
"""The Kazakh edition of the golden store."""


async def documents(store: Stored) -> dict[str, bytes]:
    """Each feed in every format, as the server gives it, by its address."""
    async with running(config_for(store.path)) as site:
        paths = [f"/feeds/{feed}.{ending}" for feed in FEEDS for ending in FORMATS]
        return {path: (await site.get(path))[1] for path in paths}


def read_by_feedsmith(bodies: dict[str, bytes], folder: Path) -> dict[str, list[Item]]:
    files = [folder / f"{number}.txt" for number in range(len(bodies))]
    for file, body in zip(files, bodies.values(), strict=True):
        file.write_bytes(body)
    return dict(zip(bodies, by_feedsmith(files), strict=True))


def in_rss(item: Item) -> Item:
    """RSS asks for a size of its one enclosure; further files are links that need none."""
    enclosure = [(url, kind, size or 0) for url, kind, size in item.files[:1]]
    return replace(item, files=(*enclosure, *item.files[1:]))


def fit(items: Sequence[Item], ending: str) -> list[Item]:
    return [in_rss(item) if ending == "rss" else item for item in items]


def without_others(item: Item) -> Item:
    """feedsmith drops what stands under a name of ours."""
    return replace(item, others=())


def shown(markup: str) -> str:
    """The words that one sees: feedparser writes the mark-up anew."""
    return " ".join(html.document_fromstring(f"<body>{markup}").text_content().split())


def is_council(item: Item, ending: str) -> bool:
    return "<b>21 млрд</b>" in item.html and [replace(item, html="")] == fit([COUNCIL], ending)


async def test_json_says_what_was_put_in(golden: Stored) -> None:
    assert is_council(by_json((await documents(golden))["/feeds/all.json"])[1], "json")


async def test_feedparser_finds_what_was_put_in(golden: Stored) -> None:
    bodies = await documents(golden)
    for ending in ("atom", "rss"):
        assert is_council(by_feedparser(bodies[f"/feeds/all.{ending}"])[1], ending), ending


async def test_feedparser_finds_the_feed_itself(golden: Stored) -> None:
    async with running(config_for(golden.path)) as site:
        for ending in ("atom", "rss"):
            _, body = await site.get(f"/feeds/all.{ending}?lang=kk")
            feed = feedparser.parse(body).feed
            assert feed.title == "Қазақстанның мемлекеттік органдары: баспасөз релиздері (kk)"
            assert feed.language == "kk"
            assert feed.link == f"{site.url}/"
            to = {link.rel: link.href for link in feed.links}
            assert to["self"] == f"{site.url}/feeds/all.{ending}?lang=kk"


@needs_feedsmith
async def test_feedsmith_finds_what_was_put_in(golden: Stored, tmp_path: Path) -> None:
    found = read_by_feedsmith(await documents(golden), tmp_path)
    for ending in ("atom", "rss"):
        assert is_council(found[f"/feeds/all.{ending}"][1], ending), ending
    assert replace(found["/feeds/all.json"][1], html="") == without_others(COUNCIL)


@pytest.mark.parametrize("state", STORES)
async def test_feedparser_finds_the_same_in_every_format(request: pytest.FixtureRequest, state: str) -> None:
    bodies = await documents(request.getfixturevalue(state))
    for feed in FEEDS:
        said = [replace(item, html=shown(item.html)) for item in by_json(bodies[f"/feeds/{feed}.json"])]
        assert said
        for ending in ("atom", "rss"):
            found = by_feedparser(bodies[f"/feeds/{feed}.{ending}"])
            assert [replace(item, html=shown(item.html)) for item in found] == fit(said, ending), (
                feed,
                ending,
            )


@needs_feedsmith
@pytest.mark.parametrize("state", STORES)
async def test_feedsmith_finds_the_same_in_every_format(
    request: pytest.FixtureRequest, state: str, tmp_path: Path
) -> None:
    bodies = await documents(request.getfixturevalue(state))
    found = read_by_feedsmith(bodies, tmp_path)
    for feed in FEEDS:
        said = by_json(bodies[f"/feeds/{feed}.json"])
        assert said
        for ending in ("atom", "rss"):
            assert found[f"/feeds/{feed}.{ending}"] == fit(said, ending), (feed, ending)
        assert found[f"/feeds/{feed}.json"] == [without_others(item) for item in said], feed
