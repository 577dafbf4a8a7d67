"""What the style promises: enough contrast in both colour schemes, and nothing from elsewhere."""

import re

import pytest

from feeds.pages.policy import STYLE

_LIGHT, _, _REST = STYLE.partition("@media (prefers-color-scheme: dark)")
_DARK = _REST[: _REST.index("\nbody")]
SCHEMES = {"light": dict(re.findall(r"--([\w-]+): (#\w+)", _LIGHT))}
SCHEMES["dark"] = SCHEMES["light"] | dict(re.findall(r"--([\w-]+): (#\w+)", _DARK))

TEXTS = [
    *(
        (ink, ground)
        for ink in ("ink", "quiet", "link", "mark", "gone", "come")
        for ground in ("ground", "raised")
    ),
    ("gone", "gone-ground"),
    ("come", "come-ground"),
    ("on-link", "link"),
    ("on-found", "found"),
]


def luminance(colour: str) -> float:
    """Relative, as WCAG 2 defines it."""
    figures = colour[1:] if len(colour) == 7 else "".join(figure * 2 for figure in colour[1:])
    parts = [int(figures[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_is_right() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXTS)
def test_text_can_be_read(scheme: str, text: str, ground: str) -> None:
    colours = SCHEMES[scheme]
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_edges_of_fields_can_be_seen(scheme: str) -> None:
    assert contrast(SCHEMES[scheme]["edge"], SCHEMES[scheme]["ground"]) >= 3


def test_nothing_is_fetched_from_elsewhere() -> None:
    assert "url(" not in STYLE
    assert "@import" not in STYLE
    assert len(STYLE) < 20_000
