"""What is said of a configuration that was read again, and what of it a running daemon takes over."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.config import Alert, Config
from monitor.config_changes import NEEDS_RESTART, SECRET, compare
from monitor.config_values import written

RULE = {"name": "өнім", "to": ["https://hooks.example.kz/planted"], "secret": "planted"}


def read(**tables: Any) -> Config:
    return Config.model_validate(tables)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({}, {}, []),
        ({}, {"schedule": {"longest": "30m"}}, ["[schedule] longest 1h -> 30m"]),
        ({}, {"schedule": {"shortest": "90s"}}, ["[schedule] shortest 2m -> 90s"]),
        ({}, {"schedule": {"per_day": 5000}}, ["[schedule] per_day left out -> 5000"]),
        ({"schedule": {"quiet": "23:00-07:00"}}, {}, ["[schedule] quiet 23:00-07:00 -> left out"]),
        ({}, {"portal": {"requests_per_minute": 12}}, ["[portal] requests_per_minute 30 -> 12"]),
        ({}, {"portal": {"history": "all"}}, ["[portal] history 90d -> all"]),
        ({}, {"portal": {"languages": ["kk", "ru"]}}, ["[portal] languages kk, ru, en -> kk, ru"]),
        ({}, {"portal": {"contact": "Әсел"}}, ["[portal] contact left out -> Әсел"]),
        ({}, {"server": {"removed_text": "title"}}, ["[server] removed_text full -> title"]),
        ({}, {"delivery": {"inside": ["hooks.kz"]}}, ["[delivery] inside none -> hooks.kz"]),
        (
            {"delivery": {"telegram": "http://me:planted@bots.kz"}},
            {"delivery": {"telegram": "http://me:planted-too@bots.kz"}},
            ["[delivery] telegram http://…@bots.kz -> http://…@bots.kz"],
        ),
        ({}, {"alerts": [RULE]}, ["[[alerts]] «өнім» is new"]),
        ({"alerts": [RULE]}, {}, ["[[alerts]] «өнім» is gone"]),
        (
            {"alerts": [RULE]},
            {"alerts": [RULE | {"secret": "planted-too", "to": "https://planted.kz", "not": ["көмір"]}]},
            [f"[[alerts]] «өнім»: {key}" for key in ("to changed", "not none -> көмір", "secret changed")],
        ),
        (
            {"alerts": [RULE]},
            {"alerts": [RULE | {"burst": {"more_than": 3}}]},
            ["[[alerts]] «өнім»: burst more_than 10, within 10m -> more_than 3, within 10m"],
        ),
        (
            {"alerts": [RULE, RULE | {"name": "b"}]},
            {"alerts": [RULE | {"name": "b"}, RULE]},
            ["[[alerts]] stand in another order"],
        ),
    ],
)  # fmt: skip
def test_what_changed_is_said_by_key_and_no_secret_with_it(
    before: dict[str, Any], after: dict[str, Any], said: list[str]
) -> None:
    reading = compare(read(**before), read(**after))
    assert list(reading.changed) == said
    assert "planted" not in " ".join(reading.changed)
    assert reading.waiting == ()
    assert reading.config == read(**after)


def test_of_a_long_list_only_what_came_and_what_went_is_named() -> None:
    used = read(portal={"agencies": ["economy", "mfa", "moa", "bko"]})
    other = read(portal={"agencies": ["economy", "moa", "bko", "mam"]})
    turned = read(portal={"agencies": ["mfa", "economy", "moa", "bko"]})
    assert compare(used, other).changed == ("[portal] agencies + mam, - mfa",)
    assert compare(used, turned).changed == ("[portal] agencies in another order",)


def test_what_a_daemon_holds_for_its_whole_life_waits_for_a_restart() -> None:
    other = {
        "database": {"path": "/data/жаршы.db"},
        "portal": {"base_url": "http://127.0.0.1:8000", "contact": "Әсел"},
        "server": {"host": "0.0.0.0", "port": 9000, "removed_text": "title"},
    }
    reading = compare(Config(), read(**other))
    assert reading.changed == ("[portal] contact left out -> Әсел", "[server] removed_text full -> title")
    assert {tuple(said.split()[:2]) for said in reading.waiting} == {
        (f"[{table}]", key) for table, key in NEEDS_RESTART
    }
    assert reading.config.database.path == Path("jarshy.db")
    assert (reading.config.portal.base_url, reading.config.portal.contact) == ("https://www.gov.kz", "Әсел")
    assert (reading.config.server.port, reading.config.server.removed_text) == (8080, "title")
    assert compare(reading.config, read(**other)).changed == ()


def test_what_waits_for_a_restart_are_keys_that_there_are() -> None:
    assert all(hasattr(getattr(Config(), table), key) for table, key in NEEDS_RESTART)
    assert Alert.model_fields.keys() >= SECRET


@pytest.mark.parametrize("text", ["0s", "30s", "90s", "5m", "90m", "1h", "36h", "7d", "36500d"])
def test_a_duration_is_written_as_it_may_be_read(text: str) -> None:
    assert written(read(schedule={"confirm": text}).schedule.confirm) == text


def test_a_day_is_written_as_one() -> None:
    assert written(timedelta(hours=24)) == "1d"
