"""Whoever looks at what a daemon leaves behind finds what is wrong with it, and nothing where nothing is."""

import json
import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.standin import Copy, Portal
from tests.crashes.judging import rows
from tests.crashes.leftovers import (
    TITLES,
    complaints,
    held_copies,
    leftovers,
    unlike_in_feeds,
    unlike_portal,
)
from tests.monitor.shelf import START, House, past


@pytest.fixture
async def lived(tmp_path: Path) -> Path:
    """The folder of a daemon that read, and has ended."""
    house = House()
    items = past(3)
    house.portal.show("economy", "ru", *items)
    await house.live(timedelta(hours=1))
    house.portal.show("economy", "ru", replace(items[0], text="Басқа мәтін: 14 мектеп ашылды."))
    await house.live(timedelta(hours=1))
    with sqlite3.connect(tmp_path / "days.db") as copy:
        house.db.conn.backup(copy)
    copy.close()
    (tmp_path / "days.db.newest").write_text("")
    (tmp_path / "days.log").write_text('{"level": "warning", "message": "The portal refused."}\n')
    return tmp_path


def test_whatever_is_wrong_with_what_a_daemon_left_is_found(lived: Path) -> None:
    database, log = lived / "days.db", lived / "days.log"
    assert leftovers(database, log) == []

    spoilt = sqlite3.connect(database)
    spoilt.execute("UPDATE editions SET title = 'Бөтен' WHERE id = (SELECT max(id) FROM editions)")
    spoilt.execute("UPDATE revisions SET edition_id = 9999 WHERE id = 1")
    spoilt.execute("INSERT INTO quarantine VALUES ('economy', 'ru', 'x', '100', 'torn', '', '')")
    spoilt.execute("UPDATE changes SET uid = 'c0ffee' WHERE baseline = 0")
    spoilt.commit()
    spoilt.close()
    lived.joinpath("days.db.restoring").touch()
    log.write_text('{"level": "error", "message": "The database is older than what was stored in it."}\n')
    waiting = subprocess.Popen([sys.executable, "-c", "input()", f"{database}.ledger"], stdin=subprocess.PIPE)
    found = leftovers(database, log)
    waiting.communicate()
    for sign in (
        "verify: ",
        "points nowhere: ",
        "still kept aside: ",
        "days.db.restoring is left",
        "a process is left: ",
    ):
        assert any(sign in fault for fault in found), (sign, found)
    assert found[-1].startswith("the log: ")


def entry(uid: str, title: str = "", source_id: str = "100") -> dict[str, object]:
    return {"id": f"urn:uuid:{uid}", "title": title, "_jarshy": {"source_id": source_id, "lang": "ru"}}


def test_feeds_that_lag_behind_the_database_are_found(lived: Path) -> None:
    database = lived / "days.db"
    [told] = rows(str(database), "SELECT uid FROM changes WHERE baseline = 0")
    [title] = {row["title"] for row in rows(str(database), TITLES) if row["source_id"] == "100"}
    feeds = lived / "feeds"
    feeds.mkdir()

    def found(changes: list[object], editions: list[object]) -> list[str]:
        feeds.joinpath("changes.json").write_text(json.dumps({"items": changes}))
        feeds.joinpath("all.json").write_text(json.dumps({"items": editions}))
        return unlike_in_feeds(database, lived.as_uri())

    assert found([entry(told["uid"])], [entry("a", f"Removed: {title}")]) == []
    assert found(
        [], [entry("a", "Бұрынғы атау"), entry("b", title), entry("b", title), entry("c", title, "7")]
    ) == [
        "the feed of changes: [] for []",
        f"the feed of editions: ('100', 'ru'): 'Бұрынғы атау' for {title!r}",
        f"the feed of editions: ('7', 'ru'): {title!r} for None",
        "the feed of editions: urn:uuid:b 2 times",
    ]


@pytest.mark.parametrize(
    "line",
    [
        '{"level": "error", "logger": "crawler.spider", "message": "It could not be read: a fault of this program."}',
        '{"level": "critical", "message": "Ended by a fault of Jarshy itself; please report it."}',
        "Traceback (most recent call last):",
        "Fatal Python error: Segmentation fault",
    ],
)
def test_faults_of_our_own_are_complaints_whoever_says_so(tmp_path: Path, line: str) -> None:
    log = tmp_path / "days.log"
    log.write_text(f'{{"level": "info", "message": "told"}}\n{line}\n')
    assert complaints(log) == [f"the log: {line}"]


def test_a_history_that_is_not_what_the_portal_shows_is_found(lived: Path) -> None:
    portal = Portal(seed=1)
    copy = Copy(title="Үлгі өңірде көпір ашылды", paragraphs=("Құрылысқа 7 млн теңге жұмсалды.",))
    shown, hidden = (str(portal.publish("economy", {"kk": copy}, when=START)) for _ in range(2))
    portal.remove(int(hidden))
    held = {
        (shown, "kk"): ("listed", copy.title, *copy.paragraphs),
        (hidden, "kk"): ("removed", copy.title, *copy.paragraphs),
    }
    assert unlike_portal(held, portal) == []
    for key, one, said in (
        ((shown, "kk"), ("suspected", copy.title, *copy.paragraphs), "not as it is shown"),
        ((shown, "kk"), ("listed", "Бөтен", *copy.paragraphs), "not as it is shown"),
        ((hidden, "kk"), ("listed", copy.title, *copy.paragraphs), "not shown any more"),
        (("7", "ru"), ("listed", "Чужой", ""), "not shown any more"),
    ):
        [fault] = unlike_portal({**held, key: one}, portal)
        assert fault.startswith(f"{said}: {key}: ")
    assert len(unlike_portal({}, portal)) == 1
    assert held_copies(str(lived / "days.db")).keys() == {(str(100 + number), "ru") for number in range(3)}
