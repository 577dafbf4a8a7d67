"""The forms of a Kazakh word, by rules of its endings. Pure.

After Apertium's description of Kazakh (apertium-kaz, `apertium-kaz.kaz.lexc`, lexicons N-INFL-COMMON, POSSESSIVES,
CASES-COMMON and GENPOSS-ETC; J. N. Washington, I. Salimzyanov, F. M. Tyers: Finite-state morphological transducers
for three Kypchak languages, LREC 2014) and, for sounds, R. Muhamedowa: Kazakh, a Comprehensive Grammar, 2016. A
nominal is

    stem + plural + possessive + case, or + -дағы and once more plural and case

Its last қ, к, п becomes ғ, г, б before the vowel of a possessive, and a few stems lose a vowel there («халық»,
«халқы»). Vowels of endings are those of the stem, and first consonants follow its last sound. Of verbs, which
dictionaries name by -у («бекіту»), the commonest tenses, participles and voices are known. Endings that make another
word are left out: -лық, -лы, -сыз, -шы, -дай, -ша, -ла.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from monitor.words.letters import plain

_BACK, _FRONT = frozenset("аыоұ"), frozenset("әіөүе")
_NEITHER = frozenset("иуэюяё")
"""Vowels behind which endings are of either kind: borrowed words, and sounds written with one letter for two."""
_VOWELS = _BACK | _FRONT | _NEITHER

_SOFTENED = {"қ": "ғ", "к": "г", "п": "б"}
_HARDENED = {"ғ": "қ", "г": "к", "б": "п"}

_SHORTENED = {
    "халық": "халқ", "орын": "орн", "мойын": "мойн", "мұрын": "мұрн", "ауыз": "ауз", "ерін": "ерн", "көрік": "көрк",
    "ерік": "ерк", "бөрік": "бөрк", "құлық": "құлқ", "нарық": "нарқ", "қырық": "қырқ", "ырық": "ырқ", "әріп": "әрп",
    "қауіп": "қауп", "көңіл": "көңл", "бауыр": "баур", "иін": "ин", "дауыс": "даус", "қойын": "қойн", "қарын": "қарн",
    "кәсіпорын": "кәсіпорн",
}  # fmt: skip
"""Stems that lose the vowel of their last syllable before a possessive that begins with one."""

# What may begin the first ending, by the last sound of the stem.
_AFTER_VOWEL = "лнмдгғс"
_AFTER_GLIDE = "лдмгғыі"
_AFTER_NASAL = "днмгғыі"
_AFTER_L = "дмгғыі"
_AFTER_Z = "дбгғыі"
_AFTER_VOICELESS = "тпкқыі"
_AFTER_FOREIGN = "лнмдгғтпкқыі"

_PLURAL = "[лдт]Aр"
_OURS = "[мң]Iз"
_CASE = "[ндт]Iң|[гғкқ]A|[ндт]I|[днт]Aн|[дт]A|[мбп]ен|[ндт]ікі|[мбп]Iз"
_CASE_OF_THIRD = "нIң|нA|н|нAн|ндA|мен|нікі"
_WHERE = f"[дт]A[ғг]I(?:{_PLURAL})?(?:{_CASE})?"
_WHERE_OF_THIRD = f"н{_WHERE}"
_THIRD = f"(?:с?I)(?:{_CASE_OF_THIRD}|{_WHERE_OF_THIRD})?"
_MINE = f"I?м(?:A|{_CASE}|{_WHERE})?"
_CHAIN = f"(?:{_PLURAL})?(?:{_THIRD}|I?{_OURS}(?:{_CASE}|{_WHERE})?|{_MINE}|{_CASE}|{_WHERE})?"
_BEHIND_THIRD = f"(?:{_CASE_OF_THIRD}|{_WHERE_OF_THIRD})"
_POSSESSED = f"(?:{_THIRD}|I{_OURS}(?:{_CASE}|{_WHERE})?|Iм(?:A|{_CASE}|{_WHERE})?)"

_THEIRS = f"{_PLURAL}{_THIRD}"
_OF_THIRD = re.compile(r"(\w{2,}[аыоұәіөүеиу])с[ыі]|(\w{2,}[^\Wаыоұәіөүеэюяё])[ыі]")

_TWO_CONSONANTS = re.compile("[^аыоұәіөүеиуэюяёьъ]{2}$")
"""Borrowed words that end so may take an і before any case."""

_INFLECTED = re.compile(r"(\w{4,})([лдт][ае]р|[ндт][ыі]ң)")

_VOICE = "(?:I?лIн|I?[лн])?"
_NOT = "(?:[мбп]A)?"
_PERSON = "(?:м|ң|[кқ]|ңIз|[мбп]Iз|[мбп]Iн|сIз|[лдт]Aр)?"
_TENSE = (
    f"[дт]I{_PERSON}|[гғкқ]Aн(?:{_PERSON}|{_CHAIN})|I?п(?:тI)?|(?:A|й|и)(?:[дт]I|тIн(?:{_CHAIN})|[мбп]Iз|[мбп]Iн)?"
    f"|A?р(?:{_CASE})?|сA{_PERSON}|[мбп]A[кқ]|у(?:{_CHAIN})"
)
_VERB = f"{_VOICE}{_NOT}(?:{_TENSE})"


@dataclass(frozen=True, slots=True)
class Stem:
    """The beginning of forms, and which endings may follow it."""

    letters: str
    plainly: str
    """The letters as any keyboard has them."""
    endings: str
    """A pattern in which A stands for а or е and I for ы or і, as the stem has it."""

    def takes(self, ending: str, *, behind: str) -> bool:
        """Whether `ending` may follow; `behind` is the stem as the text spells it, or better known."""
        if not ending:
            return self.endings == _CHAIN
        if self.endings in {_CHAIN, _POSSESSED, _THEIRS} and not _joins(behind, ending):
            return False
        return any(pattern.fullmatch(ending) for pattern in _patterns(self.endings, _harmony(behind)))

    def takes_plainly(self, ending: str) -> bool:
        """As `takes`, for an ending typed without Kazakh letters."""
        return _plain_pattern(self.endings).fullmatch(plain(ending)) is not None


@lru_cache(maxsize=4096)
def stems(word: str) -> tuple[Stem, ...]:
    """The stems that all forms of a folded word begin with; empty for a word that has none."""
    if len(word) < 2 or not word.isalpha() or word.isascii() or not _VOWELS & set(word):
        return ()
    return tuple(
        Stem(letters, plain(letters), endings)
        for form in (word, *_bases(word))
        for letters, endings in _stems(form)
    )


def _bases(word: str) -> Iterator[str]:
    """What a plural or a genitive was made of, where enough is left to be a word: «министрлік» of «министрліктің»."""
    while ended := _INFLECTED.fullmatch(word):
        word, ending = ended.groups()
        if not _joins(word, ending):
            return
        yield word


def _stems(word: str) -> Iterator[tuple[str, str]]:
    """How forms of a dictionary word begin, and with which endings they go on."""
    yield word, _CHAIN
    if word[-1] in "ыі":
        yield word, _BEHIND_THIRD
    if _TWO_CONSONANTS.search(word):
        yield word + "і", _CASE  # «митингіге» of «митинг»
    if possessed := _OF_THIRD.fullmatch(word):
        base = possessed[1] or possessed[2]
        yield base[:-1] + _HARDENED.get(base[-1], base[-1]), _THEIRS  # «қала әкімдері» of «қала әкімі»
    if softened := _SOFTENED.get(word[-1]):
        yield word[:-1] + softened, _POSSESSED
    if shortened := _SHORTENED.get(word):
        yield shortened, _POSSESSED
    if word[-1] == "у":
        yield from ((verb, _VERB) for verb in _verbs(word[:-1]))


def _verbs(stem: str) -> Iterator[str]:
    """What is conjugated where the dictionary says `stem` and -у: «тап» of «табу», «оқы» of «оқу»."""
    if len(stem) >= (3 if stem[-1:] in _VOWELS else 2):  # «тау» is a mountain, and «алу» is to take
        yield stem
        if hardened := _HARDENED.get(stem[-1]):
            yield stem[:-1] + hardened
    if len(stem) >= 2 and stem[-1] not in _VOWELS:
        yield from (stem + ending for ending in "ыіи")


def _joins(stem: str, ending: str) -> bool:
    last = stem[-1]
    if last in "уийр":
        return ending[0] in _AFTER_GLIDE + ("нс" if last in "уи" else "")
    if last in _VOWELS:
        return ending[0] in _AFTER_VOWEL
    if last in "мнң":
        return ending[0] in _AFTER_NASAL
    if last == "л":
        return ending[0] in _AFTER_L
    if last in "зж":
        return ending[0] in _AFTER_Z
    return ending[0] in (_AFTER_FOREIGN if last in "ьъ" else _AFTER_VOICELESS)


def _harmony(stem: str) -> str:
    """`back` or `front`, as the last vowel of the stem is; empty where it does not say."""
    if re.search(r"[^аыоұәіөүеиуэюяё]{2}$|[ьъ]$|[ое]в$", stem):
        return ""  # «банк», «банкі»; «автомобиль»; «Тоқаевтың»
    last = next((letter for letter in reversed(stem) if letter in _VOWELS), "")
    return "back" if last in _BACK else "front" if last in _FRONT else ""


@cache
def _patterns(endings: str, harmony: str) -> tuple[re.Pattern[str], ...]:
    kinds = (harmony,) if harmony else ("back", "front")
    letters = {"back": ("а", "ы"), "front": ("е", "і")}
    return tuple(
        re.compile(endings.replace("A", a).replace("I", i)) for kind in kinds for a, i in [letters[kind]]
    )


@cache
def _plain_pattern(endings: str) -> re.Pattern[str]:
    return re.compile(plain(endings).replace("A", "[ае]").replace("I", "и"))
