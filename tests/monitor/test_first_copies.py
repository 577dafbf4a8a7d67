"""A page whose releases are stored together leaves the rows that one by one would leave, to the letter."""

import json
from dataclasses import replace
from datetime import date, timedelta
from hashlib import blake2b

import pytest

from monitor.dumps import DumpedRelease
from monitor.store.database import Database, writing
from monitor.store.dumped import keep_dumped
from monitor.store.first_copies import write_first_copies
from tests.monitor.shelf import START, House, Item, past

HOUR = timedelta(hours=1)
TABLES = {
    "releases": "id, source_id, agency, url, published_at, published_on, published_precision, published_raw, "
    "first_seen_at, last_seen_at, status, origin",
    "release_agencies": "release_id, agency, first_seen_at, last_seen_at",
    "editions": "id, release_id, lang, title, text, attachments, images, published_at, published_raw, "
    "fingerprint, digest, raw_id, revisions, first_seen_at, updated_at, ordered_at, status",
    "revisions": "id, edition_id, number, title, text, fingerprint, seen_at, parser, digest, raw_id, content, chain",
    "raw_items": "id, received, words_of",
    "changes": "id, at, kind, release_id, edition_id, revision_id, weight, detail, baseline",
    "crawls": "id, agency, lang, page, outcome, listed, new, edited, removed, covered_to",
    "quarantine": "source_id, reason",
}


def rows(db: Database) -> dict[str, list[tuple[object, ...]]]:
    """All that the tables hold, but for random ids."""
    return {
        table: [tuple(row) for row in db.execute(f"SELECT {columns} FROM {table} ORDER BY 1, 2")]
        for table, columns in TABLES.items()
    }


def dumped(source_id: int, *, lang: str = "ru") -> DumpedRelease:
    return DumpedRelease(
        line=1,
        category="Экономика",
        title=f"Выпуск {source_id}",
        on=date(2026, 7, 1),
        text="Мәтін.",
        url=f"https://portal.example/economy/{source_id}",
        agency="economy",
        source_id=str(source_id),
        lang=lang,
        text_lang=lang,
        address_lang=lang,
    )


async def backfilled() -> House:
    """Two agencies in three languages, read to their ends, with releases of both and dumps held before."""
    house = House(agencies_followed=("economy", "minfin"), languages=("ru", "kk", "en"), history=None)
    with writing(house.db):
        for source_id, lang in ((103, "ru"), (104, "kk"), (9, "ru")):
            keep_dumped(house.db, dumped(source_id, lang=lang), zone="Asia/Almaty", now=START - 24 * HOUR)
    for lang in ("ru", "kk", "en"):
        house.portal.show("economy", lang, *past(45, lang=lang))
    house.portal.show("minfin", "ru", *past(25, first_id=300), *past(45)[20:23])
    await house.live(HOUR)
    return house


async def history() -> House:
    """The same, and afterwards everything that can happen to a release."""
    house = await backfilled()
    known = house.portal.listings["economy", "ru"][140]
    house.portal.show("economy", "ru", replace(known, text="Бюджет 12 млрд теңге."))
    for number in range(5):
        moment = START + (20 + number) * HOUR
        house.portal.show("economy", "kk", Item(500 + number, f"Жаңалық {number}", "Өңір әкімі.", moment))
        house.portal.show("economy", "en", Item(500 + number, f"News {number}", "The governor.", moment))
    house.portal.hide(143)
    await house.live(72 * HOUR)
    house.portal.show("economy", "ru", *past(45)[43:44])
    await house.live(24 * HOUR)
    return house


_TOLD: list[House] = []


async def told() -> House:
    """The house of that story, told once; to be looked at only."""
    if not _TOLD:
        _TOLD.append(await history())
    return _TOLD[0]


async def test_the_rows_are_those_that_the_plain_way_has_always_written() -> None:
    """The digest was taken when each release was stored by itself, and anew when slices changed the order."""
    held = rows((await backfilled()).db)
    del held["crawls"]  # how often is asked is the schedule's business
    assert [len(held[table]) for table in ("releases", "editions", "revisions", "changes")] == [
        71,
        161,
        163,
        158,
    ]
    said = json.dumps(held, ensure_ascii=False, sort_keys=True)
    assert blake2b(said.encode(), digest_size=8).hexdigest() == "e7d625d9150a8230"


async def test_every_kind_of_change_is_in_the_story() -> None:
    kinds = {change.kind for change in (await told()).changes}
    assert kinds >= {"published", "translated", "edited", "removed", "restored"}


async def test_one_by_one_it_would_be_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    together = rows((await told()).db)
    monkeypatch.setattr("monitor.intake._take_first_copies", lambda *_arguments: None)
    assert rows((await history()).db) == together


async def test_one_that_cannot_be_stored_is_set_aside_and_leaves_the_others_where_they_would_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refusing(db: Database, copies: list[object], **named: object) -> list[int | None]:
        written = write_first_copies(db, copies, **named)  # type: ignore[arg-type]
        if any("'110'" in str(copy) for copy in copies):
            raise KeyError("a bug")  # after the rows are written: they must go again
        return written

    monkeypatch.setattr("monitor.intake.write_first_copies", refusing)
    monkeypatch.setattr("monitor.store.releases.write_first_copies", refusing)
    house = House(history=None)
    house.portal.show("economy", "ru", *past(30))
    await house.live(HOUR)
    held = rows(house.db)
    assert held["quarantine"] == [("110", "A fault of Jarshy itself: KeyError.")]
    assert [row[1] for row in held["releases"]] == [
        str(number) for number in held_in_order() if number != 110
    ]
    assert [row[0] for row in held["changes"]] == list(range(1, 30))


def held_in_order() -> list[int]:
    """Ids as two pages bring them, each from its end."""
    return [*range(110, 130), *range(100, 110)]


async def test_the_full_text_index_holds_every_release_of_a_page() -> None:
    house = await told()
    house.db.execute("INSERT INTO editions_fts (editions_fts, rank) VALUES ('integrity-check', 1)")
    found = "SELECT count(*) FROM editions_fts WHERE editions_fts MATCH ?"
    assert house.rows(found, "жаңалық*") == [(5,)]
    assert house.rows(found, "шығарылым*") == house.rows(
        "SELECT count(*) FROM editions WHERE title LIKE 'Шығарылым%'"
    )
