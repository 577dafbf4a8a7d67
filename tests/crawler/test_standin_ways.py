"""The forms in which the stand-in brings a release, each as one source or another has seen it."""

import http.client
import json
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler.standin import Copy, Portal, Server, serve
from crawler.standin.control import control

NEWS = "/api/v1/public/content-manager/news"
NOON = datetime(2026, 7, 13, 7, 29, tzinfo=UTC)


@pytest.fixture
def portal() -> Portal:
    portal = Portal()
    for number in range(3):
        copies = {"ru": Copy(f"Новость {number}", ("Абзац.",))}
        portal.publish("economy", copies, when=NOON + timedelta(hours=number))
    portal.publish("economy-eco", {"kk": Copy("Ауа", ("Ғимарат.",))}, when=NOON)
    return portal


@pytest.fixture
def server(portal: Portal) -> Iterator[Server]:
    with serve(portal, control=control) as server:
        yield server


def ask(server: Server, target: str, *, lang: str = "ru", body: str | None = None) -> tuple[int, Any]:
    connection = http.client.HTTPConnection(server.host, server.port, timeout=20)
    with closing(connection):
        connection.request(
            "GET" if body is None else "POST", target, body and body.encode(), {"Accept-Language": lang}
        )
        reply = connection.getresponse()
        return reply.status, json.loads(reply.read())


def named(*slugs: str) -> dict[str, Any]:
    return {"items": [{"project_name": slug} for slug in slugs]}


def test_a_release_by_its_number_is_not_there_unless_told(server: Server, portal: Portal) -> None:
    wanted = portal.ids("economy")[1]
    expected = portal.item(wanted, "ru")
    assert ask(server, f"{NEWS}/{wanted}")[0] == 404
    for form, answer in (("object", expected), ("list", [expected]), ("empty", {})):
        portal.ways.set(single=form)
        assert ask(server, f"{NEWS}/{wanted}") == (200, answer)
    assert {request.place for request in portal.requests} == {"single"}


@pytest.mark.parametrize(
    ("form", "answer"), [("object", (404, {"message": "notFound"})), ("list", (200, []))]
)
@pytest.mark.parametrize("lang", ["kk", "xx"])
def test_a_release_that_is_not_in_the_language(
    server: Server, portal: Portal, form: str, answer: tuple[int, Any], lang: str
) -> None:
    portal.ways.set(single=form)
    assert ask(server, f"{NEWS}/{portal.ids('economy')[0]}", lang=lang) == answer
    assert ask(server, f"{NEWS}/5") == answer
    assert ask(server, f"{NEWS}/nonsense") == answer


def test_a_release_by_its_slug_is_a_list_of_one(server: Server, portal: Portal) -> None:
    wanted = portal.ids("economy")[0]
    slug = portal.item(wanted, "ru")["slug"]
    status, items = ask(server, f"{NEWS}/?slug=eq:{slug}&projects=eq:economy")
    assert (status, [item["id"] for item in items]) == (200, [wanted])
    assert ask(server, f"{NEWS}/?slug=eq:{slug}&projects=eq:mfa") == (200, [])


def test_projects_without_an_operator_with_contains_and_without_anything(server: Server) -> None:
    assert len(ask(server, f"{NEWS}?projects=economy")[1]) == 3
    assert len(ask(server, f"{NEWS}?projects=EQ:economy")[1]) == 3
    assert len(ask(server, NEWS)[1]) == 3
    assert [item["title"] for item in ask(server, NEWS, lang="kk")[1]] == ["Ауа"]
    assert [item["title"] for item in ask(server, f"{NEWS}?projects=contains:economy", lang="kk")[1]] == [
        "Ауа"
    ]
    newest = [item["title"] for item in ask(server, f"{NEWS}?projects=contains:econ&size=2&page=1")[1]]
    assert newest == ["Новость 2", "Новость 1"]


@pytest.mark.parametrize(
    ("form", "one", "two"),
    [
        ("plain", "economy", ["economy", "mfa"]),
        ("text", "economy", "economy"),
        ("list", ["economy"], ["economy", "mfa"]),
        ("items", named("economy"), named("economy", "mfa")),
        ("absent", None, None),
    ],
)
def test_the_owners_in_every_form(server: Server, portal: Portal, form: str, one: Any, two: Any) -> None:
    portal.ways.set(projects=form)
    newest = portal.ids("economy")[0]
    assert ask(server, f"{NEWS}?projects=economy&size=1")[1][0].get("projects") == one
    portal.move(newest, "economy", "mfa")
    assert ask(server, f"{NEWS}?projects=economy&size=1")[1][0].get("projects") == two


def test_ids_as_text(server: Server, portal: Portal) -> None:
    portal.ways.set(ids="text", single="object")
    wanted = str(portal.ids("economy")[0])
    assert ask(server, f"{NEWS}?projects=economy")[1][0]["id"] == wanted
    assert ask(server, f"{NEWS}/{wanted}")[1]["id"] == wanted


def test_the_ways_are_set_by_hand(server: Server, portal: Portal) -> None:
    assert ask(server, "/_standin/ways", body='{"single": "empty", "graphql_gated": true}')[0] == 200
    assert (portal.ways.single, portal.ways.graphql_gated) == ("empty", True)
    status, said = ask(server, "/_standin/ways", body='{"singles": "empty"}')
    assert status == 400
    assert "no way is called singles" in said["error"]


def test_the_directory_and_the_tickets_are_driven_by_hand(server: Server, portal: Portal) -> None:
    assert ask(server, "/_standin/project", body='{"slug": "jana", "kk": "Жаңа"}')[0] == 200
    assert portal.projects.items("kk", "slug")[-1]["project_name"] == "Жаңа"
    assert ask(server, "/_standin/project", body='{"slug": "jana", "gone": true}')[0] == 200
    assert portal.projects.items("kk", "slug")[-1]["slug"] != "jana"
    portal.demand_ticket()
    ticket = portal.new_ticket()
    assert portal.admits(ticket)
    assert ask(server, "/_standin/drop_tickets", body="{}")[0] == 200
    assert not portal.admits(ticket)


PAGE = "/memleket/entities/economy/press/news"


def get(server: Server, target: str, accept: str = "*/*") -> tuple[str, str]:
    """The kind and the text of a page."""
    connection = http.client.HTTPConnection(server.host, server.port, timeout=20)
    with closing(connection):
        connection.request("GET", target, headers={"Accept": accept})
        reply = connection.getresponse()
        return str(reply.headers["Content-Type"]), reply.read().decode()


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}?lang=kk", f"{PAGE}/2?lang=kk", f"{PAGE}/details/5?lang=ru"])
def test_a_page_for_people_is_the_shell_and_html_to_a_browser_only(server: Server, path: str) -> None:
    kinds = {accept: get(server, path, accept) for accept in ("*/*", "text/html,*/*;q=0.8")}
    assert [kind for kind, _ in kinds.values()] == ["application/json", "text/html; charset=utf-8"]
    assert {len(text.encode()) for _, text in kinds.values()} == {836}


def test_the_shell_names_a_script_that_is_there(server: Server, portal: Portal) -> None:
    name = re.findall(r'src="(/static/js/main[^"]+)"', get(server, PAGE)[1])[0]
    portal.ways.set(page_seconds=2)
    kind, script = get(server, name)
    assert kind.startswith("text/javascript")
    assert "const DELAY = 2.0;" in script
    assert "card-news-list__item" in script
    assert get(server, "/static/media/banner.png")[1] == ""
    assert [request.place for request in portal.requests] == ["page", "script", "script"]


def test_a_page_may_embed_its_list_without_the_texts(server: Server, portal: Portal) -> None:
    portal.ways.set(page="embeds")
    portal.edit(portal.ids("economy")[0], "ru", title="</script><b>")
    embedded = re.findall(r'json">(.*)</script>\n</body>', get(server, f"{PAGE}?lang=ru", "text/html")[1])
    items = json.loads(embedded[0])
    assert [item["id"] for item in items] == portal.ids("economy")
    assert items[0].keys() == {"id", "title", "created_date", "directions"}
    assert items[0]["title"] == "</script><b>"
