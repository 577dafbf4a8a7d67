"""How well and how quickly words of rules are found: the labelled pairs of the tests, and one change for 20 rules.

    python benchmarks/words.py [--changes 200] [--quiet]

Prints precision and recall for each language and part (`held`: written before the rules of words were, and no rule
was made for them), then every pair that was wrong, then what one change costs beside a regular expression that looks
for beginnings of words. Times are of the processor; a first change also reads the dictionary and all entries.
"""

import argparse
import csv
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from prose import Press

from monitor.fingerprint import normalised
from monitor.words import found

PAIRS = Path(__file__).resolve().parent.parent / "tests" / "monitor" / "words"
LANGUAGES = ("ru", "kk", "en")
RULES, ENTRIES, WORDS = 20, 5, 500


@dataclass(frozen=True, slots=True)
class Pair:
    """An entry, a text, and whether the one stands in the other as people mean words."""

    lang: str
    part: str
    entry: str
    text: str
    wanted: bool

    @property
    def got(self) -> bool:
        return bool(found([self.entry], self.text))


def pairs(lang: str) -> list[Pair]:
    """The labelled pairs of a language."""
    with (PAIRS / f"{lang}.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        Pair(lang, row["part"], row["entry"], row["text"].replace("\\n", "\n"), row["found"] == "yes")
        for row in rows
    ]


def measured(those: Sequence[Pair]) -> tuple[float, float]:
    """Precision and recall."""
    right = sum(pair.got and pair.wanted for pair in those)
    return right / sum(pair.got for pair in those), right / sum(pair.wanted for pair in those)


def by_beginning(entries: Sequence[str], text: str) -> tuple[str, ...]:
    """What a regular expression finds that knows beginnings of words, and nothing of forms."""
    said = _comparable(text)
    return tuple(entry for entry in entries if _stands_in(said, entry))


@lru_cache(maxsize=16)
def _comparable(text: str) -> str:
    return "\n".join(normalised(line).casefold().replace("ё", "е") for line in text.splitlines())


def _stands_in(text: str, entry: str) -> bool:
    begins, pattern = _pattern(entry)
    return all(begin in text for begin in begins) and pattern.search(text) is not None


@cache
def _pattern(entry: str) -> tuple[tuple[str, ...], re.Pattern[str]]:
    words = tuple(re.findall(r"\w+", normalised(entry).casefold().replace("ё", "е")))
    return words, re.compile(r"[^\w\n]+".join(rf"(?<!\w){re.escape(word)}\w*" for word in words))


def rules() -> list[tuple[str, ...]]:
    """Entries of the labelled pairs, of all languages and kinds."""
    written = list(dict.fromkeys(pair.entry for lang in LANGUAGES for pair in pairs(lang)))
    chosen = written[:: len(written) // (RULES * ENTRIES)][: RULES * ENTRIES]
    return [tuple(chosen[at : at + ENTRIES]) for at in range(0, RULES * ENTRIES, ENTRIES)]


def texts(count: int) -> Iterator[str]:
    """Texts of a change: invented words as they come, and some that look like those of the rules."""
    press = Press()
    said = {lang: [pair.text for pair in pairs(lang)] for lang in ("ru", "kk")}
    for number in range(count):
        lang = ("ru", "kk")[number % 2]
        own = said[lang][number % 40 :: 40]
        releases = [press.release(number + later * count, lang).text for later in range(5)]
        words = "\n".join([*own, *releases]).split(" ")
        yield " ".join(words[:WORDS])


def costs(look: Callable[[Sequence[str], str], object], changes: int) -> tuple[float, list[float]]:
    """Milliseconds for a first change, with reading the words of all rules, and for each of the others."""
    each = []
    asked = rules()
    for text in texts(changes + 1):
        began = time.process_time()
        for entries in asked:
            look(entries, text)
        each.append((time.process_time() - began) * 1000)
    return each[0], sorted(each[1:])


def main() -> int:
    """Print all that is measured."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--changes", type=int, default=200)
    parser.add_argument("--quiet", action="store_true", help="no list of the pairs that were wrong")
    asked = parser.parse_args()
    # Before the labelled words are read, which are those of the rules.
    spent = {
        name: costs(look, asked.changes) for name, look in (("forms", found), ("beginnings", by_beginning))
    }
    wrong: list[Pair] = []
    print("language part   pairs precision recall")
    for lang in LANGUAGES:
        for part in ("seen", "held"):
            those = [pair for pair in pairs(lang) if pair.part == part]
            precision, recall = measured(those)
            print(f"{lang:8} {part:6} {len(those):5} {precision:9.3f} {recall:6.3f}")
            wrong += [pair for pair in those if pair.got != pair.wanted]
    for pair in [] if asked.quiet else wrong:
        print(
            f"{'missed' if pair.wanted else 'wrong '} {pair.lang} {pair.part} «{pair.entry}» in «{pair.text}»"
        )
    print(f"one change of {WORDS} words, {RULES} rules of {ENTRIES} entries, in milliseconds")
    print("              first median 95 of 100 below")
    for name, (first, each) in spent.items():
        print(f"{name:12} {first:6.1f} {statistics.median(each):6.2f} {each[int(len(each) * 0.95)]:6.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
