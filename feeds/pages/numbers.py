"""Numbers as people write them, in Kazakh, Russian and English; pure."""


def number_said(number: int, lang: str) -> str:
    """A whole number with its thousands apart."""
    return f"{number:,}" if lang == "en" else f"{number:,}".replace(",", "\u00a0")
