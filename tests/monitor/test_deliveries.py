"""What is owed because of a change, and the changes that are told of, in a real SQLite."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from monitor.addresses import read_addresses
from monitor.errors import StoreError
from monitor.rules import Owed
from monitor.store.database import open_store, writing
from monitor.store.deliveries import counts, drop_addresses_not_in, owe
from monitor.store.journal import earlier_copies, load_change
from monitor.store.migrations import APPLICATION_ID, migrations

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
(HOOK,) = read_addresses("https://hooks.example.kz/planted")
(CHAT,) = read_addresses("tgram://123456:planted/77")


@pytest.fixture
def db() -> Iterator[Database]:
    db = open_store(":memory:")
    for slug in ("economy", "minfin"):
        db.table("agencies").insert(
            {"slug": slug, "name_kk": "", "name_ru": "", "name_en": "", "kind": "ministry"}
        )
    moment = "2026-03-02T09:00:00.000Z"
    release = {
        "id": 1, "source": "gov.kz", "source_id": "900001", "agency": "economy", "url": "https://www.gov.kz/x",
        "published_at": moment, "first_seen_at": moment, "last_seen_at": moment, "status": "listed",
        "origin": "crawl",
    }  # fmt: skip
    db.table("releases").insert(release)
    for slug in ("minfin", "economy"):
        db.table("release_agencies").insert(
            {"release_id": 1, "agency": slug, "first_seen_at": moment, "last_seen_at": moment}
        )
    for number, (lang, title, text) in enumerate(
        [("ru", "Новый текст", "Стало так"), ("kk", "Жаңа мәтін", "Осылай болды")], start=1
    ):
        edition = {
            "id": number, "release_id": 1, "lang": lang, "title": title, "text": text,
            "fingerprint": "", "digest": "", "first_seen_at": moment, "updated_at": moment, "ordered_at": moment,
            "status": "listed",
        }  # fmt: skip
        db.table("editions").insert(edition)
    for number, wording in enumerate([("Старый текст", "Было так"), ("Новый текст", None)], start=1):
        revision = {
            "id": number, "edition_id": 1, "number": number, "title": wording[0], "text": wording[1],
            "fingerprint": "", "seen_at": moment, "parser": 1, "digest": "", "chain": "",
        }  # fmt: skip
        db.table("revisions").insert(revision)
    yield db
    db.close()


def note(db: Database, number: int, kind: str = "published", **values: object) -> int:
    change: dict[str, object] = {
        "id": number,
        "uid": f"8d4f7f0e-3c51-4a53-9a43-0d6f1f6f{number:04}",
        "at": "2026-03-02T09:30:00.000Z",
        "kind": kind,
        "release_id": 1,
        "edition_id": 1,
        "revision_id": 1,
        "weight": "major",
        **values,
    }
    db.table("changes").insert(change)
    return number


def test_what_is_owed_names_its_rules_and_no_secret(db: Database) -> None:
    owe(db, note(db, 1), Owed(HOOK, ("бірінші", "second"), "published", "major"))
    (row,) = db.query("SELECT * FROM deliveries")
    assert json.loads(row["rules"]) == ["бірінші", "second"]
    assert "planted" not in str(row)
    assert (row["state"], row["attempts"]) == ("owed", 0)


def test_a_message_id_follows_from_change_and_receiver(db: Database) -> None:
    for number in (1, 2):
        note(db, number)
        for address in (HOOK, CHAT):
            owe(db, number, Owed(address, ("r",), "published", "major"))
    before = [row["message_id"] for row in db.query("SELECT message_id FROM deliveries ORDER BY id")]
    assert len(set(before)) == 4
    db.execute("DELETE FROM deliveries")
    owe(db, 1, Owed(HOOK, ("r",), "published", "major"))
    assert [row["message_id"] for row in db.query("SELECT message_id FROM deliveries")] == before[:1]


def test_owing_belongs_to_the_transaction_of_the_change(db: Database) -> None:
    with pytest.raises(RuntimeError), writing(db):
        owe(db, note(db, 1), Owed(HOOK, ("r",), "published", "major"))
        raise RuntimeError
    assert counts(db) == {"owed": 0, "sent": 0, "failed": 0, "dropped": 0}


def test_what_nobody_is_configured_for_is_dropped(db: Database) -> None:
    note(db, 1)
    owe(db, 1, Owed(HOOK, ("r",), "published", "major"))
    owe(db, 1, Owed(CHAT, ("r",), "published", "major"))
    assert drop_addresses_not_in(db, [CHAT.key], reason="no longer named") == 1
    (owed,) = db.query("SELECT address_key FROM deliveries WHERE state = 'owed'")
    assert owed["address_key"] == CHAT.key
    assert drop_addresses_not_in(db, [], reason="no longer named") == 1
    assert {row["error"] for row in db.query("SELECT error FROM deliveries")} == {"no longer named"}


def test_a_change_is_worded_as_it_was_then(db: Database) -> None:
    then, now = load_change(db, note(db, 1)), load_change(db, note(db, 2, "edited", revision_id=2))
    assert (then.title, then.text) == ("Старый текст", "Было так")
    assert (now.title, now.text) == ("Новый текст", "Стало так")
    assert then.agencies == ("economy", "minfin")
    assert (then.lang, then.earlier, then.baseline) == ("ru", ("kk",), False)
    assert (then.at, then.published_at) == (NOW, NOW - timedelta(minutes=30))


def test_a_translation_knows_what_was_there_before(db: Database) -> None:
    detail = json.dumps({"earlier": ["ru"]})
    seen = load_change(db, note(db, 1, "translated", edition_id=2, revision_id=None, detail=detail))
    assert (seen.lang, seen.title, seen.earlier) == ("kk", "Жаңа мәтін", ("ru",))
    assert earlier_copies(db, seen) == {"ru": "Новый текст\nСтало так"}


def test_a_whole_release_speaks_in_all_its_languages(db: Database) -> None:
    seen = load_change(db, note(db, 1, "removed", edition_id=None, revision_id=None))
    assert (seen.lang, seen.title, seen.earlier) == (None, "Новый текст", ("ru", "kk"))
    assert "Осылай болды" in seen.text
    assert seen.copies == {
        "ru": ["Старый текст\nБыло так", "Новый текст\nСтало так"],
        "kk": ["Жаңа мәтін\nОсылай болды"],
    }
    gone = load_change(db, note(db, 2, "removed", edition_id=1, revision_id=None))
    assert gone.copies == {"ru": seen.copies["ru"]}
    assert load_change(db, note(db, 3, "edited")).copies == {}


def test_what_became_of_a_whole_release_is_worded_as_the_release_was_then(db: Database) -> None:
    db.execute("UPDATE revisions SET seen_at = '2026-03-02T09:31:00.000Z' WHERE number = 2")
    seen = load_change(db, note(db, 1, "restored", edition_id=None, revision_id=None))
    assert (seen.title, seen.text.splitlines()[1]) == ("Старый текст", "Было так")
    assert earlier_copies(db, seen)["ru"] == "Старый текст\nБыло так"


def test_a_copy_that_was_taken_away_is_worded_as_it_was_then(db: Database) -> None:
    db.execute("UPDATE revisions SET seen_at = '2026-03-02T09:31:00.000Z' WHERE number = 2")
    seen = load_change(db, note(db, 1, "removed", revision_id=None))
    assert (seen.title, seen.text) == ("Старый текст", "Было так")


def test_a_change_that_is_not_there_is_an_error(db: Database) -> None:
    with pytest.raises(StoreError, match="no change 9"):
        load_change(db, 9)


def test_what_an_older_version_owed_is_owed_still_and_what_it_tried_keeps_its_id(tmp_path: Path) -> None:
    older = Database(tmp_path / "older.db")
    migrations.apply(older, stop_before="m029_messages_for_people")
    older.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    older.execute(f"PRAGMA user_version = {len(migrations.applied(older))}")
    change_id = note(older, 1)
    rows = [
        ("https://hooks.example.kz", "owed", 0, None),
        ("mailto:desk@example.kz", "owed", 0, None),
        ("mailto:night@example.kz", "owed", 2, None),
        ("tgram://1/2", "sent", 1, "2026-07-13T04:00:01.000Z"),
    ]
    for number, (shown, state, attempts, sent_at) in enumerate(rows):
        older.execute(
            "INSERT INTO deliveries "
            "(change_id, rules, address_key, address_shown, message_id, state, attempts, sent_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [change_id, '["ереже"]', f"k{number}", shown, f"m{number}", state, attempts, sent_at],
        )
    older.conn.close()
    db = open_store(tmp_path / "older.db")
    columns = (
        "address_shown, message_id, told_as, weight, form, booked_at IS NOT NULL, state, attempts, sent_at"
    )
    assert db.execute(f"SELECT {columns} FROM deliveries ORDER BY id").fetchall() == [
        ("https://hooks.example.kz", "m0", "published", "major", "change", 0, "owed", 0, None),
        ("mailto:desk@example.kz", "m1", "published", "major", None, 0, "owed", 0, None),
        ("mailto:night@example.kz", "m2", "published", "major", "release", 1, "owed", 2, None),
        ("tgram://1/2", "m3", "published", "major", "release", 1, "sent", 1, "2026-07-13T04:00:01.000Z"),
    ]
    db.conn.close()
