"""What SIGTERM and SIGINT mean: the daemon is to end in its order, and told twice at once."""

import asyncio
import logging
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

log = logging.getLogger("jarshy")

ONE_WISH = 0.5
"""Seconds in which two signals are one: a Ctrl-C comes from the terminal, and once more from a program around us that
passes it on."""


@contextmanager
def until_signalled(at_once: Callable[[], None] | None = None) -> Iterator[asyncio.Event]:
    """An event that SIGTERM and SIGINT set. With a second signal the process ends after `at_once`, with exit code 1;
    without `at_once` it says nothing new."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    told_at: float | None = None

    def signalled() -> None:
        nonlocal told_at
        if told_at is None:
            at_once_too = "; a second signal ends it at once" if at_once is not None else ""
            log.info("Told to end: that takes a few seconds%s.", at_once_too)
            told_at = loop.time()
            stop.set()
        elif at_once is not None and loop.time() - told_at >= ONE_WISH:
            log.warning(
                "Told a second time: ends at once. What was stored is whole, what is owed stays owed."
            )
            at_once()
            os._exit(1)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, signalled)
    try:
        yield stop
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
