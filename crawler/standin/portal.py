"""What the stand-in portal has published, and how it is to misbehave; it knows nothing of HTTP.

Safe to use from any thread. Releases have one rising id over all agencies and a copy for each language.
"""

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from threading import RLock
from typing import Any

from crawler.standin.copies import Block, Copy, slug_of
from crawler.standin.faults import FAULTS, Misbehaviour
from crawler.standin.items import Edition, Release, written
from crawler.standin.projects import Projects
from crawler.standin.shelf import Shelf
from crawler.standin.tickets import Tickets
from crawler.standin.traffic import Place, Request, Traffic
from crawler.standin.ways import Ways

ROBOTS = "User-agent: *\nDisallow: /uploads\nDisallow: /search\nDisallow: /api/v1/private\n"


class Portal:
    """The portal in memory.

    A method that names a release or a language copy the portal never had raises KeyError.
    """

    def __init__(self, *, first_id: int = 1_257_400, seed: int = 1) -> None:
        self.robots: str | None = ROBOTS
        """What /robots.txt says; None: there is none."""
        self.validators = False
        """Whether listings come with an ETag, and are answered by 304 where they have not changed."""
        self.ways = Ways()
        """Which ways lead to it, and the form of what they bring."""
        self.projects = Projects()
        """Its own directory of agencies."""
        self.traffic = Traffic()
        self._lock = RLock()
        self._random = random.Random(seed)  # noqa: S311 (gaps between ids, not secrets)
        self._last_id = first_id - 1
        self._shelf = Shelf()
        self._misbehaviours: list[Misbehaviour] = []
        self._tickets = Tickets(self._random)

    # what a publisher does

    def publish(
        self, agency: str, copies: Mapping[str, Copy], *, when: datetime, heropic: str | None = None
    ) -> int:
        """A new release in the given languages; returns its id. `when` is aware and kept to the minute."""
        created = written(when)
        with self._lock:
            self._last_id += self._random.randint(1, 9)
            release = Release(self._last_id, (agency,), heropic, self._random.randint(0, 90))
            self._shelf.releases[release.id] = release
            for lang, copy in copies.items():
                release.editions[lang] = Edition(copy, created, slug_of(copy.title))
                self._shelf.put(release, lang)
            return release.id

    def edit(
        self,
        release_id: int,
        lang: str,
        *,
        title: str | None = None,
        paragraphs: Sequence[Block] | None = None,
        body: str | None = None,
        when: datetime | None = None,
    ) -> None:
        """Changes what is given of one copy; `body` is served as it stands, in place of the paragraphs."""
        with self._changed(release_id, lang) as edition:
            if title is not None:
                edition.copy = replace(edition.copy, title=title)
            if paragraphs is not None:
                edition.copy = replace(edition.copy, paragraphs=tuple(paragraphs), body=None)
            if body is not None:
                edition.copy = replace(edition.copy, body=body)
            if when is not None:
                edition.created = written(when)

    def restyle(self, release_id: int, lang: str) -> None:
        """Changes the mark-up of one copy and no word of it; each time in another way."""
        with self._changed(release_id, lang) as edition:
            edition.style += 1

    def translate(self, release_id: int, lang: str, copy: Copy, *, when: datetime | None = None) -> None:
        """Adds a language copy; without `when` under the date of the release's first copy."""
        with self._lock:
            release = self._shelf.releases[release_id]
            first = next(iter(release.editions.values()))
            self._shelf.take(release, lang)
            created = first.created if when is None else written(when)
            release.editions[lang] = Edition(copy, created, slug_of(copy.title))
            self._shelf.put(release, lang)

    def remove(self, release_id: int, lang: str | None = None) -> None:
        """Takes one copy, or the whole release, out of the listings."""
        self._set_listed(release_id, lang, listed=False)

    def restore(self, release_id: int, lang: str | None = None) -> None:
        """Puts one copy, or the whole release, back."""
        self._set_listed(release_id, lang, listed=True)

    def move(self, release_id: int, *agencies: str) -> None:
        """Gives a release to another agency, or to several that list it from now on."""
        with self._lock:
            release = self._shelf.releases[release_id]
            for lang in release.editions:
                self._shelf.take(release, lang)
            release.agencies = agencies
            for lang, edition in release.editions.items():
                edition.wire = None
                self._shelf.put(release, lang)

    # how it behaves

    def misbehave(
        self,
        fault: str,
        *,
        times: int | None = None,
        after: int = 0,
        place: Place = "news",
        agency: str | None = None,
        lang: str | None = None,
        status: int = 503,
        retry_after: str | int | None = None,
        seconds: float | None = None,
        to: str | None = None,
    ) -> Misbehaviour:
        """Answers by a fault of `crawler/standin/faults.py`, `times` times or until `behave`.

        Only after `after` good answers, only to requests for that place, agency and language. `status`
        and `retry_after` belong to the fault `status`, `seconds` to `delay` and `drip` (between two bytes),
        `to` and
        a status of 3xx to `redirect`. Of several misbehaviours the first that fits is shown. Raises ValueError for an
        unknown fault.
        """
        if fault not in FAULTS:
            raise ValueError(f"no fault is called {fault!r}; known are {', '.join(sorted(FAULTS))}")
        wanted = Misbehaviour(
            fault=fault, times=times, after=after, place=place, agency=agency, lang=lang, status=status,
            retry_after=None if retry_after is None else str(retry_after), seconds=seconds, to=to,
        )  # fmt: skip
        with self._lock:
            self._misbehaviours.append(wanted)
        return wanted

    def behave(self) -> None:
        """Ends every misbehaviour, also of answers that hang, wait or drip now."""
        with self._lock:
            for misbehaviour in self._misbehaviours:
                misbehaviour.over.set()
            self._misbehaviours.clear()

    def demand_ticket(self, *, on: bool = True, uses: int = 0) -> None:
        """Refuses listings to whoever has no ticket, or no longer does; tickets given before are void.

        A ticket serves for `uses` listings, 0: for any number.
        """
        with self._lock:
            self._tickets.demand(on=on, uses=uses)

    def drop_tickets(self) -> None:
        """Makes every ticket given so far void."""
        with self._lock:
            self._tickets.drop()

    # what the server asks

    def listing(self, agency: str | None, lang: str, *, page: int = 1, size: int = 10) -> bytes:
        """A page of a listing (None: of the whole portal) as JSON, newest first; each item gains a view."""
        with self._lock:
            releases = self._shelf.page(agency, lang, page=page, size=size)
            for release in releases:
                release.views += 1
            return b"[" + b",".join(release.item(lang) for release in releases) + b"]"

    def stored(self, chosen: Callable[[str], bool], lang: str) -> list[dict[str, Any]]:
        """The items of the chosen agencies in the order of storage; no views are counted."""
        with self._lock:
            return [json.loads(release.item(lang)) for release in self._shelf.stored(chosen, lang)]

    def fault_for(self, request: Request) -> Misbehaviour | None:
        """The misbehaviour that this request meets; counted as shown."""
        with self._lock:
            return next((wanted for wanted in self._misbehaviours if wanted.meets(request)), None)

    def new_ticket(self) -> str:
        """A ticket, good until `drop_tickets`."""
        with self._lock:
            return self._tickets.issue()

    def admits(self, ticket: str | None) -> bool:
        """Is a listing to be given to the bearer of this ticket? Counts as one use of it."""
        with self._lock:
            return self._tickets.admit(ticket)

    # what a test asks

    @property
    def requests(self) -> list[Request]:
        """Every request so far, oldest first; those of the control addresses left out."""
        return list(self.traffic.requests)

    @property
    def most_in_flight(self) -> int:
        """The most requests that were being answered at one moment."""
        return self.traffic.most_in_flight

    def ids(self, agency: str | None = None, lang: str = "ru") -> list[int]:
        """The ids of a listing as it stands, newest first."""
        with self._lock:
            return self._shelf.ids(agency, lang)

    def agencies(self) -> list[str]:
        """The slugs that have published."""
        with self._lock:
            return self._shelf.agencies()

    def languages(self, release_id: int) -> list[str]:
        """The languages in which a release is listed now."""
        with self._lock:
            return [
                lang for lang, edition in self._shelf.releases[release_id].editions.items() if edition.listed
            ]

    def copy(self, release_id: int, lang: str) -> Copy:
        """A language copy as it stands, listed or not."""
        with self._lock:
            return self._shelf.releases[release_id].editions[lang].copy

    def item(self, release_id: int, lang: str) -> dict[str, Any]:
        """A language copy as the listing would show it, without counting a view."""
        with self._lock:
            item: dict[str, Any] = json.loads(self._shelf.releases[release_id].item(lang))
            return item

    # below: how it is kept

    @contextmanager
    def _changed(self, release_id: int, lang: str) -> Iterator[Edition]:
        with self._lock:
            release = self._shelf.releases[release_id]
            edition = release.editions[lang]
            self._shelf.take(release, lang)
            try:
                yield edition
            finally:
                edition.wire = None
                self._shelf.put(release, lang)

    def _set_listed(self, release_id: int, lang: str | None, *, listed: bool) -> None:
        with self._lock:
            release = self._shelf.releases[release_id]
            for name in release.editions if lang is None else (lang,):
                self._shelf.take(release, name)
                release.editions[name].listed = listed
                self._shelf.put(release, name)
