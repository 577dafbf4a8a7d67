"""How mark-up and received items lie in the file: compressed, because nobody reads them there. Pure."""

import zstandard

_LEVEL = 3
_SHORTEST = 8
"""Bytes of a text that zstd takes as a dictionary."""

_WITH_WORDS = b"\x01"
"""Begins an item that needs words to unpack it; what has none begins as every frame of zstd does. Another `_FRAME`
would need another sign."""
_FRAME = (
    r'"short_description":null,"short_description":"","created_date":"2026-01-01T10:00:00Z",'
    r'"heropic":null,"heropic":"/uploads/2026/1/10/_original.100000.png",_original.100000.jpg",'
    r'"alt_image":null,"alt_image":"","projects":"","projects":["","directions":[{"id":1,"title":"",'
    r'"directions":[],"hint":null,"comments_on":false,"views":100}'
    r"<img src=\"/uploads/2026/1/10/\" width=\"1280\" height=\"720\"></p>\n<a href=\"/uploads/\" download=\"\">"
    r"</li>\n<li></ul>\n<p style=\"text-align: justify;\"><strong></strong>&nbsp;&laquo;&raquo;&ndash;&mdash;</p>"
    r'\n<p></p>\n</body>\n</html>\n","short_description":null,"created_date":"2026-'
    r'{"id":1000000,"title":"","slug":"","body":"<!DOCTYPE html>\n<html>\n<head>\n</head>\n<body>\n<p>'
)
"""What the portal puts around the words of every item; never changed, because what was packed needs it."""

_compressor = zstandard.ZstdCompressor(level=_LEVEL)
"""One for all: making one costs as much as compressing an item."""


def pack_item(raw: str, words: str = "") -> bytes:
    """An item as received, compressed as what it adds to `words`, title and text of its wording; "": by itself."""
    line = raw.encode("utf-8", "surrogatepass")
    if not words:
        return _compressor.compress(line)
    # With its checksum, because other words than those it was packed with might unpack it to something else.
    compressor = zstandard.ZstdCompressor(level=_LEVEL, dict_data=_usual(words), write_checksum=True)
    return _WITH_WORDS + compressor.compress(line)


def unpack_item(packed: bytes, words: str = "") -> str:
    """The item that `pack_item` compressed.

    Raises zstandard.ZstdError where the bytes are damaged, or `words` are not those it was packed with.
    """
    if packed.startswith(_WITH_WORDS):
        frame = packed[len(_WITH_WORDS) :]
        line = zstandard.ZstdDecompressor(dict_data=_usual(words)).decompress(frame)
    else:
        line = zstandard.decompress(packed)
    return line.decode("utf-8", "surrogatepass")


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


def _usual(words: str) -> zstandard.ZstdCompressionDict:
    """What an item most likely consists of."""
    likely = (_FRAME + words).encode("utf-8", "surrogatepass")
    return zstandard.ZstdCompressionDict(likely, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
