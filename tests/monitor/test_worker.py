"""The keeper of the crawl worker, with a worker of a few lines that behaves as the agency of an order says."""

import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from crawler.records import Order, Sighting
from monitor import worker as keeper
from monitor.errors import CrawlFailed
from monitor.worker import Answer, CrawlWorker, command

SCRIPT = r"""
import json, os, signal, sys, time

def say(**record):
    print(json.dumps(record), flush=True)

def answer(order):
    for position in range(order["page"]):
        say(record="sighting", order=order["id"], position=position, source_id=str(position), digest="d",
            wording=None)
    say(record="report", order=order["id"], outcome="items", reason=str(os.getpid()), listed=order["page"])

held = []
for line in sys.stdin:
    order = json.loads(line)
    print("working on", order["id"], file=sys.stderr, flush=True)
    match order["agency"]:
        case "prompt":
            answer(order)
        case "unchanged":
            say(record="unchanged", order=order["id"], position=1, items=[["5", "d"], ["6", "e"]])
            say(record="report", order=order["id"], outcome="items", listed=3)
        case "held":  # until there are two; then both at once, the later one first
            held.append(order)
            if len(held) == 2:
                first, second = held
                for position in range(2):
                    for each in (second, first):
                        say(record="sighting", order=each["id"], position=position, source_id=each["lang"],
                            digest="d", wording=None)
                for each in (second, first):
                    say(record="report", order=each["id"], outcome="items", reason=str(os.getpid()))
                held.clear()
        case "silent":
            pass
        case "lingers":  # a child of it holds its pipes, so that its end is seen late
            parent = os.getpid()
            if os.fork() == 0:
                while os.getppid() == parent:
                    time.sleep(0.01)
                time.sleep(1)
                os._exit(0)
        case "mute":
            os.close(1)
        case "dies":
            os._exit(3)
        case "raves":
            os.write(1, b"no JSON\n\xff\xfe\n[1, 2]\n{}\n\n7\n{\"record\": \"rumour\"}\n{\"record\": []}\n"
                b"{\"record\": \"sighting\"}\n{\"record\": \"report\", \"order\": [1], \"outcome\": \"items\"}\n"
                b"{\"record\": \"report\", \"order\": 1, \"colour\": 2}\n"
                b"{\"record\": \"report\", \"order\": 999, \"outcome\": \"items\"}\n")
            answer(order)
        case "floods":
            os.write(1, b"x" * 100_000 + b"\n")
            signal.pause()
        case "stubborn":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            answer(order)
            while True:
                signal.pause()
"""

Keep = Callable[..., CrawlWorker]


@pytest.fixture
async def keep(tmp_path: Path) -> AsyncIterator[Keep]:
    """Makes keepers of the worker above; they are closed with the test."""
    script = tmp_path / "worker.py"
    script.write_text(SCRIPT, "utf-8")
    kept: list[CrawlWorker] = []
    with (tmp_path / "stderr").open("wb") as stderr:

        def make(
            *,
            deadline: float = 30,
            renew_after: int = 1000,
            python: str = sys.executable,
            on_trouble: Callable[[str], None] = lambda _trouble: None,
        ) -> CrawlWorker:
            kept.append(
                CrawlWorker(
                    [python, str(script)],
                    deadline=deadline,
                    renew_after=renew_after,
                    stderr=stderr,
                    on_trouble=on_trouble,
                )
            )
            return kept[-1]

        yield make
        for one in kept:
            await one.close()


def order(number: int, behaviour: str = "prompt", *, lang: str = "ru", page: int = 1) -> Order:
    return Order(number, behaviour, lang, page=page)


async def until(truth: Callable[[], bool]) -> None:
    """Waits for what another process does."""
    async with asyncio.timeout(10):
        while not truth():  # noqa: ASYNC110 the other process cannot set an event of ours
            await asyncio.sleep(0.005)


def process_of(answer: Answer) -> int:
    """The process that gave this answer, as it says."""
    return int(answer.report.reason)


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_an_order_is_answered_with_all_that_was_said_about_it(keep: Keep) -> None:
    worker = keep()
    assert worker.pid is None
    answer = await worker.read(order(1, page=3))
    assert answer.report.listed == 3
    assert [seen.position for seen in answer.records] == [0, 1, 2]
    assert process_of(answer) == worker.pid
    assert process_of(await worker.read(order(2))) == worker.pid


async def test_items_said_to_be_unchanged_come_one_by_one(keep: Keep) -> None:
    answer = await keep().read(Order(4, "unchanged", "kk"))
    assert answer.records == (Sighting(4, 1, "5", "d", None), Sighting(4, 2, "6", "e", None))
    assert answer.report.listed == 3


async def test_two_orders_at_once_are_sorted_by_their_ids(keep: Keep) -> None:
    worker = keep()
    first, second = await asyncio.gather(
        worker.read(order(1, "held", lang="ru")), worker.read(order(2, "held", lang="kk"))
    )
    for answer, number, lang in ((first, 1, "ru"), (second, 2, "kk")):
        assert answer.report.order == number
        seen = [(record.order, record.source_id) for record in answer.records if isinstance(record, Sighting)]
        assert seen == [(number, lang)] * 2


@pytest.mark.parametrize("behaviour", ["silent", "mute"])
async def test_a_worker_that_misses_its_deadline_is_replaced(keep: Keep, behaviour: str) -> None:
    worker = keep(deadline=0.5)
    before = process_of(await worker.read(order(1)))
    with pytest.raises(CrawlFailed, match=r"no answer within [01] s; the worker was replaced"):
        await worker.read(order(2, behaviour))
    assert not lives(before)
    assert process_of(await worker.read(order(3))) != before


async def test_who_missed_a_deadline_goes_on_though_another_has_started_the_next_worker(keep: Keep) -> None:
    worker = keep(deadline=2)
    await worker.read(order(1))
    late = asyncio.create_task(worker.read(order(2, "lingers")))
    before = worker.pid
    await until(lambda: worker.pid != before)
    others = [await worker.read(order(number)) for number in (3, 4)]
    async with asyncio.timeout(10):
        with pytest.raises(CrawlFailed, match="no answer within"):
            await late
    assert [process_of(each) for each in others] == [worker.pid] * 2
    assert process_of(await worker.read(order(5))) == worker.pid


async def test_the_end_of_one_worker_fails_no_order_of_the_next(keep: Keep) -> None:
    worker = keep(deadline=2)
    await worker.read(order(1))
    before = worker.pid
    late = asyncio.create_task(worker.read(order(2, "lingers")))
    await until(lambda: worker.pid != before)
    first = asyncio.create_task(worker.read(order(3, "held", lang="kk")))
    with pytest.raises(CrawlFailed, match="no answer within"):
        await late
    second = await worker.read(order(4, "held"))
    assert process_of(await first) == process_of(second) == worker.pid


async def test_a_worker_that_dies_fails_every_order_in_its_hands(keep: Keep) -> None:
    worker = keep()
    failed = await asyncio.gather(
        worker.read(order(1, "silent")), worker.read(order(2, "dies")), return_exceptions=True
    )
    assert [(type(error), str(error)) for error in failed] == [
        (CrawlFailed, "the crawl worker ended (code 3)")
    ] * 2
    assert (await worker.read(order(3))).report.order == 3


async def test_a_worker_that_died_between_two_orders_is_replaced(keep: Keep) -> None:
    worker = keep()
    before = process_of(await worker.read(order(1)))
    os.kill(before, 9)
    await until(lambda: worker.pid is None or not lives(before))
    answer = None
    try:
        answer = await worker.read(order(2))
    except CrawlFailed:  # its death was not noticed yet; the order is read again, as the watch would
        answer = await worker.read(order(3))
    assert process_of(answer) != before


async def test_it_is_counted_why_another_worker_took_the_place_of_one(keep: Keep) -> None:
    worker = keep(deadline=0.7, renew_after=3)
    await worker.read(order(1))
    with pytest.raises(CrawlFailed):
        await worker.read(order(2, "silent"))
    assert worker.restarts == {}  # there is no other yet
    await worker.read(order(3))
    assert worker.restarts == {"stuck": 1}
    with pytest.raises(CrawlFailed):
        await worker.read(order(4, "dies"))
    for number in range(5, 9):
        await worker.read(order(number))
    await worker.close()
    assert worker.restarts == {"stuck": 1, "ended": 1, "renewed": 1}


async def test_rubbish_is_logged_and_survived(keep: Keep, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "jarshy.worker"):
        answer = await keep().read(order(1, "raves"))
    assert answer.report.order == 1
    assert len(answer.records) == 1
    said = [record.getMessage() for record in caplog.records]
    assert len(said) >= 9
    assert all("said something that is no record" in sentence for sentence in said)


async def test_a_line_without_end_ends_the_worker(keep: Keep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "LINE_LIMIT", 4096)
    worker = keep()
    failed = await asyncio.gather(
        worker.read(order(1, "silent")), worker.read(order(2, "floods")), return_exceptions=True
    )
    assert [type(error) for error in failed] == [CrawlFailed] * 2
    assert "a line of more than 4096 bytes" in str(failed[0])
    assert (await worker.read(order(3))).report.order == 3


async def test_a_worker_stays_where_the_next_would_be_started_alike(keep: Keep) -> None:
    worker, alike = keep(), keep()
    pid = process_of(await worker.read(order(next(worker.numbers))))
    assert await worker.replaced_by(alike) is worker
    assert process_of(await worker.read(order(next(worker.numbers)))) == pid
    other = CrawlWorker([*worker.command, "--other"], deadline=30)
    worker.restarts["stuck"] += 1
    assert await worker.replaced_by(other) is other
    assert other.restarts["stuck"] == 1
    assert not lives(pid)
    assert next(worker.numbers) == 3


async def test_a_worker_is_renewed_after_so_many_orders(keep: Keep) -> None:
    worker = keep(renew_after=2)
    pids = [process_of(await worker.read(order(number))) for number in range(1, 6)]
    assert pids[0] == pids[1] != pids[2] == pids[3] != pids[4]
    assert not lives(pids[0])


async def test_a_worker_that_never_rests_is_renewed_too(keep: Keep) -> None:
    worker = keep(renew_after=4)
    numbers = iter(range(1, 100))

    async def reader() -> list[int]:
        return [process_of(await worker.read(order(next(numbers)))) for _ in range(8)]

    first, second = await asyncio.gather(reader(), reader())
    assert len({*first, *second}) == 4


async def test_an_order_that_is_given_up_disturbs_no_other(keep: Keep) -> None:
    worker = keep()
    given_up = asyncio.create_task(worker.read(order(1, "held", lang="ru")))
    prompt = await worker.read(order(2))
    given_up.cancel()
    await asyncio.gather(given_up, return_exceptions=True)
    async with asyncio.timeout(10):
        answer = await worker.read(order(3, "held", lang="kk"))  # with it comes the answer nobody waits for
    assert {record.order for record in answer.records} == {3}
    assert process_of(answer) == process_of(prompt)


async def test_close_lets_a_worker_end_by_itself(keep: Keep) -> None:
    worker = keep()
    pid = process_of(await worker.read(order(1)))
    await worker.close()
    assert worker.pid is None
    assert not lives(pid)
    await worker.close()


async def test_close_ends_a_worker_that_does_not_end_by_itself(
    keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "GRACE", 0.1)
    worker = keep()
    pid = process_of(await worker.read(order(1, "stubborn")))
    async with asyncio.timeout(10):
        await worker.close()
    assert not lives(pid)


async def test_close_fails_the_order_that_is_in_hand(keep: Keep) -> None:
    worker = keep()
    waiting = asyncio.create_task(worker.read(order(1, "silent")))
    await until(lambda: worker.pid is not None)
    await worker.read(order(2))
    await worker.close()
    with pytest.raises(CrawlFailed, match="ended"):
        await waiting


async def test_a_worker_that_cannot_be_started_is_said(tmp_path: Path) -> None:
    worker = CrawlWorker([str(tmp_path / "nothing")], deadline=1)
    with pytest.raises(CrawlFailed, match=r"cannot be started: .*No such file"):
        await worker.read(order(1))
    await worker.close()


async def test_what_a_worker_logs_goes_where_it_is_told(keep: Keep, tmp_path: Path) -> None:
    await keep().read(order(7))
    assert (tmp_path / "stderr").read_text("utf-8") == "working on 7\n"


def test_the_worker_is_never_a_package_of_the_folder_one_stands_in() -> None:
    words = command("http://127.0.0.1:1", requests_per_minute=30, contact="me", options=("--retries", "0"))
    assert words[:4] == [sys.executable, "-P", "-m", "crawler"]
    assert words[4:] == [
        *("--base-url", "http://127.0.0.1:1"),
        *("--requests-per-minute", "30"),
        *("--contact", "me"),
        *("--retries", "0"),
    ]


async def test_a_worker_that_ends_without_an_answer_is_a_trouble_until_one_answers(keep: Keep) -> None:
    heard: list[str] = []
    worker = keep(on_trouble=heard.append)
    with pytest.raises(CrawlFailed):
        await worker.read(order(1, "dies"))
    assert heard == ["the crawl worker ended (code 3)"]
    await worker.read(order(2))
    assert heard[1:] == [""]
    with pytest.raises(CrawlFailed):
        await worker.read(order(3, "dies"))  # it has answered before: it is replaced, and that is all
    assert heard[2:] == []


async def test_a_worker_that_misses_its_deadline_without_an_answer_is_a_trouble(keep: Keep) -> None:
    heard: list[str] = []
    worker = keep(deadline=0.3, on_trouble=heard.append)
    with pytest.raises(CrawlFailed):
        await worker.read(order(1, "silent"))
    assert heard == ["no answer within 0 s; the worker was replaced"]


async def test_a_worker_that_cannot_be_started_is_a_trouble(keep: Keep) -> None:
    heard: list[str] = []
    worker = keep(python="/nowhere/python", on_trouble=heard.append)
    with pytest.raises(CrawlFailed):
        await worker.read(order(1))
    assert heard == [
        "the crawl worker cannot be started: [Errno 2] No such file or directory: '/nowhere/python'"
    ]
