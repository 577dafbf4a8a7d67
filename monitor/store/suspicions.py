"""Which listings to read because something is missed there that a reading could confirm; writes nothing."""

from datetime import datetime, timedelta

from sqlite_utils import Database

from monitor.removal import confirmable_from
from monitor.rhythm import Key
from monitor.store.database import from_text

_STANDING = """
    SELECT absences.agency, editions.lang, absences.suspected_at, absences.mass, due.read_at, due.wide_at
    -- In this order: little is missed, and there are a million editions.
    FROM absences CROSS JOIN editions ON editions.id = absences.edition_id
    CROSS JOIN release_agencies AS here
        ON here.release_id = editions.release_id AND here.agency = absences.agency AND here.left_at IS NULL
    JOIN agencies ON agencies.slug = absences.agency AND agencies.followed = 1 AND agencies.successor = ''
    LEFT JOIN due ON due.agency = absences.agency AND due.lang = editions.lang
    WHERE absences.confirmed_at IS NULL AND editions.status IN ('listed', 'suspected')
      AND instr(here.langs, '"' || editions.lang || '"')
"""


def to_confirm(db: Database, *, confirm: timedelta) -> dict[Key, datetime]:
    """For each listing that lacks something, the first moment from which a reading of it could confirm that.

    A wide one: another confirms only much later. Left out are listings of which readings could tell no more.
    """
    found: dict[Key, datetime] = {}
    for agency, lang, suspected_at, mass, read_at, wide_at in db.execute(_STANDING):
        at = confirmable_from(
            from_text(suspected_at),
            in_mass=bool(mass),
            read_at=_moment(read_at),
            wide_at=_moment(wide_at),
            confirm=confirm,
        )
        if at is not None:
            found[agency, lang] = min(at, found.get((agency, lang), at))
    return found


def _moment(stored: str | None) -> datetime | None:
    return from_text(stored) if stored else None
