"""Numbers, shares and lengths of time as people write them, in Kazakh, Russian and English; pure."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

from monitor.remarks import span_of

_BYTES = {
    "kk": ("Б", "КБ", "МБ", "ГБ", "ТБ"),
    "ru": ("Б", "КБ", "МБ", "ГБ", "ТБ"),
    "en": ("B", "kB", "MB", "GB", "TB"),
}


def number_said(number: int, lang: str) -> str:
    """«21 000», in English «21,000»: thousands apart, and on one line."""
    said = f"{number:,}"
    return said if lang == "en" else said.replace(",", "\u00a0")


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


def hours_said(first: int, count: int) -> str:
    """Some hours of a day, such as `9:00–12:00`."""
    return f"{first}:00–{first + count}:00"


def days_until(last: date, count: int) -> Sequence[date]:
    """So many days up to this one, the earliest first."""
    return [last - timedelta(days=before) for before in range(count - 1, -1, -1)]
