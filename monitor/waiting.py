"""What waits for one person, what they were told before, and what becomes of it, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from monitor.changes import Kind, Weight

Form = Literal["release", "digest", "burst", "late"]
"""One release, in one or several of its copies; or a list, and why it is one."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One delivery to a person that is in no message yet."""

    id: int
    """Of the delivery; rises as the journal does."""
    at: datetime
    """When it was noticed, and so owed."""
    rules: tuple[str, ...]
    """Names of the rules because of which it is owed."""
    kind: Kind
    weight: Weight
    """Both as they are to this reader."""
    classes: tuple[str, ...]
    """Of an edit."""
    release_id: int
    lang: str | None
    """None: it concerns the release as a whole."""
    copies: frozenset[str]
    """Languages in which the release is held by now."""
    late: bool
    """It was found by a reading that came after days without one."""


@dataclass(frozen=True, slots=True)
class Told:
    """A release of which this person was told lately."""

    at: datetime
    """When the earliest of the changes that were told together was noticed."""
    kind: Kind
    weight: Weight
    classes: tuple[str, ...]
    release_id: int
    langs: frozenset[str | None]
    """Of the copies that were told, and of those that were folded into it since."""
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Lately:
    """What one person was told before."""

    told: Sequence[Told] = ()
    """Of the releases that wait, as far back as `confirm`."""
    messages: Sequence[datetime] = ()
    """When messages were booked that no digest asked for, within the longest `burst.within`."""
    lists: Sequence[datetime] = ()
    """When lists were booked that stand for a burst, within twice that time."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Deliveries that become one message; a list that is too long for one is parted later."""

    form: Form
    deliveries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of all that waits for one person."""

    ready: tuple[Bundle, ...] = ()
    """In the order in which to send them."""
    folded: Mapping[int, str] = field(default_factory=dict)
    """By delivery: why it is not told."""
    told_with: Mapping[int, str] = field(default_factory=dict)
    """Of each that is folded: the id of the message that told of it."""
    again_at: datetime | None = None
    """When more will be ready, if nothing happens before; None: nothing waits."""
