"""How changes become a list: what is one entry, where it is parted, and how it is counted."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.config import Alert, Burst
from monitor.messages import Item, Limit, list_message, shares
from tests.monitor.alerts import LIMIT, MESSAGE, OURS, SEEN, release, told


def write(
    items: list[Item], *, form: Any = "digest", lang: str = "ru", limit: Limit = LIMIT, **more: Any
) -> str:
    return list_message(
        items, form=form, part=1, parts=1, message_id=MESSAGE, lang=lang, limit=limit, ours=OURS, **more
    ).text


def links(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if "/details/" in line]


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "1 изменение"), (2, "2 изменения"), (5, "5 изменений"), (11, "11 изменений"), (21, "21 изменение")],
)
def test_russian_counts_as_people_do(count: int, said: str) -> None:
    items = [release(n, "economy", f"О {n}") for n in range(count)]
    assert write(items).startswith(f"Сводка: {said} — опубликовано {count}\n")


@pytest.mark.parametrize(
    ("form", "rule", "said"),
    [
        ("digest", {"digest": "hourly"}, "Сводка за час: 2"),
        ("digest", {"digest": "Weekly mon 09:00"}, "Еженедельная сводка: 2"),
        ("burst", {"burst": Burst(more_than=1, within="2h")}, "Больше чем 1 сообщение за 2 часа: 2"),
        ("burst", None, "Слишком много сообщений: 2"),
        ("late", None, "Найдено с опозданием: 2 релиза"),
    ],
)
def test_the_heading_says_why_it_is_a_list(form: Any, rule: dict[str, Any] | None, said: str) -> None:
    because = Alert(name="a", to=("json://example.kz",), **rule) if rule else None
    items = [release(1, "economy", "О бюджете"), release(2, "economy", "О дорогах")]
    assert write(items, form=form, rule=because).startswith(said)


def test_agencies_follow_the_alphabet_of_the_reader() -> None:
    agencies = ("mfa", "almaty", "economy", "ecogeo", "mam")
    items = [release(n, slug, "Х") for n, slug in enumerate(agencies)]
    headed = [line for line in write(items, lang="kk").splitlines() if line and line[0] not in "• "]
    assert headed[2:-2] == [
        "Алматы қаласының әкімдігі",
        "Мәдениет және ақпарат министрлігі",
        "Сыртқы істер министрлігі",
        "Ұлттық экономика министрлігі",
        "Экология және табиғи ресурстар министрлігі",
    ]


def test_within_an_agency_the_newest_stands_first() -> None:
    items = [release(n, "economy", f"О {n}", hours=n) for n in (2, 3, 1)]
    assert [link[-14:-8] for link in links(write(items))] == ["900003", "900002", "900001"]


def test_copies_of_a_release_are_one_entry_and_edits_of_one_copy_are_not() -> None:
    copies = [release(1, "economy", "О", lang=lang, kind="edited") for lang in ("kk", "ru", "en")]
    assert len(links(write(copies))) == 1
    twice = [release(1, "economy", "О", kind="edited", hours=n, id=n + 1) for n in (0, 1)]
    assert len(links(write(twice))) == 2
    assert "2 изменения" in write(twice)


def test_a_story_is_one_entry_under_who_was_first_and_its_edits_stand_apart() -> None:
    first = release(1, "mfa", "О школе", story=3, also=("economy",))
    second = release(2, "economy", "О школе", story=3, also=("mfa",), hours=1)
    edited = release(2, "economy", "О школе", story=3, kind="edited", hours=2)
    text = write([second, edited, first])
    assert "Также опубликовано: Министерство национальной экономики" in text
    assert len(links(text)) == 2
    assert "3 изменения — опубликовано 2, изменено 1" in text


def test_who_else_published_it_is_said_also_where_that_is_in_no_list() -> None:
    assert "Также опубликовано: Акимат города Алматы" in write([release(1, "mfa", "О", also=("almaty",))])


@pytest.mark.parametrize(
    ("zone", "said"), [("Asia/Almaty", "2026-03-02 14:00"), ("Europe/Berlin", "2026-03-02 10:00")]
)
def test_times_are_those_of_the_readers_clock(zone: str, said: str) -> None:
    text = write([told()], zone=zone)
    assert f"• {said} Опубликовано" in text
    assert f"Часовой пояс: {zone}" in text


def test_a_day_without_an_hour_is_told_as_one() -> None:
    day = datetime(2026, 3, 1, 19, 0, tzinfo=UTC)
    assert "• 2026-03-02 Опубликовано" in write([told(published_at=day)])


def test_an_agency_that_began_in_the_part_before_is_continued() -> None:
    items = [release(n, "economy", f"О {n}", hours=n) for n in range(10)]
    settings: Any = {"form": "digest", "lang": "ru", "limit": Limit(900, "characters"), "ours": OURS}
    first, second, *_ = parts = shares(items, **settings)
    text = list_message(second, part=2, parts=len(parts), message_id=MESSAGE, before=first, **settings).text
    assert "Министерство национальной экономики (продолжение)" in text


def test_an_entry_too_long_for_a_message_loses_words_and_the_end_of_its_title_but_no_address() -> None:
    long = release(1, "economy", "Очень длинный заголовок. " * 50, words=("слово",) * 9)
    items = [release(2, "economy", "О"), long, release(3, "economy", "О")]
    settings: Any = {"form": "digest", "lang": "ru", "limit": Limit(300, "characters"), "ours": OURS}
    parts = shares(items, **settings)
    texts = [
        list_message(share, part=n, parts=len(parts), message_id=MESSAGE, **settings).text
        for n, share in enumerate(parts, start=1)
    ]
    assert all(len(text) <= 300 for text in texts)
    assert sorted(link[-14:-8] for text in texts for link in links(text)) == ["900001", "900002", "900003"]
    assert any("заголовок…" in text for text in texts)


def test_what_would_be_more_than_five_messages_is_counted_in_the_last() -> None:
    items = [release(n, "economy", f"О {n}", kind="edited") for n in range(10_000)]
    settings: Any = {"form": "burst", "lang": "ru", "limit": LIMIT, "ours": OURS}
    parts = shares(items, **settings)
    assert len(parts) == 5
    assert sum(map(len, parts)) == len(items)
    last = list_message(parts[-1], part=5, parts=5, message_id=MESSAGE, **settings)
    left = len(parts[-1]) - len(links(last.text))
    assert f"Не перечислены, потому что их слишком много: изменено {left}\n{OURS}/\n" in last.text
    assert LIMIT.holds(last.text)


def test_of_very_many_what_weighs_more_and_is_rare_is_not_only_counted() -> None:
    many = [release(n, "almaty", f"О {n}", kind="edited", weight="minor") for n in range(1000)]
    rare = [release(2000, "economy", "Приказ", kind="removed"), release(2001, "mfa", "О", kind="edited")]
    settings: Any = {"form": "burst", "lang": "ru", "limit": LIMIT, "ours": OURS}
    *_, last = shares([*many, *rare], **settings)
    text = list_message(last, part=5, parts=5, message_id=MESSAGE, **settings).text
    assert {"902000", "902001"} < {link[-14:-8] for link in links(text)}
    assert (
        text.index("Акимат города Алматы") < text.index("Министерство иностранных дел") < text.index("Приказ")
    )


def test_a_message_of_a_phone_says_what_happened_to_what_rather_than_when_and_by_whom() -> None:
    entry = release(1, "almaty", "О тарифах на воду " + "в области " * 20)
    heads = {
        room: write([entry], limit=Limit(room, "characters")).splitlines()[-2]
        for room in (300, 130, 120, 110)
    }
    assert heads.pop(300).startswith("• 2026-03-02 14:00 Опубликовано: О тарифах на воду")
    assert list(heads.values()) == ["• Опубликовано: О тарифах…", "• Опубликовано", "Сводка: 1 изменение"]


def test_a_title_cannot_look_like_a_line_of_ours() -> None:
    hostile = "О\nМинистерство финансов\n• 2026-03-02 14:30 Убрано с портала: всё"
    assert (
        len([line for line in write([release(1, "economy", hostile)]).splitlines() if line[:1] == "•"]) == 1
    )


def test_late_ones_name_the_time_since_which_nothing_was_read() -> None:
    since = SEEN.at - timedelta(days=3)
    detail = {"late": {"unread_since": since.isoformat()}}
    text = write([release(n, "economy", "О", detail=detail) for n in (1, 2)], form="late")
    assert text.startswith("Найдено с опозданием (список не читался с 2026-02-27 14:30 UTC+5): 2 релиза\n")
