"""How well an edition answers a question, to put the best first. Pure.

After Okapi's BM25, in which a word said ten times is not worth ten times as much, and a long text has to say it more
often. How rare a word is does not count, as all of them are in every answer.
"""

from monitor.words.expression import Expression

_ENOUGH = 1.2
"""How soon more of the same is worth nothing."""
_BY_LENGTH = 0.75
_USUAL_LENGTH = 1_500
"""Characters of a text."""
_IN_TITLE = 4.0
"""What a word in the title is worth, beside one in the text."""
_FOR_NEWNESS = 0.3
"""What the newest of all is worth more than an old one; half of it a year before."""
_HALVED_IN = 365.0


def worth(expression: Expression, title: str, text: str, *, days_older: float) -> float:
    """The worth of an edition; `days_older`: than the newest of those it is laid beside."""
    length = 1 - _BY_LENGTH + _BY_LENGTH * len(text) / _USUAL_LENGTH
    total = 0.0
    for in_title, in_text in zip(expression.counted(title), expression.counted(text), strict=True):
        said = _IN_TITLE * min(in_title, 1) + in_text / length
        total += said * (_ENOUGH + 1) / (said + _ENOUGH)
    return float(total * (1 + _FOR_NEWNESS * 0.5 ** (days_older / _HALVED_IN)))
