"""Names a change for good, in its feed entry and its webhook."""

from datetime import datetime
from secrets import randbits
from uuid import UUID


def change_uid(now: datetime) -> str:
    """A UUID of version 7 (RFC 9562, section 5.7): random, but such as are made together stand together.

    An index over them is then written at its end; random ones are written all over it, page by page.
    """
    milliseconds = int(now.timestamp() * 1000) & (1 << 48) - 1
    return str(UUID(int=milliseconds << 80 | 7 << 76 | randbits(12) << 64 | 2 << 62 | randbits(62)))
