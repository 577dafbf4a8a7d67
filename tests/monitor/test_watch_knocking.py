"""While one listing knocks at a route that is in doubt, nobody else spins, and somebody reads on afterwards."""

import asyncio
import signal
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from crawler.records import Order, Outcome, Report
from monitor.worker import Answer
from tests.monitor.shelf import House, past

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
WAYS = ("rest", "graphql", "rest-session")


@pytest.fixture(autouse=True)
def ends_in_time() -> Iterator[None]:
    """A loop that never gives way cannot be ended by asyncio's own time-outs."""

    def hangs(*_: object) -> None:
        raise TimeoutError("the watch spins without ever waiting")

    before = signal.signal(signal.SIGALRM, hangs)
    signal.alarm(20)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def two_agencies(routes: tuple[str, ...]) -> House:
    house = House(agencies_followed=("economy", "mfa"), routes=routes)
    house.portal.show("economy", "ru", *past(12))
    house.portal.show("mfa", "ru", *past(12, first_id=500))
    return house


@pytest.mark.parametrize("routes", [("rest",), WAYS])
@pytest.mark.parametrize("outcome", ["timeout", "overloaded", "refused", "shell", "broken"])
async def test_a_first_contact_that_fails_is_lived_through(outcome: Outcome, routes: tuple[str, ...]) -> None:
    house = two_agencies(routes)
    house.portal.fault = Report(0, outcome, reason="x")
    await house.live(MINUTE)
    house.portal.fault = None
    await house.live(2 * HOUR)
    assert house.rows("SELECT count(*) FROM releases") == [(24,)]


async def test_listings_that_fail_each_in_a_way_of_its_own_are_lived_through() -> None:
    agencies = ("economy", "mfa", "moa")
    house = House(agencies_followed=agencies, routes=("rest",))
    for place, agency in enumerate(agencies):
        house.portal.show(agency, "ru", *past(12, first_id=500 * (place + 1)))
    await house.live(3 * HOUR)
    ways: dict[str, Outcome] = {"economy": "broken", "mfa": "too_large", "moa": "off_site"}
    read, failing = house.portal.read, [True]

    async def odd(order: Order) -> Answer:
        if not failing:
            return await read(order)
        house.portal.orders.append(order)
        await asyncio.sleep(0)
        return Answer((), Report(order.id, ways[order.agency], reason="x"))

    house.portal.read = odd  # type: ignore[method-assign]
    await house.live(2 * HOUR)
    failing.clear()
    house.portal.orders.clear()
    await house.live(12 * HOUR)
    assert {order.agency for order in house.portal.orders} == set(agencies)


async def test_at_a_portal_that_has_failed_one_listing_knocks_for_all() -> None:
    house = House(agencies_followed=("economy", "mfa", "moa"), languages=("ru", "kk"))
    for agency, lang in house.watch.state.listings:
        house.portal.show(agency, lang, *past(12, lang=lang))
    await house.live(HOUR)
    house.portal.fault = Report(0, "unreachable", reason="cut")
    house.portal.orders.clear()
    read, moments = house.portal.read, list[datetime]()

    async def noted(order: Order) -> Answer:
        moments.append(house.now)
        return await read(order)

    house.portal.read = noted  # type: ignore[method-assign]
    await house.live(12 * HOUR)
    later = [moment for moment in moments if moment != moments[0]]
    assert later
    assert len(later) == len(set(later))
