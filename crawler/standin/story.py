"""What happens at the stand-in portal during `jarshy demo`: timed steps, and their portal; no clock."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from crawler.directory import agencies as directory
from crawler.standin.portal import Portal
from crawler.standin.releases import LANGS, invent, populate, scripted

DEMO_AGENCIES = ("economy", "mfa", "ecogeo", "almaty", "enbek", "moa")

_EACH = 24
"""Releases of an agency: one that goes stays far below the tenth of a page that would look like a fault."""
_LANGUAGES = {"ru": "Russian", "kk": "Kazakh", "en": "English"}
_FIRST, _CORRECTED = "12", "21"
"""Billions of tenge in the release of the story, before and after its correction."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happens at the portal."""

    after_seconds: float
    """Counted from the start of the story; in an `encore`, from the step before."""
    tell: str
    """One sentence for whoever watches."""
    act: Callable[[], object]
    """Makes it happen."""


def demo_portal(now: datetime) -> Portal:
    """A portal with the releases of six agencies over six weeks before `now`, one in four not in English."""
    portal = Portal()
    populate(portal, DEMO_AGENCIES, _EACH, until=now, seed=2026)
    return portal


def demo_story(portal: Portal, clock: Callable[[], datetime]) -> list[Step]:
    """A minute's story: a release appears, is corrected, is translated; another goes and comes back.

    `portal` is one made by `demo_portal`; `clock` tells the aware moment at which a release is published.
    """
    released: list[int] = []
    fleeting = portal.ids("almaty", "ru")[3]
    title = portal.copy(fleeting, "kk").title  # the listing read first, so that both name it alike

    def publish() -> None:
        copies = {lang: scripted("stations", lang, billions=_FIRST) for lang in ("ru", "kk")}
        released.append(portal.publish("economy", copies, when=clock()))

    def correct() -> None:
        for lang in ("ru", "kk"):
            copy = scripted("stations", lang, billions=_CORRECTED)
            portal.edit(released[0], lang, title=copy.title, paragraphs=copy.paragraphs)

    def translate() -> None:
        portal.translate(released[0], "en", scripted("stations", "en", billions=_CORRECTED))

    def restyle() -> None:
        portal.restyle(released[0], "ru")

    return [
        Step(
            5, "The economy ministry publishes in Russian and Kazakh: 12 billion tenge for stations.", publish
        ),
        Step(17, "It corrects the release without a word about it: the 12 billion become 21.", correct),
        Step(27, "The release gets its English translation.", translate),
        Step(33, f"The akimat of Almaty takes a release away: «{title}».", lambda: portal.remove(fleeting)),
        Step(43, "The first release is laid out anew, no word changes: nobody should hear of it.", restyle),
        Step(55, "The akimat of Almaty puts its release back.", lambda: portal.restore(fleeting)),
    ]


def encore(
    portal: Portal, clock: Callable[[], datetime], *, every: float = 20.0, seed: int = 1
) -> Iterator[Step]:
    """New releases without end, one in `every` seconds: something to watch for whoever stays."""
    dice = random.Random(seed)  # noqa: S311 (to be repeated, not to be secret)
    while True:
        agency = dice.choice(DEMO_AGENCIES)
        langs = dice.choice((("ru", "kk"), LANGS, ("kk",), ("ru",)))
        yield _appearance(portal, clock, agency, langs, every=every, seed=dice.getrandbits(32))


def _appearance(
    portal: Portal,
    clock: Callable[[], datetime],
    agency: str,
    langs: tuple[str, ...],
    *,
    every: float,
    seed: int,
) -> Step:
    copies = invent(agency, langs, when=clock(), seed=seed)
    named = " and ".join(_LANGUAGES[lang] for lang in langs)
    title = copies[langs[0]].title
    return Step(
        every,
        f"{directory()[agency].name_en} publishes in {named}: «{title}».",
        lambda: portal.publish(agency, copies, when=clock()),
    )
