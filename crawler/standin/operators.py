"""The portal's little language of «operator:value» inside a parameter, as far as it chooses agencies; pure."""

from collections.abc import Callable


def chooser(expression: object) -> Callable[[str], bool]:
    """Which slugs an expression chooses; all where it is no text. `contains:` finds neighbours too."""
    if not isinstance(expression, str) or not expression:
        return lambda _slug: True
    operator, value = _parted(expression)
    if operator == "contains":
        return lambda slug: value in slug
    return lambda slug: slug == value


def slug_of(expression: object) -> str | None:
    """The one slug that an expression names, with or without an operator; None where it names no single one."""
    if not isinstance(expression, str) or not expression:
        return None
    operator, value = _parted(expression)
    return None if operator == "contains" else value


def _parted(expression: str) -> tuple[str, str]:
    operator, colon, value = expression.partition(":")
    if colon and operator in {"eq", "EQ", "contains"}:
        return operator.lower(), value
    return "eq", expression
