"""Brings forth short lives that take in news and tell of it, for the command that kills each at one system call.

    python -m tests.crashes.nursery ADDRESS...

Everything is loaded once, so that a life costs what it does and nothing else. A line of JSON names a database and how
much later it is; the answer is the process that was forked for it and waits. A second line lets it live, and the
answer is how it ended. A life is the real intake, of a portal that is a dictionary, the real store, the real
dispatcher and the real channels; its clock jumps to whenever something is due next.
"""

import asyncio
import ctypes
import json
import os
import sys
import traceback
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import aiohttp  # noqa: F401 - loaded before a life begins

from monitor.channels import open_channels
from monitor.config import Alert
from monitor.errors import StoreError
from monitor.outbox import dispatch
from monitor.rules import addresses_of
from monitor.store.database import open_store
from tests.monitor.shelf import START, FakePortal, House, Item, past

AGENCIES = ("economy", "moa")
CLEAR = 3
"""Exit code of a life that ended with an error of ours, which says what to do."""
_ANYBODY = 0x59616D61, ctypes.c_ulong(-1)
"""PR_SET_PTRACER, for kernels that let only parents look."""


def alerts(addresses: Sequence[str]) -> list[Alert]:
    """A rule for each address, that wants everything of its kind of reader."""
    return [
        Alert.model_validate({"name": f"rule {number}", "to": [address]})
        for number, address in enumerate(addresses)
    ]


def make(path: Path) -> None:
    """A database with a past, and nothing owed."""
    house = _house(path, _portal(), [], later=timedelta(0))
    asyncio.run(house.live(timedelta(hours=2)))
    house.db.conn.close()


def live(path: Path, rules: Sequence[Alert], *, later: timedelta) -> None:
    """Reads everything once, and tells of it until nothing is owed."""
    portal = _portal()
    at = START + timedelta(hours=2)
    portal.show("economy", "ru", Item(900, "Открыт мост № 1", "Мост № 1 длиной 120 м открыт.", at))
    portal.show("economy", "kk", Item(900, "№ 1 көпір ашылды", "Ұзындығы 120 м № 1 көпір ашылды.", at))
    portal.show("moa", "ru", Item(901, "Собрано зерно", "Собрано 17 млн тонн зерна.", at))
    portal.show("economy", "ru", Item(123, "Выпуск 23", "Бюджет вырос до 12 млрд теңге.", START))
    house = _house(path, portal, rules, later=later)
    asyncio.run(_read_and_tell(house, rules))
    house.db.conn.close()


async def _read_and_tell(house: House, rules: Sequence[Alert]) -> None:
    await house.live(timedelta(seconds=1))
    kinds = {address.kind for rule in rules for address in addresses_of(rule)}
    async with open_channels(kinds, now=lambda: house.now) as channels:
        while (moment := await dispatch(house.db, house.config, channels, now=lambda: house.now)) is not None:
            house.now = max(house.now, moment)


def _portal() -> FakePortal:
    portal = FakePortal()
    portal.show("economy", "ru", *past(24))
    portal.show("economy", "kk", *past(24, lang="kk"))
    portal.show("moa", "ru", *past(12, first_id=500))
    portal.show("moa", "kk", *past(12, first_id=500, lang="kk"))
    return portal


def _house(path: Path, portal: FakePortal, rules: Sequence[Alert], *, later: timedelta) -> House:
    return House(
        agencies_followed=AGENCIES,
        languages=("ru", "kk"),
        alerts=rules,
        db=open_store(path),
        portal=portal,
        now=START + later,
    )


def main(addresses: Sequence[str]) -> int:
    rules = alerts(addresses)
    for rule in rules:
        addresses_of(rule)  # kept from now on: a key is slow to make
    for line in sys.stdin:
        asked = json.loads(line)
        path, later = Path(asked["database"]), timedelta(hours=asked["hours"])
        held, gate = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(gate)
            os._exit(_child(held, path, rules, later))
        os.close(held)
        print(json.dumps({"pid": child}), flush=True)
        sys.stdin.readline()
        os.write(gate, b".")
        os.close(gate)
        _, status = os.waitpid(child, 0)
        print(json.dumps({"code": os.waitstatus_to_exitcode(status)}), flush=True)
    return 0


def _child(held: int, path: Path, rules: Sequence[Alert], later: timedelta) -> int:
    log = os.open(path.with_name("life.log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    ctypes.CDLL(None).prctl(*_ANYBODY, 0, 0, 0)
    os.read(held, 1)
    try:
        live(path, rules, later=later)
    except StoreError as error:
        print(f"Error: {error}", file=sys.stderr, flush=True)
        return CLEAR
    except BaseException:  # noqa: BLE001 - whatever it is, the log says it
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    code = main(sys.argv[1:])
    os._exit(code)  # to take apart what was loaded costs as much as to load it
