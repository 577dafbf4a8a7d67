"""From one raw item to a sighting or a misfit; and the digest that tells an unchanged item."""

from typing import Any

import pytest

from crawler.answers import Ambiguous
from crawler.items import CHANGES_BY_ITSELF, digest, identify, read_item
from crawler.memory import Memory
from crawler.records import Misfit, Order, Sighting, from_line, to_line

ORDER = Order(id=7, agency="economy", lang="kk")
BASE = "https://www.gov.kz"
GOOD: dict[str, Any] = {
    "id": 1257347,
    "title": "Жаңа мектеп ашылды",
    "body": "<p>Мәтін.</p>",
    "created_date": "2026-06-09T11:48:00Z",
}


def read(**changed: Any) -> Sighting | Misfit:
    return read_item({**GOOD, **changed}, order=ORDER, position=3, base_url=BASE)


def sighting(**changed: Any) -> Sighting:
    record = read(**changed)
    assert isinstance(record, Sighting)
    return record


@pytest.mark.parametrize("given", [1257347, "1257347", " 1257347 ", "01257347"])
def test_an_id_is_a_number_or_its_digits(given: object) -> None:
    assert sighting(id=given).source_id == "1257347"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        pytest.param({"id": None}, "The item has no id.", id="no id"),
        pytest.param({"id": "a-12"}, "The id is not a number of 63 bits: 'a-12'.", id="an id of letters"),
        pytest.param({"id": 2**63}, "The id is not a number of 63 bits: '9223372036854775808'.", id="2^63"),
        pytest.param({"id": -1}, "The id is not a number of 63 bits: '-1'.", id="below 0"),
        pytest.param({"id": True}, "The id is not a number of 63 bits: 'True'.", id="true"),
        pytest.param({"id": 1.5}, "The id is not a number of 63 bits: '1.5'.", id="a fraction"),
        pytest.param({"id": "٣"}, "The id is not a number of 63 bits: '٣'.", id="digits of another script"),
        pytest.param({"id": [1]}, "The id is not a number of 63 bits: '[1]'.", id="a list"),
        pytest.param({"title": None}, "The item has no title.", id="no title"),
        pytest.param({"title": 5}, "The item has no title.", id="a title that is a number"),
        pytest.param({"title": "<b> </b>&nbsp;"}, "The item has no title.", id="a title of nothing"),
        pytest.param({"body": {"x": 1}}, "The body is an object, not text.", id="a body that is an object"),
        pytest.param({"body": ["a"]}, "The body is a list, not text.", id="a body that is a list"),
        pytest.param({"weight": 1e999}, "The item holds a number that is too large.", id="1e999"),
    ],
)
def test_what_is_no_release_is_set_aside(changed: dict[str, Any], reason: str) -> None:
    record = read(**changed)
    assert isinstance(record, Misfit)
    assert (record.order, record.position, record.reason) == (7, 3, reason)
    assert '"created_date":"2026-06-09T11:48:00Z"' in record.raw
    assert from_line(to_line(record)) == record


@pytest.mark.parametrize("name", ["id", "title", "body", "created_date"])
def test_a_field_that_lacks_is_named_and_never_guessed(name: str) -> None:
    item = {field: value for field, value in GOOD.items() if field != name}
    record = read_item(item, order=ORDER, position=0, base_url=BASE)
    assert isinstance(record, Misfit)
    assert record.reason == f"The item has no {name}."


def test_a_body_that_is_null_is_what_the_portal_says_and_is_marked() -> None:
    wording = sighting(body=None).wording
    assert wording is not None
    assert (wording.text, wording.marks) == ("", ("no_body",))
    assert sighting(body="").wording.marks == ()  # type: ignore[union-attr]


@pytest.mark.parametrize("item", [None, 5, "text", [], True])
def test_what_is_no_object_is_set_aside(item: object) -> None:
    record = read_item(item, order=ORDER, position=0, base_url=BASE)
    assert isinstance(record, Misfit)
    assert record.source_id is None
    assert record.reason.endswith("not an object.")


def test_a_field_named_twice_sets_the_item_aside() -> None:
    assert identify(Ambiguous(GOOD)) == "The item names a field twice."


@pytest.mark.parametrize(
    ("date", "raw"),
    [(None, ""), ("yesterday", "yesterday"), (5, "5"), ("0000-00-00T00:00:00Z", "0000-00-00T00:00:00Z")],
)
def test_a_release_without_a_date_is_kept(date: object, raw: str) -> None:
    wording = sighting(created_date=date).wording
    assert wording is not None
    assert wording.published_raw == raw
    assert (wording.published_at, wording.published_on, wording.published_precision) == (None, None, None)


@pytest.mark.parametrize(
    ("projects", "agencies"),
    [
        pytest.param("economy", ("economy",), id="a text"),
        pytest.param(["economy", "mfa", "economy"], ("economy", "mfa"), id="a list"),
        pytest.param([{"slug": "economy"}, {"id": "mfa"}], ("economy", "mfa"), id="a list of objects"),
        pytest.param({"items": [{"project_name": "economy"}]}, ("economy",), id="an object around a list"),
        pytest.param({"slug": "economy"}, ("economy",), id="one object"),
        pytest.param(None, (), id="null"),
        pytest.param([None, 5, {}], (), id="rubbish"),
        pytest.param({"items": None}, (), id="an object around nothing"),
    ],
)
def test_owners(projects: object, agencies: tuple[str, ...]) -> None:
    wording = sighting(projects=projects).wording
    assert wording is not None
    assert wording.agencies == agencies


def test_a_null_body_says_nothing() -> None:
    wording = sighting(body=None).wording
    assert wording is not None
    assert (wording.text, wording.html) == ("", "")


def test_a_lone_surrogate_crosses_the_pipe_and_stays_evidence() -> None:
    record = sighting(title="Ән \ud800 күй", extra="\ud83d")
    assert record.wording is not None
    assert record.wording.title == "Ән \ufffd күй"
    assert "\\ud800" in record.wording.raw
    assert from_line(to_line(record).encode()) == record


def test_the_digest_leaves_out_what_changes_by_itself() -> None:
    counted = {**GOOD, **dict.fromkeys(CHANGES_BY_ITSELF, 61)}
    assert digest(counted) == digest(GOOD)
    assert digest(dict(reversed(GOOD.items()))) == digest(GOOD)


@pytest.mark.parametrize(
    "change", [{"title": "Басқа"}, {"body": "<p>Мәтін</p>"}, {"created_date": None}, {"new": 1}, {"id": "1257347"}]
)  # fmt: skip
def test_the_digest_sees_every_other_change(change: dict[str, Any]) -> None:
    assert digest({**GOOD, **change}) != digest(GOOD)


def test_the_memory_forgets_what_was_longest_unused() -> None:
    memory = Memory(most=2)
    memory.note("a", "1")
    memory.note("b", "1")
    assert memory.holds("a", "1")
    memory.note("c", "1")
    assert [memory.holds(key, "1") for key in "abc"] == [True, False, True]


def test_the_memory_knows_only_what_was_sent_last() -> None:
    memory = Memory()
    memory.note("a", "1")
    memory.note("a", "2")
    assert (memory.holds("a", "1"), memory.holds("a", "2")) == (False, True)
