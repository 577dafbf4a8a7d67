"""`jarshy status --plan`: what is read next, in words for a person and in JSON for a script."""

import json
from datetime import timedelta

import pytest

from monitor.commands.shared import utc_now
from monitor.store.database import to_text, writing
from monitor.store.due import Due, save_due
from monitor.store.orders import ask
from tests.monitor.desk import Desk

LONGEST_NAME = "antiterrosticheskiy-centr"
CONFIGURED = f'[portal]\nagencies = ["economy", "{LONGEST_NAME}"]\nlanguages = ["kk", "ru"]\n'


@pytest.fixture
def begun(desk: Desk) -> Desk:
    """Two agencies whose listings were read a while ago."""
    db, now = desk.store(followed=("economy", LONGEST_NAME)), utc_now()
    keys = [(agency, lang) for agency in ("economy", LONGEST_NAME) for lang in ("kk", "ru")]
    with writing(db):
        for number, (agency, lang) in enumerate(keys):
            db.execute(
                "INSERT INTO listings (agency, lang, route, walk_page, walked_at) VALUES (?, ?, 'rest', 3, ?)",
                [agency, lang, to_text(now - timedelta(days=2))],
            )
            read_at = now - timedelta(minutes=20 + number)
            db.execute(
                "INSERT INTO crawls (started_at, finished_at, agency, lang, route, purpose, page, outcome) "
                "VALUES (?, ?, ?, ?, 'rest', 'ordinary', 1, 'items')",
                [to_text(read_at), to_text(read_at), agency, lang],
            )
            save_due(db, [Due(agency, lang, read_at, read_at, read_at + timedelta(hours=1), "news", 0.4)])
    ask(db, [("economy", "kk")], whole=True, now=now)
    db.conn.close()
    desk.configure(CONFIGURED)
    return desk


def test_a_person_is_told_the_order_and_what_bounds_it(begun: Desk) -> None:
    said = begun.type("status", "--plan", "--next", "6").stdout.splitlines()
    assert said[0] == "No daemon runs on this database; this is what one would read if it began now."
    assert said[1].startswith(
        "Budget: 0 requests in the last 24 hours. [schedule] per_day is not set; about 288 "
    )
    assert "of waiting" in said[2]
    assert said[3] == "Each listing is read every 1 h at the least, never sooner than after 2 min."
    assert said[4] == "at\tin\tlisting\twhy"
    rows = [line.split("\t") for line in said[5:-1]]
    assert len(rows) == 6
    assert any(why.startswith("somebody asked for it, page 1") for *_, why in rows)
    assert said[-1] == "Times are those of Asia/Almaty."


def test_it_can_be_read_on_a_narrow_terminal(begun: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.commands.shared.on_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    said = begun.type("status", "--plan", "--next", "12").stdout.splitlines()
    assert max(map(len, said)) <= 80
    assert any(f"{LONGEST_NAME}/kk" in line for line in said)


def test_a_script_is_told_the_same(begun: Desk) -> None:
    begun.configure(f"{CONFIGURED}[schedule]\nper_day = 40\n")
    told = json.loads(begun.type("status", "--plan", "--json").stdout)
    assert set(told) == {
        "running", "budget", "worth_seconds", "shortest_seconds", "longest_seconds", "stretched_to_seconds", "steps",
    }  # fmt: skip
    assert told["budget"] == {
        "last_day": 0, "per_day": 40, "meant_per_day": None, "next_in": 0, "has_room": told["budget"]["has_room"],
    }  # fmt: skip
    assert told["stretched_to_seconds"] > told["longest_seconds"] == 3600
    assert len(told["steps"]) == 20
    assert {"at", "agency", "lang", "ground", "waiting", "why"} <= set(told["steps"][0])


def test_status_names_for_every_listing_when_it_is_read_and_why(begun: Desk) -> None:
    begun.store().execute(
        "INSERT INTO crawls (agency, lang, route, purpose, page, started_at, finished_at, outcome) "
        "SELECT agency, lang, 'rest', 'ordinary', 1, walked_at, walked_at, 'items' FROM listings"
    )
    rows = json.loads(begun.type("status", "--json").stdout)["listings"]
    assert len(rows) == 4
    for row in rows:
        assert (row["ground"], row["waiting"]) == ("news", 0.4)
        assert row["due_at"] == row["next_at"] > row["read_at"]


def test_it_needs_a_database(desk: Desk) -> None:
    result = desk.type("status", "--plan")
    assert result.exit_code == 1
    assert "there is no database" in result.output


def test_what_is_followed_no_more_has_no_next_reading(begun: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.commands.standing_facts.held_by_daemon", lambda path: True)
    begun.configure('[portal]\nagencies = ["economy"]\nlanguages = ["kk"]\n')
    [head, *rows] = [line.split("\t") for line in begun.type("status").stdout.splitlines() if "\t" in line]
    planned = {row[0]: row[head.index("next reading")] for row in rows}
    assert planned.pop("economy/kk") not in {"not followed", ""}
    assert set(planned.values()) == {"not followed"}
    listed = json.loads(begun.type("status", "--json").stdout)["listings"]
    assert [one["agency"] for one in listed if one["followed"]] == ["economy"]
