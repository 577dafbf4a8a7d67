"""The API tells of a release what its page is made of: the same wordings, changes and proofs."""

from contextlib import closing
from pathlib import Path

import pytest

from monitor.store.database import open_reader
from monitor.store.one_release import happened, held_release, wording
from monitor.store.whole_release import release_for_programs
from tests.browser.newsroom import fill


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("newsroom") / "jarshy.db"
    fill(path)
    return path


def test_every_release_is_the_same_on_its_page_and_for_programs(newsroom: Path) -> None:
    with closing(open_reader(newsroom)) as db:
        ids = [row["source_id"] for row in db["releases"].rows]
        assert len(ids) > 50
        for source_id in ids:
            held, told = held_release(db, source_id), release_for_programs(db, source_id, room=10**6)
            assert held is not None
            assert told is not None
            assert (told.agency, told.url, told.status, told.first_seen_at, told.published_at) == (
                held.agency,
                held.url,
                held.status,
                held.first_seen_at,
                held.published_at,
            )
            assert [(copy.lang, copy.status, len(copy.wordings)) for copy in told.copies] == [
                (copy.lang, copy.status, copy.revisions) for copy in held.copies
            ]
            for copy, shown in zip(told.copies, held.copies, strict=True):
                for one in copy.wordings:
                    other = wording(db, shown.id, one.number)
                    assert other is not None
                    for name in ("title", "text", "seen_at", "digest", "fingerprint", "chain", "parser"):
                        assert getattr(one, name) == getattr(other, name)
            assert [
                (one.id, one.kind, one.at, one.weight, one.lang, one.number) for one in told.happened
            ] == [
                (one.id, one.kind, one.at, one.weight, one.lang, one.number)
                for one in happened(db, held.id, most=1000)[::-1]
            ]
