"""Numbers, shares and lengths of time as people write them, in Kazakh, Russian and English; pure."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

from monitor.remarks import span_of
from monitor.sentences import parted

_BYTES = {
    "kk": ("Б", "КБ", "МБ", "ГБ", "ТБ"),
    "ru": ("Б", "КБ", "МБ", "ГБ", "ТБ"),
    "en": ("B", "kB", "MB", "GB", "TB"),
}
_MONTHS = {
    "kk": ("қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым", "шілде", "тамыз", "қыркүйек", "қазан", "қараша",
           "желтоқсан"),
    "ru": ("январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь", "ноябрь",
           "декабрь"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
}  # fmt: skip
"""As they stand by themselves."""


def number_said(number: int) -> str:
    """«21 000»: thousands apart, and kept on one line."""
    return parted(str(number)).replace(" ", "\u00a0")


def share_said(part: int, whole: int, lang: str) -> str:
    """A share in hundredths; of nothing a dash. Only all is said to be all, and only nothing to be nothing."""
    if whole <= 0:
        return "–"
    rounded = round(Fraction(part, whole) * 100)
    said = str(rounded)
    if 0 < part < whole:
        said = "<1" if rounded < 1 else ">99" if rounded > 99 else said
    return f"{said}%" if lang == "en" else f"{said}\u00a0%"


def length_said(length: timedelta, lang: str) -> str:
    """A length of time in its two largest units."""
    return span_of(length, lang).replace(" ", "\u00a0")


def size_said(count: int, lang: str) -> str:
    """A number of bytes."""
    units, power, shown = _BYTES[lang], 0, float(count)
    while shown >= 999.5 and power < len(units) - 1:
        shown, power = shown / 1000, power + 1
    said = f"{shown:.1f}" if power and shown < 10 else f"{shown:.0f}"
    return f"{said if lang == 'en' else said.replace('.', ',')}\u00a0{units[power]}"


def month_said(month: str, lang: str) -> str:
    """A month that is written as `2026-11`."""
    year, _, number = month.partition("-")
    name = _MONTHS[lang][int(number) - 1]
    return f"{year}\u00a0жылғы {name}" if lang == "kk" else f"{name} {year}"


def short_day_said(day: date, lang: str) -> str:
    """A day without its year, in a few letters."""
    return f"{day.day} {_MONTHS['en'][day.month - 1][:3]}" if lang == "en" else f"{day:%d.%m}"


def hours_said(first: int, count: int) -> str:
    """Some hours of a day, such as `9:00–12:00`."""
    return f"{first}:00–{first + count}:00"


def days_until(last: date, count: int) -> Sequence[date]:
    """So many days up to this one, the earliest first."""
    return [last - timedelta(days=before) for before in range(count - 1, -1, -1)]
