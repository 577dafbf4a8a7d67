"""What SIGHUP means: the configuration is to be read again, or the terminal went away. Reads nothing itself."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def hangups_put_off() -> Iterator[None]:
    """Lets a hangup during the start, when a large database may be brought up to date, end nothing: it waits for
    `asked_by_hangup`, within this block. On a terminal it means the end, as ever."""
    put_off = set() if _has_terminal() else {signal.SIGHUP}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, put_off)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def asked_by_hangup(stop: asyncio.Event) -> Iterator[asyncio.Event]:
    """An event that SIGHUP sets.

    Where a terminal went away with the signal, `stop` is set: whoever closes a window means to end what ran there.
    """
    asked, loop = asyncio.Event(), asyncio.get_running_loop()
    kept = signal.getsignal(signal.SIGHUP)
    # Under nohup the signal is ignored at the start, and the end of the terminal is not to matter.
    on_terminal = kept is not signal.SIG_IGN and _has_terminal()

    def signalled() -> None:
        (stop if on_terminal and not _has_terminal() else asked).set()

    loop.add_signal_handler(signal.SIGHUP, signalled)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGHUP})
    try:
        yield asked
    finally:
        loop.remove_signal_handler(signal.SIGHUP)
        signal.signal(signal.SIGHUP, kept)


def _has_terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True
