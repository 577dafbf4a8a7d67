"""What becomes of a change in the journal."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from feeds.journal import change_entry, deletions
from monitor.store.for_feeds import StoredChange
from tests.feeds.conftest import SEEN

EDITED = StoredChange(
    id=7,
    uid="7d0f6c1e-4c55-4a63-9f0e-0d8e7f6a5b4c",
    at=SEEN,
    kind="edited",
    weight="major",
    detail={
        "fields": ["title", "text", "date", "attachments", "images"],
        "classes": ["amount", "attachment", "release_date", "image", "wording"],
        "words": [
            {"field": "text", "before": "12 млрд", "after": "21 млрд", "classes": ["amount"]},
            {"field": "text", "before": "", "after": "<қосымша>", "classes": ["wording"]},
        ],
        "more_words": 3,
        "date": {"before": "2031-05-14T02:33:00Z", "after": "2031-05-15T02:33:00.000+0000"},
        "attachments": {
            "removed": ["https://www.gov.kz/uploads/a.pdf"],
            "added": ["https://www.gov.kz/uploads/b.pdf"],
            "replaced": [
                {"before": "https://www.gov.kz/uploads/c1.pdf", "after": "https://www.gov.kz/uploads/c2.pdf"}
            ],
        },
    },
    source="gov.kz",
    source_id="900101",
    url="https://www.gov.kz/memleket/entities/economy/press/news/details/900101",
    agency="economy",
    agencies=("economy", "abay"),
    lang="kk",
    title="Өңір қаржысы",
    titles={"kk": "Өңір қаржысы (жаңа)", "ru": "Финансы региона"},
    text="Кеңес үлгілі ауылдарға 21 млрд теңге бөлуді ұсынды.",
    removed=False,
)
WHOLE = replace(EDITED, kind="removed", detail={}, lang=None, title=None, text="", removed=True)
entry_of = partial(change_entry, address="https://herald.example")


def test_an_edit_shows_what_was_replaced() -> None:
    entry = entry_of(EDITED)
    assert entry.id == "urn:uuid:7d0f6c1e-4c55-4a63-9f0e-0d8e7f6a5b4c"
    assert entry.title == "Өзгертілді: Өңір қаржысы"
    assert entry.url.endswith("/900101?lang=kk")
    assert entry.published == entry.updated == SEEN
    assert (
        "<li><del>12 млрд</del> → <ins>21 млрд</ins></li><li>[+<ins>&lt;қосымша&gt;</ins>]</li>" in entry.html
    )
    assert "тақырып, мәтін, күні, тіркелген файлдар, суреттер" in entry.html
    assert "Көрсетілмеген өзгерістер саны: 3." in entry.html
    assert "<del>2031-05-14 02:33</del> → <ins>2031-05-15 02:33</ins>" in entry.html
    assert "<p>Өзгеріс түрі: ақша сомасы, сөздер.</p>" in entry.html
    assert "Алынған файл: https://www.gov.kz/uploads/a.pdf" in entry.html
    assert "Қосылған файл: https://www.gov.kz/uploads/b.pdf" in entry.html
    assert "Ауыстырылған файл: <del>https://www.gov.kz/uploads/c1.pdf</del> → <ins>" in entry.html
    assert entry.summary.endswith("12 млрд → 21 млрд; күні: 2031-05-14 02:33 → 2031-05-15 02:33")
    assert [category.term for category in entry.categories] == ["economy", "abay", "edited"]


def test_the_weightiest_words_come_first_and_into_the_summary() -> None:
    words = [
        {"field": "text", "before": "жақсы", "after": "ізгі", "classes": ["wording"]},
        {"field": "text", "before": "ескі нұсқа", "after": "жаңа нұсқа"},
        {"field": "text", "before": "12 млрд", "after": "21 млрд", "classes": ["amount"]},
        {"field": "text", "before": "12 мамыр", "after": "13 мамыр", "classes": ["date", "number"]},
    ]
    entry = entry_of(replace(EDITED, detail={"fields": ["text"], "words": words}))
    places = [entry.html.index(word) for word in ("12 млрд", "12 мамыр", "жақсы", "ескі нұсқа")]
    assert places == sorted(places)
    assert entry.summary.endswith(". 12 млрд → 21 млрд")


def test_a_lone_word_is_shown_with_the_words_around_it() -> None:
    parts = [["=", "Бұл <b> міндетті"], ["-", " емес"], ["=", " деп ұқты ол."]]
    detail = {
        "fields": ["text"],
        "words": [{"field": "text", "before": "емес", "after": "", "classes": ["negation"]}],
        "diff": [{"field": "text", "paragraph": 1, "parts": parts}],
    }
    entry = entry_of(replace(EDITED, detail=detail))
    assert "<li>&lt;b&gt; міндетті [−<del>емес</del>] деп ұқты</li>" in entry.html
    assert entry.summary.endswith("<b> міндетті емес деп ұқты → <b> міндетті деп ұқты")


def test_an_edit_of_the_date_alone_says_the_dates_in_short() -> None:
    detail = {"fields": ["date"], "date": {"before": "2026-11-30T02:33:00Z", "after": "2026-12-01 09:00:00"}}
    entry = entry_of(replace(EDITED, detail=detail))
    assert entry.summary.endswith("күні: 2026-11-30 02:33 → 2026-12-01 09:00")
    assert "Z" not in entry.html + entry.summary


def test_what_kind_of_edit_it_was_is_said_in_the_language_of_the_copy() -> None:
    detail = {"fields": ["text"], "replaced": True, "back_to": 2, "rested": True}
    entry = entry_of(replace(EDITED, detail=detail, lang="ru"))
    assert "<p>Под тем же номером теперь другой текст.</p>" in entry.html
    assert "Вернулась прежняя редакция: № 2." in entry.summary
    assert "за сутки другой редакции не было" in entry.html


def test_a_move_says_from_where_to_where() -> None:
    entry = entry_of(replace(WHOLE, kind="moved", detail={"from": "economy", "to": "abay"}))
    said = "Бұрынғы органы: Ұлттық экономика министрлігі; қазіргі органы: Абай облысының әкімдігі."
    assert f"<p>{said}</p>" in entry.html
    assert entry.summary.endswith(said)


def test_a_removal_says_what_proves_it_even_where_only_titles_are_published() -> None:
    reading = {"crawl": 7, "at": "2031-05-15T05:50:00.000Z", "above": "130", "below": "<128>"}
    detail = {"evidence": {"kk": {"readings": [reading]}}}
    for removed_text in ("full", "title"):
        html = entry_of(replace(WHOLE, detail=detail), removed_text=removed_text).html  # type: ignore[arg-type]
        assert "Тізімде жоқ (қазақша): 2031-05-15 10:50 UTC+5, № 130 және № &lt;128&gt;" in html


def test_a_translation_says_how_late_it_came_and_where_it_differs() -> None:
    numbers = {"only_here": ["21"], "only_there": []}
    detail = {"after": {"ru": 7200}, "against": {"ru": {"numbers": numbers, "dates": {}}}}
    html = entry_of(replace(EDITED, kind="translated", detail=detail)).html
    assert "<p>Орысша нұсқасынан 2 сағат кейін шықты.</p>" in html
    assert "<p>Орысша нұсқасымен сәйкес келмейді: тек мұндағы сандар: 21.</p>" in html


def test_a_change_of_an_earlier_version_shows_its_files_too() -> None:
    files = {"gone": ["https://www.gov.kz/uploads/a.pdf"], "come": ["https://www.gov.kz/uploads/b.pdf"]}
    html = entry_of(replace(EDITED, detail={"fields": ["attachments"], "attachments": files})).html
    assert "Алынған файл: https://www.gov.kz/uploads/a.pdf" in html
    assert "Қосылған файл: https://www.gov.kz/uploads/b.pdf" in html


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ([], "Алып тасталды: Өңір қаржысы (жаңа)"),
        (["ru"], "Снято: Финансы региона"),
        (["en"], "Алып тасталды: Өңір қаржысы (жаңа)"),
    ],
)
def test_a_change_of_the_whole_release_is_told_in_the_language_asked(asked: list[str], title: str) -> None:
    assert entry_of(WHOLE, languages=asked).title == title


def test_a_release_known_in_no_language_is_still_told_of() -> None:
    assert entry_of(replace(WHOLE, titles={})).title == "Removed: (no title)"


def test_a_release_of_another_language_is_told_of_in_english() -> None:
    entry = entry_of(replace(WHOLE, titles={"tr": "Ziyaret"}))
    assert (entry.title, entry.lang) == ("Removed: Ziyaret", "tr")


def test_a_publication_says_how_the_text_begins() -> None:
    entry = entry_of(replace(EDITED, kind="published", detail={}))
    assert "<p>Кеңес үлгілі ауылдарға" in entry.html


def test_a_translation_says_what_was_known_before() -> None:
    entry = entry_of(replace(EDITED, kind="translated", detail={"earlier": ["en", "ru"]}))
    assert "Бұған дейін белгілі болған тілдері: en, ru." in entry.html


@pytest.mark.parametrize("kind", ["edited", "removed", "published", "translated"])
def test_the_text_of_a_removed_release_can_be_left_out(kind: Any) -> None:
    entry = entry_of(replace(EDITED, kind=kind, removed=True), removed_text="title")
    assert "Өңір қаржысы" in entry.title
    assert "млрд" not in entry.html + entry.summary


@pytest.mark.parametrize(
    "detail",
    [
        {"lang": "kk"},
        {"fields": "text", "words": "many", "more_words": "3", "date": [], "attachments": 7, "earlier": None},
        {"fields": [1, None], "words": [None, {}, {"before": 5}], "attachments": {"gone": "x", "come": [3]}},
        {"classes": "amount", "attachments": {"removed": None, "replaced": ["x", {"before": 1}]}},
        {"classes": ["amount", 5, "unheard-of"]},
        {"something": {"new": True}},
        {
            "diff": [{"field": "text", "parts": [["=", 5], "x", ["-"]]}, 7],
            "words": [{"before": 1, "after": None}],
        },
        {
            "from": 5,
            "to": "mfa",
            "evidence": {"kk": [1], "ru": {"readings": [7, {"at": "noon"}]}},
            "single": "x",
        },
        {
            "after": {"ru": "soon"},
            "against": {"ru": {"numbers": 5}, "en": None},
            "flapping": [],
            "back_to": "1",
        },
    ],
)
def test_a_detail_that_is_not_understood_is_passed_over(detail: dict[str, Any]) -> None:
    entry = entry_of(replace(EDITED, detail=detail))
    assert entry.title == "Өзгертілді: Өңір қаржысы"
    assert "None" not in entry.html


def test_an_edit_is_drawn_where_it_stands_and_leads_to_the_page_of_it() -> None:
    long = " ".join(f"сөз{number}" for number in range(40))
    parts = [
        ["=", f"{long} бөлуге"],
        ["-", " 12"],
        ["+", " <21>"],
        ["=", " млрд"],
        ["+", "\nҮстеме"],
        ["=", ". Соңы"],
    ]
    detail = {
        "fields": ["title", "text"],
        "diff": [
            {"field": "title", "paragraph": 1, "parts": [["-", "Ескі"], ["+", "Жаңа"], ["=", " жол"]]},
            {"field": "text", "paragraph": 3, "parts": parts},
            {"field": "text", "paragraph": 4, "parts": [["=", "бәрі қалды"]]},
        ],
    }
    entry = entry_of(replace(EDITED, detail=detail))
    assert "<blockquote>тақырып: <del>Ескі</del> → <ins>Жаңа</ins> жол</blockquote>" in entry.html
    kept = " ".join(f"сөз{number}" for number in range(29, 40))
    drawn = f"… {kept} бөлуге <del>12</del> → <ins>&lt;21&gt;</ins> млрд [+<ins>Үстеме</ins>]. Соңы"
    assert f"<blockquote>{drawn}</blockquote>" in entry.html
    assert entry.html.count("<blockquote>") == 2
    assert entry.diff_url == "https://herald.example/releases/900101/diff?lang=kk"
    assert entry.html.endswith(f'<p><a href="{entry.diff_url}">Не өзгергенін көру</a></p>')


@pytest.mark.parametrize("change", [WHOLE, replace(EDITED, detail={}), replace(EDITED, redacted_at=SEEN)])
def test_what_edits_nothing_to_be_read_leads_to_no_page_of_it(change: StoredChange) -> None:
    assert entry_of(change).diff_url == ""


def test_a_change_is_updated_only_when_its_words_are_taken_out() -> None:
    later = SEEN + timedelta(days=4)
    entry = entry_of(replace(EDITED, redacted_at=later))
    assert (entry.published, entry.updated) == (SEEN, later)


def test_what_is_removed_is_said_to_be_deleted_once_in_each_language() -> None:
    again = replace(WHOLE, id=9, at=SEEN + timedelta(days=1))
    kk, ru = deletions([again, WHOLE])
    assert (kk.ref, kk.when, kk.lang) == ("urn:uuid:194e8f07-9451-5d62-a3e9-adc067766a9a", again.at, "kk")
    assert kk.comment == "Портал бұл релизді енді көрсетпейді."
    assert ru.comment == "Портал больше не показывает этот релиз."
    assert [deleted.lang for deleted in deletions([WHOLE], languages=["ru"])] == ["ru"]


def test_a_copy_that_is_gone_is_deleted_alone_and_what_came_back_is_not() -> None:
    copy = replace(EDITED, kind="removed", removed=True)
    (gone,) = deletions([copy, replace(WHOLE, removed=False), replace(WHOLE, kind="restored")])
    assert gone.comment == "Портал бұл релизді осы тілде енді көрсетпейді."
