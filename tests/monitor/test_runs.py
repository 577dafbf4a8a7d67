"""The replaced runs of an edit as they are shown. All text is invented."""

from typing import Any

import pytest

from monitor.difference import Content, difference
from monitor.runs import Shown, shown_runs, weightiest_first


def edit(before: str, after: str) -> dict[str, Any]:
    contents = (Content("Тақырып", text, "2031-05-14", (), ()) for text in (before, after))
    return difference(*contents)[1]


CONTEXTS: dict[str, tuple[str, str, list[tuple[str, str]]]] = {
    "a word that turns the sentence": (
        "Совет сказал, что налог не будет повышен в этом году.",
        "Совет сказал, что налог будет повышен в этом году.",
        [("что налог не будет повышен", "что налог будет повышен")],
    ),
    "one that came": (
        "Үлгілі өңір ғана бұл қаржыны алады.",
        "Үлгілі өңір ғана бұл қаржыны үш алады.",
        [("бұл қаржыны алады.", "бұл қаржыны үш алады.")],
    ),
    "one in the place of another": (
        "The plan now covers roads in every region.",
        "The plan now covers dams in every region.",
        [("now covers roads in every", "now covers dams in every")],
    ),
    "at the beginning of a paragraph": (
        "Бірінші сөйлем осында тұр.\nБұл жоба ауылға керек.",
        "Бірінші сөйлем осында тұр.\nСол жоба ауылға керек.",
        [("Бұл жоба ауылға", "Сол жоба ауылға")],
    ),
    "a long word": (
        "Кеңес бұл ғимаратты көрді.",
        "Кеңес бұл көпірлерді көрді.",
        [("ғимаратты", "көпірлерді")],
    ),
    "a number": ("Келді 12 адам кеше.", "Келді 21 адам кеше.", [("12", "21")]),
}


@pytest.mark.parametrize(("before", "after", "said"), CONTEXTS.values(), ids=CONTEXTS)
def test_a_short_word_alone_is_shown_with_two_words_on_each_side(
    before: str, after: str, said: list[tuple[str, str]]
) -> None:
    assert [(run.was, run.now) for run in shown_runs(edit(before, after))] == said


def test_words_that_are_alike_have_each_their_own_place() -> None:
    detail = edit(
        "Салық кеше де өсті, ал қаржы бүгін көбейді және ауыл ертең де жаңарды.",
        "Салық кеше өсті, ал қаржы бүгін көбейді және ауыл ертең жаңарды.",
    )
    assert [run.was for run in shown_runs(detail)] == [
        "Салық кеше де өсті, ал",
        "ауыл ертең де жаңарды.",
    ]


def test_no_context_is_taken_from_within_a_word_or_without_a_diff() -> None:
    words = [{"field": "text", "before": "не", "after": ""}]
    inside = [{"field": "text", "paragraph": 1, "parts": [["=", "бұл"], ["-", "не"], ["=", "тек"]]}]
    for diff in ({}, {"diff": inside}):
        assert shown_runs({"words": words, **diff}) == [Shown("text", "не", "", ())]


def test_the_most_telling_class_of_each_decides_and_the_text_where_they_are_alike() -> None:
    classes = ("wording", "typography", "date", "unheard-of", "amount", "date", "negation")
    runs = [Shown("text", str(place), "", (name,)) for place, name in enumerate(classes)]
    runs.append(Shown("text", "7", "", ("wording", "name")))
    runs.append(Shown("text", "8", "", ()))
    assert [run.before for run in weightiest_first(runs)] == list("425670138")
