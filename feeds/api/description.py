"""`/api/openapi.json`: the API described for programs, by OpenAPI 3.1."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from crawler.directory import agencies
from feeds.pages.context import LANGUAGES, Context, Made
from feeds.queries import Named
from monitor.store.database import Database

_WRITTEN = (Path(__file__).parent / "openapi.json").read_text(encoding="utf-8")


def description(*, address: str, slugs: Iterable[str], languages: Iterable[str]) -> dict[str, Any]:
    """The document, with what only the server knows: where it is, and what its parameters take."""
    document: dict[str, Any] = json.loads(_WRITTEN)
    document["servers"] = [{"url": address}]
    schemas = document["components"]["schemas"]
    schemas["Agency"]["enum"] = sorted(slugs)
    schemas["AskedLanguage"]["enum"] = sorted(languages)
    return document


@dataclass(frozen=True, slots=True)
class DescriptionView:
    """The description."""

    in_languages: ClassVar[bool] = False
    fresh_seconds: ClassVar[int | None] = 3600
    is_slow: ClassVar[bool] = False

    @property
    def path(self) -> str:
        """Its one address."""
        return "/api/openapi.json"

    def made(self, db: Database | None, context: Context) -> Made:
        """The document."""
        document = description(
            address=context.address, slugs=agencies(), languages={*LANGUAGES, *context.languages}
        )
        body = json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"
        return Made(body, "application/json", for_any_site=True)


class Description:
    """The API described."""

    pattern = r"/api/openapi\.json"
    parameters = ()

    def view(self, place: Mapping[str, str], named: Named, *, languages: frozenset[str]) -> DescriptionView:
        """What its address means."""
        return DescriptionView()
