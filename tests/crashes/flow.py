"""A publisher who never rests: acts at the stand-in portal, and what the journal is to say of each.

An act is done to a release only once the one before it was noticed, so that whatever happened can be told exactly:
what is done and undone between two readings leaves no trace, and would prove nothing.
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from crawler.standin import Copy, Portal

AGENCIES = ("economy", "almaty")
LANGS = ("kk", "ru", "en")
_TITLES = {
    "kk": "Үлгі өңірде № {n} көпір ашылды",
    "ru": "В Примерном районе открыт мост № {n}",
    "en": "Bridge No. {n} opened in the region of Ülgi",
}
_TEXTS = {
    "kk": "Құрылысқа {n} млн теңге жұмсалды. Жұмысты {m} маман атқарды, келесі кезең № {n} учаскеде.",
    "ru": "На строительство ушло {n} млн тенге. Работали {m} мастеров, следующий этап на участке № {n}.",
    "en": "It cost {n} million tenge. {m} people worked on it, and section {n} comes next.",
}

Happened = tuple[str, str, str | None]
"""Kind, portal id and language of a change; None: of the whole release."""


@dataclass(slots=True)
class _Release:
    agency: str
    langs: set[str]
    listed: bool = True
    awaited: dict[Happened, int] = field(default_factory=dict)
    """What the journal does not say yet, and how often it will."""


class Flow:
    """Acts by dice. `happened` is all that the journal is to hold in the end, no more and no less."""

    def __init__(
        self,
        portal: Portal,
        dice: random.Random,
        *,
        now: datetime,
        agencies: Sequence[str] = AGENCIES,
        past: int = 12,
    ) -> None:
        """Each of the agencies has published so many releases before."""
        self.happened: Counter[Happened] = Counter()
        self._portal, self._dice, self._agencies = portal, dice, agencies
        # Each a minute after the one before, as the portal dates: so every release has a place of its own.
        self._dated = now.astimezone(UTC) - timedelta(hours=20)
        self._number = 0
        self._releases: dict[int, _Release] = {}
        count = past * len(agencies)
        for number in range(count):
            copies = {lang: self._copy(lang) for lang in LANGS}
            days = 2 * past * (1 - number / count)
            portal.publish(agencies[number % len(agencies)], copies, when=self._dated - timedelta(days=days))

    def act(self, *, now: datetime | None = None) -> str:
        """One thing happens; what, in a word. `now`: what is published is dated no more than a day before."""
        if now is not None:
            self._dated = max(self._dated, now - timedelta(hours=20))
        deeds = {"publish": 8, "edit": 7, "translate": 3, "remove": 2, "restore": 3}
        while True:
            [deed] = self._dice.choices(list(deeds), list(deeds.values()))
            if self._done(deed):
                return deed

    def noticed(self, journal: Counter[Happened]) -> None:
        """Takes note of what the journal says by now."""
        for release in self._releases.values():
            release.awaited = {one: times for one, times in release.awaited.items() if journal[one] < times}

    @property
    def awaited(self) -> list[Happened]:
        """What happened and was not noticed by what is known."""
        return [happened for release in self._releases.values() for happened in release.awaited]

    def differences(self, journal: Counter[Happened]) -> list[str]:
        """Where the journal, as `spelled`, is not what happened."""
        missing, invented = self.happened - journal, journal - self.happened
        return [f"never noticed: {one}" for one in missing] + [f"never happened: {one}" for one in invented]

    def _done(self, deed: str) -> bool:
        if deed == "publish":
            langs = self._dice.sample(LANGS, self._dice.choice((1, 2, 2, 3)))
            agency, copies = self._dice.choice(self._agencies), {lang: self._copy(lang) for lang in langs}
            self._dated += timedelta(minutes=1)
            release_id = self._portal.publish(agency, copies, when=self._dated)
            self._releases[release_id] = _Release(agency, set(langs))
            self._expect(release_id, *(("appeared", str(release_id), lang) for lang in langs))
            return True
        # Young ones, which stand on the pages that every reading reads.
        young = [id for agency in self._agencies for id in self._shown(agency)[1:8]]  # noqa: A001
        gone = [id for id, release in self._releases.items() if not release.listed]  # noqa: A001
        fitting = [
            release_id
            for release_id in (gone if deed == "restore" else young)
            if not self._releases[release_id].awaited and self._may(deed, self._releases[release_id])
        ]
        if not fitting:
            return False
        release_id = self._dice.choice(fitting)
        release = self._releases[release_id]
        lang = self._dice.choice(sorted(release.langs))
        if deed == "edit":
            # Often every copy, as editors do: a person is told of that once.
            langs = sorted(release.langs) if self._dice.random() < 0.5 else [lang]
            for each in langs:
                copy = self._copy(each)
                self._portal.edit(release_id, each, title=copy.title, paragraphs=copy.paragraphs)
            self._expect(release_id, *(("edited", str(release_id), each) for each in langs))
        elif deed == "translate":
            lang = self._dice.choice(sorted(set(LANGS) - release.langs))
            self._portal.translate(release_id, lang, self._copy(lang))
            release.langs.add(lang)
            self._expect(release_id, ("appeared", str(release_id), lang))
        else:
            release.listed = deed == "restore"
            (self._portal.restore if release.listed else self._portal.remove)(release_id)
            self._expect(release_id, (f"{deed}d", str(release_id), None))
        return True

    def _may(self, deed: str, release: _Release) -> bool:
        if deed == "translate":
            return len(release.langs) < len(LANGS)
        if deed == "remove":
            # Several at once would be a portal that lost its memory, and nobody would be told.
            return not any(
                happened[0] == "removed" for other in self._releases.values() for happened in other.awaited
            )
        return True

    def _shown(self, agency: str) -> list[int]:
        """Releases of an agency, the newest first."""
        return [id for id, one in reversed(self._releases.items()) if one.agency == agency and one.listed]  # noqa: A001

    def _copy(self, lang: str) -> Copy:
        self._number += 1
        words = {"n": self._number, "m": self._dice.randint(10, 9000)}
        return Copy(title=_TITLES[lang].format(**words), paragraphs=(_TEXTS[lang].format(**words),))

    def _expect(self, release_id: int, *happened: Happened) -> None:
        self.happened.update(happened)
        self._releases[release_id].awaited |= {one: self.happened[one] for one in happened}


def spelled(rows: Iterable[tuple[str, str, str | None]]) -> Iterator[Happened]:
    """Rows of the journal as a flow tells them: which copy of a release is the first depends on who looks."""
    for kind, source_id, lang in rows:
        yield ("appeared" if kind in {"published", "translated"} else kind), source_id, lang
