"""What one sighting means beside what is known."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.records import Attachment, Sighting, Wording
from monitor.detect import (
    KnownEdition,
    KnownRelease,
    ListingHistory,
    Status,
    Verdict,
    content_of,
    detect,
    is_baseline,
    is_damaged,
    print_of,
)
from monitor.flapping import Revised

WORDING = Wording(
    url="https://portal.example/economy/900",
    agencies=("economy",),
    title="Өңірлерде жаңа мектептер",
    text="Биыл 12 мектеп ашылады.",
    html="<p>Биыл 12 мектеп ашылады.</p>",
    published_raw="2026-07-13T10:00:00Z",
    published_at=datetime(2026, 7, 13, 5, 0, tzinfo=UTC),
    published_on=date(2026, 7, 13),
    published_precision="minute",
    attachments=(),
    images=(),
    raw="{}",
    parser=1,
)
EDITED = replace(WORDING, text="Биыл 14 мектеп ашылады.")
RESTYLED = replace(
    WORDING, html="<div><b>Биыл</b> 12 мектеп ашылады.</div>", text="Биыл  12\nмектеп ашылады."
)
NOW = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)
READ = ListingHistory("economy", "kk", watermark=800, walked=True)
READING = replace(READ, walked=False)


def sighting(wording: Wording | None = WORDING, *, digest: str = "seen", source_id: str = "900") -> Sighting:
    return Sighting(order=1, position=0, source_id=source_id, digest=digest, wording=wording)


def edition(lang: str = "kk", status: Status = "listed", **values: Any) -> KnownEdition:
    held = KnownEdition(
        id=5,
        lang=lang,
        status=status,
        digest="held",
        fingerprint=print_of(WORDING),
        revisions=1,
        content=content_of(WORDING),
        first_seen_at=NOW - timedelta(hours=2),
        listed_by=frozenset({"economy"}),
        wordings=(Revised(1, print_of(WORDING), "held", NOW - timedelta(days=30)),),
    )
    return replace(held, **values)


def release(*editions: KnownEdition, status: Status = "listed", agencies: str = "economy") -> KnownRelease:
    return KnownRelease(
        id=7,
        source_id="900",
        status=status,
        agency="economy",
        agencies=dict.fromkeys(agencies.split(), datetime(2026, 7, 13, tzinfo=UTC)),
        editions={one.lang: one for one in editions},
    )


def heard(verdict: Verdict | None) -> tuple[object, ...] | None:
    """What of a verdict anybody is told."""
    return None if verdict is None else (verdict.kind, verdict.weight, verdict.whole, verdict.revises)


SAME, OTHER = sighting(digest="held"), sighting(EDITED)
LEFT_OUT = sighting(None, digest="held")
DAMAGED = replace(WORDING, title="Өңі\ufffdлерде жаңа мектептер")
CAME_DAMAGED = edition(content=content_of(DAMAGED), fingerprint=print_of(DAMAGED))


@pytest.mark.parametrize(
    ("said", "known", "seen", "wanted"),
    [
        ("an unknown release is published", None, sighting(), ("published", "major", False, True)),
        (
            "a second language is a translation",
            release(edition("ru")),
            sighting(),
            ("translated", "minor", False, True),
        ),
        ("the same item is nothing", release(edition()), SAME, None),
        ("the same item, its wording left out, is nothing", release(edition()), LEFT_OUT, None),
        ("other words are an edit", release(edition()), OTHER, ("edited", "major", False, True)),
        (
            "other mark-up is nothing to tell",
            release(edition()),
            sighting(RESTYLED),
            (None, "none", False, False),
        ),
        (
            "another agency that lists it is nothing to tell",
            release(edition(listed_by=frozenset({"enbek"})), agencies="enbek"),
            LEFT_OUT,
            (None, "none", False, False),
        ),
        (
            "a suspicion that proves unfounded is nothing to tell",
            release(edition(status="suspected"), status="suspected"),
            LEFT_OUT,
            (None, "none", False, False),
        ),
        (
            "a suspected copy that comes back with other words is an edit",
            release(edition(status="suspected"), status="suspected"),
            OTHER,
            ("edited", "major", False, True),
        ),
        (
            "the words that are held, with letters lost, are nothing",
            release(edition()),
            sighting(DAMAGED),
            None,
        ),
        (
            "a suspected copy that comes back with letters lost is there",
            release(edition(status="suspected"), status="suspected"),
            sighting(DAMAGED),
            (None, "none", False, False),
        ),
        (
            "a removed copy that comes back with letters lost is restored in the words that are held",
            release(edition(status="removed"), status="removed"),
            sighting(DAMAGED),
            ("restored", "major", True, False),
        ),
        (
            "letters lost besides an edit are an edit",
            release(edition()),
            sighting(replace(DAMAGED, text=EDITED.text)),
            ("edited", "major", False, True),
        ),
        (
            "a copy that came with letters lost is completed, and nobody is told",
            release(CAME_DAMAGED),
            sighting(),
            (None, "none", False, True),
        ),
        (
            "one that lost others when it is shown next is still the same",
            release(CAME_DAMAGED),
            sighting(replace(WORDING, text="Биыл 12 мек\ufffd\ufffdеп ашылады.")),
            None,
        ),
        (
            "it is completed in silence also where it had been missed for a while",
            release(replace(CAME_DAMAGED, status="suspected"), status="suspected"),
            sighting(),
            (None, "none", False, True),
        ),
        (
            "what the portal says first counts beside a dump, also with letters lost",
            release(edition(status="unseen"), status="unseen"),
            sighting(DAMAGED),
            (None, "none", False, True),
        ),
        (
            "a removed release that comes back is restored as a whole",
            release(edition(status="removed"), edition("ru", "removed"), status="removed"),
            SAME,
            ("restored", "major", True, False),
        ),
        (
            "a removed release, its wording left out, is restored as well",
            release(edition(status="removed"), status="removed"),
            LEFT_OUT,
            ("restored", "major", True, False),
        ),
        (
            "a removed copy that comes back is restored alone",
            release(edition(status="removed"), edition("ru")),
            SAME,
            ("restored", "major", False, False),
        ),
        (
            "a removed copy that comes back in other mark-up gets no revision",
            release(edition(status="removed"), edition("ru")),
            sighting(RESTYLED),
            ("restored", "major", False, False),
        ),
        (
            "a removed release that comes back with other words has a revision",
            release(edition(status="removed"), status="removed"),
            OTHER,
            ("restored", "major", True, True),
        ),
        (
            "a dumped wording that the portal says otherwise is a revision that nobody is told of",
            release(edition(status="unseen"), status="unseen"),
            OTHER,
            (None, "none", False, True),
        ),
        (
            "a dumped wording that the portal repeats is nothing to tell",
            release(edition(status="unseen"), status="unseen"),
            sighting(),
            (None, "none", False, False),
        ),
        (
            "a language that no dump had is no translation of what the portal never showed",
            release(edition("ru", "unseen"), status="unseen"),
            sighting(),
            ("published", "major", False, True),
        ),
        (
            "a language beside one listed and one dumped is a translation",
            release(edition("ru"), edition("en", "unseen")),
            sighting(),
            ("translated", "minor", False, True),
        ),
    ],
)
def test_what_a_sighting_means(
    said: str, known: KnownRelease | None, seen: Sighting, wanted: tuple[object, ...] | None
) -> None:
    assert heard(detect(known, seen, READ, NOW)) == wanted, said


def test_a_copy_is_damaged_beside_what_the_portal_showed_and_not_beside_a_dump() -> None:
    assert is_damaged(release(edition()), sighting(DAMAGED), "kk")
    assert not is_damaged(release(edition(status="unseen"), status="unseen"), sighting(DAMAGED), "kk")


def test_a_restoration_says_what_was_changed_meanwhile() -> None:
    verdict = detect(release(edition(status="removed"), status="removed"), OTHER, READ, NOW)
    assert verdict is not None
    assert verdict.detail["words"] == [
        {"field": "text", "before": "12", "after": "14", "classes": ["number"]}
    ]


def test_a_translation_names_the_copies_that_the_portal_showed_before() -> None:
    known = release(edition("ru"), edition("en", "unseen"), edition("tr", "removed"))
    verdict = detect(known, sighting(), READ, NOW)
    assert verdict is not None
    assert verdict.detail == {"earlier": ["ru", "tr"], "after": {"ru": 7200, "tr": 7200}}


def test_newer_mark_up_is_kept_though_nobody_is_told() -> None:
    verdict = detect(release(edition()), sighting(RESTYLED), READ, NOW)
    assert verdict is not None
    assert verdict.wording == RESTYLED
    assert verdict.fingerprint == print_of(WORDING)


def test_a_fingerprint_of_an_older_rule_makes_no_edit_and_is_renewed() -> None:
    verdict = detect(release(edition(fingerprint="0:of an older rule")), sighting(RESTYLED), READ, NOW)
    assert verdict is not None
    assert (verdict.kind, verdict.revises, verdict.fingerprint) == (None, False, print_of(WORDING))


@pytest.mark.parametrize(
    ("said", "values", "told"),
    [
        ("a file that was added", {"attachments": (Attachment("https://p.example/a.pdf", "А", 1),)}, True),
        ("a picture that was added", {"images": ("0cc175b9c0f1b6a831c399e269772661",)}, True),
        ("the date", {"published_raw": "2026-07-12T10:00:00Z"}, True),
        ("the address", {"url": "https://portal.example/other/900"}, False),
        ("the owners", {"agencies": ("economy", "enbek")}, False),
        ("the parser", {"parser": 2}, False),
        ("what the item holds beside the wording", {"raw": '{"views": 7}'}, False),
    ],
)
def test_what_counts_as_an_edit(said: str, values: dict[str, Any], told: bool) -> None:
    verdict = detect(release(edition()), sighting(replace(WORDING, **values)), READ, NOW)
    assert verdict is not None
    assert (verdict.kind == "edited") is told, said


@pytest.mark.parametrize("known", [None, release(edition("ru"))])
def test_a_sighting_that_lacks_its_wording_is_refused_loudly(known: KnownRelease | None) -> None:
    with pytest.raises(ValueError, match="release 900"):
        detect(known, sighting(None), READ, NOW)


@pytest.mark.parametrize(
    ("said", "source_id", "listing", "further_copy", "wanted"),
    [
        ("it is the watermark", "800", READ, False, True),
        ("it stood below the watermark, whoever finds it", "799", READ, False, True),
        ("its id is higher", "801", READ, False, False),
        ("its id is higher while history is read", "801", READING, False, False),
        ("it stood below while history is read", "12", READING, False, True),
        ("a further copy of an old release after the walk", "12", READ, True, True),
        ("a further copy shows during the walk", "801", READING, True, True),
        ("a further copy shows after the walk", "801", READ, True, False),
        ("the listing was empty and is being read", "5", replace(READING, watermark=None), False, True),
        ("the listing was empty at the first reading", "5", replace(READ, watermark=None), False, False),
        ("ids are numbers, not texts", "1000", replace(READ, watermark=999), False, False),
    ],
)
def test_what_is_history_and_what_is_news(
    said: str, source_id: str, listing: ListingHistory, further_copy: bool, wanted: bool
) -> None:
    assert is_baseline(source_id, listing, further_copy=further_copy) is wanted, said


def test_a_first_copy_is_history_by_the_same_rule() -> None:
    old, new = sighting(source_id="800"), sighting(source_id="801")
    verdicts = [detect(None, seen, READING, NOW) for seen in (old, new)]
    assert [verdict and verdict.baseline for verdict in verdicts] == [True, False]
    translated = detect(release(edition("ru")), new, READING, NOW)
    assert translated is not None
    assert translated.baseline


STATUSES: tuple[Status, ...] = ("listed", "suspected", "removed", "unseen")


@given(
    st.sampled_from(STATUSES),
    st.sampled_from(STATUSES),
    st.sampled_from([WORDING, EDITED, RESTYLED]),
    st.booleans(),
    st.sampled_from(["economy", "enbek", "economy enbek"]),
)
def test_what_was_stored_of_a_verdict_is_told_only_once(
    status: Status, whole: Status, wording: Wording, walked: bool, agencies: str
) -> None:
    known = release(edition(status=status), status=whole, agencies=agencies)
    seen = sighting(wording)
    verdict = detect(known, seen, replace(READ, walked=walked), NOW)
    assert verdict is not None
    content = known.editions["kk"].content
    stored = edition(
        digest=seen.digest,
        fingerprint=verdict.fingerprint,
        content=content_of(wording) if verdict.revises else content,
    )
    after = release(stored, agencies=f"{agencies} economy")
    assert detect(after, seen, READ, NOW) is None
    assert detect(after, sighting(None), READ, NOW) is None
    again = detect(after, sighting(wording, digest="views differ"), READ, NOW)
    assert again is not None
    assert (again.kind, again.revises) == (None, False)


@pytest.mark.parametrize(
    ("unread_for", "dated", "precision", "late"),
    [
        (timedelta(hours=23), NOW - timedelta(days=9), "minute", False),
        (timedelta(hours=25), NOW - timedelta(hours=25), "minute", True),
        (timedelta(days=9), NOW - timedelta(hours=23), "minute", False),
        (timedelta(days=9), NOW - timedelta(hours=25), "day", False),
        (timedelta(days=9), NOW - timedelta(hours=49), "day", True),
        (timedelta(days=9), None, None, False),
        (None, NOW - timedelta(days=9), "minute", False),
        (timedelta(days=-9), NOW - timedelta(days=9), "minute", False),
    ],
)
def test_news_is_late_where_listing_and_date_both_are(
    unread_for: timedelta | None, dated: datetime | None, precision: Any, late: bool
) -> None:
    since = None if unread_for is None else NOW - unread_for
    wording = replace(WORDING, published_at=dated, published_precision=precision)
    verdict = detect(None, sighting(wording), replace(READ, unread_since=since), NOW)
    assert verdict is not None
    told = since.isoformat().replace("+00:00", "Z") if since is not None else ""
    assert verdict.detail == ({"late": {"unread_since": told}} if late else {})


def test_history_is_never_late() -> None:
    old = replace(WORDING, published_at=NOW - timedelta(days=9))
    listing = replace(READ, watermark=900, unread_since=NOW - timedelta(days=5))
    verdict = detect(None, sighting(old), listing, NOW)
    assert verdict is not None
    assert verdict.baseline
    assert verdict.detail == {}
