"""Who hears of which change, as what, and because of which words."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.changes import Change
from monitor.config import Alert
from monitor.rules import Match, deliveries_for, judge, matches

HOOK = "https://hooks.example.kz/one"
CHAT = "tgram://123456:planted-token/77"

PUBLISHED = Change(
    id=1,
    uid="8d4f7f0e-3c51-4a53-9a43-0d6f1f6f0001",
    at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    kind="published",
    weight="major",
    baseline=False,
    detail={},
    source_id="900001",
    agency="economy",
    agencies=("economy", "minfin"),
    url="https://www.gov.kz/memleket/entities/economy/press/news/details/900001",
    published_at=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
    lang="ru",
    title="О ставке налогового сбора",
    text="Предприниматели озера Ёлочного\nузнали о сборе.",
)


def rule(**keys: Any) -> Alert:
    return Alert.model_validate({"name": "мой", "to": [HOOK], **keys})


def change(**values: Any) -> Change:
    return replace(PUBLISHED, **values)


def heard(alert: Alert, seen: Change, *, person: bool = False, **more: Any) -> Match | None:
    return matches(alert, seen, agency_kind="ministry", person=person, **more)


@pytest.mark.parametrize(
    ("said", "keys", "values", "wanted"),
    [
        ("a rule without conditions hears of everything", {}, {}, True),
        ("history is never told", {}, {"baseline": True}, False),
        ("the owner is named", {"agencies": ["economy"]}, {}, True),
        ("an agency that also lists it is named", {"agencies": ["minfin"]}, {}, True),
        ("another agency is named", {"agencies": ["mfa"]}, {}, False),
        ("the owner is of the kind", {"agency_kinds": ["akimat", "ministry"]}, {}, True),
        ("the owner is of another kind", {"agency_kinds": ["akimat"]}, {}, False),
        ("the language is wanted", {"languages": ["kk", "ru"]}, {}, True),
        ("the language is not wanted", {"languages": ["kk"]}, {}, False),
        ("the kind is wanted", {"kinds": ["published"]}, {}, True),
        ("the kind is not wanted", {"kinds": ["removed"]}, {}, False),
        ("the weight is reached", {"weight": "major"}, {}, True),
        ("the weight is not reached", {"weight": "major"}, {"kind": "edited", "weight": "minor"}, False),
        (
            "a whole release had a wanted language",
            {"languages": ["kk"]},
            {"kind": "removed", "lang": None, "earlier": ("kk", "ru")},
            True,
        ),
        (
            "a whole release had no wanted language",
            {"languages": ["en"]},
            {"kind": "removed", "lang": None, "earlier": ("kk", "ru")},
            False,
        ),
        ("a whole release, no language named", {}, {"kind": "restored", "lang": None}, True),
    ],
)
def test_a_rule_hears_of_what_it_asks_for(
    said: str, keys: dict[str, Any], values: dict[str, Any], wanted: bool
) -> None:
    assert (heard(rule(**keys), change(**values)) is not None) is wanted, said


@pytest.mark.parametrize(
    ("said", "keys", "earlier", "person", "told_as"),
    [
        ("a webhook hears of a translation", {}, ("kk",), False, "translated"),
        ("a person does not", {}, ("kk",), True, None),
        ("a person does who asks for it", {"kinds": ["translated"]}, ("kk",), True, "translated"),
        ("the first copy in his language is published", {"languages": ["ru"]}, ("kk", "en"), True, "published"),
        ("also to a webhook", {"languages": ["ru"]}, ("kk",), False, "published"),
        ("also where major things are told", {"languages": ["ru"], "weight": "major"}, ("kk",), True, "published"),
        ("not where he had heard of it", {"languages": ["ru", "kk"]}, ("kk",), True, None),
        (
            "who asks for translations only is told of one",
            {"languages": ["ru"], "kinds": ["translated"]},
            ("kk",),
            True,
            "translated",
        ),
        ("nobody is told of a copy in another language", {"languages": ["en"]}, ("kk",), True, None),
    ],
)  # fmt: skip
def test_a_translation(
    said: str, keys: dict[str, Any], earlier: tuple[str, ...], person: bool, told_as: str | None
) -> None:
    seen = change(kind="translated", weight="minor", earlier=earlier)
    match = heard(rule(**keys), seen, person=person)
    assert (match.kind if match else None) == told_as, said


def test_a_release_is_not_missed_because_its_first_copy_lacked_the_words() -> None:
    asks = rule(words=["налоговый"])
    seen = change(kind="translated", weight="minor", earlier=("kk",))
    silent = heard(asks, seen, person=True, copies={"kk": "Салық мөлшерлемесі туралы"})
    loud = heard(asks, seen, person=True, copies={"kk": "Налоговый деген сөзі бар мәтін"})
    assert silent is not None
    assert silent.kind == "published"
    assert loud is None


@pytest.mark.parametrize(
    ("said", "keys", "wanted"),
    [
        ("the title of a later copy", {"words": ["налог"], "words_in": "title"}, ("налог",)),
        ("the title of a copy is not the text of another", {"words": ["ставка"], "words_in": "title"}, None),
        ("refused in another language than its own", {"languages": ["kk"], "not": ["налог"]}, ()),
        ("refused in one copy of two that it was told of", {"words": ["су"], "not": ["налог"]}, ("су",)),
        ("refused in each wording", {"not": ["вода", "су"]}, None),
        ("words and refused ones in one copy", {"words": ["ставка"], "not": ["налог"]}, None),
        ("words that an edit took out before", {"words": ["ставка"]}, ("ставка",)),
        (
            "words of one wording and refused ones of another",
            {"words": ["карусель"], "not": ["налог"]},
            ("карусель",),
        ),
        ("words of a copy in another language", {"languages": ["kk"], "words": ["налог"]}, None),
    ],
)
def test_of_a_whole_release_hears_who_would_have_heard_of_a_copy(
    said: str, keys: dict[str, Any], wanted: tuple[str, ...] | None
) -> None:
    copies = {
        "kk": ["Су төлемі туралы\nМөлшерлеме"],
        "ru": ["О налоге на воду\nСтавка", "О сборе за воду\nКарусель"],
    }
    gone = change(
        kind="removed",
        lang=None,
        title="Су төлемі туралы",
        text="",
        copies=copies,
        earlier=("kk", "ru"),
    )
    match = heard(rule(**keys), gone)
    assert (match.words if match else None) == wanted, said
    verdict = judge(rule(**keys), gone, agency_kind="ministry", person=False)
    assert verdict.match == match


@pytest.mark.parametrize(
    ("entry", "text", "found"),
    [
        ("налог", "о налогах", True),
        ("налог", "о налоговом сборе", False),
        ("водный кодекс", "о Водном  «кодексе»", True),
        ("министрлік", "Министрліктің шешімі", True),
    ],
)
def test_words(entry: str, text: str, found: bool) -> None:
    seen = change(title="", text=text)
    match = heard(rule(words=[entry]), seen)
    assert (match is not None) is found
    assert (heard(rule(**{"not": [entry]}), seen) is None) is found


def test_any_word_suffices_and_those_found_are_named() -> None:
    match = heard(rule(words=["құрылыс", "сбор", "НАЛОГОВЫЙ"]), PUBLISHED)
    assert match is not None
    assert match.words == ("сбор", "НАЛОГОВЫЙ")


def test_one_unwanted_word_is_enough_to_stay_silent() -> None:
    assert heard(rule(words=["сбор"], **{"not": ["қала", "предпринимател"]}), PUBLISHED) is None


def test_who_watches_a_word_hears_that_an_edit_took_it_out() -> None:
    edited = change(
        kind="edited",
        detail={"fields": ["text"], "words": [{"field": "text", "before": "штраф", "after": "взыскание"}]},
    )
    match = heard(rule(words=["штраф"]), edited)
    assert match is not None
    assert match.words == ("штраф",)
    assert heard(rule(**{"not": ["штраф"]}), edited) is not None


@pytest.mark.parametrize(
    ("said", "keys", "values", "wanted"),
    [
        ("the word is in the title", {"words": ["ставка"]}, {}, True),
        ("the word is only in the text", {"words": ["озеро"]}, {}, False),
        ("an unwanted word is only in the text", {"not": ["озеро"]}, {}, True),
        ("an unwanted word is in the title", {"not": ["ставка"]}, {}, False),
        (
            "an edit took it out of the title",
            {"words": ["штраф"]},
            {"detail": {"words": [{"field": "title", "before": "штрафа", "after": "сбора"}]}},
            True,
        ),
        (
            "an edit took it out of the text",
            {"words": ["штраф"]},
            {"detail": {"words": [{"field": "text", "before": "штрафа", "after": "сбора"}]}},
            False,
        ),
    ],
)
def test_who_watches_titles_hears_of_what_stands_in_them(
    said: str, keys: dict[str, Any], values: dict[str, Any], wanted: bool
) -> None:
    seen = change(**({"kind": "edited", **values} if values else {}))
    assert (heard(rule(words_in="title", **keys), seen) is not None) is wanted, said


def test_of_an_earlier_copy_too_who_watches_titles_heard_only_by_its_title() -> None:
    seen = change(kind="translated", weight="minor", earlier=("kk",))
    asks = rule(words_in="title", words=["ставка"])
    in_text = heard(asks, seen, person=True, copies={"kk": "Салық туралы\nСтавка деген сөз"})
    in_title = heard(asks, seen, person=True, copies={"kk": "Ставка туралы\nСалық деген сөз"})
    assert in_text is not None
    assert in_text.kind == "published"
    assert in_title is None


def test_rules_that_share_an_address_owe_it_one_message() -> None:
    alerts = [
        rule(name="a", to=[HOOK, CHAT]),
        rule(name="b", to=[HOOK], words=["налог*"]),
        rule(name="c", to=[HOOK], words=["құрылыс"]),
    ]
    owed = deliveries_for(alerts, PUBLISHED, agency_kind="ministry")
    assert [(o.address.kind, o.rules) for o in owed] == [("webhook", ("a", "b")), ("telegram", ("a",))]


def test_of_a_translation_a_rule_owes_its_webhook_and_not_its_chat() -> None:
    seen = change(kind="translated", weight="minor", earlier=("kk",))
    owed = deliveries_for([rule(to=[CHAT, HOOK])], seen, agency_kind="ministry")
    assert [o.address.kind for o in owed] == ["webhook"]
