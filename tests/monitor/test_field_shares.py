"""Which drops in how many items carry a field are told. The newest item comes first."""

from typing import cast

import pytest

from monitor.field_shares import Field, Item, drops, is_back, is_usual


def items(*parts: tuple[int, float], field: str = "image") -> list[Item]:
    """So many items of which that share carries the field, evenly spread; then the next part, which is older."""
    found: list[Item] = []
    for count, share in parts:
        carried = [int((n + 1) * share + 1e-9) > int(n * share + 1e-9) for n in range(count)]
        found += [{cast("Field", field): one} for one in carried]
    return found


CASES: dict[str, tuple[list[Item], list[str]]] = {
    "as ever": (items((400, 0.9)), []),
    "gone, and twenty items say so": (items((20, 0.0), (300, 0.9)), ["image"]),
    "gone but for one of twenty": (items((19, 0.0), (1, 1.0), (300, 0.9)), ["image"]),
    "gone but for three of twenty": (items((17, 0.0), (3, 1.0), (300, 0.9)), []),
    "gone for ten items": (items((10, 0.0), (300, 0.9)), []),
    "half as many among the last hundred": (items((100, 0.45), (300, 0.9)), ["image"]),
    "two of three as many": (items((100, 0.6), (300, 0.9)), []),
    "what was seldom there": (items((100, 0.0), (300, 0.4)), []),
    "what was there every other time, and not among the last twenty": (
        items((20, 0.0), (300, 0.5)),
        ["image"],
    ),
    "what was always there": (items((20, 0.0), (300, 1.0)), ["image"]),
    "more than before": (items((100, 1.0), (300, 0.5)), []),
    "too short a past": (items((20, 0.0), (99, 0.9)), []),
    "nothing": ([], []),
    "what nobody knows of an item counts for nothing": ([{}] * 100 + items((400, 0.9)), []),
    "another field": (items((100, 0.1), (300, 0.95), field="date"), ["date"]),
}


@pytest.mark.parametrize(("found", "fields"), CASES.values(), ids=CASES)
def test_drops(found: list[Item], fields: list[str]) -> None:
    assert [drop.field for drop in drops(found, news=100)] == fields


def test_what_was_lacking_before_anybody_watched_is_how_it_is() -> None:
    lacking = items((100, 0.0), (300, 0.9))
    assert drops(lacking, news=19) == []
    assert [drop.items for drop in drops(lacking, news=0)] == []
    assert [drop.items for drop in drops(items((30, 0.0), (300, 0.9)), news=30)] == [30]
    assert [drop.items for drop in drops(items((30, 0.0), (300, 0.9)), news=20)] == [20]


def test_a_drop_says_how_many_there_were() -> None:
    [drop] = drops(items((100, 0.1), (300, 0.9)), news=400)
    assert (drop.before, drop.now, drop.items) == (pytest.approx(0.9), pytest.approx(0.1), 100)


def test_a_field_is_back_when_the_newest_twenty_have_it() -> None:
    assert is_back(items((20, 0.9), (80, 0.0), (300, 0.9)), "image", before=0.9)
    assert is_back(items((15, 1.0), (85, 0.0), (300, 1.0)), "image", before=1.0)
    assert not is_back(items((14, 1.0), (86, 0.0), (300, 1.0)), "image", before=1.0)
    assert not is_back(items((10, 0.9), (80, 0.0), (300, 0.9)), "image", before=0.9)
    assert not is_back(items((10, 0.9)), "image", before=0.9)


def test_what_has_been_so_for_hundreds_of_items_is_how_it_is() -> None:
    assert is_usual(items((320, 0.0), (80, 0.9)), "image", before=0.9)
    assert not is_usual(items((150, 0.0), (250, 0.9)), "image", before=0.9)
    assert not is_usual(items((120, 0.0)), "image", before=0.9)
