"""Which feed an address means."""

import pytest
from lxml import etree

from feeds.opml import opml
from feeds.streams import Asked, Refusal, Stream, asked_of, offered

LANGUAGES = ("kk", "ru", "en")


def asked(address: str) -> Asked | Refusal:
    path, _, query = address.partition("?")
    return asked_of(path, query, languages=LANGUAGES)


@pytest.mark.parametrize(
    ("address", "stream", "canonical"),
    [
        ("/feeds/all.atom", Stream(), "/feeds/all.atom"),
        ("/feeds/agencies/economy.atom", Stream(agencies=("economy",)), "/feeds/agencies/economy.atom"),
        ("/feeds/agencies/mfa-busan.atom", Stream(agencies=("mfa-busan",)), "/feeds/agencies/mfa-busan.atom"),
        ("/feeds/all.atom?agency=economy", Stream(agencies=("economy",)), "/feeds/agencies/economy.atom"),
        (
            "/feeds/all.atom?lang=ru&agency=mfa,economy&agency=mfa&lang=kk",
            Stream(agencies=("economy", "mfa"), languages=("kk", "ru")),
            "/feeds/all.atom?agency=economy&agency=mfa&lang=kk&lang=ru",
        ),
        ("/feeds/all.atom?lang=&agency=,", Stream(), "/feeds/all.atom"),
        ("/feeds/changes.atom", Stream(topic="changes"), "/feeds/changes.atom"),
        (
            "/feeds/changes.atom?kind=restored,edited&agency=moa",
            Stream(topic="changes", agencies=("moa",), kinds=("edited", "restored")),
            "/feeds/changes.atom?agency=moa&kind=edited&kind=restored",
        ),
        (
            "/feeds/removed.atom?lang=kk",
            Stream(topic="removed", languages=("kk",)),
            "/feeds/removed.atom?lang=kk",
        ),
    ],
)
def test_an_address_means_a_feed_and_every_feed_has_one_address(
    address: str, stream: Stream, canonical: str
) -> None:
    assert asked(address) == Asked(stream, "atom")
    assert stream.address("atom") == canonical
    assert asked(canonical) == Asked(stream, "atom")


@pytest.mark.parametrize("ending", ["atom", "rss", "json"])
def test_every_feed_comes_in_every_format(ending: str) -> None:
    assert asked(f"/feeds/all.{ending}") == Asked(Stream(), ending)


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/feeds/all.xml", 404, "/feeds/agencies/"),
        ("/feeds/all", 404, ".atom, .rss, .json"),
        ("/feeds/../all.atom", 404, "no feed here"),
        ("/feeds/agencies/%00.atom", 404, "no feed here"),
        ("/feeds/agencies/econom.atom", 404, "There is no agency 'econom'. Did you mean economy"),
        ("/feeds/agencies/қаржы.atom", 404, "no feed here"),
        ("/feeds/all.atom?agency=econom", 400, "Did you mean economy"),
        ("/feeds/all.atom?agency=%3Cscript%3E", 400, "There is no agency '<script>'"),
        ("/feeds/agencies/economy.atom?agency=mfa", 400, "/feeds/all.atom?agency=economy&agency=mfa"),
        ("/feeds/all.atom?lang=kz", 400, "Kazakh is kk"),
        ("/feeds/all.atom?lang=de", 400, "choose from en, kk, ru"),
        ("/feeds/all.atom?kind=edited", 400, "Only /feeds/changes"),
        ("/feeds/removed.atom?kind=removed", 400, "Only /feeds/changes"),
        ("/feeds/changes.atom?kind=deleted", 400, "published, translated, edited, moved, removed, restored"),
        ("/feeds/all.atom?q=%D0%BA%D0%B5%D2%A3%D0%B5%D1%81", 400, "search results (q=)"),
        ("/feeds/all.atom?limit=5", 400, "There is no parameter 'limit'"),
        ("/feeds/all.atom?" + "lang=kk&" * 10_000, 400, "too long"),
    ],
)
def test_what_means_no_feed_is_refused_with_a_reason(address: str, status: int, said: str) -> None:
    refusal = asked(address)
    assert isinstance(refusal, Refusal)
    assert refusal.status == status
    assert said in refusal.sentence


@pytest.mark.parametrize(
    ("stream", "lang", "title"),
    [
        (Stream(), "en", "State bodies of Kazakhstan: press releases"),
        (
            Stream(languages=("kk",)),
            "kk",
            "Қазақстанның мемлекеттік органдары: баспасөз релиздері (kk)",
        ),
        (
            Stream(agencies=("economy",), languages=("ru",)),
            "ru",
            "Министерство национальной экономики: пресс-релизы (ru)",
        ),
        (Stream(languages=("kk", "ru")), "en", "State bodies of Kazakhstan: press releases (kk, ru)"),
        (Stream(languages=("tr",)), "en", "State bodies of Kazakhstan: press releases (tr)"),
        (
            Stream(topic="changes", kinds=("edited",)),
            "en",
            "State bodies of Kazakhstan: changes in press releases (edited)",
        ),
        (
            Stream(topic="removed", agencies=("moa",)),
            "en",
            "Ministry of Agriculture: removed and restored press releases",
        ),
    ],
)
def test_a_feed_is_called_in_the_language_asked_for(stream: Stream, lang: str, title: str) -> None:
    assert (stream.lang, stream.title) == (lang, title)


def test_every_feed_that_is_offered_can_be_had_and_is_another_one() -> None:
    streams = offered(["economy", "abay"], LANGUAGES)
    assert len({stream.uuid for stream in streams}) == len(streams) == 8
    for stream in streams:
        assert asked(stream.address("rss")) == Asked(stream, "rss")


def test_opml_lists_them() -> None:
    root = etree.fromstring(opml(offered(["economy"], ["kk"]), address="https://herald.example"))
    outlines = root.findall("body/outline")
    assert [outline.get("xmlUrl") for outline in outlines] == [
        "https://herald.example/feeds/all.atom",
        "https://herald.example/feeds/all.atom?lang=kk",
        "https://herald.example/feeds/changes.atom",
        "https://herald.example/feeds/removed.atom",
        "https://herald.example/feeds/agencies/economy.atom",
    ]
    assert outlines[1].get("text") == "Қазақстанның мемлекеттік органдары: баспасөз релиздері (kk)"
