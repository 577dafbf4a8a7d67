"""A portal that is a dictionary, and a clock that stands still: for telling stories to the watch."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Literal

import pytest

from crawler.directory import agencies
from crawler.records import WHOLE, Batch, Misfit, Order, Outcome, Report, Sighting, Wording
from monitor.changes import Change
from monitor.config import Alert, Config, Portal, Schedule
from monitor.errors import CrawlFailed
from monitor.pulse import Pulse
from monitor.store.database import Database, open_store
from monitor.store.listings import write_directory
from monitor.watch import Watch
from monitor.worker import Answer

START = datetime(2026, 7, 13, 4, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Item:
    """What a listing shows of one release."""

    source_id: int
    title: str
    text: str
    published_at: datetime
    agency: str = ""
    """Whom the item names; empty: whoever's listing shows it."""

    def sighting(self, order: Order, position: int) -> Sighting:
        wording, digest = _worded(self, order.agency)
        return Sighting(order.id, position, str(self.source_id), digest, wording)


@lru_cache(maxsize=4096)
def _worded(item: Item, listing: str) -> tuple[Wording, str]:
    """How a listing words it, and the digest of that; most readings show what the one before showed."""
    raw = json.dumps([item.source_id, item.title, item.text, str(item.published_at)], ensure_ascii=False)
    wording = Wording(
        url=f"https://portal.example/{listing}/{item.source_id}",
        agencies=(item.agency or listing,),
        title=item.title,
        text=item.text,
        html=f"<p>{item.text}</p>",
        published_raw=item.published_at.isoformat(),
        published_at=item.published_at,
        published_on=item.published_at.date(),
        published_precision="minute",
        attachments=(),
        images=(),
        raw=raw,
        parser=1,
    )
    return wording, blake2b(raw.encode(), digest_size=8).hexdigest()


@dataclass
class FakePortal:
    """Carries out orders from what it holds; `fault` answers in its place."""

    listings: dict[tuple[str, str], dict[int, Item]] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)
    fault: Report | None = None
    by_route: dict[str, Report] = field(default_factory=dict)
    """What a route answers in place of the listing."""
    whole: bool = False
    """Answers for all agencies at once; else with an empty list."""
    left_out: set[int] = field(default_factory=set)
    """What that answer lacks."""
    alone: bool = False
    """Answers for one listing at a time only."""
    batches: list[Batch] = field(default_factory=list)
    dead: bool = False
    forms: tuple[str, ...] = ()
    """The forms of its answers, as the worker would tell them."""
    places: dict[int, datetime] = field(default_factory=dict)
    """By id, where in its listing a release stands whose date says otherwise."""
    misfits: frozenset[int] = frozenset()
    """Releases whose items cannot be read."""
    unlisted: dict[int, Item] = field(default_factory=dict)
    """Releases that no listing shows and that it tells of when it is asked for them by their numbers."""
    singles: Literal["told", "broken"] = "told"
    """Whether it tells of a release by its number."""
    forgetful: bool = False
    """Leaves out every wording unless it is asked in full, like a worker that believes it sent them."""

    def show(self, agency: str, lang: str, *items: Item) -> None:
        self.listings.setdefault((agency, lang), {}).update({item.source_id: item for item in items})

    def hide(self, source_id: int, lang: str | None = None) -> None:
        for (_, of), items in self.listings.items():
            if lang in {None, of}:
                items.pop(source_id, None)

    async def read(self, order: Order) -> Answer:
        self.orders.append(order)
        await asyncio.sleep(0)
        if order.source_id is not None and not self.dead and self.fault is None:
            return self._single(order, order.source_id)
        if self.dead:
            raise CrawlFailed("the crawl worker ended (code -9)")
        if self.fault is not None:
            return Answer((), replace(self.fault, order=order.id))
        if order.route in self.by_route:
            return Answer((), replace(self.by_route[order.route], order=order.id))
        page = self.page_of(order, self.shown(order))
        sightings: tuple[Sighting | Misfit, ...] = tuple(
            Misfit(order.id, place, str(item.source_id), "The item has no created_date.", "{}")
            if item.source_id in self.misfits
            else item.sighting(order, place)
            for place, item in enumerate(page)
        )
        if self.forgetful and not order.in_full:
            sightings = tuple(
                replace(seen, wording=None) if isinstance(seen, Sighting) else seen for seen in sightings
            )
        outcome: Outcome = "items" if page else "empty"
        report = Report(order.id, outcome, listed=len(page), requests=1, bytes=100, forms=self.forms)
        return Answer(sightings, report)

    def shown(self, order: Order) -> list[Item]:
        """The whole listing that an order asks for, the newest first."""
        held = list(self.listings.get((order.agency, order.lang), {}).values())
        if order.agency == WHOLE and self.whole:
            held = [
                replace(item, agency=agency)
                for (agency, lang), items in self.listings.items()
                if lang == order.lang
                for item in items.values()
                if item.source_id not in self.left_out
            ]
        return sorted(held, key=self._place, reverse=True)

    def page_of(self, order: Order, items: Sequence[Item]) -> Sequence[Item]:
        """The page of it that is asked for."""
        return items[(order.page - 1) * order.size : order.page * order.size]

    def _single(self, order: Order, source_id: str) -> Answer:
        if self.singles == "broken":
            return Answer((), Report(order.id, "broken", reason="no release is told by itself"))
        told = self.unlisted | {
            int(source_id): items[int(source_id)]
            for (_, lang), items in self.listings.items()
            if lang == order.lang and int(source_id) in items
        }
        item = told.get(int(source_id))
        if item is None:
            return Answer((), Report(order.id, "empty", requests=1))
        return Answer((item.sighting(order, 0),), Report(order.id, "items", listed=1, requests=1))

    def _place(self, item: Item) -> tuple[datetime, int]:
        return self.places.get(item.source_id, item.published_at), item.source_id

    async def read_together(self, batch: Batch) -> list[Answer]:
        self.batches.append(batch)
        if self.alone:
            await asyncio.sleep(0)
            return [Answer((), Report(order.id, "broken", reason="one at a time")) for order in batch.orders]
        return [await self.read(order) for order in batch.orders]


class House:
    """A watch over a fake portal, a real store in memory, and time that passes only when told to."""

    def __init__(
        self,
        *,
        agencies_followed: Sequence[str] = ("economy",),
        languages: Sequence[str] = ("ru",),
        alerts: Sequence[Alert] = (),
        history: timedelta | None = timedelta(days=90),
        db: Database | None = None,
        portal: Any = None,
        now: datetime = START,
        routes: Sequence[str] = ("rest",),
        longest: timedelta = timedelta(hours=1),
        quiet: str | None = None,
        per_day: int | None = None,
    ) -> None:
        self.now = now
        self.portal = FakePortal() if portal is None else portal
        self.changes: list[Change] = []
        self.pulse = Pulse()
        self._alarm: tuple[datetime, Callable[[], None]] | None = None
        self.config = Config(
            portal=Portal(
                base_url="http://127.0.0.1:1",
                agencies=tuple(agencies_followed),
                languages=tuple(languages),
                history=history,
                routes=tuple(routes),
            ),
            schedule=Schedule(
                shortest=timedelta(minutes=2),
                longest=longest,
                confirm=timedelta(hours=1),
                quiet=quiet,
                per_day=per_day,
            ),
            alerts=tuple(alerts),
        )
        self.db = open_store(":memory:") if db is None else db
        write_directory(self.db, agencies().values(), followed=agencies_followed)
        self.watch = Watch(
            self.db,
            self.portal,
            self.config,
            now=lambda: self.now,
            wake_at=self._set_alarm,
            on_changes=self.changes.extend,
            pulse=self.pulse,
        )
        self.watch.follow([(agency, lang) for agency in agencies_followed for lang in languages])

    async def live(self, length: timedelta) -> None:
        """Lets that much time pass, from alarm to alarm."""
        end = self.now + length
        running = asyncio.create_task(self.watch.run())
        try:
            while True:
                await self._settle()
                if running.done():
                    running.result()
                if self._alarm is None or self._alarm[0] > end:
                    break
                (moment, wake), self._alarm = self._alarm, None
                self.now = max(self.now, moment)
                wake()
            self.now = end
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            self._alarm = None

    def _set_alarm(self, moment: datetime, wake: Callable[[], None]) -> None:
        self._alarm = (moment, wake)

    async def _settle(self) -> None:
        """Until everybody waits for an alarm: orders stop coming."""
        quiet = 0
        while quiet < 8:
            before = len(self.portal.orders)
            await asyncio.sleep(0)
            quiet = quiet + 1 if len(self.portal.orders) == before else 0

    @property
    def news(self) -> list[Change]:
        return [change for change in self.changes if not change.baseline]

    def rows(self, query: str, *parameters: object) -> list[tuple[object, ...]]:
        return list(self.db.execute(query, parameters).fetchall())


def failing_once(
    monkeypatch: pytest.MonkeyPatch, place: object, name: str, error: Exception
) -> list[Exception]:
    """The next call of a function meets this error, and no later one; empty once it was met."""
    function, left = getattr(place, name), [error]

    def called(*args: Any, **named: Any) -> Any:
        if left:
            raise left.pop()
        return function(*args, **named)

    monkeypatch.setattr(place, name, called)
    return left


def past(count: int, *, first_id: int = 100, newest: datetime = START, lang: str = "ru") -> list[Item]:
    """That many releases, one every six hours before `newest`, the newest with the highest id."""
    words = {"ru": "Выпуск", "kk": "Шығарылым", "en": "Release"}
    return [
        Item(first_id + number, f"{words[lang]} {number}", f"{words[lang]} {number}: мәтін.", at)
        for number in range(count)
        for at in [newest - timedelta(hours=6 * (count - number))]
    ]
