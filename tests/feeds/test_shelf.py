"""What is kept, and when it is rendered anew."""

import logging
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from feeds.shelf import Document, Shelf, document
from monitor.errors import StoreError
from tests.feeds.conftest import Stored


class Desk:
    """Reads titles, and counts what is read and rendered."""

    def __init__(self, path: Path, **options: Any) -> None:
        self.shelf = Shelf(path, **options)
        self.read_count = 0
        self.rendered: list[str] = []

    def fetch(self, name: str = "all") -> str:
        found = self.shelf.fetch(
            name, read=self._read, nothing=(), render=lambda rows: self._render(name, rows)
        )
        return found.body.decode()

    def _read(self, db: Database) -> tuple[str, ...]:
        self.read_count += 1
        try:
            return tuple(row["title"] for row in db.query("SELECT title FROM editions"))
        except Exception as error:
            raise StoreError("unreadable") from error

    def _render(self, name: str, rows: tuple[str, ...]) -> Document:
        self.rendered.append(name)
        return document(" ".join(rows).encode(), media_type="text/plain")


@pytest.fixture
def desk(stored: Stored) -> Any:
    stored.edition(stored.release("1"), "kk", title="Кеңес")
    desk = Desk(stored.path)
    yield desk
    desk.shelf.close()


def test_what_did_not_change_is_neither_read_nor_rendered_again(desk: Desk) -> None:
    assert [desk.fetch(), desk.fetch()] == ["Кеңес", "Кеңес"]
    assert (desk.read_count, desk.rendered) == (1, ["all"])


def test_a_commit_that_leaves_the_rows_alone_renders_nothing(desk: Desk, stored: Stored) -> None:
    desk.fetch()
    stored.crawl("unchanged")
    assert desk.fetch() == "Кеңес"
    assert (desk.read_count, desk.rendered) == (2, ["all"])


def test_changed_rows_are_rendered_anew(desk: Desk, stored: Stored) -> None:
    desk.fetch()
    stored.update("editions", 1, title="Өзгерді")
    assert desk.fetch() == "Өзгерді"
    assert desk.rendered == ["all", "all"]


def test_there_is_something_to_serve_before_there_is_a_database(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "jarshy.db")
    assert desk.fetch() == ""
    assert desk.shelf.ask(lambda db: True, nothing=False) is False
    stored = Stored(tmp_path / "jarshy.db")
    stored.edition(stored.release("1"), "kk", title="Пайда болды")
    assert desk.fetch() == "Пайда болды"
    desk.shelf.close()
    stored.db.close()


def test_a_database_that_cannot_be_read_leaves_what_was_rendered(
    desk: Desk, stored: Stored, caplog: pytest.LogCaptureFixture
) -> None:
    desk.fetch()
    stored.db.execute("ALTER TABLE editions RENAME TO lost")
    with caplog.at_level(logging.WARNING):
        assert desk.fetch() == "Кеңес"
    assert "all is served as it was last rendered: unreadable" in caplog.text
    with pytest.raises(StoreError):
        desk.fetch("another")
    stored.db.execute("ALTER TABLE lost RENAME TO editions")
    stored.update("editions", 1, title="Қайта келді")
    assert desk.fetch() == "Қайта келді"


def test_the_oldest_give_way_when_room_runs_out(stored: Stored) -> None:
    stored.edition(stored.release("1"), "kk", title="ұ" * 400)
    desk = Desk(stored.path, room=2000)
    for name in ("a", "b", "a", "c", "a", "b"):
        desk.fetch(name)
    assert desk.rendered == ["a", "b", "c", "b"]
    desk.shelf.close()


def test_a_document_larger_than_the_room_is_still_served(stored: Stored) -> None:
    stored.edition(stored.release("1"), "kk", title="ұ" * 400)
    desk = Desk(stored.path, room=10)
    assert desk.fetch() == "ұ" * 400
    desk.shelf.close()
