"""A release on a page of its own: its languages, its wordings, what happened to it and what proves that."""

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from monitor.store.redactions import redact
from tests.feeds.conftest import HOSTILE, SEEN, Stored
from tests.feeds.pages.looking import NOW, Refused, look, why_not
from tests.feeds.test_server import config_for, running

DIGEST = "5d" * 32


@pytest.fixture
def told(stored: Stored) -> Stored:
    """A release in two languages that was edited and then removed, with all the evidence for that."""
    release = stored.release("900501", "moa", published_precision="day", published_on="2031-05-14")
    kk = stored.edition(
        release,
        "kk",
        "Ауыл шаруашылығы: <b>жоспар</b>",
        "Үкімет 21 млрд теңге бөледі.",
        html='<h1>Жоспар</h1><p>Үкімет 21 млрд теңге бөледі.</p><img src="/uploads/alqap.png" alt="Алқап">',
        attachments=[
            {"url": "https://www.gov.kz/uploads/jospar.pdf", "name": "Жоспар.pdf", "size": 2_400_000}
        ],
        revisions=2,
        status="removed",
    )
    stored.edition(release, "ru", "План", "Правительство выделит 21 млрд тенге.", status="removed")
    first = stored.revision(kk, 1, "Ескі тақырып", text="Үкімет 12 млрд теңге бөледі.")
    second = stored.revision(kk, 2, "Ауыл шаруашылығы: <b>жоспар</b>", seen=SEEN + timedelta(hours=2))
    stored.update("revisions", second, content=DIGEST, chain="ab" * 32)
    stored.change("published", release, kk, revision_id=first, baseline=1)
    words = [{"field": "text", "before": "12 млрд", "after": "21 млрд", "classes": ["amount"]}]
    stored.change(
        "edited",
        release,
        kk,
        revision_id=second,
        at=SEEN + timedelta(hours=2),
        detail={"fields": ["text"], "classes": ["amount"], "words": words},
    )
    stored.update("releases", release, status="removed")
    readings = [
        {"crawl": 7, "at": "2031-05-15T05:50:00.000Z", "agency": "moa", "above": "900510", "below": "900499"},
        {"crawl": 9, "at": "2031-05-15T07:00:00.000Z", "agency": "moa", "above": None, "below": "900499"},
    ]
    stored.db.execute(
        "INSERT INTO lookups (release_id, lang, whole, asked_at, next_at, found, answered_at) "
        "VALUES (?, 'kk', 1, '2031-05-15T07:00:00.000Z', '2031-05-15T07:00:00.000Z', 'gone', "
        "'2031-05-15T07:01:00.000Z')",
        [release],
    )
    evidence = {"kk": {"readings": readings}}
    stored.change(
        "removed", release, at=datetime(2031, 5, 15, 7, 1, tzinfo=UTC), detail={"evidence": evidence}
    )
    return stored


def test_it_is_in_the_language_of_the_reader_where_it_has_that(told: Stored) -> None:
    assert look(told.path, "/releases/900501", "ru").said("string(.//h1)") == "План"
    english = look(told.path, "/releases/900501", "en")
    assert english.said("string(.//h1)") == "Ауыл шаруашылығы: <b>жоспар</b>"
    assert english.main.xpath(".//h1/@lang") == ["kk"]
    assert english.main.xpath(".//div[@class='text']/@lang") == ["kk"]
    assert look(told.path, "/releases/900501?lang=kk", "ru").main.xpath(".//h1/@lang") == ["kk"]


def test_what_the_portal_says_and_what_became_of_it(told: Stored) -> None:
    page = look(told.path, "/releases/900501?lang=kk")
    assert "14 мая 2031" in page.said("string(.//p[@class='facts'])"), "to the day, as the portal has it"
    assert "Снят с портала" in page.said()
    [portal] = page.main.xpath(".//a[contains(., 'Открыть на портале')]/@href")
    assert portal.endswith("/moa/press/news/details/900501?lang=kk")
    assert "2,4 МБ" in page.said("string(.//ul[@class='files'])")
    assert page.tree.xpath("string(//meta[@property='og:type']/@content)") == "article"
    assert page.tree.xpath("string(//footer/p[@class='printed'])").endswith("/ru/releases/900501?lang=kk")
    assert "21 млрд" in page.tree.xpath("string(//meta[@property='og:description']/@content)")


def test_the_history_is_a_line_in_time_with_the_words_that_changed(told: Stored) -> None:
    page = look(told.path, "/releases/900501")
    events = page.main.xpath(".//ol[@class='line']/li")
    assert [one.get("class") for one in events] == ["removed", "edited", "published"]
    assert "уже было при первом чтении" in events[2].text_content()
    assert events[1].xpath(".//del/text()") == ["12 млрд"]
    assert events[1].xpath(".//ins/text()") == ["21 млрд"]
    assert events[1].xpath(".//ul/@lang") == ["kk"]
    assert "важная правка" in events[1].text_content()
    links = [link.partition("900501")[2] for link in events[1].xpath(".//a/@href")]
    assert links == ["?lang=kk&revision=2", "/diff?lang=kk&from=1&to=2"]
    assert events[0].xpath("string(.//time/@datetime)") == "2031-05-15T12:01:00+05:00"


def test_the_evidence_says_which_readings_lacked_it_and_what_a_look_up_answered(told: Stored) -> None:
    said = look(told.path, "/releases/900501").said("string(.//section[@aria-labelledby='evidence'])")
    for words in (
        "Министерство сельского хозяйства, на казахском",
        "Впервые не найден: 15.05.2031 10:50",
        "Подтверждено: 15.05.2031 12:00",
        "между релизами № 900510 и № 900499",
        "выше релиза № 900499",
        "на портале его нет. 15.05.2031 12:01",
    ):
        assert words in said


def test_a_suspicion_is_no_removal(told: Stored) -> None:
    told.db.execute("UPDATE releases SET status = 'suspected'")
    told.db.execute("UPDATE editions SET status = 'suspected'")
    told.db.execute(
        "INSERT INTO absences (edition_id, agency, suspected_at, evidence) "
        "SELECT id, 'moa', '2031-05-16T05:50:00.000Z', ? FROM editions WHERE lang = 'kk'",
        [json.dumps([{"crawl": 11, "at": "2031-05-16T05:50:00.000Z", "agency": "moa"}])],
    )
    page = look(told.path, "/releases/900501", "en")
    assert "First missed: 16.05.2031 10:50" in page.said()
    assert "First missed: 15.05.2031" not in page.said()
    assert "Missing from the listing" in page.said()
    assert "Evidence of the removal" not in page.said()
    assert "not yet confirmed" in page.said()


def test_the_wording_is_proved_by_its_digests(told: Stored) -> None:
    page = look(told.path, "/releases/900501?lang=kk")
    assert {DIGEST, "ab" * 32} <= set(page.main.xpath(".//code/text()"))
    assert "Редакция № 2" in page.said()


def test_a_former_wording_can_be_read_and_is_not_taken_for_the_present_one(told: Stored) -> None:
    page = look(told.path, "/releases/900501?lang=kk&revision=1")
    assert page.tree.xpath("//meta[@name='robots']/@content") == ["noindex"], (
        "no search engine takes it for the present"
    )
    assert page.said("string(.//h1)") == "Ескі тақырып"
    assert page.said("string(.//div[contains(@class, 'text')])") == "Үкімет 12 млрд теңге бөледі."
    assert "Это прежний текст, редакция № 1. Нынешняя — № 2." in page.said()
    assert "Редакция № 1" in page.said("string(.//section[@class='proof'])")
    present = look(told.path, "/releases/900501?lang=kk&revision=2")
    assert "прежний текст" not in present.said()


def test_side_by_side_each_copy_is_in_its_language_under_its_title(told: Stored) -> None:
    page = look(told.path, "/releases/900501?view=side", "kk")
    copies = page.main.xpath(".//section[@class='copy']")
    assert [copy.xpath("string(.//h2)") for copy in copies] == ["Ауыл шаруашылығы: <b>жоспар</b>", "План"]
    assert [copy.get("lang") for copy in copies] == [None, "ru"]
    assert [heading.tag for heading in copies[0].xpath(".//h2|.//h3")] == ["h2", "h3"]
    assert page.main.xpath(".//nav//a[@aria-current]")[0].text == "Қатар қою"


def test_pictures_are_links_until_they_are_asked_for(told: Stored) -> None:
    page = look(told.path, "/releases/900501?lang=kk")
    assert page.main.xpath(".//img") == []
    assert "img-src 'self';" not in page.resource.policy
    assert "gov.kz" not in page.resource.policy
    [ask] = page.main.xpath(".//p[contains(@class, 'pictures')]/a/@href")
    assert ask.endswith("?lang=kk&images=1")
    shown = look(told.path, "/releases/900501?lang=kk&images=1")
    assert shown.main.xpath(".//img/@src") == ["https://www.gov.kz/uploads/alqap.png"]
    assert shown.resource.policy.endswith("img-src 'self' https://www.gov.kz")


def test_who_else_published_it_is_told_with_the_first_one(golden: Stored) -> None:
    page = look(golden.path, "/releases/900102")
    [first, own] = page.main.xpath(".//ol[@class='story']/li")
    assert "раньше всех" in first.text_content()
    assert first.xpath(".//a/@href")[0].endswith("/ru/releases/900101")
    assert "этот релиз" in own.text_content()


def test_who_published_on_a_day_is_told_without_an_hour(golden: Stored) -> None:
    golden.db.execute(
        "UPDATE releases SET published_at = '2031-05-13T19:00:00.000Z', published_on = '2031-05-14', "
        "published_precision = 'day' WHERE story_id = 7"
    )
    for line in look(golden.path, "/releases/900102").main.xpath(".//ol[@class='story']/li"):
        assert "14 мая 2031" in line.text_content()
        assert "00:00" not in line.text_content()


def test_a_date_that_is_not_believed_is_said_to_be_doubtful(stored: Stored) -> None:
    columns = {"published_at": None, "published_raw": "32.13.2031 <i>", "date_doubt": "unreadable"}
    release = stored.release("900502", **columns)
    stored.edition(release, "ru", "Заголовок", "Текст")
    said = look(stored.path, "/releases/900502").said("string(.//p[@class='facts'])")
    assert "без даты · дату на портале прочесть нельзя: «32.13.2031 <i>»" in said


def test_what_only_a_dump_knows_is_said_to_be_that(stored: Stored) -> None:
    release = stored.release("900503", status="unseen", origin="dump")
    edition = stored.edition(release, "ru", "Из подборки", "Текст подборки", status="unseen")
    stored.update("revisions", stored.revision(edition, 1, "Из подборки"), digest="dump:1")
    page = look(stored.path, "/releases/900503")
    assert "Известен из импортированной подборки" in page.said()
    assert "Текст подборки" in page.said()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/releases/1", "Релиза № 1 в архиве нет."),
        ("/releases/900501?lang=en", "Релиза № 900501 на английском в архиве нет."),
        ("/releases/900501?lang=kk&revision=3", "Редакции № 3 нет; последняя — № 2."),
        ("/releases/900501?lang=kk&part=2", "Такой части у этого текста нет."),
        ("/releases/900501?lang=kk&revision=1&part=2", "Такой части у этого текста нет."),
    ],
)
def test_what_is_not_held_is_missing_in_the_language_of_the_page(
    told: Stored, address: str, said: str
) -> None:
    assert why_not(told.path, address) == said
    assert why_not(told.path, address, "kk") != said


@pytest.mark.parametrize(
    "address",
    [
        "/releases/900501?lang=%3Cscript%3E",
        "/releases/900501?revision=1",
        "/releases/900501?lang=kk&revision=-1",
        "/releases/900501?lang=kk&revision=99999999999",
        "/releases/900501?view=other",
        "/releases/900501?images=2",
        "/releases/900501?before=x",
        "/releases/900501?part=0",
        "/releases/900501?x=1",
        "/releases/x",
    ],
)
def test_an_address_that_means_nothing_is_refused(told: Stored, address: str) -> None:
    with pytest.raises(Refused):
        look(told.path, address)


async def test_who_asks_for_what_is_not_held_gets_404_in_their_language(told: Stored) -> None:
    async with running(config_for(told.path)) as site:
        response, body = await site.get("/releases/77", Accept_Language="kk")
        assert response.status == 404
        assert "№ 77 релиз мұрағатта жоқ." in body.decode()
        found, body = await site.get("/releases/900501", Accept_Language="ru")
        assert (found.status, found.headers["Vary"]) == (200, "Accept-Encoding, Accept-Language")


def test_nothing_of_a_redacted_release_is_shown_anywhere_on_it(told: Stored) -> None:
    assert redact(told.db, "900501", by="үстел", reason="себеп", now=NOW) is not None
    for query in ("", "?lang=kk", "?view=side", "?lang=kk&images=1"):
        page = look(told.path, f"/releases/900501{query}")
        assert "изъят из архива" in page.said()
        for word in ("млрд", "План", "Ауыл шаруашылығы", "jospar", "alqap", "/raw?"):
            assert word not in page.text, (query, word)
    assert "[скрыто]" in look(told.path, "/releases/900501?lang=kk&revision=1").said("string(.//h1)")


def test_of_a_removed_release_only_the_title_is_shown_where_configured(told: Stored) -> None:
    for query in ("?lang=kk", "?view=side", "?lang=kk&revision=1", "?lang=ru"):
        page = look(told.path, f"/releases/900501{query}", removed_text="title")
        assert "здесь не показывается" in page.said()
        for word in ("млрд", "jospar", "alqap", "/raw?"):
            assert word not in page.text, (query, word)
    titled = look(told.path, "/releases/900501?lang=kk", removed_text="title")
    assert "Ауыл шаруашылығы" in titled.said("string(.//h1)")
    assert "900510" in titled.said(), "where it stood in the list is no word of it"


def test_of_a_copy_that_was_removed_alone_the_other_stays(told: Stored) -> None:
    told.db.execute("UPDATE releases SET status = 'listed'")
    told.db.execute("UPDATE editions SET status = 'listed' WHERE lang = 'ru'")
    page = look(told.path, "/releases/900501?view=side", removed_text="title")
    assert "выделит 21 млрд" in page.said()
    assert "бөледі" not in page.said()
    assert page.main.xpath(".//ol[@class='line']//del") == []


def test_no_title_and_no_markup_of_the_portal_breaks_out(hostile: Stored) -> None:
    for number in range(len(HOSTILE)):
        for query in ("", "?view=side", "/diff"):
            page = look(hostile.path, f"/releases/{800_000 + number}{query}")
            assert page.tree.xpath("//script|//style[position()>1]|//iframe|//form[not(@action)]") == []
            assert page.tree.xpath("//main//*[@onclick or @onerror or @onload or @style]") == []
            for link in page.tree.xpath("//@href"):
                assert link.startswith(("http://127.0.0.1", "https://", "http://", "../", "#", "mailto:")), (
                    link
                )
            assert len(page.tree.xpath("//h1")) == 1
            assert "\u202e" not in page.text


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_headings_are_in_order_and_every_word_is_filled_in(told: Stored, lang: str) -> None:
    for query in ("?lang=kk", "?view=side", "?lang=kk&revision=1"):
        page = look(told.path, f"/releases/900501{query}", lang)
        levels = [int(one.tag[1]) for one in page.tree.xpath("//h1|//h2|//h3|//h4")]
        assert all(b <= a + 1 for a, b in pairwise(levels))
        assert "{" not in page.main.text_content()


def test_a_release_with_two_hundred_wordings_keeps_within_a_hundred_kilobytes(stored: Stored) -> None:
    release = stored.release("900504")
    edition = stored.edition(release, "kk", "Ұ" * 400, "Қысқа мәтін. " * 800, revisions=200)
    words = [{"field": "text", "before": "ө" * 300, "after": '"' * 300, "classes": ["wording"]}] * 40
    for number in range(1, 201):
        revision = stored.revision(
            edition, number, "Ұ" * 400, text=f"Мәтін {number}" if number < 200 else None
        )
        if number > 1:
            detail = {"fields": ["text"], "classes": ["wording"], "words": words, "more_words": 9}
            stored.change("edited", release, edition, revision_id=revision, detail=detail)
    page = look(stored.path, "/releases/900504")
    assert len(page.body) < 100_000
    [older] = [link for link in page.main.xpath(".//section//a/@href") if "before=" in link]
    further = look(stored.path, "/releases/" + older.rpartition("/releases/")[2])
    assert len(further.body) < 100_000
    assert page.main.xpath("string(.//ol[@class='line']/li)") != further.main.xpath(
        "string(.//ol[@class='line']/li)"
    )
    assert page.seconds < 1.5, "several times what it takes here"


def test_a_text_of_two_megabytes_stands_in_parts(stored: Stored) -> None:
    release = stored.release("900505")
    text = "\n\n".join(["Ұзақ абзац осында тұр. " * 50] * 1000)
    for lang in ("kk", "ru", "en"):
        stored.edition(release, lang, "Ұзақ", text, html=f"<p>{text}</p>")
    page = look(stored.path, "/releases/900505?lang=kk", "kk")
    assert len(text.encode()) > 2_000_000
    assert len(page.body) < 100_000
    assert "бөліктің 1-бөлігі" in page.said()
    [following] = page.main.xpath(".//a[@rel='next']/@href")
    second = look(stored.path, "/releases/" + following.rpartition("/releases/")[2], "kk")
    assert "бөліктің 2-бөлігі" in second.said()
    side = look(stored.path, "/releases/900505?view=side", "kk")
    assert len(side.body) < 100_000
    assert len([link for link in side.main.xpath(".//a") if link.text == "Толық мәтінін оқу"]) == 3


def test_there_is_nothing_while_there_is_no_database(tmp_path: Path) -> None:
    for address in ("/releases/5", "/releases/5/diff", "/releases/5/raw?lang=kk"):
        assert why_not(tmp_path / "none.db", address) == "Релиза № 5 в архиве нет."


def test_programs_are_told_the_readings_that_proved_a_copy_gone(told: Stored) -> None:
    kk, ru = json.loads(look(told.path, "/api/releases/900501").text)["editions"]
    assert [one["crawl"] for one in kk["evidence"]["readings"]] == [7, 9]
    assert ru["evidence"] is None
