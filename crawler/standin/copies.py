"""One release in one language, and the HTML document that the portal would hold for it; no state."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

_ENTITIES = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    "\N{NO-BREAK SPACE}": "&nbsp;",
    "«": "&laquo;",
    "»": "&raquo;",
    "–": "&ndash;",
    "—": "&mdash;",
}
_LATIN = {
    "а": "a", "ә": "a", "б": "b", "в": "v", "г": "g", "ғ": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh",
    "з": "z", "и": "i", "й": "y", "к": "k", "қ": "k", "л": "l", "м": "m", "н": "n", "ң": "n", "о": "o",
    "ө": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ұ": "u", "ү": "u", "ф": "f", "х": "h",
    "һ": "h", "ц": "c", "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "", "ы": "y", "і": "i", "ь": "", "э": "e",
    "ю": "yu", "я": "ya",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list with dots."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Numbered:
    """Numbered points as some editors of the portal make them: each a list of its own with a start number."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, the first row being the heads."""

    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Attached:
    """A file at the end of a release: its address under /uploads and what the link says."""

    path: str
    name: str


Block = str | Bullets | Numbered | Table


@dataclass(frozen=True, slots=True)
class Copy:
    """A release in one language, as words; the portal's mark-up is made from it."""

    title: str
    paragraphs: Sequence[Block] = ()
    bold_lead: bool = False
    """The first paragraph stands in `strong`."""
    image: str | None = None
    """Address of a picture over the text, see `upload`."""
    attachment: Attached | None = None
    directions: tuple[tuple[int, str], ...] = ()
    """Lines of work: number and title."""
    body: str | None = None
    """The field `body` as it is to be served, instead of a document made from the paragraphs."""


def document(copy: Copy, *, style: int = 0) -> str:
    """The field `body` of a copy: always a whole HTML document, newline after each part of its frame.

    Every `style` has the same words; from 1 on tags, entities and white space differ, with each number.
    """
    html = _frame("\n".join(_markup(copy))) if copy.body is None else copy.body
    return html if style == 0 else _restyled(html, style)


def upload(name: str, *, year: int, month: int, day: int, ext: str, size: int) -> str:
    """An address of a file as the portal gives it: no zeros before month and day, a digest, the bytes."""
    digest = blake2b(name.encode(), digest_size=16).hexdigest()
    return f"/uploads/{year}/{month}/{day}/{digest}_original.{size}.{ext}"


def slug_of(title: str) -> str:
    """The title in Latin letters and hyphens, as the portal's `slug`."""
    latin = "".join(_LATIN.get(letter, letter) for letter in title.lower())
    return re.sub(r"[^a-z0-9]+", "-", latin).strip("-")[:120].rstrip("-")


def _frame(inner: str) -> str:
    return f"<!DOCTYPE html>\n<html>\n<head>\n</head>\n<body>\n{inner}\n</body>\n</html>\n"


def _markup(copy: Copy) -> list[str]:
    parts = [f'<p><img src="{copy.image}" width="1280" height="720"></p>'] if copy.image else []
    for number, block in enumerate(copy.paragraphs):
        if isinstance(block, str) and number == 0 and copy.bold_lead:
            parts.append(f"<p><strong>{_text(block)}</strong></p>")
        else:
            parts.append(_block(block))
    if copy.attachment:
        icon = "fas fa-file-word" if copy.attachment.path.endswith("docx") else "fas fa-file"
        said = f'<i class="{icon}"></i> {_text(copy.attachment.name)}'
        parts.append(f'<p><a href="{copy.attachment.path}" download="">{said}</a></p>')
    return parts


def _block(block: Block) -> str:
    match block:
        case str():
            return f"<p>{_text(block)}</p>"
        case Bullets(items):
            return "<ul>\n" + "\n".join(f"<li>{_text(item)}</li>" for item in items) + "\n</ul>"
        case Numbered(items):
            starts = (f' start="{number}"' if number > 1 else "" for number in range(1, len(items) + 1))
            return "\n".join(
                f"<ol{start}>\n<li>{_text(item)}</li>\n</ol>"
                for start, item in zip(starts, items, strict=True)
            )
        case Table(rows):
            cells = (
                "".join(f'<td style="width: 33%;"><p>{_text(cell)}</p></td>' for cell in row) for row in rows
            )
            return (
                "<table>\n<tbody>\n" + "\n".join(f"<tr>{row}</tr>" for row in cells) + "\n</tbody>\n</table>"
            )


def _text(text: str) -> str:
    for character, entity in _ENTITIES.items():  # five times as fast as `translate` on Cyrillic
        text = text.replace(character, entity)
    return text


def _restyled(html: str, style: int) -> str:
    """The same words in other mark-up: what an editor's paste from Word does to a text."""
    paragraph = f'<p style="margin-bottom:.{style:04d}pt; text-align:justify" class="rvps{style}">\n'
    html = html.replace("<p>", f'{paragraph}<span style="font-family:Arial,sans-serif">').replace(
        "</p>", "</span></p>\n"
    )
    html = html.replace("<strong>", "<b>").replace("</strong>", "</b>").replace("&nbsp;", "&#160;")
    for name, character in (("laquo", "«"), ("raquo", "»"), ("ndash", "–"), ("mdash", "—")):
        html = html.replace(f"&{name};", character if style % 2 else f"&#{ord(character)};")
    # a body given raw may hold no paragraph at all: this alone makes it differ
    return html + f"<!-- {style} -->\n"
