"""One store and one server for the tests of a process; a browser for each file, because it holds an event loop."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.newsroom import fill
from tests.browser.serving import served
from tests.browser.watching import HAS_BROWSER, LACKS_BROWSER, chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not HAS_BROWSER:
        pytest.skip(LACKS_BROWSER)
    path = tmp_path_factory.mktemp("newsroom") / "jarshy.db"
    fill(path)
    return path


@pytest.fixture(scope="session")
def home(store: Path) -> Iterator[str]:
    with served(store) as address:
        yield address


@pytest.fixture(scope="module")
def browser(home: str) -> Iterator["Browser"]:
    with chromium() as started:
        yield started
