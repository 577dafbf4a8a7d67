"""When something is called removed, and all that must never be enough for it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.agreement import Look
from monitor.clock_jumps import Forward
from monitor.detect import Status
from monitor.removal import (
    PATIENCE,
    PATIENCE_WHEN_SHORT,
    Absences,
    Copy,
    Cover,
    HeldEdition,
    Presence,
    Removed,
    departures,
    neighbours,
    removals,
)
from monitor.removal import absences as judged

NOW = datetime(2026, 7, 13, 12, 0, tzinfo=UTC)
CONFIRM = timedelta(hours=1)
CLOSELY = timedelta(hours=9)
MOMENT = timedelta(seconds=1)


def at(number: int) -> datetime:
    """When release `number` is dated: one every twelve hours, the highest the newest."""
    return NOW - timedelta(hours=12 * (100 - number))


def held(number: int, *, missed: timedelta | None = None) -> HeldEdition:
    """The edition of release `number`; `missed`: how long ago a reading first lacked it."""
    return HeldEdition(
        id=number,
        source_id=str(number),
        published_at=at(number),
        suspected_at=None if missed is None else NOW - missed,
        confirmed_at=None,
    )


ALL = tuple(held(number) for number in range(100, 60, -1))
"""Forty releases over twenty days, the newest first."""


def listing(*without: int, last: int = 61) -> tuple[tuple[str, datetime | None], ...]:
    """What a reading saw from the top down to release `last`."""
    return tuple((str(n), at(n)) for n in range(100, last - 1, -1) if n not in without)


def absences(
    seen: tuple[tuple[str, datetime | None], ...],
    editions: tuple[HeldEdition, ...],
    *,
    to_the_end: bool = False,
    elsewhere: int = 0,
) -> Absences:
    looks = [Look(NOW - timedelta(hours=hours), None) for hours in range(6, 72, 6)]
    return judged(
        Cover(seen, to_the_end),
        editions,
        elsewhere=elsewhere,
        now=NOW,
        confirm=CONFIRM,
        closely=CLOSELY,
        looks=looks,
    )


def missed(*numbers: int, ago: timedelta) -> tuple[HeldEdition, ...]:
    """All forty, those of `numbers` missed since `ago`."""
    return tuple(held(e.id, missed=ago) if e.id in numbers else e for e in ALL)


def ids(editions: tuple[HeldEdition, ...]) -> list[int]:
    return [edition.id for edition in editions]


@pytest.mark.parametrize(
    ("said", "ago", "confirmed"),
    [
        ("never before", None, []),
        ("a moment ago", MOMENT, []),
        ("almost long enough ago", CONFIRM - MOMENT, []),
        ("long enough ago", CONFIRM, [90]),
        ("long ago", timedelta(days=3), [90]),
        ("by a clock that went back since", -CONFIRM, []),
    ],
)
def test_a_removal_takes_two_readings_that_far_apart(
    said: str, ago: timedelta | None, confirmed: list[int]
) -> None:
    editions = ALL if ago is None else missed(90, ago=ago)
    result = absences(listing(90), editions)
    assert ids(result.confirm) == confirmed, said
    assert ids(result.suspect) == ([90] if ago is None else []), said
    assert not result.mass


@pytest.mark.parametrize(
    ("said", "seen", "to_the_end"),
    [
        ("an empty reading", (), False),
        ("an empty reading to the end", (), True),
        ("a reading without dates", tuple((source_id, None) for source_id, _ in listing(90)), False),
        ("the oldest first", listing(90)[::-1], True),
        ("two that changed places", (listing(90)[1], listing(90)[0], *listing(90)[2:]), True),
        ("an old release pinned on top", (listing(90)[-1], *listing(90)[:-1]), False),
        ("one page twice in another order", (*listing(90, last=81), *listing(90, last=81)), False),
        ("a reading that ends above it", listing(90, last=91), False),
        ("a reading whose last item is as old as it", (*listing(90, last=91), ("7", at(90))), False),
    ],
)
def test_what_covers_nothing_proves_nothing(
    said: str, seen: tuple[tuple[str, datetime | None], ...], to_the_end: bool
) -> None:
    editions = missed(90, ago=timedelta(days=30))
    assert absences(seen, editions, to_the_end=to_the_end) == Absences(), said


def test_an_item_without_a_date_proves_nothing_of_itself_and_spoils_nothing() -> None:
    seen = tuple((source_id, None if source_id == "95" else moment) for source_id, moment in listing(90))
    assert ids(absences(seen, missed(90, ago=CONFIRM)).confirm) == [90]
    undated = tuple(replace(e, published_at=None) if e.id == 90 else e for e in ALL)
    assert absences(listing(90), undated) == Absences()
    assert ids(absences(listing(90), undated, to_the_end=True).suspect) == [90]


@pytest.mark.parametrize(
    ("said", "gone", "to_the_end"),
    [
        ("the newest", 100, False),
        ("one in the middle", 80, False),
        ("the oldest, when the end was reached", 61, True),
    ],
)
def test_every_place_that_was_covered_counts(said: str, gone: int, to_the_end: bool) -> None:
    result = absences(listing(gone), missed(gone, ago=CONFIRM), to_the_end=to_the_end)
    assert ids(result.confirm) == [gone], said


def test_the_oldest_is_not_missed_while_the_end_was_not_seen() -> None:
    assert absences(listing(61), ALL) == Absences()


@pytest.mark.parametrize(
    ("said", "last", "to_the_end", "patience"),
    [
        ("it covered the window", 61, False, 1),
        ("it came to the end of a short listing", 85, True, 1),
        ("it covered two days", 85, False, PATIENCE_WHEN_SHORT),
    ],
)
def test_a_short_reading_leaves_time_for_a_wide_one_to_find_what_was_dated_back(
    said: str, last: int, to_the_end: bool, patience: int
) -> None:
    seen = listing(95, last=last)
    editions = tuple(e for e in ALL if e.id >= last)
    for ago, wanted in ((patience * CONFIRM - MOMENT, []), (patience * CONFIRM, [95])):
        doubted = tuple(held(95, missed=ago) if e.id == 95 else e for e in editions)
        assert ids(absences(seen, doubted, to_the_end=to_the_end).confirm) == wanted, said


@pytest.mark.parametrize(
    ("said", "ago", "last", "wanted"),
    [
        ("missed for the first time", None, 85, False),
        ("missed not long enough", CONFIRM - MOMENT, 85, False),
        ("missed long enough, had it been a wide reading", CONFIRM, 85, True),
        ("it was a wide reading", CONFIRM, 61, False),
        ("missed so long that any reading confirms", PATIENCE_WHEN_SHORT * CONFIRM, 85, False),
    ],
)
def test_a_wider_reading_is_wished_for_where_it_could_confirm(
    said: str, ago: timedelta | None, last: int, wanted: bool
) -> None:
    editions = tuple(held(95, missed=ago) if e.id == 95 else e for e in ALL if e.id >= last)
    assert absences(listing(95, last=last), editions).look_wider is wanted, said


def test_one_date_in_the_far_future_does_not_make_a_short_reading_wide() -> None:
    pinned = ("999", NOW + timedelta(days=3000))
    seen = (pinned, *listing(95, last=85))
    assert absences(seen, missed(95, ago=CONFIRM)).confirm == ()


@pytest.mark.parametrize(
    ("said", "gone", "editions", "elsewhere", "mass"),
    [
        ("three of forty", 3, ALL, 0, False),
        ("four of forty", 4, ALL, 0, True),
        ("one of ten", 1, ALL[:10], 0, False),
        ("one of nine", 1, ALL[:9], 0, True),
        ("two of nineteen", 2, ALL[:19], 0, True),
        ("one, and two at other agencies", 1, ALL, 2, False),
        ("one, and three at other agencies", 1, ALL, 3, True),
        ("all", 40, ALL, 0, True),
    ],
)
def test_too_many_at_once_make_the_portal_suspect(
    said: str, gone: int, editions: tuple[HeldEdition, ...], elsewhere: int, mass: bool
) -> None:
    numbers = {e.id for e in editions[:gone]}
    seen = (*(pair for pair in listing() if int(pair[0]) not in numbers), ("1", at(1)))
    for ago in (CONFIRM, PATIENCE * CONFIRM - MOMENT):
        doubted = tuple(held(e.id, missed=ago) if e.id in numbers else e for e in editions)
        result = absences(seen, doubted, elsewhere=elsewhere)
        assert (result.mass, result.confirm == ()) == (mass, mass), said
    doubted = tuple(held(e.id, missed=PATIENCE * CONFIRM) if e.id in numbers else e for e in editions)
    result = absences(seen, doubted, elsewhere=elsewhere)
    assert (result.mass, {e.id for e in result.confirm}) == (False, numbers), said


def test_a_mass_that_grows_is_believed_piece_by_piece() -> None:
    editions = tuple(
        held(e.id, missed=PATIENCE * CONFIRM) if e.id > 95 else held(e.id, missed=CONFIRM) if e.id > 90 else e
        for e in ALL
    )
    result = absences(listing(*range(89, 101)), editions)
    assert ids(result.confirm) == [100, 99, 98, 97, 96]
    assert ids(result.suspect) == [90, 89]


def test_what_a_recovering_portal_shows_last_is_not_removed_meanwhile() -> None:
    """Fifteen were missed at once; thirteen are back."""
    editions = tuple(replace(e, in_mass=True) if e.id in {90, 91} else e for e in missed(90, 91, ago=CONFIRM))
    result = absences(listing(90, 91), editions)
    assert (result.confirm, result.mass, result.look_wider) == ((), False, False)
    editions = tuple(
        replace(e, in_mass=True) if e.id == 90 else e for e in missed(90, 91, ago=PATIENCE * CONFIRM)
    )
    assert ids(absences(listing(90, 91), editions).confirm) == [91, 90]


def test_what_is_proved_already_is_no_part_of_a_new_mass() -> None:
    proved = tuple(
        replace(held(e.id, missed=CONFIRM), confirmed_at=NOW) if e.id > 96 else e
        for e in missed(90, ago=CONFIRM)
    )
    result = absences(listing(90, 97, 98, 99, 100), proved)
    assert ids(result.confirm) == [90]


DOUBTED = st.lists(
    st.tuples(st.integers(61, 100), st.none() | st.integers(0, 48)), min_size=1, unique_by=lambda one: one[0]
).map(
    lambda many: tuple(
        held(number, missed=None if ago is None else timedelta(hours=ago)) for number, ago in many
    )
)
SEEN = st.lists(st.integers(61, 110), max_size=60).map(
    lambda numbers: tuple((str(number), at(number)) for number in numbers)
)


@given(SEEN | SEEN.map(lambda seen: tuple(sorted(seen, key=lambda pair: pair[1], reverse=True))), DOUBTED,
       st.booleans(), st.integers(0, 5))  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_no_reading_whatever_confirms_too_early(
    seen: tuple[tuple[str, datetime], ...],
    editions: tuple[HeldEdition, ...],
    to_the_end: bool,
    elsewhere: int,
) -> None:
    result = absences(seen, editions, to_the_end=to_the_end, elsewhere=elsewhere)
    shown = {source_id for source_id, _ in seen}
    missing = [e for e in editions if e.source_id not in shown]
    for edition in (*result.confirm, *result.suspect):
        assert edition in missing
        assert list(seen) == sorted(seen, key=lambda pair: pair[1], reverse=True)
        assert to_the_end or at(edition.id) > min(moment for _, moment in seen)
    for edition in result.confirm:
        assert edition.suspected_at is not None
        assert NOW - edition.suspected_at >= CONFIRM
        if len([*result.suspect, *result.confirm]) + elsewhere > 3:
            assert NOW - edition.suspected_at >= PATIENCE * CONFIRM
    assert not set(result.confirm) & set(result.suspect)


@given(SEEN, st.sets(st.integers(61, 100)), st.booleans())
def test_no_single_reading_confirms_anything(
    seen: tuple[tuple[str, datetime], ...], numbers: set[int], to_the_end: bool
) -> None:
    assert absences(seen, tuple(map(held, numbers)), to_the_end=to_the_end).confirm == ()


Pairs = tuple[tuple[str, datetime | None], ...]
HARMLESS = st.one_of(
    st.just(()),
    st.integers(0, 40).map(lambda length: listing()[:length]),
    st.integers(1, 39).map(lambda place: (*listing()[place:], *listing()[:place])),
    st.permutations(listing()).map(tuple),
    st.just(listing()[::-1]),
    st.just(tuple((source_id, None) for source_id, _ in listing()[::2])),
)


@given(st.lists(HARMLESS, min_size=1))
def test_a_portal_that_stumbles_but_shows_its_top_whole_makes_nothing_suspect(story: list[Pairs]) -> None:
    for seen in story:
        whole = {source_id for source_id, _ in seen} == {source_id for source_id, _ in listing()}
        assert absences(seen, ALL, to_the_end=whole) == Absences()


@given(st.lists(st.tuples(st.sets(st.integers(61, 100)), st.integers(1, 600)), max_size=12))
@settings(deadline=None)
def test_whoever_is_shown_once_in_between_begins_anew(story: list[tuple[set[int], int]]) -> None:
    doubts: dict[int, datetime] = {}
    looks: list[Look] = []
    now = NOW
    for lacking, minutes in story:
        now += timedelta(minutes=minutes)
        editions = tuple(replace(e, suspected_at=doubts.get(e.id)) for e in ALL)
        cover = Cover(listing(*lacking), to_the_end=False)
        result = judged(cover, editions, elsewhere=0, now=now, confirm=CONFIRM, closely=CLOSELY, looks=looks)
        looks.append(Look(now, at(61)))
        doubts = {number: since for number, since in doubts.items() if number in lacking}
        wait = CONFIRM * (PATIENCE if len(result.confirm) + len(result.suspect) > 3 else 1)
        for edition in result.confirm:
            assert now - doubts[edition.id] >= wait
        doubts |= {edition.id: now for edition in result.suspect}


def copy(
    lang: str,
    status: Status = "suspected",
    *,
    confirmed: bool = False,
    looked: int | None = 2,
    doubted: int = 1,
    sought: float | None = None,
) -> Copy:
    """A copy doubted at hour `doubted`, its listing last read at hour `looked`, and last missed at hour `sought`."""
    return Copy(
        edition_id=len(lang) + ord(lang[0]),
        lang=lang,
        status=status,
        confirmed_at=NOW + 2 * CONFIRM if confirmed else None,
        looked_at=None if looked is None else NOW + looked * CONFIRM,
        suspected_at=NOW + doubted * CONFIRM if status == "suspected" else None,
        sought_at=None if sought is None else NOW + sought * CONFIRM,
    )


GONE = copy("kk", confirmed=True)


@pytest.mark.parametrize(
    ("said", "copies", "wanted"),
    [
        ("nothing is proved", [copy("kk")], ()),
        ("nothing is known", [], ()),
        ("its only copy is gone", [GONE], (None,)),
        ("every copy is gone", [GONE, copy("ru", confirmed=True)], (None,)),
        ("the last of its copies is gone", [GONE, copy("ru", "removed")], (None,)),
        ("the other copy was there since", [GONE, copy("ru", "listed")], ("kk",)),
        ("two are gone, the third is there", [GONE, copy("en", confirmed=True), copy("ru", "listed")], ("kk", "en")),
        ("the other copy is doubted too", [GONE, copy("ru")], ()),
        ("the other listing was not read since", [GONE, copy("ru", "listed", looked=1)], ()),
        ("the other listing was never read", [GONE, copy("ru", "listed", looked=None)], ()),
        ("one of two others is doubted", [GONE, copy("ru", "listed"), copy("en")], ()),
        ("it was declared already", [copy("kk", "removed", confirmed=True), copy("ru", "listed")], ()),
        ("a dump said it in another language", [GONE, copy("ru", "unseen")], (None,)),
        (
            "the later doubt counts",
            [GONE, copy("en", confirmed=True, doubted=3), copy("ru", "listed", looked=2)],
            (),
        ),
    ],
)  # fmt: skip
def test_one_event_is_told_once(said: str, copies: list[Copy], wanted: tuple[str | None, ...]) -> None:
    declared = removals(copies, now=NOW + 3 * CONFIRM, confirm=CONFIRM)
    assert tuple(removed.lang for removed in declared) == wanted, said
    by_lang = {one.lang: one.edition_id for one in copies}
    assert declared == tuple(Removed(by_lang.get(lang or ""), lang) for lang in wanted), said


COPIES = st.lists(
    st.builds(
        copy,
        st.sampled_from(["kk", "ru", "en", "tr"]),
        st.sampled_from(["listed", "suspected", "removed", "unseen"]),
        confirmed=st.booleans(),
        looked=st.none() | st.integers(0, 4),
        doubted=st.integers(0, 4),
    ),
    unique_by=lambda one: one.lang,
)


@given(COPIES)
def test_only_what_is_proved_is_declared_and_the_whole_only_when_nothing_is_left(copies: list[Copy]) -> None:
    declared = removals(copies, now=NOW + 3 * CONFIRM, confirm=CONFIRM)
    proved = {one.edition_id for one in copies if one.confirmed_at is not None and one.status == "suspected"}
    left = [
        one
        for one in copies
        if one.status == "listed" or (one.status == "suspected" and one.confirmed_at is None)
    ]
    if any(removed.edition_id is None for removed in declared):
        assert len(declared) == 1
        assert not left
    else:
        assert {removed.edition_id for removed in declared} in (set(), proved)


@pytest.mark.parametrize(("waited", "wanted"), [(PATIENCE, ("kk",)), (PATIENCE - 0.01, ())])
def test_what_cannot_be_looked_for_holds_nothing_up_for_ever(waited: float, wanted: tuple[str, ...]) -> None:
    unread = [GONE, copy("ru", "listed", looked=None)]
    now = NOW + (2 + waited) * CONFIRM
    assert tuple(one.lang for one in removals(unread, now=now, confirm=CONFIRM)) == wanted


@pytest.mark.parametrize(
    ("waited", "sought", "wanted"),
    [
        (PATIENCE, 3.0, ()),
        (PATIENCE + 1, 2.5, ("kk",)),
        (3 * PATIENCE - 0.01, 2 + 3 * PATIENCE - 1, ()),
        (3 * PATIENCE, 2 + 3 * PATIENCE - 1, ("kk",)),
    ],
)
def test_what_is_looked_for_and_missed_is_waited_for_longer(
    waited: float, sought: float, wanted: tuple[str, ...]
) -> None:
    copies = [GONE, copy("ru", looked=None, sought=sought)]
    now = NOW + (2 + waited) * CONFIRM
    assert tuple(one.lang for one in removals(copies, now=now, confirm=CONFIRM)) == wanted


@pytest.mark.parametrize("sought", [None, 3.0])
def test_a_time_that_did_not_pass_ends_no_patience(sought: float | None) -> None:
    copies = [GONE, copy("ru", looked=None, sought=sought)]
    now = NOW + 100 * CONFIRM
    put_forward = [Forward(now - CONFIRM, 90 * CONFIRM)]
    assert removals(copies, now=now, confirm=CONFIRM, put_forward=put_forward) == ()
    assert removals(copies, now=now, confirm=CONFIRM) != ()


def presence(
    agency: str,
    *,
    langs: str = "ru kk",
    missing: str = "",
    confirmed: str = "",
    looked: int | None = 2,
    since: int = 0,
) -> Presence:
    """An agency that lists a release; a reading missed it at hour 1, and looked at the others at hour `looked`."""
    return Presence(
        agency=agency,
        since=NOW - timedelta(days=10) + since * CONFIRM,
        langs=frozenset(langs.split()),
        missing=frozenset(missing.split()) | frozenset(confirmed.split()),
        confirmed=frozenset(confirmed.split()),
        looked_at=None if looked is None else NOW + looked * CONFIRM,
        missed_at=NOW + CONFIRM if missing or confirmed else None,
    )


@pytest.mark.parametrize(
    ("said", "presences", "wanted"),
    [
        ("nobody misses it", [presence("a"), presence("b")], []),
        ("one has let go of it", [presence("a", confirmed="ru kk"), presence("b")], [("a", "b")]),
        ("of one language only", [presence("a", confirmed="ru", missing="kk"), presence("b")], []),
        ("it is the only one", [presence("a", confirmed="ru kk")], []),
        ("both have", [presence("a", confirmed="ru kk"), presence("b", confirmed="ru kk")], []),
        (
            "the other misses a copy",
            [presence("a", confirmed="ru kk"), presence("b", missing="kk")],
            [("a", "b")],
        ),
        ("the other was not read since", [presence("a", confirmed="ru kk"), presence("b", looked=1)], []),
        ("the other was never read", [presence("a", confirmed="ru kk"), presence("b", looked=None)], []),
        (
            "two others have it, the older one first",
            [presence("a", confirmed="ru kk"), presence("b", since=2), presence("c", since=1)],
            [("a", "c")],
        ),
        ("it shows nothing of it", [presence("a", langs=""), presence("b")], []),
    ],
)
def test_who_has_let_go_of_a_release(
    said: str, presences: list[Presence], wanted: list[tuple[str, str]]
) -> None:
    assert [(one.agency, one.to) for one in departures(presences)] == wanted, said


@pytest.mark.parametrize(
    ("number", "wanted"),
    [(100, (None, "99")), (90, ("91", "89")), (61, ("62", None))],
)
def test_the_neighbours_of_what_is_missing_are_named(
    number: int, wanted: tuple[str | None, str | None]
) -> None:
    assert neighbours(Cover(listing(number), to_the_end=True), held(number)) == wanted


def test_what_has_no_date_has_no_neighbours() -> None:
    undated = replace(held(90), published_at=None)
    assert neighbours(Cover(listing(90), to_the_end=True), undated) == (None, None)
