"""The documentation is true: its links lead somewhere, its commands are understood, its SQL and samples are tried."""

import csv
import json
import re
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import click
import pytest
from pydantic import BaseModel

import jarshy
from docs.write_schema import PAGE, present, written
from feeds.pages.table import Looked, looked_at
from monitor import (
    audits,
    daily_counts,
    dates,
    difference,
    flapping,
    flood,
    lookups,
    masses,
    meaning,
    removal,
    silence,
    stories,
)
from monitor.addresses import read_addresses
from monitor.changes import KINDS
from monitor.config import Alert, Config, load
from monitor.explore.metadata import meanings
from monitor.messages.health_words import HEALTH
from monitor.reach import WIDE_DAYS, WIDE_PAGES
from monitor.removal import PATIENCE_WHEN_SHORT
from monitor.schedule import WIDE_EVERY
from monitor.sentences import OUTCOMES
from monitor.troubles import HEALTH_KINDS
from tests.documents import PAGES, ROOT, anchors, blocks, links, mentioned, typed
from tests.filled import filled
from tests.said import functions_of, raised, spoken

SAMPLE = (ROOT / "examples" / "jarshy.toml").read_text("utf-8")
# docs/configure.md shows single keys; `test_config_reference` tries those.
SAMPLES = [SAMPLE] + [
    toml for page, text in PAGES.items() if page != "docs/configure.md" for toml in blocks(text, "toml")
]
TYPED = [words for text in PAGES.values() for words in typed(text, "jarshy")]
SQL = [words for text in PAGES.values() for words in typed(text, "sqlite-utils")]


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("docs") / "jarshy.db"
    filled(path)
    return path


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    broken = []
    for link in links(PAGES[page]):
        if re.match(r"(https?|mailto):", link):
            continue
        path, _, anchor = link.partition("#")
        target = (ROOT / page).parent / path if path else ROOT / page
        if not target.exists() or (anchor and anchor not in anchors(target.read_text("utf-8"))):
            broken.append(link)
    assert broken == []


def test_every_page_is_found_from_the_readme() -> None:
    found, ahead = set(), ["README.md"]
    while ahead:
        page = ahead.pop()
        found.add(page)
        targets = [
            (ROOT / page).parent / link.partition("#")[0] for link in links(PAGES[page]) if ".md" in link
        ]
        known = {str(target.resolve().relative_to(ROOT)) for target in targets if "://" not in str(target)}
        ahead += [each for each in known if each in PAGES and each not in found]
    assert found == set(PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_no_table_explains_a_thing_twice(page: str) -> None:
    twice = []
    for table in re.findall(r"(?:^\|.*\n)+", PAGES[page], re.MULTILINE):
        cells = re.findall(r"^\| (.+?) \|", table, re.MULTILINE)
        explained = [cell for cell in cells if "`" in cell or len(cell.split()) > 3]
        twice += sorted({cell for cell in explained if explained.count(cell) > 1})
    assert twice == []


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_a_page_names_is_there(page: str) -> None:
    named = set(re.findall(r"(?<![\w/.-])((?:docs|examples|tests|benchmarks)/[\w.-]+\.\w+)\b", PAGES[page]))
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("words", TYPED, ids=" ".join)
def test_a_command_is_understood(words: list[str]) -> None:
    command, arguments = jarshy.main.commands[words[1]], words[2:]
    if isinstance(command, click.Group):
        command, arguments = command.commands[arguments[0]], arguments[1:]
    context = command.make_context(command.name, arguments, resilient_parsing=True)
    assert isinstance(context, click.Context)
    assert not context.args


@pytest.mark.parametrize("page", PAGES)
def test_a_command_that_a_sentence_names_exists_with_its_options(page: str) -> None:
    unknown = []
    for words in mentioned(PAGES[page], "jarshy"):
        command, rest = jarshy.main.commands.get(words[1]), words[2:]
        if isinstance(command, click.Group) and rest:
            command, rest = command.commands.get(rest[0]), rest[1:]
        known = {name for each in command.params for name in each.opts} | {"--help"} if command else set()
        if command is None or not {word for word in rest if word.startswith("--")} <= known:
            unknown.append(" ".join(words))
    assert unknown == []


ADDRESSES = sorted(
    {
        address
        for page in ("README.md", "docs/pages.md")
        for cell in re.findall(r"^\| (`/.*?) \|", PAGES[page], re.MULTILINE)
        for address in re.findall(r"`(/[^`]*)`", cell)
        if not address.startswith("/feeds/") and address != "/feeds.opml"
    }
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_that_is_named_is_there(address: str) -> None:
    path, _, query = address.replace("…", "news").partition("?")
    assert isinstance(looked_at(path, query, languages=frozenset(Config().portal.languages)), Looked)


def test_pages_are_named() -> None:
    assert {"/", "/changes", "/status", "/feeds"} < set(ADDRESSES)


def rows_of(arguments: list[str]) -> list[dict[str, Any]]:
    """What sqlite-utils answers."""
    from click.testing import CliRunner
    from sqlite_utils.cli import cli

    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 0, result.output
    if "--csv" in arguments:
        return list(csv.DictReader(StringIO(result.output)))
    answered: list[dict[str, Any]] = json.loads(result.output)
    return answered


@pytest.mark.parametrize("words", SQL, ids=" ".join)
def test_an_sqlite_utils_line_answers(words: list[str], history: Path) -> None:
    assert rows_of([str(history) if word == "jarshy.db" else word for word in words[1:]])


@pytest.mark.parametrize("sql", blocks(PAGES["docs/schema.md"], "sql"))
def test_a_question_is_answered(sql: str, history: Path) -> None:
    assert rows_of([str(history), sql])


def test_there_are_ten_questions() -> None:
    assert len(blocks(PAGES["docs/schema.md"], "sql")) == 10


def test_the_schema_is_described_as_it_is() -> None:
    page, (version, held) = PAGE.read_text("utf-8"), present()
    assert page == written(page, version, held, meanings()), "run python docs/write_schema.py"


def test_a_column_without_a_meaning_and_a_meaning_without_a_column_are_refused() -> None:
    version, held = present()
    with pytest.raises(ValueError, match="changes: surprise"):
        written(
            PAGE.read_text("utf-8"),
            version,
            held | {"changes": [*held["changes"], ("surprise", "TEXT")]},
            meanings(),
        )
    with pytest.raises(ValueError, match="differ in nowhere: is"):
        written(PAGE.read_text("utf-8"), version, held, {**meanings(), "nowhere": {"is": "Nothing."}})


@pytest.mark.parametrize("toml", SAMPLES)
def test_a_sample_configuration_is_accepted(toml: str, tmp_path: Path) -> None:
    file = tmp_path / "jarshy.toml"
    file.write_text(toml, "utf-8")
    config = load(file, dict.fromkeys(re.findall(r"\$\{(\w+)\}", toml), "secret"))
    for alert in config.alerts:
        for address in alert.to:
            assert read_addresses(address)


def test_the_sample_shows_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / "jarshy.toml"
    file.write_text(SAMPLE.partition("[[alerts]]")[0], "utf-8")
    config, default = load(file, {}), Config()
    assert config.schedule.longest_pause == default.schedule.longest_pause
    same = config.model_dump()
    same["schedule"]["pause"] = None
    assert same == default.model_dump()


@pytest.mark.parametrize("table", sorted(Config.model_fields))
def test_the_sample_names_every_key(table: str, tmp_path: Path) -> None:
    import tomllib

    tables = tomllib.loads(SAMPLE)
    model: Any = Alert if table == "alerts" else Config.model_fields[table].annotation
    assert issubclass(model, BaseModel)
    keys = {field.alias or name for name, field in model.model_fields.items()}
    shown = set(tables["alerts"][0]) if table == "alerts" else set(tables[table])
    commented = set(re.findall(r"^# (\w+) = ", SAMPLE, re.MULTILINE))
    assert keys - commented == shown - commented
    assert commented <= {"public_url", "per_day", "quiet", "hub"}


def plainly(length: timedelta) -> str:
    """A length of time as the page writes it."""
    minutes = round(length.total_seconds() / 60)
    count, unit = (minutes, "minute") if minutes % 60 else (minutes // 60, "hour")
    return f"{count} {unit}{'s' if count > 1 else ''}"


def one_line(text: str) -> str:
    """The page without its line ends."""
    return " ".join(text.split())


IN_FORCE = (
    f"The first reading goes {Config().portal.history.days} days back",
    f"at least {plainly(Config().schedule.confirm)} later (`confirm`)",
    f"at least {WIDE_PAGES} pages and {WIDE_DAYS.days} days, or else come {PATIENCE_WHEN_SHORT} times as late",
    f"asked {lookups.TRIES} times",
    f"asked for again after {plainly(removal.PATIENCE * Config().schedule.confirm)}",
    f"more than {removal.FEW} releases, or more than a tenth",
    f"agreeing for {plainly(removal.PATIENCE * Config().schedule.confirm)}",
    f"are {removal.PATIENCE} times `confirm`",
    f"{flapping.CAP} times within {flapping.WITHIN.days} days flips",
    f"stood for {plainly(flapping.REST)}",
    f"more than {masses.CAP} releases within {plainly(masses.WITHIN)}",
    f"within {plainly(Config().schedule.confirm)} (`confirm`) join one message",
    f"more than {dates.FUTURE.days} days ahead, or before {dates.PAST.year}",
    f"within {stories.WINDOW.days} days, that is a story",
    f"share {stories.LIKE:.0%} of all their runs".replace("%", " %"),
    f"the last {daily_counts.PAST.days} days",
    f"fewer than {daily_counts.ENOUGH_DAYS} days of publication",
    f"at least {silence.SHORTEST} working days without a release, more than {silence.TIMES} times",
    f"one in {round(1 / silence.RARE):,} would last so long",
    f"at least {flood.FEWEST} releases within {plainly(flood.WINDOW)}, more than {flood.TIMES} times",
    f"one in {round(1 / flood.RARE):,} days",
    f"sooner than {plainly(Config().schedule.shortest)} (`shortest`)",
    f"later than {plainly(Config().schedule.longest)} (`longest`)",
    f"from top to end within {audits.WITHIN.days} days",
)


@pytest.mark.parametrize("said", IN_FORCE)
def test_a_figure_of_how_it_decides_is_in_force(said: str) -> None:
    assert said in one_line(PAGES["docs/decides.md"])


def test_figures_that_are_said_in_words_are_in_force() -> None:
    page = one_line(PAGES["docs/decides.md"])
    assert (stories.HELD, "and half of those of the shorter one" in page) == (0.5, True)
    assert (difference._STRANGE, "less than a fifth in common" in page) == (0.2, True)
    assert (difference._CUT, "lost three tenths of its words" in page) == (0.3, True)
    assert (WIDE_EVERY, "Every sixth reading" in page) == (6, True)


def test_the_classes_of_edits_are_those_that_are_told_apart() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (none|minor|major) \|", PAGES["docs/decides.md"], re.MULTILINE)
    assert rows == list(meaning.WEIGHT_OF_CLASS.items())


def test_the_kinds_of_changes_are_those_that_are_said() -> None:
    section = PAGES["docs/decides.md"].split("## What is said")[1].split("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == list(KINDS)


OPERATE = PAGES["docs/operate.md"]


def section(heading: str) -> str:
    """A section of the page for whoever operates it."""
    return OPERATE.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def test_every_outcome_is_explained_as_it_is_said() -> None:
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", section("Outcomes of a reading"), re.MULTILINE)
    assert rows == list(OUTCOMES.items())


def test_every_kind_of_trouble_is_explained_as_it_is_told() -> None:
    rows = re.findall(r"^\| `(\w+)` \| «(.+?)»; «(.+?)» \|", section("Alerts of health"), re.MULTILINE)
    words = HEALTH["en"]
    told = [
        tuple(said[kind].removesuffix(": {where}") for said in (words.begun, words.over))
        for kind in HEALTH_KINDS
    ]
    assert rows == [(kind, *both) for kind, both in zip(HEALTH_KINDS, told, strict=True)]


@pytest.mark.parametrize("said", raised("StoreError"))
def test_whatever_the_store_says_is_explained(said: str) -> None:
    assert f"| {said} |" in OPERATE


NOTED = (
    *spoken("monitor/commands/checking.py", "_faults", "_warnings"),
    *spoken(
        "monitor/alert_notes.py",
        "notes",
        "_signed_in_two_ways",
        "_without_effect",
        "_never",
        "_slots",
        "_words",
    ),
)


@pytest.mark.parametrize("said", NOTED)
def test_whatever_check_notes_is_explained(said: str) -> None:
    assert re.search(rf"^\| (alert «…» )?{re.escape(said)} \|", section("What check says"), re.MULTILINE)


@pytest.mark.parametrize("said", spoken("monitor/pulse.py", "unready"))
def test_whatever_readyz_says_is_explained(said: str) -> None:
    assert said in section("What /readyz says")


STATUS = [
    said
    for path in (
        "monitor/commands/standing_lines.py",
        "monitor/commands/standing_page.py",
        "monitor/standing.py",
    )
    for said in spoken(path, *functions_of(path))
]


@pytest.mark.parametrize("said", STATUS)
def test_whatever_status_says_is_explained(said: str) -> None:
    assert said in section("What status says")
