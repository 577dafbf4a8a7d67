"""What machines say of a failure, made fit for everybody to read: no path of this machine, no secret. Pure."""

import re

from feeds.cleaning import one_line

_LONGEST = 200
_SECRETS = re.compile(r"(?<=://)[^\s/@]+@")
"""A name and a password before the name of a host."""
_QUERY = re.compile(r"(?<=[^\s?])\?[^\s'\"<>)]+")
"""What follows an address may hold a key."""
_PATH = re.compile(
    r"(?<![\w/:.])(?:file:/*|~)?/?"
    r"(?:home|root|usr|var|opt|tmp|etc|srv|mnt|media|run|data|app|lib|bin|proc|dev|Users|private)"
    r"(?:/[^\s:;,'\"()]+)+"
)
"""A file of this machine; the portal has no such addresses."""


def plain_reason(reason: str | None) -> str:
    """The reason in one line, without what is nobody's business."""
    said = _QUERY.sub("", _SECRETS.sub("", reason or ""))
    return one_line(_PATH.sub("…", said), limit=_LONGEST)
