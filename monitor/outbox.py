"""Sends what is owed, then records what came of it. Does not decide who hears of what.

Each address is a line of its own, kept in order: an address that fails holds up nobody but itself, and what
it is owed waits behind the message that failed. After a failure the pause begins at 5 seconds, doubles, and
is at most a day; after 18 attempts, about four days, the delivery is `failed`. A final refusal fails at once.
"""

import asyncio
import logging
import random
import traceback
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from monitor.addresses import Address, without_secrets
from monitor.channels import Channels
from monitor.config import Alert
from monitor.errors import DeliveryError
from monitor.messages import Item, Limit, Message, change_message, release_message
from monitor.rules import addresses_of, words_found
from monitor.store.database import Database
from monitor.store.deliveries import (
    Delivery,
    begin,
    drop_addresses_not_in,
    due,
    mark_failed,
    mark_retry,
    mark_sent,
    next_attempt_at,
    next_of,
)
from monitor.store.journal import load_change

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(days=1)
ATTEMPTS = 18
SEND_SECONDS = 60
"""For one sending in all; a channel's own limits are shorter."""

log = logging.getLogger(__name__)


async def dispatch(
    db: Database,
    alerts: Sequence[Alert],
    channels: Channels,
    *,
    now: Callable[[], datetime],
    busy: set[str] | None = None,
    jitter: Callable[[], float] = random.random,
    on_failure: Callable[[datetime], None] = lambda _moment: None,
    ours: str = "",
) -> datetime | None:
    """Sends what may be sent by now; the moment of the next attempt, or None where nothing else is owed.

    `channels` holds one for each kind of address in `alerts`. It returns when the slowest receiver has answered
    (a minute at most); a caller that does not want news for the others to wait so long starts further dispatches
    meanwhile and hands all of them the same `busy` (keys of addresses). Without that, two at once would send
    twice. `on_failure` hears, as soon as a line ends and not only when the slowest has, when to dispatch again.
    Cancelled in the middle of a sending, that one stays owed and is repeated under the same id. A failed
    delivery is no error here; it is recorded, and logged without secrets.
    """
    busy = set() if busy is None else busy

    async def line(address: Address) -> None:
        await _line(db, alerts, address, channels, busy, now=now, jitter=jitter, ours=ours)
        if (moment := next_attempt_at(db, now(), except_for=busy)) is not None:
            on_failure(moment)

    addresses = {address.key: address for alert in alerts for address in addresses_of(alert)}
    gone = "the configuration no longer names this address"
    if dropped := drop_addresses_not_in(db, addresses, reason=gone):
        log.warning("%d owed messages were dropped: %s", dropped, gone)
    free = [addresses[head.address_key] for head in due(db, now()) if head.address_key not in busy]
    busy.update(address.key for address in free)
    lines = [line(address) for address in free]
    # What breaks one line (a full disk) is raised when the others have come to their end.
    for broken in await asyncio.gather(*lines, return_exceptions=True):
        if isinstance(broken, BaseException):
            raise broken
    return next_attempt_at(db, now(), except_for=busy)


def pause(attempt: int, jitter: float, *, longest: timedelta = LONGEST_PAUSE) -> timedelta:
    """How long to wait after the failed attempt of that number (from 1).

    `jitter`, from 0 to 1, spreads it from four fifths to six fifths, so that lines that failed together do
    not all come back together.
    """
    doubled = FIRST_PAUSE * (1 << min(attempt - 1, 30))
    return min(doubled, longest) * (0.8 + 0.4 * jitter)


async def _line(
    db: Database,
    alerts: Sequence[Alert],
    address: Address,
    channels: Channels,
    busy: set[str],
    *,
    now: Callable[[], datetime],
    jitter: Callable[[], float],
    ours: str,
) -> None:
    secrets = [*address.secrets, *(rule.secret for rule in alerts if rule.secret)]
    try:
        while delivery := next_of(db, address.key, now()):
            wait = pause(delivery.attempts + 1, jitter())
            if not begin(db, delivery, until=now() + wait):
                return
            try:
                answer = await _attempt(db, alerts, delivery, address, channels, ours)
            except DeliveryError as error:
                _record(db, delivery, error, secrets, now=now(), wait=wait)
            else:
                mark_sent(db, delivery, answer=without_secrets(answer, *secrets), now=now())
    finally:
        busy.discard(address.key)


async def _attempt(
    db: Database, alerts: Sequence[Alert], delivery: Delivery, address: Address, channels: Channels, ours: str
) -> str:
    if delivery.attempts >= ATTEMPTS:
        raise DeliveryError("the last attempt was interrupted", permanent=True)
    try:
        limit = channels[address.kind].limit(address)
        text = _message(db, alerts, delivery, address, limit=limit, ours=ours)
        async with asyncio.timeout(SEND_SECONDS):
            return await channels[address.kind].send(address, text)
    except DeliveryError:
        raise
    except TimeoutError as error:
        raise DeliveryError(f"{address.shown} took longer than {SEND_SECONDS} s") from error
    except Exception as error:
        # A fault of ours in one message or channel must be loud and must not hold up the other lines.
        trace = "".join(traceback.format_exception(error)).strip()
        raise DeliveryError(f"a fault of Jarshy itself, please report it: {trace}") from error


def _message(
    db: Database, alerts: Sequence[Alert], delivery: Delivery, address: Address, *, limit: Limit, ours: str
) -> Message:
    change = load_change(db, delivery.change_id)
    rules = _rules(alerts, delivery, address)
    item = Item(
        change=change,
        kind=delivery.told_as,
        weight=delivery.weight,
        rules=delivery.rules,
        words=tuple(dict.fromkeys(word for rule in rules for word in words_found(rule, change))),
        titles={},
        story=None,
        also=(),
    )
    if not address.person:
        secret = next((rule.secret for rule in rules if rule.secret), None)
        return change_message(item, message_id=delivery.message_id, secret=secret)
    return release_message(
        [item],
        message_id=delivery.message_id,
        lang=rules[0].lang,
        limit=limit,
        ours=ours,
    )


def _rules(alerts: Sequence[Alert], delivery: Delivery, address: Address) -> list[Alert]:
    """The rules of a delivery as they are configured now; after a renaming, those that name its address."""
    named = [alert for alert in alerts if alert.name in delivery.rules]
    return named or [alert for alert in alerts if any(a.key == address.key for a in addresses_of(alert))]


def _record(
    db: Database,
    delivery: Delivery,
    error: DeliveryError,
    secrets: Sequence[str],
    *,
    now: datetime,
    wait: timedelta,
) -> None:
    said = without_secrets(str(error), *secrets)
    told = f"{delivery.address_shown} of change {delivery.change_id}"
    if error.permanent or delivery.attempts + 1 >= ATTEMPTS:
        mark_failed(db, delivery, error=said)
        log.error("Gave up telling %s: %s", told, said)
        return
    asked = min(timedelta(seconds=error.retry_after or 0), LONGEST_PAUSE)
    again = now + max(wait, asked)
    mark_retry(db, delivery, next_attempt_at=again, error=said)
    log.warning("Could not tell %s, trying again at %s: %s", told, again.isoformat(timespec="seconds"), said)
