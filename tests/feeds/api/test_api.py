"""What programs are told over real HTTP: the journal in lines, one release whole, and why they are not answered."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

import feeds.api.changes
import feeds.api.release
import feeds.front
import monitor.store.whole_release
from feeds.pages.table import Looked, looked_at
from tests.feeds.conftest import SEEN, Stored
from tests.feeds.test_server import Site, config_for, running


@pytest.fixture
async def site(golden: Stored) -> AsyncIterator[Site]:
    async with running(config_for(golden.path)) as running_site:
        yield running_site


async def lines(site: Site, query: str = "") -> list[dict[str, Any]]:
    response, body = await site.get(f"/api/changes{query}")
    assert response.status == 200, body
    assert response.headers["Content-Type"] == "application/x-ndjson; charset=utf-8"
    assert body.endswith(b"\n") or not body
    return [json.loads(line) for line in body.split(b"\n")[:-1]]


async def one(site: Site, source_id: str) -> dict[str, Any]:
    response, body = await site.get(f"/api/releases/{source_id}")
    assert response.status == 200, body
    told: dict[str, Any] = json.loads(body)
    return told


def journal(stored: Stored, count: int) -> None:
    """That many releases that appear one after another, every third of them history."""
    for number in range(count):
        release = stored.release(str(700_000 + number), ("moa", "economy")[number % 2])
        edition = stored.edition(release, ("kk", "ru", "en")[number % 3], f"Тақырып {number}", "Мәтін.")
        stored.change("published", release, edition, baseline=int(number % 3 == 0))


async def test_a_line_tells_what_changed(site: Site) -> None:
    edited, removed = await lines(site)
    assert edited["edition"] == {"lang": "kk", "title": "Ұлттық кеңесте әңгіме: өңір қаржысы", "revision": 2}
    assert edited["change"] | {"detail": None} == {
        "id": "00000000-0000-4000-8000-000000000001",
        "kind": "edited",
        "at": "2031-05-14T11:00:00.000Z",
        "weight": "major",
        "baseline": False,
        "detail": None,
    }
    assert edited["change"]["detail"]["words"][1]["after"] == "21 млрд"
    assert edited["release"] == {
        "source_id": "900101",
        "agency": "economy",
        "url": "https://www.gov.kz/memleket/entities/economy/press/news/details/900101",
        "published_at": "2031-05-14T09:30:00.000Z",
    }
    assert removed["edition"] == {"lang": None, "title": "Harvest & storage <plan>", "revision": None}
    assert removed["id"] > edited["id"]


async def test_who_walks_the_journal_meets_every_change_once_and_in_order(stored: Stored) -> None:
    journal(stored, 25)
    async with running(config_for(stored.path)) as site:
        met: list[int] = []
        since = 0
        while page := await lines(site, f"?since={since}&limit=4&baseline=1"):
            assert len(page) <= 4
            met += [line["id"] for line in page]
            since = page[-1]["id"]
        assert met == [row[0] for row in stored.db.execute("SELECT id FROM changes ORDER BY id")]

        followed, address = [], "/api/changes?limit=4"
        while True:
            response, body = await site.get(address)
            followed += [json.loads(line)["id"] for line in body.splitlines()]
            following = response.links.get("next")
            if following is None:
                break
            address = str(following["url"]).removeprefix(site.url)
        assert followed == [number for number in met if (number - 1) % 3]

        assert await lines(site, f"?since={since}") == []
        journal_before = since
        release = stored.release("750000", "moa")
        stored.change("removed", release, stored.edition(release, "kk", "Жаңа"))
        assert [line["id"] for line in await lines(site, f"?since={journal_before}")] == [since + 1]


async def test_what_is_asked_for_is_told(site: Site) -> None:
    found: dict[str, set[str]] = {
        "agency=moa": {"900102"},
        "agency=abay,moa": {"900101", "900102"},
        "agency=mfa": set(),
        "lang=ru": set(),
        "lang=en,kk": {"900101", "900102"},
        "lang=en": {"900102"},
        "kind=edited": {"900101"},
        "kind=edited,removed&lang=kk": {"900101"},
    }
    for query, releases in found.items():
        assert {line["release"]["source_id"] for line in await lines(site, f"?{query}")} == releases, query


async def test_an_answer_ends_before_it_is_too_large_and_a_long_line_stands_alone(
    stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal(stored, 6)
    release = stored.release("760000")
    stored.change("edited", release, stored.edition(release, "kk"), detail={"words": ["ү" * 2000]})
    monkeypatch.setattr(feeds.api.changes, "LARGEST", 1000)
    async with running(config_for(stored.path)) as site:
        sizes, address = [], "/api/changes"
        while True:
            response, body = await site.get(address)
            sizes.append((len(body), len(body.splitlines())))
            if "next" not in response.links:
                break
            address = str(response.links["next"]["url"]).removeprefix(site.url)
    assert sum(count for _, count in sizes) == 5
    assert [count for size, count in sizes if size > 1000] == [1]


async def test_a_walk_does_not_crowd_out_what_is_held(
    stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal(stored, 9)
    async with running(config_for(stored.path)) as site:
        made = []
        made_before = feeds.api.changes.ChangesView.made
        monkeypatch.setattr(
            feeds.api.changes.ChangesView,
            "made",
            lambda view, db, context: made.append(view.path) or made_before(view, db, context),
        )
        for address in ("/api/changes?limit=2", "/api/changes?limit=2", "/api/changes", "/api/changes"):
            await site.get(address)
    assert made == ["/api/changes?limit=2", "/api/changes?limit=2", "/api/changes"]


async def test_a_release_is_told_whole(site: Site, golden: Stored) -> None:
    golden.update("revisions", 1, text="Кеңес үлгілі ауылдарға 12 млрд теңге бөлуді ұсынды.", number=1)
    golden.revision(1, 2, "Ұлттық кеңесте әңгіме: өңір қаржысы")
    told = await one(site, "900101")
    assert [(copy["lang"], copy["status"]) for copy in told["editions"]] == [
        ("kk", "listed"),
        ("ru", "listed"),
    ]
    kk = told["editions"][0]
    assert kk["text"] == kk["revisions"][1]["text"] != kk["revisions"][0]["text"]
    assert [revision["number"] for revision in kk["revisions"]] == [1, 2]
    assert kk["attachments"][0] == {
        "url": "https://www.gov.kz/uploads/кесте 1.xlsx",
        "name": "Кесте",
        "size": 20480,
    }
    assert kk["diff"] == f"{site.url}/releases/900101/diff?lang=kk"
    assert told["page"] == f"{site.url}/releases/900101"
    assert [change["change"]["kind"] for change in told["changes"]] == ["edited"]
    assert [lister["agency"] for lister in told["agencies"]] == ["abay", "economy"]
    assert [(other["source_id"], other["first"]) for other in told["story"]["releases"]] == [
        ("900101", True),
        ("900102", False),
    ]


async def test_texts_are_left_out_when_together_they_are_too_long_the_newest_last(
    golden: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    golden.update("revisions", 1, text="ә" * 900, number=1)
    golden.revision(1, 2, "Тақырып")
    monkeypatch.setattr(feeds.api.release, "ROOM", 500)
    async with running(config_for(golden.path)) as site:
        [kk, _] = (await one(site, "900101"))["editions"]
        first, last = kk["revisions"]
        assert first["text"] is None
        assert first["text_at"] == f"{site.url}/releases/900101/raw?lang=kk&revision=1"
        path, _, query = first["text_at"].removeprefix(site.url).partition("?")
        assert isinstance(looked_at(path, query, languages=frozenset({"kk"})), Looked)
        for there in (kk["diff"], (await one(site, "900101"))["page"]):
            assert (await site.get(there.removeprefix(site.url)))[0].status == 200
        assert last["text"] == kk["text"]
        assert last["text"].startswith("Кеңес")
        assert last["text_at"] is None


async def test_of_many_changes_the_newest_are_told_and_the_rest_counted(
    stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = stored.release("770000")
    edition = stored.edition(release, "kk")
    changes = [stored.change("edited", release, edition) for _ in range(5)]
    monkeypatch.setattr(monitor.store.whole_release, "MOST_CHANGES", 2)
    async with running(config_for(stored.path)) as site:
        told = await one(site, "770000")
    assert [change["id"] for change in told["changes"]] == changes[3:]
    assert told["earlier_changes"] == 3


REFUSED = (
    ("/api/changes?since=-1", 400, "since= takes a whole number from 0"),
    ("/api/changes?since=01", 400, "since= takes a whole number"),
    ("/api/changes?since=9999999999999999", 400, "since= takes a whole number"),
    ("/api/changes?since=" + "9" * 500, 400, "since= takes a whole number"),
    ("/api/changes?since=%D9%A1", 400, "since= takes a whole number"),
    ("/api/changes?since=1&since=2", 400, "since= is given 2 times"),
    ("/api/changes?limit=0", 400, "limit= takes a whole number from 1 to 10000."),
    ("/api/changes?limit=10001", 400, "limit= takes a whole number from 1 to 10000."),
    ("/api/changes?agency=nobody", 400, "agency= does not take 'nobody'; /api/openapi.json lists"),
    ("/api/changes?lang=kz", 400, "lang= does not take 'kz'; it takes en, kk, ru."),
    ("/api/changes?kind=", 400, "kind= does not take ''; it takes published, "),
    ("/api/changes?baseline=2", 400, "baseline= does not take '2'; it takes 0, 1."),
    ("/api/changes?baseline=0,1", 400, "baseline= takes 0 or 1."),
    ("/api/changes?after=1", 400, "There is no parameter 'after'"),
    ("/api/releases/1", 404, "No release 1 is held."),
    ("/api/releases/x", 404, "There is nothing at this address; /api/openapi.json"),
    ("/api/releases/900101?lang=kk", 400, "There is no parameter 'lang'"),
    ("/api", 404, "There is nothing at this address"),
    ("/api/", 404, "There is nothing at this address"),
    ("/api/changes/", 404, "There is nothing at this address"),
)


async def test_who_is_not_answered_is_told_why(site: Site) -> None:
    for path, status, said in REFUSED:
        response, body = await site.get(path)
        assert response.status == status, path
        assert response.headers["Content-Type"] == "application/problem+json"
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        problem = json.loads(body)
        assert problem["status"] == status
        assert problem["detail"].startswith(said), path
    response, _ = await site.get("/ru/api/changes")
    assert response.status == 404


async def test_it_is_only_read_from_and_by_whom_one_likes(site: Site) -> None:
    for path in ("/api/changes", "/api/releases/900101", "/api/openapi.json"):
        response, body = await site.get(path, Origin="https://other.example")
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert response.headers["Cache-Control"].startswith("public")
        head, nothing = await site.get(path, method="HEAD")
        assert (head.status, nothing) == (200, b"")
        assert head.headers["Content-Length"] == str(len(body))
        again, _ = await site.get(path, If_None_Match=response.headers["ETag"])
        assert again.status == 304
        assert again.headers["Access-Control-Allow-Origin"] == "*"
        for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
            refused, why = await site.get(path, method=method)
            assert refused.status == 405
            assert set(refused.headers["Allow"].split(", ")) == {"GET", "HEAD"}
            assert json.loads(why)["status"] == 405
    page, _ = await site.get("/")
    assert "Access-Control-Allow-Origin" not in page.headers


async def test_who_asks_too_much_is_told_when_to_come_back(
    golden: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds.front, "SEARCHES_AT_ONCE", 2)
    monkeypatch.setattr(feeds.front, "SEARCHES_A_SECOND", 0.001)
    async with running(config_for(golden.path)) as site:
        answers = [await site.get(f"/api/changes?since={since}") for since in range(3)]
        assert [response.status for response, _ in answers] == [200, 200, 429]
        response, body = answers[-1]
        assert int(response.headers["Retry-After"]) > 0
        assert json.loads(body)["status"] == 429


async def test_without_a_database_there_is_nothing_yet(tmp_path: Any) -> None:
    async with running(config_for(tmp_path / "none.db")) as site:
        assert await lines(site) == []
        response, _ = await site.get("/api/releases/900101")
        assert response.status == 404


async def test_a_database_that_cannot_be_read_is_said_to_be(golden: Stored, tmp_path: Any) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"no database at all" * 100)
    async with running(config_for(broken)) as site:
        response, body = await site.get("/api/changes")
        assert response.status == 503
        assert json.loads(body)["title"] == "Service Unavailable"


async def test_the_agency_and_the_title_are_those_of_the_moment(stored: Stored) -> None:
    release = stored.release("780000", "moa")
    edition = stored.edition(release, "kk", "Жаңа атау")
    first = stored.revision(edition, 1, "Ескі атау")
    stored.change("published", release, edition, revision_id=first)
    stored.change("edited", release, edition, revision_id=stored.revision(edition, 2, "Жаңа атау"))
    stored.change("moved", release, detail={"from": "mfa", "to": "moa"})
    stored.change("removed", release, edition, at=SEEN)
    async with running(config_for(stored.path)) as site:
        told = await lines(site)
    assert [line["edition"]["title"] for line in told] == ["Ескі атау", "Жаңа атау", "Жаңа атау", "Жаңа атау"]
    assert [line["release"]["agency"] for line in told] == ["mfa", "mfa", "moa", "moa"]
