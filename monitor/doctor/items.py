"""Facts about the items of a listing: their fields, dates, languages and bodies. Pure."""

import re
from datetime import UTC, datetime, time, timedelta

from monitor.doctor.fact import Fact, Finding, as_written, different, either
from monitor.doctor.pages import LANGUAGES, rows_of_page
from monitor.doctor.seen import Answers, UntoldError, ids

KNOWN = frozenset({
    "id", "title", "slug", "body", "short_description", "created_date", "heropic", "alt_image", "hint",
    "comments_on", "projects", "directions", "views",
})  # fmt: skip
NEEDED = ("id", "title", "body", "created_date")

_FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?")
_UPLOAD = re.compile(r"/uploads/[^\s\"'<>]+")
_SIZED = re.compile(r"_original\.\d+\.\w+$")
_RENDITION = re.compile(r"_\d+x\d+\.\w+$")
_ENTITY = re.compile(r"&[a-z]+;")
_EARLY, _LATE = 7, 15
"""Hours before which nobody publishes by the wall clock, and from which on nobody would if it were UTC."""
_ITEMS_PY = "crawler/items.py reads items"
_LISTING = ("list",)


def id_type(answers: Answers, _now: datetime) -> Finding:
    """How ids are written."""
    kinds = sorted({type(row.get("id")).__name__ for row in rows_of_page(answers)})
    shown = {"int": "numbers", "str": "text", "NoneType": "missing"}
    return either(kinds == ["int"], ", ".join(shown.get(kind, kind) for kind in kinds))


def fields(answers: Answers, _now: datetime) -> Finding:
    """Which fields items have."""
    rows = rows_of_page(answers)
    names = {name for row in rows for name in row}
    missing = [name for name in NEEDED if any(name not in row for row in rows)]
    told = [f"fields: {', '.join(sorted(names))}"]
    if missing:
        told.append(f"missing: {', '.join(missing)}")
    if new := sorted(names - KNOWN):
        told.append(f"not known here: {', '.join(new)}")
    return either(not missing and not new, "; ".join(told))


def date_form(answers: Answers, _now: datetime) -> Finding:
    """How dates are written."""
    raw = [str(row.get("created_date")) for row in rows_of_page(answers)]
    forms = sorted({re.sub(r"\d+", lambda run: "0" * len(run[0]), text) for text in raw})
    good = all(_FORM.fullmatch(text) for text in raw)
    return either(good, f"forms: {', '.join(forms)}")


def wall_clock(answers: Answers, now: datetime) -> Finding:
    """Whether the trailing Z is a wall clock: read as UTC, what is new lies in the future."""
    moments = [moment for row in rows_of_page(answers) if (moment := _as_utc(row.get("created_date")))]
    if not moments:
        raise UntoldError("no date ends in Z")
    ahead = max(moments) - now
    if ahead > timedelta(hours=5, minutes=30):
        raise UntoldError(f"the newest date lies {_hours(ahead)} ahead, more than any zone of Kazakhstan")
    if ahead > timedelta(minutes=2):
        return as_written(f"read as UTC, the newest item lies {_hours(ahead)} in the future")
    hours = {moment.hour for moment in moments if moment.time() != time()}
    late, early = any(hour >= _LATE for hour in hours), any(hour < _EARLY for hour in hours)
    told = f"{len(moments)} dates between {min(hours)} and {max(hours)} h" if hours else ""
    if late and not early:
        return as_written(f"{told}: working hours on the wall clock, evenings if it were UTC")
    if early and not late:
        return different(f"{told}: nights on the wall clock, working hours if it is UTC")
    raise UntoldError(
        f"the newest item is {_hours(-ahead)} old; run this again within an hour of a new release to tell"
    )


def midnights(answers: Answers, _now: datetime) -> Finding:
    """How many dates are bare days."""
    raw = [str(row.get("created_date")) for row in rows_of_page(answers)]
    bare = sum("T00:00:00" in text for text in raw)
    return either(bare * 2 < len(raw), f"{bare} of {len(raw)} dates are midnight")


def one_id(answers: Answers, _now: datetime) -> Finding:
    """Whether languages share ids."""
    ru = set(ids(rows_of_page(answers)))
    shared = {
        lang: len(ru & set(ids(answers[key].items or [])))
        for lang, key in LANGUAGES.items()
        if key in answers
    }
    told = ", ".join(f"{count} with {lang}" for lang, count in shared.items())
    if not any(shared.values()):
        raise UntoldError(f"no id of the Russian page stands on another language's first page ({told})")
    return as_written(f"of {len(ru)} Russian items: {told}")


def whole_document(answers: Answers, _now: datetime) -> Finding:
    """Whether a body is a document by itself."""
    bodies = _bodies(answers)
    whole = sum("<html" in body[:300].lower() and "<body" in body.lower() for body in bodies)
    return either(whole == len(bodies), f"{whole} of {len(bodies)} bodies are whole documents")


def entities(answers: Answers, _now: datetime) -> Finding:
    """Whether bodies use named entities."""
    found = sorted({entity for body in _bodies(answers) for entity in _ENTITY.findall(body)})
    return as_written(f"named entities: {', '.join(found[:12])}") if found else different("no named entity")


def uploads(answers: Answers, _now: datetime) -> Finding:
    """Whether the addresses of files tell their sizes."""
    found = [address for body in _bodies(answers) for address in _UPLOAD.findall(body)]
    files = [address for address in found if not _RENDITION.search(address)]
    if not files:
        raise UntoldError("no body on this page links to a file")
    sized = [address for address in files if _SIZED.search(address)]
    other = next(
        (re.sub(r"[0-9a-f]{32}", "<digest>", address) for address in files if address not in sized), ""
    )
    told = f"{len(sized)} of {len(files)} addresses hold a size" + (
        f"; another form: {other}" if other else ""
    )
    return either(len(sized) == len(files), told)


FACTS: tuple[Fact, ...] = (
    Fact("id", "Ids are numbers.", _LISTING, id_type, f"Nothing where they are text; {_ITEMS_PY}."),
    Fact(
        "fields",
        "Items have the known fields, and id, title, body and created_date always.",
        _LISTING,
        fields,
        f"{_ITEMS_PY}; an item without what is needed is kept aside (`jarshy status`).",
    ),
    Fact(
        "date-form",
        "created_date is ISO 8601 to the second.",
        _LISTING,
        date_form,
        "crawler/portal_time.py reads dates.",
    ),
    Fact(
        "wall-clock",
        "The Z of created_date is Kazakhstan's wall clock.",
        _LISTING,
        wall_clock,
        "crawler/portal_time.py, _zone.",
    ),
    Fact(
        "midnight",
        "Few dates are bare days.",
        _LISTING,
        midnights,
        "Nothing to set: such releases are stored with precision `day`, and sorted by it.",
    ),
    Fact(
        "one-id",
        "Language copies of a release share its id.",
        ("list", "list_kk"),
        one_id,
        "monitor/detect.py joins editions by id.",
    ),
    Fact(
        "body", "A body is a whole HTML document.", _LISTING, whole_document, "crawler/wording.py takes both."
    ),
    Fact("entities", "Bodies use named entities.", _LISTING, entities, "Nothing: both forms are read."),
    Fact(
        "uploads",
        "The address of a file holds its size.",
        _LISTING,
        uploads,
        "crawler/wording.py reads sizes from addresses; attachments without size are kept by address.",
    ),
)


def _bodies(answers: Answers) -> list[str]:
    bodies = [
        row["body"]
        for row in rows_of_page(answers)
        if isinstance(row.get("body"), str) and row["body"].strip()
    ]
    if not bodies:
        raise UntoldError("no item on this page has a body")
    return bodies


def _as_utc(raw: object) -> datetime | None:
    if not isinstance(raw, str) or not raw.upper().endswith(("Z", "+00:00", "+0000")):
        return None
    try:
        return datetime.fromisoformat(raw.upper()).astimezone(UTC)
    except ValueError:
        return None


def _hours(length: timedelta) -> str:
    minutes = int(length.total_seconds() // 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes < 48 * 60 else f"{minutes // 1440} days"
