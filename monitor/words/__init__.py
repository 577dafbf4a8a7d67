"""Says which entries of a rule stand in a text, as people mean words. Pure. In one entry of `words` or `not`:

- `налог` is this word in any form: «налога», «налогами», but not «налоговый» and not «налогоплательщик»;
- `налоговый кодекс` is a phrase: these words in this order, side by side, each in any form; a comma may stand
  between them, a line break may not;
- `налог*` is any word that begins so;
- `"водный кодекс"` (in quotes) is exactly these forms; `"салық* кодексі"` leaves the end of its first word open.

Words are compared without case, with ё as е. The language of neither the entry nor the text need be known: an entry
is looked for by the rules of every language that its letters allow. Kazakh letters may be typed as on a Russian
keyboard, on either side («Казакстан укимети»), except in quotes.
"""

from collections.abc import Iterable, Sequence

from monitor.words.entries import unreadable
from monitor.words.text import prepare_for, read_text

__all__ = ["found", "prepare", "unreadable"]


def found(entries: Sequence[str], *texts: str) -> tuple[str, ...]:
    """The entries that stand in any of the texts, as they are written."""
    return tuple(entry for entry in entries if any(read_text(text).holds(entry) for text in texts))


def prepare(entries: Iterable[str]) -> None:
    """Has at hand all that looking for these entries needs, so that the first text is not waited for."""
    for entry in entries:
        prepare_for(entry)
