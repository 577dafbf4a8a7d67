"""`redact` typed at a desk, and what `show` says of it afterwards."""

import json
from datetime import timedelta

import pytest

from monitor.commands import shared
from monitor.store.database import only_daemon
from tests.monitor.desk import Desk
from tests.monitor.kept import Portal, release
from tests.monitor.shelf import House


@pytest.fixture
async def held(desk: Desk) -> Desk:
    portal = Portal()
    portal.show("economy", "ru", release(100, "Мұнда қупиясөзім тұр.", "Аты zerekbala"))
    db = desk.store()
    await House(portal=portal, db=db).live(timedelta(hours=3))
    db.close()
    return desk


def asked(held: Desk, *words: str) -> str:
    result = held.type("redact", "100", "--reason", "Names a minor", *words)
    assert result.exit_code == 0, result.output
    return result.output


async def test_it_says_what_it_did_and_show_says_when_by_whom_and_why(held: Desk) -> None:
    assert asked(held, "--by", "А. Редактор", "--yes") == (
        "Release 100 is redacted (wordings: 1, items: 1). Backups and exports made before still have its words.\n"
    )
    shown = held.type("show", "100").output
    assert "by А. Редактор: Names a minor" in shown
    assert "[ru] [redacted]" in shown
    assert "(no text is held)" in shown
    assert "zerekbala" not in shown
    [redaction] = json.loads(held.type("show", "100", "--json").output)["redactions"]
    assert (redaction["by"], redaction["reason"]) == ("А. Редактор", "Names a minor")
    assert held.type("search", "қупиясөзім").exit_code == 1
    compared = held.type("diff", "100")
    assert (compared.exit_code, "were taken out" in compared.output) == (1, True)
    data = b"".join(file.read_bytes() for file in held.folder.iterdir() if file.name.startswith("jarshy.db"))
    assert "қупиясөзім".encode() not in data
    assert b"zerekbala" not in data


async def test_for_a_script(held: Desk) -> None:
    said = json.loads(asked(held, "--yes", "--json"))
    assert (said["source_id"], said["wordings"], said["items"], said["clean"]) == ("100", 1, 1, True)
    assert said["by"]


async def test_nobody_is_asked_where_nobody_can_be_and_nothing_is_done(held: Desk) -> None:
    refused = held.type("redact", "100", "--reason", "x")
    assert refused.exit_code == 2
    assert "--yes" in refused.output
    assert "zerekbala" in held.type("show", "100").output


@pytest.mark.parametrize("reason", [(), ("--reason", " ")], ids=["missing", "empty"])
async def test_without_a_reason_it_is_refused(held: Desk, reason: tuple[str, ...]) -> None:
    refused = held.type("redact", "100", "--yes", *reason)
    assert refused.exit_code == 2
    assert "--reason" in refused.output


async def test_a_release_that_is_not_held_is_said(held: Desk) -> None:
    refused = held.type("redact", "999", "--reason", "x", "--yes")
    assert refused.exit_code == 1
    assert "Release 999 is not held." in refused.output


async def test_beside_a_daemon_it_is_refused(held: Desk) -> None:
    with only_daemon(held.database):
        refused = held.run("redact", "100", "--reason", "x", "--yes")
    assert refused.returncode == 1
    assert "already works on" in refused.stderr
    assert "zerekbala" in held.type("show", "100").output


async def test_on_a_terminal_it_asks_first(held: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    import jarshy

    monkeypatch.setattr("monitor.commands.redacting._somebody_is_there", lambda: True)
    words = ["redact", "100", "--reason", "x"]
    refused = CliRunner().invoke(jarshy.main, words, input="n\n")
    assert refused.exit_code == 1
    assert "This cannot be undone" in refused.output
    assert "zerekbala" in refused.output
    assert CliRunner().invoke(jarshy.main, words, input="y\n").exit_code == 0
    assert "zerekbala" not in held.type("show", "100").output


async def test_on_a_terminal_no_line_is_wider_than_it(held: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "on_terminal", lambda: True)
    said = asked(held, "--yes").splitlines()
    assert len(said) == 2
    assert max(map(len, said)) <= shared.WIDTH
