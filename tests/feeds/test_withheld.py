"""What is not to be read any more: releases that were redacted, and removed ones where only titles are kept."""

import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feeds.formats import FORMATS
from feeds.pages.table import Looked, looked_at
from feeds.shelf import Held
from feeds.site import Site
from feeds.streams import Asked, Stream
from monitor.config import Config, Database, Server
from monitor.store.database import open_reader
from monitor.store.redactions import purge, redact
from monitor.store.selections import Selection, newest
from tests.feeds.conftest import Stored

NOW = datetime(2031, 5, 20, tzinfo=UTC)
STREAMS = (Stream(), Stream(topic="changes"), Stream(topic="removed"), Stream(agencies=("moa",)))
PAGES = ("/", "/changes")
ALL = (
    *PAGES,
    "/agencies",
    "/agencies/moa",
    "/status",
    *(
        f"/releases/900201{rest}"
        for rest in ("", "?view=side", "?lang=kk&revision=1", "?lang=kk", "/diff?lang=kk")
    ),
)
LANGUAGES = ("kk", "ru", "en")
WORDS = ("zerekbala", "қупиясөзім", "ескімәтін", "tirkeufayl", "12 млрд", "21 млрд")
"""Title, text, an earlier text, a file, and both sides of an edit."""


def shown(path: Path, *, removed_text: str = "full", pages: tuple[str, ...] = PAGES) -> dict[str, str]:
    """Everything that is published, by its address."""
    config = Config(
        database=Database(path=path),
        server=Server.model_validate({"removed_text": removed_text, "public_url": "https://feeds.example"}),
    )
    site = Site(config)
    try:
        found = {
            stream.address(ending): site.feed(Asked(stream, ending), None, is_enough=lambda _: False)
            for stream in STREAMS
            for ending in FORMATS
        }
        looks = {
            f"/{lang}{address}": text(page(site, address, lang)) for address in pages for lang in LANGUAGES
        }
        with closing(open_reader(path)) as db:
            releases = [f"/api/releases/{row['source_id']}" for row in db["releases"].rows]
        for address in ("/api/changes?baseline=1", *releases):
            looks[address] = text(page(site, address, "en"))
        return {address: text(held) for address, held in found.items()} | looks
    finally:
        site.close()


def page(site: Site, address: str, lang: str) -> Held:
    path, _, query = address.partition("?")
    looked = looked_at(path, query, languages=site.languages)
    assert isinstance(looked, Looked)
    return site.view(looked.view, lang, None, now=NOW, by_wish=False)


def text(held: Held | None) -> str:
    assert held is not None
    assert held.document is not None
    return held.document.plain.decode()


@pytest.fixture
def told(stored: Stored) -> Stored:
    """A release in two languages that was edited, then removed; and one that stands."""
    moa = stored.release("900201", "moa", status="removed")
    for lang, title in (("kk", "Аты zerekbala"), ("ru", "Имя zerekbala"), ("en", "The name zerekbala")):
        edition = stored.edition(
            moa,
            lang,
            title,
            "Мұнда қупиясөзім.",
            attachments=[
                {"url": "https://www.gov.kz/uploads/tirkeufayl.pdf", "name": "tirkeufayl", "size": 1}
            ],
            status="removed",
            revisions=2,
        )
        first = stored.revision(edition, 1, title)
        stored.update("revisions", first, text="Мұнда ескімәтін.")
        detail = {
            "fields": ["text", "attachments"],
            "words": [{"field": "text", "before": "12 млрд", "after": "21 млрд"}],
            "diff": [{"field": "text", "paragraph": 0, "parts": [["-", "12 млрд"], ["+", "21 млрд"]]}],
            "attachments": {"added": ["https://www.gov.kz/uploads/tirkeufayl.pdf"], "removed": []},
        }
        second = stored.revision(edition, 2, title)
        stored.change("published", moa, edition, revision_id=first)
        stored.change("edited", moa, edition, revision_id=second, detail=detail)
    stored.change("removed", moa)
    stands = stored.release("900202", "moa")
    stored.change("published", stands, stored.edition(stands, "kk", "Жаңа жол", "Жол ашылды."))
    return stored


def test_the_words_are_there_before(told: Stored) -> None:
    """Else the tests below would prove nothing."""
    said = " ".join(shown(told.path, pages=ALL).values())
    assert [word for word in WORDS if word not in said] == []


def test_nothing_that_is_published_says_a_word_of_a_redacted_release(told: Stored) -> None:
    before = shown(told.path, pages=ALL)
    assert redact(told.db, "900201", by="x", reason="y", now=NOW) is not None
    assert purge(told.db)
    after = shown(told.path, pages=ALL)
    for address, document in after.items():
        assert [word for word in WORDS if word in document] == [], address
        assert document.count("details/900201") == before[address].count("details/900201"), "no link is lost"
    assert "Жол ашылды" in after["/feeds/all.atom"]


def test_a_redacted_release_stays_in_its_place_and_says_so_in_its_language(told: Stored) -> None:
    def entries(topic: str) -> dict[tuple[str, str], dict[str, str]]:
        feed = json.loads(shown(told.path)[f"/feeds/{topic}.json"])
        return {(item["id"], item["language"]): item for item in feed["items"]}

    before, before_of_changes = entries("all"), entries("changes")
    assert redact(told.db, "900201", by="x", reason="y", now=NOW) is not None
    after, of_changes = entries("all"), entries("changes")
    assert list(after) == list(before)
    assert list(of_changes) == list(before_of_changes)
    for (entry, lang), title, note in (
        (key, title, note)
        for key in after
        for lang, title, note in (
            ("kk", "[жасырылды]", "Бұл релиздің мәтіні"),
            ("ru", "[скрыто]", "Текст этого релиза"),
            ("en", "[redacted]", "The text of this release"),
        )
        if key[1] == lang and "900201" in after[key]["url"]
    ):
        item = after[entry, lang]
        assert item["title"] == title
        assert note in item["content_html"]
        assert item["date_modified"] == "2031-05-20T00:00:00Z", "so that readers replace what they keep"
        assert item["url"] == before[entry, lang]["url"]
    of_it = [item for item in of_changes.values() if "900201" in item["url"]]
    assert len(of_it) == 7
    assert all(item["title"].endswith(("[жасырылды]", "[скрыто]", "[redacted]")) for item in of_it)
    for path in PAGES:
        page = shown(told.path)[f"/ru{path}"]
        assert "[скрыто]" in page
        assert "Текст этого релиза изъят" in page


def test_of_removed_releases_only_titles_are_published_where_configured(told: Stored) -> None:
    for address, document in shown(told.path, removed_text="title", pages=ALL).items():
        assert [word for word in WORDS if word in document and word != "zerekbala"] == [], address
    titles = shown(told.path, removed_text="title")
    assert "zerekbala" in titles["/feeds/all.atom"]
    assert "zerekbala" in titles["/feeds/changes.json"]
    assert all("zerekbala" in titles[f"/kk{path}"] for path in PAGES)
    assert "Жол ашылды" in titles["/feeds/all.atom"]


def test_of_a_copy_that_was_removed_alone_only_the_title_is_published(stored: Stored) -> None:
    both = stored.release("900203", "moa")
    gone = stored.edition(both, "kk", "Аты zerekbala", "Мұнда қупиясөзім.", status="removed")
    stored.change(
        "edited", both, gone, detail={"words": [{"field": "text", "before": "12 млрд", "after": ""}]}
    )
    stored.change("removed", both, gone)
    stands = stored.edition(both, "ru", "Имя", "Текст стоит.")
    stored.change("published", both, stands)
    published = shown(stored.path, removed_text="title")
    for address, document in published.items():
        assert [word for word in WORDS if word in document and word != "zerekbala"] == [], address
    assert "Текст стоит." in published["/feeds/all.atom"]


def test_words_with_which_a_release_came_back_go_with_the_copy_that_had_them(stored: Stored) -> None:
    release = stored.release("900201", "moa")
    stored.edition(release, "kk", "Тақырып", "Мәтін.")
    gone = stored.edition(release, "ru", "Заголовок", "Теперь 21 млрд.", status="removed", revisions=2)
    words = [{"field": "text", "before": "12 млрд", "after": "21 млрд", "classes": ["amount"]}]
    parts = [["=", "Теперь "], ["-", "12 млрд"], ["+", "21 млрд"]]
    stored.change(
        "restored",
        release,
        revision_id=stored.revision(gone, 2, "Заголовок"),
        detail={
            "fields": ["text"],
            "classes": ["amount"],
            "words": words,
            "diff": [{"field": "text", "paragraph": 1, "parts": parts}],
        },
    )
    pages = (*ALL, "/releases/900201/diff?lang=ru")
    full, titles = (shown(stored.path, removed_text=kept, pages=pages) for kept in ("full", "title"))
    assert "21 млрд" in full["/ru/releases/900201/diff?lang=ru"]
    assert "21 млрд" not in full["/ru/releases/900201/diff?lang=kk"], "of another copy"
    assert [address for address, said in titles.items() if "млрд" in said] == []


def test_a_copy_that_stands_tells_no_figure_of_one_that_was_removed(stored: Stored) -> None:
    release = stored.release("900201", "moa")
    stored.edition(release, "ru", "Заголовок", "Там было 77777.", status="removed")
    stands = stored.edition(release, "kk", "Тақырып", "Мұнда 55.", revisions=2)
    numbers = {"numbers": {"only_here": ["55"], "only_there": ["77777"]}}
    detail = {"fields": ["text"], "against": {"ru": numbers}}
    stored.change("edited", release, stands, revision_id=stored.revision(stands, 2, "Тақырып"), detail=detail)
    full, titles = (shown(stored.path, removed_text=kept, pages=ALL) for kept in ("full", "title"))
    said = {address for address, document in full.items() if "77777" in document or "77 777" in document}
    assert {"/ru/changes", "/ru/releases/900201/diff?lang=kk", "/api/changes?baseline=1"} <= said
    assert "/feeds/changes.atom" in said
    assert [at for at, document in titles.items() if "77777" in document or "77 777" in document] == []


def test_an_entry_is_another_once_a_copy_that_it_compares_with_is_removed(stored: Stored) -> None:
    release = stored.release("900201", "moa")
    gone = stored.edition(release, "ru", "Заголовок", "Там было 77777.")
    stands = stored.edition(release, "kk", "Тақырып", "Мұнда 55.")
    stored.change("edited", release, stands)

    def version() -> int:
        (placed,) = newest(stored.db, Selection(topic="changes"), size=10).entries
        return placed.version

    before = version()
    stored.db["editions"].update(gone, {"status": "removed"})
    assert version() != before
