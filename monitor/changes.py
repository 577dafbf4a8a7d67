"""What the monitor can decide about a release, as values: kinds, weights, and the change itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

Kind = Literal["published", "translated", "edited", "moved", "removed", "restored"]
KINDS: tuple[Kind, ...] = get_args(Kind)

Weight = Literal["none", "minor", "major"]
WEIGHTS: tuple[Weight, ...] = get_args(Weight)
"""From the least to the most."""

WEIGHT_OF: dict[Kind, Weight] = {
    "published": "major",
    "removed": "major",
    "restored": "major",
    "translated": "minor",
    "moved": "minor",
}
"""An edit has no weight of its own: its contents say."""


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the journal, with what is needed to tell somebody of it."""

    id: int
    uid: str
    """Random UUID; the id of its feed entry and of its webhook message, the same at every repeat."""
    at: datetime
    kind: Kind
    weight: Weight
    baseline: bool
    detail: dict[str, Any]
    source_id: str
    agency: str
    """The agency that owns the release."""
    agencies: tuple[str, ...]
    """Every agency that lists it, the owner among them."""
    url: str
    """The release's address at the portal, without a language."""
    published_at: datetime | None
    lang: str | None
    """None where the change concerns the whole release."""
    title: str
    text: str = field(repr=False)
    earlier: tuple[str, ...] = ()
    """Languages in which the release was known before this change."""
    copies: Mapping[str, Sequence[str]] = field(default_factory=dict, repr=False)
    """Of what went, came back or moved: title and text of each copy in every wording that it had, by language."""
    redacted: bool = False
    """The words of the release were taken out of the history."""
