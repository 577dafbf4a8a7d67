"""How a line of the log is written, for whoever reads it."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from monitor.log_lines import Line, as_json, as_sentence, in_file, in_journal, on_terminal, plainly

AT = datetime(2026, 3, 2, 14, 30, 5, 70_000, tzinfo=timezone(timedelta(hours=5)))


def line(message: str = "economy/kk: жарияланды 1040", **more: Any) -> Line:
    told: dict[str, Any] = {"at": AT, "level": "info", "logger": "jarshy.watch", "ids": {}} | more
    return Line(message=message, **told)


IDS = {"order": 12, "changes": ["8d4f", "9e50"]}
TRACE = "Traceback (most recent call last):\n  File …\nValueError: ә"

WRITTEN = [
    (as_sentence, line(), "economy/kk: жарияланды 1040"),
    (as_sentence, line(level="warning", ids=IDS), "Warning: economy/kk: жарияланды 1040"),
    (plainly, line(ids=IDS), "2026-03-02 14:30:05 economy/kk: жарияланды 1040"),
    (plainly, line(level="error"), "2026-03-02 14:30:05 ERROR economy/kk: жарияланды 1040"),
    (on_terminal, line(), "2026-03-02 14:30:05 economy/kk: жарияланды 1040"),
    (on_terminal, line("Ол тұр.", level="warning"), "\x1b[33m2026-03-02 14:30:05 WARNING Ол тұр.\x1b[0m"),
    (in_file, line("Ол тұр.", ids=IDS), "2026-03-02 14:30:05+0500 Ол тұр. [order=12 changes=8d4f,9e50]"),
    (in_journal, line("Ол тұр.", ids=IDS), "<6>Ол тұр. [order=12 changes=8d4f,9e50]"),
    (
        in_journal,
        line("Ол тұр.", level="error", trace=TRACE),
        "<3>Ол тұр.\n<3>    Traceback (most recent call last):\n<3>      File …\n<3>    ValueError: ә",
    ),
]


@pytest.mark.parametrize(("shape", "said", "written"), WRITTEN)
def test_a_line_is_written_for_its_reader(shape: Any, said: Line, written: str) -> None:
    assert shape(said) == written


def test_json_is_one_line_in_utc_with_ids_and_trace() -> None:
    said = line("Екі\nжол\u2028мен\x85", level="error", ids=IDS, trace=TRACE)
    written = as_json(said)
    assert len(written.splitlines()) == 1
    assert "Екі" in written
    assert json.loads(written) == {
        "at": "2026-03-02T09:30:05.070Z",
        "level": "error",
        "logger": "jarshy.watch",
        "message": said.message,
        "order": 12,
        "changes": ["8d4f", "9e50"],
        "exception": TRACE,
    }


def test_an_id_never_takes_the_place_of_what_every_line_has() -> None:
    assert json.loads(as_json(line("Ол тұр.", ids={"message": "жалған", "lang": "kk"}))) == {
        "at": "2026-03-02T09:30:05.070Z",
        "level": "info",
        "logger": "jarshy.watch",
        "message": "Ол тұр.",
        "lang": "kk",
    }


@pytest.mark.parametrize("shape", [as_sentence, plainly, in_file, in_journal])
def test_what_comes_from_elsewhere_can_neither_steer_a_terminal_nor_pass_for_a_line_of_ours(
    shape: Any,
) -> None:
    written = shape(line("answered \x1b[2J\u202e\x07 500:\n2026-03-02 14:30:05 all is well\r<0>\n<0>panic"))
    assert not {"\x1b", "\u202e", "\x07", "\r"} & set(written)
    assert "\\x1b[2J\\u202e\\x07" in written
    _, *more = (each.removeprefix("<6>") for each in written.split("\n"))
    assert len(more) == 2
    assert all(each.startswith("    ") for each in more)


def test_of_very_many_ids_a_text_shows_the_first() -> None:
    written = in_journal(line("Ол тұр.", ids={"changes": [f"u{number}" for number in range(200)]}))
    assert written.endswith("u8,u9,… 190 more]")


def test_a_time_without_a_fraction_is_written_alike() -> None:
    at = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert json.loads(as_json(line(at=at)))["at"] == "2026-03-02T09:30:00.000Z"
