"""Processes forked from one that has imported what they need: real ones, but for their second of imports.

How our commands start, and how a worker starts and ends, is shown by processes that begin from nothing.
"""

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.context import ForkServerContext
from multiprocessing.reduction import DupFd
from pathlib import Path
from typing import Any

import jarshy

LOADED = (
    *("tests.forked", "crawler.__main__", "crawler.spider", "crawler.politeness", "crawler.browser"),
    *("crawler.names", "crawler.redirects", "crawler.tickets", "crawler.unpacking", "scrapy.crawler"),
    *("scrapy.core.scheduler", "scrapy.downloadermiddlewares.cookies", "scrapy.extensions.feedexport"),
    *("scrapy.downloadermiddlewares.httpproxy", "scrapy.downloadermiddlewares.httpcache", "scrapy.squeues"),
    *("scrapy.extensions.telnet", "scrapy.spidermiddlewares.metacopy", "aiohttp.web", "tldextract"),
    *(
        "feeds.exchange",
        "feeds.websub",
        "monitor.daemon",
        "monitor.hangup",
        "monitor.metrics",
        "monitor.reload",
    ),
)
"""None of these brings a reactor with it, since each worker makes its own."""
Main = Callable[[list[str]], object]


class Forked:
    """One such process, with what of `subprocess.Popen` the tests use."""

    def __init__(
        self,
        main: Main,
        arguments: Sequence[str],
        descriptors: tuple[int, int, int],
        *,
        env: Mapping[str, str],
        cwd: Path | None = None,
        first: bool = False,
        python: str | None = None,
    ) -> None:
        """`main`: a function of a module, called there. `descriptors`: what it has in place of ours from 0 on.

        `first`: it is that of a session of its own. `python`: what it starts Python by, if not as we do.
        """
        passed = [_Passed(each) for each in descriptors]
        self._process = loaded().Process(
            target=_begin, args=(main, list(arguments), passed, dict(env), cwd or Path.cwd(), first, python)
        )
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("a forked process", timeout or 0.0)
        return self._process.exitcode

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def send_signal(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


def typed(words: list[str]) -> None:
    """What our script does."""
    jarshy.main(words, prog_name="jarshy")


def loaded() -> ForkServerContext:
    """Where processes begin with all of that imported."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(LOADED))
    return context


class _Passed:
    """An open file that arrives in the other process under a number of its own."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def __reduce__(self) -> tuple[object, ...]:
        return _detached, (DupFd(self._descriptor),)


def _detached(passed: Any) -> int:
    return int(passed.detach())


def _begin(
    main: Main,
    arguments: list[str],
    descriptors: list[int],
    env: dict[str, str],
    cwd: Path,
    first: bool,
    python: str | None,
) -> None:
    sys.executable = python or sys.executable
    if first:
        os.setsid()
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    main(arguments)
