"""The stand-in portal over HTTP answers as the real one was seen to answer, and misbehaves when told."""

import contextlib
import http.client
import json
import socket
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from crawler.standin import Copy, Portal, Server, serve
from crawler.standin.control import VERBS, control
from crawler.standin.faults import FAULTS

NEWS = "/api/v1/public/content-manager/news"
TICKET = "/api/v1/public/_/c/k6"
NOON = datetime(2026, 7, 13, 7, 29, tzinfo=UTC)
DEADLINE = 20
"""Seconds after which a test that waits has failed."""


class Reply:
    """An answer that was read to its end."""

    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.status = answer.status
        self.headers = {name.lower(): value for name, value in answer.getheaders()}
        self.body = answer.read()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def ask(
    server: Server,
    target: str,
    *,
    lang: str = "ru",
    method: str = "GET",
    cookie: str = "",
    tag: str = "",
    body: str | None = None,
) -> Reply:
    """One request over a connection of its own."""
    connection = http.client.HTTPConnection(server.host, server.port, timeout=DEADLINE)
    with contextlib.closing(connection):
        headers = {"Accept-Language": lang} | ({"Cookie": cookie} if cookie else {})
        headers |= {"If-None-Match": tag} if tag else {}
        headers |= {} if body is None else {"Content-Type": "application/json"}
        connection.request(method, target, body=body, headers=headers)
        return Reply(connection.getresponse())


def listing(agency: str = "economy", /, **query: int | str) -> str:
    rest = "".join(f"&{name}={value}" for name, value in query.items())
    return f"{NEWS}?sort-by=created_date:DESC&projects=eq:{agency}{rest}"


def ids(reply: Reply) -> list[int]:
    return [item["id"] for item in reply.json]


@pytest.fixture
def portal() -> Portal:
    portal = Portal()
    for number in range(25):
        copies = {"ru": Copy(f"Новость {number}", ("Абзац.",))}
        if number % 2:
            copies["kk"] = Copy(f"Жаңалық {number}", ("Өңірдегі ұлы іс.",))
        portal.publish("economy", copies, when=NOON + timedelta(minutes=number))
    portal.publish("almaty", {"ru": Copy("Город", ("Абзац.",))}, when=NOON)
    return portal


@pytest.fixture
def server(portal: Portal) -> Iterator[Server]:
    with serve(portal, control=control) as server:
        yield server


def test_a_listing_is_a_bare_list_of_the_newest(server: Server, portal: Portal) -> None:
    reply = ask(server, listing(page=1, size=20))
    assert reply.status == 200
    assert reply.headers["content-type"] == "application/json"
    assert ids(reply) == portal.ids("economy", "ru")[:20]


@pytest.mark.parametrize(
    ("query", "lang", "first", "count"),
    [
        pytest.param({"page": 1, "size": 20}, "ru", 0, 20, id="page 1 is the first"),
        pytest.param({"page": 0, "size": 20}, "ru", 0, 20, id="page 0 is the same"),
        pytest.param({"size": 20}, "ru", 0, 20, id="no page is the same"),
        pytest.param({"page": 2, "size": 20}, "ru", 20, 5, id="the last page is short"),
        pytest.param({"page": 3, "size": 20}, "ru", 25, 0, id="after the end comes an empty list"),
        pytest.param({"page": 9}, "ru", 25, 0, id="and so on"),
        pytest.param({}, "ru", 0, 10, id="ten where no size is asked"),
        pytest.param({"page": 1, "size": 100}, "kk", 0, 12, id="only copies in Kazakh"),
        pytest.param({}, "kk-KZ,kk;q=0.9,ru;q=0.8", 0, 10, id="the first language counts"),
        pytest.param({}, "kz", 0, 0, id="kz is no language"),
    ],
)
def test_pages(
    server: Server, portal: Portal, query: dict[str, int], lang: str, first: int, count: int
) -> None:
    expected = portal.ids("economy", lang[:2])[first : first + count]
    assert len(expected) == count
    assert ids(ask(server, listing(**query), lang=lang)) == expected


@pytest.mark.parametrize(
    ("target", "agency"),
    [
        (f"{NEWS}?projects=eq:almaty&size=100", "almaty"),
        (f"{NEWS}?projects=eq%3Aalmaty&size=100", "almaty"),
        (f"{NEWS}?projects=almaty&size=100", "almaty"),
        (f"{NEWS}?size=100", None),
        (f"{NEWS}/?size=100", None),
        (f"{NEWS}?projects=eq:nobody", "nobody"),
    ],
)
def test_projects_names_an_agency_or_none(
    server: Server, portal: Portal, target: str, agency: str | None
) -> None:
    assert ids(ask(server, target)) == portal.ids(agency, "ru")


def test_views_rise_at_every_listing_and_nothing_else_changes(server: Server) -> None:
    before, after = (ask(server, listing()).json[0] for _ in range(2))
    assert after.pop("views") > before.pop("views")
    assert after == before


def test_a_filter_by_gte_is_an_error_of_the_server(server: Server) -> None:
    assert ask(server, listing(created_date="gte:2026-07-01T00:00:00Z")).status == 500


def test_a_ticket_is_asked_for_only_while_it_is_demanded(server: Server, portal: Portal) -> None:
    assert ask(server, listing()).status == 200
    portal.demand_ticket()
    refusal = ask(server, listing())
    assert (refusal.status, refusal.json) == (400, {"message": "notAllowed"})
    assert ask(server, listing(), cookie="ticket=made-up").status == 400
    assert ask(server, TICKET).status == 404
    assert ask(server, TICKET, method="POST").status == 415
    cookie = ask(server, TICKET, method="POST", body="{}").headers["set-cookie"].split(";")[0]
    assert ask(server, listing(), cookie=f"other=1; {cookie}").status == 200
    portal.drop_tickets()
    assert ask(server, listing(), cookie=cookie).status == 400
    portal.demand_ticket(on=False)
    assert ask(server, listing()).status == 200


def test_a_ticket_may_serve_once(server: Server, portal: Portal) -> None:
    portal.demand_ticket(uses=1)
    cookie = ask(server, TICKET, method="POST", body="{}").headers["set-cookie"].split(";")[0]
    assert [ask(server, listing(), cookie=cookie).status for _ in range(2)] == [200, 400]


@pytest.mark.parametrize("path", ["economy/press/news/details/1257401?lang=kk", "economy/press/news?lang=ru"])
def test_a_page_for_people_is_the_shell_labelled_as_json(server: Server, path: str) -> None:
    reply = ask(server, f"/memleket/entities/{path}")
    assert reply.status == 200
    assert reply.headers["content-type"] == "application/json"
    assert len(reply.body) == 836
    assert b'<div id="root">' in reply.body
    assert b"You need to enable JavaScript to run this app." in reply.body


def test_robots_says_what_the_test_wants(server: Server, portal: Portal) -> None:
    assert "Disallow: /uploads" in ask(server, "/robots.txt").body.decode()
    portal.robots = "User-agent: *\nDisallow: /\n"
    assert ask(server, "/robots.txt").body.decode() == portal.robots
    portal.robots = None
    assert ask(server, "/robots.txt").status == 404


@pytest.mark.parametrize("target", ["/", f"{NEWS}/1257401", "/graphql", "/uploads/2026/7/13/x.jpg"])
def test_anything_else_is_not_found(server: Server, target: str) -> None:
    assert ask(server, target).status == 404


def test_the_log_tells_what_was_asked(server: Server, portal: Portal) -> None:
    ask(server, listing(page=2), lang="kk")
    ask(server, "/robots.txt")
    ask(server, TICKET, method="POST", body="{}")
    ask(server, "/memleket/entities/economy/press/news")
    ask(server, "/elsewhere")
    ask(server, "/_standin/state")
    first = portal.requests[0]
    assert (first.agency, first.lang, first.page, first.path) == ("economy", "kk", 2, NEWS)
    assert first.query["sort-by"] == "created_date:DESC"
    assert first.headers["accept-language"] == "kk"
    assert [request.place for request in portal.requests] == ["news", "robots", "ticket", "page", "other"]
    assert [request.at for request in portal.requests] == sorted(request.at for request in portal.requests)
    assert portal.most_in_flight == 1
    portal.traffic.forget()
    assert (portal.requests, portal.most_in_flight) == ([], 0)


def test_connections_are_kept(server: Server, portal: Portal) -> None:
    connection = http.client.HTTPConnection(server.host, server.port, timeout=DEADLINE)
    with contextlib.closing(connection):
        connection.connect()
        line = connection.sock
        for _ in range(3):
            connection.request("GET", listing())
            assert Reply(connection.getresponse()).status == 200
        assert connection.sock is line


def test_two_at_once_are_seen_as_two(server: Server, portal: Portal) -> None:
    portal.misbehave("hang")
    with _hanging(server, portal, 1), _hanging(server, portal, 2):
        assert portal.most_in_flight == 2


def test_one_who_gave_up_is_not_in_flight(server: Server, portal: Portal) -> None:
    portal.misbehave("hang", times=1)
    with _hanging(server, portal, 1):
        pass
    assert ask(server, listing()).status == 200
    assert portal.most_in_flight == 1


@contextlib.contextmanager
def _hanging(server: Server, portal: Portal, number: int) -> Iterator[socket.socket]:
    """A request that has arrived as the `number`th and waits."""
    with socket.create_connection((server.host, server.port), timeout=DEADLINE) as line:
        line.sendall(f"GET {listing()} HTTP/1.1\r\nHost: portal\r\nConnection: close\r\n\r\n".encode())
        patience = threading.Event()
        for _ in range(DEADLINE * 100):
            if len(portal.requests) >= number:
                break
            patience.wait(0.01)
        assert len(portal.requests) == number
        yield line


@pytest.mark.parametrize(
    ("status", "retry_after"), [(503, "7"), (429, 120), (500, None), (404, None), (403, None)]
)
def test_a_status_with_or_without_retry_after(
    server: Server, portal: Portal, status: int, retry_after: str | int | None
) -> None:
    portal.misbehave("status", status=status, retry_after=retry_after, times=1)
    reply = ask(server, listing())
    expected = None if retry_after is None else str(retry_after)
    assert (reply.status, reply.headers.get("retry-after")) == (status, expected)
    assert ask(server, listing()).status == 200


def test_a_fault_is_shown_where_when_and_as_often_as_told(server: Server, portal: Portal) -> None:
    portal.misbehave("status", status=502, agency="almaty")
    portal.misbehave("status", status=504, lang="kk", after=1, times=2)
    portal.misbehave("status", status=500, place="robots")
    assert ask(server, listing()).status == 200
    assert ask(server, listing("almaty")).status == 502
    assert [ask(server, listing(), lang="kk").status for _ in range(4)] == [200, 504, 504, 200]
    assert ask(server, "/robots.txt").status == 500
    portal.behave()
    assert ask(server, listing("almaty")).status == 200


def test_a_refusal_whatever_the_ticket(server: Server, portal: Portal) -> None:
    portal.misbehave("refused", times=1)
    reply = ask(server, listing(), cookie=f"ticket={portal.new_ticket()}")
    assert (reply.status, reply.json) == (400, {"message": "notAllowed"})


@pytest.mark.parametrize("fault", ["close", "truncate", "reset"])
def test_an_answer_breaks_off(server: Server, portal: Portal, fault: str) -> None:
    portal.misbehave(fault, times=1)
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        ask(server, listing())
    assert ask(server, listing()).status == 200


@pytest.mark.parametrize(
    ("fault", "beginning", "content_type"),
    [
        ("empty", b"[]", "application/json"),
        ("shell", b"<!doctype html>", "application/json"),
        ("html", b"<!DOCTYPE html>", "text/html; charset=utf-8"),
        ("blocked", b"<!DOCTYPE html>", "text/html; charset=utf-8"),
        ("error", b'{"error":', "application/json"),
        ("errors", b'{"errors":[', "application/json"),
        ("nested", b"[" * 100_000, "application/json"),
        ("wrapped", b'{"content":[{"id":', "application/json"),
        ("bom", b'\xef\xbb\xbf[{"id":', "application/json"),
    ],
)
def test_another_answer_with_status_200(
    server: Server, portal: Portal, fault: str, beginning: bytes, content_type: str
) -> None:
    portal.misbehave(fault)
    reply = ask(server, listing())
    assert (reply.status, reply.headers["content-type"]) == (200, content_type)
    assert reply.body.startswith(beginning)


def test_the_block_page_speaks_both_languages(server: Server, portal: Portal) -> None:
    portal.misbehave("blocked")
    text = ask(server, listing()).body.decode()
    for mark in ("support.sts.kz", "ЕШДИ", "временно ограничен", "уақытша шектелді"):
        assert mark in text


@pytest.mark.parametrize("fault", ["badjson", "badutf8", "cp1251"])
def test_an_answer_that_cannot_be_read(server: Server, portal: Portal, fault: str) -> None:
    portal.misbehave(fault)
    with pytest.raises(ValueError, match=r"."):
        json.loads(ask(server, listing()).body.decode())


def test_misfits_stand_before_the_good_items(server: Server, portal: Portal) -> None:
    portal.misbehave("misfits")
    items = ask(server, listing()).json
    assert [item["id"] for item in items[-10:]] == portal.ids("economy")[:10]
    assert len(items) > 20


def test_a_page_names_one_release_twice(server: Server, portal: Portal) -> None:
    portal.misbehave("twice")
    items = ask(server, listing()).json
    assert [item["id"] for item in items] == [*portal.ids("economy")[:10], portal.ids("economy")[0]]
    assert items[0]["title"] != items[-1]["title"]


def test_bodies_say_nothing_or_what_nobody_can_store(server: Server, portal: Portal) -> None:
    portal.misbehave("bodies")
    bodies = [item["body"] for item in ask(server, listing()).json]
    assert bodies[:2] == [None, ""]
    assert {"\0", "\ud800"} <= set(bodies[4])
    assert len(bodies) == 10


def test_a_page_shows_every_second_of_its_items(server: Server, portal: Portal) -> None:
    portal.misbehave("half")
    assert ids(ask(server, listing())) == portal.ids("economy")[1:10:2]


def test_an_answer_says_unmodified_though_nobody_asked(server: Server, portal: Portal) -> None:
    portal.misbehave("unmodified")
    reply = ask(server, listing())
    assert (reply.status, reply.body) == (304, b"")


def test_a_shuffled_page_has_the_same_items(server: Server, portal: Portal) -> None:
    portal.misbehave("shuffled")
    shown = ids(ask(server, listing()))
    assert shown != portal.ids("economy")[:10]
    assert sorted(shown, reverse=True) == portal.ids("economy")[:10]


def test_control_characters_and_lone_surrogates_come_as_escapes(server: Server, portal: Portal) -> None:
    portal.misbehave("nul")
    assert ask(server, listing()).json[0]["title"].startswith("\x00\x07\ud800Новость")
    portal.behave()
    portal.edit(portal.ids("economy")[0], "ru", title="\udfffЗаголовок")
    assert ask(server, listing()).json[0]["title"] == "\udfffЗаголовок"


def test_a_wrong_length_cuts_the_answer(server: Server, portal: Portal) -> None:
    portal.misbehave("wronglen")
    reply = ask(server, listing())
    assert len(reply.body) == int(reply.headers["content-length"])
    with pytest.raises(ValueError, match=r"."):
        json.loads(reply.body)


def test_two_lengths_are_both_sent(server: Server, portal: Portal) -> None:
    portal.misbehave("dupheaders")
    with _raw(server, portal) as line:
        assert line.recv(1_000).split(b"\r\n\r\n")[0].count(b"Content-Length: ") == 2


def test_a_bomb_unpacks_to_a_thousand_times_its_size(server: Server, portal: Portal) -> None:
    portal.misbehave("bomb")
    reply = ask(server, listing())
    assert reply.headers["content-encoding"] == "gzip"
    assert len(reply.body) < 300_000
    assert len(zlib.decompressobj(wbits=31).decompress(reply.body, 2**24)) == 2**24


def test_a_huge_answer_goes_on_until_the_asker_leaves(server: Server, portal: Portal) -> None:
    portal.misbehave("huge", times=1)
    connection = http.client.HTTPConnection(server.host, server.port, timeout=DEADLINE)
    with contextlib.closing(connection):
        connection.request("GET", listing())
        assert len(connection.getresponse().read(2**22)) == 2**22
    assert ask(server, listing()).status == 200


@pytest.mark.parametrize("to", [None, "http://elsewhere.invalid/", "file:///etc/passwd"])
def test_a_redirect_leads_to_itself_or_where_it_is_told(
    server: Server, portal: Portal, to: str | None
) -> None:
    portal.misbehave("redirect", to=to)
    reply = ask(server, listing())
    assert reply.status == 302
    assert reply.headers["location"] == (to or "?again=1")


def test_a_drip_arrives_whole(server: Server, portal: Portal) -> None:
    portal.misbehave("drip", seconds=0.0)
    assert ids(ask(server, listing(size=1))) == portal.ids("economy")[:1]


@pytest.mark.parametrize("fault", ["hang", "delay", "drip"])
@pytest.mark.parametrize("end", ["behave", "stop"])
def test_whoever_waits_is_released_when_it_ends(server: Server, portal: Portal, fault: str, end: str) -> None:
    portal.misbehave(fault, seconds=3600)
    with _raw(server, portal) as line:
        if end == "behave":
            portal.behave()
        else:
            server.stop()
        # to its end: before the deadline of this line, and not an hour later
        while line.recv(65_536):
            pass


def _raw(server: Server, portal: Portal) -> contextlib.AbstractContextManager[socket.socket]:
    return _hanging(server, portal, 1)


def test_a_stopped_portal_refuses_and_may_come_back_at_its_address(portal: Portal) -> None:
    with serve(portal) as first:
        kept = http.client.HTTPConnection(first.host, first.port, timeout=DEADLINE)
        kept.request("GET", listing())
        assert Reply(kept.getresponse()).status == 200
    first.stop()
    with contextlib.closing(kept), pytest.raises((http.client.HTTPException, ConnectionError)):
        kept.request("GET", listing())
        kept.getresponse()
    with pytest.raises(ConnectionError):
        ask(first, listing())
    with serve(portal, port=first.port) as second:
        assert second.base_url == first.base_url
        assert ask(second, listing()).status == 200


def test_with_validators_a_listing_that_only_counted_views_is_not_sent_again(
    server: Server, portal: Portal
) -> None:
    assert "etag" not in ask(server, listing(), tag='"any"').headers
    portal.validators = True
    tag = ask(server, listing()).headers["etag"]
    again = ask(server, listing(), tag=tag)
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    assert ask(server, listing(), tag='"other"').status == 200
    portal.edit(portal.ids("economy")[0], "ru", title="Ескі жол")
    changed = ask(server, listing(), tag=tag)
    assert (changed.status, changed.headers["etag"] != tag) == (200, True)


def test_an_etag_that_never_changes_hides_a_change(server: Server, portal: Portal) -> None:
    portal.misbehave("sameetag")
    first = ask(server, listing())
    portal.edit(portal.ids("economy")[0], "ru", title="Ескі жол")
    assert ask(server, listing(), tag=first.headers["etag"]).status == 304
    assert ask(server, listing()).headers["etag"] == first.headers["etag"]


def test_not_modified_may_come_unasked(server: Server, portal: Portal) -> None:
    portal.misbehave("notmodified")
    assert (ask(server, listing()).status, ask(server, listing()).body) == (304, b"")


def test_every_fault_is_known_to_these_tests() -> None:
    here = Path(__file__).read_text(encoding="utf-8")
    assert [fault for fault in FAULTS if f'"{fault}"' not in here] == []


def order(server: Server, verb: str, **asked: object) -> Reply:
    return ask(server, f"/_standin/{verb}", method="POST", body=json.dumps(asked))


def test_the_portal_is_driven_by_hand(server: Server, portal: Portal) -> None:
    copies = {"kk": {"title": "Қолмен", "paragraphs": ["Бір."]}}
    release = order(server, "publish", agency="mfa", copies=copies, when="2026-07-14T09:00:00+05:00").json[
        "id"
    ]
    assert portal.ids("mfa", "kk") == [release]
    assert portal.item(release, "kk")["created_date"] == "2026-07-14T09:00:00Z"
    assert order(server, "edit", id=release, lang="kk", title="Қайта").status == 200
    assert portal.copy(release, "kk").title == "Қайта"
    order(server, "restyle", id=release, lang="kk")
    order(server, "translate", id=release, lang="en", copy={"title": "By hand"})
    assert portal.languages(release) == ["kk", "en"]
    order(server, "remove", id=release, lang="en")
    assert portal.ids("mfa", "en") == []
    order(server, "restore", id=release)
    assert portal.ids("mfa", "en") == [release]
    order(server, "move", id=release, agencies=["moa"])
    assert portal.ids("moa", "kk") == [release]
    order(server, "misbehave", fault="status", status=503, times=1)
    assert ask(server, listing()).status == 503
    order(server, "behave")
    order(server, "demand_ticket", on=True)
    assert ask(server, listing()).status == 400
    state = ask(server, "/_standin/state").json
    assert state["listings"]["moa"] == {"ru": 0, "kk": 1, "en": 1}
    assert state["requests"] == 2


def test_an_invented_release_can_be_ordered(server: Server, portal: Portal) -> None:
    first, second = (order(server, "publish", agency="enbek").json["id"] for _ in range(2))
    assert portal.ids("enbek", "en") == [second, first]
    assert portal.copy(first, "kk") != portal.copy(second, "kk")


@pytest.mark.parametrize(
    ("verb", "asked", "status"),
    [
        ("edit", {"id": 1, "lang": "ru"}, 400),
        ("publish", {}, 400),
        ("publish", {"agency": "mfa", "copies": {"ru": {}}}, 400),
        ("misbehave", {"fault": "sulk"}, 400),
        ("misbehave", {"fault": "hang", "mood": "bad"}, 400),
        ("dance", {}, 404),
    ],
)
def test_an_order_that_cannot_be_carried_out_says_why(
    server: Server, verb: str, asked: dict[str, object], status: int
) -> None:
    reply = order(server, verb, **asked)
    assert reply.status == status
    assert reply.json["error"]


def test_the_control_addresses_exist_only_where_they_are_wanted(portal: Portal) -> None:
    with serve(portal) as plain:
        assert ask(plain, "/_standin/state").status == 404


def test_it_runs_in_the_foreground() -> None:
    command = [
        sys.executable,
        "-m",
        "crawler.standin",
        "--port",
        "0",
        "--agencies",
        "moa,sko",
        "--per-agency",
        "3",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            address = urlsplit(said.split()[-1])
            for line in process.stdout:  # ended sooner, it would say less
                said += line
                if line.startswith("  faults:"):
                    break
            connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=DEADLINE)
            with contextlib.closing(connection):
                connection.request("GET", "/_standin/state")
                listings = Reply(connection.getresponse()).json["listings"]
        finally:
            process.terminate()
    assert listings["moa"]["kk"] == listings["sko"]["ru"] == 3
    assert [verb for verb in VERBS if f"  {verb} " not in said] == []
