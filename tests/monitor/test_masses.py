"""A template that changed under every release is stored whole, and people hear of it once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.config import Alert
from monitor.masses import CAP, WITHIN, edited_in_mass, likeness, removed_in_mass
from monitor.messages import release_message
from monitor.store.orders import ask
from tests.monitor.alerts import LIMIT
from tests.monitor.alerts import told as item_of
from tests.monitor.shelf import START, House, Item, past

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
HOOK, MAIL = "http://127.0.0.1:1/hook", "mailto://user:word@mail.example.org?to=desk@example.org"


def edit(*runs: tuple[str, str], field: str = "text", **more: Any) -> dict[str, Any]:
    words = [{"field": field, "before": before, "after": after} for before, after in runs]
    return {"fields": [field], "words": words, **more}


@pytest.mark.parametrize(
    ("said", "one", "other", "alike"),
    [
        ("the same words", edit(("Қызметі", "Бөлімі")), edit(("Қызметі", "Бөлімі")), True),
        ("other words", edit(("12", "21")), edit(("12", "22")), False),
        ("more of them", edit(("а", "б")), edit(("а", "б"), ("в", "г")), False),
        ("the same in another field", edit(("а", "б")), edit(("а", "б"), field="title"), False),
    ],
)  # fmt: skip
def test_what_edits_have_in_common(said: str, one: Any, other: Any, alike: bool) -> None:
    assert (likeness(one) == likeness(other)) is alike, said


@pytest.mark.parametrize(
    "detail",
    [
        {"fields": ["date"], "date": {"before": "a", "after": "b"}},
        edit(("а", "б"), more_words=3),
        {**edit(("а", "б")), "fields": ["text", "attachments"]},
    ],
)
def test_what_cannot_be_compared_is_like_nothing(detail: dict[str, Any]) -> None:
    assert likeness(detail) is None


def test_a_mass_says_its_cap_and_its_reason() -> None:
    assert edited_in_mass("m", CAP - 1) is None
    mass = edited_in_mass("m", CAP)
    assert mass is not None
    assert (mass["count"], mass["cap"]) == (CAP + 1, CAP)
    assert f"{CAP} other edits replaced the same words within 24 hours" in mass["reason"]
    assert removed_in_mass(40, datetime(2026, 7, 13, tzinfo=UTC))["count"] == 40


def told(house: House, address: str) -> list[tuple[object, ...]]:
    return house.rows(
        "SELECT source_id, kind FROM deliveries JOIN changes ON changes.id = change_id "
        "JOIN releases ON releases.id = release_id WHERE address_shown LIKE ? ORDER BY deliveries.id",
        f"{address}%",
    )


async def house_with(*addresses: str) -> House:
    rule = Alert.model_validate({"name": "all", "to": list(addresses)})
    house = House(alerts=[rule])
    house.portal.show("economy", "ru", *past(60))
    await house.live(12 * HOUR)
    assert told(house, "") == []
    return house


async def test_a_template_that_changes_is_told_to_people_so_often_and_once_more() -> None:
    house = await house_with(HOOK, MAIL)
    for item in past(60):
        words = item.text.replace("мәтін.", "мәтін. Пресс-служба.")
        if item.source_id == 145:
            words = f"{words} Бюджет 12 млрд теңге."
        house.portal.show("economy", "ru", replace(item, text=words))
    house.portal.show("economy", "ru", Item(900, "Жаңалық", "Бұл жаңа.", START))
    ask(house.db, [("economy", "ru")], kind="audit", now=house.now)
    house.watch.look_for_orders()
    await house.live(12 * HOUR)

    assert house.rows("SELECT count(*) FROM revisions") == [(121,)]
    assert len(told(house, "http")) == 61  # a program hears of each
    people = told(house, "mailto")
    edits = [source_id for source_id, kind in people if kind == "edited"]
    assert len(edits) == CAP + 2  # the first ones, one that stands for the rest, and the one that says more
    assert "145" in edits
    assert ("900", "published") in people  # nothing that is news waits behind them
    marked = house.rows("SELECT count(*) FROM changes WHERE detail ->> '$.mass.mark' IS NOT NULL")
    assert marked == [(59 - CAP,)]


async def test_after_a_day_the_same_edit_is_told_again() -> None:
    house = await house_with(MAIL)
    for number, item in enumerate(past(60)[-14:]):
        if number == 12:
            await house.live(WITHIN + HOUR)
        house.portal.show("economy", "ru", replace(item, text=f"{item.text} Пресс-служба."))
        await house.live(HOUR)
    assert len(told(house, "mailto")) == CAP + 1 + 2


async def test_a_mass_removal_is_one_message_for_people_and_each_for_programs() -> None:
    house = await house_with(HOOK, MAIL)
    for number in range(150, 157):
        house.portal.hide(number)
    await house.live(3 * DAY)
    assert len(told(house, "http")) == 7
    assert len(told(house, "mailto")) == 1
    change = next(change for change in house.news if change.kind == "removed")
    assert change.detail["mass"]["count"] == 7
    said = release_message([item_of(change)], message_id="m", lang="kk", limit=LIMIT, ours="")
    assert "әзірге саны: 7" in said.text
