"""What a search page shows of its answer: hits, how many lie where, and the links that narrow it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil

from feeds.entries import agency_name
from feeds.pages.context import Context
from feeds.pages.dates import month_said
from feeds.pages.figures import number_said
from feeds.pages.hits import Period, Shown, periods, shown
from feeds.pages.phrases.search import SearchWords
from feeds.pages.search_form import LAST_PAGE, SIZE, Asked
from monitor.store.found import Found
from monitor.words.question import Question

_MOST_AGENCIES = 15
_LONG = 200
"""Characters of a search as typed that are too many to stand in forty links."""


@dataclass(frozen=True, slots=True)
class Alone:
    """One of the words of a search, and how often it is found without the others."""

    text: str
    count: int
    said: str

    @property
    def address(self) -> str:
        """Where it is searched for."""
        return Asked(self.text).address


@dataclass(frozen=True, slots=True)
class Share:
    """How much of an answer lies in an agency, or in a time, and the way to that alone."""

    said: str
    count: str
    address: str
    share: float
    """Of the most that any other has, from 0 to 100."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, ready to be shown."""

    total: int
    is_all: bool
    """False: there may be more in what was not looked at."""
    said: str
    """How much was found."""
    text: str
    """The search in its one spelling."""
    hits: tuple[Shown, ...]
    agencies: tuple[Share, ...]
    further: str
    """How many agencies are not named; empty where all are."""
    times_heading: str
    times: tuple[Share, ...]
    before: str
    """The address of the page before; empty on the first one."""
    after: str
    first: str
    """The address of the first page."""
    alone: tuple[Alone, ...]
    """The words one by one, where nothing was found."""
    everywhere: str
    """How much is found without filters, where nothing is with them; else empty."""
    everywhere_address: str


def answer_of(
    found: Found,
    asked: Asked,
    question: Question,
    context: Context,
    *,
    edits: Mapping[int, int],
    alone: tuple[Alone, ...],
    everywhere: str,
    names: SearchWords,
) -> Answer:
    """The answer on a page of a search; `edits` are those of the editions that are shown."""
    lang = context.lang
    here = replace(asked, page=1, text=asked.text if len(asked.text) <= _LONG else question.text)
    spans = periods(found.by_month)
    last = min(LAST_PAGE, ceil(found.total / SIZE))
    most = max((count for _, count in found.by_agency), default=1)
    further = len(found.by_agency) - _MOST_AGENCIES
    return Answer(
        total=found.total,
        is_all=found.is_all,
        said=_said(found, asked, lang, names),
        text=question.text,
        hits=tuple(
            shown(
                hit,
                question,
                edits=edits.get(hit.edition_id, 0),
                removed_text=context.removed_text,
                zone=context.zone,
            )
            for hit in found.hits
        ),
        agencies=tuple(
            Share(
                agency_name(slug, lang),
                number_said(count, lang),
                replace(here, agencies=(slug,)).address,
                round(100 * count / most, 1),
            )
            for slug, count in found.by_agency[:_MOST_AGENCIES]
        ),
        further=names.more_agencies.format(count=further) if further > 0 else "",
        times_heading=names.by_month if all(span.is_month for span in spans) else names.by_year,
        times=tuple(
            Share(
                _time(span, lang),
                number_said(span.count, lang),
                replace(here, since=span.since, until=span.until).address,
                span.share,
            )
            for span in spans
        ),
        before=here.on_page(min(asked.page - 1, max(last, 1))).address if asked.page > 1 else "",
        after=here.on_page(asked.page + 1).address if asked.page < last else "",
        first=here.address,
        alone=alone,
        everywhere=names.without_filters.format(count=everywhere) if everywhere else "",
        everywhere_address=here.everywhere().address,
    )


def count_said(found: Found, lang: str) -> str:
    """How many there are, with a + where those are only the ones that were looked at."""
    return number_said(found.total, lang) + ("" if found.is_all else "+")


def _said(found: Found, asked: Asked, lang: str, names: SearchWords) -> str:
    pattern = names.found if found.is_all else names.found_of_newest
    said = pattern.format(count=number_said(found.total, lang))
    if not found.hits:
        return said
    first = (asked.page - 1) * SIZE + 1
    numbers = [number_said(number, lang) for number in (first, first + len(found.hits) - 1)]
    return f"{said} · {names.shown.format(first=numbers[0], last=numbers[1])}"


def _time(span: Period, lang: str) -> str:
    if not span.is_month:
        return str(span.since.year)
    return month_said(span.since, lang)
