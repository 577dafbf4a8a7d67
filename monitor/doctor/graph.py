"""Facts about the portal's GraphQL interface. Pure."""

from datetime import datetime

from crawler.directory import agencies
from monitor.doctor.fact import Fact, Finding, as_written, different, either
from monitor.doctor.pages import Rows, in_order
from monitor.doctor.seen import Answers, Seen, UntoldError
from monitor.doctor.slug_field import CANDIDATES, slug_field
from monitor.doctor.steps import directory_answer


def opens(answers: Answers, _now: datetime) -> Finding:
    """Whether GraphQL answers without a ticket."""
    found = answers["graph"]
    rows = found.rows("news")
    if rows is None:
        return different(_said(found))
    return as_written(f"{len(rows)} items")


def sorts_lower(answers: Answers, _now: datetime) -> Finding:
    """Whether the order is kept when asked for in lower case."""
    return in_order(_news(answers["graph"]))


def ignores_upper(answers: Answers, _now: datetime) -> Finding:
    """Whether the order is dropped when asked for in upper case."""
    kept = in_order(_news(answers["graph_upper"]))
    return either(kept.verdict == "different", f"{kept.seen}")


def text_ids(answers: Answers, _now: datetime) -> Finding:
    """How ids are written."""
    kinds = sorted({type(row.get("id")).__name__ for row in _news(answers["graph"])})
    return either(
        kinds == ["str"], ", ".join({"str": "text", "int": "numbers"}.get(kind, kind) for kind in kinds)
    )


def aliases(answers: Answers, _now: datetime) -> Finding:
    """Whether one POST brings two listings, each in its language."""
    found = answers["graph_two"]
    first, second = found.rows("first"), found.rows("second")
    if first is None or second is None:
        return different(_said(found))
    if [row.get("title") for row in first] == [row.get("title") for row in second] and first:
        return different("both listings are the same, though the languages differ")
    return as_written(f"{len(first)} and {len(second)} items")


def has_directory(answers: Answers, _now: datetime) -> Finding:
    """Whether projectdetails brings the directory."""
    found = directory_answer(answers)
    rows = found.rows("projectdetails")
    return (
        different(_said(found))
        if rows is None
        else either(len(rows) > 50, f"{len(rows)} entries, {found.size} bytes")
    )


def slug_is_named(answers: Answers, _now: datetime) -> Finding:
    """What the slug field is called."""
    found = directory_answer(answers)
    rows = found.rows("projectdetails")
    if rows is None:
        raise UntoldError(f"no name tried so far is one: {_said(found)}")
    names = sorted({name for row in rows for name in row} - {"id", "project_name"})
    field = slug_field(rows, names, agencies())
    if field is None:
        return different(f"none of {', '.join(names)} holds slugs that are known")
    return either(field == CANDIDATES[0], f"«{field}»")


FACTS: tuple[Fact, ...] = (
    Fact(
        "graphql",
        "GraphQL answers without a ticket.",
        ("graph",),
        opens,
        "Take `graphql` out of `[portal] routes`.",
    ),
    Fact(
        "graphql-order",
        "created_date:desc in lower case brings the newest first.",
        ("graph",),
        sorts_lower,
        "Take `graphql` out of `[portal] routes`: it is used only while the order holds.",
    ),
    Fact(
        "graphql-upper",
        "DESC in upper case is ignored.",
        ("graph_upper",),
        ignores_upper,
        "Nothing: lower case is sent.",
    ),
    Fact("graphql-ids", "GraphQL writes ids as text.", ("graph",), text_ids, "Nothing: both are read."),
    Fact(
        "graphql-aliases",
        "Several listings come in one POST by aliases.",
        ("graph_two",),
        aliases,
        "crawler/routes/graphql.py, TOGETHER: 1.",
    ),
    Fact(
        "directory",
        "projectdetails brings the whole directory.",
        ("directory",),
        has_directory,
        "`jarshy agencies --sync` cannot work; agencies are added to crawler/agencies.csv by hand.",
    ),
    Fact(
        "directory-slug",
        "Its slug field is called slug.",
        ("directory",),
        slug_is_named,
        "monitor/doctor/slug_field.py, CANDIDATES: put the name first.",
    ),
)


def _news(found: Seen) -> Rows:
    rows = found.rows("news")
    if rows is None:
        raise UntoldError(f"no listing came: {_said(found)}")
    return rows


def _said(found: Seen) -> str:
    if found.errors:
        return f"status {found.status}: {'; '.join(found.errors)[:200]}"
    return f"{found.outcome}: status {found.status}, {found.size} bytes"
