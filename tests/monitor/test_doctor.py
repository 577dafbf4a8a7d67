"""The doctor's judges as tables of answers, what it keeps, and when it stops; no process, no portal."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.records import Answered, Outcome, Probe, Report
from monitor.doctor import slug_field
from monitor.doctor.examining import Examined, examine
from monitor.doctor.fact import Fact, Judged
from monitor.doctor.fact import examine as judge
from monitor.doctor.facts import FACTS
from monitor.doctor.report import headlines
from monitor.doctor.saving import meta, public, save
from monitor.doctor.seen import Seen
from monitor.doctor.steps import STEPS
from monitor.worker import Answer

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 7, 13, 8, 0, tzinfo=UTC)
BY_NAME = {fact.name: fact for fact in FACTS}
BODY = "<!DOCTYPE html>\n<html>\n<head></head>\n<body><p>Өңірде&nbsp;жаңа көпір</p></body>\n</html>"
SHELL = '<!doctype html><html><body><div id="root"></div></body></html>'.ljust(836)


def item(number: int = 9, **changed: Any) -> dict[str, Any]:
    made = {
        "id": number,
        "title": f"Тақырып {number}",
        "slug": f"taqyryp-{number}",
        "body": BODY,
        "created_date": f"2026-07-{number:02}T11:48:00Z",
        "projects": "economy",
    }
    return {**made, **changed}


def page(*numbers: int, **changed: Any) -> list[dict[str, Any]]:
    return [item(number, **changed) for number in numbers or (9, 8, 7)]


def came(key: str, value: Any, status: int = 200, outcome: Outcome = "items", **more: Any) -> Seen:
    body = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return Seen(key, "GET", "/x", outcome, status=status, body=body, size=len(body.encode()), **more)


def found(name: str, *answers: Seen, now: datetime = NOW) -> tuple[str, str]:
    finding = judge(BY_NAME[name], {each.key: each for each in answers}, now=now, silent={}).finding
    return finding.verdict, finding.seen


SAME, OTHER, UNTOLD = "found as written", "different", "unknown"
LIST = came("list", page())
REFUSED = came("list", '{"message":"notAllowed"}', 400, "refused")
TICKET = came("ticket", {}, headers=(("set-cookie", "ticket=abcdef; Path=/"), ("set-cookie", "k6=12345")))
GRAPH = came("graph", {"data": {"news": page(id="9")}})
COMPLAINT = {"errors": [{"message": 'Cannot query field "slug" on type "Project". Did you mean "alias"?'}]}


def graph(key: str, **rows: Any) -> Seen:
    return came(key, {"data": rows})


CASES: list[tuple[str, list[Seen], str, str]] = [
    ("robots.txt", [came("robots", "User-agent: *\nDisallow: /uploads\n")], SAME, "disallowed: /uploads"),
    ("robots.txt", [came("robots", "User-agent: *\nDisallow: /api/v1/public\n")], OTHER, "/api/v1/public"),
    ("robots.txt", [came("robots", "User-agent: other\nDisallow: /\n")], SAME, "nothing"),
    ("robots.txt", [came("robots", "User-agent: *\nDisallow: /api/v1/private\n")], SAME, "/api/v1/private"),
    ("robots.txt", [came("robots", "{}", 404)], OTHER, "status 404"),
    ("crawl-delay", [came("robots", "User-agent: *\nCrawl-delay: 10\n")], OTHER, "Crawl-delay: 10"),
    ("crawl-delay", [came("robots", "User-agent: *\nDisallow:\n")], SAME, "no Crawl-delay"),
    ("sitemap", [came("sitemap", "<urlset><loc>https://a/b</loc></urlset>")], SAME, "1 addresses, 0 of them"),
    ("sitemap", [came("sitemap", "<urlset><loc>https://a/press/news/details/1</loc>")], OTHER, "1 of them"),
    ("page", [came("page", SHELL)], SAME, "836 bytes"),
    ("page", [came("page", SHELL.ljust(5000))], OTHER, "5000 bytes"),
    ("page", [came("page", "<html><p>Мәтін</p></html>")], OTHER, "without the root element"),
    ("page", [came("page", "<html>support.sts.kz</html>", outcome="blocked")], UNTOLD, "block page"),
    ("page-type", [came("page", SHELL, headers=(("content-type", "application/json"),))], SAME, "application/json"),
    ("page-type", [came("page", SHELL, headers=(("content-type", "text/html"),))], OTHER, "text/html"),
    ("rest", [LIST], SAME, "3 items"),
    ("rest", [REFUSED], OTHER, "refused: status 400 «notAllowed»"),
    ("rest", [came("list", '{"message":"browserTicketMissing"}', 403, "refused")], OTHER, "browserTicketMissing"),
    ("refusal", [REFUSED], SAME, "status 400"),
    ("refusal", [came("list", "{}", 403, "refused")], OTHER, "status 403"),
    ("refusal", [LIST], UNTOLD, "open"),
    ("ticket", [TICKET], SAME, "cookies: ticket, k6"),
    ("ticket", [came("ticket", {}, headers=(("set-cookie", "sid=1; Path=/"),))], OTHER, "cookies: sid"),
    ("ticket", [came("ticket", {}, 404)], OTHER, "no cookie"),
    ("ticket-opens", [REFUSED, TICKET, came("list_ticket", page())], SAME, "3 items"),
    ("ticket-opens", [REFUSED, TICKET, came("list_ticket", "{}", 400, "refused")], OTHER, "refused"),
    ("ticket-opens", [LIST, TICKET], UNTOLD, "open without a ticket"),
    ("envelope", [LIST], SAME, "a bare list"),
    ("envelope", [came("list", {"content": page(), "total": 3})], OTHER, "«content»"),
    ("envelope", [REFUSED], UNTOLD, "does not open"),
    ("envelope", [REFUSED, TICKET, came("list_ticket", page())], SAME, "a bare list"),
    ("id", [LIST], SAME, "numbers"),
    ("id", [came("list", page(id="9"))], OTHER, "text"),
    ("fields", [LIST], SAME, "fields: body"),
    ("fields", [came("list", page(mood="жақсы"))], OTHER, "not known here: mood"),
    ("fields", [came("list", [{"id": 1, "title": "Т", "body": None}])], OTHER, "missing: created_date"),
    ("order", [LIST], SAME, "in order"),
    ("order", [came("list", page(7, 9, 8))], OTHER, "1 times a newer one"),
    ("order", [came("list", page(7))], UNTOLD, "fewer than two"),
    ("page-0", [LIST, came("page_0", page())], SAME, "the same items"),
    ("page-0", [LIST, came("page_0", page(3))], OTHER, "other items"),
    ("page-0", [LIST, came("page_0", "{}", 400, "broken")], OTHER, "status 400"),
    ("pages", [LIST, came("page_2", page(6, 5))], SAME, "no item twice"),
    ("pages", [LIST, came("page_2", page(7, 6))], OTHER, "1 of 2"),
    ("pages", [LIST, came("page_2", [], outcome="empty")], UNTOLD, "no second page"),
    ("end", [LIST, came("far", [], outcome="empty")], SAME, "an empty list"),
    ("end", [LIST, came("far", "{}", 404, "broken")], OTHER, "status 404"),
    ("end", [LIST, came("far", page())], OTHER, "3 items"),
    ("size-50", [LIST, came("size_50", page(), listed=3)], UNTOLD, "only 3 items"),
    ("size-50", [came("list", page(*range(28, 8, -1))), came("size_50", page(), listed=50)], SAME, "50 items"),
    ("size-50", [came("list", page(*range(28, 8, -1))), came("size_50", page(), listed=20)], OTHER, "only 20"),
    ("size-20", [came("list", page(*range(28, 8, -1)))], SAME, "20 items"),
    ("size-20", [LIST], UNTOLD, "only 3 items"),
    ("size-100", [came("list", page(*range(28, 8, -1))), came("size_100", "[", listed=100)], SAME, "100 items"),
    ("size-100", [LIST, came("size_100", "", 504, "overloaded")], OTHER, "status 504"),
    ("bare-slug", [LIST, came("bare", page(9, 8))], SAME, "2 of the agency's"),
    ("bare-slug", [LIST, came("bare", page(1, 2))], OTHER, "0 of the agency's"),
    ("language", [LIST, came("list_kk", page(title="Қазақша")), came("list_en", [])], SAME, "en 0, kk 3, ru 3"),
    ("language", [LIST, came("list_kk", page()), came("list_en", [])], OTHER, "kk=ru"),
    ("language", [LIST, came("list_kk", []), came("list_en", [])], UNTOLD, "not enough languages"),
    ("lang-query", [LIST, came("list_kk", page(3)), came("lang_in_query", page())], SAME, "Russian"),
    ("lang-query", [LIST, came("list_kk", page(3)), came("lang_in_query", page(3))], OTHER, "Kazakh"),
    ("kz", [LIST, came("list_kz", [], outcome="empty")], SAME, "no items"),
    ("kz", [LIST, came("list_kk", page(3)), came("list_kz", page(3))], OTHER, "what kk brings"),
    ("kz", [LIST, came("list_kz", page())], SAME, "the Russian list"),
    ("date-form", [LIST], SAME, "0000-00-00T00:00:00Z"),
    ("date-form", [came("list", page(created_date="13.07.2026"))], OTHER, "00.00.0000"),
    ("date-form", [came("list", page(created_date="2026-07-13T10:00:00.123+0500"))], SAME, ".000+0000"),
    ("wall-clock", [came("list", page(created_date="2026-07-13T12:30:00Z"))], SAME, "4 h 30 min in the future"),
    ("wall-clock", [came("list", page(created_date="2026-07-12T16:30:00Z"))], SAME, "evenings if it were UTC"),
    ("wall-clock", [came("list", page(created_date="2026-07-12T04:30:00Z"))], OTHER, "nights on the wall clock"),
    ("wall-clock", [came("list", page(created_date="2026-07-12T11:30:00Z"))], UNTOLD, "20 h 30 min old"),
    ("wall-clock", [came("list", page(created_date="2027-07-12T11:30:00Z"))], UNTOLD, "ahead"),
    ("wall-clock", [came("list", page(created_date="2026-07-12T11:30:00"))], UNTOLD, "no date ends in Z"),
    ("midnight", [LIST], SAME, "0 of 3"),
    ("midnight", [came("list", page(created_date="2026-07-12T00:00:00Z"))], OTHER, "3 of 3"),
    ("one-id", [LIST, came("list_kk", page(9, 3))], SAME, "1 with kk"),
    ("one-id", [LIST, came("list_kk", page(3))], UNTOLD, "no id of the Russian page"),
    ("body", [LIST], SAME, "3 of 3"),
    ("body", [came("list", page(body="<p>Мәтін</p>"))], OTHER, "0 of 3"),
    ("body", [came("list", page(body=None))], UNTOLD, "no item on this page has a body"),
    ("entities", [LIST], SAME, "&nbsp;"),
    ("entities", [came("list", page(body="<p>Мәтін</p>"))], OTHER, "no named entity"),
    ("uploads", [LIST], UNTOLD, "links to a file"),
    ("uploads", [came("list", [item(body=f"/uploads/2026/7/1/{'a' * 32}_original.512.pdf")])], SAME, "1 of 1"),
    ("uploads", [came("list", [item(body=f"/uploads/{'a' * 32}.pdf")])], OTHER, "/uploads/<digest>.pdf"),
    ("whole-portal", [came("whole", page())], SAME, "3 name their owners"),
    ("whole-portal", [came("whole", page(projects=None))], OTHER, "0 name their owners"),
    ("whole-portal", [came("whole", "{}", 400, "refused")], OTHER, "refused"),
    ("single", [LIST, came("by_id", item(9))], SAME, "an object with the item"),
    ("single", [LIST, came("by_id", [item(9)])], SAME, "a list with the item"),
    ("single", [LIST, came("by_id", item(3))], OTHER, "another item"),
    ("single", [LIST, came("by_id", {})], OTHER, "an object without the item"),
    ("single", [LIST, came("by_id", "{}", 404, "broken")], OTHER, "status 404"),
    ("by-slug", [LIST, came("by_slug", [item(9)])], SAME, "a list of 1"),
    ("by-slug", [LIST, came("by_slug", page(3))], OTHER, "not the one"),
    ("gte", [came("gte", "", 500, "overloaded")], SAME, "status 500"),
    ("gte", [came("gte", page())], OTHER, "status 200"),
    ("mdai", [came("mdai", page())], SAME, "newest 2026-07-09"),
    ("mdai", [came("mdai", [], outcome="empty")], OTHER, "0 items"),
    ("maidd", [came("mdai", page(9)), came("maidd", page(9, 8))], SAME, "1 in both"),
    ("sport", [came("tsm", page()), came("sport", page(3))], SAME, "tsm: 3 items"),
    ("sport", [came("tsm", page()), came("sport", page())], OTHER, "both list the same"),
    ("graphql", [GRAPH], SAME, "3 items"),
    ("graphql", [came("graph", "<html></html>", 504, "overloaded")], OTHER, "status 504"),
    ("graphql", [came("graph", COMPLAINT, outcome="refused")], OTHER, "Cannot query field"),
    ("graphql-order", [GRAPH], SAME, "in order"),
    ("graphql-order", [graph("graph", news=page(1, 2, 3))], OTHER, "2 times a newer one"),
    ("graphql-upper", [graph("graph_upper", news=page(1, 2, 3))], SAME, "2 times a newer one"),
    ("graphql-upper", [graph("graph_upper", news=page())], OTHER, "in order"),
    ("graphql-ids", [GRAPH], SAME, "text"),
    ("graphql-ids", [graph("graph", news=page())], OTHER, "numbers"),
    ("graphql-aliases", [graph("graph_two", first=page(), second=page(title="Қазақша"))], SAME, "3 and 3"),
    ("graphql-aliases", [graph("graph_two", first=page(), second=page())], OTHER, "both listings are the same"),
    ("directory", [graph("directory", projectdetails=[{"id": 1}] * 60)], SAME, "60 entries"),
    ("directory", [came("directory", COMPLAINT)], OTHER, "Did you mean"),
    ("directory-slug", [graph("directory", projectdetails=[{"slug": "mfa"}, {"slug": "economy"}])], SAME, "«slug»"),
    (
        "directory-slug",
        [came("directory", COMPLAINT), graph("directory_2", projectdetails=[{"alias": "mfa"}, {"alias": "moa"}])],
        OTHER,
        "«alias»",
    ),
    ("directory-slug", [came("directory", COMPLAINT)], UNTOLD, "no name tried so far"),
    ("validators", [LIST], SAME, "neither"),
    ("validators", [came("list", [], headers=(("etag", '"1"'),))], OTHER, "etag with list"),
    ("compression", [came("list", [], headers=(("jarshy-packed", "gzip"),))], SAME, "gzip"),
    ("compression", [LIST], OTHER, "no answer came packed"),
    ("tls", [came("list", [], secure=True)], SAME, "accepted"),
    ("tls", [LIST], UNTOLD, "by http"),
    ("latency", [came("list", [], seconds=1.5), came("far", [], seconds=0.4)], SAME, "0.4 to 1.5 s"),
    ("latency", [came("list", [], seconds=31.0)], OTHER, "31.0 s"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "answers", "verdict", "words"), CASES, ids=[f"{case[0]}: {case[3]}" for case in CASES]
)
def test_a_fact_is_judged_by_what_was_answered(
    name: str, answers: list[Seen], verdict: str, words: str
) -> None:
    said, seen = found(name, *answers)
    assert said == verdict, seen
    assert words in seen


def test_every_fact_is_tried_in_two_ways_at_least_and_needs_what_is_asked() -> None:
    tried: dict[str, set[str]] = {}
    for name, _, verdict, _ in CASES:
        tried.setdefault(name, set()).add(verdict)
    assert [fact.name for fact in FACTS if len(tried.get(fact.name, ())) < 2 and fact.name != "maidd"] == []
    asked = {step.key for step in STEPS}
    assert {key for fact in FACTS for key in fact.needs} <= asked
    assert len(BY_NAME) == len(FACTS)
    assert all(fact.remedy for fact in FACTS)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_the_file_and_the_name_in_it_that_a_remedy_tells_of_are_there(fact: Fact) -> None:
    for path, name in re.findall(r"((?:crawler|monitor)/[\w/]+\.(?:py|csv))(?:, (\w+))?", fact.remedy):
        assert (name or "") in (ROOT / path).read_text("utf-8")


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
@pytest.mark.parametrize(
    "value", ["", "[", "null", "5", '[null,5,"a"]', '{"data":null}', '{"data":{"news":5}}']
)
def test_no_answer_however_odd_trips_a_judge_up(fact: Fact, value: str) -> None:
    answers = {step.key: came(step.key, value, outcome="broken") for step in STEPS}
    assert judge(fact, answers, now=NOW, silent={}).finding.seen


def test_what_was_not_asked_is_unknown_with_the_reason() -> None:
    finding = judge(
        BY_NAME["end"], {"list": LIST}, now=NOW, silent={"far": "the REST listing does not open"}
    ).finding
    assert (finding.verdict, finding.seen) == ("unknown", "the REST listing does not open")


def test_a_cut_answer_keeps_the_rows_that_came_whole() -> None:
    whole = json.dumps(page(), ensure_ascii=False)
    assert found("order", came("list", whole[:-20])) == ("found as written", "2 items in order")


# when it stops


class Portal:
    """Answers each probe as it was told to, by path; remembers what was asked."""

    def __init__(self, **outcomes: tuple[Outcome, int | None, float | None]) -> None:
        self.outcomes = outcomes
        self.asked: list[str] = []

    async def __call__(self, probe: Probe) -> Answer:
        step = next(key for key in STEPS_BY_ORDER[len(self.asked) :])
        self.asked.append(step)
        outcome, status, retry_after = self.outcomes.get(step, self.outcomes.get("any", ("items", 200, None)))
        answered = None if status is None else Answered(probe.id, status, (), "[]", 2)
        return Answer((), Report(probe.id, outcome, "why", requests=1, retry_after=retry_after), answered)


STEPS_BY_ORDER = ["robots", "sitemap", "page", "list", "ticket", "rest"]


@pytest.mark.parametrize(
    ("outcomes", "asked", "words"),
    [
        ({"page": ("blocked", 200, None)}, 3, "block page"),
        ({"sitemap": ("overloaded", 429, 3600.0)}, 2, "left alone for 3600 s"),
        ({"any": ("unreachable", None, None)}, 2, "2 requests in a row"),
        ({"any": ("overloaded", 503, None)}, 2, "2 requests in a row"),
        ({"robots": ("overloaded", None, None)}, 1, "nothing more was asked"),
    ],
    ids=["a block", "a long Retry-After", "nobody answers", "overloaded twice", "told to stay away"],
)
async def test_it_stops_where_going_on_would_be_knocking(
    outcomes: dict[str, tuple[Outcome, int | None, float | None]], asked: int, words: str
) -> None:
    portal = Portal(**outcomes)
    examined = await examine(portal, "economy", secure=True)
    assert len(portal.asked) == asked
    assert words in examined.stopped
    assert len(examined.silent) + len(examined.answers) == len(STEPS)
    assert examined.requests == asked


def test_the_first_lines_say_what_differs_and_what_answers_it() -> None:
    judged = [
        judge(BY_NAME[name], {"list": REFUSED, "graph": GRAPH}, now=NOW, silent={})
        for name in ("rest", "graphql", "graphql-order")
    ]
    lines = headlines(judged, Examined(answers={"list": REFUSED, "graph": GRAPH}, requests=2))
    assert lines[0] == "3 facts, 2 requests: 2 found as written, 1 different, 0 unknown."
    assert lines[2] == "Different, and what answers it:"
    assert lines[3].startswith("- rest: refused: status 400 «notAllowed», 24 bytes. `[portal] routes`: ")
    assert lines[-1].startswith('Next: set `[portal] routes = ["graphql"]`')


@pytest.mark.parametrize(
    ("examined", "words"),
    [
        (Examined(), "nothing answered"),
        (Examined(answers={"page": LIST}, stopped="its block page"), "another network"),
        (Examined(answers={"page": LIST}, stopped="left alone"), "later"),
        (Examined(answers={"page": LIST}), "no route to the news opens"),
    ],
)
def test_it_says_what_to_do_next(examined: Examined, words: str) -> None:
    judged: list[Judged] = []
    assert words in headlines(judged, examined)[-1]


# what is kept

BLOCK_PAGE = "<html><p>support.sts.kz</p><p>IP: 192.0.2.17, 2001:db8::1f</p><p>2026-07-09 14:19:52</p></html>"


@pytest.mark.parametrize(
    ("answer", "kept", "gone"),
    [
        (came("page", BLOCK_PAGE, outcome="blocked"), ["support.sts.kz"], ["192.0.2.17", "db8", "14:19:52"]),
        (came("ticket", {"result": "s3cr3t", "ok": True}), ["result", "true"], ["s3cr3t"]),
        (came("list", page(title="Кездесу 14:30")), ["Кездесу 14:30", "T11:48:00Z", "taqyryp-9"], []),
        (
            came(
                "gte",
                {"requestId": "a1b2", "timestamp": "2026-07-09T14:19:52", "error": "x"},
                500,
                "overloaded",
            ),
            ["error"],
            ["a1b2", "14:19"],
        ),
        (
            came("gte", "1f0c6a3e-55aa-4a1b-9c3d-0123456789ab said ops@example.org"),
            ["said"],
            ["1f0c6a3e", "ops@"],
        ),
    ],
)
def test_nothing_private_is_kept(answer: Seen, kept: list[str], gone: list[str]) -> None:
    text = public(answer, ["ops@example.org"])
    assert [word for word in kept if word not in text] == []
    assert [word for word in gone if word in text] == []


def test_of_headers_only_what_says_nothing_of_us_is_kept() -> None:
    headers = (
        ("set-cookie", "ticket=abcdef; Path=/"),
        ("date", "Thu, 09 Jul 2026 14:19:52 GMT"),
        ("x-request-id", "77"),
        ("content-type", "application/json"),
        ("retry-after", "Thu, 09 Jul 2026 14:19:52 GMT"),
    )
    shown = meta(came("list", [], headers=headers))["headers"]
    assert shown == {
        "set-cookie": "ticket=masked",
        "date": "masked",
        "x-request-id": "masked",
        "content-type": "application/json",
        "retry-after": "masked",
    }


def test_answers_are_saved_by_name_with_what_was_asked(tmp_path: Path) -> None:
    written = save(
        tmp_path / "new", [LIST, came("page", SHELL), came("robots", "User-agent: *")], secrets=[""]
    )
    assert [path.name for path in written] == [
        "list.response.json", "list.meta.json", "page.response.html", "page.meta.json",
        "robots.response.txt", "robots.meta.json",
    ]  # fmt: skip
    assert json.loads(written[0].read_text("utf-8")) == page()
    assert json.loads(written[1].read_text("utf-8"))["asked"] == "GET /x"


# the slug field


@pytest.mark.parametrize(
    ("asked", "errors", "then"),
    [
        ([], [], ("slug",)),
        ([["slug"]], ['Cannot query field "slug" on type "P". Did you mean "project_slug"?'],
         ("project_slug", "alias", "project", "code", "url")),
        ([["slug"]], ["Cannot query field 'slug' on type 'P'. Did you mean 'nameSlug' or 'slugs'?"],
         ("nameSlug", "slugs", "alias", "project", "code", "project_slug", "url")),
        ([["slug"], ["alias", "code"]], ['Cannot query field "alias" on type "P".'], ("code",)),
        ([["slug"], ["tag", "code"]], ['Field "tag" of type "[Tag]" must have a selection of subfields.'], ("code",)),
        ([["slug"], ["alias", "code"]], ['Cannot query field "alias" on type "P". Did you mean "class"?'], ("code",)),
        ([["slug"], ["alias"]], ["Request failed with status code 500"], ()),
        ([["slug"], ["alias", "code"]], ['Cannot query field "alias"', 'Cannot query field "code"'], ()),
    ],
)  # fmt: skip
def test_the_slug_field_is_looked_for(
    asked: list[list[str]], errors: list[str], then: tuple[str, ...]
) -> None:
    follow = slug_field.next_fields(asked, errors)
    if len(asked) == 1:
        assert set(follow) == set(then)
        assert follow[0] == then[0]
    else:
        assert follow == then


def test_a_field_is_that_of_slugs_where_known_ones_stand_in_it() -> None:
    rows = [{"code": "17", "alias": "mfa"}, {"code": "18", "alias": "economy"}]
    assert slug_field.slug_field(rows, ["code", "alias"], ["mfa", "economy"]) == "alias"
    assert slug_field.slug_field(rows, ["code"], ["mfa", "economy"]) is None
