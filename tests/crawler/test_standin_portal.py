"""The stand-in portal keeps what is published as the real one does: ids, copies, dates, order."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from html.parser import HTMLParser
from typing import Any

import pytest

from crawler.standin import Attached, Bullets, Copy, Numbered, Portal, Table, upload
from crawler.standin.saying import day_said, number_said

NOON = datetime(2026, 7, 13, 7, 29, tzinfo=UTC)
KK = Copy("Әкімдік үңгірді қайта ашты", ("Бүгін өңірде һәм қалада ұзақ күткен іс бітті.",))
RU = Copy("Акимат снова открыл пещеру", ("Сегодня завершены работы.", "Вход свободный."))


def words(html: str) -> str:
    """What a reader sees of it, with single spaces."""

    class Reader(HTMLParser):
        text = ""

        def handle_data(self, data: str) -> None:
            self.text += data

    reader = Reader()
    reader.feed(html)
    return " ".join(reader.text.split())


def body(portal: Portal, release: int, lang: str = "ru") -> str:
    return str(portal.item(release, lang)["body"])


def test_ids_rise_over_all_agencies() -> None:
    portal = Portal()
    ids = [portal.publish(agency, {"ru": RU}, when=NOON) for agency in ("economy", "almaty", "economy")]
    assert ids == sorted(set(ids))
    assert 1_257_400 <= ids[0] <= ids[-1] < 1_257_430


@pytest.mark.parametrize(
    ("when", "written"),
    [
        pytest.param(datetime(2026, 7, 13, 12, 29, 58, tzinfo=UTC), "2026-07-13T17:29:00Z", id="utc"),
        pytest.param(
            datetime(2026, 7, 13, 17, 29, tzinfo=timezone(timedelta(hours=5))),
            "2026-07-13T17:29:00Z",
            id="almaty",
        ),
        pytest.param(datetime(2026, 7, 12, 19, 0, tzinfo=UTC), "2026-07-13T00:00:00Z", id="midnight there"),
    ],
)
def test_the_date_is_wall_clock_time_with_a_false_z(when: datetime, written: str) -> None:
    portal = Portal()
    assert portal.item(portal.publish("economy", {"ru": RU}, when=when), "ru")["created_date"] == written


def test_a_moment_without_zone_is_refused_and_nothing_published() -> None:
    portal = Portal()
    with pytest.raises(ValueError, match="time zone"):
        portal.publish("economy", {"ru": RU}, when=datetime(2026, 7, 13, 12, 29))  # noqa: DTZ001
    assert portal.ids() == []


def test_an_item_has_the_fields_of_the_portal() -> None:
    portal = Portal()
    copy = Copy("Әкімдік: «1 үңгір»", ("Бір.",), directions=((31, "Экология"),))
    release = portal.publish("almaty", {"kk": copy}, when=NOON, heropic="/uploads/2026/7/13/a.jpg")
    assert portal.item(release, "kk") == {
        "id": release,
        "title": "Әкімдік: «1 үңгір»",
        "slug": "akimdik-1-ungir",
        "body": "<!DOCTYPE html>\n<html>\n<head>\n</head>\n<body>\n<p>Бір.</p>\n</body>\n</html>\n",
        "short_description": None,
        "created_date": "2026-07-13T12:29:00Z",
        "heropic": "/uploads/2026/7/13/a.jpg",
        "alt_image": None,
        "projects": "almaty",
        "directions": [{"id": 31, "title": "Экология"}],
        "views": portal.item(release, "kk")["views"],
    }


def test_a_body_has_the_portal_s_entities_and_elements() -> None:
    portal = Portal()
    copy = Copy(
        "Всё сразу",
        (
            "Цена – 1\N{NO-BREAK SPACE}200 тенге «за штуку» — и A&B <c>",
            Bullets(("одно", "другое")),
            Numbered(("первое", "второе")),
            Table((("год", "сумма"), ("2026", "5"))),
        ),
        bold_lead=True,
        image=upload("вид", year=2026, month=7, day=3, ext="JPG", size=1234),
        attachment=Attached(upload("план", year=2026, month=7, day=3, ext="docx", size=99), "План работ"),
    )
    html = body(portal, portal.publish("economy", {"ru": copy}, when=NOON))
    lead = "Цена &ndash; 1&nbsp;200 тенге &laquo;за штуку&raquo; &mdash; и A&amp;B &lt;c&gt;"
    assert f"<p><strong>{lead}</strong></p>" in html
    assert "<ul>\n<li>одно</li>\n<li>другое</li>\n</ul>" in html
    assert '<ol>\n<li>первое</li>\n</ol>\n<ol start="2">\n<li>второе</li>\n</ol>' in html
    assert html.count("<tr>") == 2
    assert re.search(r'<img src="/uploads/2026/7/3/[0-9a-f]{32}_original\.1234\.JPG"', html)
    assert re.search(r'<a href="/uploads/2026/7/3/[0-9a-f]{32}_original\.99\.docx" download=""><i', html)
    assert '<i class="fas fa-file-word"></i> План работ</a>' in html


def test_newest_comes_first_and_of_equal_dates_the_highest_id() -> None:
    portal = Portal()
    early = portal.publish("economy", {"ru": RU}, when=NOON)
    twin = portal.publish("economy", {"ru": RU}, when=NOON)
    backdated = portal.publish("economy", {"ru": RU}, when=NOON - timedelta(days=40))
    late = portal.publish("economy", {"ru": RU}, when=NOON + timedelta(minutes=1))
    assert portal.ids("economy", "ru") == [late, twin, early, backdated]


def test_copies_are_listed_each_in_its_language() -> None:
    portal = Portal()
    both = portal.publish("economy", {"ru": RU, "kk": KK}, when=NOON)
    russian = portal.publish("economy", {"ru": RU}, when=NOON)
    assert portal.ids("economy", "ru") == [russian, both]
    assert portal.ids("economy", "kk") == [both]
    assert portal.ids("economy", "en") == []
    assert portal.ids("mfa", "ru") == []
    assert portal.ids(None, "kk") == [both]


def test_an_edit_changes_what_is_given_and_no_more() -> None:
    portal = Portal()
    release = portal.publish("economy", {"ru": RU, "kk": KK}, when=NOON)
    kazakh, before = portal.item(release, "kk"), portal.item(release, "ru")
    portal.edit(release, "ru", title="Другой заголовок")
    assert portal.item(release, "ru") == {**before, "title": "Другой заголовок"}
    portal.edit(release, "ru", paragraphs=["Иначе."])
    assert words(body(portal, release)) == "Иначе."
    portal.edit(release, "ru", body="<p>как есть")
    assert body(portal, release) == "<p>как есть"
    portal.edit(release, "ru", paragraphs=["Опять иначе."])
    assert words(body(portal, release)) == "Опять иначе."
    assert portal.item(release, "kk") == kazakh


def test_an_edit_of_the_date_moves_the_copy_in_its_listing() -> None:
    portal = Portal()
    first = portal.publish("economy", {"ru": RU, "kk": KK}, when=NOON)
    second = portal.publish("economy", {"ru": RU, "kk": KK}, when=NOON)
    portal.edit(first, "ru", when=NOON + timedelta(hours=1))
    assert portal.ids("economy", "ru") == [first, second]
    assert portal.ids("economy", "kk") == [second, first]


@pytest.mark.parametrize(
    "copy",
    [
        Copy("Пример", ("«Слова» – и\N{NO-BREAK SPACE}цифры.", Bullets(("раз", "два"))), bold_lead=True),
        Copy("Пример", body="голый текст без единого тега"),
    ],
    ids=["a document", "a raw body"],
)
def test_a_restyling_changes_mark_up_and_no_word_each_time_anew(copy: Copy) -> None:
    portal = Portal()
    release = portal.publish("economy", {"ru": copy}, when=NOON)
    seen = {body(portal, release)}
    wording = words(body(portal, release))
    for _ in range(3):
        portal.restyle(release, "ru")
        seen.add(body(portal, release))
        assert words(body(portal, release)) == wording
    assert len(seen) == 4


def test_a_translation_added_later_stands_under_the_old_date() -> None:
    portal = Portal()
    old = portal.publish("economy", {"ru": RU}, when=NOON)
    newer = portal.publish("economy", {"ru": RU, "kk": KK}, when=NOON + timedelta(days=1))
    portal.translate(old, "kk", KK)
    assert portal.ids("economy", "kk") == [newer, old]
    assert portal.item(old, "kk")["created_date"] == portal.item(old, "ru")["created_date"]
    assert portal.languages(old) == ["ru", "kk"]


def test_what_goes_and_comes_back_is_the_same() -> None:
    portal = Portal()
    release = portal.publish("economy", {"ru": RU, "kk": KK}, when=NOON)
    other = portal.publish("economy", {"ru": RU}, when=NOON)
    before = portal.item(release, "ru")
    portal.remove(release)
    portal.remove(release, "ru")
    assert portal.ids("economy", "ru") == [other]
    assert portal.ids("economy", "kk") == []
    portal.restore(release, "ru")
    assert portal.ids("economy", "kk") == []
    assert portal.languages(release) == ["ru"]
    portal.restore(release)
    portal.restore(release)
    assert portal.ids("economy", "ru") == [other, release]
    assert portal.item(release, "ru") == before


def test_a_release_that_moves_is_listed_by_its_new_agencies_only() -> None:
    portal = Portal()
    release = portal.publish("economy", {"ru": RU}, when=NOON)
    portal.move(release, "mfa")
    assert (portal.ids("economy"), portal.ids("mfa"), portal.ids()) == ([], [release], [release])
    assert portal.item(release, "ru")["projects"] == "mfa"
    portal.move(release, "mfa", "economy")
    assert (portal.ids("economy"), portal.ids("mfa"), portal.ids()) == ([release], [release], [release])
    assert portal.item(release, "ru")["projects"] == ["mfa", "economy"]


@pytest.mark.parametrize("act", ["edit", "restyle", "remove", "restore"])
def test_a_release_that_never_was_raises(act: str) -> None:
    with pytest.raises(KeyError):
        getattr(Portal(), act)(1, "ru")


def test_a_copy_that_never_was_raises_and_harms_nothing() -> None:
    portal = Portal()
    release = portal.publish("economy", {"ru": RU}, when=NOON)
    with pytest.raises(KeyError):
        portal.edit(release, "en", title="x")
    with pytest.raises(ValueError, match="time zone"):
        portal.edit(release, "ru", when=datetime(2026, 7, 13))  # noqa: DTZ001
    assert portal.ids("economy") == [release]


def test_an_unknown_fault_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="truncate"):
        Portal().misbehave("sulk")


@pytest.mark.parametrize(
    ("number", "lang", "said"),
    [
        (1200, "ru", "1\N{NO-BREAK SPACE}200"),
        (1200, "en", "1,200"),
        (4.5, "kk", "4,5"),
        (4.5, "en", "4.5"),
        (13.0, "ru", "13"),
    ],
)
def test_numbers_are_said_in_each_language(number: Any, lang: str, said: str) -> None:
    assert number_said(number, lang) == said


@pytest.mark.parametrize(
    ("month", "on", "by", "from_"),
    [
        (1, "қаңтарда", "қаңтарға", "қаңтардан"),
        (2, "ақпанда", "ақпанға", "ақпаннан"),
        (3, "наурызда", "наурызға", "наурыздан"),
        (4, "сәуірде", "сәуірге", "сәуірден"),
        (5, "мамырда", "мамырға", "мамырдан"),
        (6, "маусымда", "маусымға", "маусымнан"),
        (7, "шілдеде", "шілдеге", "шілдеден"),
        (8, "тамызда", "тамызға", "тамыздан"),
        (9, "қыркүйекте", "қыркүйекке", "қыркүйектен"),
        (10, "қазанда", "қазанға", "қазаннан"),
        (11, "қарашада", "қарашаға", "қарашадан"),
        (12, "желтоқсанда", "желтоқсанға", "желтоқсаннан"),
    ],
)
def test_kazakh_months_take_their_endings(month: int, on: str, by: str, from_: str) -> None:
    said = day_said(date(2026, month, 5), "kk")
    assert [name.split("\N{NO-BREAK SPACE}")[1] for name in said.values()] == [on, by, from_]
