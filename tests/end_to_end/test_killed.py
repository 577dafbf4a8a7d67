"""A backfill that is killed at any moment and typed again leaves the database that an undisturbed one leaves."""

import json
import os
import random
import signal
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from crawler.standin import Portal, Server, populate, serve
from tests.end_to_end.house import eventually
from tests.monitor.desk import Desk

CONFIG = """
[portal]
agencies = ["economy", "mfa"]
languages = ["kk", "ru"]
requests_per_minute = 6000
contact = "tests"
history = "1d"
"""
CONTENT = (
    "SELECT source_id, agency, url, published_at, published_raw, status, origin FROM releases ORDER BY 1",
    """
    SELECT source_id, release_agencies.agency FROM release_agencies JOIN releases ON releases.id = release_id
    ORDER BY 1, 2
    """,
    """
    SELECT source_id, lang, title, text, markup, digest, fingerprint, revisions, editions.status
    FROM editions JOIN releases ON releases.id = release_id ORDER BY 1, 2
    """,
    "SELECT source_id, lang, number, title, text, digest FROM wordings ORDER BY 1, 2, 3",
    """
    SELECT source_id, kind, weight, baseline, detail FROM changes JOIN releases ON releases.id = release_id
    ORDER BY 1, 2, 5
    """,
    """
    SELECT source_id, lang FROM editions_fts JOIN editions ON editions.id = editions_fts.rowid
    JOIN releases ON releases.id = release_id WHERE editions_fts MATCH 'жаңа' ORDER BY 1, 2
    """,
)
KILLS = 6


@pytest.fixture
def portal() -> Portal:
    portal = Portal()
    populate(portal, ("economy", "mfa"), 150, ("kk", "ru"), until=datetime.now(UTC) - timedelta(days=1))
    return portal


@pytest.fixture
def standin(portal: Portal) -> Iterator[Server]:
    with serve(portal) as server:
        yield server


def desk_at(folder: Path, standin: Server) -> Desk:
    folder.mkdir()
    desk = Desk(folder)
    desk.base_url = standin.base_url
    desk.configure(CONFIG)
    return desk


def content(desk: Desk) -> list[list[tuple[Any, ...]]]:
    connection = sqlite3.connect(desk.database)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return [connection.execute(query).fetchall() for query in CONTENT]
    finally:
        connection.close()


def assert_each_goes_on_where_it_stopped(portal: Portal, runs: list[int]) -> None:
    """Below page 1, each run begins one page above the last one that any run before it had asked for."""
    furthest: dict[tuple[str | None, str], int] = {}
    went_on = 0
    for start, end in pairwise([*runs, len(portal.requests)]):
        begun: dict[tuple[str | None, str], int] = {}
        for request in portal.requests[start:end]:
            if request.page > 1:
                begun.setdefault((request.agency, request.lang), request.page)
        for listing, page in begun.items():
            assert page >= furthest.get(listing, 0) - 1, (listing, page, furthest)
            went_on += page > 2
        for request in portal.requests[start:end]:
            listing = request.agency, request.lang
            furthest[listing] = max(furthest.get(listing, 0), request.page)
    assert went_on >= 2


def test_a_backfill_killed_at_random_points_ends_as_an_undisturbed_one(
    tmp_path: Path, portal: Portal, standin: Server
) -> None:
    undisturbed, disturbed = desk_at(tmp_path / "one", standin), desk_at(tmp_path / "other", standin)
    assert undisturbed.run("crawl", "--all").returncode == 0

    dice = random.Random(7)
    killed = 0
    runs = []
    for _ in range(KILLS):
        before, pages = len(portal.requests), dice.randint(5, 12)
        runs.append(before)
        process = disturbed.start("crawl", "--all")
        try:
            eventually(
                lambda process=process, before=before, pages=pages: (
                    len(portal.requests) - before >= pages or process.poll() is not None
                ),
                "some pages are read",
            )
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                killed += 1
            process.communicate()
    assert killed >= 3
    runs.append(len(portal.requests))
    again = disturbed.run("crawl", "--all", "--json")
    assert again.returncode == 0
    assert {order["state"] for order in json.loads(again.stdout)} == {"done"}
    assert content(disturbed) == content(undisturbed)
    assert len(content(disturbed)[0]) == 300
    assert_each_goes_on_where_it_stopped(portal, runs)

    audit = disturbed.run("audit", "--json")
    assert audit.returncode == 0
    assert {row["verdict"] for row in json.loads(audit.stdout)} == {"complete"}
    assert "ago: complete" in disturbed.run("status").stdout
