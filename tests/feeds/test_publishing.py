"""What decides the bytes of a feed, and what is rendered for it."""

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import feedparser
import pytest

import feeds.publishing
from crawler.directory import agencies, learn
from feeds.documents import Document
from feeds.formats import FORMATS
from feeds.fragments import Fragments
from feeds.ids import edition_uuid, urn
from feeds.publishing import Outline, Publisher, document_of, links_of, outline_of
from feeds.streams import Asked, Stream
from monitor.store.database import open_store
from monitor.store.selections import Bounds
from tests.feeds.conftest import Stored

OURS = Publisher(address="https://herald.example", size=2)


def outline(stored: Stored, asked: Asked, publisher: Publisher = OURS) -> Outline:
    found = outline_of(stored.db, asked, publisher)
    assert found is not None
    return found


def rendered(
    stored: Stored, asked: Asked, fragments: Fragments | None = None, publisher: Publisher = OURS
) -> Document:
    return document_of(stored.db, outline(stored, asked, publisher), publisher, fragments or Fragments())


@pytest.fixture
def six(stored: Stored) -> Stored:
    """News enough for two archives of two and a subscription document of two."""
    for number in range(1, 7):
        stored.edition(
            stored.release(str(number)), "kk", f"Жаңалық {number}", "Үкімет отырысы.", place=number
        )
    return stored


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("topic", ["releases", "changes", "removed"])
def test_with_or_without_fragments_the_bytes_are_the_same(golden: Stored, topic: Any, ending: str) -> None:
    asked, fragments = Asked(Stream(topic=topic), ending), Fragments()
    made = [rendered(golden, asked, fragments), rendered(golden, asked, fragments), rendered(golden, asked)]
    assert made[0] == made[1] == made[2]
    assert gzip.decompress(made[0].gzipped) == made[0].plain


def test_an_entry_is_rendered_once_for_all_feeds_that_show_it(
    golden: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = []
    form = FORMATS["atom"]

    def entry(each: Any) -> bytes:
        counted.append(each.id)
        return form.entry(each)

    monkeypatch.setitem(FORMATS, "atom", replace(form, entry=entry))
    fragments, wide = Fragments(), replace(OURS, size=50)
    for stream in (Stream(), Stream(languages=("kk",)), Stream(agencies=("economy",)), Stream(stories=True)):
        rendered(golden, Asked(stream, "atom"), fragments, wide)
    assert len(counted) == len(set(counted)) == 3
    golden.update("editions", 1, title="Жаңартылған тақырып")
    rendered(golden, Asked(Stream(), "atom"), fragments, wide)
    again = counted[3:]
    assert again.count(urn(edition_uuid("gov.kz", "900101", "kk"))) == 1
    rendered(golden, Asked(Stream(), "atom"), fragments, wide)
    assert counted[3:] == again


def test_a_change_of_a_whole_release_is_rendered_for_each_choice_of_languages(golden: Stored) -> None:
    fragments = Fragments()
    everything, kk = (
        json.loads(rendered(golden, Asked(stream, "json"), fragments).plain)
        for stream in (Stream(topic="changes"), Stream(topic="changes", languages=("en",)))
    )
    assert kk["items"][0] == next(item for item in everything["items"] if item["id"] == kk["items"][0]["id"])


def test_the_tag_is_the_same_in_a_restored_backup(golden: Stored, tmp_path: Path) -> None:
    copy = tmp_path / "restored.db"
    golden.db.execute("VACUUM INTO ?", [str(copy)])
    restored = open_store(copy)
    for topic in ("releases", "changes", "removed"):
        asked = Asked(Stream(topic=topic), "rss")  # type: ignore[arg-type]
        again = outline_of(restored, asked, OURS)
        assert again is not None
        assert again.tag == outline(golden, asked).tag
    restored.close()


def test_whatever_changes_the_bytes_changes_the_tag(golden: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked(Stream(), "atom")
    tags = [
        outline(golden, asked).tag,
        outline(golden, Asked(Stream(), "rss")).tag,
        outline(golden, Asked(Stream(languages=("kk", "en", "ru")), "atom")).tag,
        outline(golden, asked, replace(OURS, address="https://other.example")).tag,
        outline(golden, asked, replace(OURS, hub="https://hub.example/")).tag,
        outline(golden, asked, replace(OURS, removed_text="title")).tag,
        outline(golden, asked, replace(OURS, size=1)).tag,
        outline(golden, asked, replace(OURS, address_of=lambda _: "/all.atom")).tag,
    ]
    golden.update("editions", 1, title="Жаңартылған тақырып")
    tags.append(outline(golden, asked).tag)
    monkeypatch.setattr(feeds.publishing, "program_version", lambda: "next")
    tags.append(outline(golden, asked).tag)
    learned = replace(agencies()["economy"], name_kk="Экономика министрлігі, жаңа атауы")
    learn([learned])
    try:
        tags.append(outline(golden, asked).tag)
    finally:
        learn([])
    assert len(set(tags)) == len(tags)


def test_archives_and_the_feed_name_each_other(six: Stored) -> None:
    feed = outline(six, Asked(Stream(), "atom"))
    assert feed.window.older == Bounds(3, 4)
    archive = outline(six, Asked(Stream(), "atom", Bounds(3, 4)))
    parsed = feedparser.parse(rendered(six, archive.asked).plain)
    found = {link.rel: link.href for link in parsed.feed.links}
    start = "https://herald.example/feeds/all"
    assert found["self"] == f"{start}/archive/3..4.atom"
    assert found["current"] == f"{start}.atom"
    assert found["prev-archive"] == f"{start}/archive/1..2.atom"
    assert "next-archive" not in found
    assert dict(links_of(archive, OURS)) == {
        relation: found[relation] for relation in ("self", "current", "prev-archive")
    }
    assert dict(links_of(feed, OURS)) == {"self": f"{start}.atom", "prev-archive": found["self"]}
    oldest = outline(six, Asked(Stream(), "atom", Bounds(1, 2)))
    assert dict(links_of(oldest, OURS))["next-archive"] == found["self"]
    assert len(parsed.entries) == 2


def test_there_is_no_archive_of_other_bounds(six: Stored) -> None:
    assert outline_of(six.db, Asked(Stream(), "atom", Bounds(90, 99)), OURS) is None
    assert outline_of(None, Asked(Stream(), "atom", Bounds(1, 2)), OURS) is None


def test_static_files_may_stand_elsewhere_under_the_same_ids(six: Stored) -> None:
    there = replace(
        OURS,
        address_of=lambda address: f"/files/{'old' if '/archive/' in address else 'new'}.atom",
    )
    ours, theirs = (
        feedparser.parse(rendered(six, Asked(Stream(), "atom"), publisher=publisher).plain)
        for publisher in (OURS, there)
    )
    assert ours.feed.id == theirs.feed.id
    assert [entry.id for entry in ours.entries] == [entry.id for entry in theirs.entries]
    links = {link.rel: link.href for link in theirs.feed.links}
    assert links["self"] == "https://herald.example/files/new.atom"
    assert links["prev-archive"] == "https://herald.example/files/old.atom"


def test_only_the_feed_of_removals_names_what_was_deleted_each_once(golden: Stored) -> None:
    golden.change("removed", 2)
    asked = Asked(Stream(topic="removed"), "atom")
    assert rendered(golden, asked).plain.count(b"deleted-entry ref") == 1
    assert b"deleted-entry" not in rendered(golden, Asked(Stream(topic="changes"), "atom")).plain
