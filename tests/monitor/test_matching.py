"""How two wordings of a text are laid side by side."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.fingerprint import normalised
from monitor.matching import Block, Matching, blocks


def runs_of(before: str, after: str) -> list[tuple[str, str]]:
    return [
        (block.old.said(run.old_first, run.old_last), block.new.said(run.new_first, run.new_last))
        for block in blocks("text", before, after)
        for run in block.runs
    ]


@pytest.mark.parametrize(
    ("said", "before", "after", "runs"),
    [
        ("one word", "Бір екі үш", "Бір төрт үш", [("екі", "төрт")]),
        ("a word in", "Бір үш", "Бір екі үш", [("", "екі")]),
        ("a word out", "Бір екі үш", "Бір үш", [("екі", "")]),
        ("two places", "а б в г д", "а ә в г ғ", [("б", "ә"), ("д", "ғ")]),
        ("a paragraph in", "Бір.\nҮш.", "Бір.\nЕкі.\nҮш.", [("", "Екі.")]),
        ("paragraphs joined", "Бір екі.\nҮш төрт.", "Бір екі. Үш бес.", [("төрт.", "бес.")]),
        ("another dash beside it", "Өскемен — қала, бұрын", "Өскемен - қала, кейін", [("бұрын", "кейін")]),
        ("the same", "Бір  «екі»\nүш", "Бір екі үш", []),
    ],
)
def test_the_words_are_those_replaced(
    said: str, before: str, after: str, runs: list[tuple[str, str]]
) -> None:
    assert runs_of(before, after) == runs, said


def test_a_table_with_all_its_figures_changed_is_compared_row_by_row() -> None:
    def table(add: int) -> str:
        rows = (f"Аудан {n} | " + " | ".join(str(n * 7 + k + add) for k in range(6)) for n in range(1000))
        return "\n".join(rows)

    runs = runs_of(table(0), table(1000))
    assert len(runs) == 6000
    assert runs[0] == ("0", "1000")


@pytest.mark.parametrize(
    ("said", "before", "after", "drawn"),
    [
        (
            "a figure",
            "Бірінші.\nдо 12 млрд тенге",
            "Бірінші.\nдо 21 млрд тенге",
            [(2, [("=", "до "), ("-", "12"), ("+", "21"), ("=", " млрд тенге")])],
        ),
        ("a word in", "Бір үш", "Бір екі үш", [(1, [("=", "Бір"), ("+", " екі"), ("=", " үш")])]),
        ("a word out at the end", "Бір үш", "Бір", [(1, [("=", "Бір"), ("-", " үш")])]),
        ("a paragraph in", "Бір.\nҮш.", "Бір.\nЕкі.\nҮш.", [(2, [("+", "Екі.")])]),
        ("a paragraph out", "Бір.\nЕкі.\nҮш.", "Бір.\nҮш.", [(2, [("-", "Екі.")])]),
        (
            "two paragraphs joined",
            "Бір екі.\nҮш төрт.",
            "Бір екі. Үш бес.",
            [(1, [("=", "Бір екі."), ("-", "\n"), ("+", " "), ("=", "Үш "), ("-", "төрт."), ("+", "бес.")])],
        ),
        (
            "quotes and dashes as they are now",
            "Закон «О недрах» – в силе, «Ставка» — 16%",
            "Закон “О недрах” — уже в силе, «Ставка» – 20%",
            [
                (
                    1,
                    [
                        ("=", "Закон “О "),
                        ("-", "недрах» – в"),
                        ("+", "недрах” — уже в"),
                        ("=", " силе, "),
                        ("-", "«Ставка» — 16%"),
                        ("+", "«Ставка» – 20%"),
                    ],
                )
            ],
        ),
        (
            "rows are drawn one by one",
            "Алматы 5 мектеп\nАстана 6 мектеп",
            "Алматы 7 мектеп\nАстана 8 мектеп",
            [
                (1, [("=", "Алматы "), ("-", "5"), ("+", "7"), ("=", " мектеп")]),
                (2, [("=", "Астана "), ("-", "6"), ("+", "8"), ("=", " мектеп")]),
            ],
        ),
    ],
)
def test_the_parts_are_enough_to_draw(
    said: str, before: str, after: str, drawn: list[tuple[int, list[tuple[str, str]]]]
) -> None:
    assert [(block.paragraph, block.parts()) for block in blocks("text", before, after)] == drawn, said


def test_paragraphs_left_out_are_those_of_which_little_stayed() -> None:
    before = "Бір екі үш төрт бес.\nАлты жеті сегіз тоғыз он.\nҚала мен ауыл."
    (block,) = blocks("text", before, "Бір екі үш төрт алты.\nМүлдем басқа нәрсе.\nҚала мен дала.")
    assert list(block.left_out(0.8)) == ["Алты жеті сегіз тоғыз он."]


class Watched(str):
    """A word that counts how often it is looked at."""

    __slots__ = ()
    looks = 0

    def __eq__(self, other: object) -> bool:
        Watched.looks += 1
        return str.__eq__(self, other)

    def __hash__(self) -> int:
        Watched.looks += 1
        return str.__hash__(self)


def looks_for(words: int) -> tuple[int, int]:
    """How often words are looked at where every other one of them was changed, and the runs found."""
    old = [Watched(f"сөз{n}") for n in range(words)]
    new = [Watched("артық"), *(Watched(f"сөз{n}" if n % 2 else f"басқа{n}") for n in range(words))]
    Watched.looks = 0
    runs = Matching().runs(old, new)
    return Watched.looks, len(runs)


def test_twice_as_long_a_text_takes_no_more_than_twice_the_work() -> None:
    (some, found), (more, found_more) = looks_for(4000), looks_for(8000)
    assert (found, found_more) == (2000, 4000)
    assert more < some * 2.5
    assert more < 8000 * 50


def test_words_without_a_place_of_their_own_are_one_run_where_matching_would_take_seconds() -> None:
    old, new = ["бір", "екі", "үш"] * 2000, ["екі", "бір", "үш"] * 2000
    (run,) = Matching().runs(old, new)
    assert (run.old_first, run.new_last) == (0, 5999)


def test_what_stands_once_anchors_the_rest_of_a_text_too_large_to_match() -> None:
    old = [*(["а", "ә"] * 900), "Көлсай", *(["а", "ә"] * 900)]
    new = [*(["ә", "а", "б"] * 600), "Көлсай", *(["а", "ә"] * 900), "соңы"]
    runs = Matching().runs(old, new)
    assert all(run.old_last <= 1800 or run.old_first > 1800 for run in runs)
    assert (runs[-1].old_first, runs[-1].old_last) == (3601, 3601)


TEXTS = st.lists(
    st.sampled_from(["бір", "екі", "«үш»", "12", "-5", "5,", "–", "қала.", "ң", "\n", "\n\n", "%", "\u00a0"]),
    max_size=14,
).map(" ".join)


def rebuilt(block: Block) -> tuple[str, str]:
    parts = block.parts()
    return tuple("".join(text for sign, text in parts if sign in {"=", side}) for side in "-+")  # type: ignore[return-value]


@given(TEXTS, TEXTS)
def test_the_parts_rebuild_both_sides(before: str, after: str) -> None:
    for block in blocks("text", before, after):
        old, new = rebuilt(block)
        assert "\n".join(map(normalised, old.split("\n"))) == block.old.text
        assert new == block.new.original


@given(TEXTS, TEXTS)
def test_what_is_drawn_of_paragraphs_without_others_is_their_originals(before: str, after: str) -> None:
    def shown(text: str) -> list[str]:
        return [" ".join(line.split()) for line in text.splitlines() if normalised(line)]

    whole = [*blocks("text", before, ""), *blocks("text", "", after)]
    parts = [part for block in whole for part in block.parts()]
    drawn = [("-", "\n".join(shown(before))), ("+", "\n".join(shown(after)))]
    assert parts == [part for part in drawn if part[1]]


@given(TEXTS, TEXTS)
def test_neighbours_among_the_parts_differ_in_sign_and_none_is_empty(before: str, after: str) -> None:
    for block in blocks("text", before, after):
        parts = block.parts()
        assert all(text for _, text in parts)
        assert all(parts[i][0] != parts[i + 1][0] for i in range(len(parts) - 1))
