"""Fills the templates; the only door to Jinja. Whatever is put into one is escaped."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context as Values
from markupsafe import Markup

from feeds.cleaning import in_language
from feeds.entries import agency_name
from feeds.pages.context import LANGUAGES, Context
from feeds.pages.dates import day_said, moment_said
from feeds.pages.figures import number_said
from feeds.pages.phrases.frame import NAMES, words
from feeds.pages.phrases.marks import words as words_of_marks
from feeds.pages.policy import STYLE
from monitor.phrases import PHRASES

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)


def rendered(template: str, context: Context, **values: Any) -> bytes:
    """A page. In its template stand `at` (the context), `frame` and `marks` (words of every page), these values."""
    around = {
        "at": context,
        "frame": words(context.lang),
        "marks": words_of_marks(context.lang),
        "style": Markup(STYLE),  # noqa: S704 a file of ours
    }
    return _TEMPLATES.get_template(template).render(around | values).encode()


@pass_context
def _link(values: Values, path: str) -> str:
    return _at(values).link(path)


@pass_context
def _plain_link(values: Values, path: str) -> str:
    return _at(values).plain_link(path)


@pass_context
def _agency(values: Values, slug: str, lang: str | None = None) -> str:
    return agency_name(slug, lang or _at(values).lang)


@pass_context
def _day(values: Values, day: date, *, weekday: bool = False) -> str:
    return day_said(day, _at(values).lang, weekday=weekday)


@pass_context
def _moment(values: Values, moment: datetime, *, seconds: bool = False) -> Markup:
    """A moment, for people in the zone of the configuration and for programs."""
    zone = _at(values).zone
    return Markup('<time datetime="{}">{}</time>').format(
        moment.astimezone(zone).isoformat(timespec="seconds"), moment_said(moment, zone, seconds=seconds)
    )


@pass_context
def _clock(values: Values, moment: datetime) -> Markup:
    """The time of a moment whose day is said already."""
    local = moment.astimezone(_at(values).zone)
    return Markup('<time datetime="{}">{}</time>').format(
        local.isoformat(timespec="minutes"), f"{local:%H:%M}"
    )


@pass_context
def _in_language(values: Values, lang: str | None) -> Markup:
    """The attribute that says a text is in another language than the page around it."""
    return Markup("") if lang in {None, _at(values).lang} else Markup(' lang="{}"').format(lang)


@pass_context
def _number(values: Values, number: int) -> str:
    return number_said(number, _at(values).lang)


@pass_context
def _called(values: Values, lang: str) -> str:
    """A language as an adverb: «на русском»."""
    return PHRASES[_at(values).lang].languages.get(lang, lang)


def _at(values: Values) -> Context:
    at: Context = values["at"]
    return at


_TEMPLATES.filters |= {
    "link": _link,
    "plain_link": _plain_link,
    "agency": _agency,
    "at_portal": in_language,
    "day": _day,
    "moment": _moment,
    "clock": _clock,
    "in_language": _in_language,
}
_TEMPLATES.globals |= {"languages": LANGUAGES, "names": NAMES, "called": _called, "number": _number}
