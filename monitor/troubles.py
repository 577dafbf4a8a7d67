"""What can be wrong with the source or with ourselves, as values; who decides that it is so is elsewhere. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

HealthKind = Literal["portal", "listing", "silent", "fields", "delivery", "stuck", "disk"]
HEALTH_KINDS: tuple[HealthKind, ...] = get_args(HealthKind)


@dataclass(frozen=True, slots=True)
class HealthEvent:
    """One row of the table `health`: a trouble begins, or is over.

    What stands in `detail`, by kind; times as stored, lengths in seconds:

    - `portal`: `base_url`, `outcome`, `reason`, `since`, `listings` (how many are concerned);
    - `listing`: `outcome`, `reason`, `since` (of the first failure), `success_at` (last good reading, or null);
    - `silent`: `last_at` (of the newest release), `usual` (the longest silence of its own past);
    - `fields`: `field`, `before` and `now` (shares of items that carry it), `items` (how many were looked at);
    - `delivery`: `address_shown`, `error`, `count` (messages given up);
    - `stuck`: `owed` (messages due), `since` (when the first was due);
    - `disk`: `free` and `total` (bytes);
    - of any that is over: `since` (when it was told that it began), `lasted`, and of `portal`, `listing` and `silent`
      `made_up` (counts of changes by kind found since it began).
    """

    id: int
    uid: str
    """Random UUID; the same at every repeat of its message."""
    at: datetime
    key: str
    """Which trouble: `portal`, `listing economy/ru`, `delivery 5f…`; the same when it is over."""
    kind: HealthKind
    over: bool
    agency: str | None
    lang: str | None
    detail: dict[str, Any]
