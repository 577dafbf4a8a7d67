"""What was changed of a release, as the entries of feeds lead there, and any two of its wordings side by side."""

import json
import random
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from lxml import html

from feeds.pages.laying import Row, folded, in_parts, laid
from monitor.fingerprint import normalised
from tests.feeds.conftest import SEEN, Stored
from tests.feeds.pages.looking import look, why_not
from tests.feeds.test_server import Site, config_for, running

WORDS = [
    "ауыл",
    "қала",
    "өңір",
    "12",
    "21",
    "млрд",
    "теңге",
    "«жоба»",
    "–",
    "ұсынды,",
    "һәм",
    "кеңес",
    "ғимарат",
]


@pytest.fixture
async def site(golden: Stored) -> AsyncIterator[Site]:
    async with running(config_for(golden.path)) as site:
        yield site


@pytest.fixture
def worded(stored: Stored) -> Stored:
    """A release with three wordings."""
    release = stored.release("900301")
    edition = stored.edition(
        release,
        "kk",
        "Өңір жаңалығы",
        "Бірінші абзац.\n\nКеңес 21 млрд теңге бөлді.\n\n" + "Ұзақ үшінші абзац. " * 40,
        revisions=3,
        attachments=[{"url": "https://www.gov.kz/uploads/2.pdf", "name": "Екінші", "size": 1}],
    )
    texts = [
        "Бірінші абзац.\n\nКеңес 12 млрд теңге бөлді.\n\n" + "Ұзақ үшінші абзац. " * 40,
        "Бірінші абзац.\n\nКеңес 20 млрд теңге бөлді.\n\n" + "Ұзақ үшінші абзац. " * 40,
        None,
    ]
    for number, text in enumerate(texts, 1):
        revision = stored.revision(
            edition, number, "Өңір жаңалығы", text=text, seen=SEEN + timedelta(hours=number)
        )
        if number == 1:
            files = [{"url": "https://www.gov.kz/uploads/1.pdf", "name": "<Бірінші>", "size": 1}]
            stored.update(
                "revisions", revision, attachments=json.dumps(files), published_raw="2031-05-14T09:00:00Z"
            )
    return stored


async def test_it_shows_what_was_replaced_in_the_language_asked_for(site: Site) -> None:
    response, body = await site.get("/releases/900101/diff?lang=kk", Accept_Language="ru")
    page = html.fromstring(body.decode())
    assert (response.status, response.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert page.get("lang") == "ru"
    title = page.xpath("//h1")[0]
    assert (title.get("lang"), title.text_content()) == ("kk", "Ұлттық кеңесте әңгіме: өңір қаржысы")
    assert page.xpath("//ol//del/text()")[:2] == ["12 млрд", "12"]
    assert "14.05.2031 16:00" in page.xpath("string(//ol//time)")


async def test_the_address_in_an_entry_leads_there(site: Site) -> None:
    _, feed = await site.get("/feeds/changes.json")
    [address] = {item["_jarshy"]["diff_url"] for item in json.loads(feed)["items"]} - {None, ""}
    response, body = await site.get(address.removeprefix(site.url))
    assert response.status == 200
    both = html.fromstring(body.decode()).xpath("//ol//a/@href")[-1]
    assert both.endswith("/en/releases/900101/diff?lang=kk&from=1&to=2")


async def test_a_release_without_edits_says_so(site: Site) -> None:
    _, body = await site.get("/ru/releases/900101/diff?lang=ru")
    assert "изменений не замечено" in body.decode()


async def test_without_a_language_it_is_the_one_that_came_first(site: Site) -> None:
    _, body = await site.get("/ru/releases/900101/diff")
    assert html.fromstring(body.decode()).xpath("//h1/@lang") == ["kk"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/releases/1/diff", 404),
        ("/releases/900101/diff?lang=en", 404),
        ("/releases/900101/diff?lang=%3Cb%3E", 400),
        ("/releases/900101/diff?lang=kk&from=1", 400),
        ("/releases/900101/diff?lang=kk&from=0&to=1", 400),
        ("/releases/900101/diff?lang=kk&from=1&to=99", 404),
        ("/releases/900101/diff?lang=kk&from=2&to=2&part=2", 404),
        ("/releases/900101/diff?lang=kk&from=1&to=2&whole=yes", 400),
    ],
)
async def test_what_is_not_held_is_refused_with_a_sentence(site: Site, path: str, status: int) -> None:
    response, body = await site.get(path, Accept_Language="kk")
    assert response.status == status
    assert html.fromstring(body.decode()).xpath("string(//main/p)")
    assert b"<b>" not in body


async def test_an_edit_is_on_the_page_at_once_and_the_same_page_is_304(site: Site, golden: Stored) -> None:
    before, _ = await site.get("/releases/900101/diff?lang=kk")
    again, _ = await site.get("/releases/900101/diff?lang=kk", If_None_Match=before.headers["ETag"])
    assert again.status == 304
    words = [{"field": "text", "before": "ауыл", "after": "қала", "classes": ["wording"]}]
    golden.change("edited", 1, 1, at=SEEN + timedelta(days=2), detail={"fields": ["text"], "words": words})
    after, body = await site.get("/releases/900101/diff?lang=kk", If_None_Match=before.headers["ETag"])
    assert after.status == 200
    assert html.fromstring(body.decode()).xpath("//ol//ins/text()")[0] == "қала"


async def test_nothing_of_a_redacted_release_is_shown(site: Site, golden: Stored) -> None:
    golden.db.execute(
        "INSERT INTO redactions (at, release_id, \"by\", reason) VALUES ('2031-06-01T00:00:00.000Z', 1, 'desk', 'r')"
    )
    _, body = await site.get("/releases/900101/diff?lang=kk")
    assert "млрд" not in body.decode()
    assert "Ұлттық кеңесте" not in body.decode()
    both, body = await site.get("/releases/900101/diff?lang=kk&from=2&to=2")
    assert both.status == 404
    assert "млрд" not in body.decode()


def test_any_two_wordings_can_be_compared_at_an_address_that_lasts(worded: Stored) -> None:
    page = look(worded.path, "/releases/900301/diff?lang=kk&from=1&to=3")
    assert page.main.xpath(".//div[@class='laid']//del/text()") == ["12"]
    assert page.main.xpath(".//div[@class='laid']//ins/text()") == ["21"]
    assert "Редакции № 1 и № 3" in page.said("string(.//h2)")
    assert page.main.xpath(".//bdi/text()")[1:] == ["<Бірінші>", "Екінші"], "the attachments"
    assert "2031-05-14 09:00" in page.said()
    assert page.main.xpath(".//form//input[@type='number']/@value") == ["1", "3"]
    back = look(worded.path, "/releases/900301/diff?lang=kk&from=3&to=1")
    assert back.main.xpath(".//div[@class='laid']//ins/text()") == ["12"]


def test_what_stayed_is_folded_unless_the_whole_is_asked_for(worded: Stored) -> None:
    folded_page = look(worded.path, "/releases/900301/diff?lang=kk&from=1&to=2")
    assert folded_page.said().count("Ұзақ үшінші абзац.") < 40
    [more] = [link for link in folded_page.tree.xpath("//@href") if "whole=1" in link and "/ru/" in link][-1:]
    assert more.endswith("from=1&to=2&whole=1")
    whole = look(worded.path, "/releases/900301/diff?lang=kk&from=1&to=2&whole=1")
    assert whole.said().count("Ұзақ үшінші абзац.") == 40


def test_a_wording_beside_itself_says_the_same(worded: Stored) -> None:
    page = look(worded.path, "/releases/900301/diff?lang=kk&from=2&to=2", "kk")
    assert "Екеуінің сөздері бірдей." in page.said()
    assert page.main.xpath(".//del | //ins") == []


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_each_language_of_the_page_has_its_words(worded: Stored, lang: str) -> None:
    page = look(worded.path, "/releases/900301/diff?lang=kk&from=1&to=2", lang)
    assert page.tree.get("lang") == lang
    assert "{" not in page.main.text_content()
    assert bool(page.main.xpath(".//h1/@lang")) == (lang != "kk")


def test_a_wording_that_is_not_there_is_named(worded: Stored) -> None:
    assert why_not(worded.path, "/releases/900301/diff?lang=kk&from=1&to=9") == (
        "Редакции № 9 нет; последняя — № 3."
    )


def test_of_a_removed_release_no_wordings_are_laid_side_by_side_where_only_titles_are_kept(
    worded: Stored,
) -> None:
    worded.update("releases", 1, status="removed")
    address = "/releases/900301/diff?lang=kk&from=1&to=2"
    assert "12" in look(worded.path, address).main.xpath(".//del/text()")
    assert "снятого" in why_not(worded.path, address, removed_text="title")


@pytest.mark.parametrize("seed", range(40))
def test_what_is_shown_makes_the_one_text_of_the_other(seed: int) -> None:
    chance = random.Random(seed)
    before = written(chance)
    after = edited(chance, before)
    for rows in (laid(before, after), laid(before, after, is_another=True)):
        old, new = (texts(rows, sign) for sign in ("-", "+"))
        assert old == spoken(before)
        assert new == spoken(after)
    parted = [row for part in in_parts(laid(before, after), 300) for row in part]
    assert "".join(text for row in parted for _, text in row.pieces) == "".join(
        text for row in laid(before, after) for _, text in row.pieces
    )


@pytest.mark.parametrize("seed", range(20))
def test_folding_leaves_out_nothing_that_differs(seed: int) -> None:
    chance = random.Random(seed)
    before = written(chance, paragraphs=12)
    rows = laid(before, edited(chance, before))
    shown = folded(rows)
    differing = [piece for row in rows for piece in row.pieces if piece[0] != "="]
    assert [piece for row in shown for piece in row.pieces if piece[0] != "="] == differing
    assert len(rows) == sum(row.skipped or 1 for row in shown)


def written(chance: random.Random, paragraphs: int = 5) -> str:
    lines = [
        " ".join(chance.choices(WORDS, k=chance.randint(1, 90))) for _ in range(chance.randint(1, paragraphs))
    ]
    return "\n\n".join(lines)


def edited(chance: random.Random, text: str) -> str:
    lines = text.split("\n\n")
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(lines))
        words = lines[at].split()
        place = chance.randrange(len(words))
        match chance.randrange(5):
            case 0:
                words[place] = chance.choice(WORDS)
            case 1:
                del words[place]
            case 2:
                words.insert(place, chance.choice(WORDS))
            case 3:
                lines.insert(at, written(chance, 1))
            case 4 if len(lines) > 1:
                del lines[at]
                continue
        lines[at] = " ".join(words) or "сөз"
    return "\n\n".join(lines)


def texts(rows: list[Row], sign: str) -> list[str]:
    """The paragraphs of one side, by the words that are compared."""
    whole = "\n".join("".join(text for its, text in row.pieces if its in {"=", sign}) for row in rows)
    return spoken(whole)


def spoken(text: str) -> list[str]:
    return [words for line in text.splitlines() if (words := normalised(line))]


def test_huge_texts_that_have_nothing_in_common_take_bounded_time_and_room(stored: Stored) -> None:
    chance = random.Random(7)
    before, after = (
        "\n\n".join(" ".join(chance.choices(WORDS, k=60)) for _ in range(2500)) for _ in range(2)
    )
    release = stored.release("900302")
    edition = stored.edition(release, "kk", "Үлкен", after, revisions=2)
    stored.revision(edition, 1, "Үлкен", text=before)
    stored.revision(edition, 2, "Үлкен", text=None)
    page = look(stored.path, "/releases/900302/diff?lang=kk&from=1&to=2")
    assert len(page.body) < 100_000
    assert page.seconds < 2, "several times what it takes here"
    assert "первые 200000 знаков" in page.said()
    assert page.main.xpath(".//a[@rel='next']")
    second = look(stored.path, "/releases/900302/diff?lang=kk&from=1&to=2&part=2")
    assert second.main.xpath(".//a[@rel='prev']")
    assert len(second.body) < 100_000


def test_a_long_history_of_edits_stands_on_several_pages(stored: Stored) -> None:
    release = stored.release("900303")
    edition = stored.edition(release, "kk", "Ұзақ", "Мәтін", revisions=60)
    for number in range(1, 61):
        revision = stored.revision(edition, number, "Ұзақ", text=f"Мәтін {number}")
        if number > 1:
            words = [{"field": "text", "before": "ө" * 300, "after": "ү" * 300, "classes": ["wording"]}] * 40
            parts = [["=", "ұзақ мәтін " * 500], ["-", "ө" * 300], ["+", "ү" * 300]]
            detail = {
                "fields": ["text"],
                "words": words,
                "diff": [{"field": "text", "paragraph": 1, "parts": parts}],
            }
            stored.change("edited", release, edition, revision_id=revision, detail=detail)
    seen, address, pages = set(), "/releases/900303/diff?lang=kk", 0
    while address:
        page = look(stored.path, address)
        assert len(page.body) < 100_000
        links = page.main.xpath(".//ol//a[contains(@href, 'from=')]/@href")
        assert links
        assert seen.isdisjoint(links)
        seen |= set(links)
        pages += 1
        older = [link for link in page.main.xpath(".//a/@href") if "before=" in link]
        address = "/releases/" + older[0].rpartition("/releases/")[2] if older else ""
    assert len(seen) == 59
    assert 1 < pages < 20


def test_a_single_paragraph_is_not_worth_leaving_out() -> None:
    text = "\n\n".join(f"Абзац {number}" for number in range(20))
    rows = folded(laid(text, text.replace("Абзац 5", "Бап 5").replace("Абзац 11", "Бап 11")))
    assert [row.skipped for row in rows if row.skipped] == [3, 6], "between 5 and 11 there is but the eighth"
