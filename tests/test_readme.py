"""The README is true: its list of commands, its addresses, and what it says of checks; the rest is in `test_docs`."""

import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import jarshy
from feeds.streams import Refusal, asked_of
from monitor.changes import Change
from monitor.messages import webhook_body
from tests.documents import PAGES, README, ROOT, blocks

CONTRIBUTING = PAGES["CONTRIBUTING.md"]


def test_the_list_of_commands_is_the_list_of_commands() -> None:
    listed = dict(re.findall(r"^\| `jarshy (\w+)` \| (.+) \|$", README, re.MULTILINE))
    offered = {name: (command.help or "").split("\n\n")[0] for name, command in jarshy.main.commands.items()}
    assert listed.keys() == offered.keys()
    for name, sentence in listed.items():
        assert " ".join(offered[name].split()).startswith(sentence), name


def test_the_addresses_of_the_readme_are_served() -> None:
    addresses = re.findall(r"^\| `(/feeds/[^`]+)`", README, re.MULTILINE)
    assert len(addresses) == 4
    for address in addresses:
        for ending in ("atom", "rss", "json"):
            path = address.removesuffix("atom") + ending
            assert not isinstance(asked_of(path, "", languages=("kk", "ru", "en")), Refusal), path


def test_ci_runs_the_readmes_test_command_and_nothing_else_once_there_are_browser_and_servers() -> None:
    [setup] = [block for block in blocks(README, "sh") if "tests/" in block]
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    does = [line for line in script.splitlines() if line and not line.startswith(("#", "set ", "cd "))]
    installs = [f".ci/{name}" for name in ("chromium", "servers", "readers", "faketime", "promtool")]
    assert does == [*installs, "export JARSHY_SOAK_MINUTES=10", f"exec {setup.strip()}"]
    assert setup in CONTRIBUTING


def test_the_front_door_opens_as_a_file_too() -> None:
    said = subprocess.run([sys.executable, ROOT / "jarshy.py", "--version"], capture_output=True, text=True)
    assert (said.returncode, said.stdout) == (0, f"jarshy, version {version('jarshy')}\n")


def test_every_file_that_contributing_names_is_there() -> None:
    named = set(re.findall(r"`((?:crawler|monitor|feeds|tests|benchmarks)/[\w./]*)`", CONTRIBUTING))
    assert len(named) > 10
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_the_webhook_of_the_documentation_has_the_shape_of_the_real_one() -> None:
    moment = datetime(2026, 7, 13, 12, 29, tzinfo=UTC)
    change = Change(
        id=1,
        uid="0d6f0b1e",
        at=moment,
        kind="edited",
        weight="major",
        baseline=False,
        detail={"fields": ["text"], "words": [{"field": "text", "before": "12", "after": "21"}]},
        source_id="1257347",
        agency="economy",
        agencies=("economy",),
        url="https://portal.example/1257347",
        published_at=moment,
        lang="ru",
        title="Заголовок",
        text="Текст",
    )
    sent = webhook_body(change, message_id="m", rules=["taxes"], kind="edited", weight="major")
    assert shape(json.loads(blocks(PAGES["docs/alerts.md"], "json")[0])) == shape(sent)


def shape(value: Any) -> Any:
    """The keys and types of a JSON value, in their places."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(inner) for inner in value]
    return type(value)
