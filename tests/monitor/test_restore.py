"""A backup is put back: nobody is told twice, ids stay in feeds, and whoever is killed on the way loses nothing."""

import asyncio
import os
import re
import shutil
import signal
import sqlite3
import sys
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from feeds.files import write_files
from feeds.folder import Folder
from monitor.addresses import Address
from monitor.config import Alert, Retention
from monitor.errors import StoreError
from monitor.messages import Limit, Message
from monitor.outbox import dispatch
from monitor.store.backup import back_up
from monitor.store.database import Database, only_daemon, open_reader, open_store
from monitor.store.redactions import redact
from monitor.store.restoring import Restored, restore
from monitor.store.told_before import REMEMBERED
from monitor.store.verify import verify
from monitor.thinning import thin
from tests.monitor.desk import Desk
from tests.monitor.shelf import START, FakePortal, House, Item, past

HOUR = timedelta(hours=1)
HOOK, DESK = "http://127.0.0.1:1/hook", "mailto://mail.example.kz?from=a@example.kz&to=desk@example.kz"
ALERTS = [
    Alert.model_validate({"name": "бәрі", "to": [HOOK, DESK]}),
    Alert.model_validate({"name": "орысша", "to": [DESK], "languages": ["ru"]}),
]


@dataclass
class Receivers:
    """Takes whatever is sent, and remembers it beyond every restore."""

    taken: list[tuple[str, Message]] = field(default_factory=list)

    async def send(self, address: Address, message: Message) -> str:
        await asyncio.sleep(0)
        self.taken.append((address.kind, message))
        return "taken"

    def limit(self, address: Address) -> Limit:
        return Limit(4096, "characters")

    def told(self) -> Counter[tuple[str, str, str]]:
        """How often programs were told of each change: its kind, the release and the language."""
        bodies = [message.body for kind, message in self.taken if kind == "webhook"]
        return Counter(
            (body["change"]["kind"], body["release"]["source_id"], (body["edition"] or {}).get("lang", ""))
            for body in bodies
        )

    def mails(self) -> Counter[str]:
        return Counter(message.subject for kind, message in self.taken if kind == "mail")


class Newspaper:
    """A house on a file, with its receivers, which outlive the file."""

    def __init__(self, folder: Path, *, now: datetime = START) -> None:
        self.path = folder / "jarshy.db"
        self.portal = FakePortal()
        self.portal.show("economy", "ru", *past(12))
        self.portal.show("economy", "kk", *past(12, lang="kk"))
        self.portal.show("moa", "ru", *past(6, first_id=500))
        self.receivers = Receivers()
        self.now = now
        self.house = self._house()

    def _house(self) -> House:
        return House(
            agencies_followed=("economy", "moa"),
            languages=("ru", "kk"),
            alerts=ALERTS,
            db=open_store(self.path),
            portal=self.portal,
            now=self.now,
        )

    @property
    def db(self) -> Database:
        return self.house.db

    async def live(self, length: timedelta) -> None:
        await self.house.live(length)
        self.now = self.house.now
        await self.send()

    async def send(self) -> None:
        channels = {"webhook": self.receivers, "mail": self.receivers}
        for _ in range(3):
            await dispatch(self.db, self.house.config, channels, now=lambda: self.now)  # type: ignore[arg-type]
            self.now += 2 * HOUR  # nothing waits any longer to be put together

    async def restored(self, backup: Path, *, assume_told: bool = False) -> Restored:
        self.db.conn.close()
        with only_daemon(self.path):
            done = restore(self.path, backup, now=self.now, assume_told=assume_told)
        self.house = self._house()
        return done


def ids(db: Database) -> dict[str, str]:
    """By kind and release the ids under which changes stand in feeds and went to programs."""
    rows = db.execute(
        "SELECT kind || ' ' || source_id || ' ' || coalesce(lang, ''), uid FROM changes "
        "JOIN releases ON releases.id = changes.release_id LEFT JOIN editions ON editions.id = edition_id "
        "WHERE baseline = 0"
    )
    return dict(rows.fetchall())


@pytest.fixture(scope="module")
def first_read(tmp_path_factory: pytest.TempPathFactory) -> Newspaper:
    """One whose listings were read for the first time."""
    paper = Newspaper(tmp_path_factory.mktemp("first"))
    asyncio.run(paper.live(6 * HOUR))
    assert paper.receivers.taken == []
    paper.db.conn.close()
    return paper


@pytest.fixture
def paper(first_read: Newspaper, tmp_path: Path) -> Newspaper:
    """The same on files of its own."""
    shutil.copy(first_read.path, tmp_path / "jarshy.db")
    return Newspaper(tmp_path, now=first_read.now)


async def backed_up_under_load(paper: Newspaper, copy: Path) -> None:
    """A backup while pages are stored: it has begun before the first of them, and ends after the last."""
    loop, begun, stored = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    def progress(_left: int, _all: int) -> None:
        loop.call_soon_threadsafe(begun.set)
        assert stored.wait(60)

    with pytest.MonkeyPatch.context() as small:
        small.setattr("monitor.store.backup.STEP_BYTES", 65_536)
        backing = asyncio.create_task(asyncio.to_thread(back_up, paper.path, copy, progress=progress))
        await begun.wait()
        for number in range(970, 973):
            paper.portal.show(
                "moa", "ru", Item(number, f"Хабар {number}", "Көшірме жасалып жатыр.", paper.now)
            )
            await paper.live(HOUR)
        stored.set()
        await backing


def ids_in_feeds(paper: Newspaper, folder: Path) -> set[str]:
    """The ids of all feeds and of all their entries."""
    folder.mkdir()
    write_files(
        paper.db,
        Folder(folder, gzipped=False),
        paper.house.config,
        address="https://news.example.kz",
        tell=lambda _part: None,
    )
    written = "".join(file.read_text("utf-8") for file in folder.rglob("*.atom"))
    return set(re.findall(r"<id>urn:uuid:([^<]+)", written))


async def news(paper: Newspaper) -> None:
    """All that can happen happens, and is told."""
    at = paper.now
    paper.portal.show("economy", "kk", Item(900, "Жаңа мектеп", "Мектеп ашылды.", at))
    paper.portal.show("economy", "ru", Item(109, "Выпуск 9", "Бюджет 12 млрд.", past(12)[9].published_at))
    paper.portal.show("moa", "ru", Item(901, "Өзгерген", "Бірінші.", at))
    paper.portal.hide(104)
    await paper.live(4 * HOUR)
    paper.portal.show("economy", "ru", Item(900, "Новая школа", "Школа открыта.", at))
    paper.portal.show("moa", "ru", Item(901, "Өзгерген", "Екінші, басқа сөз: 7 млрд теңге.", at))
    await paper.live(8 * HOUR)


async def test_nothing_is_told_twice_after_a_restore_and_ids_stay(paper: Newspaper, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    await backed_up_under_load(paper, copy)
    await news(paper)
    before, told, mails = ids(paper.db), paper.receivers.told(), paper.receivers.mails()
    in_feeds = ids_in_feeds(paper, tmp_path / "before")
    assert {kind.split()[0] for kind in before} == {"published", "translated", "edited", "removed"}
    assert told.total() == len(before)
    assert in_feeds > set(before.values())

    done = await paper.restored(copy)
    assert (done.taken_over.kin, done.taken_over.lost_changes) == (True, len(before))
    assert ids(paper.db) == {}
    await paper.live(8 * HOUR)
    after = ids(paper.db)
    assert set(after) >= {"removed 104 ", "edited 109 ru"}
    # An edit of what came since the backup is in what is found anew; nothing else is lacking.
    assert set(before.values()) - set(after.values()) == {before["edited 901 ru"]}
    assert set(after.values()) <= set(before.values())
    assert paper.receivers.told() == told
    assert paper.receivers.mails() == mails
    assert in_feeds - ids_in_feeds(paper, tmp_path / "after") == {before["edited 901 ru"]}
    assert verify(paper.db).fault is None

    paper.portal.show("economy", "kk", Item(910, "Бүгін", "Жаңа хабар.", paper.now))
    await paper.live(4 * HOUR)
    assert paper.receivers.told() - told == Counter({("published", "910", "kk"): 1})


async def test_words_that_nobody_was_told_of_are_told_after_a_restore(
    paper: Newspaper, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    back_up(paper.path, copy)
    await news(paper)
    told = paper.receivers.told()
    await paper.restored(copy)
    paper.portal.show("moa", "ru", Item(901, "Өзгерген", "Үшінші: 900 млрд теңге, мүлде басқа.", START))
    await paper.live(2 * HOUR)
    assert paper.receivers.told() - told == Counter({("published", "901", "ru"): 1})

    remembered = paper.db.table("told_before")
    await thin(paper.db, Retention(), now=lambda: paper.now, pause=timedelta())
    assert remembered.count > 0
    await thin(paper.db, Retention(), now=lambda: paper.now + REMEMBERED, pause=timedelta())
    assert remembered.count == 0


async def test_a_language_that_comes_first_after_a_restore_is_a_translation_to_who_was_told(
    paper: Newspaper,
    tmp_path: Path,
) -> None:
    copy = tmp_path / "copy.db"
    back_up(paper.path, copy)
    paper.portal.show("economy", "ru", Item(920, "Школа", "Школа открыта.", paper.now))
    await paper.live(4 * HOUR)
    mails = paper.receivers.mails()
    russian = paper.portal.listings["economy", "ru"].pop(920)
    await paper.restored(copy)
    paper.portal.show("economy", "kk", Item(920, "Мектеп", "Мектеп ашылды.", START + 6 * HOUR))
    await paper.live(2 * HOUR)
    paper.portal.show("economy", "ru", russian)
    await paper.live(4 * HOUR)
    assert paper.receivers.mails() == mails
    assert max(paper.receivers.told().values()) == 1


async def test_what_was_owed_in_the_backup_and_sent_since_is_sent_once(
    paper: Newspaper, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    paper.portal.show("moa", "ru", Item(930, "Қарыз", "Берілмеген хабар.", paper.now))
    await paper.house.live(HOUR)
    back_up(paper.path, copy)
    await paper.send()
    told = paper.receivers.told()
    assert told == Counter({("published", "930", "ru"): 1})
    done = await paper.restored(copy)
    assert done.taken_over.sent_since == 2  # a program and a person
    await paper.live(4 * HOUR)
    assert paper.receivers.told() == told


async def test_what_is_owed_still_is_sent_under_the_id_that_it_had(paper: Newspaper, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    back_up(paper.path, copy)
    paper.portal.show("moa", "ru", Item(940, "Қарыз", "Берілмеген хабар.", paper.now))
    await paper.house.live(HOUR)
    paper.now = paper.house.now
    owed = paper.db.execute("SELECT message_id FROM deliveries WHERE form = 'change'").fetchall()
    await paper.restored(copy)
    await paper.live(4 * HOUR)
    hooked = [message.id for kind, message in paper.receivers.taken if kind == "webhook"]
    assert [(each,) for each in hooked] == owed


async def test_what_was_redacted_since_stays_redacted(paper: Newspaper, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    back_up(paper.path, copy)
    paper.portal.show("moa", "ru", Item(950, "Кейін", "Кейін келді.", paper.now))
    await paper.live(4 * HOUR)
    for source_id in ("109", "950"):
        redact(paper.db, source_id, by="редактор", reason="сұралды", now=paper.now)
    done = await paper.restored(copy)
    assert (done.taken_over.redacted, done.taken_over.not_redacted) == (("109",), ("950",))
    title, _ = paper.db.execute(
        "SELECT title, text FROM editions JOIN releases ON releases.id = release_id WHERE source_id = '109'"
    ).fetchone()
    assert title == ""
    assert "Выпуск 9:".encode() not in paper.path.read_bytes()


async def test_a_database_that_cannot_be_read_tells_nothing_and_is_kept(
    paper: Newspaper, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    back_up(paper.path, copy)
    paper.db.conn.close()
    garbled = bytes(4096) + os.urandom(40_000)
    paper.path.write_bytes(garbled)
    for suffix in ("-wal", "-shm"):
        paper.path.with_name(paper.path.name + suffix).unlink(missing_ok=True)
    done = await paper.restored(copy)
    assert not done.taken_over.readable
    assert done.replaced is not None
    assert done.replaced.read_bytes() == garbled
    assert verify(paper.db).fault is None


async def copied_with_a_debt(paper: Newspaper, copy: Path, source_id: int) -> Counter[tuple[str, str, str]]:
    """What is told after a copy was made that still owes one release; another one came after it."""
    paper.portal.show("moa", "ru", Item(source_id, "Қарыз", "Көшірмеде айтылмаған.", paper.now))
    await paper.house.live(HOUR)
    paper.now = paper.house.now
    back_up(paper.path, copy)
    paper.portal.show("moa", "ru", Item(source_id + 1, "Жаңа", "Кейін айтылды.", paper.now))
    await paper.live(2 * HOUR)
    return paper.receivers.told()


@pytest.mark.parametrize("assume_told", [True, False])
async def test_where_nobody_can_say_what_was_told_the_operator_says(
    paper: Newspaper, tmp_path: Path, *, assume_told: bool
) -> None:
    copy = tmp_path / "copy.db"
    told = await copied_with_a_debt(paper, copy, 959)
    paper.db.conn.close()
    paper.path.unlink()
    done = await paper.restored(copy, assume_told=assume_told)
    assert done.replaced is None
    paper.portal.show("moa", "ru", Item(961, "Кейін", "Енді айтылады.", paper.now + HOUR))
    await paper.live(2 * HOUR)
    twice = 0 if assume_told else 1
    again = Counter({("published", number, "ru"): twice for number in ("959", "960")})
    again["published", "961", "ru"] = 1
    assert paper.receivers.told() - told == +again
    assert "published 960 ru" in ids(paper.db)


async def test_what_stood_in_a_log_that_was_deleted_is_found_anew_and_told_once_more_under_other_ids(
    paper: Newspaper, tmp_path: Path
) -> None:
    """Nobody misses anything, whoever heard of it hears of it again, and feeds double nothing."""
    older = shutil.copy(paper.path, tmp_path / "older.db")
    paper.portal.show("economy", "kk", Item(900, "Жаңа мектеп", "Мектеп ашылды.", paper.now))
    await paper.live(4 * HOUR)
    told = paper.receivers.told()
    assert told == {("published", "900", "kk"): 1}
    editions = ids_in_feeds(paper, tmp_path / "before") - set(ids(paper.db).values())
    paper.db.conn.close()
    shutil.copy(older, paper.path)

    paper.house = paper._house()
    await paper.live(8 * HOUR)
    assert paper.receivers.told() == told + told
    hooks = [message.body for kind, message in paper.receivers.taken if kind == "webhook"]
    assert len({(body["id"], body["change"]["id"]) for body in hooks}) == 2
    assert ids_in_feeds(paper, tmp_path / "after") - set(ids(paper.db).values()) == editions
    assert verify(paper.db).fault is None


@pytest.mark.parametrize(
    "altered",
    ["DROP TABLE told_before", "ALTER TABLE deliveries ADD COLUMN of_tomorrow TEXT"],
    ids=["the replaced database is of an older program", "and of a newer one"],
)
async def test_nobody_is_told_twice_though_another_version_has_written_the_replaced_database(
    paper: Newspaper, tmp_path: Path, altered: str
) -> None:
    copy = tmp_path / "copy.db"
    told = await copied_with_a_debt(paper, copy, 970)
    paper.db.execute(altered)
    done = await paper.restored(copy)
    assert (done.taken_over.kin, done.taken_over.told) == (True, 1)
    await paper.live(4 * HOUR)
    assert paper.receivers.told() == told


def test_a_log_of_the_replaced_database_is_never_applied_to_the_restored_one(tmp_path: Path) -> None:
    path, copy = tmp_path / "jarshy.db", tmp_path / "copy.db"
    open_store(path).conn.close()
    back_up(path, copy)
    child = os.fork()
    if child == 0:
        db = open_store(path)
        for number in range(400):
            db.execute(
                "INSERT INTO agencies (slug, name_kk, name_ru, name_en, kind) VALUES (?, '', '', '', '')",
                [str(number)],
            )
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    assert path.with_name("jarshy.db-wal").stat().st_size > 0
    with only_daemon(path):
        done = restore(path, copy, now=START)
    assert not path.with_name("jarshy.db-wal").exists()
    db = open_store(path)
    assert db.table("agencies").count == 0
    db.conn.close()
    assert done.replaced is not None
    aside = open_reader(done.replaced)
    assert aside.table("agencies").count == 400
    aside.conn.close()


def test_a_database_that_another_process_has_open_is_not_replaced(tmp_path: Path) -> None:
    path, copy = tmp_path / "jarshy.db", tmp_path / "copy.db"
    open_store(path).conn.close()
    back_up(path, copy)
    (heard, says), (waits, ends) = os.pipe(), os.pipe()
    if (child := os.fork()) == 0:
        open_store(path)  # as an import does, which needs no daemon to be stopped
        os.write(says, b"open")
        os.read(waits, 1)
        os._exit(0)
    assert os.read(heard, 4) == b"open"
    with only_daemon(path), pytest.raises(StoreError, match=r"another program has .*jarshy.db open"):
        restore(path, copy, now=START)
    os.write(ends, b".")
    os.waitpid(child, 0)
    with only_daemon(path):
        assert restore(path, copy, now=START).replaced is not None


def killed_at(step: int, act: Callable[[], object]) -> bool:
    """Whether there was such a step of the file system, before which a process was killed while it acted."""
    child = os.fork()
    if child == 0:
        left = [step]

        def watch(event: str, _arguments: object) -> None:
            if event in {"os.rename", "os.remove", "os.chmod", "os.link", "sqlite3.connect"}:
                left[0] -= 1
                if left[0] < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(watch)
        act()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def test_killed_at_any_step_of_a_restore_one_of_both_is_there_whole(tmp_path: Path) -> None:
    path, copy = tmp_path / "base" / "jarshy.db", tmp_path / "copy.db"
    path.parent.mkdir()
    db = open_store(path)
    back_up(path, copy)
    insert = "INSERT INTO agencies (slug, name_kk, name_ru, name_en, kind) VALUES ('x', '', '', '', '')"
    db.execute(insert)
    db.conn.close()
    ended = set()
    for step in range(1000):
        folder = tmp_path / "tried"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(path.parent, folder)
        there = folder / "jarshy.db"

        def act(there: Path = there) -> None:
            with only_daemon(there):
                restore(there, copy, now=START)

        if not killed_at(step, act):
            break
        if (folder / "jarshy.db.restoring").exists():
            with pytest.raises(StoreError, match=r"a restore of .* was interrupted"):
                open_store(there)
        with only_daemon(there):
            db = open_store(there)
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        restored = db.table("restores").count
        assert db.table("agencies").count == 1 - restored
        db.conn.close()
        if restored:
            [aside] = [
                each
                for each in folder.iterdir()
                if ".replaced-" in each.name and each.suffix[-4:] not in {"-wal", "-shm"}
            ]
            kept = sqlite3.connect(aside)
            assert kept.execute("SELECT count(*) FROM agencies").fetchone() == (1,)
            kept.close()
        ended.add(restored)
    assert step > 10
    assert ended == {0, 1}


def test_restore_as_a_command(desk: Desk, tmp_path: Path) -> None:
    desk.store().conn.close()
    assert desk.type("backup", "copy.db").exit_code == 0
    said = desk.type("restore", "copy.db")
    assert said.exit_code == 0, said.output
    assert "jarshy.db is now what copy.db was: 0 releases" in said.output
    assert "Nothing was noticed or told since the backup." in said.output
    with only_daemon(desk.database):
        refused = desk.type("restore", "copy.db")
    assert refused.exit_code == 1
    assert "already works on jarshy.db; stop it first" in refused.stderr
    (tmp_path / "other.db").write_bytes(b"not a database, whatever its name says" * 100)
    for name, reason in (("other.db", "file is not a database"), ("none.db", "there is no file")):
        refused = desk.type("restore", name)
        assert (refused.exit_code, len(refused.stderr.splitlines())) == (1, 1)
        assert reason in refused.stderr
    desk.database.unlink()
    assert "No database was there before." in desk.type("restore", "copy.db").output
    assert desk.type("restore", "copy.db", "--json").exit_code == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes files for others")
def test_the_lock_of_a_restore_that_root_types_belongs_to_the_user_of_the_daemon(tmp_path: Path) -> None:
    os.chown(tmp_path, 65534, 65534)
    path = tmp_path / "jarshy.db"
    with only_daemon(path):
        assert (tmp_path / "jarshy.db.lock").stat().st_uid == 65534
    path.touch()
    with only_daemon(path):
        assert (tmp_path / "jarshy.db.lock").stat().st_uid == 0
