"""The invented releases are whole in three languages, and a portal filled with them looks like one that has lived."""

import json
import re
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from itertools import pairwise
from string import Formatter
from typing import Any

import pytest

from crawler.standin import (
    Attached,
    Bullets,
    Copy,
    Numbered,
    Portal,
    Table,
    demo_portal,
    demo_story,
    encore,
    invent,
    populate,
)
from crawler.standin.copies import Block
from crawler.standin.items import written
from crawler.standin.story import DEMO_AGENCIES

NOW = datetime(2026, 7, 15, 9, 0, tzinfo=UTC)
LANGS = ("ru", "kk", "en")
BOOK: dict[str, Any] = json.loads(
    files("crawler.standin").joinpath("releases.json").read_text(encoding="utf-8")
)
STORIES: list[dict[str, Any]] = BOOK["stories"]


def strings(value: object) -> list[str]:
    """Every text inside a piece of the book or of a copy."""
    match value:
        case str():
            return [value]
        case dict():
            return [text for part in value.values() for text in strings(part)]
        case list() | tuple():
            return [text for part in value for text in strings(part)]
        case Bullets(items) | Numbered(items):
            return list(items)
        case Table(rows):
            return [cell for row in rows for cell in row]
        case _:
            return []


def text_of(copy: Copy) -> str:
    attached = copy.attachment.name if isinstance(copy.attachment, Attached) else ""
    return "\n".join([copy.title, *strings(list(copy.paragraphs)), attached])


def shape(blocks: list[Block]) -> list[tuple[str, int]]:
    return [(type(block).__name__, 1 if isinstance(block, str) else len(strings(block))) for block in blocks]


def titles(story: dict[str, Any]) -> str:
    return str(story["en"]["title"])


def test_there_are_stories_for_every_kind_of_agency() -> None:
    assert len(STORIES) >= 24
    served = {name for story in STORIES for name in story["for"]}
    assert {"ministry", "akimat", "economy", "mfa", "ecogeo", "enbek", "moa"} <= served


@pytest.mark.parametrize("story", STORIES, ids=titles)
def test_a_story_says_the_same_in_every_language(story: dict[str, Any]) -> None:
    slots = {}
    for lang in LANGS:
        named = (name for text in strings(story[lang]) for _, name, _, _ in Formatter().parse(text) if name)
        slots[lang] = {name.split("[")[0] for name in named}
        assert 3 <= len(story[lang]["text"]) <= 5
    assert slots["ru"] == slots["kk"] == slots["en"]
    assert slots["ru"] - {"place"} <= story["slots"].keys()
    blocks = {lang: [type(part).__name__ for part in story[lang]["text"]] for lang in LANGS}
    assert blocks["ru"] == blocks["kk"] == blocks["en"]
    assert len({"attachment" in story[lang] for lang in LANGS}) == 1


@pytest.mark.parametrize("story", [*STORIES, *BOOK["scripted"].values()], ids=titles)
def test_a_story_is_written_in_the_letters_of_its_language(story: dict[str, Any]) -> None:
    plain = {lang: [re.sub(r"\{[^}]*\}", "0", text) for text in strings(story[lang])] for lang in LANGS}
    whole = {lang: "\n".join(texts).lower() for lang, texts in plain.items()}
    assert not re.search("[әғқңөұүһі]", whole["ru"])
    assert len(re.findall("[әғқңөұүһі]", whole["kk"])) > 40
    assert not re.search("[а-яёәғқңөұүһі]", whole["en"])
    for lang, texts in plain.items():
        assert lang == "en" or not re.search("[a-z]", whole[lang])
        assert not [
            text for text in texts if text != text.strip() or re.search(r"\s[,.;:]|\s\s|,,|\.\.", text)
        ]


@pytest.mark.parametrize(
    "agency", ["economy", "mfa", "ecogeo", "enbek", "moa", "almaty", "sko", "adilet", "new-one"]
)
def test_whatever_an_agency_tells_has_no_slot_left(agency: str) -> None:
    for seed in range(60):
        copies = invent(agency, when=NOW, seed=seed)
        assert list(copies) == list(LANGS)
        assert not [copy for copy in copies.values() if re.search(r"[{}\[\]]", text_of(copy))]


def test_an_invention_is_the_same_for_the_same_seed_only() -> None:
    assert invent("moa", when=NOW, seed=1) == invent("moa", when=NOW, seed=1)
    assert len({text_of(invent("moa", when=NOW, seed=seed)["kk"]) for seed in range(40)}) > 30


def test_facts_agree_between_languages() -> None:
    for seed in range(40):
        copies = invent("enbek", when=NOW, seed=seed)
        numbers = {lang: sorted(re.findall(r"\d+", re.sub(r"(?<=\d)[\xa0,.](?=\d)", "", text_of(copy))))
                   for lang, copy in copies.items()}  # fmt: skip
        assert numbers["ru"] == numbers["kk"] == numbers["en"]


def test_an_akimat_writes_of_its_own_region_and_a_city_has_no_villages() -> None:
    for seed in range(60):
        kazakh = text_of(invent("sko", ("kk",), when=NOW, seed=seed)["kk"])
        assert "Солтүстік Қазақстан" in kazakh or "облысы" not in kazakh
        assert "сёл" not in text_of(invent("almaty", ("ru",), when=NOW, seed=seed)["ru"])


def test_another_language_is_told_in_english_words() -> None:
    copies = invent("mfa", ("tr", "en"), when=NOW, seed=3)
    assert copies["tr"].title == copies["en"].title


def test_a_populated_portal_has_as_many_releases_as_were_ordered() -> None:
    portal = Portal()
    ids = populate(portal, ["economy", "sko"], 50, until=NOW)
    assert ids == sorted(ids)
    assert len(ids) == 100
    for agency in ("economy", "sko"):
        assert len(portal.ids(agency, "ru")) == len(portal.ids(agency, "kk")) == 50
        assert 25 <= len(portal.ids(agency, "en")) < 50
    assert len(portal.ids(None, "ru")) == 100


def test_its_dates_are_those_of_offices() -> None:
    portal = Portal()
    ids = populate(portal, ["economy"], 400, ("ru",), until=NOW, days=30)
    dates = [datetime.fromisoformat(portal.item(release, "ru")["created_date"]) for release in ids]
    assert max(dates) < datetime.fromisoformat(written(NOW))
    assert min(dates) > datetime.fromisoformat(written(NOW)) - timedelta(days=121)
    hours = [date.hour for date in dates]
    assert {*hours} <= {0, *range(9, 19)} - {13}
    assert 0 < hours.count(0) < 60
    assert any(later < earlier - timedelta(days=5) for earlier, later in pairwise(dates))


def test_the_same_seed_gives_the_same_past() -> None:
    def past(seed: int) -> list[Any]:
        portal = Portal()
        return [portal.item(release, "ru") for release in populate(portal, ["moa"], 20, until=NOW, seed=seed)]

    assert past(1) == past(1)
    assert past(1) != past(2)


def test_texts_differ_from_release_to_release() -> None:
    portal = Portal()
    populate(portal, [*DEMO_AGENCIES], 40, until=NOW)
    for lang in LANGS:
        texts = [text_of(portal.copy(release, lang)) for release in portal.ids(None, lang)]
        assert len(set(texts)) > 0.98 * len(texts)


def test_no_releases_at_all_is_a_past_too() -> None:
    assert populate(Portal(), ["moa"], 0, until=NOW) == []


def test_the_demo_s_portal_has_full_first_pages_in_every_listing() -> None:
    portal = demo_portal(NOW)
    assert portal.agencies() == sorted(DEMO_AGENCIES)
    counts = {(agency, lang): len(portal.ids(agency, lang)) for agency in DEMO_AGENCIES for lang in LANGS}
    assert all(count == 24 for (_, lang), count in counts.items() if lang != "en")
    assert all(count >= 14 for count in counts.values())


def test_the_demo_s_story_tells_what_it_does() -> None:
    portal = demo_portal(NOW)
    before = {lang: portal.ids("almaty", lang) for lang in LANGS}
    steps = demo_story(portal, lambda: NOW)
    times = [step.after_seconds for step in steps]
    assert times == sorted(times)
    assert times[-1] <= 55
    publish, correct, translate, remove, restyle, restore = steps

    publish.act()
    release = portal.ids("economy", "ru")[0]
    assert portal.languages(release) == ["ru", "kk"]
    assert "12 млрд" in text_of(portal.copy(release, "ru"))
    assert "12 млрд" in text_of(portal.copy(release, "kk"))

    correct.act()
    for lang in ("ru", "kk"):
        assert text_of(portal.copy(release, lang)).count("21 млрд") == 2
        assert "12 млрд" not in text_of(portal.copy(release, lang))

    translate.act()
    assert "21 billion" in portal.copy(release, "en").title

    remove.act()
    gone = set(before["ru"]) - set(portal.ids("almaty", "ru"))
    assert len(gone) == 1
    assert portal.copy(gone.pop(), "kk").title in remove.tell

    body = portal.item(release, "ru")["body"]
    restyle.act()
    assert portal.item(release, "ru")["body"] != body

    restore.act()
    assert {lang: portal.ids("almaty", lang) for lang in LANGS} == before


def test_the_encore_goes_on_publishing() -> None:
    portal = demo_portal(NOW)
    steps = encore(portal, lambda: NOW, every=7.0)
    for count in range(1, 11):
        listed = {release for lang in LANGS for release in portal.ids(None, lang)}
        step = next(steps)
        step.act()
        new = {release for lang in LANGS for release in portal.ids(None, lang)} - listed
        assert len(new) == 1, f"step {count}"
        assert step.after_seconds == 7.0
        release = new.pop()
        assert any(portal.copy(release, lang).title in step.tell for lang in portal.languages(release))
