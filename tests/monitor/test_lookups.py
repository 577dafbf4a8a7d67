"""What an answer for one release by its number says of its removal."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler.records import Outcome
from monitor.lookups import TRIES, Answered, LookedUp, found, next_step, tries_again

NOW = datetime(2026, 7, 13, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TITLE = "Өңірде «жаңа» мектеп"


@pytest.mark.parametrize(
    ("said", "answer", "whole", "wanted"),
    [
        ("an empty object", Answered("empty"), True, "gone"),
        ("the release", Answered("items", TITLE, ("economy",)), True, "there"),
        ("the release, without owners", Answered("items", TITLE), True, "there"),
        ("the release, of one of its agencies", Answered("items", TITLE, ("moa", "enbek")), True, "there"),
        ("the release under another title", Answered("items", "Басқа", ("economy",)), True, "there"),
        ("the release under another agency", Answered("items", TITLE, ("enbek",)), True, "elsewhere"),
        ("the copy under another agency", Answered("items", TITLE, ("enbek",)), False, "there"),
        ("the copy", Answered("items", TITLE, ("economy",)), False, "there"),
        (
            "the copy under a title of its own",
            Answered("items", "Жаңа тақырып", ("economy",)),
            False,
            "there",
        ),
        (
            "another language in its place",
            Answered("items", "«Новая»  школа", ("economy",)),
            False,
            "unknown",
        ),
        ("an answer that cannot be read", Answered("broken"), True, "unknown"),
        ("a refusal", Answered("refused"), True, "unknown"),
        ("no answer", Answered("timeout"), True, "unknown"),
        ("an item that is no release", Answered("items"), True, "unknown"),
    ],
)
def test_what_an_answer_says(said: str, answer: Answered, whole: bool, wanted: str) -> None:
    others = ['"Новая" школа']
    assert found(answer, listed_by={"economy", "moa"}, other_titles=others, whole=whole) == wanted, said


@pytest.mark.parametrize(
    ("outcome", "tries", "wanted"),
    [
        ("timeout", 1, True),
        ("timeout", TRIES - 1, True),
        ("timeout", TRIES, False),
        ("overloaded", 1, True),
        ("refused", 1, False),
        ("empty", 1, False),
        ("items", 1, False),
        ("broken", 1, False),
    ],
)
def test_only_no_answer_is_asked_for_again(outcome: Outcome, tries: int, wanted: bool) -> None:
    assert tries_again(outcome, tries=tries) is wanted


def looked(what: Any, ago: timedelta) -> LookedUp:
    return LookedUp(what, NOW - ago)


@pytest.mark.parametrize(
    ("said", "last", "confirmed", "wanted"),
    [
        ("never asked", None, [HOUR], "ask"),
        ("asked before it was proved gone", looked("gone", 2 * HOUR), [HOUR], "ask"),
        ("asked before the last copy was proved gone", looked("gone", 2 * HOUR), [3 * HOUR, HOUR], "ask"),
        ("it answers no more", looked("gone", HOUR), [2 * HOUR], "declare"),
        ("nothing could be learned", looked("unknown", HOUR), [2 * HOUR], "declare"),
        ("it still answers", looked("there", HOUR), [2 * HOUR], "wait"),
        ("it still answered a day ago", looked("there", 24 * HOUR), [30 * HOUR], "ask"),
        ("it answered almost a day ago", looked("there", 24 * HOUR - HOUR / 60), [30 * HOUR], "wait"),
    ],
)
def test_what_is_done_about_a_removal_that_listings_prove(
    said: str, last: LookedUp | None, confirmed: Sequence[timedelta], wanted: str
) -> None:
    moments = [NOW - ago for ago in confirmed]
    assert next_step(last, moments, now=NOW, confirm=HOUR) == wanted, said


@pytest.mark.parametrize(
    ("outcome", "wanted"), [("timeout", "there"), ("broken", "unknown"), ("empty", "gone")]
)
def test_where_no_answer_comes_it_is_where_it_was(outcome: Outcome, wanted: str) -> None:
    known: dict[str, Any] = {"listed_by": {"economy"}, "other_titles": (), "whole": True}
    assert found(Answered(outcome), **known, was_there=True) == wanted
