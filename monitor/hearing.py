"""Decides which rules hear that something is wrong with the source or with ourselves. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.directory import lineage
from monitor.addresses import Address
from monitor.config import Alert
from monitor.rules import addresses_of
from monitor.troubles import HealthEvent


@dataclass(frozen=True, slots=True)
class Hearer:
    """One address that is owed a message of an event, and the names of the rules because of which it is."""

    address: Address
    rules: tuple[str, ...]


def hearers(
    alerts: Sequence[Alert], event: HealthEvent, *, agency_kind: str | None, except_for: str | None = None
) -> list[Hearer]:
    """Who is owed a message of an event: each address once, in the order of the rules.

    `agency_kind` is the kind of the event's agency; `except_for` the key of an address that cannot be told.
    """
    addresses: dict[str, Address] = {}
    rules: dict[str, list[str]] = {}
    for alert in alerts:
        if not _concerns(alert, event, agency_kind):
            continue
        for address in addresses_of(alert):
            if address.key == except_for:
                continue
            addresses[address.key] = address
            names = rules.setdefault(address.key, [])
            if alert.name not in names:
                names.append(alert.name)
    return [Hearer(addresses[key], tuple(names)) for key, names in rules.items()]


def _concerns(rule: Alert, event: HealthEvent, agency_kind: str | None) -> bool:
    """What concerns no agency concerns everybody who wants to hear of health."""
    if "health" not in (rule.kinds or ()):
        return False
    if event.agency is not None:
        wanted = {each for slug in rule.agencies for each in lineage(slug)}
        if wanted and event.agency not in wanted:
            return False
        if rule.agency_kinds and agency_kind not in rule.agency_kinds:
            return False
    return event.lang is None or not rule.languages or event.lang in rule.languages
