"""Which feed an address means."""

from collections.abc import Sequence
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.directory import agencies
from feeds.streams import Asked, Refusal, Stream, asked_of, offered
from feeds.words import Term, Words, words_of
from monitor.changes import KINDS
from monitor.store.selections import Bounds, Selection

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
        (
            "/feeds/removed.atom?kind=removed",
            Stream(topic="removed", kinds=("removed",)),
            "/feeds/removed.atom?kind=removed",
        ),
        ("/feeds/removed.atom?kind=restored,removed", Stream(topic="removed"), "/feeds/removed.atom"),
        ("/feeds/removed.atom?weight=minor", Stream(topic="removed"), "/feeds/removed.atom"),
        (
            "/feeds/all.atom?kind=removed&kind=edited",
            Stream(kinds=("edited", "removed")),
            "/feeds/all.atom?kind=edited&kind=removed",
        ),
        ("/feeds/changes.atom?weight=none&stories=0&q=+", Stream(topic="changes"), "/feeds/changes.atom"),
        (
            "/feeds/changes.atom?weight=major&weight=major",
            Stream(topic="changes", weight="major"),
            "/feeds/changes.atom?weight=major",
        ),
        ("/feeds/all.atom?stories=1&q=", Stream(stories=True), "/feeds/all.atom?stories=1"),
        (
            "/feeds/all.atom?q=" + quote("ЖОБА «Салық Кодексі» -кеңес"),
            Stream(
                words=Words((Term(("жоба",)), Term(("салық", "кодексі"), longer=False)), (Term(("кеңес",)),))
            ),
            "/feeds/all.atom?q=" + quote('жоба "салық кодексі" -кеңес'),
        ),
        (
            "/feeds/all.atom?q=vat*+%2Btax%25",
            Stream(words=words_of("vat tax")),
            "/feeds/all.atom?q=tax%20vat",
        ),
        ("/feeds/all.atom?q=a,b", Stream(words=words_of("a b")), "/feeds/all.atom?q=a%20b"),
        ("/feeds/all.atom?q=b+a&q=A+b&q=", Stream(words=words_of("a b")), "/feeds/all.atom?q=a%20b"),
        (
            "/feeds/all.atom?stories=1&weight=minor&kind=edited&q=tax&lang=ru&agency=economy",
            Stream(
                agencies=("economy",),
                languages=("ru",),
                kinds=("edited",),
                weight="minor",
                words=words_of("tax"),
                stories=True,
            ),
            "/feeds/agencies/economy.atom?lang=ru&q=tax&kind=edited&weight=minor&stories=1",
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
        ("/feeds/all.atom/", 404, "Did you mean /feeds/all.atom?"),
        ("/feeds/Agencies/Economy.RSS//", 404, "Did you mean /feeds/agencies/economy.rss?"),
        ("/feeds/all.xml/", 404, "/feeds/agencies/"),
        ("/feeds/../all.atom", 404, "no feed here"),
        ("/feeds/agencies/%00.atom", 404, "no feed here"),
        ("/feeds/agencies/econom.atom", 404, "There is no agency 'econom'. Did you mean economy"),
        ("/feeds/agencies/ECONOMY.atom", 404, "Did you mean economy"),
        ("/feeds/agencies/қаржы.atom", 404, "no feed here"),
        ("/feeds/all.atom?agency=econom", 400, "Did you mean economy"),
        ("/feeds/all.atom?agency=%3Cscript%3E", 400, "There is no agency '<script>'"),
        ("/feeds/agencies/economy.atom?agency=mfa", 400, "/feeds/all.atom?agency=economy&agency=mfa"),
        ("/feeds/all.atom?lang=kz", 400, "Kazakh is kk"),
        ("/feeds/all.atom?lang=de", 400, "choose from en, kk, ru"),
        ("/feeds/removed.atom?kind=edited,removed", 400, "only the kinds removed and restored"),
        ("/feeds/removed.atom?kind=deleted", 400, "There is no kind of change 'deleted'"),
        ("/feeds/changes.atom?kind=deleted", 400, "published, translated, edited, moved, removed, restored"),
        ("/feeds/all.atom?q=%22%D0%BA%D0%B5%D2%A3%D0%B5%D1%81", 400, "not closed"),
        ("/feeds/changes.atom?q=-%D0%BA%D0%B5%D2%A3%D0%B5%D1%81", 400, "cannot only exclude"),
        ("/feeds/removed.atom?q=%00", 400, "no letter or digit"),
        ("/feeds/all.atom?q=a&q=b", 400, "several q="),
        ("/feeds/all.atom?q=" + "a" * 201, 400, "at most 200 characters"),
        ("/feeds/all.atom?q=%D2", 400, "no UTF-8"),
        ("/feeds/all.atom?q=%ED%A0%80", 400, "no UTF-8"),
        ("/feeds/all.atom?q=\xd2", 400, "no UTF-8"),
        ("/feeds/all.atom?q=қ", 400, "no UTF-8"),
        ("/feeds/all.atom?%FF=a", 400, "no UTF-8"),
        ("/feeds/all.atom?q=100%", 400, "%25"),
        ("/feeds/all.atom?q=%zz", 400, "%25"),
        ("/feeds/all.atom?lang=kk%", 400, "%25"),
        ("/feeds/changes.atom?weight=heavy", 400, "weight= takes one of none, minor, major."),
        ("/feeds/changes.atom?weight=minor&weight=major", 400, "weight= takes one of"),
        ("/feeds/all.atom?stories=yes", 400, "stories= takes one of 0, 1."),
        ("/feeds/changes.atom?stories=1", 400, "stories=1 is for releases"),
        ("/feeds/removed.atom?stories=1", 400, "stories=1 is for releases"),
        ("/feeds/all.atom?" + "x" * 3000, 400, "There is no parameter 'xxx"),
        ("/feeds/all.atom?limit=5", 400, "There is no parameter 'limit'"),
        ("/feeds/all.atom?" + "lang=kk&" * 10_000, 400, "too long"),
    ],
)
def test_what_means_no_feed_is_refused_with_a_reason(address: str, status: int, said: str) -> None:
    refusal = asked(address)
    assert isinstance(refusal, Refusal)
    assert refusal.status == status
    assert said in refusal.sentence
    assert len(refusal.sentence) < 300
    assert refusal.sentence.endswith((".", "?"))


def test_raw_bytes_of_an_address_are_read_as_utf_8() -> None:
    query = "q=кеңес".encode().decode("latin-1")
    assert asked_of("/feeds/all.atom", query, languages=LANGUAGES) == asked(
        f"/feeds/all.atom?q={quote('кеңес')}"
    )


def test_no_search_has_an_address_that_would_be_refused() -> None:
    everybody = ",".join(agencies())
    assert isinstance(asked(f"/feeds/all.atom?agency={everybody}&q=tax"), Asked)
    letters = "".join(chr(0x10428 + number % 40) for number in range(200))
    narrowed = f"lang=kk,ru,en&kind={','.join(KINDS)}&weight=minor&stories=1"
    query = f"agency={everybody}&{narrowed}&q={letters}".encode().decode("latin-1")
    refusal = asked_of("/feeds/all.atom", query, languages=LANGUAGES)
    assert isinstance(refusal, Refusal)
    assert refusal.sentence.startswith("The address that this search has is too long")


@pytest.mark.parametrize(
    ("stream", "uuid"),
    [
        (Stream(), "93acfff6-4a9e-59fd-af0c-ecee34ef67cd"),
        (Stream(agencies=("economy",)), "46d495dc-22f1-5242-9d46-4548fc788b31"),
        (Stream(agencies=("economy", "mfa"), languages=("kk", "ru")), "10cf954d-2f88-5b77-9ef3-d50f57c2b012"),
        (
            Stream(topic="changes", agencies=("moa",), kinds=("edited", "restored")),
            "7fb0cdb9-f367-5966-b08f-5f8f4492c6d0",
        ),
        (Stream(topic="changes", kinds=KINDS), "7218deec-3f63-5e60-b7fc-fe9d8e3eb297"),
        (Stream(topic="removed", languages=("kk",)), "f5e4b420-511f-5980-bbc5-0f4c0a42f321"),
    ],
)
def test_the_id_of_a_feed_that_people_follow_never_moves(stream: Stream, uuid: str) -> None:
    assert stream.uuid == uuid


@pytest.mark.parametrize(
    ("address", "stream", "bounds"),
    [
        ("/feeds/all/archive/-149..-100.atom?lang=ru", Stream(languages=("ru",)), Bounds(-149, -100)),
        ("/feeds/agencies/economy/archive/101..150.rss", Stream(agencies=("economy",)), Bounds(101, 150)),
        ("/feeds/changes/archive/7..7.json", Stream(topic="changes"), Bounds(7, 7)),
        ("/feeds/removed/archive/-49..0.atom", Stream(topic="removed"), Bounds(-49, 0)),
        (
            f"/feeds/all/archive/-{'9' * 18}..{'9' * 18}.atom?q=tax&stories=1",
            Stream(words=words_of("tax"), stories=True),
            Bounds(-(10**18) + 1, 10**18 - 1),
        ),
    ],
)
def test_an_archive_has_one_address_and_its_feed_is_the_same(
    address: str, stream: Stream, bounds: Bounds
) -> None:
    ending = address.partition("?")[0].rpartition(".")[2]
    assert asked(address) == Asked(stream, ending, bounds)
    assert stream.archive_address(bounds, ending) == address


def test_an_archive_of_several_agencies_asked_for_as_one_stands_under_that_one() -> None:
    archive = asked("/feeds/all/archive/1..50.atom?agency=economy")
    assert isinstance(archive, Asked)
    assert (
        archive.stream.archive_address(Bounds(1, 50), "atom") == "/feeds/agencies/economy/archive/1..50.atom"
    )


@pytest.mark.parametrize(
    "bounds",
    [
        "2..1",
        "-1..-2",
        "1",
        "1..",
        "..1",
        "a..b",
        "1..2..3",
        "01..2",
        "-0..1",
        "+1..2",
        "1...2",
        "1..1" + "0" * 18,
    ],
)
def test_an_archive_of_other_bounds_is_not_there(bounds: str) -> None:
    refusal = asked(f"/feeds/all/archive/{bounds}.atom")
    assert isinstance(refusal, Refusal)
    assert refusal.status == 404


ANY_TEXT = st.one_of(st.text(max_size=60), st.text(st.sampled_from('әғқ салықё-"*«»&=+%,#'), max_size=60))
VALUES = {
    "agency": st.sampled_from(["economy", "mfa,moa", "", "econom"]),
    "lang": st.sampled_from(["kk", "ru,en", "kz"]),
    "q": ANY_TEXT,
    "kind": st.sampled_from(["edited", "removed,restored", "restored", ""]),
    "weight": st.sampled_from(["none", "minor", "major"]),
    "stories": st.sampled_from(["0", "1"]),
}
PARAMETERS = st.lists(
    st.sampled_from(list(VALUES)).flatmap(lambda name: st.tuples(st.just(name), VALUES[name])), max_size=8
)
PATHS = st.sampled_from(
    ["/feeds/all.atom", "/feeds/agencies/moa.rss", "/feeds/changes/archive/1..9.json", "/feeds/removed.atom"]
)


@given(PATHS, PARAMETERS)
def test_every_search_has_one_address_whatever_the_order(path: str, named: Sequence[tuple[str, str]]) -> None:
    query = "&".join(f"{name}={quote(value, errors='replace')}" for name, value in named)
    got = asked_of(path, query, languages=LANGUAGES)
    turned = "&".join(f"{name}={quote(value, errors='replace')}" for name, value in reversed(named))
    if isinstance(got, Refusal):
        assert got.status == 400
        assert got.sentence.endswith((".", "?"))
        assert isinstance(asked_of(path, turned, languages=LANGUAGES), Refusal)
        return
    assert asked_of(path, turned, languages=LANGUAGES) == got
    canonical = got.stream.address(got.ending)
    assert canonical.isascii()
    assert asked(canonical) == Asked(got.stream, got.ending)
    if got.archive:
        assert asked(got.stream.archive_address(got.archive, got.ending)) == got


@given(st.one_of(st.text(), st.binary().map(lambda raw: raw.decode("latin-1"))), st.text())
def test_no_address_breaks_anything(query: str, path: str) -> None:
    for where in ("/feeds/all.atom", "/feeds/" + path):
        got = asked_of(where, query, languages=LANGUAGES)
        assert isinstance(got, Asked) or got.status in {400, 404}
    sentence = asked_of("/feeds/all.atom", "q=" + query, languages=LANGUAGES)
    if isinstance(sentence, Refusal):
        sentence.sentence.encode("utf-8")


@pytest.mark.parametrize(
    ("stream", "selection"),
    [
        (Stream(), Selection()),
        (
            Stream(agencies=("moa",), languages=("kk",), kinds=("edited",), weight="minor", stories=True),
            Selection("releases", ("moa",), ("kk",), "", ("edited",), "minor", stories=True),
        ),
        (Stream(topic="changes"), Selection("changes")),
        (Stream(topic="removed"), Selection("changes", kinds=("removed", "restored"))),
        (Stream(topic="removed", kinds=("removed",)), Selection("changes", kinds=("removed",))),
        (
            Stream(words=words_of('салық "жаңа код" -ёлка')),
            Selection(match='("жаңа код" AND "салық"*) NOT ("ёлка"* OR "елка"*)'),
        ),
    ],
)
def test_the_store_is_asked_for_what_the_address_says(stream: Stream, selection: Selection) -> None:
    assert stream.selection == selection


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
        (
            Stream(
                languages=("kk",),
                kinds=("edited",),
                weight="minor",
                words=words_of('"Салық кодексі" үкімет -кеңес'),
                stories=True,
            ),
            "kk",
            (
                "Қазақстанның мемлекеттік органдары: баспасөз релиздері (kk, өзгертілді, шағын және маңызды "
                'өзгерістер, іздеу: "салық кодексі" үкімет -кеңес, бірдей мәтіндер — бір жазба)'
            ),
        ),
        (
            Stream(languages=("ru",), weight="major", words=words_of("ёлка {0}"), stories=True),
            "ru",
            (
                "Государственные органы Казахстана: пресс-релизы (ru, только важные изменения, "
                "поиск: 0 ёлка, одинаковые тексты — одна запись)"
            ),
        ),
        (
            Stream(topic="changes", weight="major", words=words_of("tax")),
            "en",
            "State bodies of Kazakhstan: changes in press releases (major changes only, search: tax)",
        ),
        (
            Stream(weight="minor", stories=True),
            "en",
            "State bodies of Kazakhstan: press releases (minor and major changes, one entry per story)",
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
