"""Until when what waits for people is held, for `alerts list` and `alerts why`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from monitor.config import Config
from monitor.holding import Held, held
from monitor.terms import Terms

if TYPE_CHECKING:
    from monitor.store.database import Database
    from monitor.store.lines import Booked


_DROPPED = Held(None, "the configuration no longer names this address, and a running daemon drops it")


def holds(
    db: "Database", config: Config, rows: Sequence[Mapping[str, Any]], *, now: datetime
) -> dict[int, Held]:
    """Of those of these deliveries that wait for a person, or for ever: until when, and for what."""
    from monitor.rules import addresses_of
    from monitor.store.lines import next_messages
    from monitor.store.waiting import waiting_for

    known = {address.key: address for alert in config.alerts for address in addresses_of(alert)}
    terms = Terms.of(config)
    owed = [row for row in rows if row["state"] == "owed"]
    found = {row["id"]: _DROPPED for row in owed if row["address_key"] not in known}
    keys = dict.fromkeys(row["address_key"] for row in owed if row["form"] is None)
    for key in [key for key in keys if key in known]:
        waiting, lately = waiting_for(
            db, key, confirm=terms.confirm, within=terms.longest_burst, now=now, keep=False
        )
        found |= held(waiting, lately, terms, now=now)
    heads = {
        key: head
        for key in dict.fromkeys(row["address_key"] for row in owed)
        if key in known
        for head in next_messages(db, key, program=not known[key].person)
        if head.next_attempt_at is not None and head.next_attempt_at > now
    }
    for row in owed:
        if (head := heads.get(row["address_key"])) is not None:
            found |= _behind(row, head, found.get(row["id"]))
    return found


def _behind(row: Mapping[str, Any], head: "Booked", alone: Held | None) -> dict[int, Held]:
    """Of a delivery whose turn comes after a message that is to be tried again, if it has to wait for that."""
    first = [delivery.id for delivery in head.deliveries]
    again = head.next_attempt_at
    if again is None or row["id"] in first:
        return {}
    if alone is not None and (alone.until is None or alone.until > again):
        return {}
    return {row["id"]: Held(again, f"behind delivery {first[0]}, which is tried again then")}
