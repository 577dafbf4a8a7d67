"""The names of changes: of their version, in the order of time, and never twice."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from monitor.store.uids import change_uid

NOW = datetime(2026, 7, 13, 4, 0, tzinfo=UTC)


def test_a_name_is_a_uuid_of_version_7_that_begins_with_its_moment() -> None:
    uid = UUID(change_uid(NOW))
    assert (uid.version, uid.variant) == (7, "specified in RFC 4122")
    assert uid.int >> 80 == int(NOW.timestamp() * 1000)


def test_names_of_one_moment_differ_and_later_ones_come_after() -> None:
    names = {change_uid(NOW) for _ in range(2000)}
    assert len(names) == 2000
    assert max(names) < min(change_uid(NOW + timedelta(milliseconds=1)) for _ in range(100))
