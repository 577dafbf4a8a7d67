"""From the HTML of a body to its text, mark-up, files and pictures; and what hostile HTML cannot do."""

import pytest

from crawler.plain import clean, read_title
from crawler.records import Attachment
from crawler.wording import read_body

BASE = "https://www.gov.kz"
DIGEST = "0123456789abcdef0123456789abcdef"


def text(inside: str) -> str:
    return read_body(f"<!doctype html>\n<html>\n<head></head>\n<body>{inside}</body>\n</html>", BASE).text


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        pytest.param("<p>Бір.</p><p>Екі.</p>", "Бір.\n\nЕкі.", id="paragraphs are parted by a blank line"),
        pytest.param(
            "<p>Бір.</p>\n\n \n<p></p><p>&nbsp;</p><p>Екі.</p>",
            "Бір.\n\nЕкі.",
            id="empty ones count for nothing",
        ),
        pytest.param(
            "<div>Бір.<div>Екі.</div>Үш.</div>", "Бір.\n\nЕкі.\n\nҮш.", id="nothing is glued at a div"
        ),
        pytest.param("<p>ми<b>нис</b><i>т</i>р</p>", "министр", id="inline tags split no word"),
        pytest.param("<p>Ә<b> ә</b> <i>ғ </i>қ</p>", "Ә ә ғ қ", id="white space at inline tags is kept"),
        pytest.param("<p>бір\n  екі\t үш</p>", "бір екі үш", id="white space is one space"),
        pytest.param("<p>100&nbsp;мың\u202fтеңге</p>", "100 мың теңге", id="no-break spaces are spaces"),
        pytest.param(
            "<p>ми&shy;нистр\u200bлік&zwnj;те\ufeff</p>", "министрлікте", id="what nobody sees is gone"
        ),
        pytest.param(
            "<p>&laquo;Құс&raquo; &ndash; &amp;lt; &yacute;</p>",
            "«Құс» – &lt; ý",
            id="entities are read once",
        ),
        pytest.param(
            "<p>бір<br>екі<br><br>үш</p>", "бір\nекі\n\nүш", id="a break is a line, two a paragraph"
        ),
        pytest.param(
            "<ul><li>ән</li><li><p>күй</p></li></ul><p>би</p>", "ән\nкүй\n\nби", id="list items are lines"
        ),
        pytest.param("<ol><li>ән</li><li>күй</li></ol>", "1. ән\n2. күй", id="numbers are kept"),
        pytest.param(
            '<ol><li>ән</li></ol><ol start="2"><li>күй</li></ol><ol start="x"><li>би</li></ol>',
            "1. ән\n\n2. күй\n\n1. би",
            id="single-item lists keep their start",
        ),
        pytest.param(
            '<ol><li value="7">ән</li><li>күй</li></ol>', "7. ән\n8. күй", id="an item may name its number"
        ),
        pytest.param(
            "<ol><li>ән<ul><li>а</li></ul></li><li>күй</li></ol>", "1. ән\nа\n2. күй", id="lists in lists"
        ),
        pytest.param(
            "<table><thead><tr><th>Жыл</th><th>Саны</th></tr></thead><tr><td><p>2026</p></td><td>5<br>6</td></tr></table>",
            "Жыл | Саны\n2026 | 5 6",
            id="rows are lines, cells are parted",
        ),
        pytest.param(
            "<table><tr><td>а</td><td></td><td>б</td></tr></table>",
            "а | | б",
            id="an empty cell keeps its place",
        ),
        pytest.param("<table><tr><td></td><td>б</td></tr></table>", "| б", id="also the first one"),
        pytest.param(
            "<table><tr><td><p>Бір.</p><p>Екі.</p></td></tr></table>",
            "Бір.\n\nЕкі.",
            id="a table of one cell is a frame",
        ),
        pytest.param(
            "<table><tr><td>а</td><td><table><tr><td>б</td><td>в</td></tr></table></td></tr></table>",
            "а | б в",
            id="a table in a cell is its words",
        ),
        pytest.param("<h3>Тақырып</h3>мәтін<hr>соңы", "Тақырып\n\nмәтін\n\nсоңы", id="headings stand apart"),
        pytest.param(
            "<p>а<!-- б --><script>в</script><style>г</style></p>",
            "а",
            id="comments and scripts are not text",
        ),
        pytest.param("<p>a&#0;b&#1;c&#xD800;d</p>", "a\ufffdbc\ufffdd", id="characters that no store takes"),
        pytest.param(
            "<p>👨\u200d👩\u200d👧 мен\u200dің</p>",
            "👨\u200d👩\u200d👧 менің",
            id="the joiner stays in emoji only",
        ),
        pytest.param("", "", id="nothing"),
        pytest.param(
            '<ol start="4"><li>ән</li></ol><p>би</p><ol start="5"><li>күй</li></ol>',
            "4. ән\n\nби\n\n5. күй",
            id="numbers go on behind words between them",
        ),
        pytest.param("<ol><li></li><li>күй</li></ol>", "2. күй", id="an empty item has its number"),
        pytest.param(
            '<ol type="a"><li>ән</li><li>күй</li></ol><ol type="I" start="4"><li>би</li></ol>'
            '<ol type="A" start="27"><li>жыр</li></ol><ol type="i" start="1994"><li>ою</li></ol>',
            "a. ән\nb. күй\n\nIV. би\n\nAA. жыр\n\nmcmxciv. ою",
            id="letters and Roman numbers",
        ),
        pytest.param('<ol type="i" start="-1"><li>ән</li></ol>', "-1. ән", id="a number no letter has"),
        pytest.param("<ol reversed><li>ән</li><li>күй</li></ol>", "2. ән\n1. күй", id="numbers counted down"),
        pytest.param(
            "<table><tr><td>а</td><td><ol><li>б</li><li>в</li></ol></td></tr></table>",
            "а | 1. б 2. в",
            id="a list in a cell",
        ),
        pytest.param(
            '<table><caption>Кесте</caption><tr><td rowspan="2">а</td><td>б</td></tr><tr><td>в</td></tr></table>',
            "Кесте\nа | б\nв",
            id="a caption, and a cell over two rows",
        ),
        pytest.param("<td>а</td><td>б</td>", "а\nб", id="cells without a table"),
        pytest.param("ә</td><td>а</td></tr></table>б", "ә\nа\nб", id="the rest of a table that was cut"),
        pytest.param('<p>ән<img src="/a.png">күй</p>', "ән күй", id="a picture parts two words"),
        pytest.param("<p>ән<wbr>шы</p>", "әншы", id="where a word may break it does not"),
        pytest.param("<p>5 м<sup>2</sup>, 10<sup>3</sup></p>", "5 м², 10³", id="raised figures stay raised"),
        pytest.param(
            '<p>сөз<sup><a href="#_ftn1" name="_ftnref1">1</a></sup> сөз<a href="#_ftn2">[2]</a></p>',
            "сөз¹ сөз[2]",
            id="footnotes are glued to no word",
        ),
        pytest.param("<pre>бір\n  екі</pre>", "бір\nекі", id="lines of a text as it was typed"),
        pytest.param(
            "<dl><dt>Ән</dt><dd>өлең</dd></dl><details><summary>Күй</summary>домбыра</details>",
            "Ән\nөлең\n\nКүй\nдомбыра",
            id="terms and summaries",
        ),
        pytest.param(
            '<p><!--[if gte mso 9]><xml>X</xml><![endif]--><![if !supportLists]><span style="mso-list:Ignore">1.'
            "<span>&nbsp;&nbsp; </span></span><![endif]>Бап<o:p></o:p></p>",
            "1. Бап",
            id="a numbered paragraph of Word",
        ),
        pytest.param("<xml><w:View>Normal</w:View></xml><p>Бап</p>", "Бап", id="what Word says of itself"),
        pytest.param(
            '<p>ән<span style="color:red; DISPLAY : none">а</span><i hidden>б</i><b style="mso-hide:all">в</b></p>',
            "ән",
            id="hidden words",
        ),
        pytest.param("<p>ән</p></body></html>\nкүй<p>би</p>", "ән\n\nкүй\n\nби", id="words behind the end"),
    ],
)
def test_the_text_a_reader_sees(inside: str, expected: str) -> None:
    assert text(inside) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(None, "", id="null"),
        pytest.param("", "", id="empty"),
        pytest.param("Бір жол.\nЕкі &amp; үш.\n\n\n\nТөрт.", "Бір жол.\nЕкі & үш.\n\nТөрт.", id="plain text"),
        pytest.param("https://example.org/", "https://example.org/", id="an address is no file to open"),
        pytest.param("<?xml version='1.0'?><p>мәтін</p>", "мәтін", id="an XML declaration"),
        pytest.param('<p title="ашық>мәтін</p>', "мәтін", id="a quotation mark that is never closed"),
        pytest.param("<?xml version='1.0'?><rss><p title='a>мәтін", "мәтін", id="the same in XML"),
        pytest.param("<![ашық <p title='a>мәтін", "мәтін", id="and where BeautifulSoup refuses too"),
        pytest.param('<img alt="a > b"><!-- c > d -->', "", id="no words at all"),
        pytest.param("<script>a</script>", "", id="nothing but a script"),
        pytest.param("мәтін \ud800 \x00соңы", "мәтін \ufffd соңы", id="a lone surrogate and a NUL"),
    ],
)
def test_bodies_that_are_no_document(body: str | None, expected: str) -> None:
    assert read_body(body, BASE).text == expected


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        pytest.param('<p class="a" style="margin:0">Ән</p>', "<p>Ән</p>", id="styles and classes go"),
        pytest.param(
            "<div>Ән</div><div>күй</div>", "<p>Ән</p><p>күй</p>", id="words of two divs are not glued"
        ),
        pytest.param("<div><p>Ән</p></div>", "<p>Ән</p>", id="a div around paragraphs is nothing"),
        pytest.param("<h1>Ән</h1>", "<h2>Ән</h2>", id="the title is the release's own"),
        pytest.param(
            '<ol start="4"><li>Ән</li></ol>', '<ol start="4"><li>Ән</li></ol>', id="numbers are kept"
        ),
        pytest.param(
            '<a href="/memleket/x" onclick="f()">Ән</a>',
            '<a href="https://www.gov.kz/memleket/x" rel="noopener noreferrer nofollow">Ән</a>',
            id="addresses become absolute",
        ),
        pytest.param(
            '<img src="//cdn.example.kz/a.png" alt="ә" width="9">',
            '<img src="https://cdn.example.kz/a.png" alt="ә">',
            id="pictures too",
        ),
        pytest.param("<i class='fas fa-file'></i><i>Ән</i>", "<i>Ән</i>", id="icons go"),
        pytest.param(
            '<a href="#_ftn1">[1]</a>',
            "[1]",
            id="anchors lead nowhere",
        ),
        pytest.param(
            '<a name="_ftnref1"></a><sup><a href="#_ftn1">1</a></sup>',
            "<sup>1</sup>",
            id="footnotes stay raised",
        ),
        pytest.param(
            "<p>Ән<b></b><i> </i>күй</p><p>&nbsp;</p><div><br><span></span></div><h2></h2><ul></ul>"
            "<table><tr><td></td></tr></table>",
            "<p>Ән күй</p>",
            id="what is empty goes, its space between words stays",
        ),
        pytest.param(
            "<table><tr><td>а</td><td></td></tr></table><ol><li></li><li>б</li></ol>",
            "<table><tbody><tr><td>а</td><td></td></tr></tbody></table><ol><li></li><li>б</li></ol>",
            id="an empty cell and an empty item keep their place",
        ),
        pytest.param(
            '<ol type="a"><li value="3">Ән</li></ol>',
            '<ol type="a"><li value="3">Ән</li></ol>',
            id="letters and an item's own number",
        ),
        pytest.param(
            '<ol start="x" type="1"><li value="">Ән</li></ol>',
            "<ol><li>Ән</li></ol>",
            id="numbers that are none",
        ),
        pytest.param(
            '<table><tr><td colspan="1" rowspan="0">а</td><td colspan="2">б</td></tr></table>',
            '<table><tbody><tr><td>а</td><td colspan="2">б</td></tr></tbody></table>',
            id="spans of one cell go",
        ),
        pytest.param("<strike>а</strike><del>ә</del>", "<s>а</s><s>ә</s>", id="what is struck out stays so"),
        pytest.param('<img src="data:image/png;base64,AA"><img>', "", id="pictures without an address"),
        pytest.param("<td>Ән</td><td>күй</td>", "<p>Ән</p><p>күй</p>", id="cells without a table"),
        pytest.param(
            "<div><p>а</p>ә</div><div>б<p>в</p></div>", "<p>а</p>ә\nб<p>в</p>", id="words beside paragraphs"
        ),
        pytest.param("<h1><div>а</div>ә</h1>б", "<h2>\nа\nә</h2>б", id="a heading holds no paragraphs"),
        pytest.param("<pre>бір\nекі</pre>", "<p>бір<br>екі</p>", id="lines as they were typed"),
        pytest.param("<p>a &lt;b&gt; &amp; c</p>", "<p>a &lt;b&gt; &amp; c</p>", id="escaped stays escaped"),
    ],
)
def test_the_mark_up_kept(inside: str, expected: str) -> None:
    assert read_body(f"<html><body>{inside}</body></html>", BASE).html == expected


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href=' java\nscript:alert(1)'>x</a>",
        "<a href='&#106;avascript:alert(1)'>x</a>",
        "<img src='data:image/svg+xml;base64,PHN2Zz4='>",
        "<svg><script>alert(1)</script></svg>",
        "<math><mtext><img src=x onerror=alert(1)></mtext></math>",
        "<base href='https://evil.example/'><a href='/x'>x</a>",
        "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
        "<form action='https://evil.example/'><input></form>",
        "<iframe src='javascript:alert(1)'></iframe><iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<iframe src='https://evil.example/' width=1 height=1></iframe>",
        "<iframe src='https://evil.example/' style='display:none'></iframe>",
        "<a href='/x'><iframe src='https://evil.example/'></iframe>x</a>",
        "<p style='background:url(javascript:alert(1))'>x</p>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    ],
)
def test_nothing_hostile_is_kept(hostile: str) -> None:
    kept = read_body(f"<html><body><p>ән</p>{hostile}</body></html>", BASE).html
    assert "ән" in kept
    for sign in ("script", "onerror", "data:", "evil.example", "<form", "<svg", "<math", "style", "<meta"):
        assert sign not in kept


@pytest.mark.parametrize(
    ("shown", "left"),
    [
        ("<iframe src='https://e.kz/v/7?a=1&b=2'>Жоқ</iframe>", ("https://e.kz/v/7?a=1&amp;b=2", "e.kz/v/7")),
        ("<iframe src='//e.kz/'></iframe>", ("https://e.kz/", "e.kz")),
        ("<video controls><source src='/uploads/1.mp4'></video>", (f"{BASE}/uploads/1.mp4", None)),
        ("<embed src='/uploads/1.swf'>", (f"{BASE}/uploads/1.swf", None)),
    ],
)
def test_of_what_is_shown_from_elsewhere_a_link_is_left_and_no_word(
    shown: str, left: tuple[str, str | None]
) -> None:
    url, words = left
    read = read_body(f"<html><body><p>ән{shown}күй</p></body></html>", BASE)
    words = words or url.removeprefix("https://")
    assert read.html == f'<p>ән <a href="{url}" rel="noopener noreferrer nofollow">{words}</a> күй</p>'
    assert read.text == read_body("<html><body><p>әнкүй</p></body></html>", BASE).text


def test_files_are_recorded_by_address_and_size() -> None:
    body = (
        f'<p><a href="/uploads/2026/3/4/{DIGEST}_original.2048.PDF" download="">'
        '<i class="fas fa-file"></i> Құжат\n</a>'
        f'<a href="/uploads/2026/3/4/{DIGEST}_original.77.docx"></a>'
        f'<a href="/uploads/2026/3/4/{DIGEST}_original.99.jpg">сурет</a>'
        '<a download href="https://other.example/a.zip">а</a><a href="/memleket/x">б</a></p>'
        f'<a href="/uploads/2026/3/4/{DIGEST}_original.2048.PDF">тағы</a>'
    )
    assert read_body(body, BASE).attachments == (
        Attachment(f"{BASE}/uploads/2026/3/4/{DIGEST}_original.2048.PDF", "Құжат", 2048),
        Attachment(f"{BASE}/uploads/2026/3/4/{DIGEST}_original.77.docx", f"{DIGEST}_original.77.docx", 77),
        Attachment("https://other.example/a.zip", "а", None),
    )


def test_a_file_is_called_by_the_first_link_that_names_it() -> None:
    href = f"/uploads/2026/3/4/{DIGEST}_original.2048.docx"
    icon = '<i class="fas fa-file-word"></i>'
    body = f'<a href="{href}" download="">{icon}</a><a href="{BASE}{href}">{icon} Бұйрық</a><a href="{href}">Б.</a>'
    assert read_body(body, BASE).attachments == (Attachment(f"{BASE}{href}", "Бұйрық", 2048),)


def test_a_file_without_a_name_and_without_words_around_it_is_recorded() -> None:
    read = read_body(
        '<a href="/uploads/2026/3/4/%D3%99.docx" download=""><i class="fas fa-file"></i></a>', BASE
    )
    assert read.attachments == (Attachment(f"{BASE}/uploads/2026/3/4/%D3%99.docx", "ә.docx", None),)


def test_a_picture_that_links_to_itself_is_no_file() -> None:
    picture = f"/uploads/2026/3/4/{DIGEST}_original.2048.JPG"
    read = read_body(f'<a href="{picture}"><img src="{picture}" height="" width="100%"></a>', BASE)
    assert (read.attachments, read.images) == ((), (DIGEST,))


def test_pictures_count_by_the_digest_of_the_original() -> None:
    body = (
        f'<img src="/uploads/2026/3/4/{DIGEST}_original.2048.jpg">'
        f'<img src="{BASE}/uploads/2026/3/4/{DIGEST.upper()}_1280x720.jpg">'
        '<img src="https://other.example/a.png"><img src="data:image/png;base64,AAAA"><img>'
    )
    assert read_body(body, BASE).images == (DIGEST, "https://other.example/a.png")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("<div>" * 100_000 + "соңы", id="100,000 open elements"),
        pytest.param("<div>" * 5_000 + "соңы", id="deeper than an editor makes them"),
        pytest.param("<b><p>" * 20_000 + "соңы", id="badly nested formatting"),
        pytest.param(
            "".join(f"<p><b id={n}>x</p>" for n in range(4_000)) + "соңы", id="formatting that HTML5 repeats"
        ),
        pytest.param("<p " + "a=1 " * 200_000 + ">соңы</p>", id="200,000 attributes"),
        pytest.param(f"<p title='{'x' * 1_000_000}'>соңы</p>", id="an attribute of 1 MB"),
        pytest.param("<" * 200_000 + "p>соңы", id="200,000 opening brackets"),
        pytest.param("&" * 500_000 + "<p>соңы</p>", id="half a million ampersands"),
        pytest.param(f"<img src='{'/uploads/' * 100_000}'>соңы", id="a long address"),
        pytest.param(
            "<p title='>соңы" + "<!--" * 10_000 + ">соңы", id="what the second opinion would take long over"
        ),
        pytest.param("<p>" + "х" * 7_900_000 + "соңы</p>", id="as large as is parsed"),
        pytest.param("<p>" + "х" * 8_000_001 + "соңы</p>", id="larger than is parsed"),
    ],
)
def test_hostile_html_is_survived_and_its_words_kept(body: str) -> None:
    read = read_body(body, BASE)
    assert read.text.endswith("соңы")
    assert "соңы" in read.html
    assert len(read.html) < 5 * len(body)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param(
            "  Ән \n күй&nbsp;– «&quot;би&quot;»  ", 'Ән күй – «"би"»', id="entities and white space"
        ),
        pytest.param("<b>Ән</b> &lt;күй&gt;", "Ән <күй>", id="tags go, escaped brackets stay"),
        pytest.param("5 < 7 және 7 > 5", "5 < 7 және 7 > 5", id="a comparison is no tag"),
        pytest.param("Ән\r\nBcc: a@b.c", "Ән Bcc: a@b.c", id="no line end is left"),
        pytest.param(
            "Ән\x00\x07\ud800\u202eкүй\u00ad", "Ән\ufffdкүй", id="what reverses, rings or cannot be stored"
        ),
        pytest.param("<" * 300_000, "<" * 300_000, id="long and hostile"),
    ],
)
def test_titles(raw: str, expected: str) -> None:
    assert read_title(raw) == expected


def test_clean_leaves_every_letter_of_kazakh_and_every_space_alone() -> None:
    said = "Әә Ғғ Ққ Ңң Өө Ұұ Үү Һһ Іі\n\tЁё Йй"
    assert clean(said) == said
