"""Whatever editors, networks and operators do: once all is quiet, the store holds what the portal holds."""

import asyncio
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from crawler.records import Outcome, Report
from crawler.standin import Copy, Portal
from monitor.reach import PAGE_SIZE
from monitor.store.orders import ask
from tests.monitor.feed_witness import Witness
from tests.monitor.replay import assert_tables_follow
from tests.monitor.shelf import START, House
from tests.monitor.standing_portal import Wireless

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AGENCIES = ("economy", "almaty", "mfa", "moa")
LANGS = ("kk", "ru", "en")
ROUTES = ("rest", "graphql")
WORDS = ("Қазақ әңгімесі", "Өңір үкіметі", "Ғылым һәм іс", "Пресс-релиз", "12 млрд теңге", "A note")

FAILURES: tuple[Outcome, ...] = (
    "refused", "shell", "blocked", "overloaded", "broken", "timeout", "unreachable", "robots",
)  # fmt: skip
words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
some_langs = st.lists(st.sampled_from(LANGS), min_size=1, max_size=3, unique=True)
which = st.integers(0, 10_000)


class Newsroom(RuleBasedStateMachine):
    """A portal with a past, a house that watches it, and all that may happen."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.portal = Portal(seed=7)
        self.reader = Wireless(self.portal)
        self.ids: list[int] = []
        self.agencies_of: dict[int, list[str]] = {}
        """Whose listings have ever shown a release."""
        self.house = self._house()
        self.witness = Witness()

    @initialize(past=st.integers(0, 30), dice=st.randoms(use_true_random=False))
    def has_a_past(self, past: int, dice: Any) -> None:
        hours = dice.choice((8, 60))  # within the rescan window, or far beyond it
        for number in range(past):
            self._publish(
                dice.choice(AGENCIES), dice.sample(LANGS, dice.randint(1, 3)), back=(past - number) * hours
            )

    @rule(agency=st.sampled_from(AGENCIES), langs=some_langs, said=words)
    def publish(self, agency: str, langs: list[str], said: str) -> None:
        self._publish(agency, langs, said=said)

    @rule(agency=st.sampled_from(AGENCIES), langs=some_langs, hours=st.integers(1, 1800))
    def publish_back_dated(self, agency: str, langs: list[str], hours: int) -> None:
        self._publish(agency, langs, back=hours)

    @rule(number=which, lang=st.sampled_from(LANGS), said=words, hours=st.none() | st.integers(1, 1800))
    def edit(self, number: int, lang: str, said: str, hours: int | None) -> None:
        if (release := self._one(number)) and lang in self.portal.languages(release):
            when = None if hours is None else self.house.now - hours * HOUR
            self.portal.edit(release, lang, title=said, paragraphs=(said, "Соңы."), when=when)

    @rule(number=which, lang=st.sampled_from(LANGS))
    def restyle(self, number: int, lang: str) -> None:
        if (release := self._one(number)) and lang in self.portal.languages(release):
            self.portal.restyle(release, lang)

    @rule(number=which, lang=st.none() | st.sampled_from(LANGS))
    def remove(self, number: int, lang: str | None) -> None:
        if (release := self._one(number)) and (lang is None or lang in self.portal.languages(release)):
            self.portal.remove(release, lang)

    @rule(number=which)
    def restore(self, number: int) -> None:
        if release := self._one(number):
            self.portal.restore(release)

    @rule(number=which, agencies=st.lists(st.sampled_from(AGENCIES), min_size=1, max_size=2, unique=True))
    def move(self, number: int, agencies: list[str]) -> None:
        if release := self._one(number):
            self.portal.move(release, *agencies)
            self.agencies_of[release] += agencies

    @rule(number=which, lang=st.sampled_from(LANGS), said=words)
    def translate(self, number: int, lang: str, said: str) -> None:
        if (release := self._one(number)) and lang not in self.portal.languages(release):
            self.portal.translate(release, lang, Copy(said, (said,)))

    @rule(agency=st.sampled_from(AGENCIES), langs=some_langs)
    def publish_while_pages_are_read(self, agency: str, langs: list[str]) -> None:
        self.reader.between_pages.append(lambda: self._publish(agency, langs))

    @rule(number=which)
    def remove_while_pages_are_read(self, number: int) -> None:
        self.reader.between_pages.append(lambda: self.remove(number, None))

    @rule(outcome=st.sampled_from(FAILURES), route=st.sampled_from(ROUTES))
    def a_route_closes(self, outcome: Outcome, route: str) -> None:
        self.reader.closed[route] = Report(0, outcome, reason="a reason")

    @rule()
    def the_worker_dies(self) -> None:
        self.reader.dead = True

    @rule()
    def all_is_well_again(self) -> None:
        self.reader.dead = False
        self.reader.closed.clear()

    @rule(minutes=st.integers(1, 900))
    def time_passes(self, minutes: int) -> None:
        self._live(timedelta(minutes=minutes))
        self.witness.look(self.house.db)  # nothing moves in any feed

    @rule()
    def restart(self) -> None:
        self.house = self._house(self.house)

    @invariant()
    def nothing_is_told_twice(self) -> None:
        twice = """
            SELECT release_id, edition_id, kind, count(*) FROM changes
            WHERE kind IN ('published', 'translated') GROUP BY release_id, coalesce(edition_id, 0)
            HAVING count(*) > 1
        """
        assert self.house.rows(twice) == []

    @invariant()
    def every_revision_has_a_number_of_its_own_and_none_is_missing(self) -> None:
        odd = "SELECT edition_id FROM revisions GROUP BY edition_id HAVING max(number) <> count(*)"
        assert self.house.rows(odd) == []

    @invariant()
    def the_journal_replayed_gives_the_tables(self) -> None:
        assert_tables_follow(self.house.db)

    def teardown(self) -> None:
        self.all_is_well_again()
        self.reader.between_pages.clear()
        try:
            self._live(4 * DAY)
            for _ in range(
                2
            ):  # what lies below the rescan window is missed by an audit, and gone at the next
                self._audit()
                self._live(2 * DAY)
            held, shown = self._held(), self._shown()
            assert shown.items() <= held.items()  # nothing missed, and every wording the latest
            assert {copy: held[copy] for copy in held if self._may_go(copy)}.items() <= shown.items()
            for release, owner in self._owners().items():
                if all(self._may_go((str(release), lang)) for lang in LANGS):
                    shown_by = {a for a in AGENCIES for lang in LANGS if release in self.portal.ids(a, lang)}
                    assert owner in shown_by or not shown_by
        finally:
            self.loop.close()

    def _held(self) -> dict[tuple[str, str], str]:
        """Title and text of what is held as listed, by id and language."""
        rows = self.house.rows(
            "SELECT source_id, lang, title || '|' || text FROM editions "
            "JOIN releases ON releases.id = release_id WHERE editions.status = 'listed'"
        )
        return {(str(source_id), str(lang)): str(words) for source_id, lang, words in rows}

    def _may_go(self, copy: tuple[str, str]) -> bool:
        """Whether a copy can be called removed.

        A listing that is empty now is not believed, nor that one ends which seems to end below a full page.
        """
        release, lang = copy
        return all(
            len(self.portal.ids(agency, lang)) % PAGE_SIZE != 0 for agency in self.agencies_of[int(release)]
        )

    def _owners(self) -> dict[int, str]:
        """Who is held to own each release that is listed."""
        rows = self.house.rows("SELECT source_id, agency FROM releases WHERE status = 'listed'")
        return {int(str(source_id)): str(agency) for source_id, agency in rows}

    def _shown(self) -> dict[tuple[str, str], str]:
        return {
            (str(release), lang): f"{copy.title}|" + "\n\n".join(map(str, copy.paragraphs))
            for release in self.ids
            for lang in self.portal.languages(release)
            for copy in [self.portal.copy(release, lang)]
        }

    def _publish(self, agency: str, langs: list[str], *, said: str = "Хабар", back: int = 0) -> None:
        when = self.house.now - back * HOUR
        copies = {lang: Copy(f"{said} {len(self.ids)}", (said, f"Мәтін {len(self.ids)}.")) for lang in langs}
        self.ids.append(self.portal.publish(agency, copies, when=when))
        self.agencies_of[self.ids[-1]] = [agency]

    def _one(self, number: int) -> int | None:
        return self.ids[number % len(self.ids)] if self.ids else None

    def _audit(self) -> None:
        ask(self.house.db, [(a, lang) for a in AGENCIES for lang in LANGS], kind="audit", now=self.house.now)
        self.house.watch.look_for_orders()

    def _live(self, length: timedelta) -> None:
        self.loop.run_until_complete(self.house.live(length))

    def _house(self, before: House | None = None) -> House:
        return House(
            agencies_followed=AGENCIES,
            languages=LANGS,
            routes=ROUTES,
            portal=self.reader,
            db=before.db if before else None,
            now=before.now if before else START,
            longest=6 * HOUR,
            per_day=16 * len(AGENCIES) * len(LANGS),
        )


TestNewsroom = Newsroom.TestCase
TestNewsroom.settings = settings(
    max_examples=3, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
