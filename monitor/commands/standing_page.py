"""Lays `status` out: whole, or so that it keeps to one screen of a terminal."""

import shutil
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import click

from monitor.commands.auditing import verdict
from monitor.commands.shared import WIDTH, local, on_terminal, print_table, reasons, wrapped
from monitor.commands.standing_facts import Facts
from monitor.commands.standing_lines import (
    kept_aside,
    of_the_listings,
    orders,
    the_rest,
    unknown_fields,
    what_is_wrong,
)
from monitor.config import Config
from monitor.listing_standing import TO_SEE, Listed, on_screen
from monitor.sentences import span
from monitor.store.database import from_text

MANY = 10
"""Sentences of a kind where there is no screen to keep to; `--json` has them all."""
FRAME = 5
"""Lines that the head of the table, what is said of listings left out, and the prompt take."""
LEAST = 5
"""Listings that a table has room for, however small the screen."""


@dataclass(frozen=True, slots=True)
class _Cut:
    """How much is said on a screen."""

    lines: int
    """Of a sentence; the rest of it is cut off."""
    troubles: int
    """Sentences of what is wrong, and reasons of listings."""
    others: int
    """Items kept aside and orders under way."""


_ROOMY = _Cut(5, 6, 3)
"""Taken where every listing that is worth a look has room all the same: what the portal answered stands at the end of
a long sentence."""
_CUTS = (_ROOMY, _Cut(2, 6, 3), _Cut(1, 6, 3), _Cut(1, 4, 1))
"""The first one is taken with which all fits, else the last."""


def show(facts: Facts, config: Config, *, is_brief: bool) -> None:
    """Prints it; `is_brief`: on one screen."""
    shown = facts.listings
    above, below = _around(facts, config, None)
    if is_brief:
        to_see = sum(one.state in TO_SEE for one in facts.listings)
        height = shutil.get_terminal_size().lines - FRAME
        for cut in _CUTS:
            above, below = _around(facts, config, cut)
            room = height - len(above) - len(below)
            if room >= (to_see if cut is _ROOMY else min(LEAST, to_see)):
                break
        shown = on_screen(facts.listings, room=max(room, LEAST))
    click.echo("\n".join(above))
    if shown:
        _table(shown, facts, config, is_brief=is_brief)
    if (left := sum(one.state in TO_SEE for one in facts.listings) - len(shown)) > 0:
        click.echo(f"And {left} more that cannot be read.")
    click.echo("\n".join(below))
    if len(shown) < len(facts.listings):
        click.echo("`jarshy status --all` shows every listing.")


def _around(facts: Facts, config: Config, cut: _Cut | None) -> tuple[list[str], list[str]]:
    """The lines above the table, and those below it."""
    # What is the whole portal's trouble is said above, and is no listing's.
    of_their_own = [one for one in facts.listings if one.row["outcome"] != facts.portal.outcome]
    why = reasons((one.name, one.row["reason"]) for one in of_their_own)
    few = cut.others if cut else MANY
    besides = [*kept_aside(facts, most=few), *unknown_fields(facts), *orders(facts, most=few)]
    above = [
        *_laid(what_is_wrong(facts, config), cut, most=cut.troubles if cut else None),
        *_laid(of_the_listings(facts, config), cut),
    ]
    below = [
        *_laid(why, cut, most=cut.troubles if cut else None),
        *_laid([*besides, *the_rest(facts, config)], cut),
        f"Times are those of {config.schedule.zone}.",
    ]
    return above, below


def _table(shown: Iterable[Listed], facts: Facts, config: Config, *, is_brief: bool) -> None:
    columns = ["listing", "outcome", "last success", "next reading", "route", "paused until"]
    columns += [] if is_brief else ["history", "last audit"]
    rows = []
    for one in shown:
        row, paused = one.row, _paused(one.row, facts)
        cells = [
            one.name,
            row["outcome"],
            _when(row["success_at"], config),
            _next_reading(row, paused, config) if facts.running else "",
            row["route"],
            _when(paused, config),
        ]
        if not is_brief:
            history = "read" if row["walked_at"] else _pages(row["history_pages"] or 0)
            cells += [history, _audited(row["audit"], facts)]
        rows.append(cells)
    print_table(columns, rows, whole=columns if is_brief else ())


def _laid(sentences: Sequence[str], cut: _Cut | None, *, most: int | None = None) -> list[str]:
    """The lines as they are printed; where it is cut, at most so many sentences, none of them long."""
    if cut is None:
        return [wrapped(sentence) for sentence in sentences]
    width = min(shutil.get_terminal_size().columns, WIDTH)
    lines = [
        line
        for sentence in sentences[:most]
        for line in textwrap.wrap(
            " ".join(sentence.split()),
            width,
            max_lines=cut.lines,
            placeholder=" …",
            break_on_hyphens=False,
        )
    ]
    more = 0 if most is None else len(sentences) - most
    return [*lines, f"And {more} more of that; `jarshy status --all` says all."] if more > 0 else lines


def _when(stored: str | None, config: Config) -> str:
    """A time of the table: on a terminal, where every column counts, without the year and on one line."""
    told = local(stored, config)
    return told[5:].replace(" ", "\xa0") if on_terminal() else told


def _next_reading(row: dict[str, Any], paused: str | None, config: Config) -> str:
    return _when(max(row["next_at"] or "", paused or ""), config) if row["followed"] else "not followed"


def _paused(row: dict[str, Any], facts: Facts) -> str | None:
    """Until when the listing is left alone; None: it is not."""
    until: str | None = row["paused_until"]
    return until if until and from_text(until) > facts.now else None


def _pages(count: int) -> str:
    return "1 page so far" if count == 1 else f"{count} pages so far"


def _audited(audit: dict[str, Any] | None, facts: Facts) -> str:
    if audit is None:
        return "none yet"
    return f"{span(facts.now - from_text(audit['finished_at']))} ago: {verdict(audit)}"
