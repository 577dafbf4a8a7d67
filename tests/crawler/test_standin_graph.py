"""The stand-in's GraphQL interface answers as the portal's was seen to, its silences and errors included."""

import contextlib
import http.client
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler.directory import agencies
from crawler.standin import Copy, Portal, Server, serve

NOON = datetime(2026, 7, 13, 7, 29, tzinfo=UTC)


@pytest.fixture
def portal() -> Portal:
    """The newest release has the lowest id: storage order and order of dates differ."""
    portal = Portal()
    for number in range(6):
        copies = {"ru": Copy(f"Новость {number}", ("Абзац.",), directions=((7, "Спорт"),))}
        if number % 2:
            copies["kk"] = Copy(f"Жаңалық {number}", ("Өңірдегі ұлы іс.",))
        portal.publish("almaty", copies, when=NOON - timedelta(hours=number))
    portal.publish("almaty-eco", {"ru": Copy("Воздух", ("Абзац.",))}, when=NOON)
    return portal


@pytest.fixture
def server(portal: Portal) -> Iterator[Server]:
    with serve(portal) as server:
        yield server


def post(server: Server, body: object, *, lang: str = "ru", cookie: str = "") -> tuple[int, Any]:
    """Status and body, read as JSON where it is that."""
    connection = http.client.HTTPConnection(server.host, server.port, timeout=20)
    headers = {"Content-Type": "application/json", "Accept-Language": lang} | (
        {"Cookie": cookie} if cookie else {}
    )
    with contextlib.closing(connection):
        connection.request("POST", "/graphql", body if isinstance(body, str) else json.dumps(body), headers)
        reply = connection.getresponse()
        read = reply.read()
        return reply.status, json.loads(read) if read.startswith(b"{") else read


def asked(server: Server, query: str, *, lang: str = "ru", **variables: Any) -> Any:
    status, body = post(server, {"query": query, "variables": variables}, lang=lang)
    assert status == 200
    return body


def titles(server: Server, arguments: str, *, lang: str = "ru") -> list[str]:
    body = asked(server, f"{{ news({arguments}) {{ title }} }}", lang=lang)
    return [item["title"] for item in body["data"]["news"]]


def test_a_query_brings_the_fields_it_names_and_ids_as_text(server: Server, portal: Portal) -> None:
    query = 'query News { news(projects: "eq:almaty", _size: 1) { id name: title projects directions { title } } }'
    assert asked(server, query) == {
        "data": {
            "news": [
                {
                    "id": str(portal.ids("almaty")[0]),
                    "name": "Новость 0",
                    "projects": "almaty",
                    "directions": [{"title": "Спорт"}],
                }
            ]
        }
    }


def test_several_listings_come_under_aliases_each_in_its_language(server: Server) -> None:
    query = """query Several($size: Int = 3) {
        a: news(projects: "eq:almaty", _size: $size, _sort: "created_date:desc", _lang: "kk") { title }
        b: news(projects: "EQ:almaty-eco", _size: $size) { title }  # the language of the header
    }"""
    data = asked(server, query, size=2)["data"]
    assert [item["title"] for item in data["a"]] == ["Жаңалық 1", "Жаңалық 3"]
    assert [item["title"] for item in data["b"]] == ["Воздух"]


def test_the_order_asked_for_is_kept_in_lower_case_only(server: Server, portal: Portal) -> None:
    portal.publish("almaty", {"ru": Copy("Сегодня", ("Абзац.",))}, when=NOON + timedelta(days=1))
    newest = titles(server, 'projects: "eq:almaty", _size: 1, _sort: "created_date:desc"')
    assert newest == ["Сегодня"]
    for sort in ("created_date:DESC", "created_date:Desc", "nothing:desc"):
        assert titles(server, f'projects: "eq:almaty", _size: 1, _sort: "{sort}"') == ["Новость 0"]
    assert titles(server, 'projects: "eq:almaty", _size: 1, _sort: "id:desc"') == ["Сегодня"]
    portal.ways.set(graphql_sorts=False)
    assert titles(server, 'projects: "eq:almaty", _size: 1, _sort: "created_date:desc"') == ["Новость 0"]


def test_contains_finds_neighbours_and_no_projects_finds_all(server: Server) -> None:
    assert "Воздух" in titles(server, 'projects: "contains:almaty", _size: 20')
    assert "Воздух" not in titles(server, 'projects: "eq:almaty", _size: 20')
    assert len(titles(server, "_size: 20")) == 7


def test_pages_count_from_one_and_end_with_an_empty_list(server: Server) -> None:
    paged = 'projects: "eq:almaty", _size: 4, _sort: "created_date:desc", _page: {}'
    assert titles(server, paged.format(0)) == titles(server, paged.format(1))
    assert titles(server, paged.format(2)) == ["Новость 4", "Новость 5"]
    assert titles(server, paged.format(3)) == []


def test_a_large_page_is_a_gateway_timeout(server: Server, portal: Portal) -> None:
    large = {"query": "{ news(_size: 50) { id } }"}
    status, body = post(server, large)
    assert (status, body[:6]) == (504, b"<html>")
    portal.ways.set(graphql_most=0)
    assert post(server, large)[0] == 200


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("{ news { titel } }", 'Cannot query field "titel" on type "News". Did you mean "title"?'),
        ("{ news { views } }", 'Cannot query field "views" on type "News".'),
        ("{ nwes { id } }", 'Cannot query field "nwes" on type "Query". Did you mean "news"?'),
        ("{ news(project: 1) { id } }", 'Unknown argument "project" on field "Query.news".'),
        ("{ news }", 'Field "news" of type "[News]" must have a selection of subfields.'),
        ("{ news { id { id } } }", 'Field "id" must not have a selection: it has no subfields.'),
        ("{ news { id }", "Syntax Error: Expected Name, found <EOF>."),
        ("{ news(_size: @) { id } }", 'Syntax Error: Unexpected "@".'),
        ('{ news(projects: "eq) { id } }', 'Syntax Error: Unexpected """.'),
        ("{ a " * 40, "Syntax Error: the query is nested too deeply."),
        ("{ __schema { types { name } } }", "GraphQL introspection is not allowed by Apollo Server"),
    ],
)
def test_an_error_comes_with_200_in_the_words_of_apollo(server: Server, query: str, message: str) -> None:
    body = asked(server, query)
    assert "data" not in body
    assert body["errors"][0]["message"].startswith(message)


def test_a_fault_changes_the_items_of_each_listing(server: Server, portal: Portal) -> None:
    query = '{ a: news(projects: "eq:almaty", _size: 4) { id title } b: news(_size: 2) { id title } }'
    right = asked(server, query)["data"]
    portal.misbehave("half", place="graphql")
    assert asked(server, query)["data"] == {name: items[1::2] for name, items in right.items()}
    portal.behave()
    portal.misbehave("twice", place="graphql")
    assert [item["id"] for item in asked(server, query)["data"]["b"]] == [
        *(item["id"] for item in right["b"]),
        right["b"][0]["id"],
    ]


@pytest.mark.parametrize("body", ["", "[]", "{", '{"query": 5}'])
def test_a_body_without_a_query_is_an_error(server: Server, body: str) -> None:
    assert post(server, body)[1]["errors"]


def test_one_listing_may_fail_beside_others(server: Server, portal: Portal) -> None:
    portal.ways.set(graphql_fails="almaty-eco")
    body = asked(
        server, '{ a: news(projects: "eq:almaty") { id } b: news(projects: "eq:almaty-eco") { id } }'
    )
    assert (len(body["data"]["a"]), body["data"]["b"], body["errors"][0]["path"]) == (6, None, ["b"])


def test_the_directory_is_listed_whole_in_each_language(server: Server, portal: Portal) -> None:
    query = '{ projectdetails(_size: ">0") { id project_name slug class { name } parent_govorg { id } } }'
    found = {lang: asked(server, query, lang=lang)["data"]["projectdetails"] for lang in ("kk", "ru")}
    assert [item["slug"] for item in found["kk"]] == list(agencies())
    assert found["kk"][0]["project_name"] == agencies()[found["kk"][0]["slug"]].name_kk
    assert found["ru"][0]["project_name"] == agencies()[found["ru"][0]["slug"]].name_ru
    assert found["ru"][0]["class"]["name"]
    portal.projects.set("jana", kk="Жаңа агенттік", ru="Новое агентство")
    portal.projects.remove("economy")
    slugs = [item["slug"] for item in asked(server, query)["data"]["projectdetails"]]
    assert slugs[-1] == "jana"
    assert "economy" not in slugs
    assert len(asked(server, "{ projectdetails(_size: 5) { id } }")["data"]["projectdetails"]) == 5


def test_the_field_of_the_slug_may_have_another_name(server: Server, portal: Portal) -> None:
    portal.ways.set(slug_field="slug_name")
    error = asked(server, "{ projectdetails { id slug } }")["errors"][0]["message"]
    assert error == 'Cannot query field "slug" on type "ProjectDetails". Did you mean "slug_name"?'
    assert asked(server, "{ projectdetails(_size: 1) { slug_name } }")["data"]["projectdetails"][0][
        "slug_name"
    ]


def test_the_gate_stands_before_graphql_only_where_it_is_told_to(server: Server, portal: Portal) -> None:
    query = {"query": "{ news { id } }"}
    portal.demand_ticket()
    assert post(server, query)[0] == 200
    portal.ways.set(graphql_gated=True, refusal="browserTicketMissing")
    assert post(server, query) == (400, {"message": "browserTicketMissing"})
    assert post(server, query, cookie=f"ticket={portal.new_ticket()}")[0] == 200
    portal.ways.set(graphql=False)
    assert post(server, query)[0] == 404


def test_the_log_tells_which_listing_was_asked_for(server: Server, portal: Portal) -> None:
    asked(server, '{ news(projects: "eq:almaty", _lang: "kk", _page: 2) { id } }')
    request = portal.requests[0]
    assert (request.place, request.agency, request.lang, request.page) == ("graphql", "almaty", "kk", 2)
    assert b"eq:almaty" in request.body


def test_a_fault_may_be_bound_to_graphql(server: Server, portal: Portal) -> None:
    portal.misbehave("errors", place="graphql", agency="almaty", times=1)
    assert asked(server, '{ news(projects: "eq:almaty-eco") { id } }')["data"]
    assert asked(server, '{ news(projects: "eq:almaty") { id } }')["errors"]


def test_a_fault_of_items_meets_every_listing_of_an_answer(server: Server, portal: Portal) -> None:
    news = 'news(projects: "eq:almaty", _size: 3'
    query = f'{{ a: {news}) {{ title }} b: {news}, _lang: "kk") {{ title }} }}'
    right = {key: [item["title"] for item in items] for key, items in asked(server, query)["data"].items()}

    def shown(fault: str) -> dict[str, list[str]]:
        portal.misbehave(fault, place="graphql", times=1)
        return {key: [item["title"] for item in items] for key, items in asked(server, query)["data"].items()}

    assert shown("half") == {key: titles[1::2] for key, titles in right.items()}
    assert shown("twice") == {key: [*titles, f"{titles[0]}: екінші рет"] for key, titles in right.items()}
    assert sorted(shown("shuffled")["a"]) == sorted(right["a"])
