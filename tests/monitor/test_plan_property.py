"""Whatever happens: the budget holds in any window, every listing is read in time, a restart changes neither.

A watchman stands for the daemon. `JARSHY_LONG_PROPERTIES=1` tries twenty times as many lives.
"""

import os
import random
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from monitor.allowance import Bounds
from monitor.habits import Habits
from monitor.hours import CELLS
from monitor.plan import News, Plan
from monitor.quiet import Quiet
from monitor.rhythm import Key, Rates, learn
from tests.monitor.watchman import ALMATY, DAY, START, Answer, Watchman

MORE = 20 if os.environ.get("JARSHY_LONG_PROPERTIES") else 1
MINUTE, HOUR = 60.0, 3600.0
LANGS = ("kk", "ru", "en")
NIGHT = Quiet(time(23), time(7), "Asia/Almaty")
OFFICE = learn({}, {}) or tuple(
    3.0 if day < 5 and 9 <= hour < 18 else 0.3 if 7 <= hour < 21 else 0.02
    for day in range(7)
    for hour in range(24)
)
LEVELS = (0.0, 0.001, 0.05, 0.4, 1.0, 3.0, 40.0)


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def listings(number: int, dice: random.Random) -> dict[Key, Rates]:
    """So many, three languages to an agency, as unlike as they are."""
    return {
        (f"a{each // 3}", LANGS[each % 3]): tuple(dice.choice(LEVELS) * rate for rate in OFFICE)
        for each in range(number)
    }


def portal(dice: random.Random, *, pages: bool) -> Any:
    """One reading in ten shows something new, and of those every other takes further pages."""

    def read(key: Key, now: datetime) -> Answer:
        if dice.random() > 0.1:
            return Answer(1, 0.4)
        dated = now - seconds(dice.choice((0, 300, 7200, 200_000)))
        langs = frozenset({key[1], dice.choice(LANGS)})
        news = News(key[0], dice.choice((dated, None)), langs)
        return Answer(dice.choice((1, 1, 2, 4)) if pages else 1, dice.choice((0.4, 3.0)), (news,))

    return read


class Life(RuleBasedStateMachine):
    """A budget that reaches, and all that comes between."""

    @initialize(
        number=st.integers(1, 7),
        longest=st.sampled_from([HOUR, 2 * HOUR]),
        shortest=st.sampled_from([2 * MINUTE, 10 * MINUTE]),
        share=st.sampled_from([1.5, 2.0, 4.0, None]),
        quiet=st.sampled_from([None, None, NIGHT]),
        buckets=st.booleans(),
        seed=st.integers(0, 2**32),
    )
    def begin(
        self,
        number: int,
        longest: float,
        shortest: float,
        share: float | None,
        quiet: Quiet | None,
        buckets: bool,
        seed: int,
    ) -> None:
        self.dice = random.Random(seed)
        deadlines = number * DAY / longest
        self.per_day = None if share is None else int(deadlines * share) + 40
        bounds = Bounds(seconds(shortest), seconds(longest), seconds(2), self.per_day, quiet)
        self.man = Watchman(
            bounds, listings(number, self.dice), portal(self.dice, pages=True), buckets=buckets
        )
        self.longest, self.shortest, self.number = longest, shortest, number
        self.man.live(MINUTE)

    @rule(hours=st.floats(0.05, 9))
    def live(self, hours: float) -> None:
        self.man.live(hours * HOUR)

    @rule()
    def restart(self) -> None:
        self.man.restart()
        for told, news in self.man.told[-20:]:
            self.man.plan.news([news], now=told)

    @rule()
    def learn(self) -> None:
        self.man.follow(
            {key: tuple(self.dice.choice(LEVELS) * rate for rate in OFFICE) for key in self.man.rates}
        )

    @rule(requests=st.integers(1, 5))
    def audit(self, requests: int) -> None:
        self.man.audit(requests)

    @rule(minutes=st.floats(1, 200))
    def pause(self, minutes: float) -> None:
        self.man.paused_until = self.man.now + minutes * MINUTE

    @rule(which=st.integers(0, 6), minutes=st.floats(0.1, 20))
    def hold(self, which: int, minutes: float) -> None:
        keys = sorted(self.man.rates)
        self.man.hold(keys[which % len(keys)], minutes * MINUTE)

    @rule(which=st.integers(0, 6), minutes=st.floats(0, 300))
    def doubt(self, which: int, minutes: float) -> None:
        key = sorted(self.man.rates)[which % len(self.man.rates)]
        self.man.plan.confirm(key, self.man.moment + minutes * seconds(MINUTE), now=self.man.moment)

    @precondition(lambda self: hasattr(self, "man"))
    @invariant()
    def the_budget_holds(self) -> None:
        assert self.man.refused == 0
        assert self.man.most(MINUTE) <= 30
        if self.per_day is not None:
            assert self.man.most(DAY) <= self.per_day

    def teardown(self) -> None:
        if not hasattr(self, "man"):
            return
        assert self.man.plan.longest == self.man.bounds.longest
        assert min(self.man.gaps(), default=DAY) >= self.shortest - 1e-3
        # A reading in hand is not broken off for another; after a rest all are read, one after another.
        assert self.man.late(longest=self.longest) <= self.number * 14 + 70


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=12 * MORE, stateful_step_count=12)


@settings(max_examples=3 * MORE)
@given(
    number=st.integers(1, 6),
    share=st.floats(0.15, 0.9),
    longest=st.sampled_from([HOUR, 3 * HOUR]),
    seed=st.integers(0, 2**32),
    buckets=st.booleans(),
)
def test_a_budget_that_does_not_reach_stretches_all_intervals_alike(
    number: int, share: float, longest: float, seed: int, buckets: bool
) -> None:
    per_day = max(4, int(number * DAY / longest * share))
    dice = random.Random(seed)
    bounds = Bounds(seconds(120), seconds(longest), seconds(2), per_day)
    man = Watchman(bounds, listings(number, dice), portal(dice, pages=False), buckets=buckets)
    man.live(DAY)
    first = man.now
    for _ in range(2):
        man.live(dice.uniform(0.2, 1.8) * DAY)
        if dice.random() < 0.5:
            man.restart()
    assert man.refused == 0
    assert man.most(DAY) <= per_day
    counts = [sum(at >= first for at in man.readings[key]) for key in man.rates]
    assert max(counts) - min(counts) <= 2 + max(counts) // 10
    # What could be asked is asked, but for what is kept back.
    assert len(man.requests) >= (man.now - START.timestamp()) / DAY * per_day * 0.6 - number


@settings(max_examples=4 * MORE)
@given(
    number=st.integers(1, 6),
    jumps=st.lists(st.sampled_from([-DAY, -3 * HOUR, -600.0, -1.0, 1.0, 600.0, 3 * HOUR, DAY]), max_size=5),
    seed=st.integers(0, 2**32),
    share=st.sampled_from([2.0, 4.0, None]),
)
def test_a_clock_that_jumps_ends_in_one_orderly_catching_up(
    number: int, jumps: list[float], seed: int, share: float | None
) -> None:
    """The ledger goes by the time that passed; to the plan an hour that the clock skips is one that passed."""
    per_day = None if share is None else int(number * 24 * share) + 40
    dice = random.Random(seed)
    bounds = Bounds(seconds(120), seconds(HOUR), seconds(2), per_day)
    man = Watchman(bounds, listings(number, dice), portal(dice, pages=True))
    man.live(2 * HOUR)
    for jump in jumps:
        man.skew += jump
        man.plan.clock_was_set(seconds(jump), now=man.moment)  # the daemon notices within a second
        man.live(dice.uniform(0.1, 3) * HOUR)
    assert man.refused == 0
    assert man.most(MINUTE) <= 30
    assert man.late(longest=HOUR) <= number * 14 + 70


def made_anew(man: Watchman) -> Plan:
    """What a daemon that starts now plans, at the price of the one that lived."""
    plan = Plan(ALMATY, man.bounds)
    for key, rates in man.rates.items():
        read_at = datetime.fromtimestamp(man.read_at[key], UTC)
        plan.follow(key, rates, man.habits.get(key, Habits()), read_at=read_at, now=man.moment)
    for told, news in man.told:
        plan.news([news], now=told)
    plan.reprice(man.last_quarters(), now=man.moment)
    plan.price = man.plan.price
    plan._changed(list(man.rates), man.now)
    return plan


@settings(max_examples=4 * MORE)
@given(number=st.integers(1, 9), hours=st.floats(3, 30), seed=st.integers(0, 2**32), alone=st.booleans())
def test_made_anew_the_plan_says_the_same(number: int, hours: float, seed: int, alone: bool) -> None:
    """Of agencies in one language to the second. Where there are more, the plan that lived has taken in every
    reading of the others, the new one only the last of each, for no more is stored: it looks no later, and, as it
    thinks no more to wait than would had nothing been read elsewhere, no sooner than that would have it."""
    dice = random.Random(seed)
    rates = listings(number, dice)
    if alone:
        rates = {(f"{agency}{lang}", lang): each for (agency, lang), each in rates.items()}
    man = Watchman(
        Bounds(seconds(120), seconds(HOUR), seconds(2), number * 60), rates, portal(dice, pages=False)
    )
    man.live(hours * HOUR)
    anew = made_anew(man)
    man.plan._changed(list(rates), man.now)
    for key in rates:
        lived, new = man.plan._due[key], anew._due[key]
        assert new.at <= lived.at + 1
        assert new.at >= man.read_at[key] + 120
        if alone:
            assert new.at == pytest.approx(lived.at, abs=1)
            assert new.ground == lived.ground
            assert new.waiting == pytest.approx(lived.waiting, abs=1e-6)


@pytest.mark.parametrize("rate", [0.0, 1e-12, 1e6])
@pytest.mark.parametrize("number", [0, 1, 40])
@pytest.mark.parametrize(
    ("shortest", "longest", "between", "per_day"),
    [
        (HOUR, HOUR, 2.0, None),
        (HOUR, HOUR, 2.0, 2000),
        (1.0, HOUR, 2.0, 1),
        (120.0, HOUR, 600.0, None),  # the pace is slower than the deadlines of forty
        (120.0, HOUR, 600.0, 100),
        (1.0, 7 * DAY, 2.0, 3),
        (1.0, 60.0, 0.0, None),
    ],
)
def test_extremes_end_in_nothing_but_readings(
    rate: float, number: int, shortest: float, longest: float, between: float, per_day: int | None
) -> None:
    rates = {(f"a{each // 3}", LANGS[each % 3]): (rate,) * CELLS for each in range(number)}
    man = Watchman(Bounds(seconds(shortest), seconds(longest), seconds(between), per_day), rates)
    man.live(1.2 * HOUR if number > 1 else 5 * HOUR)
    assert man.refused == 0
    assert bool(man.requests) == bool(number)
    assert min(man.gaps(), default=DAY) >= shortest - 1e-3
    if per_day is not None:
        assert man.most(DAY) <= per_day
    counts = sorted(len(man.readings.get(key, [])) for key in rates)
    if between == 600.0 and number:
        assert counts[-1] - counts[0] <= (1 if number > 1 else 0)  # in turn
    assert sorted(one.key for one in man.plan.all_planned()) == sorted(rates)


def test_two_thousand_listings_are_read_in_turn_as_far_as_the_budget_goes() -> None:
    dice = random.Random(3)
    rates = listings(2000, dice)
    man = Watchman(Bounds(seconds(120), seconds(DAY), seconds(2), 4000), rates)
    man.read_at = {key: man.now - dice.uniform(0, DAY) for key in rates}
    man.restart()
    man.live(0.25 * HOUR)
    assert man.refused == 0
    assert 0 < len(man.requests) <= 450
    assert min(man.gaps(), default=DAY) >= 120


def test_a_reading_said_to_be_of_tomorrow_puts_nothing_off() -> None:
    man = Watchman(Bounds(seconds(120), seconds(HOUR), seconds(2), 500), listings(3, random.Random(1)))
    man.read_at = dict.fromkeys(man.rates, man.now + DAY)
    man.restart()
    man.live(1.1 * HOUR)
    assert set(man.readings) == set(man.rates)
    assert all(each[0] <= START.timestamp() + HOUR for each in man.readings.values())


def test_a_long_outage_is_caught_up_with_once_the_longest_unread_first() -> None:
    dice = random.Random(5)
    man = Watchman(Bounds(seconds(120), seconds(HOUR), seconds(2), 4000), listings(40, dice))
    man.live(2 * HOUR)
    before = dict(man.read_at)
    man.paused_until = man.now + 5 * HOUR
    man.live(5 * HOUR)
    began = len(man.requests)
    man.live(81.0)
    assert len(man.requests) - began == 40
    first = {key: next(at for at in each if at >= man.paused_until) for key, each in man.readings.items()}
    order = sorted(first, key=lambda key: first[key])
    assert order == sorted(before, key=lambda key: (before[key], key))
    assert all(round(later - earlier, 3) == 2 for earlier, later in pairwise(sorted(first.values())))
