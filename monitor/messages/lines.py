"""The lines that messages of one release and lists have in common. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from crawler.directory import agencies
from monitor.changes import Change
from monitor.messages.text import characters, one_line, shortened
from monitor.messages.values import Item
from monitor.phrases import CLASSES, PHRASES
from monitor.remarks import moment
from monitor.runs import Shown

LONGEST = 300
"""Characters of a title, and of a line of names: what is longer is no headline."""
REFERENCE = 8
"""Signs of a message's id that stand in its last line."""
_RUN = 160
_LANGUAGES = ("kk", "ru", "en")


def by_reader(items: Sequence[Item], lang: str) -> list[Item]:
    """The copies in the order in which they are told: the one in the reader's language first."""
    return sorted(items, key=lambda item: (item.change.lang != lang, _rank(item.change.lang)))


def shown_title(item: Item, lang: str) -> tuple[str, str | None]:
    """The title that the reader is shown, and its language: their own where that copy is held."""
    change = item.change
    if change.redacted:
        return PHRASES[lang].redacted, change.lang
    for spoken, written in ((lang, item.titles.get(lang, "")), (change.lang, change.title)):
        if title := shortened(written, LONGEST):
            return title, spoken
    return PHRASES[lang].untitled, change.lang


def happened(items: Sequence[Item], lang: str) -> str:
    """What happened to the first of these copies, as a heading."""
    phrases, first = PHRASES[lang], items[0]
    said = phrases.one_copy.get(first.kind) if first.change.lang else None
    return said or phrases.kinds[first.kind]


def when(item: Item) -> str:
    """By Kazakhstan's clocks: of what is new when it was published, if the portal says so, else when it was noticed.

    Of a publication at midnight nobody gave the hour.
    """
    published = item.change.published_at if item.kind == "published" else None
    said = moment((published or item.change.at).isoformat())
    return said.removesuffix(" 00:00 UTC+5") if published else said


def in_languages(items: Sequence[Item], lang: str) -> str:
    """Which copies are concerned: «in Russian; also in Kazakh, English»; nothing of a whole release.

    What is published stands there in every language that is held by now, whichever was read first.
    """
    phrases = PHRASES[lang]
    written = dict.fromkeys(item.change.lang for item in items if item.change.lang)
    if written and items[0].kind == "published":
        held = (copy for item in items for copy, title in item.titles.items() if title)
        every = {*written, *held}
        leads = lang if lang in every else items[0].change.lang
        written = dict.fromkeys(sorted(every, key=lambda copy: (copy != leads, _rank(copy))))
    copies = dict.fromkeys(called(copy, lang) for copy in written)
    if len(copies) < 2:
        return "".join(copies)
    first, *others = copies
    named = ", ".join([others[0], *(other.removeprefix(phrases.preposition) for other in others[1:])])
    return f"{first}; {phrases.also} {named}"


def called(copy: str, lang: str) -> str:
    """A copy by its language, as the reader says it."""
    return PHRASES[lang].languages.get(copy) or one_line(copy)


def agency_name(slug: str, lang: str) -> str:
    """The name in the reader's language, in one line."""
    known = agencies().get(slug)
    return one_line(known.name(lang) if known else slug)


def names(values: Iterable[str], *, separator: str = ", ") -> str:
    """Names in one line, each once."""
    return characters(separator.join(dict.fromkeys(shortened(value, LONGEST) for value in values)), LONGEST)


def portal_link(item: Item, shown: str | None) -> str:
    """The address at the portal of the copy whose title is shown (None: the portal chooses).

    Of what befell one copy it is that one's: nobody finds an edit in another language.
    """
    change = item.change
    lang = shown if item.kind == "published" else change.lang or shown
    address = quote(change.url, safe=":/?#[]@!$&'()*+,;=%~")
    return f"{address}{'&' if '?' in address else '?'}lang={quote(lang)}" if lang else address


def our_link(ours: str, change: Change, lang: str | None, *, is_edit: bool) -> str:
    """The address of our page of the copy in that language; of what was edited that which shows the edits."""
    page = f"{ours}/releases/{quote(change.source_id, safe='')}{'/diff' if is_edit else ''}"
    return f"{page}?lang={quote(lang)}" if lang else page


def because(rules: Iterable[str], lang: str) -> str:
    """The rules that a message was sent for."""
    return f"{PHRASES[lang].rule}: {names(rules)}"


def reference(message_id: str, lang: str) -> str:
    """The last line, by which a repeat is known."""
    return f"{PHRASES[lang].reference}: {message_id[:REFERENCE]}"


def words_found(items: Iterable[Item], lang: str) -> Iterator[str]:
    """The words that were found in any of these, in a line, if there are."""
    if found := names(word for item in items for word in item.words):
        yield f"{PHRASES[lang].found}: {found}"


def fields_of(detail: Mapping[str, Any], lang: str) -> str:
    """What of a release an edit touched, in words."""
    return ", ".join(PHRASES[lang].fields.get(name, name) for name in detail.get("fields", ()))


def classes_of(detail: Mapping[str, Any], lang: str) -> str:
    """What an edit means, in words; nothing where the fields say it already."""
    return ", ".join(CLASSES[lang][name] for name in detail.get("classes", ()) if name in CLASSES[lang])


def run_lines(run: Shown, lang: str) -> Iterator[str]:
    """What stood in one place of a text, and what stands there now."""
    alone = not (run.left or run.right)
    yield from before_and_now(*((run.before, run.after) if alone else (run.was, run.now)), lang)


def before_and_now(before: str, after: str, lang: str) -> Iterator[str]:
    """What there was, and what there is now."""
    phrases = PHRASES[lang]
    if before:
        yield f"− {phrases.before}: {shortened(before, _RUN)}"
    if after:
        yield f"+ {phrases.now}: {shortened(after, _RUN)}"


def edited(detail: Mapping[str, Any], lang: str) -> str:
    """What an edit touched, and what that means: «title, text (number)»."""
    classes = classes_of(detail, lang)
    return fields_of(detail, lang) + (f" ({classes})" if classes else "")


def _rank(lang: str | None) -> int:
    return _LANGUAGES.index(lang) if lang in _LANGUAGES else len(_LANGUAGES)
