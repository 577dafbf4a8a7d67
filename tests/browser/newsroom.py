"""An invented portal, read for three days by the true watch into a store: what there is for pages to show."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path

from crawler.records import Order, Report
from crawler.standin.copies import document
from crawler.standin.releases import invent
from monitor.config import Alert
from monitor.store.database import open_store
from monitor.worker import Answer
from tests.monitor.kept import BASE, Portal, RawItem
from tests.monitor.pairs_of_texts import Base, bases
from tests.monitor.shelf import House

BEGUN = datetime(2026, 10, 28, 4, 0, tzinfo=UTC)
"""A Wednesday, 9:00 in Almaty, when the portal is first read."""
ENDED = BEGUN + timedelta(days=3)
"""When readers look."""
AGENCIES = ("economy", "almaty", "moa", "mam")
LANGUAGES = ("kk", "ru", "en")
IN_TROUBLE = "mam"
"""Whose listings are refused in the last hours."""

EDITED, REMOVED, COPY_GONE, STORY, LONG = 900_501, 900_502, 900_503, 900_504, 900_507
"""Three wordings in two languages; taken away; only its English copy taken away; of three agencies; endless."""
_BY_LANG = {lang: [base for base in bases() if base.lang == lang] for lang in LANGUAGES}
_UNBROKEN = "Қазақстандықтардың" * 8
_MORE = {
    "kk": "Жоба бойынша {} адам тұрақты жұмыспен қамтылады.",
    "ru": "По проекту постоянную работу получат {} человек.",
    "en": "The project gives permanent work to {} people.",
}


@dataclass
class RefusingPortal(Portal):
    """Refuses the listings of some agencies."""

    refused: set[str] = field(default_factory=set)

    async def read(self, order: Order) -> Answer:
        if order.agency in self.refused:
            self.orders.append(order)
            return Answer((), Report(order.id, "refused", reason="403 Forbidden", requests=1, bytes=20))
        return await super().read(order)


def fill(path: Path) -> None:
    """Writes the store; to be called where no event loop runs."""
    asyncio.run(_live(path))


async def _live(path: Path) -> None:
    portal = RefusingPortal()
    for number in range(56):
        _show(portal, 900_000 + number, BEGUN - timedelta(hours=11 * (56 - number)))
    house = House(
        agencies_followed=AGENCIES,
        languages=LANGUAGES,
        portal=portal,
        db=open_store(path),
        now=BEGUN,
        longest=timedelta(hours=6),
        alerts=[
            Alert.model_validate({"name": "су", "to": ["http://127.0.0.1:1/hook"], "words": ["су*", "вод*"]})
        ],
    )
    await house.live(timedelta(hours=7))
    _publish(portal, house.now - timedelta(minutes=10))
    await house.live(timedelta(hours=13))
    _edit(portal, jobs=410)
    await house.live(timedelta(hours=7))
    _edit(portal, jobs=425)
    for number in (1, 2, 3):
        _show(portal, 900_600 + number, house.now - timedelta(minutes=number))
    await house.live(timedelta(hours=7))
    portal.hide(REMOVED)
    portal.hide(COPY_GONE, "en")
    await house.live(timedelta(hours=30))
    portal.refused.add(IN_TROUBLE)
    await house.live(ENDED - house.now)
    house.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    house.db.close()


def _show(portal: RefusingPortal, source_id: int, at: datetime) -> None:
    """Any release, in two languages or three."""
    agency = AGENCIES[source_id % len(AGENCIES)]
    languages = LANGUAGES if source_id % 3 else LANGUAGES[:2]
    for lang, copy in invent(agency, languages, when=at, seed=source_id).items():
        portal.show(agency, lang, RawItem(source_id, copy.title, "", at, body=document(copy)))


def _publish(portal: RefusingPortal, at: datetime) -> None:
    for lang in LANGUAGES:
        portal.show("economy", lang, _release(EDITED, lang, 0, at, jobs=400))
        portal.show("almaty", lang, _release(COPY_GONE, lang, 3, at))
    for lang in LANGUAGES[:2]:
        portal.show("moa", lang, _release(REMOVED, lang, 2, at))
        for place, agency in enumerate(("almaty", "moa", "mam")):
            portal.show(agency, lang, _release(STORY + place, lang, 4, at + timedelta(minutes=place)))
    title = f"Туралы: {_UNBROKEN} " + "ұзақ тақырыптың тағы бір сөзі " * 12
    body = _body(_BY_LANG["kk"][5], "kk") * 60 + f"<p>{_UNBROKEN}{_UNBROKEN}</p>"
    portal.show("economy", "kk", RawItem(LONG, title, "", at, body=body))


def _edit(portal: RefusingPortal, *, jobs: int) -> None:
    for lang in LANGUAGES[:2]:
        at = portal.listings["economy", lang][EDITED].published_at
        portal.show("economy", lang, _release(EDITED, lang, 0, at, jobs=jobs))


def _release(source_id: int, lang: str, number: int, at: datetime, *, jobs: int = 0) -> RawItem:
    base = _BY_LANG[lang][number]
    return RawItem(source_id, base.title, "", at, body=_body(base, lang, jobs=jobs))


def _body(base: Base, lang: str, *, jobs: int = 0) -> str:
    told = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in (base.lead, *base.paragraphs))
    more = f"<p>{_MORE[lang].format(jobs)}</p>" if jobs else ""
    return (
        f'{told}{more}<p><img src="{BASE}/uploads/{base.name}.jpg" alt=""></p>'
        f'<p><a href="{BASE}/uploads/{base.name}.pdf">{escape(base.title)} (PDF)</a></p>'
    )
