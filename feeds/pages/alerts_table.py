"""What somebody wants to hear of as an `[[alerts]]` table of the configuration; pure."""

import json
from collections.abc import Sequence

from feeds.pages.builder_form import Wanted

RECEIVER = "mailtos://user:password@mail.example.org?to=you@example.org"
"""Stands where the reader's own address goes."""
_LONGEST_NAME = 60


def alerts_table(wanted: Wanted, *, lang: str) -> str:
    """The table, in TOML; `lang` is the language in which its reader is written to."""
    lines = [f"name = {_text(_name(wanted))}", f"to = {_list([RECEIVER])}"]
    for key, values in (("agencies", wanted.agencies), ("languages", wanted.languages)):
        if values:
            lines.append(f"{key} = {_list(values)}")
    lines.append(f"kinds = {_list(wanted.kinds_told)}")
    if wanted.least != "none":
        lines.append(f"weight = {_text(wanted.least)}")
    for key, values in (("words", wanted.words), ("not", wanted.unwanted)):
        if values:
            lines.append(f"{key} = {_list(values)}")
    lines.append(f"lang = {_text(lang)}")
    return "\n".join(["[[alerts]]", *lines, ""])


def _name(wanted: Wanted) -> str:
    """What tells it from other rules of the same person."""
    parts = [*wanted.words, *(f"-{entry}" for entry in wanted.unwanted), *wanted.agencies, *wanted.languages]
    if wanted.topic != "releases":
        parts.append(wanted.topic)
    name = "".join(sign for sign in ", ".join(parts) if sign.isprintable()).strip()
    return name[:_LONGEST_NAME].rstrip() or "releases"


def _list(values: Sequence[str]) -> str:
    return f"[{', '.join(map(_text, values))}]"


def _text(value: str) -> str:
    """A string of TOML, whose escapes are those of JSON; but DEL has to be escaped as well."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
