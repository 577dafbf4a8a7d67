"""Histograms of plain numbers."""

import pytest

from monitor.tallies import Histogram


@pytest.mark.parametrize(
    ("values", "counts", "total"),
    [
        ([], [0, 0, 0, 0], 0.0),
        ([0.5], [1, 1, 1, 1], 0.5),
        ([1], [1, 1, 1, 1], 1.0),  # a bound belongs to what lies below it
        ([1.01, 7, 60, 61], [0, 1, 3, 4], 129.01),
        ([-3], [1, 1, 1, 1], 0.0),  # the clock was set back
    ],
)
def test_each_bound_counts_what_is_not_larger(values: list[float], counts: list[int], total: float) -> None:
    tally = Histogram((1, 2.5, 60))
    for value in values:
        tally.add(value)
    assert tally.cumulative() == list(zip(("1", "2.5", "60", "+Inf"), counts, strict=True))
    assert tally.sum == pytest.approx(total)


def test_large_bounds_are_written_as_numbers_that_prometheus_reads() -> None:
    assert [float(bound) for bound, _ in Histogram((0.0005, 604800, 1e7)).cumulative()] == [
        0.0005,
        604800,
        1e7,
        float("inf"),
    ]
