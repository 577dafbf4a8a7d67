"""What of an edit is drawn in a feed."""

from typing import Any

import pytest

from feeds.word_diff import passage_html, replaced_text
from monitor.runs import passages

LONG = " ".join(f"сөз{number}" for number in range(40))
ENDS = (" ".join(f"сөз{number}" for number in numbers) for numbers in (range(12), range(28, 40)))
HEAD, TAIL = ENDS


@pytest.mark.parametrize(
    ("parts", "drawn"),
    [
        pytest.param(
            [["=", "Жол "], ["-", "12"], ["+", "21"], ["=", " км"]],
            "Жол <del>12</del> → <ins>21</ins> км",
            id="a word for a word",
        ),
        pytest.param(
            [["=", "Ауылдарға"], ["+", " да"], ["=", " көмек"]],
            "Ауылдарға [+<ins>да</ins>] көмек",
            id="white space stands outside of the marks",
        ),
        pytest.param(
            [["=", "қала"], ["+", "лар"], ["=", ", ауыл"]],
            "қала[+<ins>лар</ins>], ауыл",
            id="a part of a word",
        ),
        pytest.param(
            [["=", "бір"], ["-", " "], ["+", "\n"], ["=", "екі"], ["-", " үш"]],
            "бір екі [−<del>үш</del>]",
            id="another white space is no difference to be seen",
        ),
        pytest.param(
            [["=", LONG], ["+", " ә"], ["=", f" {LONG}"], ["-", " ғ"], ["=", f" {LONG}"]],
            f"… {TAIL} [+<ins>ә</ins>] {HEAD} … {TAIL} [−<del>ғ</del>] {HEAD} …",
            id="long stretches keep the ends that say where it is",
        ),
        pytest.param([["-", "Бір\n\nекі"]], "[−<del>Бір екі</del>]", id="a paragraph that went"),
        pytest.param(
            [["=", "<b>"], ["-", "<script>"], ["+", "a & b"], ["=", "\u202eтерт\x00"]],
            "&lt;b&gt;<del>&lt;script&gt;</del> → <ins>a &amp; b</ins>терт",
            id="nothing of it is mark-up, illegal, or turns the line",
        ),
        pytest.param(
            [["+", f"{LONG} " * 20]], f"[+<ins>{(LONG + ' ') * 20}</ins>]".replace(" </", "</"), id="whole"
        ),
    ],
)
def test_a_passage_is_drawn(parts: list[Any], drawn: str) -> None:
    (passage,) = passages({"diff": [{"field": "text", "paragraph": 1, "parts": parts}]})
    assert passage_html(passage) == drawn


@pytest.mark.parametrize(
    "detail",
    [{}, {"diff": 5}, {"diff": [7, {"parts": "x"}]}, {"diff": [{"parts": [["=", "бәрі"], ["+", 5], ["-"]]}]}],
)
def test_what_shows_no_difference_is_no_passage(detail: dict[str, Any]) -> None:
    assert passages(detail) == []


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("12", "21", "12 → 21"),
        ("үш", "", "[−үш]"),
        ("", "да", "[+да]"),
        ("", "", ""),
        ("ә" * 500, "ғ" * 500, f"{'ә' * 120}… → {'ғ' * 120}…"),
    ],
)
def test_in_a_sentence_both_are_told(before: str, after: str, told: str) -> None:
    assert replaced_text(before, after) == told
