"""The formats: parsed back, compared with the golden files, and fed with what must not break them."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from feeds.entries import Enclosure, Feed, edition_entry
from feeds.formats import FORMATS
from feeds.publishing import feed_of, rows_of
from feeds.streams import Stream
from monitor.store.for_feeds import StoredEdition
from tests.feeds.conftest import SEEN, Stored

GOLDEN = Path(__file__).parent / "golden"
ADDRESS = "https://herald.example"
ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"

EDITION = StoredEdition(
    id=1,
    source="gov.kz",
    source_id="900101",
    lang="kk",
    title="Ұлттық кеңес",
    text="Мәтін",
    html="<p>Мәтін</p>",
    url="https://www.gov.kz/memleket/entities/economy/press/news/details/900101",
    agency="economy",
    agencies=("economy",),
    languages=("kk", "ru"),
    attachments=(),
    published_at=SEEN,
    first_seen_at=SEEN,
    updated_at=SEEN + timedelta(hours=1),
    listing_changed_at=None,
    revisions=1,
    edits=0,
    status="listed",
    release_status="listed",
)
FEED = Feed(
    id="urn:x",
    title="Арна",
    description="Сынақ арнасы",
    lang="kk",
    self_url="https://herald.example/f",
    page_url="https://herald.example/",
    entries=(),
)


def written(stored: Stored, ending: str, stream: Stream | None = None, **options: Any) -> bytes:
    stream = stream or Stream()
    rows = rows_of(stored.db, stream, limit=50)
    return FORMATS[ending].write(feed_of(stream, rows, ending=ending, address=ADDRESS, **options))


def one_entry(ending: str = "atom", **columns: Any) -> bytes:
    entry = edition_entry(replace(EDITION, **columns))
    return FORMATS[ending].write(replace(FEED, entries=(entry,)))


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("topic", ["releases", "changes"])
def test_the_golden_file_is_what_is_written(golden: Stored, ending: str, topic: Any) -> None:
    found = written(golden, ending, Stream(topic=topic), hub="https://hub.example/")
    file = GOLDEN / f"{topic}.{ending}"
    if not file.exists():
        file.write_bytes(found)
        pytest.fail(f"{file.name} was missing and is written now: read it, then run again")
    assert found.decode() == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("ending", FORMATS)
def test_the_same_input_gives_the_same_bytes(golden: Stored, ending: str) -> None:
    assert written(golden, ending) == written(golden, ending)


@pytest.mark.parametrize("ending", ["atom", "rss"])
@pytest.mark.parametrize("topic", ["releases", "changes", "removed"])
def test_a_reader_takes_the_feed(golden: Stored, ending: str, topic: Any) -> None:
    feed = feedparser.parse(written(golden, ending, Stream(topic=topic)))
    assert not feed.bozo
    ids = [entry.id for entry in feed.entries]
    assert ids
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("ending", ["atom", "rss"])
def test_a_reader_finds_what_was_stored(golden: Stored, ending: str) -> None:
    parsed = feedparser.parse(written(golden, ending))
    ru, kk, en = parsed.entries
    assert kk.title == "Ұлттық кеңесте әңгіме: өңір қаржысы"
    assert kk.link == "https://www.gov.kz/memleket/entities/economy/press/news/details/900101?lang=kk"
    assert kk.author == "Ұлттық экономика министрлігі"
    assert kk.published_parsed[:5] == (2031, 5, 14, 9, 30)
    assert "<b>21 млрд</b>" in kk.content[0].value
    assert "өзгерістер саны: 1" in kk.content[0].value
    assert kk.enclosures[0].type == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert kk.enclosures[0].length == "20480"
    assert "no longer listed" in en.content[0].value
    assert ru.title == "Совет обсудил финансы регионов"
    assert parsed.feed.link == f"{ADDRESS}/"


def test_atom_says_each_entry_s_language_and_links(golden: Stored) -> None:
    root = etree.fromstring(written(golden, "atom"))
    entry = root.findall(f"{ATOM}entry")[1]
    assert entry.get("{http://www.w3.org/XML/1998/namespace}lang") == "kk"
    links = [dict(link.attrib) for link in entry.findall(f"{ATOM}link")]
    page = "https://www.gov.kz/memleket/entities/economy/press/news/details/900101"
    assert links[:3] == [
        {"rel": "alternate", "type": "text/html", "href": f"{page}?lang=kk", "hreflang": "kk"},
        {"rel": "related", "type": "text/html", "href": f"{page}?lang=ru", "hreflang": "ru"},
        {
            "rel": "enclosure",
            "type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "href": "https://www.gov.kz/uploads/%D0%BA%D0%B5%D1%81%D1%82%D0%B5%201.xlsx",
            "title": "Кесте",
            "length": "20480",
        },
    ]
    assert "length" not in links[3]
    assert entry.find(f"{ATOM}updated").text == "2031-05-14T11:00:00+00:00"


def test_rss_says_what_feedgen_leaves_out(golden: Stored) -> None:
    channel = etree.fromstring(written(golden, "rss", hub="https://hub.example/"))[0]
    assert [(link.get("rel"), link.get("href")) for link in channel.findall(f"{ATOM}link")] == [
        ("self", f"{ADDRESS}/feeds/all.rss"),
        ("hub", "https://hub.example/"),
    ]
    item = channel.findall("item")[1]
    assert item.find("guid").get("isPermaLink") == "false"
    assert item.find(f"{DC}creator").text == "Ұлттық экономика министрлігі"
    assert item.find(f"{DC}language").text == "kk"
    assert len(item.findall("enclosure")) == 1


def test_json_feed_holds_what_programs_need(golden: Stored) -> None:
    feed = json.loads(written(golden, "json", hub="https://hub.example/"))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == f"{ADDRESS}/feeds/all.json"
    assert feed["hubs"] == [{"type": "WebSub", "url": "https://hub.example/"}]
    _, kk, en = feed["items"]
    assert kk["date_modified"] == "2031-05-14T11:00:00Z"
    assert kk["attachments"][0]["size_in_bytes"] == 20480
    assert "size_in_bytes" not in kk["attachments"][1]
    assert kk["_jarshy"]["revisions"] == 2
    assert kk["_jarshy"]["alternates"] == {"ru": kk["url"].replace("lang=kk", "lang=ru")}
    assert en["_jarshy"]["status"] == "removed"
    assert "attachments" not in en


@pytest.mark.parametrize("ending", FORMATS)
def test_ids_are_the_same_in_every_format(golden: Stored, ending: str) -> None:
    expected = [item["id"] for item in json.loads(written(golden, "json"))["items"]]
    found = written(golden, ending).decode()
    positions = [found.index(one) for one in expected]
    assert positions == sorted(positions)


@pytest.mark.parametrize("ending", FORMATS)
def test_an_empty_feed_is_a_feed(stored: Stored, ending: str) -> None:
    body = written(stored, ending)
    assert body == written(stored, ending)
    if ending == "json":
        assert json.loads(body)["items"] == []
    else:
        parsed = feedparser.parse(body)
        assert not parsed.bozo
        assert parsed.feed.title == "State bodies of Kazakhstan: press releases"


def test_mark_up_in_a_title_is_text() -> None:
    title = "<script>alert(1)</script> & «ұсыныс»"
    root = etree.fromstring(one_entry(title=title))
    found = root.find(f"{ATOM}entry/{ATOM}title")
    assert (found.text, len(found), found.get("type")) == (title, 0, None)
    assert etree.fromstring(one_entry("rss", title=title)).findtext("channel/item/title") == title


def test_a_summary_in_rss_is_text_though_readers_take_it_for_mark_up() -> None:
    channel = etree.fromstring(one_entry("rss", text="2 < 3 <script>alert(1)</script>"))
    assert channel.findtext("channel/item/description") == "2 &lt; 3 &lt;script&gt;alert(1)&lt;/script&gt;"


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize(
    "hostile",
    [
        "а\x00\x08\x1fб",
        "]]>",
        "<![CDATA[",
        "&#0;&amp;&nbsp;",
        "\ud83d",
        "👩‍👩‍👧 \u202eтерт",
        "<a href='java&#10;script:alert(1)'>",
        "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>&y;",
    ],
)
def test_nothing_breaks_a_feed(ending: str, hostile: str) -> None:
    body = one_entry(ending, title=f"Өңір {hostile}", text=hostile, html=f"<p>{hostile}</p>")
    if ending == "json":
        assert json.loads(body)["items"][0]["title"].startswith("Өңір")
    else:
        etree.fromstring(body)
        assert not feedparser.parse(body).bozo
    assert b"javascript:" not in body


@settings(deadline=None)
@given(title=st.text(), text=st.text(), html=st.text(), name=st.text())
def test_any_text_gives_well_formed_feeds(title: str, text: str, html: str, name: str) -> None:
    entry = edition_entry(replace(EDITION, title=title, text=text, html=html, agency="x", agencies=("x",)))
    entry = replace(entry, enclosures=(Enclosure("https://a.kz/a", entry.title, None, "text/plain"),))
    feed = replace(FEED, entries=(entry,))
    atom = etree.fromstring(FORMATS["atom"].write(feed))
    assert atom.findtext(f"{ATOM}entry/{ATOM}title") == entry.title
    assert (atom.findtext(f"{ATOM}entry/{ATOM}content") or "") == entry.html
    rss = etree.fromstring(FORMATS["rss"].write(feed))
    assert rss.findtext("channel/item/title") == entry.title
    assert json.loads(FORMATS["json"].write(feed))["items"][0]["content_html"] == entry.html
