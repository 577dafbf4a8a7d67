"""Invented changes and troubles that messages are made of, in tests."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.changes import Change, Kind
from monitor.messages import Item, Limit
from monitor.troubles import HealthEvent, HealthKind

OURS = "https://zharshy.example"
MESSAGE = "1b671a64-40d5-591e-99b0-da01ff1f3341"
LIMIT = Limit(4096, "utf-16")
SEEN = Change(
    id=7,
    uid="8d4f7f0e-3c51-4a53-9a43-0d6f1f6f0007",
    at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    kind="published",
    weight="major",
    baseline=False,
    detail={},
    source_id="900007",
    agency="economy",
    agencies=("economy",),
    url="https://www.gov.kz/memleket/entities/economy/press/news/details/900007",
    published_at=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
    lang="kk",
    title="Үлгі өңірдің жаңа жобасы",
    text="Ойдан шығарылған мәтін.",
)
TITLES = {
    "kk": "Үлгі өңірдің жаңа жобасы",
    "ru": "Новый проект Ульгинской области",
    "en": "A new project of the Ulgi region",
}


def told(seen: Change = SEEN, **more: Any) -> Item:
    """One change as it is told; `more` are fields of the item, or of the change."""
    own = {name: more.pop(name) for name in tuple(more) if name in Item.__dataclass_fields__}
    seen = replace(seen, **more)
    settings: dict[str, Any] = {
        "kind": seen.kind,
        "weight": seen.weight,
        "rules": ("өңір жобалары",),
        "words": ("жоба",),
        "titles": {},
        "story": None,
        "also": (),
    }
    return Item(change=seen, **(settings | own))


def release(
    number: int, agency: str, title: str, *, kind: Kind = "published", hours: int = 0, **more: Any
) -> Item:
    """A change of a release of its own; later by so many hours."""
    moment = SEEN.at + timedelta(hours=hours)
    return told(
        source_id=str(900000 + number),
        agency=agency,
        agencies=(agency,),
        url=f"https://www.gov.kz/memleket/entities/{agency}/press/news/details/{900000 + number}",
        at=moment,
        published_at=moment - timedelta(minutes=30),
        kind=kind,
        **({"id": number, "title": title, "lang": "ru"} | more),
    )


def trouble(kind: HealthKind, *, over: bool = False) -> HealthEvent:
    """A trouble that begins, or is over, with all that is known of it."""
    began = "2026-03-01T04:10:00.000Z"
    concerned: dict[HealthKind, tuple[str, str | None, str | None]] = {
        "portal": ("portal", None, None),
        "listing": ("listing economy/kk", "economy", "kk"),
        "silent": ("silent almaty", "almaty", None),
        "flood": ("flood economy", "economy", None),
        "fields": ("fields economy/ru", "economy", "ru"),
        "delivery": ("delivery 5f0c", None, None),
        "stuck": ("stuck", None, None),
        "disk": ("disk", None, None),
        "backup": ("backup", None, None),
    }
    details: dict[HealthKind, dict[str, Any]] = {
        "portal": {
            "base_url": "https://www.gov.kz",
            "outcome": "blocked",
            "reason": "status 403",
            "since": began,
            "listings": 57,
        },
        "listing": {
            "outcome": "refused",
            "reason": "status 429",
            "since": began,
            "success_at": "2026-03-01T03:10:00.000Z",
        },
        "silent": {
            "last_at": "2026-02-24T05:00:00.000Z",
            "usual": 2 * 86400 + 3600,
            "working_days": 4,
            "usual_working_days": 1,
            "chance": 0.00071,
            "once_in_years": 8.31,
        },
        "flood": {
            "since": "2026-03-01T10:00:00.000Z",
            "releases": 46,
            "most": 9,
            "chance": 2e-9,
            "once_in_years": 100,
        },
        "fields": {"field": "date", "before": 0.99, "now": 0.12, "items": 100},
        "delivery": {"address_shown": "mailto:desk@example.kz", "error": "550 no such user", "count": 3},
        "stuck": {"owed": 21, "since": began},
        "disk": {"free": 180_000_000, "total": 20_500_000_000},
        "backup": {
            "reason": "there is no folder /mnt/backups",
            "since": began,
            "made_at": "2026-02-28T04:05:00.000Z",
        },
    }
    ended: dict[str, Any] = {"since": began, "lasted": 2 * 3600 + 300}
    if kind in {"portal", "listing", "silent", "flood"}:
        ended["made_up"] = {"published": 12, "edited": 2}
    if kind == "delivery":
        ended["address_shown"] = details["delivery"]["address_shown"]
    key, agency, lang = concerned[kind]
    return HealthEvent(
        id=1,
        uid="8d4f7f0e-3c51-4a53-9a43-0d6f1f6f0008",
        at=SEEN.at,
        key=key,
        kind=kind,
        over=over,
        agency=agency,
        lang=lang,
        detail=ended if over else details[kind],
    )
