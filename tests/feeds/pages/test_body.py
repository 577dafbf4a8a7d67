"""The text of a release under the headings of a page, sanitised, without pictures unless they are asked for."""

import re
from typing import Any
from urllib.parse import unquote

import pytest

from feeds.pages.body import Body, below, body_of, text_in_parts

PORTAL = "https://www.gov.kz"
URL = f"{PORTAL}/memleket/entities/economy/press/news/details/900401"


def body(markup: str, text: str = "сөз", **more: Any) -> Body:
    settings: dict[str, Any] = {"origin": PORTAL, "pictures": False, "level": 2, "part": 1, "room": 40_000}
    made = body_of(markup, text, URL, **(settings | more))
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("clean", "level", "moved"),
    [
        ("<h1>а</h1><h2>б</h2>", 2, "<h2>а</h2><h3>б</h3>"),
        ("<h4>а</h4><h2>б</h2><h4>в</h4>", 3, "<h3>а</h3><h3>б</h3><h4>в</h4>"),
        ("<h1>а</h1><h6>б</h6>", 2, "<h2>а</h2><h3>б</h3>"),
        ('<h3 lang="kk">ә</h3>', 2, '<h2 lang="kk">ә</h2>'),
        ("<h2> &nbsp;</h2><h3>а</h3>", 2, "<div> &nbsp;</div><h2>а</h2>"),
        ("<h2></h2><p>а</p>", 2, "<p>а</p>"),
        ("<h1>1</h1><h2>2</h2><h3>3</h3><h4>4</h4><h5>5</h5><h6>6</h6>", 5, None),
    ],
)
def test_headings_stand_below_those_of_the_page_and_none_is_skipped(
    clean: str, level: int, moved: str | None
) -> None:
    found = below(clean, level)
    if moved is not None:
        assert found == moved
    levels = [int(one) for one in re.findall(r"<h([1-6])", found)]
    assert all(b <= a + 1 for a, b in zip([level - 1, *levels], levels, strict=False))


def test_pictures_are_fetched_only_where_they_are_asked_for_and_from_the_portal_alone() -> None:
    markup = (
        '<p><img src="/uploads/а.png" alt="Ауыл"><img src="https://x.example/b.png" alt="Бөгде">'
        '<img src="http://www.gov.kz/c.png" alt="Ашық"><img src="https://www.gov.kz.x.example/d.png" alt="Ұқсас"></p>'
    )
    shown, hidden = body(markup, pictures=True), body(markup)
    assert [unquote(one) for one in re.findall(r'<img src="([^"]*)"', shown.html)] == [
        f"{PORTAL}/uploads/а.png"
    ]
    assert "<img" not in hidden.html
    assert hidden.has_pictures
    for words in ("Ауыл", "Бөгде", "Ашық", "Ұқсас"):
        assert words in shown.html
        assert words in hidden.html
    assert not body("<p>Сурет жоқ &lt;img&gt;</p>").has_pictures


def test_nothing_runs_and_links_without_words_are_left_out() -> None:
    made = body(
        "<p onclick=x()>а<script>alert(1)</script><a href='https://www.gov.kz/1'> </a>"
        "<a href='javascript:alert(1)'>б</a></p><p lang='no such language'>в</p><p lang=kk>ғ</p>"
    ).html
    assert "script" not in made
    assert "onclick" not in made
    assert "<a href" not in made
    assert made.count("lang=") == 1


@pytest.mark.parametrize("letter", ["а", "ұ", "<", '"', "𐍈"])
def test_a_long_text_stands_in_parts_and_no_word_is_lost(letter: str) -> None:
    text = "\n\n".join([f"{letter * 30} " * 40] * 60 + [letter * 90_000, f"{letter} " * 30_000])
    first = body(f"<p>{text}</p>" if letter != "<" else "", text)
    assert not first.is_whole
    assert first.is_plain
    parts = [text_in_parts(text, part=number, room=40_000) for number in range(1, first.parts + 1)]
    assert all(part is not None and len(part.html.encode()) <= 41_000 for part in parts)
    shown = "".join(part.html for part in parts if part)
    told = re.sub(r"</?p>|\s", "", shown).replace("&lt;", "<").replace("&quot;", '"')
    assert told == re.sub(r"\s", "", text)
    assert text_in_parts(text, part=first.parts + 1, room=40_000) is None
    assert text_in_parts(text, part=0, room=40_000) is None


def test_a_release_of_usual_length_is_whole_and_has_one_part() -> None:
    made = body("<p>Ұсыныс</p>", "Ұсыныс")
    assert (made.html, made.is_whole, made.is_plain) == ("<p>Ұсыныс</p>", True, False)
    assert body_of("<p>а</p>", "а", URL, origin=PORTAL, pictures=False, level=2, part=2, room=40_000) is None


def test_without_markup_its_text_is_shown() -> None:
    assert body("", "Бір\n\nекі").html == "<p>Бір</p>\n<p>екі</p>"
    assert body("", "").html == ""


def test_a_wide_table_scrolls_in_a_box_that_the_keyboard_reaches() -> None:
    made = body("<table><tr><td>1<table><tr><td>2</table></table><p>&lt;table&gt;</p>").html
    assert made.count('<div class="wide" tabindex="0"><table>') == 2
    assert made.count("</table></div>") == 2
