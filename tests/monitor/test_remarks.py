"""What is said of a change besides its words, in three languages. All of it is invented."""

from collections.abc import Iterator
from dataclasses import fields
from string import Formatter
from typing import Any

import pytest

from monitor.phrases import REMARKS, Remarks
from monitor.remarks import of_copies, of_listing, of_wording

AT = "2026-07-14T07:00:00.000Z"


def said(detail: dict[str, Any], lang: str) -> list[str]:
    return [*of_listing(detail, lang), *of_wording(detail, lang), *of_copies(detail, lang)]


def reading(at: str = AT, **more: str) -> dict[str, Any]:
    return {"crawl": 7, "at": at, "agency": "economy"} | more


SAID: dict[str, tuple[dict[str, Any], str, list[str]]] = {
    "a return": ({"back_to": 1}, "kk", ["Мәтін бұрынғы қалпына қайтарылды: 1-нұсқа."]),
    "another text": ({"replaced": True}, "en", ["Another text stands there now under the same number."]),
    "to and fro": (
        {"flapping": {"since": AT, "returns": 2}},
        "ru",
        [
            (
                "Текст меняется туда и обратно (с 2026-07-14 12:00 UTC+5); больше об этом не сообщаем, "
                "пока одна редакция не простоит сутки."
            )
        ],
    ),
    "to and fro, nobody knows since when": (
        {"flapping": {"returns": 2}},
        "en",
        ["The text changes to and fro; nothing more is told of it until one wording has stood for a day."],
    ),
    "at rest": (
        {"rested": True},
        "kk",
        ["Мәтіннің әрлі-берлі өзгеруі тоқтады: тәулік бойы басқа нұсқасы көрінген жоқ."],
    ),
    "a move, to an agency that nobody knows": (
        {"from": "economy", "to": "unheard-of", "single": {"found": "elsewhere", "at": AT}},
        "en",
        [
            "From: Ministry of National Economy; to: unheard-of.",
            "The release itself was asked for (2026-07-14 12:00 UTC+5): another agency has it.",
        ],
    ),
    "two readings": (
        {"evidence": {"ru": {"readings": [reading(above="130", below="128"), reading(above="131")]}}},
        "ru",
        [
            (
                "Нет в списке (на русском): 2026-07-14 12:00 UTC+5, между релизами № 130 и № 128; "
                "снова 2026-07-14 12:00 UTC+5, в конце списка, ниже релиза № 131."
            )
        ],
    ),
    "many readings, and the question that each copy repeats": (
        {
            "evidence": {
                lang: {"readings": [reading(below="5")] * count, "single": {"found": "gone", "at": AT}}
                for lang, count in (("kk", 5), ("tr", 1))
            }
        },
        "kk",
        [
            (
                "Тізімде жоқ (қазақша): 2026-07-14 12:00 UTC+5, тізімнің басында, № 5 релизден жоғары; "
                "арасында тағы 3 рет оқылды; тағы да 2026-07-14 12:00 UTC+5, тізімнің басында, № 5 релизден жоғары."
            ),
            "Тізімде жоқ (түрікше): 2026-07-14 12:00 UTC+5, тізімнің басында, № 5 релизден жоғары.",
            "Релиздің өзі сұралды (2026-07-14 12:00 UTC+5): порталда жоқ.",
        ],
    ),
    "readings of two listings": (
        {
            "evidence": {
                "ru": {
                    "readings": [
                        reading(above="130", below="128"),
                        reading(agency="mfa", below="7"),
                        reading(above="131", below="128"),
                    ]
                }
            }
        },
        "en",
        [
            (
                "Not listed (in Russian; Ministry of National Economy): 2026-07-14 12:00 UTC+5, "
                "between releases 130 and 128; again 2026-07-14 12:00 UTC+5, between releases 131 and 128."
            ),
            (
                "Not listed (in Russian; Ministry of Foreign Affairs): 2026-07-14 12:00 UTC+5, "
                "at the top, above release 7."
            ),
        ],
    ),
    "later than two": (
        {"after": {"ru": 12_000, "en": 30}},
        "kk",
        [
            "Орысша нұсқасынан 3 сағат 20 минут кейін шықты.",
            "Ағылшынша нұсқасынан кейін бір минут ішінде шықты.",
        ],
    ),
    "numbers and dates": (
        {
            "against": {
                "kk": {
                    "numbers": {
                        "only_here": ["21000000000", "12.5"],
                        "only_there": [str(n) for n in range(9)],
                    },
                    "dates": {"only_here": [], "only_there": ["2026-03-12"]},
                },
                "en": {"numbers": {"only_here": [], "only_there": []}, "dates": {}},
            }
        },
        "ru",
        [
            (
                "Не совпадает с версией на казахском: числа только здесь: 21 000 000 000; 12,5; "
                "числа только там: 0; 1; 2; 3; 4; 5; 6; 7; …; даты только там: 2026-03-12."
            )
        ],
    ),
    "in a language of its own": ({"back_to": 3}, "tr", ["It went back to wording 3."]),
    "nothing": ({"fields": ["text"], "classes": ["amount"]}, "kk", []),
}


@pytest.mark.parametrize(("detail", "lang", "sentences"), SAID.values(), ids=SAID)
def test_a_person_is_told(detail: dict[str, Any], lang: str, sentences: list[str]) -> None:
    assert said(detail, lang) == sentences


@pytest.mark.parametrize(
    ("seconds", "span"),
    [
        (60, "1 минуту"),
        (2 * 60, "2 минуты"),
        (11 * 60, "11 минут"),
        (21 * 60, "21 минуту"),
        (3600 * 5 + 60 * 14, "5 часов 14 минут"),
        (86400 * 22 + 3600 * 3, "22 дня 3 часа"),
        (86400 * 111, "111 дней"),
    ],
)
def test_russian_has_three_forms_of_every_unit(seconds: int, span: str) -> None:
    assert said({"after": {"kk": seconds}}, "ru") == [f"Вышло на {span} позже, чем на казахском."]


def test_english_has_two() -> None:
    assert said({"after": {"kk": 90_000}}, "en") == ["It came 1 day 1 hour later than in Kazakh."]
    assert said({"after": {"kk": 180_000}}, "en") == ["It came 2 days 2 hours later than in Kazakh."]


def _blanks(words: Remarks) -> Iterator[tuple[str, set[str]]]:
    for field in fields(words):
        value = getattr(words, field.name)
        sentences = {field.name: value} if isinstance(value, str) else value if field.name == "asked" else {}
        for name, sentence in sentences.items():
            yield name, {blank for _, blank, _, _ in Formatter().parse(sentence) if blank}


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_every_language_says_as_much(lang: str) -> None:
    assert dict(_blanks(REMARKS[lang])) == dict(_blanks(REMARKS["en"]))
    assert REMARKS[lang].units.keys() == REMARKS["en"].units.keys()


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("kk", "Кешігіп табылды: тізім 2026-02-26 10:00 UTC+5 сәтінен бері оқылмаған."),
        ("ru", "Найдено с опозданием: список не читался с 2026-02-26 10:00 UTC+5."),
        ("en", "Found late: the listing could not be read since 2026-02-26 10:00 UTC+5."),
    ],
)
def test_what_was_found_late_says_since_when_nothing_was_read(lang: str, said: str) -> None:
    assert list(of_listing({"late": {"unread_since": "2026-02-26T05:00:00.000Z"}}, lang)) == [said]
    assert list(of_listing({"late": {"unread_since": "lately"}}, lang)) == []
