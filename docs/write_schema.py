"""Writes the tables of docs/schema.md anew, from a database that the migrations make and what is said of it.

`python docs/write_schema.py` after a migration; a test says when that was forgotten. What stands above the mark is
written by hand.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "schema.md"
MARK = "<!-- What follows is written by docs/write_schema.py. -->\n"

Columns = Sequence[tuple[str, str]]
"""Name and type of each."""


def written(
    page: str, version: int, held: Mapping[str, Columns], meanings: Mapping[str, Mapping[str, str]]
) -> str:
    """The page with its tables as they are by now; raises ValueError where a meaning is lacking or of nothing."""
    head, mark, _ = page.partition(MARK)
    if not mark:
        raise ValueError("the page has no mark to write below")
    said = {name: {"is", *(column for column, _ in columns)} for name, columns in held.items()}
    for name in held.keys() | meanings.keys():
        if wrong := said.get(name, set()) ^ set(meanings.get(name, ())):
            raise ValueError(f"meanings.toml and the database differ in {name}: {', '.join(sorted(wrong))}")
    parts = [f"{head}{MARK}\n## Every table and view\n\nSchema {version}.\n"]
    for name in meanings:
        rows = [f"| `{column}` | {kind.lower()} | {meanings[name][column]} |" for column, kind in held[name]]
        parts.append("\n".join([f"### {name}", "", meanings[name]["is"], "", *_HEADING, *rows, ""]))
    return "\n".join(parts)


_HEADING = ("| column | type | says |", "|---|---|---|")


def present() -> tuple[int, dict[str, Columns]]:
    """The newest schema: its number, and the tables and views that are not an index's own."""
    from monitor.store.database import open_store

    db = open_store(":memory:")
    try:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        indices = [
            name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE sql LIKE '%USING FTS5%'")
        ]
        names = [
            name
            for name in (*db.table_names(), *db.view_names())
            if not name.startswith(("sqlite_", "_sqlite_"))
            and not any(name.startswith(f"{index}_") for index in indices)
        ]
        return version, {
            name: [(row[1], row[2]) for row in db.execute(f"PRAGMA table_info([{name}])")] for name in names
        }
    finally:
        db.conn.close()


def main() -> None:
    """Writes the page."""
    sys.path.insert(0, str(ROOT))
    from monitor.explore.metadata import meanings

    version, held = present()
    PAGE.write_text(written(PAGE.read_text("utf-8"), version, held, meanings()), "utf-8")


if __name__ == "__main__":
    main()
