"""Checks that an export of Jarshy is whole: python verify.py. Needs nothing but Python 3.8 or newer."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


def digest(content: bytes, size: int) -> str:
    """BLAKE2b of bytes, in hexadecimal."""
    return hashlib.blake2b(content, digest_size=size).hexdigest()


def link(parts: list[Any], size: int) -> str:
    """The digest of a list of values: of the list as compact JSON."""
    line = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return digest(line.encode("utf-8", "surrogatepass"), size)


def load(name: str) -> Any:
    """A file of the export, read as JSON."""
    return json.loads((HERE / name).read_text("utf-8"))


def check_files(sums: dict[str, str]) -> Iterator[str]:
    """Every file is the one that the manifest names, and there is no other."""
    for name, sha256 in sums.items():
        path = HERE / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            yield name + ": not the file that was exported"
    for path in sorted(HERE.rglob("*")):
        name = path.relative_to(HERE).as_posix()
        if path.is_file() and name not in sums and name != "manifest.json":
            yield name + ": was not exported"


def as_text(row: dict[str, Any]) -> str:
    """A wording as the .txt beside it has it."""
    attached = [f"{file['name']} <{file['url']}>" for file in json.loads(row["attachments"])]
    seen = f"[{row['lang']} {row['number']}, seen {row['seen_at']}]"
    said = [row["title"] or "[redacted]", row["published_raw"], "", row["text"], ""]
    return "\n".join([*said, *attached, seen, ""])


def as_page(row: dict[str, Any]) -> str:
    """A wording as the .html beside it has it."""
    title = row["title"] or "[redacted]"
    paragraphs = [part.replace("\n", "<br>") for part in escape(row["text"]).split("\n\n") if part.strip()]
    files = [f"{escape(file['name'])} ({escape(file['url'])})" for file in json.loads(row["attachments"])]
    parts = [f"<p>{part}</p>" for part in [escape(row["published_raw"]), *paragraphs, *files]]
    parts = [f"<h1>{escape(title)}</h1>", *parts, f"<p><small>{row['number']}, {row['seen_at']}</small></p>"]
    return page(row["lang"], title, "\n".join(parts))


def page(lang: str, title: str, body: str) -> str:
    """A page that fetches nothing from anywhere when it is opened."""
    return (
        f'<!doctype html>\n<html lang="{escape(lang)}">\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">\n'
        f"<title>{escape(title)}</title>\n<body>\n{body}\n</body>\n</html>\n"
    )


def check_item(name: str, row: dict[str, Any], *, redacted: bool) -> Iterator[str]:
    """The item of a wording, or that which an edition showed last, is there and is the one that was received."""
    if row["item"] is None:
        if row["received"] and not redacted and not row.get("thinned_at"):
            yield name + ": the item that was received is not named"
    elif digest((HERE / row["item"]).read_bytes(), 16) != row["received"]:
        yield row["item"] + ": not the item that was received"


def check_editions(sums: dict[str, str], release: dict[str, Any]) -> Iterator[str]:
    """Every wording of each language is there, and what was shown last."""
    wanted = {"release.json", "changes.json", "README.txt", "verify.py"}
    for row in release["editions"]:
        where = "release.json, " + row["lang"]
        yield from check_item(where, row, redacted=bool(release["redactions"]))
        shown = "shown/" + row["lang"] + ".html"
        if row["shown"] is not None and digest((HERE / shown).read_bytes(), 16) != row["shown"]:
            yield shown + ": not the page that was exported"
        wanted.update([row["item"], shown] if row["shown"] else [row["item"]])
        for number in range(1, row["revisions"] + 1):
            name = "wordings/" + row["lang"] + "-" + str(number)
            if name + ".json" not in sums:
                yield name + ".json: the wording is not there"
                continue
            wanted.update(name + ending for ending in (".json", ".txt", ".html"))
            wanted.add(load(name + ".json")["item"])
    for name in sums:
        if name not in wanted:
            yield name + ": nothing names it"


def check_wordings(names: Iterable[str], *, redacted: bool) -> Iterator[str]:
    """What each wording says fits its digest, its item fits what was received, and the chain fits both."""
    chains: dict[str, str] = {}
    for name in sorted(names, key=lambda name: (load(name)["lang"], load(name)["number"])):
        row = load(name)
        said = [row["title"], row["text"], row["published_raw"], row["attachments"], row["images"]]
        content = row["readings"][-1]["content"] if row["readings"] else row["content"]
        blanked = redacted and row["title"] == row["text"] == ""
        if not blanked and link(said, 16) != content:
            yield name + ": the words do not fit their digest"
        yield from check_item(name, row, redacted=redacted)
        before = chains.get(row["lang"], "")
        parts = [row[key] for key in ("source_id", "lang", "number", "content", "fingerprint", "digest")]
        parts += [row[key] for key in ("received", "seen_at", "parser")]
        chains[row["lang"]] = row["chain"]
        if link([before, *parts], 32) != row["chain"]:
            yield name + ": the chain is broken"
        before = row["chain"]
        for reading in row["readings"]:
            parts = [reading[key] for key in ("number", "at", "parser", "content", "fingerprint")]
            if link([before, *parts], 32) != reading["chain"]:
                yield name + ": the chain of later readings is broken"
            before = reading["chain"]
        for ending, shown in ((".txt", as_text(row)), (".html", as_page(row))):
            path = HERE / name.replace(".json", ending)
            if not path.is_file() or path.read_bytes() != shown.encode("utf-8"):
                yield name.replace(".json", ending) + ": not what the .json beside it says"


def check_changes(source_id: str, count: int, revisions: set[int]) -> Iterator[str]:
    """Every row of the journal fits the chain digest of the row before it, and none is missing."""
    rows = load("changes.json")
    for row in rows:
        detail = row["detail"]
        mark = json.loads(detail).get("redacted") if detail.startswith('{"redacted":') else None
        parts = [row[key] for key in ("previous", "uid", "at", "kind")] + [source_id]
        parts += [row[key] for key in ("edition_id", "revision_id", "weight")]
        parts += [mark or digest(detail.encode("utf-8"), 16), row["baseline"]]
        if link(parts, 16) != row["chain"]:
            yield f"changes.json: change {row['id']} does not fit the chain"
        if row["revision_id"] is not None and row["revision_id"] not in revisions:
            yield f"changes.json: the wording that change {row['id']} names is not there"
    if len(rows) != count:
        yield f"changes.json: has {len(rows)} changes of {count}"


def faults() -> Iterator[str]:
    """What does not fit, one sentence each."""
    sums = load("manifest.json")["sha256"]
    yield from check_files(sums)
    release = load("release.json")
    yield from check_editions(sums, release)
    wordings = [name for name in sums if name.startswith("wordings/") and name.endswith(".json")]
    yield from check_wordings(wordings, redacted=bool(release["redactions"]))
    revisions = {load(name)["id"] for name in wordings}
    yield from check_changes(release["release"]["source_id"], release["changes"], revisions)


def main() -> None:
    """Says OK and the digest of the manifest, or the first thing that does not fit."""
    for fault in faults():
        sys.exit(fault)
    manifest = hashlib.sha256((HERE / "manifest.json").read_bytes()).hexdigest()
    sys.stdout.write("OK, manifest.json has the SHA-256 " + manifest + "\n")


if __name__ == "__main__":
    main()
