"""Lives by one configuration after another: on SIGHUP it is read again, and the rooms are set up anew with it.

A reload is a restart within the process: what a daemon knows is stored, so that nothing is lost or done twice, and
whoever lives through it (the server, a worker that may stay) is handed from one life to the next by the caller.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from monitor.config import Config
from monitor.config_changes import compare
from monitor.errors import ConfigError

log = logging.getLogger("jarshy")

Live = Callable[[Config, asyncio.Event], Awaitable[None]]
"""Lives by a configuration until the event is set, then ends within a few seconds."""


async def live_on(
    config: Config,
    live: Live,
    *,
    read: Callable[[], Config],
    asked: asyncio.Event,
    stop: asyncio.Event,
    reloading: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> None:
    """Lives by `config`, and by what `read` finds whenever `asked` is set, until `stop` is.

    What changed is logged by key. What cannot be used is logged with what `read` raises, ConfigError, and nothing
    changes. `reloading` is entered whenever it is asked, until the former life has ended or goes on.
    """
    while True:
        following, over = None, asyncio.Event()
        living = asyncio.ensure_future(live(config, over))
        try:
            while following is None and await _is_asked(asked, living=living, stop=stop):
                with reloading():
                    following = _read_again(config, read)
                    if following is not None:
                        over.set()
                        await living
            over.set()
            await living
        finally:
            if not living.done():
                living.cancel()
                await asyncio.wait({living})
        if following is None:
            return
        config = following


async def _is_asked(asked: asyncio.Event, *, living: "asyncio.Future[None]", stop: asyncio.Event) -> bool:
    """Waits until it is asked; False where it is time to end, or where life ended by itself."""
    waits: list[asyncio.Future[Any]] = [asyncio.ensure_future(event.wait()) for event in (stop, asked)]
    try:
        await asyncio.wait([living, *waits], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
    if living.done() or stop.is_set():
        return False
    asked.clear()
    return True


def _read_again(used: Config, read: Callable[[], Config]) -> Config | None:
    """What to go on with; None where everything stays as it is. Says which."""
    try:
        reading = compare(used, read())
    except ConfigError as error:
        log.error("%s\nThe configuration that is in use stays.", error)  # noqa: TRY400 no trace
        return None
    except Exception:
        log.exception(
            "The configuration could not be read again: a fault of Jarshy itself; please report it. The one that is "
            "in use stays."
        )
        return None
    for said in reading.changed:
        log.info("%s", said)
    for said in reading.waiting:
        log.warning("%s: this needs a restart, and stays as it is until then.", said)
    if not reading.changed:
        log.info("The configuration was read again; nothing changes by it.")
        return None
    log.info("The configuration was read again and is used from now on.")
    return reading.config
