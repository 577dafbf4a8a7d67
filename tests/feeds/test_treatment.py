"""How an agency treated what it published: the same that the views of all agencies say."""

from datetime import UTC, datetime, timedelta

from monitor.store.statistics import quiet_edits
from monitor.store.treatment import publications_and_events
from monitor.treatment import Delay, by_month, first_edits, translations
from tests.feeds.conftest import SEEN, Stored


def tell(stored: Stored) -> None:
    """Two months of one agency: news and history, edits light and heavy, a removal, a return, translations."""
    for number in range(12):
        month = datetime(2031, 4 + number % 2, 3 + number, 6, 0, tzinfo=UTC)
        release = stored.release(
            str(700_000 + number),
            "economy",
            published_at=month.isoformat(),
            published_on=f"{month:%Y-%m-%d}",
            published_precision="minute",
        )
        seen = month + timedelta(minutes=10)
        ru = stored.edition(release, "ru", f"Новость {number}", seen=seen)
        kk = stored.edition(release, "kk", f"Жаңалық {number}", seen=seen)
        stored.change("published", release, ru, at=seen, baseline=int(number == 4))
        stored.change(
            "translated",
            release,
            kk,
            at=seen + timedelta(hours=number),
            weight="minor",
            baseline=number % 3 == 2,
        )
        if number % 2:
            weight = ("minor", "none", "major")[number % 3]
            stored.change("edited", release, ru, at=seen + timedelta(hours=3 + number), weight=weight)
        if number in {3, 6}:
            stored.change("removed", release, at=seen + timedelta(days=2))
        if number == 6:
            detail = {"classes": ["typography", "amount"]}
            stored.change("restored", release, ru, at=seen + timedelta(days=3), detail=detail)
        if number == 8:
            stored.change("removed", release, kk, at=seen + timedelta(days=1))
            detail = {"classes": ["typography"]}
            stored.change("restored", release, kk, at=seen + timedelta(days=2), detail=detail)
    stored.edition(stored.release("700100", "moa"), "ru", "Чужая")


def test_the_months_are_those_of_the_view(stored: Stored) -> None:
    tell(stored)
    publications, events = publications_and_events(stored.db, ["economy"], month="2031-04")
    names = ("month", "published", "edited", "edited_majorly", "removed", "backdated")
    rows = [tuple(row[name] for name in names) for row in quiet_edits(stored.db, ["economy"], since=None)]
    assert [tuple(getattr(month, name) for name in names) for month in by_month(publications, events)] == rows
    assert [row[0] for row in rows] == ["2031-05", "2031-04"]
    assert any(row[3] for row in rows)
    assert any(row[4] for row in rows)


def test_the_lengths_of_a_month_are_those_of_the_view(stored: Stored) -> None:
    tell(stored)
    (row,) = quiet_edits(stored.db, ["economy"], since="2031-05")
    publications, events = publications_and_events(stored.db, ["economy"], month="2031-05")
    edits, copies = first_edits(publications, events), translations(publications, events)
    assert edits is not None
    assert edits.median.total_seconds() == row["median_first_edit"]
    assert {lang: delay.median.total_seconds() for lang, delay in copies.items()} == {"kk": row["median_kk"]}
    assert sum(delay.count for delay in copies.values()) == sum(copy["timed"] for copy in row["languages"])


def test_nothing_is_measured_of_what_was_history(stored: Stored) -> None:
    release = stored.release("700200", published_on="2031-05-14")
    ru, kk = stored.edition(release, "ru"), stored.edition(release, "kk")
    stored.change("published", release, ru, baseline=1)
    stored.change("translated", release, kk, at=SEEN + timedelta(hours=1))
    stored.change("edited", release, ru, at=SEEN + timedelta(hours=2))
    publications, events = publications_and_events(stored.db, ["economy"], month="2031-05")
    assert (first_edits(publications, events), translations(publications, events)) == (None, {})
    assert [(month.published, month.edited) for month in by_month(publications, events)] == [(1, 1)]


def test_a_median_lies_between_the_middle_two(stored: Stored) -> None:
    for number, hours in enumerate((1, 2, 4, 50)):
        release = stored.release(str(700_300 + number), published_on="2031-05-14")
        stored.change("published", release, stored.edition(release, "ru"))
        stored.change("translated", release, stored.edition(release, "kk"), at=SEEN + timedelta(hours=hours))
    publications, events = publications_and_events(stored.db, ["economy"], month="2031-05")
    assert translations(publications, events) == {"kk": Delay(timedelta(hours=3), 4)}
