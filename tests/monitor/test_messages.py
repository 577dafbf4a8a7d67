"""What a message about one release says, what gives way where room is scarce, and what release text cannot do."""

from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.changes import KINDS
from monitor.meaning import WEIGHT_OF_CLASS
from monitor.messages import Item, Limit, Message, change_message, release_message
from monitor.phrases import CLASSES
from tests.monitor.alerts import LIMIT, MESSAGE, OURS, SEEN, TITLES, told

LINK = f"{SEEN.url}?lang=kk"
EDIT: dict[str, Any] = {
    "fields": ["title", "text", "date"],
    "classes": ["number", "release_date", "wording"],
    "words": [
        {"field": "text", "before": f"{n} пайыз", "after": f"{n + 2} пайыз", "classes": ["number"]}
        for n in range(5)
    ],
    "more_words": 3,
    "date": {"before": "02.03.2026", "after": "03.03.2026"},
}


def write(*items: Item, lang: str = "en", limit: Limit = LIMIT, ours: str = OURS) -> Message:
    return release_message(items, message_id=MESSAGE, lang=lang, limit=limit, ours=ours)


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_every_kind_has_its_own_words_in_every_language(lang: str) -> None:
    whole = {write(told(kind=kind, lang=None), lang=lang).subject for kind in KINDS}
    one = {write(told(kind=kind), lang=lang).subject for kind in ("removed", "restored")}
    assert len(whole | one) == len(KINDS) + 2


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_every_class_of_edits_is_called_by_a_word_or_said_by_its_field(lang: str) -> None:
    assert set(WEIGHT_OF_CLASS) - set(CLASSES[lang]) == {"attachment", "release_date", "image"}
    assert set(CLASSES[lang]) <= set(WEIGHT_OF_CLASS)


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
    assert (
        "− before: бұл міндетті емес деді\n+ now: бұл міндетті деді\n"
        "− before: жаңа жоба\n+ now: үлгі жоба\n"
        "− before: 2026-11-30 02:33\n+ now: 2026-12-01 02:33"
    ) in write(told(kind="edited", detail=detail)).text


@pytest.mark.parametrize(
    ("kind", "detail", "said"),
    [
        ("edited", {"fields": ["text"], "back_to": 1}, "Вернулась прежняя редакция: № 1."),
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
    assert said in write(told(kind=kind, detail=detail), lang="ru").text.splitlines()


def test_the_title_is_the_readers_and_the_links_are_too_unless_it_befell_another_copy() -> None:
    for kind, linked, page in (("published", "ru", ""), ("edited", "kk", "/diff"), ("removed", "kk", "")):
        lines = write(told(kind=kind, titles=TITLES), lang="ru").text.splitlines()
        assert lines[2:5] == [
            TITLES["ru"],
            f"{SEEN.url}?lang={linked}",
            f"В архиве Жаршы: {OURS}/releases/900007{page}?lang={linked}",
        ]


def test_what_is_published_is_said_to_be_in_every_language_that_is_held_whichever_was_read_first() -> None:
    held = {"ru": TITLES["ru"], "kk": TITLES["kk"], "en": ""}
    assert write(told(titles=held), lang="ru").text.startswith(
        "Опубликовано (на русском; также на казахском), 2026-03-02 14:00 UTC+5\n"
    )
    assert write(told(titles=held), lang="kk").text.startswith("Жарияланды (қазақша; ")
    assert write(told(kind="edited", titles=held), lang="ru").text.startswith("Изменено (на казахском), ")


@pytest.mark.parametrize("kind", ["edited", "translated", "removed", "restored"])
def test_what_befell_one_copy_is_linked_to_that_copy_under_the_readers_title(kind: Any) -> None:
    lines = write(told(kind=kind, titles=TITLES), lang="ru").text.splitlines()
    assert lines[2:4] == [TITLES["ru"], f"{SEEN.url}?lang=kk"]


def test_a_message_says_when_it_happened_for_it_may_come_days_later() -> None:
    told_at = write(told()).text.splitlines()[0]
    assert told_at == "Published (in Kazakh), 2026-03-02 14:00 UTC+5"
    assert write(told(kind="edited")).text.startswith("Changed (in Kazakh), 2026-03-02 14:30 UTC+5\n")
    assert write(told(published_at=None)).text.startswith("Published (in Kazakh), 2026-03-02 14:30 UTC+5\n")
    nobody_gave_the_hour = datetime(2026, 3, 1, 19, 0, tzinfo=UTC)
    assert write(told(published_at=nobody_gave_the_hour)).text.startswith(
        "Published (in Kazakh), 2026-03-02\n"
    )


def test_the_copy_in_the_readers_language_leads_whichever_came_first() -> None:
    copies = [told(lang=lang, title=title, titles=TITLES) for lang, title in TITLES.items()]
    for lang in TITLES:
        assert write(*copies, lang=lang) == write(*reversed(copies), lang=lang)
        assert write(*copies, lang=lang).text.splitlines()[2] == TITLES[lang]


def test_all_rules_and_all_words_of_all_copies_are_named() -> None:
    text = write(
        told(rules=("a", "b"), words=("жоба",)), told(lang="ru", rules=("b", "c"), words=("өңір",))
    ).text
    assert "Rule: a, b, c" in text
    assert "Words found: жоба, өңір" in text


def test_a_repeat_is_known_by_the_last_line() -> None:
    assert write(told()).text.splitlines()[-1] == "Message: 1b671a64"


def test_a_redacted_release_is_told_without_its_titles() -> None:
    sent = write(told(title="", redacted=True, titles=TITLES), lang="ru")
    assert not [title for title in TITLES.values() if title in sent.text + sent.subject]
    assert "[скрыто]" in sent.subject


def test_where_our_address_is_not_known_it_is_not_named() -> None:
    assert "archive" not in write(told(), ours="").text


def test_what_a_reader_can_do_without_gives_way_first() -> None:
    """Remarks, replaced words from the least telling on, words found, our page, then the title; the address stays."""
    item = told(kind="edited", detail=EDIT | {"back_to": 1, "replaced": True})
    marks = ("went back to wording", "Another text", *(f"now: {n} пайыз" for n in (6, 5, 4, 3, 2)))
    order = [
        *marks,
        "Words found",
        "In our archive",
        "Rule:",
        "Message:",
        "Ministry",
        "(in Kazakh)",
        SEEN.title,
    ]
    gone: list[str] = []
    for length in range(len(write(item).text), len(LINK) - 1, -1):
        text = write(item, limit=Limit(length, "characters")).text
        assert len(text) <= length
        assert text.endswith(LINK) or f"{LINK}\n" in text
        gone += [mark for mark in order if mark not in text and mark not in gone]
    assert gone == order


@pytest.mark.parametrize(("unit", "length"), [("bytes", 140), ("utf-16", 4096), ("characters", 2000)])
def test_a_long_message_keeps_the_limit_as_its_channel_counts(unit: Any, length: int) -> None:
    long = "ұзақ-сөз 👩‍👩‍👧 " * 5000
    runs = [{"field": "text", "before": long, "after": long}] * 40
    others = {"numbers": {"only_here": ["9" * 40] * 9, "only_there": [long]}, "dates": {"only_here": [long]}}
    besides = {"flapping": {}, "replaced": True, "against": dict.fromkeys(("kk", "en", "tr"), others)}
    detail = {"fields": ["title", "text"], "words": runs, **besides}
    limit = Limit(length, unit)
    sent = write(told(title=long, kind="edited", detail=detail, rules=(long,), words=(long,)), limit=limit)
    assert limit.size(sent.text) <= length
    assert len(sent.subject) <= 180
    assert LINK in sent.text


def test_words_that_are_left_out_are_counted() -> None:
    short = write(told(kind="edited", detail=EDIT), limit=Limit(500, "characters")).text
    shown = short.count("пайыз") // 2
    assert 0 < shown < 5
    assert f"Further edits: {5 - shown + 3}" in short


def test_release_text_breaks_no_line_and_turns_no_direction() -> None:
    hostile = "Тақырып\r\nBcc: everyone@example.kz\u202e\u2028\x00\u2066 соңы"
    words = [{"field": "text", "before": hostile, "after": "a\nb"}]
    sent = write(told(title=hostile, detail={"fields": ["text"], "words": words}))
    assert not {"\r", "\u202e", "\u2028", "\x00", "\u2066"} & set(sent.text + sent.subject)
    assert "\n" not in sent.subject
    assert sent.text.splitlines()[2] == "Тақырып Bcc: everyone@example.kz соңы"


def test_a_webhook_gets_every_key() -> None:
    assert change_message(told(), message_id=MESSAGE, secret=None).body == {
        "id": MESSAGE,
        "rules": ["өңір жобалары"],
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


def test_a_webhook_hears_the_kind_and_weight_that_the_change_is_to_it() -> None:
    item = told(kind="published", weight="major", detail={"earlier": ["ru"]})
    body = change_message(item, message_id=MESSAGE, secret=None).body
    assert (body["change"]["kind"], body["change"]["weight"]) == ("published", "major")


def test_a_whole_release_without_a_date_has_nulls_in_place() -> None:
    item = told(kind="removed", lang=None, published_at=None)
    body = change_message(item, message_id=MESSAGE, secret=None).body
    assert body["release"]["published_at"] is None
    assert body["edition"] == {"lang": None, "title": SEEN.title}


def test_a_message_does_not_print_its_secret() -> None:
    assert "planted" not in repr(change_message(told(), message_id=MESSAGE, secret="planted"))
