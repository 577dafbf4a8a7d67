"""What a hub was told of each feed, as the database keeps it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from monitor.store.database import open_store
from monitor.store.topics import (
    Debt,
    Topic,
    ask,
    debt,
    drop,
    forget,
    held,
    mark_failed,
    mark_refused,
    mark_told,
    next_attempt_at,
    note,
    offer,
    owed,
    put_off,
)

NOW = datetime(2031, 5, 20, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
ALL, SEARCH = "/feeds/all.atom", "/feeds/all.atom?q=%D3%A9%D0%BD%D1%96%D0%BC"
DAY = timedelta(days=1)


@pytest.fixture
def db() -> Iterator[Database]:
    db = open_store(":memory:")
    yield db
    db.close()


def errors(db: Database) -> dict[str, str | None]:
    return dict(db.execute("SELECT address, error FROM topics").fetchall())


def test_what_is_new_is_not_owed_and_what_changed_is(db: Database) -> None:
    note(db, {ALL: "a", SEARCH: "b"}, asked={SEARCH}, now=NOW)
    assert owed(db, now=NOW, most=9) == []
    assert next_attempt_at(db, now=NOW) is None
    note(db, {ALL: "c"}, asked=(), now=NOW)
    assert owed(db, now=NOW, most=9) == [Topic(ALL, "c", 0)]
    assert next_attempt_at(db, now=NOW) == NOW
    note(db, {ALL: "a"}, asked=(), now=NOW)  # as the hub knows it, before it was told
    assert owed(db, now=NOW, most=9) == []


def test_what_changed_while_it_was_told_stays_owed(db: Database) -> None:
    note(db, {ALL: "a"}, asked=(), now=NOW)
    note(db, {ALL: "b"}, asked=(), now=NOW)
    (topic,) = owed(db, now=NOW, most=9)
    note(db, {ALL: "c"}, asked=(), now=NOW)
    mark_told(db, [topic])
    assert owed(db, now=NOW, most=9) == [Topic(ALL, "c", 0)]


def test_what_failed_waits_behind_what_did_not(db: Database) -> None:
    note(db, {ALL: "a", SEARCH: "a"}, asked={SEARCH}, now=NOW)
    note(db, {ALL: "b", SEARCH: "b"}, asked=(), now=NOW)
    mark_failed(db, owed(db, now=NOW, most=1)[0], next_attempt_at=LATER, error="қате")
    assert owed(db, now=NOW, most=9) == [Topic(SEARCH, "b", 0)]
    assert owed(db, now=LATER, most=9) == [Topic(SEARCH, "b", 0), Topic(ALL, "b", 1)]
    assert errors(db) == {ALL: "қате", SEARCH: None}
    mark_told(db, owed(db, now=NOW, most=9))
    assert next_attempt_at(db, now=NOW) == LATER
    mark_told(db, owed(db, now=LATER, most=9))
    assert errors(db) == {ALL: None, SEARCH: None}
    note(db, {ALL: "c"}, asked=(), now=NOW)
    assert owed(db, now=NOW, most=9) == [Topic(ALL, "c", 0)]


def test_what_is_refused_is_owed_again_when_it_changes(db: Database) -> None:
    note(db, {ALL: "a"}, asked=(), now=NOW)
    note(db, {ALL: "b"}, asked=(), now=NOW)
    mark_refused(db, owed(db, now=NOW, most=9)[0], error="410 Gone")
    assert (owed(db, now=LATER, most=9), errors(db)) == ([], {ALL: "410 Gone"})
    note(db, {ALL: "c"}, asked=(), now=NOW)
    assert owed(db, now=NOW, most=9) == [Topic(ALL, "c", 0)]


def test_putting_off_shortens_no_pause_and_touches_nothing_that_is_not_owed(db: Database) -> None:
    note(db, {ALL: "a", SEARCH: "a", "/feeds/changes.rss": "a"}, asked={SEARCH}, now=NOW)
    note(db, {ALL: "b", SEARCH: "b"}, asked=(), now=NOW)
    mark_failed(db, owed(db, now=NOW, most=1)[0], next_attempt_at=LATER + DAY, error="қате")
    put_off(db, until=LATER, error="503")
    assert owed(db, now=NOW, most=9) == []
    assert [topic.address for topic in owed(db, now=LATER, most=9)] == [SEARCH]
    assert [topic.address for topic in owed(db, now=LATER + DAY, most=9)] == [SEARCH, ALL]
    assert errors(db)["/feeds/changes.rss"] is None


def test_a_search_is_forgotten_a_month_after_it_was_asked_for_last(db: Database) -> None:
    note(db, {ALL: "a"}, asked=(), now=NOW)
    note(db, {SEARCH: "a", f"{SEARCH}*": "a"}, asked={SEARCH, f"{SEARCH}*"}, now=NOW)
    ask(db, [SEARCH, ALL], now=NOW + 20 * DAY)
    forget(db, keep=9, asked_before=NOW + DAY)
    assert held(db).keys() == {ALL, SEARCH}
    forget(db, keep=9, asked_before=NOW + 21 * DAY)
    assert held(db).keys() == {ALL}


def test_of_too_many_searches_those_asked_for_last_are_kept(db: Database) -> None:
    note(db, {ALL: "a"}, asked=(), now=NOW)
    for number in range(5):
        note(db, {f"{SEARCH}{number}": "a"}, asked={f"{SEARCH}{number}"}, now=NOW + number * DAY)
    ask(db, [f"{SEARCH}0"], now=NOW + 9 * DAY)
    forget(db, keep=2, asked_before=NOW - DAY)
    assert held(db).keys() == {ALL, f"{SEARCH}0", f"{SEARCH}4"}


def test_asking_every_minute_is_not_written_every_minute(db: Database) -> None:
    note(db, {SEARCH: "a"}, asked={SEARCH}, now=NOW)
    before = db.conn.total_changes
    for minute in range(60):
        ask(db, [SEARCH], now=NOW + timedelta(minutes=minute))
    assert db.conn.total_changes == before


def test_what_is_offered_no_longer_is_kept_for_a_month_and_what_is_offered_for_good(db: Database) -> None:
    note(db, {ALL: "a", SEARCH: "a"}, asked={SEARCH}, now=NOW)
    offer(db, {SEARCH}, now=NOW + DAY)
    forget(db, keep=9, asked_before=NOW + DAY)
    assert held(db).keys() == {ALL, SEARCH}
    forget(db, keep=9, asked_before=NOW + 2 * DAY)
    assert held(db).keys() == {SEARCH}
    drop(db, [SEARCH])
    assert held(db) == {}


@cache
def one_store() -> Database:
    """For every example: to make one takes longer than to try it."""
    return open_store(":memory:")


@given(
    steps=st.lists(
        st.one_of(
            st.tuples(st.just("note"), st.sampled_from("ab"), st.sampled_from("012")),
            st.tuples(st.sampled_from(["told", "refused", "failed", "put off"]), st.just(""), st.just("")),
        ),
        max_size=30,
    )
)
@settings(deadline=None)
def test_a_feed_is_owed_exactly_while_it_differs_from_what_was_settled(
    steps: list[tuple[str, str, str]],
) -> None:
    db = one_store()
    db.execute("DELETE FROM topics")
    noted: dict[str, str] = {}
    settled: dict[str, str] = {}
    moment = NOW
    for act, address, digest in steps:
        due = owed(db, now=moment, most=9)
        if act == "note":
            note(db, {address: digest}, asked=(), now=moment)
            noted[address] = digest
            settled.setdefault(address, digest)
        elif act == "put off":
            put_off(db, until=moment + DAY, error="503")
        elif due and act == "failed":
            mark_failed(db, due[0], next_attempt_at=moment + DAY, error="500")
        elif due:
            (mark_told(db, due[:1]) if act == "told" else mark_refused(db, due[0], error="410"))
            settled[due[0].address] = due[0].noted
        moment += timedelta(hours=1)
        differing = {address for address in noted if noted[address] != settled[address]}
        assert {topic.address for topic in owed(db, now=moment + 9 * DAY, most=9)} == differing
        assert (next_attempt_at(db, now=moment) is None) is (not differing)


def test_a_debt_is_summed_up_and_what_was_refused_is_no_debt(db: Database) -> None:
    assert debt(db) == Debt(0, None, None)
    note(db, {ALL: "a", SEARCH: "b"}, asked=(), now=NOW)
    note(db, {ALL: "c", SEARCH: "d"}, asked=(), now=NOW)
    assert debt(db) == Debt(2, None, None)
    put_off(db, until=LATER, error="it is down")
    assert debt(db) == Debt(2, LATER, "it is down")
    mark_refused(db, Topic(SEARCH, "d", 0), error="it will not")
    assert debt(db) == Debt(1, LATER, "it is down", refused=1)
    mark_told(db, [Topic(ALL, "c", 0)])
    assert debt(db) == Debt(0, None, "it will not", refused=1)


def test_an_attempt_that_a_wrong_clock_put_off_has_come(db: Database) -> None:
    note(db, {ALL: "a", SEARCH: "a"}, asked=(), now=NOW)
    note(db, {ALL: "b", SEARCH: "b"}, asked=(), now=NOW)
    put_off(db, until=NOW + 365 * DAY, error="503")
    assert [topic.address for topic in owed(db, now=NOW, most=9)] == [ALL, SEARCH]
    assert next_attempt_at(db, now=NOW) == NOW
    put_off(db, until=LATER, error="503")
    assert owed(db, now=NOW, most=9) == []
    assert next_attempt_at(db, now=NOW) == LATER
    assert len(owed(db, now=LATER, most=9)) == 2
