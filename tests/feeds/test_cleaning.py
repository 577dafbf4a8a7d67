"""What stored text becomes before it leaves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from feeds.cleaning import (
    in_language,
    one_line,
    paragraphs,
    safe_html,
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
    ],
)
def test_a_title_is_one_line(stored: str, line: str) -> None:
    assert one_line(stored) == line


def test_a_title_is_cut_visibly_at_a_word() -> None:
    assert one_line("сөз " * 400, limit=10) == "сөз сөз…"


def test_a_megabyte_without_a_space_is_cut() -> None:
    assert one_line("ұ" * 1_000_000, limit=10) == "ұ" * 10 + "…"


def test_a_summary_is_short() -> None:
    assert len(summary_of("Өңірдегі кеңес. " * 100)) <= 301


@pytest.mark.parametrize(
    ("stored", "left"),
    [
        pytest.param("<p>а<script>alert(1)</script>б</p>", "<p>аб</p>", id="a script"),
        pytest.param("<b onclick='x()'>а</b>", "<b>а</b>", id="an attribute that runs"),
        pytest.param("<img src=x onerror=alert(1)>", "<img>", id="a picture that runs"),
        pytest.param(
            "<a href='javascript:x'>а</a>", '<a rel="noopener noreferrer">а</a>', id="a javascript address"
        ),
        pytest.param(
            "<a href='java&#1;script:x'>а</a>",
            '<a rel="noopener noreferrer">а</a>',
            id="one hidden by a control",
        ),
        pytest.param(
            "<a href='data:text/html,x'>а</a>", '<a rel="noopener noreferrer">а</a>', id="a data address"
        ),
        pytest.param("<base href='//evil.example/'>а", "а", id="a base"),
        pytest.param("<meta http-equiv=refresh content='0;url=//e'>а", "а", id="a refresh"),
        pytest.param("<form action=/x><input name=y></form>а", "а", id="a form"),
        pytest.param("<svg><script>x</script></svg>а", "а", id="SVG"),
        pytest.param("<math><mi xlink:href='javascript:x'>x</mi></math>а", "а", id="MathML"),
        pytest.param("<iframe src='//e'></iframe><object data=x></object>а", "а", id="a frame"),
        pytest.param("<p style='position:fixed'>а</p>", "<p>а</p>", id="a style"),
        pytest.param("<p>а]]>б&#2;&#xFFFE;", "<p>а]]&gt;б</p>", id="what ends CDATA, and hidden controls"),
    ],
)
def test_mark_up_runs_nothing(stored: str, left: str) -> None:
    assert safe_html(stored) == left


def test_harmless_mark_up_stays() -> None:
    kept = (
        "<p>Кеңес <b>өтті</b></p><table><tbody><tr><td>1</td></tr></tbody></table>"
        '<img src="https://www.gov.kz/uploads/1.jpg" alt="Сурет">'
    )
    assert safe_html(kept) == kept


@given(st.text())
def test_cleaned_mark_up_is_legal_and_settled(stored: str) -> None:
    once = safe_html(stored)
    assert xml_text(once) == once
    assert safe_html(once) == once


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
    ],
)
def test_an_address_is_one_of_the_web(stored: str, address: str) -> None:
    assert web_address(stored) == address


def test_the_language_joins_a_query() -> None:
    assert in_language("https://a.kz/1", "kk") == "https://a.kz/1?lang=kk"
    assert in_language("https://a.kz/1?x=2", "kk") == "https://a.kz/1?x=2&lang=kk"
    assert in_language("ftp://a.kz/1", "kk") == ""
