"""The page from which people subscribe: what it makes of what they choose, asked over HTTP."""

import tomllib
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import feedparser
import pytest
from lxml import html

import feeds.front
from crawler.directory import agencies
from feeds.pages.alerts_table import RECEIVER, alerts_table
from feeds.pages.builder_form import Wanted
from feeds.pages.built_feed import built_feed
from feeds.pages.phrases.builder import words
from feeds.pages.phrases.misread import misread
from feeds.streams import Stream
from feeds.words import words_of
from monitor.changes import KINDS
from monitor.config import Config, load
from monitor.store.redactions import redact
from tests.feeds.conftest import HOSTILE, SEEN, Stored
from tests.feeds.test_server import Site, config_for, running

LANGUAGES = ("kk", "ru", "en")
ALL_KINDS = list(KINDS)


@pytest.fixture
async def site(golden: Stored) -> AsyncIterator[Site]:
    async with running(config_for(golden.path)) as running_site:
        yield running_site


async def built(site: Site, query: str, *, status: int = 200, lang: str = "ru") -> html.HtmlElement:
    response, body = await site.get(f"/{lang}/feeds{query and '?'}{query}")
    assert response.status == status, body.decode()
    assert len(body) < 100_000
    document = html.document_fromstring(body.decode())
    assert document.get("lang") == lang
    ids = document.xpath("//@id")
    assert len(ids) == len(set(ids))
    for each in document.xpath("//@aria-describedby"):
        assert set(each.split()) <= set(ids)
    for field in document.xpath("//main//*[self::input or self::select or self::textarea]"):
        labelled = field.getparent().tag == "label" or document.xpath(f"//label[@for='{field.get('id')}']")
        assert labelled, field.get("name")
    return document


def text(document: html.HtmlElement, path: str) -> list[str]:
    return [" ".join(each.text_content().split()) for each in document.xpath(path)]


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_nobody_has_to_build_anything_to_subscribe(site: Site, lang: str) -> None:
    document = await built(site, "", lang=lang)
    links = document.xpath("//table//a/@href")
    for path in (
        "/feeds/all.atom",
        "/feeds/all.rss?lang=kk",
        "/feeds/removed.json",
        "/feeds/agencies/mfa.rss",
    ):
        assert f"..{path}" in links
    assert "../feeds.opml" + ("" if lang == "en" else f"?lang={lang}") in document.xpath("//main//a/@href")
    assert not document.xpath("//section[@class='built']")
    found = document.xpath("//link[@rel='alternate'][@type='application/atom+xml']/@href")
    assert found[0] == "../feeds/all.atom"


async def test_what_is_chosen_is_a_feed_in_three_formats_and_what_it_holds(site: Site) -> None:
    document = await built(site, f"topic=releases&agency=abay&agency=moa&lang=kk&word={quote('ғимарат')}")
    addresses = document.xpath("//ul[@class='addresses']//input[@readonly]/@value")
    assert [urlsplit(address).path for address in addresses] == [
        f"/feeds/all.{ending}" for ending in ("atom", "rss", "json")
    ]
    links = document.xpath("//ul[@class='addresses']//a/@href")
    assert [f"{site.url}{link.removeprefix('..')}" for link in links] == addresses
    _, feed = await site.get(addresses[0].removeprefix(site.url))
    titles = [entry.title for entry in feedparser.parse(feed).entries]
    assert text(document, "//section[@class='built']//ol//p[@class='title']") == titles
    assert titles == ["Ұлттық кеңесте әңгіме: өңір қаржысы"]
    assert document.xpath("//textarea[@id='word']")[0].text == "ғимарат"
    assert document.xpath("//input[@name='agency'][@checked]/@value") == ["moa", "abay"]
    assert document.xpath("//link[@rel='alternate'][@type='application/feed+json']/@href") == [links[2]]


@pytest.mark.parametrize("topic", ["releases", "changes", "removed"])
async def test_the_newest_entries_are_those_of_the_feed(site: Site, topic: str) -> None:
    document = await built(site, f"topic={topic}", lang="kk")
    address = document.xpath("//input[@id='at-json']/@value")[0]
    assert f"/feeds/{'all' if topic == 'releases' else topic}.json" in address
    response, _ = await site.get(address.removeprefix(site.url))
    assert response.status == 200
    shown = document.xpath("//section[@class='built']//ol/li//a/@href")
    assert shown[0].startswith("../kk/releases/9001")
    assert len(shown) == {"releases": 3, "changes": 2, "removed": 1}[topic]


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_what_a_feed_cannot_hold_is_said_beside_the_field(site: Site, lang: str) -> None:
    for query, reason in (
        ("word=%D1%81%D1%83&word=%D2%9B%D0%B0%D1%80", "any"),
        ("not=%D1%81%D1%83", "only_excludes"),
        ("&".join(f"word=w{number}" for number in range(17)), "too_many"),
        ("&".join(f"word={letter * 150}" for letter in "ab"), "too_long"),
    ):
        document = await built(site, query, lang=lang)
        assert (
            text(document, "//p[@class='note']")
            == [f"{words(lang).no_feed} {words(lang).reasons[reason]}"] * 2
        ), "beside the field, and where the addresses would stand"
        assert not document.xpath("//ul[@class='addresses']")
        assert document.xpath("//pre")
    document = await built(site, "topic=releases&kind=removed&weight=major", lang=lang)
    assert text(document, "//p[@class='note']") == [words(lang).idle_kinds, words(lang).idle_weight]


FAULTS = [
    ("agency=x%3Cb%3E", "agency", "agency"),
    ("lang=kz", "lang", "lang"),
    ("kind=gone", "kind", "kind"),
    ("weight=heavy", "weight", "weight"),
    ("weight=minor&weight=major", "weight", "several"),
    ("topic=x", "topic", "topic"),
    ("word=%E2%80%A6", "word", "no_letter"),
    ("word=%22a&not=b", "word", "lone_quote"),
    ("not=*a", "not", "lone_star"),
    ("word=" + quote("«су» және «қар»"), "word", "several_phrases"),
    ("word=" + "a" * 300, "word", "too_long"),
]


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_a_field_that_means_nothing_says_so_beside_itself(site: Site, lang: str) -> None:
    for query, field, kind in FAULTS:
        document = await built(site, query, status=400, lang=lang)
        (said,) = document.xpath(f"//p[@id='fault-{field}']")
        assert misread(lang)[kind].partition("{")[0] in said.text_content(), query
        assert not document.xpath("//section[@class='built']")
    assert "<b>" not in (await site.get(f"/{lang}/feeds?{FAULTS[0][0]}"))[1].decode()


async def test_hostile_words_and_titles_are_text(hostile: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds.front, "SEARCHES_AT_ONCE", 1000)
    async with running(config_for(hostile.path)) as site:
        for typed in (*HOSTILE, "</textarea><script>alert(1)</script>", "</code></pre><b>x"):
            for topic in ("releases", "changes"):
                response, body = await site.get(f"/kk/feeds?topic={topic}&word={quote(typed[:400])}")
                assert response.status in {200, 400}
                assert b"<script" not in body
                assert b"<b>" not in body
                assert len(body) < 100_000


async def test_what_was_redacted_is_not_shown(golden: Stored) -> None:
    assert redact(golden.db, "900101", by="x", reason="y", now=SEEN) is not None
    async with running(config_for(golden.path)) as site:
        for topic in ("releases", "changes"):
            _, body = await site.get(f"/ru/feeds?topic={topic}")
            assert "кеңесте".encode() not in body
            assert "[жасырылды]".encode() in body


async def test_all_agencies_of_the_portal_fit_on_the_page(golden: Stored) -> None:
    config = Config.model_validate(
        {"database": {"path": golden.path}, "server": {"port": 0}, "portal": {"agencies": "*"}}
    )
    async with running(config) as site:
        document = await built(site, "", lang="kk")
    assert len(document.xpath("//input[@name='agency']")) == len(agencies())


@pytest.mark.parametrize(
    ("wanted", "asked"),
    [
        (Wanted(), {"name": "releases", "kinds": ["published"]}),
        (
            Wanted("changes", ("moa", "abay"), ("kk",), ('"су қоймасы"', "қар*"), ("C++",), (), "major"),
            {
                "name": '"су қоймасы", қар*, -C++, moa, abay, kk, changes',
                "agencies": ["moa", "abay"],
                "languages": ["kk"],
                "kinds": ALL_KINDS,
                "weight": "major",
                "words": ['"су қоймасы"', "қар*"],
                "not": ["C++"],
            },
        ),
        (
            Wanted("removed", kinds=("edited", "removed"), weight="minor"),
            {"name": "removed", "kinds": ["removed"]},
        ),
        (Wanted("changes", kinds=("edited",)), {"name": "changes", "kinds": ["edited"]}),
        (
            Wanted(words=("ұ" * 90, "a\\b \x7f'''")),
            {"name": "ұ" * 60, "kinds": ["published"], "words": ["ұ" * 90, "a\\b \x7f'''"]},
        ),
    ],
)
def test_the_table_is_one_that_the_configuration_takes(
    wanted: Wanted, asked: dict[str, object], tmp_path: Path
) -> None:
    table = alerts_table(wanted, lang="kk")
    receiver = "mailtos://hat:secret@post.example.kz?to=oqyrman@example.kz"
    file = tmp_path / "jarshy.toml"
    file.write_text(table.replace(RECEIVER, receiver), encoding="utf-8")
    assert tomllib.loads(table)["alerts"] == [asked | {"to": [RECEIVER], "lang": "kk"}]
    (rule,) = load(file, environ={}).alerts
    assert rule.to == (receiver,)
    assert (rule.words, rule.not_words) == (wanted.words, wanted.unwanted)


@pytest.mark.parametrize(
    ("wanted", "stream"),
    [
        (Wanted(), Stream()),
        (Wanted(agencies=("moa",), kinds=("edited",), weight="major"), Stream(agencies=("moa",))),
        (Wanted("removed", kinds=("removed", "edited")), Stream("removed", kinds=("removed",))),
        (
            Wanted("changes", words=("қар",), unwanted=("су қоймасы",), kinds=("edited",), weight="minor"),
            Stream("changes", kinds=("edited",), weight="minor", words=words_of('қар -"су қоймасы*"')),
        ),
    ],
)
def test_what_is_wanted_is_one_feed(wanted: Wanted, stream: Stream) -> None:
    assert built_feed(wanted, languages=LANGUAGES) == stream
