"""Numbers and amounts in a text, in figures or words, with their scale and unit. Pure."""

import re
from collections.abc import Sequence
from decimal import Decimal

from monitor.facts.fact import Fact, Form, Kind
from monitor.facts.tokens import Tokens
from monitor.facts.words import BEFORE_CLOCK, BEFORE_HOUR, NOT_ALONE, RANK_ENDINGS

_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_DOTTED_THOUSANDS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3}){2,}(?:,[0-9]+)?")
_DECIMAL = re.compile(r"([0-9]+)(?:[.,]([0-9]+))?")
_CLOCK = re.compile(r"[0-2]?[0-9](?:[.:][0-5][0-9])?")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


def quantity_at(tokens: Tokens, at: int) -> tuple[Sequence[Fact], int]:
    """The number that begins at a token, and where what follows it begins."""
    token = tokens.all[at]
    value, form, after = _written(tokens, at) if token.sort == "number" else _counted(tokens, at)
    if form == "word" and value in NOT_ALONE and not tokens.means(after, sort="scale"):
        return (), after
    value, after, scaled = _scaled(tokens, value, after)
    unit, kind, after = _unit(tokens, after)
    start = token.start
    sign = tokens.means(at - 1, sort="currency")
    if sign and tokens.all[at - 1].sort == "sign" and not unit:
        unit, kind, start = sign.value, "amount", tokens.all[at - 1].start
    if not scaled and not unit:
        if tokens.means(after, sort="rank"):
            form = "rank"
        elif token.sort == "number":
            value, unit, kind = _of_the_span(tokens, after, value)
    if form == "figure" and not scaled and not unit and _stands_in_a_name(tokens, at):
        form = "part"
    if _is_minus(tokens, at):
        value = f"-{value}"
    return (Fact(kind, value, start, tokens.all[after - 1].end, unit=unit, form=form),), after


def _written(tokens: Tokens, at: int) -> tuple[str, Form, int]:
    """A number in figures, with whatever is put to it: «2-ші», «21st», «16-летний»."""
    text, after = tokens.all[at].text, at + 1
    if _CLOCK.fullmatch(text) and _is_hour(tokens, at):
        return text.replace(".", ":"), "part" if text.isdecimal() else "figure", after
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


def _is_hour(tokens: Tokens, at: int) -> bool:
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
    while (means := tokens.means(at, sort="count")) is not None:
        value = int(means.value)
        if value == 100 and 2 <= total <= 9:
            total *= 100
        elif not total or (total % 100 == 0 and value < 100) or (total % 10 == 0 and value < 10):
            total += value
        else:
            break
        at += 1
    return str(total or 1), "word", at


def _scaled(tokens: Tokens, value: str, at: int) -> tuple[str, int, bool]:
    scale = tokens.means(at, sort="scale")
    if scale is None:
        return value, at, False
    after = tokens.after_ending(at + 1)
    if tokens.says(after, ".") and (tokens.means(after + 1, sort="currency") or _shortened(tokens, at)):
        after += 1
    value = _shifted(value, int(scale.value))
    # «12 млрд 500 млн»: one number in two steps.
    if after < len(tokens.all) and tokens.all[after].sort == "number" and len(value) < 20:
        smaller = tokens.means(after + 1, sort="scale")
        if smaller is not None and int(smaller.value) < int(scale.value) and _is_whole(tokens, after):
            rest, end, _ = _scaled(tokens, _value(tokens, tokens.all[after].text), after + 1)
            return _sum(value, rest), end, True
    return value, after, True


def _shortened(tokens: Tokens, at: int) -> bool:
    return tokens.all[at].text.casefold() in {"тыс", "млн", "млрд", "трлн"}


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


def _of_the_span(tokens: Tokens, at: int, value: str) -> tuple[str, str, Kind]:
    """«5-7 млрд тенге»: the first number takes the scale and the unit of the second."""
    if tokens.says(at, "-", "до", "to") and at + 1 < len(tokens.all):
        second = at + 1
        if tokens.all[second].sort == "number" and not _YEAR.fullmatch(value):
            _, after, scaled = _scaled(tokens, "1", tokens.after_ending(second + 1))
            unit, kind, _ = _unit(tokens, after)
            if scaled and (scale := tokens.means(tokens.after_ending(second + 1), sort="scale")):
                value = _shifted(value, int(scale.value))
            return value, unit, kind
    return value, "", "number"


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
