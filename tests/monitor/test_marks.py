"""Which places of a text are marked as found, and which piece of it is shown."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.words.marks import marked, snippet
from monitor.words.question import read_question
from tests.monitor.test_question import SIGNS


@pytest.mark.parametrize(
    ("typed", "text", "found"),
    [
        ("налог", "О налогах и «налоге», не о налоговом", ["налогах", "налоге"]),
        ("әкімдік", "Әкімдіктің шешімі. Акимдиктер", ["Әкімдіктің"]),
        ("үкімет", "Үкіметке жүктелді", ["Үкіметке"]),
        ("елка", "Ёлка и ёлки", ["Ёлка", "ёлки"]),
        ("налог", "Нало\u0301га и на\u00adлогом", ["Нало\u0301га", "на\u00adлогом"]),
        ("қазақ*", "Қазақстандықтар, казак", ["Қазақстандықтар"]),
        ('~"водный кодекс"', "водного, кодекса; кодекс водный", ["водного", "кодекса"]),
        ('"водный кодекс"', "водного кодекса", []),
        ("c++", "Курс C++, не C", ["C++"]),
        ("налог | пошлина -акциз", "пошлины без акциза", ["пошлины"]),
        ("су", "Суды двух инстанций", ["Суды"]),  # it was found among Kazakh editions, and is shown
        ("tax", "The tax's rate", ["tax's"]),
        ("one", "first\r\nONE\u2028one", ["ONE", "one"]),
    ],
)
def test_words_that_are_found_are_marked(typed: str, text: str, found: list[str]) -> None:
    assert [text[begin:end] for begin, end in marked(read_question(typed), text)] == found


def shown(typed: str, text: str, length: int) -> str:
    return "".join(
        f"[{piece}]" if found else piece
        for piece, found in snippet(read_question(typed), text, length=length)
    )


FILLING = "Пустые слова идут сюда. " * 20


def test_a_short_text_is_shown_whole_with_its_lines_joined() -> None:
    assert shown("су", "Су  қоры\n\nқорғалады.", 100) == "[Су] қоры қорғалады."


def test_a_long_text_is_shown_around_what_was_found_from_the_beginning_of_a_sentence() -> None:
    said = shown("налог", f"{FILLING}О новом налоге говорили. {FILLING}", 60)
    assert said.startswith("… О новом [налоге] говорили. Пустые слова")
    assert said.endswith(" …")


def test_words_far_apart_are_shown_in_two_pieces() -> None:
    said = shown("налог кодекс", f"Налоги тут. {FILLING}Кодекс там. {FILLING}", 60)
    assert "[Налоги] тут." in said
    assert " … " in said
    assert "[Кодекс] там." in said


def test_many_forms_of_one_word_are_one_word() -> None:
    said = shown("налог", f"Налоги тут. {FILLING}Налогом там. {FILLING}", 60)
    assert said.count("[") == 1
    assert not said.startswith("…")


def test_a_text_without_the_words_is_shown_from_its_beginning() -> None:
    assert shown("налог", FILLING, 30) == "Пустые слова идут сюда. Пустые …"


@given(SIGNS, st.text(max_size=300), st.integers(min_value=1, max_value=200))
def test_a_piece_is_never_much_longer_than_asked_and_holds_nothing_else(
    typed: str, text: str, length: int
) -> None:
    try:
        question = read_question(typed)
    except ValueError:
        question = read_question("а | i | 1 | 一")
    places = marked(question, text)
    assert all(0 <= begin < end <= len(text) for begin, end in places)
    assert all(one[1] <= other[0] for one, other in pairwise(places))
    pieces = snippet(question, text, length=length)
    for piece, found in pieces:
        assert piece.replace("…", "").split() == [] or not found or piece.split()[0] in text
    longest = max((end - begin for begin, end in places), default=0)
    assert sum(len(piece) for piece, _ in pieces) <= max(length, longest * 2) + 12
