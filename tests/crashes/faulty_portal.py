"""A portal that is faulty by dice: of all its answers one of twenty is a fault, of nearly every kind."""

import random
import time
from collections import Counter
from threading import Event

from crawler.standin import Portal
from crawler.standin.faults import FAULTS, Misbehaviour
from crawler.standin.traffic import Request

FAULTY = 0.05
"""Of all answers."""
SHOWN_FAULTS = sorted(FAULTS.keys() - {"redirect", "bodies", "misfits"})
"""All but one that leads to another host, and those that invent releases, which would be gone the next time."""
OF_LISTINGS = {"shuffled", "twice", "half"}
"""Those that change the items of an answer."""
PAUSE = 0.02
"""True seconds between two looks of whoever hangs."""


class _ByAnyClock(Event):
    """Ends its waiting in time by a fast clock too, by which the limits of `threading` never come."""

    def __init__(self, pause: float) -> None:
        """`pause`: seconds by the fast clock between two looks; without it a hanging answer takes a processor."""
        super().__init__()
        self._pause = pause

    def wait(self, timeout: float | None = None) -> bool:
        until = None if timeout is None else time.monotonic() + timeout
        while not self.is_set() and (until is None or time.monotonic() < until):
            time.sleep(self._pause)  # others work meanwhile
        return self.is_set()


class FaultyPortal(Portal):
    """Of all answers, by dice, one of twenty is a fault."""

    def __init__(self, *, seed: int, speed: float) -> None:
        super().__init__(seed=seed)
        self.faults: Counter[str] = Counter()
        self._pause = PAUSE * speed
        self.is_faulty = False
        self._dice = random.Random(seed)

    def fault_for(self, request: Request) -> Misbehaviour | None:
        if not self.is_faulty or self._dice.random() >= FAULTY:
            return super().fault_for(request)
        is_listing = request.place in {"news", "graphql"}
        fault = self._dice.choice([each for each in SHOWN_FAULTS if is_listing or each not in OF_LISTINGS])
        self.faults[fault] += 1
        status = self._dice.choice((429, 500, 503))
        return Misbehaviour(
            fault=fault, times=1, after=0, place=request.place, agency=None, lang=None, status=status,
            retry_after="30" if status == 429 else None, seconds=None, to=None, over=_ByAnyClock(self._pause),
        )  # fmt: skip
