"""How a number or a day is said in Kazakh, Russian and English; pure."""

from datetime import date

_MONTHS = {
    "ru": (
        "января", "февраля", "марта", "апреля", "мая", "июня",
        "июля", "августа", "сентября", "октября", "ноября", "декабря",
    ),
    "kk": (
        "қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым",
        "шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip
_ENDINGS = {"on": ("да", "де"), "by": ("ға", "ге"), "from": ("дан", "ден")}
"""The ending of a Kazakh month after back and after front vowels."""
_HARDENED = {"да": "та", "де": "те", "ға": "қа", "ге": "ке", "дан": "тан", "ден": "тен"}
"""The same after a voiceless consonant."""


def number_said(number: float, lang: str) -> str:
    """1200 as «1 200» or 1,200; a broken number with one place: «4,5» or 4.5."""
    text = f"{number:,.1f}".removesuffix(".0")
    if lang == "en":
        return text
    return text.replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")


def day_said(day: date, lang: str) -> dict[str, str]:
    """A day and its month as they stand in «on», «by» and «from» that day; they differ in Kazakh only."""
    month = _MONTHS[lang][day.month - 1]
    cases = {case: month + _ending(month, case) if lang == "kk" else month for case in _ENDINGS}
    return {case: f"{day.day}\N{NO-BREAK SPACE}{name}" for case, name in cases.items()}


def _ending(month: str, case: str) -> str:
    last_vowel = [letter for letter in month if letter in "аыоұуеіөүә"][-1]
    ending = _ENDINGS[case]["аыоұ".find(last_vowel) < 0]
    if month[-1] in "кқпстш":
        return _HARDENED[ending]
    return "н" + ending[1:] if case == "from" and month[-1] in "мнң" else ending
