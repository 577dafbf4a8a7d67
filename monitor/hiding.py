"""Knows in which writings receivers and libraries repeat a secret. Pure."""

import base64
import html
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import quote, quote_plus, unquote, unquote_plus


@lru_cache(maxsize=1024)
def writings(secret: str) -> frozenset[str]:
    """All that stands for the secret: itself, percent-encoded, escaped, in base64."""
    return frozenset(_written(secret))


def _written(secret: str) -> Iterator[str]:
    for plain in {secret, unquote(secret), unquote_plus(secret)}:
        yield plain
        for encoded in (quote(plain, safe=""), quote(plain), quote_plus(plain)):
            yield encoded
            yield re.sub("%..", lambda hexadecimal: hexadecimal[0].lower(), encoded)
        yield html.escape(plain)
        yield json.dumps(plain)[1:-1]
        yield repr(plain)[1:-1]
        yield repr(plain.encode("utf-8"))[2:-1]
        yield plain.encode("utf-8").hex()
        yield from _in_base64(plain.encode("utf-8"))


def _in_base64(secret: bytes) -> Iterator[str]:
    """What base64 makes of the secret wherever it begins in a longer text, as in the line of an SMTP login."""
    yield base64.b64encode(secret).decode("ascii")
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + secret)
        # Characters at the borders also hold bits of the neighbours, which are not known here.
        whole = encoded[-(-8 * before // 6) : 8 * (before + len(secret)) // 6].decode("ascii")
        yield whole
        yield whole.translate({ord("+"): "-", ord("/"): "_"})
