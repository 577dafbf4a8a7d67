"""Which language a reader's browser asks for; pure."""

from functools import lru_cache

from feeds.pages.context import LANGUAGES


@lru_cache(maxsize=256)
def preferred(accepted: str) -> str:
    """The language of the pages that a header `Accept-Language` likes best (RFC 9110, 12.5.4); else English."""
    wishes = [_weighed(part) for part in accepted[:1000].lower().split(",")]
    for weight, lang in sorted(wishes, key=lambda wish: -wish[0]):
        if weight > 0 and lang in LANGUAGES:
            return lang
    return "en"


def _weighed(part: str) -> tuple[float, str]:
    tag, *parameters = (each.strip() for each in part.split(";"))
    weight = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                weight = float(value)
            except ValueError:
                weight = 0.0
    return weight, tag.partition("-")[0]
