"""`jarshy status` with as many listings as are followed by default: on one screen, whole, and as JSON."""

import json
import re
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.directory import FOLLOWED
from monitor import backups
from monitor.addresses import read_addresses
from monitor.store.database import Database, only_daemon, to_text, writing
from monitor.store.deliveries import owe_health
from monitor.store.health import write_event
from tests.monitor.desk import Desk

NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)
LANGUAGES = ("kk", "ru", "en")
BOLD = re.compile(r"\x1b\[[0-9;]*m")
FAILING = [("moa", "kk"), ("moa", "ru"), ("mfa", "en")]


def read(db: Database, agency: str, lang: str, outcome: str = "unchanged", reason: str = "") -> None:
    """The last reading of a listing, after one that went well."""
    for ended, came in ((NOW - 3 * HOUR, "items"), (NOW - HOUR, outcome)):
        db.execute(
            "INSERT INTO crawls (started_at, finished_at, agency, lang, page, purpose, route, outcome, reason) "
            "VALUES (?, ?, ?, ?, 1, 'ordinary', 'rest', ?, ?)",
            [to_text(ended), to_text(ended), agency, lang, came, reason if came == outcome else ""],
        )
    fails = outcome == "broken"
    db.execute(
        "INSERT INTO listings (agency, lang, route, walk_page, walked_at, failures, paused_until) "
        "VALUES (?, ?, 'rest', 2, ?, ?, ?)",
        [agency, lang, to_text(NOW - HOUR), int(fails), to_text(NOW + HOUR) if fails else None],
    )


@pytest.fixture
def troubled(desk: Desk) -> Desk:
    """A desk with 57 listings of which three fail, a full disk, many items kept aside and a long list of troubles."""
    db = desk.store(followed=FOLLOWED)
    with writing(db):
        for agency in FOLLOWED:
            for lang in LANGUAGES:
                fails = (agency, lang) in FAILING
                reason = f"The answer at /api/news?projects=eq.{agency} holds no list of items, but «қате»"
                read(db, agency, lang, *(("broken", reason) if fails else ()))
        for number in range(9):
            db.execute(
                "INSERT INTO quarantine (agency, lang, digest, source_id, reason, raw, seen_at) "
                "VALUES ('mps', 'kk', ?, ?, 'The item has no created_date.', '{}', ?)",
                [f"d{number}", str(7000 + number), to_text(NOW)],
            )
        for agency, lang in [*FAILING, *((slug, "kk") for slug in FOLLOWED[:8])]:
            write_event(
                db,
                key=f"listing {agency}/{lang}",
                kind="listing",
                is_over=False,
                agency=agency,
                lang=lang,
                detail={"outcome": "broken", "reason": "no list", "since": NOW - HOUR, "success_at": None},
                now=NOW - HOUR,
            )
    db.conn.close()
    return desk


def test_it_keeps_to_one_screen_with_the_worst_on_it(troubled: Desk) -> None:
    drawn = BOLD.sub("", troubled.on_terminal("status", columns=80, lines=30)).splitlines()
    assert len(drawn) < 30  # the prompt comes below it
    assert max(map(len, drawn)) <= 80
    assert drawn[0] == "No daemon runs on this database."
    rows = [line.split()[:2] for line in drawn if "broken" in line.split()[1:2]]
    assert rows == [["mfa/en", "broken"], ["moa/kk", "broken"], ["moa/ru", "broken"]]
    assert "57 listings are followed: 3 cannot be read, 54 well." in drawn
    assert drawn[-1] == "`jarshy status --all` shows every listing."


def test_a_long_answer_is_said_whole_where_the_screen_has_room(desk: Desk) -> None:
    db = desk.store()
    asked = f"http://127.0.0.1:9/api/v1/public/content-manager/news?{'projects=eq:economy&' * 6}page=1"
    with writing(db):
        read(db, "economy", "kk", "broken", f"{asked} answered 400: access is not granted without a ticket")
    db.conn.close()
    roomy, narrow = (desk.on_terminal("status", columns=80, lines=lines) for lines in (40, 12))
    assert "granted without a ticket" in " ".join(roomy.split())
    assert "granted" not in narrow


def test_a_pipe_is_given_every_listing_with_its_route_and_its_pause(troubled: Desk) -> None:
    lines = [line.split("\t") for line in troubled.type("status").stdout.splitlines() if "\t" in line]
    head, worst = lines[0], dict(zip(lines[0], lines[1], strict=True))
    assert len(lines) == 1 + 57
    assert troubled.type("status", "--all").stdout == troubled.type("status").stdout
    assert head[:4] == ["listing", "outcome", "last success", "next reading"]
    assert (worst["listing"], worst["route"]) == ("mfa/en", "rest")
    assert datetime.fromisoformat(f"{worst['paused until']}+05:00") == (NOW + HOUR).replace(
        second=0, microsecond=0
    )


def test_a_script_is_told_the_state_of_each_listing_and_how_much_room_there_is(troubled: Desk) -> None:
    value = json.loads(troubled.type("status", "--json").stdout)
    assert [one["state"] for one in value["listings"]] == ["failing"] * 3 + ["well"] * 54
    assert value["untried"] == 0
    assert value["bytes"] == troubled.database.stat().st_size
    assert value["wal_bytes"] >= 0
    assert value["disk"]["total"] >= value["disk"]["free"] > 0
    assert value["schema"].startswith("m")
    assert value["version"]


def test_that_nothing_is_wrong_is_said_where_a_daemon_runs(desk: Desk) -> None:
    db = desk.store()
    with writing(db):
        for lang in LANGUAGES:
            read(db, "economy", lang)
            read(db, "mfa", lang)
    db.conn.close()
    desk.configure('[portal]\nagencies = ["economy"]')
    with only_daemon(Path(desk.database)):
        said = desk.type("status").stdout
    assert said.startswith(
        "A daemon runs on this database. Nothing is wrong.\n"
        "3 listings are followed: 3 well, 3 not followed any more.\n"
    )
    assert "Nothing is wrong" not in desk.type("status").stdout


def test_a_backup_that_is_older_than_it_should_be_is_said_while_a_daemon_runs(desk: Desk) -> None:
    desk.store().conn.close()
    path = Path(desk.database)
    folder = path.parent / "backups"
    folder.mkdir()
    said = "The newest backup is 3 days old, and one should be made every 24 h."
    (folder / f"{path.stem}-{NOW - 73 * HOUR:%Y%m%dT%H%M%SZ}.db").write_bytes(b"")
    assert said not in desk.type("status").stdout
    with only_daemon(path):
        assert said in " ".join(desk.type("status").stdout.split())
        (folder / f"{path.stem}-{NOW - 47 * HOUR:%Y%m%dT%H%M%SZ}.db").write_bytes(b"")
        assert "The newest backup is" not in desk.type("status").stdout


def test_a_folder_of_backups_that_does_not_answer_holds_up_no_status(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.store().conn.close()
    answers = threading.Event()
    monkeypatch.setattr(backups, "_backups", lambda config: answers.wait(10) and [])
    monkeypatch.setattr(backups, "PATIENCE", 0.1)
    said = f"{desk.folder / 'backups'} has not answered for 0.1 s"
    assert f"Last backup: unknown, as {said}." in " ".join(desk.type("status").stdout.split())
    found = json.loads(desk.type("status", "--json").stdout)
    assert (found["backup"], found["backups_unknown"]) == (None, said)
    monkeypatch.setattr("os.path.exists", lambda _path: answers.wait(10))
    checked = " ".join(desk.type("check").stdout.split())
    assert f"[backup] folder: {said}; see whether its disk is there." in checked
    answers.set()


def test_how_long_something_is_owed_is_said(desk: Desk) -> None:
    db = desk.store()
    with writing(db):
        event = write_event(
            db,
            key="disk",
            kind="disk",
            is_over=False,
            agency=None,
            lang=None,
            detail={"free": 1, "total": 2},
            now=datetime(2026, 7, 13, 4, 0, tzinfo=UTC),
        )
        [address] = read_addresses("https://receiver.example/hook")
        owe_health(db, event.id, address, ("ours",))
    db.conn.close()
    assert (
        "Alerts: 1 owed (the oldest since 2026-07-13 09:00), 0 sent, 0 failed." in desk.type("status").stdout
    )
