"""What stored text becomes before it leaves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from feeds.cleaning import (
    in_language,
    one_line,
    paragraphs,
    summary_of,
    web_address,
    xml_text,
)


@pytest.mark.parametrize(
    ("stored", "left"),
    [
        pytest.param("ә ғ қ ң ө ұ ү һ і Ё ё", "ә ғ қ ң ө ұ ү һ і Ё ё", id="Kazakh and Russian letters stay"),
        pytest.param("а\x00б\x0b\x1b[0m\x7f\x85\x9f", "аб[0m", id="control characters go"),
        pytest.param("а\ud800б\udfff", "аб", id="lone surrogates go"),
        pytest.param("а\ufffeб\uffff", "аб", id="what is no character goes"),
        pytest.param("👩‍🌾 é́́", "👩‍🌾 é́́", id="joined emoji and combining marks stay"),
        pytest.param("а\r\nб\rв", "а\nб\nв", id="line ends become one kind"),
    ],
)
def test_text_is_legal_xml(stored: str, left: str) -> None:
    assert xml_text(stored) == left


@pytest.mark.parametrize(
    ("stored", "line"),
    [
        pytest.param("Кеңес\r\nBcc: a@b.kz", "Кеңес Bcc: a@b.kz", id="a line end cannot begin a header"),
        pytest.param("  үй \t ішінде ", "үй ішінде", id="white space is one space"),
        pytest.param("a\u202egpj.exe\u2066\u2069", "agpj.exe", id="nothing turns the direction"),
        pytest.param("ق\u200eазақ", "ق\u200eазақ", id="letters and marks of their own direction stay"),
        pytest.param("а \x00 б", "а б", id="no double space is left where a character went"),
        pytest.param("", "", id="nothing stays nothing"),
        pytest.param("\u200b \u200d\ufeff", "", id="what nobody sees is nothing"),
        pytest.param("Қ\u2028ұ\x85н", "Қ ұ н", id="every kind of line end"),
        pytest.param("👩‍🌾 🇰🇿 ❤️ 🏴\U000e0067\U000e007f", "👩‍🌾 🇰🇿 ❤️ 🏴\U000e0067\U000e007f", id="emoji stay"),
        pytest.param("<b>&lt; ]]> &#1;", "<b>&lt; ]]> &#1;", id="mark-up stays as it was written"),
    ],
)
def test_a_title_is_one_line(stored: str, line: str) -> None:
    assert one_line(stored) == line


def test_a_title_is_cut_visibly_at_a_word() -> None:
    assert one_line("сөз " * 400, limit=10) == "сөз сөз…"


def test_a_megabyte_without_a_space_is_cut() -> None:
    assert one_line("ұ" * 1_000_000, limit=10) == "ұ" * 10 + "…"


def test_a_megabyte_of_spaces_hides_no_title() -> None:
    assert one_line(" \u00a0" * 500_000 + "үн") == "үн"


def test_a_summary_is_short() -> None:
    assert len(summary_of("Өңірдегі кеңес. " * 100)) <= 301


@given(st.text())
def test_paragraphs_are_well_formed(stored: str) -> None:
    etree.fromstring(f"<div>{paragraphs(stored)}</div>")


@pytest.mark.parametrize(
    ("stored", "address"),
    [
        ("https://www.gov.kz/a?x=1&y=2", "https://www.gov.kz/a?x=1&y=2"),
        (
            "https://www.gov.kz/uploads/кесте 1.pdf",
            "https://www.gov.kz/uploads/%D0%BA%D0%B5%D1%81%D1%82%D0%B5%201.pdf",
        ),
        ("https://www.gov.kz/100%25", "https://www.gov.kz/100%25"),
        ("javascript:alert(1)", ""),
        ("java\x01script:alert(1)", ""),
        ("/uploads/a.pdf", ""),
        ("https://", ""),
        ("http://[bad", ""),
        ('https://a.kz/"><script>', "https://a.kz/%22%3E%3Cscript%3E"),
        ("HTTPS://A.KZ:8443/А", "https://a.kz:8443/%D0%90"),
        ("https://user:pw@a.kz/1", "https://a.kz/1"),
        ("https://www.gov.kz@evil.example/1", "https://evil.example/1"),
        ("https://www.gov.kz\\@evil.example/1", ""),
        ("https://қазақстан.қаз/ә", "https://xn--80aaa0a6awh12ed.xn--80ao21a/%D3%99"),
        ("https://a.kz/a\r\nLocation: x", "https://a.kz/aLocation:%20x"),
        ("https://a.kz/100%", "https://a.kz/100%25"),
        ("https://a.kz/[1]?x=[2]", "https://a.kz/%5B1%5D?x=%5B2%5D"),
        ("https://a.kz?x=1#ә", "https://a.kz?x=1#%D3%99"),
        ("https://a.kz/x#a#b", "https://a.kz/x#a%23b"),
        ("http://[::1]:631/a", "http://[::1]:631/a"),
        ("https://a.kz:99999/", ""),
        ("https://a b.kz/", ""),
        ("https://a..kz/", ""),
        ('https://a.kz"onclick=x/', ""),
        ("https:a.kz/1", ""),
    ],
)
def test_an_address_is_one_of_the_web(stored: str, address: str) -> None:
    assert web_address(stored) == address


def test_the_language_joins_a_query() -> None:
    assert in_language("https://a.kz/1", "kk") == "https://a.kz/1?lang=kk"
    assert in_language("https://a.kz/1?x=2", "kk") == "https://a.kz/1?x=2&lang=kk"
    assert in_language("https://a.kz/1#a", "kk&x") == "https://a.kz/1?lang=kk%26x#a"
    assert in_language("ftp://a.kz/1", "kk") == ""
