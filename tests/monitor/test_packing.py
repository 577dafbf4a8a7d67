"""Does everything that is packed come out as it went in, and only with the words that it was packed with?"""

import json
from hashlib import blake2b

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from monitor.store.packing import pack_item, pack_markup, unpack_item, unpack_markup

# Figures that cannot be guessed, so that only the words themselves make an item small.
PARAGRAPHS = [
    f"Өңір әкімі {blake2b(bytes([number])).hexdigest()} шаруашылықтың жұмысымен танысты, қаржы бөлінді."
    for number in range(20)
]
WORDS = "\n\n".join(["Ауыл шаруашылығы", *PARAGRAPHS])
BODY = "<!DOCTYPE html>\n<body>\n" + "".join(f"<p>{line}</p>\n" for line in PARAGRAPHS) + "</body>\n"
ITEM = json.dumps({"id": 7, "title": "Ауыл шаруашылығы", "body": BODY, "views": 3}, ensure_ascii=False)


@given(raw=st.text(), words=st.text())
def test_an_item_comes_out_as_it_went_in(raw: str, words: str) -> None:
    assert unpack_item(pack_item(raw, words), words) == raw


@given(html=st.text(st.characters(codec="utf-8")), text=st.text(st.characters(codec="utf-8")))
def test_markup_comes_out_as_it_went_in(html: str, text: str) -> None:
    assert unpack_markup(pack_markup(html, text), text) == html


def test_an_item_weighs_little_beside_its_words() -> None:
    assert len(pack_item(ITEM, WORDS)) < 300 < 1_000 < len(pack_item(ITEM))


def test_other_words_unpack_nothing() -> None:
    with pytest.raises(zstandard.ZstdError):
        unpack_item(pack_item(ITEM, WORDS), WORDS.replace("қаржы", "қалам"))


def test_what_was_packed_by_itself_needs_no_words() -> None:
    assert unpack_item(pack_item(ITEM), "кез келген сөз") == ITEM


def test_what_was_packed_with_words_by_the_first_version_can_be_read_for_ever() -> None:
    packed = bytes.fromhex("0128b52ffd243dcd00004837703e3c2f703e227d05005a0deec108a712da175e8f8520dc6f3b4c")
    assert unpack_item(packed, "Тақырып\nМәтін.") == '{"id":7,"title":"Тақырып","body":"<p>Мәтін.</p>"}'
