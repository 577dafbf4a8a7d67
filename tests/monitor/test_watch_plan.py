"""The watch by its plan: each listing within its bounds, soon where news is likely, for no more than may be asked."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from crawler.records import WHOLE, Order
from monitor import outlook
from monitor.price import QUARTER
from monitor.spending import Counted
from monitor.worker import Answer
from tests.monitor.shelf import FakePortal, House, Item, past

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
SHORTEST = 2 * MINUTE
Readings = dict[tuple[str, str], list[tuple[datetime, str]]]


def read_of(house: House, *, since: datetime) -> Readings:
    """When readings of each listing by itself began, audits among them, and their purposes."""
    found: Readings = defaultdict(list)
    for agency, lang, started_at, purpose in house.rows(
        "SELECT agency, lang, started_at, purpose FROM crawls WHERE page = 1 AND agency <> ? "
        "AND purpose IN ('first', 'ordinary', 'wide', 'audit') ORDER BY started_at",
        WHOLE,
    ):
        began = datetime.fromisoformat(str(started_at))
        if began >= since:
            found[str(agency), str(lang)].append((began, str(purpose)))
    return found


async def watched(portal: FakePortal | None = None, *, per_day: int | None = None, hours: int = 3) -> House:
    """A house with two agencies in two languages, watched for some hours."""
    house = House(
        agencies_followed=("economy", "mfa"), languages=("kk", "ru"), per_day=per_day, portal=portal
    )
    for number, agency in enumerate(house.config.portal.agencies):
        for lang in house.config.portal.languages:
            house.portal.show(agency, lang, *past(30, first_id=1000 * (number + 1), lang=lang))
    await house.live(hours * HOUR)
    return house


async def a_day_of_news(house: House) -> None:
    """One of the agencies publishes every hour, the other nothing."""
    for number in range(24):
        house.portal.show("economy", "ru", Item(5000 + number, f"Жаңалық {number}", "Мәтін.", house.now))
        await house.live(HOUR)


def assert_within_bounds(readings: Readings, *, until: datetime, longest: timedelta = HOUR) -> None:
    assert len(readings) == 4
    for key, begun in readings.items():
        moments = [began for began, _ in begun]
        waits = [later - sooner for sooner, later in pairwise([*moments, until])]
        assert max(waits) <= longest, key
        # An audit comes when it comes: it looks at all pages, and not for news.
        looks = [began for began, purpose in begun if purpose != "audit"]
        assert min(later - sooner for sooner, later in pairwise(looks)) >= SHORTEST, key


async def test_each_listing_is_read_within_longest_and_never_sooner_than_shortest() -> None:
    house = await watched()
    began = house.now - HOUR
    await a_day_of_news(house)
    readings = read_of(house, since=began)
    assert_within_bounds(readings, until=house.now)
    assert len({change.source_id for change in house.news if change.kind == "published"}) == 24


async def test_what_the_first_reading_of_the_history_shows_is_learned_from_when_it_ends() -> None:
    house = await watched(hours=1)
    before = house.watch.state.outlook.plan.all_planned()
    house.watch.state.outlook.learn_all(house.now)
    after = house.watch.state.outlook.plan.all_planned()
    for one, other in zip(before, after, strict=True):
        assert (one.key, one.ground) == (other.key, other.ground)
        assert abs(one.at - other.at) < MINUTE  # as one that is restarted would have it


async def test_news_in_one_language_has_the_other_looked_at_within_minutes() -> None:
    house = await watched()
    house.portal.show("economy", "ru", Item(5000, "Жаңа шығарылым", "Мәтін.", house.now))
    while not house.news:
        await house.live(MINUTE)
    seen_at = house.now
    await house.live(10 * MINUTE)
    readings = read_of(house, since=seen_at - MINUTE)
    assert readings["economy", "kk"]
    [first, *_] = readings["economy", "kk"]
    assert first[0] - seen_at <= 5 * MINUTE


async def test_a_suspicion_is_confirmed_by_one_wide_reading_as_late_as_it_may_be() -> None:
    house = await watched()
    [owner] = house.rows("SELECT source_id FROM releases WHERE source_id = '1025'")
    assert owner == ("1025",)
    house.portal.hide(1025, "ru")
    while house.rows("SELECT count(*) FROM absences") == [(0,)]:
        await house.live(MINUTE)
    suspected_at = house.now
    while not house.news:
        assert house.now - suspected_at < 2 * HOUR
        await house.live(MINUTE)
    assert [(change.kind, change.lang) for change in house.news] == [("removed", "ru")]
    assert HOUR - MINUTE <= house.now - suspected_at <= HOUR + 5 * MINUTE
    since = read_of(house, since=suspected_at)["economy", "ru"]
    assert (
        sum(purpose == "wide" for _, purpose in since) <= 2
    )  # one that was due anyway, and the one that tells
    assert len(since) < 20


class Counting(FakePortal):
    """Notes when each order came."""

    house: House

    def __init__(self) -> None:
        super().__init__()
        self.asked_at: list[datetime] = []

    async def read(self, order: Order) -> Answer:
        self.asked_at.append(self.house.now)
        return await super().read(order)

    def counted(self, _database: Path) -> Counted:
        """As the ledger of all processes would tell."""
        now = self.house.now.timestamp()
        quarter = now // QUARTER
        quarters = Counter(int(quarter - at.timestamp() // QUARTER) for at in self.asked_at)
        left = timedelta(seconds=(quarter + 1) * QUARTER - now)
        return Counted(tuple(quarters[ago] for ago in range(97)), left)


def assert_never_more_than(most: int, asked_at: list[datetime]) -> None:
    for place, at in enumerate(asked_at):
        assert sum(at - DAY < other <= at for other in asked_at[: place + 1]) <= most


@pytest.mark.parametrize("minutes", [None, 7, 95], ids=["no restart", "every 7 minutes", "every 95 minutes"])
async def test_a_small_budget_is_kept_and_a_restart_neither_doubles_nor_loses_a_reading(
    minutes: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal, per_day = Counting(), 240
    monkeypatch.setattr(outlook, "counted", portal.counted)
    house = House(
        agencies_followed=("economy", "mfa"), languages=("kk", "ru"), per_day=per_day, portal=portal
    )
    portal.house = house
    for number, agency in enumerate(house.config.portal.agencies):
        for lang in house.config.portal.languages:
            portal.show(agency, lang, *past(30, first_id=1000 * (number + 1), lang=lang))
    began = house.now
    while house.now < began + DAY:
        await house.live((minutes or 24 * 60) * MINUTE)
        house = House(
            agencies_followed=("economy", "mfa"), languages=("kk", "ru"), per_day=per_day, portal=portal,
            db=house.db, now=house.now,
        )  # fmt: skip
        portal.house = house
    assert_never_more_than(per_day, portal.asked_at)
    # Where audits and wide readings have taken what was left of the day, `longest` is stretched.
    assert_within_bounds(read_of(house, since=began), until=house.now, longest=HOUR + MINUTE)
