"""What feed readers and browsers look for in the head of a page; pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from feeds.addresses import AddressOf, of_server
from feeds.formats import FORMATS
from feeds.streams import Stream


@dataclass(frozen=True, slots=True)
class Discovered:
    """A feed in one format."""

    media_type: str
    title: str
    address: str
    """From `/` on."""
    lang: str
    """That all of it is in; empty: it is in several."""


def discovered(streams: Iterable[Stream], *, address_of: AddressOf = of_server) -> list[Discovered]:
    """Each feed in every format: readers that take one take the first."""
    return [
        Discovered(
            media_type=form.media_type,
            title=f"{stream.title} ({form.label})",
            address=address_of(stream.address(ending)),
            lang=stream.languages[0] if len(stream.languages) == 1 else "",
        )
        for stream in streams
        for ending, form in FORMATS.items()
    ]
