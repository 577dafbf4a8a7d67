"""Numbers and amounts in a text, in figures or words, with their scale and unit. Pure."""

import re
from collections.abc import Sequence
from decimal import Decimal

from monitor.facts.fact import Fact, Form, Kind
from monitor.facts.tokens import Tokens
from monitor.facts.words import AFTER_CLOCK, BEFORE_CLOCK, BEFORE_HOUR, NOT_ALONE, RANK_ENDINGS

_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_DOTTED_THOUSANDS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3}){2,}(?:,[0-9]+)?")
_DECIMAL = re.compile(r"([0-9]+)(?:[.,]([0-9]+))?")
_DOTTED_THOUSAND = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
_CLOCK = re.compile(r"[0-2]?[0-9](?:[.:][0-5][0-9])?")
_HUNDREDS = re.compile(r"[1-9][0-9]{2}")
_THOUSAND = ("мың", "тыс", "тысяча", "тысячи", "тысяч", "thousand")
_FROM = ("дан", "ден", "тан", "тен", "нан", "нен")
"""What a Kazakh figure has from which on another counts: «30-дан 40 миллионға дейін»."""
_LETTER_SCALES = {"K": 3, "M": 6, "B": 9}
"""What follows an amount in dollars without a space: «$1.2M»."""
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


def quantity_at(tokens: Tokens, at: int) -> tuple[Sequence[Fact], int]:
    """The number that begins at a token, and where what follows it begins."""
    token = tokens.all[at]
    value, form, after = _written(tokens, at) if token.sort == "number" else _counted(tokens, at)
    if form == "word" and (last := _ordinal_after(tokens, value, after)) is not None:
        end = tokens.all[after + tokens.says(after, "-")]
        return (Fact("number", last, token.start, end.end, form="rank"),), after + tokens.says(after, "-") + 1
    if form == "word" and value in NOT_ALONE and not tokens.means(after, sort="scale"):
        return (), after
    value, after, scaled = _scaled(tokens, value, after)
    sign = tokens.means(at - 1, sort="currency") if _is_before(tokens, at) else None
    if sign and not scaled and tokens.touch(at + 1) and tokens.all[at + 1].text in _LETTER_SCALES:
        value, form = _shifted(_value(tokens, token.text), _LETTER_SCALES[tokens.all[at + 1].text]), "figure"
        after, scaled = at + 2, True
    unit, kind, after = _unit(tokens, after)
    start = token.start
    if sign and not unit:
        unit, kind, start = sign.value, "amount", tokens.all[at - 1].start
    if kind == "amount" and not scaled and _DOTTED_THOUSAND.fullmatch(token.text):
        value = token.text.replace(".", "")
    if not scaled and not unit:
        if tokens.means(after, sort="rank"):
            form = "rank"
        elif token.sort == "number":
            value, unit, kind = _of_the_span(tokens, at, after, value)
    if form == "figure" and not scaled and not unit and _stands_in_a_name(tokens, at):
        form = "part"
    if _is_minus(tokens, at):
        value = f"-{value}"
    return (Fact(kind, value, start, tokens.all[after - 1].end, unit=unit, form=form),), after


def _written(tokens: Tokens, at: int) -> tuple[str, Form, int]:
    """A number in figures, with whatever is put to it: «2-ші», «21st», «16-летний»."""
    text, after = tokens.all[at].text, at + 1
    if _CLOCK.fullmatch(text) and _is_hour(tokens, at):
        return _hour(tokens, text, at), "part" if text.isdecimal() else "figure", _after_hour(tokens, after)
    value = _value(tokens, text)
    if after < len(tokens.all) and tokens.touch(after) and tokens.all[after].sort == "word":
        if tokens.means(after):
            return value, "figure", after
        is_rank = tokens.all[after].text.casefold() in RANK_ENDINGS
        return value, "rank" if is_rank else "part", after + is_rank
    if tokens.says(after, "-") and tokens.touch(after) and tokens.touch(after + 1):
        is_rank = tokens.all[after + 1].text.casefold() in RANK_ENDINGS
        return value, "rank" if is_rank else "figure", tokens.after_ending(after)
    return value, "figure", after


def _is_before(tokens: Tokens, at: int) -> bool:
    """Before a number stands the sign of a currency, or its letters: «$5», «KZT 12 billion»."""
    if not at:
        return False
    said = tokens.all[at - 1]
    letters = said.text.isascii() and said.text.isupper() and len(said.text) == 3
    return said.sort == "sign" or (letters and not (at > 1 and tokens.is_number(at - 2)))


def _hour(tokens: Tokens, text: str, at: int) -> str:
    """By the clock of twenty-four hours."""
    hour, _, minutes = text.replace(".", ":").partition(":")
    number = int(hour)
    if tokens.says(at + 1, "pm", "p"):
        number = number % 12 + 12
    elif tokens.says(at + 1, "am", "a"):
        number %= 12
    elif not minutes:
        return str(number)
    return f"{number}:{minutes or '00'}"


def _after_hour(tokens: Tokens, after: int) -> int:
    """Past «am» or «p.m.»."""
    if tokens.says(after, "am", "pm"):
        return after + 1
    if tokens.says(after, "a", "p") and tokens.says(after + 1, ".") and tokens.says(after + 2, "m"):
        return after + 3 + tokens.says(after + 3, ".")
    return after


def _is_hour(tokens: Tokens, at: int) -> bool:
    if ":" in tokens.all[at].text or (
        "." in tokens.all[at].text and tokens.says(at + 1, "-") and tokens.says(at + 2, *AFTER_CLOCK)
    ):
        return True
    said = BEFORE_HOUR if tokens.all[at].text.isdecimal() else BEFORE_CLOCK
    return tokens.says(at - 1, *said) or (
        tokens.says(at + 1, "am", "pm") or (tokens.says(at + 1, "a", "p") and tokens.says(at + 3, "m"))
    )


def _value(tokens: Tokens, text: str) -> str:
    text = text.replace(" ", "")
    if _THOUSANDS.fullmatch(text) and (tokens.latin or text.count(",") > 1):
        text = text.replace(",", "")
    elif _DOTTED_THOUSANDS.fullmatch(text):
        text = text.replace(".", "")
    found = _DECIMAL.fullmatch(text)
    return _plain(found[1], found[2] or "") if found else text


def _counted(tokens: Tokens, at: int) -> tuple[str, Form, int]:
    """A number in words; a scale without one counts once."""
    total = 0
    while True:
        joined = bool(total) and total % 10 == 0 and tokens.says(at, "-") and tokens.touch(at)
        if (means := tokens.means(at + joined, sort="count")) is None or (joined and int(means.value) > 9):
            break
        at += joined
        value = int(means.value)
        if value == 100 and 2 <= total <= 9:
            total *= 100
        elif not total or (total % 100 == 0 and value < 100) or (total % 10 == 0 and value < 10):
            total += value
        else:
            break
        at += 1
    return str(total or 1), "word", at


def _ordinal_after(tokens: Tokens, tens: str, at: int) -> str | None:
    """«двадцать первый», «жиырма бірінші», «twenty-first»: which one it is."""
    means = tokens.means(at + tokens.says(at, "-"), sort="ordinal")
    if means is None or len(tens) != 2 or tens[1] != "0" or len(means.value) > 1:
        return None
    return tens[0] + means.value


def _scaled(tokens: Tokens, value: str, at: int) -> tuple[str, int, bool]:
    scale = tokens.means(at, sort="scale")
    if scale is None:
        return value, at, False
    after = tokens.after_ending(at + 1)
    after += _is_a_point_behind(tokens, at, after)
    value = _shifted(value, int(scale.value))
    # «12 млрд 500 млн»: one number in two steps.
    if after < len(tokens.all) and tokens.all[after].sort == "number" and len(value) < 20:
        smaller = tokens.means(after + 1, sort="scale")
        if smaller is not None and int(smaller.value) < int(scale.value) and _is_whole(tokens, after):
            rest, end, _ = _scaled(tokens, _value(tokens, tokens.all[after].text), after + 1)
            return _sum(value, rest), end, True
        # «6 мың 250»: the hundreds of so many thousands.
        hundreds = _HUNDREDS.fullmatch(tokens.all[after].text) and not tokens.says(after + 1, "-")
        if hundreds and smaller is None and tokens.all[at].text.casefold() in _THOUSAND and value.isdecimal():
            return _sum(value, tokens.all[after].text), after + 1, True
    return value, after, True


def _shortened(tokens: Tokens, at: int) -> bool:
    return tokens.all[at].text.casefold() in {"тыс", "млн", "млрд", "трлн"}


def _is_a_point_behind(tokens: Tokens, scale: int, at: int) -> bool:
    """«млрд. тенге»; a comma may have slipped in for it."""
    if tokens.says(at, "."):
        return _shortened(tokens, scale) or tokens.means(at + 1, sort="currency") is not None
    return tokens.says(at, ",") and _shortened(tokens, scale) and _names_its_currency(tokens, at + 1)


def _names_its_currency(tokens: Tokens, at: int) -> bool:
    """«21 млрд, тенге»; but «21 млрд, KZT 5 млн» are two amounts."""
    return (
        tokens.means(at, sort="currency") is not None
        and tokens.all[at].sort == "word"
        and not tokens.is_number(at + 1)
    )


def _is_whole(tokens: Tokens, at: int) -> bool:
    return tokens.all[at].text.isdecimal()


def _unit(tokens: Tokens, at: int) -> tuple[str, Kind, int]:
    place = at + 1 if tokens.says(at, "-") and tokens.touch(at) else at
    if tokens.says(place, "ақш", "us", "сша", "american", "америк"):
        place += 1
    if (means := tokens.means(place, sort="currency")) is not None:
        after = tokens.after_ending(place + 1)
        return means.value, "amount", after + 1 if tokens.says(after, "сша") else after
    if tokens.says(at, "per") and tokens.says(at + 1, "cent"):
        return "%", "number", at + 2
    if (means := tokens.means(place, sort="unit")) is not None:
        return means.value, "number", tokens.after_ending(place + 1)
    if tokens.means(at, sort="year") and tokens.all[at].text.casefold() not in {"г", "ж", "гг", "жж"}:
        return "year", "number", at + 1
    return "", "number", at


def _of_the_span(tokens: Tokens, first: int, at: int, value: str) -> tuple[str, str, Kind]:
    """«5-7 млрд тенге»: the first number takes the scale and the unit of the second."""
    second = at + 1
    if tokens.says(at - 1, *_FROM) and tokens.is_number(at) and _is_less(value, tokens.all[at].text):
        second = at
    elif not (
        tokens.says(at, "-", "до", "to")
        or (tokens.says(at, "and") and tokens.says(first - 1, "between"))
        or (tokens.says(at, "и") and tokens.says(first - 1, "между"))
    ):
        return value, "", "number"
    if second < len(tokens.all) and tokens.all[second].sort == "number" and not _YEAR.fullmatch(value):
        _, after, scaled = _scaled(tokens, "1", tokens.after_ending(second + 1))
        unit, kind, _ = _unit(tokens, after)
        if scaled and (scale := tokens.means(tokens.after_ending(second + 1), sort="scale")):
            value = _shifted(value, int(scale.value))
        return value, unit, kind
    return value, "", "number"


def _is_less(one: str, other: str) -> bool:
    """Whether of two whole numbers the first is less; they may have any length."""
    return one.isdecimal() and other.isdecimal() and (len(one), one) < (len(other), other)


def _stands_in_a_name(tokens: Tokens, at: int) -> bool:
    """«COVID-19», «G20». Only capitals: a dash between a word and a figure has lost its spaces."""
    if not tokens.touch(at):
        return False
    if tokens.all[at - 1].sort == "word":
        return True
    before = tokens.all[at - 2] if at > 1 else None
    return tokens.says(at - 1, "-") and tokens.touch(at - 1) and before is not None and before.text.isupper()


def _is_minus(tokens: Tokens, at: int) -> bool:
    if at < 2 or not tokens.says(at - 1, "-") or not tokens.touch(at) or tokens.touch(at - 1):
        return False
    return "\n" not in tokens.text[tokens.all[at - 2].end : tokens.all[at - 1].start]


def _plain(whole: str, part: str) -> str:
    whole, part = whole.lstrip("0") or "0", part.rstrip("0")
    return f"{whole}.{part}" if part else whole


def _shifted(value: str, places: int) -> str:
    """`value` times ten to the `places`, without arithmetic: a number may have any length."""
    whole, _, part = value.partition(".")
    part = part.ljust(places, "0")
    return _plain(whole + part[:places], part[places:]) if whole.isdecimal() else value


def _sum(one: str, other: str) -> str:
    whole, _, part = format(Decimal(one) + Decimal(other), "f").partition(".")
    return _plain(whole, part)
