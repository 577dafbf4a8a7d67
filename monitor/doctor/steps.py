"""What is asked of the portal and in which order: each probe with what it needs to know from earlier ones. Pure."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from monitor.doctor.seen import Answers, Seen
from monitor.doctor.slug_field import CANDIDATES, MOST_QUESTIONS, next_fields, question

NEWS = "/api/v1/public/content-manager/news"
TICKET = "/api/v1/public/_/c/k6"
GRAPHQL = "/graphql"

Door = Literal["", "rest", "graphql"]


@dataclass(frozen=True, slots=True)
class Asking:
    """One request, before it has a number."""

    path: str
    headers: tuple[tuple[str, str], ...] = ()
    method: Literal["GET", "POST"] = "GET"
    body: str | None = None
    keep: int = 256 * 1024


@dataclass(frozen=True, slots=True)
class Step:
    """One probe: the key of its answer, the door it goes through, and how it is asked."""

    key: str
    ask: Callable[[str, Answers], Asking | None]
    """From the agency's slug and what came so far; None where that leaves nothing to ask."""
    door: Door = ""
    """Once the first answers show that a door is shut, nothing more is asked there."""


def rest(lang: str = "ru", *, cookie: str = "", **query: object) -> Asking:
    """A question to the REST listing."""
    words = "&".join(
        f"{name.replace('_', '-')}={quote(str(value), safe=':')}" for name, value in query.items()
    )
    headers = (("Accept", "application/json"), ("Accept-Language", lang))
    return Asking(f"{NEWS}?{words}", (*headers, ("Cookie", cookie)) if cookie else headers)


def graph(*fields: str) -> Asking:
    """A question to GraphQL."""
    body = {"query": f"query News {{ {' '.join(fields)} }}", "variables": {}, "operationName": "News"}
    return Asking(GRAPHQL, _POSTED, "POST", json.dumps(body))


_POSTED = (("Accept", "application/json"), ("Accept-Language", "ru"), ("Content-Type", "application/json"))
_SORT = "created_date:DESC"


def _listing(lang: str = "ru", *, page: int = 1, size: int = 20) -> Callable[[str, Answers], Asking]:
    return lambda slug, answers: rest(
        lang, cookie=cookie_of(answers), sort_by=_SORT, projects=f"eq:{slug}", page=page, size=size
    )


def _other(agency: str) -> Callable[[str, Answers], Asking]:
    return lambda _slug, answers: rest(
        cookie=cookie_of(answers), sort_by=_SORT, projects=f"eq:{agency}", page=1, size=5
    )


def _kazakh_by_query(slug: str, answers: Answers) -> Asking:
    asking = _listing("ru")(slug, answers)
    return Asking(f"{asking.path}&lang=kk", asking.headers)


def _with_ticket(slug: str, answers: Answers) -> Asking | None:
    refused = answers.get("list")
    if refused is None or refused.outcome != "refused" or not answers["ticket"].cookies:
        return None
    cookie = "; ".join(answers["ticket"].cookies)
    return rest(cookie=cookie, sort_by=_SORT, projects=f"eq:{slug}", page=1, size=20)


def _by_id(slug: str, answers: Answers) -> Asking | None:
    first = _newest(answers)
    if first is None:
        return None
    asking = rest(cookie=cookie_of(answers))
    return Asking(f"{NEWS}/{quote(str(first.get('id')), safe='')}", asking.headers)


def _by_slug(slug: str, answers: Answers) -> Asking | None:
    first = _newest(answers)
    if first is None or not isinstance(first.get("slug"), str):
        return None
    asking = rest(cookie=cookie_of(answers), slug=f"eq:{first['slug']}", projects=f"eq:{slug}")
    return Asking(asking.path.replace("news?", "news/?", 1), asking.headers)


def _newest(answers: Answers) -> "dict[str, object] | None":
    listing = open_listing(answers)
    return dict(listing.items[0]) if listing is not None and listing.items else None


def open_listing(answers: Answers) -> Seen | None:
    """The first page of the listing, by whichever request brought it; None where none did."""
    for key in ("list", "list_ticket"):
        found = answers.get(key)
        if found is not None and found.items is not None:
            return found
    return None


def cookie_of(answers: Answers) -> str:
    """The cookies without which the listing did not open; empty where it opens without."""
    through = answers.get("list_ticket")
    if through is None or through.items is None:
        return ""
    return "; ".join(answers["ticket"].cookies)


def _news(alias: str, slug: str, *, lang: str, sort: str, size: int = 10) -> str:
    arguments = f'projects: "eq:{slug}", _size: {size}, _page: 1, _sort: "{sort}", _lang: "{lang}"'
    return f"{alias}news({arguments}) {{ id title slug created_date projects }}"


def _two(slug: str, _answers: Answers) -> Asking:
    lower = "created_date:desc"
    return graph(
        _news("first: ", slug, lang="ru", sort=lower, size=5),
        _news("second: ", slug, lang="kk", sort=lower, size=5),
    )


def directory(fields: tuple[str, ...], *, lang: str = "ru") -> Asking:
    """The portal's own directory with these fields."""
    headers = (
        ("Accept", "application/json"),
        ("Accept-Language", lang),
        ("Content-Type", "application/json"),
    )
    return Asking(GRAPHQL, headers, "POST", question(fields), keep=16 * 1024 * 1024)


def directory_key(number: int) -> str:
    """The key of the so manieth question for the directory."""
    return "directory" if number == 1 else f"directory_{number}"


def directory_answer(answers: Answers) -> Seen:
    """The answer that brought the directory, else the last that did not. Raises KeyError where none came."""
    number = 1
    while directory_key(number + 1) in answers:
        number += 1
    return answers[directory_key(number)]


def _ask_again(_slug: str, answers: Answers) -> Asking | None:
    """The directory with other names, while none of those asked for is the slug field's."""
    asked: list[tuple[str, ...]] = []
    number = 0
    while (fields := next_fields(asked, answers[directory_key(number)].errors if number else ())) and (
        directory_key(number + 1) in answers
    ):
        number += 1
        asked.append(fields)
        if answers[directory_key(number)].rows("projectdetails") is not None:
            return None
    return directory(fields) if number and fields else None


STEPS: tuple[Step, ...] = (
    Step("robots", lambda _slug, _answers: Asking("/robots.txt")),
    Step("sitemap", lambda _slug, _answers: Asking("/sitemap.xml", keep=4 * 1024 * 1024)),
    Step("page", lambda slug, _answers: Asking(f"/memleket/entities/{slug}/press/news/1?lang=ru")),
    Step("list", _listing()),
    Step("ticket", lambda _slug, _answers: Asking(TICKET, _POSTED, "POST", "{}")),
    Step("list_ticket", _with_ticket, "rest"),
    Step("list_kk", _listing("kk"), "rest"),
    Step("list_en", _listing("en"), "rest"),
    Step("list_kz", _listing("kz"), "rest"),
    Step(
        "lang_in_query",
        _kazakh_by_query,
        "rest",
    ),
    Step("page_0", _listing(page=0), "rest"),
    Step("page_2", _listing(page=2), "rest"),
    Step("far", _listing(page=100_000), "rest"),
    Step("size_50", _listing(size=50), "rest"),
    Step("size_100", _listing(size=100), "rest"),
    Step(
        "bare", lambda slug, answers: rest(cookie=cookie_of(answers), projects=slug, page=1, size=5), "rest"
    ),
    Step(
        "whole",
        lambda _slug, answers: rest(cookie=cookie_of(answers), sort_by=_SORT, page=1, size=20),
        "rest",
    ),
    Step("mdai", _other("mdai"), "rest"),
    Step("maidd", _other("maidd"), "rest"),
    Step("tsm", _other("tsm"), "rest"),
    Step("sport", _other("sport"), "rest"),
    Step("by_id", _by_id, "rest"),
    Step("by_slug", _by_slug, "rest"),
    Step(
        "gte",
        lambda slug, answers: rest(
            cookie=cookie_of(answers),
            projects=f"eq:{slug}",
            created_date="gte:2026-01-01T00:00:00",
            page=1,
            size=5,
        ),
        "rest",
    ),
    Step("graph", lambda slug, _answers: graph(_news("", slug, lang="ru", sort="created_date:desc"))),
    Step("graph_upper", lambda slug, _answers: graph(_news("", slug, lang="ru", sort=_SORT)), "graphql"),
    Step("graph_two", _two, "graphql"),
    Step("directory", lambda _slug, _answers: directory(CANDIDATES[:1]), "graphql"),
    *(Step(directory_key(number), _ask_again, "graphql") for number in range(2, MOST_QUESTIONS + 1)),
)
"""In this order: the doors first, the request that is known to fail last of its kind."""


def shut(door: Door, answers: Answers) -> str:
    """Why nothing more is asked at this door; empty while it is open."""
    if door == "rest" and "list" in answers:
        if open_listing(answers) is not None or ("list_ticket" not in answers and _may_open(answers)):
            return ""
        return "the REST listing does not open"
    if door == "graphql" and "graph" in answers and answers["graph"].rows("news") is None:
        return "GraphQL does not open"
    return ""


def _may_open(answers: Answers) -> bool:
    """Whether the ticket is still to be tried: it is the next question at this door."""
    ticket = answers.get("ticket")
    return answers["list"].outcome == "refused" and ticket is not None and bool(ticket.cookies)
