"""Says in the log what came of readings: what happened to which release, what is wrong, and when it is over.

Each trouble is said when it begins, now and then, and when it ends.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from crawler.records import Report
from monitor.about import about
from monitor.changes import Change
from monitor.flapping import REST
from monitor.mentions import Mentions
from monitor.sentences import OUTCOMES, span, trouble

log = logging.getLogger("jarshy.watch")


class Bulletin:
    """Remembers of which listings something bad was said."""

    def __init__(self, *, believed_after: timedelta, failing: Mentions) -> None:
        """`believed_after`: how long readings must agree before a mass removal is believed.

        `failing`: the listings of which something was said before.
        """
        self._believed_after = believed_after
        self._failing = failing
        self._suspected: set[tuple[str, str]] = set()

    def failed(
        self, listing: tuple[str, str], report: Report, *, route: str, wait: timedelta, now: datetime
    ) -> None:
        """A reading of this listing failed; it is tried again after `wait`."""
        more = self._failing.note(listing, report.outcome, now=now)
        if more is not None:
            said = trouble("/".join(listing), route, report.outcome, report.reason, wait=wait)
            log.warning("%s%s", said, more)

    def read(
        self,
        listing: tuple[str, str],
        report: Report,
        changes: Sequence[Change],
        *,
        walked: bool,
        mass: bool | None,
        now: datetime,
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
        lasted = self._failing.over(listing, now=now)
        if lasted is not None:
            log.info("%s: it is read again, after %s.", name, span(lasted))
        if walked:
            log.info("%s: its history is read; from now on what is new is told.", name)
        self._ended(name, report, [change for change in changes if not change.baseline])
        self.news(listing, changes)

    def news(self, listing: tuple[str, str], changes: Sequence[Change]) -> None:
        """Something was found out by way of this listing."""
        name, news = "/".join(listing), [change for change in changes if not change.baseline]
        for change in news:
            lang = change.lang or "every language"
            with about(release=change.source_id, change=change.uid):
                log.info("%s: %s in %s: %s", name, _happened(change), lang, change.title)
                if change.detail.get("flapping"):
                    log.warning(
                        "%s: %s in %s changes to and fro; nothing more is told of it until one wording has stood "
                        "for %s.",
                        name,
                        change.source_id,
                        lang,
                        span(REST),
                    )

    def _ended(self, name: str, report: Report, news: Sequence[Change]) -> None:
        """That an order was carried out: for everybody where it brought news, else for who looks closely."""
        if not news:
            log.debug("%s: %s, %d listed.", name, OUTCOMES[report.outcome], report.listed)
            return
        kinds = Counter(change.kind for change in news)
        made_up = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
        with about(
            releases=list(dict.fromkeys(change.source_id for change in news)),
            changes=[change.uid for change in news],
        ):
            log.info("%s: read, %d listed: %s.", name, report.listed, made_up)


def _happened(change: Change) -> str:
    """`edited 1040 (major: amount, date)`, `moved 1040 from economy to mfa`, `removed 1040`."""
    said = f"{change.kind} {change.source_id}"
    if change.kind == "edited":
        classes = ", ".join(name.replace("_", " ") for name in change.detail.get("classes", ()))
        return f"{said} ({': '.join(filter(None, (change.weight, classes)))})"
    if change.kind == "moved" and {"from", "to"} <= change.detail.keys():
        return f"{said} from {change.detail['from']} to {change.detail['to']}"
    return said
