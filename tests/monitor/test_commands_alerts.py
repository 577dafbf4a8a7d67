"""`jarshy alerts` as people type it: on a database that a watch has filled, with the rules of the configuration."""

import asyncio
import json
import re
import shlex
import shutil
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unicodedata import normalize
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

import jarshy
from monitor.config import load
from monitor.store.database import Database
from tests.monitor.desk import Desk, plain
from tests.monitor.receivers import FINE, Answer, Hook, MailServer
from tests.monitor.shelf import House, Item, past

SECRET = "planted-password"
RULES = f"""
[portal]
agencies = ["economy"]
languages = ["ru", "kk"]
[[alerts]]
name = "салық"
to = ["mailto://desk:{SECRET}@mail.example.kz:9?to=desk@example.kz", "http://127.0.0.1:9/{SECRET}"]
words = ["налог", "салық"]
digest = "daily 09:00"
[[alerts]]
name = "gone"
to = ["http://127.0.0.1:9/{SECRET}"]
kinds = ["removed"]
[[alerts]]
name = "health"
to = ["http://127.0.0.1:9/{SECRET}"]
kinds = ["health"]
"""
ASKED: dict[str, tuple[str, ...]] = {
    "list": (),
    "preview": ("салық",),
    "test": ("салық",),
    "why": ("200",),
    "retry": ("1",),
}
"""Every command of the group with the least that it can be asked."""


@dataclass(frozen=True)
class Told:
    """A desk whose watch has noticed something, and who is owed it."""

    desk: Desk
    db: Database
    began: datetime

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        return list(self.db.execute(query, parameters).fetchall())

    def type(self, *words: str) -> str:
        result = self.desk.type("alerts", *words)
        assert result.exit_code == 0, result.output
        assert SECRET not in result.output
        return result.stdout

    def set(self, number: int, **values: Any) -> None:
        """What became of a delivery."""
        columns = ", ".join(f"{column} = :{column}" for column in values)
        self.db.execute(f"UPDATE deliveries SET {columns} WHERE id = :id", {**values, "id": number})

    def trouble(self, key: str, **detail: str) -> None:
        """A trouble that began now, and of which the webhook is told."""
        kind, uid = key.split(maxsplit=1)[0], str(uuid4())
        at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self.db.execute(
            "INSERT INTO health (uid, at, key, kind, over, detail) VALUES (?, ?, ?, ?, 0, ?)",
            [uid, at, key, kind, json.dumps(detail)],
        )
        self.db.execute(
            "INSERT INTO deliveries "
            "(health_id, rules, address_key, address_shown, message_id, told_as, weight, form) "
            "SELECT health.id, '[\"health\"]', address_key, address_shown, health.uid, 'health', 'major', 'health' "
            "FROM health, deliveries WHERE deliveries.id = 2 AND health.uid = ?",
            [uid],
        )

    def json(self, *words: str) -> Any:
        return json.loads(self.type(*words, "--json"))


async def _watched(folder: Path) -> datetime:
    """A database of ten releases of history, one of taxes; then news in Russian, in Kazakh, an edit, a removal."""
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(days=2)
    desk = Desk(folder)
    desk.configure(RULES)
    alerts = load(folder / "jarshy.toml", {}).alerts
    house = House(languages=("ru", "kk"), db=desk.store(), alerts=alerts, now=began)
    house.portal.show("economy", "ru", *past(9, newest=began))
    house.portal.show("economy", "ru", Item(150, "Налоги прошлого", "Текст.", began - timedelta(hours=3)))
    await house.live(timedelta(hours=1))
    at = house.now
    house.portal.show("economy", "ru", Item(200, "О налоге на воду", "Ставка 5 процентов.", at))
    house.portal.show("economy", "ru", Item(201, "О погоде", "Снег.", at))
    # Read in Russian before it is there in Kazakh: which listing is due first is for the plan to decide.
    await house.live(timedelta(hours=2))
    house.portal.show("economy", "kk", Item(200, "Су төлемі туралы", "Мөлшерлеме 5 пайыз.", at))
    await house.live(timedelta(hours=2))
    house.portal.show("economy", "ru", Item(200, "О налоге на воду", "Ставка 7 процентов.", at))
    await house.live(timedelta(hours=2))
    house.portal.hide(201)
    await house.live(timedelta(hours=4))
    house.db.conn.close()
    return began


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, datetime]:
    """Made once: the database, and when its watch began."""
    folder = tmp_path_factory.mktemp("watched")
    return folder / "jarshy.db", asyncio.run(_watched(folder))


@pytest.fixture
def told(desk: Desk, watched: tuple[Path, datetime]) -> Told:
    """A desk with a copy of that database."""
    desk.configure(RULES)
    shutil.copy(watched[0], desk.database)
    return Told(desk, desk.store(), watched[1])


def on_terminal(desk: Desk, *words: str) -> list[str]:
    """The lines that a terminal of 80 columns is sent, without what colours them."""
    drawn = desk.on_terminal(*words, columns=80, lines=24)
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", drawn).splitlines()


@pytest.mark.parametrize("name", ASKED)
def test_each_explains_itself_with_an_example(desk: Desk, name: str) -> None:
    said = desk.type("alerts", name, "--help")
    assert said.exit_code == 0
    assert f"jarshy alerts {name}" in said.output
    assert "--json" in said.output
    assert max(map(len, said.output.splitlines())) <= 100


def test_the_examples_are_understood() -> None:
    for name in ASKED:
        command = jarshy.main.commands["alerts"].commands[name]  # type: ignore[attr-defined]
        examples = re.findall(rf"^ *jarshy alerts {name}\b(.*)$", command.help or "", re.MULTILINE)
        assert examples
        for example in examples:
            command.make_context(name, shlex.split(example))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("preview", "салик"), "no alert is named 'салик'. Did you mean салық?"),
        (("preview", "SPORT"), "There are салық, gone, health."),
        (("test", "Gone"), "Did you mean gone?"),
        (("retry", "--failed", "--rule", "gon"), "Did you mean gone?"),
        (("retry",), "name the deliveries by their numbers, or say --failed"),
        (("retry", "3", "--failed"), "name the deliveries by their numbers, or say --failed"),
        (("retry", "3", "--rule", "gone"), "--rule narrows --failed down"),
        (("retry", "x"), "'x' is not a valid integer"),
        (("preview", "gone", "--days", "0"), "--days"),
        (("list", "--state", "lost"), "'lost' is not one of"),
        (("why", "200", "--kind", "health"), "'health' is not one of"),
        (("why",), "Missing argument"),
    ],
)
def test_wrong_usage_is_said_with_a_remedy(desk: Desk, words: tuple[str, ...], said: str) -> None:
    desk.configure(RULES)
    result = desk.type("alerts", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in " ".join(result.stderr.split())
    assert [file.name for file in desk.folder.iterdir()] == ["jarshy.toml"]


def test_a_configuration_without_rules_says_so(desk: Desk) -> None:
    result = desk.type("alerts", "preview", "салық")
    assert result.exit_code == 2
    assert "the configuration has no [[alerts]] yet" in result.stderr


def test_a_database_that_is_not_there_yet_is_said(desk: Desk) -> None:
    desk.configure(RULES)
    for words in (("list",), ("preview", "gone"), ("why", "200"), ("retry", "--failed")):
        result = desk.type("alerts", *words)
        assert result.exit_code == 1
        assert "there is no database" in result.stderr.lower()
    assert [file.name for file in desk.folder.iterdir()] == ["jarshy.toml"]


def test_list_says_what_is_owed_sent_and_failed(told: Told) -> None:
    told.set(
        1, state="sent", form="digest", part=1, parts=2, sent_at="2026-07-13T04:00:05.000Z", answer="250 OK"
    )
    told.set(2, state="sent", sent_at="2026-07-13T04:00:05.000Z", attempts=1, answer="200 OK")
    told.set(4, attempts=3, next_attempt_at="2026-07-13T05:00:00.000Z", error="HTTP 503")
    told.set(5, state="failed", attempts=18, error="410 Gone")
    said = told.type("list")
    assert plain(said)
    entries = re.split(r"^(?=\d+  2)", said, flags=re.MULTILINE)[1:]
    assert [int(entry.split()[0]) for entry in entries] == [5, 4, 3, 2, 1]
    failed, retried, waiting, answered, listed = entries
    assert "removed economy 201: О погоде\n  rule gone: given up, tried 18 times: 410 Gone" in failed
    assert "tried 3 times, next try 2026-07-13 10:00: HTTP 503" in retried
    assert "edited [ru] economy 200: О налоге на воду\n  rule салық: owed since" in waiting
    assert "rule салық: sent 2026-07-13 09:00, answer: 200 OK" in answered
    assert "sent 2026-07-13 09:00 in a digest with 0 others, part 1 of 2, answer: 250 OK" in listed
    assert "In all: 2 owed, 2 sent, 1 failed. Times are those of Asia/Almaty." in said
    told.set(4, attempts=0, error="535 who are you")
    said = " ".join(told.type("list").split())
    assert "; next try 2026-07-13 10:00: 535 who are you" in said
    assert [row["id"] for row in told.json("list", "--state", "failed")] == [5]
    assert [row["id"] for row in told.json("list", "--rule", "gone")] == [5]
    assert [row["id"] for row in told.json("list", "--limit", "2")] == [5, 4]
    assert "The newest 2 are shown" in told.type("list", "--limit", "2")


def test_list_says_until_when_something_is_held_and_what_for(told: Told) -> None:
    later = datetime.now(UTC).replace(second=0) + timedelta(hours=3)
    slot = later.astimezone(ZoneInfo("Asia/Almaty"))
    told.desk.configure(RULES.replace("daily 09:00", f"daily {slot:%H:%M}"))
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    told.db.execute("UPDATE changes SET at = ?", [now])
    said = " ".join(told.type("list", "--state", "owed").split())
    assert f"waits until {slot:%Y-%m-%d %H:%M} for its digest (daily {slot:%H:%M})" in said
    held = {row["id"]: (row["held_until"], row["held_for"]) for row in told.json("list")}
    assert held[1] == held[3] == (f"{later:%Y-%m-%dT%H:%M}:00.000Z", f"for its digest (daily {slot:%H:%M})")
    assert held[2] == (None, "")


def test_status_says_which_address_does_not_take_its_messages(told: Told) -> None:
    shown = next(row["address_shown"] for row in told.json("list") if row["id"] == 2)
    error = f"{shown} cannot be reached: connection refused"
    told.set(2, attempts=4, next_attempt_at="2026-07-13T04:00:05.000Z", error=error)
    told.set(4, attempts=1, next_attempt_at="2026-07-13T05:00:05.000Z", error="interrupted")
    said = " ".join(told.desk.type("status").stdout.split())
    assert re.search(
        r"Not taken yet by http://127\.0\.0\.1:9/… \(\w+\): delivery 2, tried 4 times, "
        r"next try 2026-07-13 09:00: cannot be reached: connection refused\.",
        said,
    )
    assert said.count("Not taken yet") == 1


def test_what_comes_after_a_message_that_is_tried_again_waits_for_it(told: Told) -> None:
    again = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=40)
    at = again.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    told.set(2, attempts=3, next_attempt_at=at, error="503 Service Unavailable")
    local = f"{again.astimezone(ZoneInfo('Asia/Almaty')):%Y-%m-%d %H:%M}"
    waits = f"waits until {local} behind delivery 2, which is tried again then"
    assert waits in " ".join(told.type("list", "--rule", "gone").split())
    assert waits in " ".join(told.type("why", "201").split())
    held = {row["id"]: row["held_for"] for row in told.json("list")}
    assert [number for number, why in held.items() if why.startswith("behind")] == [5, 4]


def test_list_only_looks_also_where_a_wrong_clock_noticed_something_years_ahead(told: Told) -> None:
    told.db.execute("UPDATE changes SET at = '2042-07-13T04:00:00.000Z'")
    before = told.rows("SELECT * FROM deliveries")
    assert "published [ru] economy 200" in told.type("list")
    assert told.rows("SELECT * FROM deliveries") == before


def test_list_says_what_will_be_dropped_with_its_address(told: Told) -> None:
    told.desk.configure(RULES.replace("desk@example.kz", "other@example.kz").replace(":9/", ":10/"))
    said = " ".join(told.type("list").split())
    assert said.count("; will not be sent: the configuration no longer names this address") == 5


def test_list_says_that_there_is_nothing(told: Told) -> None:
    assert "No delivery because of rule «gone» is dropped." in told.type(
        "list", "--state", "dropped", "--rule", "gone"
    )
    assert told.desk.type("alerts", "list", "--rule", "gon").exit_code == 2
    told.db.execute("DELETE FROM deliveries")
    assert told.type("list") == "Nothing was owed to anybody yet.\n"


def test_list_tells_of_health(told: Told) -> None:
    told.trouble("listing economy/ru")
    said = told.type("list", "--limit", "1")
    assert "health: listing economy/ru began" in said
    assert told.json("list", "--limit", "1")[0]["trouble"] == "listing economy/ru"
    told.trouble("delivery 109a1d37", address_shown="tgram://1/2")
    assert "health: messages do not arrive at tgram://1/2" in told.type("list", "--limit", "1")


def test_preview_counts_what_would_have_been_sent_and_what_was_history(told: Told) -> None:
    before = told.rows("SELECT * FROM deliveries")
    said = told.type("preview", "салық")
    flat = " ".join(said.split())
    assert re.search(
        r"In 30 days 2 changes match: [0-2] messages? to mailto:desk@example.kz, 2 to http://127.0.0.1:9/… ",
        flat,
    )
    assert "1 more was published in this time and history when first read, which nobody is told of." in flat
    assert "By agency: economy" in flat
    assert "published [ru] economy 200 О налоге на воду found: налог" in flat
    assert "О погоде" not in flat
    assert "Налоги прошлого" not in flat
    assert plain(said)
    assert told.rows("SELECT * FROM deliveries") == before


def test_preview_looks_only_as_far_back_as_it_is_asked_to(told: Told) -> None:
    told.db.execute(
        "UPDATE changes SET at = ? WHERE baseline = 0 AND kind <> 'removed'",
        [(told.began - timedelta(days=40)).isoformat(timespec="milliseconds").replace("+00:00", "Z")],
    )
    assert told.json("preview", "салық")["matched"] == 0
    assert told.json("preview", "салық", "--days", "60")["matched"] == 2
    gone = told.json("preview", "gone")
    assert (gone["matched"], gone["by_kind"]) == (1, {"removed": 1})
    (line,) = gone["addresses"]
    assert (line["person"], line["messages"]) == (False, 1)


def test_preview_loses_nothing_to_a_clock_that_was_wrong_for_a_while(told: Told) -> None:
    told.db.execute("UPDATE changes SET at = '1970-01-01T00:00:00.000Z' WHERE kind = 'edited'")
    assert told.json("preview", "салық")["by_kind"] == {"published": 1}


def test_a_rule_is_known_however_a_terminal_writes_its_letters(told: Told) -> None:
    told.desk.configure(RULES.replace('"gone"', '"ёй"'))
    assert told.json("preview", normalize("NFD", "ёй"))["matched"] == 1


def test_preview_shows_the_newest_or_all(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    told.desk.configure(RULES.replace('words = ["налог", "салық"]', ""))
    monkeypatch.setattr(sys.modules["monitor.commands.alerts.previewing"], "SHOWN", 2)
    said = told.type("preview", "салық")
    assert "The newest 2 of 5:" in said
    assert "О погоде" in said
    assert "All of them:" in told.type("preview", "салық", "--all")


def test_preview_before_the_first_news_shows_the_history_that_matches(told: Told) -> None:
    told.db.execute("UPDATE changes SET baseline = 1")
    said = " ".join(told.type("preview", "салық").split())
    assert "In 30 days 0 changes match: 0 messages to mailto:desk@example.kz, 0 to http" in said
    assert "All of them of those that were history:" in said
    assert "Налоги прошлого" in said


def test_preview_counts_notices_of_health(told: Told) -> None:
    told.trouble("portal")
    assert "In 30 days 1 notice of health: 1 message to http" in told.type("preview", "health")


async def test_a_test_message_reaches_each_address_and_says_what_was_answered(desk: Desk) -> None:
    async with Hook() as hook, MailServer() as mail:
        mail.always(Answer(550, "5.1.1 no such desk"), to="gone@example.kz", at="RCPT")
        hook.always(Answer(text="thanks, planted-password"))
        desk.configure(
            f"""
            [[alerts]]
            name = "all"
            to = [
                "{hook.url(f"/{SECRET}")}",
                "mailto://127.0.0.1:{mail.port}?from=jarshy@example.kz&to=desk@example.kz,gone@example.kz",
            ]
            secret = "{SECRET}"
            words = ["салық"]
            """
        )
        result = await asyncio.to_thread(desk.type, "alerts", "test", "all")
        assert result.exit_code == 1, result.output
        assert re.search(
            rf"^http://127.0.0.1:{hook.port}/… \(\w+\): taken \(.*200", result.stdout, re.MULTILINE
        )
        assert re.search(r"^mailto:desk@example.kz: taken", result.stdout, re.MULTILINE)
        assert re.search(
            r"^mailto:gone@example.kz: not taken: .*5.1.1 no such desk", result.stdout, re.MULTILINE
        )
        assert SECRET not in result.output
        (posted,) = hook.taken
        assert posted.json["id"] == posted.id
        assert posted.json["rules"] == ["all"]
        (sent,) = mail.taken
        assert "TEST" in sent.mail["Subject"]
        mail.always(FINE, to="gone@example.kz", at="RCPT")
        again = await asyncio.to_thread(desk.type, "alerts", "test", "all", "--json")
        assert again.exit_code == 0
        assert [(each["address"][:7], each["taken"]) for each in json.loads(again.stdout)] == [
            ("http://", True),
            ("mailto:", True),
            ("mailto:", True),
        ]
        assert len({message.id for message in hook.taken}) == 2
    assert [file.name for file in desk.folder.iterdir()] == ["jarshy.toml"]


def test_why_names_the_condition_that_fails_and_what_was_sent(told: Told) -> None:
    said = told.type("why", "200", "--kind", "published")
    assert plain(said)
    flat = " ".join(said.split())
    assert "published [ru] economy 200, major О налоге на воду change" in flat
    assert re.search(r"«салық» matches, for programs and people \(.*\), as published; found «налог»\.", flat)
    assert "kinds: the rule asks for removed; the change is published." in flat
    assert "Who was told: mailto:desk@example.kz, as published by «салық»: owed since" in flat
    told.set(2, state="sent", sent_at="2026-07-13T04:00:05.000Z", answer="200 OK")
    flat = " ".join(told.type("why", "200", "--kind", "published").split())
    assert "by «салық»: sent 2026-07-13 09:00, answer: 200 OK." in flat


def test_why_finds_a_change_by_whatever_names_it(told: Told) -> None:
    ((number, uid),) = told.rows("SELECT id, uid FROM changes WHERE kind = 'removed'")
    (message,) = told.rows("SELECT message_id FROM deliveries WHERE change_id = ?", number)[0]
    url = "https://www.gov.kz/memleket/entities/economy/press/news/details/201?lang=ru"
    for named in (
        str(number),
        uid,
        f"urn:uuid:{uid.upper()}",
        message,
        f"<{message}@example.kz>",
        message[:8],
    ):
        assert [each["change"]["id"] for each in told.json("why", named)] == [uid], named
    assert [each["change"]["kind"] for each in told.json("why", url)] == ["removed", "published"]
    for stranger in ("99999", "0190a4c2-7d1e-7c3b-9a51-5f0c6f1b2d3e", "салық"):
        result = told.desk.type("alerts", "why", stranger)
        assert (result.exit_code, result.stdout) == (1, "")
        assert stranger in result.stderr
    assert told.desk.type("alerts", "why", message[:7] + "z").exit_code == 1
    told.set(5, message_id="52028891-1877-45c3-9b60-a8dbe6686ccb")
    assert [each["change"]["id"] for each in told.json("why", "52028891")] == [uid]
    assert told.desk.type("alerts", "why", "201", "--kind", "moved").exit_code == 1


def test_why_says_what_stood_in_the_same_message_and_what_was_left_out(told: Told) -> None:
    told.set(
        1, state="sent", form="digest", part=1, parts=1, sent_at="2026-07-13T04:00:05.000Z", answer="250 OK"
    )
    (message,) = told.rows("SELECT message_id FROM deliveries WHERE id = 1")[0]
    told.set(
        3,
        state="sent",
        form="digest",
        part=1,
        parts=1,
        sent_at="2026-07-13T04:00:05.000Z",
        message_id=message,
    )
    flat = " ".join(told.type("why", "200", "--kind", "published").split())
    assert (
        "sent 2026-07-13 09:00 in a digest with 1 other, answer: 250 OK. with edited [ru] economy 200" in flat
    )
    told.set(
        3, state="dropped", form=None, part=None, parts=None, sent_at=None, error="told of this release (ru)"
    )
    flat = " ".join(told.type("why", "200", "--kind", "edited").split())
    assert "not sent: told of this release (ru). told by the message of published [ru] economy 200" in flat


def test_why_tells_history_and_later_rules_from_what_was_missed(told: Told) -> None:
    flat = " ".join(told.type("why", "150").split())
    assert (
        "news: it was history, there when its listing was first read, and nobody is told of history." in flat
    )
    assert "Nobody was owed a message because of it." in flat
    told.desk.configure(
        RULES.replace('kinds = ["removed"]', 'kinds = ["published"]').replace('"gone"', '"new"')
    )
    flat = " ".join(told.type("why", "201").split())
    assert "was not told because of «new»: the rule matches now, but nothing was owed then" in flat
    assert "by «gone» (not in the configuration any more)" in flat
    explained = told.json("why", "201")
    assert [each["not_owed"][0]["rule"] for each in explained if each["not_owed"]] == ["new"]


def test_why_says_that_a_person_heard_of_a_mass_once(told: Told) -> None:
    mass = json.dumps(
        {"mark": "m", "count": 12, "reason": "11 other edits replaced the same words within 24 hours"}
    )
    told.db.execute(
        "UPDATE changes SET detail = json_set(detail, '$.mass', json(?)) WHERE kind IN ('published', 'edited')",
        [mass],
    )
    told.db.execute("DELETE FROM deliveries WHERE id = 3")
    flat = " ".join(told.type("why", "200", "--kind", "edited").split())
    assert "one of 12 that are alike, of which this address was told once: 11 other edits replaced" in flat


def test_retry_owes_anew_what_failed_with_all_that_was_in_the_same_message(told: Told) -> None:
    (message,) = told.rows("SELECT message_id FROM deliveries WHERE id = 1")[0]
    for number in (1, 3):
        told.set(number, state="failed", form="digest", attempts=18, error="550 no", message_id=message)
    told.set(5, state="failed", attempts=18, error="410 Gone")
    said = told.type("retry", "1")
    assert said == "2 deliveries are owed anew; a running daemon sends them within seconds.\n"
    assert told.rows(
        "SELECT id, state, attempts, next_attempt_at, error, message_id FROM deliveries WHERE id IN (1, 3)"
    ) == [
        (1, "owed", 0, None, None, message),
        (3, "owed", 0, None, None, message),
    ]
    assert told.json("retry", "--failed", "--rule", "салық")["put_back"] == []
    assert told.json("retry", "--failed") == {
        "put_back": [5],
        "tried_at_once": [],
        "not_in_configuration": [],
        "not_failed": {},
    }
    assert told.type("retry", "--failed") == "Nothing is owed anew.\n"


@pytest.mark.parametrize("asked", [2, 4])
def test_retry_ends_the_pause_of_an_address_that_is_owed_something(told: Told, asked: int) -> None:
    address = "SELECT address_key FROM deliveries WHERE id = ?"
    assert told.rows(address, 2) == told.rows(address, 4) != told.rows(address, 1)
    for number in (1, 2):
        told.set(number, form="change", attempts=9, next_attempt_at="2042-07-13T04:00:00.000Z", error="down")
    said = " ".join(told.type("retry", str(asked)).split())
    assert re.fullmatch(
        r"A running daemon tries http://127\.0\.0\.1:9/… \(\w+\) again within seconds\.", said
    )
    assert told.rows("SELECT id, state, attempts, next_attempt_at FROM deliveries WHERE id IN (1, 2)") == [
        (1, "owed", 9, "2042-07-13T04:00:00.000Z"),
        (2, "owed", 9, None),
    ]
    assert told.desk.type("alerts", "retry", str(asked)).exit_code == 1


def test_retry_says_what_it_leaves_as_it_is(told: Told) -> None:
    told.set(1, state="failed", form="release", attempts=18, error="550 no")
    told.desk.configure(RULES.replace("desk@example.kz", "other@example.kz"))
    result = told.desk.type("alerts", "retry", "1", "2", "77")
    assert result.exit_code == 1
    assert (
        "1 to mailto:desk@example.kz stays as it is: the configuration no longer names this address."
        in result.stderr
    )
    assert "Delivery 2 is owed, and only what failed is tried again." in result.stderr
    assert "There is no delivery 77." in result.stderr
    assert told.rows("SELECT state FROM deliveries WHERE id = 1") == [("failed",)]


def test_a_terminal_of_eighty_columns_is_given_lines_that_fit(told: Told) -> None:
    told.set(
        2,
        state="failed",
        attempts=18,
        error="the receiver answered 503 (Service Unavailable): try again later",
    )
    lines = on_terminal(told.desk, "alerts", "list")
    assert max(map(len, lines)) <= 80
    assert "  rule салық: given up, tried 18 times: the receiver answered 503 (Service" in lines
    assert "    Unavailable): try again later" in lines
