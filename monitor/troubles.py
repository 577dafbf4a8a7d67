"""What can be wrong with the source or with ourselves, as values; who decides that it is so is elsewhere. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

HealthKind = Literal["portal", "listing", "silent", "flood", "fields", "delivery", "stuck", "disk", "backup"]
HEALTH_KINDS: tuple[HealthKind, ...] = get_args(HealthKind)


@dataclass(frozen=True, slots=True)
class HealthEvent:
    """One row of the table `health`: a trouble begins, or is over.

    What stands in `detail`, by kind; times as stored, lengths in seconds:

    - `portal`: `base_url`, `outcome`, `reason`, `since`, `listings` (how many are concerned);
    - `listing`: `outcome`, `reason`, `since` (of the first failure), `success_at` (last good reading, or null); of
      all listings of an agency together `lang` is null, of most of a language `agency`, and in place of the last
      `listings` says how many;
    - `silent`: `last_at` (of the newest release), `usual` (the longest time between two days of publication in its
      past), `working_days` (whole ones without a release), `usual_working_days` (the most of them in its past),
      `chance` (how likely it is after any release, if the agency publishes as it did) and `once_in_years` (how often
      it comes about; 100 at most, which means more seldom);
    - `flood`: `releases` (within 24 hours), `since` (when the first of them was published), `most` (on one day of its
      past), `chance` (how likely a day brings as many) and `once_in_years`;
    - `fields`: `field` (as in `field_shares.FIELDS`), `before` and `now` (shares of items that carry it), `items`
      (how many were looked at); where most listings lack it, agency and lang are null and `listings` says how many;
    - `delivery`: `address_shown`, `error`, `count` (messages given up; 0 while the address only does not let us in),
      `delivery` (id of the first that it did not take);
    - `stuck`: `owed` (messages due), `since` (when the first was due);
    - `disk`: `free` and `total` (bytes);
    - `backup`: `reason`, `since` (of the first copy that failed), `made_at` (of the newest that is there; null: there
      is none, or their folder has not answered);
    - of any that is over all of the above as it was told, but `count` as it is by now, and: `since` (when it began;
      of `silent` the time of the release before it, of others that have none when it was told), `lasted`, and of
      `portal`, `listing`, `silent` and `flood` `made_up` (counts of changes by kind found since it began); where the
      configuration no longer names it, `dropped` in their place, and nobody is told.
    """

    id: int
    uid: str
    """Random UUID; the same at every repeat of its message."""
    at: datetime
    key: str
    """Which trouble: `portal`, `listing economy/ru`, `listing economy/*`, `listing */ru`, `silent economy`,
    `flood economy`, `fields economy/ru image`, `fields image` (of most listings), `delivery 5f…`, `stuck`, `disk`,
    `backup`;
    the same when it is over."""
    kind: HealthKind
    over: bool
    agency: str | None
    lang: str | None
    detail: dict[str, Any]
