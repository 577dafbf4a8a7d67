"""What is remembered of feeds while nothing that they show has changed."""

from typing import Any

import pytest

import feeds.windows
from feeds.windows import ROOM, Windows
from monitor.store.database import Database, open_reader, reading
from monitor.store.selections import Bounds, Selection, Window, newest
from tests.feeds.conftest import Stored


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Selection]:
    """What the store was asked for."""
    read, heard = feeds.windows.newest, []

    def counted(db: Database, selection: Selection, **how: Any) -> Window:
        heard.append(selection)
        return read(db, selection, **how)

    monkeypatch.setattr(feeds.windows, "newest", counted)
    return heard


def test_the_same_search_is_asked_once_until_something_changes(
    golden: Stored, asked: list[Selection]
) -> None:
    windows, db = Windows(), open_reader(golden.path)
    for _ in range(3):
        with reading(db):
            first = windows.of(db, Selection(), None, size=50)
    assert len(asked) == 1
    golden.crawl("unchanged")
    with reading(db):
        assert windows.of(db, Selection(), None, size=50) is first
    golden.update("editions", 1, title="Жаңартылған тақырып")
    with reading(db):
        assert windows.of(db, Selection(), None, size=50) != first
    assert len(asked) == 2
    db.close()


@pytest.mark.parametrize(
    "selection",
    [Selection(), Selection(languages=("kk",)), Selection(agencies=("economy",)), Selection("changes")],
)
def test_what_is_counted_on_is_what_is_counted_anew(stored: Stored, selection: Selection) -> None:
    windows = Windows()
    for number in range(12):
        release = stored.release(str(number), "economy" if number % 3 else "moa")
        lang = "kk" if number % 2 else "ru"
        edition = stored.edition(release, lang, place=-number if number % 4 == 3 else None)
        stored.change("published", release, edition)
        found = windows.of(stored.db, selection, None, size=2)
        anew = newest(stored.db, selection, size=2)
        assert (found, found and found.news) == (anew, anew.news)


def test_other_searches_sizes_and_archives_are_others(golden: Stored, asked: list[Selection]) -> None:
    windows, db = Windows(), golden.db
    assert windows.of(db, Selection(languages=("kk",)), None, size=50) != windows.of(
        db, Selection(languages=("ru",)), None, size=50
    )
    windows.of(db, Selection(languages=("kk",)), None, size=1)
    assert windows.of(db, Selection(languages=("kk",)), Bounds(99, 99), size=1) is None
    assert len(asked) == 3


def test_no_more_is_kept_than_there_is_room_for(golden: Stored, asked: list[Selection]) -> None:
    windows = Windows()
    for number in range(ROOM + 1):
        windows.of(golden.db, Selection(), None, size=number + 1)
    windows.of(golden.db, Selection(), None, size=2)
    assert len(asked) == ROOM + 1
    windows.of(golden.db, Selection(), None, size=1)
    assert len(asked) == ROOM + 2
