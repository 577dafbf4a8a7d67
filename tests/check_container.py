"""An optional check of its own: builds the Dockerfile without a registry, runs the image as compose.yaml does, stops
and kills it while it reads, starts it again on the same volume, and lets its disk run full.

The base is a stand-in made by debootstrap (Debian 13 with its Python 3.13), so this says that the Dockerfile
works, not that the pinned base does. Packages come from wherever this machine's pip takes them. The portal that
the container reads is the stand-in on this machine's loopback.

    python tests/check_container.py            about four minutes, as root; «skipped» where a tool is missing
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from crawler.standin import Portal, populate, serve  # noqa: E402
from tests.container_image import BASE, IMAGE, attempt, build, make_base, run, say  # noqa: E402
from tests.container_running import (  # noqa: E402
    health_of_image,
    inspected,
    most_at_once,
    resident,
    running,
    small_disk,
    stopped,
    volume,
    wait,
)

TOOLS = ("debootstrap", "buildah", "podman", "runc", "catatonit")
STARTS_WITHIN, READS_WITHIN, STOPS_WITHIN = 60, 120, 10
AGENCIES, LANGUAGES, EACH = ("economy", "mfa"), ("kk", "ru"), 150
ALL = len(AGENCIES) * len(LANGUAGES) * EACH
TOO_SMALL, LARGE_ENOUGH = 4, 64
"""Megabytes of a disk."""

TWICE = """
SELECT 'a release', source_id FROM releases GROUP BY source_id HAVING count(*) > 1
UNION ALL
SELECT 'an edition', release_id || ' ' || lang FROM editions GROUP BY release_id, lang HAVING count(*) > 1
UNION ALL
SELECT kind, release_id || ' ' || coalesce(edition_id, '') FROM changes
GROUP BY kind, release_id, edition_id HAVING count(*) > 1
"""


def main() -> int:
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        return _skip(f"needs {', '.join(missing)}; on Debian: apt-get install {' '.join(TOOLS)}")
    if os.geteuid() != 0:
        return _skip("debootstrap and the chroot build need root")
    with tempfile.TemporaryDirectory(prefix="jarshy-container-") as scratch:
        try:
            make_base(Path(scratch))
            build(Path(scratch))
            check(Path(scratch))
        except subprocess.CalledProcessError as error:
            print(f"container: failed: {error.cmd[0]} {error.cmd[1]} ended with {error.returncode}")
            return 1
        except AssertionError as error:
            print(f"container: failed: {error}")
            return 1
        finally:
            attempt("buildah", "rmi", "--force", IMAGE, BASE)
    print("container: passed")
    return 0


def _skip(reason: str) -> int:
    print(f"container: skipped: {reason}")
    return 0


def check(scratch: Path) -> None:
    """Everything that is seen of the built image; raises AssertionError with what was not as it should be."""
    scratch.chmod(0o755)
    portal, config, name = Portal(), scratch / "config", f"jarshy-check-{os.getpid()}"
    populate(portal, AGENCIES, EACH, LANGUAGES, until=datetime.now(UTC) - timedelta(days=1))
    with serve(portal) as there, volume(name) as data:
        _configure(config, there.base_url)
        database = data / "jarshy.db"
        with running(name, config) as (container, _):
            _ends_at_once(container)
        with running(name, config) as (container, _):
            _stops_while_reading(container, database)
        with running(name, config) as (container, _):
            _killed_while_reading(container, database)
        with running(name, config) as (container, port):
            _is_healthy(container)
            _reads_on(container, database, portal)
            _is_confined(container)
            _answers(container, port, database)
            _reloads(container)
            _says_what_it_takes(container)
            _stops(container)
        _lost_and_doubled_nothing(database, portal)
        _bears_a_full_disk(scratch / "small", config, portal)


def _configure(config: Path, portal: str) -> None:
    config.mkdir()
    config.joinpath("jarshy.toml").write_text(
        f"[portal]\nagencies = {json.dumps(AGENCIES)}\nlanguages = {json.dumps(LANGUAGES)}\n"
        f'base_url = "{portal}"\nhistory = "all"\nrequests_per_minute = 600\ncontact = "tests"\n'
        '[schedule]\nshortest = "5s"\nlongest = "30s"\n',
        "utf-8",
    )


def _ends_at_once(container: str) -> None:
    code, took = stopped(container, within=STOPS_WITHIN)
    assert code in {"0", "143"}, f"SIGTERM right after the start was lost, it ended with {code}"
    say(f"SIGTERM right after the start ended it with {code} after {took:.1f} s")


def _stops_while_reading(container: str, database: Path) -> None:
    stored = _await_reading(container, database, more_than=0)
    code, took = stopped(container, within=STOPS_WITHIN)
    assert code == "0", f"SIGTERM in the midst of a reading ended it with {code}"
    say(f"SIGTERM in the midst of its first reading, of which it had {stored}: 0 after {took:.1f} s")


def _killed_while_reading(container: str, database: Path) -> None:
    stored = _await_reading(container, database, more_than=_held(database))
    run("podman", "kill", "--signal", "KILL", container)
    run("podman", "wait", container)
    assert _held(database) < ALL, "everything was read before it was killed"
    say(f"killed in the midst of its first reading, of which it had {stored} editions")


def _await_reading(container: str, database: Path, *, more_than: int) -> int:
    wait(container, lambda: _held(database) > more_than, "the first reading is under way", STARTS_WITHIN)
    stored = _held(database)
    assert stored < ALL, "everything was read before it could be disturbed"
    return stored


def _is_healthy(container: str) -> None:
    health = health_of_image()
    wait(
        container,
        lambda: attempt("podman", "exec", container, *health).returncode == 0,
        "the health check of the image passes",
        STARTS_WITHIN,
    )
    begun = time.monotonic()
    run("podman", "exec", container, *health)
    say(f"the health check of the image passes, in {time.monotonic() - begun:.1f} s")


def _reads_on(container: str, database: Path, portal: Portal) -> None:
    begun, wanted = time.monotonic(), _published(portal)
    wait(container, lambda: _stored(database) >= wanted, "everything is read", READS_WITHIN)
    say(f"it went on and had all {len(wanted)} editions after {time.monotonic() - begun:.1f} s")


def _is_confined(container: str) -> None:
    asked = (
        "import os; said = dict(line.split(':', 1) for line in open('/proc/self/status'));"
        "print(os.getuid(), said['CapBnd'].strip(), said['NoNewPrivs'].strip(), os.access('/opt', os.W_OK),"
        "os.statvfs('/').f_flag & os.ST_RDONLY)"
    )
    said = run("podman", "exec", container, "python", "-c", asked)
    assert said == "10001 0000000000000000 1 False 1", f"user, capabilities, no new ones, read-only: {said}"
    say("user 10001, no capability and no way to one, a root that is read only")


def _answers(container: str, port: int, database: Path) -> None:
    assert _feed(port) == 200, "the feed is not answered"
    status = run("podman", "exec", container, "jarshy", "status").splitlines()
    say(f"jarshy status: {len(status)} lines, «{status[0]}»")
    run("podman", "exec", container, "jarshy", "backup", "/data/by-hand.db")
    assert _stored(database.with_name("by-hand.db")) == _stored(database), "the backup holds other editions"
    say("jarshy backup: the copy holds what the database holds")


def _reloads(container: str) -> None:
    run("podman", "exec", container, "sh", "-c", "kill -HUP 1")  # as docs/install.md has it
    wait(
        container,
        lambda: "was read again" in _log(container),
        "it reads its configuration again",
        STARTS_WITHIN,
    )
    say("SIGHUP, sent from inside to its init, had the configuration read again")


def _says_what_it_takes(container: str) -> None:
    assert inspected(container, "{{.State.OOMKilled}}") == "false", "it ran out of memory"
    figures = resident(container).values()
    each = ", ".join(f"{one['VmRSS'] / 1000:.0f} (at most {one['VmHWM'] / 1000:.0f})" for one in figures)
    total, shared_out = sum(one["VmRSS"] for one in figures), sum(one["Pss"] for one in figures)
    say(f"resident, init, daemon and worker: {each} MB, {total / 1000:.0f} together")
    say(f"of that {shared_out / 1000:.0f} MB where what they share is counted once")
    if (most := most_at_once(container)) is not None:
        say(f"never more than {most / 1e6:.0f} MB at once, the page cache and the commands included")


def _stops(container: str) -> None:
    code, took = stopped(container, within=STOPS_WITHIN)
    assert code == "0", f"after SIGTERM it ended with {code} (137: killed after {STOPS_WITHIN} s)"
    say(f"SIGTERM ended it with 0 after {took:.1f} s")


def _lost_and_doubled_nothing(database: Path, portal: Portal) -> None:
    assert _rows(database, "PRAGMA integrity_check") == [("ok",)]
    assert _stored(database) == _published(portal), "what is stored is not what the portal shows"
    twice = _rows(database, TWICE)
    assert not twice, f"there twice: {twice[:5]}"
    alerted = _rows(database, "SELECT kind, detail FROM changes WHERE NOT baseline")
    assert not alerted, f"changes of the history are taken for news: {alerted[:5]}"
    say("nothing is lost, doubled or taken for news")


def _bears_a_full_disk(place: Path, config: Path, portal: Portal) -> None:
    with small_disk(place, TOO_SMALL) as resize, running(str(place), config) as (container, port):
        wait(container, lambda: shutil.disk_usage(place).free == 0, "its disk is full", STARTS_WITHIN)
        health = health_of_image()
        wait(container, lambda: "is full" in _log(container), "it says that its disk is full", STARTS_WITHIN)
        assert attempt("podman", "exec", container, *health).returncode == 0, "unhealthy on a full disk"
        assert _feed(port) == 200, "no feeds on a full disk"
        say("on a full disk it says so, stays healthy and goes on serving its feeds")
        resize(LARGE_ENOUGH)
        _reads_on(container, place / "jarshy.db", portal)
        _stops(container)
        _lost_and_doubled_nothing(place / "jarshy.db", portal)


def _log(container: str) -> str:
    done = attempt("podman", "logs", container)
    return done.stdout + done.stderr


def _feed(port: int) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/feeds/all.atom", timeout=5) as answer:
        return int(answer.status)


def _published(portal: Portal) -> set[tuple[str, str]]:
    return {(str(number), lang) for number in portal.ids() for lang in portal.languages(number)}


def _stored(database: Path) -> set[tuple[str, str]]:
    asked = "SELECT source_id, lang FROM editions JOIN releases ON releases.id = release_id"
    return {(number, lang) for number, lang in _rows(database, asked)}


def _held(database: Path) -> int:
    return len(_stored(database))


def _rows(database: Path, query: str) -> list[tuple[Any, ...]]:
    if not database.exists():
        return []
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True, timeout=10)) as connection:
        try:
            return connection.execute(query).fetchall()
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):  # the schema is being made
                return []
            raise


if __name__ == "__main__":
    sys.exit(main())
