"""What the server publishes, asked over HTTP, has no fault that a validator finds: whatever the store holds."""

from pathlib import Path

import pytest

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
