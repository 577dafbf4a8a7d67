"""Saved answers (invented) beside what they must yield; a new one writes its expectation once, and fails.

`x.response.json` or `x.response.html` is the body; `x.meta.json`, where there is one, says its `status`, its
`headers`, the `charset` it was truly sent in, and the `name` or `names` that a GraphQL answer is asked for;
`x.expected.json` is what comes of it.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.answers import Answer, classify, classify_each
from crawler.forms import forms_of
from crawler.items import read_item
from crawler.records import Order, to_line

RESPONSES = Path(__file__).parent / "responses"
URL = "https://www.gov.kz/x"
NOW = datetime(2026, 7, 13, tzinfo=UTC)
SAVED = sorted(RESPONSES.glob("*.response.*"))


@pytest.mark.parametrize("response", SAVED, ids=lambda path: path.name.split(".")[0])
def test_a_saved_answer_yields_what_stands_beside_it(response: Path) -> None:
    name = response.name.split(".")[0]
    expectation = response.with_name(f"{name}.expected.json")
    meta = response.with_name(f"{name}.meta.json")
    found = _yield_of(response.read_bytes(), json.loads(meta.read_text("utf-8")) if meta.exists() else {})
    if not expectation.exists():
        expectation.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        pytest.fail(f"{expectation.name} was written; read it, and run again if it is right.")
    assert found == json.loads(expectation.read_text(encoding="utf-8"))


def test_every_outcome_that_an_answer_can_have_is_saved() -> None:
    saved = {_first(path)["outcome"] for path in RESPONSES.glob("*.expected.json")}
    assert saved == {"items", "empty", "refused", "shell", "blocked", "overloaded", "broken"}


def test_what_is_said_of_a_saved_answer_is_a_sentence_without_what_is_private() -> None:
    for path in RESPONSES.glob("*.expected.json"):
        answer = _first(path)
        if answer["outcome"] not in {"items", "empty"}:
            assert answer["reason"].startswith(f"{URL} answered ")
        assert "192.0.2" not in answer["reason"]
        assert "2001:db8" not in answer["reason"]
        assert "invented-ticket" not in answer["reason"]


def _first(path: Path) -> dict[str, Any]:
    saved: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return saved if "outcome" in saved else next(iter(saved.values()))


def _yield_of(body: bytes, meta: Mapping[str, Any]) -> dict[str, Any]:
    status, headers = meta.get("status", 200), meta.get("headers", {})
    if "charset" in meta:
        body = body.decode("utf-8").encode(meta["charset"])
    if "names" in meta:
        answers = classify_each(status, headers, body, URL, names=meta["names"], now=NOW)
        return {name: _told(answer) for name, answer in answers.items()}
    return _told(classify(status, headers, body, URL, now=NOW, name=meta.get("name")))


def _told(answer: Answer) -> dict[str, Any]:
    order = Order(id=1, agency="economy", lang="kk")
    records = [
        read_item(item, order=order, position=position, base_url="https://www.gov.kz")
        for position, item in enumerate(answer.items)
    ]
    lines = [json.loads(to_line(record)) for record in records]
    for line in lines:
        (line.get("wording") or line).pop("raw")  # it repeats the answer
    return {
        "outcome": answer.outcome,
        "reason": answer.reason,
        "retry_after": answer.retry_after,
        "forms": list(forms_of(answer.items, envelope=answer.envelope)),
        "records": lines,
    }
