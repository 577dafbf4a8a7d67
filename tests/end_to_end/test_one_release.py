"""One release walks all the way: portal, worker, database, feeds, webhook and mail."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import feedparser
import pytest
from aiosmtpd.controller import Controller

from crawler.standin import Copy, Portal
from monitor.ending import ONE_WISH
from tests.end_to_end.house import JARSHY, Daemon, Receiver, eventually, free_port

SQLITE_UTILS = Path(sys.executable).with_name("sqlite-utils")
RULE = """
[[alerts]]
name = "өнім"
agencies = ["economy"]
words = ["көмір", "уголь"]
to = ["{to}"]
secret = "a planted secret"
"""


def read_all(daemon: Daemon) -> None:
    """Waits until every listing's history is read."""
    eventually(
        lambda: daemon.rows("SELECT count(*) FROM listings WHERE walked_at IS NOT NULL") == [(6,)],
        "first readings end",
    )


def logged(daemon: Daemon) -> list[dict[str, Any]]:
    """What it has logged so far; not on a terminal, so each line is JSON."""
    return [json.loads(line) for line in daemon.log.read_text("utf-8").splitlines()]


def publish(portal: Portal) -> int:
    copies = {
        "kk": Copy(title="Көмір бағасы төмендейді", paragraphs=("Көмір бағасы 12 пайызға төмендейді.",)),
        "ru": Copy(title="Уголь подешевеет", paragraphs=("Уголь подешевеет на 12 процентов.",)),
    }
    return portal.publish("economy", copies, when=datetime.now(UTC))


def entry(daemon: Daemon, form: str, title: str, path: str = "/feeds/all") -> dict[str, Any] | None:
    _, body, _ = daemon.get(f"{path}.{form}")
    if form == "json":
        return next((item for item in json.loads(body)["items"] if item["title"] == title), None)
    read = feedparser.parse(body)
    assert not read.bozo, read.get("bozo_exception")
    assert len({item.id for item in read.entries}) == len(read.entries)
    return next((item for item in read.entries if item.title == title), None)


def test_a_release_is_stored_published_and_told_within_one_poll(
    daemon: Callable[..., Daemon], portal: Portal, receiver: Receiver
) -> None:
    house = daemon(RULE.format(to=receiver.url), cold=True)
    read_all(house)
    assert receiver.messages == []

    polls = "SELECT count(*) FROM crawls WHERE agency = 'economy' AND lang = 'ru' AND page = 1"
    [(before,)] = house.rows(polls)
    release = publish(portal)
    eventually(
        lambda: len(house.rows("SELECT 1 FROM editions WHERE title LIKE '%шевеет'")) == 1, "it is stored"
    )
    [(after,)] = house.rows(
        f"{polls} AND id <= (SELECT max(id) FROM crawls WHERE new > 0 AND agency = 'economy' AND lang = 'ru')"
    )
    assert after - before <= 2  # the reading that was under way, and the next

    for form in ("atom", "rss", "json"):
        assert eventually(lambda form=form: entry(house, form, "Уголь подешевеет"), f"it is in {form}")
        assert eventually(
            lambda form=form: entry(house, form, "Көмір бағасы төмендейді", "/feeds/agencies/economy"),
            f"the Kazakh copy is in {form}",
        )
        assert entry(house, form, "Уголь подешевеет", "/feeds/agencies/almaty") is None

    eventually(lambda: len(receiver.messages) == 2, "both languages are told")
    told = {message["edition"]["lang"]: message for message in receiver.messages}
    assert {message["change"]["kind"] for message in told.values()} == {"published", "translated"}
    assert told["kk"]["release"]["source_id"] == str(release)
    assert told["ru"]["edition"]["title"] == "Уголь подешевеет"
    assert {headers["Idempotency-Key"] for headers in receiver.headers} == {
        message["id"] for message in receiver.messages
    }
    sent_rows = "SELECT count(*) FROM deliveries WHERE state = 'sent'"
    eventually(lambda: house.rows(sent_rows) == [(2,)], "both are marked as sent")
    _, exported, _ = house.get("/metrics")
    for line in (
        b'jarshy_deliveries_total{state="sent"} 2.0',
        b'jarshy_changes_total{kind="translated"} 1.0',
        b'jarshy_http_responses_total{format="rss",status="200"}',
    ):
        assert b"\n" + line in exported

    found = subprocess.run(
        [SQLITE_UTILS, "search", house.folder / "jarshy.db", "editions", "КӨМІР", "-c", "title"],
        capture_output=True,
        check=True,
    )
    assert [row["title"] for row in json.loads(found.stdout)] == ["Көмір бағасы төмендейді"]
    rows = subprocess.run(
        [SQLITE_UTILS, "rows", house.folder / "jarshy.db", "history", "--limit", "1"],
        capture_output=True,
        check=True,
    )
    assert json.loads(rows.stdout)[0]["source_id"] == str(release)
    assert house.stop() == 0
    assert "a planted secret" not in house.log.read_text("utf-8")
    for lang, message in told.items():
        walk = [line for line in logged(house) if message["change"]["id"] in json.dumps(line)]
        assert all(line["level"] == "info" for line in walk)
        read, stored, sent = walk
        assert read["message"].startswith(f"economy/{lang}: read, ")
        assert read["message"].endswith(f" listed: 1 {message['change']['kind']}.")
        assert read["order"] == stored["order"]
        assert read["releases"] == sent["releases"] == [stored["release"]] == [str(release)]
        assert house.rows("SELECT agency, lang FROM crawls WHERE id = ?", stored["crawl"]) == [
            ("economy", lang)
        ]
        assert stored["message"].endswith(message["edition"]["title"])
        assert sent["delivery"] == message["id"]
        assert sent["message"].startswith(f"Told {receiver.url.removesuffix('/hook')}/…")
    assert {line["logger"].split(".")[0] for line in logged(house)} == {"crawler", "jarshy", "monitor"}


def test_an_edit_is_one_revision_and_one_change_and_moves_no_id(
    daemon: Callable[[str], Daemon], portal: Portal, receiver: Receiver
) -> None:
    house = daemon(RULE.format(to=receiver.url))
    read_all(house)
    release = publish(portal)
    eventually(lambda: len(receiver.messages) == 2, "the release is told")
    before = entry(house, "atom", "Уголь подешевеет")
    assert before is not None

    portal.edit(release, "ru", paragraphs=("Уголь подешевеет на 21 процент.",))
    eventually(lambda: len(receiver.messages) == 3, "the edit is told")
    edit = receiver.messages[-1]["change"]
    assert (edit["kind"], edit["weight"]) == ("edited", "major")
    figure = {"field": "text", "before": "12 процентов.", "after": "21 процент.", "classes": ["number"]}
    assert figure in edit["detail"]["words"]
    assert house.rows("SELECT number FROM wordings WHERE title = 'Уголь подешевеет'") == [(1,), (2,)]
    assert house.rows("SELECT count(*) FROM changes WHERE kind = 'edited'") == [(1,)]

    def edited() -> Any:
        now = entry(house, "atom", "Уголь подешевеет")
        return now if now and now.updated != before.updated else None

    after = eventually(edited, "the feed shows the edit")
    assert (after.id, after.published) == (before.id, before.published)
    assert "21 процент" in after.content[0].value

    portal.restyle(release, "ru")
    readings = "SELECT count(*) FROM crawls WHERE agency = 'economy' AND lang = 'ru'"
    [(count,)] = house.rows(readings)
    eventually(lambda: house.rows(readings)[0][0] >= count + 3, "the new mark-up is read")
    assert house.rows("SELECT count(*) FROM changes WHERE kind = 'edited'") == [(1,)]
    assert len(receiver.messages) == 3


def test_ids_stand_still_over_a_restart_and_nothing_is_told_twice(
    daemon: Callable[[str], Daemon], portal: Portal, receiver: Receiver
) -> None:
    house = daemon(RULE.format(to=receiver.url))
    read_all(house)
    publish(portal)
    eventually(lambda: len(receiver.messages) == 2, "the release is told")
    before = json.loads(house.get("/feeds/all.json")[1])
    assert house.stop(signal.SIGINT) == 0
    _, noted = (house.folder / "jarshy.db.newest").read_text("ascii").split()
    assert house.rows("SELECT uid FROM changes ORDER BY id DESC LIMIT 1") == [(noted,)]

    house.start()
    [(last,)] = house.rows("SELECT max(id) FROM crawls")
    eventually(
        lambda: house.rows("SELECT count(DISTINCT agency || lang) FROM crawls WHERE id > ?", last) == [(6,)],
        "every listing is read again",
    )
    after = json.loads(house.get("/feeds/all.json")[1])
    assert [item["id"] for item in after["items"]] == [item["id"] for item in before["items"]]
    assert len(receiver.messages) == 2


def test_a_receiver_that_was_down_gets_it_later_and_in_order(
    daemon: Callable[[str], Daemon], portal: Portal
) -> None:
    down = Receiver()
    port, url = down.port, down.url
    down.stop()
    house = daemon(RULE.format(to=url))
    read_all(house)
    publish(portal)
    eventually(
        lambda: house.rows("SELECT attempts FROM deliveries WHERE attempts > 0"), "a first attempt fails"
    )
    up = Receiver(port)
    try:
        eventually(lambda: len(up.messages) == 2, "it is delivered later")
        uids = house.rows("SELECT uid FROM changes WHERE baseline = 0 ORDER BY id")
        assert [(message["change"]["id"],) for message in up.messages] == uids
    finally:
        up.stop()


def test_mail_reaches_a_real_smtp_server_once(daemon: Callable[[str], Daemon], portal: Portal) -> None:
    box = Mailbox()
    port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        to = f"mailto://127.0.0.1:{port}?from=jarshy@example.org&to=reader@example.org"
        house = daemon(RULE.format(to=to))
        read_all(house)
        publish(portal)
        eventually(lambda: box.letters, "the mail arrives")
        eventually(
            lambda: house.rows("SELECT count(*) FROM deliveries WHERE state = 'sent'") == [(1,)],
            "it is marked sent",
        )
    finally:
        controller.stop()
    [letter] = box.letters  # people hear of a translation only when they ask
    body = letter.get_body(("plain",)).get_content()
    assert re.search("өмір|голь", body)
    [(url,)] = house.rows("SELECT url FROM releases ORDER BY id DESC LIMIT 1")
    assert f"{url}?lang=" in body


def test_a_second_daemon_on_the_same_database_is_refused(daemon: Callable[[str], Daemon]) -> None:
    house = daemon("")
    second = subprocess.run(
        [JARSHY, "run", "--config", "jarshy.toml"], cwd=house.folder, capture_output=True, text=True
    )
    assert second.returncode == 1
    assert f"another Jarshy (process {house.process.pid})" in second.stderr
    assert "Traceback" not in second.stderr


@pytest.mark.parametrize("fault", ["blocked", "shell", "refused"])
def test_a_portal_that_refuses_is_said_once_and_what_is_held_is_served(
    daemon: Callable[[str], Daemon], portal: Portal, fault: str
) -> None:
    house = daemon("")
    read_all(house)
    if fault == "refused":
        portal.demand_ticket(on=True)
    else:
        portal.misbehave(fault)
    eventually(
        lambda: house.rows("SELECT count(*) FROM crawls WHERE outcome = ?", fault)[0][0] >= 2, "refusals"
    )
    said = [line["message"] for line in logged(house) if line["level"] == "warning"]
    assert len(said) == 1
    assert "route rest" in said[0]
    assert "next try is in" in said[0]
    assert len(json.loads(house.get("/feeds/all.json")[1])["items"]) == 50
    assert house.rows("SELECT count(*) FROM editions WHERE status <> 'listed'") == [(0,)]

    portal.demand_ticket(on=False)
    portal.behave()
    publish(portal)
    eventually(lambda: house.rows("SELECT 1 FROM editions WHERE title = 'Уголь подешевеет'"), "it recovers")
    assert "answers again" in house.log.read_text("utf-8")


def test_a_worker_that_is_killed_is_replaced(daemon: Callable[..., Daemon], portal: Portal) -> None:
    house = daemon("", cold=True)
    read_all(house)
    [worker] = children(house.process.pid)
    os.kill(worker, signal.SIGKILL)
    publish(portal)
    eventually(lambda: house.rows("SELECT 1 FROM editions WHERE title = 'Уголь подешевеет'"), "it goes on")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_a_daemon_ends_in_time_while_the_portal_hangs_and_leaves_nothing_half_written(
    daemon: Callable[..., Daemon], portal: Portal, number: int
) -> None:
    house = daemon("", cold=True)
    eventually(lambda: house.rows("SELECT 1 FROM crawls"), "it has begun to read")
    portal.misbehave("hang")
    seen = len(portal.requests)
    publish(portal)
    eventually(lambda: len(portal.requests) > seen, "a request hangs")
    worker = children(house.process.pid)
    assert house.stop(number) == 0
    eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in worker), "the worker is gone")
    assert house.rows("PRAGMA integrity_check") == [("ok",)]
    assert house.rows("PRAGMA foreign_key_check") == []
    assert house.rows("SELECT count(*) FROM crawls WHERE finished_at IS NULL") == [(0,)]


def test_a_mail_server_that_hangs_does_not_hold_up_the_end(
    daemon: Callable[..., Daemon], portal: Portal
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as hanging:
        to = f"mailto://127.0.0.1:{hanging.getsockname()[1]}?from=jarshy@example.org&to=reader@example.org"
        house = daemon(RULE.format(to=to), cold=True)
        read_all(house)
        publish(portal)
        connection, _ = hanging.accept()  # and never says a word
        with connection:
            assert house.stop() == 0
        assert house.rows("SELECT state FROM deliveries") == [("owed",)]


def test_a_second_signal_ends_a_daemon_at_once_and_nothing_is_lost_or_told_under_another_id(
    daemon: Callable[[str], Daemon], portal: Portal, receiver: Receiver
) -> None:
    house = daemon(RULE.format(to=receiver.url))
    read_all(house)
    receiver.may_answer.clear()
    publish(portal)
    eventually(lambda: receiver.messages, "the message is on its way, and hangs")
    eventually(lambda: len(house.rows("SELECT 1 FROM deliveries")) == 2, "both languages are owed")
    portal.misbehave("hang")
    seen = len(portal.requests)
    eventually(lambda: len(portal.requests) > seen, "a request hangs")
    [worker] = children(house.process.pid)

    began = time.monotonic()
    house.process.send_signal(signal.SIGINT)
    house.process.send_signal(signal.SIGTERM)  # the same wish, passed on by a program around it

    def told_again() -> bool:
        house.process.send_signal(signal.SIGTERM)
        return house.process.poll() is not None

    eventually(lambda: house.said("Told to end"), "it begins to end")
    eventually(told_again, "it ends")
    assert time.monotonic() - began > ONE_WISH
    assert house.process.returncode == 1
    eventually(lambda: not Path(f"/proc/{worker}").exists(), "the worker is gone", seconds=5)
    assert house.said("Told a second time: ends at once.") == 1
    assert house.said("Traceback") == 0
    assert house.rows("PRAGMA integrity_check") == [("ok",)]
    assert house.rows("SELECT DISTINCT state FROM deliveries") == [("owed",)]

    receiver.may_answer.set()
    portal.behave()
    house.start()
    eventually(lambda: house.rows("SELECT state FROM deliveries") == [("sent",)] * 2, "both are sent")
    assert house.stop() == 0
    told = [message["id"] for message in receiver.messages]
    assert told == [told[0], told[0], told[-1]]  # the one that was on its way once more, under its id
    uids = house.rows("SELECT uid FROM changes WHERE baseline = 0 ORDER BY id")
    assert [(message["change"]["id"],) for message in receiver.messages[1:]] == uids


def children(parent: int) -> list[int]:
    """The processes that this one started (Linux)."""
    return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


class Mailbox:
    """What an SMTP server took in."""

    def __init__(self) -> None:
        self.letters: list[Any] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 taken"
