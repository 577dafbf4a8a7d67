"""What is noticed of the portal beside its releases: forms, fields nobody knows, items aside, languages, dates."""

import json
import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.records import Order, Report, Sighting
from monitor.store.database import writing
from monitor.store.noticed import MOST
from monitor.worker import Answer
from tests.monitor.desk import Desk
from tests.monitor.shelf import START, House, Item, past

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FORMS = ("envelope:array", "id:number", "date:z")
NOTICED = "SELECT agency, lang, route, form, first_seen_at, example FROM noticed ORDER BY form"


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [said for said in caplog.messages if "does not know" in said]


async def test_a_form_is_written_once_for_each_listing_and_route() -> None:
    house = House(languages=("ru", "kk"))
    house.portal.forms = FORMS
    for lang in ("ru", "kk"):
        house.portal.show("economy", lang, *past(3, lang=lang))
    await house.live(DAY)
    rows = house.rows(NOTICED)
    assert len(rows) == 6
    assert {(row[0], row[1], row[2]) for row in rows} == {
        ("economy", "ru", "rest"),
        ("economy", "kk", "rest"),
    }
    assert all(str(row[4]) < "2026-07-13T05" and row[5] is None for row in rows)


async def test_an_unknown_field_is_said_once_for_each_listing_and_after_a_restart_no_more(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    house = House(languages=("ru", "kk"))
    house.portal.forms = (*FORMS, "key:hint2", "key:ескерту")
    for lang in ("ru", "kk"):
        house.portal.show("economy", lang, *past(3, lang=lang))
    await house.live(DAY)
    again = House(languages=("ru", "kk"), db=house.db, portal=house.portal, now=house.now)
    await again.live(DAY)
    assert sorted(message.split(":")[0] for message in told(caplog)) == ["economy/kk", "economy/ru"]
    assert all("hint2, ескерту" in message for message in told(caplog))


async def test_a_field_that_comes_later_is_said_then(caplog: pytest.LogCaptureFixture) -> None:
    house = House()
    house.portal.show("economy", "ru", *past(3))
    house.portal.forms = FORMS
    await house.live(HOUR)
    assert told(caplog) == []
    house.portal.forms = (*FORMS, "key:hint2")
    await house.live(HOUR)
    assert len(told(caplog)) == 1


async def test_what_an_unknown_field_holds_is_kept_as_an_example() -> None:
    house = House()
    house.portal.show("economy", "ru", *past(3))
    house.portal.forms = ("key:hint2", "key:absent")
    read = house.portal.read

    async def read_with_field(order: Order) -> Answer:
        answer = await read(order)
        records = tuple(
            replace(seen, wording=replace(seen.wording, raw=json.dumps({"hint2": ["ғажап"] * 100})))
            for seen in answer.records
            if isinstance(seen, Sighting) and seen.wording
        )
        return Answer(records, answer.report)

    house.portal.read = read_with_field  # type: ignore[method-assign]
    await house.live(HOUR)
    absent, hint = house.rows(NOTICED)
    assert absent[5] is None
    assert str(hint[5]).startswith('["ғажап", "ғажап"')
    assert len(str(hint[5])) == 200


async def test_names_without_number_do_not_fill_the_table() -> None:
    house = House()
    house.portal.show("economy", "ru", *past(3))
    for day in range(3):
        house.portal.forms = tuple(f"key:{day}-{number}" for number in range(80))
        await house.live(2 * HOUR)
    assert len(house.rows(NOTICED)) == MOST


async def test_a_page_that_is_not_believed_tells_its_forms_all_the_same() -> None:
    house = House()
    house.portal.fault = Report(
        0, "broken", reason="no item has the shape of a release", forms=("id:absent",)
    )
    await house.live(HOUR)
    assert [row[3] for row in house.rows(NOTICED)] == ["id:absent"]


async def test_an_item_that_cannot_be_read_is_kept_aside_until_it_can() -> None:
    house = House(languages=("ru", "kk"))
    for lang in ("ru", "kk"):
        house.portal.show("economy", lang, *past(30, lang=lang))
    house.portal.misfits = frozenset({125})
    await house.live(2 * HOUR)
    aside = "SELECT lang, source_id, reason FROM quarantine ORDER BY lang"
    assert house.rows(aside) == [
        ("kk", "125", "The item has no created_date."),
        ("ru", "125", "The item has no created_date."),
    ]
    assert house.rows("SELECT count(*) FROM releases WHERE source_id = '125'") == [(0,)]
    house.portal.misfits = frozenset()
    await house.live(2 * HOUR)
    assert house.rows(aside) == []
    assert house.rows("SELECT count(*) FROM releases WHERE source_id = '125'") == [(1,)]


async def test_a_held_release_whose_item_breaks_for_a_while_stays_and_leaves_the_quarantine() -> None:
    house = House()
    house.portal.show("economy", "ru", *past(30))
    await house.live(HOUR)
    house.portal.misfits = frozenset({125})
    await house.live(DAY)
    assert house.rows("SELECT source_id FROM quarantine") == [("125",)]
    house.portal.misfits = frozenset()
    await house.live(2 * HOUR)
    assert house.rows("SELECT source_id FROM quarantine") == []
    assert house.news == []


async def test_a_held_release_that_loses_letters_for_a_while_is_kept_aside() -> None:
    house = House()
    whole = past(15)
    house.portal.show("economy", "ru", *whole)
    await house.live(HOUR)
    damaged = [replace(item, title=f"\ufffd{item.title}") for item in whole]
    house.portal.show("economy", "ru", *damaged)
    await house.live(HOUR)
    since = house.rows("SELECT source_id, seen_at FROM quarantine ORDER BY source_id")
    await house.live(DAY)
    assert house.rows("SELECT source_id, seen_at FROM quarantine ORDER BY source_id") == since
    reasons = house.rows("SELECT DISTINCT reason FROM quarantine")
    assert reasons == [("Characters were lost on the way; the words that are held stay.",)]
    house.portal.show("economy", "ru", *whole)
    await house.live(2 * HOUR)
    assert house.rows("SELECT source_id FROM quarantine") == []
    assert house.rows("SELECT DISTINCT number FROM revisions") == [(1,)]
    assert house.news == []


async def test_a_text_in_another_language_is_stored_with_what_was_detected() -> None:
    house = House(languages=("kk",))
    title = "New bridge opened in the district"
    text = (
        "В районном центре открыли новый мост. Он соединил два берега, и теперь дорога до школы стала короче."
    )
    house.portal.show("economy", "kk", Item(900, title, text, START - HOUR))
    await house.live(HOUR)
    languages = "SELECT title_lang, text_lang FROM editions"
    assert house.rows(languages) == [("en", "ru")]
    kazakh = "Аудан орталығында жаңа көпір ашылды. Ол екі жағалауды қосып, мектепке баратын жол қысқарды."
    house.portal.show("economy", "kk", Item(900, title, kazakh, START - HOUR))
    await house.live(HOUR)
    assert house.rows(languages) == [("en", None)]


async def test_a_language_that_a_listing_never_shows_is_no_removal_however_long_it_takes() -> None:
    house = House(languages=("ru", "kk"))
    house.portal.show("economy", "ru", *past(40))
    house.portal.show("economy", "kk", *past(10, first_id=130, lang="kk"))
    await house.live(30 * DAY)
    assert house.news == []
    assert house.rows("SELECT DISTINCT status FROM editions") == [("listed",)]
    house.portal.show("economy", "ru", Item(900, "Выпуск", "Мәтін.", house.now))
    await house.live(30 * DAY)
    assert [(change.kind, change.lang) for change in house.news] == [("published", "ru")]
    house.portal.show("economy", "kk", Item(900, "Шығарылым", "Мәтін.", house.now - 30 * DAY))
    await house.live(15 * DAY)
    assert [(change.kind, change.lang) for change in house.news][1:] == [("translated", "kk")]


async def test_what_was_noticed_is_shown(desk: Desk) -> None:
    house = House(db=desk.store(), languages=("ru", "kk"))
    house.portal.forms = (*FORMS, "key:hint2")
    far = datetime(2099, 1, 1, tzinfo=UTC)
    text = "В районном центре открыли новый мост. Он соединил два берега, и теперь дорога стала короче."
    house.portal.show("economy", "kk", Item(900, "Жаңа көпір ашылды", text, far), *past(3, lang="kk"))
    house.portal.show("economy", "ru", *past(3))
    house.portal.misfits = frozenset({101})
    await house.live(HOUR)
    with writing(house.db):
        house.db.execute("UPDATE editions SET marks = '[\"mojibake\", \"no_body\"]' WHERE title LIKE 'Жаңа%'")

    said = " ".join(desk.type("status").stdout.split())
    assert "Fields nobody knows yet: hint2 (2 listings)." in said
    assert "Kept aside from economy/kk: 101. The item has no created_date." in said
    status = json.loads(desk.type("status", "--json").stdout)
    assert [row["form"] for row in status["noticed"]][:3] == ["key:hint2", "key:hint2", "date:z"]
    assert {item["source_id"] for item in status["quarantine"]} == {"101"}

    shown = desk.type("show", "900").stdout
    assert "(doubted: a date to come)" in shown
    assert "  the text is in Russian\n" in shown
    assert "the title is in" not in shown
    assert "  letters that came garbled were mended\n" in shown
    assert "  the portal sent no text\n" in shown
    release = json.loads(desk.type("show", "900", "--json").stdout)
    assert release["date_doubt"] == "future"
    [edition] = release["editions"]
    assert (edition["title_lang"], edition["text_lang"]) == (None, "ru")
    assert edition["marks"] == ["mojibake", "no_body"]


async def test_a_release_that_is_taken_away_with_letters_lost_leaves_the_quarantine() -> None:
    house = House()
    house.portal.show("economy", "ru", *past(15))
    await house.live(HOUR)
    [spoilt] = [item for item in past(15) if item.source_id == 113]
    house.portal.show("economy", "ru", replace(spoilt, title=f"\ufffd{spoilt.title}"))
    await house.live(HOUR)
    assert house.rows("SELECT source_id FROM quarantine") == [("113",)]
    house.portal.hide(113)
    await house.live(2 * DAY)
    assert [change.kind for change in house.news] == ["removed"]
    assert house.rows("SELECT source_id FROM quarantine") == []
