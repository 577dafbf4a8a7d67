"""The page of changes."""

from datetime import timedelta

import pytest
from lxml import html

from feeds.pages.table import looked_at
from feeds.streams import Refusal
from monitor.store.recent_changes import Wanted, recent_changes
from monitor.store.redactions import redact
from tests.feeds.activity import activity
from tests.feeds.conftest import SEEN, Stored
from tests.feeds.pages.conftest import LATER, LIMIT, Show

LANGUAGES = frozenset({"kk", "ru", "en"})
DETAIL = {
    "fields": ["text"],
    "words": [
        {"field": "text", "before": "келісім", "after": "шарт туралы келісім", "classes": ["wording"]},
        {"field": "text", "before": "12 млрд", "after": "21 млрд", "classes": ["amount"]},
        {"field": "text", "before": "биыл", "after": "келер жылы", "classes": ["wording"]},
        {"field": "text", "before": "ерте көктемде", "after": "", "classes": ["wording"]},
    ],
    "more_words": 5,
}


@pytest.fixture
def edited(stored: Stored) -> int:
    """A release that was published and edited."""
    key = stored.release("77", "moa")
    edition = stored.edition(key, "kk", "Өңірдегі егін: һәм үміт")
    stored.change(
        "published", key, edition, revision_id=stored.revision(edition, 1, "Өңірдегі егін: һәм үміт")
    )
    at = SEEN + timedelta(hours=2)
    revision = stored.revision(edition, 2, "Өңірдегі егін: һәм үміт", seen=at)
    stored.change("edited", key, edition, at=at, revision_id=revision, detail=DETAIL)
    return key


def test_an_edit_is_told_with_its_weightiest_words_and_leads_to_all_of_it(edited: int, show: Show) -> None:
    page = show("/changes", "kk")
    assert page.texts("//main//li//span[contains(@class, 'badge')]") == ["Өзгертілді: маңызды", "Жарияланды"]
    assert page.texts("//main//del")[0] == "12 млрд"
    assert page.texts("//main//ins")[0] == "21 млрд"
    assert len(page.tree.xpath("//ul[@class='replaced']/li")) == 3
    assert "Тағы 6 жері өзгертілді." in page.text
    assert "../kk/releases/77/diff?lang=kk" in page.tree.xpath("//main//@href")
    assert page.texts("//main//h3") == ["Өңірдегі егін: һәм үміт"] * 2


def test_words_that_were_replaced_alike_are_told_once(stored: Stored, show: Show) -> None:
    key = stored.release("5")
    edition = stored.edition(key, "ru", "Бюджет")
    words = [{"field": "text", "before": f"12 млрд{end}", "after": f"21 млрд{end}"} for end in ("", ".", ",")]
    stored.change("edited", key, edition, detail={"fields": ["text"], "words": words})
    page = show("/changes")
    assert page.texts("//main//ins") == ["21 млрд"]
    assert "Изменено и в других местах: 2." in page.text


def test_words_in_another_language_than_the_page_say_so(edited: int, show: Show) -> None:
    page = show("/changes", "en")
    assert page.tree.xpath("//h3/@lang") == ["kk", "kk"]
    assert page.tree.xpath("//ul[@class='replaced']/li/@lang") == ["kk"] * 3
    assert page.tree.xpath("//main//h3/a/@href")[0] == "../en/releases/77?lang=kk"
    assert page.texts("//li[@lang]/bdi/span[@class='unseen']")[:2] == ["before:", "now:"]


@pytest.mark.parametrize(
    ("lang", "said"),
    [("kk", "Тізімде жоқ"), ("ru", "Нет в списке (на английском)"), ("en", "Not listed (in English)")],
)
def test_a_removal_is_told_with_its_proof_in_a_sentence(
    golden: Stored, show: Show, lang: str, said: str
) -> None:
    page = show("/changes?kind=removed", lang)
    assert len(page.titles) == 1
    [sentence] = page.texts("//main//li//p[@class='quiet']")
    assert said in sentence
    assert "900110" in sentence
    assert "15.05.2031 12:00" in sentence
    assert "UTC" not in sentence


def test_the_times_of_a_proof_are_those_of_the_clock_on_the_page(golden: Stored, show: Show) -> None:
    page = show("/changes?kind=removed", schedule={"zone": "Asia/Tokyo"})
    assert page.texts("//main//li//p[contains(@class, 'clock')]") == ["16:00"]
    assert "15.05.2031 16:00" in page.text


@pytest.mark.parametrize(
    ("kind", "of_a_copy", "of_all"),
    [
        ("removed", "Убрана языковая версия (на английском)", "Снято"),
        ("restored", "Возвращена языковая версия (на английском)", "Возвращено"),
    ],
)
def test_one_copy_that_went_or_came_back_is_not_told_as_the_whole_release(
    stored: Stored, show: Show, kind: str, of_a_copy: str, of_all: str
) -> None:
    release = stored.release("5", "moa")
    stored.edition(release, "ru", "Релиз")
    stored.change(kind, release, stored.edition(release, "en", "Release"))
    stored.change(kind, release)
    said = show("/changes").texts("//main//li//span[contains(@class, 'badge')]")
    assert said == [of_all, of_a_copy]


def test_an_agency_that_took_one_copy_away_is_not_said_to_have_removed_the_release(
    stored: Stored, show: Show
) -> None:
    release = stored.release("5", "moa")
    stored.edition(release, "ru", "Релиз")
    stored.change("removed", release, stored.edition(release, "en", "Release"))
    page = show("/agencies/moa")
    assert "Убрана языковая версия (на английском)" in page.text


def test_an_edit_of_files_alone_says_what_was_touched(stored: Stored, show: Show) -> None:
    key = stored.release("5")
    edition = stored.edition(key, "ru", "Вложения")
    stored.change("edited", key, edition, weight="minor", detail={"fields": ["attachments", "images"]})
    page = show("/changes")
    assert "Что изменилось: вложения, изображения." in page.text
    assert page.tree.xpath("//a[@href='../ru/releases/5/diff?lang=ru']")


def test_history_is_no_change(stored: Stored, show: Show) -> None:
    key = stored.release("5")
    stored.change("published", key, stored.edition(key, "ru", "История"), baseline=1)
    page = show("/changes")
    assert page.titles == []
    assert page.texts("//main/p")[-1] == "Изменений пока не замечено."


@pytest.fixture
def many(stored: Stored) -> Stored:
    """A hundred changes, by turns of two agencies and of several kinds; one of a third agency at the bottom."""
    kinds = ["published", "edited", "removed", "edited", "translated"]
    stored.db.execute("BEGIN")
    for number in range(100):
        agency = "abay" if number == 0 else ("moa", "economy")[number % 2]
        key = stored.release(str(number), agency)
        edition = stored.edition(key, "ru", f"Релиз {number}")
        kind = kinds[number % 5]
        weight = "major" if number % 5 != 3 else "none"
        at = SEEN + timedelta(minutes=number)
        stored.change(
            kind,
            key,
            edition if kind != "removed" else None,
            at=at,
            weight=weight,
            baseline=int(number == 50),
        )
    stored.db.execute("COMMIT")
    return stored


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [n for n in range(99, -1, -1) if n != 50]),
        ("kind=edited", [n for n in range(99, -1, -1) if n % 5 in {1, 3}]),
        ("kind=edited&weight=major", [n for n in range(99, -1, -1) if n % 5 == 1]),
        ("kind=translated", [n for n in range(99, -1, -1) if n % 5 == 4]),
        ("weight=major", [n for n in range(99, -1, -1) if n % 5 != 3 and n != 50]),
        ("agency=moa", [n for n in range(98, 0, -2) if n != 50]),
        ("agency=abay", [0]),
        ("agency=economy&kind=removed", [n for n in range(99, 0, -2) if n % 5 == 2]),
        ("agency=mfa", []),
    ],
)
def test_every_change_stands_on_one_page_of_the_list(
    many: Stored, show: Show, query: str, numbers: list[int]
) -> None:
    address: str | None = f"/changes?{query}"
    titles: list[str] = []
    while address:
        page = show(address)
        titles += page.titles
        links = page.tree.xpath("//main//a[@rel='next']/@href")
        address = links[0].removeprefix("../ru") if links else None
    assert titles == [f"Релиз {number}" for number in numbers]


def test_the_page_before_is_the_one_that_was_left(many: Stored, show: Show) -> None:
    [second] = show("/changes").tree.xpath("//main//a[@rel='next']/@href")
    [third] = show(second.removeprefix("../ru")).tree.xpath("//main//a[@rel='next']/@href")
    assert show(third.removeprefix("../ru")).tree.xpath("//main//a[@rel='prev']/@href") == [second]
    assert show(second.removeprefix("../ru")).tree.xpath("//main//a[@rel='prev']/@href") == ["../ru/changes"]


def test_an_agency_behind_many_changes_of_others_is_found(
    many: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.store.recent_changes._NEAREST", 10)
    assert recent_changes(many.db, Wanted(agency="abay"), before=None, size=5).ids == (1,)
    found = recent_changes(many.db, Wanted(agency="moa"), before=None, size=20)
    assert len(found.ids) == 20
    assert found.has_older
    assert sorted(found.ids, reverse=True) == list(found.ids)


@pytest.mark.parametrize(
    "query", ["kind=gone", "weight=heavy", "agency=x", "before=x", "kind=edited&kind=removed", "lang=kk"]
)
def test_nonsense_is_refused(query: str) -> None:
    found = looked_at("/changes", query, languages=LANGUAGES)
    assert isinstance(found, Refusal)
    assert found.status == 400


def test_what_was_redacted_is_told_without_a_word(edited: int, stored: Stored, show: Show) -> None:
    assert redact(stored.db, "77", by="x", reason="y", now=LATER) is not None
    page = show("/changes", "en")
    assert page.titles == ["[redacted]"] * 2
    assert not page.tree.xpath("//del | //ins | //a[contains(@href, 'diff')]")


def test_of_removed_releases_no_words_are_told_where_only_titles_are_kept(
    edited: int, stored: Stored, show: Show
) -> None:
    stored.update("releases", edited, status="removed")
    assert show("/changes").tree.xpath("//del")
    page = show("/changes", server={"removed_text": "title"})
    assert not page.tree.xpath("//del | //ins | //a[contains(@href, 'diff')]")
    assert page.titles == ["Өңірдегі егін: һәм үміт"] * 2


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_nothing_hostile_comes_through(hostile: Stored, show: Show, lang: str) -> None:
    page = show("/changes", lang)
    assert len(page.titles) > 20
    assert len(page.body) < LIMIT
    plain = "".join(
        html.tostring(each, encoding="unicode") for each in page.tree.xpath("//main//del | //main//ins")
    )
    assert activity(plain, host="x") == []
    assert "<script" not in page.text
    assert all(href.startswith("../") for href in page.tree.xpath("//main//@href"))


def test_a_page_of_the_longest_changes_stays_within_its_limit(stored: Stored, show: Show) -> None:
    long = "ү\"'&<" * 2000
    words = [{"field": "text", "before": long, "after": long + "а", "classes": ["wording"]}] * 9
    stored.db.execute("BEGIN")
    for number in range(60):
        key = stored.release(str(number), "moa")
        edition = stored.edition(key, "kk", long)
        detail = {
            "fields": ["text", long],
            "words": words,
            "against": {"ru": {"numbers": {"only_here": [long] * 9}}},
        }
        stored.change("edited", key, edition, revision_id=stored.revision(edition, 2, long), detail=detail)
    stored.db.execute("COMMIT")
    page = show("/changes", "kk")
    assert len(page.body) < LIMIT
    assert len(page.titles) > 5
    assert page.tree.xpath("//a[@rel='next']")
