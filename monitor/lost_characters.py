"""Tells a text that lost characters on its way from one that somebody edited. Pure.

What cannot be decoded stands as U+FFFD, and what an old code page does not hold as a question mark: Windows-1251 has
none of ә ғ қ ң ө ұ ү һ. Mostly it is all that a page shows, and for a single answer.
"""

import re

from crawler.records import LOST
from monitor.difference import Content
from monitor.fingerprint import dated, normalised

_SIGNS = re.compile(f"{LOST}+")
_PLACES = 20_000
"""So many may be tried, which takes some milliseconds; a text with a few dozen lost letters needs some hundreds."""


def lacks_characters(seen: Content, whole: Content) -> bool:
    """Whether `seen` is `whole` with characters lost, and nothing else.

    A question mark stands for one character that is no ASCII, and somewhere for a letter: else somebody may have made
    a question of it. U+FFFD stands for one, or was put between others and stands for none. Where very much is lost it
    has to stand for one all through, because too little is left to tell by.
    """
    if not _alike_besides(seen, whole):
        return False
    title, text = _questioned(seen.title, whole.title), _questioned(seen.text, whole.text)
    if title is None or text is None:
        return False
    return _lost(seen) > _lost(whole) or any(map(str.isalpha, title + text))


def lack_each_their_own(seen: Content, held: Content) -> bool:
    """Whether both lost characters, each in words of its own, and nothing else tells them apart.

    Where a portal cuts an answer between the bytes of a letter, the place moves with all that is published above.
    """
    if not (_alike_besides(seen, held) and _may_lack(seen) and _may_lack(held)):
        return False
    pairs = []
    for one, other in ((seen.title, held.title), (seen.text, held.text)):
        words, others = normalised(one).split(), normalised(other).split()
        if len(words) != len(others):
            return False
        pairs += [pair for pair in zip(words, others, strict=True) if pair[0] != pair[1]]
    lacking = [_lacks_letters(word, other) for word, other in pairs]
    return any(lacking) and all(
        lacks or _lacks_letters(other, word) for lacks, (word, other) in zip(lacking, pairs, strict=True)
    )


def _alike_besides(seen: Content, whole: Content) -> bool:
    """Whether date, files and pictures are the same."""
    return (
        dated(seen.published_raw) == dated(whole.published_raw)
        and set(seen.attachments) == set(whole.attachments)
        and set(seen.images) == set(whole.images)
    )


def _may_lack(content: Content) -> bool:
    return any(sign in text for sign in (LOST, "?") for text in (content.title, content.text))


def _lacks_letters(word: str, whole: str) -> bool:
    """Whether a word is that other one with letters lost."""
    questioned = _questioned(word, whole)
    return questioned is not None and (LOST in word or any(map(str.isalpha, questioned)))


def _lost(content: Content) -> int:
    return content.title.count(LOST) + content.text.count(LOST)


def _questioned(seen: str, whole: str) -> str | None:
    """What question marks stand for; None where more differs than what was lost."""
    if LOST in seen and _fits_between(_letters(seen), _letters(whole)):
        return ""
    if len(seen) != len(whole):
        return None
    differing = [(a, b) for a, b in zip(seen, whole, strict=True) if a not in (b, LOST)]
    if any(sign != "?" or letter.isascii() for sign, letter in differing):
        return None
    return "".join(letter for _, letter in differing)


def _letters(text: str) -> str:
    # White space beside a sign is a matter of taste, and a letter that was lost is no sign.
    return "".join(normalised(text).split())


def _fits_between(seen: str, whole: str) -> bool:
    """Whether what stands between the signs is all there is, with no more letters between than there are signs."""
    kept = _SIGNS.split(seen)
    if not whole.startswith(kept[0]):
        return False
    ends, tried = {len(kept[0])}, 0
    for signs, letters in zip(_SIGNS.findall(seen), kept[1:], strict=True):
        begins = {end + lost for end in ends for lost in range(len(signs) + 1)}
        tried += len(begins)
        if tried > _PLACES:
            return False
        ends = {begin + len(letters) for begin in begins if whole.startswith(letters, begin)}
    return len(whole) in ends
