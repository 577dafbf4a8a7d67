"""Whatever HTML comes: the words are those that BeautifulSoup finds, none of them glued and none split."""

import html as entities
import warnings
from xml.sax.saxutils import escape

from bs4 import BeautifulSoup, NavigableString
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crawler.flow import BLOCKS
from crawler.markup import UNREAD
from crawler.wording import read_body

BASE = "https://www.gov.kz"
PARTING = BLOCKS | {"br", "img", "td", "th"}

TEXTS = st.text("ғқңөұүһіә аб\n\t&<«»–-.\u00a0", max_size=9).map(escape) | st.sampled_from(
    [
        "&nbsp;",
        "&laquo;ән&raquo;",
        "&ndash;",
        "&amp;lt;",
        "&#1179;",
        "<!-- ә -->",
        "<br>",
        '<img src="/a.png">',
    ]
)
INLINE = st.sampled_from(["b", "i", "strong", "em", "span", "u", "font", "a", "o:p", "sub"])
BLOCK = st.sampled_from(["p", "div", "h1", "h3", "ul", "li", "blockquote", "section", "table", "center"])
ATTRIBUTES = st.sampled_from(["", "", ' class="rvps1"', " style='margin:0cm'", ' href="/ә?a=1&b=2"', " x=<"])


def wrapped(name: str, attributes: str, inside: list[str]) -> str:
    within = "".join(inside)
    if name == "table":
        within = "".join(f"<tr><td>{cell}</td></tr>" for cell in inside)
    return f"<{name}{attributes}>{within}</{name}>"


HTML = st.recursive(
    TEXTS,
    lambda inner: st.builds(wrapped, INLINE | BLOCK, ATTRIBUTES, st.lists(inner, max_size=4)),
    max_leaves=12,
)
DOCUMENTS = st.lists(HTML, max_size=5).map(
    lambda parts: "<!doctype html>\n<html>\n<head></head>\n<body>" + "\n".join(parts) + "</body>\n</html>\n"
)


def words(document: str) -> list[str]:
    """The words as BeautifulSoup sees them, on the tree that it builds itself."""
    soup = BeautifulSoup(document, "lxml")
    pieces: list[str] = []

    def walk(node: object) -> None:
        for child in getattr(node, "contents", ()):
            if type(child) is NavigableString:
                pieces.append(child)
            elif not isinstance(child, NavigableString) and child.name not in UNREAD:
                apart = " " if child.name in PARTING else ""
                pieces.append(apart)
                walk(child)
                pieces.append(apart)

    walk(soup)
    return "".join(pieces).split()


@given(DOCUMENTS)
@example("<body><p>ән</p>күй</body></html>би")
@example("<div><p>ән</p>күй</div><div>би<p>жыр</p></div>")
def test_text_and_mark_up_have_the_words_of_the_document(document: str) -> None:
    read = read_body(document, BASE)
    assert read.text.split() == words(document)
    assert words(read.html) == words(document)


@given(DOCUMENTS)
def test_the_mark_up_reads_as_the_document_did_and_is_small(document: str) -> None:
    read = read_body(document, BASE)
    again = read_body(read.html, BASE)
    assert again.text.split() == read.text.split()
    assert again.images == read.images
    assert len(read.html) <= 60 + 3 * len(document) + 90 * document.count("<")


@given(
    st.lists(
        st.text("ғі <>/!-&\"'=ap;#x0", max_size=6)
        | HTML
        | st.sampled_from(["<p title='", "<!--", "</", "<td>"])
    )
)
@settings(max_examples=300)
def test_no_html_is_too_strange(pieces: list[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read = read_body("".join(pieces), BASE)
    assert read.text == read.text.strip()
    assert entities.unescape(read.html).count("<script") == 0
    assert read_body(read.html, BASE).text.split() == read.text.split()
