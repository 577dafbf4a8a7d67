"""What becomes of a stored edition."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from crawler.records import Attachment
from feeds.cleaning import BODY_LIMIT
from feeds.entries import Alternate, Category, Publication, edition_entry
from feeds.media_types import media_type
from monitor.store.for_feeds import Other, StoredEdition
from tests.feeds.conftest import SEEN

EDITION = StoredEdition(
    id=1,
    source="gov.kz",
    source_id="900101",
    lang="kk",
    title="Ұлттық кеңес өтті",
    text="Кеңесте өңірлердің үлесі сөз болды.",
    html="<p>Кеңесте өңірлердің үлесі <b>сөз</b> болды.</p>",
    url="https://www.gov.kz/memleket/entities/economy/press/news/details/900101",
    agency="economy",
    agencies=("economy", "abay"),
    languages=("kk", "ru"),
    attachments=(),
    published_at=SEEN,
    first_seen_at=SEEN + timedelta(minutes=3),
    updated_at=SEEN + timedelta(minutes=3),
    listing_changed_at=None,
    revisions=1,
    edits=0,
    status="listed",
    release_status="listed",
)
entry_of = partial(edition_entry, address="https://herald.example")


def test_an_entry_says_all_of_its_edition() -> None:
    entry = entry_of(EDITION)
    assert entry.id == "urn:uuid:194e8f07-9451-5d62-a3e9-adc067766a9a"
    assert entry.url == f"{EDITION.url}?lang=kk"
    assert entry.author == "Ұлттық экономика министрлігі"
    assert entry.categories[0] == Category("economy", "Ұлттық экономика министрлігі")
    assert [category.term for category in entry.categories] == ["economy", "abay"]
    assert entry.alternates == (Alternate("ru", f"{EDITION.url}?lang=ru"),)
    assert entry.html == EDITION.html
    assert entry.summary == EDITION.text
    assert entry.note == ""
    assert dict(entry.facts) == {
        "uuid": entry.id.removeprefix("urn:uuid:"),
        "place": None,
        "source_id": "900101",
        "agency": "economy",
        "lang": "kk",
        "revisions": 1,
        "status": "listed",
    }


@pytest.mark.parametrize(
    ("dates", "published"),
    [
        pytest.param({}, SEEN, id="the portal's date"),
        pytest.param({"published_at": None}, EDITION.first_seen_at, id="missing: the first sighting"),
        pytest.param(
            {"published_at": SEEN - timedelta(days=900)}, SEEN - timedelta(days=900), id="back-dated"
        ),
        pytest.param(
            {"published_at": SEEN + timedelta(hours=20)}, SEEN + timedelta(hours=20), id="a little ahead"
        ),
        pytest.param(
            {"published_at": SEEN + timedelta(days=90)}, EDITION.first_seen_at, id="far ahead: a slip"
        ),
    ],
)
def test_the_date_of_publication(dates: dict[str, Any], published: Any) -> None:
    entry = entry_of(replace(EDITION, **dates))
    assert entry.published == published
    assert entry.updated >= entry.published


@pytest.mark.parametrize("doubt", ["future", "past", "unreadable"])
def test_a_date_that_was_doubted_when_it_was_read_is_not_used(doubt: Any) -> None:
    entry = entry_of(replace(EDITION, published_at=SEEN - timedelta(days=1), date_doubt=doubt))
    assert entry.published == EDITION.first_seen_at


def test_an_edit_moves_only_what_it_should() -> None:
    before = entry_of(EDITION)
    later = SEEN + timedelta(days=2)
    after = entry_of(replace(EDITION, text="Басқа.", revisions=2, weighty_edits=1, weighed_at=later))
    assert (after.id, after.published, after.url) == (before.id, before.published, before.url)
    assert after.updated == later
    assert "өзгерістер саны: 1" in after.note
    address = "https://herald.example/releases/900101/diff?lang=kk"
    assert after.diff_url == address
    link = f'<a href="{address}">Не өзгергенін көру</a>'
    assert after.html.startswith(f"<p><strong>{after.note}</strong> {link}</p>\n")


def test_typography_alone_moves_nothing() -> None:
    later = SEEN + timedelta(days=2)
    edited = entry_of(replace(EDITION, revisions=2, edits=1, updated_at=later))
    before = entry_of(EDITION)
    assert replace(edited, facts=before.facts) == before


def test_an_entry_is_never_updated_before_it_was_published() -> None:
    tomorrow = SEEN + timedelta(hours=20)
    entry = entry_of(replace(EDITION, published_at=tomorrow, weighed_at=SEEN))
    assert entry.updated == entry.published == tomorrow


def test_an_agency_that_is_renamed_or_hands_over_leaves_the_id_as_it_is() -> None:
    moved = entry_of(replace(EDITION, agency="moa", agencies=("moa",), url="https://elsewhere.example/1"))
    elsewhere = edition_entry(EDITION, address="https://another.example")
    assert moved.id == elsewhere.id == entry_of(EDITION).id


@pytest.mark.parametrize("moved", ["weighed_at", "listing_changed_at", "redacted_at"])
def test_an_entry_is_as_new_as_the_last_thing_that_matters(moved: str) -> None:
    later = SEEN + timedelta(days=3)
    dates: dict[str, Any] = {"weighed_at": SEEN + timedelta(days=1), moved: later}
    assert entry_of(replace(EDITION, **dates)).updated == later


OTHERS = (
    Other(
        "moa", "900099", "https://www.gov.kz/memleket/entities/moa/press/news/details/900099", "Кеңес", True
    ),
    Other("x & <y>", "900105", "javascript:alert(1)", "Ұ\x00лттық\nкеңес", False),
)


def test_a_story_names_its_first_publisher_and_the_others() -> None:
    entry = entry_of(replace(EDITION, also=OTHERS))
    ministry = f'<a href="{OTHERS[0].url}?lang=kk">Ауыл шаруашылығы министрлігі</a>'
    said = f"Алғаш жариялаған: {ministry}. Сондай-ақ жариялаған: x &amp; &lt;y&gt;."
    assert entry.html == f"{EDITION.html}\n<p><em>{said}</em></p>"
    assert entry.story[1] == Publication("x & <y>", "x & <y>", "900105", "", "Ұлттық кеңес", False)
    assert entry.summary == EDITION.text


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("kk", "Алғаш жариялаған: Ұлттық экономика министрлігі. Сондай-ақ жариялаған: "),
        ("ru", "Первая публикация: Министерство национальной экономики. Также опубликовано: "),
        ("en", "First published by: Ministry of National Economy. Also published by: "),
    ],
)
def test_the_first_publisher_says_so_of_itself(lang: str, said: str) -> None:
    entry = entry_of(replace(EDITION, lang=lang, also=(replace(OTHERS[0], first=False),)))
    assert f"<p><em>{said}<a href=" in entry.html


def test_whose_words_were_taken_out_is_not_told_where_else_they_stand() -> None:
    entry = entry_of(replace(EDITION, also=OTHERS, redacted_at=SEEN, weighty_edits=1))
    assert (entry.story, entry.diff_url) == ((), "")
    assert "Ауыл шаруашылығы" not in entry.html


def test_a_first_wording_that_only_corrects_a_dump_is_no_edit() -> None:
    assert entry_of(replace(EDITION, revisions=2)).note == ""


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("kk", "Портал бұл релизді енді көрсетпейді."),
        ("ru", "Портал больше не показывает этот релиз."),
        ("en", "This release is no longer listed by the portal."),
        ("tr", "This release is no longer listed by the portal."),
    ],
)
def test_a_removed_release_says_so_in_its_language(lang: str, said: str) -> None:
    gone = replace(
        EDITION,
        lang=lang,
        status="removed",
        release_status="removed",
        listing_changed_at=SEEN + timedelta(days=1),
    )
    entry = entry_of(gone)
    assert entry.note.startswith(said)
    assert "Кеңесте өңірлердің" in entry.html
    assert entry.updated == SEEN + timedelta(days=1)
    assert dict(entry.facts)["status"] == "removed"


def test_a_removed_copy_is_not_a_removed_release() -> None:
    entry = entry_of(replace(EDITION, lang="en", status="removed"))
    assert entry.note.startswith("This release is no longer listed by the portal in this language.")


def test_the_text_of_a_removed_release_can_be_left_out() -> None:
    file = Attachment("https://www.gov.kz/uploads/a.pdf", "Құпия", None)
    gone = replace(EDITION, status="removed", release_status="removed", attachments=(file,))
    entry = entry_of(gone, removed_text="title")
    assert entry.title == EDITION.title
    assert entry.enclosures == ()
    for said in (entry.html, entry.summary):
        assert "Портал бұл релизді енді көрсетпейді." in said
        assert "өңірлердің" not in said
    assert entry_of(EDITION, removed_text="title") == entry_of(EDITION)


def test_enclosures_have_addresses_of_the_web_and_a_type() -> None:
    files = (
        Attachment("https://www.gov.kz/uploads/қосымша.PDF", " Қосымша \n файл", 2048),
        Attachment("https://www.gov.kz/uploads/ab12", "кесте.xlsx", None),
        Attachment("javascript:alert(1)", "x.pdf", 1),
    )
    first, second = entry_of(replace(EDITION, attachments=files)).enclosures
    assert (first.name, first.size, first.media_type) == ("Қосымша файл", 2048, "application/pdf")
    assert first.url.endswith("/%D2%9B%D0%BE%D1%81%D1%8B%D0%BC%D1%88%D0%B0.PDF")
    assert second.media_type == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def test_a_file_of_no_known_kind_is_plain_bytes() -> None:
    assert media_type("https://a.kz/x", "x") == "application/octet-stream"


def test_an_edition_without_a_title_is_called_so() -> None:
    assert entry_of(replace(EDITION, title=" \x00 ")).title == "(тақырыпсыз)"


def test_a_text_without_mark_up_is_shown_in_paragraphs() -> None:
    entry = entry_of(replace(EDITION, html="", text="Бірінші <абзац>\n\nЕкінші"))
    assert entry.html == "<p>Бірінші &lt;абзац&gt;</p>\n<p>Екінші</p>"


def test_a_monstrous_body_is_cut_visibly() -> None:
    entry = entry_of(replace(EDITION, html="<b>" * BODY_LIMIT, text="сөз " * BODY_LIMIT))
    assert len(entry.html) < BODY_LIMIT
    assert "Мәтін тым ұзын" in entry.html


def test_an_address_that_is_none_is_left_out() -> None:
    assert entry_of(replace(EDITION, url="javascript:alert(1)")).url == ""


@pytest.mark.parametrize(
    ("became", "said"),
    [
        ({"release_status": "removed"}, "Портал бұл релизді енді көрсетпейді."),
        ({"status": "removed"}, "Портал бұл релизді осы тілде енді көрсетпейді."),
    ],
)
def test_the_summary_of_what_is_gone_says_so_before_the_text(became: dict[str, Any], said: str) -> None:
    assert entry_of(replace(EDITION, **became)).summary == f"{said} {EDITION.text}"
