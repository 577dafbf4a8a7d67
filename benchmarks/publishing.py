"""Agencies that publish as those of Kazakhstan seem to, hour by hour, from a seed. Pure; only moments are made.

Counted: the agencies are the nineteen that are followed by default, and how their sizes differ is how often releases
copied by hand come from them (almaty 23 times, five of them never). The whole portal gives out 620 to 640 ids a day;
of that these nineteen are assumed to publish ninety releases on a full working day.

Assumed: all else, and it was chosen before any way of looking was tried on it. The hours of a day and the days of a
week are those of offices, other at each agency by a factor of its own for each hour and day, some an hour early or
late, with full Monday mornings. A day is busier or quieter than its rate says (gamma, a spread of four tenths), and
every twelfth release brings others within the hour. One in a hundred is dated back, now and then fifteen at once. A
release comes in Russian or Kazakh first; of its copies four in ten come with it, the others after half an hour or so,
in English after three hours, a few after days. Of the editions one in twenty is edited, most within hours.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from crawler.directory import FOLLOWED
from monitor.hours import CELLS, Hours, hour_of
from monitor.rhythm import Key, Rates

LANGS = ("kk", "ru", "en")
ZONE = ZoneInfo("Asia/Almaty")
_NAMED = {
    "almaty": 23, "ecogeo": 11, "economy": 6, "aqmola": 4, "mfa": 3, "enbek": 2, "abay": 2, "tsm": 2, "karaganda": 2,
    "akimvko": 1, "zhambyl": 1, "bko": 1, "atyrau": 1, "moa": 1,
}  # fmt: skip
SIZES = {
    agency: float(_NAMED.get(agency, 0.5)) for agency in sorted(FOLLOWED, key=lambda a: -_NAMED.get(a, 0))
}
A_DAY = 90.0
"""Releases on a full working day, of all agencies."""
_OF_DAY = (
    0.2, 0.1, 0.05, 0.05, 0.05, 0.1, 0.2, 0.5, 1.5, 4, 7, 8.5, 7.5, 5, 6, 7.5, 8, 8, 6, 3, 1.8, 1.2, 0.8, 0.4,
)  # fmt: skip
_OF_WEEK = (1.15, 1.05, 1.0, 1.0, 0.9, 0.22, 0.12)
_MONDAY_MORNING, _FULLER = (9, 10, 11), 1.25
_BURST, _MORE_IN_BURST, _BURST_APART = 0.08, 2.0, timedelta(minutes=15)
_BUSY = 6.0
"""Shape of the gamma distribution of a day's factor, whose mean is one."""
_DATED_BACK, _BATCH, _IN_BATCH = 0.01, 0.002, 15
_WITH_THE_FIRST = 0.4
_LATER = {"kk": timedelta(minutes=25), "ru": timedelta(minutes=25), "en": timedelta(hours=3)}
_LATER_SPREAD, _LATEST = 1.2, timedelta(days=4)
_EDITED, _EDITED_AFTER = 0.05, timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Publication:
    """An edition that appears at its listing, or is edited there."""

    appears_at: datetime
    agency: str
    lang: str
    release: int
    published_at: datetime
    """What it is dated."""
    edit: bool = False


class World:
    """Nineteen agencies with rates of their own, which they keep."""

    def __init__(self, seed: int, hours: Hours, *, a_day: float = A_DAY) -> None:
        self._hours = hours
        self._seed = seed
        rng = Random(f"{seed} agencies")
        self.releases: dict[str, Rates] = {}
        """Releases an hour of each agency, by cell of the week."""
        self.shares: dict[Key, float] = {}
        """Of an agency's releases, those that come in a language."""
        for agency, size in SIZES.items():
            self.releases[agency] = _rates(rng, a_day * size / sum(SIZES.values()))
            self.shares[agency, "ru"] = rng.uniform(0.9, 1.0)
            self.shares[agency, "kk"] = rng.uniform(0.75, 1.0)
            self.shares[agency, "en"] = rng.choice((0.05, 0.15, 0.3, 0.8))

    @property
    def listings(self) -> list[Key]:
        """Every agency in every language."""
        return list(self.shares)

    def rates(self, key: Key) -> Rates:
        """New editions an hour of a listing."""
        return tuple(rate * self.shares[key] for rate in self.releases[key[0]])

    def publications(self, start: datetime, days: int) -> list[Publication]:
        """All that appears in these days, and is edited, in that order."""
        rng, found, number = Random(f"{self._seed} releases"), list[Publication](), 0
        for agency in SIZES:
            for day in range(days):
                for moment, dated in self._day(rng, agency, start + timedelta(days=day)):
                    number += 1
                    found += self._copies(rng, agency, number, moment, dated)
        edits = _edits(Random(f"{self._seed} edits"), found)
        end = start + timedelta(days=days)
        return sorted(
            (one for one in [*found, *edits] if one.appears_at < end), key=lambda one: one.appears_at
        )

    def _day(self, rng: Random, agency: str, midnight: datetime) -> list[tuple[datetime, datetime]]:
        """When releases appear on a day, and what they are dated."""
        found: list[tuple[datetime, datetime]] = []
        busy = rng.gammavariate(_BUSY, 1 / _BUSY)
        alone = 1 + _BURST * (1 + _MORE_IN_BURST)  # what bursts add is taken from the rate
        for begin in (midnight + timedelta(hours=each) for each in range(24)):
            rate = self.releases[agency][self._hours.cell(hour_of(begin))] * busy / alone
            for _ in range(_poisson(rng, rate)):
                moments = [begin + timedelta(hours=rng.random())]
                if rng.random() < _BURST:
                    apart = 1 / _BURST_APART.total_seconds()
                    others = 1 + _poisson(rng, _MORE_IN_BURST)
                    moments += [moments[0] + timedelta(seconds=rng.expovariate(apart)) for _ in range(others)]
                for moment in moments:
                    back = rng.uniform(3, 60) if rng.random() < _DATED_BACK else 0.0
                    found.append((moment, moment - timedelta(days=back)))
        if rng.random() < _BATCH:
            moment = midnight + timedelta(hours=rng.uniform(9, 17))
            found += [(moment, moment - timedelta(days=rng.uniform(5, 60))) for _ in range(_IN_BATCH)]
        return found

    def _copies(
        self, rng: Random, agency: str, number: int, moment: datetime, dated: datetime
    ) -> list[Publication]:
        langs = [lang for lang in LANGS if rng.random() < self.shares[agency, lang]] or ["ru"]
        first = "kk" if "kk" in langs and rng.random() > 0.65 else "ru" if "ru" in langs else langs[0]
        found = []
        for lang in langs:
            appears_at = moment
            if lang != first and rng.random() > _WITH_THE_FIRST:
                usual = math.log(_LATER[lang].total_seconds())
                lag = timedelta(seconds=rng.lognormvariate(usual, _LATER_SPREAD))
                appears_at += min(lag, _LATEST)
            found.append(Publication(appears_at, agency, lang, number, dated))
        return found


def _rates(rng: Random, a_day: float) -> Rates:
    """Releases an hour of an agency that publishes so many on a full working day."""
    shift = rng.choice((-1, 0, 0, 0, 1))
    day = [_OF_DAY[(hour - shift) % 24] * math.exp(rng.gauss(0, 0.35)) for hour in range(24)]
    week = [factor * math.exp(rng.gauss(0, 0.15)) for factor in _OF_WEEK]
    week[5:] = [factor * rng.choice((0.3, 1, 1, 1.5)) for factor in week[5:]]
    rates = [a_day * week[cell // 24] * day[cell % 24] / sum(day) for cell in range(CELLS)]
    for hour in _MONDAY_MORNING:
        rates[hour] *= _FULLER
    return tuple(rates)


def _edits(rng: Random, publications: Sequence[Publication]) -> list[Publication]:
    found = []
    for one in publications:
        if rng.random() < _EDITED:
            after = timedelta(seconds=rng.expovariate(1 / _EDITED_AFTER.total_seconds()))
            found.append(replace(one, appears_at=one.appears_at + after, edit=True))
    return found


def _poisson(rng: Random, mean: float) -> int:
    """A count, by Knuth's method: means are small here."""
    least, product, count = math.exp(-mean), rng.random(), 0
    while product > least:
        product *= rng.random()
        count += 1
    return count
