"""What is served is counted, and `/metrics` says so."""

import asyncio

import pytest
from prometheus_client.parser import text_string_to_metric_families

from feeds.answered import form_of
from feeds.formats import FORMATS
from tests.feeds.conftest import Stored
from tests.feeds.test_server import Site, config_for, running


@pytest.mark.parametrize(
    ("path", "form"),
    [
        *((f"/feeds/all.{ending}", ending) for ending in FORMATS),
        ("/feeds/agencies/abay.atom", "atom"),
        ("/feeds.opml", "opml"),
        ("/feeds", "page"),
        ("/feeds/all.exe", "page"),
        ("/all.atom", "page"),
        ("/kk/releases/900301", "page"),
        ("/", "page"),
        ("/іздеу", "page"),
        ("/api/v1/changes", "api"),
        ("/api", "api"),
        ("/healthz", "machine"),
        ("/metrics", "machine"),
        ("/metrics/", "page"),
    ],
)
def test_an_address_counts_as_one_of_few_things(path: str, form: str) -> None:
    assert form_of(path) == form


async def counted(site: Site) -> dict[tuple[str, str], float]:
    response, body = await site.get("/metrics")
    assert response.status == 200
    families = {family.name: family for family in text_string_to_metric_families(body.decode("utf-8"))}
    taken = {
        sample.labels["format"]: sample.value
        for sample in families["jarshy_http_response_seconds"].samples
        if sample.name.endswith("_count")
    }
    found = {
        (sample.labels["format"], sample.labels["status"]): sample.value
        for sample in families["jarshy_http_responses"].samples
    }
    for form, count in taken.items():  # each of them took its time
        assert count == sum(value for (each, _), value in found.items() if each == form)
    return found


async def test_every_answer_is_counted_by_format_and_status(golden: Stored) -> None:
    async with running(config_for(golden.path)) as site:
        first, _ = await site.get("/feeds/all.atom")
        for _ in range(3):  # what is held is handed out without further ado, and counts all the same
            await site.get("/feeds/all.atom")
        await site.get("/feeds/all.atom", If_None_Match=first.headers["ETag"])
        await site.get("/feeds/all.rss", "HEAD")
        await site.get("/feeds/all.json", "POST")
        await site.get("/feeds/nothing.json")
        await site.get("/kk/", Host="evil.example")
        await site.get("/nothing")
        assert await counted(site) == {
            ("atom", "200"): 4,
            ("atom", "304"): 1,
            ("rss", "200"): 1,
            ("json", "405"): 1,
            ("json", "404"): 1,
            ("page", "421"): 1,
            ("page", "404"): 1,
        }
        assert (await counted(site))["machine", "200"] == 1  # that before


async def test_metrics_are_for_whoever_asks_and_for_nobody_to_keep(golden: Stored) -> None:
    async with running(config_for(golden.path)) as site:
        asked = [site.get("/metrics", Host="prometheus.internal:9090") for _ in range(20)]
        answers = await asyncio.gather(*asked)
        assert {response.status for response, _ in answers} == {200}
        response, body = answers[0]
        assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert b"jarshy_editions " in body
        response, body = await site.get("/metrics", Accept="application/openmetrics-text;version=1.0.0")
        assert response.headers["Content-Type"].startswith("application/openmetrics-text; version=1.0.0")
        assert body.endswith(b"# EOF\n")
        assert (await site.get("/metrics", "HEAD"))[1] == b""
        assert (await site.get("/metrics", "POST"))[0].status == 405
