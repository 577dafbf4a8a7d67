"""Do the benchmarks still run? With numbers so small that their figures say nothing."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
SMALL = ("--runs", "1", "--releases", "10", "--polls", "1", "--agencies", "1", "--news", "1")


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the benchmark of reading prints as JSON."""
    folder = tmp_path_factory.mktemp("benchmarks")
    ours = {name: value for name, value in os.environ.items() if not name.startswith("JARSHY_")}
    ended = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "reading.py", *SMALL, "--json"],
        cwd=folder,
        env={**ours, "TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stderr
    assert list(folder.iterdir()) == []  # what it wrote is gone
    printed: dict[str, Any] = json.loads(ended.stdout)
    return printed


def test_every_figure_of_the_benchmark_of_reading_is_there(measured: dict[str, Any]) -> None:
    named = {
        name.strip(): figures for table in measured["medians"] for name, figures in table["rows"] if figures
    }
    assert {"Jarshy", "its worker", "its daemon", "worker", "daemon", "Jarshy, median"} <= named.keys()
    assert {"bare Scrapy and json.loads", "bare SQLite, executemany of the same rows"} <= named.keys()
    for table in measured["medians"]:
        assert len(table["columns"]) == len(table["rows"][0][1])


def test_the_benchmark_of_reading_reads_what_it_says_it_reads(measured: dict[str, Any]) -> None:
    runs = measured["runs"]
    assert [spent["items"] for spent in runs["scrapy"] + runs["sqlite"]] == [10, 10]
    assert [spent["items"] for spent in runs["scrapy_polls"]] == [60]
    assert [poll["orders"] >= 3 for poll in runs["polls"]] == [True]
    assert len(runs["backfills"]) == len(runs["webhook_seconds"]) == 1


def test_the_benchmark_of_the_worker_prints_its_figures() -> None:
    small = ("--runs", "1", "--releases", "20", "--polls", "1", "--agencies", "1")
    command = [sys.executable, ROOT / "benchmarks" / "worker.py", *small]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stderr
    backfill, poll = ended.stdout.split("\n\n")
    for table in (backfill, poll):
        assert [line.split("  ")[1].strip() for line in table.splitlines()[2:]] == [
            "bare Scrapy and json.loads",
            "the worker",
        ]


def test_the_benchmark_of_audits_finds_everything_held() -> None:
    small = ("--releases", "120", "--per-minute", "60000")
    command = [sys.executable, ROOT / "benchmarks" / "audit.py", *small]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stderr
    assert "listed 120, held 120, missing 0, extra 0" in ended.stdout


def test_the_benchmark_of_history_weighs_what_it_stored() -> None:
    small = ("--releases", "120", "--few", "60", "--pages", "2")
    command = [sys.executable, ROOT / "benchmarks" / "history.py", *small, "--json"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stderr
    figures = json.loads(ended.stdout)["figures"]
    held = 120 + 2 * 20
    assert (figures["releases"], figures["revisions"]) == (held, held + held // 10)
    assert figures["rows_of_an_unchanged_page"] == 2
    assert sum(figures["parts"].values()) == figures["file_bytes"]
    assert figures["file_bytes"] > figures["text_bytes"] > figures["current_bytes"] > held * 1_000


def test_the_benchmark_of_serving_measures_all_that_can_be_measured_here(tmp_path: Path) -> None:
    small = ("--editions", "120", "--runs", "1", "--seconds", "1", "--requests", "50")
    command = [sys.executable, ROOT / "benchmarks" / "serving.py", *small, "--json"]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment)
    assert ended.returncode == 0, ended.stderr
    figures = json.loads(ended.stdout)["figures"]
    assert (figures["editions"], figures["entries"]) == (120, 70)
    assert figures["feed_bytes"] > 2 * figures["gzip_bytes"] > 0
    for made in ("uncached_ms", "joined_ms", "search_ms", "search_feed_ms", "ten_feeds_cpu_ms"):
        assert figures[made]
    if shutil.which("wrk"):
        assert {"304", "gzip", "plain"} == figures["ours"].keys()
        assert len(figures["rss_mb"]) == 3
    else:
        assert any("wrk" in said for said in figures["left_out"])
    assert list(tmp_path.iterdir()) == []


def test_the_benchmark_of_reading_pages_has_them_read_while_it_writes(tmp_path: Path) -> None:
    small = (
        "--editions",
        "60",
        "--readers",
        "2",
        "--seconds",
        "1",
        "--page",
        "/ru/",
        "--new",
        "0",
        "--new",
        "1",
    )
    command = [sys.executable, ROOT / "benchmarks" / "reading_pages.py", *small, "--json"]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment)
    assert ended.returncode == 0, ended.stderr
    runs = json.loads(ended.stdout)["runs"]
    assert [run["written"] for run in runs] == ["nothing new", "one new a page"]
    assert [(len(run["spent_ms"]), run["refused"], run["served"]["locked"]) for run in runs] == [
        (10, 0, 0)
    ] * 2
    assert all(run["served"]["sightings"] > 0 for run in runs)
    assert [run["served"]["made"] > 1 for run in runs] == [False, True]
    assert list(tmp_path.iterdir()) == []


def test_the_long_run_of_hostile_releases_says_how_many_faults_it_found() -> None:
    command = [sys.executable, ROOT / "benchmarks" / "hostile.py", "--releases", "120", "--processes", "1"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stdout
    assert ended.stdout.startswith("120 hostile releases in 3 feeds of each format")
    assert ended.stdout.endswith(" 0 faults\n")


def test_the_benchmark_of_words_prints_its_figures() -> None:
    command = [sys.executable, ROOT / "benchmarks" / "words.py", "--changes", "1"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stderr
    lines = ended.stdout.splitlines()
    assert [line.split()[:2] for line in lines[1:7]] == [
        [lang, part] for lang in ("ru", "kk", "en") for part in ("seen", "held")
    ]
    assert [line.split()[0] for line in lines[-2:]] == ["forms", "beginnings"]
    assert all(float(figure) > 0 for line in lines[-2:] for figure in line.split()[1:])


def test_the_benchmark_of_alerts_finds_everything_sent_once_and_in_order() -> None:
    small = ["--owed", "30", "--runs", "1", "--addresses", "3", "--each", "3", "--mails", "3", "--json"]
    ended = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "alerts.py", *small],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stderr
    figures = json.loads(ended.stdout)
    rates = ("one_webhook", "limit_posts_alone", "limit_durable_commits_alone", "one_mail_address",
             "many_addresses_beside_one_that_hangs")  # fmt: skip
    assert all(figures[rate] > 0 for rate in rates)


def test_the_benchmark_of_searches_finds_what_it_looks_for(tmp_path: Path) -> None:
    small = ["--editions", "1200", "--runs", "1", "--database", tmp_path / "searched.db", "--json"]
    ended = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "search.py", *small],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stderr
    said = json.loads(ended.stdout)
    assert said["editions"] == 1200
    queries = said["queries"]
    assert len(queries) >= 24
    nothing = {name for name, spent in queries.items() if not spent["total"]}
    assert nothing <= {"word that is nowhere", "rare number", "exact phrase", "rarer word, ru", "rarer word, kk",
                       "common and rare word", "exclusion of a common word"}  # fmt: skip
    assert "word that is nowhere" in nothing
    assert all(
        len(spent["warm"][order]) == 1 for spent in queries.values() for order in ("date", "relevance")
    )


def test_the_benchmark_of_silences_and_floods_finds_what_is_there_and_little_else() -> None:
    command = [sys.executable, ROOT / "benchmarks" / "silence_flood.py", "--agencies", "8", "--json"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout)
    assert found["years"] > 15
    assert found["silences"] + found["floods"] <= 1
    assert len(found["told_after"]) >= 6
    assert len(found["told_at"]) >= 6


@pytest.mark.skipif(
    os.environ.get("JARSHY_LONG_PROPERTIES") != "1",
    reason="a daemon on a fast clock takes most of a minute; JARSHY_LONG_PROPERTIES=1 runs it",
)
def test_the_benchmark_of_fast_days_sees_what_appears_once_though_the_daemon_is_killed(
    tmp_path: Path,
) -> None:
    small = ["--start", "2026-03-02T05:00:00+00:00", "--days", "0.06", "--warm-up", "0", "--agencies", "2"]
    small += ["--releases", "600", "--past", "1", "--history", "1d", "--kills", "1"]
    command = [sys.executable, ROOT / "benchmarks" / "fast_days.py", *small, "--json"]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment)
    if "libfaketime is not here" in ended.stderr:
        pytest.skip(ended.stderr.strip())
    assert ended.returncode == 0, ended.stderr
    printed = json.loads(ended.stdout)
    figures, editions = printed["figures"], printed["figures"]["delays"]["editions"]
    assert (figures["missed"], figures["doubled"], figures["false"], figures["kills"]) == (0, 0, 0, 1)
    assert editions["count"] >= 10
    assert 0 < editions["mean"] <= editions["longest"] < 60 + figures["longest_outage"]
    assert printed["simulated"]["figures"]["editions"][0] == editions["count"]
    assert printed["simulated"]["ratio"] > 0
    assert figures["most_in_a_minute"] <= 30
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def looked() -> dict[str, Any]:
    """What the benchmark of looking says of three simulated days."""
    command = [
        sys.executable,
        ROOT / "benchmarks" / "looking.py",
        "--weeks",
        "0.43",
        "--seeds",
        "7",
        "--json",
    ]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stderr
    printed: dict[str, Any] = json.loads(ended.stdout)["7"]
    return printed


def test_the_benchmark_of_looking_compares_equally_many_requests(looked: dict[str, Any]) -> None:
    ways = looked["ways"]
    assert list(ways) == [
        "round robin", "miniflux", "ours, from nothing", "told the true rates", "whole portal"
    ]  # fmt: skip
    assert [way["unseen"] for way in ways.values()] == [0] * 5
    assert len({way["editions"]["count"] for way in ways.values()}) == 1
    assert ways["round robin"]["most_a_day"] == 2000
    assert 1900 < ways["miniflux"]["requests_a_day"] <= 2000
    assert ways["ours, from nothing"]["most_a_day"] <= 2000
    assert ways["whole portal"]["requests_a_day"] == 720


def test_a_plan_that_learns_from_nothing_sees_releases_sooner_than_one_listing_after_another(
    looked: dict[str, Any],
) -> None:
    ways = looked["ways"]
    assert ways["ours, from nothing"]["editions"]["mean"] < 0.6 * ways["round robin"]["editions"]["mean"]
    assert [limit["name"] for limit in looked["limits"] if limit["name"].startswith("requests")] == [
        "requests in any 24 hours", "requests refused"
    ]  # fmt: skip


def test_the_benchmark_of_planning_prints_its_figures() -> None:
    small = ("--listings", "30", "--history", "10,300", "--runs", "3", "--json")
    command = [sys.executable, ROOT / "benchmarks" / "planning.py", *small]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stderr
    medians = json.loads(ended.stdout)["medians_ms"]
    assert [name.split()[0] for name in medians] == ["10", "10", "300", "300"]
    for parts in medians.values():
        assert parts.keys() == {"price", "next", "read", "next again", "all"}
        assert parts["all"] >= parts["price"] > 0


def test_the_benchmark_of_thinning_leaves_a_history_that_fits() -> None:
    small = ["--releases", "100", "--readings-a-day", "10", "--days", "35"]
    command = [sys.executable, ROOT / "benchmarks" / "thinning.py", *small]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, encoding="utf-8").stdout
    assert "after the first round of thinning to 30 days: file" in said
    assert "verify: all fits" in said
