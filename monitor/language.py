"""Says in which language a title or a text is written: Kazakh, Russian or English. Pure, and only a check.

The portal says the language of an edition; this is for where nobody said it, or where a Russian text stands
under a Kazakh title. Kazakh is known by its own letters and a few words, also in its Latin alphabets.
"""

import re

_WORD = re.compile(r"[^\W\d_]+")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_INITIAL = re.compile(r"\b[^\W\d_]\.")

# Letters that neither Russian nor English nor, of the Latin ones, Turkish has.
_KAZAKH_LETTER = re.compile(r"[әғқңөұүһіŋūǵ]")
_KAZAKH_WORDS = frozenset(
    ("мен", "пен", "бен", "бойынша", "туралы", "осы", "бар", "jäne", "jáne", "üşin", "úshin")
)
# «Форум басталды» has no letter of its own; endings that Russian words do not have.
_KAZAKH_ENDING = re.compile(r"...(?:лды|тты|йды|ылар|алар|дағы|ының)$")
_RUSSIAN_WORDS = frozenset(
    ("в", "во", "на", "и", "по", "с", "со", "к", "о", "об", "от", "из", "для", "за", "до", "не", "что", "как")
)


def language(text: str) -> str:
    """`kk`, `ru` or `en`, whichever most of `text` is written in; `und` where it has no word of theirs."""
    words = _WORD.findall(_INITIAL.sub(" ", text.lower()))
    cyrillic = [word for word in words if _CYRILLIC.search(word)]
    latin = [word for word in words if not _CYRILLIC.search(word) and _LATIN.search(word)]
    if not cyrillic and not latin:
        return "und"
    if sum(map(len, latin)) > sum(map(len, cyrillic)):
        return "kk" if _kazakh(latin) > len(latin) / 5 else "en"
    # A Russian title may quote a Kazakh name: where Russian words stand, most words have to be Kazakh.
    russian = not _RUSSIAN_WORDS.isdisjoint(cyrillic)
    return "kk" if _kazakh(cyrillic) > len(cyrillic) * (0.5 if russian else 0.2) else "ru"


def _kazakh(words: list[str]) -> int:
    return sum(
        1
        for word in words
        if word in _KAZAKH_WORDS or _KAZAKH_LETTER.search(word) or _KAZAKH_ENDING.search(word)
    )
