"""What is counted, and what is said of it: a real store, real messages, and the parsers of Prometheus itself."""

import ast
import inspect
import shutil
import subprocess
import sys
import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families as read_text

import monitor.metrics
from crawler.records import Report
from monitor.backups import Backups
from monitor.config import Config
from monitor.errors import DeliveryError
from monitor.metrics import Metrics
from monitor.schedule import Task
from monitor.store import measured
from monitor.store.database import Database, open_reader, open_store, to_text, writing
from monitor.store.health import write_event
from monitor.store.listings import Counts, begin_crawl, end_crawl
from tests.monitor.owing import START, Newsroom, rule
from tests.monitor.test_outbox import HOOK, MAIL, Memory

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that was just made: to copy it is cheaper than to make another."""
    path = tmp_path_factory.mktemp("empty") / "jarshy.db"
    open_store(path).close()
    return path


@pytest.fixture
def room(tmp_path: Path, empty: Path) -> Newsroom:
    return Newsroom([rule(to=[HOOK])], path=shutil.copy(empty, tmp_path / "jarshy.db"))


@dataclass
class Worker:
    """The keeper of a worker, as far as metrics ask it."""

    pid: int | None = None
    restarts: Counter[str] = field(default_factory=Counter)


def config_of(room: Newsroom, **schedule: Any) -> Config:
    return Config.model_validate({"database": {"path": room.path}, "schedule": schedule})


def said(metrics: Metrics, room: Newsroom, *, accept: str = "", **schedule: Any) -> dict[str, float]:
    """Every sample, as it is written in front of its number."""
    metrics._stored_at = float("-inf")  # so that nothing is as old as five seconds
    body, _ = metrics.exposition(config_of(room, **schedule), accept, now=room.clock())
    return {
        sample.name + "".join(f" {key}={value}" for key, value in sorted(sample.labels.items())): sample.value
        for family in read_text(body.decode("utf-8"))
        for sample in family.samples
    }


def read(db: Database, outcome: str, *, at: datetime, took: timedelta, route: str = "rest") -> None:
    """A reading that ended so, as the watch writes it."""
    with writing(db):
        task = Task("economy", "kk", page=1, purpose="new")
        crawl = begin_crawl(db, task, route, started_at=at)
        report = Report(1, outcome, listed=20, requests=1, bytes=1000)  # type: ignore[arg-type]
        end_crawl(
            db, crawl, report, Counts(), outcome=report.outcome, finished_at=at + took, next_at=at + MINUTE
        )


def test_readings_are_counted_from_the_start_on(room: Newsroom) -> None:
    metrics = Metrics()
    read(room.db, "items", at=START, took=SECOND)
    metrics.begin(room.db, Worker())
    assert not [name for name in said(metrics, room) if name.startswith("jarshy_readings_total")]
    read(room.db, "unchanged", at=START, took=0.3 * SECOND)
    read(room.db, "unchanged", at=START, took=2 * SECOND)
    read(room.db, "blocked", at=START, took=20 * SECOND, route="graphql")
    for _ in range(2):  # a second look counts nothing twice
        found = said(metrics, room)
        assert found["jarshy_readings_total outcome=unchanged route=rest"] == 2
        assert found["jarshy_readings_total outcome=blocked route=graphql"] == 1
        assert "jarshy_readings_total outcome=items route=rest" not in found
        assert found["jarshy_reading_seconds_bucket le=0.5 route=rest"] == 1
        assert found["jarshy_reading_seconds_count route=rest"] == 2
        assert found["jarshy_reading_seconds_sum route=rest"] == pytest.approx(2.3)
        assert found["jarshy_portal_received_bytes_total"] == 3000


def test_after_weeks_without_a_question_the_answers_catch_up(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measured, "MOST_ROWS", 2)
    metrics = Metrics()
    metrics.begin(room.db, Worker())
    for _ in range(5):
        read(room.db, "items", at=START, took=SECOND)
    counts = [said(metrics, room)["jarshy_readings_total outcome=items route=rest"] for _ in range(4)]
    assert counts == [2, 4, 5, 5]


def test_two_who_ask_at_once_are_answered_one_after_the_other(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    metrics, marks, asked = Metrics(), measured.readings_after, []
    metrics.begin(room.db, Worker())
    read(room.db, "items", at=START, took=SECOND)
    other = threading.Thread(target=lambda: asked.append(said(metrics, room)))

    def readings_after(*at: Any) -> Any:
        if not other.ident:
            other.start()
            other.join(0.1)  # let in, it would count the same rows and be done by then
        return marks(*at)

    monkeypatch.setattr(measured, "readings_after", readings_after)
    found = said(metrics, room)
    other.join(5)
    assert found["jarshy_readings_total outcome=items route=rest"] == 1
    assert asked[0]["jarshy_readings_total outcome=items route=rest"] == 1


def test_changes_are_counted_by_kind_and_baselines_are_not(room: Newsroom) -> None:
    metrics = Metrics()
    room.publish(1)
    metrics.begin(room.db, Worker())
    room.publish(2, 3)
    room.change("removed", 2, lang=None)
    room.db.execute("UPDATE changes SET baseline = 1 WHERE release_id = 3")
    found = said(metrics, room)
    assert found["jarshy_changes_total kind=published"] == 1
    assert found["jarshy_changes_total kind=removed"] == 1
    assert found["jarshy_changes_total kind=edited"] == 0
    assert (found["jarshy_releases"], found["jarshy_editions"]) == (3, 3)


@pytest.mark.parametrize(
    ("release", "first", "counts"),
    [
        ({"published_precision": "minute"}, None, True),
        ({"published_precision": "day"}, None, False),
        ({"published_precision": "minute", "date_doubt": "future"}, None, False),
        ({"published_precision": None, "published_at": None}, None, False),
        # Its date was edited since: what counts is that which it had when it was seen.
        ({"published_precision": "day"}, {"published_precision": "minute"}, True),
        ({"published_precision": "minute"}, {"published_precision": "day"}, False),
    ],
)
def test_the_delay_of_a_sighting_is_told_where_the_portal_tells_the_minute(
    room: Newsroom, release: dict[str, Any], first: dict[str, Any] | None, counts: bool
) -> None:
    metrics = Metrics()
    metrics.begin(room.db, Worker())
    room.publish(7)
    published = {"published_at": to_text(START - 4 * MINUTE)}
    room.db.table("releases").update(7, {**published, **release})
    if first is not None:
        room.db.table("first_dates").insert({"release_id": 7, **published, **first})
    room.change("edited", 7)
    found = said(metrics, room)
    assert found["jarshy_sighting_delay_seconds_count"] == counts
    assert found["jarshy_sighting_delay_seconds_sum"] == 240 * counts
    assert found["jarshy_sighting_delay_seconds_bucket le=120"] == 0
    assert found["jarshy_sighting_delay_seconds_bucket le=300"] == counts


async def test_what_is_told_is_counted_with_its_delay(room: Newsroom) -> None:
    metrics, memory = Metrics(), Memory()
    room.publish(1, 2)
    room.clock.on(3 * SECOND)
    await room.dispatch({"webhook": memory}, metrics=metrics)
    found = said(metrics, room)
    assert len(memory.sent) == found["jarshy_deliveries_total state=sent"] == 2
    assert found["jarshy_alert_delay_seconds_count form=change"] == 2
    assert found["jarshy_alert_delay_seconds_sum form=change"] == 6
    assert found["jarshy_deliveries_owed stage=booked"] == 0
    assert found["jarshy_deliveries_oldest_owed_seconds stage=booked"] == 0


async def test_what_is_not_taken_is_counted_while_it_is_owed_and_when_it_is_given_up(room: Newsroom) -> None:
    metrics, memory = Metrics(), Memory()
    room.publish(1, 2)
    memory.failures[HOOK] = [DeliveryError("down")]
    await room.dispatch({"webhook": memory}, metrics=metrics)
    room.clock.on(4 * SECOND)
    found = said(metrics, room)
    assert found["jarshy_delivery_retries_total"] == 1
    assert found["jarshy_deliveries_owed stage=booked"] == 2
    assert found["jarshy_deliveries_oldest_owed_seconds stage=booked"] == 4
    room.clock.on(MINUTE)
    memory.failures[HOOK] = [DeliveryError("never", permanent=True)]
    await room.dispatch({"webhook": memory}, metrics=metrics)
    found = said(metrics, room)
    assert found["jarshy_deliveries_total state=failed"] == 1
    assert found["jarshy_deliveries_total state=sent"] == 1


async def test_what_nobody_is_named_for_any_more_is_dropped_and_counted(room: Newsroom) -> None:
    metrics = Metrics()
    room.publish(1, 2)
    room.alerts = [rule(to=["https://hooks.example.kz/other"])]
    await room.dispatch({"webhook": Memory()}, metrics=metrics)
    assert said(metrics, room)["jarshy_deliveries_total state=dropped"] == 2


async def test_what_waits_for_a_person_and_what_was_told_already_is_counted(room: Newsroom) -> None:
    metrics, memory = Metrics(), Memory()
    room.alerts = [rule(to=[MAIL])]
    room.publish(1)
    found = said(metrics, room)
    assert found["jarshy_deliveries_owed stage=waiting"] == 1
    room.clock.on(30 * SECOND)
    assert said(metrics, room)["jarshy_deliveries_oldest_owed_seconds stage=waiting"] == 30
    await room.live({"mail": memory}, timedelta(hours=1), metrics=metrics)
    room.change("translated", 1, lang="ru", weight="minor")
    room.change("edited", 1, weight="minor")
    await room.live({"mail": memory}, timedelta(days=1), metrics=metrics)
    found, states = said(metrics, room), room.states()
    assert found["jarshy_alert_delay_seconds_count form=release"] == states["sent"]
    assert found["jarshy_deliveries_total state=dropped"] == states.get("dropped", 0)


def test_what_the_machine_has_and_what_is_wrong_is_said(room: Newsroom) -> None:
    with writing(room.db):
        for kind, is_over in (("disk", False), ("listing", False), ("listing", True)):
            write_event(
                room.db,
                key=kind,
                kind=kind,  # type: ignore[arg-type]
                is_over=is_over,
                agency=None,
                lang=None,
                detail={},
                now=START,
            )
    found = said(Metrics(), room, per_day=900)
    assert found["jarshy_troubles kind=disk"] == 1
    assert found["jarshy_troubles kind=listing"] == 0
    assert found["jarshy_database_bytes"] == Path(room.path).stat().st_size
    assert found["jarshy_disk_size_bytes"] > found["jarshy_disk_free_bytes"] > 0
    assert (found["jarshy_portal_requests_last_day"], found["jarshy_portal_requests_limit"]) == (0, 900)
    assert found["process_resident_memory_bytes"] > 1e6
    assert "jarshy_portal_requests_limit" not in said(Metrics(), room)


async def test_how_old_the_newest_backup_is_and_whether_another_can_be_made_is_said(room: Newsroom) -> None:
    metrics, folder = Metrics(), Path(room.path).parent / "backups"
    off = Config.model_validate({"database": {"path": room.path}, "backup": {"every": "off"}})
    newest = "jarshy_backup_newest_timestamp_seconds"

    def named(config: Config) -> dict[str, float]:
        body, _ = metrics.exposition(config, "", now=room.clock())
        pairs = [line.split() for line in body.decode().splitlines() if line.startswith("jarshy_backup_")]
        return {name.removeprefix("jarshy_backup_"): float(value) for name, value in pairs}

    assert named(off) == {}
    here = config_of(room)
    backups = Backups(here, now=room.clock)
    metrics.begin(room.db, Worker(), backups)
    assert named(here) == {"interval_seconds": 86400, "failing": 0}  # nobody has looked yet
    backups.look()
    assert backups._under_way is not None
    await backups._under_way
    assert named(here) == {"newest_timestamp_seconds": 0, "interval_seconds": 86400, "failing": 0}
    folder.write_text("no folder")
    await backups._make()
    assert named(here)["failing"] == 1
    folder.unlink()
    await backups._make()
    assert said(metrics, room)[newest] == int(room.clock().timestamp())
    assert named(here)["failing"] == 0
    assert named(off) == {"newest_timestamp_seconds": int(room.clock().timestamp())}
    await backups.close()


def test_a_listing_is_overdue_a_quarter_of_an_hour_after_its_time(room: Newsroom) -> None:
    due = {"lang": "kk", "read_at": to_text(START - timedelta(hours=2))}
    for agency, minutes in (("economy", 16), ("almaty", 14), ("nobody", 99)):  # the last is not followed
        row = {"agency": agency, **due, "due_at": to_text(START - minutes * MINUTE)}
        room.db.table("due").insert(row)
    room.db.table("listings").insert({"agency": "economy", "lang": "kk", "route": "rest", "failures": 2})
    found = said(Metrics(), room)
    assert found["jarshy_listings_overdue"] == 1
    assert found["jarshy_listings_failing"] == 1
    assert found["jarshy_listings_followed"] == 57
    assert found["jarshy_last_reading_timestamp_seconds"] == (START - timedelta(hours=2)).timestamp()


def test_what_waits_for_the_end_of_quiet_hours_is_not_overdue(room: Newsroom) -> None:
    due = {"lang": "kk", "read_at": None}
    for agency, minutes in (("economy", 16), ("almaty", 50)):
        row = {"agency": agency, **due, "due_at": to_text(START - minutes * MINUTE)}
        room.db.table("due").insert(row)
    assert said(Metrics(), room, quiet="14:00-15:00")["jarshy_listings_overdue"] == 1  # it is half past two
    assert said(Metrics(), room, quiet="13:30-15:00")["jarshy_listings_overdue"] == 0


def test_a_worker_has_figures_of_its_own_while_there_is_one(room: Newsroom) -> None:
    metrics = Metrics()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        metrics.begin(room.db, Worker(process.pid))
        assert said(metrics, room)["jarshy_worker_process_resident_memory_bytes"] > 100_000
        process.communicate(b"\n")
    assert "jarshy_worker_process_resident_memory_bytes" not in said(metrics, room)


def test_who_begins_anew_goes_on_counting(room: Newsroom) -> None:
    metrics = Metrics()
    metrics.begin(room.db, Worker())
    room.publish(1)
    metrics.begin(room.db, Worker(restarts=Counter(stuck=2)))  # the configuration was read again
    found = said(metrics, room)
    assert found["jarshy_changes_total kind=published"] == 1
    assert found["jarshy_worker_restarts_total reason=stuck"] == 2
    assert found["jarshy_worker_restarts_total reason=ended"] == 0


def test_a_database_that_is_gone_or_garbled_is_said_and_the_rest_stands(room: Newsroom) -> None:
    metrics, path = Metrics(), Path(room.path)
    metrics.answered("atom", 200, 0.01)
    assert said(metrics, room)["jarshy_database_readable"] == 1
    room.db.close()
    path.write_bytes(b"no database at all" * 1000)
    for _ in range(2):
        found = said(metrics, room)
        assert found["jarshy_database_readable"] == 0
        assert "jarshy_editions" not in found
        assert found["jarshy_http_responses_total format=atom status=200"] == 1
        path.unlink(missing_ok=True)
    path.parent.rename(path.parent.with_name("unmounted"))
    assert "jarshy_disk_free_bytes" not in said(metrics, room)
    path.parent.with_name("unmounted").rename(path.parent)
    open_store(path)
    assert said(metrics, room)["jarshy_database_readable"] == 1


@pytest.mark.parametrize(
    ("accept", "is_open"),
    [
        ("", False),
        ("*/*", False),
        ("text/plain;version=0.0.4", False),
        ("text/plain;version=ө;escaping=\r\nX: y", False),
        ("application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", True),
        ("application/openmetrics-text;version=99.9;escaping=nonsense", True),
    ],
)
def test_the_format_is_the_one_that_is_asked_for(room: Newsroom, accept: str, is_open: bool) -> None:
    body, media_type = Metrics().exposition(config_of(room), accept, now=START)
    text = body.decode("utf-8")
    if is_open:
        assert media_type == "application/openmetrics-text; version=1.0.0; charset=utf-8"
        names = {family.name: family.type for family in read_openmetrics(text)}
        assert names["jarshy_build"] == "info"
    else:
        assert media_type == "text/plain; version=0.0.4; charset=utf-8"
        names = {family.name: family.type for family in read_text(text)}
    assert names["jarshy_deliveries"] == "counter"
    assert names["jarshy_reading_seconds"] == "histogram"


def test_who_asks_again_at_once_has_the_same_answer_of_the_database(room: Newsroom) -> None:
    metrics = Metrics()
    config = config_of(room)
    first, _ = metrics.exposition(config, "", now=START)
    room.publish(1)
    again, _ = metrics.exposition(config, "", now=START)
    assert b"\njarshy_editions 0.0\n" in first and b"\njarshy_editions 0.0\n" in again
    assert said(metrics, room)["jarshy_editions"] == 1


def test_no_question_looks_through_what_grows(room: Newsroom) -> None:
    db, asked = open_reader(room.path), []
    with db.tracer(lambda query, values: asked.append((query, values))):
        measured.marks(db)
        measured.readings_after(db, 0)
        measured.noticed_after(db, 0)
        measured.stock(db, [], due_before=START)
        measured.noticed_at(db, [1])
    plans = [
        str(step[3]) for query, values in asked for step in db.execute(f"EXPLAIN QUERY PLAN {query}", values)
    ]
    looked_through = {step for step in plans if step.startswith("SCAN") and "json_each" not in step}
    # A row a listing, what could not be read, and by an index of their own the few that are owed.
    assert looked_through == {
        "SCAN CONSTANT ROW",
        "SCAN due",
        "SCAN listings",
        "SCAN quarantine",
        "SCAN deliveries USING INDEX deliveries_in_line",
        "SCAN deliveries USING INDEX deliveries_waiting",
    }
    assert not [step for step in plans if step.startswith("MATERIALIZE") or "AUTOMATIC" in step]


def test_the_library_is_loaded_when_somebody_asks_and_not_before() -> None:
    top = ast.parse(inspect.getsource(monitor.metrics)).body
    loaded = [ast.unparse(node) for node in top if isinstance(node, ast.Import | ast.ImportFrom)]
    assert loaded
    assert not [line for line in loaded if "prometheus" in line]
