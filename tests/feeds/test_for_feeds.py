"""What the store answers to feeds."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import StoreError
from monitor.store.database import open_reader
from monitor.store.for_feeds import (
    data_version,
    has_read_a_listing,
    newest_change,
    newest_changes,
    newest_editions,
)
from tests.feeds.conftest import SEEN, Stored


def shown(stored: Stored, **asked: Any) -> list[tuple[str, str]]:
    return [(row.source_id, row.lang) for row in newest_editions(stored.db, **{"limit": 50} | asked)]


@pytest.fixture
def three(stored: Stored) -> Stored:
    first = stored.release("1", "economy", also=["abay"])
    stored.edition(first, "kk")
    stored.edition(first, "ru")
    second = stored.release("2", "moa")
    stored.edition(second, "ru", seen=SEEN + timedelta(hours=1))
    return stored


def test_the_newest_comes_first_and_the_later_row_before_the_earlier_of_one_moment(three: Stored) -> None:
    assert shown(three) == [("2", "ru"), ("1", "ru"), ("1", "kk")]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param({"limit": 1}, [("2", "ru")], id="no more than asked"),
        pytest.param({"languages": ["kk"]}, [("1", "kk")], id="one language"),
        pytest.param({"languages": ["kk", "ru"], "limit": 2}, [("2", "ru"), ("1", "ru")], id="two languages"),
        pytest.param({"agencies": ["economy"]}, [("1", "ru"), ("1", "kk")], id="the owner"),
        pytest.param({"agencies": ["abay"]}, [("1", "ru"), ("1", "kk")], id="another agency that lists it"),
        pytest.param(
            {"agencies": ["abay", "economy"]}, [("1", "ru"), ("1", "kk")], id="two agencies, once each"
        ),
        pytest.param({"agencies": ["moa"], "languages": ["kk"]}, [], id="an agency without that language"),
        pytest.param({"agencies": ["nobody' OR 1=1 --"]}, [], id="a name that is none"),
    ],
)
def test_what_was_asked_is_what_is_shown(
    three: Stored, asked: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert shown(three, **asked) == expected


def test_what_only_a_dump_knows_is_not_shown(stored: Stored) -> None:
    half = stored.release("1")
    stored.edition(half, "kk", status="unseen")
    stored.edition(half, "ru")
    stored.edition(stored.release("2", status="unseen"), "ru")
    assert shown(stored) == [("1", "ru")]
    assert newest_editions(stored.db, limit=9)[0].languages == ("ru",)


def test_an_edition_says_what_became_of_it(stored: Stored) -> None:
    release = stored.release("1", "economy", also=["moa", "abay"])
    kk = stored.edition(release, "kk")
    stored.edition(release, "ru", status="removed")
    stored.change("published", release, kk)
    stored.change("edited", release, kk, revision_id=stored.revision(kk, 2, "Басқа"))
    stored.change("removed", release, at=SEEN + timedelta(days=1))
    again = stored.revision(kk, 3, "Тағы басқа")
    stored.change("restored", release, revision_id=again, at=SEEN + timedelta(days=2))
    ru, found = newest_editions(stored.db, limit=9)
    assert found.agencies == ("economy", "abay", "moa")
    assert found.languages == ("kk",)
    assert (found.edits, ru.edits) == (2, 0)
    assert found.listing_changed_at == SEEN + timedelta(days=2)
    assert ru.listing_changed_at == SEEN + timedelta(days=2)
    assert ru.status == "removed"


def test_changes_are_news_only_and_the_newest_first(stored: Stored) -> None:
    release = stored.release("1")
    edition = stored.edition(release, "kk", title="Қазіргі")
    stored.change("published", release, edition, baseline=1)
    stored.change("edited", release, edition, revision_id=stored.revision(edition, 2, "Сол кездегі"))
    stored.change("removed", release)
    removed, edited = newest_changes(stored.db, limit=9)
    assert (removed.kind, removed.lang, removed.title) == ("removed", None, None)
    assert removed.titles == {"kk": "Қазіргі"}
    assert (edited.kind, edited.lang, edited.title) == ("edited", "kk", "Сол кездегі")


@pytest.mark.parametrize(
    ("asked", "kinds"),
    [
        ({"languages": ["kk"]}, ["removed", "published"]),
        ({"languages": ["ru"]}, ["removed", "translated"]),
        ({"languages": ["en"]}, []),
        ({"kinds": ["removed", "restored"]}, ["removed"]),
        ({"agencies": ["abay"]}, ["removed", "translated", "published"]),
        ({"agencies": ["moa"]}, []),
        ({"limit": 1}, ["removed"]),
    ],
)
def test_changes_can_be_narrowed(stored: Stored, asked: dict[str, Any], kinds: list[str]) -> None:
    release = stored.release("1", "economy", also=["abay"])
    stored.change("published", release, stored.edition(release, "kk"))
    stored.change("translated", release, stored.edition(release, "ru"))
    stored.change("removed", release)
    assert [change.kind for change in newest_changes(stored.db, **{"limit": 9} | asked)] == kinds
    assert newest_change(stored.db) == 3


def test_the_version_moves_with_every_commit_of_another_connection(stored: Stored) -> None:
    edition = stored.edition(stored.release("1"), "kk")
    reader = open_reader(stored.path)
    before = data_version(reader)
    assert data_version(reader) == before
    stored.reword(edition, "<p>Қайта жазылған белгілеу</p>")
    assert data_version(reader) != before
    reader.close()


@pytest.mark.parametrize(
    ("outcome", "counts"), [(None, False), ("refused", False), ("shell", False), ("unchanged", True)]
)
def test_only_a_successful_reading_counts(stored: Stored, outcome: str | None, counts: bool) -> None:
    stored.crawl(outcome)
    assert has_read_a_listing(stored.db) is counts


def test_a_garbled_database_is_said(stored: Stored, tmp_path: Path) -> None:
    stored.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    reader = open_reader(stored.path)
    with stored.path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (stored.path.stat().st_size - 4096))
    with pytest.raises(StoreError, match="cannot be read for the feeds"):
        newest_editions(reader, limit=1)
    reader.close()
