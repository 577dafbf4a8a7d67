"""The README is true: its commands, its configuration sample, its list of commands and its addresses."""

import csv
import json
import re
import shlex
import tomllib
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import click
import pytest
from pydantic import BaseModel

import jarshy
from feeds.streams import Refusal, asked_of
from monitor.addresses import read_addresses
from monitor.changes import Change
from monitor.config import Alert, Config, load
from monitor.messages import webhook_body
from monitor.store.database import open_store
from tests.filled import filled

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")


def blocks(text: str, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def typed(program: str) -> list[list[str]]:
    """Every call of a program that a reader is told to type."""
    lines = [line.removeprefix("$ ") for block in blocks(README, "console") for line in block.splitlines()]
    return [shlex.split(line) for line in lines if line.startswith(f"{program} ")]


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("readme") / "jarshy.db"
    filled(path)
    return path


SAMPLE = tomllib.loads(blocks(README, "toml")[0])


def test_the_sample_configuration_is_accepted(tmp_path: Path) -> None:
    file = tmp_path / "jarshy.toml"
    file.write_text(blocks(README, "toml")[0], "utf-8")
    config = load(file, {})
    for alert in config.alerts:
        for address in alert.to:
            assert read_addresses(address)


def test_the_sample_configuration_shows_the_defaults() -> None:
    shown = {table: values for table, values in SAMPLE.items() if table != "alerts"}
    config, default = Config.model_validate(shown), Config()
    assert config.schedule.longest_pause == default.schedule.longest_pause
    same = config.model_dump()
    same["schedule"]["pause"] = None
    assert same == default.model_dump()


@pytest.mark.parametrize("table", sorted(Config.model_fields))
def test_the_sample_configuration_names_every_key(table: str) -> None:
    model: Any = Alert if table == "alerts" else Config.model_fields[table].annotation
    assert issubclass(model, BaseModel)
    keys = {field.alias or name for name, field in model.model_fields.items()}
    shown = set(SAMPLE["alerts"][0]) if table == "alerts" else set(SAMPLE[table])
    commented = set(re.findall(r"^# (\w+) = ", blocks(README, "toml")[0], re.MULTILINE))
    assert keys - commented == shown - commented
    assert commented <= {"public_url", "per_day", "quiet", "hub"}


def test_the_list_of_commands_is_the_list_of_commands() -> None:
    listed = dict(re.findall(r"^\| `jarshy (\w+)` \| (.+) \|$", README, re.MULTILINE))
    offered = {name: (command.help or "").split("\n\n")[0] for name, command in jarshy.main.commands.items()}
    assert listed.keys() == offered.keys()
    for name, sentence in listed.items():
        assert " ".join(offered[name].split()).startswith(sentence), name


@pytest.mark.parametrize("words", typed("jarshy"), ids=" ".join)
def test_a_command_in_the_readme_is_understood(words: list[str], tmp_path: Path) -> None:
    command, arguments = jarshy.main.commands[words[1]], words[2:]
    if isinstance(command, click.Group):
        command, arguments = command.commands[arguments[0]], arguments[1:]
    context = command.make_context(command.name, arguments, resilient_parsing=True)
    assert isinstance(context, click.Context)
    assert not context.args


@pytest.mark.parametrize("words", typed("sqlite-utils"), ids=" ".join)
def test_an_sqlite_utils_line_of_the_readme_answers(words: list[str], history: Path) -> None:
    from click.testing import CliRunner
    from sqlite_utils.cli import cli

    arguments = [str(history) if word == "jarshy.db" else word for word in words[1:]]
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 0, result.output
    rows = list(csv.DictReader(StringIO(result.output))) if "--csv" in words else json.loads(result.output)
    assert rows


def test_the_addresses_of_the_readme_are_served() -> None:
    addresses = re.findall(r"^\| `(/feeds/[^`]+)`", README, re.MULTILINE)
    assert len(addresses) == 4
    for address in addresses:
        for ending in ("atom", "rss", "json"):
            path = address.removesuffix("atom") + ending
            assert not isinstance(asked_of(path, "", languages=("kk", "ru", "en")), Refusal), path


def test_the_documented_tables_are_there(tmp_path: Path) -> None:
    db = open_store(tmp_path / "jarshy.db")
    section = README.split("## The history")[1].split("## ")[0]
    named = set(re.findall(r"`(\w+)`", section))
    assert named <= set(db.table_names()) | set(db.view_names())


def test_ci_runs_the_readmes_test_command_and_nothing_else_once_there_are_browser_and_servers() -> None:
    [setup] = [block for block in blocks(README, "sh") if "tests/" in block]
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    does = [line for line in script.splitlines() if line and not line.startswith(("#", "set ", "cd "))]
    assert does == [".ci/chromium", ".ci/servers", ".ci/readers", f"exec {setup.strip()}"]
    assert setup in CONTRIBUTING


def test_every_file_that_contributing_names_is_there() -> None:
    named = set(re.findall(r"`((?:crawler|monitor|feeds|tests|benchmarks)/[\w./]*)`", CONTRIBUTING))
    assert len(named) > 10
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_the_webhook_of_the_readme_has_the_shape_of_the_real_one() -> None:
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
    assert shape(json.loads(blocks(README, "json")[0])) == shape(sent)


def shape(value: Any) -> Any:
    """The keys and types of a JSON value, in their places."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(inner) for inner in value]
    return type(value)
