"""What somebody asked for, as it is carried out: readings, audits, searches for what dumps cite.

Synchronous. What a page means for its order is decided in `reach`, `audits` and `cited`; here the answers are kept.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from crawler.records import Misfit, Outcome, Report, Sighting
from monitor.audits import Audit, Result, next_audit, result, saw_the_end, until_repeated, with_page
from monitor.cited import Shown, next_page, with_shown
from monitor.clock_jumps import past
from monitor.intake import Taken
from monitor.removal import PATIENCE
from monitor.schedule import Asked, Task
from monitor.store import audits as audit_store
from monitor.store import orders as order_store
from monitor.store.database import Database
from monitor.store.listings import Counts, release_what_is_gone

MOVED = "the listing moved by more than a page while it was read; the audit has to begin again"


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A page of an audit, before what it says is stored."""

    before: Audit
    after: Audit
    ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class AuditEnd:
    """An audit that has come to the end of its listing; `result` None: it cannot be told that this was the end."""

    audit: Audit
    result: Result | None

    @property
    def proved(self) -> bool:
        """Whether it saw its listing to the end."""
        return self.result is not None


class Orders:
    """The orders that are open, and what has been learned for them; a restart learns it again."""

    def __init__(self, db: Database, *, zone: str, confirm: timedelta) -> None:
        self._db = db
        self._zone = ZoneInfo(zone)
        self._confirm = confirm
        self._asked: dict[int, Asked] = {}
        self._audits: dict[int, Audit] = {}
        self._pages: dict[int, dict[int, Shown]] = {}
        self._plan_at: datetime | None = None

    @property
    def open(self) -> Collection[Asked]:
        """The oldest first."""
        return self._asked.values()

    def __contains__(self, order: int) -> bool:
        return order in self._asked

    def take_up(self, now: datetime) -> list[Asked]:
        """Takes up what was asked for since, and lets go of what was taken back; what is new."""
        wanted = order_store.open_orders(self._db)
        # One whose catching up broke off too keeps its first moment.
        broken_off = [
            one for one in wanted if one.id not in self._asked and one.jump_to and not one.resumed_at
        ]
        if broken_off:
            order_store.note_resumed(self._db, [asked.id for asked in broken_off], now=now)
            wanted = order_store.open_orders(self._db)
        for order in self._asked.keys() - {asked.id for asked in wanted}:
            self._let_go(order)
        new = [asked for asked in wanted if asked.id not in self._asked]
        self._asked.update((asked.id, asked) for asked in new)
        return new

    def look(self) -> Collection[Asked]:
        """Knows what was asked for, for who only looks: nothing is noted, and no order is carried out."""
        self._asked = {asked.id: asked for asked in order_store.open_orders(self._db)}
        return self.open

    def only(self, orders: Sequence[int]) -> None:
        """Leaves every other order to the daemon."""
        self._asked = {order: asked for order, asked in self._asked.items() if order in orders}

    def plan_audit(self, followed: Collection[tuple[str, str]], now: datetime) -> datetime | None:
        """Orders the audit that is due by itself, one at a time; None: one is in hand. Else when to ask again."""
        if any(asked.by_itself for asked in self._asked.values()):
            return None
        if self._plan_at is not None and now < self._plan_at:
            return self._plan_at
        history = [one for one in audit_store.audit_history(self._db) if one.key in followed]
        if any(asked.by_itself for asked in order_store.open_orders(self._db)):
            return None  # an earlier run left it open, and it has not been taken up yet
        chosen = next_audit(history, now=now, zone=self._zone)
        if isinstance(chosen, datetime):
            self._plan_at = chosen
            return chosen
        order_store.ask_by_itself(self._db, *chosen, now=now)
        self._plan_at = None
        return None

    def audit_page(
        self, task: Task, records: Iterable[Sighting | Misfit], report: Report, *, started_at: datetime
    ) -> AuditPage | None:
        """What a page adds to its audit; has to be asked before the page is stored. None: this is none."""
        if task.purpose != "audit" or task.asked is None:
            return None
        before = self._audits.get(task.asked.id)
        if before is None or task.page == 1:
            before = Audit(task.agency, task.lang, started_at)
        shown = {record.source_id for record in records if isinstance(record, Sighting)}
        misfits = [record.source_id or "" for record in records if isinstance(record, Misfit)]
        held = audit_store.held_ids(self._db, task.agency, task.lang, shown)
        after = with_page(before, shown=shown, misfits=misfits, held=held, requests=report.requests)
        return AuditPage(before, after, frozenset(shown) | frozenset(misfits))

    def audit_end(self, page: AuditPage) -> AuditEnd:
        """What an audit says that ended with this page; has to be asked before its removals are written."""
        audit = page.after
        if not saw_the_end(page.before, page.ids):
            return AuditEnd(audit, None)
        expected = audit_store.expected_ids(self._db, audit.agency, audit.lang, before=audit.started_at)
        return AuditEnd(audit, result(audit, expected))

    def keep_audit(self, task: Task, end: AuditEnd, *, mass: bool | None, now: datetime) -> None:
        """Writes down what an audit has proved, inside the caller's transaction.

        `mass`: so much is missing that the portal is suspected; None: that could not be judged.
        """
        if task.asked is None:
            return
        agency, lang = end.audit.agency, end.audit.lang
        doubted = end.result is not None and audit_store.in_doubt(
            self._db, agency, lang, end.result.extra_ids
        )
        if end.result is not None and mass is False:
            release_what_is_gone(
                self._db, end.audit.shown, agency=agency, lang=lang, before=end.audit.started_at
            )
        wait = until_repeated(
            self._confirm * (PATIENCE if mass else 1), repeats=audit_store.repeats(self._db, agency, lang)
        )
        audit_store.keep_audit(
            self._db,
            end.audit,
            end.result,
            order=task.asked.id,
            outcome="items" if end.result else "broken",
            reason="" if end.result else MOVED,
            again_at=now + wait if doubted and wait is not None else None,
            now=now,
        )

    def page_after(self, task: Task, taken: Taken, *, more: bool) -> int | None:
        """The page that its reading needs next, where `more` says whether it goes on; None: it has ended."""
        if task.purpose == "cited" and task.asked is not None:
            pages = with_shown(self._pages.get(task.asked.id, {}), task.page, _shown(taken))
            return next_page({int(one): day for one, day in task.asked.wanted}, pages)
        if not more:
            return None
        return self._jump(task, taken) or task.page + 1

    def write(
        self,
        task: Task,
        report: Report,
        taken: Taken,
        *,
        next_page: int | None,
        end: AuditEnd | None,
        now: datetime,
    ) -> None:
        """Notes a page of an order that was read well, inside the caller's transaction."""
        if task.asked is None:
            return
        unproved = end is not None and end.result is None
        done = "failed" if unproved else "done"
        order_store.page_done(
            self._db,
            task.asked.id,
            page=task.page,
            listed=report.listed,
            counts=taken.counts,
            outcome="broken" if unproved else report.outcome,
            reason=MOVED if unproved else report.reason,
            state=done if next_page is None else "open",
            dates=[seen.published_at for seen in taken.seen if seen.published_at],
            caught_up=next_page is not None and next_page != task.page + 1,
            now=now,
        )

    def moved(self, task: Task, taken: Taken, page: AuditPage | None, *, next_page: int | None) -> None:
        """Remembers a page of an order, once it is stored."""
        asked = task.asked
        if asked is None or asked.id not in self._asked:
            return
        if next_page is None:
            self._let_go(asked.id)
            return
        if page is not None:
            self._audits[asked.id] = page.after
        if task.purpose == "cited":
            self._pages[asked.id] = with_shown(self._pages.get(asked.id, {}), task.page, _shown(taken))
        self._asked[asked.id] = replace(
            asked, next_page=next_page, jump_to=asked.jump_to if next_page == task.page + 1 else None
        )

    def clock_was_set(self, jump: timedelta) -> None:
        """Puts right since when what is held counts as known, after the clock was set by `jump`."""
        self._plan_at = None  # by whatever clock, the audits of a night are planned anew
        self._asked = {
            order: replace(asked, resumed_at=past(asked.resumed_at, jump))
            for order, asked in self._asked.items()
        }
        self._audits = {
            order: replace(audit, started_at=past(audit.started_at, jump))
            for order, audit in self._audits.items()
        }

    def keep(self) -> None:
        """Writes down since when what is held counts as known, inside the caller's transaction."""
        for asked in self._asked.values():
            if asked.resumed_at is not None:
                order_store.note_resumed(self._db, [asked.id], now=asked.resumed_at)

    def asked(self, order: int) -> Asked | None:
        """The order as it stands; None: it is not open."""
        return self._asked.get(order)

    def fail(self, asked: Asked, outcome: Outcome, reason: str, *, now: datetime) -> None:
        """Writes down an order that failed, inside the caller's transaction; asked for again it goes on there."""
        order_store.page_done(
            self._db,
            asked.id,
            page=asked.next_page,
            listed=0,
            counts=Counts(),
            outcome=outcome,
            reason=reason,
            state="failed",
            now=now,
        )
        if asked.kind == "audit":
            audit_store.keep_audit(
                self._db,
                self._audits.get(asked.id) or Audit(asked.agency, asked.lang, now),
                None,
                order=asked.id,
                outcome=outcome,
                reason=reason,
                again_at=None,
                now=now,
            )

    def failed(self, asked: Asked) -> None:
        """Lets go of an order that failed, once that is stored."""
        self._let_go(asked.id)

    def _jump(self, task: Task, taken: Taken) -> int | None:
        """Where an order that was interrupted goes on, once it has met what was held before it was taken up again."""
        asked = task.asked
        if asked is None or asked.jump_to is None or asked.jump_to <= task.page + 1:
            return None
        ids = {seen.source_id for seen in taken.seen if seen.source_id}
        held = audit_store.held_ids(self._db, task.agency, task.lang, ids, before=asked.resumed_at)
        return asked.jump_to if ids <= held else None

    def _let_go(self, order: int) -> None:
        self._asked.pop(order, None)
        self._audits.pop(order, None)
        self._pages.pop(order, None)


def _shown(taken: Taken) -> Shown:
    days = [seen.published_at.date() for seen in taken.seen if seen.published_at]
    ids = tuple(int(seen.source_id) for seen in taken.seen if seen.source_id.isdigit())
    return Shown(ids, newest=max(days, default=None), oldest=min(days, default=None))
