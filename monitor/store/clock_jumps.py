"""When the clock was set while the daemon ran, which those who trust its times may ask."""

from datetime import timedelta

from sqlite_utils import Database

from monitor.clock_jumps import Jump
from monitor.store.database import from_text, to_text

MOST = 1000
"""Of the newest that are read; a clock that is set every hour has so many in six weeks."""


def note_jump(db: Database, jump: Jump) -> None:
    """Writes it down, inside the caller's transaction."""
    db.execute(
        "INSERT INTO clock_jumps (at, seconds) VALUES (?, ?)", [to_text(jump.at), jump.by.total_seconds()]
    )


def load_jumps(db: Database) -> list[Jump]:
    """The newest of them, in their order."""
    rows = db.execute("SELECT at, seconds FROM clock_jumps ORDER BY id DESC LIMIT ?", [MOST]).fetchall()
    return [Jump(from_text(at), timedelta(seconds=seconds)) for at, seconds in reversed(rows)]
