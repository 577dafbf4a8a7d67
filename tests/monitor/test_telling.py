"""What the detail of a change says, line by line. All text is invented."""

from typing import Any

import click
import pytest

from monitor.commands.drawing import Pen
from monitor.commands.telling import diff_of, evidence, gist, lateness, lines_of

PIPE = Pen(colour=False, width=100)
AT = "2026-07-14T07:00:00.000Z"


def local(stored: str) -> str:
    return stored[:16].replace("T", " ")


GISTS: dict[str, tuple[str, dict[str, Any], str]] = {
    "with classes and fields": (
        "major",
        {"classes": ["amount", "release_date"], "fields": ["title", "text", "date"]},
        "major: amount, release date in title, text and date",
    ),
    "with one field": ("minor", {"classes": ["wording"], "fields": ["text"]}, "minor: wording in text"),
    "without classes, as before there were any": ("none", {"fields": ["text"]}, "none in text"),
    "without anything": ("minor", {}, "minor"),
}


@pytest.mark.parametrize(("weight", "detail", "said"), GISTS.values(), ids=GISTS)
def test_an_edit_in_a_few_words(weight: str, detail: dict[str, Any], said: str) -> None:
    assert gist(weight, detail) == said


DETAILS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "words that were replaced": (
        {"words": [{"field": "text", "before": "12 млрд", "after": "21 млрд", "classes": ["amount"]}]},
        ["text: «12 млрд» → «21 млрд» (amount)"],
    ),
    "words that came and went, and more of them": (
        {
            "words": [
                {"field": "title", "before": "", "after": "жаңа"},
                {"field": "text", "before": "емес", "after": "", "classes": ["negation"]},
            ],
            "more_words": 3,
        },
        ["title: added «жаңа»", "text: taken away «емес» (negation)", "and 3 more places"],
    ),
    "a word alone, with what stands around it": (
        {
            "words": [
                {"field": "text", "before": "не", "after": "", "classes": ["negation"]},
                {"field": "text", "before": "до", "after": "на"},
            ],
            "diff": [
                {
                    "field": "text",
                    "paragraph": 1,
                    "parts": [
                        ["=", "Сказано, что налог"],
                        ["-", " не"],
                        ["=", " будет повышен теперь "],
                        ["-", "до"],
                        ["+", "на"],
                        ["=", " четверти."],
                    ],
                }
            ],
        },
        [
            "text: taken away «не» in «что налог не будет повышен» (negation)",
            "text: «повышен теперь до четверти.» → «повышен теперь на четверти.»",
        ],
    ),
    "a date that the portal writes as if it were of Greenwich": (
        {"date": {"before": "2026-11-30T02:33:00Z", "after": "2026-12-01T09:00:10.000+0000"}},
        ["date: 2026-11-30 02:33 → 2026-12-01 09:00:10"],
    ),
    "a date": (
        {"date": {"before": "12.07.2026", "after": "13.07.2026"}},
        ["date: 12.07.2026 → 13.07.2026"],
    ),
    "files": (
        {
            "attachments": {
                "removed": ["https://p/a"],
                "added": ["https://p/b"],
                "replaced": [{"before": "https://p/c", "after": "https://p/d"}],
            },
            "images": {"removed": ["i"], "added": ["j"]},
        },
        [
            "attachment replaced: https://p/c",
            "by https://p/d",
            "attachment taken away: https://p/a",
            "attachment added: https://p/b",
            "image taken away: i",
            "image added: j",
        ],
    ),
    "files as an earlier version names them": (
        {"attachments": {"gone": ["https://p/a"], "come": ["https://p/b"]}},
        ["attachment taken away: https://p/a", "attachment added: https://p/b"],
    ),
    "a return to an earlier wording": ({"back_to": 1}, ["went back to wording 1"]),
    "another text": ({"replaced": True}, ["another text under the same number"]),
    "a text that changes to and fro": (
        {"flapping": {"since": AT, "returns": 2, "cap": 2, "reason": "went back twice"}},
        ["flapping since 2026-07-14 07:00: went back twice"],
    ),
    "a text that changes to and fro, without a reason": (
        {"flapping": {"returns": 3}},
        ["flapping: 3 times back to an earlier wording"],
    ),
    "a move": (
        {"from": "economy", "to": "mfa", "single": {"found": "elsewhere", "agencies": ["mfa"]}},
        ["from economy to mfa", "asked for by itself: another agency has it (listed by mfa)"],
    ),
    "numbers and dates that differ": (
        {
            "against": {
                "ru": {
                    "numbers": {"only_here": ["21"], "only_there": ["12", "13"]},
                    "dates": {"only_here": [], "only_there": ["12.03"]},
                },
                "en": {"numbers": {"only_here": [], "only_there": []}},
            }
        },
        ["against ru: numbers only here: 21; numbers only in ru: 12, 13; dates only in ru: 12.03"],
    ),
    "long numbers, their thousands apart": (
        {
            "against": {
                "ru": {
                    "numbers": {"only_here": ["21000000000", "12345.25"], "only_there": ["2026"]},
                    "dates": {"only_here": [], "only_there": []},
                },
            }
        },
        ["against ru: numbers only here: 21 000 000 000, 12 345.25; numbers only in ru: 2026"],
    ),
    "the evidence of each copy": (
        {"evidence": {"ru": {"crawls": [7]}, "kk": {"crawls": [8, 9]}}},
        ["[ru] not listed by reading 7", "[kk] not listed by readings 8, 9"],
    ),
    "that it rests": ({"rested": True}, ["flapping no more: no other wording was seen for a day"]),
    "that there are many": (
        {"mass": {"count": 11, "reason": "10 other edits replaced the same words"}},
        ["one of 11 that are alike: 10 other edits replaced the same words"],
    ),
    "what nobody knows yet": ({"weather": "fine"}, []),
}


@pytest.mark.parametrize(("detail", "said"), DETAILS.values(), ids=DETAILS)
def test_a_change_says(detail: dict[str, Any], said: list[str]) -> None:
    assert [line.strip() for line in lines_of(detail, PIPE, local)] == said


def reading(crawl: int, **more: str) -> dict[str, Any]:
    return {"crawl": crawl, "at": AT, "agency": "economy", **more}


PROOFS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "two readings with neighbours": (
        {"readings": [reading(7, above="130", below="128"), reading(9, above="131", below="128")]},
        [
            (
                "not listed at 2026-07-14 07:00 by reading 7 of economy between release 130 and release 128; "
                "again at 2026-07-14 07:00 by reading 9 of economy between release 131 and release 128"
            ),
        ],
    ),
    "at the top": (
        {"readings": [reading(7, below="128")]},
        ["not listed at 2026-07-14 07:00 by reading 7 of economy at the top, above release 128"],
    ),
    "at the end": (
        {"readings": [reading(7, above="130")]},
        ["not listed at 2026-07-14 07:00 by reading 7 of economy at the end, below release 130"],
    ),
    "alone": ({"readings": [{"crawl": 7}]}, ["not listed by reading 7"]),
    "with too many others": (
        {"crawls": [7, 9], "mass": True},
        ["not listed by readings 7, 9", "together with too many others: the portal was suspected first"],
    ),
    "many readings": (
        {"readings": [{"crawl": number} for number in range(1, 26)]},
        ["not listed by reading 1; again by 23 further readings; again by reading 25"],
    ),
    "by the item itself": (
        {"single": {"lang": "ru", "found": "gone", "outcome": "empty", "at": AT, "tries": 1}},
        ["asked for by itself at 2026-07-14 07:00 in ru: the portal tells nothing of it"],
    ),
    "by an answer that tells nothing": (
        {"single": {"found": "unknown", "reason": "the portal is silent"}},
        ["asked for by itself: no answer that tells (the portal is silent)"],
    ),
    "none": ({}, []),
}


@pytest.mark.parametrize(("proof", "said"), PROOFS.values(), ids=PROOFS)
def test_what_proves_an_absence(proof: dict[str, Any], said: list[str]) -> None:
    assert list(evidence(proof, local)) == said


DIFF = {
    "fields": ["title", "text", "date"],
    "diff": [
        {"field": "title", "paragraph": 1, "parts": [["=", "Жолдар"], ["+", " мен көпірлер"]]},
        {"field": "text", "paragraph": 3, "parts": [["=", "до "], ["-", "12"], ["+", "21"], ["=", " млрд"]]},
    ],
    "date": {"before": "12.07.2026", "after": "13.07.2026"},
}


def test_a_diff_is_drawn_field_by_field() -> None:
    assert list(diff_of(DIFF, PIPE)) == [
        "title",
        "  Жолдар{+ мен көпірлер+}",
        "text",
        "  ¶ 3  до [-12-]{+21+} млрд",
        "date: 12.07.2026 → 13.07.2026",
    ]


def test_what_a_diff_could_not_carry_is_said() -> None:
    *_, last = diff_of({"fields": ["text"], "diff": [], "more_paragraphs": 4}, PIPE)
    assert last.startswith("  and 4 more that differ; `jarshy show`")


def test_a_detail_without_a_diff_is_drawn_from_its_words() -> None:
    words = [
        {"field": "text", "before": "12", "after": "21"},
        {"field": "title", "before": "", "after": "жаңа"},
    ]
    assert list(diff_of({"fields": ["title", "text"], "words": words}, PIPE)) == [
        "title",
        "  {+жаңа+}",
        "text",
        "  [-12-]{+21+}",
    ]


def test_on_a_terminal_a_date_and_a_file_have_the_colours_of_words() -> None:
    detail = {
        "date": {"before": "12", "after": "13"},
        "attachments": {"added": ["https://p/b"], "removed": []},
    }
    drawn = "\n".join(diff_of(detail, Pen(colour=True, width=100)))
    assert click.style("12", fg="red", strikethrough=True) in drawn
    assert click.style("https://p/b", fg="green", underline=True) in drawn


def test_how_late_a_copy_came() -> None:
    assert lateness({"ru": 12_000, "kk": 60}) == "3 h 20 min after ru, 1 min after kk"


def test_each_added_paragraph_has_its_number() -> None:
    parts = [["=", "Бірінші."], ["+", "\nЕкінші.\nҮшінші."], ["-", "\nЕскі."]]
    detail = {"fields": ["text"], "diff": [{"field": "text", "paragraph": 4, "parts": parts}]}
    assert list(diff_of(detail, PIPE)) == [
        "text",
        "  ¶ 4  Бірінші.",
        "  ¶ 5  {+Екінші.+}",
        "  ¶ 6  {+Үшінші.+}",
        "  [-Ескі.-]",
    ]
