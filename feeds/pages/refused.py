"""What a person sees where a page cannot be shown; pure."""

from feeds.pages.context import Context
from feeds.pages.phrases.frame import words
from feeds.pages.rendering import rendered


def refused(context: Context, status: int, sentence: str, *, in_english: bool = False) -> bytes:
    """A page that says why; without a sentence, that no page has this address.

    `in_english`: the sentence is, whatever the language of the page.
    """
    frame = words(context.lang)
    heading = {400: frame.not_understood, 404: frame.nothing_here}.get(status, frame.not_now)
    return rendered(
        "refused.html",
        context,
        heading=heading,
        sentence=sentence or frame.no_page,
        sentence_lang="en" if in_english and sentence else None,
    )
