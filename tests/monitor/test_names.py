"""Proper names found in texts, and compared in whatever case they stand."""

import pytest

from monitor.names import Known, names, same_name, words_of


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Министр сообщил об этом.", []),
        ("Об этом сообщил министр Серік Асанов.", ["Серік", "Асанов"]),
        ("Слово взял А. Б. Ким.", ["А", "Б", "Ким"]),
        ("Асанов сказал, что план готов. Снова обсудили смету.", ["Асанов"]),
        ("Жиынды Айгүл Ермекқызы ашты. Көлсай ауданы қатысты.", ["Айгүл", "Ермекқызы"]),
        ("В г. Ушарал открыли парк.", ["Ушарал"]),
        ("Minister Opens New School In Village", []),
        ("The school in Kolsay is new.", ["Kolsay"]),
        ("ЖАҢА МЕКТЕП ТУРАЛЫ ХАБАР", []),
    ],
)
def test_the_names_of_a_text(text: str, wanted: list[str]) -> None:
    assert [name.word for name in names(text)] == wanted


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Асанов", "Асановым", True),
        ("Астана", "Астане", True),
        ("Алматы", "Алматыда", True),
        ("Оспанов", "Оспановтың", True),
        ("Ахметұлы", "Ахметұлының", True),
        ("Ермекқызы", "Ермекқызына", True),
        ("Әбенова", "Абенова", True),
        ("Ким", "Кимом", True),
        ("Асанов", "Оспанов", False),
        ("Асанов", "Асанбаев", False),
        ("Ким", "Кит", False),
        ("Марат", "Марта", False),
        ("Айгүл", "Айгерім", False),
        ("Алия", "Алина", False),
    ],
)
def test_a_case_makes_no_other_name(one: str, other: str, alike: bool) -> None:
    assert same_name(one, other) is same_name(other, one) is alike


def test_a_name_is_known_by_any_of_its_cases() -> None:
    known = Known(words_of("Сказал Асанов в Астане"))
    assert "Асановым" in known
    assert "Астана" in known
    assert "Оспанов" not in known


def test_a_word_that_begins_a_sentence_is_a_name_where_it_is_known_to_be_one() -> None:
    text = "Қостанайда жиын өтті. Жиынға әкім келді. МВД сообщает. РК растёт. KZT 5 млрд."
    assert [name.word for name in names(text, lambda word: word.startswith("Қостанай"))] == [
        "Қостанайда",
        "МВД",
    ]
    assert names(text) == []
