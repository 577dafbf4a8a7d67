"""What `check` says of the alerts: who is told what and when, and what cannot be meant."""

from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.alert_notes import notes, told_when
from monitor.config import Alert, Config

HOOK = "https://example.kz"
PERSON = "mailto://desk:planted@mail.example.kz?to=desk@example.kz"
ZONE = "Asia/Almaty"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HEALTH = {"name": "health", "to": [HOOK], "kinds": ["health"]}


def rule(**keys: Any) -> Alert:
    return Alert.model_validate({"name": "салық", "to": [PERSON], **keys})


def noted(*alerts: dict[str, Any], **portal: Any) -> list[str]:
    """What is noted of these alerts, each with a word that is in nothing, beside one that hears of health."""
    asked = [{"name": "x", "to": [PERSON], "words": ["жоба"], **alert} for alert in alerts]
    config = Config.model_validate(
        {"alerts": [*asked, HEALTH], "portal": {"agencies": ["economy", "mfa"], **portal}}
    )
    return notes(config, now=NOW)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (
            {},
            (
                "Alert «салық» tells mailto:desk@example.kz of every change (people: all but translated). People are "
                "told at once. What would be more than 10 messages in 10 min becomes one list."
            ),
        ),
        ({"to": [HOOK]}, "Alert «салық» tells https://example.kz of every change."),
        (
            {"to": [HOOK, PERSON], "digest": "daily 09:00", "quiet": "23:00-07:00"},
            (
                "Alert «салық» tells https://example.kz and mailto:desk@example.kz of every change (people: all "
                "but translated). People get one list: daily 09:00 (Asia/Almaty). From 23:00 to 07:00 (Asia/Almaty) "
                "they are told of what is major only (an edit that weighs much, and all that is published, removed "
                "or restored), of the rest after it."
            ),
        ),
        (
            {
                "to": [HOOK],
                "kinds": ["published", "removed"],
                "agencies": ["economy", "mfa"],
                "languages": ["kk"],
                "weight": "major",
                "words": ["салық", "кеден"],
                "not": ["спорт"],
                "words_in": "title",
            },
            (
                "Alert «салық» tells https://example.kz of what is published or removed by economy or mfa in kk, "
                "major, with «салық» or «кеден», without «спорт» in the title."
            ),
        ),
        (
            {"kinds": ["health"]},
            "Alert «салық» tells mailto:desk@example.kz of what is wrong with the source itself (health).",
        ),
        (
            {"to": [HOOK], "agency_kinds": ["akimat"], "kinds": ["health", "edited"]},
            (
                "Alert «салық» tells https://example.kz of what is edited by an agency of kind akimat, and of "
                "what is wrong with the source itself (health)."
            ),
        ),
    ],
)
def test_who_is_told_what_and_when(keys: dict[str, Any], said: str) -> None:
    assert told_when(rule(**keys), ZONE) == said


@pytest.mark.parametrize(
    ("alert", "said"),
    [
        (
            {"to": [HOOK], "digest": "hourly", "quiet": "23:00-07:00"},
            "sets digest and quiet, which concern people only: its webhooks are told of each change at once.",
        ),
        (
            {"to": [HOOK], "burst": {"more_than": 3}},
            "sets burst, which concerns people only: its webhooks are told of each change at once.",
        ),
        (
            {"kinds": ["health"], "digest": "hourly", "words": []},
            "sets digest, but hears of health only, which is told at once.",
        ),
        (
            {"kinds": ["health"], "words": ["жоба"], "weight": "major"},
            "sets words and weight, but hears of health only, which has none: it is told of all of it.",
        ),
        ({"kinds": []}, "asks for no kind: it can never be told."),
        ({"agencies": ["almaty"]}, "names almaty, which nobody follows: it can never be told."),
        ({"agencies": ["almaty", "mfa"]}, "names almaty, which nobody follows."),
        ({"languages": ["de"]}, "wants languages that are not read: it can never be told."),
        (
            {"languages": ["de"], "kinds": ["published", "health"]},
            "wants languages that are not read: it can never be told of a release.",
        ),
        (
            {"words": ["салық, кеден"]},
            "has «салық, кеден», which is one phrase; if any of these words will do, make each an entry of its own.",
        ),
        (
            {"agency_kinds": ["akimat"]},
            "asks for akimat, and none of those followed is one: it can never be told.",
        ),
        (
            {"agency_kinds": ["akimat"], "agencies": ["mfa"]},
            "asks for akimat, and none of the agencies it names is one: it can never be told.",
        ),
        (
            {"kinds": ["moved", "translated"], "weight": "major"},
            "asks for what is major, and translated and moved are minor: it can never be told.",
        ),
        (
            {"kinds": ["removed", "moved"], "weight": "major"},
            "asks for what is major, and moved is minor: it is never told of moved.",
        ),
        (
            {"words": ["Жоба", "ёлка"], "not": ["елка", "жоба"]},
            "refuses in `not` every word that it asks for in `words`: it can never be told.",
        ),
        (
            {"digest": "daily 02:00", "quiet": "23:00-07:00"},
            "has its digest (daily 02:00) within its quiet hours (23:00-07:00): what is not major comes at 07:00.",
        ),
        (
            {"words": ["налог", "cалық"]},
            "has «cалық», which mixes Latin letters (c) into a Cyrillic word; type it anew.",
        ),
        (
            {"not": ["министрлiгi"]},
            "has «министрлiгi», which mixes Latin letters (i) into a Cyrillic word; type it anew.",
        ),
    ],
)
def test_what_cannot_be_meant_is_noted(alert: dict[str, Any], said: str) -> None:
    assert noted(alert) == [f"alert «x» {said}"]


@pytest.mark.parametrize(
    "alert",
    [
        {},
        {"digest": "daily 09:00", "quiet": "23:00-07:00", "burst": {"more_than": 3}},
        {"to": [HOOK, PERSON], "digest": "hourly"},
        {"kinds": ["published", "translated"], "weight": "major"},
        {"kinds": ["edited"], "weight": "major"},
        {
            "words": ["5G", "COVID-19", "IT-хаб", "ғылым", "әңгіме", "һ", "«өңірлік үкімет»"],
            "not": ["ғылыми"],
        },
        {"agencies": ["mfa"], "agency_kinds": ["ministry"]},
    ],
)
def test_nothing_is_noted_of_what_can_be_meant(alert: dict[str, Any]) -> None:
    assert noted(alert) == []


def test_an_agency_that_took_over_from_one_that_is_followed_can_be_told() -> None:
    assert noted({"agencies": ["mam"]}, agencies=["qogam"]) == []
    assert noted({"agencies": ["qogam"]}, agencies=["mam"]) == [
        "alert «x» names qogam, which nobody follows: it can never be told."
    ]


def test_a_webhook_that_two_rules_sign_with_different_secrets_is_noted() -> None:
    first, other = {"to": [HOOK], "secret": "one"}, {"name": "y", "to": [PERSON, HOOK], "secret": "planted"}
    config = Config.model_validate({"alerts": [{"name": "x"} | first, other | {"words": ["жоба"]}, HEALTH]})
    (said,) = notes(config, now=NOW)
    assert said.startswith("alerts «x», «y» and «health» tell https://example.kz with different secrets")
    same = [{"name": name, "to": [HOOK], "words": ["жоба"], "secret": "one"} for name in ("x", "y")]
    assert notes(Config.model_validate({"alerts": [*same, HEALTH | {"secret": "one"}]}), now=NOW) == []


def test_nobody_hears_of_health() -> None:
    config = Config.model_validate({"alerts": [{"name": "x", "to": [HOOK], "words": ["жоба"]}]})
    (said,) = notes(config, now=NOW)
    assert said.startswith(
        "no alert hears of health: nobody is told when the portal refuses or a delivery fails"
    )
    assert notes(Config(), now=NOW) == []


def test_a_rule_for_all_releases_is_noted_and_one_for_health_is_not() -> None:
    assert noted() == []
    assert noted({"words": []}) == ["no alert names words or agencies: every release will be told."]


def test_no_secret_is_said() -> None:
    assert "planted" not in told_when(rule(), ZONE)
