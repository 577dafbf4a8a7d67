"""What a publisher may do to a release, from its appearance on, and what is said of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from crawler.records import Order, Sighting
from monitor.config import Alert
from monitor.store.orders import ask
from monitor.worker import Answer
from tests.monitor.shelf import START, FakePortal, House, Item, past

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ECONOMY, MOA = "http://127.0.0.1:1/economy", "http://127.0.0.1:1/moa"


class Counting(FakePortal):
    """Counts views: every answer shows another number of them, which the worker leaves out of its digest."""

    views = 0

    async def read(self, order: Order) -> Answer:
        answer = await super().read(order)
        self.views += 1
        return Answer(tuple(self._viewed(record) for record in answer.records), answer.report)

    def _viewed(self, record: Any) -> Any:
        if not isinstance(record, Sighting) or record.wording is None:
            return record
        return replace(
            record, wording=replace(record.wording, raw=f"{record.wording.raw} views {self.views}")
        )


async def watched(
    *,
    languages: Sequence[str] = ("ru",),
    agencies: Sequence[str] = ("economy", "moa"),
    alerts: Sequence[Alert] = (),
) -> House:
    house = House(agencies_followed=agencies, languages=languages, alerts=alerts, portal=Counting())
    for number, agency in enumerate(agencies):
        for lang in languages:
            house.portal.show(agency, lang, *past(45, first_id=1000 * (number + 1), lang=lang))
    await house.live(12 * HOUR)
    assert house.news == []
    return house


def said(house: House) -> list[tuple[str, str, str | None]]:
    return [(change.kind, change.source_id, change.lang) for change in house.news]


def editions_of(house: House, source_id: int) -> list[tuple[object, ...]]:
    return house.rows(
        "SELECT editions.id, ordered_at >= '2026-07-13T' FROM editions "
        "JOIN releases ON releases.id = release_id WHERE source_id = ?",
        str(source_id),
    )


def held(house: House, source_id: int) -> Item:
    return house.portal.listings["economy", "ru"][source_id]  # type: ignore[no-any-return]


async def test_a_new_release_is_one_event_within_one_poll() -> None:
    house = await watched()
    house.portal.show("economy", "ru", Item(9000, "Жаңа мектеп", "Ашылды.", house.now))
    await house.live(HOUR + timedelta(minutes=5))
    assert said(house) == [("published", "9000", "ru")]
    await house.live(2 * DAY)
    assert len(house.news) == 1


@pytest.mark.parametrize(
    ("what", "fields", "detail"),
    [
        ({"title": "Басқа тақырып"}, ["title"], "words"),
        ({"text": "Мәтін өзгерді: 21 млрд."}, ["text"], "words"),
        ({"published_at": START - timedelta(hours=31)}, ["date"], "date"),
    ],
)
async def test_an_edit_names_the_field_and_shows_what_changed(
    what: dict[str, Any], fields: list[str], detail: str
) -> None:
    house = await watched()
    house.portal.show("economy", "ru", replace(held(house, 1040), **what))
    await house.live(2 * DAY)
    assert said(house) == [("edited", "1040", "ru")]
    assert house.news[0].detail["fields"] == fields
    assert house.news[0].detail[detail]


async def test_views_are_no_event() -> None:
    house = await watched()
    await house.live(3 * DAY)
    assert house.portal.views > 50
    assert house.news == []
    assert house.rows("SELECT max(revisions) FROM editions") == [(1,)]


@pytest.mark.parametrize("words", ["Выпуск 40: мәтін.", "Қайта жазылды: 21 млрд теңге."])
async def test_what_comes_back_is_restored_with_what_was_changed_and_under_the_same_id(words: str) -> None:
    house = await watched()
    shown = held(house, 1040)
    edition = editions_of(house, 1040)
    house.portal.hide(1040)
    await house.live(DAY)
    house.portal.show("economy", "ru", replace(shown, text=words))
    await house.live(DAY)
    assert said(house) == [("removed", "1040", None), ("restored", "1040", None)]
    assert ("words" in house.news[1].detail) is (words != shown.text)
    assert editions_of(house, 1040) == edition


async def test_a_translation_a_day_later_is_no_new_release() -> None:
    house = await watched(languages=("ru", "kk"))
    house.portal.show("economy", "ru", Item(9000, "Новая школа", "Открыта.", house.now))
    await house.live(DAY)
    house.portal.show("economy", "kk", Item(9000, "Жаңа мектеп", "Ашылды.", house.now - DAY))
    await house.live(DAY)
    assert said(house) == [("published", "9000", "ru"), ("translated", "9000", "kk")]
    assert house.news[1].detail["earlier"] == ["ru"]


async def test_a_release_that_two_agencies_list_and_then_one_is_heard_of_once_by_followers_of_either() -> (
    None
):
    rules = [
        Alert.model_validate({"name": agency, "to": [address], "agencies": [agency]})
        for agency, address in (("economy", ECONOMY), ("moa", MOA))
    ]
    house = await watched(alerts=rules)
    house.portal.show("moa", "ru", house.portal.listings["economy", "ru"][1040])
    await house.live(6 * HOUR)
    house.portal.listings["economy", "ru"].pop(1040)
    await house.live(2 * DAY)
    assert said(house) == [("moved", "1040", None)]
    owed = house.rows("SELECT rules FROM deliveries ORDER BY rules")
    assert owed == [('["economy"]',), ('["moa"]',)]


async def test_an_id_in_two_pages_and_two_listings_is_one_release_and_one_event() -> None:
    house = await watched()
    item = Item(9000, "Жаңа мектеп", "Ашылды.", house.now)
    house.portal.show("economy", "ru", item)
    house.portal.show("moa", "ru", item)

    async def twice(order: Order, read: Any = house.portal.read) -> Answer:
        """What is published while pages are read stands at the end of one and at the top of the next."""
        answer = await read(order)
        more = tuple(replace(one, position=len(answer.records)) for one in answer.records[:1])
        return Answer(
            (*answer.records, *more), replace(answer.report, listed=answer.report.listed + len(more))
        )

    house.portal.read = twice
    await house.live(2 * DAY)
    assert said(house) == [("published", "9000", "ru")]
    assert house.rows("SELECT count(*) FROM releases WHERE source_id = '9000'") == [(1,)]


@pytest.mark.parametrize("when", [START - 40 * DAY, START + 400 * DAY])
async def test_a_back_dated_or_far_dated_publication_is_found_by_its_id(when: datetime) -> None:
    house = await watched()
    house.portal.show("economy", "ru", Item(9000, "Жаңа мектеп", "Ашылды.", when))
    await house.live(2 * DAY)
    if when < START:  # below every ordinary reading: the audit finds it
        ask(house.db, [("economy", "ru")], kind="audit", now=house.now)
        house.watch.look_for_orders()
        await house.live(DAY)
    assert said(house) == [("published", "9000", "ru")]
    assert not house.news[0].baseline
    [(_, in_order_of_sight)] = editions_of(house, 9000)
    assert in_order_of_sight == 1  # it stands where it was first seen, whatever its date


LONG = (
    "Министерство сообщает об открытии новой школы в селе, где будут учиться дети из пяти аулов района. "
    "Здание построено за год, в нём есть спортивный зал, библиотека и столовая."
)


async def test_an_id_that_is_used_for_another_text_says_so() -> None:
    house = await watched()
    house.portal.show("economy", "ru", Item(9000, "Новая школа", LONG, house.now))
    await house.live(2 * HOUR)
    other = (
        "Облыс әкімі су тасқынынан зардап шеккен отбасыларға жаңа үйлердің кілтін табыстады. Барлығы алпыс үй "
        "салынды, жұмысқа жергілікті кәсіпкерлер мен құрылысшылар қатысты, көшелерге асфальт төселді."
    )
    house.portal.show("economy", "ru", Item(9000, "Үй кілті", other, house.now - 2 * HOUR))
    await house.live(2 * HOUR)
    assert said(house) == [("published", "9000", "ru"), ("edited", "9000", "ru")]
    assert house.news[1].detail["replaced"] is True
    house.portal.show(
        "economy", "ru", Item(9000, "Үй кілті", f"{other} Тағы бір сөйлем.", house.now - 4 * HOUR)
    )
    await house.live(2 * HOUR)
    assert "replaced" not in house.news[2].detail


async def test_a_translation_says_how_late_it_came_and_where_it_differs() -> None:
    house = await watched(languages=("ru", "kk"))
    house.portal.show("economy", "ru", Item(9000, "Бюджет", f"{LONG} Выделено 12 млрд тенге.", house.now))
    await house.live(DAY)
    kazakh = (
        "Министрлік ауылда жаңа мектептің ашылғанын хабарлайды, онда ауданның бес ауылының балалары оқиды. "
        "Ғимарат бір жылда салынды, онда спорт залы, кітапхана және асхана бар. 21 млрд теңге бөлінді."
    )
    house.portal.show("economy", "kk", Item(9000, "Бюджет", kazakh, house.now))
    await house.live(3 * HOUR)
    translated = house.news[1]
    assert (translated.kind, translated.detail["earlier"]) == ("translated", ["ru"])
    assert 20 * 3600 < translated.detail["after"]["ru"] < 28 * 3600
    assert translated.detail["against"]["ru"]["numbers"] == {
        "only_here": ["21000000000"], "only_there": ["12000000000"],
    }  # fmt: skip
    corrected = kazakh.replace("21 млрд", "12 млрд")
    house.portal.show("economy", "kk", Item(9000, "Бюджет", corrected, house.now - 3 * HOUR))
    await house.live(3 * HOUR)
    assert "against" not in house.news[2].detail
