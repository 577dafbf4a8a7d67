"""What a person sees where a page cannot be shown; pure."""

from feeds.pages.context import Context
from feeds.pages.phrases.frame import words
from feeds.pages.rendering import rendered


def refused(context: Context, status: int, sentence: str) -> bytes:
    """A page that says why; without a sentence, that no page has this address."""
    frame = words(context.lang)
    heading = {400: frame.not_understood, 404: frame.nothing_here}.get(status, frame.not_now)
    return rendered("refused.html", context, heading=heading, sentence=sentence or frame.no_page)
