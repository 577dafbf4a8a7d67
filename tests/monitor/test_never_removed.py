"""Nothing was taken down, and whatever the portal does nothing is called removed."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crawler.records import Order, Outcome, Report
from monitor.removal import FEW
from tests.monitor.replay import assert_tables_follow
from tests.monitor.shelf import FakePortal, House, Item, past

HOUR = timedelta(hours=1)
FAILURES: tuple[Outcome, ...] = (
    "refused", "shell", "blocked", "overloaded", "broken", "timeout", "unreachable", "too_large", "off_site",
)  # fmt: skip


@dataclass
class Distorted(FakePortal):
    """Shows everything that it holds, but for the fault of the hour."""

    distortion: str = ""
    dice: random.Random = random.Random(7)  # noqa: RUF009 one for all is what a seed is for

    def shown(self, order: Order) -> list[Item]:
        items = super().shown(order)
        if self.distortion == "oldest first":
            return items[::-1]
        if self.distortion == "shuffled":
            return self.dice.sample(items, len(items))
        if self.distortion == "shrunken":
            return items[::2]
        if self.distortion == "some lost":
            return [item for item in items if item.source_id % 5]
        if self.distortion == "the newest lost":
            return items[FEW + 3 :]
        if self.distortion == "the oldest lost":
            return items[: len(items) // 2]
        if self.distortion == "empty":
            return []
        if self.distortion == "of another agency":
            return super().shown(replace(order, agency="moa" if order.agency == "economy" else "economy"))
        return items

    def page_of(self, order: Order, items: Sequence[Item]) -> Sequence[Item]:
        page = super().page_of(order, items)
        if self.distortion == "the first page again":
            return super().page_of(replace(order, page=1), items)
        if self.distortion == "empty behind the first page" and order.page > 1:
            return []
        if self.distortion == "short pages":
            return page[: len(page) // 2]
        if self.distortion == "every page one further":
            return super().page_of(replace(order, page=order.page + 1), items)
        return page


DISTORTIONS = (
    "oldest first", "shuffled", "shrunken", "some lost", "the newest lost", "the oldest lost", "empty",
    "of another agency", "the first page again", "empty behind the first page", "short pages",
    "every page one further",
)  # fmt: skip
LONGEST = 20
"""Hours: a portal that goes on saying the same for 24 × `confirm` is believed in the end."""


async def lived(troubles: Sequence[tuple[str, int]]) -> House:
    """Days of these troubles, each for so many hours and healed before the next."""
    portal = Distorted()
    house = House(agencies_followed=("economy", "moa"), languages=("ru",), portal=portal, per_day=2 * 50)
    portal.show("economy", "ru", *past(45))
    portal.show("moa", "ru", *past(50, first_id=500), *past(45)[20:23])
    await house.live(12 * HOUR)
    for trouble, hours in troubles:
        if trouble in FAILURES:
            portal.fault = Report(0, trouble, reason="a reason")  # type: ignore[arg-type]
        else:
            portal.distortion = trouble
        await house.live(hours * HOUR)
        portal.fault, portal.distortion = None, ""
        await house.live(10 * HOUR)
    await house.live(48 * HOUR)
    return house


def assert_nothing_went(house: House) -> None:
    assert [change.kind for change in house.news if change.kind in {"removed", "moved", "restored"}] == []
    assert house.rows("SELECT * FROM absences") == []
    assert house.rows("SELECT DISTINCT status FROM editions") == [("listed",)]
    assert_tables_follow(house.db)


@pytest.mark.parametrize("trouble", [*DISTORTIONS, "broken", "shell"])
@pytest.mark.parametrize("hours", [LONGEST])
async def test_a_portal_that_loses_things_takes_nothing_down(trouble: str, hours: int) -> None:
    assert_nothing_went(await lived([(trouble, hours)]))


@settings(max_examples=6, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([*DISTORTIONS, *FAILURES]), st.integers(1, LONGEST)), min_size=2, max_size=5
    )
)
@example([("the oldest lost", 11), ("short pages", 9), ("broken", 20)])  # nobody looked between the two
def test_whatever_the_portal_does_nothing_is_called_removed(troubles: list[tuple[str, int]]) -> None:
    assert_nothing_went(asyncio.run(lived(troubles)))
