"""Where what is published stands."""

import pytest

from feeds.addresses import of_file, of_server
from feeds.opml import LANGUAGES, opml_address
from feeds.streams import offered


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("/", "/"),
        ("/feeds/all.atom", "/feeds/all.atom"),
        ("/feeds/all.atom?lang=kk", "/feeds/all.kk.atom"),
        ("/feeds/agencies/mfa-busan.json", "/feeds/agencies/mfa-busan.json"),
        ("/feeds/changes/archive/101..150.rss", "/feeds/changes/archive/101..150.rss"),
        ("/feeds/all/archive/-149..-100.atom?lang=ru", "/feeds/all/archive/-149..-100.ru.atom"),
        ("/feeds.opml?lang=ru", "/feeds.ru.opml"),
    ],
)
def test_a_file_has_its_language_before_the_ending(address: str, file: str) -> None:
    assert of_file(address) == file
    assert of_server(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "/feeds/all.atom?q=салық",
        "/feeds/all.atom?lang=kk&lang=ru",
        "/feeds/changes.atom?kind=edited",
        "/feeds/all.atom?lang=",
        "/feeds/all.atom?lang=%2E%2E%2Fx",
        "/feeds/all.atom?x",
    ],
)
def test_a_search_is_no_file(address: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        of_file(address)


def test_all_that_is_offered_has_a_file_of_its_own() -> None:
    addresses = [
        stream.address(ending)
        for stream in offered(["economy", "abay"], ["kk", "ru", "en"])
        for ending in ("atom", "rss", "json")
    ]
    addresses += map(opml_address, LANGUAGES)
    assert len({of_file(address) for address in addresses}) == len(addresses)
