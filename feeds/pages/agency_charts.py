"""The charts of one agency, with the sentences that say the same; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from feeds.pages.charts import Bars, HeatMap, Lengths, bars, heat_map, lengths
from feeds.pages.dates import SHORT_WEEKDAYS, WEEKDAYS, short_day_said
from feeds.pages.figures import days_until, hours_said, length_said
from feeds.pages.phrases.agency import words
from feeds.pages.phrases.frame import NAMES
from monitor.store.rhythm import Days, Hours
from monitor.treatment import Delay, Event, Publication, first_edits, translations

_DAYS = 90
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Found:
    """What the charts are of."""

    hours: Hours
    days: Days
    edits: Days
    publications: Sequence[Publication]
    events: Sequence[Event]


@dataclass(frozen=True, slots=True)
class Charts:
    """What is drawn; None where there is nothing to draw."""

    week: HeatMap | None
    week_said: str
    """When most is published."""
    weekdays: Sequence[str]
    days: Bars | None
    delays: Lengths | None
    delay_rows: tuple[tuple[str, str, int], ...]
    """What takes how long, and of how many releases."""


def charts_of(found: Found, *, lang: str, today: date) -> Charts:
    """The charts of what the store found, for a reader of `lang`."""
    said = words(lang)
    week = heat_map(found.hours, SHORT_WEEKDAYS[lang])
    shown = days_until(today, _DAYS)
    starts = {day: short_day_said(day, lang) for day in shown if day.day == 1}
    days = bars(found.days, found.edits, shown, named=starts)
    delays = [(name, delay, _length(delay, lang)) for name, delay in _delays(found, lang)]
    return Charts(
        week=week if week.busiest else None,
        week_said=said.when_desc.format(
            day=WEEKDAYS[lang][week.busiest[0]], hours=hours_said(week.busiest[1], 1)
        )
        if week.busiest
        else "",
        weekdays=SHORT_WEEKDAYS[lang],
        days=days if days.table else None,
        delays=lengths((name, delay.median, told) for name, delay, told in delays) if delays else None,
        delay_rows=tuple((name, told, delay.count) for name, delay, told in delays),
    )


def _length(delay: Delay, lang: str) -> str:
    return words(lang).at_once if delay.median < _MINUTE else length_said(delay.median, lang)


def _delays(found: Found, lang: str) -> list[tuple[str, Delay]]:
    said = words(lang)
    delays = [
        (said.translated.format(lang=NAMES.get(each, each)), delay)
        for each, delay in translations(found.publications, found.events).items()
    ]
    edits = first_edits(found.publications, found.events)
    return [*delays, (said.first_edit, edits)] if edits else delays
