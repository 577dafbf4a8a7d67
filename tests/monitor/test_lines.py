"""The line of each address in a real SQLite: what is next, what waits, and what becomes one message."""

from datetime import timedelta

import pytest

from monitor.addresses import read_addresses
from monitor.errors import StoreError
from monitor.store.items import load_items, load_trouble
from monitor.store.lines import begin, mark_failed, mark_retry, mark_sent, next_messages
from monitor.store.waiting import book, fold, sign_of_waiting, waiting_for
from monitor.waiting import Lately
from tests.monitor.owing import START, Newsroom, rule, whole

HOOK = "https://hooks.example.kz/planted"
CHAT = "tgram://123456:planted/77"
(PROGRAM,), (PERSON,) = read_addresses(HOOK), read_addresses(CHAT)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LATER = START + 5 * MINUTE


@pytest.fixture
def room() -> Newsroom:
    room = Newsroom([rule(to=[HOOK, CHAT])])
    room.publish(1, 2, 3)
    return room


def waiting(room: Newsroom) -> tuple[list[int], Lately]:
    found, lately = waiting_for(room.db, PERSON.key, confirm=HOUR, within=HOUR, now=room.clock())
    return [each.release_id for each in found], lately


def waits(room: Newsroom) -> list[int]:
    return [each.id for each in waiting_for(
        room.db, PERSON.key, confirm=HOUR, within=HOUR, now=room.clock())[0]]  # fmt: skip


def test_a_programs_messages_are_one_each_in_their_order(room: Newsroom) -> None:
    heads = next_messages(room.db, PROGRAM.key, program=True, most=2)
    assert [[each.change_id for each in head.deliveries] for head in heads] == [[1], [2]]
    assert {head.form for head in heads} == {"change"}
    mark_sent(room.db, heads[0], answer="HTTP 204", now=START)
    mark_failed(room.db, heads[1], error="gone")
    (head,) = next_messages(room.db, PROGRAM.key, program=True, most=9)
    assert head.deliveries[0].change_id == 3
    assert [row["state"] for row in whole(room.db) if row["form"]] == ["sent", "failed", "owed"]


def test_a_person_has_no_message_before_it_is_booked_and_then_it_is_one(room: Newsroom) -> None:
    assert next_messages(room.db, PERSON.key, program=False) == []
    ids = waits(room)
    assert book(room.db, "digest", [[ids[0], ids[2]], [ids[1]]], now=START)
    (head,) = next_messages(room.db, PERSON.key, program=False)
    assert [each.change_id for each in head.deliveries] == [1, 3]
    assert (head.form, head.part, head.parts) == ("digest", 1, 2)
    assert head.id == whole(room.db)[1]["message_id"] == whole(room.db)[5]["message_id"]
    assert waits(room) == []

    assert begin(room.db, head, until=LATER)
    mark_retry(room.db, head, next_attempt_at=LATER, error="down")
    (again,) = next_messages(room.db, PERSON.key, program=False)
    assert (again.id, again.attempts, again.next_attempt_at) == (head.id, 1, LATER)
    mark_sent(room.db, again, answer="", now=LATER)
    (second,) = next_messages(room.db, PERSON.key, program=False)
    assert ([each.change_id for each in second.deliveries], second.part) == ([2], 2)


def test_what_waits_no_more_is_in_no_message(room: Newsroom) -> None:
    ids = waits(room)
    room.db.execute("UPDATE deliveries SET state = 'dropped' WHERE id = ?", [ids[1]])
    assert not book(room.db, "burst", [ids], now=START)
    assert waits(room) == [ids[0], ids[2]]


def test_an_attempt_is_begun_once_and_before_it_is_made(room: Newsroom) -> None:
    (head,) = next_messages(room.db, PROGRAM.key, program=True)
    assert begin(room.db, head, until=LATER)
    assert not begin(room.db, head, until=LATER)
    (again,) = next_messages(room.db, PROGRAM.key, program=True)
    assert (again.attempts, again.id) == (1, head.id)
    assert [again.due(moment, longest=DAY) for moment in (START, LATER)] == [False, True]
    assert again.due(START - 2 * DAY, longest=DAY), "no pause is as long: a wrong clock has set it"
    mark_sent(room.db, again, answer="", now=LATER)
    mark_retry(room.db, again, next_attempt_at=LATER, error="late news of an earlier attempt")
    assert whole(room.db)[0]["error"] is None


def test_what_was_noticed_by_a_clock_that_ran_ahead_is_reckoned_from_now(room: Newsroom) -> None:
    room.clock.on(-DAY)
    for _ in range(2):
        found, _ = waiting_for(room.db, PERSON.key, confirm=HOUR, within=HOUR, now=room.clock())
        assert {each.at for each in found} == {START - DAY}
        room.clock.on(HOUR)


def test_what_waits_says_of_its_release_what_decides(room: Newsroom) -> None:
    room.change("edited", 1, lang="ru", weight="minor", detail={"classes": ["name"]})
    room.publish(4, detail={"late": {"unread_since": "2026-02-27T00:00:00.000Z"}})
    found, lately = waiting_for(room.db, PERSON.key, confirm=HOUR, within=HOUR, now=START)
    first, edit, late = found[0], found[3], found[4]
    assert (first.copies, first.lang, first.kind, first.rules) == ({"kk", "ru"}, "kk", "published", ("мой",))
    assert (edit.lang, edit.kind, edit.weight) == ("ru", "edited", "minor")
    assert [each.late for each in found] == [False] * 4 + [True]
    assert late.at == START
    assert lately == Lately([], [], [])


def test_what_was_told_lately_is_known_and_what_was_folded_into_it(room: Newsroom) -> None:
    detail = {"fields": ["text"], "classes": ["name"]}
    room.change("edited", 1, detail=detail)
    edit = waits(room)[3]
    book(room.db, "release", [[edit]], now=START)
    room.change("edited", 1, lang="ru", detail=detail)
    releases, lately = waiting(room)
    assert releases == [1, 2, 3, 1]
    (told,) = lately.told
    assert (told.kind, told.classes, told.langs, told.at) == ("edited", ("name",), {"kk"}, START)
    assert (lately.messages, lately.lists) == ([START], [])

    before = sign_of_waiting(room.db, PERSON.key)
    fold(room.db, {waits(room)[3]: "told"}, {waits(room)[3]: told.message_id})
    assert sign_of_waiting(room.db, PERSON.key) != before
    room.change("edited", 1, lang="en", detail=detail)
    (told,) = waiting(room)[1].told
    assert told.langs == {"kk", "ru"}

    room.db.execute("UPDATE deliveries SET state = 'failed' WHERE id = ?", [edit])
    assert not waiting(room)[1].told, "what did not arrive was not told"


def test_messages_of_another_day_and_of_a_clock_that_ran_ahead_do_not_count(room: Newsroom) -> None:
    book(room.db, "burst", [waits(room)[:2]], now=START)
    for time, count in ((MINUTE, 1), (HOUR, 1), (2 * HOUR, 0), (-4 * HOUR, 0)):
        room.clock.on(time)
        assert len(waiting(room)[1].messages) == len(waiting(room)[1].lists) == count


def test_a_message_is_written_from_all_copies_and_the_story_of_its_release(room: Newsroom) -> None:
    room.change("edited", 1, lang="ru")
    room.db.table("stories").insert({"id": 7, "kind": "repost", "first_release_id": 1, "releases": 2})
    room.db.execute("UPDATE releases SET story_id = 7 WHERE id IN (1, 2)")
    room.db.table("agencies").insert(
        {"slug": "mfa", "name_kk": "", "name_ru": "", "name_en": "", "kind": "ministry"}
    )
    room.db.execute("UPDATE releases SET agency = 'mfa' WHERE id = 2")
    edit, second, third = load_items(room.db, [4, 2, 3])
    assert (edit.titles, edit.story, edit.also) == ({"kk": "Өңір 1 kk", "ru": "Өңір 1 ru"}, 7, ("mfa",))
    assert (second.change.id, second.story, second.also) == (2, 7, ("economy",))
    assert (third.story, third.also) == (None, ())
    with pytest.raises(StoreError, match="no trouble 3"):
        load_trouble(room.db, 3)
