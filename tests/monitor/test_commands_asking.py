"""`crawl`, `try` and `run` as real processes against the stand-in portal."""

import json
import os
import re
import signal
import socket
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler.standin import Copy, Portal, Server, serve
from tests.end_to_end.house import Daemon, eventually
from tests.monitor.desk import Desk, plain

CONFIG = """
[portal]
agencies = ["economy", "mfa"]
languages = ["ru", "kk"]
requests_per_minute = 6000
contact = "tests"
[schedule]
shortest = "1s"
longest = "1s"
confirm = "2s"
"""


@pytest.fixture
def portal() -> Portal:
    """Two agencies with a past of 25 and 5 releases in Russian; two of the first are in Kazakh too."""
    portal = Portal()
    past = datetime.now(UTC) - timedelta(days=20)
    for number in range(25):
        copies = {"ru": Copy(title=f"Выпуск {number}", paragraphs=(f"Сказано {number} раз.",))}
        if number < 2:
            copies["kk"] = Copy(title=f"Шығарылым {number}", paragraphs=("Өңірде жаңа көпір ашылды.",))
        portal.publish("economy", copies, when=past + timedelta(hours=number))
    for number in range(5):
        copies = {"ru": Copy(title=f"Приём {number}", paragraphs=("Министр принял посла.",))}
        portal.publish("mfa", copies, when=past + timedelta(hours=number))
    return portal


@pytest.fixture
def standin(portal: Portal, desk: Desk) -> Iterator[Server]:
    with serve(portal) as server:
        desk.base_url = server.base_url
        desk.configure(CONFIG)
        yield server


@pytest.fixture
def at_work(desk: Desk, standin: Server) -> Iterator[list[Any]]:
    """A list of processes that are ended with the test, whatever became of them."""
    processes: list[Any] = []
    yield processes
    for process in processes:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def rows(desk: Desk, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(desk.database)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


@pytest.mark.usefixtures("standin")
def test_a_listing_is_tried_and_nothing_is_written_but_what_was_asked(desk: Desk) -> None:
    before = sorted([*desk.folder.iterdir(), desk.folder / "jarshy.db.ledger"])
    said = desk.run("try", "economy", "--lang", "kk")
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.startswith("economy/kk: read (route rest).\nid\tdate\twould be\twords\ttitle\n")
    assert re.search(r"\thistory\t4\tШығарылым 0$", said.stdout, re.MULTILINE)
    assert plain(said.stdout)
    as_json = desk.run("try", "economy", "--json")
    value = json.loads(as_json.stdout)
    assert value["outcome"] == "items"
    assert len(value["releases"]) == 20
    assert value["releases"][0]["text"] == "Сказано 24 раз."
    assert value["releases"][0]["published_at"].endswith("Z")
    assert sorted(desk.folder.iterdir()) == before


def test_an_empty_listing_is_tried(desk: Desk, standin: Server) -> None:
    said = desk.run("try", "almaty")
    assert (said.returncode, said.stdout) == (0, "almaty/ru: read, the listing is empty (route rest).\n")


def test_a_portal_that_cannot_be_reached_is_said_with_the_reason(desk: Desk) -> None:
    tried = desk.run("try", "economy")
    assert tried.returncode == 1
    assert "economy/ru: the portal cannot be reached (route " in tried.stdout
    assert "refused" in tried.stdout
    crawled = desk.run("crawl", "economy", "mfa")
    assert crawled.returncode == 1
    assert "economy/kk\tthe portal cannot be reached\t0\t" in crawled.stdout
    assert "economy/kk, economy/ru, economy/en and 3 more: " in crawled.stderr
    assert "Traceback" not in crawled.stderr
    assert rows(desk, "SELECT DISTINCT state, outcome FROM orders") == [("failed", "unreachable")]


def test_listings_are_read_and_what_came_of_them_is_said(desk: Desk, portal: Portal, standin: Server) -> None:
    first = desk.run("crawl")
    assert (first.returncode, first.stderr) == (0, "")
    assert plain(first.stdout)
    assert first.stdout.splitlines() == [
        "listing\tcame of it\tpages\tlisted\tnew\tedited\tremoved",
        "economy/ru\tread\t3\t25\t25\t0\t0",
        "economy/kk\tread\t2\t2\t2\t0\t0",
        "mfa/ru\tread\t2\t5\t5\t0\t0",
        "mfa/kk\tread, the listing is empty\t1\t0\t0\t0\t0",
    ]
    status = json.loads(desk.type("status", "--json").stdout)
    assert {row["lang"]: row["outcome"] for row in status["listings"] if row["agency"] == "economy"} == {
        "ru": "items",
        "kk": "items",
    }

    newest = portal.ids("economy", "ru")[0]
    portal.edit(newest, "ru", paragraphs=("Сказано 42 раза.",))
    portal.publish("mfa", {"ru": Copy(title="Новый приём", paragraphs=("Принят.",))}, when=datetime.now(UTC))
    second = desk.run("crawl", "--json")
    assert second.returncode == 0
    counts = {
        f"{row['agency']}/{row['lang']}": (row["new"], row["edited"]) for row in json.loads(second.stdout)
    }
    assert counts == {"economy/ru": (0, 1), "economy/kk": (0, 0), "mfa/ru": (1, 0), "mfa/kk": (0, 0)}

    third = desk.run("crawl", "economy", "economy", "--lang", "ru", "--pages", "2")
    assert third.stdout.splitlines()[1:] == ["economy/ru\tread, nothing new\t2\t25\t0\t0\t0"]
    assert "\tunchanged\t" in desk.run("try", "economy").stdout


def test_a_listing_that_is_refused_is_named_and_the_others_are_read(
    desk: Desk, portal: Portal, standin: Server
) -> None:
    for place in ("news", "graphql"):
        portal.misbehave("html", lang="kk", place=place)
    result = desk.run("crawl")
    assert result.returncode == 1
    assert "economy/ru\tread\t3\t25\t" in result.stdout
    assert "economy/kk\tthe answer could not be read\t0\t" in result.stdout
    assert "a page instead of data" in result.stderr
    assert rows(desk, "SELECT state, count(*) FROM orders GROUP BY state") == [("done", 2), ("failed", 2)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_a_crawl_that_is_stopped_ends_soon_and_leaves_nothing_open(
    desk: Desk, portal: Portal, at_work: list[Any], number: signal.Signals
) -> None:
    portal.misbehave("hang", after=1)
    crawl = desk.start("crawl", "economy")
    at_work.append(crawl)
    eventually(lambda: len(portal.requests) >= 2 and desk.database.exists(), "the portal hangs")
    eventually(lambda: rows(desk, "SELECT 1 FROM releases"), "one page is stored")
    if number == signal.SIGINT:
        os.killpg(crawl.pid, number)  # a terminal sends it to everybody in the foreground
    else:
        crawl.send_signal(number)
    _, said = crawl.communicate(timeout=5)
    assert crawl.returncode == 1
    assert said == "Stopped. What was read is stored; the rest of the order is taken back.\n"
    assert rows(desk, "PRAGMA integrity_check") == [("ok",)]
    assert rows(desk, "PRAGMA foreign_key_check") == []
    assert rows(desk, "SELECT count(*) FROM orders WHERE state = 'open'") == [(0,)]
    assert rows(desk, "SELECT count(*) FROM orders WHERE state = 'dropped'") != [(0,)]
    portal.behave()
    again = desk.run("crawl", "economy")
    assert again.returncode == 0
    assert rows(desk, "SELECT count(*) FROM releases") == [(25,)]


def test_two_crawls_at_once_are_done_one_after_the_other(
    desk: Desk, portal: Portal, at_work: list[Any]
) -> None:
    portal.misbehave("hang")
    first = desk.start("crawl", "economy", "--json")
    at_work.append(first)
    eventually(lambda: portal.requests, "the portal hangs")
    second = desk.start("crawl", "mfa", "--json")
    at_work.append(second)
    eventually(
        lambda: rows(desk, "SELECT count(*) FROM orders WHERE state = 'open'") == [(4,)], "both have orders"
    )
    portal.behave()
    for crawl in (first, second):
        said, _ = crawl.communicate(timeout=60)
        assert crawl.returncode == 0
        assert {order["state"] for order in json.loads(said)} == {"done"}
    assert portal.most_in_flight == 1


def test_a_crawl_beside_a_daemon_hands_its_order_over(desk: Desk, portal: Portal, standin: Server) -> None:
    daemon = Daemon(
        desk.folder,
        CONFIG.replace("1s", "1h").replace("[portal]", f'[portal]\nbase_url = "{standin.base_url}"'),
    )
    daemon.start()
    try:
        eventually(
            lambda: daemon.rows("SELECT count(*) FROM listings WHERE walked_at IS NOT NULL") == [(4,)],
            "the first readings end",
        )
        portal.publish(
            "mfa", {"ru": Copy(title="Новый приём", paragraphs=("Принят.",))}, when=datetime.now(UTC)
        )
        result = desk.run("crawl", "mfa")
        assert result.returncode == 0
        assert result.stderr == "Another Jarshy works on this database; the order was handed to it.\n"
        assert result.stdout.splitlines()[1] == "mfa/ru\tread\t2\t6\t1\t0\t0"
        asked = "SELECT agency, lang, state FROM orders WHERE by_itself = 0"  # by night a daemon audits
        assert daemon.rows(asked) == [
            ("mfa", "ru", "done"),
            ("mfa", "kk", "done"),
        ]
        assert portal.most_in_flight == 1
        assert "A daemon runs on this database." in desk.type("status").stdout

        rival = desk.run("run")
        assert rival.returncode == 1
        assert re.fullmatch(
            r"another Jarshy \(process \d+\) already works on .*; stop it .*",
            json.loads(rival.stderr)["message"],
        )
        assert daemon.process is not None
        assert f"process {daemon.process.pid}" in rival.stderr
    finally:
        assert daemon.stop() == 0


def test_a_port_in_use_is_said_in_a_sentence(desk: Desk, standin: Server) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = desk.run("run", JARSHY_SERVER__PORT=str(port))
    assert result.returncode == 1  # a service tries it again: the daemon before it may be ending
    lines = [json.loads(line) for line in result.stderr.splitlines()]
    remedy = "another program listens there; stop it, or choose another port under [server] port"
    errors = [line["message"] for line in lines if line["level"] == "error"]
    assert errors == [f"feeds cannot be served at 127.0.0.1, port {port}: {remedy}"]


def test_a_listing_is_audited_and_what_came_of_it_is_said(
    desk: Desk, portal: Portal, standin: Server
) -> None:
    assert desk.run("crawl", "--all").returncode == 0
    hidden, gone = portal.ids("economy", "ru")[10], portal.ids("economy", "ru")[5]
    portal.remove(gone)
    connection = sqlite3.connect(desk.database)  # a release that slipped through
    for table in ("changes", "release_agencies", "revisions", "editions", "releases"):
        where = "release_id" if table != "releases" else "id"
        held = f"(SELECT id FROM releases WHERE source_id = '{hidden}')"
        if table == "revisions":
            where, held = "edition_id", f"(SELECT id FROM editions WHERE release_id = {held})"
        connection.execute(f"DELETE FROM {table} WHERE {where} = {held}")
    connection.commit()
    connection.close()

    said = desk.run("audit")
    assert (said.returncode, said.stderr) == (0, "")
    assert plain(said.stdout)
    assert said.stdout.splitlines() == [
        "listing\tverdict\tlisted\theld\tmissing\textra\tpages",
        "economy/ru\t1 missing and fetched, 1 extra\t24\t23\t1\t1\t3",
        "economy/kk\tcomplete\t2\t2\t0\t0\t2",
        "mfa/ru\tcomplete\t5\t5\t0\t0\t2",
        "mfa/kk\tcomplete\t0\t0\t0\t0\t1",
        f"economy/ru: was listed and not held, now fetched: {hidden}",
        f"economy/ru: held and not listed any more, now suspected: {gone}",
        "mfa/kk: nothing is listed and nothing held; is that the language, and the agency, you meant?",
    ]
    assert rows(desk, "SELECT count(*) FROM releases") == [(30,)]
    as_json = json.loads(desk.run("audit", "economy", "--lang", "ru", "--json").stdout)
    assert [(row["verdict"], row["listed"], row["held"]) for row in as_json] == [("1 extra", 24, 24)]
    status = json.loads(desk.run("status", "--json").stdout)["listings"]
    assert {row["audit"]["missing"] for row in status if row["agency"] == "economy"} == {0}

    for place in ("news", "graphql"):
        portal.misbehave("error", after=1 if place == "news" else 0, place=place)  # type: ignore[arg-type]
    broken = desk.run("audit", "economy", "--lang", "ru")
    assert broken.returncode == 1
    assert "economy/ru\tbroke off: nothing is proved\t\t\t\t\t" in broken.stdout


def test_an_audit_beside_a_daemon_is_handed_over(desk: Desk, portal: Portal, standin: Server) -> None:
    daemon = Daemon(
        desk.folder,
        CONFIG.replace("1s", "1h").replace("[portal]", f'[portal]\nbase_url = "{standin.base_url}"'),
    )
    daemon.start()
    try:
        eventually(
            lambda: daemon.rows("SELECT count(*) FROM listings WHERE walked_at IS NOT NULL") == [(4,)],
            "the first readings end",
        )
        result = desk.run("audit", "mfa")
        assert result.returncode == 0
        assert result.stderr == "Another Jarshy works on this database; the order was handed to it.\n"
        assert result.stdout.splitlines()[1] == "mfa/ru\tcomplete\t5\t5\t0\t0\t2"
        assert portal.most_in_flight == 1
    finally:
        assert daemon.stop() == 0


def test_what_dumps_cite_is_looked_for(desk: Desk, portal: Portal, standin: Server) -> None:
    there, absent = portal.ids("economy", "kk")[0], portal.ids("mfa", "ru")[0] + 1
    (desk.folder / "dump.txt").write_text(
        "Law\n"
        + "".join(
            f"Өңірде жаңа көпір ашылды {datetime.now(UTC) - timedelta(days=19):%d.%m.%Y}\nМәтін.\n"
            f"Source : https://www.gov.kz/memleket/entities/{agency}/press/news/details/{source_id}\n"
            for agency, source_id in (("economy", there), ("mfa", absent))
        ),
        "utf-8",
    )
    assert desk.run("import", "dump.txt").returncode == 0
    said = desk.run("crawl", "--cited")
    assert (said.returncode, said.stderr) == (0, "")
    lines = said.stdout.splitlines()
    assert lines[0] == "id\tagency\tdate\tfound\twhy"
    assert lines[-1] == "Found 1 of 2."
    found = {line.split("\t")[0]: line.split("\t")[3:] for line in lines[1:-1]}
    assert found[str(there)] == ["yes", ""]
    assert found[str(absent)][0] == "no"
    assert found[str(absent)][1].endswith("(kk, ru)")
    assert rows(desk, "SELECT count(*) FROM changes WHERE NOT baseline") == [(0,)]
    assert desk.run("crawl", "--cited", "--all").returncode == 2

    for place in ("news", "graphql"):
        portal.misbehave("error", place=place)  # type: ignore[arg-type]
    failed = desk.run("crawl", "--cited")
    assert failed.returncode == 1
    assert "could not be read" in failed.stdout
