"""Stories of what goes wrong, told to the watch and to whoever looks every minute how it fares."""

import asyncio
import logging
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from crawler.records import Order, Report
from monitor import outlook
from monitor.addresses import read_addresses
from monitor.channels import open_channels
from monitor.checkup import Checkup
from monitor.config import Alert
from monitor.daemon import look_at_health
from monitor.mentions import Mentions
from monitor.outbox import dispatch
from monitor.sentences import OUTCOMES
from monitor.spending import Counted
from monitor.store.database import Database, from_text, open_store, to_text, writing
from monitor.store.health import load_event, open_troubles, write_event
from monitor.store.symptoms import newest_items
from monitor.troubles import HealthEvent
from monitor.worker import Answer
from tests.monitor.receivers import Answer as Said
from tests.monitor.receivers import Hook
from tests.monitor.shelf import START, FakePortal, House, Item, past

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
HOOK = "http://127.0.0.1:9/health"
AGENCIES = ("economy", "mfa", "mps", "almaty")
ROOMY = (10**11, 10**12)


def health_rule(name: str = "health", to: Sequence[str] = (HOOK,), **fields: Any) -> Alert:
    return Alert(name=name, to=tuple(to), kinds=("health",), **fields)


class Ward(House):
    """A house at which somebody looks every few minutes, and sends what is owed."""

    def __init__(self, *, alerts: Sequence[Alert] = (health_rule(),), **options: Any) -> None:
        super().__init__(alerts=alerts, **options)
        self.space = ROOMY
        self.sends = True
        self.checkup = Checkup(self.db, self.config, space=lambda: self.space, now=self.now)

    async def pass_time(self, length: timedelta, *, step: timedelta = 5 * MINUTE) -> None:
        end = self.now + length
        while self.now < end:
            await self.live(min(step, end - self.now))
            self.checkup.look(self.now)
            if self.sends:
                self.db.execute("UPDATE deliveries SET state = 'sent' WHERE state = 'owed'")

    def restarted(self, *, after: timedelta) -> "Ward":
        """Another process on the same database, that much later."""
        options: dict[str, Any] = {
            "agencies_followed": self.config.portal.agencies,
            "languages": self.config.portal.languages,
            "alerts": self.config.alerts,
        }
        return Ward(db=self.db, portal=self.portal, now=self.now + after, **options)

    @property
    def told(self) -> list[str]:
        """What was told, in its order; what is over in brackets."""
        rows = self.rows("SELECT key, over FROM health WHERE key <> 'earlier' ORDER BY id")
        return [f"({key})" if is_over else str(key) for key, is_over in rows]

    @property
    def events(self) -> list[HealthEvent]:
        return [
            load_event(self.db, int(str(number)))
            for (number,) in self.rows("SELECT id FROM health ORDER BY id")
        ]

    @property
    def owed(self) -> int:
        [(count,)] = self.rows("SELECT count(*) FROM deliveries WHERE health_id IS NOT NULL")
        return int(str(count))


async def ward(**options: Any) -> Ward:
    """Four agencies in one language, read to the end of their histories."""
    house = Ward(**{"agencies_followed": AGENCIES, **options})
    for number, agency in enumerate(house.config.portal.agencies):
        for place, lang in enumerate(house.config.portal.languages):
            items = past(20, first_id=1000 * (number + 1) + 100 * place, lang=lang)
            house.portal.show(agency, lang, *items)
    await house.pass_time(2 * HOUR)
    assert house.told == []
    return house


def breaks(house: House, agency: str, answer: Callable[[Order, Answer], Answer]) -> None:
    """The answers for one agency pass through `answer` from now on."""

    async def read(order: Order) -> Answer:
        found = await FakePortal.read(house.portal, order)
        return answer(order, found) if order.agency == agency else found

    house.portal.read = read  # type: ignore[method-assign]


def mend(house: House) -> None:
    del house.portal.read


def broken(order: Order, _: Answer) -> Answer:
    return Answer((), Report(order.id, "broken", reason="no JSON"))


def nothing(order: Order, _: Answer) -> Answer:
    return Answer((), Report(order.id, "empty"))


def fresh(house: House, agency: str, number: int, lang: str = "ru") -> None:
    house.portal.show(agency, lang, Item(number, "Жаңа хабар", "Ғылым мен өндіріс.", house.now - 5 * MINUTE))


@pytest.mark.parametrize("outcome", ["refused", "broken"])
async def test_a_portal_that_fails_for_hours_is_one_message_and_one_when_it_is_back(
    outcome: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "jarshy.health")
    house = await ward()
    house.portal.fault = Report(0, outcome, reason="no answer")
    await house.pass_time(9 * HOUR)
    assert house.told == ["portal"]
    for number, agency in enumerate(AGENCIES):
        fresh(house, agency, 9000 + number)
    house.portal.fault = None
    await house.pass_time(12 * HOUR)
    assert house.told == ["portal", "(portal)"]
    begun, ended = house.events
    assert begun.detail["outcome"] == outcome
    assert begun.detail["listings"] == len(AGENCIES)
    assert HOUR <= begun.at - START - 2 * HOUR < 3 * HOUR
    assert 9 * HOUR <= timedelta(seconds=ended.detail["lasted"]) <= 15 * HOUR
    assert ended.detail["made_up"] == {"published": 4}
    assert house.owed == 2
    said = [(one.levelname, one.getMessage()) for one in caplog.records if one.name == "jarshy.health"]
    assert [level for level, _ in said] == ["WARNING", "INFO"]
    [(first,)] = house.rows("SELECT min(started_at) FROM crawls WHERE outcome = ?", outcome)
    since = from_text(str(first)).astimezone(ZoneInfo("Asia/Almaty"))
    assert (
        f"{OUTCOMES[outcome]}; listings concerned: 4; reason: no answer; since: {since:%Y-%m-%d %H:%M} UTC+5"
        in said[0][1]
    )
    assert re.search(
        r"can be read again; it lasted: 1\d hours( \d+ minutes?)?; found in that time: published 4",
        said[1][1],
    )


async def test_a_portal_that_comes_and_goes_is_no_message() -> None:
    house = await ward()
    for _ in range(8):
        house.portal.fault = Report(0, "overloaded", retry_after=120.0)
        await house.pass_time(20 * MINUTE)
        house.portal.fault = None
        await house.pass_time(20 * MINUTE)
    assert house.told == []


@pytest.mark.parametrize("begins", [0, 20, 40])
async def test_a_portal_that_is_down_for_most_of_an_hour_at_night_is_no_message(begins: int) -> None:
    house = await ward()
    await house.pass_time(begins * MINUTE)
    house.portal.fault = Report(0, "unreachable")
    await house.pass_time(50 * MINUTE)
    house.portal.fault = None
    await house.pass_time(90 * MINUTE, step=MINUTE)
    assert house.told == []


async def test_a_portal_that_stumbles_as_it_comes_back_is_told_once() -> None:
    house = await ward(longest=10 * MINUTE)
    house.portal.fault = Report(0, "refused")
    await house.pass_time(3 * HOUR)
    for _ in range(6):
        house.portal.fault = None
        await house.pass_time(10 * MINUTE)
        house.portal.fault = Report(0, "refused")
        await house.pass_time(20 * MINUTE)
    assert house.told == ["portal"]
    house.portal.fault = None
    await house.pass_time(2 * HOUR)
    assert house.told == ["portal", "(portal)"]


@pytest.mark.parametrize(("answer", "outcome"), [(broken, "broken"), (nothing, "shrunken")])
async def test_a_listing_that_is_not_read_for_days_is_one_message(
    answer: Callable[[Order, Answer], Answer], outcome: str
) -> None:
    house = await ward()
    breaks(house, "mfa", answer)
    failed_at = house.now
    await house.pass_time(DAY, step=10 * MINUTE)
    assert house.told == ["listing mfa/ru"]
    mend(house)
    fresh(house, "mfa", 9000)
    fresh(house, "economy", 9001)
    await house.pass_time(12 * HOUR)
    assert house.told == ["listing mfa/ru", "(listing mfa/ru)"]
    begun, ended = house.events
    assert (begun.agency, begun.lang, begun.detail["outcome"]) == ("mfa", "ru", outcome)
    assert 3 * HOUR <= begun.at - failed_at <= 4 * HOUR + 5 * MINUTE
    assert ended.detail["made_up"] == {"published": 1}


async def test_a_listing_that_lacks_half_of_what_it_had_is_told_until_it_is_believed() -> None:
    house = await ward(agencies_followed=("economy", "mfa"))
    for number in range(2001, 2012):
        house.portal.hide(number)
    await house.pass_time(20 * HOUR, step=10 * MINUTE)
    assert house.told == ["listing mfa/ru"]
    assert house.events[0].detail["outcome"] == "shrunken"
    assert house.news == []
    await house.pass_time(20 * HOUR, step=10 * MINUTE)
    assert {change.kind for change in house.news} == {"removed"}
    assert house.told == ["listing mfa/ru", "(listing mfa/ru)"]
    assert house.events[1].detail["made_up"] == {"removed": 11}


async def test_a_listing_that_stumbles_is_no_message() -> None:
    house = await ward()
    for _ in range(5):
        breaks(house, "mfa", broken)
        await house.pass_time(90 * MINUTE)
        mend(house)
        await house.pass_time(90 * MINUTE)
    assert house.told == []


async def test_most_listings_that_fail_alike_are_the_portals_trouble() -> None:
    house = await ward(agencies_followed=(*AGENCIES, "enbek"))

    async def read(order: Order) -> Answer:
        found = await FakePortal.read(house.portal, order)
        return found if order.agency == "mfa" else broken(order, found)

    house.portal.read = read  # type: ignore[method-assign]
    began = house.now
    await house.pass_time(DAY)
    assert house.told == ["portal"]
    mend(house)
    await house.pass_time(DAY)
    assert house.told == ["portal", "(portal)"]
    ended = house.events[1]
    assert ended.at - began - HOUR <= timedelta(seconds=ended.detail["lasted"]) <= ended.at - began


async def test_a_language_that_is_gone_is_one_message_and_not_one_for_each_agency() -> None:
    house = await ward(languages=("kk", "ru", "en"))

    async def read(order: Order) -> Answer:
        found = await FakePortal.read(house.portal, order)
        return broken(order, found) if order.lang == "en" else found

    house.portal.read = read  # type: ignore[method-assign]
    await house.pass_time(10 * HOUR, step=10 * MINUTE)
    assert house.told == ["listing */en"]
    mend(house)
    fresh(house, "mfa", 9000, lang="en")
    await house.pass_time(12 * HOUR, step=10 * MINUTE)
    assert house.told == ["listing */en", "(listing */en)"]
    assert house.events[1].detail["made_up"] == {"published": 1}


async def test_what_remains_when_the_portal_is_back_is_told_then() -> None:
    house = await ward()
    house.portal.fault = Report(0, "unreachable")
    await house.pass_time(5 * HOUR)
    breaks(house, "mps", broken)
    house.portal.fault = None
    await house.pass_time(DAY)
    assert house.told == ["portal", "(portal)", "listing mps/ru"]


async def test_a_week_in_which_we_did_not_run_is_nobodys_trouble() -> None:
    house = await ward()
    house.portal.fault = Report(0, "unreachable")
    await house.pass_time(10 * MINUTE)
    later = house.restarted(after=timedelta(days=7))
    await later.pass_time(25 * MINUTE)
    later.portal.fault = None
    await later.pass_time(DAY)
    assert later.told == []


async def test_a_restart_neither_repeats_nor_forgets_a_trouble() -> None:
    house = await ward()
    breaks(house, "mfa", broken)
    await house.pass_time(5 * HOUR)
    later = house.restarted(after=2 * HOUR)
    await later.pass_time(8 * HOUR)
    assert later.told == ["listing mfa/ru"]
    mend(later)
    await later.pass_time(12 * HOUR)
    assert later.told == ["listing mfa/ru", "(listing mfa/ru)"]


async def test_a_machine_that_slept_finds_nothing_wrong() -> None:
    house = await ward()
    house.now += timedelta(days=9)
    await house.pass_time(4 * HOUR)
    assert house.told == []


@pytest.mark.parametrize("jump", [HOUR, -HOUR, DAY, -DAY, timedelta(days=3650)], ids=str)
async def test_a_clock_that_jumps_to_and_fro_finds_nothing_wrong(jump: timedelta) -> None:
    house = await ward(agencies_followed=("economy",))
    for length in (jump, -jump):
        house.now += length
        await house.pass_time(2 * HOUR, step=10 * MINUTE)
    assert house.told == []


async def test_what_nobody_follows_any_more_is_closed_and_told_to_nobody() -> None:
    house = await ward()
    breaks(house, "mfa", broken)
    await house.pass_time(5 * HOUR)
    assert house.owed == 1
    fewer = Ward(db=house.db, portal=house.portal, now=house.now, agencies_followed=("economy",))
    await fewer.pass_time(5 * MINUTE)
    assert fewer.told == ["listing mfa/ru", "(listing mfa/ru)"]
    assert fewer.owed == 1
    assert open_troubles(fewer.db) == []


def working_days(count: int, *, first_id: int = 100, until: datetime) -> list[Item]:
    """Two releases on every weekday before that moment."""
    days = [until - timedelta(days=back) for back in range(1, count + 1)]
    moments = [day for day in days[::-1] if day.weekday() < 5]
    return [
        Item(first_id + 2 * number + part, f"Хабар {number}.{part}", "Мәтін.", moment + part * HOUR)
        for number, moment in enumerate(moments)
        for part in (0, 1)
    ]


async def test_an_agency_that_stops_is_told_after_its_own_rhythm_and_again_when_it_speaks() -> None:
    house = Ward(now=datetime(2026, 7, 13, 4, 0, tzinfo=UTC))  # a Monday
    house.portal.show("economy", "ru", *working_days(45, until=house.now))
    await house.pass_time(3 * DAY, step=10 * MINUTE)
    assert house.told == []
    await house.pass_time(1 * DAY, step=10 * MINUTE)
    # It is counted from Monday, when somebody began to watch: Tuesday, Wednesday, Thursday.
    assert house.told == ["silent economy"]
    begun = house.events[0]
    assert begun.at == datetime(2026, 7, 17, 4, 0, tzinfo=UTC), "nine in the morning, and not midnight"
    assert begun.detail["working_days"] == 3
    assert begun.detail["usual_working_days"] == 0
    assert begun.detail["last_at"] == "2026-07-10T05:00:00.000Z"
    fresh(house, "economy", 9000)
    await house.pass_time(4 * HOUR)
    assert house.told == ["silent economy", "(silent economy)"]
    assert house.events[1].detail["made_up"] == {"published": 1}


async def test_the_release_before_a_silence_is_told_with_its_minute_and_not_among_what_came_after() -> None:
    house = Ward(now=datetime(2026, 7, 10, 4, 0, tzinfo=UTC))  # a Friday
    house.portal.show("economy", "ru", *working_days(45, until=house.now))
    await house.pass_time(50 * MINUTE)
    fresh(house, "economy", 9000)
    await house.pass_time(5 * DAY + 23 * HOUR, step=10 * MINUTE)
    assert house.told == []
    await house.pass_time(HOUR)
    assert house.told == ["silent economy"]
    assert house.events[0].detail["last_at"] == "2026-07-10T04:45:00.000Z"
    fresh(house, "economy", 9001)
    await house.pass_time(4 * HOUR)
    assert house.told == ["silent economy", "(silent economy)"]
    assert house.events[1].detail["made_up"] == {"published": 1}


async def test_no_silence_is_over_because_nobody_watched_for_a_while() -> None:
    house = Ward(now=datetime(2026, 7, 13, 4, 0, tzinfo=UTC))
    house.portal.show("economy", "ru", *working_days(45, until=house.now))
    await house.pass_time(4 * DAY, step=10 * MINUTE)
    assert house.told == ["silent economy"]
    for jump in (2 * HOUR, -2 * DAY, 30 * DAY):  # asleep, back, forward
        house.now += jump
        await house.pass_time(90 * MINUTE)
        assert house.told == ["silent economy"]
    fresh(house, "economy", 9000)
    await house.pass_time(4 * HOUR)
    assert house.told == ["silent economy", "(silent economy)"]


async def test_nobody_can_tell_that_an_agency_is_silent_whose_listing_is_not_read() -> None:
    house = Ward(now=datetime(2026, 7, 13, 4, 0, tzinfo=UTC))
    house.portal.show("economy", "ru", *working_days(45, until=house.now))
    await house.pass_time(DAY)
    breaks(house, "economy", broken)
    await house.pass_time(5 * DAY, step=10 * MINUTE)
    assert house.told == ["listing economy/ru"]


async def test_a_silence_is_told_too_where_a_small_budget_has_a_listing_read_once_a_night(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = Ward(now=datetime(2026, 7, 12, 22, 0, tzinfo=UTC))  # three o'clock on Monday morning
    first.portal.show("economy", "ru", *working_days(45, until=first.now - 18 * HOUR))
    await first.pass_time(HOUR)
    began = first.now
    house = Ward(db=first.db, portal=first.portal, now=began, per_day=1)

    def read() -> list[datetime]:
        rows = house.rows("SELECT started_at FROM crawls WHERE started_at >= ?", to_text(began))
        return [from_text(str(at)) for (at,) in rows]

    def counted(_database: Path) -> Counted:
        ages = Counter(int((house.now - at) / (15 * MINUTE)) for at in read())
        return Counted(tuple(ages[ago] for ago in range(97)), 15 * MINUTE)

    monkeypatch.setattr(outlook, "counted", counted)
    await house.pass_time(5 * DAY, step=10 * MINUTE)
    assert all(at.hour in (22, 23, 0, 1) for at in read()), "long before nine in the morning"
    assert house.told == ["silent economy"]


def burst(
    house: Ward, agency: str, count: int, *, first_id: int = 9000, langs: Sequence[str] = ("ru",)
) -> None:
    """So many releases, the last of them now, a minute apart."""
    for lang in langs:
        items = [
            Item(first_id + number, f"Жаңа хабар {number}", "Мәтін.", house.now - (count - number) * MINUTE)
            for number in range(count)
        ]
        house.portal.show(agency, lang, *items)


async def test_an_agency_that_floods_is_told_once_and_over_when_a_day_has_passed_without() -> None:
    house = Ward(now=datetime(2026, 7, 14, 4, 0, tzinfo=UTC), languages=("ru", "kk"))
    for lang in ("ru", "kk"):
        house.portal.show("economy", lang, *working_days(45, until=house.now))
    await house.pass_time(DAY + HOUR, step=10 * MINUTE)
    burst(house, "economy", 25, langs=("ru", "kk"))
    await house.pass_time(2 * HOUR)
    assert house.told == ["flood economy"]
    detail = house.events[0].detail
    assert (detail["releases"], detail["most"]) == (25, 2), "each is counted once, whatever its languages"
    assert detail["since"] == "2026-07-15T04:35:00.000Z"
    assert detail["once_in_years"] == 100
    await house.pass_time(DAY + 20 * HOUR, step=10 * MINUTE)
    assert house.told == ["flood economy"]
    await house.pass_time(5 * HOUR, step=10 * MINUTE)
    assert house.told == ["flood economy", "(flood economy)"]
    assert house.events[1].detail["made_up"]["published"] == 25


async def test_what_was_there_when_somebody_began_to_watch_is_no_flood() -> None:
    house = Ward(now=datetime(2026, 7, 14, 4, 0, tzinfo=UTC))
    house.portal.show("economy", "ru", *working_days(45, until=house.now))
    burst(house, "economy", 25)
    await house.pass_time(DAY, step=10 * MINUTE)
    assert house.told == []


@pytest.mark.parametrize("dated", ["over days", "long ago"])
async def test_what_comes_at_once_and_was_published_before_is_no_flood(dated: str) -> None:
    house = Ward(now=datetime(2026, 7, 14, 4, 0, tzinfo=UTC))
    house.portal.show("economy", "ru", *working_days(45, until=house.now))
    await house.pass_time(DAY + HOUR, step=10 * MINUTE)
    back = 4 * HOUR if dated == "over days" else 40 * HOUR
    items = [Item(9000 + n, f"Жаңа хабар {n}", "Мәтін.", house.now - (25 - n) * back) for n in range(25)]
    house.portal.show("economy", "ru", *items)
    await house.pass_time(3 * HOUR)
    [(count,)] = house.rows("SELECT count(*) FROM releases WHERE CAST(source_id AS INTEGER) >= 9000")
    assert count == 25
    assert house.told == []


async def test_items_that_lack_what_they_used_to_carry_are_told_once() -> None:
    house = await ward(agencies_followed=("economy",))
    house.portal.show("economy", "ru", *working_days(90, first_id=20000, until=START))
    await house.pass_time(2 * HOUR)
    assert house.told == []
    bare = [Item(30000 + number, f"Хабар {number}", "", house.now + number * MINUTE) for number in range(20)]
    house.portal.show("economy", "ru", *bare)
    await house.pass_time(4 * HOUR)
    assert house.told == ["fields economy/ru text"]
    detail = house.events[0].detail
    assert (detail["field"], detail["before"], detail["now"]) == ("text", 1.0, 0.0)
    full = [
        replace(item, source_id=40000 + n, text="Мәтін.", published_at=house.now + n * MINUTE)
        for n, item in enumerate(bare)
    ]
    house.portal.show("economy", "ru", *full)
    await house.pass_time(4 * HOUR)
    assert house.told == ["fields economy/ru text", "(fields economy/ru text)"]


async def test_what_cannot_be_read_counts_as_an_item_that_lacks_it() -> None:
    house = await ward(agencies_followed=("economy",))
    for number in range(4):
        fresh(house, "economy", 9000 + number)
    house.portal.misfits = frozenset({9001, 9003})
    house.portal.show("economy", "ru", Item(9004, "Хабар", "", house.now))
    watched_since = house.now
    await house.pass_time(HOUR)
    items, news = newest_items(house.db, "economy", "ru", watched_since=watched_since)
    assert (len(items), news) == (25, 5)
    assert [item.get("date") for item in items[:5]].count(False) == 2
    assert [item.get("text") for item in items[:5]].count(False) == 1
    assert items[5] == {
        "title": True,
        "date": True,
        "body": True,
        "text": True,
        "image": False,
        "attachment": False,
    }


async def test_the_disk_is_nearly_full_and_has_room_again() -> None:
    house = await ward(agencies_followed=("economy",))
    house.space = (10**8, 10**11)
    await house.pass_time(4 * MINUTE, step=MINUTE)
    house.space = ROOMY
    await house.pass_time(MINUTE)
    house.space = (10**8, 10**11)
    await house.pass_time(5 * MINUTE, step=MINUTE)
    assert house.told == []
    await house.pass_time(DAY)
    assert house.told == ["disk"]
    assert house.events[0].detail == {"free": 10**8, "total": 10**11}
    house.space = ROOMY
    await house.pass_time(20 * MINUTE)
    assert house.told == ["disk", "(disk)"]


def owe_one(
    db: Database, address: str, number: int, *, state: str = "owed", sent_at: str | None = None
) -> None:
    """A message about some earlier trouble that is owed to a program's address."""
    with writing(db):
        earlier = write_event(
            db, key="earlier", kind="disk", is_over=True, agency=None, lang=None, detail={}, now=START
        )
        [receiver] = read_addresses(address)
        db.execute(
            "INSERT INTO deliveries (health_id, rules, address_key, address_shown, message_id, told_as, weight, "
            "form, booked_at, state, sent_at) VALUES (?, '[]', ?, ?, ?, 'health', 'major', 'health', ?, ?, ?)",
            [
                earlier.id,
                receiver.key,
                receiver.shown,
                f"m{number}",
                "2026-07-13T04:00:00.000Z",
                state,
                sent_at,
            ],
        )


@dataclass(frozen=True)
class Sent:
    """A message, as the dispatcher has it."""

    id: str
    address_key: str
    address_shown: str


def give_up(house: Ward, address: str) -> None:
    [receiver] = read_addresses(address)
    with writing(house.db):
        [(message_id,)] = house.rows(
            "SELECT message_id FROM deliveries WHERE address_key = ? AND state = 'owed' ORDER BY id LIMIT 1",
            receiver.key,
        )
        house.db.execute(
            "UPDATE deliveries SET state = 'failed', error = '410 Gone' WHERE message_id = ?", [message_id]
        )
        house.checkup.gave_up(house.db, Sent(str(message_id), receiver.key, receiver.shown), house.now)


DEAD, ALIVE = "http://127.0.0.1:9/dead", "http://127.0.0.1:9/alive"


async def test_an_address_that_takes_nothing_is_told_to_the_others_once() -> None:
    house = Ward(alerts=[health_rule(to=(DEAD, ALIVE)), health_rule("second", to=(ALIVE,))])
    [dead], [alive] = read_addresses(DEAD), read_addresses(ALIVE)
    for number in (901, 902):
        owe_one(house.db, DEAD, number)
        give_up(house, DEAD)
    key = f"delivery {dead.key}"
    assert house.told == [key]
    [event] = open_troubles(house.db)
    assert (event.detail["address_shown"], event.detail["error"]) == (dead.shown, "410 Gone")
    assert house.rows("SELECT address_key, rules, form FROM deliveries WHERE health_id = ?", event.id) == [
        (alive.key, '["health", "second"]', "health")
    ]
    await house.pass_time(2 * HOUR)
    assert open_troubles(house.db) == [event]
    owe_one(house.db, DEAD, 910, state="sent", sent_at="2026-07-13T06:30:00.000Z")
    house.now = datetime(2026, 7, 13, 6, 31, tzinfo=UTC)
    house.checkup.look(house.now)
    house.checkup.look(house.now)
    assert open_troubles(house.db) == [event]
    await house.pass_time(HOUR)
    assert open_troubles(house.db) == []
    ended = house.events[-1]
    assert (ended.key, ended.detail["count"]) == (key, 2)
    assert house.rows("SELECT address_key FROM deliveries WHERE health_id = ?", ended.id) == [(alive.key,)]


async def test_two_dead_addresses_tell_each_other_and_nobody_else_for_ever() -> None:
    house = Ward(alerts=[health_rule(to=(DEAD, ALIVE))])
    owe_one(house.db, DEAD, 901)
    for address in (DEAD, ALIVE, DEAD):
        give_up(house, address)
    assert len(open_troubles(house.db)) == 2
    assert house.rows("SELECT count(*) FROM deliveries WHERE state = 'owed'") == [(0,)]


async def test_a_message_that_nobody_attempts_is_told() -> None:
    house = Ward()
    house.sends = False
    owe_one(house.db, HOOK, 901)
    await house.pass_time(15 * MINUTE, step=MINUTE)
    assert house.told == []
    await house.pass_time(2 * MINUTE, step=MINUTE)
    assert house.told == ["stuck"]
    [event] = open_troubles(house.db)
    assert event.detail["owed"] == 1
    house.db.execute("UPDATE deliveries SET state = 'sent'")
    await house.pass_time(25 * MINUTE)
    assert open_troubles(house.db) == []


async def test_what_waits_for_a_person_in_no_message_longer_than_any_rule_asks_is_told() -> None:
    mail = "mailto://mail.example.kz?from=a@b&to={}@d"
    house = await ward(
        alerts=[
            Alert(name="at once", to=(mail.format("now"),)),
            Alert(name="weekly", to=(mail.format("weekly"),), digest="weekly mon 09:00"),
        ]
    )
    house.sends = False
    fresh(house, "economy", 9000)
    await house.pass_time(90 * MINUTE)
    assert len(house.news) == 1
    noticed = house.news[0].at
    [event] = open_troubles(house.db)
    # Four minutes for another copy, ten for a burst, fifteen in which nobody did anything.
    assert timedelta(minutes=29) <= event.at - noticed <= timedelta(minutes=39)
    assert (event.key, event.detail["owed"]) == ("stuck", 1)
    house.db.execute("UPDATE deliveries SET state = 'sent' WHERE rules = '[\"at once\"]'")
    await house.pass_time(DAY)
    assert house.told == ["stuck", "(stuck)"]


async def test_a_message_that_is_attempted_again_and_again_is_not_stuck() -> None:
    house = Ward()
    house.sends = False
    owe_one(house.db, HOOK, 901)
    for _ in range(4):
        await house.pass_time(14 * MINUTE, step=MINUTE)
        house.db.execute("UPDATE deliveries SET attempts = attempts + 1")
    assert house.told == []


def test_a_database_without_anything_is_no_trouble() -> None:
    house = Ward(db=open_store(":memory:"))
    assert house.checkup.look(house.now) is False
    assert house.told == []


def test_a_look_that_trips_us_up_is_said_and_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    house, owed = Ward(), asyncio.Event()
    house.space = (0, 0)
    house.checkup = Checkup(house.db, house.config, space=lambda: (1 // house.space[0], 1), now=house.now)
    mentions = Mentions()
    look_at_health(house.checkup, owed, house.now, mentions)
    assert "a fault of Jarshy itself" in caplog.text
    house.db.execute("DROP TABLE health")
    for minute in range(59):
        look_at_health(house.checkup, owed, house.now + minute * MINUTE, mentions)
    assert caplog.text.count("are judged at the next look") == 1
    assert not owed.is_set()


async def test_a_look_that_finds_something_wakes_whoever_sends() -> None:
    house, owed = Ward(), asyncio.Event()
    house.space = (1, 10**11)
    for minute in range(7):
        assert not owed.is_set() or minute > 5
        look_at_health(house.checkup, owed, house.now + minute * MINUTE, Mentions())
    assert owed.is_set()


async def test_what_is_wrong_reaches_its_receivers_and_one_that_is_gone_is_told_to_the_other() -> None:
    async with Hook() as good, Hook() as bad:
        bad.always(Said(410))
        house = Ward(alerts=[health_rule(to=(good.url(), bad.url()))])
        house.sends, house.space = False, (10**8, 10**11)
        await house.pass_time(10 * MINUTE, step=MINUTE)
        assert house.told == ["disk"]
        async with open_channels({"webhook"}, now=lambda: house.now) as channels:
            for _ in range(2):
                await dispatch(
                    house.db, house.config, channels, now=lambda: house.now, on_gave_up=house.checkup.gave_up
                )
        assert [told.json["health"]["kind"] for told in good.taken] == ["disk", "delivery"]
        assert "410" in good.taken[1].json["health"]["detail"]["error"]
        assert house.rows("SELECT count(*) FROM deliveries WHERE state = 'failed'") == [(1,)]


async def test_an_address_that_does_not_let_us_in_is_told_at_once_and_gets_all_when_it_does() -> None:
    async with Hook() as good, Hook() as shut:
        shut.always(Said(401))
        house = Ward(alerts=[health_rule(to=(good.url(), shut.url()))])
        house.sends, house.space = False, (10**8, 10**11)
        await house.pass_time(10 * MINUTE, step=MINUTE)

        async def send() -> None:
            async with open_channels({"webhook"}, now=lambda: house.now) as channels:
                for _ in range(2):
                    await dispatch(
                        house.db, house.config, channels, now=lambda: house.now, on_gave_up=house.checkup.gave_up
                    )  # fmt: skip

        for _ in range(3):
            await send()
            house.now += 15 * MINUTE
            house.checkup.look(house.now)
        assert [told.json["health"]["kind"] for told in good.taken] == ["disk", "delivery"]
        assert good.taken[1].json["health"]["detail"]["count"] == 0
        assert house.rows("SELECT state, attempts FROM deliveries WHERE sent_at IS NULL") == [("owed", 0)]
        shut.always(Said())
        await send()
        assert [told.json["health"]["kind"] for told in shut.taken] == ["disk"]
        await house.pass_time(65 * MINUTE)
        assert house.told[1:] == [house.told[1], f"({house.told[1]})"]
