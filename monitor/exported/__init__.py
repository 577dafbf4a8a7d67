"""One release as files that stand by themselves: to be read, and checked, by whoever has no Jarshy. Pure."""

import json
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from importlib.resources import files
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from monitor.exported.verify import as_page, as_text, digest, page
from monitor.store.evidence import Evidence

_MANIFEST = "manifest.json"
_BEGINNING = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the archive: the same history makes the same bytes."""
_OF_THE_WORDING = ("title", "text", "published_raw", "attachments", "images", "marks", "html", "flapping")
"""Columns of an edition that are said elsewhere, or in which no reader sees a meaning."""


def files_of(evidence: Evidence) -> dict[str, bytes]:
    """The files of an export by their names, the manifest with the digest of each among them."""
    made: dict[str, bytes] = {name: _ours(name) for name in ("README.txt", "verify.py")}
    for raw_id, raw in evidence.items.items():
        made[_item(raw_id)] = raw.encode("utf-8", "surrogatepass")
    for wording in evidence.wordings:
        name, item = f"wordings/{wording['lang']}-{wording['number']}", _item(wording["raw_id"])
        made[f"{name}.json"] = _json({**wording, "item": item if item in made else None})
        made[f"{name}.txt"] = as_text(wording).encode()
        made[f"{name}.html"] = as_page(wording).encode()
    editions = []
    for edition in evidence.editions:
        shown, item = f"shown/{edition['lang']}.html", _item(edition["raw_id"])
        if edition["html"]:
            body = f"<h1>{escape(edition['title'])}</h1>\n{edition['html']}"
            made[shown] = page(edition["lang"], edition["title"], body).encode()
        named = {
            "item": item if item in made else None,
            "shown": digest(made[shown], 16) if shown in made else None,
        }
        plain = {name: value for name, value in edition.items() if name not in _OF_THE_WORDING}
        editions.append({**plain, **named})
    made["changes.json"] = _json(evidence.changes)
    made["release.json"] = _json(
        {
            "release": evidence.release,
            "agencies": evidence.agencies,
            "editions": editions,
            "changes": len(evidence.changes),
            "absences": evidence.absences,
            "look_up": evidence.look_up,
            "redactions": evidence.redactions,
            "crawls": evidence.crawls,
        }
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


def _item(raw_id: int | None) -> str:
    return f"items/{raw_id}.json"
