"""The gate before the listings: the cookie that the portal asks for in some years and not in others."""

import random


class Tickets:
    """Who has been let in; open until `demand`. The portal's lock is held around it."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._demanded = False
        self._limit = 0
        self._uses: dict[str, int] = {}

    def demand(self, *, on: bool, uses: int) -> None:
        """Closes or opens the gate and voids every ticket. One serves `uses` times, 0: any number."""
        self._demanded = on
        self._limit = uses
        self._uses = {}

    def drop(self) -> None:
        """Makes every ticket given so far void."""
        self._uses = {}

    def issue(self) -> str:
        """A new ticket."""
        ticket = f"{self._dice.getrandbits(128):032x}"
        self._uses[ticket] = 0
        return ticket

    def admit(self, ticket: str | None) -> bool:
        """Lets the bearer in, or not; counts as one use."""
        if not self._demanded:
            return True
        if ticket is None or ticket not in self._uses:
            return False
        self._uses[ticket] += 1
        return self._limit == 0 or self._uses[ticket] <= self._limit
