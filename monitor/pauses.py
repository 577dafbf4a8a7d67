"""How long to wait after what failed, before it is tried again. Pure."""

from datetime import timedelta

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(days=1)
REFUSED_PAUSE = timedelta(minutes=15)
"""Where we are not let in: servers lock out who comes every few seconds, and who has mended it does not wait long."""


def pause(attempt: int, jitter: float, *, longest: timedelta = LONGEST_PAUSE) -> timedelta:
    """How long to wait after the failed attempt of that number (from 1).

    `jitter`, from 0 to 1, spreads it from four fifths to six fifths, so that lines that failed together do
    not all come back together.
    """
    doubled = FIRST_PAUSE * (1 << min(attempt - 1, 30))
    return min(doubled, longest) * (0.8 + 0.4 * jitter)
