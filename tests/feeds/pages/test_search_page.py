"""The page on which people search, asked over HTTP, and what of it is decided without."""

import re
from collections.abc import AsyncIterator
from datetime import date
from urllib.parse import quote

import pytest
from lxml import html

import feeds.front
from feeds.pages.figures import number_said
from feeds.pages.hits import periods
from feeds.pages.phrases.marks import words as words_of_marks
from feeds.pages.phrases.misread import misread
from feeds.pages.phrases.search import words
from feeds.pages.search_form import PARAMETERS, Asked, Fault, read_asked
from monitor.store import looking
from monitor.store.redactions import purge, redact
from monitor.words import expression
from tests.feeds.conftest import HOSTILE, SEEN, Stored
from tests.feeds.test_server import Site, config_for, running

LANGUAGES = ("kk", "ru", "en")


@pytest.fixture
def held(stored: Stored) -> Stored:
    """Releases of two agencies about water, in three languages, one removed and one edited."""
    for number in range(25):
        release = stored.release(
            str(910_000 + number),
            "ecogeo" if number % 5 else "moa",
            published_on=f"2031-{number % 3 + 3:02d}-{number + 1:02d}",
            published_at=f"2031-{number % 3 + 3:02d}-{number + 1:02d}T05:00:00.000Z",
        )
        stored.edition(
            release,
            "kk",
            f"Су қоймасы туралы хабар {number}",
            "Өңірдегі су қоймаларына қар суы құйылды.\n\nҮкімет көмек береді.",
        )
    gone = stored.release("910100", "moa", status="removed", published_on="2031-05-01")
    stored.edition(gone, "ru", "О плотине <b>", "Плотины укрепят до весны & позже.", status="removed")
    copied = stored.release("910102", "moa", status="unseen", origin="dump")
    stored.edition(copied, "kk", "Көшірме бөгет туралы", "Бөгет салынды.", status="unseen")
    edited = stored.release("910101", "moa", published_on="2031-05-02")
    stored.edition(edited, "en", "Dams & canals", "The dams are ready.", revisions=3)
    return stored


@pytest.fixture
async def site(held: Stored) -> AsyncIterator[Site]:
    async with running(config_for(held.path)) as running_site:
        yield running_site


async def found(site: Site, query: str, *, status: int = 200, lang: str = "ru") -> html.HtmlElement:
    response, body = await site.get(f"/{lang}/search?{query}")
    assert response.status == status, body.decode()
    assert len(body) < 100_000
    document = html.document_fromstring(body.decode())
    assert document.get("lang") == lang
    assert len(document.xpath("//h1")) == 1
    ids = document.xpath("//@id")
    assert len(ids) == len(set(ids))
    for field in document.xpath("//main//input | //main//select"):
        assert document.xpath(f"//label[@for='{field.get('id')}']"), field.get("name")
    return document


def text(document: html.HtmlElement, path: str) -> list[str]:
    return [" ".join(each.text_content().split()) for each in document.xpath(path)]


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_without_words_there_is_the_form_with_its_help(site: Site, lang: str) -> None:
    document = await found(site, "", lang=lang)
    assert text(document, "//h1") == [words(lang).heading]
    assert document.xpath("//details[@class='help'][@open]")
    assert document.xpath("//meta[@name='robots'][@content='noindex']")
    assert not document.xpath("//section[@aria-labelledby='results']")
    assert await found(site, "q=&agency=&lang=&from=&to=&status=&order=&page=", lang=lang) is not None


async def test_words_are_found_in_every_form_and_marked(site: Site) -> None:
    document = await found(site, f"q={quote('плотина')}")
    (title,) = document.xpath("//h3[@class='title']/a")
    assert title.text_content() == "О плотине <b>"
    assert title.get("href").endswith("/ru/releases/910100?lang=ru")
    assert text(document, "//ol[@class='releases']//mark") == ["плотине", "Плотины"]
    assert "Снят" in text(document, "//ol[@class='releases']//span")
    document = await found(site, "q=dam", lang="kk")
    assert text(document, "//ol[@class='releases']//mark") == ["Dams", "dams"]
    assert document.xpath("//h3[@class='title']/a")[0].get("lang") == "en"
    copied = await found(site, f"q={quote('бөгет')}", lang="kk")
    assert words_of_marks("kk").unseen in text(copied, "//ol[@class='releases']//span")


@pytest.mark.parametrize("typed", ["қоймалар", "коймалар", "«су қоймасы»", '~"қар суы"', "үкім* -плотина"])
async def test_kazakh_is_searched_as_well(site: Site, typed: str) -> None:
    document = await found(site, f"q={quote(typed)}", lang="kk")
    assert len(document.xpath("//ol[@class='releases']/li")) == 20
    assert document.xpath("//ol[@class='releases']//mark")
    assert document.xpath("//input[@id='q']")[0].get("value") == typed


async def test_what_was_found_is_counted_by_agency_and_month_and_leads_on(site: Site) -> None:
    document = await found(site, f"q={quote('су')}&lang=kk")
    assert text(document, "//section[@class='results']/p") == ["Найдено: 25 · показаны 1–20"]
    counts = text(document, "//div[@class='shares']//span[@class='number']")
    assert counts == ["20", "5", "8", "8", "9"]
    links = document.xpath("//div[@class='shares']//li/a/@href")
    second = await found(site, links[1].partition("?")[2])
    assert len(second.xpath("//ol[@class='releases']/li")) == 5
    assert second.xpath("//select[@id='agency']//option[@selected]/@value") == ["moa"]
    month = await found(site, links[2].partition("?")[2])
    assert len(month.xpath("//ol[@class='releases']/li")) == 8
    assert month.xpath("//input[@type='date']/@value") == ["2031-05-01", "2031-05-31"]
    (after,) = document.xpath("//a[@rel='next']/@href")
    rest = await found(site, after.partition("?")[2])
    assert len(rest.xpath("//ol[@class='releases']/li")) == 5
    assert not rest.xpath("//a[@rel='next']")
    assert rest.xpath("//a[@rel='prev']")


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_of_texts_that_were_not_looked_at_it_is_not_said_that_they_hold_nothing(
    site: Site, held: Stored, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expression, "_MOST_PHRASES", 0)  # as if the words had too many forms
    for bound in ("MOST_AT_ONCE", "_NEWEST_READ"):
        monkeypatch.setattr(looking, bound, 5)
    monkeypatch.setattr(looking, "_FIRST_ZONES", 1)
    at = "2021-01-01T05:00:00.000Z"
    old = held.release("900100", "moa", published_on="2021-01-01", published_at=at)
    held.edition(old, "kk", "Хабар қоймасы", "Су қоймасы туралы.", id=5000, published_at=at)
    typed = '~"хабар қоймасы"'
    document = await found(site, f"q={quote(typed)}", lang=lang)
    said = text(document, "//section[@class='results']/p")
    assert words(lang).nothing_in_newest.format(text=typed) in said
    assert text(document, "//section[@class='results']//ol") == []
    within = await found(site, f"q={quote(typed)}&to=2021-12-31", lang=lang)
    assert len(within.xpath("//ol[@class='releases']/li")) == 1


async def test_where_nothing_is_found_it_is_said_what_would_be(site: Site) -> None:
    document = await found(site, f"q={quote('су кентавр')}&agency=almaty")
    assert text(document, "//ul[@class='alone']/li") == ["су 25", "кентавр 0"]
    document = await found(site, f"q={quote('су')}&agency=almaty&status=removed", lang="en")
    (link,) = [each for each in document.xpath("//section//a") if "25" in each.text_content()]
    assert (
        len((await found(site, link.get("href").partition("?")[2])).xpath("//ol[@class='releases']/li")) == 20
    )
    document = await found(site, f"q={quote('су')}&page=9", lang="kk")
    assert text(document, "//section[@class='results']/p") == ["Бұл бетте нәтиже жоқ. Бірінші бетке"]


async def test_a_word_without_an_answer_leads_to_all_that_begin_so(site: Site) -> None:
    document = await found(site, f"q={quote('кентавр')}&agency=almaty")
    (address,) = document.xpath("//ul[@class='plain']//a/@href")
    document = await found(site, address.partition("?")[2])
    assert document.xpath("//input[@id='q']/@value") == ["кентавр*"]
    assert document.xpath("//option[@value='almaty'][@selected]")
    assert not document.xpath("//ul[@class='plain']//a")


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_filters_without_a_word_say_what_is_missing(site: Site, lang: str) -> None:
    document = await found(site, "from=2031-05-01&to=2031-05-31", lang=lang)
    assert text(document, "//main/p[@class='note']") == [words(lang).no_words]


FAULTS = [
    (f"q={quote('«су')}", "q", "lone_quote"),
    (f"q={quote('-су')}", "q", "only_excludes"),
    (f"q={quote('су | ')}", "q", "lone_either"),
    (f"q={quote('су AND қар')}", "q", "operator"),
    ("q=%22%00%22", "q", "nothing"),
    ("q=" + "a" * 1200, "q", "too_long"),
    ("q=a&agency=x%3Cb%3E", "agency", "agency"),
    ("q=a&lang=kz", "lang", "lang"),
    ("q=a&from=2031-02-30", "from", "date"),
    ("q=a&to=20310230", "to", "date"),
    ("q=a&from=2031-02-03&to=2031-02-01", "from", "order_of_dates"),
    ("q=a&status=gone", "status", "status"),
    ("q=a&order=size", "order", "order"),
    ("q=a&page=0", "page", "page"),
    ("q=a&page=251", "page", "page"),
    ("q=a&page=" + "9" * 900, "page", "page"),
    ("q=a&q=b", "q", "several"),
]


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_a_field_that_means_nothing_says_so_beside_itself(site: Site, lang: str) -> None:
    for query, field, kind in FAULTS:
        document = await found(site, query, status=400, lang=lang)
        (said,) = document.xpath(f"//p[@id='fault-{field}']")
        assert misread(lang)[kind].partition("{")[0] in said.text_content(), query
        blamed = f"//*[@id='{field}'][@aria-invalid='true'][@aria-describedby='fault-{field}']"
        assert document.xpath(blamed) or field == "page"
        other = document.xpath("//nav[@class='languages']//a[@lang='en']/@href")[0]
        assert other.partition("?")[2], "in another language the same is said"


async def test_hostile_titles_and_searches_are_text(hostile: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds.front, "SEARCHES_AT_ONCE", 1000)
    async with running(config_for(hostile.path)) as site:
        for typed in (*HOSTILE, "script", "alert(1)"):
            response, body = await site.get(f"/kk/search?q={quote(typed[:400])}")
            assert response.status in {200, 400}
            assert not re.search(rb"<script|onerror=alert\(1\)>|<img", body)
            assert b"Traceback" not in body
            assert len(body) < 100_000


async def test_what_may_not_be_read_is_not_shown(held: Stored) -> None:
    async with running(config_for(held.path, removed_text="title")) as site:
        _, body = await site.get(f"/ru/search?q={quote('плотина')}")
        assert "О <mark>плотине</mark>".encode() in body
        assert "укрепят".encode() not in body
    assert redact(held.db, "910100", by="x", reason="y", now=SEEN) is not None
    assert purge(held.db)
    async with running(config_for(held.path)) as site:
        for typed in ("плотина", "укрепить", "скрыто"):
            _, body = await site.get(f"/ru/search?q={quote(typed)}")
            assert "плотине".encode() not in body
            assert "укрепят".encode() not in body


async def test_who_searches_too_much_is_told_so_on_a_page(
    held: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds.front, "SEARCHES_AT_ONCE", 2)
    monkeypatch.setattr(feeds.front, "SEARCHES_A_SECOND", 0.01)
    async with running(config_for(held.path)) as site:
        for typed in ("a", "b"):
            assert (await site.get(f"/kk/search?q={typed}"))[0].status == 200
        response, body = await site.get("/kk/search?q=c")
        assert response.status == 429
        assert response.content_type == "text/html"
        assert 1 < int(response.headers["Retry-After"]) <= 100
        assert "Бір мезгілде тым көп іздеу түсті".encode() in body
        assert (await site.get("/kk/search?q="))[0].status == 200, "the form alone costs nothing"
        plain, _ = await site.get("/feeds/all.atom?q=c")
        assert (plain.status, plain.content_type) == (429, "text/plain")


async def test_a_search_that_takes_too_long_says_so_on_a_page(
    held: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds.front, "SEARCH_SECONDS", -1.0)
    async with running(config_for(held.path)) as site:
        response, body = await site.get("/search?q=a", Accept_Language="ru")
    assert (response.status, response.headers["Retry-After"]) == (503, "60")
    assert "Ответ готовился слишком долго".encode() in body


async def test_before_anything_was_read_there_is_a_form(tmp_path_factory: pytest.TempPathFactory) -> None:
    async with running(config_for(tmp_path_factory.mktemp("none") / "jarshy.db")) as site:
        response, body = await site.get(f"/kk/search?q={quote('су')}")
        assert response.status == 200
        assert words("kk").nothing_held.encode() in body


def test_an_address_of_a_search_reads_to_the_same_search() -> None:
    asked = Asked(
        "су | қар", ("abay", "moa"), ("kk",), date(2031, 1, 1), date(2031, 2, 1), "edited", "relevance", 3
    )
    named = {name: [] for name in PARAMETERS} | {
        "q": ["су |  қар"],
        "agency": ["moa,abay", ""],
        "lang": ["kk"],
        "from": ["2031-01-01"],
        "to": ["2031-02-01"],
        "status": ["edited"],
        "order": ["relevance"],
        "page": ["3"],
    }
    assert read_asked(named, languages=LANGUAGES) == (asked, ())
    assert asked.address.startswith("/search?q=%D1%81%D1%83%20%7C%20")
    assert asked.address.endswith(
        "&agency=abay&agency=moa&lang=kk&from=2031-01-01&to=2031-02-01&status=edited&order=relevance&page=3"
    )
    assert asked.everywhere() == Asked("су | қар", order="relevance")
    assert read_asked(named | {"page": ["x"]}, languages=LANGUAGES)[1] == (Fault("page", "page", "250"),)


def test_months_that_are_too_many_become_years() -> None:
    months = [(f"{year}-{month:02d}", 2) for year in (2031, 2030, 2029) for month in range(12, 0, -1)]
    few, many = periods(months[:14]), periods(months)
    assert [(span.since, span.until) for span in few][:1] == [(date(2031, 12, 1), date(2031, 12, 31))]
    assert periods([("2032-02", 1)])[0].until == date(2032, 2, 29)
    assert all(span.is_month for span in few)
    assert [(span.since.year, span.count, span.share) for span in many] == [
        (2031, 24, 100.0),
        (2030, 24, 100.0),
        (2029, 24, 100.0),
    ]
    assert many[0].until == date(2031, 12, 31)
    assert periods([]) == ()


def test_thousands_stand_apart() -> None:
    assert [number_said(5000, lang) for lang in LANGUAGES] == ["5\u00a0000", "5\u00a0000", "5,000"]
