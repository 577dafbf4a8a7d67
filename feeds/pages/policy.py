"""How pages look, and what a browser may do with them: no script, nothing from another host. Pure."""

import base64
import hashlib
from pathlib import Path

STYLE = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")

NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""For what is no page of ours: a browser may show it, and do nothing else with it."""

_ALLOWED = (
    "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; style-src 'sha256-"
    + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    + "'; img-src 'self'"
)


def policy(pictures: str = "") -> str:
    """A Content-Security-Policy: the page's own style and pictures, and those of one more host where it is named."""
    return f"{_ALLOWED} {pictures}" if pictures else _ALLOWED
