"""The words that the index of current wordings holds; reads no list of hits."""

from collections.abc import Iterator

from sqlite_utils import Database

_AT_ONCE = 100
"""Occurrences read one after the other, before the next word is sought anew: seeking costs as much as 100 of them."""
_LAST = "\U0010ffff"


class Vocabulary:
    """What `monitor.words.spread` asks of an index, remembered."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._first: dict[str, str | None] = {}

    def open(self) -> None:
        """Has its table at hand; the end of the transaction in which that was made may have taken it away."""
        if not self._db.execute("SELECT 1 FROM temp.sqlite_master WHERE name = 'search_words'").fetchone():
            [(only_reads,)] = self._db.execute("PRAGMA query_only").fetchall()
            self._db.execute("PRAGMA query_only = OFF")  # it forbids what is this connection's own as well
            try:
                self._db.execute(
                    "CREATE VIRTUAL TABLE temp.search_words USING fts5vocab (main, editions_fts, instance)"
                )
            finally:
                self._db.execute(f"PRAGMA query_only = {only_reads}")

    def first(self, word: str) -> str | None:
        """The first word that is not before this one; None: there is none."""
        if word not in self._first:
            row = self._db.execute(
                "SELECT term FROM temp.search_words WHERE term >= ? LIMIT 1", [word]
            ).fetchone()
            self._first[word] = row[0] if row else None
        return self._first[word]

    def beginning(self, beginning: str) -> Iterator[str]:
        """All words that begin so, in their order."""
        known, sought = "", beginning
        while True:
            # Rare words lie side by side; a common one is passed over, whatever it has of occurrences.
            cursor = self._db.execute(
                "SELECT term FROM temp.search_words WHERE term >= ? AND term < ?", [sought, beginning + _LAST]
            )
            turn = 0
            for (word,) in cursor:
                if word != known:
                    turn, known = 0, word
                    yield word
                turn += 1
                if turn == _AT_ONCE:
                    break
            else:
                return
            cursor.close()
            sought = known + "\0"
