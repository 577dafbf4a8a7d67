"""What people read, case by case in three languages: one text a case, to be read at a glance.

A text that is missing is written once, and the run fails until somebody has read it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from monitor import messages
from monitor.config import Alert
from monitor.messages import Item, Message
from monitor.troubles import HEALTH_KINDS
from tests.monitor.alerts import LIMIT, MESSAGE, OURS, SEEN, TITLES, release, told, trouble

GOLDEN = Path(__file__).parent / "golden_messages"
RULE = Alert(name="өңір жобалары", to=("json://example.kz",), digest="daily 09:00")
READINGS = [
    {"at": "2026-03-02T07:30:00.000Z", "agency": "economy", "above": "900009", "below": "900003"},
    {"at": "2026-03-02T09:30:00.000Z", "agency": "economy", "above": "900012", "below": "900003"},
]
EDIT = {
    "fields": ["title", "text"],
    "classes": ["amount", "wording"],
    "words": [
        {"field": "text", "before": "ауыл", "after": "кент", "classes": ["wording"]},
        {"field": "text", "before": "12 млрд", "after": "21 млрд", "classes": ["amount"]},
    ],
    "more_words": 2,
}
LATE = {"late": {"unread_since": "2026-02-26T05:00:00.000Z"}}

ONE: dict[str, list[Item]] = {
    "published": [told()],
    "published_in_three_languages": [
        told(lang=lang, title=title, titles=TITLES, words=("жоба", "проект"), also=("mfa", "almaty"))
        for lang, title in TITLES.items()
    ],
    "published_in_none_of_mine": [
        told(lang="tr", title="Ulgi bölgesinin yeni projesi"),
        told(lang="zh", title="乌尔吉州的新项目"),
    ],
    "edited": [
        told(kind="edited", detail=EDIT, titles=TITLES, rules=("өңір жобалары", "бюджет")),
        told(kind="edited", detail={"fields": ["date"]}, lang="ru", titles=TITLES),
    ],
    "removed_with_evidence": [
        told(
            kind="removed",
            lang=None,
            titles=TITLES,
            detail={
                "evidence": {"kk": {"readings": READINGS}},
                "single": {"at": "2026-03-02T09:31:00.000Z", "found": "gone"},
            },
        )
    ],
    "removed_copy": [told(kind="removed", detail={"evidence": {"kk": {"readings": READINGS}}})],
    "moved": [
        told(
            kind="moved",
            lang=None,
            agency="mfa",
            agencies=("mfa", "economy"),
            titles=TITLES,
            detail={"from": "economy", "to": "mfa"},
        )
    ],
    "restored": [told(kind="restored", lang=None, titles=TITLES)],
    "translated": [told(kind="translated", detail={"after": {"ru": 7260}}, titles={})],
    "found_late": [told(detail=LATE)],
}


def digest() -> list[Item]:
    """Three agencies, one text of two of them, a release in two languages, an edit and a removal."""
    return [
        release(1, "economy", "О бюджете Ульгинской области", hours=1, words=("бюджет",)),
        release(1, "economy", "Үлгі облысының бюджеті туралы", hours=1, lang="kk", words=()),
        release(2, "almaty", "Открыта новая школа", hours=2, story=5, also=("economy",)),
        release(3, "economy", "В Алматы открыта новая школа", hours=3, story=5, also=("almaty",)),
        release(4, "ecogeo", "О паводках", kind="removed", hours=4, lang=None, words=()),
        release(5, "economy", "О тарифах", kind="edited", hours=5, detail=EDIT, rules=("тарифы",)),
    ]


LISTS: dict[str, tuple[str, list[Item]]] = {
    "digest": ("digest", digest()),
    "burst": (
        "burst",
        [release(n, "economy", f"Сообщение {n}", kind="edited", detail=EDIT) for n in range(1, 13)],
    ),
    "late": (
        "late",
        [release(n, "almaty", f"Новость {n}", hours=-40 * n, detail=LATE, words=()) for n in range(1, 6)],
    ),
}


def shown(message: Message) -> str:
    return f"{message.subject}\n{'=' * len(message.subject)}\n{message.text}\n"


def one(items: list[Item], lang: str) -> str:
    return shown(messages.release_message(items, message_id=MESSAGE, lang=lang, limit=LIMIT, ours=OURS))


def listed(
    form: Any, items: list[Item], lang: str, *, rule: Alert = RULE, limit: messages.Limit = LIMIT
) -> str:
    settings: Any = {"form": form, "lang": lang, "limit": limit, "ours": OURS, "rule": rule}
    parts = messages.shares(items, **settings)
    return "\n".join(
        shown(
            messages.list_message(
                share,
                part=part,
                parts=len(parts),
                message_id=MESSAGE,
                before=parts[part - 2] if part > 1 else (),
                **settings,
            )
        )
        for part, share in enumerate(parts, start=1)
    )


def healthy(kind: Any, lang: str) -> str:
    return "\n".join(
        shown(
            messages.health_message(
                trouble(kind, over=over),
                rules=["денсаулық"],
                message_id=MESSAGE,
                lang=lang,
                limit=LIMIT,
                ours=OURS,
            )
        )
        for over in (False, True)
    )


def tried(lang: Any) -> str:
    rule = Alert(
        name="өңір жобалары",
        to=("https://example.kz/hook", "mailtos://a:secret@example.kz?to=b@example.kz"),
        lang=lang,
    )
    return shown(messages.test_message(rule, message_id=MESSAGE, at=SEEN.at, limit=LIMIT))


CASES: dict[str, Callable[[str], str]] = {
    **{name: (lambda lang, items=items: one(items, lang)) for name, items in ONE.items()},
    **{name: (lambda lang, case=case: listed(*case, lang)) for name, case in LISTS.items()},
    "digest_in_parts": lambda lang: listed("digest", digest(), lang, limit=messages.Limit(900, "characters")),
    "burst_of_hundreds": lambda lang: listed(
        "burst",
        [release(n, "economy", f"Сообщение {n}", kind="edited") for n in range(1, 300)],
        lang,
        limit=messages.Limit(600, "characters"),
    ),
    "sms": lambda lang: shown(
        messages.release_message(
            ONE["edited"], message_id=MESSAGE, lang=lang, limit=messages.Limit(140, "bytes"), ours=OURS
        )
    ),
    **{f"health_{kind}": (lambda lang, kind=kind: healthy(kind, lang)) for kind in HEALTH_KINDS},
    "test": tried,
}


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
@pytest.mark.parametrize("case", CASES)
def test_a_person_reads_what_somebody_has_read_before(case: str, lang: str) -> None:
    said = CASES[case](lang)
    file = GOLDEN / f"{case}.{lang}.txt"
    if not file.exists():
        file.parent.mkdir(exist_ok=True)
        file.write_text(said, "utf-8")
        pytest.fail(f"{file.name} is new: read it, then run again")
    assert said == file.read_text("utf-8")


def test_every_text_belongs_to_a_case() -> None:
    assert {file.name for file in GOLDEN.iterdir()} == {f"{c}.{lang}.txt" for c in CASES for lang in TITLES}
