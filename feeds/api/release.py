"""`/api/releases/<source_id>`: one release as one document, with every wording and all that happened to it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from feeds.api.bodies import release_body
from feeds.pages.context import Context, Made, Missing
from feeds.queries import Named
from monitor.store.database import Database
from monitor.store.whole_release import release_for_programs

ROOM = 2_000_000
"""Characters of texts in one document: about 4 MB of Cyrillic."""


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """One release."""

    in_languages: ClassVar[bool] = False
    fresh_seconds: ClassVar[int | None] = None
    is_slow: ClassVar[bool] = False
    source_id: str

    @property
    def path(self) -> str:
        """Its one address."""
        return f"/api/releases/{self.source_id}"

    def made(self, db: Database | None, context: Context) -> Made:
        """The document; Missing where the release is not held."""
        found = None if db is None else release_for_programs(db, self.source_id, room=ROOM)
        if found is None:
            raise Missing(f"No release {self.source_id} is held.")
        body = release_body(found, address=context.address, removed_text=context.removed_text)
        document = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        return Made(document, "application/json", for_any_site=True)


class Release:
    """One release by the portal's id of it."""

    pattern = r"/api/releases/(?P<source_id>[0-9]{1,18})"
    parameters = ()

    def view(self, place: Mapping[str, str], named: Named, *, languages: frozenset[str]) -> ReleaseView:
        """What its address means."""
        return ReleaseView(place["source_id"])
