"""What an edit means: the classes of what it replaced, and the weight of each. Pure.

`WEIGHT_OF_CLASS` is the only place that says how much a class matters.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from monitor.changes import WEIGHTS, Weight
from monitor.facts import Fact, same
from monitor.matching import Block, Run
from monitor.names import Known, names, same_name, unmatched, words_of
from monitor.touched import NUMERIC, ReadSide, touched
from monitor.turns import turned

WEIGHT_OF_CLASS: dict[str, Weight] = {
    "replaced": "major",  # another text, or another headline, stands there now
    "cut": "major",  # the text was emptied, or lost much of its words or a paragraph
    "amount": "major",  # of money: «12 млрд тенге» is not «21 млрд тенге»
    "number": "major",  # any other figure: a count, a share, the number of a decree, an hour
    "date": "major",  # a day, month or year that the text names
    "negation": "major",  # «не», «емес», «not»: it turns the sentence
    "name": "major",  # of a person, a place, a body
    "attachment": "major",  # a file added, removed or replaced: nobody sees what it says
    "link": "minor",  # an address in the text
    "release_date": "minor",  # the release's own date, which editors set anew
    "image": "minor",
    "wording": "minor",  # other words, the facts as they were
    "typography": "none",  # signs, capitals, spaces, «ё»: the letters are the same
}
"""How much a class of edits matters, the most telling class first."""

_READ_CLOSELY = 12_000
"""Characters of what differs, both sides together, that are read whole for their facts."""
_AROUND = 25
"""Words on each side of a run that are read with it where its paragraph is too long: some 300 letters."""
_READ_AROUND = 60_000
"""Characters of such surroundings, all together, that are read: more is a table or another text."""
_RUNS_READ = 150
"""Runs that are read for theirs: far more than a change carries."""
_FIGURES = re.compile(r"-?\d+")
_NO_LETTERS = re.compile(r"[^\w%₸$€№]+")
_BEHIND_WORD = re.compile(r"[.,:;!?…]+(?!\S)")
_MOVED = 4
"""Words that are a sentence rather than a word: a «не» moved is no matter of taste."""
_MARK = re.compile(r"[0-9]{1,2}[.)]")
_SENTENCE_ENDS = (".", "!", "?", "…")
_DENIED_VERB = re.compile(
    r"(.{2,})[мбп][ае](й(?:ды|ді)|ды|ді|ған|ген|йтын|йтін|й(?:мын|мін|сың|сің|сыз|сіз|мыз|міз)|(?:ды|ді)(?:м|ң|қ|к))"
)
_VERB_ENDINGS = {
    "ды": ("ды", "ді", "ты", "ті"),
    "ді": ("ды", "ді", "ты", "ті"),
    "ған": ("ған", "қан"),
    "ген": ("ген", "кен"),
    "йды": ("ады", "йды"),
    "йді": ("еді", "йді"),
    "йтын": ("атын", "йтын"),
    "йтін": ("етін", "йтін"),
}
"""What a Kazakh verb ends in when it denies → what it ends in when it does not."""


@dataclass(frozen=True, slots=True)
class Meant:
    """A run of words that was replaced, with the rest of a fact that it cuts through, and its classes."""

    block: Block
    run: Run
    classes: tuple[str, ...]

    @property
    def before(self) -> str:
        """The words of before, as they are compared."""
        return self.block.old.said(self.run.old_first, self.run.old_last)

    @property
    def after(self) -> str:
        return self.block.new.said(self.run.new_first, self.run.new_last)

    def quoted(self) -> tuple[str, str]:
        """Both as the originals show them."""
        return (
            self.block.old.quoted(self.run.old_first, self.run.old_last),
            self.block.new.quoted(self.run.new_first, self.run.new_last),
        )


def weight_of(classes: Iterable[str]) -> Weight:
    """The weight of the heaviest class; none where there is none."""
    return max((WEIGHT_OF_CLASS[name] for name in classes), key=WEIGHTS.index, default="none")


def ordered(classes: Iterable[str]) -> tuple[str, ...]:
    """Each class once, the most telling first."""
    found = set(classes)
    return tuple(name for name in WEIGHT_OF_CLASS if name in found)


def without_moved(meant: Sequence[Meant]) -> list[Meant]:
    """What went in one place and came in another as it was is no more than wording."""
    gone = Counter(_as_moved(run.before) for run in meant if not run.after)
    come = Counter(_as_moved(run.after) for run in meant if not run.before)
    moved = {words for words in gone & come if len(words[0]) >= _MOVED}
    return [
        replace(run, classes=("wording",))
        if not (run.before and run.after) and _as_moved(run.before + run.after) in moved
        else run
        for run in meant
    ]


def _as_moved(text: str) -> tuple[tuple[str, ...], str]:
    """The words by which it is known elsewhere, and apart from them the mark of a list at either end."""
    words = text.split()
    marks = [at for at in (0, -1) if words and _MARK.fullmatch(words[at])]
    mark = words.pop(marks[0]) if marks else ""
    return tuple(filter(None, map(_letters, words))), mark


class Meaning:
    """Says what the replaced runs of one edit mean; it holds the whole of both wordings for looking names up."""

    def __init__(self, before: str, after: str) -> None:
        self._before, self._after = before, after
        self._read = 0
        self._read_around = 0
        self._windows = 0
        self._runs = 0

    @cached_property
    def _known_before(self) -> Known:
        return Known(words_of(self._before))

    @cached_property
    def _known_after(self) -> Known:
        return Known(words_of(self._after))

    def _named(self, word: str) -> bool:
        """Whether a word is a name within a sentence somewhere in either wording."""
        return word in self._inside

    @cached_property
    def _inside(self) -> Known:
        texts = [text for text in (self._before, self._after) if len(text) <= _READ_AROUND]
        return Known(name.word for text in texts for name in names(text) if len(name.word) > 3)

    def of(self, block: Block) -> list[Meant]:
        """The runs of a block with their classes, in their order."""
        size = len(block.old.text) + len(block.new.text)
        if self._runs > _RUNS_READ:
            return [_glanced_at(block, run) for run in block.runs]
        self._runs += len(block.runs)
        if self._read + size <= _READ_CLOSELY:
            self._read += size
            sides = ReadSide(block.old, self._named), ReadSide(block.new, self._named)
            return [self._meant(block, number, run, *sides) for number, run in enumerate(block.runs)]
        return [self._within_its_surroundings(block, number) for number in range(len(block.runs))]

    def _within_its_surroundings(self, block: Block, number: int) -> Meant:
        """What a run means by the words around it, as long as there is time to read them."""
        self._windows += 1
        if self._read_around > _READ_AROUND or self._windows > _RUNS_READ:
            return _glanced_at(block, block.runs[number])
        part = block.around(number, _AROUND)
        size = len(part.old.text) + len(part.new.text)
        self._read_around += size
        if self._read_around > _READ_AROUND:
            return _glanced_at(block, block.runs[number])
        return self._meant(
            part, 0, part.runs[0], ReadSide(part.old, self._named), ReadSide(part.new, self._named)
        )

    def _meant(self, block: Block, number: int, run: Run, old: ReadSide, new: ReadSide) -> Meant:
        left = run.old_first - (block.runs[number - 1].old_last if number else 0)
        following = block.runs[number + 1].old_first if number + 1 < len(block.runs) else len(block.old.words)
        wide, gone, come = touched(run, old, new, left=left, right=following - run.old_last)
        found = _changed_facts(gone, come)
        if _adds_a_sentence(block, run):
            found.discard("negation")
        if self._renames(run, old, new):
            found.add("name")
        before, after = (
            block.old.said(run.old_first, run.old_last),
            block.new.said(run.new_first, run.new_last),
        )
        denies = _denies_in_a_word(before, after)
        if denies or _moves_a_comma(before, after, gone):
            found.add("negation")
        preceding = block.old.words[run.old_first - 1] if run.old_first else ""
        found |= (turns := turned(before.split(), after.split(), preceding))
        if not found:
            found.add("typography" if _letters(before) == _letters(after) else "wording")
        elif not ((denies or turns) and len(before.split()) == len(after.split()) == 1):
            if _rest(old, wide, gone, old=True) != _rest(new, wide, come, old=False):
                found.add("wording")
            if found & NUMERIC:
                run = wide
                before = block.old.said(run.old_first, run.old_last)
                after = block.new.said(run.new_first, run.new_last)
            if "wording" not in found and _is_punctuated_otherwise(before, after):
                found.add("typography")
        return Meant(block, run, ordered(found))

    def _renames(self, run: Run, old: ReadSide, new: ReadSide) -> bool:
        """A name stands in another's place, or is nowhere else in the release."""
        gone, come = old.names_in(run, old=True), new.names_in(run, old=False)
        if not gone and not come:
            return False
        if _swap_roles([name.word for name in gone], [name.word for name in come]):
            return True
        before = words_of(old.side.said(run.old_first, run.old_last))
        after = words_of(new.side.said(run.new_first, run.new_last))
        if _shortens(before, after) or _shortens(after, before):
            return False
        if _is_another_person(before, after) or _is_another_person(after, before):
            return True
        # The same word without its capital is no other name.
        known_before, known_after = Known(before), Known(after)
        lost = [name for name in unmatched(gone, come) if name.word not in known_after]
        found = [name for name in unmatched(come, gone) if name.word not in known_before]
        if lost and found:
            return True
        if all(len(name.word) == 1 for name in (*lost, *found)):
            return False  # «Иванов» → «Иванов А.Б.»
        return any(name.word not in self._known_after for name in lost) or any(
            name.word not in self._known_before for name in found
        )


def _glanced_at(block: Block, run: Run) -> Meant:
    """What is seen of a run at once: whether its figures differ, or its letters."""
    before, after = block.old.said(run.old_first, run.old_last), block.new.said(run.new_first, run.new_last)
    if _FIGURES.findall(before) != _FIGURES.findall(after):
        return Meant(block, run, ("number",))
    return Meant(block, run, ("typography" if _letters(before) == _letters(after) else "wording",))


def _changed_facts(before: Sequence[Fact], after: Sequence[Fact]) -> set[str]:
    """The kinds of facts that are not the same on both sides, or not in the same order."""
    found: set[str] = set()
    if not before and not after:
        return found
    for kinds in (NUMERIC, {"negation"}, {"link"}):
        old = [fact for fact in before if fact.kind in kinds]
        new = [fact for fact in after if fact.kind in kinds]
        if len(old) == len(new) and all(same(a, b) for a, b in zip(old, new, strict=True)):
            continue
        apart = _unlike(old, new) + _unlike(new, old)
        found |= {fact.kind for fact in apart or old}
    return found


def _unlike(some: Sequence[Fact], others: Sequence[Fact]) -> list[Fact]:
    """Those of `some` that `others` do not have, each of these serving once."""
    left: dict[str, list[Fact]] = {}
    for fact in others:
        left.setdefault(_key(fact), []).append(fact)
    alone = []
    for fact in some:
        alike = left.get(_key(fact), [])
        found = next((other for other in alike if same(fact, other)), None)
        if found is None:
            alone.append(fact)
        else:
            alike.remove(found)
    return alone


def _key(fact: Fact) -> str:
    """Facts that are the same have the same; a day has no year in it."""
    return fact.value[-5:] if fact.kind == "date" and len(fact.value) > 7 else fact.value


def _adds_a_sentence(block: Block, run: Run) -> bool:
    """Whole sentences were put in or taken out: what they deny, they deny by themselves."""
    if (run.old_first == run.old_last) == (run.new_first == run.new_last):
        return False
    side = block.old if run.old_first < run.old_last else block.new
    first, last = (run.old_first, run.old_last) if side is block.old else (run.new_first, run.new_last)
    begins = (
        first == 0
        or side.words[first - 1].endswith(_SENTENCE_ENDS)
        or side.slice(first, first + 1)[0] == "\n"
    )
    ends = (
        last == len(side.words)
        or side.words[last - 1].endswith(_SENTENCE_ENDS)
        or (side.slice(last, last + 1)[0] == "\n")
    )
    return begins and ends


def _swap_roles(gone: Sequence[str], come: Sequence[str]) -> bool:
    """«от Иванова Петрову» → «от Петрова Иванову»: each took the case of the other."""
    if len(gone) != 2 or len(come) != 2:
        return False
    (one, other), (first, second) = gone, come
    return (
        one[-1] == first[-1] != other[-1] == second[-1]
        and same_name(one, second)
        and same_name(other, first)
        and not same_name(one, first)
    )


def _is_another_person(some: Sequence[str], others: Sequence[str]) -> bool:
    """«Ахметов выступил» → «Ахметова выступила»: the verb tells that it is no case of the same surname."""
    known = set(others)
    women = {word for word in some if f"{word}а" in known and word not in known}
    return any(word[0].isupper() and word.endswith(("ов", "ев", "ин")) for word in women) and any(
        word.islower() and word.endswith("л") for word in women
    )


def _shortens(some: Sequence[str], others: Sequence[str]) -> bool:
    """«ҚР» for «Қазақстан Республикасы»: a word of capitals that the others begin with."""
    initials = "".join(word[0] for word in others).upper()
    return any(len(word) > 1 and word.isupper() and word in initials for word in some)


def _denies_in_a_word(before: str, after: str) -> bool:
    """«допустим» → «недопустим», «берілді» → «берілмеді»."""
    old, new = _small_words(before), _small_words(after)
    return any(_denial_of(word, new) for word in old - new) or any(
        _denial_of(word, old) for word in new - old
    )


def _denial_of(word: str, others: set[str]) -> bool:
    if word.startswith("не") and len(word) > 5 and word[2:] in others:
        return True
    found = _DENIED_VERB.fullmatch(word)
    return found is not None and any(found[1] + ending in others for ending in _said_without(found[2]))


def _said_without(ending: str) -> Iterable[str]:
    """What a Kazakh verb ends in when it does not deny, for what it ends in when it does."""
    if ending in _VERB_ENDINGS:
        return _VERB_ENDINGS[ending]
    if ending.startswith("й"):
        return [vowel + ending[1:] for vowel in "аей"]  # «алмаймын» → «аламын»
    return [past + ending[2:] for past in _VERB_ENDINGS[ending[:2]]]  # «алмадым» → «алдым»


def _moves_a_comma(before: str, after: str, facts: Sequence[Fact]) -> bool:
    """«Казнить нельзя, помиловать»: the same words beside a denial, parted elsewhere."""
    return (
        before.count(",") == after.count(",") > 0
        and _letters(before) == _letters(after)
        and before.casefold().split(",")[0] != after.casefold().split(",")[0]
        and any(fact.kind == "negation" for fact in facts)
    )


def _is_punctuated_otherwise(before: str, after: str) -> bool:
    """As many words with other signs behind them: «21 млрд, тенге» → «12 млрд тенге»."""
    if before.count(" ") != after.count(" "):
        return False
    return _BEHIND_WORD.findall(before) != _BEHIND_WORD.findall(after)


def _small_words(text: str) -> set[str]:
    return {_NO_LETTERS.sub("", word).casefold() for word in text.split()}


def _rest(read: ReadSide, run: Run, told_facts: Sequence[Fact], *, old: bool) -> str:
    """The letters of a run without those of its facts."""
    start, end = read.span(run, old=old)
    kept, at = [], start
    told = [(fact.start, fact.end) for fact in told_facts]
    told += [(name.start, name.end) for name in read.names_in(run, old=old)]
    for begins, ends in sorted(told):
        kept.append(read.side.text[at:begins])
        at = max(at, ends)
    return _letters(" ".join([*kept, read.side.text[at:end]]))


def _letters(text: str) -> str:
    return _NO_LETTERS.sub("", text).casefold().replace("ё", "е")
