"""What the SQLite file holds and answers: search, wordings in full, their chain, hostile text. Real files."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from zstandard import ZstdError

from crawler.directory import agencies
from crawler.items import read_item
from crawler.records import Misfit, Order, Report, Sighting, from_line, to_line
from monitor.store.chain import change_link, content_digest, received_digest, revision_link
from monitor.store.database import Database, open_store
from monitor.store.listings import write_directory
from monitor.store.people import listing_rows
from monitor.store.wordings import items_kept, raw_item
from monitor.worker import Answer
from tests.monitor.printed import found_in
from tests.monitor.shelf import START, FakePortal, House, Item, past

HOUR = timedelta(hours=1)
SQLITE_UTILS = Path(sys.executable).with_name("sqlite-utils")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "jarshy.db"


@pytest.fixture
def db(path: Path) -> Iterator[Database]:
    db = open_store(path)
    yield db
    db.conn.close()


async def told(db: Database, *items: Item, portal: FakePortal | None = None) -> House:
    """A house whose only listing, in Kazakh, shows these items and was read."""
    write_directory(db, agencies().values(), followed=["economy"])
    house = House(db=db, languages=("kk",), portal=portal)
    house.portal.show("economy", "kk", *items)
    await house.live(HOUR)
    return house


KAZAKH = "Әлеуметтік ғылым қаулысы өңір үшін ұжымдық еңбек һәм ілім"


@pytest.fixture
async def kazakh(db: Database) -> Database:
    """A database with one release that uses every letter of Kazakh, and one that does not."""
    await told(db, Item(1, KAZAKH, "Басқа сөз.", START), Item(2, "Басқа", "Мәтін.", START - HOUR))
    return db


@pytest.mark.parametrize("word", KAZAKH.split())
def test_every_letter_of_kazakh_is_found_in_any_case_and_by_its_beginning(
    kazakh: Database, word: str
) -> None:
    for asked in (word, word.upper(), word.lower(), f"{word[:4]}*", f"{word[:4].upper()}*"):
        assert [row["title"] for row in kazakh.table("editions").search(asked)] == [KAZAKH], asked
    assert found_in(kazakh, f"{word[:3]}*") == found_in(kazakh, word) == ["1"]


@pytest.mark.usefixtures("kazakh")
def test_sqlite_utils_searches_it_too(path: Path) -> None:
    shown = subprocess.run(
        [SQLITE_UTILS, "search", path, "editions", "ҒЫЛ* өңір", "-c", "title"],
        capture_output=True,
        check=True,
    )
    assert json.loads(shown.stdout) == [{"title": KAZAKH}]


async def test_a_search_finds_what_is_said_now_and_nothing_that_was_said_before(db: Database) -> None:
    house = await told(db, Item(1, "Ескі тақырып", "Ескі мәтін.", START), *past(5))
    house.portal.show("economy", "kk", Item(1, "Жаңа тақырып", "Жаңа мәтін.", START))
    await house.live(HOUR)
    assert [change.kind for change in house.news] == ["edited"]
    assert list(db.table("editions").search("ескі")) == []
    assert [row["title"] for row in db.table("editions").search("жаңа")] == ["Жаңа тақырып"]
    db.execute("INSERT INTO editions_fts (editions_fts) VALUES ('integrity-check')")


async def test_wordings_shows_every_one_in_full_though_the_newest_is_kept_once(db: Database) -> None:
    house = await told(db, Item(1, "Тақырып", "Бірінші.", START), *past(5))
    for text in ("Екінші.", "Үшінші."):
        house.portal.show("economy", "kk", Item(1, "Тақырып", text, START))
        await house.live(2 * HOUR)
    said = house.rows("SELECT number, text, agency, lang FROM wordings WHERE source_id = '1' ORDER BY number")
    assert said == [
        (1, "Бірінші.", "economy", "kk"),
        (2, "Екінші.", "economy", "kk"),
        (3, "Үшінші.", "economy", "kk"),
    ]
    kept = "SELECT number, text FROM revisions JOIN editions ON editions.id = edition_id WHERE editions.revisions = 3"
    assert house.rows(kept.replace("text", "revisions.text")) == [(1, "Бірінші."), (2, "Екінші."), (3, None)]
    assert house.rows("SELECT revisions FROM editions WHERE text = 'Үшінші.'") == [(3,)]


async def test_each_wording_is_linked_to_the_one_before_it_and_to_its_item(db: Database) -> None:
    house = await told(db, Item(1, "Тақырып", "Бірінші.", START), *past(5))
    house.portal.show("economy", "kk", Item(1, "Тақырып", "Екінші.", START))
    await house.live(HOUR)
    previous = ""
    stored = list(db.query("SELECT * FROM wordings WHERE source_id = '1' ORDER BY number"))
    assert [row["number"] for row in stored] == [1, 2]
    items = dict(db.execute("SELECT revisions.id, raw_id FROM revisions"))
    for row in stored:
        said = {name: row[name] for name in ("title", "text", "published_raw", "attachments", "images")}
        assert row["content"] == content_digest(**said)
        assert row["content"] != content_digest(**{**said, "text": "Бұрмаланған."})
        assert row["received"] == received_digest(raw_item(db, items[row["id"]]) or "")
        kept = (
            "source_id",
            "lang",
            "number",
            "fingerprint",
            "digest",
            "seen_at",
            "parser",
            "content",
            "received",
        )
        parts = {name: row[name] for name in kept}
        assert row["chain"] == revision_link(previous, **parts)
        assert row["chain"] != revision_link(previous, **{**parts, "seen_at": "2020-01-01T00:00:00.000Z"})
        previous = row["chain"]


async def test_each_change_is_linked_to_the_one_before_it(db: Database) -> None:
    house = await told(db, *past(5))
    house.portal.show("economy", "kk", Item(1, "Тақырып", "Екінші.", START))
    await house.live(HOUR)
    previous = ""
    rows = list(
        db.query(
            "SELECT changes.*, source_id FROM changes JOIN releases ON releases.id = release_id ORDER BY 1"
        )
    )
    assert len(rows) == 6
    for row in rows:
        link = row.pop("chain")
        for name in ("id", "release_id"):
            del row[name]
        assert link == change_link(previous, **row)
        assert link != change_link(previous, **{**row, "detail": '{"fields": []}'})
        previous = link


async def test_an_item_that_came_back_is_kept_once(db: Database) -> None:
    house = await told(db, Item(1, "Тақырып", "Бірінші.", START), *past(5))
    for text in ("Екінші.", "Бірінші."):
        house.portal.show("economy", "kk", Item(1, "Тақырып", text, START))
        await house.live(2 * HOUR)
    [first, second, third] = house.rows(
        "SELECT raw_id, digest FROM revisions JOIN editions ON editions.id = edition_id AND editions.revisions = 3 "
        "ORDER BY number".replace("raw_id, digest", "revisions.raw_id, revisions.digest")
    )
    assert first == third != second


async def test_an_item_is_read_again_whatever_became_of_its_words(db: Database) -> None:
    house = await told(db, Item(1, "Тақырып", "Бірінші мәтін.", START), *past(5))
    for title, text in (
        ("Тақырып", "«Бірінші» мәтін."),
        ("Тақырып", "Екінші мәтін."),
        ("Жаңа", "Екінші мәтін."),
    ):
        house.portal.show("economy", "kk", Item(1, title, text, START))
        await house.live(2 * HOUR)
    assert len(house.rows("SELECT 1 FROM revisions WHERE edition_id = 6")) == 3  # quotes alone revise nothing
    items = house.rows("SELECT id, received, words_of FROM raw_items ORDER BY id")
    assert len(items) == 8  # that of the quotes has made room
    assert all(words_of is not None for _, _, words_of in items)
    for raw_id, received, _ in items:
        assert received_digest(raw_item(db, int(str(raw_id))) or "") == received


async def test_items_outlive_a_text_that_is_altered_in_place(db: Database) -> None:
    house = await told(db, Item(1, "Тақырып", "Бірінші мәтін бар.", START), *past(5))
    house.portal.show("economy", "kk", Item(1, "Тақырып", "Екінші мәтін бар.", START))
    await house.live(2 * HOUR)
    raws = [int(str(raw)) for (raw,) in house.rows("SELECT raw_id FROM revisions WHERE edition_id = 6")]
    before = [raw_item(db, raw) for raw in raws]
    assert len(before) == 2
    with items_kept(db, 6):
        db.execute("UPDATE revisions SET text = 'Бұрынғы мәтін.' WHERE edition_id = 6 AND text IS NOT NULL")
        db.execute("UPDATE editions SET text = 'Кейінгі мәтін.' WHERE id = 6")
    assert [raw_item(db, raw) for raw in raws] == before
    db.execute("UPDATE editions SET text = 'Ескертусіз.' WHERE id = 6")
    with pytest.raises(ZstdError):
        raw_item(db, raws[1])


class Hostile(FakePortal):
    """Shows what a hostile editor wrote, as the worker reads it and the pipe carries it."""

    async def read(self, order: Order) -> Answer:
        if order.page > 1:
            return Answer((), Report(order.id, "empty"))
        text = "Өтірік \ud800 таңба \x00 және \x1b[2J \ufffe \U0001f600 \u202e соңы"
        items: list[object] = [
            {"id": 5, "title": text, "body": f"<p>{text}</p>", "created_date": text, "projects": text},
            {"id": "6\ud800", "title": text},
            {"id": 2**63, "title": text},
            [text],
        ]
        read = [
            read_item(item, order=order, position=place, base_url="http://127.0.0.1:1")
            for place, item in enumerate(items)
        ]
        carried = [from_line(to_line(record).encode("utf-8")) for record in read]
        records = tuple(record for record in carried if isinstance(record, Sighting | Misfit))
        return Answer(records, Report(order.id, "items", listed=len(records)))


async def test_hostile_text_is_held_as_the_worker_gives_it(db: Database) -> None:
    house = await told(db, portal=Hostile())
    [(title, text)] = house.rows("SELECT title, text FROM editions")
    assert str(title).startswith("Өтірік \ufffd таңба")
    assert str(text).endswith("соңы")
    assert not set("\x00\x1b\u202e") & set(f"{title}{text}")
    assert house.rows("SELECT source_id, count(*) FROM releases") == [("5", 1)]
    assert len(house.rows("SELECT reason FROM quarantine")) == 3
    assert found_in(db, "таңба") == ["5"]


async def test_the_end_of_a_listing_is_not_what_came_of_it(db: Database) -> None:
    await told(db, *past(3))
    assert db.execute("SELECT count(*) FROM crawls WHERE outcome = 'empty' AND page > 1").fetchone()[0] > 0
    [row] = listing_rows(db)
    assert (row["outcome"], row["failures"], row["history_pages"]) == ("unchanged", 0, 2)
    assert row["walked_at"]
    assert row["success_at"] == row["read_at"]
    assert row["next_at"] > row["read_at"]
