"""Secrets planted in every place of the alerts stay out of log, database and commands, whoever repeats them to us."""

import asyncio
import base64
import binascii
import re
from datetime import UTC, datetime
from urllib.parse import unquote_to_bytes

import pytest

from monitor.config import load
from monitor.rules import deliveries_for
from monitor.store.deliveries import counts, owe
from monitor.store.journal import earlier_copies, load_change
from tests.monitor.desk import Desk
from tests.monitor.receivers import Answer, BotApi, Hook, MailServer

PLANTED = "PlAnTeD"
"""In every secret, and nowhere else."""


def secret(place: str) -> str:
    return f"{PLANTED}/{place} құпия+1"


def views(kept: bytes) -> list[bytes]:
    """What was kept as it is, and as whoever knows percent-encoding, escapes and base64 can read it."""
    decoded = []
    for word in re.findall(rb"[A-Za-z0-9+/_-]{8,}={0,2}", kept):
        for start in range(4):
            piece = word[start:].rstrip(b"=")
            piece = piece[: len(piece) - (1 if len(piece) % 4 == 1 else 0)]
            try:
                decoded.append(base64.b64decode(piece + b"=" * (-len(piece) % 4), altchars=b"-_"))
            except binascii.Error:
                continue
    percent = unquote_to_bytes(kept)
    return [kept, percent, *decoded]


def test_the_views_find_what_is_hidden() -> None:
    line = base64.b64encode(f"\0user\0{secret('x')}".encode())
    for kept in (PLANTED.encode(), b"%50l%41nTeD", b"AUTH PLAIN " + line, b"xx" + line):
        assert any(PLANTED.encode() in view for view in views(kept))


async def test_what_receivers_repeat_is_kept_nowhere(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    token = f"12345:{PLANTED}-token"
    monkeypatch.setenv("PLAIN_PASSWORD", secret("password"))
    monkeypatch.setenv("TOKEN", token)
    monkeypatch.setenv("HTTPS_PROXY", f"http://{PLANTED}name:{PLANTED}proxy@127.0.0.1:9")
    desk.base_url = "https://127.0.0.2:9"
    (desk.folder / "mail").write_text(secret("mail") + "\n", "utf-8")
    (desk.folder / "signs").write_text(secret("signs") + "\n", "utf-8")
    login = ("user", secret("mail"))
    async with (
        Hook() as hook,
        BotApi() as bot,
        MailServer(login=login) as taking,
        MailServer(login=login) as refusing,
    ):
        hook.always(Answer(500, echoes=True))
        bot.always(Answer(400, echoes=True))
        taking.always(Answer(250, echoes=True))
        refusing.always(Answer(535, echoes=True), at="AUTH")
        mail = "mailto://user:${{file:mail}}@127.0.0.1:{}?from=a@b&to=c{}@d"
        desk.configure(
            f"""
            [log]
            level = "debug"
            [server]
            port = 0
            [delivery]
            telegram = "{bot.base}"
            [[alerts]]
            name = "all"
            to = [
                "http://u:${{PLAIN_PASSWORD}}@127.0.0.1:{hook.port}/{PLANTED}path/x?key={PLANTED}%2Bquery",
                "http://127.0.0.1:{hook.port}/${{PLAIN_PASSWORD}}",
                "tgram://${{TOKEN}}/77",
                "{mail.format(taking.port, 1)}",
                "{mail.format(refusing.port, 2)}",
                "json://u:{PLANTED}%2Bword@127.0.0.1:{hook.port}/{PLANTED}apprise",
                "https://u:{PLANTED}tls@127.0.0.1:{hook.port}/{PLANTED}tls",
                "http://127.0.0.1:9/{PLANTED}unreachable",
            ]
            secret = "${{file:signs}}"
            """
        )
        owe_one_change(desk)
        daemon = desk.start("run")
        try:
            await asyncio.wait_for(
                asyncio.gather(hook.came(3), bot.came(1), taking.came(1), refusing.asked_to_log_in.wait()),
                timeout=60,
            )
        finally:
            daemon.terminate()
            said = await asyncio.to_thread(daemon.communicate, timeout=60)
    db = desk.store()
    rows = list(db.query("SELECT address_shown, state, answer, error FROM deliveries"))
    db.close()
    commands = [desk.type(*words).output for words in (("status",), ("status", "--json"), ("check",))]
    files = [file.read_bytes() for file in desk.folder.glob("jarshy.db*")]
    assert counts_by_state(rows) == {"owed": 6, "failed": 1, "sent": 1}
    # They did repeat what they were sent, and it was noticed and blanked.
    assert sum("…" in f"{row['answer']} {row['error']}" for row in rows) >= 5
    for kept in (*files, *(text.encode() for text in (*said, *commands))):
        assert all(PLANTED.encode() not in view for view in views(kept))


def counts_by_state(rows: list[dict[str, str]]) -> dict[str, int]:
    states = [row["state"] for row in rows]
    return {state: states.count(state) for state in states}


def owe_one_change(desk: Desk) -> None:
    """A release published just now, and owed to everybody."""
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    alerts = load(desk.folder / "jarshy.toml").alerts
    db = desk.store()
    db.table("releases").insert(
        {
            "id": 1, "source": "gov.kz", "source_id": "900001", "agency": "economy", "url": "https://www.gov.kz/x",
            "first_seen_at": moment, "last_seen_at": moment, "status": "listed", "origin": "crawl",
        }
    )  # fmt: skip
    db.table("editions").insert(
        {
            "id": 1, "release_id": 1, "lang": "en", "title": "Өңір", "text": "Мәтін", "fingerprint": "", "digest": "",
            "first_seen_at": moment, "updated_at": moment, "ordered_at": moment, "status": "listed",
        }
    )  # fmt: skip
    db.table("changes").insert(
        {
            "id": 1, "uid": "8d4f7f0e-3c51-4a53-9a43-000000000001", "at": moment, "kind": "published",
            "release_id": 1, "edition_id": 1, "weight": "major",
        }
    )  # fmt: skip
    change = load_change(db, 1)
    for owed in deliveries_for(alerts, change, agency_kind="ministry", copies=earlier_copies(db, change)):
        owe(db, change.id, owed)
    assert counts(db)["owed"] == 8
    db.close()
