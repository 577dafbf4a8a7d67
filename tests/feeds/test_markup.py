"""What stored mark-up becomes before it leaves."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from feeds.cleaning import xml_text
from feeds.markup import safe_html

PORTAL = "https://www.gov.kz"
REL = 'rel="noopener noreferrer"'


@pytest.mark.parametrize(
    ("stored", "left"),
    [
        pytest.param("<p>а<script>alert(1)</script>б</p>", "<p>аб</p>", id="a script"),
        pytest.param("<b onclick='x()'>а</b>", "<b>а</b>", id="an attribute that runs"),
        pytest.param("<img src=x onerror=alert(1)>", "", id="a picture that runs"),
        pytest.param("<a href='javascript:x'>а</a>", f"<a {REL}>а</a>", id="a javascript address"),
        pytest.param("<a href='java&#1;script:x'>а</a>", f"<a {REL}>а</a>", id="one hidden by a control"),
        pytest.param("<a href='java&#x202e;script:x'>а</a>", f"<a {REL}>а</a>", id="one hidden by a mark"),
        pytest.param("<a href=' java\tscript:x'>а</a>", f"<a {REL}>а</a>", id="one hidden by white space"),
        pytest.param("<a href='&#x6Aavascript&colon;x'>а</a>", f"<a {REL}>а</a>", id="one of entities"),
        pytest.param("<a href='vbscript:x'>а</a>", f"<a {REL}>а</a>", id="a vbscript address"),
        pytest.param("<a href='data:text/html,x'>а</a>", f"<a {REL}>а</a>", id="a data address"),
        pytest.param(
            "<a href='https://a.kz/' ping='//e'>а</a>", f'<a href="https://a.kz/" {REL}>а</a>', id="a ping"
        ),
        pytest.param("<base href='//evil.example/'>а", "а", id="a base"),
        pytest.param("<meta http-equiv=refresh content='0;url=//e'>а", "а", id="a refresh"),
        pytest.param("<form action=/x><input name=y>б</form>а", "<div>б</div>а", id="a form"),
        pytest.param("<svg><script>x</script></svg>а", "<span></span>а", id="SVG"),
        pytest.param(
            "<math><mi xlink:href='javascript:x'>x</mi></math>а", "<span><span>x</span></span>а", id="MathML"
        ),
        pytest.param("<object data=x>б</object>а", "ба", id="an object"),
        pytest.param("<template><b>б</b></template>а", "а", id="a template"),
        pytest.param("<noscript><img src=//e></noscript>а", "а", id="what shows where no script runs"),
        pytest.param("<p style='position:fixed'>а</p>", "<p>а</p>", id="a style"),
        pytest.param(
            "<table background=//e><tr><td>а",
            "<table><tbody><tr><td>а</td></tr></tbody></table>",
            id="a ground",
        ),
        pytest.param("<q cite='javascript:x'>а</q>", "<q>а</q>", id="a source of a quotation"),
        pytest.param("<bdo dir=rtl>а\u202eб&#x2066;</bdo>", "аб", id="turned directions"),
        pytest.param("<p>а]]>б&#2;&#xFFFE;", "<p>а]]&gt;б</p>", id="what ends CDATA, and hidden controls"),
        pytest.param(
            "<p>&amp;lt;b&amp;gt; &amp;#1;</p>", "<p>&amp;lt;b&amp;gt; &amp;#1;</p>", id="twice escaped"
        ),
        pytest.param(
            "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
            "<span><span><span></span><table></table></span></span>",
            id="what another parser reads otherwise",
        ),
    ],
)
def test_mark_up_runs_nothing(stored: str, left: str) -> None:
    assert safe_html(stored) == left


def test_harmless_mark_up_stays() -> None:
    kept = (
        "<p>Кеңес <b>өтті</b> 👩‍🌾🇰🇿 ق\u200e</p><table><tbody><tr><td>1</td></tr></tbody></table>"
        '<ol start="3" type="a" reversed=""><li value="7">а</li></ol><details open=""><summary>б</summary>в</details>'
        f'<img src="{PORTAL}/uploads/1.jpg" alt="Сурет">'
    )
    assert safe_html(kept, PORTAL) == kept


@pytest.mark.parametrize(
    ("stored", "left"),
    [
        pytest.param(
            "<img src='/uploads/а 1.jpg'>",
            f'<img src="{PORTAL}/uploads/%D0%B0%201.jpg" alt="">',
            id="relative",
        ),
        pytest.param(
            "<img src='http://gov.kz/1.jpg'>", '<img src="http://gov.kz/1.jpg" alt="">', id="without www"
        ),
        pytest.param(
            "<a href='/uploads/1.pdf'>а</a>", f'<a href="{PORTAL}/uploads/1.pdf" {REL}>а</a>', id="a file"
        ),
        pytest.param(
            "<a href='#_ftn1'>1</a>", f"<a {REL}>1</a>", id="a footnote of a page that is not there"
        ),
        pytest.param(
            "<img src='//evil.example/a.jpg'>",
            f'<a href="https://evil.example/a.jpg" {REL}>a.jpg</a>',
            id="elsewhere",
        ),
        pytest.param(
            "<img src='https://www.gov.kz@evil.example/a' alt='Өңір &amp; &quot;ел&quot;'>",
            f'<a href="https://www.gov.kz@evil.example/a" {REL}>Өңір &amp; "ел"</a>',
            id="a name before the host",
        ),
        pytest.param(
            "<img src='https://www.gov.kz\\@evil.example/'>",
            f'<a href="https://www.gov.kz\\@evil.example/" {REL}>www.gov.kz\\@evil.example</a>',
            id="a stroke that browsers turn",
        ),
        pytest.param(
            "<img src='https://www.gov.kz.evil.example/'>",
            f'<a href="https://www.gov.kz.evil.example/" {REL}>www.gov.kz.evil.example</a>',
            id="a longer name",
        ),
        pytest.param(
            "<img src='https://evil-gov.kz/'>",
            f'<a href="https://evil-gov.kz/" {REL}>evil-gov.kz</a>',
            id="a like one",
        ),
        pytest.param(
            "<img src='https://evil.example\\@www.gov.kz/' alt=а>",
            f'<a href="https://evil.example\\@www.gov.kz/" {REL}>а</a>',
            id="a stroke that ends another host",
        ),
        pytest.param("<img src='http://192.168.0.1/x' height=1>", "", id="a beacon"),
        pytest.param(
            f"<img src='//e.kz/x' width={'9' * 5_000}>",
            f'<a href="https://e.kz/x" {REL}>x</a>',
            id="a wide one",
        ),
        pytest.param(
            "<img src='//e.kz/x' width='1px' alt='а'>",
            f'<a href="https://e.kz/x" {REL}>а</a>',
            id="one of words",
        ),
        pytest.param(
            f"<a href='{PORTAL}/1'><img src='//e.kz/x.png' alt='а'> б</a> в",
            f'<a href="{PORTAL}/1" {REL}>а б</a> (<a href="https://e.kz/x.png" {REL}>x.png</a>) в',
            id="within a link",
        ),
        pytest.param(
            "<a href=/1><table><tr><td><a href=/2>а</a><img src='//e.kz/x.png'></table>б</a>",
            f'<a href="{PORTAL}/1" {REL}><table><tbody><tr><td><a href="{PORTAL}/2" {REL}>а</a>x.png</td></tr>'
            f'</tbody></table>б</a> (<a href="https://e.kz/x.png" {REL}>x.png</a>)',
            id="within a link around a table with a link",
        ),
        pytest.param(
            "<iframe width=9 src='https://e.kz/v/7'></iframe>",
            f'<a href="https://e.kz/v/7" {REL}>7</a>',
            id="a frame",
        ),
        pytest.param(
            "<video poster=//e><source src=/v.mp4>б</video>",
            f'<a href="{PORTAL}/v.mp4" {REL}>v.mp4</a>б',
            id="a film",
        ),
        pytest.param(
            "<img src='data:image/png;base64,xx' alt='а'>", "а", id="what has no address of the web"
        ),
        pytest.param(
            "<picture><source srcset='//e 2x'><img srcset='//e' alt='а'></picture>", "а", id="a set"
        ),
    ],
)
def test_only_pictures_of_the_portal_are_fetched_and_all_else_is_a_link(stored: str, left: str) -> None:
    assert safe_html(stored, f"{PORTAL}/memleket/entities/economy/press/news/details/1") == left


def test_without_a_portal_no_picture_is_fetched() -> None:
    assert safe_html(f"<img src='{PORTAL}/1.jpg'><a href='/1'>а</a>") == (
        f'<a href="{PORTAL}/1.jpg" {REL}>1.jpg</a><a {REL}>а</a>'
    )


@pytest.mark.parametrize(
    "name",
    [
        "p",
        "div",
        "section",
        "main",
        "address",
        "form",
        "fieldset",
        "legend",
        "dialog",
        "marquee",
        "option",
        "search",
    ],
)
def test_words_of_two_blocks_are_not_glued(name: str) -> None:
    cleaned = safe_html(f"<{name}>а</{name}><{name}>б</{name}>")
    assert re.fullmatch(r"<(\w+)>а</\1><\1>б</\1>", cleaned)


@pytest.mark.parametrize(
    "name", ["text", "tspan", "g", "animate", "path", "mtext", "mi", "annotation-xml", "view"]
)
def test_an_element_of_drawings_swallows_no_words(name: str) -> None:
    assert safe_html(f"<p><{name.upper()}>ә<{name}/>ғ</p>") == "<p><span>ә<span>ғ</span></span></p>"


@given(st.text())
def test_cleaned_mark_up_is_legal_and_settled(stored: str) -> None:
    once = safe_html(stored, PORTAL)
    assert xml_text(once) == once
    assert safe_html(once, PORTAL) == once


WORDS = st.lists(
    st.sampled_from(["әділет", "ғимарат", "<b>қаулы</b>", "ө&amp;ң", "<i>ұ<b>һ</b></i>", "і"]), min_size=1
)
BODIES = st.recursive(
    WORDS.map(" ".join),
    lambda inner: st.tuples(
        st.sampled_from(
            ["p", "div", "section", "blockquote", "span", "font", "svg", "marquee", "x-y", "form"]
        ),
        st.sampled_from(
            ["", " onclick=x()", " style='position:fixed'", " href=javascript:x", " id=a class=b"]
        ),
        st.lists(inner, min_size=1, max_size=3).map("<script>x()</script>".join),
    ).map(lambda made: "<{0}{1}>{2}</{0}>".format(*made)),
    max_leaves=8,
)


@given(BODIES)
def test_the_visible_words_are_the_same_before_and_after(body: str) -> None:
    assert visible(safe_html(body, PORTAL)) == visible(body)


def visible(body: str) -> list[str]:
    """The words that a parser of another make sees outside scripts."""
    root = lxml_html.fragment_fromstring(body, create_parent="div")
    for script in root.iter("script"):
        script.text = ""
    return "".join(map(str, root.itertext())).split()
