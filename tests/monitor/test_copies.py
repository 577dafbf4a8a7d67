"""The copies of a release against each other: what is reported, what is not, and how often that is right."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.copies import against
from monitor.difference import Content
from tests.monitor.translations import AGREEING, DIFFERING, RELEASES, Pair, Release

MISSED = {"a number in words that differs", "a small number lacking"}
"""What is not found for the sake of not reporting what is none."""


def copy(text: str, title: str = "") -> Content:
    return Content(title, text, "2026-03-12", (), ())


def found(pair: Pair) -> dict[str, Any]:
    return against(copy(pair.one[1]), {pair.other[0]: copy(pair.other[1])})


def truth(pair: Pair) -> dict[str, Any]:
    numbers, dates = (
        {"only_here": list(only[0]), "only_there": list(only[1])} for only in (pair.numbers, pair.dates)
    )
    return {pair.other[0]: {"numbers": numbers, "dates": dates}}


@pytest.mark.parametrize("pair", [pytest.param(pair, id=pair.said) for pair in AGREEING])
def test_translations_that_agree_are_not_reported(pair: Pair) -> None:
    assert found(pair) == {}


@pytest.mark.parametrize("pair", [pytest.param(p, id=p.said) for p in DIFFERING if p.said not in MISSED])
def test_a_difference_is_reported_as_what_it_is(pair: Pair) -> None:
    assert found(pair) == truth(pair)


def test_precision_and_recall_over_the_pairs_are_these() -> None:
    assert len(AGREEING) + len(DIFFERING) >= 40
    assert {(pair.one[0], pair.other[0]) for pair in AGREEING} >= {("ru", "kk"), ("kk", "en"), ("en", "ru")}
    reported = [pair for pair in AGREEING + DIFFERING if found(pair)]
    right = [pair for pair in DIFFERING if found(pair) == truth(pair)]
    precision, recall = len(right) / len(reported), len(right) / len(DIFFERING)
    print(f"{len(AGREEING) + len(DIFFERING)} pairs: precision {precision:.3f}, recall {recall:.3f}")
    assert {pair.said for pair in DIFFERING if not found(pair)} == MISSED
    assert (precision, round(recall, 3)) == (1.0, 0.923)


@pytest.mark.parametrize("release", RELEASES)
def test_whole_releases_that_agree_are_not_reported(release: Release) -> None:
    copies = {lang: copy(text) for lang, text in release.texts.items()}
    for lang, here in copies.items():
        assert against(here, {other: there for other, there in copies.items() if other != lang}) == {}


SLIPS = [
    pytest.param(release, slip, id=f"{slip[0]}: {slip[1]}") for release in RELEASES for slip in release.slips
]


@pytest.mark.parametrize(("release", "slip"), SLIPS)
def test_one_slip_in_a_whole_release_is_reported_and_nothing_else(
    release: Release, slip: tuple[str, str, str, str, str, str]
) -> None:
    lang, stands, slipped, sort, fact, false_fact = slip
    assert release.texts[lang].count(stands) == 1
    here = copy(release.texts[lang].replace(stands, slipped))
    others = {other: copy(text) for other, text in release.texts.items() if other != lang}
    told = {
        "numbers": {"only_here": [], "only_there": []},
        "dates": {"only_here": [], "only_there": []},
    } | {sort: {"only_here": [false_fact], "only_there": [fact]}}
    assert against(here, others) == dict.fromkeys(others, told)


def test_only_languages_that_differ_are_named() -> None:
    there = {"ru": copy("Построят 12 школ."), "en": copy("It will build 14 schools.")}
    assert against(copy("14 мектеп салынады."), there) == {
        "ru": {
            "numbers": {"only_here": ["14"], "only_there": ["12"]},
            "dates": {"only_here": [], "only_there": []},
        }
    }


def test_title_and_text_are_read_as_one() -> None:
    assert (
        against(copy("Мерзімі белгілі.", "14 мектеп"), {"ru": copy("Построят 14 школ. Срок известен.")}) == {}
    )


def test_numbers_come_by_size() -> None:
    told = against(
        copy("9 үй, 12 мектеп, 100 орын, 2,5 га"), {"ru": copy("8 домов, 13 школ, 200 мест, 3,5 га")}
    )
    assert told["ru"]["numbers"]["only_here"] == ["2.5", "9", "12", "100"]


def test_of_a_table_the_first_numbers_are_told() -> None:
    one, other = (" ".join(str(number) for number in range(first, first + 900)) for first in (20_000, 30_000))
    told = against(copy(one), {"ru": copy(other)})["ru"]["numbers"]
    assert told["only_here"] == [str(number) for number in range(20_000, 20_020)]
    assert len(told["only_there"]) == 20


def test_a_copy_as_long_as_a_book_is_not_compared() -> None:
    assert against(copy("12 мектеп. " * 3000), {"ru": copy("14 школ. " * 3000)}) == {}


def test_a_code_of_many_figures_is_no_number() -> None:
    assert against(copy("9" * 40), {"ru": copy("8" * 40)}) == {}


WORDS = st.sampled_from(
    ["12", "21", "млрд", "млн", "тенге", "теңге", "billion", "марта", "наурыз", "March", "2026", "года", "жылғы", "-",
     "с", "по", "1.", "\n", "%", "on", "он", "екі", "XIX", "5-7", "12.03.2026", "99:99", "1,5", "№", "31.31.2026"]
)  # fmt: skip
TEXTS = st.lists(WORDS, max_size=16).map(" ".join) | st.text(max_size=60)


@given(TEXTS, TEXTS)
def test_what_only_one_has_the_other_lacks_whichever_is_asked(one: str, other: str) -> None:
    here = against(copy(one), {"ru": copy(other)})
    there = against(copy(other), {"ru": copy(one)})
    turned = {
        lang: {
            sort: {"only_here": told["only_there"], "only_there": told["only_here"]}
            for sort, told in both.items()
        }
        for lang, both in there.items()
    }
    assert here == turned


@given(TEXTS)
def test_no_copy_differs_from_itself(text: str) -> None:
    assert against(copy(text), {"kk": copy(text)}) == {}
