"""`reparse` as a real process with a real worker, interrupted and beside a daemon."""

import asyncio
import json
import signal
import sqlite3
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from crawler import items
from monitor.commands import reparsing
from monitor.store.database import only_daemon
from tests.end_to_end.house import eventually
from tests.monitor.desk import Desk, plain
from tests.monitor.kept import Portal, RawItem, release
from tests.monitor.shelf import House


def fill(desk: Desk, monkeypatch: pytest.MonkeyPatch, count: int = 3) -> None:
    """A history that older code has read, whose texts began with a word too many."""
    read_body = items.read_body

    def older(body: str | None, base_url: str) -> Any:
        read = read_body(body, base_url)
        return replace(read, text=f"Артық {read.text}")

    with monkeypatch.context() as patch:
        patch.setattr(items, "PARSER", 1)
        patch.setattr(items, "read_body", older)
        portal = Portal()
        portal.show("economy", "kk", *(some(number) for number in range(count)))
        db = desk.store()
        house = House(portal=portal, db=db, languages=("kk",))
        asyncio.run(house.live(timedelta(days=1)))
        db.close()
    assert texts(desk) == [f"Артық Мектеп {number} балаға арналған." for number in range(count)]


def some(number: int) -> RawItem:
    return release(100 + number, f"Мектеп {number} балаға арналған.", f"Мектеп №{number}")


def ask(desk: Desk, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(desk.database)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def texts(desk: Desk) -> list[str]:
    return [text for (text,) in ask(desk, "SELECT text FROM wordings ORDER BY source_id + 0")]


def test_a_trial_then_the_reading_then_nothing_left(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(desk, monkeypatch)
    trial = desk.run("reparse", "--dry-run")
    assert trial.returncode == 0, trial.stderr
    assert trial.stdout.splitlines()[0] == "3 wordings looked at, 3 would read differently."
    assert "«Артық»" in trial.stdout
    assert plain(trial.stdout)
    assert ask(desk, "SELECT count(*) FROM reparses") == [(0,)]
    read = desk.run("reparse", "--json")
    assert read.returncode == 0, read.stderr
    said = json.loads(read.stdout)
    assert (said["read"], said["differently"], said["dry_run"]) == (3, 3, False)
    assert said["example"]["source_id"] == "100"
    assert texts(desk) == [f"Мектеп {number} балаға арналған." for number in range(3)]
    assert (
        desk.run("reparse").stdout
        == "Nothing to do: every wording was read by this version; --all reads them again.\n"
    )
    assert desk.run("reparse", "--all", "100").stdout == "1 wording read anew, 0 read differently.\n"


def test_a_release_that_is_not_held_is_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(desk, monkeypatch, 1)
    refused = desk.type("reparse", "999")
    assert refused.exit_code == 1
    assert "Release 999 is not held." in refused.output


def test_nothing_to_do_leaves_no_bar_on_the_screen(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.store().close()
    monkeypatch.setattr(reparsing, "on_terminal", lambda: True)
    assert (
        desk.type("reparse").output
        == "Nothing to do: every wording was read by this version; --all reads them again.\n"
    )


def test_beside_a_daemon_it_is_refused_and_a_trial_is_not(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(desk, monkeypatch, 1)
    with only_daemon(desk.database):
        refused = desk.run("reparse")
        trial = desk.run("reparse", "--dry-run")
    assert refused.returncode == 1
    assert "already works on" in refused.stderr
    assert trial.stdout.startswith("1 wording looked at")


def test_killed_at_any_moment_it_goes_on_where_it_stood(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(desk, monkeypatch, 900)
    before = ask(desk, "SELECT * FROM changes")
    process = desk.start("reparse")
    try:
        eventually(lambda: ask(desk, "SELECT count(*) FROM reparses")[0][0] > 0, "a page was stored")
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    [(stored,)] = ask(desk, "SELECT count(*) FROM reparses")
    assert 0 < stored < 900
    assert stored % 100 == 0
    went_on = desk.run("reparse")
    assert went_on.stdout.startswith(f"{900 - stored} wordings read anew"), went_on.stderr
    assert texts(desk) == [f"Мектеп {number} балаға арналған." for number in range(900)]
    assert ask(desk, "SELECT * FROM changes") == before
    assert ask(desk, "PRAGMA integrity_check") == [("ok",)]
    assert ask(desk, "SELECT count(*) FROM editions_fts WHERE editions_fts MATCH 'артық'") == [(0,)]
