"""Which troubles are told, which explain others, and when they are over; and who hears of them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from monitor.config import Alert
from monitor.field_shares import Drop
from monitor.health import (
    State,
    Trouble,
    begun,
    fields,
    is_nearly_full,
    over,
    room_needed,
)
from monitor.hearing import hearers
from monitor.standing import WORST_FIRST, troubles_said
from monitor.troubles import HEALTH_KINDS, HealthEvent, HealthKind

NOW = datetime(2026, 7, 13, 4, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

PORTAL = Trouble("portal", "portal", {})
LISTING = Trouble("listing economy/ru", "listing", {}, agency="economy", lang="ru")
SILENT = Trouble("silent economy", "silent", {}, agency="economy")
FIELD = Trouble("fields economy/ru image", "fields", {"field": "image"}, agency="economy", lang="ru")
OTHER_FIELD = Trouble("fields economy/ru text", "fields", {"field": "text"}, agency="economy", lang="ru")
FIELDS = Trouble("fields image", "fields", {"field": "image"})

TOLD: dict[str, tuple[State, set[str], list[Trouble]]] = {
    "what begins": (State([LISTING, SILENT]), set(), [LISTING, SILENT]),
    "what was told": (State([LISTING, SILENT]), {LISTING.key}, [SILENT]),
    "the portal in place of its listings": (State([LISTING, PORTAL]), set(), [PORTAL]),
    "a listing while the portal is down, as was told": (State([LISTING, PORTAL]), {"portal"}, []),
    "a listing while the portal is not known to be well": (State([LISTING]), {"portal"}, []),
    "a listing while the portal fails, but not for long": (State([LISTING], brewing={"portal"}), set(), []),
    "a listing that remains when the portal is well": (State([LISTING]), set(), [LISTING]),
    "a field of most listings": (State([FIELD, OTHER_FIELD, FIELDS]), set(), [OTHER_FIELD, FIELDS]),
    "a field that may turn out to be of most listings": (State([FIELD], brewing={"fields image"}), set(), []),
    "silence is its own trouble": (State([SILENT, PORTAL]), set(), [SILENT, PORTAL]),
    "nothing": (State(), {"portal"}, []),
}


@pytest.mark.parametrize(("state", "open_", "told"), TOLD.values(), ids=TOLD)
def test_what_is_told(state: State, open_: set[str], told: list[Trouble]) -> None:
    assert begun(state, open_) == told


def event(
    key: str = "portal",
    kind: HealthKind = "portal",
    *,
    is_over: bool = False,
    agency: str | None = None,
    lang: str | None = None,
    at: datetime = NOW - 9 * HOUR,
    **detail: object,
) -> HealthEvent:
    return HealthEvent(1, "u", at, key, kind, is_over, agency, lang, detail)


@pytest.mark.parametrize(
    ("kind", "calm"),
    [("portal", 15), ("listing", 30), ("delivery", 60), ("silent", 0), ("disk", 15), ("stuck", 15)],
)
def test_a_trouble_is_over_when_it_has_been_gone_for_a_while(kind: HealthKind, calm: int) -> None:
    told = event("k", kind)
    since = NOW - calm * MINUTE
    assert over(State(well={"k": since}), [told], now=NOW) == [(told, since)]
    assert over(State(well={"k": since + timedelta(seconds=1)}), [told], now=NOW) == []
    assert over(State(), [told], now=NOW) == []


def lacking(listings: int, of: int) -> dict[tuple[str, str], Sequence[Drop]]:
    drop = Drop("image", 0.9, 0.0, 20)
    return {(f"a{n}", "ru"): [drop] if n < listings else [] for n in range(of)}


@pytest.mark.parametrize(
    ("listings", "of", "keys"),
    [
        (1, 9, {"fields a0/ru image"}),
        (2, 2, {"fields a0/ru image", "fields a1/ru image"}),
        (5, 9, {"fields image"}),
        (3, 6, {"fields a0/ru image", "fields a1/ru image", "fields a2/ru image"}),
    ],
)
def test_what_most_listings_lack_is_told_once(listings: int, of: int, keys: set[str]) -> None:
    every = {f"fields a{n}/ru image" for n in range(of)} | {"fields image"}
    state = fields(lacking(listings, of), held=dict.fromkeys(every, HOUR), patience=HOUR)
    assert {trouble.key for trouble in begun(state, set())} == keys


def test_what_listings_lack_is_not_told_before_all_were_looked_at() -> None:
    held = {f"fields a{n}/ru image": HOUR for n in range(9)} | {"fields image": 59 * MINUTE}
    state = fields(lacking(5, 9), held=held, patience=HOUR)
    assert begun(state, set()) == []
    assert state.brewing == {"fields image"}


MB, GB = 10**6, 10**9


@pytest.mark.parametrize(
    ("total", "needed"),
    [(20 * MB, 2 * MB), (1 * GB, 100 * MB), (5 * GB, 200 * MB), (40 * GB, 800 * MB), (4000 * GB, 2 * GB)],
)
def test_the_room_that_a_disk_needs(total: int, needed: int) -> None:
    assert room_needed(total) == needed
    assert is_nearly_full(needed - 1, total, was=False)
    assert not is_nearly_full(needed, total, was=False)
    assert is_nearly_full(needed, total, was=True)
    assert not is_nearly_full(needed * 3 // 2, total, was=True)


def rule(name: str = "health", **fields: object) -> Alert:
    return Alert.model_validate({"name": name, "to": ["http://127.0.0.1:9/a"], "kinds": ["health"], **fields})


OF_A_LISTING = {"kind": "listing", "agency": "economy", "lang": "ru"}
HEARD: dict[str, tuple[dict[str, object], dict[str, object], bool]] = {
    "a rule for health": ({}, OF_A_LISTING, True),
    "a rule for other kinds": ({"kinds": ["published"]}, OF_A_LISTING, False),
    "a rule without kinds": ({"kinds": None}, OF_A_LISTING, False),
    "its agency": ({"agencies": ["economy"]}, OF_A_LISTING, True),
    "another agency": ({"agencies": ["mfa"]}, OF_A_LISTING, False),
    "its kind of agency": ({"agency_kinds": ["ministry"]}, OF_A_LISTING, True),
    "another kind of agency": ({"agency_kinds": ["akimat"]}, OF_A_LISTING, False),
    "its language": ({"languages": ["ru", "kk"]}, OF_A_LISTING, True),
    "another language": ({"languages": ["kk"]}, OF_A_LISTING, False),
    "an agency's silence in whatever language": (
        {"languages": ["kk"]},
        {"kind": "silent", "agency": "economy"},
        True,
    ),
    "the portal concerns everybody": ({"agencies": ["mfa"], "languages": ["kk"]}, {"kind": "portal"}, True),
    "weight and words are of changes": (
        {"weight": "major", "words": ["налог"], "not": ["салық"]},
        {"kind": "disk"},
        True,
    ),
}


@pytest.mark.parametrize(("of_rule", "of_event", "heard"), HEARD.values(), ids=HEARD)
def test_who_hears(of_rule: dict[str, object], of_event: dict[str, object], heard: bool) -> None:
    told = event("k", **of_event)  # type: ignore[arg-type]
    assert bool(hearers([rule(**of_rule)], told, agency_kind="ministry")) is heard


def test_an_address_hears_once_and_one_that_takes_nothing_is_not_told_so() -> None:
    both = ["http://127.0.0.1:9/a", "http://127.0.0.1:9/b"]
    found = hearers([rule("one"), rule("two", to=both)], event(), agency_kind=None)
    assert [hearer.rules for hearer in found] == [("one", "two"), ("two",)]
    key = found[0].address.key
    [other] = hearers([rule("one"), rule("two", to=both)], event(), agency_kind=None, except_for=key)
    assert other.address == found[1].address


def test_the_worst_is_named_first() -> None:
    stored = "2026-07-13T04:00:00.000Z"
    failing = {"outcome": "refused", "reason": "403", "since": stored}
    events = [
        event(agency="economy", kind="silent", last_at=stored),
        event(agency="economy", lang="kk", kind="listing", success_at=None, **failing),
        event(agency="mfa", lang="ru", kind="listing", at=NOW - 10 * HOUR, success_at=stored, **failing),
        event(kind="portal", base_url="https://p.example", listings=57, **failing),
        event(kind="disk", free=120 * MB, total=40 * GB),
    ]
    lines = troubles_said(events)
    assert [line.partition(";")[0] for line in lines] == [
        "Trouble: The disk is nearly full",
        "Trouble: The portal cannot be read",
        "Trouble: A listing cannot be read: Ministry of Foreign Affairs (in Russian)",
        "Trouble: A listing cannot be read: Ministry of National Economy (in Kazakh)",
        "Trouble: Silent for longer than usual: Ministry of National Economy",
    ]
    assert set(WORST_FIRST) == set(HEALTH_KINDS)
