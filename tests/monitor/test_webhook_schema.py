"""Every kind of body that a webhook is sent keeps the schema that receivers are given."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from monitor import messages
from monitor.changes import KINDS, WEIGHTS
from monitor.config import Alert
from monitor.troubles import HEALTH_KINDS
from tests.monitor.alerts import LIMIT, MESSAGE, OURS, SEEN, told, trouble
from tests.monitor.test_golden_messages import ONE

SCHEMA = json.loads((Path(__file__).parents[2] / "examples" / "webhook.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)


def of_change(item: messages.Item) -> dict[str, Any]:
    return messages.change_message(item, message_id=MESSAGE, secret=None).body


def faults(body: object) -> list[str]:
    return [fault.message for fault in VALIDATOR.iter_errors(json.loads(json.dumps(body)))]


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$defs"]["change"]["properties"]["kind"]["enum"] == list(KINDS)
    assert SCHEMA["$defs"]["change"]["properties"]["weight"]["enum"] == list(WEIGHTS)
    assert SCHEMA["$defs"]["health"]["properties"]["kind"]["enum"] == list(HEALTH_KINDS)


@pytest.mark.parametrize("case", ONE)
def test_a_change_keeps_it(case: str) -> None:
    for item in ONE[case]:
        assert faults(of_change(item)) == []


def test_a_drawn_edit_and_a_release_without_a_date_keep_it() -> None:
    diff = [{"field": "text", "paragraph": 1, "parts": [["=", "бұл "], ["-", "12"], ["+", "21"]]}]
    detail = {
        "fields": ["text", "date"],
        "diff": diff,
        "date": {"before": "02.03.2026", "after": "03.03.2026"},
    }
    assert faults(of_change(told(kind="edited", detail=detail, lang=None, published_at=None))) == []


@pytest.mark.parametrize("over", [False, True])
@pytest.mark.parametrize("kind", HEALTH_KINDS)
def test_a_trouble_keeps_it(kind: Any, over: bool) -> None:
    told_of = messages.health_message(
        trouble(kind, over=over), rules=["a"], message_id=MESSAGE, lang="kk", limit=LIMIT, ours=OURS
    )
    assert faults(told_of.body) == []
    assert told_of.body["health"]["said"].endswith(".")


def test_a_trial_keeps_it_and_is_plainly_one() -> None:
    rule = Alert(name="a", to=("https://example.kz/hook",), secret="planted")
    sent = messages.test_message(rule, message_id=MESSAGE, at=SEEN.at, limit=LIMIT)
    assert sent.body == {"id": MESSAGE, "rules": ["a"], "test": True}
    assert sent.secret == "planted"
    assert "planted" not in repr(sent)
    assert faults(sent.body) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: body.pop("id"),
        lambda body: body.pop("edition"),
        lambda body: body["change"].update(kind="gone"),
        lambda body: body["change"].update(at="2026-03-02"),
        lambda body: body["release"].update(source_id=7),
        lambda body: body.update(test=True),
    ],
)
def test_what_is_no_message_of_ours_does_not_keep_it(spoil: Any) -> None:
    body = of_change(told())
    spoil(body)
    assert faults(body)
