"""Decides which listing is read next, and when. Holds what it was told in memory; no clock, file or database.

What waits at each listing is reckoned in `prospect`, what a request must be worth in `price`. Whoever holds the plan
tells it of every reading and of what came, hands it the rates and the ledger now and then, and asks it for the next
listing. Made anew from what is stored, it says nearly the same: what readings cost is learned again.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from crawler.records import WHOLE
from monitor.allowance import Bounds, budgets, kept_back
from monitor.costs import Costs
from monitor.habits import Habits
from monitor.hours import HOUR, Hours, hour_of
from monitor.price import DAY, HIGHEST, LOWEST, QUARTER, Budget, Demand, lowest
from monitor.prospect import Due, Ground, Prospect
from monitor.rhythm import Key, Rates

REPRICED_AFTER = timedelta(minutes=15)
_BLOCKED = timedelta(minutes=1)
"""The same where no request is left, so that one is made as soon as it may be."""
_UNBOUND = timedelta(hours=1)
"""The same where nobody says how many requests a day there may be: then only the hours ahead move the price."""
_STRETCHED_MOST = 24.0
"""Where the budget does not reach for `longest`, that is stretched up to so many times."""
_OF_WHOLE = 2.0
"""For the deadlines of the listings of the whole portal there is the budget divided by this."""
COMPANION = 0.7
"""Of the copies of a release, the part that has come when the one that was looked at has: measured on simulated
publishers whose copies come at once or within hours (`benchmarks/looking.py`)."""
COVERED = 0.97
"""Of what a listing shows, the part that the listing of the whole portal has shown before, where that is trusted."""
_SAME_PRICE = 0.02
"""A price that differs by less is no other: every listing's next reading would be reckoned anew for nothing."""
_A_QUARTER = timedelta(seconds=QUARTER)
_LOOKED_AHEAD = round(DAY * HOUR / QUARTER)
"""Quarters of an hour, that under way among them."""
_APART = 0.5
"""Deadlines are kept this far apart at least, in parts of what they would be apart if they were spread evenly."""
_A_DAY = timedelta(days=1)
_HURRY = 1.0
"""Seconds that a reading takes at least, beside the pace."""


@dataclass(frozen=True, slots=True)
class News:
    """A release that was just seen for the first time in any language."""

    agency: str
    published_at: datetime | None
    langs: frozenset[str]
    """Languages in which it is held by now."""
    seen_at: datetime | None = None
    """None: just now."""


@dataclass(frozen=True, slots=True)
class Planned:
    """The next reading of a listing."""

    key: Key
    at: datetime
    ground: Ground
    waiting: float
    """Releases, copies and edits likely to wait there by then."""
    read_at: datetime


class Plan:
    """The readings to come of the listings that are followed."""

    def __init__(self, hours: Hours, bounds: Bounds) -> None:
        self._hours, self._bounds = hours, bounds
        self._prospects: dict[Key, Prospect] = {}
        self._by_agency: dict[str, list[Key]] = {}
        self._habits: dict[Key, Habits] = {}
        self._covered: set[str] = set()
        """Languages in which the listing of the whole portal is trusted."""
        self._due: dict[Key, Due] = {}
        self._latest: dict[Key, float] | None = None
        self._demand: Demand | None = None
        self.price = HIGHEST
        """Release-seconds that a reading must be worth."""
        self.longest = bounds.longest
        """The most time between two readings; more than the configuration says where the budget does not reach."""
        self._spare = 0.0
        """Requests that may be made before the price is found anew, beside those that deadlines ask for."""
        self._left = float("inf")
        """Requests that may be made before then at all."""
        self._priced_at: float | None = None
        self._took = bounds.between.total_seconds() + _HURRY
        self._costs = Costs()

    def follow(
        self, key: Key, rates: Rates, habits: Habits, *, read_at: datetime | None, now: datetime
    ) -> None:
        """Plans for a listing, or goes on with other rates. `read_at` None: it was never read, and is due."""
        at = now.timestamp()
        self._habits[key] = habits
        self._demand = None
        known = self._prospects.get(key)
        if known is not None:
            known.rates = rates
            return
        never = self._bounds.longest.total_seconds() * _STRETCHED_MOST
        last = at - never if read_at is None else min(read_at.timestamp(), at)
        self._prospects[key] = Prospect(rates, read_at=last)
        self._by_agency.setdefault(key[0], []).append(key)
        akin = sorted((self._prospects[one].read_at, one) for one in self._of(key[0]))
        for _, one in akin:
            prospect = self._prospects[one]
            prospect.begin_anew()
            for moment, other in akin:  # in the order in which they were read
                if moment > prospect.read_at:
                    prospect.elsewhere(self._tells(other), self._hours, at=moment)
        self._changed(self._of(key[0]), at)

    def leave(self, key: Key) -> None:
        """Plans for this listing no more."""
        if self._prospects.pop(key, None) is None:
            return
        self._by_agency[key[0]].remove(key)
        del self._habits[key], self._due[key]
        self._demand = None
        self._latest = None

    def read(self, key: Key, *, at: datetime, now: datetime) -> None:
        """A listing was read, to where it met what was known, by a reading that began at `at`."""
        moment = at.timestamp()
        if key not in self._prospects and key[0] != WHOLE:
            return  # a person asked for it, and nobody knows how much it tells of the others of its agency
        if key in self._prospects:
            if moment < self._prospects[key].read_at:
                return  # another, begun later, has ended before
            self._prospects[key].read(moment)
            self._costs.read(hour_of(now))
        akin = self._akin(key)
        for other in akin:
            if other != key:
                tells = COVERED if key[0] == WHOLE else self._tells(key)
                self._prospects[other].elsewhere(tells, self._hours, at=moment)
        self._changed(akin, now.timestamp())

    def asked(self, key: Key, requests: int, *, took: timedelta, planned: bool, now: datetime) -> None:
        """So many requests were made in so much time; `planned`: for a reading of this listing by itself."""
        one = took.total_seconds() / max(1, requests)
        self._took = max(self._bounds.between.total_seconds(), 0.9 * self._took + 0.1 * one)
        if planned:
            self._costs.asked(hour_of(now), requests)
        self._left -= requests
        self._spare -= requests
        latest = self._latest_starts().get(key)
        if planned and latest is not None and latest <= now.timestamp():
            self._spare += 1  # it was kept back for this deadline

    def news(self, releases: Iterable[News], *, now: datetime) -> None:
        """What was read showed something new: copies are awaited in the other listings of its agency, and edits."""
        at = now.timestamp()
        for release in releases:
            since, seen = self._since(release, now), min(at, (release.seen_at or now).timestamp())
            akin = [*self._of(release.agency), *((WHOLE, lang) for lang in self._covered)]
            for key in self._of(release.agency):
                habits = self._habits[key]
                if key[1] in release.langs:
                    self._prospects[key].edits.add(habits.edited, since=seen, now=at)
                    continue
                if key[1] in self._covered:
                    self._prospects[WHOLE, key[1]].expect_copy(habits.share, since=since, now=at)
                    self._prospects[key].expect_copy(habits.share * (1 - COVERED), since=since, now=at)
                else:
                    self._prospects[key].expect_copy(habits.share, since=since, now=at)
            self._changed(akin, at)

    def confirm(self, key: Key, at: datetime | None, *, now: datetime) -> None:
        """A doubt about this listing may be settled by a reading from `at` on; None: there is none."""
        if (prospect := self._prospects.get(key)) is not None:
            prospect.confirm_at = at.timestamp() if at is not None else None
            self._changed([key], now.timestamp())

    def cover(self, lang: str, *, trusted: bool) -> None:
        """Whether the listing of the whole portal, which is followed, stands in for those of the agencies."""
        if trusted:
            self._covered.add(lang)
        else:
            self._covered.discard(lang)
        self._latest = None

    def reprice(
        self, last_quarters: Sequence[float], *, now: datetime, quarter_left: timedelta = _A_QUARTER
    ) -> None:
        """Finds the price anew; `last_quarters` are the requests in each quarter of an hour that counts against the
        budget of a day: that under way first, which goes on for `quarter_left`; when it ends, the last of them counts
        no more.
        """
        at = now.timestamp()
        hour = hour_of(now)
        left = quarter_left.total_seconds()
        was_ahead = [each for each in self._prospects.values() if each.not_after(at)]
        self._costs.learn(hour, fewest=self._fewest)
        ends = [at, *(at + left + QUARTER * each for each in range(_LOOKED_AHEAD))]
        ahead = [self._ahead(begin, end) for begin, end in pairwise(ends)]
        cells = {cell for cell, _ in ahead}
        planned, forced = budgets(self._bounds, len(self._prospects), last_quarters)
        cost = self._costs.of_deadlines

        def spare(longest: float, budget: Budget) -> float:
            for_deadlines = self._asked_for(longest) * cost
            return budget.spare([for_deadlines * part for _, part in ahead])

        def reaches(longest: float) -> bool:
            return spare(longest, forced) >= 0

        def fits(price: float) -> bool:
            fewest, alike = self._fewest, len(self._prospects) * HOUR / self.longest.total_seconds()
            demand, made, of_one = self._demand_of_all(), self._costs.made_of_one, self._costs.cost
            requests = {
                cell: (fewest + (demand.readings(cell, price) - alike) * made) * of_one for cell in cells
            }
            return planned.spare([requests[cell] * part for cell, part in ahead]) >= 0

        before, anew = (self.price, self.longest), self._demand is None or bool(was_ahead)
        within = self._bounds.longest.total_seconds()
        longest = lowest(reaches, within, within * _STRETCHED_MOST)
        if longest != self.longest.total_seconds():
            self.longest, self._demand = timedelta(seconds=longest), None
        found = lowest(fits, LOWEST, HIGHEST, near=self.price)
        if abs(found - self.price) > _SAME_PRICE * self.price:
            self.price = found
        # What the coming quarters set free is not free yet, and deadlines may lie close together.
        soon = at + 2 * REPRICED_AFTER.total_seconds()
        whole, own_by, whole_by = self._whole, soon - longest, soon - self._longest_of_whole(longest)
        pressed = cost * sum(
            one.read_at <= (whole_by if key in whole else own_by) for key, one in self._prospects.items()
        )
        if self._bounds.per_day is None:  # what is meant on average forbids nothing
            self._left = self._spare = float("inf")
        else:
            self._left = forced.per_day - forced.asked
            self._spare = min(spare(longest, planned), self._left - pressed - kept_back(self._bounds))
        self._costs.planned(hour, self._demand_of_all().readings(ahead[0][0], self.price))
        self._priced_at = at
        if anew or before[1] != self.longest:
            self._changed(self._prospects, at)
        elif before[0] != self.price:
            self._price_changed(at)

    def __contains__(self, key: Key) -> bool:
        return key in self._prospects

    def clock_was_set(self, jump: timedelta, *, now: datetime) -> None:
        """The clock was set by `jump` (below zero: back, and all that is remembered goes back with it)."""
        for prospect in self._prospects.values():
            prospect.move(min(jump, timedelta()).total_seconds())
            if prospect.confirm_at is not None and jump > timedelta():
                prospect.confirm_at += jump.total_seconds()
        self._costs.forget()
        self._priced_at = None
        self._changed(self._prospects, now.timestamp())

    def is_stale(self, now: datetime) -> bool:
        """Whether the price is to be found anew."""
        return self.stale_at(now) <= now

    def stale_at(self, now: datetime) -> datetime:
        """When the price is to be found anew; now, at the latest, where it already is."""
        if self._priced_at is None or self._demand is None or now.timestamp() < self._priced_at:
            return now
        return datetime.fromtimestamp(self._priced_at, UTC) + self._price_stands

    def next(self, free: Collection[Key], now: datetime) -> Planned | datetime | None:
        """The listing to read now, of those that are `free`; else the moment to ask again; None: there is none."""
        at = now.timestamp()
        moments = {key: moment for key, moment in self._moments().items() if key in free}
        if due := [key for key, moment in moments.items() if moment <= at]:
            return self.planned(self.first(due, now=now))
        return datetime.fromtimestamp(min(moments.values()), UTC) if moments else None

    def first(self, due: Collection[Key], *, now: datetime) -> Key:
        """Which of these listings, all of them due, is read first.

        Where a deadline would be missed by waiting, the first of them; else that at which most waiting has gathered.
        """
        at, latest = now.timestamp(), self._latest_starts()
        pressed = [key for key in due if key in latest and latest[key] <= at]
        if pressed:
            return min(pressed, key=lambda key: (self._deadline(key), key))
        return max(due, key=lambda key: (self._due[key].worth(at) if key in self._due else 0.0, key))

    def planned(self, key: Key) -> Planned:
        """The next reading of a listing. Raises KeyError where none is planned."""
        return self._planned(key, self._moment_of(self._latest_starts())(key))

    def all_planned(self) -> list[Planned]:
        """The next reading of every listing, the earliest first."""
        return sorted((self._planned(*each) for each in self._moments().items()), key=lambda one: one.at)

    def _planned(self, key: Key, moment: float) -> Planned:
        due, prospect = self._due[key], self._prospects[key]
        at, quiet = datetime.fromtimestamp(moment, UTC), self._bounds.quiet
        return Planned(
            key,
            (quiet.until(at) if quiet is not None else None) or at,
            "longest" if moment != due.at else due.ground,
            due.waiting,
            datetime.fromtimestamp(prospect.read_at, UTC),
        )

    @property
    def has_room(self) -> bool:
        """Whether more may be asked than what deadlines ask for, before the price is found anew."""
        return min(self._spare, self._left) >= 1

    @property
    def _price_stands(self) -> timedelta:
        """For how long a price is good: where there is no room, requests that are set free are looked for."""
        if self._bounds.per_day is None:
            return _UNBOUND
        stretched = self.longest > self._bounds.longest
        return REPRICED_AFTER if self.has_room or stretched else _BLOCKED

    def _moments(self) -> dict[Key, float]:
        """When each listing is read next, quiet hours apart."""
        latest = self._latest_starts()
        return dict(zip(latest, map(self._moment_of(latest), latest), strict=True))

    def _moment_of(self, latest: Mapping[Key, float]) -> Callable[[Key], float]:
        """Tells of one listing when it is read next, by when each has to be at the latest."""
        if self._left < 1 and self._priced_at is not None:
            again = self._priced_at + self._price_stands.total_seconds()
            return lambda key: max(latest[key], again)
        if not self.has_room:
            return latest.__getitem__
        return lambda key: min(self._due[key].at, latest[key])

    def _latest_starts(self) -> dict[Key, float]:
        """When each listing has to be read at the latest, so that one reading after another keeps all deadlines.

        Reckoned back from the last one. `shortest` stands above them.
        """
        if self._latest is None:
            whole = self._whole
            own = [key for key in self._prospects if key not in whole]
            # Those of the whole portal may be read more often: in one row the others would push them forward.
            self._latest = {**self._in_a_row(whole, beside=0), **self._in_a_row(own, beside=len(whole))}
        return self._latest

    def _in_a_row(self, keys: Sequence[Key], *, beside: int) -> dict[Key, float]:
        """When each of these has to be read at the latest, where so many others may come in between."""
        if not keys:
            return {}
        shortest, longest = self._bounds.shortest.total_seconds(), self._longest_of(keys[0])
        took, step = self._took * (1 + beside), max(self._took, _APART * longest / len(keys))
        latest, start = {}, float("inf")
        for read_at, key in sorted(((self._prospects[key].read_at, key) for key in keys), reverse=True):
            start = min(start - step, read_at + longest - took)
            latest[key] = max(start, read_at + shortest)
        return latest

    def _deadline(self, key: Key) -> float:
        return self._prospects[key].read_at + self._longest_of(key)

    @property
    def _whole(self) -> list[Key]:
        """The listings that bring the news of all agencies."""
        return [(WHOLE, lang) for lang in self._covered if (WHOLE, lang) in self._prospects]

    def _is_whole(self, key: Key) -> bool:
        """Whether it brings the news of all agencies."""
        return key[0] == WHOLE and key[1] in self._covered

    def _changed(self, keys: Iterable[Key], at: float) -> None:
        self._reckon(dict.fromkeys(keys), at)
        self._latest = None

    def _price_changed(self, at: float) -> None:
        self._reckon({key: due for key, due in self._due.items() if not due.stands(self.price)}, at)

    def _reckon(self, known: Mapping[Key, Due | None], at: float) -> None:
        """Finds the next readings of these anew; of each, what was reckoned at another price, if that is all."""
        price, hours, longest = self.price, self._hours, self.longest.total_seconds()
        shortest, of_whole = self._bounds.shortest.total_seconds(), self._longest_of_whole(longest)
        for key, due in known.items():
            self._due[key] = self._prospects[key].due(
                hours,
                price=price,
                shortest=shortest,
                longest=of_whole if self._is_whole(key) else longest,
                now=at,
                known=due,
            )

    def _tells(self, key: Key) -> float:
        """Of what comes to the other listings of its agency, the part that one would have shown."""
        return COMPANION * self._habits[key].share

    def _of(self, agency: str) -> list[Key]:
        return self._by_agency.get(agency, [])

    def _akin(self, key: Key) -> list[Key]:
        if key[0] == WHOLE:
            covers = key[1] in self._covered
            return [other for other in self._prospects if other == key or (covers and other[1] == key[1])]
        return self._of(key[0])

    @staticmethod
    def _since(release: News, now: datetime) -> float:
        """Since when its copies may have come: one that is dated back was not there before it was seen."""
        dated, seen = release.published_at, min(release.seen_at or now, now)
        return (dated if dated is not None and seen - _A_DAY < dated <= seen else seen).timestamp()

    def _ahead(self, begin: float, end: float) -> tuple[int, float]:
        """The cell of what is a quarter of an hour at most, and as what part of an hour it counts."""
        middle = (begin + end) / 2
        quiet = self._bounds.quiet
        is_quiet = quiet is not None and quiet.until(datetime.fromtimestamp(middle, UTC)) is not None
        return self._hours.cell(int(middle // HOUR)), 0.0 if is_quiet else (end - begin) / HOUR

    def _demand_of_all(self) -> Demand:
        if self._demand is None:
            self._demand = Demand(
                [one.rates for one in self._prospects.values()],
                shortest=self._bounds.shortest.total_seconds(),
                longest=self.longest.total_seconds(),
            )
        return self._demand

    @property
    def _fewest(self) -> float:
        """Readings in an hour that deadlines ask for."""
        return self._asked_for(self.longest.total_seconds())

    def _asked_for(self, longest: float) -> float:
        """Readings in an hour, where listings may go unread for `longest` seconds."""
        whole = len(self._whole)
        return HOUR * ((len(self._prospects) - whole) / longest + whole / self._longest_of_whole(longest))

    def _longest_of(self, key: Key) -> float:
        """The most seconds between two readings of this listing."""
        longest = self.longest.total_seconds()
        return self._longest_of_whole(longest) if self._is_whole(key) else longest

    def _longest_of_whole(self, longest: float) -> float:
        """Of a listing that brings the news of all agencies, where theirs may go unread for `longest` seconds.

        It is stretched only where half of the budget does not reach for it: what the agencies' own would show beside
        it is little, and may wait.
        """
        within, per_day = self._bounds.longest.total_seconds(), self._bounds.per_day
        if per_day is None:
            return within
        return min(longest, max(within, _OF_WHOLE * len(self._covered) * DAY * HOUR / per_day))
