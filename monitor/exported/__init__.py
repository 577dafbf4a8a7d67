"""One release as files that stand by themselves: to be read, and checked, by whoever has no Jarshy. Pure."""

import json
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from importlib.resources import files
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from monitor.store.evidence import Evidence

_MANIFEST = "manifest.json"
_BEGINNING = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the archive: the same history makes the same bytes."""
_OF_THE_WORDING = ("title", "text", "published_raw", "attachments", "images", "marks", "html", "flapping")
"""Columns of an edition that are said elsewhere, or in which no reader sees a meaning."""


def files_of(evidence: Evidence) -> dict[str, bytes]:
    """The files of an export by their names, the manifest with the digest of each among them."""
    made: dict[str, bytes] = {name: _ours(name) for name in ("README.txt", "verify.py")}
    made["release.json"] = _json(
        {
            "release": evidence.release,
            "agencies": evidence.agencies,
            "editions": [
                {name: value for name, value in edition.items() if name not in _OF_THE_WORDING}
                for edition in evidence.editions
            ],
            "absences": evidence.absences,
            "look_up": evidence.look_up,
            "redactions": evidence.redactions,
            "crawls": evidence.crawls,
        }
    )
    made["changes.json"] = _json(evidence.changes)
    for raw_id, raw in evidence.items.items():
        made[f"items/{raw_id}.json"] = raw.encode("utf-8", "surrogatepass")
    for wording in evidence.wordings:
        name = f"wordings/{wording['lang']}-{wording['number']}"
        item = f"items/{wording['raw_id']}.json"
        made[f"{name}.json"] = _json({**wording, "item": item if item in made else None})
        made[f"{name}.txt"] = _text(wording).encode()
        made[f"{name}.html"] = _page(wording["lang"], wording["title"], _paragraphs(wording))
    for edition in evidence.editions:
        if edition["html"]:
            made[f"shown/{edition['lang']}.html"] = _page(
                edition["lang"], edition["title"], f"<h1>{escape(edition['title'])}</h1>\n{edition['html']}"
            )
    digests = {name: sha256(content).hexdigest() for name, content in made.items()}
    return {**made, _MANIFEST: _json({"sha256": digests})}


def zipped(made: Mapping[str, bytes], *, folder: str) -> bytes:
    """The files in one archive, all in `folder`."""
    archive = BytesIO()
    with ZipFile(archive, "w", ZIP_DEFLATED, compresslevel=9) as zip_file:
        for name in sorted(made):
            entry = ZipInfo(f"{folder}/{name}", _BEGINNING)
            entry.compress_type = ZIP_DEFLATED
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            zip_file.writestr(entry, made[name])
    return archive.getvalue()


def _ours(name: str) -> bytes:
    return files("monitor.exported").joinpath(name).read_bytes()


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _text(wording: Mapping[str, Any]) -> str:
    said = [wording["title"] or "[redacted]", wording["published_raw"], "", wording["text"], ""]
    attached = [f"{file['name']} <{file['url']}>" for file in json.loads(wording["attachments"])]
    seen = f"[{wording['lang']} {wording['number']}, seen {wording['seen_at']}]"
    return "\n".join([*said, *attached, seen, ""])


def _paragraphs(wording: Mapping[str, Any]) -> str:
    parts = [
        f"<h1>{escape(wording['title'] or '[redacted]')}</h1>",
        f"<p>{escape(wording['published_raw'])}</p>",
    ]
    parts += [
        f"<p>{escape(paragraph)}</p>".replace("\n", "<br>")
        for paragraph in wording["text"].split("\n\n")
        if paragraph.strip()
    ]
    files_named = (
        f"{escape(file['name'])} ({escape(file['url'])})" for file in json.loads(wording["attachments"])
    )
    parts += [f"<p>{named}</p>" for named in files_named]
    return "\n".join([*parts, f"<p><small>{wording['number']}, {wording['seen_at']}</small></p>"])


def _page(lang: str, title: str, body: str) -> bytes:
    """A page that fetches nothing from anywhere when it is opened."""
    return (
        f'<!doctype html>\n<html lang="{escape(lang)}">\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">\n'
        f"<title>{escape(title or '[redacted]')}</title>\n<body>\n{body}\n</body>\n</html>\n"
    ).encode()
