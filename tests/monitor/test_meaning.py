"""What edits mean: pairs that changed but are unimportant, and small ones that are important, in three languages."""

from collections import Counter

import pytest

from monitor.changes import WEIGHTS
from monitor.difference import Content, difference
from monitor.meaning import WEIGHT_OF_CLASS, ordered, weight_of
from tests.monitor.edits import IMPORTANT, UNIMPORTANT, Edit

EDITS = [pytest.param(edit, id=f"{edit.lang}: {edit.said}") for edit in UNIMPORTANT + IMPORTANT]


def of(title: str, text: str) -> Content:
    return Content(title, text, "2026-03-12", (), ())


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_means_what_a_reader_would_say(edit: Edit) -> None:
    weight, detail = difference(of("Хабарлама", edit.before), of("Хабарлама", edit.after))
    assert (weight, tuple(detail["classes"])) == (edit.weight, edit.classes)


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_undone_means_the_same(edit: Edit) -> None:
    weight, detail = difference(of("Хабарлама", edit.after), of("Хабарлама", edit.before))
    assert (weight, tuple(detail["classes"])) == (edit.weight, edit.classes)


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_means_the_same_within_a_longer_text_and_in_the_title(edit: Edit) -> None:
    around = "Бұл туралы баспасөз қызметі хабарлады.\n{}\nТолығырақ мәлімет кейін беріледі."
    weight, detail = difference(of("", around.format(edit.before)), of("", around.format(edit.after)))
    assert (weight, tuple(detail["classes"])) == (edit.weight, edit.classes)
    if "\n" not in edit.before:
        titled = difference(of(edit.before, "Мәтін."), of(edit.after, "Мәтін."))
        assert (titled[0], tuple(titled[1]["classes"])) == (edit.weight, edit.classes)


@pytest.mark.parametrize("edit", EDITS)
def test_the_classes_of_an_edit_are_those_of_its_words(edit: Edit) -> None:
    _, detail = difference(of("Хабарлама", edit.before), of("Хабарлама", edit.after))
    assert list(ordered(name for run in detail["words"] for name in run["classes"])) == detail["classes"]


def test_there_are_enough_pairs_in_each_language() -> None:
    assert len(UNIMPORTANT) >= 40
    assert len(IMPORTANT) >= 40
    for pairs in (UNIMPORTANT, IMPORTANT):
        assert set(Counter(edit.lang for edit in pairs)) == {"kk", "ru", "en"}
        assert len({(edit.before, edit.after) for edit in pairs}) == len(pairs)


def test_the_table_has_the_heaviest_classes_first() -> None:
    weights = [WEIGHTS.index(weight) for weight in WEIGHT_OF_CLASS.values()]
    assert weights == sorted(weights, reverse=True)


@pytest.mark.parametrize(
    ("classes", "weight"),
    [
        ((), "none"),
        (("typography",), "none"),
        (("typography", "link"), "minor"),
        (("wording", "amount"), "major"),
    ],
)
def test_an_edit_weighs_as_its_heaviest_class(classes: tuple[str, ...], weight: str) -> None:
    assert weight_of(classes) == weight
