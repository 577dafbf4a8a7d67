"""What a reader searches for: words as typed, their one spelling, and the full-text expression; pure.

Words are taken apart here as FTS5's tokenizer `unicode61` would: only letters and digits in double quotes reach it,
so that nobody can speak its syntax. A word finds longer ones too, because Kazakh and Russian inflect.
"""

import re
import unicodedata
from dataclasses import dataclass

LONGEST = 200
"""Characters of a search in its one spelling."""
_LONGEST_TYPED = 5 * LONGEST
"""Characters with all that is left out of it; nobody types more, and taking it apart costs time."""
MOST_TERMS = 16
"""Words and phrases of a search, the excluded among them."""

_MARKED = re.compile(
    r"""
    (?P<without> (?<!\S) [-\u2010\u2011\u2212]+ )?   # a hyphen or minus sign, not one within a word
    (?: « (?P<angled> [^»]* ) » | ["“”„] (?P<quoted> [^"“”]* ) ["“”] )
    (?P<star> \* )?
    | (?P<plain> [^\s«"“”„]+ )
    | (?P<unclosed> [«"“”„] )
    """,
    re.VERBOSE,
)
_EXCLUDES = tuple("-\u2010\u2011\u2212")
_LISTED = re.compile(r"(?<!\d)[,;|]|[,;|](?!\d)")
"""Signs between words of a list; within a number they are a part of it."""
_OPERATORS = frozenset({"AND", "OR", "NOT", "ИЛИ", "НЕМЕСЕ"})
"""What searches elsewhere know in capitals. Taken for words they would be looked for, and the feed stay empty."""

_DROPPED = re.compile("[\u0300-\u0304\u0306-\u030c\u030f\u0311\u031b\u0323-\u0328\u032d\u032e\u0330\u0331]")
"""Marks over and under letters that the tokenizer passes over within a word, such as the stress of a vowel."""

_NEW_CURRENCIES = frozenset("\u20ba\u20bb\u20bc\u20bd\u20be\u20bf\u20c0")
"""The tokenizer knows Unicode 6.1; signs of money made since, such as the rouble's, are letters to it."""


@dataclass(frozen=True, slots=True, order=True)
class Term:
    """A word, or several that stand in this order."""

    tokens: tuple[str, ...]
    longer: bool = True
    """Whether the last of them may go on."""

    @property
    def text(self) -> str:
        """As a reader may type it."""
        words = " ".join(self.tokens)
        if not self.longer:
            return f'"{words}"'
        return words if len(self.tokens) == 1 else f'"{words}*"'

    @property
    def expression(self) -> str:
        """In FTS5's language."""
        star = "*" if self.longer else ""
        return _any_of([f'"{spelling}"{star}' for spelling in _spellings(" ".join(self.tokens))])


@dataclass(frozen=True, slots=True)
class Words:
    """A search: all that must be there, and what must not."""

    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...] = ()

    @property
    def text(self) -> str:
        """Its one spelling, whatever the reader's order, case and quotes; it means the same search again."""
        return " ".join([*(term.text for term in self.wanted), *(f"-{term.text}" for term in self.unwanted)])

    @property
    def expression(self) -> str:
        """In FTS5's language."""
        wanted = " AND ".join(term.expression for term in self.wanted)
        if not self.unwanted:
            return wanted
        return f"({wanted}) NOT {_any_of([term.expression for term in self.unwanted])}"


def words_of(text: str) -> Words | None:
    """The search that a reader typed; None where there is only white space.

    Words, "phrases", -exclusions and prefix*. Raises ValueError with a sentence for a person where it means nothing.
    """
    if not text.strip():
        return None
    if len(text) > _LONGEST_TYPED:
        raise ValueError(_too_long(len(text)))
    _refuse_operators(text)
    wanted: set[Term] = set()
    unwanted: set[Term] = set()
    for match in _MARKED.finditer(_cleaned(text)):
        if match["unclosed"]:
            raise ValueError('A quote is opened in q= and not closed; write "…" or «…» around the phrase.')
        term = _term(match)
        if term.tokens:
            (unwanted if _is_excluded(match) else wanted).add(term)
    if not wanted:
        raise ValueError(
            "A search cannot only exclude; name in q= at least one word that must be there."
            if unwanted
            else "There is no letter or digit in q=; name a word to search for."
        )
    if (count := len(wanted) + len(unwanted)) > MOST_TERMS:
        raise ValueError(
            f"A search takes at most {MOST_TERMS} words and phrases; this one in q= has {count}."
        )
    words = Words(tuple(sorted(wanted)), tuple(sorted(unwanted)))
    if (length := len(words.text)) > LONGEST:
        raise ValueError(_too_long(length))
    return words


def _refuse_operators(text: str) -> None:
    plain = {match["plain"] for match in _MARKED.finditer(text)}
    if found := sorted(plain & _OPERATORS):
        raise ValueError(
            f"{found[0]} means nothing in q=: all words must be there, and -word must not; of either of two words "
            f'there are two feeds. To search for the word, write "{found[0].lower()}".'
        )


def _spellings(words: str) -> list[str]:
    """All ways that these may be written, as the index tells ё from е: most write е for ё, others do not.

    A word has one ё at most, and phrases with two are too rare to ask for every pair.
    """
    simple = words.replace("ё", "е")
    dotted = (f"{simple[:at]}ё{simple[at + 1 :]}" for at, letter in enumerate(simple) if letter == "е")
    return list(dict.fromkeys((words, simple, *dotted)))


def _too_long(length: int) -> str:
    return f"A search takes at most {LONGEST} characters; this one in q= has {length}."


def _cleaned(text: str) -> str:
    """The text in composed letters, lower case, without what nobody sees."""
    seen = (" " if kind == "Cc" else "" if kind == "Cf" else character for character, kind in _kinds(text))
    composed = _LISTED.sub(" ", unicodedata.normalize("NFC", "".join(seen)))
    # One character for one: «ß» stays, as it does in the index.
    lower = (low if len(low := character.lower()) == 1 else character for character in composed)
    return unicodedata.normalize("NFC", _DROPPED.sub("", "".join(lower)))


def _term(match: re.Match[str]) -> Term:
    phrase = match["angled"] if match["angled"] is not None else match["quoted"]
    if phrase is None:
        return Term(_tokens(match["plain"]))
    return Term(_tokens(phrase), longer=bool(match["star"]) or phrase.rstrip().endswith("*"))


def _is_excluded(match: re.Match[str]) -> bool:
    if match["plain"] is None:
        return bool(match["without"])
    begins = match.start() == 0 or match.string[match.start() - 1].isspace()
    return begins and match["plain"].startswith(_EXCLUDES)


def _tokens(text: str) -> tuple[str, ...]:
    spaced = (character if _is_of_a_word(character, kind) else " " for character, kind in _kinds(text))
    return tuple("".join(spaced).split())


def _kinds(text: str) -> list[tuple[str, str]]:
    return [(character, unicodedata.category(character)) for character in text]


def _is_of_a_word(character: str, kind: str) -> bool:
    return kind[0] in "LN" or kind == "Co" or character in _NEW_CURRENCIES


def _any_of(expressions: list[str]) -> str:
    return expressions[0] if len(expressions) == 1 else f"({' OR '.join(expressions)})"
