"""The life of one release, and the journal that reads like it."""

from dataclasses import replace
from datetime import timedelta

from tests.monitor.replay import assert_tables_follow
from tests.monitor.shelf import START, House, Item, past

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


async def test_the_journal_reads_like_the_story() -> None:
    house = House(agencies_followed=("economy", "moa"), languages=("ru", "kk"))
    for lang in ("ru", "kk"):
        house.portal.show("economy", lang, *past(45, lang=lang))
        house.portal.show("moa", lang, *past(45, first_id=500, lang=lang))
    await house.live(12 * HOUR)
    assert house.news == []

    first = Item(900, "Бюджет утверждён", "На школы дадут 12 млрд тенге.", house.now)
    house.portal.show("economy", "ru", first)
    await house.live(3 * HOUR)  # it appears
    house.portal.show(
        "economy", "kk", Item(900, "Бюджет бекітілді", "Мектептерге 12 млрд теңге беріледі.", house.now)
    )
    await house.live(3 * HOUR)  # is translated
    corrected = replace(first, text="На школы дадут 21 млрд тенге.")
    house.portal.show("economy", "ru", corrected)
    await house.live(3 * HOUR)  # is edited
    house.portal.show("economy", "ru", first)
    await house.live(3 * HOUR)  # is edited back
    for turn in range(6):
        house.portal.show("economy", "ru", (corrected, first)[turn % 2])
        await house.live(3 * HOUR)  # flaps
    await house.live(2 * DAY)  # and rests
    for lang in ("ru", "kk"):
        house.portal.show("moa", lang, house.portal.listings["economy", lang].pop(900))
    await house.live(DAY)  # is moved
    house.portal.hide(900)
    await house.live(HOUR)  # is suspected
    assert house.rows("SELECT status FROM releases WHERE source_id = '900'") == [("suspected",)]
    await house.live(DAY)  # and removed
    house.portal.show("moa", "ru", replace(first, text="На школы дадут 13 млрд тенге."))
    await house.live(DAY)  # comes back with other words, in one language

    journal = [
        (change.kind, change.lang, change.weight, {*change.detail} & {"back_to", "flapping", "rested"})
        for change in house.news
    ]
    assert journal == [
        ("published", "ru", "major", set()),
        ("translated", "kk", "minor", set()),
        ("edited", "ru", "major", set()),
        ("edited", "ru", "major", {"back_to"}),
        ("edited", "ru", "major", {"back_to", "flapping"}),
        ("edited", "ru", "major", {"back_to", "rested"}),
        ("moved", None, "minor", set()),
        ("removed", None, "major", set()),
        ("restored", None, "major", set()),
        ("removed", "kk", "major", set()),
    ]
    assert [change.source_id for change in house.news] == ["900"] * len(journal)
    assert (house.news[6].detail["from"], house.news[6].detail["to"]) == ("economy", "moa")
    assert house.rows("SELECT number, text FROM wordings WHERE source_id = '900' AND lang = 'ru'") == [
        (1, "На школы дадут 12 млрд тенге."),
        (2, "На школы дадут 21 млрд тенге."),
        (3, "На школы дадут 12 млрд тенге."),
        (4, "На школы дадут 21 млрд тенге."),
        (5, "На школы дадут 12 млрд тенге."),
        (6, "На школы дадут 13 млрд тенге."),
    ]
    assert_tables_follow(house.db)
    assert house.now > START
