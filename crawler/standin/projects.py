"""The stand-in portal's own directory: the agencies as `projectdetails` lists them, in three languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crawler.directory import agencies

_CLASSES = {"ministry": "Министерства", "akimat": "Акиматы", "committee": "Комитеты"}


@dataclass(frozen=True, slots=True)
class Project:
    """One publishing body."""

    id: int
    slug: str
    names: Mapping[str, str]
    """By language."""
    kind: str = "body"

    def item(self, lang: str, slug_field: str) -> dict[str, Any]:
        """Its entry in one language."""
        return {
            "id": str(self.id),
            "project_name": self.names.get(lang) or self.names["ru"],
            slug_field: self.slug,
            "parent_govorg": None,
            "class": {"name": _CLASSES.get(self.kind, "Иные организации")},
            "phone": "+7 7172 00 00 00",
            "contacts": None,
        }


class Projects:
    """All that the portal knows; to begin with, those of our own directory."""

    def __init__(self) -> None:
        self._known = {
            agency.slug: Project(
                number,
                agency.slug,
                {"kk": agency.name_kk, "ru": agency.name_ru, "en": agency.name_en},
                agency.kind,
            )
            for number, agency in enumerate(agencies().values(), 101)
        }

    def set(self, slug: str, *, kk: str = "", ru: str = "", en: str = "") -> None:
        """Adds an agency, or changes the names that are given."""
        known = self._known.get(slug)
        given = {lang: name for lang, name in (("kk", kk), ("ru", ru), ("en", en)) if name}
        names = {**(known.names if known else {"ru": slug}), **given}
        number = known.id if known else max((each.id for each in self._known.values()), default=100) + 1
        self._known[slug] = Project(number, slug, names, known.kind if known else "body")

    def remove(self, slug: str) -> None:
        """Forgets an agency. Raises KeyError where it is not known."""
        del self._known[slug]

    def items(self, lang: str, slug_field: str) -> list[dict[str, Any]]:
        """The whole directory in one language."""
        return [project.item(lang, slug_field) for project in self._known.values()]
