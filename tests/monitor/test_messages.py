"""What a message says, in three languages, and what release text cannot do to it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.changes import KINDS, Change
from monitor.meaning import WEIGHT_OF_CLASS
from monitor.messages import Message, message
from monitor.phrases import CLASSES

SEEN = Change(
    id=7,
    uid="8d4f7f0e-3c51-4a53-9a43-0d6f1f6f0007",
    at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    kind="published",
    weight="major",
    baseline=False,
    detail={},
    source_id="900007",
    agency="economy",
    agencies=("economy",),
    url="https://www.gov.kz/memleket/entities/economy/press/news/details/900007",
    published_at=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
    lang="kk",
    title="Үлгі өңірдің жаңа жобасы",
    text="Ойдан шығарылған мәтін.",
)


def write(seen: Change, *, lang: str = "en", **more: Any) -> Message:
    settings: dict[str, Any] = {
        "message_id": "1b671a64-40d5-591e-99b0-da01ff1f3341",
        "rules": ["жоба"],
        "kind": seen.kind,
        "weight": seen.weight,
        "words": ["жоба"],
        **more,
    }
    return message(seen, lang=lang, **settings)


@pytest.mark.parametrize(
    ("lang", "said", "agency", "words"),
    [
        ("kk", "Жарияланды (қазақша)", "Ұлттық экономика министрлігі", "Табылған сөздер: жоба"),
        ("ru", "Опубликовано (на казахском)", "Министерство национальной экономики", "Найденные слова: жоба"),
        ("en", "Published (in Kazakh)", "Ministry of National Economy", "Words found: жоба"),
    ],
)
def test_a_person_reads_it_in_the_language_of_the_rule(lang: str, said: str, agency: str, words: str) -> None:
    lines = write(SEEN, lang=lang).text.splitlines()
    assert lines[:4] == [said, agency, SEEN.title, f"{SEEN.url}?lang=kk"]
    assert words in lines


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_every_kind_has_its_own_words_in_every_language(lang: str) -> None:
    whole = {write(replace(SEEN, kind=kind, lang=None), lang=lang).subject for kind in KINDS}
    one = {write(replace(SEEN, kind=kind), lang=lang).subject for kind in ("removed", "restored")}
    assert len(whole | one) == len(KINDS) + 2


def test_the_subject_says_what_happened_where_and_to_what() -> None:
    assert write(SEEN).subject == "Published: Үлгі өңірдің жаңа жобасы — Ministry of National Economy"


def test_an_edit_shows_what_it_replaced() -> None:
    detail = {
        "fields": ["title", "text", "date"],
        "classes": ["number", "release_date", "wording"],
        "words": [
            {"field": "text", "before": "5 пайыз", "after": "7 пайыз"},
            {"field": "text", "before": "", "after": "биыл"},
        ],
        "more_words": 3,
        "date": {"before": "02.03.2026", "after": "03.03.2026"},
    }
    text = write(replace(SEEN, kind="edited", detail=detail)).text
    assert text.endswith(
        "What changed: title, text, date\n"
        "Of what kind: number, wording\n"
        "− before: 5 пайыз\n+ now: 7 пайыз\n"
        "+ now: биыл\n"
        "− before: 02.03.2026\n+ now: 03.03.2026\n"
        "Further edits: 3"
    )


def test_an_edit_shows_the_weightiest_words_first_and_a_lone_one_in_its_place() -> None:
    detail = {
        "fields": ["text", "date"],
        "words": [
            {"field": "text", "before": "жаңа жоба", "after": "үлгі жоба", "classes": ["wording"]},
            {"field": "text", "before": "емес", "after": "", "classes": ["negation"]},
        ],
        "diff": [
            {
                "field": "text",
                "paragraph": 1,
                "parts": [["=", "бұл міндетті"], ["-", " емес"], ["=", " деді"]],
            }
        ],
        "date": {"before": "2026-11-30T02:33:00Z", "after": "2026-12-01T02:33:00Z"},
    }
    text = write(replace(SEEN, kind="edited", detail=detail)).text
    assert text.endswith(
        "− before: бұл міндетті емес деді\n+ now: бұл міндетті деді\n"
        "− before: жаңа жоба\n+ now: үлгі жоба\n"
        "− before: 2026-11-30 02:33\n+ now: 2026-12-01 02:33"
    )


@pytest.mark.parametrize(
    ("kind", "detail", "said"),
    [
        ("edited", {"fields": ["text"], "back_to": 1}, "Вернулась прежняя редакция: № 1."),
        (
            "moved",
            {"from": "economy", "to": "mfa"},
            "Прежний орган: Министерство национальной экономики; нынешний: Министерство иностранных дел.",
        ),
        (
            "removed",
            {"evidence": {"kk": {"readings": [{"at": "2026-03-02T09:30:00.000Z", "below": "128"}]}}},
            "Нет в списке (на казахском): 2026-03-02 14:30 UTC+5, в начале списка, выше релиза № 128.",
        ),
        ("translated", {"after": {"ru": 7260}}, "Вышло на 2 часа 1 минуту позже, чем на русском."),
    ],
)
def test_a_message_says_what_else_is_known_of_the_change(
    kind: Any, detail: dict[str, Any], said: str
) -> None:
    assert said in write(replace(SEEN, kind=kind, detail=detail), lang="ru").text.splitlines()


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_every_class_of_edits_is_called_by_a_word_or_said_by_its_field(lang: str) -> None:
    assert set(WEIGHT_OF_CLASS) - set(CLASSES[lang]) == {"attachment", "release_date", "image"}
    assert set(CLASSES[lang]) <= set(WEIGHT_OF_CLASS)


def test_a_whole_release_is_linked_without_a_language() -> None:
    lines = write(replace(SEEN, kind="removed", lang=None)).text.splitlines()
    assert lines[0] == "Removed from the portal"
    assert SEEN.url in lines


def test_release_text_breaks_no_line_and_turns_no_direction() -> None:
    hostile = "Тақырып\r\nBcc: everyone@example.kz\u202e\u2028\x00\u2066 соңы"
    told = write(replace(SEEN, title=hostile, detail={"fields": ["text"], "words": [
        {"field": "text", "before": hostile, "after": "a\nb"}
    ]}))  # fmt: skip
    assert not {"\r", "\u202e", "\u2028", "\x00", "\u2066"} & set(told.text + told.subject)
    assert "\n" not in told.subject
    assert told.text.splitlines()[2] == "Тақырып Bcc: everyone@example.kz соңы"


def test_the_longest_message_stays_under_the_limit_of_every_channel() -> None:
    long = "ұзақ-сөз " * 5000
    runs = [{"field": "text", "before": long, "after": long}] * 40
    others = {"numbers": {"only_here": ["9" * 40] * 9, "only_there": [long]}, "dates": {"only_here": [long]}}
    besides = {"flapping": {}, "replaced": True, "against": dict.fromkeys(("kk", "en", "tr"), others)}
    told = write(
        replace(
            SEEN, title=long, kind="edited", detail={"fields": ["title", "text"], "words": runs, **besides}
        ),
        rules=[long],
        words=[long],
    )
    assert len(told.text) < 4096
    assert len(told.subject) <= 180
    assert "Further edits: 34" in told.text


def test_a_webhook_gets_every_key() -> None:
    assert write(SEEN).body == {
        "id": "1b671a64-40d5-591e-99b0-da01ff1f3341",
        "rules": ["жоба"],
        "change": {
            "id": SEEN.uid,
            "kind": "published",
            "at": "2026-03-02T09:30:00.000Z",
            "weight": "major",
            "detail": {},
        },
        "release": {
            "source_id": "900007",
            "agency": "economy",
            "url": SEEN.url,
            "published_at": "2026-03-02T09:00:00.000Z",
        },
        "edition": {"lang": "kk", "title": SEEN.title},
    }


def test_a_whole_release_without_a_date_has_nulls_in_place() -> None:
    body = write(replace(SEEN, kind="removed", lang=None, published_at=None)).body
    assert body["release"]["published_at"] is None
    assert body["edition"] == {"lang": None, "title": SEEN.title}


def test_a_message_does_not_print_its_secret() -> None:
    assert "planted" not in repr(write(SEEN, secret="planted"))
