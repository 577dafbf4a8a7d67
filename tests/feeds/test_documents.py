"""Documents joined from fragments, and their compressed forms."""

import gzip
import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.documents import fragment, joined, whole, with_brotli

PIECES = st.lists(st.text(max_size=200).map(str.encode), max_size=8)


@given(head=st.binary(max_size=50), pieces=PIECES, between=st.sampled_from([b"", b"\n", b",\n"]))
def test_joined_fragments_are_one_gzip_member_of_the_whole(
    head: bytes, pieces: list[bytes], between: bytes
) -> None:
    made = joined(head, [fragment(piece) for piece in pieces], between, b"</feed>")
    assert made.plain == head + between.join(pieces) + b"</feed>"
    assert gzip.decompress(made.gzipped) == made.plain
    # A strict reader: one member, its sums right, nothing behind it.
    strict = zlib.decompressobj(zlib.MAX_WBITS | 16)
    assert strict.decompress(made.gzipped) == made.plain
    assert strict.eof
    assert strict.unused_data == b""


def test_the_same_content_gives_the_same_bytes() -> None:
    def make() -> tuple[bytes, bytes]:
        made = joined("Әңгіме".encode(), [fragment(b"a" * 5000), fragment(b"b")], b"\n", b"")
        return made.plain, made.gzipped

    assert make() == make()


def test_what_repeats_itself_within_a_fragment_is_compressed() -> None:
    made = joined(b"", [fragment("Үкімет мәлімдеді. ".encode() * 200)] * 3, b"\n", b"")
    assert len(made.gzipped) < len(made.plain) / 20


def test_brotli_is_made_once_and_of_the_whole() -> None:
    made = whole("Қаржы ".encode() * 1000)
    assert made.coded("br") is None
    coded = with_brotli(made)
    assert brotli.decompress(coded.coded("br")) == made.plain
    assert with_brotli(coded) is coded
    assert coded.size > made.size


@pytest.mark.parametrize("coding", ["identity", "gzip", "br"])
def test_a_document_of_nothing_can_be_coded(coding: str) -> None:
    made = with_brotli(joined(b"", [], b"\n", b""))
    read = {"identity": bytes, "gzip": gzip.decompress, "br": brotli.decompress}[coding]
    assert read(made.coded(coding)) == b""  # type: ignore[arg-type]
