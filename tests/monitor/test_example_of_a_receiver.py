"""The receiver under examples/: our webhook is believed there, everybody else is not, and nothing is done twice."""

import http.client
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.addresses import read_addresses
from monitor.channels import open_channels
from monitor.channels.webhook import signature
from monitor.errors import DeliveryError
from monitor.messages import Message

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SECRET = "құпия сөз"


def message(number: int, secret: str = SECRET) -> Message:
    body = {"id": f"id-{number}", "change": {"kind": "published"}, "edition": {"title": f"Өңір {number}"}}
    return Message(id=f"id-{number}", subject="", text="", body=body, secret=secret)


@contextmanager
def receiver(
    seen: Path, program: str = "webhook_receiver.main()"
) -> Iterator[tuple[int, Callable[[], list[str]]]]:
    """The example running: its port, and what ends it and gives back what it printed."""
    with subprocess.Popen(
        [sys.executable, "-c", f"import webhook_receiver\n{program}", "0", seen],
        env={**os.environ, "JARSHY_SECRET": SECRET, "PYTHONUTF8": "1", "PYTHONPATH": str(EXAMPLES)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None

        def ended() -> list[str]:
            process.kill()
            return process.communicate()[0].splitlines()

        try:
            yield int(process.stdout.readline().rpartition(":")[2]), ended
        finally:
            process.kill()


async def sent(port: int, *messages: Message, at: datetime | None = None) -> list[str]:
    """What came of each."""
    (address,) = read_addresses(f"http://127.0.0.1:{port}/hook")
    said = []
    async with open_channels(["webhook"], now=lambda: at or datetime.now(UTC)) as channels:
        for one in messages:
            try:
                said.append(await channels["webhook"].send(address, one))
            except DeliveryError as error:
                why = str(error).removeprefix(f"{address.shown} ")
                said.append(f"{'never' if error.permanent else 'later'}: {why}")
    return said


def posted(port: int, body: bytes, headers: dict[str, str]) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", "/hook", body, headers)
    status = connection.getresponse().status
    connection.close()
    return status


async def test_the_example_believes_us_and_nobody_else_and_does_nothing_twice(tmp_path: Path) -> None:
    seen = tmp_path / "seen.db"
    now = datetime.now(UTC)
    with receiver(seen) as (port, ended):
        assert await sent(port, message(1), message(1), message(2)) == ["HTTP 204"] * 3
        assert await sent(port, message(3, secret="another")) == ["never: answered 403 (Forbidden)"]
        for shift in (timedelta(hours=1), -timedelta(hours=1)):
            assert await sent(port, message(3), at=now + shift) == ["later: answered 408 (Request Timeout)"]
        stamp, body = str(int(now.timestamp())), b'{"id": "id-4"}'
        signed = {"Jarshy-Timestamp": stamp, "Jarshy-Signature": signature(SECRET, stamp, body)}
        assert posted(port, body, {}) == 403
        assert posted(port, body.replace(b"4", b"5"), signed) == 403
        assert posted(port, body, {**signed, "Jarshy-Timestamp": str(int(stamp) + 1)}) == 403
        assert posted(port, body, signed) == 204
        assert ended() == [
            "published: Өңір 1 id-1",
            "published: Өңір 2 id-2",
            "nothing that is known here id-4",
        ]
    with receiver(seen) as (port, ended):
        assert await sent(port, message(2), message(3)) == ["HTTP 204"] * 2
        assert ended() == ["published: Өңір 3 id-3"]


FAILS_ONCE = """
take, tries = webhook_receiver.take, []
def once(message):
    take(message)
    if tries.append(1) or len(tries) == 1:
        raise OSError("the disk is full")
webhook_receiver.take = once
webhook_receiver.main()
"""


async def test_what_the_work_of_the_example_fails_at_comes_again(tmp_path: Path) -> None:
    with receiver(tmp_path / "seen.db", FAILS_ONCE) as (port, ended):
        first, *rest = await sent(port, message(1), message(1), message(1))
        assert first.startswith("later: cannot be reached")
        assert rest == ["HTTP 204"] * 2
        assert ended() == ["published: Өңір 1 id-1"] * 2
