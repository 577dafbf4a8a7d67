"""Releases were taken down amid bad answers, and each removal is told once, of the release in every language."""

import asyncio
import os
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.records import Order, Outcome, Report
from monitor.worker import Answer
from tests.monitor.replay import assert_tables_follow
from tests.monitor.shelf import FakePortal, House, past

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
AGENCIES = ("economy", "moa", "edu")
LANGS = ("kk", "ru", "en")
MORE = 20 if os.environ.get("JARSHY_LONG_PROPERTIES") else 1
FAILURES: tuple[Outcome, ...] = ("shell", "blocked", "broken", "timeout", "unreachable")


@dataclass
class Careless(FakePortal):
    """Of its answers, by dice, some fail and some lack half a page."""

    dice: random.Random = field(default_factory=lambda: random.Random(7))
    bad: float = 0.0
    """Of all answers."""

    async def read(self, order: Order) -> Answer:
        if self.dice.random() >= self.bad:
            return await super().read(order)
        if order.source_id is None and self.dice.random() < 0.5:
            answer: Answer = await super().read(order)
            half = answer.records[1::2]
            return replace(answer, records=half, report=replace(answer.report, listed=len(half)))
        return Answer((), Report(order.id, self.dice.choice(FAILURES), reason="a reason"))


async def lived(seed: int, *, bad: float, apart: Sequence[int]) -> House:
    """Releases go, so many hours apart, of three agencies in turn; then nothing does for days."""
    portal = Careless(dice=random.Random(seed))
    house = House(agencies_followed=AGENCIES, languages=LANGS, portal=portal)
    for number, agency in enumerate(AGENCIES):
        for lang in LANGS:
            portal.show(agency, lang, *past(45, first_id=1000 * (number + 1), lang=lang))
    await house.live(12 * HOUR)
    portal.bad = bad
    for source_id, hours in zip(taken_down(len(apart)), apart, strict=True):
        portal.hide(source_id)
        await house.live(hours * HOUR)
    portal.bad = 0.0
    await house.live(5 * DAY)
    return house


def taken_down(count: int) -> list[int]:
    """Releases of the first pages, no two of them neighbours."""
    return [1000 * (number % len(AGENCIES) + 1) + 40 - 2 * number for number in range(count)]


@settings(max_examples=3 * MORE, derandomize=MORE == 1)
@given(
    seed=st.integers(0, 10_000),
    bad=st.floats(0.02, 0.3),
    apart=st.lists(st.integers(1, 60), min_size=1, max_size=4),
)
def test_a_removal_amid_bad_answers_is_told_once_and_of_the_whole_release(
    seed: int, bad: float, apart: list[int]
) -> None:
    house = asyncio.run(lived(seed, bad=bad, apart=apart))
    told = sorted((change.kind, change.source_id, change.lang) for change in house.news)
    assert told == sorted(("removed", str(source_id), None) for source_id in taken_down(len(apart)))
    assert_tables_follow(house.db)
