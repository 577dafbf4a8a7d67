"""Sends what is owed, then records what came of it. Does not decide who hears of what, nor what stands together.

Each address is a line of its own, kept in order: an address that fails holds up nobody but itself, and what
it is owed waits behind the message that failed. How one is served stands in `sending`.
"""

import asyncio
import logging
import random
from collections.abc import Callable
from datetime import datetime

from monitor.channels import Channels
from monitor.config import Config
from monitor.metrics import Metrics
from monitor.rules import addresses_of
from monitor.sending import GaveUp, Line, Lines, Means
from monitor.store.database import Database
from monitor.store.deliveries import drop_addresses_not_in

log = logging.getLogger(__name__)


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
    metrics: Metrics | None = None,
) -> datetime | None:
    """Sends what may be sent by now; the moment of the next attempt, or None where nothing else is owed.

    `channels` holds one for each kind of address that the configuration names. It returns when the slowest receiver
    has answered (two minutes at most); a caller that does not want news for the others to wait so long starts further
    dispatches meanwhile and hands all of them the same `lines`. `wake_at` hears at the start, and whenever a line
    ends, when to dispatch again. `on_gave_up` is called inside the transaction that marks a message as failed for
    good, or its receiver as one that does not let us in. Cancelled in the middle of a sending, that one stays owed
    and is repeated under the same id. A failed delivery is no error here; it is recorded, and logged without secrets.
    """
    metrics = metrics or Metrics()
    means = Means(db, config, channels, now, lines or Lines(), jitter, on_gave_up, metrics)
    addresses = {address.key: address for alert in config.alerts for address in addresses_of(alert)}
    served = {key: Line(means, address) for key, address in addresses.items()}
    busy = means.shared.busy

    def free() -> list[tuple[Line, datetime]]:
        """The lines that nobody is serving and that have something to do, and when."""
        moments = [(line, line.next_moment()) for key, line in served.items() if key not in busy]
        return [(line, moment) for line, moment in moments if moment is not None]

    def again_at() -> datetime | None:
        return min((moment for _, moment in free()), default=None)

    def tell_when() -> None:
        if (moment := again_at()) is not None:
            wake_at(moment)

    async def serve(line: Line) -> None:
        await line.serve()
        tell_when()

    gone = "the configuration no longer names this address"
    if dropped := drop_addresses_not_in(db, served, reason=gone):
        log.warning("%d owed messages were dropped: %s", dropped, gone)
        metrics.not_told("dropped", dropped)
    ready = [line for line, moment in free() if moment <= now()]
    busy.update(line.address.key for line in ready)
    tell_when()
    # What breaks one line (a full disk) is raised when the others have come to their end.
    for broken in await asyncio.gather(*map(serve, ready), return_exceptions=True):
        if isinstance(broken, BaseException):
            raise broken
    return again_at()
