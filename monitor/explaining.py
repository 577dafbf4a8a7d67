"""Says of a change what each rule makes of it now, and who was owed what because of it then. Writes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crawler.directory import kind_of
from monitor.addresses import Address
from monitor.changes import Change
from monitor.config import Alert
from monitor.masses import WITHIN
from monitor.rules import Verdict, addresses_of, judge
from monitor.store.database import Database
from monitor.store.deliveries import has_heard_of_mass
from monitor.store.journal import earlier_copies, load_changes
from monitor.store.told import deliveries_of

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Judged:
    """What a rule makes of a change, for all of its addresses that are of one sort of reader."""

    rule: str
    person: bool
    addresses: tuple[str, ...]
    """As they may be shown."""
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Unowed:
    """An address that a rule would have told, and that nothing was owed because of this change."""

    rule: str
    address: str
    why: str


@dataclass(frozen=True, slots=True)
class Explained:
    """One change, and all that can be said of who heard of it."""

    change: Change
    judged: tuple[Judged, ...]
    deliveries: tuple[Row, ...]
    """As `store.told` gives them."""
    unowed: tuple[Unowed, ...]


def explain(db: Database, alerts: Sequence[Alert], change_ids: Sequence[int]) -> list[Explained]:
    """Each of these changes, in their order, by the rules as they are configured now."""
    owed = deliveries_of(db, change_ids)
    return [_explained(db, alerts, change, owed[change.id]) for change in load_changes(db, change_ids)]


def _explained(db: Database, alerts: Sequence[Alert], change: Change, owed: Sequence[Row]) -> Explained:
    copies, agency_kind = earlier_copies(db, change), kind_of(change.agency)
    told = {row["address_key"] for row in owed}
    judged: list[Judged] = []
    unowed: list[Unowed] = []
    for alert in alerts:
        addresses = addresses_of(alert)
        for person in sorted({address.person for address in addresses}):
            read_by = [address for address in addresses if address.person == person]
            verdict = judge(alert, change, agency_kind=agency_kind, person=person, copies=copies)
            shown = tuple(address.shown for address in read_by)
            judged.append(Judged(alert.name, person, shown, verdict))
            if verdict.match is not None:
                unowed += [
                    Unowed(alert.name, address.shown, _why_unowed(db, change, address))
                    for address in read_by
                    if address.key not in told
                ]
    return Explained(change, tuple(judged), tuple(owed), tuple(unowed))


def _why_unowed(db: Database, change: Change, address: Address) -> str:
    mass = change.detail.get("mass")
    if mass and address.person and has_heard_of_mass(db, address.key, mass["mark"], since=change.at - WITHIN):
        return f"one of {mass['count']} that are alike, of which this address was told once: {mass['reason']}"
    return (
        "the rule matches now, but nothing was owed then: the rule or this address came into the configuration "
        "after the change was noticed, or the rule asked for something else"
    )
