"""The portal's own directory by GraphQL: how it is asked for, and how the name of its slug field is found. Pure.

Nobody recorded what that field is called. A field that does not exist is complained of by name, often with
«Did you mean», so that a few questions tell.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

CANDIDATES = ("slug", "alias", "project", "code", "project_slug", "url")
MOST_QUESTIONS = 6
"""Requests that may go into finding the field."""

_UNKNOWN = re.compile(r"""Cannot query field ["'](\w+)["']""")
_MEANT = re.compile(r"Did you mean (.*?)\?")
_QUOTED = re.compile(r"""["'](\w+)["']""")
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")
_NO_TEXT = re.compile(r"""Field ["'](\w+)["'] of type .{1,80} must have a selection""")
_KNOWN = frozenset({"id", "project_name", "class", "parent_govorg", "supervisor", "phone", "contacts"})
"""Fields that are recorded, and hold something else."""


def question(fields: Sequence[str]) -> str:
    """The body of a POST that asks for the whole directory with these fields."""
    query = f'query Directory {{ projectdetails(_size: ">0") {{ id project_name {" ".join(fields)} }} }}'
    return json.dumps({"query": query, "variables": {}, "operationName": "Directory"})


def next_fields(asked: Sequence[Sequence[str]], errors: Iterable[str]) -> tuple[str, ...]:
    """What to ask for after these questions, the last of which brought these errors; empty: nothing is left.

    The likeliest name goes alone first; then all others go together, because the portal names those it lacks.
    """
    if not asked:
        return CANDIDATES[:1]
    said = list(errors)
    last = asked[-1]
    lacking = {name for error in said for of in (_UNKNOWN, _NO_TEXT) for name in of.findall(error)}
    if not lacking:
        return ()  # it complains of something else
    before = {name for fields in asked for name in fields}
    meant = [
        name
        for error in said
        for part in _MEANT.findall(error)
        for name in _QUOTED.findall(part)
        if name not in before and name not in _KNOWN
    ]
    left = [name for name in last if name not in lacking]
    if len(last) == 1:
        left += [name for name in CANDIDATES if name not in before]
    return tuple(dict.fromkeys([*meant, *left]))


def slug_field(rows: Iterable[Mapping[str, Any]], fields: Sequence[str], known: Iterable[str]) -> str | None:
    """Which of the fields holds slugs: the one with the most slugs that are known, and more than one of them."""
    slugs = set(known)
    rows = list(rows)
    counts = {
        name: sum(row.get(name) in slugs for row in rows if isinstance(row.get(name), str)) for name in fields
    }
    best = max(counts, key=lambda name: counts[name], default=None)
    return best if best is not None and counts[best] > 1 else None


def names(rows: Iterable[Mapping[str, Any]], field: str) -> dict[str, str]:
    """Slug → name, of every row that has both in a form that can be used."""
    found: dict[str, str] = {}
    for row in rows:
        slug, name = row.get(field), row.get("project_name")
        if isinstance(slug, str) and _SLUG.fullmatch(slug) and isinstance(name, str) and name.strip():
            found.setdefault(slug, " ".join(name.split()))
    return found
