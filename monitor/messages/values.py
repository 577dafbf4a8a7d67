"""What a message is made from, and what it is: values, no decisions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from monitor.changes import Change, Kind, Weight


@dataclass(frozen=True, slots=True)
class Item:
    """One change as it is told to one reader."""

    change: Change
    kind: Kind
    """What the change is to this reader."""
    weight: Weight
    rules: tuple[str, ...]
    """The names of the rules because of which it is told."""
    words: tuple[str, ...]
    """What of their words was found."""
    titles: Mapping[str, str]
    """Of each copy that is held by now, by language."""
    story: int | None
    """The same for releases that carry the same text."""
    also: tuple[str, ...]
    """The slugs of other agencies that carry it."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message, in the forms in which channels hand it over."""

    id: str
    """The same at every repeat: the webhook's Idempotency-Key, the mail's Message-ID."""
    subject: str
    """One line."""
    text: str
    body: dict[str, Any]
    """What a webhook is sent, ready for JSON; a list is told to people alone and has none."""
    secret: str | None = field(default=None, repr=False)
    """Signs the webhook."""
