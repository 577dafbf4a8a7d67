"""Looks at what a daemon leaves behind: whether it equals the portal, feeds tell it, it proves, is sound, is all."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from crawler.standin import Portal
from tests.crashes.flow import LANGS
from tests.crashes.judging import rows

_ASIDE = "SELECT agency, lang, source_id, reason FROM quarantine"
TITLES = "SELECT source_id, lang, title FROM editions JOIN releases ON releases.id = release_id"
_HISTORY = """
    SELECT source_id, lang, title, text, iif(releases.status = 'removed', 'removed', editions.status) AS status
    FROM editions JOIN releases ON releases.id = editions.release_id
"""
FEWEST = 50
"""Entries of a feed, where there are so many."""
_PROGRAM = "from jarshy import main; main()"
_BESIDE = re.compile(r"(-wal|-shm|\.ledger(-wal|-shm|-journal)?|\.lock|\.newest)?")
_WORST = ('"level": "error"', '"level": "critical"', "Traceback", "Fatal Python error")


def leftovers(database: Path, log: Path, *, deep: Collection[tuple[str, str]] = ()) -> list[str]:
    """What is wrong with what lies in the folder of this database, which nobody uses any more.

    `deep`: portal ids, each with a language, that are read again only once in a day.
    """
    return [
        *_unproved(database),
        *_unsound(database),
        *(f"still kept aside: {row}" for row in aside(database, deep=deep)),
        *(f"the folder: {name} is left in it" for name in _strangers(database, log)),
        *(f"a process is left: {command}" for command in _processes(database.parent)),
        *complaints(log),
    ]


def aside(database: Path, *, deep: Collection[tuple[str, str]] = ()) -> list[dict[str, Any]]:
    """What is kept aside but for those; nothing, once the portal has shown everything whole."""
    return [row for row in rows(str(database), _ASIDE) if (row["source_id"], row["lang"]) not in deep]


def unlike_in_feeds(database: Path, address: str) -> list[str]:
    """Where the feeds that are served at this address do not begin with the newest changes, or tell of an edition in
    other words than are held."""
    changes, editions = (_entries(f"{address}/feeds/{name}.json") for name in ("changes", "all"))
    newest = rows(str(database), "SELECT uid FROM changes WHERE baseline = 0 ORDER BY id DESC")
    told, shown = [f"urn:uuid:{row['uid']}" for row in newest], [entry["id"] for entry in changes]
    faults = []
    if shown != told[: len(shown)] or len(shown) < min(FEWEST, len(told)):
        faults.append(f"the feed of changes: {shown} for {told[: len(shown)]}")
    held = {(row["source_id"], row["lang"]): row["title"] for row in rows(str(database), TITLES)}
    for entry in editions:
        key = entry["_jarshy"]["source_id"], entry["_jarshy"]["lang"]
        if key not in held or held[key] not in entry["title"]:
            faults.append(f"the feed of editions: {key}: {entry['title']!r} for {held.get(key)!r}")
    ids = Counter(entry["id"] for entry in editions)
    return faults + [f"the feed of editions: {id} {times} times" for id, times in ids.items() if times > 1]  # noqa: A001


def held_copies(path: str) -> Mapping[tuple[str, str], tuple[str, str, str]]:
    """Status, title and text of each copy that is held, by portal id and language."""
    return {
        (row["source_id"], row["lang"]): (row["status"], row["title"], row["text"])
        for row in rows(path, _HISTORY)
    }


def unlike_portal(held: Mapping[tuple[str, str], tuple[str, str, str]], portal: Portal) -> list[str]:
    """Where the history is not what the portal shows."""
    shown = {}
    for lang in LANGS:
        for release_id in portal.ids(None, lang):
            copy = portal.copy(release_id, lang)
            [text] = copy.paragraphs
            shown[str(release_id), lang] = ("listed", copy.title, text)
    faults = [
        f"not as it is shown: {key}: {held.get(key)} for {one}"
        for key, one in shown.items()
        if held.get(key) != one
    ]
    gone = held.keys() - shown.keys()
    return faults + [f"not shown any more: {key}: {held[key]}" for key in gone if held[key][0] != "removed"]


def complaints(log: Path) -> list[str]:
    """What the log says that a person must look at. Faults of a portal and of receivers are no more than warnings."""
    lines = log.read_text("utf-8", errors="replace").splitlines()
    return [f"the log: {line}" for line in lines if any(sign in line for sign in _WORST)]


def _unproved(database: Path) -> list[str]:
    done = _jarshy(database, "verify", "--json")
    return [] if done.returncode == 0 else [f"verify: {(done.stdout or done.stderr).strip()}"]


def _unsound(database: Path) -> list[str]:
    path = str(database)
    found = [row["integrity_check"] for row in rows(path, "PRAGMA integrity_check")]
    return [
        *(f"integrity: {said}" for said in found if said != "ok"),
        *(f"points nowhere: {row}" for row in rows(path, "PRAGMA foreign_key_check")),
    ]


def _entries(feed: str) -> list[dict[str, Any]]:
    with urlopen(feed) as answer:
        entries: list[dict[str, Any]] = json.load(answer)["items"]
    return entries


def _strangers(database: Path, log: Path) -> list[str]:
    known = {log.name, "jarshy.toml", "backups"}
    return [
        each.name
        for each in database.parent.iterdir()
        if each.name not in known
        and not (each.name.startswith(database.name) and _BESIDE.fullmatch(each.name[len(database.name) :]))
    ]


def _processes(folder: Path) -> Iterator[str]:
    """Those that were told of this folder, as a worker is of its ledger: one that nobody ended goes on reading."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = process.joinpath("cmdline").read_bytes()
        except OSError:  # it has ended meanwhile
            continue
        if os.fsencode(f"{folder}/") in command and process.name != str(os.getpid()):
            yield command.replace(b"\0", b" ").decode(errors="replace").strip()


def _jarshy(database: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-P", "-c", _PROGRAM, *words]
    env = {**os.environ, "JARSHY_DATABASE__PATH": str(database)}
    return subprocess.run(command, cwd=database.parent, env=env, capture_output=True, text=True)
