"""The formats: parsed back, compared with the golden files, and fed with what must not break them."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import strftime
from typing import Any

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from crawler.records import Attachment
from feeds.atom_rss import whole_atom, whole_rss
from feeds.entries import Deleted, Enclosure, Entry, Feed, edition_entry
from feeds.formats import FORMATS
from feeds.fragments import Fragments
from feeds.publishing import Publisher, document_of, outline_of
from feeds.streams import Asked, Stream
from monitor.store.for_feeds import Other, StoredEdition, editions
from tests.feeds.conftest import SEEN, Stored

GOLDEN = Path(__file__).parent / "golden"
ADDRESS = "https://herald.example"
ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
HISTORY = "{http://purl.org/syndication/history/1.0}"
TOMBSTONES = "{http://purl.org/atompub/tombstones/1.0}"

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
    updated=SEEN + timedelta(microseconds=123456),
    self_url="https://herald.example/f",
    page_url="https://herald.example/",
)
ARCHIVE = replace(
    FEED,
    hub="https://hub.example/",
    current_url="https://herald.example/now",
    older_url="https://herald.example/older?a=1&b=2",
    newer_url="https://herald.example/newer",
)
DELETED = (Deleted("urn:uuid:1", SEEN, "Портал бұл релизді <енді> көрсетпейді.", "kk"),)
OTHER = Other(
    "moa", "900099", "https://www.gov.kz/memleket/entities/moa/press/news/details/900099", "Кеңес", True
)
FULL = replace(
    EDITION,
    languages=("en", "kk", "ru"),
    agencies=("economy", "abay"),
    attachments=(
        Attachment("https://www.gov.kz/uploads/a.pdf", "Жоспар <1>", 2048),
        Attachment("https://www.gov.kz/uploads/ә.docx", "Қосымша", None),
        Attachment("https://www.gov.kz/uploads/c.xlsx", "", 7),
    ),
    weighty_edits=2,
    weighed_at=SEEN + timedelta(hours=2, microseconds=999),
    also=(OTHER,),
    place=12,
)


def written(stored: Stored, ending: str, stream: Stream | None = None, **options: Any) -> bytes:
    stream = stream or Stream()
    publisher = Publisher(address=ADDRESS, size=50, **options)
    outline = outline_of(stored.db, Asked(stream, ending), publisher)
    assert outline is not None
    return document_of(stored.db, outline, publisher, Fragments()).plain


def document(ending: str, feed: Feed, entries: Iterable[Entry]) -> bytes:
    form = FORMATS[ending]
    return form.envelope(feed).around(form.entry(entry) for entry in entries)


def one_entry(ending: str = "atom", edition: StoredEdition = EDITION, **columns: Any) -> bytes:
    return document(ending, FEED, [edition_entry(replace(edition, **columns), address=ADDRESS)])


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("topic", ["releases", "changes", "removed"])
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
@pytest.mark.parametrize("feed", [ARCHIVE, replace(FEED, deleted=DELETED)])
def test_a_reader_takes_an_archive_and_deletions(ending: str, feed: Feed) -> None:
    parsed = feedparser.parse(document(ending, feed, [edition_entry(FULL, address=ADDRESS)]))
    assert not parsed.bozo
    assert [entry.id for entry in parsed.entries] == ["urn:uuid:194e8f07-9451-5d62-a3e9-adc067766a9a"]


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
    html = {"type": "text/html"}
    assert links == [
        {"rel": "alternate", "href": f"{page}?lang=kk", "hreflang": "kk"} | html,
        {"rel": "alternate", "href": f"{page}?lang=ru", "hreflang": "ru"} | html,
        {"rel": "alternate", "href": f"{page}?lang=kk"} | html,
        {"rel": "related", "href": f"{ADDRESS}/releases/900101/diff?lang=kk", "hreflang": "kk"} | html,
        {
            "rel": "enclosure",
            "type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "href": "https://www.gov.kz/uploads/%D0%BA%D0%B5%D1%81%D1%82%D0%B5%201.xlsx",
            "title": "Кесте",
            "length": "20480",
        },
        {
            "rel": "enclosure",
            "type": "application/pdf",
            "href": "https://www.gov.kz/uploads/plan.pdf",
            "title": "Жоспар",
        },
    ]
    assert entry.find(f"{ATOM}updated").text == "2031-05-14T11:00:00+00:00"


def test_no_two_alternates_of_an_entry_are_alike_in_type_and_language() -> None:
    for languages in (("kk",), ("kk", "ru"), ("en", "kk", "ru", "tr"), ("ru",)):
        entry = etree.fromstring(one_entry(languages=languages)).find(f"{ATOM}entry")
        links = entry.findall(f"{ATOM}link[@rel='alternate']")
        kinds = [(link.get("type"), link.get("hreflang")) for link in links]
        assert len(set(kinds)) == len(kinds)
        assert links[0].get("href") == links[-1].get("href"), "whichever of them a reader takes"
        assert links[0].get("href").endswith("lang=kk")
        assert feedparser.parse(one_entry(languages=languages)).entries[0].link.endswith("lang=kk")
        assert feedparser.parse(one_entry("rss", languages=languages)).entries[0].link.endswith("lang=kk")


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
    assert item.find(f"{ATOM}updated").text == "2031-05-14T11:00:00+00:00"


def test_rss_holds_one_file_as_its_own_and_further_ones_as_links() -> None:
    item = etree.fromstring(one_entry("rss", FULL)).find("channel/item")
    assert [dict(one.attrib) for one in item.findall("enclosure")] == [
        {"url": "https://www.gov.kz/uploads/a.pdf", "length": "2048", "type": "application/pdf"}
    ]
    links = item.findall(f"{ATOM}link[@rel='enclosure']")
    assert [(link.get("title"), link.get("length")) for link in links] == [("Қосымша", None), (None, "7")]
    unknown = one_entry("rss", FULL, attachments=FULL.attachments[1:])
    assert etree.fromstring(unknown).find("channel/item/enclosure").get("length") == "0"
    assert len(feedparser.parse(one_entry("rss", FULL)).entries[0].enclosures) == 3


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
    assert kk["_jarshy"]["diff_url"] == f"{ADDRESS}/releases/900101/diff?lang=kk"
    assert kk["_jarshy"]["note"].startswith("Портал бұл релизді")
    assert en["_jarshy"]["diff_url"] is None
    assert [one["source_id"] for one in en["_jarshy"]["story"] if one["first"]] == ["900101"]
    assert en["_jarshy"]["status"] == "removed"
    assert not any("expired" in one for one in (feed, kk, en))
    assert "attachments" not in en


@pytest.mark.parametrize("feed", [FEED, ARCHIVE, replace(FEED, deleted=DELETED)])
@pytest.mark.parametrize("count", [0, 1, 3])
def test_what_is_joined_is_what_feedgen_writes_as_a_whole(feed: Feed, count: int) -> None:
    editions = [FULL, replace(FULL, lang="ru"), EDITION][:count]
    entries = [edition_entry(edition, address=ADDRESS) for edition in editions]
    assert document("atom", feed, entries) == whole_atom(feed, entries)
    assert document("rss", feed, entries) == whole_rss(feed, entries)


def test_a_fragment_of_json_is_the_item(golden: Stored) -> None:
    rows = editions(golden.db, [1, 2, 3])
    entries = [edition_entry(row, address=ADDRESS) for row in rows.values()]
    assert len(entries) == 3
    items = json.loads(document("json", FEED, entries))["items"]
    assert items == [json.loads(FORMATS["json"].entry(entry)) for entry in entries]


@pytest.mark.parametrize("ending", FORMATS)
def test_a_story_and_a_place_are_told_to_programs(ending: str) -> None:
    body = one_entry(ending, FULL).decode()
    assert "Сондай-ақ" not in body
    assert "Ауыл шаруашылығы министрлігі" in body
    if ending == "json":
        (item,) = json.loads(body)["items"]
        assert item["_jarshy"]["place"] == 12
        assert item["_jarshy"]["story"] == [
            {
                "agency": "moa",
                "source_id": "900099",
                "url": f"{OTHER.url}?lang=kk",
                "title": "Кеңес",
                "first": True,
            }
        ]


def test_an_archive_says_so_and_leads_to_its_neighbours() -> None:
    links = [
        ("self", "https://herald.example/f"),
        ("current", "https://herald.example/now"),
        ("prev-archive", "https://herald.example/older?a=1&b=2"),
        ("next-archive", "https://herald.example/newer"),
        ("hub", "https://hub.example/"),
    ]
    atom = etree.fromstring(document("atom", ARCHIVE, []))
    channel = etree.fromstring(document("rss", ARCHIVE, [])).find("channel")
    assert [(one.get("rel"), one.get("href")) for one in atom.findall(f"{ATOM}link")][:-1] == links
    assert [(one.get("rel"), one.get("href")) for one in channel.findall(f"{ATOM}link")] == links
    assert atom.find(f"{HISTORY}archive") is not None
    assert channel.find(f"{HISTORY}archive") is not None
    found = json.loads(document("json", ARCHIVE, []))
    assert found["next_url"] == "https://herald.example/older?a=1&b=2"
    assert found["_jarshy"]["newer_url"] == "https://herald.example/newer"


@pytest.mark.parametrize("ending", FORMATS)
def test_the_feed_one_subscribes_to_is_no_archive(ending: str) -> None:
    body = document(ending, replace(FEED, older_url="https://herald.example/older"), []).decode()
    assert "older" in body
    assert not any(said in body for said in ("current", "history/1.0", "fh:archive", '"archive"'))


def test_only_the_feed_of_removals_says_what_was_deleted(golden: Stored) -> None:
    root = etree.fromstring(written(golden, "atom", Stream(topic="removed")))
    (deleted,) = root.findall(f"{TOMBSTONES}deleted-entry")
    releases = etree.fromstring(written(golden, "atom"))
    assert deleted.get("ref") in [one.text for one in releases.findall(f"{ATOM}entry/{ATOM}id")]
    assert releases.find(f"{TOMBSTONES}deleted-entry") is None
    assert b"deleted-entry" not in written(golden, "atom", Stream(topic="changes"))


def test_what_was_deleted_stands_in_atom() -> None:
    root = etree.fromstring(document("atom", replace(FEED, deleted=DELETED), []))
    (deleted,) = root.findall(f"{TOMBSTONES}deleted-entry")
    assert (deleted.get("ref"), deleted.get("when")) == ("urn:uuid:1", "2031-05-14T09:30:00+00:00")
    comment = deleted.find(f"{TOMBSTONES}comment")
    assert comment.text == "Портал бұл релизді <енді> көрсетпейді."
    assert comment.get("{http://www.w3.org/XML/1998/namespace}lang") == "kk"


def test_every_format_tells_the_same_moments() -> None:
    (item,) = json.loads(one_entry("json", FULL))["items"]
    for ending in ("atom", "rss"):
        parsed = feedparser.parse(one_entry(ending, FULL))
        (entry,) = parsed.entries
        for told, found in (
            ("date_published", entry.published_parsed),
            ("date_modified", entry.updated_parsed),
        ):
            assert item[told] == strftime("%Y-%m-%dT%H:%M:%SZ", found)
    assert b".0009" not in one_entry("atom", FULL)
    assert b".123456" not in one_entry("atom", FULL)


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
    edition = replace(EDITION, title=title, text=text, html=html, agency="x", agencies=("x",))
    edition = replace(edition, also=(replace(OTHER, agency=name, title=name),))
    entry = edition_entry(edition, address=ADDRESS)
    entry = replace(entry, enclosures=(Enclosure("https://a.kz/a", entry.title, None, "text/plain"),))
    atom = etree.fromstring(document("atom", FEED, [entry]))
    assert atom.findtext(f"{ATOM}entry/{ATOM}title") == entry.title
    assert (atom.findtext(f"{ATOM}entry/{ATOM}content") or "") == entry.html
    rss = etree.fromstring(document("rss", FEED, [entry]))
    assert rss.findtext("channel/item/title") == entry.title
    assert json.loads(document("json", FEED, [entry]))["items"][0]["content_html"] == entry.html
