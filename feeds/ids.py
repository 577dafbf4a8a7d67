"""The ids of feeds and entries: made once, here, and never moved, since a reader shows as new what has a new id."""

from uuid import NAMESPACE_URL, UUID, uuid5

NAMESPACE = uuid5(NAMESPACE_URL, "https://www.gov.kz/")


def edition_uuid(source: str, source_id: str, lang: str) -> UUID:
    """Of a release in one language: version 5 of `<source>/<source_id>/<lang>`, e.g. `gov.kz/123456/kk`."""
    return uuid5(NAMESPACE, f"{source}/{source_id}/{lang}")


def stream_uuid(address: str) -> UUID:
    """Of a feed: version 5 of `stream <address>`, its canonical address from `/feeds` on without the format."""
    return uuid5(NAMESPACE, f"stream {address}")


def urn(uuid: UUID | str) -> str:
    """The UUID as an address, which is what Atom wants of an id."""
    return f"urn:uuid:{uuid}"
