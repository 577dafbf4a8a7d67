"""The command line as a whole: help, configuration, exit codes, what goes to a pipe and what to a terminal."""

import json
import re
import shlex
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import jarshy
from crawler.records import Report
from monitor.store import topics
from monitor.store.database import writing
from monitor.store.health import write_event
from monitor.store.orders import ask
from tests.monitor.desk import Desk, left_by, plain
from tests.monitor.shelf import START, House, Item, past

ROOT = Path(jarshy.__file__).parent

ARGUMENTS: dict[str, tuple[str, ...]] = {
    "run": (),
    "demo": (),
    "crawl": (),
    "try": ("economy",),
    "import": ("dump.txt",),
    "agencies": (),
    "show": ("100",),
    "diff": ("100",),
    "search": ("мәтін",),
    "stats": (),
    "backup": ("copy.db",),
    "restore": ("copy.db",),
    "status": (),
    "check": (),
}
"""Every command with the least that it can be asked."""
CONFIGURED = sorted(ARGUMENTS.keys() - {"demo"})
FOR_SCRIPTS = sorted(ARGUMENTS.keys() - {"demo", "run"})
READERS = ("show", "diff", "search", "stats", "status")
"""What answers from the database alone."""


@pytest.fixture
def full(desk: Desk, full_once: Path) -> Desk:
    """A desk whose database has forty releases of an agency in Russian and Kazakh; the newest was edited."""
    return desk.given(full_once)


@pytest.fixture(scope="module")
def full_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return left_by(tmp_path_factory.mktemp("full"), _full)


async def _full(desk: Desk) -> None:
    house = House(languages=("ru", "kk"), db=desk.store())
    for lang in ("ru", "kk"):
        house.portal.show("economy", lang, *past(40, lang=lang))
    await house.live(timedelta(hours=1))
    edited = Item(139, "Выпуск 39", "Выпуск 39: жаңа мәтін.", START - timedelta(hours=6))
    house.portal.show("economy", "ru", edited)
    await house.live(timedelta(hours=2))
    house.db.conn.close()


def test_all_commands_are_there() -> None:
    assert jarshy.main.commands.keys() >= ARGUMENTS.keys()


def test_help_lists_the_commands_and_the_first_step(desk: Desk) -> None:
    said = desk.type("--help")
    assert said.exit_code == 0
    assert "jarshy demo" in said.output
    assert all(re.search(rf"^  {name} +[A-Z]", said.output, re.MULTILINE) for name in ARGUMENTS)


def test_help_lists_each_command_once_in_a_line_that_fits(
    monkeypatch: pytest.MonkeyPatch, desk: Desk
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    said = desk.type("--help").output
    listed = re.findall(r"^  ([a-z]+) +(.+)$", said.partition("Show this message")[2], re.MULTILINE)
    assert sorted(name for name, _ in listed) == sorted(jarshy.main.commands)
    assert [name for name, does in listed if not does.endswith(".") or does.endswith("...")] == []
    assert max(map(len, said.splitlines())) <= 80


@pytest.mark.parametrize("name", ARGUMENTS)
def test_a_command_explains_itself_with_an_example(desk: Desk, name: str) -> None:
    said = desk.type(name, "--help")
    assert said.exit_code == 0
    assert re.search(rf"Examples?:\n( +\S.*\n)* +.*jarshy {name}", said.output)
    assert ("--config" in said.output) == (name in CONFIGURED)
    assert ("--json" in said.output) == (name in FOR_SCRIPTS)
    assert list(desk.folder.iterdir()) == []


@pytest.mark.parametrize("name", ARGUMENTS)
def test_the_examples_of_a_command_are_understood(name: str) -> None:
    command = jarshy.main.commands[name]
    examples = re.findall(rf"^ *[A-Z_= 0-9]*jarshy {name}\b(.*)$", command.help or "", re.MULTILINE)
    assert examples
    for example in examples:
        command.make_context(name, shlex.split(example))


def test_help_loads_none_of_the_libraries_that_take_long() -> None:
    asked = [["--help"], *([name, "--help"] for name in ARGUMENTS)]
    program = f"""
import json, sys
import jarshy
for words in {asked!r}:
    try:
        jarshy.main(words)
    except SystemExit as end:
        assert end.code == 0
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    loaded = {name.partition(".")[0] for name in json.loads(done.stderr)}
    assert {"click", "monitor"} <= loaded
    slow = {"scrapy", "lxml", "twisted", "aiohttp", "apprise", "feedgen", "starlette", "uvicorn", "bs4"}
    assert not loaded & slow


def test_a_daemon_that_tells_nobody_loads_neither_a_client_nor_what_only_checks_need() -> None:
    program = """
import asyncio, json, sys
from datetime import UTC, datetime
import jarshy, feeds.server, monitor.daemon
from monitor.channels import open_channels
from monitor.working_days import is_working_day
async def nobody():
    async with open_channels([], now=lambda: datetime.now(UTC)) as channels:
        return len(channels) + is_working_day(datetime.now(UTC).date())
asyncio.run(nobody())
print(json.dumps(sorted({"aiohttp", "apprise", "holidays", "rich", "scrapy", "starlette"} & sys.modules.keys())))
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True)
    assert json.loads(done.stdout) == ["starlette"]


WRONG: dict[str, tuple[tuple[str, ...], str]] = {
    "a command that there is not": (("frobnicate",), "No such command 'frobnicate'"),
    "an option that there is not": (("status", "--verbose"), "No such option"),
    "an agency that nobody knows, to crawl": (("crawl", "econmy"), "Did you mean economy"),
    "an agency that nobody knows, to try": (("try", "econmy"), "Did you mean economy"),
    "the country in place of the language, to crawl": (("crawl", "--lang", "kz"), "kk, not kz"),
    "the country in place of the language, to try": (("try", "economy", "--lang", "kz"), "kk, not kz"),
    "the country in place of the language, to search": (("search", "--lang", "kz", "сөз"), "kk, not kz"),
    "a language by its name": (("crawl", "--lang", "Kazakh"), "not a language code"),
    "no page": (("crawl", "--pages", "0"), "--pages"),
    "a day that there is not": (("crawl", "--since", "2026-02-30"), "2026-02-30"),
    "statistics of an agency that nobody knows": (("stats", "econmy"), "Did you mean economy"),
    "statistics since a day": (("stats", "--since", "2026-07-13"), "--since"),
    "show without an id": (("show",), "Missing argument"),
    "diff without an id": (("diff",), "Missing argument"),
    "diff of three wordings": (("diff", "139", "1", "2", "3"), "two wordings at most"),
    "diff of a wording before the first": (("diff", "139", "0"), "'0' is no number of a wording"),
    "diff of a language by its place": (("diff", "139", "kk"), "say --lang kk"),
    "diff of two languages": (("diff", "139", "--lang", "kk", "--lang", "ru"), "not compared word by word"),
    "the country in place of the language, to diff": (("diff", "139", "--lang", "kz"), "kk, not kz"),
    "search without a word": (("search",), "Missing argument"),
    "search for marks only": (("search", "«»", "—"), "name a word to look for"),
    "search that only excludes": (("search", "-сөз"), "cannot only exclude"),
    "search with half a quote": (("search", '"сөз'), "opened and not closed"),
    "search that wants no result": (("search", "--limit", "0", "сөз"), "--limit"),
    "import without a file": (("import",), "Missing argument"),
    "a name of the agency in another language": (("agencies", "--lang", "de"), "--lang"),
}


@pytest.mark.parametrize(("words", "said"), WRONG.values(), ids=WRONG)
def test_wrong_usage_is_said_and_nothing_is_made(desk: Desk, words: tuple[str, ...], said: str) -> None:
    result = desk.type(*words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""
    assert list(desk.folder.iterdir()) == []


UNUSABLE: dict[str, tuple[str, str]] = {
    "an unknown key": ("[portal]\nrequests = 5", "portal.requests: unknown key"),
    "an unknown table": ("[sever]\nport = 1", "sever: unknown key"),
    "a wrong type": ('[server]\nport = "many"', "server.port: "),
    "a wrong duration": ('[schedule]\nshortest = "2 minutes"', "schedule.shortest: write a duration as"),
    "a duration without a unit": ("[schedule]\nconfirm = 30", "schedule.confirm: write a duration as"),
    "an unknown agency": ('[portal]\nagencies = ["econmy"]', "did you mean: economy"),
    "the country in place of the language": ('[portal]\nlanguages = ["kz"]', "kk, not kz"),
    "an alert without an address": ('[[alerts]]\nname = "x"', "alerts.0.to: missing"),
    "a file that is no TOML": ("port: 8080", "is not valid TOML"),
}


@pytest.mark.parametrize(("text", "said"), UNUSABLE.values(), ids=UNUSABLE)
def test_check_names_what_is_wrong_with_the_configuration(desk: Desk, text: str, said: str) -> None:
    desk.configure(text)
    result = desk.type("check")
    assert result.exit_code == 2
    assert said in result.stderr
    assert "jarshy.toml" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("name", CONFIGURED)
def test_no_command_starts_with_a_configuration_that_cannot_be_used(desk: Desk, name: str) -> None:
    (desk.folder / "own.toml").write_text("[portal]\nrequests = 5", "utf-8")
    result = desk.type(name, *ARGUMENTS[name], "--config", "own.toml")
    assert result.exit_code == 2
    assert "portal.requests" in result.stderr
    assert [file.name for file in desk.folder.iterdir()] == ["own.toml"]


@pytest.mark.parametrize("name", CONFIGURED)
def test_a_configuration_that_is_asked_for_must_be_there(desk: Desk, name: str) -> None:
    result = desk.type(name, *ARGUMENTS[name], "--config", "elsewhere.toml")
    assert result.exit_code == 2
    assert "there is no configuration file elsewhere.toml" in result.stderr


SECRET = "planted-password"
UNREADABLE = (
    f"mailtos://desk:{SECRET}@",
    f"mailtos://desk:{SECRET}@mail.example:notaport?to=a@example.kz",
    f"https://desk:{SECRET}@:9/hook",
    f"tgram://{SECRET}",
    f"nosuchservice://desk:{SECRET}@example.kz",
    f"{SECRET}",
)


@pytest.mark.parametrize("name", CONFIGURED)
@pytest.mark.parametrize("address", UNREADABLE, ids=range(len(UNREADABLE)))
def test_an_unreadable_address_stops_the_start_and_its_password_is_not_shown(
    desk: Desk, name: str, address: str
) -> None:
    desk.configure(f'[[alerts]]\nname = "desk"\nto = ["{address}"]')
    result = desk.type(name, *ARGUMENTS[name])
    assert result.exit_code == 2
    assert "'desk', to: " in result.stderr
    assert SECRET not in result.output


def test_check_says_what_follows_from_a_sound_configuration_and_hides_its_secrets(desk: Desk) -> None:
    desk.configure(
        f"""
        [portal]
        agencies = ["economy", "mfa"]
        requests_per_minute = 120
        [server]
        host = "0.0.0.0"
        [[alerts]]
        name = "салық"
        to = ["mailto://desk:{SECRET}@mail.example.kz?to=desk@example.kz", "https://u:{SECRET}@example.kz/h"]
        secret = "{SECRET}"
        """
    )
    desk.base_url = "https://portal.example.kz"
    result = desk.type("check")
    assert result.exit_code == 0
    assert "2 agencies in kk, ru, en, 6 listings" in result.stdout
    assert "«салық» tells mailto:desk@example.kz and https://example.kz/… " in re.sub(
        r" \(\w+\)", " ", result.stdout
    )
    assert "no alert hears of health" in result.stdout
    assert "«салық» sends its password to mail.example.kz in the clear; write mailtos://." in result.stdout
    assert "Note: [portal] contact is empty" in result.stdout
    assert "more than a polite guest asks" in result.stdout
    assert "public_url" in result.stdout
    assert "every release will be told" in result.stdout
    assert "The configuration is sound." in result.stdout
    assert SECRET not in result.output
    as_json = desk.type("check", "--json")
    assert len(json.loads(as_json.stdout)["warnings"]) == 6
    assert SECRET not in as_json.output
    assert [file.name for file in desk.folder.iterdir()] == ["jarshy.toml"]


@pytest.mark.parametrize(
    ("hub", "server", "noted"),
    [
        ("https://hub.example.kz/", "", True),
        ("https://hub.example.kz/", 'public_url = "http://localhost:8080"', True),
        ("https://hub.example.kz/", 'public_url = "https://news.example.kz"', False),
        ("http://127.0.0.1:9000/hub/", "", False),
    ],
)
def test_check_says_where_a_hub_cannot_read_the_feeds_it_is_told_of(
    desk: Desk, hub: str, server: str, noted: bool
) -> None:
    desk.configure(f'[feeds]\nhub = "{hub}"\n[server]\n{server}\n')
    result = desk.type("check")
    assert result.exit_code == 0
    assert f"Hub: {hub} is told of every feed that changed." in result.stdout
    assert ("[server] public_url to the address that readers use" in result.stdout) is noted


@pytest.mark.parametrize(
    ("server", "said", "noted"),
    [
        ("", "are read from this machine only. Nothing can be written over HTTP.", False),
        (
            'public_url = "https://news.example.kz"',
            "this machine only, and by whoever a proxy on it lets in at https://news.example.kz.",
            False,
        ),
        ('host = "::"', "feeds/all.atom, on ::, port 8080.", True),
        ('host = "0.0.0.0"', "without a password, by every machine that reaches 0.0.0.0, port 8080:", True),
        (
            'host = "10.0.0.5"\npublic_url = "https://news.example.kz"',
            "TLS and passwords are the task of a proxy, which hands on the Host that it was asked for",
            False,
        ),
    ],
)
def test_check_says_who_can_read_what(desk: Desk, server: str, said: str, noted: bool) -> None:
    desk.configure(f"[server]\n{server}\n")
    result = desk.type("check")
    assert result.exit_code == 0
    assert said in " ".join(result.stdout.split())
    assert ("until then only IP addresses are answered" in " ".join(result.stdout.split())) is noted


def test_check_says_what_the_routes_ask_for_and_how_to_leave_one_out(desk: Desk) -> None:
    assert "under our own User-Agent" in desk.type("check").stdout
    assert "leave rest-session out of [portal] routes" in desk.type("check").stdout
    desk.configure('[portal]\nroutes = ["graphql", "rest"]')
    said = desk.type("check").stdout
    assert "by route graphql, rest." in said
    assert "cookie" not in said


def test_check_says_what_the_route_browser_lacks(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.configure('[portal]\nroutes = ["rest", "browser"]')
    monkeypatch.setattr("monitor.commands.checking.find_spec", lambda _name: None)
    assert "which needs pip install 'jarshy[browser]'" in desk.type("check").stdout
    monkeypatch.setattr("monitor.commands.checking.find_spec", lambda _name: True)
    monkeypatch.setattr("shutil.which", lambda _name: None)
    assert "apt install chromium" in desk.type("check").stdout


def test_check_says_what_was_read_and_which_variables_set_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "No file is read, as there is no jarshy.toml here: built-in defaults" in desk.type("check").stdout
    desk.configure('[[alerts]]\nname = "a"\nto = ["https://example.kz/${JARSHY_HOOK}"]')
    names = {"JARSHY_HOOK": "planted", "JARSHY_SERVER_PORT": "9000", "JARSHY_SERVER__PORT": "9001"}
    monkeypatch.setattr(desk, "_settings", lambda: names)
    said = desk.type("check").stdout
    assert "Read from jarshy.toml, and from the environment JARSHY_SERVER__PORT." in said
    assert "the variable JARSHY_SERVER_PORT sets nothing (did you mean: JARSHY_SERVER__PORT?);" in said
    assert "JARSHY_HOOK" not in said
    as_json = json.loads(desk.type("check", "--json").stdout)
    assert (as_json["file"], as_json["variables"]) == ("jarshy.toml", ["JARSHY_SERVER__PORT"])
    assert "planted" not in said


def test_check_says_that_the_folder_of_the_database_is_missing(desk: Desk) -> None:
    desk.configure('[database]\npath = "archive/jarshy.db"')
    said = desk.type("check")
    assert said.exit_code == 1
    assert "there is no such folder; make it" in said.stdout
    assert "is sound" not in said.stdout
    as_json = desk.type("check", "--json")
    assert as_json.exit_code == 1
    assert len(json.loads(as_json.stdout)["faults"]) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--anew",), "--anew goes with --all or --since"),
        (("--all", "--pages", "3"), "takes no --pages and no --since"),
        (("--all", "--since", "2026-01-01"), "takes no --pages and no --since"),
        (("--cited", "--pages", "3"), "--cited goes by the dumps"),
    ],
)
def test_options_of_crawl_that_mean_nothing_together_are_refused(
    desk: Desk, arguments: tuple[str, ...], said: str
) -> None:
    result = desk.type("crawl", *arguments)
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())
    assert list(desk.folder.iterdir()) == []


@pytest.mark.parametrize("name", READERS)
def test_where_there_is_no_database_yet_a_reader_says_how_it_is_made(desk: Desk, name: str) -> None:
    result = desk.type(name, *ARGUMENTS[name])
    assert result.exit_code == 1
    assert "there is no database jarshy.db yet; `jarshy run`" in result.stderr
    assert list(desk.folder.iterdir()) == []


def test_the_agencies_are_listed_without_a_database(desk: Desk) -> None:
    result = desk.type("agencies")
    assert result.exit_code == 0
    assert "Ministry of National Economy" in result.stdout
    assert list(desk.folder.iterdir()) == []


@pytest.mark.parametrize("name", [*READERS, "agencies", "import"])
def test_the_database_of_another_program_is_left_alone(desk: Desk, name: str) -> None:
    theirs = sqlite3.connect(desk.database)
    theirs.executescript("CREATE TABLE notes (text); INSERT INTO notes VALUES ('theirs');")
    theirs.close()
    before = desk.database.read_bytes()
    result = desk.type(name, *ARGUMENTS[name])
    assert result.exit_code == 1
    assert "is a database of another program; name a file of its own" in result.stderr
    assert desk.database.read_bytes() == before


@pytest.mark.parametrize("name", [*READERS, "agencies", "import"])
def test_what_is_no_database_is_left_alone(desk: Desk, name: str) -> None:
    desk.database.write_text("Notes of a meeting, and no database at all.\n" * 50, "utf-8")
    before = desk.database.read_bytes()
    result = desk.type(name, *ARGUMENTS[name])
    assert result.exit_code == 1
    assert "file is not a database" in result.stderr
    assert desk.database.read_bytes() == before


@pytest.mark.parametrize("name", [*READERS, "agencies", "import"])
def test_the_database_of_a_newer_jarshy_is_left_alone(full: Desk, name: str) -> None:
    newer = sqlite3.connect(full.database)
    newer.execute("PRAGMA user_version = 999")
    newer.close()
    before = full.database.read_bytes()
    result = full.type(name, *ARGUMENTS[name])
    assert result.exit_code == 1
    assert "was written by a newer Jarshy (schema 999" in result.stderr
    assert full.database.read_bytes() == before


@pytest.mark.parametrize("name", ["run", "crawl"])
@pytest.mark.parametrize(
    ("path", "said"), [("none/jarshy.db", "there is no folder"), (".", "is a folder; name a file in it")]
)
def test_a_database_that_cannot_be_made_is_said_in_a_sentence(
    desk: Desk, name: str, path: str, said: str
) -> None:
    result = desk.run(name, JARSHY_DATABASE__PATH=path)
    assert result.returncode == 1
    [line] = result.stderr.splitlines()
    assert said in (json.loads(line)["message"] if name == "run" else line.removeprefix("Error: "))
    assert list(desk.folder.iterdir()) == []


@pytest.mark.parametrize(("every", "noted"), [("24h", True), ("off", False)])
def test_check_says_that_no_copy_could_be_made(desk: Desk, every: str, noted: bool) -> None:
    (desk.folder / "taken").touch()
    desk.configure(f'[backup]\nfolder = "taken/copies"\nevery = "{every}"\n')
    result = desk.type("check")
    said = " ".join(result.stdout.split())
    assert (f"{desk.folder / 'taken'} cannot be written by this user; name another folder." in said) is noted
    assert result.exit_code == 0


def test_check_says_where_copies_go_and_what_is_kept_how_long(desk: Desk) -> None:
    desk.configure('[backup]\nevery = "12h"\nkeep = 5\n[retention]\nreadings = "90d"\n')
    said = " ".join(desk.type("check").stdout.split())
    assert (
        "Backups: every 12 h into backups, as seen from the folder of the database; the newest 5 stay."
        in said
    )
    assert "as they were received forever, readings 90 days, deliveries 1100 days; every wording" in said
    desk.configure('[backup]\nevery = "off"\n')
    assert "Backups: none are made by themselves" in desk.type("check").stdout


ANSWERS: dict[str, tuple[str, ...]] = {
    "agencies": ("agencies", "--followed"),
    "show": ("show", "139"),
    "search": ("search", "выпуск"),
    "status": ("status",),
    "check": ("check",),
}


@pytest.mark.parametrize("words", ANSWERS.values(), ids=ANSWERS)
def test_what_goes_to_a_pipe_is_plain_text(full: Desk, words: tuple[str, ...]) -> None:
    result = full.type(*words)
    assert result.exit_code == 0
    assert result.stdout
    assert plain(result.stdout)


@pytest.mark.parametrize("words", ANSWERS.values(), ids=ANSWERS)
def test_what_goes_to_a_script_is_json(full: Desk, words: tuple[str, ...]) -> None:
    result = full.type(*words, "--json")
    assert result.exit_code == 0
    assert result.stderr == ""
    value = json.loads(result.stdout)
    assert value
    assert not [text for text in texts(value) if re.fullmatch(r"\d{4}-\d\d-\d\d[T ]\d\d:.*[^Z]", text)]


def texts(value: Any) -> list[str]:
    """Every text in a JSON value but the portal's own writing."""
    if isinstance(value, dict):
        value = [part for name, part in value.items() if name != "published_raw"]
    if isinstance(value, list):
        return [text for part in value for text in texts(part)]
    return [value] if isinstance(value, str) else []


def test_a_terminal_is_drawn_a_table_and_a_pipe_is_given_tabs(full: Desk) -> None:
    assert full.run("agencies", "--followed").stdout.startswith("slug\tname\tkind\tfollowed\t")
    drawn = full.on_terminal("agencies", "--followed", columns=100, lines=40)
    assert "─────" in drawn
    assert "\t" not in drawn


def test_status_says_how_the_listings_are_and_how_much_is_held(full: Desk) -> None:
    result = full.type("status")
    assert result.exit_code == 0
    assert "No daemon runs on this database." in result.stdout
    assert "Releases: 40, editions: 80, wordings: 81, changes since the first reading: 1." in result.stdout
    rows = dict(line.split("\t", 1) for line in result.stdout.splitlines() if "\t" in line)
    assert rows["economy/kk"].startswith("unchanged\t2026-07-13 11:")
    assert rows["economy/ru"].endswith("\tread\tnone yet")
    value = json.loads(full.type("status", "--json").stdout)
    assert value["running"] is False
    assert value["totals"]["releases"] == 40
    assert {row["agency"] for row in value["listings"]} == {"economy"}
    assert value["orders"] == []
    assert value["hub"] is None


def test_status_says_what_the_hub_is_owed(full: Desk) -> None:
    full.configure(
        '[server]\npublic_url = "https://news.example.org"\n[feeds]\nhub = "https://hub.example.org/"\n'
    )
    db = full.store()
    now = datetime(2026, 7, 13, 4, 0, tzinfo=UTC)
    for digest in ("before", "after"):
        topics.note(db, {"/feeds/all.atom": digest}, asked=(), now=now)
    topics.put_off(db, until=now, error="it is down")
    db.conn.close()
    said = "hub https://hub.example.org/: 1 owed, 0 refused. The reason: it is down. Next try at 2026-07-13 09:00."
    assert said in full.type("status", "--config", str(full.folder / "jarshy.toml")).stdout
    value = json.loads(full.type("status", "--config", str(full.folder / "jarshy.toml"), "--json").stdout)
    assert value["hub"] == {
        "address": "https://hub.example.org/",
        "feeds": 1,
        "next_attempt_at": "2026-07-13T04:00:00.000Z",
        "error": "it is down",
        "refused": 0,
    }


def test_status_names_what_is_wrong_the_worst_first(full: Desk) -> None:
    db = full.store()
    detail = {"outcome": "broken", "reason": "no JSON", "since": START, "success_at": None}
    with writing(db):
        for key, kind, of in (
            ("listing economy/ru", "listing", detail),
            ("disk", "disk", {"free": 10**8, "total": 10**11}),
            ("stuck", "stuck", {"owed": 3, "since": START}),
        ):
            agency, lang = ("economy", "ru") if kind == "listing" else (None, None)
            write_event(db, key=key, kind=kind, is_over=False, agency=agency, lang=lang, detail=of, now=START)
        write_event(
            db,
            key="stuck",
            kind="stuck",
            is_over=True,
            agency=None,
            lang=None,
            detail={"lasted": 60.0},
            now=START,
        )
    db.conn.close()
    lines = [line for line in full.type("status").stdout.splitlines() if line.startswith("Trouble: ")]
    assert [line.split(":")[1].partition(";")[0] for line in lines] == [
        " The disk is nearly full",
        " A listing cannot be read",
    ]
    value = json.loads(full.type("status", "--json").stdout)
    assert [event["key"] for event in value["troubles"]] == ["listing economy/ru", "disk"]


async def test_status_says_the_portals_trouble_once_and_when_a_daemon_would_try_again(desk: Desk) -> None:
    house = House(languages=("ru", "kk"), db=desk.store())
    for lang in ("ru", "kk"):
        house.portal.show("economy", lang, *past(40, lang=lang))
    await house.live(timedelta(hours=1))
    house.portal.fault = Report(0, "blocked", reason="the gateway's own page")
    await house.live(timedelta(hours=2))
    house.db.conn.close()
    desk.base_url = house.config.portal.base_url
    desk.configure('[portal]\nagencies = ["economy"]')
    said = desk.type("status").stdout
    assert said.count("the gateway's own page") == 1
    assert "A daemon would not try again before 2026-07-13" in said


def test_status_says_how_far_is_what_somebody_asked_for(desk: Desk) -> None:
    db = desk.store()
    ask(db, [("economy", "ru"), ("mfa", "kk")], whole=True, now=START)
    with db.conn:
        db.execute("UPDATE orders SET reached = 7, listed = 140 WHERE agency = 'economy'")
    db.conn.close()
    said = desk.type("status").stdout
    assert "economy/ru is being read, because it was asked for: page 7, 140 releases so far." in said
    assert "Orders that wait for their turn: 1." in said
    orders = json.loads(desk.type("status", "--json").stdout)["orders"]
    assert [(order["agency"], order["reached"]) for order in orders] == [("economy", 7), ("mfa", 0)]


@pytest.mark.parametrize(
    ("words", "needed"),
    [
        ("search Өңір", False), ("agencies", False), ("status", False), ("stats", False), ("verify", False),
        ("feeds out --url https://news.example.kz", False), ("check", True), ("alerts list", True),
    ],
)  # fmt: skip
def test_only_who_owes_or_sends_needs_the_secrets_of_alerts(desk: Desk, words: str, needed: bool) -> None:
    desk.store().conn.close()
    desk.configure('[[alerts]]\nname = "desk"\nto = ["tgram://${NOT_IN_THIS_SHELL}/77"]')
    done = desk.type(*words.split())
    assert ("${NOT_IN_THIS_SHELL} is not set or empty" in done.output) is needed
    assert (done.exit_code == 2) is needed
