"""Facts about the REST listing: its gate, its pages, how it is asked for languages and agencies. Pure."""

import re
from datetime import datetime
from typing import Any

from monitor.doctor.fact import Fact, Finding, as_written, different, either
from monitor.doctor.pages import LANGUAGES, Rows, first_page, in_order, rows_of, rows_of_page
from monitor.doctor.seen import Answers, Seen, UntoldError, ids


def opens(answers: Answers, _now: datetime) -> Finding:
    """Whether the plain listing answers."""
    found = answers["list"]
    if found.items is not None:
        return as_written(f"{len(found.items)} items")
    said = re.search(r"notAllowed|browserTicketMissing", found.body, re.IGNORECASE)
    word = f" «{said[0]}»" if said else ""
    return different(f"{found.outcome}: status {found.status}{word}, {found.size} bytes")


def refusal(answers: Answers, _now: datetime) -> Finding:
    """The form of the gate."""
    found = answers["list"]
    if found.items is not None:
        raise UntoldError("the listing is open, nothing was refused")
    if found.outcome == "blocked":
        raise UntoldError("a gateway between us and the portal answered, not the portal")
    plain = found.status == 400 and "notallowed" in found.body.lower()
    return either(plain, f"status {found.status}: {' '.join(found.body.split())[:120]}")


def ticket_names(answers: Answers, _now: datetime) -> Finding:
    """Which cookies the ticket's address sets; never their values."""
    found = answers["ticket"]
    names = [cookie.partition("=")[0] for cookie in found.cookies]
    if not names:
        return different(f"status {found.status}, no cookie")
    return either("ticket" in names, f"cookies: {', '.join(names)}; how long they last is not known")


def ticket_opens(answers: Answers, _now: datetime) -> Finding:
    """Whether the listing opens with the ticket."""
    if answers["list"].items is not None:
        raise UntoldError("the listing is open without a ticket")
    if not answers["ticket"].cookies:
        return different("no cookie was given, so there is nothing to open it with")
    found = answers.get("list_ticket")
    if found is None:
        raise UntoldError(
            f"the listing was not refused but {answers['list'].outcome}; the ticket was not tried"
        )
    if found.items is None:
        return different(f"{found.outcome}: status {found.status}")
    return as_written(f"{len(found.items)} items")


def envelope(answers: Answers, _now: datetime) -> Finding:
    """What is around the list."""
    found = first_page(answers)
    return either(
        found.envelope == "array", "a bare list" if found.envelope == "array" else f"under «{found.envelope}»"
    )


def newest_first(answers: Answers, _now: datetime) -> Finding:
    """Whether the order asked for was kept."""
    return in_order(rows_of_page(answers))


def page_zero(answers: Answers, _now: datetime) -> Finding:
    """Whether page 0 is page 1."""
    zero, one = answers["page_0"], ids(rows_of_page(answers))
    if zero.items is None:
        return different(f"page 0: {zero.outcome}, status {zero.status}")
    return either(ids(zero.items) == one, "the same items" if ids(zero.items) == one else "other items")


def pages_apart(answers: Answers, _now: datetime) -> Finding:
    """Whether page 2 goes on where page 1 ends."""
    one, two = ids(rows_of_page(answers)), ids(rows_of(answers["page_2"]))
    if not two:
        raise UntoldError("there is no second page")
    both = [each for each in two if each in one]
    return either(
        not both,
        f"{len(both)} of {len(two)} items of page 2 stood on page 1 too" if both else "no item twice",
    )


def end_of_list(answers: Answers, _now: datetime) -> Finding:
    """What stands behind the last page."""
    far = answers["far"]
    if far.items is None:
        return different(f"{far.outcome}: status {far.status}, {far.size} bytes")
    return either(not far.items, "an empty list" if not far.items else f"{len(far.items)} items")


def size_is_kept(key: str, size: int) -> Any:
    """A judge of whether a page of that size is served."""

    def judge(answers: Answers, _now: datetime) -> Finding:
        found = first_page(answers) if key == "list" else answers[key]
        if found.listed == 0 and found.items is None:
            return different(f"{found.outcome}: status {found.status}, {found.size} bytes")
        came = found.listed or len(found.items or ())
        told = f"{came} items, {found.size} bytes"
        first = len(rows_of_page(answers))
        if came < size and first < 20:
            raise UntoldError(f"the whole listing has only {came} items")
        if came < size and came <= 20:
            return different(f"only {told}")
        return as_written(told)

    return judge


def bare_project(answers: Answers, _now: datetime) -> Finding:
    """Whether `projects=<slug>` chooses as `eq:` does."""
    found = answers["bare"]
    if found.items is None:
        return different(f"{found.outcome}: status {found.status}")
    came, wanted = ids(found.items), {*ids(rows_of_page(answers))}
    return either(
        bool(came) and set(came) <= wanted, f"{len(came)} items, {len(set(came) & wanted)} of the agency's"
    )


def header_chooses(answers: Answers, _now: datetime) -> Finding:
    """Whether Accept-Language chooses the language."""
    titles = {lang: _titles(rows_of(answers[key])) for lang, key in LANGUAGES.items() if key in answers}
    titles["ru"] = _titles(rows_of_page(answers))
    counts = ", ".join(f"{lang} {len(found)}" for lang, found in sorted(titles.items()))
    same = [f"{a}={b}" for a in titles for b in titles if a < b and titles[a] and titles[a] == titles[b]]
    if len([found for found in titles.values() if found]) < 2:
        raise UntoldError(f"not enough languages have items ({counts})")
    return either(
        not same, f"items by language: {counts}" + (f"; the same titles: {', '.join(same)}" if same else "")
    )


def query_does_not_choose(answers: Answers, _now: datetime) -> Finding:
    """Whether `lang=` in the query overrules the header."""
    kk, ru = _titles(rows_of(answers["list_kk"])), _titles(rows_of_page(answers))
    if kk == ru:
        raise UntoldError("the two languages list the same")
    found = _titles(rows_of(answers["lang_in_query"]))
    if found == ru:
        return as_written("with lang=kk under a header for ru the list is Russian")
    return different(
        "with lang=kk under a header for ru the list is " + ("Kazakh" if found == kk else "another one")
    )


def kz(answers: Answers, _now: datetime) -> Finding:
    """What the wrong code for Kazakh brings."""
    found = answers["list_kz"]
    if not found.items:
        return as_written(f"kz brings no items ({found.outcome})")
    titles = _titles(found.items)
    if "list_kk" in answers and titles == _titles(answers["list_kk"].items or []):
        return different("kz brings what kk brings")
    return as_written(
        "kz brings "
        + ("the Russian list" if titles == _titles(rows_of_page(answers)) else "another list than kk")
    )


def whole_portal(answers: Answers, _now: datetime) -> Finding:
    """Whether the listing answers without an agency, and its items name their owners."""
    found = answers["whole"]
    if found.items is None:
        return different(f"{found.outcome}: status {found.status}")
    if not found.items:
        return different("an empty list")
    owned = sum(bool(row.get("projects")) for row in found.items)
    told = f"{len(found.items)} items, {owned} name their owners"
    return either(owned == len(found.items), told)


def by_id(answers: Answers, _now: datetime) -> Finding:
    """What `news/<id>` answers."""
    return _single(answers["by_id"], answers)


def by_slug(answers: Answers, _now: datetime) -> Finding:
    """What `news/?slug=eq:` answers."""
    found = answers["by_slug"]
    if found.items is None:
        return different(f"{found.outcome}: status {found.status}")
    right = ids(found.items) == ids(rows_of_page(answers))[:1]
    return either(right, f"a list of {len(found.items)} items" + ("" if right else ", not the one asked for"))


def gte(answers: Answers, _now: datetime) -> Finding:
    """What a filter by date answers."""
    found = answers["gte"]
    return either(found.status == 500, f"status {found.status}")


def answers_still(slug: str) -> Any:
    """A judge of whether an old slug still has news."""

    def judge(answers: Answers, _now: datetime) -> Finding:
        found = rows_of(answers[slug])
        return either(bool(found), _dated(slug, found))

    return judge


def one_history(answers: Answers, _now: datetime) -> Finding:
    """Whether the old slug and its successor list the same."""
    old, new = rows_of(answers["mdai"]), rows_of(answers["maidd"])
    told = f"{_dated('mdai', old)}; {_dated('maidd', new)}; {len(set(ids(old)) & set(ids(new)))} in both"
    return either(bool(new), told)


def sports(answers: Answers, _now: datetime) -> Finding:
    """Whether `tsm` and `sport` are two bodies."""
    tsm, sport = rows_of(answers["tsm"]), rows_of(answers["sport"])
    told = f"{_dated('tsm', tsm)}; {_dated('sport', sport)}"
    if ids(tsm) and ids(tsm) == ids(sport):
        return different(f"both list the same; {told}")
    return either(bool(tsm), told)


_LISTING = ("list",)
_READ_ONCE = "`[portal] agencies`, and crawler/agencies.csv (successor, until, doubt)"

FACTS: tuple[Fact, ...] = (
    Fact(
        "rest",
        "The REST listing answers a plain GET.",
        _LISTING,
        opens,
        "`[portal] routes`: put the routes first that are found below to answer (graphql, rest-session, browser), "
        "or take out `rest`.",
    ),
    Fact(
        "refusal",
        "Where the listing is gated it answers 400 «notAllowed».",
        _LISTING,
        refusal,
        "crawler/answers.py knows refusals by status and word; add this one.",
    ),
    Fact(
        "ticket",
        "POST /_/c/k6 sets a cookie named ticket.",
        ("ticket",),
        ticket_names,
        "rest-session sends back whichever cookies it is given; without any, take it out of `[portal] routes`.",
    ),
    Fact(
        "ticket-opens",
        "The listing opens with that cookie.",
        ("list", "ticket"),
        ticket_opens,
        "Take `rest-session` out of `[portal] routes`.",
    ),
    Fact(
        "envelope",
        "A listing is a bare JSON list.",
        _LISTING,
        envelope,
        "crawler/answers.py, LISTS: the fields that may hold it.",
    ),
    Fact(
        "order",
        "created_date:DESC brings the newest first.",
        _LISTING,
        newest_first,
        "Watching relies on it: use a route that keeps the order (`[portal] routes`).",
    ),
    Fact(
        "page-0",
        "Page 0 is page 1.",
        ("list", "page_0"),
        page_zero,
        "Nothing: pages are counted from 1 here.",
    ),
    Fact(
        "pages",
        "Pages do not overlap.",
        ("list", "page_2"),
        pages_apart,
        "Nothing where one or two overlap (news came in between); where all do, paging does not work: tell us.",
    ),
    Fact(
        "end",
        "Behind the last page is an empty list.",
        ("list", "far"),
        end_of_list,
        "crawler/answers.py: the outcome `empty` ends a walk; this form must be taken for it.",
    ),
    Fact(
        "size-20",
        "A page of 20 is served.",
        _LISTING,
        size_is_kept("list", 20),
        "monitor/reach.py, PAGE_SIZE.",
    ),
    Fact(
        "size-50",
        "A page of 50 is served.",
        ("list", "size_50"),
        size_is_kept("size_50", 50),
        "Nothing while 20 are served (monitor/reach.py, PAGE_SIZE).",
    ),
    Fact(
        "size-100",
        "A page of 100 is served.",
        ("list", "size_100"),
        size_is_kept("size_100", 100),
        "Nothing while 20 are served (monitor/reach.py, PAGE_SIZE).",
    ),
    Fact(
        "bare-slug",
        "projects=<slug> without an operator chooses as eq: does.",
        ("list", "bare"),
        bare_project,
        "Nothing: `eq:` is sent.",
    ),
    Fact(
        "language",
        "Accept-Language chooses the language of the list.",
        ("list", "list_kk", "list_en"),
        header_chooses,
        "crawler/routes/rest.py, headers; `[portal] languages` until that is mended.",
    ),
    Fact(
        "lang-query",
        "lang= in the query does not overrule the header.",
        ("list", "list_kk", "lang_in_query"),
        query_does_not_choose,
        "crawler/routes/rest.py may send lang= as well.",
    ),
    Fact("kz", "kz is not a code for Kazakh.", ("list", "list_kz"), kz, "Nothing: `kk` is sent."),
    Fact(
        "whole-portal",
        "Without projects the listing is that of the whole portal, and items name their owners.",
        ("whole",),
        whole_portal,
        "`jarshy run` reads each agency by itself then: fewer `[portal] agencies`, "
        "or a longer `[schedule] longest`.",
    ),
    Fact(
        "single",
        "news/<id> brings the item.",
        ("list", "by_id"),
        by_id,
        "Nothing depends on it; releases are looked for in listings instead.",
    ),
    Fact(
        "by-slug",
        "news/?slug=eq:<slug> brings a list of that one item.",
        ("list", "by_slug"),
        by_slug,
        "Nothing depends on it.",
    ),
    Fact(
        "gte",
        "A filter created_date=gte: is answered 500.",
        ("gte",),
        gte,
        "Nothing: no date filter is sent.",
    ),
    Fact("mdai", "The old slug mdai still answers.", ("mdai",), answers_still("mdai"), _READ_ONCE),
    Fact("maidd", "maidd has taken over from mdai.", ("mdai", "maidd"), one_history, _READ_ONCE),
    Fact("sport", "sport is another body than the ministry tsm.", ("tsm", "sport"), sports, _READ_ONCE),
)


def _titles(rows: Rows) -> list[tuple[str, str]]:
    return [(str(row.get("id")), str(row.get("title"))) for row in rows]


def _single(found: Seen, answers: Answers) -> Finding:
    value = found.value
    if found.status != 200 or value is None:
        return different(f"{found.outcome}: status {found.status}")
    form = "a list" if isinstance(value, list) else "an object"
    item = value[0] if isinstance(value, list) and value else value
    if not isinstance(item, dict) or "id" not in item:
        return different(f"{form} without the item")
    right = str(item["id"]) == ids(rows_of_page(answers))[0]
    return either(right, f"{form} with " + ("the item" if right else "another item"))


def _dated(slug: str, rows: Rows) -> str:
    return f"{slug}: {len(rows)} items" + (
        f", newest {str(rows[0].get('created_date'))[:10]}" if rows else ""
    )
