"""The words that an edit replaced, as mark-up that reads well also where del and ins look like any text; pure."""

from dataclasses import replace
from html import escape

from feeds.cleaning import one_line
from monitor.runs import Passage, Shown

_AROUND = 12
"""Words that stayed and are shown on each side of a replaced place."""
_LONGEST_TOLD = 120
"""Characters of each of the two where they are told in a sentence: so that the second is never cut away."""
_LONGEST = 12_000
"""Characters of one place: all that a change carries."""


def fit(run: Shown) -> Shown:
    """The run as a feed may carry it: legal, on one line, not too long."""
    return replace(
        run,
        before=one_line(run.before),
        after=one_line(run.after),
        left=one_line(run.left),
        right=one_line(run.right),
    )


def run_html(run: Shown) -> str:
    """A replaced run with the words around it that it needs."""
    marked = replaced_html(run.before, run.after)
    return " ".join(filter(None, (_text(run.left), marked, _text(run.right))))


def replaced_html(before: str, after: str) -> str:
    """What stood there, and what stands there now; newsboat, for one, shows no `del` and no `ins`."""
    gone, come = f"<del>{_text(before)}</del>", f"<ins>{_text(after)}</ins>"
    if before and after:
        return f"{gone} → {come}"
    if before:
        return f"[−{gone}]"
    return f"[+{come}]" if after else ""


def replaced_text(before: str, after: str) -> str:
    """The same as `replaced_html` in plain words, the long cut short."""
    gone, come = one_line(before, limit=_LONGEST_TOLD), one_line(after, limit=_LONGEST_TOLD)
    if gone and come:
        return f"{gone} → {come}"
    if gone:
        return f"[−{gone}]"
    return f"[+{come}]" if come else ""


def passage_html(passage: Passage) -> str:
    """Paragraphs that differ, each replaced place where it stands; of a long stretch that stayed, both ends."""
    last = len(passage.pieces) - 1
    drawn = (
        _stretch(stayed, left=_AROUND if at else 0, right=_AROUND if at < last else 0)
        if stayed
        else _spaced(replaced_html(_whole(gone), _whole(came)), gone, came)
        for at, (stayed, gone, came) in enumerate(passage.pieces)
    )
    return "".join(drawn).strip()


def _stretch(stayed: str, *, left: int, right: int) -> str:
    words = stayed.split()
    if len(words) > left + right + 1:
        words = [*words[:left], "…", *words[len(words) - right :]]
    return _spaced(_text(_whole(" ".join(words))), stayed)


def _spaced(drawn: str, *texts: str) -> str:
    """The white space around the words, which stands outside of the marks; where there is nothing else, that."""
    before, after = (" " if any(text[at].isspace() for text in texts if text) else "" for at in (0, -1))
    return f"{before}{drawn}{after}" if drawn else " "


def _whole(text: str) -> str:
    return one_line(text, limit=_LONGEST)


def _text(words: str) -> str:
    return escape(words, quote=False)
