"""Compares the portal's own directory with what is known: what is new, renamed or gone. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from crawler.directory import Agency

LANGS = ("kk", "ru", "en")
MOST_LACKING = 0.1
"""Share of the known agencies that an answer may lack and still be believed."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """An agency whose name the portal gives otherwise."""

    before: Agency
    after: Agency

    @property
    def names(self) -> tuple[tuple[str, str, str], ...]:
        """Language, name before, name after; of each that differs."""
        pairs = ((lang, self.before.name(lang), self.after.name(lang)) for lang in LANGS)
        return tuple((lang, before, after) for lang, before, after in pairs if before != after)


@dataclass(frozen=True, slots=True)
class Difference:
    """What the portal's directory says that is not known yet."""

    new: tuple[Agency, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    gone: tuple[Agency, ...] = ()
    """Known ones that are in use by all that is known, and that the portal does not name."""
    back: tuple[Agency, ...] = ()
    """Those that an earlier answer lacked, and this one names again."""

    def __bool__(self) -> bool:
        return bool(self.new or self.renamed or self.gone or self.back)

    @property
    def to_keep(self) -> tuple[Agency, ...]:
        """Every agency as the portal names it now, as far as that is news."""
        kept = {each.slug: each for each in (*self.back, *self.new, *(pair.after for pair in self.renamed))}
        return tuple(kept.values())


class UnbelievableError(Exception):
    """Raised for an answer that changes nothing; the message says why."""


def compare(
    known: Mapping[str, Agency], told: Mapping[str, Mapping[str, str]], *, gone_before: Sequence[str] = ()
) -> Difference:
    """What differs between the agencies that are known and what was told, as language → slug → name.

    `gone_before`: slugs that an earlier reading did not find. Raises UnbelievableError where an answer is empty,
    where its languages do not fit together, or where it lacks more than a tenth of what is known to be in use.
    """
    for lang in LANGS:
        if not told.get(lang):
            raise UnbelievableError(f"the portal's directory is empty in {lang}")
    slugs = set(told["ru"])
    in_use = {slug for slug, agency in known.items() if not agency.until and slug not in gone_before}
    for lang in LANGS:
        lacking = in_use - told[lang].keys()
        if len(lacking) > MOST_LACKING * len(in_use):
            raise UnbelievableError(
                f"the portal's directory in {lang} lacks {len(lacking)} of the {len(in_use)} agencies that are "
                f"known, more than a tenth: {', '.join(sorted(lacking)[:8])} …"
            )
    new = tuple(_named(Agency(slug, "body", "", "", ""), told) for slug in sorted(slugs - known.keys()))
    pairs = [Renamed(known[slug], _named(known[slug], told)) for slug in sorted(slugs & known.keys())]
    return Difference(
        new=new,
        renamed=tuple(pair for pair in pairs if pair.names),
        # In one language only it may lack a translation; gone is what no language names.
        gone=tuple(known[slug] for slug in sorted(in_use) if not any(slug in told[lang] for lang in LANGS)),
        back=tuple(
            replace(known[slug], until="") for slug in sorted(slugs & set(gone_before) & known.keys())
        ),
    )


def _named(agency: Agency, told: Mapping[str, Mapping[str, str]]) -> Agency:
    """The agency under the names that were told; a language that lacks one keeps what is known, else the Russian."""
    russian = told["ru"][agency.slug]
    names = {lang: told[lang].get(agency.slug) or agency.name(lang) or russian for lang in LANGS}
    return replace(agency, name_kk=names["kk"], name_ru=names["ru"], name_en=names["en"])
