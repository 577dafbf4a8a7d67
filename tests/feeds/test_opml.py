"""The list of feeds."""

import pytest
from lxml import etree

from crawler.directory import KINDS, agencies
from feeds.opml import LANGUAGES, opml, opml_address, opml_lang
from feeds.phrases import phrases
from feeds.streams import Refusal, Stream, offered

ADDRESS = "https://herald.example/jarshy"


def listed(*slugs: str, lang: str = "en") -> etree._Element:
    return etree.fromstring(opml(offered(slugs, ["kk", "ru"]), lang=lang, address=ADDRESS)).find("body")


def test_the_general_feeds_come_first_then_those_of_each_agency_under_its_kind() -> None:
    body = listed("abay", "economy", "mfa-busan", "almaty")
    assert [outline.get("text") for outline in body] == [
        "State bodies of Kazakhstan: press releases",
        "State bodies of Kazakhstan: press releases (kk)",
        "State bodies of Kazakhstan: press releases (ru)",
        "State bodies of Kazakhstan: changes in press releases",
        "State bodies of Kazakhstan: removed and restored press releases",
        "Ministries",
        "Akimats",
        "Missions abroad",
    ]
    ministries, akimats, missions = body[-3:]
    assert [outline.get("xmlUrl") for outline in akimats] == [
        f"{ADDRESS}/feeds/agencies/abay.atom",
        f"{ADDRESS}/feeds/agencies/almaty.atom",
    ]
    assert [len(ministries), len(missions)] == [1, 1]
    assert ministries.get("xmlUrl") is None


@pytest.mark.parametrize(
    ("lang", "first", "group", "agency"),
    [
        (
            "kk",
            "Қазақстанның мемлекеттік органдары: баспасөз релиздері",
            "Министрліктер",
            "Ұлттық экономика министрлігі",
        ),
        (
            "ru",
            "Государственные органы Казахстана: пресс-релизы",
            "Министерства",
            "Министерство национальной экономики",
        ),
        ("en", "State bodies of Kazakhstan: press releases", "Ministries", "Ministry of National Economy"),
    ],
)
def test_names_are_in_the_language_asked_for_and_addresses_are_not(
    lang: str, first: str, group: str, agency: str
) -> None:
    body = listed("economy", lang=lang)
    assert [body[0].get("title"), body[-1].get("title"), body[-1][0].get("title")] == [first, group, agency]
    addresses = [outline.get("xmlUrl") for outline in body.iter("outline")]
    assert addresses == [outline.get("xmlUrl") for outline in listed("economy").iter("outline")]


def test_a_feed_says_its_language_where_it_has_one() -> None:
    said = {outline.get("xmlUrl"): outline.get("language") for outline in listed().iter("outline")}
    assert said[f"{ADDRESS}/feeds/all.atom?lang=kk"] == "kk"
    assert said[f"{ADDRESS}/feeds/all.atom"] is None


def test_every_outline_is_what_opml_wants_of_it() -> None:
    for outline in listed(*agencies()).iter("outline"):
        assert outline.get("text") == outline.get("title") != ""
        assert (outline.get("type") == "rss") == bool(outline.get("xmlUrl")) == (len(outline) == 0)
        assert outline.get("htmlUrl") in (None, f"{ADDRESS}/")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_kind_of_agency_has_a_name(lang: str) -> None:
    assert tuple(phrases(lang).agency_kinds) == KINDS
    assert len(set(phrases(lang).agency_kinds.values())) == len(KINDS)


def test_an_agency_that_the_directory_does_not_know_is_among_the_others() -> None:
    body = listed("no-such-agency")
    assert (body[-1].get("text"), body[-1][0].get("text")) == ("Other state bodies", "no-such-agency")


def test_the_same_feeds_make_the_same_bytes() -> None:
    made = {opml(offered(["economy", "abay"], ["kk"]), lang="kk", address=ADDRESS) for _ in range(2)}
    assert len(made) == 1
    assert b"date" not in made.pop()


def test_what_a_title_may_hold_breaks_nothing() -> None:
    body = opml([Stream(agencies=('a"<&>', "b"))], lang="ru", address=ADDRESS)
    assert etree.fromstring(body).find("body")[0].get("text").startswith('a"<&>')


@pytest.mark.parametrize(
    ("query", "lang"), [("", "en"), ("lang=", "en"), ("lang=kk", "kk"), ("lang=ru&lang=ru", "ru")]
)
def test_the_language_asked_for_is_understood(query: str, lang: str) -> None:
    assert opml_lang(query) == lang


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_language_has_an_address(lang: str) -> None:
    assert opml_lang(opml_address(lang).partition("?")[2]) == lang


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("lang=kz", "one of en, kk, ru. Kazakh is kk."),
        ("lang=de", "one of en, kk, ru."),
        ("lang=kk&lang=ru", "one of"),
        ("lang=%FF%00", "one of"),
        ("lang=kk,ru", "one of"),
        ("q=салық", "no parameter 'q'"),
        ("agency=moa&lang=kk", "no parameter 'agency'"),
        ("&".join(f"{'x' * 500}{number}=" for number in range(2000)), "no parameter"),
    ],
)
def test_another_question_is_refused_with_a_sentence(query: str, said: str) -> None:
    refusal = opml_lang(query)
    assert isinstance(refusal, Refusal)
    assert refusal.status == 400
    assert said in refusal.sentence
    assert len(refusal.sentence) < 200
