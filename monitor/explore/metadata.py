"""What Datasette is told of the history: titles, descriptions, facets, and the questions that it offers. Pure.

Descriptions and questions stand beside it in files of data: nothing of Jarshy runs those.
"""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent

DATABASE = "jarshy"
"""Its name in Datasette's addresses, whatever the file is called."""


def meanings() -> dict[str, dict[str, str]]:
    """What every table and view holds, hidden ones too: under `is` what a row stands for, and each column."""
    return _read("meanings.toml")


def tables() -> dict[str, dict[str, Any]]:
    """What is said of each table and view that is shown."""
    held = meanings()
    return {name: {**shown, **_described(held[name])} for name, shown in _read("tables.toml").items()}


def questions() -> dict[str, dict[str, Any]]:
    """The queries that are offered, by name: `title`, `description`, `sql`, and in `try` values to ask them with."""
    return _read("questions.toml")


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


def _described(meaning: dict[str, str]) -> dict[str, Any]:
    columns = {name: said for name, said in meaning.items() if name != "is"}
    return {"description": meaning["is"], "columns": columns}


def _read(name: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads((_HERE / name).read_text(encoding="utf-8"))
