"""How often something may be done."""

import pytest

import feeds.rates
from feeds.rates import Bucket, Shares


def test_so_many_at_once_and_then_so_many_a_second() -> None:
    bucket = Bucket(per_second=5, burst=3)
    assert [bucket.take(10.0) for _ in range(4)] == [0, 0, 0, pytest.approx(0.2)]
    assert bucket.take(10.1) == pytest.approx(0.1)
    assert bucket.take(10.21) == 0
    assert bucket.take(10.21) > 0


def test_it_never_holds_more_than_it_held_at_first() -> None:
    bucket = Bucket(per_second=5, burst=2)
    bucket.take(0.0)
    assert [bucket.take(1e6) for _ in range(3)] == [0, 0, pytest.approx(0.2)]


def test_a_clock_that_goes_back_gives_nothing_away() -> None:
    bucket = Bucket(per_second=5, burst=1)
    assert bucket.take(100.0) == 0
    assert bucket.take(50.0) > 0
    assert bucket.take(50.3) == 0


def test_who_asks_without_end_waits_alone() -> None:
    shares = Shares(per_second=5, burst=2, hosts=2)
    assert [shares.take("greedy", 0.0) for _ in range(4)] == [0, 0, pytest.approx(0.2), pytest.approx(0.2)]
    assert shares.take("modest", 0.0) == 0
    assert shares.take("another", 0.0) == 0
    assert shares.take("one too many", 0.0) == pytest.approx(0.1)


def test_hosts_are_remembered_within_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds.rates, "HOSTS", 2)
    shares = Shares(per_second=5, burst=1, hosts=100)
    assert [shares.take(host, 0.0) for host in "abc"] == [0, 0, 0]
    assert shares.take("c", 0.0) > 0
    assert shares.take("a", 0.0) == 0
