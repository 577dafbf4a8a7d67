"""How the daemon is by what its rooms say: what is wrong, what is not, and what time counts."""

import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.records import Outcome, Report
from monitor.errors import StoreError
from monitor.pulse import LEAST_WAIT, REASONS, Pulse, Signs, unready
from monitor.store.database import BUSY_MS, IMPATIENT_MS, open_store, writing
from monitor.store.trying import is_locked, try_to_begin
from tests.monitor.shelf import START, House, past

HOUR = timedelta(hours=1)
WELL = Signs(beat_age=0.4, has_read=True, unread_for=0, read_within=3600)
FULL = "the database cannot be used: database or disk is full"
LOCKED = "the database cannot be used: database is locked"


class Clock:
    """A monotonic clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def fault(name: str, said: str) -> StoreError:
    """What the store raises because of such an error of SQLite."""
    error = StoreError(said)
    error.__cause__ = sqlite3.OperationalError(said)
    error.__cause__.sqlite_errorname = name
    return error


def fine() -> None:
    """The database can be written."""


def held() -> None:
    """Another process holds the database."""
    raise fault("SQLITE_BUSY", LOCKED)


@pytest.mark.parametrize(
    "signs",
    [
        WELL,
        replace(WELL, beat_age=29, unread_for=3600),
        replace(WELL, store=LOCKED, locked_for=14.9),
        replace(WELL, answer="the portal refused to answer"),
    ],
)
def test_nothing_is_wrong(signs: Signs) -> None:
    assert unready(signs) == {}


@pytest.mark.parametrize(
    ("signs", "said"),
    [
        (
            replace(WELL, beat_age=31),
            "The loop of the daemon has not kept time for 31 s: something holds it up.",
        ),
        (
            replace(WELL, store=FULL),
            "The database cannot be used: database or disk is full. Make room on its disk",
        ),
        (
            replace(WELL, store=LOCKED, locked_for=20),
            "The database cannot be used: database is locked for 20 s. End the program that holds it",
        ),
        (
            replace(WELL, worker="the crawl worker ended (code 1)"),
            "The crawl worker ended (code 1). Nothing can be read without it;",
        ),
        (
            replace(WELL, unread_for=3700),
            "No listing was read for 62 min though some were due. `jarshy status`",
        ),
        (
            replace(WELL, unread_for=7200, answer="the portal refused to answer"),
            "No listing was read for 2 h though some were due; the last answer: the portal refused to answer.",
        ),
        (replace(WELL, has_read=False), "No listing of the portal has been read successfully yet. Wait"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(signs: Signs, said: str) -> None:
    [line] = unready(signs).values()
    assert line.startswith(said)


def test_each_thing_that_is_wrong_has_its_sentence() -> None:
    all_wrong = Signs(99, has_read=False, unread_for=9999, read_within=60, worker="it ended", store=FULL)
    assert tuple(unready(all_wrong)) == REASONS  # that nothing was read yet goes without saying then


def test_a_beat_that_does_not_come_is_missed() -> None:
    clock = Clock()
    pulse = Pulse(clock=clock)
    clock.now += 29
    assert pulse.signs().turns
    clock.now += 2
    assert not pulse.signs().turns
    pulse.beat()
    assert pulse.signs().turns


def test_only_time_in_which_something_was_due_and_we_ran_is_counted_as_unread() -> None:
    clock = Clock()
    pulse = Pulse(clock=clock)
    for is_due, passed in ((True, 5), (True, 5), (False, 5), (True, 3600)):
        clock.now += passed
        pulse.look(is_due=is_due, trial=fine)
    assert pulse.signs().unread_for == 20  # of the hour in which the process was stopped, two looks
    pulse.stored("refused")
    assert (pulse.signs().unread_for, pulse.signs().answer) == (20, "the portal refused to answer")
    pulse.stored("budget")
    assert pulse.signs().answer == "the portal refused to answer"
    pulse.stored("unchanged")
    assert (pulse.signs().unread_for, pulse.signs().answer, pulse.signs().has_read) == (0, "", True)


def test_a_listing_is_to_be_read_within_the_longest_wait_and_no_sooner_than_in_a_minute() -> None:
    pulse = Pulse()
    pulse.expect(timedelta(seconds=2), has_read=False)
    assert (pulse.signs().read_within, pulse.signs().has_read) == (LEAST_WAIT, False)
    pulse.expect(3 * HOUR, has_read=True)
    pulse.expect(2 * HOUR, has_read=False)  # the configuration was read again
    assert (pulse.signs().read_within, pulse.signs().has_read) == (7200, True)


def test_a_lock_is_wrong_when_it_lasts_and_over_when_it_can_be_had() -> None:
    clock = Clock()
    pulse = Pulse(clock=clock)
    for _ in range(4):
        pulse.look(is_due=False, trial=held)
        clock.now += 5
    assert pulse.signs().locked_for == 20
    assert pulse.signs().store == LOCKED
    pulse.look(is_due=False, trial=fine)
    assert (pulse.signs().store, pulse.signs().locked_for) == ("", None)


def test_a_full_disk_is_over_when_something_was_stored_and_not_when_the_lock_can_be_had() -> None:
    pulse = Pulse()
    pulse.store_failed(fault("SQLITE_FULL", FULL))
    pulse.look(is_due=False, trial=fine)
    pulse.look(is_due=False, trial=held)
    assert (pulse.signs().store, pulse.signs().locked_for) == (FULL, None)
    pulse.stored("unchanged")
    assert pulse.signs().store == ""


def test_whether_the_database_can_be_written_is_tried_at_once_and_leaves_no_trace(tmp_path: Path) -> None:
    db, other = open_store(tmp_path / "jarshy.db"), sqlite3.connect(tmp_path / "jarshy.db")
    before = db.conn.total_changes
    try_to_begin(db)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked") as raised:
        try_to_begin(db)
    assert is_locked(raised.value)
    other.rollback()
    try_to_begin(db)
    assert db.conn.total_changes == before
    assert db.execute("PRAGMA busy_timeout").fetchone() == (BUSY_MS,)  # whoever writes waits as before
    with writing(db):
        try_to_begin(db)
        assert db.conn.in_transaction
    db.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreError) as raised, writing(db):
        db.execute("DELETE FROM crawls")
    assert not is_locked(raised.value)
    other.close()
    db.conn.close()


def test_who_has_waited_for_a_lock_in_vain_does_not_wait_again_before_it_was_had(tmp_path: Path) -> None:
    db, other = open_store(tmp_path / "jarshy.db"), sqlite3.connect(tmp_path / "jarshy.db")
    db.execute("PRAGMA busy_timeout = 20")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked"), writing(db):
        pytest.fail("it is locked")
    assert db.execute("PRAGMA busy_timeout").fetchone() == (IMPATIENT_MS,)
    other.rollback()
    with writing(db):
        pass
    assert db.execute("PRAGMA busy_timeout").fetchone() == (BUSY_MS,)
    other.close()
    db.conn.close()


@pytest.mark.parametrize(("outcome", "is_due"), [("refused", True), ("budget", False)])
async def test_what_fails_is_due_while_it_rests_and_a_spent_budget_is_not(
    outcome: Outcome, *, is_due: bool
) -> None:
    house = House(languages=("ru",))
    house.portal.show("economy", "ru", *past(5))
    await house.live(HOUR)
    assert not house.watch.is_due  # all is read, and nothing waits
    house.portal.fault = Report(0, outcome, reason="no", retry_after=7200)
    await house.live(2 * HOUR)
    assert house.watch.is_due == is_due


async def test_the_watch_says_what_is_read_and_whether_it_could_be_stored() -> None:
    house = House(languages=("ru",))
    house.portal.show("economy", "ru", *past(5))
    await house.live(HOUR)
    assert (house.pulse.signs().has_read, house.pulse.signs().store) == (True, "")
    house.db.execute("PRAGMA query_only = ON")
    await house.live(2 * HOUR)
    assert "readonly" in house.pulse.signs().store
    house.pulse.look(is_due=house.watch.is_due, trial=fine)
    assert "readonly" in house.pulse.signs().store  # the lock can be had, and yet nothing is stored
    house.db.execute("PRAGMA query_only = OFF")
    await house.live(2 * HOUR)
    assert house.pulse.signs().store == ""


def test_nothing_is_due_in_quiet_hours() -> None:
    assert House(now=START).watch.is_due  # it was never read
    assert not House(now=START, quiet="08:00-10:00").watch.is_due  # nine o'clock in Almaty


def test_what_nobody_may_write_any_more_is_said_with_its_remedy_and_stays_said() -> None:
    pulse, said = (
        Pulse(clock=Clock()),
        "The database x.db is damaged. End this program and put a copy in its place.",
    )
    pulse.expect(timedelta(hours=1), has_read=True)
    pulse.ended(said)
    pulse.store_failed(StoreError("the database cannot be used: attempt to write a readonly database"))
    pulse.wrote()
    assert unready(pulse.signs()) == {"database": said}
