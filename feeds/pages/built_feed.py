"""The feed that holds what somebody wants to hear of, as far as a feed can; pure."""

from collections.abc import Collection, Sequence
from urllib.parse import quote, urlencode

from feeds.pages.builder_form import TAKEN_AWAY, Wanted
from feeds.streams import Refusal, Stream, asked_of
from monitor.words.question import Misread, question_of

_PLACES = {"releases": "/feeds/all.atom", "changes": "/feeds/changes.atom", "removed": "/feeds/removed.atom"}


def feed_question(words: Sequence[str], unwanted: Sequence[str]) -> str | None:
    """What a feed is asked by `q=` for these `words` and this `not` of an alert; None where it cannot be asked so.

    A feed knows no «any of these», and takes a word for the beginning of one. Raises Misread where nothing can be
    asked so.
    """
    question_of(words, unwanted)
    if len(words) > 1:
        return None
    return " ".join([*words, *(f"-{_together(entry)}" for entry in unwanted)])


def _together(entry: str) -> str:
    return f'"{entry}*"' if " " in entry and entry[0] not in '"«“„' else entry


def built_feed(wanted: Wanted, *, languages: Collection[str]) -> Stream | str:
    """The feed, or the kind of the reason why there is none."""
    text: str | None = ""
    if wanted.words or wanted.unwanted:
        try:
            text = feed_question(wanted.words, wanted.unwanted)
        except Misread as misread:
            return misread.kind
    if text is None:
        return "any"
    kinds = [kind for kind in wanted.kinds if wanted.topic == "changes" or kind in TAKEN_AWAY]
    query = {
        "agency": wanted.agencies,
        "lang": wanted.languages,
        "q": [text] if text else [],
        "kind": [] if wanted.topic == "releases" else kinds,
        "weight": [] if wanted.least == "none" else [wanted.least],
    }
    asked = asked_of(
        _PLACES[wanted.topic], urlencode(query, doseq=True, quote_via=quote), languages=languages
    )
    return "too_long" if isinstance(asked, Refusal) else asked.stream
