"""Until when what waits for people is held, for `alerts list` and `alerts why`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from monitor.config import Config
from monitor.holding import Held, held

if TYPE_CHECKING:
    from monitor.store.database import Database


_DROPPED = Held(None, "the configuration no longer names this address, and a running daemon drops it")


def holds(
    db: "Database", config: Config, rows: Sequence[Mapping[str, Any]], *, now: datetime
) -> dict[int, Held]:
    """Of those of these deliveries that wait for a person, or for ever: until when, and for what."""
    from monitor.rules import addresses_of
    from monitor.store.waiting import waiting_for

    known = {address.key for alert in config.alerts for address in addresses_of(alert)}
    rules = {alert.name: alert for alert in config.alerts}
    within = max((alert.burst.within for alert in config.alerts), default=config.schedule.confirm)
    owed = [row for row in rows if row["state"] == "owed"]
    found = {row["id"]: _DROPPED for row in owed if row["address_key"] not in known}
    keys = dict.fromkeys(row["address_key"] for row in owed if row["form"] is None)
    for key in known.intersection(keys):
        waiting, lately = waiting_for(
            db, key, confirm=config.schedule.confirm, within=within, now=now, keep=False
        )
        found |= held(
            waiting,
            lately,
            rules,
            read=config.portal.languages,
            zone=config.schedule.zone,
            confirm=config.schedule.confirm,
            grace=config.schedule.grace,
            now=now,
        )
    return found
