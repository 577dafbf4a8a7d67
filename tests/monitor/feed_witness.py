"""Looks at what feeds hold, again and again, and remembers: nothing that was there may move, go or come twice."""

from typing import Any

from sqlite_utils import Database

from feeds.entries import edition_entry
from feeds.journal import change_entry
from monitor.store.for_feeds import changes, editions
from monitor.store.selections import Bounds, Selection, Window, archived, newest

SIZE = 3
ADDRESS = "https://jarshy.example"

SELECTIONS = (
    Selection(),
    Selection(languages=("kk",)),
    Selection(agencies=("economy",)),
    Selection(agencies=("almaty", "moa"), languages=("ru", "en")),
    Selection(match='"тенге"*'),
    Selection(match='"хабар"* NOT "тенге"*', agencies=("mfa", "economy")),
    Selection(kinds=("edited", "restored")),
    Selection(kinds=("moved", "removed", "restored")),
    Selection(weight="major", agencies=("economy",)),
    Selection(stories=True),
    Selection(agencies=("almaty", "moa"), stories=True),
    Selection(match='"хабар"*', stories=True),
    Selection(agencies=("economy",), kinds=("edited", "moved", "removed")),
    Selection(agencies=("almaty",), match='"тенге"*'),
    Selection("changes"),
    Selection("changes", kinds=("removed", "restored")),
    Selection("changes", ("almaty", "moa"), ("kk",)),
    Selection("changes", match='"тенге"*', weight="minor"),
    Selection("changes", match='"ғылым"*'),
)


class Witness:
    """What was seen of the feeds of one database so far."""

    def __init__(self) -> None:
        self._places: dict[Selection, dict[int, int]] = {}
        self._archives: dict[tuple[Selection, Bounds], list[int]] = {}
        self._shown: dict[tuple[str, int], tuple[int, Any]] = {}

    def look(self, db: Database) -> None:
        """Raises AssertionError where a feed is not what it was, or does not hang together."""
        for selection in SELECTIONS:
            documents = chain(db, selection)
            self._nothing_moved(selection, documents)
            self._archives_stay(db, selection, documents)
            self._versions_tell(db, selection, documents[0])

    def _nothing_moved(self, selection: Selection, documents: list[Window]) -> None:
        places = {entry.key: entry.place for document in documents for entry in document.entries}
        before = self._places.get(selection, {})
        assert before.items() <= places.items()
        come = {place for key, place in places.items() if key not in before}
        assert not before or all(
            place > max(0, *before.values()) or place < min(1, *before.values()) for place in come
        )
        self._places[selection] = places

    def _archives_stay(self, db: Database, selection: Selection, documents: list[Window]) -> None:
        for document in documents[1:]:
            bounds = Bounds(document.entries[-1].place, document.entries[0].place)
            self._archives[selection, bounds] = [entry.key for entry in document.entries]
        for (of, bounds), keys in self._archives.items():
            if of == selection:
                again = archived(db, selection, bounds, size=SIZE)
                assert again is not None
                assert [entry.key for entry in again.entries] == keys

    def _versions_tell(self, db: Database, selection: Selection, window: Window) -> None:
        keys = [entry.key for entry in window.entries]
        shown: dict[int, Any] = (
            {key: edition_entry(held, address=ADDRESS) for key, held in editions(db, keys).items()}
            if selection.topic == "releases"
            else {key: change_entry(told, address=ADDRESS) for key, told in changes(db, keys).items()}
        )
        for entry in window.entries:
            place = selection.topic, entry.key
            version, said = self._shown.get(place, (None, None))
            assert version != entry.version or said == shown[entry.key]
            self._shown[place] = entry.version, shown[entry.key]


def chain(db: Database, selection: Selection, *, size: int = SIZE) -> list[Window]:
    """The subscription document and every archive that its links lead to; each leads back to the one after it."""
    documents = [newest(db, selection, size=size)]
    bounds: list[Bounds | None] = [None]
    while (older := documents[-1].older) is not None:
        found = archived(db, selection, older, size=size)
        assert found is not None
        assert found.newer == bounds[-1]
        assert 0 < len(found.entries) <= size
        documents.append(found)
        bounds.append(older)
    keys = [entry.key for document in documents for entry in document.entries]
    assert len(keys) == len(set(keys))
    places = [entry.place for document in documents for entry in document.entries]
    assert places == sorted(set(places), reverse=True)
    assert len(documents[0].entries) < 2 * size
    assert len(documents[0].entries) >= size or len(documents) == 1 or places[len(documents[0].entries)] <= 0
    return documents
