"""The digests by which a history can be proved: of a wording, of an item as received, and the chains over them. Pure.

Every digest is BLAKE2b (RFC 7693) in hexadecimal. A chain covers digests of texts and not the texts, so that it
still holds where a text has been redacted.
"""

import json
from collections.abc import Sequence
from hashlib import blake2b


def content_digest(
    title: str, text: str, *, published_raw: str, attachments: str | None, images: str | None
) -> str:
    """The digest of what a revision says; `attachments` and `images` as JSON, as they are stored."""
    return _digest([title, text, published_raw, attachments, images], 16)


def received_digest(raw: str) -> str:
    """The digest of an item as it was received, to the last byte, what changes by itself included."""
    return blake2b(raw.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def revision_link(
    previous: str,
    *,
    source_id: str,
    lang: str,
    number: int,
    content: str,
    fingerprint: str,
    digest: str,
    received: str,
    seen_at: str,
    parser: int,
) -> str:
    """The chain digest of a revision over `previous`, that of the one before ("" for the first).

    Whoever alters a stored wording, its item or its time breaks this and every later one of its edition.
    """
    parts: list[str | int | None] = [
        previous,
        source_id,
        lang,
        number,
        content,
        fingerprint,
        digest,
        received,
        seen_at,
        parser,
    ]
    return _digest(parts, 32)


def reparse_link(previous: str, *, number: int, at: str, parser: int, content: str, fingerprint: str) -> str:
    """The chain digest of a later reading of a revision, over that of the reading before: first the revision's own.

    A reading by better code puts other words in the place of those first read; this keeps provable which they are,
    since when, and by which code.
    """
    return _digest([previous, number, at, parser, content, fingerprint], 32)


def change_link(
    previous: str,
    *,
    uid: str,
    at: str,
    kind: str,
    source_id: str,
    edition_id: int | None,
    revision_id: int | None,
    weight: str,
    detail: str,
    baseline: int,
) -> str:
    """The chain digest of a row of the journal over `previous`, that of the row before; `detail` as it is stored."""
    parts: list[str | int | None] = [
        previous,
        uid,
        at,
        kind,
        source_id,
        edition_id,
        revision_id,
        weight,
        detail_digest(detail),
        baseline,
    ]
    return _digest(parts, 16)


def detail_digest(stored: str) -> str:
    """The digest of the detail of a change; a redacted one holds nothing else."""
    redacted = redacted_digest(stored)
    return redacted if redacted is not None else blake2b(stored.encode("utf-8"), digest_size=16).hexdigest()


def redacted_digest(stored: str) -> str | None:
    """What a redacted detail keeps; None: it is not redacted."""
    if not stored.startswith('{"redacted":'):
        return None
    return str(json.loads(stored)["redacted"])


def head_link(previous: str, revision_id: int, chain: str) -> str:
    """The digest over the chain digests of all revisions, in the order of their ids, up to this one."""
    return _digest([previous, revision_id, chain], 32)


def head_digest(revisions: str, change: str) -> str:
    """The digest of a whole history: that of its revisions (`head_link`) and the chain digest of its last change."""
    return _digest([revisions, change], 32)


def _digest(parts: Sequence[str | int | None], size: int) -> str:
    # As JSON, so that no two lists of parts look alike.
    line = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return blake2b(line.encode("utf-8", "surrogatepass"), digest_size=size).hexdigest()
