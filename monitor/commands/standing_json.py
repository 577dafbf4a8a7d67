"""What `status --json` prints: keys are added and never taken away."""

from dataclasses import asdict
from typing import Any

from monitor.commands.standing_facts import Facts
from monitor.config import Config
from monitor.ladder import Rung


def facts_as_json(facts: Facts, config: Config) -> dict[str, Any]:
    """All facts, whole, with times as moments."""
    portal, machine, hub = facts.portal, facts.machine, config.feeds.hub
    return {
        "running": facts.running,
        "config": asdict(facts.config) if facts.config else None,
        "portal": {
            "base_url": portal.base_url,
            "outcome": portal.outcome,
            "reason": portal.reason,
            "since": portal.since,
            "paused_until": portal.paused_until,
        },
        "troubles": [asdict(event) for event in facts.troubles],
        "not_taken": facts.not_taken,
        "oldest_owed": facts.oldest_owed,
        "routes": [_rung(key, rung) for key, rung in facts.rungs],
        "whole_portal": [asdict(standing) for standing in facts.standings.values()],
        "requests": asdict(facts.spent),
        "orders": facts.orders,
        "hub": {"address": hub, **asdict(facts.announcements)} if hub else None,
        "quiet_until": facts.quiet_until,
        "totals": facts.totals,
        "listings": [{**one.row, "state": one.state} for one in facts.listings],
        "untried": facts.untried,
        "quarantine": facts.aside,
        "noticed": facts.noticed,
        "bytes": machine.bytes,
        "wal_bytes": machine.wal_bytes,
        "disk": {"free": machine.free, "total": machine.total},
        "backup": asdict(facts.backup) if facts.backup else None,
        "backups_unknown": facts.backups_unknown,
        "version": machine.version,
        "schema": machine.schema,
    }


def _rung(listing: tuple[str, str] | None, rung: Rung) -> dict[str, Any]:
    """A route for all listings, or as it fares with one of them."""
    return {**asdict(rung), "listing": "/".join(listing) if listing else None}
