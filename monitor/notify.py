"""Tells systemd how the daemon is, where systemd started it: sd_notify(3) and the watchdog of sd_watchdog_enabled(3).

Nothing is sent where nobody listens, and nothing here can trip the daemon up.
"""

import asyncio
import logging
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

from monitor.mentions import Mentions
from monitor.pulse import Pulse, Signs, unready
from monitor.sentences import span

log = logging.getLogger("jarshy.notify")

SAY_EVERY = 30.0
"""Seconds between two looks at what the status is, where there is no watchdog."""


class Notifier:
    """The line to systemd, from the environment that it gave us."""

    def __init__(self, environ: Mapping[str, str], *, pid: int) -> None:
        self._address = environ.get("NOTIFY_SOCKET", "")
        if self._address.startswith("@"):  # in no folder
            self._address = "\0" + self._address[1:]
        ours = environ.get("WATCHDOG_PID", str(pid)) == str(pid)
        given = environ.get("WATCHDOG_USEC", "") if ours else ""
        self._watchdog = int(given) / 1e6 if given.isdecimal() else 0.0
        self._well = self._status = ""
        self._mentions = Mentions()

    def ready(self, status: str) -> None:
        """The server listens and the store is open; also said when a reload is done.

        `status` is what is said of the daemon from now on while nothing is wrong.
        """
        self._well = self._status = status
        self._send("READY=1", f"STATUS={status}")

    @contextmanager
    def reloading(self) -> Iterator[None]:
        """While the configuration is read again."""
        self._send("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")
        try:
            yield
        finally:
            self.ready(self._well)

    async def keep(self, pulse: Pulse, *, stop: asyncio.Event) -> None:
        """While the pulse beats keeps the watchdog from biting, says what is wrong, and at last that it ends.

        It runs in the loop that it vouches for: one that is held up sends nothing.
        """
        interval = min(self._watchdog / 2, SAY_EVERY) if self._watchdog else SAY_EVERY
        while self._address and not stop.is_set():
            signs = pulse.signs()
            said = status_of(signs, otherwise=self._well)
            lines = ["WATCHDOG=1"] if self._watchdog and signs.turns else []
            if said != self._status:
                self._status = said
                lines.append(f"STATUS={said}")
            if lines:
                self._send(*lines)
            with suppress(TimeoutError):
                async with asyncio.timeout(interval):
                    await stop.wait()
        self._send("STOPPING=1", "STATUS=Ends; what was read is stored.")

    def _send(self, *lines: str) -> None:
        if not self._address:
            return
        told = "\n".join(" ".join(line.split()) for line in lines)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
            line.settimeout(0)
            try:
                line.connect(self._address)
                line.send(told.encode("utf-8"))
            except OSError as error:
                self._status = ""  # to be said at the next look
                if (more := self._mentions.note("systemd", str(error), now=datetime.now(UTC))) is not None:
                    log.warning("systemd was not told %s: %s.%s", lines[0], error, more)
                return
        if (lasted := self._mentions.over("systemd", now=datetime.now(UTC))) is not None:
            log.info("systemd is told again how we are, after %s.", span(lasted))


def status_of(signs: Signs, *, otherwise: str) -> str:
    """The line that `systemctl status` shows."""
    wrong = list(unready(signs).values())
    if not wrong:
        return otherwise
    return wrong[0] if len(wrong) == 1 else f"{wrong[0]} And {len(wrong) - 1} more; /readyz names all."
