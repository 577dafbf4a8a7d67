"""What a webhook is sent, as JSON; `examples/webhook.schema.json` says the same to a machine. Pure."""

from collections.abc import Sequence
from typing import Any

from monitor.changes import Change, Kind, Weight
from monitor.store.database import to_text
from monitor.troubles import HealthEvent


def webhook_body(
    change: Change, *, message_id: str, rules: Sequence[str], kind: Kind, weight: Weight
) -> dict[str, Any]:
    """Of a change. Every key is always there; `edition.lang` is null for a whole release."""
    return {
        "id": message_id,
        "rules": list(rules),
        "change": {
            "id": change.uid,
            "kind": kind,
            "at": to_text(change.at),
            "weight": weight,
            "detail": change.detail,
        },
        "release": {
            "source_id": change.source_id,
            "agency": change.agency,
            "url": change.url,
            "published_at": to_text(change.published_at) if change.published_at else None,
        },
        "edition": {"lang": change.lang, "title": change.title},
    }


def health_body(event: HealthEvent, *, message_id: str, rules: Sequence[str], said: str) -> dict[str, Any]:
    """Of a trouble that begins or is over; `said` is the sentence that an English reader gets."""
    return {
        "id": message_id,
        "rules": list(rules),
        "health": {
            "id": event.uid,
            "at": to_text(event.at),
            "kind": event.kind,
            "key": event.key,
            "over": event.over,
            "agency": event.agency,
            "lang": event.lang,
            "detail": event.detail,
            "said": said,
        },
    }


def trial_body(*, message_id: str, rule: str) -> dict[str, Any]:
    """Of a trial."""
    return {"id": message_id, "rules": [rule], "test": True}
