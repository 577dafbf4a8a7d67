"""A store in which releases are published, edited and removed as the monitor writes them, with what that owes."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from monitor.channels import Channels
from monitor.config import Alert, Config
from monitor.intake import tell
from monitor.outbox import dispatch
from monitor.sending import Lines
from monitor.store.database import Database, open_store, to_text, writing

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
"""A Monday, 14:30 in Almaty."""


def rule(name: str = "мой", to: Sequence[str] = (), **keys: Any) -> Alert:
    """A rule of these keys, as a configuration gives it."""
    return Alert.model_validate({"name": name, "to": list(to), **keys})


@dataclass
class Clock:
    """A clock that stands until it is told to move."""

    moment: datetime = START

    def __call__(self) -> datetime:
        return self.moment

    def on(self, time: timedelta) -> None:
        """So much time passes."""
        self.moment += time


@dataclass
class Newsroom:
    """Publishes into a store of its own, and dispatches what is owed, by a clock of its own."""

    alerts: list[Alert] = field(default_factory=list)
    zone: str = "Asia/Almaty"
    path: Path | str = ":memory:"
    clock: Clock = field(default_factory=Clock)
    lines: Lines = field(default_factory=Lines)
    agency: str = "economy"

    def __post_init__(self) -> None:
        self.db = open_store(self.path)
        row = {"slug": self.agency, "name_kk": "", "name_ru": "", "name_en": "", "kind": "ministry"}
        self.db.table("agencies").insert(row, ignore=True)

    @property
    def config(self) -> Config:
        """The configuration of this moment."""
        return Config.model_validate({"schedule": {"zone": self.zone}, "alerts": tuple(self.alerts)})

    def restart(self) -> None:
        """Nothing is remembered but what the store holds."""
        self.lines = Lines()

    def publish(self, *numbers: int, lang: str = "kk", detail: object = None) -> None:
        """Releases of these numbers, with one copy each."""
        self.change("published", *numbers, lang=lang, weight="major", detail=detail)

    def change(
        self,
        kind: str,
        *numbers: int,
        lang: str | None = "kk",
        weight: str = "major",
        detail: object = None,
        text: str = "Мәтін",
    ) -> None:
        """A change of each of these, noticed now and owed in the same transaction."""
        moment = to_text(self.clock())
        with writing(self.db):
            written = []
            for number in numbers:
                edition_id = self._edition(number, lang, moment, text) if lang else None
                (change_id,) = self.db.execute("SELECT coalesce(max(id), 0) + 1 FROM changes").fetchone()
                row = {
                    "id": change_id, "uid": str(UUID(int=change_id << 8)), "at": moment, "kind": kind,
                    "release_id": number, "edition_id": edition_id, "weight": weight,
                    "detail": json.dumps(detail or {}),
                }  # fmt: skip
                self.db.table("changes").insert(row)
                written.append(change_id)
            tell(self.db, written, self.alerts)

    def _edition(self, number: int, lang: str, moment: str, text: str) -> int:
        seen = {"first_seen_at": moment, "status": "listed"}
        release = {
            "id": number, "source": "gov.kz", "source_id": str(900000 + number), "agency": self.agency,
            "url": f"https://www.gov.kz/memleket/entities/{self.agency}/press/news/details/{900000 + number}",
            "last_seen_at": moment, "origin": "crawl", "published_at": moment, **seen,
        }  # fmt: skip
        self.db.table("releases").insert(release, ignore=True)
        edition = {
            "release_id": number, "lang": lang, "title": f"Өңір {number} {lang}", "text": text, "fingerprint": "",
            "digest": "", "updated_at": moment, "ordered_at": moment, **seen,
        }  # fmt: skip
        held = "SELECT id FROM editions WHERE release_id = ? AND lang = ?"
        if (row := self.db.execute(held, [number, lang]).fetchone()) is None:
            return int(str(self.db.table("editions").insert(edition).last_pk))
        return int(row[0])

    async def dispatch(self, channels: Channels, **keys: Any) -> datetime | None:
        """What may be sent is sent; the moment of the next attempt."""
        return await dispatch(
            self.db, self.config, channels, now=self.clock, lines=self.lines, jitter=lambda: 0.5, **keys
        )

    async def live(self, channels: Channels, time: timedelta, **keys: Any) -> None:
        """So much time passes, in which the daemon dispatches whenever there is something to do."""
        ends = self.clock() + time
        for _ in range(10_000):
            again = await self.dispatch(channels, **keys)
            if again is None or again > ends:
                self.clock.moment = ends
                return
            self.clock.moment = max(again, self.clock())
        raise AssertionError("it dispatches again and again")

    def states(self) -> dict[str, int]:
        """How many deliveries are in each state."""
        return dict(self.db.execute("SELECT state, count(*) FROM deliveries GROUP BY state").fetchall())


def whole(db: Database) -> list[dict[str, Any]]:
    """Every delivery, in the order of the journal."""
    return list(db.query("SELECT * FROM deliveries ORDER BY id"))
