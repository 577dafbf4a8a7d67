"""What judges of listings ask of a page: its rows, in which order they stand. Pure."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from monitor.doctor.fact import Finding, either
from monitor.doctor.seen import Answers, Seen, UntoldError
from monitor.doctor.steps import cookie_of, open_listing

Rows = list[Mapping[str, Any]]

LANGUAGES = {"kk": "list_kk", "en": "list_en"}
"""The first page in another language than Russian, by the key of its answer."""


def first_page(answers: Answers) -> Seen:
    found = open_listing(answers)
    if found is None:
        raise UntoldError(
            "the REST listing does not open" + (", with a ticket either" if cookie_of(answers) else "")
        )
    return found


def rows_of_page(answers: Answers) -> Rows:
    rows = first_page(answers).items
    if not rows:
        raise UntoldError("the listing has no items; try another --agency")
    return rows


def rows_of(found: Seen) -> Rows:
    if found.items is None:
        raise UntoldError(f"{found.key}: {found.outcome}, status {found.status}")
    return found.items


def in_order(rows: Rows) -> Finding:
    dates = [str(row.get("created_date")) for row in rows]
    if len(dates) < 2:
        raise UntoldError("fewer than two items")
    falls = sum(later > earlier for earlier, later in pairwise(dates))
    return either(
        falls == 0,
        f"{len(dates)} items" + (f", {falls} times a newer one after an older" if falls else " in order"),
    )
