"""Checks that an export of Jarshy is whole: python verify.py. Needs nothing but Python 3.8 or newer."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
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


def check_wordings(names: Iterable[str], *, redacted: bool) -> Iterator[str]:
    """What each wording says fits its digest, its item fits what was received, and the chain fits both."""
    chains: dict[str, str] = {}
    for name in sorted(names, key=lambda name: (load(name)["lang"], load(name)["number"])):
        row = load(name)
        said = [row["title"], row["text"], row["published_raw"], row["attachments"], row["images"]]
        content = row["readings"][-1]["content"] if row["readings"] else row["content"]
        if not redacted and link(said, 16) != content:
            yield name + ": the words do not fit their digest"
        if row["item"] and digest((HERE / row["item"]).read_bytes(), 16) != row["received"]:
            yield row["item"] + ": not the item that was received"
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


def check_changes(source_id: str) -> Iterator[str]:
    """Every row of the journal fits the chain digest of the row before it."""
    for row in load("changes.json"):
        detail = row["detail"]
        mark = json.loads(detail).get("redacted") if detail.startswith('{"redacted":') else None
        parts = [row[key] for key in ("previous", "uid", "at", "kind")] + [source_id]
        parts += [row[key] for key in ("edition_id", "revision_id", "weight")]
        parts += [mark or digest(detail.encode("utf-8"), 16), row["baseline"]]
        if link(parts, 16) != row["chain"]:
            yield f"changes.json: change {row['id']} does not fit the chain"


def faults() -> Iterator[str]:
    """What does not fit, one sentence each."""
    sums = load("manifest.json")["sha256"]
    yield from check_files(sums)
    release = load("release.json")
    wordings = [name for name in sums if name.startswith("wordings/") and name.endswith(".json")]
    yield from check_wordings(wordings, redacted=bool(release["redactions"]))
    yield from check_changes(release["release"]["source_id"])


def main() -> None:
    """Says OK and the digest of the manifest, or the first thing that does not fit."""
    for fault in faults():
        sys.exit(fault)
    manifest = hashlib.sha256((HERE / "manifest.json").read_bytes()).hexdigest()
    sys.stdout.write("OK, manifest.json has the SHA-256 " + manifest + "\n")


if __name__ == "__main__":
    main()
