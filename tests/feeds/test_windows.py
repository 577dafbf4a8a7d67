"""What is remembered of feeds while nothing that they show has changed."""

import pytest

import feeds.windows
from feeds.windows import ROOM, Windows
from monitor.store.database import open_reader, reading
from monitor.store.selections import Bounds, Selection
from tests.feeds.conftest import Stored


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Selection]:
    """What the store was asked for."""
    read, heard = feeds.windows.newest, []

    def counted(db: object, selection: Selection, *, size: int) -> object:
        heard.append(selection)
        return read(db, selection, size=size)  # type: ignore[arg-type]

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
