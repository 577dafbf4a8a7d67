"""Why a rule hears of a change or does not: each condition in a sentence, and the same answer as the quick way."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from monitor.changes import Change
from monitor.config import Alert
from monitor.rules import Verdict, judge, matches
from tests.monitor.test_rules import HOOK, PUBLISHED

EDIT = {"fields": ["text"], "words": [{"field": "text", "before": "штраф", "after": "взыскание"}]}
CHANGES = (
    PUBLISHED,
    replace(PUBLISHED, baseline=True),
    replace(PUBLISHED, kind="translated", weight="minor", lang="kk", earlier=("ru",), title="Салық туралы"),
    replace(PUBLISHED, kind="translated", weight="minor", lang="kk", earlier=("en",)),
    replace(PUBLISHED, kind="edited", weight="minor", detail=EDIT),
    replace(PUBLISHED, kind="removed", lang=None, earlier=("kk", "ru")),
    replace(PUBLISHED, kind="moved", weight="minor", lang=None, agency="mfa", agencies=("mfa", "economy")),
)
ASKED: tuple[dict[str, Any], ...] = (
    {},
    {"agencies": ["mfa"]},
    {"agency_kinds": ["akimat"]},
    {"languages": ["kk"]},
    {"kinds": ["published", "health"]},
    {"kinds": ["health"]},
    {"weight": "major"},
    {"words": ["штраф", "салық"]},
    {"not": ["сбор"]},
)


def rule(**keys: Any) -> Alert:
    return Alert.model_validate({"name": "мой", "to": [HOOK], **keys})


def judged(alert: Alert, change: Change, *, person: bool = False) -> Verdict:
    return judge(alert, change, agency_kind="ministry", person=person)


@pytest.mark.parametrize("person", [True, False])
def test_the_answer_is_that_of_the_quick_way(*, person: bool) -> None:
    answers = set()
    for one, other, change in product(ASKED, ASKED, CHANGES):
        alert = rule(**{**one, **other})
        verdict = judged(alert, change, person=person)
        assert verdict.match == matches(alert, change, agency_kind="ministry", person=person)
        assert (verdict.match is not None) == all(condition.holds for condition in verdict.conditions)
        answers.add(verdict.match is not None)
    assert answers == {True, False}


@pytest.mark.parametrize(
    ("keys", "values", "name", "said"),
    [
        (
            {},
            {"baseline": True},
            "news",
            "it was history, there when its listing was first read, and nobody is told of history",
        ),
        (
            {"agencies": ["mfa", "almaty"]},
            {},
            "agencies",
            "the rule asks for mfa or almaty, the release is of economy, listed also by minfin",
        ),
        (
            {"agency_kinds": ["akimat"]},
            {},
            "agency_kinds",
            "the rule asks for akimat, economy is of kind ministry",
        ),
        ({"languages": ["kk", "en"]}, {}, "languages", "the rule asks for kk or en, the copy is in ru"),
        (
            {"languages": ["en"]},
            {"kind": "removed", "lang": None, "earlier": ("kk", "ru")},
            "languages",
            "the rule asks for en, the whole release is concerned, which was held in kk, ru",
        ),
        ({"kinds": ["removed"]}, {}, "kinds", "the rule asks for removed; the change is published"),
        (
            {"weight": "major"},
            {"kind": "edited", "weight": "minor"},
            "weight",
            "the rule asks for major, the change is minor",
        ),
        (
            {"words": ["құрылыс", "көлік"]},
            {},
            "words",
            "none of the words of the rule stands in title and text: «құрылыс», «көлік»",
        ),
        ({"not": ["сбор"]}, {}, "not", "words that the rule refuses stand in title and text: «сбор»"),
    ],
)
def test_the_condition_that_fails_is_named(
    keys: dict[str, Any], values: dict[str, Any], name: str, said: str
) -> None:
    failed = [
        each for each in judged(rule(**keys), replace(PUBLISHED, **values)).conditions if not each.holds
    ]
    assert [(each.name, each.said) for each in failed] == [(name, said)]


def test_a_person_who_names_no_kinds_is_told_why_a_translation_stays_unsaid() -> None:
    seen = replace(PUBLISHED, kind="translated", weight="minor", earlier=("kk",))
    (failed,) = [each for each in judged(rule(), seen, person=True).conditions if not each.holds]
    assert failed.said == (
        "the rule asks for every kind but translated, as people do who name no kinds; the change is translated"
    )


def test_a_translation_that_is_new_to_its_reader_says_so() -> None:
    seen = replace(PUBLISHED, kind="translated", weight="minor", earlier=("kk",))
    verdict = judged(rule(languages=["ru"], weight="major"), seen, person=True)
    said = {each.name: each.said for each in verdict.conditions}
    assert said["kinds"].endswith(
        "the change is translated, and published to this reader, who heard of no earlier copy"
    )
    assert said["weight"] == "the rule asks for major, the change is major"


def test_the_words_that_were_found_are_named_as_the_rule_writes_them() -> None:
    verdict = judged(rule(words=["СБОР", "құрылыс"]), PUBLISHED)
    said = {each.name: each.said for each in verdict.conditions}
    assert said["words"] == "of the words of the rule, found in title and text: «СБОР»"
