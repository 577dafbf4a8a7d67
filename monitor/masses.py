"""Decides when a change is one of very many that are alike: a new template is no news of any one release. Pure.

Each is stored, stands in feeds and is told to programs. Of such a mass a person hears once.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

CAP = 10
"""So many edits that are alike are told one by one."""
WITHIN = timedelta(hours=24)
"""Edits are alike that replaced the same words by the same within this time."""


def likeness(detail: Mapping[str, Any]) -> str | None:
    """What edits that replaced the same words have in common; None: nothing that could be compared."""
    words = detail.get("words")
    if not words or detail.get("more_words") or not set(detail["fields"]) <= {"title", "text"}:
        return None
    runs = [[run["field"], run["before"], run["after"]] for run in words]
    return blake2b(json.dumps(runs, ensure_ascii=False).encode("utf-8"), digest_size=8).hexdigest()


def edited_in_mass(mark: str, before: int) -> dict[str, Any] | None:
    """What to say of an edit before which so many others had this mark; None: it is told as any other."""
    if before < CAP:
        return None
    hours = WITHIN // timedelta(hours=1)
    reason = (
        f"{before} other edits replaced the same words within {hours} hours; people are told of them once"
    )
    return {"mark": mark, "cap": CAP, "count": before + 1, "reason": reason}


def removed_in_mass(count: int, now: datetime) -> dict[str, Any]:
    """What to say of each of so many removals that are declared together."""
    reason = f"{count} were found gone together; people are told of them once"
    return {"mark": f"removed at {now.timestamp():.3f}", "count": count, "reason": reason}
