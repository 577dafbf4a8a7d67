"""Which deliveries to a person become one message, and when: cases, and what holds whatever happens."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.bundles import plan
from monitor.changes import WEIGHT_OF, WEIGHTS, Kind
from monitor.config import Alert
from monitor.terms import Terms
from monitor.waiting import Bundle, Lately, Plan, Told, Waiting

NOON = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
"""A Monday, 12:00 in Almaty."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
GRACE = 4 * MINUTE
ALL = frozenset({"kk", "ru", "en"})


def rule(name: str = "r", **keys: Any) -> Alert:
    return Alert.model_validate({"name": name, "to": ["tgram://1:token/7"], "lang": "ru", **keys})


def owed(number: int, at: datetime = NOON, **values: Any) -> Waiting:
    """A delivery that nothing holds up."""
    kind = values.setdefault("kind", "published")
    values.setdefault("weight", WEIGHT_OF.get(kind, "minor"))
    values.setdefault("release_id", number)
    like = Waiting(
        number, at, ("r",), kind, "major", (), number, lang="ru", copies=frozenset({"ru"}), late=False
    )
    return replace(like, **values)


def planned(
    waiting: Sequence[Waiting],
    *rules: Alert,
    now: datetime = NOON,
    lately: Lately | None = None,
    read: Collection[str] = ALL,
) -> Plan:
    named = {each.name: each for each in rules or (rule(),)}
    terms = Terms(named, read, "Asia/Almaty", confirm=HOUR, grace=GRACE)
    return plan(waiting, lately or Lately(), terms, now=now)


def told(said: Plan) -> list[tuple[int, ...]]:
    return [bundle.deliveries for bundle in said.ready]


KK: dict[str, Any] = {"release_id": 9, "lang": "kk"}
RU: dict[str, Any] = {"release_id": 9, "lang": "ru"}
HELD: dict[str, Any] = {"kind": "edited", "copies": ALL}


@pytest.mark.parametrize(
    ("said", "waiting", "rules", "minutes", "ready", "again"),
    [
        ("a release in the reader's language goes at once", [owed(1)], [], 0, [(1,)], None),
        ("one in another waits for it", [owed(1, **KK, copies=frozenset({"kk"}))], [], 0, [], 4),
        ("and goes without it", [owed(1, **KK, copies=frozenset({"kk"}))], [], 4, [(1,)], None),
        ("or when the copy is there, though nobody is owed it", [owed(1, **KK, copies=ALL)], [], 0, [(1,)], None),
        ("a language that the rule excludes is not waited for",
         [owed(1, **KK, copies=frozenset({"kk"}))], [rule(languages=["kk"])], 0, [(1,)], None),
        ("an edit waits for that of the reader's copy", [owed(1, **KK, **HELD)], [], 0, [], 4),
        ("and not where there is no such copy",
         [owed(1, **KK, kind="edited", copies=frozenset({"kk"}))], [], 0, [(1,)], None),
        ("edits of two copies are one message",
         [owed(1, **KK, **HELD), owed(2, **RU, **HELD)], [], 0, [(1, 2)], None),
        ("two edits of one copy are two", [owed(1, **RU, **HELD), owed(2, **RU, **HELD)], [], 0, [(1,), (2,)], None),
        ("changes of two kinds are two", [owed(1, **RU), owed(2, **RU, **HELD)], [], 0, [(1,), (2,)], None),
        ("what is further apart than `confirm` is not one",
         [owed(1, **KK, **HELD), owed(2, NOON + 61 * MINUTE, **RU, **HELD)], [], 61, [(1,), (2,)], None),
        ("what concerns the whole release is alone, and waits for nothing",
         [owed(1, **KK, kind="removed", copies=ALL), owed(2, release_id=9, lang=None, kind="removed")],
         [], 0, [(1,), (2,)], None),
        ("what waits for a copy is not overtaken by what comes after it",
         [owed(1, **KK, copies=frozenset({"kk"})), owed(2, **KK, kind="edited", copies=frozenset({"kk"}))],
         [], 0, [(1,), (2,)], None),
        ("a digest gathers until its hour", [owed(1), owed(2)], [rule(digest="daily 14:00")], 119, [], 120),
        ("and comes then as one list", [owed(1), owed(2)], [rule(digest="daily 14:00")], 120, [(1, 2)], None),
        ("those that were missed too", [owed(1), owed(2, NOON + DAY)], [rule(digest="hourly")], 3000, [(1, 2)], None),
        ("the least patient rule says", [owed(1, rules=("d", "r"))], [rule("d", digest="hourly"), rule()],
         0, [(1,)], None),
        ("the sooner digest says", [owed(1, rules=("d", "w"))],
         [rule("w", digest="weekly tue 09:00"), rule("d", digest="daily 13:00")], 0, [], 60),
        ("quiet hours hold what is minor", [owed(1, kind="translated")], [rule(quiet="11:00-13:00")], 0, [], 60),
        ("and end", [owed(1, kind="translated")], [rule(quiet="11:00-13:00")], 60, [(1,)], None),
        ("and let pass what is major", [owed(1)], [rule(quiet="11:00-13:00")], 0, [(1,)], None),
        ("a digest in a quiet hour comes after it", [owed(1, kind="moved")],
         [rule(digest="hourly", quiet="12:30-14:30")], 60, [], 150),
        ("a rule that is gone asks for nothing", [owed(1, rules=("gone",), **KK)], [rule()], 0, [(1,)], None),
        ("a moment that lies ahead is now", [owed(1, NOON + 3650 * DAY, **KK, copies=frozenset({"kk"}))],
         [], 0, [], 4),
    ],
)  # fmt: skip
def test_when_a_delivery_is_told_and_with_which(
    said: str,
    waiting: list[Waiting],
    rules: list[Alert],
    minutes: int,
    ready: list[tuple[int, ...]],
    again: int | None,
) -> None:
    found = planned(waiting, *rules, now=NOON + minutes * MINUTE)
    assert told(found) == ready, said
    assert found.again_at == (None if again is None else NOON + again * MINUTE), said
    assert not found.folded


def test_a_copy_in_a_language_that_nobody_reads_the_portal_in_is_not_waited_for() -> None:
    copy = owed(1, **KK, copies=frozenset({"kk"}))
    assert told(planned([copy], read=("kk", "en"))) == [(1,)]
    assert told(planned([copy], read=("kk", "ru"))) == []


@pytest.mark.parametrize("names", [("slow", "quick"), ("quick", "slow")])
def test_the_copy_is_waited_for_in_the_language_in_which_the_message_is_written(
    names: tuple[str, str],
) -> None:
    rules = [rule("slow", digest="daily 14:00", lang="kk"), rule("quick", lang="ru")]
    copy = owed(1, **KK, copies=frozenset({"kk"}), rules=names)
    assert (told(planned([copy], *rules)) == [(1,)]) is (names[0] == "slow")


def test_a_list_says_why_it_is_one_and_of_one_it_is_none() -> None:
    digest = rule(digest="hourly")
    assert planned([owed(1), owed(2)], digest, now=NOON + HOUR).ready == (Bundle("digest", (1, 2)),)
    assert planned([owed(1)], digest, now=NOON + HOUR).ready == (Bundle("release", (1,)),)


def test_what_was_found_late_gathers_and_is_one_list() -> None:
    late = [owed(number, NOON + number * MINUTE, late=True) for number in (1, 2, 3)]
    news = owed(4, NOON + 3 * MINUTE)
    first = planned([*late, news], now=NOON + 3 * MINUTE)
    assert (told(first), first.again_at) == ([(4,)], NOON + MINUTE + GRACE)
    assert planned(late, now=NOON + 5 * MINUTE).ready == (Bundle("late", (1, 2, 3)),)


def test_so_many_at_once_are_one_list_and_the_next_ones_gather() -> None:
    ten, eleven = [[owed(number) for number in range(1, count)] for count in (11, 12)]
    assert [bundle.form for bundle in planned(ten).ready] == ["release"] * 10
    assert planned(eleven).ready == (Bundle("burst", tuple(range(1, 12))),)

    after = Lately(messages=[NOON], lists=[NOON])
    later = [owed(number, NOON + number * MINUTE) for number in (2, 3)]
    held = planned(later, now=NOON + 9 * MINUTE, lately=after)
    assert (held.ready, held.again_at) == ((), NOON + 10 * MINUTE)
    free = planned([*later, owed(4, NOON + 10 * MINUTE)], now=NOON + 10 * MINUTE, lately=after)
    assert free.ready == (Bundle("burst", (2, 3)), Bundle("release", (4,)))


def test_the_eleventh_in_ten_minutes_begins_the_time_in_which_others_gather() -> None:
    ten = Lately(messages=[NOON + number * MINUTE / 2 for number in range(10)])
    assert planned([owed(1)], now=NOON + 6 * MINUTE, lately=ten).ready == (Bundle("burst", (1,)),)
    assert planned([owed(1)], now=NOON + 11 * MINUTE, lately=ten).ready == (Bundle("release", (1,)),)
    ahead = Lately(messages=[NOON + DAY] * 50, lists=[NOON + DAY])
    assert planned([owed(1)], lately=ahead).ready == (Bundle("release", (1,)),)


TOLD = Told(NOON, "edited", "minor", ("number",), 9, frozenset({"ru"}), "m-1")


@pytest.mark.parametrize(
    ("said", "waiting", "folds"),
    [
        ("the same in a further language", owed(1, **KK, kind="edited", classes=("number",)), True),
        ("what is weightier", owed(1, **KK, kind="edited", weight="major", classes=("number",)), False),
        ("an edit of another class", owed(1, **KK, kind="edited", classes=("number", "name")), False),
        ("the same language", owed(1, **RU, kind="edited", classes=("number",)), False),
        ("another kind", owed(1, **KK, kind="removed"), False),
        ("another release", owed(1, lang="kk", kind="edited"), False),
        ("the whole release", owed(1, release_id=9, lang=None, kind="edited"), False),
        ("what comes later", owed(1, NOON + 61 * MINUTE, **KK, kind="edited"), False),
    ],
)
def test_what_was_told_is_not_told_again_in_another_language(
    said: str, waiting: Waiting, folds: bool
) -> None:
    found = planned([waiting], now=NOON + 2 * HOUR, lately=Lately(told=[TOLD]))
    assert bool(found.folded) is folds, said
    assert bool(found.ready) is not folds, said
    if folds:
        assert (
            found.folded[1]
            == "told of this release (ru) because of what was noticed at 2026-03-02 12:00 UTC+5"
        )
        assert found.told_with == {1: "m-1"}


@pytest.mark.parametrize("kind", ["removed", "restored"])
def test_that_one_copy_went_or_came_back_says_nothing_of_another(kind: Kind) -> None:
    before = replace(TOLD, kind=kind, langs=frozenset({"kk"}))
    found = planned([owed(1, **RU, kind=kind)], now=NOON + 5 * MINUTE, lately=Lately(told=[before]))
    assert (told(found), found.folded) == ([(1,)], {})


def test_each_telling_covers_a_language_once() -> None:
    edits = [owed(number, **KK, kind="edited", copies=frozenset({"kk"})) for number in (1, 2)]
    found = planned(edits, lately=Lately(told=[TOLD]))
    assert (set(found.folded), told(found)) == ({1}, [(2,)])
    covered = replace(TOLD, langs=frozenset({"ru", "kk"}))
    assert not planned(edits, lately=Lately(told=[covered])).folded


RULES = [
    [rule("a"), rule("b", digest="hourly", lang="kk")],
    [rule("a", quiet="11:30-13:00"), rule("b", digest="daily 12:10")],
    [rule("a", digest="weekly mon 13:00", burst={"more_than": 2, "within": "30m"}), rule("b", languages=["kk"])],
    [rule("b", burst={"more_than": 1, "within": "5m"})],
]  # fmt: skip
LONGEST = 7 * DAY + DAY + HOUR
"""Of a slot and a quiet window; then come a copy and a burst."""


@dataclass
class Person:
    """The line of one reader, with what the store remembers of it: what waits, what was told, what was folded."""

    clock: datetime = NOON
    rules: list[Alert] = field(default_factory=lambda: RULES[0])
    waits: list[Waiting] = field(default_factory=list)
    since: dict[int, timedelta] = field(default_factory=dict)
    passed: timedelta = timedelta()
    ends: list[int] = field(default_factory=list)
    waited: dict[int, timedelta] = field(default_factory=dict)
    bundles: list[tuple[Waiting, ...]] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    messages: list[datetime] = field(default_factory=list)
    lists: list[datetime] = field(default_factory=list)

    def owe(self, each: Waiting) -> None:
        self.waits.append(each)
        self.since[each.id] = self.passed

    def live(self, time: timedelta) -> None:
        """So much time passes, and the dispatcher wakes whenever its plan asks for it."""
        ends = self.passed + time
        for _ in range(1000):
            again = self.plan()
            left = ends - self.passed
            step = left if again is None else min(left, again - self.clock)
            self.passed, self.clock = self.passed + step, self.clock + step
            if left == step:
                self.plan()
                return
        raise AssertionError("it wakes again and again")

    def plan(self) -> datetime | None:
        self.waits = [replace(each, at=min(each.at, self.clock)) for each in self.waits]
        lately = Lately(self.told, self.messages, self.lists)
        found = planned(self.waits, *self.rules, now=self.clock, lately=lately)
        assert found.again_at is None or found.again_at > self.clock
        firsts = [bundle.deliveries[0] for bundle in found.ready]
        assert firsts == sorted(firsts)
        by_id = {each.id: each for each in self.waits}
        for bundle in found.ready:
            some = tuple(by_id[each] for each in bundle.deliveries)
            self.bundles.append(some)
            for each in some:
                self.told.append(
                    Told(
                        each.at, each.kind, each.weight, each.classes, each.release_id, frozenset({each.lang})
                    )
                )
            if bundle.form != "digest":
                self.messages.append(self.clock)
            if bundle.form == "burst":
                self.lists.append(self.clock)
        for each, message_id in found.told_with.items():
            self.told = [
                replace(before, langs=before.langs | {by_id[each].lang})
                if (before.message_id, before.release_id) == (message_id, by_id[each].release_id)
                else before
                for before in self.told
            ]
        done = [*found.folded, *(each for bundle in found.ready for each in bundle.deliveries)]
        self.ends += done
        self.waited |= {each: self.passed - self.since[each] for each in done}
        self.waits = [each for each in self.waits if each.id not in done]
        return found.again_at

    def tell(self, some: tuple[Waiting, ...]) -> None:
        self.bundles.append(some)
        for release_id, kind in {(each.release_id, each.kind) for each in some}:
            told = [each for each in some if (each.release_id, each.kind) == (release_id, kind)]
            self.told.append(
                Told(
                    min(each.at for each in told),
                    kind,
                    max((each.weight for each in told), key=WEIGHTS.index),
                    tuple(name for each in told for name in each.classes),
                    release_id,
                    frozenset(each.lang for each in told),
                    f"message {len(self.bundles)}",
                )
            )


CHANGES = st.builds(
    owed,
    st.just(0),
    rules=st.sampled_from([("a",), ("b",), ("a", "b")]),
    kind=st.sampled_from(["published", "edited", "removed"]),
    classes=st.sampled_from([(), ("number",)]),
    release_id=st.integers(1, 3),
    lang=st.sampled_from(["kk", "ru", None]),
    copies=st.sampled_from([frozenset[str](), frozenset({"kk"}), ALL]),
    late=st.booleans(),
)
STEPS = st.one_of(CHANGES, st.sampled_from([timedelta(), MINUTE, 3 * MINUTE, 20 * MINUTE, 5 * HOUR]))
JUMPS = st.sampled_from([-DAY, -HOUR, HOUR, DAY, 3650 * DAY, -3650 * DAY]).map(lambda jump: ("jump", jump))
EDITS = st.sampled_from(RULES).map(lambda rules: ("rules", rules))


def lived(steps: Sequence[Any]) -> Person:
    person = Person()
    for number, step in enumerate(steps):
        match step:
            case ("jump", jump):
                person.clock += jump
            case ("rules", rules):
                person.rules = rules
            case timedelta():
                person.live(step)
            case change:
                person.owe(replace(change, id=number, at=person.clock))
    return person


@settings(max_examples=150)
@given(st.lists(st.one_of(STEPS, STEPS, JUMPS, EDITS), max_size=25))
def test_whatever_clock_and_configuration_do_each_is_told_or_folded_once(steps: list[Any]) -> None:
    person = lived(steps)
    owed_in_all = len(person.since)
    person.live(LONGEST + HOUR)
    assert not person.waits
    assert set(Counter(person.ends).values()) <= {1}
    assert len(person.ends) == owed_in_all


@settings(max_examples=150)
@given(st.lists(STEPS, max_size=25), st.sampled_from(RULES))
def test_nothing_waits_longer_than_its_rule_allows(steps: list[Any], rules: list[Alert]) -> None:
    person = lived([("rules", rules), *steps])
    person.live(LONGEST)
    for number, waited in person.waited.items():
        names = steps[number - 1].rules
        named = [rule for rule in rules if rule.name in names]
        gathering = GRACE + max((2 * rule.burst.within for rule in rules), default=timedelta())
        bounds = [
            {None: timedelta(), "hourly": HOUR, "daily 12:10": DAY}.get(each.digest, 7 * DAY)
            + (timedelta(minutes=90) if each.quiet else timedelta())
            for each in named
        ]  # fmt: skip
        assert waited <= min(bounds, default=timedelta()) + gathering


@settings(max_examples=150)
@given(st.lists(STEPS, max_size=25))
def test_a_release_is_told_of_in_the_order_of_the_journal(steps: list[Any]) -> None:
    plain = [replace(s, rules=("a",), late=False) if isinstance(s, Waiting) else s for s in steps]
    person = lived(plain)
    person.live(DAY)
    for release in (1, 2, 3):
        firsts = [some[0].id for some in person.bundles if some[0].release_id == release and len(
            {each.release_id for each in some}) == 1]  # fmt: skip
        assert firsts == sorted(firsts)
