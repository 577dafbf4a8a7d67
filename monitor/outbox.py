"""Sends what is owed, then records what came of it. Does not decide who hears of what, nor what stands together.

Each address is a line of its own, kept in order: an address that fails holds up nobody but itself, and what
it is owed waits behind the message that failed. After a failure the pause begins at 5 seconds, doubles, and
is at most a day; after 18 attempts, about four days, the message is `failed`. A final refusal fails at once. A
receiver that lets nobody of ours in, as after a changed password, refuses no message: it is asked again every quarter
of an hour until somebody has mended that, and all that is owed waits.
"""

import asyncio
import logging
import random
import traceback
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.addresses import Address, without_secrets
from monitor.bundles import Bundle, Waiting, plan
from monitor.channels import Channels
from monitor.config import Config
from monitor.errors import DeliveryError, StoreError
from monitor.letters import Letters
from monitor.messages import Message
from monitor.rules import addresses_of
from monitor.store.database import Database, store_errors, writing
from monitor.store.deliveries import drop_addresses_not_in
from monitor.store.lines import Booked, begin, mark_failed, mark_retry, mark_sent, next_messages
from monitor.store.waiting import Sign, book, fold, newest_edition, sign_of_waiting, waiting_for

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(days=1)
ATTEMPTS = 18
ATTEMPTS_AT_FAULT = 5
"""Of a message that a fault of ours keeps from being sent: time will not mend it, and others wait behind it."""
REFUSED_PAUSE = timedelta(minutes=15)
"""Where we are not let in: servers lock out who comes every few seconds, and who has mended it does not wait long."""
FAULT_PAUSE = timedelta(minutes=5)
"""Where a fault of ours keeps it from being decided what becomes one message."""
SEND_SECONDS = 120
"""For one sending in all; a channel's own limits are shorter, of a mail server all its steps together."""
LONGEST_AHEAD = LONGEST_PAUSE * 1.25
"""No pause is as long, with its jitter: what lies further ahead was set by a clock that was wrong."""
WINDOW = 25
"""Messages to a program that are read at once."""
SYNC_SECONDS = 0.5
"""Long lines wait for the disk so often, and at their ends; a disk may need 10 ms for what takes us one."""

GaveUp = Callable[[Database, Booked, datetime], None]
"""Hears of a message that has failed for good, or whose receiver does not let us in."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Lines:
    """What dispatches of one process share: who is being served, and when a person's line is ready again."""

    busy: set[str] = field(default_factory=set)
    """Keys of addresses; without them two dispatches at once would send twice."""
    quiet: dict[str, "_Nothing"] = field(default_factory=dict)
    """By address of a person: what was last decided of what waits there."""
    synced: float = 0.0
    """When a mark was last waited for until it was on the disk, by the counter of the event loop."""


@dataclass(frozen=True, slots=True)
class _Nothing:
    """Of what waits for a person nothing is ready."""

    sign: Sign
    """Of what waits."""
    at: datetime
    """When that was decided."""
    until: datetime
    edition: int | None
    """The newest one, where something waits for another copy."""

    def holds(self, db: Database, now: datetime) -> bool:
        """Whether it still is so of that; after a clock that was turned back, nothing that it said is."""
        return self.at <= now < self.until and self.edition in (None, newest_edition(db))


async def dispatch(
    db: Database,
    config: Config,
    channels: Channels,
    *,
    now: Callable[[], datetime],
    lines: Lines | None = None,
    jitter: Callable[[], float] = random.random,
    wake_at: Callable[[datetime], None] = lambda _moment: None,
    on_gave_up: GaveUp = lambda _db, _message, _now: None,
) -> datetime | None:
    """Sends what may be sent by now; the moment of the next attempt, or None where nothing else is owed.

    `channels` holds one for each kind of address that the configuration names. It returns when the slowest receiver
    has answered (two minutes at most); a caller that does not want news for the others to wait so long starts further
    dispatches meanwhile and hands all of them the same `lines`. `wake_at` hears at the start, and whenever a line
    ends, when to dispatch again. `on_gave_up` is called inside the transaction that marks a message as failed for
    good, or its receiver as one that does not let us in. Cancelled in the middle of a sending, that one stays owed
    and is repeated under the same id. A failed delivery is no error here; it is recorded, and logged without secrets.
    """
    outbox = _Outbox(db, config, channels, now, lines or Lines(), jitter, on_gave_up)

    def tell_when() -> None:
        if (moment := outbox.next_moment()) is not None:
            wake_at(moment)

    async def serve(line: _Line) -> None:
        await line.serve()
        tell_when()

    gone = "the configuration no longer names this address"
    if dropped := drop_addresses_not_in(db, outbox.lines, reason=gone):
        log.warning("%d owed messages were dropped: %s", dropped, gone)
    free = [line for line in outbox.free() if (moment := line.next_moment()) is not None and moment <= now()]
    outbox.shared.busy.update(line.address.key for line in free)
    tell_when()
    # What breaks one line (a full disk) is raised when the others have come to their end.
    for broken in await asyncio.gather(*map(serve, free), return_exceptions=True):
        if isinstance(broken, BaseException):
            raise broken
    return outbox.next_moment()


def pause(attempt: int, jitter: float, *, longest: timedelta = LONGEST_PAUSE) -> timedelta:
    """How long to wait after the failed attempt of that number (from 1).

    `jitter`, from 0 to 1, spreads it from four fifths to six fifths, so that lines that failed together do
    not all come back together.
    """
    doubled = FIRST_PAUSE * (1 << min(attempt - 1, 30))
    return min(doubled, longest) * (0.8 + 0.4 * jitter)


class _Outbox:
    """The lines of one dispatch, by the configuration of this moment."""

    def __init__(
        self,
        db: Database,
        config: Config,
        channels: Channels,
        now: Callable[[], datetime],
        shared: Lines,
        jitter: Callable[[], float],
        on_gave_up: GaveUp,
    ) -> None:
        self.db = db
        self.config = config
        self.channels = channels
        self.now = now
        self.shared = shared
        self.jitter = jitter
        self.on_gave_up = on_gave_up
        addresses = {address.key: address for alert in config.alerts for address in addresses_of(alert)}
        self.lines = {key: _Line(self, address) for key, address in addresses.items()}

    def free(self) -> list["_Line"]:
        """The lines that nobody is serving."""
        return [line for key, line in self.lines.items() if key not in self.shared.busy]

    def next_moment(self) -> datetime | None:
        """When a line that nobody serves has something to do."""
        moments = (line.next_moment() for line in self.free())
        return min((moment for moment in moments if moment is not None), default=None)


class _Line:
    """One address, and what it is owed."""

    def __init__(self, outbox: _Outbox, address: Address) -> None:
        self.address = address
        self._of = outbox
        self._db = outbox.db
        self._now = outbox.now
        self._alerts = outbox.config.alerts
        self._letters = Letters(outbox.db, outbox.config, address, outbox.channels[address.kind])
        self._secrets = [*address.secrets, *(rule.secret for rule in self._alerts if rule.secret)]

    def next_moment(self) -> datetime | None:
        """When there is something to do here (now at the earliest); None where nothing is owed."""
        now = self._now()
        for head in self._heads(most=1):
            return now if head.due(now, longest=LONGEST_AHEAD) else head.next_attempt_at
        if not self.address.person:
            return None
        sign = sign_of_waiting(self._db, self.address.key)
        if not sign.count:
            return None
        known = self._of.shared.quiet.get(self.address.key)
        if known is None or known.sign != sign or not known.holds(self._db, now):
            return now
        return known.until

    async def serve(self) -> None:
        """Sends one message after another, until one fails or nothing is ready."""
        try:
            planned: deque[Bundle] = deque()
            while True:
                heads = self._heads(most=1 if self.address.person else WINDOW)
                if heads:
                    if not heads[0].due(self._now(), longest=LONGEST_AHEAD) or not await self._send(heads):
                        return
                elif not self.address.person or not await self._book_next(planned):
                    return
        finally:
            self._of.shared.busy.discard(self.address.key)

    def _heads(self, *, most: int) -> list[Booked]:
        return next_messages(self._db, self.address.key, program=not self.address.person, most=most)

    async def _send(self, messages: Sequence[Booked]) -> bool:
        """Sends these in their order; False once one failed that will be tried again."""
        self._letters.read_ahead(messages)
        ahead = deque(messages)
        wait = self._begin(ahead[0])
        while wait is not None:
            message = ahead.popleft()
            try:
                answer = await self._attempt(message)
            except DeliveryError as error:
                if not self._record(message, error, wait):
                    return False
                wait = self._begin(ahead[0]) if ahead else None
                continue
            with writing(self._db, lasting=self._is_time_to_sync() or not ahead):
                said = without_secrets(answer, *self._secrets)
                mark_sent(self._db, message, answer=said, now=self._now())
                wait = self._begin(ahead[0]) if ahead else None
        return True

    def _is_time_to_sync(self) -> bool:
        """Whether a mark has to wait for the disk: after a power cut a few may be sent again under their ids."""
        if (time := asyncio.get_running_loop().time()) < self._of.shared.synced + SYNC_SECONDS:
            return False
        self._of.shared.synced = time
        return True

    def _begin(self, message: Booked) -> timedelta | None:
        """Books an attempt; how long to wait if it fails, None where it is not to be made."""
        now, wait = self._now(), pause(message.attempts + 1, self._of.jitter())
        if not message.due(now, longest=LONGEST_AHEAD) or not begin(self._db, message, until=now + wait):
            return None
        return wait

    async def _attempt(self, message: Booked) -> str:
        if message.attempts >= ATTEMPTS:
            raise DeliveryError("the last attempt was interrupted", permanent=True)
        try:
            text: Message = await self._letters.write(message)
            async with asyncio.timeout(SEND_SECONDS):
                return await self._of.channels[self.address.kind].send(self.address, text)
        except DeliveryError:
            raise
        except TimeoutError as error:
            raise DeliveryError(f"{self.address.shown} took longer than {SEND_SECONDS} s") from error
        except Exception as error:
            # A fault of ours in one message or channel must be loud and must not hold up the other lines.
            trace = "".join(traceback.format_exception(error)).strip()
            raise _Fault(f"a fault of Jarshy itself, please report it: {trace}") from error

    def _record(self, message: Booked, error: DeliveryError, wait: timedelta) -> bool:
        """Whether the line goes on: the message was given up."""
        now = self._now()
        said = without_secrets(str(error), *self._secrets)
        told = f"{message.address_shown} of {_subject(message)}"
        most = ATTEMPTS_AT_FAULT if isinstance(error, _Fault) else ATTEMPTS
        if error.permanent or message.attempts + 1 >= most:
            with writing(self._db):
                mark_failed(self._db, message, error=said)
                self._of.on_gave_up(self._db, message, now)
            log.error("Gave up telling %s: %s", told, said)
            return True
        asked = timedelta(seconds=error.retry_after or 0)
        if asked > LONGEST_PAUSE:
            said += f" (it asks for a pause of {asked}; a day is the longest that is kept)"
        if error.refuses_us:
            wait = REFUSED_PAUSE
        again = now + max(wait, min(asked, LONGEST_PAUSE))
        with writing(self._db):
            mark_retry(self._db, message, next_attempt_at=again, error=said, counts=not error.refuses_us)
            if error.refuses_us:
                self._of.on_gave_up(self._db, message, now)
        log.warning(
            "Could not tell %s, trying again at %s: %s", told, again.isoformat(timespec="seconds"), said
        )
        return False

    async def _book_next(self, planned: deque[Bundle]) -> bool:
        """Books what is to be told next; False where nothing is ready."""
        try:
            with store_errors():
                while planned or self._plan(planned):
                    bundle = planned.popleft()
                    form, parts = await self._letters.parted(bundle)
                    if book(self._db, form, parts, now=self._now()):
                        return True
                    planned.clear()  # something of it was dropped meanwhile
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 other lines must not end with this one
            trace = without_secrets("".join(traceback.format_exception(error)).strip(), *self._secrets)
            log.error(  # noqa: TRY400 a trace may hold secrets
                "What waits for %s waits on: a fault of Jarshy itself, please report it: %s",
                self.address.shown,
                trace,
            )
            now, sign = self._now(), sign_of_waiting(self._db, self.address.key)
            self._of.shared.quiet[self.address.key] = _Nothing(sign, now, now + FAULT_PAUSE, None)
        return False

    def _plan(self, planned: deque[Bundle]) -> bool:
        """Decides what is ready, into `planned`; whether anything is."""
        db, key, now, schedule = self._db, self.address.key, self._now(), self._of.config.schedule
        known = self._of.shared.quiet.get(key)
        if known is not None and not (
            known.holds(db, now) and sign_of_waiting(db, key, up_to=known.sign.last).count <= known.sign.count
        ):
            known = None
        sign, grace = sign_of_waiting(db, key), schedule.grace
        # Thousands may wait for their hour, and releases are decided of one by one: the new ones and theirs will do.
        waiting, lately = waiting_for(
            db,
            key,
            after=known.sign.last if known else None,
            confirm=schedule.confirm,
            within=max(rule.burst.within for rule in self._alerts),
            now=now,
        )
        found = plan(
            [self._by_todays_names(each) for each in waiting],
            lately,
            {rule.name: rule for rule in self._alerts},
            zone=schedule.zone,
            confirm=schedule.confirm,
            grace=grace,
            now=now,
        )
        if found.folded:
            fold(db, found.folded, found.told_with)
            sign = sign_of_waiting(db, key)
        planned.extend(found.ready)
        if not planned:
            until = min(each for each in (known and known.until, found.again_at, now + LONGEST_PAUSE) if each)
            edition = newest_edition(db) if until <= now + grace else None
            self._of.shared.quiet[key] = _Nothing(sign, now, until, edition)
        return bool(planned)

    def _by_todays_names(self, each: Waiting) -> Waiting:
        names = self._letters.names(each.rules)
        return each if names == each.rules else replace(each, rules=names)


class _Fault(DeliveryError):
    """A message could not be sent because of a fault of ours."""


def _subject(message: Booked) -> str:
    """What a message is about, for the log."""
    first, more = message.deliveries[0], len(message.deliveries) - 1
    about = f"trouble {first.health_id}" if first.change_id is None else f"change {first.change_id}"
    return f"{about} and {more} more" if more else about
