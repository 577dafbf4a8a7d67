"""The page for people."""

from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

from feeds.addresses import of_file
from feeds.entries import Entry
from feeds.formats import FORMATS
from feeds.layout import CONTENT_SECURITY_POLICY
from feeds.page import page
from feeds.streams import Asked, asked_of, offered

ENTRY = Entry(
    id="urn:x",
    url="https://www.gov.kz/memleket/entities/economy/press/news/details/900101?lang=kk",
    title="Ұлттық кеңес: өңірдің қаржысы",
    lang="kk",
    author="Ұлттық экономика министрлігі",
    published=datetime(2031, 5, 14, 20, 30, tzinfo=UTC),
    updated=datetime(2031, 5, 14, 20, 30, tzinfo=UTC),
    note="",
    html="<p>Мәтін</p>",
    summary="Мәтін",
    categories=(),
    facts=(),
)


class Read(HTMLParser):
    """What a browser would find: tags with their attributes, and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def addresses(self, tag: str) -> list[str]:
        return [
            attributes["href"] or "" for name, attributes in self.tags if name == tag and "href" in attributes
        ]


def shown(*entries: Entry) -> str:
    zone = ZoneInfo("Asia/Almaty")
    return page(entries, agencies=["economy", "abay"], languages=["kk", "ru", "en"], zone=zone).decode()


def test_the_newest_are_shown_with_agency_language_and_local_day() -> None:
    text = shown(ENTRY)
    assert ENTRY.title in text
    assert 'Ұлттық экономика министрлігі · kk · <time datetime="2031-05-15">15.05.2031</time>' in text
    assert f'href="{ENTRY.url}"' in text


def test_the_page_speaks_three_languages() -> None:
    text = shown()
    for said in (
        "Жаршы Қазақстанның",
        "Жаршы следит",
        "Jarshy watches",
        "Пока ничего не прочитано",
        "Nothing has been read yet",
    ):
        assert said in text
    for name in (
        "Ұлттық экономика министрлігі",
        "Министерство национальной экономики",
        "Ministry of National Economy",
    ):
        assert name in text


def test_every_feed_it_names_exists() -> None:
    read = Read(shown(ENTRY))
    feeds = [
        address for address in read.addresses("a") + read.addresses("link") if address.startswith("feeds/")
    ]
    assert "feeds/agencies/economy.json" in feeds
    for address in feeds:
        path, _, query = f"/{address}".partition("?")
        assert isinstance(asked_of(path, query, languages=("kk", "ru", "en")), Asked)


def test_readers_discover_the_feeds_in_every_format_and_the_lists_of_them() -> None:
    found = [tag for name, tag in Read(shown()).tags if name == "link" and tag["rel"] == "alternate"]
    addresses = {tag["href"]: tag for tag in found}
    assert addresses.keys() == {
        *(
            stream.address(ending).removeprefix("/")
            for stream in offered((), ["kk", "ru", "en"])
            for ending in FORMATS
        ),
        "feeds.opml",
        "feeds.opml?lang=kk",
        "feeds.opml?lang=ru",
    }
    assert addresses["feeds/all.json"]["type"] == "application/feed+json"
    assert addresses["feeds/all.atom?lang=kk"]["hreflang"] == "kk"
    assert "hreflang" not in addresses["feeds/all.atom"]
    assert addresses["feeds.opml?lang=kk"]["type"] == "text/x-opml"
    assert len({tag["title"] for tag in found}) == len(found)
    assert found[0]["href"] == "feeds/all.atom", "readers that take one take the first"


def test_as_a_file_it_links_to_files() -> None:
    zone = ZoneInfo("Asia/Almaty")
    text = page([ENTRY], agencies=["economy"], languages=["kk"], zone=zone, address_of=of_file).decode()
    read = Read(text)
    ours = {link for link in read.addresses("a") + read.addresses("link") if not link.startswith("http")}
    assert {"feeds/all.kk.atom", "feeds/agencies/economy.rss", "feeds.kk.opml"} < ours
    assert not [link for link in ours if "?" in link or link.startswith("/")]


def test_nothing_hostile_comes_through() -> None:
    hostile = replace(
        ENTRY,
        title='"><script>alert(1)</script><img src=x onerror=alert(1)>',
        author="<b>x</b>",
        lang='kk" onload="x',
        note="<i>",
    )
    tags = Read(shown(hostile)).tags
    assert {"script", "img", "b", "i"}.isdisjoint(name for name, _ in tags)
    assert not any(key.startswith("on") for _, attributes in tags for key in attributes)


def test_an_entry_without_an_address_has_no_link() -> None:
    assert not [
        address for address in Read(shown(replace(ENTRY, url=""))).addresses("a") if "gov.kz" in address
    ]


def test_a_browser_may_do_nothing_but_show_it() -> None:
    assert "default-src 'none'" in CONTENT_SECURITY_POLICY
    assert "unsafe" not in CONTENT_SECURITY_POLICY
