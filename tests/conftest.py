"""What holds for every test: properties are tried at whatever speed the machine has, long files come first, and a
process makes its schema once."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from monitor.store import database
from monitor.store.database import Database, open_store

settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

LONGEST = "tests/test_soak.py"
LONG = (
    "tests/test_benchmarks.py",
    "tests/end_to_end/",
    "tests/crashes/",
    "tests/browser/",
)
Migrate = Callable[..., None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where processes share the files, none is to begin with a long one when the others have nothing left."""
    items.sort(key=lambda item: (not item.nodeid.startswith(LONGEST), not item.nodeid.startswith(LONG)))


@pytest.fixture(scope="session", autouse=True)
def schema_once() -> Iterator[Migrate]:
    """Each new database is a copy of one that all migrations made, which takes 60 ms; the real way is given.

    What a file holds already is migrated, and processes that tests start do all of it.
    """
    template, migrate = open_store(":memory:"), database._migrate

    def copy(db: Database, *arguments: Any, **named: Any) -> None:
        held = "SELECT count(*) + (SELECT application_id FROM pragma_application_id) FROM sqlite_master"
        if db.execute(held).fetchone() == (0,):
            template.conn.backup(db.conn)
        else:
            migrate(db, *arguments, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "_migrate", copy)
        yield migrate
    template.conn.close()


@pytest.fixture
def migrated(schema_once: Migrate, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here new databases are made by their migrations."""
    monkeypatch.setattr(database, "_migrate", schema_once)
