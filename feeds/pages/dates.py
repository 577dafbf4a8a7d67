"""Days and moments as people write them, in Kazakh, Russian and English; pure."""

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

MONTHS = {
    "kk": ("қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым", "шілде", "тамыз", "қыркүйек", "қазан", "қараша",
           "желтоқсан"),
    "ru": ("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября",
           "декабря"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
}  # fmt: skip
"""As they stand behind the number of a day."""

_ALONE = {
    "kk": MONTHS["kk"],
    "ru": ("январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь", "ноябрь",
           "декабрь"),
    "en": MONTHS["en"],
}  # fmt: skip
"""As they stand without a day."""

WEEKDAYS = {
    "kk": ("дүйсенбі", "сейсенбі", "сәрсенбі", "бейсенбі", "жұма", "сенбі", "жексенбі"),
    "ru": ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
SHORT_WEEKDAYS = {
    "kk": ("дс", "сс", "ср", "бс", "жм", "сб", "жс"),
    "ru": ("пн", "вт", "ср", "чт", "пт", "сб", "вс"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


def day_said(day: date, lang: str, *, weekday: bool = False) -> str:
    """A day in words."""
    month = MONTHS[lang][day.month - 1]
    said = f"{day.year} жылғы {day.day} {month}" if lang == "kk" else f"{day.day} {month} {day.year}"
    return f"{said}, {WEEKDAYS[lang][day.weekday()]}" if weekday else said


def short_day_said(day: date, lang: str) -> str:
    """A day without its year, in a few letters."""
    return f"{day.day} {MONTHS['en'][day.month - 1][:3]}" if lang == "en" else f"{day:%d.%m}"


def month_said(month: date, lang: str) -> str:
    """The month of a day, with its year."""
    name = _ALONE[lang][month.month - 1]
    return f"{month.year}\u00a0жылғы {name}" if lang == "kk" else f"{name} {month.year}"


def moment_said(moment: datetime, zone: ZoneInfo, *, seconds: bool = False) -> str:
    """A moment by the clocks of a zone, to the minute."""
    return f"{moment.astimezone(zone):{'%d.%m.%Y %H:%M:%S' if seconds else '%d.%m.%Y %H:%M'}}"


def clock_of(zone: ZoneInfo) -> Callable[[datetime], str]:
    """How a page says the moments that stand within a sentence."""
    return lambda moment: moment_said(moment, zone)
