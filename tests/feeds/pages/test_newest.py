"""The page of the newest releases."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from lxml import html

from feeds.pages.days import by_day
from feeds.pages.room import within
from feeds.pages.table import looked_at
from feeds.streams import Refusal
from monitor.store.database import to_text
from monitor.store.for_feeds import editions
from monitor.store.redactions import redact
from tests.feeds.activity import activity
from tests.feeds.conftest import SEEN, Stored
from tests.feeds.pages.conftest import LATER, LIMIT, Show, shown

LANGUAGES = frozenset({"kk", "ru", "en"})


def release(stored: Stored, source_id: str, title: str, *, minutes: int = 0, agency: str = "moa") -> int:
    seen = SEEN + timedelta(minutes=minutes)
    release_id = stored.release(source_id, agency, published_at=to_text(seen), published_precision="minute")
    stored.edition(release_id, "ru", title, seen=seen)
    return release_id


def test_a_release_stands_once_with_the_title_in_the_language_of_the_reader(
    stored: Stored, show: Show
) -> None:
    both = release(stored, "1", "Дороги района")
    stored.edition(both, "kk", "Аудан жолдары: үңгір өткел һәм көпір")
    for lang, title in (
        ("ru", "Дороги района"),
        ("kk", "Аудан жолдары: үңгір өткел һәм көпір"),
        ("en", "Дороги района"),
    ):
        page = show("/", lang)
        assert page.titles == [title]
        assert page.tree.xpath("//h3/@lang") == ([] if lang != "en" else ["ru"])
        others = page.tree.xpath("//main//li//a[@hreflang]/@hreflang")
        assert others == (["ru"] if lang == "kk" else ["kk"])


def test_releases_are_parted_by_the_days_of_the_zone(stored: Stored, show: Show) -> None:
    for number, hour in enumerate((10, 18, 20)):
        seen = datetime(2031, 5, 14, hour, 40, tzinfo=UTC)
        key = stored.release(str(number), published_at=to_text(seen), published_precision="minute")
        stored.edition(key, "ru", f"Релиз {hour}", seen=seen)
    page = show("/", "kk")
    assert page.texts("//section/h2") == ["2031 жылғы 15 мамыр, бейсенбі", "2031 жылғы 14 мамыр, сәрсенбі"]
    assert page.texts("//section[1]//h3") == ["Релиз 20"]
    assert page.texts("//section[2]//h3") == ["Релиз 18", "Релиз 10"]
    assert page.tree.xpath("//section[1]//li//time/@datetime") == ["2031-05-15T01:40+05:00"]


def test_only_a_time_that_the_portal_gives_is_shown_and_a_back_dated_day_is_said(
    stored: Stored, show: Show
) -> None:
    day = stored.release("1", published_at=to_text(SEEN), published_precision="day")
    stored.edition(day, "ru", "Без часа")
    late = stored.release("2", published_at=to_text(SEEN - timedelta(days=3)), published_precision="minute")
    stored.edition(late, "ru", "Задним числом")
    page = show("/")
    assert not page.tree.xpath("//main//li//time")
    assert "Дата публикации: 11 мая 2031" in page.item("Задним числом").text_content()
    assert "Дата публикации" not in page.item("Без часа").text_content()


def test_what_happened_to_a_release_is_said_in_words(stored: Stored, show: Show) -> None:
    edited = release(stored, "1", "Правлено")
    (edition,) = stored.db.execute("SELECT id FROM editions WHERE release_id = ?", [edited]).fetchone()
    for number in (2, 3):
        stored.change("edited", edited, edition, revision_id=stored.revision(edition, number, "Правлено"))
    stored.change(
        "edited", edited, edition, weight="none", revision_id=stored.revision(edition, 4, "Правлено")
    )
    gone = release(stored, "2", "Снято", minutes=1)
    stored.update("releases", gone, status="removed")
    half = release(stored, "3", "Наполовину", minutes=2)
    stored.edition(half, "kk", "Жартысы", status="removed")
    page = show("/")
    assert page.item("Правлено").xpath(".//a[contains(@class, 'edited')]")[0].text == "Изменён 2 раза"
    assert page.item("Правлено").xpath(".//a[contains(@class, 'edited')]/@href") == [
        "../ru/releases/1/diff?lang=ru"
    ]
    assert "Пока нет на казахском, на английском" in page.item("Правлено").text_content()
    assert "Снят" in page.texts("//span[contains(@class, 'gone')]")
    assert "Пока нет" not in page.item("Снято").text_content()
    assert "Снят на казахском" in page.item("Наполовину").text_content()
    assert not page.item("Наполовину").xpath(".//a[@hreflang]"), "what is gone is not offered"


@pytest.mark.parametrize(
    ("number", "classes", "said"),
    [(1, [], []), (2, ["typography"], []), (2, [], []), (2, ["typography", "number"], ["Изменён 1 раз"])],
)
def test_what_came_back_was_edited_only_where_other_words_came_back(
    stored: Stored, show: Show, number: int, classes: list[str], said: list[str]
) -> None:
    back = release(stored, "1", "Вернулось")
    (edition,) = stored.db.execute("SELECT id FROM editions").fetchone()
    wording = stored.revision(edition, number, "Вернулось")
    stored.change("restored", back, revision_id=wording, detail={"classes": classes})
    assert show("/").texts("//main//*[contains(@class, 'edited')]") == said
    assert editions(stored.db, [edition])[edition].weighty_edits == len(said)


def test_what_is_only_suspected_is_not_shown_as_anything(stored: Stored, show: Show) -> None:
    key = release(stored, "1", "Под вопросом")
    before = show("/").text
    stored.update("releases", key, status="suspected")
    stored.db.execute("UPDATE editions SET status = 'suspected'")
    assert show("/").text == before


def test_what_only_a_dump_knows_is_not_shown(stored: Stored, show: Show) -> None:
    half = release(stored, "1", "На портале")
    stored.edition(half, "kk", "Тек көшірмеде", status="unseen")
    stored.edition(stored.release("2", status="unseen"), "ru", "Только в копии", status="unseen")
    assert show("/", "kk").titles == ["На портале"]


@pytest.fixture
def story(stored: Stored) -> tuple[int, int, int]:
    keys = [
        release(stored, "1", "Общий текст", minutes=0, agency="economy"),
        release(stored, "2", "Посередине", minutes=1, agency="abay"),
        release(stored, "3", "Общий текст снова", minutes=2, agency="moa"),
    ]
    stored.db.execute("UPDATE releases SET story_id = 9 WHERE source_id <> '2'")
    stored.db.execute("INSERT INTO stories VALUES (9, 'repost', ?, NULL, 2)", [keys[0]])
    return keys[0], keys[1], keys[2]


def test_releases_of_a_story_are_one_at_the_place_of_the_newest(story: tuple[int, ...], show: Show) -> None:
    page = show("/")
    assert page.titles == ["Общий текст снова", "Посередине"]
    assert "Также опубликовали: Министерство национальной экономики" in " ".join(page.texts("//main//li"))
    assert page.item("снова").xpath(".//p[last()]/a/@href") == ["../ru/releases/1"]
    assert show("/?agency=economy").titles == ["Общий текст"], "of one agency nothing is folded away"


def test_a_redacted_release_of_a_story_hides_no_other_and_leads_to_none(
    story: tuple[int, ...], stored: Stored, show: Show
) -> None:
    assert redact(stored.db, "3", by="x", reason="y", now=LATER) is not None
    page = show("/", "en")
    assert page.titles == ["[redacted]", "Посередине", "Общий текст"]
    assert "Also published" not in page.text
    assert "снова" not in page.text
    assert "The text of this release was taken out" in page.text


def test_of_a_removed_release_no_edits_are_offered_where_only_titles_are_kept(
    stored: Stored, show: Show
) -> None:
    key = release(stored, "1", "Снято")
    stored.change("edited", key, 1, revision_id=stored.revision(1, 2, "Снято"))
    stored.update("releases", key, status="removed")
    assert show("/").tree.xpath("//a[contains(@class, 'edited')]")
    kept = show("/", server={"removed_text": "title"})
    assert not kept.tree.xpath("//a[contains(@class, 'edited')]")
    assert kept.titles == ["Снято"]


def test_the_choice_of_an_agency_and_a_language_narrows_the_list_and_stays_chosen(
    stored: Stored, show: Show
) -> None:
    first = release(stored, "1", "Первый", agency="abay")
    stored.edition(first, "kk", "Бірінші")
    release(stored, "2", "Второй", agency="moa")
    stored.listed(first, "moa")
    page = show("/?agency=abay&lang=kk")
    assert page.titles == ["Бірінші"], "the copy that was asked for"
    assert page.tree.xpath("//select//option[@selected]/@value") == ["abay", "kk"]
    assert show("/?lang=kk").titles == ["Бірінші"]
    assert show("/?agency=economy", "en").texts("//main/p")[-1] == "There are no such releases."


def test_every_release_stands_on_one_page_of_the_list(stored: Stored, show: Show) -> None:
    stored.db.execute("BEGIN")
    for number in range(95):
        key = release(stored, str(number), f"Релиз {number}", minutes=number)
        if number % 3 == 0:
            stored.edition(key, "kk", f"Хабар {number}", seen=SEEN + timedelta(days=1))
    stored.db.execute("COMMIT")
    address, titles, pages = "/", [], []
    while address:
        page = show(address)
        pages.append(address)
        titles += page.titles
        address = next(iter(page.tree.xpath("//main//a[@rel='next']/@href")), "").removeprefix("../ru")
    assert titles == [f"Релиз {number}" for number in range(94, -1, -1)]
    assert len(pages) == 3
    back = pages[-1]
    for expected in (pages[1], pages[0]):
        [link] = show(back).tree.xpath("//main//a[@rel='prev']/@href")
        back = link.removeprefix("../ru")
        assert back == expected
    assert not show("/").tree.xpath("//a[@rel='prev']")


@pytest.mark.parametrize(
    "query", ["before=x", "before=1.5", "before=99999999999999999999", "before=1&before=2", "lang=kz",
              "agency=nobody", "agency=%00", "lang=kk&lang=ru", "before=%D9%A1"],
)  # fmt: skip
def test_nonsense_is_refused(query: str) -> None:
    found = looked_at("/", query, languages=LANGUAGES)
    assert isinstance(found, Refusal)
    assert found.status == 400
    assert found.sentence


def test_what_a_form_leaves_empty_is_the_same_page() -> None:
    assert looked_at("/", "agency=&lang=&before=", languages=LANGUAGES) == looked_at(
        "/", "", languages=LANGUAGES
    )


@pytest.mark.parametrize(
    ("lang", "said"), [("kk", "оқылған жоқ"), ("ru", "ничего не прочитано"), ("en", "Nothing has")]
)
def test_before_anything_was_read_the_page_says_what_will_come(
    tmp_path: Path, stored: Stored, show: Show, lang: str, said: str
) -> None:
    assert said in show("/", lang).text
    assert said in shown(tmp_path / "none.db", "/", lang).text


def test_general_feeds_are_discovered_and_those_of_what_is_chosen(show: Show) -> None:
    found = show("/").tree.xpath("//link[@rel='alternate'][@type]")
    addresses = [link.get("href") for link in found]
    assert addresses[:3] == ["../feeds/all.atom", "../feeds/all.rss", "../feeds/all.json"]
    assert "../feeds/removed.json" in addresses
    assert {link.get("hreflang") for link in found if "lang=kk" in link.get("href")} == {"kk"}
    chosen = show("/?agency=moa&lang=kk").tree.xpath("//link[@rel='alternate'][@type]/@href")
    assert chosen[0] == "../feeds/agencies/moa.atom?lang=kk"


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_nothing_hostile_comes_through(hostile: Stored, show: Show, lang: str) -> None:
    page = show("/", lang)
    assert len(page.titles) >= 12
    lists = "".join(
        html.tostring(each, encoding="unicode") for each in page.tree.xpath("//ul[@class='releases']//h3")
    )
    plain = lists.replace("<bdi>", "").replace("</bdi>", "")
    links = [found for found in activity(plain, host="x") if "class=" not in found and "href=" not in found]
    assert links == []
    assert "<script" not in page.text
    assert all(href.startswith("../") for href in page.tree.xpath("//main//@href"))


def test_a_page_of_the_longest_titles_stays_within_its_limit(stored: Stored, show: Show) -> None:
    stored.db.execute("BEGIN")
    for number in range(60):
        key = release(stored, str(number), "ұ\"'<&>" * 400, minutes=number)
        stored.edition(key, "kk", "ү" * 5000)
    stored.db.execute("COMMIT")
    page = show("/", "kk")
    assert 1 < len(page.titles) <= 40
    assert len(page.body) < LIMIT
    assert len(show("/?lang=ru", "kk").body) < LIMIT
    assert show("/?lang=ru").tree.xpath("//a[@rel='next']")


def test_days_are_parted_in_the_zone_the_newest_first() -> None:
    moments = [SEEN, SEEN + timedelta(days=1), SEEN + timedelta(hours=1)]
    assert [(str(day), len(some)) for day, some in by_day(moments, lambda at: at, ZoneInfo("UTC"))] == [
        ("2031-05-15", 1),
        ("2031-05-14", 2),
    ]


@dataclass(frozen=True)
class Box:
    size: int


@pytest.mark.parametrize(("room", "left"), [(0, [5]), (5, [5]), (11, [5, 6]), (99, [5, 6, 7])])
def test_as_many_as_there_is_room_for(room: int, left: list[int]) -> None:
    assert [one.size for one in within([Box(5), Box(6), Box(7)], room)] == left


def test_every_list_marks_the_same_release_alike(stored: Stored, show: Show) -> None:
    key = release(stored, "1", "Плотина", agency="moa")
    (edition,) = stored.db.execute("SELECT id FROM editions").fetchone()
    for number, weight in enumerate(("minor", "none", "major"), start=2):
        wording = stored.revision(edition, number, "Плотина")
        stored.change("edited", key, edition, weight=weight, revision_id=wording)
    page_of = ("/", "/agencies/moa", "/search?q=%D0%BF%D0%BB%D0%BE%D1%82%D0%B8%D0%BD%D0%B0&status=edited")
    marks = [show(address).texts("//main//*[@class='badge edited']") for address in page_of]
    assert marks == [["Изменён 2 раза"]] * 3
