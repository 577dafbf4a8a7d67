"""What somebody asks a search for: the words as typed, what they mean, and their one spelling. Pure.

    налог кодекс            both words, each in any form, anywhere
    "налоговый кодекс"      exactly so; «…» says the same
    ~"налоговый кодекс"     side by side in this order, each in any form
    налог*                  any word that begins so
    -пошлина                not where this word is; -"таможенная пошлина" not where this phrase is
    налог | пошлина         one or the other; it binds tighter than a space

An entry between those signs means what it means in `words` of an alert (see `monitor.words`), so that a search
finds what a rule would.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from monitor.words.entries import Part, Unreadable, fault_of, read_entry, unreadable
from monitor.words.russian import PLACES
from monitor.words.text import read_text

LONGEST = 200
"""Characters of a search in its one spelling."""
_LONGEST_TYPED = 5 * LONGEST
"""Characters with all that is left out of it; nobody types more, and taking it apart costs time."""
MOST_ENTRIES = 16
"""Words and phrases of a search, the excluded among them."""

_SIGNS = re.compile(
    r"""
    (?P<either> \| )
    | (?P<without> (?<![^\s|]) [-\u2010\u2011\u2212]+ (?=[\w~"“”„«]) )?  # a minus, and not a hyphen within a word
      (?P<forms> ~ )?
      (?: « (?P<angled> [^«»]* ) » | ["“”„] (?P<quoted> [^"“”„]* ) ["“”]
        | (?P<plain> [^\s|"“”„«»~]+ )
        | (?P<unclosed> ["“”„«»] ) )
    """,
    re.VERBOSE,
)
_LISTED = re.compile(r"(?<!\d)[,;]|[,;](?!\d)")
"""Signs between words of a list; within a number they are a part of it."""
_OPERATORS = frozenset({"AND", "OR", "NOT", "ИЛИ", "НЕ", "ЖӘНЕ", "НЕМЕСЕ", "ЕМЕС"})
"""What searches elsewhere know in capitals. Taken for words they would be looked for, and nothing be found."""


NoQuestion = Literal[
    Unreadable, "only_excludes", "nothing", "too_many", "too_long", "lone_either", "operator", "letters"
]
"""Why what somebody typed is no search."""


class Misread(ValueError):
    """Raised where what somebody typed is no search: a sentence for them, and its kind for who says it otherwise."""

    def __init__(self, kind: NoQuestion, sentence: str, value: str = "") -> None:
        super().__init__(sentence)
        self.kind: NoQuestion = kind
        self.value = value
        """What of the search it is said of."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is searched for, by entries as in `words` of an alert, each in its one spelling."""

    wanted: tuple[tuple[str, ...], ...]
    """Of every group at least one must be there."""
    unwanted: tuple[str, ...] = ()
    """None of these may be there."""

    @property
    def text(self) -> str:
        """The search as it is typed; it reads to this very question again."""
        groups = [" | ".join(map(_typed, group)) for group in self.wanted]
        return " ".join([*groups, *(f"-{_typed(entry)}" for entry in self.unwanted)])

    def holds(self, *texts: str) -> bool:
        """Whether these texts, such as title and text of an edition, are an answer: what a rule would say."""
        read = [read_text(text) for text in texts]

        def stands(entry: str) -> bool:
            return any(text.holds(entry) for text in read)

        return all(any(map(stands, group)) for group in self.wanted) and not any(map(stands, self.unwanted))


def read_question(text: str) -> Question:
    """The search that somebody typed. Raises Misread, a ValueError, where it means nothing."""
    if len(text) > _LONGEST_TYPED:
        raise _too_long(len(text))
    wanted: list[list[str]] = []
    unwanted: list[str] = []
    joins = False
    excluded = False
    for sign in _SIGNS.finditer(_LISTED.sub(" ", text)):
        if sign["either"]:
            if joins or excluded or not wanted:
                raise _lone_either()
            joins = True
            continue
        entry = _entry_of(sign)
        if not entry:
            continue
        excluded = bool(sign["without"])
        if excluded and joins:
            raise _lone_either()
        if excluded:
            unwanted.append(entry)
        elif joins:
            wanted[-1].append(entry)
        else:
            wanted.append([entry])
        joins = False
    if joins:
        raise _lone_either()
    return _question(wanted, unwanted)


def question_of(words: Iterable[str], unwanted: Iterable[str] = ()) -> Question:
    """The search for what an alert with these `words` and this `not` would tell of.

    Raises Misread, a ValueError, where an entry cannot be read, or where none is wanted.
    """
    return _question([[_read(entry) for entry in words]], [_read(entry) for entry in unwanted])


def _question(wanted: Iterable[Iterable[str]], unwanted: Iterable[str]) -> Question:
    groups = tuple(dict.fromkeys(group for each in wanted if (group := tuple(dict.fromkeys(each)))))
    question = Question(groups, tuple(dict.fromkeys(unwanted)))
    if not groups:
        if question.unwanted:
            raise Misread(
                "only_excludes", "A search cannot only exclude; name at least one word that must be there."
            )
        raise Misread("nothing", "There is no letter or digit in this search; name a word to look for.")
    if (count := sum(map(len, groups)) + len(question.unwanted)) > MOST_ENTRIES:
        raise Misread(
            "too_many",
            f"A search takes at most {MOST_ENTRIES} words and phrases; this one has {count}.",
            str(MOST_ENTRIES),
        )
    if (length := len(question.text)) > LONGEST:
        raise _too_long(length)
    return question


def _entry_of(sign: re.Match[str]) -> str:
    """The entry between two signs in its one spelling; empty where it holds no letter and no digit."""
    if sign["unclosed"]:
        raise Misread("lone_quote", 'A quote is opened and not closed; write "…" or «…» around the phrase.')
    plain = sign["plain"]
    if plain in _OPERATORS:
        raise Misread(
            "operator",
            f"{plain} means nothing here: a space between words asks for both, | for either, and a minus before a "
            f'word leaves it out. To look for the word, write "{plain.lower()}".',
            plain,
        )
    phrase = plain or (sign["angled"] if sign["angled"] is not None else sign["quoted"])
    if not any(character.isalnum() for character in phrase):
        return ""
    return _read(phrase if plain or sign["forms"] else f'"{phrase}"')


def _read(entry: str) -> str:
    """An entry in its one spelling. Raises Misread where it means nothing."""
    parts = read_entry(entry)
    if fault := fault_of(entry):
        raise Misread(fault, f"{unreadable(entry)}.", entry)
    spelling = _spelled(parts)
    # Letters of some scripts are folded to what is folded once more.
    if fault_of(spelling) or _spelled(read_entry(spelling)) != spelling:
        raise Misread(
            "letters", f"{entry!r} holds letters that cannot be compared; write it otherwise.", entry
        )
    return spelling


def _spelled(parts: tuple[Part, ...]) -> str:
    words = " ".join(
        (part.word.capitalize() if _is_a_name(part) else part.apart.replace(" ", "'") or part.word)
        + ("*" if part.begins else "")
        for part in parts
    )
    return f'"{words}"' if parts and parts[0].exact else words


def _is_a_name(part: Part) -> bool:
    """Whether it is another word when written with a capital: «Семей» and «семей»."""
    return part.capital and not (part.exact or part.begins) and part.word in PLACES


def _typed(entry: str) -> str:
    return f'~"{entry}"' if " " in entry and not entry.startswith('"') else entry


def _lone_either() -> Misread:
    return Misread("lone_either", "The sign | stands between two words that are wanted: налог | пошлина.")


def _too_long(length: int) -> Misread:
    return Misread(
        "too_long", f"A search takes at most {LONGEST} characters; this one has {length}.", str(LONGEST)
    )
