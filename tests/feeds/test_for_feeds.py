"""What the store answers to feeds."""

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.errors import StoreError
from monitor.store.database import open_reader
from monitor.store.for_feeds import (
    Other,
    StoredEdition,
    changes,
    editions,
    has_read_a_listing,
)
from monitor.store.selections import data_version
from tests.feeds.conftest import SEEN, Stored


def held(stored: Stored, *ids: int) -> list[StoredEdition]:
    """The editions of these ids, in their order."""
    found = editions(stored.db, ids)
    return [found[key] for key in ids]


@pytest.fixture
def three(stored: Stored) -> Stored:
    first = stored.release("1", "economy", also=["abay"])
    stored.edition(first, "kk")
    stored.edition(first, "ru")
    second = stored.release("2", "moa")
    stored.edition(second, "ru", seen=SEEN + timedelta(hours=1))
    return stored


def test_editions_are_answered_by_their_ids(three: Stored) -> None:
    found = editions(three.db, [3, 1, 99])
    assert {key: (row.id, row.source_id, row.place) for key, row in found.items()} == {
        1: (1, "1", 1),
        3: (3, "2", 3),
    }


def test_a_copy_that_only_a_dump_knows_is_no_language_of_a_release(stored: Stored) -> None:
    half = stored.release("1")
    stored.edition(half, "kk", status="unseen")
    [found] = held(stored, stored.edition(half, "ru"))
    assert found.languages == ("ru",)


def test_an_edition_says_what_became_of_it(stored: Stored) -> None:
    release = stored.release("1", "economy", also=["moa", "abay"])
    kk = stored.edition(release, "kk")
    other = stored.edition(release, "ru", status="removed")
    stored.change("published", release, kk)
    stored.change("edited", release, kk, revision_id=stored.revision(kk, 2, "Басқа"))
    stored.change("removed", release, at=SEEN + timedelta(days=1))
    again = stored.revision(kk, 3, "Тағы басқа")
    stored.change("restored", release, revision_id=again, at=SEEN + timedelta(days=2))
    ru, found = held(stored, other, kk)
    assert found.agencies == ("economy", "abay", "moa")
    assert found.languages == ("kk",)
    assert (found.edits, ru.edits) == (2, 0)
    assert found.listing_changed_at == SEEN + timedelta(days=2)
    assert ru.listing_changed_at == SEEN + timedelta(days=2)
    assert ru.status == "removed"


def test_only_what_weighs_something_dates_an_edition(stored: Stored) -> None:
    release = stored.release("1")
    kk = stored.edition(release, "kk")
    other = stored.edition(release, "ru")
    hour = timedelta(hours=1)
    stored.change(
        "edited", release, kk, at=SEEN + hour, weight="minor", revision_id=stored.revision(kk, 2, "Ә")
    )
    stored.change(
        "edited", release, kk, at=SEEN + 2 * hour, weight="none", revision_id=stored.revision(kk, 3, "Ғ")
    )
    ru, found = held(stored, other, kk)
    assert (found.weighed_at, found.edits, found.weighty_edits) == (SEEN + hour, 2, 1)
    assert (ru.weighed_at, ru.edits, ru.weighty_edits) == (None, 0, 0)


def test_an_edition_names_the_others_of_its_story_the_first_publisher_before_all(stored: Stored) -> None:
    early, first, third = (
        stored.release(str(number), agency, published_at=f"2031-05-{day}T00:00:00.000Z", story_id=7)
        for number, agency, day in ((1, "economy", 12), (2, "moa", 13), (3, "abay", 14))
    )
    for release, title in ((early, "Бірінші"), (first, "Екінші")):
        stored.edition(release, "ru", title=f"{title} ru")
        stored.edition(release, "kk", title=title)
    edition = stored.edition(third, "kk", title="Үшінші")
    stored.db.execute("INSERT INTO stories VALUES (7, 'repost', ?, NULL, 3)", [first])
    url = "https://www.gov.kz/memleket/entities/{}/press/news/details/{}"
    assert editions(stored.db, [edition])[edition].also == (
        Other("moa", "2", url.format("moa", 2), "Екінші", first=True),
        Other("economy", "1", url.format("economy", 1), "Бірінші", first=False),
    )


def test_a_title_makes_another_version_of_all_that_carry_the_text(stored: Stored) -> None:
    early, late, other = (
        stored.release(str(number), agency, story_id=story)
        for number, agency, story in ((1, "economy", 7), (2, "moa", 7), (3, "abay", None))
    )
    mine, theirs, alone = (stored.edition(release, "ru", title="А") for release in (early, late, other))
    stored.db.execute("INSERT INTO stories VALUES (7, 'repost', ?, NULL, 2)", [early])
    versions = [_versions(stored)]
    stored.update("editions", mine, title="Б")
    versions.append(_versions(stored))
    stored.edition(early, "kk", title="Ә")  # which a copy in Kazakh would be told by
    versions.append(_versions(stored))
    stored.update("editions", mine, text="Мәтін")
    versions.append(_versions(stored))
    assert len({told[theirs] for told in versions}) == 3
    assert versions[2][theirs] == versions[3][theirs]
    assert len({told[alone] for told in versions}) == 1


def _versions(stored: Stored) -> dict[int, int]:
    return dict(stored.db.execute("SELECT edition_id, version FROM feed_entries").fetchall())


def test_changes_are_answered_as_they_found_their_release(stored: Stored) -> None:
    hour = timedelta(hours=1)
    release = stored.release("1", "moa")
    kk = stored.edition(release, "kk", title="Қазіргі", text="Қазіргі мәтін")
    former = stored.revision(kk, 1, "Сол кездегі", text="Сол кездегі мәтін")
    came = stored.change("published", release, kk, revision_id=former)
    removed = stored.change("removed", release, at=SEEN + hour)
    restored = stored.change("restored", release, at=SEEN + 2 * hour)
    present = stored.revision(kk, 2, "Қазіргі", seen=SEEN + 3 * hour)
    edited = stored.change("edited", release, kk, at=SEEN + 3 * hour, revision_id=present)
    stored.edition(release, "en", title="Later", seen=SEEN + 4 * hour)
    moved = stored.change(
        "moved", release, at=SEEN + 5 * hour, detail={"from": "moa", "to": "economy"}, weight="minor"
    )
    stored.listed(release, "economy", since=SEEN + 5 * hour)
    stored.update("releases", release, agency="economy")
    gone = stored.change("removed", release, at=SEEN + 6 * hour)
    found = changes(stored.db, [came, removed, restored, edited, moved, gone, 99])
    assert {key: (told.title, told.text) for key, told in found.items()} == {
        came: ("Сол кездегі", "Сол кездегі мәтін"),
        edited: ("Қазіргі", "Қазіргі мәтін"),
        **dict.fromkeys((removed, restored, moved, gone), (None, "")),
    }
    assert [found[key].titles for key in (removed, gone)] == [
        {"kk": "Сол кездегі"},
        {"kk": "Қазіргі", "en": "Later"},
    ]
    assert [(found[key].agency, found[key].agencies) for key in (came, edited, moved, gone)] == [
        ("moa", ("moa",)),
        ("moa", ("moa",)),
        ("economy", ("economy", "moa")),
        ("economy", ("economy", "moa")),
    ]


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
        editions(reader, [1])
    reader.close()
