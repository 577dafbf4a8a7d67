"""The items as the portal sent them, handed out to be kept."""

import pytest

from monitor.errors import StoreError
from monitor.store.redactions import redact
from monitor.store.wordings import Words, keep_raw
from tests.feeds.conftest import Stored
from tests.feeds.pages.looking import NOW, Refused, look, why_not
from tests.feeds.test_server import config_for, running

ITEM = '{"id":900601,"title":"Өңір","body":"<p>Мәтін \\ud83d </p>"}'


@pytest.fixture
def kept(stored: Stored) -> Stored:
    """A release with two wordings, the item of one of which was kept."""
    release = stored.release("900601")
    edition = stored.edition(release, "kk", "Өңір", "Мәтін", revisions=2)
    stored.revision(edition, 1, "Өңір", text="Ескі мәтін")
    second = stored.revision(edition, 2, "Өңір", text=None)
    stored.update("revisions", second, raw_id=keep_raw(stored.db, ITEM, Words(second, "Өңір", "Мәтін")))
    return stored


async def test_an_item_is_handed_out_byte_by_byte_to_be_kept(kept: Stored) -> None:
    async with running(config_for(kept.path)) as site:
        response, body = await site.get("/releases/900601/raw?lang=kk&revision=2")
        assert body.decode() == ITEM
        assert response.headers["Content-Type"].startswith("application/json")
        assert response.headers["Content-Disposition"] == 'attachment; filename="release-900601-kk-2.json"'
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        spoken, _ = await site.get("/kk/releases/900601/raw?lang=kk")
        assert spoken.status == 404, "it is in no language of ours"
        none, body = await site.get("/releases/900601/raw?lang=kk&revision=1", Accept_Language="en")
        assert none.status == 404
        assert "was not kept" in body.decode()


def test_without_a_number_it_is_that_of_the_present_wording(kept: Stored) -> None:
    assert look(kept.path, "/releases/900601/raw?lang=kk").text == ITEM


def test_the_page_of_the_release_links_to_it(kept: Stored) -> None:
    links = look(kept.path, "/releases/900601").main.xpath(".//a[@download]/@href")
    assert links == ["../../releases/900601/raw?lang=kk&revision=2"]
    assert look(kept.path, "/releases/900601?lang=kk&revision=1").main.xpath(".//a[@download]") == []


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/releases/900601/raw?lang=ru", "Релиза № 900601 на русском в архиве нет."),
        ("/releases/900602/raw?lang=kk", "Релиза № 900602 в архиве нет."),
        ("/releases/900601/raw?lang=kk&revision=3", "Редакции № 3 нет; последняя — № 2."),
    ],
)
def test_what_is_not_held_is_missing(kept: Stored, address: str, said: str) -> None:
    assert why_not(kept.path, address) == said


@pytest.mark.parametrize(
    "query", ["", "lang=", "lang=%00", "lang=kk&revision=0", "lang=kk&revision=x", "lang=kk&number=1"]
)
def test_what_means_nothing_is_refused(kept: Stored, query: str) -> None:
    with pytest.raises(Refused):
        look(kept.path, f"/releases/900601/raw?{query}")


def test_nothing_is_handed_out_of_what_was_redacted_or_removed(kept: Stored) -> None:
    kept.db.execute("UPDATE releases SET status = 'removed'")
    assert look(kept.path, "/releases/900601/raw?lang=kk").text == ITEM
    assert "больше не показывается" in why_not(
        kept.path, "/releases/900601/raw?lang=kk", removed_text="title"
    )
    assert redact(kept.db, "900601", by="үстел", reason="себеп", now=NOW) is not None
    assert "больше не показывается" in why_not(kept.path, "/releases/900601/raw?lang=kk")


def test_a_damaged_item_is_no_item(kept: Stored) -> None:
    kept.db.execute("UPDATE raw_items SET item = x'00ff00'")
    with pytest.raises(StoreError, match="damaged"):
        look(kept.path, "/releases/900601/raw?lang=kk")
