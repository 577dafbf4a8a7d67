"""Tells words that turn a statement without a figure or a «не»: opposites, days of the week, units. Pure.

Only a word that stands in the place of its counterpart is told; one that came or went by itself is not.
"""

import re
from collections.abc import Iterable, Sequence

from monitor.facts.words import KAZAKH_ENDINGS

_OPPOSITES = (
    ("запре*", "разреш*"),
    ("сниж* сниз*", "повыш* повыс*"),
    ("уменьш* сокращ* сократ*", "увелич*"),
    ("прекращ* прекрат*", "продолж*"),
    ("бесплатн*", "платн*"),
    ("более больше", "менее меньше"),
    ("до", "после"),
    ("свыше", "около"),
    ("тегін ақысыз", "ақылы"),
    ("тыйым", "рұқсат"),
    ("төменде*", "көтеріл* жоғарыла* арттыр*"),
    ("астам", "жуық"),
    ("артық", "кем"),
    ("дейін", "кейін"),
    ("allow* permit*", "ban bans banned prohibit* forbid* forbidden"),
    ("increase increases increased raise raised", "decrease decreases decreased lower lowered"),
    ("more", "less fewer"),
    ("over above", "under below"),
    ("before", "after"),
    ("free", "paid"),
)
"""Words of which one denies what the other says; `*` leaves the end open."""
_DAYS = (
    (
        "понедельник* дүйсенбі~ monday",
        "вторник* сейсенбі~ tuesday",
        "среда среду среды среде сәрсенбі~ wednesday",
        "четверг* бейсенбі~ thursday",
        "пятниц* жұма~ friday",
        "суббот* сенбі~ saturday",
        "воскресень* жексенбі~ sunday",
    ),
    ("сегодня бүгін~ today", "завтра ертең~ tomorrow", "вчера накануне кеше~ yesterday"),
)
"""Days that are named by a word; `~` lets a Kazakh ending follow."""
_SHARES = (
    ("половина половины половину жартысы half", "треть трети third", "четверть четверти quarter"),
    ("десятки десятков ондаған tens", "сотни сотен жүздеген hundreds", "тысячи тысяч мыңдаған thousands"),
)
"""Shares and sizes that are told without a figure."""
_UNITS = (
    "% процент процента процентов пайыз~ percent",
    "пункт* тармақ* пп п.п point points",
    "кв шаршы sq square м² м2 m² m2",
    "куб текше cubic м³ м3 m³ m3",
    "тонн* т tonne* ton tons",
    "центнер* ц",
    "кг килограмм* kg kilogram*",
    "г грамм* g gram*",
    "мг миллиграмм* mg",
    "г/л g/l",
    "мг/л mg/l",
    "л литр* liter* litre*",
    "мл миллилитр* ml",
    "км километр* шақырым~ km kilomet*",
    "м метр* m meter* metre*",
    "см сантиметр* cm",
    "мм миллиметр* mm",
    "га гектар* ha hectare*",
    "сотка сотки соток",
    "°c",
    "°f",
    "балл*",
    "вт ватт* w watt*",
    "квт киловатт* kw kilowatt*",
    "мвт мегаватт* mw megawatt*",
    "гвт гигаватт* gw gigawatt*",
    "am a.m",
    "pm p.m",
    "минут* мин minute*",
    "секунд* second seconds",
    "час часа часов сағат~ hour hours",
)
"""What may stand straight after a figure and says of what it is; «г» is a gram only beside another of them."""


class _Table:
    """Entries of words that exclude one another, and the class of putting one in another's place."""

    def __init__(self, turns: str, entries: Sequence[str]) -> None:
        self.turns = turns
        self._whole: dict[str, int] = {}
        self._opened: dict[str, int] = {}
        self._ended: dict[str, int] = {}
        for number, forms in enumerate(entries):
            for form in forms.split():
                table = {"*": self._opened, "~": self._ended}.get(form[-1], self._whole)
                table[form.rstrip("*~")] = number

    def swapped(self, old: Iterable[str], new: Iterable[str]) -> bool:
        """Words of the table stand on both sides, and not of the same entries."""
        there = {entry for word in old if (entry := self._entry(word)) is not None}
        if not there:
            return False
        here = {entry for word in new if (entry := self._entry(word)) is not None}
        return bool(here) and not (there <= here or here <= there)

    def _entry(self, word: str) -> int | None:
        if word in self._whole:
            return self._whole[word]
        for length in range(min(len(word), 12), 1, -1):
            stem = word[:length]
            if stem in self._opened:
                return self._opened[stem]
            if stem in self._ended and (length == len(word) or word[length:] in KAZAKH_ENDINGS):
                return self._ended[stem]
        return None


_OF_UNITS = _Table("number", _UNITS)
_TABLES = (
    *(_Table("negation", pair) for pair in _OPPOSITES),
    *(_Table("date", days) for days in _DAYS),
    *(_Table("number", shares) for shares in _SHARES),
)
_AROUND = re.compile(r"^[^\w%°]+|[^\w%°²³]+$")
_FIGURE_LAST = re.compile(r"[0-9][)»\"]?$")
_PREFIXES = (("un", 4), ("il", 4), ("ir", 5), ("im", 5), ("in", 5), ("non", 5))
"""English beginnings that deny a word of at least so many letters."""
_LONGEST = 8
"""Words of a run beyond which it says something else, and no word in it stands in the place of another."""
_WITHOUT = re.compile(r"(.{2,})(?:сыз|сіз)(.{0,4})")
_WITH = ("лы", "лі", "ды", "ді", "ты", "ті")


def turned(before: Sequence[str], after: Sequence[str], preceding: str) -> set[str]:
    """The classes of what one run of words turned into another; `preceding` is the word that stands before both."""
    if max(len(before), len(after)) > _LONGEST:
        return set()
    old, new = [_bare(word) for word in before], [_bare(word) for word in after]
    found = {table.turns for table in _TABLES if table.swapped(old, new)}
    if _denied(old, new) or _denied(new, old):
        found.add("negation")
    if old and new and _FIGURE_LAST.search(preceding) and _OF_UNITS.swapped(old[:2], new[:2]):
        found.add("number")
    return found


def _denied(some: Sequence[str], others: Sequence[str]) -> bool:
    """«illegal» for «legal», «заңсыз» for «заңды»."""
    known = set(others)
    for word in some:
        if any(
            word.startswith(prefix) and len(word) >= len(prefix) + least and word[len(prefix) :] in known
            for prefix, least in _PREFIXES
        ):
            return True
        if (found := _WITHOUT.fullmatch(word)) and any(
            found[1] + ending + found[2] in known for ending in _WITH
        ):
            return True
    return False


def _bare(word: str) -> str:
    return _AROUND.sub("", word.casefold().replace("ё", "е"))
