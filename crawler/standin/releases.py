"""Invented releases in Kazakh, Russian and English, told from `releases.json`; nothing in them is real."""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from itertools import cycle
from typing import Any

from crawler.directory import agencies as directory
from crawler.standin.copies import Attached, Block, Bullets, Copy, Numbered, Table, upload
from crawler.standin.items import ZONE
from crawler.standin.portal import Portal
from crawler.standin.saying import day_said, number_said

LANGS = ("ru", "kk", "en")

_HOURS = (9, 10, 10, 11, 11, 12, 12, 14, 15, 15, 16, 16, 17, 17, 18)
"""When releases come out: two peaks of the working day and a lunch break."""

Story = Mapping[str, Any]


def populate(
    portal: Portal,
    agencies: Sequence[str],
    per_agency: int,
    langs: Sequence[str] = LANGS,
    *,
    until: datetime,
    seed: int = 1,
    days: int = 45,
) -> list[int]:
    """Gives a portal a past: `per_agency` releases of each agency over the `days` before `until`.

    Each has a copy in every language but English, which one in four lacks (unless it is the only one). One in
    twenty is dated 00:00, one in a hundred weeks back, the rest in working hours. Returns the ids, rising
    with the moment of publication. The same arguments give the same releases.
    """
    dice = random.Random(seed)  # noqa: S311 (to be repeated, not to be secret)
    tellers = {agency: _stories_in_turn(agency, dice) for agency in agencies}
    agenda = sorted(
        (moment, agency)
        for agency in agencies
        for moment in _moments(per_agency, until=until, days=days, dice=dice)
    )
    return [
        portal.publish(
            agency,
            _told(next(tellers[agency]), agency, _spoken(langs, dice), day=moment.date(), dice=dice),
            when=_as_dated(moment, dice),
            heropic=None if dice.random() < 0.2 else _file("jpg", moment.date(), dice),
        )
        for moment, agency in agenda
    ]


def invent(agency: str, langs: Sequence[str] = LANGS, *, when: datetime, seed: int) -> dict[str, Copy]:
    """One release that an agency might publish at that moment; the same for the same arguments."""
    dice = random.Random(f"{agency} {seed}")  # noqa: S311
    story = next(_stories_in_turn(agency, dice))
    return _told(story, agency, langs, day=when.astimezone(ZONE).date(), dice=dice)


def scripted(name: str, lang: str, **facts: str) -> Copy:
    """One of the releases written for the demo, its slots filled with `facts`."""
    return _worded(_book().scripted[name], lang, facts)


@dataclass(frozen=True, slots=True)
class _Book:
    """What `releases.json` holds."""

    stories: Sequence[Story]
    scripted: Mapping[str, Story]
    places: Mapping[str, Mapping[str, Any]]
    people: Mapping[str, Sequence[Mapping[str, str]]]
    directions: Mapping[str, Mapping[str, Any]]


@cache
def _book() -> _Book:
    text = files("crawler.standin").joinpath("releases.json").read_text(encoding="utf-8")
    book: dict[str, Any] = json.loads(text)
    return _Book(**book)


def _moments(count: int, *, until: datetime, days: int, dice: random.Random) -> list[datetime]:
    """Working moments before the day of `until`, spread over the days as evenly as chance has it."""
    last = until.astimezone(ZONE).date()
    past = (last - timedelta(days=back) for back in range(1, days + 1))
    weekdays = [day for day in past if day.weekday() < 5]
    share = len(weekdays) / count if count else 0.0
    return [
        datetime.combine(
            weekdays[min(int((number + dice.random()) * share), len(weekdays) - 1)],
            time(dice.choice(_HOURS), dice.randrange(60)),
            tzinfo=ZONE,
        )
        for number in range(count)
    ]


def _as_dated(moment: datetime, dice: random.Random) -> datetime:
    """The date that the editor gave it: mostly the moment, sometimes only the day, rarely one long past."""
    chance = dice.random()
    if chance < 0.01:
        return moment - timedelta(days=dice.randint(10, 90))
    return moment.replace(hour=0, minute=0) if chance < 0.06 else moment


def _spoken(langs: Sequence[str], dice: random.Random) -> list[str]:
    untranslated = dice.random() < 0.25 and any(lang != "en" for lang in langs)
    return [lang for lang in langs if lang != "en" or not untranslated]


def _stories_in_turn(agency: str, dice: random.Random) -> Iterator[Story]:
    """The stories that fit an agency, without end: two of its own trade, then one that anybody could tell."""
    entry = directory().get(agency)
    kind = "akimat" if entry and entry.kind == "akimat" else "ministry"
    in_city = _is_city(agency)
    fitting = [
        story
        for story in _book().stories
        if not {agency, kind}.isdisjoint(story["for"]) and not (in_city and story.get("rural"))
    ]
    dice.shuffle(fitting)
    common = [story for story in fitting if {"ministry", "akimat"} <= {*story["for"]}]
    own = [story for story in fitting if story not in common] or common
    own_in_turn, common_in_turn = cycle(own), cycle(common)
    while True:
        yield next(own_in_turn)
        yield next(own_in_turn)
        yield next(common_in_turn)


def _is_city(agency: str) -> bool:
    return bool(_book().places.get(agency, {}).get("city"))


def _told(
    story: Story, agency: str, langs: Sequence[str], *, day: date, dice: random.Random
) -> dict[str, Copy]:
    """A story with its slots filled, the same facts in every language."""
    places = _book().places
    # an akimat writes of its own region, a ministry of any that has fields where the story needs them
    fitting = [slug for slug in sorted(places) if not (story.get("rural") and _is_city(slug))]
    place = places[agency if agency in places else dice.choice(fitting)]
    facts = {name: _drawn(slot, dice) for name, slot in story.get("slots", {}).items()}
    bold_lead = dice.random() < 0.5
    image = _file("jpg", day, dice) if dice.random() < 0.2 else None
    attached = _file(dice.choice(("docx", "pdf")), day, dice)
    copies = {}
    for lang in langs:
        words = lang if lang in story else "en"
        filling = {name: _said(fact, words, day) for name, fact in facts.items()} | {"place": place[words]}
        copies[lang] = _worded(story, lang, filling, bold_lead=bold_lead, image=image, attached=attached)
    return copies


def _worded(
    story: Story,
    lang: str,
    filling: Mapping[str, object],
    *,
    bold_lead: bool = False,
    image: str | None = None,
    attached: str = "",
) -> Copy:
    # an embassy may ask for Turkish: a copy in English words is better than none
    words = story.get(lang, story["en"])
    direction = _book().directions[story["direction"]]
    named = words.get("attachment")
    return Copy(
        title=words["title"].format_map(filling),
        paragraphs=tuple(_block(part, filling) for part in words["text"]),
        bold_lead=bold_lead,
        image=image,
        attachment=Attached(attached, named.format_map(filling)) if named else None,
        directions=((direction["id"], direction.get(lang, direction["en"])),),
    )


def _block(part: Any, filling: Mapping[str, object]) -> Block:
    match part:
        case {"bullets": items}:
            return Bullets(tuple(item.format_map(filling) for item in items))
        case {"numbered": items}:
            return Numbered(tuple(item.format_map(filling) for item in items))
        case {"table": rows}:
            return Table(tuple(tuple(cell.format_map(filling) for cell in row) for row in rows))
        case _:
            return str(part).format_map(filling)


def _drawn(slot: Any, dice: random.Random) -> Any:
    """The fact behind a slot, before any language: a number, days ahead, a person, one of several words."""
    match slot:
        case [low, high, step]:
            return low + step * dice.randrange(round((high - low) / step) + 1)
        case {"days": [low, high]}:
            return timedelta(days=dice.randint(low, high))
        case {"one_of": words}:
            return dice.choice(words)
        case _:
            return dice.choice(_book().people[slot])


def _said(fact: Any, lang: str, day: date) -> object:
    match fact:
        case timedelta():
            return day_said(day + fact, lang)
        case int() | float():
            return number_said(fact, lang)
        case _:
            return fact[lang]


def _file(ext: str, day: date, dice: random.Random) -> str:
    name, size = f"{dice.getrandbits(64):x}", dice.randint(18_000, 900_000)
    return upload(name, year=day.year, month=day.month, day=day.day, ext=ext, size=size)
