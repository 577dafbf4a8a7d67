"""Saved answers (invented) beside what they must yield; a new one writes its expectation once, and fails."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.answers import classify
from crawler.items import read_item
from crawler.records import Order, to_line

RESPONSES = Path(__file__).parent / "responses"
NOW = datetime(2026, 7, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    "response", sorted(RESPONSES.glob("*.response.json")), ids=lambda path: path.name.split(".")[0]
)
def test_a_saved_answer_yields_what_stands_beside_it(response: Path) -> None:
    expectation = response.with_name(response.name.replace(".response.", ".expected."))
    found = _yield_of(response.read_bytes())
    if not expectation.exists():
        expectation.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        pytest.fail(f"{expectation.name} was written; read it, and run again if it is right.")
    assert found == json.loads(expectation.read_text(encoding="utf-8"))


def _yield_of(body: bytes) -> dict[str, object]:
    answer = classify(200, {}, body, "https://www.gov.kz/x", now=NOW)
    order = Order(id=1, agency="economy", lang="kk")
    records = [
        read_item(item, order=order, position=position, base_url="https://www.gov.kz")
        for position, item in enumerate(answer.items)
    ]
    lines = [json.loads(to_line(record)) for record in records]
    for line in lines:
        (line.get("wording") or line).pop("raw")  # it repeats the answer
    return {"outcome": answer.outcome, "records": lines}
