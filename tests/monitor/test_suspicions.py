"""When a reading could confirm what a listing is suspected to lack."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from crawler.records import Report
from monitor.removal import confirmable_from
from monitor.store import suspicions
from monitor.store.absences import Proof, miss
from monitor.store.database import writing
from monitor.store.suspicions import to_confirm
from tests.monitor.shelf import START, House, past

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("said", "in_mass", "read", "wide", "wanted"),
    [
        ("a wide reading, soon", False, None, None, 1),
        ("whatever was read before", False, 0.5, 0, 1),
        ("a short one cannot yet", False, 3, 0.5, 1),
        ("the wide one did not see its place", False, 1, 1, 6),
        ("nor did the next ones", False, 5.9, 5.9, 6),
        ("perhaps too many are missing", False, 6, 6, 24),
        ("readings tell no more", False, 24, 24, None),
        ("one of very many", True, 23, 23, 24),
        ("still one of very many", True, 24, 20, None),
    ],
)
def test_a_suspicion_asks_for_a_reading_from_the_moment_that_one_could_confirm_it(
    said: str, in_mass: bool, read: float | None, wide: float | None, wanted: float | None
) -> None:
    def at(hours: float | None) -> datetime | None:
        return None if hours is None else START + hours * HOUR

    found = confirmable_from(START, in_mass=in_mass, read_at=at(read), wide_at=at(wide), confirm=HOUR)
    assert found == at(wanted), said


async def watched(*, releases: int = 30, hours: int = 12) -> House:
    """A house that has read a listing of that many releases, in Kazakh and Russian, for so many hours."""
    house = House(languages=("kk", "ru"))
    for lang in ("kk", "ru"):
        house.portal.show("economy", lang, *past(releases, lang=lang))
    await house.live(hours * HOUR)
    return house


async def test_a_copy_that_one_reading_lacked_is_looked_for_again_after_confirm_and_then_no_more() -> None:
    house = await watched()
    assert to_confirm(house.db, confirm=HOUR) == {}
    house.portal.hide(127, "kk")
    await house.live(HOUR)
    [(lang, suspected)] = house.rows(
        "SELECT lang, suspected_at FROM absences JOIN editions ON id = edition_id"
    )
    since = datetime.fromisoformat(str(suspected))
    assert lang == "kk"
    assert to_confirm(house.db, confirm=HOUR) == {("economy", "kk"): since + HOUR}
    assert to_confirm(house.db, confirm=3 * HOUR) == {("economy", "kk"): since + 3 * HOUR}
    await house.live(12 * HOUR)
    assert "removed" in {change.kind for change in house.news}
    assert to_confirm(house.db, confirm=HOUR) == {}


async def test_a_copy_that_is_shown_again_is_not_looked_for() -> None:
    house = await watched()
    item = house.portal.listings["economy", "kk"][127]
    house.portal.hide(127, "kk")
    await house.live(HOUR)
    assert to_confirm(house.db, confirm=HOUR)
    house.portal.show("economy", "kk", item)
    await house.live(2 * HOUR)
    assert to_confirm(house.db, confirm=HOUR) == {}


async def test_very_many_that_are_missed_at_once_are_looked_for_a_day_later() -> None:
    house = await watched()
    for source_id in range(115, 125):
        house.portal.hide(source_id)
    await house.live(2 * HOUR)
    asked = to_confirm(house.db, confirm=HOUR)
    assert asked.keys() == {("economy", "kk"), ("economy", "ru")}
    assert all(START + 36 * HOUR < at < START + 39 * HOUR for at in asked.values())
    await house.live(26 * HOUR)
    assert to_confirm(house.db, confirm=HOUR) == {}


async def test_what_stands_below_all_that_is_read_is_asked_for_now_and_then_and_left_to_audits() -> None:
    house = await watched(releases=120, hours=1)
    house.portal.hide(100, "kk")
    [(edition, crawl)] = house.rows(
        "SELECT editions.id, (SELECT max(id) FROM crawls) FROM editions JOIN releases ON releases.id = release_id "
        "WHERE source_id = '100' AND lang = 'kk'"
    )
    # As an audit would have it.
    proof = Proof(int(str(crawl)), house.now, "economy", "101", None)
    with writing(house.db):
        miss(house.db, {int(str(edition)): proof}, mass=False)
    assert to_confirm(house.db, confirm=HOUR) == {("economy", "kk"): house.now + HOUR}
    asked_at = house.now
    waits = []
    for _ in range(20):
        await house.live(HOUR)
        waits.append(to_confirm(house.db, confirm=HOUR).get(("economy", "kk")))
    steps = [None if at is None else (at - asked_at) / HOUR for at in dict.fromkeys(waits)]
    # A moment that a reading has used up within the same hour is not met here.
    assert [step for step in (1, 6, 24, None) if step in steps] == steps
    assert steps[0] == 1
    assert steps[-1] is None
    assert house.rows(
        "SELECT purpose FROM crawls WHERE id = (SELECT evidence ->> '$[1].crawl' FROM absences "
        "WHERE confirmed_at IS NOT NULL)"
    ) == [("audit",)]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE agencies SET followed = 0 WHERE slug = 'economy'",
        "UPDATE agencies SET successor = 'mfa' WHERE slug = 'economy'",
        "UPDATE release_agencies SET left_at = first_seen_at",
        "UPDATE release_agencies SET langs = '[\"ru\"]'",
        "UPDATE editions SET status = 'removed' WHERE status = 'suspected' OR status = 'listed'",
        "UPDATE absences SET confirmed_at = suspected_at",
    ],
)
async def test_nothing_is_asked_of_a_listing_that_has_no_say(change: str) -> None:
    house = await watched()
    house.portal.hide(127, "kk")
    await house.live(HOUR)
    assert to_confirm(house.db, confirm=HOUR)
    house.db.execute(change)
    assert to_confirm(house.db, confirm=HOUR) == {}


async def test_a_portal_that_fails_does_not_use_up_what_a_reading_could_confirm() -> None:
    house = await watched()
    house.portal.hide(127, "kk")
    await house.live(HOUR)
    asked = to_confirm(house.db, confirm=HOUR)
    house.portal.fault = replace(Report(0, "refused"), reason="403")
    await house.live(30 * HOUR)
    assert asked
    assert to_confirm(house.db, confirm=HOUR) == asked


def test_only_what_is_missed_is_looked_through() -> None:
    db = House().db
    plan = [row[3] for row in db.execute("EXPLAIN QUERY PLAN " + suspicions._STANDING)]
    assert plan[0] == "SCAN absences"
    assert all(step.startswith("SEARCH") for step in plan[1:])
