"""Says in the log what came of readings: what happened to which release, what is wrong, and when it is over.

Each trouble is said when it begins and when it ends, and not in between.
"""

import logging
from collections.abc import Sequence
from datetime import timedelta

from crawler.records import Report
from monitor.changes import Change
from monitor.flapping import REST
from monitor.sentences import span, trouble

log = logging.getLogger("jarshy.watch")

NEWS_SAID = 10
"""Changes of one page that are named one by one."""


class Bulletin:
    """Remembers of which listings something bad was said."""

    def __init__(self, *, believed_after: timedelta) -> None:
        """`believed_after`: how long readings must agree before a mass removal is believed."""
        self._believed_after = believed_after
        self._failing: set[tuple[str, str]] = set()
        self._suspected: set[tuple[str, str]] = set()

    def failed(self, listing: tuple[str, str], report: Report, *, route: str, wait: timedelta) -> None:
        """A reading of this listing failed; it is tried again after `wait`."""
        if listing not in self._failing:
            self._failing.add(listing)
            log.warning(trouble("/".join(listing), route, report.outcome, report.reason, wait=wait))

    def read(
        self, listing: tuple[str, str], changes: Sequence[Change], *, walked: bool, mass: bool | None
    ) -> None:
        """A page was read. `walked`: its history ends with it; `mass`: too much is missing (None: not judged)."""
        name = "/".join(listing)
        if mass and listing not in self._suspected:
            log.warning(
                "%s: more releases are missing at once than an editor takes down. The portal is suspected; "
                "none is called removed unless readings go on agreeing for %s.",
                name,
                span(self._believed_after),
            )
        if mass is False and listing in self._suspected:
            log.info("%s: the suspicion is over.", name)
        if mass is not None:
            (self._suspected.add if mass else self._suspected.discard)(listing)
        if listing in self._failing:
            self._failing.discard(listing)
            log.info("%s: it is read again.", name)
        if walked:
            log.info("%s: its history is read; from now on what is new is told.", name)
        self.news(listing, changes)

    def news(self, listing: tuple[str, str], changes: Sequence[Change]) -> None:
        """Something was found out by way of this listing."""
        name, news = "/".join(listing), [change for change in changes if not change.baseline]
        for change in news[:NEWS_SAID]:
            lang = change.lang or "every language"
            log.info("%s: %s in %s: %s", name, _happened(change), lang, change.title)
            if change.detail.get("flapping"):
                log.warning(
                    "%s: %s in %s changes to and fro; nothing more is told of it until one wording has stood for %s.",
                    name,
                    change.source_id,
                    lang,
                    span(REST),
                )
        if len(news) > NEWS_SAID:
            log.info("%s: and %d changes more.", name, len(news) - NEWS_SAID)


def _happened(change: Change) -> str:
    """`edited 1040 (major: amount, date)`, `moved 1040 from economy to mfa`, `removed 1040`."""
    said = f"{change.kind} {change.source_id}"
    if change.kind == "edited":
        classes = ", ".join(name.replace("_", " ") for name in change.detail.get("classes", ()))
        return f"{said} ({': '.join(filter(None, (change.weight, classes)))})"
    if change.kind == "moved" and {"from", "to"} <= change.detail.keys():
        return f"{said} from {change.detail['from']} to {change.detail['to']}"
    return said
