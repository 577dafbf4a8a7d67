"""What Datasette is told of the history: titles, descriptions, facets, and the questions that it offers. Pure.

The questions are SQL, and stand beside the descriptions in files of data: nothing of Jarshy runs them.
"""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent

DATABASE = "jarshy"
"""Its name in Datasette's addresses, whatever the file is called."""


def tables() -> dict[str, dict[str, Any]]:
    """What is said of each table and view that is shown."""
    return tomllib.loads((_HERE / "tables.toml").read_text(encoding="utf-8"))


def questions() -> dict[str, dict[str, Any]]:
    """The queries that are offered, by name: `title`, `description`, `sql`, and in `try` values to ask them with."""
    return tomllib.loads((_HERE / "questions.toml").read_text(encoding="utf-8"))


def metadata(held: Iterable[str]) -> dict[str, Any]:
    """Datasette's metadata for a file that holds these tables and views."""
    shown = tables()
    offered = {
        name: {key: value for key, value in question.items() if key != "try"}
        for name, question in questions().items()
    }
    hidden: dict[str, dict[str, Any]] = {name: {"hidden": True} for name in held if name not in shown}
    return {
        "title": "Jarshy",
        "description": "What Kazakhstan's state bodies published, changed and took away. Times are UTC. "
        "The file is only read, and may be read while the daemon writes it.",
        "databases": {DATABASE: {"tables": hidden | shown, "queries": offered}},
    }
