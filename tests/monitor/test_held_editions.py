"""Both ways to what a listing should show lead to the same editions."""

from datetime import datetime, timedelta

import pytest

from monitor.store import absences
from monitor.store.absences import held_editions, lacks_any
from tests.monitor.shelf import START, House, past

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.mark.parametrize("since", [None, START - 9 * DAY, START - 2 * DAY, START])
async def test_by_date_and_by_agency_it_is_the_same(since: object, monkeypatch: pytest.MonkeyPatch) -> None:
    house = House(agencies_followed=("economy", "minfin"), languages=("ru", "kk"))
    house.portal.show("economy", "ru", *past(45))
    house.portal.show("economy", "kk", *past(40, lang="kk"))
    house.portal.show("minfin", "ru", *past(30, first_id=500), *past(45)[30:33])
    await house.live(12 * HOUR)
    house.portal.hide(141)
    await house.live(HOUR / 2)

    def held(few: int) -> list[object]:
        monkeypatch.setattr(absences, "FEW_RELEASES", few)
        found = held_editions(house.db, "economy", "ru", since=since)  # type: ignore[arg-type]
        return sorted(found, key=lambda edition: edition.id)

    assert held(few=0) == held(few=1000)
    assert bool(held(few=0)) is (since != START)


@pytest.mark.parametrize("since", [None, START - 9 * DAY, START - 2 * DAY, START])
async def test_that_any_is_missing_is_told_without_looking_at_them_all(since: datetime | None) -> None:
    house = House(agencies_followed=("economy", "minfin"), languages=("ru", "kk"))
    house.portal.show("economy", "ru", *past(45))
    house.portal.show("minfin", "ru", *past(30, first_id=500), *past(45)[30:33])
    await house.live(12 * HOUR)
    place = house.db, "economy", "ru"
    held = [edition.source_id for edition in held_editions(*place, since=since)]

    assert not lacks_any(*place, since=since, seen=held)
    assert not lacks_any(*place, since=since, seen=[*held, "999999"])
    assert lacks_any(*place, since=since, seen=[]) is bool(held)
    for left_out in held:
        assert lacks_any(*place, since=since, seen=[one for one in held if one != left_out])


async def test_the_releases_of_a_busy_agency_are_not_gone_through(monkeypatch: pytest.MonkeyPatch) -> None:
    house = House()
    house.portal.show("economy", "ru", *past(45))
    await house.live(HOUR)
    monkeypatch.setattr(absences, "FEW_RELEASES", 40)
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 1

    def took() -> int:
        nonlocal steps
        steps = 0
        house.db.conn.set_progress_handler(count, 1)
        held_editions(house.db, "economy", "ru", since=START - 2 * DAY)
        house.db.conn.set_progress_handler(None, 0)
        return steps

    by_date = took()
    monkeypatch.setattr(absences, "FEW_RELEASES", 1000)
    assert by_date < took()
