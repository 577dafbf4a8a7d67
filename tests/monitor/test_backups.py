"""Copies are made by themselves, the newest are kept, and one that cannot be made is told once."""

import asyncio
import fcntl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor import backups as module
from monitor.backups import Backups, LastBackup, is_due, is_old, last_backup, last_backup_soon, make_backup
from monitor.checkup import Checkup
from monitor.config import Alert, Config
from monitor.errors import StoreError
from monitor.lifetime import Lifetime
from monitor.store.backup import Backup, Progress, examine
from monitor.store.database import open_store
from monitor.store.health import open_troubles

START = datetime(2026, 7, 13, 4, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TOLD = Alert.model_validate({"name": "денсаулық", "to": ["https://hooks.example.kz"], "kinds": ["health"]})


def config(folder: Path, **backup: object) -> Config:
    return Config.model_validate(
        {"database": {"path": folder / "jarshy.db"}, "backup": backup, "alerts": (TOLD,)}
    )


@pytest.mark.parametrize(
    ("last", "up", "failed", "due"),
    [
        (None, 10 * MINUTE, None, True),
        (None, 9 * MINUTE, None, False),
        (23 * HOUR, 30 * DAY, None, False),
        (24 * HOUR, 30 * DAY, None, True),
        (40 * DAY, 5 * MINUTE, None, False),
        (-HOUR, DAY, None, True),
        (2 * DAY, DAY, 59 * MINUTE, False),
        (2 * DAY, DAY, HOUR, True),
        (None, DAY, MINUTE, False),
        (None, -900 * DAY, None, True),
        (2 * DAY, DAY, -900 * DAY, True),
    ],
    ids=[
        "there is none",
        "a daemon that has just begun",
        "the last is young",
        "the last is a day old",
        "the last is old, and the daemon has just begun",
        "the clock was put back",
        "one has just failed",
        "one failed an hour ago",
        "the first has failed",
        "the clock was wrong at the start and was put back",
        "the clock was wrong when one failed and was put back",
    ],
)
def test_when_a_copy_is_made(
    last: timedelta | None, up: timedelta, failed: timedelta | None, *, due: bool
) -> None:
    found = is_due(
        START - last if last is not None else None,
        every=DAY,
        started=START - up,
        failed_at=START - failed if failed is not None else None,
        now=START,
    )
    assert found is due


def test_the_newest_few_are_kept_and_nothing_else_is_touched(tmp_path: Path) -> None:
    open_store(tmp_path / "jarshy.db").conn.close()
    here = config(tmp_path, keep=2)
    assert last_backup(here, now=START + 30 * DAY) is None
    for day in range(2):
        make_backup(here, now=START + day * DAY)
    others = [
        "jarshy-friday.db",
        "jarshy-20261399T040000Z.db",
        "жазба.txt",
        "other-20260713T040000Z.db",
        ".jarshy-friday.db.part",
    ]
    for name in others:
        (tmp_path / "backups" / name).write_text("")
    (tmp_path / "backups" / ".jarshy-20260714T050000Z.db.part").write_text("of one that was killed")
    at_work = tmp_path / "backups" / ".jarshy-20260714T060000Z.db.part"
    with at_work.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        made = make_backup(here, now=START + 2 * DAY)
    at_work.unlink()  # somebody was at it, and so it was there still
    assert last_backup(here, now=START + 30 * DAY) == made
    assert made == LastBackup(
        tmp_path / "backups" / "jarshy-20260715T040000Z.db", START + 2 * DAY, made.bytes
    )
    kept = {"jarshy-20260714T040000Z.db", "jarshy-20260715T040000Z.db"}
    assert {each.name for each in (tmp_path / "backups").iterdir()} == {*kept, *others}
    assert (tmp_path / "backups").stat().st_mode & 0o777 == 0o700
    assert examine(made.path) == examine(tmp_path / "jarshy.db")


def test_one_that_would_fill_the_disk_is_not_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_store(tmp_path / "jarshy.db").conn.close()
    monkeypatch.setattr(
        "shutil.disk_usage", lambda _path: type("Usage", (), {"free": 2 * 10**8, "total": 10**11})
    )
    with pytest.raises(StoreError, match=r"too little would be left free in .*backups"):
        make_backup(config(tmp_path), now=START)
    assert list((tmp_path / "backups").iterdir()) == []


@pytest.mark.parametrize(
    ("age", "every", "old"),
    [
        (2 * DAY, DAY, False),
        (2 * DAY + MINUTE, DAY, True),
        (90 * DAY, None, False),
        (None, DAY, False),
        (-90 * DAY, DAY, False),
    ],
)
def test_when_the_newest_is_older_than_it_should_be(
    age: timedelta | None, every: timedelta | None, old: bool
) -> None:
    last = None if age is None else LastBackup(Path("jarshy.db"), START - age, 1)
    assert is_old(last, every=every, now=START) is old


class Days:
    """Time passes minute by minute, and each brings a look for copies and one for troubles."""

    def __init__(self, here: Config) -> None:
        self.now = START
        self.db = open_store(here.database.path)
        self.backups = Backups(here, now=lambda: self.now)
        self.checkup = Checkup(
            self.db, here, space=lambda: (10**11, 10**12), backups=self.backups, now=self.now
        )

    async def live(self, length: timedelta) -> None:
        end = self.now + length
        while self.now < end:
            self.now += 10 * MINUTE
            self.backups.look()
            if self.backups._under_way is not None:
                await self.backups._under_way
            self.checkup.look(self.now)

    def told(self) -> list[int]:
        """Of each time that it was told whether that was the end."""
        rows = self.db.execute("SELECT over FROM health WHERE key = 'backup' ORDER BY id")
        return [over for (over,) in rows]


async def test_a_copy_that_cannot_be_made_is_told_once_and_when_they_are_made_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    here = config(tmp_path, every="6h", keep=2)
    days = Days(here)
    await days.live(15 * HOUR)
    assert (last := last_backup(here, now=START + 30 * DAY)) is not None
    assert last.at == START + 10 * MINUTE + 12 * HOUR
    assert days.told() == []
    (tmp_path / "backups").rename(tmp_path / "elsewhere")
    (tmp_path / "backups").write_text("no folder")
    await days.live(DAY)
    assert days.told() == [0]
    event = open_troubles(days.db)[0]
    assert "backups cannot be written: File exists" in event.detail["reason"]
    assert 1 < caplog.text.count("No backup could be made") < 8, "said at first, then now and then"
    (tmp_path / "backups").unlink()
    await days.live(7 * HOUR)
    assert days.told() == [0, 1]
    owed = "SELECT count(*) FROM deliveries JOIN health ON health.id = health_id WHERE key = 'backup'"
    assert days.db.execute(owed).fetchone() == (2,)
    await days.backups.close()


async def test_a_file_that_is_not_the_one_in_use_takes_the_place_of_no_good_copy(tmp_path: Path) -> None:
    here = config(tmp_path, keep=1)
    open_store(here.database.path).conn.close()
    good = make_backup(here, now=START)
    backups = Backups(here, now=lambda: START + 30 * DAY, is_sound=lambda: False)
    backups._started = START
    backups.look()
    assert backups._under_way is not None
    await backups._under_way
    assert backups.newest == good
    assert last_backup(here, now=START + 30 * DAY) == good
    await backups.close()


@pytest.mark.parametrize("keep", [1, 2])
async def test_a_copy_from_a_time_to_come_hides_none_that_is_made_and_goes_first(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, keep: int
) -> None:
    here = config(tmp_path, every="6h", keep=keep)
    days = Days(here)
    ahead = make_backup(here, now=START + 900 * DAY)
    caplog.set_level("INFO")
    assert last_backup(here, now=days.now) == ahead
    await days.live(HOUR)
    assert (last := last_backup(here, now=days.now)) is not None
    assert last.at < days.now, "hidden by none of a time to come"
    await days.live(14 * HOUR)
    assert caplog.text.count("Backup: ") == 3
    assert not ahead.path.exists()
    assert (last := last_backup(here, now=days.now)) is not None
    assert days.now - last.at < 6 * HOUR
    assert len(list((tmp_path / "backups").iterdir())) == keep
    await days.backups.close()


async def test_a_fault_of_ours_is_said_and_another_one_is_made_an_hour_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    days = Days(config(tmp_path))
    with monkeypatch.context() as patched:
        patched.setattr(module, "back_up", lambda *_places, **_options: 1 // 0)
        await days.live(50 * MINUTE)
    assert caplog.text.count("a fault of Jarshy itself; please report it") == 1
    assert "a fault of Jarshy itself (ZeroDivisionError)" in open_troubles(days.db)[0].detail["reason"]
    await days.live(30 * MINUTE)
    assert last_backup(days.backups._config, now=days.now) is not None
    assert days.told() == [0, 1]
    await days.backups.close()


async def test_one_that_does_not_end_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    days, copy, let_go = Days(config(tmp_path)), module.back_up, threading.Event()

    def held_up(*places: Path, progress: Progress, **options: bool) -> Backup:
        let_go.wait(10)
        return copy(*places, progress=progress, **options)

    monkeypatch.setattr(module, "back_up", held_up)
    days.now += DAY
    days.backups.look()
    for passed, told in ((59 * MINUTE, []), (61 * MINUTE, [0]), (3 * HOUR, [0])):
        at = days.backups._begun + passed.total_seconds()
        monkeypatch.setattr(module, "monotonic", lambda at=at: at)
        days.backups.look()
        days.checkup.look(days.now)
        assert days.told() == told
    let_go.set()
    assert days.backups._under_way is not None
    await days.backups._under_way
    days.checkup.look(days.now)
    assert days.told() == [0, 1]
    await days.backups.close()


@pytest.mark.parametrize("passed", [MINUTE, DAY], ids=["no copy is due", "one is due"])
async def test_a_folder_that_does_not_answer_holds_up_nobody_and_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, passed: timedelta
) -> None:
    days, let_go = Days(config(tmp_path)), threading.Event()
    good = make_backup(days.backups._config, now=START)
    days.backups.look()
    assert days.backups._under_way is not None
    await days.backups._under_way
    days.now += passed
    listed = module._backups
    monkeypatch.setattr(module, "_backups", lambda here: let_go.wait(10) and listed(here))
    days.backups.look()
    assert days.backups.newest == good
    at = days.backups._begun + (61 * MINUTE).total_seconds()
    monkeypatch.setattr(module, "monotonic", lambda: at)
    days.backups.look()
    days.checkup.look(days.now)
    [event] = open_troubles(days.db)
    assert f"in {tmp_path / 'backups'} has not come to its end" in event.detail["reason"]
    assert days.backups.failure is not None
    monkeypatch.setattr(module, "PATIENCE", 0.1)
    with pytest.raises(TimeoutError, match="backups has not answered for"):
        last_backup_soon(days.backups._config, now=days.now)
    assert event.detail["made_at"] == "2026-07-13T04:00:00.000Z"
    let_go.set()
    assert days.backups._under_way is not None
    await days.backups._under_way
    days.checkup.look(days.now)
    assert days.backups.failure is None
    assert days.told() == [0, 1]
    await days.backups.close()


async def test_a_life_that_ends_while_the_folder_does_not_answer_says_nothing_of_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    days, let_go = Days(config(tmp_path)), threading.Event()
    days.now += DAY
    monkeypatch.setattr(module, "FAREWELL", 0.01)
    monkeypatch.setattr(module, "_backups", lambda _here: let_go.wait(10) and [])
    days.backups.look()
    under_way = days.backups._under_way
    assert under_way is not None
    await days.backups.close()
    assert not under_way.done()
    let_go.set()
    await under_way
    assert caplog.records == []
    assert days.backups.failure is None


async def test_the_life_after_one_that_waited_for_the_folder_says_that_it_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, let_go = config(tmp_path), threading.Event()
    days = Days(here)
    make_backup(here, now=START)
    days.now += HOUR
    with monkeypatch.context() as patched:
        patched.setattr(module, "_backups", lambda _here: let_go.wait(10) and [])
        days.backups.look()
        at = days.backups._begun + (61 * MINUTE).total_seconds()
        patched.setattr(module, "monotonic", lambda: at)
        days.backups.look()
        days.checkup.look(days.now)
        assert days.told() == [0]
        let_go.set()
        await days.backups.close()
    days.db.conn.close()
    following = Days(here)
    following.now = days.now
    await following.live(20 * MINUTE)
    assert following.told() == [0, 1]
    await following.backups.close()


async def test_a_folder_that_was_away_while_nothing_was_due_is_said_to_be_back(tmp_path: Path) -> None:
    days = Days(config(tmp_path))
    await days.live(HOUR)
    assert days.backups.newest is not None
    (tmp_path / "backups").rename(tmp_path / "elsewhere")
    (tmp_path / "backups").write_text("no folder")
    await days.live(10 * MINUTE)
    assert days.told() == [0]
    (tmp_path / "backups").unlink()
    (tmp_path / "elsewhere").rename(tmp_path / "backups")
    await days.live(10 * MINUTE)
    assert days.backups.failure is None
    assert days.told() == [0, 1]
    assert len(list((tmp_path / "backups").iterdir())) == 1
    await days.backups.close()


async def test_nobody_waits_at_the_end_for_a_folder_that_does_not_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go = threading.Event()
    days = Days(config(tmp_path))
    monkeypatch.setattr(module, "FAREWELL", 0.01)
    monkeypatch.setattr(module, "_backups", lambda _here: let_go.wait(10) and [])
    days.backups.look()
    await days.backups.close()
    [waiting] = [each for each in threading.enumerate() if each.name == "backup"]
    assert waiting.daemon
    let_go.set()
    waiting.join(10)


async def test_a_copy_that_hangs_and_then_fails_is_no_recovery(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    days, let_go = Days(config(tmp_path)), threading.Event()

    def held_up(*_places: Path, **_options: object) -> Backup:
        let_go.wait(10)
        raise StoreError("a reason")

    monkeypatch.setattr(module, "back_up", held_up)
    days.now += DAY
    days.backups.look()
    assert days.backups._under_way is not None
    at = days.backups._begun + (61 * MINUTE).total_seconds()
    monkeypatch.setattr(module, "monotonic", lambda: at)
    days.backups.look()
    let_go.set()
    await days.backups._under_way
    for _ in range(2):
        days.now += MINUTE
        days.backups.look()
        assert days.backups._under_way is not None
        await days.backups._under_way
        assert days.backups.failure is not None
        assert days.backups.failure.reason == "a reason"
    await days.backups.close()


async def test_whoever_reads_the_configuration_anew_every_five_minutes_gets_copies_too(
    tmp_path: Path,
) -> None:
    here, lifetime, clock = config(tmp_path), Lifetime(START), [START]
    open_store(here.database.path).conn.close()
    for _ in range(4):
        backups = Backups(here, now=lambda: clock[-1], lifetime=lifetime)
        clock.append(clock[-1] + 5 * MINUTE)
        backups.look()
        if backups._under_way is not None:
            await backups._under_way
        await backups.close()
    last = last_backup(here, now=clock[-1])
    assert last is not None
    assert last.at == START + 10 * MINUTE


async def test_where_none_are_wanted_none_are_made_and_the_trouble_is_dropped(tmp_path: Path) -> None:
    (tmp_path / "backups").write_text("no folder")
    days = Days(config(tmp_path))
    await days.live(2 * HOUR)
    days.db.conn.close()
    without = Days(config(tmp_path, every="off"))
    (tmp_path / "backups").unlink()
    await without.live(DAY)
    assert without.told() == [0, 1]
    assert last_backup(config(tmp_path), now=START) is None


async def test_the_end_of_the_daemon_ends_a_copy_and_leaves_nothing_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, loop, begun = config(tmp_path), asyncio.get_running_loop(), asyncio.Event()
    db = open_store(here.database.path)
    clock = [START]
    backups = Backups(here, now=lambda: clock[-1])
    clock.append(START + DAY)
    copy = module.back_up

    def slowly(*places: Path, progress: Progress, **options: bool) -> Backup:
        def step(left: int, all_: int) -> None:
            loop.call_soon_threadsafe(begun.set)
            backups._ending.wait(10)
            progress(left, all_)

        return copy(*places, progress=step, **options)

    monkeypatch.setattr(module, "back_up", slowly)
    backups.look()
    await begun.wait()
    await backups.close()
    assert list((tmp_path / "backups").iterdir()) == []
    assert (backups.failure, backups.well_at) == (None, None)
    db.conn.close()
