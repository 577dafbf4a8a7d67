"""Numbers and amounts in a text, in figures or words, with their scale and unit. Pure."""

import re
from collections.abc import Sequence
from decimal import Decimal

from monitor.facts.fact import Fact, Form, Kind
from monitor.facts.tokens import Tokens
from monitor.facts.words import NOT_ALONE, RANK_ENDINGS

_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_DOTTED_THOUSANDS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3}){2,}(?:,[0-9]+)?")
_DECIMAL = re.compile(r"([0-9]+)(?:[.,]([0-9]+))?")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


def quantity_at(tokens: Tokens, at: int) -> tuple[Sequence[Fact], int]:
    token = tokens.all[at]
    form: Form = "figure"
    if token.sort == "number":
        value, after = _value(tokens, token.text), at + 1
        if after < len(tokens.all) and tokens.touch(after) and tokens.all[after].sort == "word":
            ending = tokens.all[after].text.casefold()
            if ending in RANK_ENDINGS and not tokens.means(after):
                form, after = "rank", after + 1
            elif not tokens.means(after):
                form = "part"
        elif tokens.says(after, "-") and tokens.touch(after) and tokens.touch(after + 1):
            form = "rank" if tokens.all[after + 1].text.casefold() in RANK_ENDINGS else form
            after = tokens.after_ending(after)
        if _stands_in_a_name(tokens, at):
            form = "part"
    else:
        value, after = _counted(tokens, at)
        form = "word"
        if value in NOT_ALONE and not tokens.means(after, sort="scale"):
            return (), after
    value, after, scaled = _scaled(tokens, value, after)
    unit, kind, after = _unit(tokens, after)
    if tokens.means(at - 1, sort="currency") and tokens.all[at - 1].sort == "sign" and not unit:
        unit, kind = tokens.means(at - 1, sort="currency").value, "amount"  # type: ignore[union-attr]
    if tokens.means(after, sort="rank") and not unit and not scaled:
        form = "rank"
    if not scaled and not unit and token.sort == "number":
        value_then, unit, kind = _of_the_span(tokens, after, value)
        value = value_then
    if _is_minus(tokens, at):
        value = f"-{value}"
    start = tokens.all[at - 1].start if tokens.means(at - 1, sort="currency") and unit else token.start
    return (Fact(kind, value, start, tokens.all[after - 1].end, unit=unit, form=form),), after


def _value(tokens: Tokens, text: str) -> str:
    text = text.replace(" ", "")
    if _THOUSANDS.fullmatch(text) and (tokens.latin or text.count(",") > 1):
        text = text.replace(",", "")
    elif _DOTTED_THOUSANDS.fullmatch(text):
        text = text.replace(".", "")
    found = _DECIMAL.fullmatch(text)
    return _plain(found[1], found[2] or "") if found else text


def _counted(tokens: Tokens, at: int) -> tuple[str, int]:
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
    return str(total or 1), at


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
    """«COVID-19», «G20»: letters stand before it without a space."""
    if not tokens.touch(at):
        return False
    if tokens.all[at - 1].sort == "word":
        return True
    return tokens.says(at - 1, "-") and tokens.touch(at - 1) and tokens.all[at - 2].sort == "word"


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
