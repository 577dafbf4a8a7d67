"""Serves the line of one address: sends what is booked there, in its order, and records what came of it.

After a failure the pause begins at 5 seconds, doubles, and is at most a day; after 18 attempts, about four days, the
message is `failed`. A final refusal fails at once. A receiver that does not let us in, as after a changed password,
refuses no message: it is asked again every quarter of an hour until that is mended, and all that is owed waits.
"""

import asyncio
import logging
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.about import about
from monitor.addresses import Address, without_secrets
from monitor.channels import Channels
from monitor.config import Config
from monitor.errors import DeliveryError, StoreError
from monitor.gathering import FAULT_PAUSE, Gathering, Nothing
from monitor.letters import Letters
from monitor.mentions import Mentions
from monitor.messages import Message
from monitor.metrics import Metrics
from monitor.pauses import LONGEST_PAUSE, REFUSED_PAUSE, pause
from monitor.sentences import span
from monitor.store.database import Database, store_errors, writing
from monitor.store.lines import Booked, begin, mark_failed, mark_retry, mark_sent, next_messages, told_of
from monitor.store.measured import noticed_at

ATTEMPTS = 18
ATTEMPTS_AT_FAULT = 5
"""Of a message that a fault of ours keeps from being sent: time will not mend it, and others wait behind it."""
SEND_SECONDS = 120
"""For one sending in all; a channel's own limits are shorter, of a mail server all its steps together."""
LONGEST_AHEAD = LONGEST_PAUSE * 1.25
"""No pause is as long, with its jitter: what lies further ahead was set by a clock that was wrong."""
WINDOW = 25
"""Messages to a program that are read at once."""
SYNC_SECONDS = 0.5
"""Long lines wait for the disk so often, and at their ends; a disk may need 10 ms for what takes us one."""

GaveUp = Callable[[Database, Booked, datetime], None]

log = logging.getLogger("monitor.outbox")


@dataclass(slots=True)
class Lines:
    """What dispatches of one process share: who is being served, and when a person's line is ready again."""

    busy: set[str] = field(default_factory=set)
    """Keys of addresses; without them two dispatches at once would send twice."""
    quiet: dict[str, Nothing] = field(default_factory=dict)
    """By address of a person: what was last decided of what waits there."""
    faulty: dict[str, datetime] = field(default_factory=dict)
    """By address: until when a line is left alone that a fault of ours keeps from being read."""
    mentions: Mentions = field(default_factory=Mentions)
    """Of the addresses that cannot be told of what they are owed."""
    synced: float = 0.0
    """When a mark was last waited for until it was on the disk, by the counter of the event loop."""


@dataclass(frozen=True, slots=True)
class Means:
    """What all lines of a dispatch are served with."""

    db: Database
    config: Config
    channels: Channels
    now: Callable[[], datetime]
    shared: Lines
    jitter: Callable[[], float]
    on_gave_up: GaveUp
    metrics: Metrics


class Line:
    """One address, and what it is owed."""

    def __init__(self, means: Means, address: Address) -> None:
        self.address = address
        self._of = means
        self._db = means.db
        self._now = means.now
        rules, channel = means.config.alerts, means.channels[address.kind]
        letters = self._letters = Letters(means.db, means.config, address, channel)
        self._secrets = [*address.secrets, *(rule.secret for rule in rules if rule.secret)]
        self._gathering = Gathering(
            means.db,
            means.config,
            address,
            letters,
            means.shared.quiet,
            means.now,
            self._secrets,
            means.metrics,
        )

    def next_moment(self) -> datetime | None:
        """When there is something to do here (now at the earliest); None where nothing is owed.

        What keeps the line from being read is logged, and the line is left alone for a while.
        """
        now, rests_until = self._now(), self._of.shared.faulty.get(self.address.key)
        if rests_until is not None and now < rests_until <= now + FAULT_PAUSE:
            return rests_until
        try:
            with store_errors():
                for head in self._heads(most=1):
                    return now if head.due(now, longest=LONGEST_AHEAD) else head.next_attempt_at
                return self._gathering.next_moment(now) if self.address.person else None
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 other lines must not end with this one
            return self._leave_alone(error)

    async def serve(self) -> None:
        """Sends one message after another, until one fails or nothing is ready."""
        try:
            with store_errors():
                while await self._serve_next():
                    pass
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 other lines must not end with this one
            self._leave_alone(error)
        finally:
            self._of.shared.busy.discard(self.address.key)

    async def _serve_next(self) -> bool:
        """Sends what stands next, or books it; False where nothing more is to be done now."""
        heads = self._heads(most=1 if self.address.person else WINDOW)
        if heads:
            return heads[0].due(self._now(), longest=LONGEST_AHEAD) and await self._send(heads)
        return self.address.person and await self._gathering.book_next()

    def _leave_alone(self, error: Exception) -> datetime:
        """Until when."""
        trace = without_secrets("".join(traceback.format_exception(error)).strip(), *self._secrets)
        log.error(
            "What is owed to %s waits: a fault of Jarshy itself, please report it: %s",
            self.address.shown,
            trace,
        )
        until = self._of.shared.faulty[self.address.key] = self._now() + FAULT_PAUSE
        return until

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
            self._count_sent(message)
            self._say_sent(message)
        return True

    def _count_sent(self, message: Booked) -> None:
        now, noticed = self._now(), noticed_at(self._db, [each.id for each in message.deliveries])
        self._of.metrics.told(message.form, ((now - at).total_seconds() for at in noticed))

    def _say_sent(self, message: Booked) -> None:
        lasted = self._of.shared.mentions.over(self.address.key, now=self._now())
        again = f", for the first time in {span(lasted)}" if lasted is not None else ""
        with self._about(message):
            log.info("Told %s of %s%s.", message.address_shown, _subject(message), again)

    @contextmanager
    def _about(self, message: Booked) -> Iterator[None]:
        """The log's lines inside name the message and what stands in it."""
        of = told_of(self._db, message) if log.isEnabledFor(logging.INFO) else ()
        releases = list(dict.fromkeys(release for release, _ in of)) or None
        with about(delivery=message.id, changes=[uid for _, uid in of] or None, releases=releases):
            yield

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
            self._of.metrics.not_told("failed", len(message.deliveries))
            with self._about(message):
                log.error("Gave up telling %s: %s", told, said.removeprefix(message.address_shown).lstrip())
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
        self._of.metrics.put_off()
        more = self._of.shared.mentions.note(self.address.key, str(error.refuses_us), now=now)
        with self._about(message):
            log.log(
                logging.DEBUG if more is None else logging.WARNING,
                "Could not tell %s, trying again at %s: %s%s",
                told,
                f"{again:%Y-%m-%d %H:%M:%S} UTC",
                said.removeprefix(message.address_shown).lstrip(),
                more or "",
            )
        return False


class _Fault(DeliveryError):
    """A message could not be sent because of a fault of ours."""


def _subject(message: Booked) -> str:
    """What a message is about, for the log."""
    first, more = message.deliveries[0], len(message.deliveries) - 1
    about = f"trouble {first.health_id}" if first.change_id is None else f"change {first.change_id}"
    return f"{about} and {more} more" if more else about
