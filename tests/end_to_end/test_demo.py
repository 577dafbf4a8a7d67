"""The demo as somebody meets it who has just installed the wheel: a minute of news, and nothing left behind."""

import os
import re
import signal
import subprocess
import sys
import sysconfig
import urllib.request
import venv
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import feedparser
import pytest
from hatchling.builders.wheel import WheelBuilder

import jarshy
from tests.end_to_end.house import eventually

ROOT = Path(jarshy.__file__).parent
DECOY = "import pathlib\npathlib.Path({marker!r}).touch()\n"
SHOWN = ("new", "edited", "translated", "removed", "restored")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment that has our wheel, and the libraries of this one beside it."""
    folder = tmp_path_factory.mktemp("installed")
    [wheel] = WheelBuilder(str(ROOT)).build(directory=str(folder / "dist"), versions=["standard"])
    venv.create(folder / "venv", with_pip=False)
    programs = folder / "venv" / "bin"
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "--python",
            programs / "python",
            "install",
            "--no-deps",
            "--no-index",
            wheel,
        ],
        check=True,
        capture_output=True,
    )
    # A path in a .pth file is searched, but no .pth file in it is read: our own checkout stays out.
    paths = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    [site] = (folder / "venv" / "lib").glob("python*/site-packages")
    (site / "libraries.pth").write_text("\n".join(sorted(paths)) + "\n", "utf-8")
    return programs


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder with a package of our crawler's name, and a module of our own name, that must not be run."""
    folder = tmp_path / "elsewhere"
    (folder / "crawler").mkdir(parents=True)
    for module in ("crawler/__init__.py", "crawler/__main__.py", "jarshy.py", "scrapy.py"):
        (folder / module).write_text(DECOY.format(marker=str(tmp_path / "decoy was run")), "utf-8")
    return folder


@pytest.fixture
def demo(installed: Path, elsewhere: Path, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The demo at work, what it says in `said`, its temporary files in `temporary`."""
    (tmp_path / "temporary").mkdir()
    with (tmp_path / "said").open("wb") as said:
        process = subprocess.Popen(
            [installed / "jarshy", "demo", "--port", "0"],
            cwd=elsewhere,
            env=environment() | {"TMPDIR": str(tmp_path / "temporary")},
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        yield process
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def environment() -> dict[str, str]:
    """That of whoever runs the tests, without what would lead to another Jarshy."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("JARSHY_", "PYTHON", "COLUMNS"))
    }


def get(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=10) as answer:
        body: bytes = answer.read()
        return body


def test_what_is_run_is_what_was_installed(installed: Path) -> None:
    program = "import crawler, feeds, monitor, jarshy; print(crawler.__file__, jarshy.__file__)"
    done = subprocess.run(
        [installed / "python", "-P", "-c", program],
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    for file in done.stdout.split():
        assert Path(file).is_relative_to(installed.parent)


def test_the_demo_shows_all_that_can_happen_and_leaves_nothing_behind(
    demo: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    def said() -> str:
        return (tmp_path / "said").read_text("utf-8")

    def told(words: re.Pattern[str]) -> re.Match[str] | None:
        return words.search(said())

    found = eventually(
        lambda: re.search(r"(http://127\.0\.0\.1:\d+)/feeds/changes\.atom", said()), said(), seconds=15
    )
    assert feedparser.parse(get(found[0])).version == "atom10"
    for kind in SHOWN:
        shown = re.compile(rf"Jarshy {kind}\b")
        eventually(partial(told, shown), f"{kind} is shown", seconds=90)
    changes = feedparser.parse(get(found[0]))
    assert not changes.bozo
    kinds = {tag.term for entry in changes.entries for tag in entry.tags}
    assert kinds >= {"published", "edited", "translated", "removed", "restored"}
    assert "12 млрд тенге → 21 млрд тенге\n" in said()

    demo.send_signal(signal.SIGINT)
    assert demo.wait(5) == 0
    assert said().endswith("The demo is over; nothing of it is left behind.\n")
    assert "Traceback" not in said()
    assert list((tmp_path / "temporary").iterdir()) == []
    assert sorted(path.name for path in (tmp_path / "elsewhere").iterdir()) == [
        "crawler",
        "jarshy.py",
        "scrapy.py",
    ]
    assert not (tmp_path / "decoy was run").exists()
