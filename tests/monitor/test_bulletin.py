"""What the log says of news."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler.records import Report
from monitor.bulletin import Bulletin
from monitor.changes import Change, Kind
from monitor.mentions import Mentions


def change(kind: Kind, detail: dict[str, Any], *, lang: str | None = "kk") -> Change:
    return Change(
        id=1,
        uid="8d4f7f0e-3c51-4a53-9a43-0d6f1f6f0007",
        at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
        kind=kind,
        weight="major",
        baseline=False,
        detail=detail,
        source_id="1040",
        agency="economy",
        agencies=("economy",),
        url="https://www.gov.kz/memleket/entities/economy/press/news/details/1040",
        published_at=None,
        lang=lang,
        title="Үлгі өңір",
        text="",
    )


SAID: dict[str, tuple[Change, list[str]]] = {
    "an edit": (
        change("edited", {"classes": ["amount", "release_date"]}),
        ["edited 1040 (major: amount, release date) in kk: Үлгі өңір"],
    ),
    "an edit of an earlier version": (change("edited", {}), ["edited 1040 (major) in kk: Үлгі өңір"]),
    "a move": (
        change("moved", {"from": "economy", "to": "mfa"}, lang=None),
        ["moved 1040 from economy to mfa in every language: Үлгі өңір"],
    ),
    "a move of an earlier version": (
        change("moved", {}, lang=None),
        ["moved 1040 in every language: Үлгі өңір"],
    ),
    "a removal": (change("removed", {}), ["removed 1040 in kk: Үлгі өңір"]),
    "a text that begins to flap": (
        change("edited", {"classes": ["wording"], "flapping": {"returns": 2}}),
        [
            "edited 1040 (major: wording) in kk: Үлгі өңір",
            "1040 in kk changes to and fro; nothing more is told of it until one wording has stood for 24 h.",
        ],
    ),
}


@pytest.mark.parametrize(("happened", "lines"), SAID.values(), ids=SAID)
def test_a_line_for_what_happened(
    happened: Change, lines: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="jarshy.watch")
    Bulletin(believed_after=timedelta(hours=24), failing=Mentions()).news(("economy", "kk"), [happened])
    assert caplog.messages == [f"economy/kk: {line}" for line in lines]


def test_a_listing_that_is_read_again_after_the_configuration_was_is_said_to_be(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, logger="jarshy.watch")
    listing, failing, now = ("economy", "kk"), Mentions(), datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

    def life() -> Bulletin:
        return Bulletin(believed_after=timedelta(hours=24), failing=failing)

    life().failed(listing, Report(1, "broken"), route="rest", wait=timedelta(minutes=4), now=now)
    life().failed(listing, Report(2, "broken"), route="rest", wait=timedelta(minutes=8), now=now)
    later = now + timedelta(minutes=12)
    life().read(listing, Report(3, "unchanged"), (), walked=False, mass=None, now=later)
    assert len(caplog.messages) == 2
    assert caplog.messages[1] == "economy/kk: it is read again, after 12 min."
