"""The page of all agencies, and that of each."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.directory import agencies, learn
from feeds.pages.context import Missing
from feeds.pages.table import looked_at
from feeds.streams import Refusal
from monitor.store.database import to_text
from tests.feeds.conftest import Stored
from tests.feeds.pages.conftest import LATER, LIMIT, Show, shown
from tests.feeds.pages.readings import AGO, audited, listed, read, trouble

MINISTRY = {
    "kk": "Ұлттық экономика министрлігі",
    "ru": "Министерство национальной экономики",
    "en": "Ministry of National Economy",
}
PORTAL = {"portal": {"agencies": ["economy", "moa"]}}


def publish(stored: Stored, number: int, agency: str = "economy", days: float = 1, **columns: str) -> int:
    at = LATER - timedelta(days=days)
    release = stored.release(
        str(920_000 + number),
        agency,
        published_at=to_text(at),
        published_on=at.date().isoformat(),
        published_precision="minute",
        first_seen_at=to_text(at),
        **columns,
    )
    edition = stored.edition(release, "kk", f"Өңірдегі үй құрылысы {number}", seen=at)
    stored.change("published", release, edition, at=at)
    return release


def row_of(page, slug: str) -> str:
    [row] = page.tree.xpath(f"//main//tr[.//a[contains(@href, '/agencies/{slug}')]]")
    return " ".join(row.text_content().split())


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_an_agency_is_told_of_in_the_language_of_the_reader(stored: Stored, show: Show, lang: str) -> None:
    for number in range(10):
        publish(stored, number, days=number + 1)
    edited = publish(stored, 10, days=2)
    stored.change("edited", edited, 11, at=LATER - timedelta(days=1))
    stored.change("edited", edited, 11, at=LATER - timedelta(hours=1))
    removed = publish(stored, 11, days=3)
    stored.change("removed", removed, at=LATER - timedelta(days=1))
    listed(stored, "economy", "ru")
    read(stored, "economy", "ru")
    audited(stored, "economy", "ru", held=39, missing=1)
    page = show("/agencies", lang, **PORTAL)
    row = row_of(page, "economy")
    assert MINISTRY[lang] in row
    share = "8%" if lang == "en" else "8 %"
    assert row.count(share) == 2
    assert {"kk": "8 және 12", "ru": "8 и 12", "en": "8 and 12"}[lang] in row
    assert {"kk": "Уақытында оқылады", "ru": "Читается вовремя", "en": "Read in time"}[lang] in row
    assert "39/40" in row
    assert len(page.tree.xpath("//main//svg[@role='img'][@aria-label]")) == 1


def test_agencies_stand_under_their_kinds_and_what_is_not_followed_apart(stored: Stored, show: Show) -> None:
    publish(stored, 1)
    publish(stored, 2, "almaty")
    tables = {"portal": {"agencies": ["economy", "abay"]}}
    page = show("/agencies", **tables)
    assert page.texts("//main//h2") == ["Министерства", "Акиматы", "Не отслеживаются, но релизы есть"]
    assert "Не отслеживается" in row_of(page, "almaty")
    assert "Ещё не читался" in row_of(page, "abay")


def test_other_orders_make_one_table(stored: Stored, show: Show) -> None:
    publish(stored, 1, "economy", days=5)
    stored.change("edited", publish(stored, 2, "moa", days=9), 2, at=LATER)
    stored.change("edited", publish(stored, 3, "almaty", days=2), 3, at=LATER - timedelta(hours=1))
    publish(stored, 4, "almaty", days=2)
    tables = {"portal": {"agencies": ["economy", "moa", "almaty", "abay"]}}
    slugs = {
        order: [
            link.rpartition("/")[2]
            for link in show(f"/agencies?order={order}", **tables).tree.xpath("//th/a/@href")
        ]
        for order in ("newest", "edited")
    }
    assert slugs == {
        "newest": ["almaty", "economy", "moa", "abay"],
        "edited": ["moa", "almaty", "economy", "abay"],
    }


@pytest.mark.parametrize(
    ("columns", "readings", "said"),
    [
        ({}, [("items", AGO)], "Read in time"),
        ({}, [("items", AGO - timedelta(hours=2))], "Overdue: Қазақша"),
        ({"failures": 2}, [("items", AGO), ("refused", AGO)], "Cannot be read: Қазақша"),
        ({"walked_at": None, "walk_page": 4}, [("items", AGO)], "Earlier releases are being read"),
    ],
)
def test_health_is_said_in_words(stored: Stored, show: Show, columns, readings, said: str) -> None:
    listed(stored, "economy", "kk", **columns)
    for outcome, at in readings:
        read(stored, "economy", "kk", outcome, at)
    assert said in row_of(show("/agencies", "en", **PORTAL), "economy")


def test_nothing_read_and_no_database_are_said(stored: Stored, show: Show, tmp_path: Path) -> None:
    for page in (show("/agencies", "en"), shown(tmp_path / "none.db", "/agencies", "en")):
        assert "No release is held yet" in page.text
        assert MINISTRY["en"] in page.text
    for page in (show("/agencies/economy", "en"), shown(tmp_path / "none.db", "/agencies/economy", "en")):
        assert page.texts("//h1") == [MINISTRY["en"]]
        assert "Its listings have not been read yet." in page.text


def test_a_page_of_all_agencies_stays_small(stored: Stored, show: Show) -> None:
    for number, slug in enumerate(agencies()):
        for hour in range(6):
            publish(stored, 10 * number + hour, slug, days=number % 7 + hour / 24)
        for lang in ("kk", "ru", "en"):
            listed(stored, slug, lang, failures=3)
            read(stored, slug, lang, "unreachable", reason="no route to host")
            audited(stored, slug, lang, listed=12_345, held=12_340, missing=5)
    pages = [show(f"/agencies?page={number}", "kk", portal={"agencies": "*"}) for number in (1, 2)]
    assert all(len(page.body) < LIMIT for page in pages)
    links = [link for page in pages for link in page.tree.xpath("//th/a/@href")]
    assert len(links) == len(set(links)) == len(agencies())
    with pytest.raises(Missing):
        show("/agencies?page=3", "kk", portal={"agencies": "*"})


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/agencies", "order=size", 400),
        ("/agencies", "page=0", 400),
        ("/agencies", "page=x", 400),
        ("/agencies/", "", 404),
        ("/agencies/a/b", "", 404),
        ("/agencies/economy", "x=1", 400),
    ],
)
def test_what_is_not_understood_is_refused(path: str, query: str, status: int) -> None:
    found = looked_at(path, query, languages=frozenset({"kk"}))
    assert isinstance(found, Refusal)
    assert found.status == status


def test_an_unknown_agency_is_missing_with_those_that_may_be_meant(stored: Stored, show: Show) -> None:
    with pytest.raises(Missing, match=r"«ekonomy».*economy"):
        show("/agencies/ekonomy", "kk")


def test_the_page_of_an_agency_shows_what_is_known_of_it(stored: Stored, show: Show) -> None:
    for number in range(12):
        publish(stored, number, days=number + 1)
    gone = publish(stored, 20, days=4, status="removed")
    stored.change("removed", gone, at=LATER - timedelta(days=2))
    listed(stored, "economy", "ru", failures=2, paused_until=to_text(LATER + timedelta(hours=1)))
    read(stored, "economy", "ru", at=AGO - timedelta(days=1))
    read(stored, "economy", "ru", "broken", reason="no list in /home/me/answer.json: ключ «новости»")
    audited(stored, "economy", "ru")
    stored.db.execute("UPDATE due SET ground = 'copies'")
    page = show("/agencies/economy", "ru", **PORTAL)
    assert page.texts("//h1") == [MINISTRY["ru"]]
    assert page.texts("//main//p[@lang]")[:2] == [MINISTRY["kk"], MINISTRY["en"]]
    assert page.tree.xpath("//main//a[contains(@href, 'memleket')]/@href") == [
        "https://www.gov.kz/memleket/entities/economy?lang=ru"
    ]
    feeds = [link for link in page.tree.xpath("//main//a/@href") if "/feeds/" in link]
    assert [link.rpartition("/")[2] for link in feeds] == ["economy.atom", "economy.rss", "economy.json"]
    assert len(page.titles) == 11
    assert page.titles[-1] == "Өңірдегі үй құрылысы 20"
    [listing] = page.texts("//h2[@id='listings']/following::tbody/tr")
    assert "Не читается: ответ не удалось разобрать; перерыв до" in listing
    assert "no list in …: ключ «новости»" in listing
    assert "есть все: 40" in listing
    assert "ожидается версия на этом языке" in listing
    [month, *_] = page.texts("//h2[@id='months']/following::tbody[1]/tr")
    assert month.startswith("июнь 2031")


def test_the_hour_of_noticing_is_not_taken_for_that_of_publishing(stored: Stored, show: Show) -> None:
    day = {"published_at": "2031-05-13T19:00:00.000Z", "published_precision": "day"}
    stored.edition(stored.release("1", **day, published_on="2031-05-14"), "ru", "Без часа")
    stored.edition(stored.release("2", published_at=None), "ru", "Без даты")
    page = show("/agencies/economy")
    for title in ("Без часа", "Без даты"):
        [said] = page.item(title).xpath("./p")
        assert said.text_content().split() == ["14", "мая", "2031"]


def test_what_was_redacted_is_not_named(stored: Stored, show: Show) -> None:
    release = publish(stored, 1)
    stored.change("removed", release, at=AGO)
    stored.update("releases", release, status="removed")
    stored.db.execute(
        'INSERT INTO redactions (at, release_id, "by", reason) VALUES (?, ?, ?, ?)',
        [to_text(AGO), release, "сот", "шешім"],
    )
    page = show("/agencies/economy", "kk")
    assert page.titles == ["[жасырылды]"] * 2
    assert "құрылысы" not in page.text


def test_a_name_that_was_given_up_leads_to_its_heir(stored: Stored, show: Show) -> None:
    heir = replace(agencies()["economy"], slug="economy-new", name_kk="Жаңа экономика министрлігі")
    learn([heir, replace(agencies()["economy"], successor="economy-new", until="2031-06-01")])
    try:
        publish(stored, 1, "economy", days=3)
        publish(stored, 2, "economy-new", days=2)
        old, new = show("/agencies/economy", "kk"), show("/agencies/economy-new", "kk")
        assert "Қазір оның орнында: Жаңа экономика министрлігі" in " ".join(old.texts("//main//p"))
        assert "Бұрынғы атаулары: Ұлттық экономика министрлігі" in " ".join(new.texts("//main//p"))
        assert "Мұнда 2 релизі сақталған." in new.text
        page = show("/agencies", "kk", portal={"agencies": ["economy-new"]})
        assert len(page.tree.xpath("//main//tbody/tr")) == 1
        assert "2 және 2" in row_of(page, "economy-new")
    finally:
        learn([])


def test_hostile_titles_stay_text(hostile: Stored) -> None:
    for slug in ("moa", "economy"):
        page = shown(hostile.path, f"/agencies/{slug}", "en")
        assert not page.tree.xpath("//main//script | //main//*[@onerror or @onclick]")
        assert len(page.body) < LIMIT


@pytest.mark.parametrize(
    ("lang", "silent", "flooding"),
    [
        ("kk", "Әдеттегіден ұзақ үнсіз", "Әдеттегіден әлдеқайда көп жариялап жатыр"),
        ("ru", "Молчит дольше обычного", "Публикует намного больше обычного"),
        ("en", "Silent for longer than usual", "Publishes far more than usual"),
    ],
)
def test_who_is_silent_and_who_floods_is_said(
    stored: Stored, show: Show, lang: str, silent: str, flooding: str
) -> None:
    trouble(stored, "silent", "silent moa", "moa")
    trouble(stored, "flood", "flood economy", "economy")
    page = show("/agencies", lang, **PORTAL)
    assert silent in row_of(page, "moa")
    assert flooding in row_of(page, "economy")
    assert silent not in row_of(page, "economy")
    assert flooding not in row_of(page, "moa")


def test_a_last_reading_is_told_only_where_it_came_after_the_last_that_worked(
    stored: Stored, show: Show
) -> None:
    listed(stored, "economy", "ru")
    read(stored, "economy", "ru")
    read(stored, "economy", "ru", "empty", at=AGO + timedelta(minutes=1), page=2)  # the end of its history
    [row] = show("/agencies/economy", "en", **PORTAL).texts("//h2[@id='listings']/following::tbody/tr")
    assert "Last reading" not in row
    read(stored, "economy", "ru", "refused", at=AGO + timedelta(minutes=2))
    [row] = show("/agencies/economy", "en", **PORTAL).texts("//h2[@id='listings']/following::tbody/tr")
    assert "Last reading" in row
