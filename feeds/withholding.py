"""What of a change may be told where the words of removed copies are not: nothing that says what those said. Pure."""

from collections.abc import Collection
from typing import Any


def spared(detail: dict[str, Any], gone: Collection[str]) -> dict[str, Any]:
    """The detail of a change without the numbers and dates of copies in these languages, which it compares with."""
    against = detail.get("against")
    if not gone or not isinstance(against, dict):
        return detail
    left = {lang: differing for lang, differing in against.items() if lang not in gone}
    return {name: value for name, value in detail.items() if name != "against"} | (
        {"against": left} if left else {}
    )
