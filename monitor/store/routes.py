"""How each route to the portal fares, for all listings and for single ones; decides nothing."""

from collections.abc import Iterator
from datetime import datetime

from sqlite_utils import Database

from monitor.ladder import Rung
from monitor.store.database import from_text, to_text

_COLUMNS = "route, outcome, reason, since, failures, paused_until, worked_at, together"


def load_rungs(db: Database, base_url: str) -> Iterator[tuple[tuple[str, str] | None, Rung]]:
    """Every rung of a portal, with the listing (agency, language) it is about; None: about all of them."""
    rows = db.execute(
        f"SELECT agency, lang, {_COLUMNS} FROM routes WHERE base_url = ?",  # noqa: S608 columns of ours
        [base_url],
    ).fetchall()
    for agency, lang, route, outcome, reason, since, failures, paused_until, worked_at, together in rows:
        rung = Rung(
            route=route,
            outcome=outcome,
            reason=reason,
            since=_moment(since),
            failures=failures,
            paused_until=_moment(paused_until),
            worked_at=_moment(worked_at),
            together=None if together is None else bool(together),
        )
        yield (agency, lang) if agency else None, rung


def save_rung(db: Database, base_url: str, listing: tuple[str, str] | None, rung: Rung) -> None:
    """Keeps a rung; runs inside the caller's transaction."""
    agency, lang = listing or ("", "")
    db.execute(
        f"""
        INSERT INTO routes (base_url, agency, lang, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (base_url, agency, lang, route) DO UPDATE SET outcome = excluded.outcome,
            reason = excluded.reason, since = excluded.since, failures = excluded.failures,
            paused_until = excluded.paused_until, worked_at = excluded.worked_at, together = excluded.together
        """,  # noqa: S608 columns of ours
        [
            base_url,
            agency,
            lang,
            rung.route,
            rung.outcome,
            rung.reason,
            _text(rung.since),
            rung.failures,
            _text(rung.paused_until),
            _text(rung.worked_at),
            None if rung.together is None else int(rung.together),
        ],
    )


def forget_rung(db: Database, base_url: str, listing: tuple[str, str], route: str) -> None:
    """Lets go of what was noted of one listing by one route; runs inside the caller's transaction."""
    db.execute(
        "DELETE FROM routes WHERE base_url = ? AND agency = ? AND lang = ? AND route = ?",
        [base_url, *listing, route],
    )


def _moment(stored: str | None) -> datetime | None:
    return from_text(stored) if stored else None


def _text(moment: datetime | None) -> str | None:
    return to_text(moment) if moment else None
