"""Keeps answers as saved responses for the tests, with nothing private in them. What is private is decided purely."""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from monitor.doctor.seen import Seen

KEPT = (
    "content-type", "content-language", "content-length", "cache-control", "etag", "last-modified", "vary",
    "allow", "jarshy-packed",
)  # fmt: skip
"""Headers whose values say something of the portal and nothing of us; of all others only the names are kept."""
MASK = "masked"

_PRIVATE_FIELD = re.compile(
    r'("(?:[\w-]*(?:request|trace|correlation|session|span)_?-?id|token|ticket|hash|ip|client_?ip|remote_?addr'
    r'(?:ess)?|timestamp|time|server_?time|user_?agent)"\s*:\s*)("(?:[^"\\]|\\.)*"|[^,}\]\s]+)',
    re.IGNORECASE,
)
_UUID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE)
_IPV4 = re.compile(r"(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.])")
_IPV6 = re.compile(
    r"(?<![\w:])(?:[0-9a-f]{1,4}:){2,7}(?::?[0-9a-f]{1,4}|:)(?![\w:])|(?<![\w:])::[0-9a-f]{1,4}\b",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?(\.\d+)?\b|\b\d\d\.\d\d\.\d{4},? \d\d:\d\d(:\d\d)?\b"
)


def save(folder: Path, answers: Iterable[Seen], *, secrets: Iterable[str]) -> list[Path]:
    """Writes `<key>.response.<ending>` and `<key>.meta.json` for each answer; the files that were written.

    `secrets` are texts that must not stand in any file: values of cookies, our contact address.
    """
    folder.mkdir(parents=True, exist_ok=True)
    hidden = sorted({secret for secret in secrets if len(secret) > 3}, key=len, reverse=True)
    written = []
    for answer in answers:
        body = folder / f"{answer.key}.response.{ending(answer)}"
        about = folder / f"{answer.key}.meta.json"
        body.write_text(public(answer, hidden), encoding="utf-8")
        about.write_text(json.dumps(meta(answer), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        written += [body, about]
    return written


def ending(answer: Seen) -> str:
    """`json` for what is JSON, `html` or `xml` for mark-up, `txt` for the rest; by the content."""
    head = answer.body.lstrip("\ufeff \t\r\n")
    if head[:1] in {"[", "{"}:
        return "json"
    if head.startswith("<"):
        return "xml" if head.startswith("<?xml") or "<urlset" in head[:500] else "html"
    return "txt"


def public(answer: Seen, secrets: Iterable[str]) -> str:
    """The body without what names us, our connection or the moment we asked.

    A listing keeps its words and dates: they are public. Of the ticket's answer only the shape is kept.
    """
    text = answer.body.encode("utf-8", "replace").decode()
    for secret in secrets:
        text = text.replace(secret, MASK)
    if answer.key == "ticket":
        text = re.sub(r'(:\s*)("(?:[^"\\]|\\.)*"|-?\d[\d.]*)', rf'\1"{MASK}"', text)
        if ending(answer) == "txt":
            text = MASK if text.strip() else ""
    if answer.items is None:
        text = _CLOCK.sub(MASK, text)
    text = _UUID.sub(MASK, _PRIVATE_FIELD.sub(rf'\1"{MASK}"', text))
    return _IPV6.sub(MASK, _IPV4.sub(MASK, text))


def meta(answer: Seen) -> Mapping[str, object]:
    """What was asked, and the status and headers that came."""
    return {
        "asked": f"{answer.method} {answer.path}",
        "outcome": answer.outcome,
        "status": answer.status,
        "size": answer.size,
        "cut": len(answer.body.encode("utf-8", "replace")) < answer.size,
        "headers": {name: _shown(name, value) for name, value in answer.headers},
    }


def _shown(name: str, value: str) -> str:
    if name == "set-cookie":
        return f"{value.partition('=')[0].strip()}={MASK}"
    if name == "retry-after":
        return value if value.strip().isdigit() else MASK
    return value if name in KEPT else MASK
