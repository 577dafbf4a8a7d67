"""How mark-up and received items lie in the file: compressed, because nobody reads them there. Pure."""

import zstandard

_LEVEL = 3
_SHORTEST = 8
"""Bytes of a text that zstd takes as a dictionary."""

_compressor = zstandard.ZstdCompressor(level=_LEVEL)
"""One for all: making one costs as much as compressing an item."""


def pack_item(raw: str) -> bytes:
    """An item as received, compressed."""
    return _compressor.compress(raw.encode("utf-8", "surrogatepass"))


def unpack_item(packed: bytes) -> str:
    """The item that `pack_item` compressed; raises zstandard.ZstdError where the bytes are damaged."""
    return zstandard.decompress(packed).decode("utf-8", "surrogatepass")


def pack_markup(html: str, text: str) -> bytes:
    """The mark-up of a wording, compressed as what it adds to the wording's text."""
    dictionary = _dictionary(text)
    if dictionary is None:
        return _compressor.compress(html.encode("utf-8"))
    return zstandard.ZstdCompressor(level=_LEVEL, dict_data=dictionary, write_checksum=True).compress(
        html.encode("utf-8")
    )


def unpack_markup(packed: bytes | None, text: str) -> str:
    """The mark-up; `text` has to be the one it was packed with. Raises zstandard.ZstdError where it is not."""
    if packed is None:
        return ""
    dictionary = _dictionary(text)
    if dictionary is None:
        return zstandard.decompress(packed).decode("utf-8")
    return zstandard.ZstdDecompressor(dict_data=dictionary).decompress(packed).decode("utf-8")


def _dictionary(text: str) -> zstandard.ZstdCompressionDict | None:
    words = text.encode("utf-8")
    if len(words) < _SHORTEST:
        return None
    return zstandard.ZstdCompressionDict(words, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
