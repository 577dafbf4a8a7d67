"""Ids that readers remember: these values must never change."""

from feeds.ids import NAMESPACE, edition_uuid, stream_uuid, urn


def test_ids_never_move() -> None:
    assert str(NAMESPACE) == "7b90d041-4994-5aae-8d39-48d70c9e1d95"
    assert urn(edition_uuid("gov.kz", "900101", "kk")) == "urn:uuid:194e8f07-9451-5d62-a3e9-adc067766a9a"
    assert str(stream_uuid("/feeds/all")) == "93acfff6-4a9e-59fd-af0c-ecee34ef67cd"


def test_source_number_and_language_make_an_id() -> None:
    ids = {
        edition_uuid("gov.kz", "1", "kk"),
        edition_uuid("gov.kz", "1", "ru"),
        edition_uuid("gov.kz", "11", "kk"),
    }
    assert len(ids) == 3
