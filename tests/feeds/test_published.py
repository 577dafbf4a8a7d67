"""What the server publishes, asked over HTTP, has no fault that a validator finds: whatever the store holds."""

import json
from pathlib import Path

import pytest
from lxml import etree

from monitor.config import Config
from tests.feeds.conftest import Stored
from tests.feeds.test_server import config_for, running
from tests.feeds.validation import FAULTS

STREAMS = (
    "all",
    "all?lang=kk",
    "all?agency=abay,moa&lang=en,ru",
    "agencies/economy",
    "agencies/almaty",
    "changes",
    "changes?kind=edited",
    "removed",
    "removed?lang=kk",
)


@pytest.mark.parametrize("state", ["golden", "hostile", "stored"])
async def test_every_feed_is_valid(request: pytest.FixtureRequest, state: str) -> None:
    store: Stored = request.getfixturevalue(state)
    async with running(config_for(store.path)) as site:
        for stream in STREAMS:
            for ending, faults_of in FAULTS.items():
                name, mark, query = stream.partition("?")
                path = f"/feeds/{name}.{ending}{mark}{query}"
                response, body = await site.get(path)
                assert response.status == 200, path
                assert faults_of(body) == [], path


async def test_feeds_without_a_database_are_valid(tmp_path: Path) -> None:
    async with running(config_for(tmp_path / "none.db")) as site:
        for ending, faults_of in FAULTS.items():
            _, body = await site.get(f"/feeds/all.{ending}")
            assert faults_of(body) == []


def older(ending: str, body: bytes) -> str | None:
    """Where a document says that what is older stands."""
    if ending == "json":
        return json.loads(body).get("next_url")
    links = etree.fromstring(body).iter("{http://www.w3.org/2005/Atom}link")
    return next((link.get("href") for link in links if link.get("rel") == "prev-archive"), None)


def ids(ending: str, body: bytes) -> list[str]:
    if ending == "json":
        return [item["id"] for item in json.loads(body)["items"]]
    within = {"atom": "{*}entry/{*}id", "rss": "channel/item/guid"}[ending]
    return [one.text for one in etree.fromstring(body).iterfind(within)]


@pytest.mark.parametrize("ending", FAULTS)
@pytest.mark.parametrize("stream", ["all", "agencies/abay", "changes", "removed"])
async def test_every_archive_is_valid_and_the_last_of_them_is_reached(
    hostile: Stored, stream: str, ending: str
) -> None:
    feeds = {"entries": 2, "hub": "https://hub.example/"}
    parts = {"database": {"path": hostile.path}, "server": {"port": 0}, "feeds": feeds}
    async with running(Config.model_validate(parts)) as site:
        address: str | None = f"{site.url}/feeds/{stream}.{ending}"
        met: list[list[str]] = []
        while address:
            response, body = await site.get(address.removeprefix(site.url))
            assert response.status == 200, address
            assert FAULTS[ending](body) == [], address
            met.append(ids(ending, body))
            older_one = older(ending, body)
            assert (f'<{older_one}>; rel="prev-archive"' in response.headers["Link"]) == bool(older_one)
            address = older_one
    everything = [one for document in met for one in document]
    assert len(everything) == len(set(everything)) == {"changes": 27, "removed": 3}.get(stream, 12)
    assert {len(document) for document in met[1:]} == ({2} if stream != "removed" else set())
