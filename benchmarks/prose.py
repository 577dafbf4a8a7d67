"""Invented releases that weigh, repeat themselves and compress like real ones; the same for the same seed.

Words are made of syllables and come as often as words do (Zipf); some always come together, as phrases of an
office do, and every release has words of its own that it says again and again. No sentence means anything.
"""

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from random import Random

TEXT_BYTES = 2_000
"""Of a text in UTF-8, more or less."""

_WORDS = 40_000
_PHRASES = 3_000
_SHARE_OF_PHRASES = 0.08
_SHARE_OF_OWN = 0.30
_OWN = 14
_SYLLABLES = 240
_CONSONANTS = {"ru": "ннтттссррвввллкккмддппбгзчшжхйщц", "kk": "ннттссррллккққдддмббшшғғжзңйпгуу"}
_VOWELS = {"ru": "ооооаааееееиииияюыуэ", "kk": "аааааыыыыеееееііііәөұүоуи"}


@dataclass(frozen=True, slots=True)
class Invented:
    """A release in one language."""

    lang: str
    title: str
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)


class Press:
    """Writes releases in Russian and in Kazakh."""

    def __init__(self, seed: int = 2026) -> None:
        self._languages = {lang: _language(lang, seed) for lang in ("ru", "kk")}
        self._seed = seed

    def release(self, number: int, lang: str) -> Invented:
        """The release of that number in `ru` or `kk`."""
        random = Random(self._seed * 1_000_003 + number)
        language = self._languages[lang]
        own = language.words(random, _OWN, rare=True)
        title = language.sentence(random, own, 6 + number % 4).rstrip(".")
        paragraphs, weight, wanted = [], 0, int(TEXT_BYTES * random.uniform(0.55, 1.15))
        while weight < wanted:
            sentences = [language.sentence(random, own, random.randint(8, 17)) for _ in range(2)]
            paragraphs.append(" ".join(sentences))
            weight += len(paragraphs[-1].encode())
        return Invented(lang, title, tuple(paragraphs))


def edited(release: Invented) -> Invented:
    """The same release after somebody has corrected a figure and one word."""
    first, *others = release.paragraphs
    words = first.split(" ")
    words[len(words) // 2] = "2 480"
    return Invented(release.lang, release.title, (" ".join([*words[:-1], f"{words[-2]}."]), *others))


class _Language:
    def __init__(self, lang: str, seed: int) -> None:
        random = Random(f"{lang} {seed}")
        self._stock = _stock(random, _CONSONANTS[lang], _VOWELS[lang])
        self._weights = list(accumulate(1 / (rank + 2) for rank in range(_WORDS)))
        self._phrases = [" ".join(self.words(random, random.randint(2, 5))) for _ in range(_PHRASES)]
        self._phrase_weights = list(accumulate(1 / (rank + 10) for rank in range(_PHRASES)))

    def words(self, random: Random, count: int, *, rare: bool = False) -> list[str]:
        """So many words as they come; `rare`: none of those that come everywhere."""
        if rare:
            return random.choices(self._stock[300:12_000], k=count)
        return random.choices(self._stock, cum_weights=self._weights, k=count)

    def sentence(self, random: Random, own: Sequence[str], count: int) -> str:
        """Some words of the language, some of the release's own, phrases, a figure, a comma."""
        said = []
        for word in self.words(random, count):
            kind = random.random()
            if kind < _SHARE_OF_OWN:
                said.append(own[int(random.random() ** 2 * len(own))])
            elif kind < _SHARE_OF_OWN + _SHARE_OF_PHRASES:
                place = random.random() * self._phrase_weights[-1]
                said.append(self._phrases[bisect(self._phrase_weights, place)])
            elif kind > 0.97:
                said.append(f"{random.randint(1, 2030)}")
            elif kind > 0.92:
                said.append(f"{word},")
            else:
                said.append(word)
        return f"{said[0].capitalize()} {' '.join(said[1:]).rstrip(',')}."


@cache
def _language(lang: str, seed: int) -> _Language:
    """One for all who write in it: its words are half a second's work, and it does not change."""
    return _Language(lang, seed)


def _stock(random: Random, consonants: str, vowels: str) -> list[str]:
    """Words without a double, those that come most often mostly short; endings are shared, as in real ones."""
    syllables = [_syllable(random, consonants, vowels) for _ in range(_SYLLABLES)]
    weights = list(accumulate(1 / (rank + 4) for rank in range(_SYLLABLES)))
    endings = ["".join(random.choices(syllables, cum_weights=weights, k=1 + rank % 2)) for rank in range(40)]
    found: dict[str, None] = {}
    while len(found) < _WORDS:
        length = 1 + min(3, int(random.random() * (len(found) / 40 + 1) ** 0.4))
        stem = "".join(random.choices(syllables, cum_weights=weights, k=length))
        found[stem if length == 1 else stem + random.choice(endings)] = None
        if len(found) < _SYLLABLES:
            found[_syllable(random, consonants, vowels)] = None
    return list(found)


def _syllable(random: Random, consonants: str, vowels: str) -> str:
    closed = random.random() < 0.3
    return random.choice(consonants) + random.choice(vowels) + (random.choice(consonants) if closed else "")
