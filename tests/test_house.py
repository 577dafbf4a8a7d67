"""The rules of the house that a machine can read: who imports whom, which library has which door, what files say."""

import ast
import csv
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from crawler.directory import FOLLOWED, KINDS

ROOT = Path(__file__).resolve().parent.parent
HOUSE = sorted(
    path.relative_to(ROOT)
    for place in ("jarshy.py", "crawler", "monitor", "feeds")
    for path in ([ROOT / place] if place.endswith(".py") else (ROOT / place).rglob("*.py"))
)
MODULES = {".".join(path.with_suffix("").parts).removesuffix(".__init__"): path for path in HOUSE}

# Which modules of ours a room may import besides its own.
PURE = ("crawler.records", "crawler.directory")
MAY_IMPORT = {
    "crawler": (),
    "monitor": (*PURE, "crawler.ledger"),  # the one file that both sides read
    "feeds": ("monitor", *PURE),
    "jarshy": ("feeds", "monitor", "crawler.standin", *PURE),
}

DOORS = {
    "scrapy": ("crawler/",),
    "twisted": ("crawler/",),
    "OpenSSL": ("crawler/",),
    "service_identity": ("crawler/",),
    "protego": ("crawler/",),
    "bs4": ("crawler/wording.py", "crawler/rendered.py"),
    "playwright": ("crawler/chromium.py",),
    "scrapy_playwright": ("crawler/chromium.py",),
    "lxml": ("crawler/tree.py", "feeds/atom_rss.py", "feeds/opml.py"),
    "sqlite3": ("monitor/store/",),
    "sqlite_utils": ("monitor/store/",),
    "apscheduler": ("monitor/scheduler.py",),
    "feedgen": ("feeds/atom_rss.py",),
    "aiohttp": ("monitor/channels/", "feeds/hub.py"),
    "apprise": ("monitor/channels/", "monitor/addresses.py"),
    "starlette": ("feeds/server.py", "feeds/refusing.py"),
    "uvicorn": ("feeds/listening.py", "monitor/explore/serving.py"),
    "datasette": ("monitor/explore/serving.py",),
    "jinja2": ("feeds/pages/rendering.py",),
    "markupsafe": ("feeds/pages/",),
    "brotli": ("feeds/documents.py",),
    "prometheus_client": ("monitor/metrics.py",),
    "pymorphy3": ("monitor/words/russian.py",),
}
"""Outside library → the only places that import it."""

STANDARD_LIBRARY_ONLY = (
    "crawler/standin/",
    "crawler/records.py",
    "crawler/directory.py",
    "crawler/ledger/",
)

SQL = re.compile(
    r"\s*(?:SELECT|INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER|PRAGMA|BEGIN|WITH)\s+[\w*(\[\"]"
)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=str(path))


def imports(path: Path) -> set[str]:
    """The dotted names of all modules that a file imports, wherever in the file; ours down to the module."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            package = path.parent.parts[: len(path.parent.parts) + 1 - node.level] if node.level else ()
            base = ".".join((*package, *filter(None, [node.module])))
            names = {f"{base}.{alias.name}" for alias in node.names}
            found |= {name if name in MODULES else base for name in names}
    return found


def is_under(path: Path, places: tuple[str, ...]) -> bool:
    return any(path.as_posix().startswith(place) for place in places)


def room(path: Path) -> str:
    return path.parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", HOUSE, ids=str)
def test_imports_run_one_way(path: Path):
    allowed = (room(path), *MAY_IMPORT[room(path)])
    ours = {name for name in imports(path) if name.partition(".")[0] in MAY_IMPORT}
    wrong = {name for name in ours if not any(name == top or name.startswith(f"{top}.") for top in allowed)}
    assert not wrong, f"{path} may import only {', '.join(allowed)}"


@pytest.mark.parametrize("path", HOUSE, ids=str)
def test_an_outside_library_comes_in_by_its_door(path: Path):
    libraries = {name.partition(".")[0] for name in imports(path)}
    wrong = {
        library: DOORS[library] for library in libraries & DOORS.keys() if not is_under(path, DOORS[library])
    }
    assert not wrong, f"{path} imports what has another door"


def test_every_door_is_used():
    used = {(name.partition(".")[0]) for path in HOUSE for name in imports(path)}
    assert DOORS.keys() <= used


@pytest.mark.parametrize("path", [path for path in HOUSE if is_under(path, STANDARD_LIBRARY_ONLY)], ids=str)
def test_what_both_sides_share_and_the_stand_in_need_only_the_standard_library(path: Path):
    outside = {name for name in imports(path) if name.partition(".")[0] not in sys.stdlib_module_names}
    ours = {
        name for name in outside if name in PURE or name.startswith(("crawler.standin", "crawler.ledger"))
    }
    assert outside == ours


@pytest.mark.parametrize("path", [path for path in HOUSE if not is_under(path, ("monitor/store/",))], ids=str)
def test_sql_is_only_in_the_store(path: Path):
    texts = [
        node.value
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert not [text for text in texts if SQL.match(text)]


@cache
def files_of_the_repository() -> tuple[Path, ...]:
    """Every file that belongs to the repository, committed or about to be; those of a folder without git."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],  # noqa: S607 - whichever git
        cwd=ROOT,
        capture_output=True,
    )
    if listed.returncode == 0:
        paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    else:
        paths = [path for path in ROOT.rglob("*") if not any(part.startswith(".") for part in path.parts)]
    return tuple(sorted(path.relative_to(ROOT) for path in paths if path.is_file()))


def lines_of_the_repository() -> Iterator[tuple[str, str]]:
    """Where a line stands, and the line; binary files left out."""
    for path in files_of_the_repository():
        content = (ROOT / path).read_bytes()
        if b"\0" not in content:
            for number, line in enumerate(content.decode("utf-8").splitlines(), 1):
                yield f"{path}:{number}", line


def test_every_module_begins_by_saying_what_it_is_for():
    modules = [path for path in files_of_the_repository() if path.suffix == ".py"]
    assert len(modules) >= len(HOUSE)
    assert not [str(path) for path in modules if not ast.get_docstring(tree(path))]


# Put together here, so that this file does not name them.
PLACES = re.compile(r"(?<![\w.])/(?:" + "|".join(["work", "root", "tmp/bash" + "_jobs"]) + r")\b")
REGISTRIES = re.compile("|".join(["pypi" + r"\.org", "python" + r"hosted\.org"]))


def test_no_file_names_a_path_of_one_machine_or_the_host_of_a_registry():
    said = [
        where for where, line in lines_of_the_repository() if PLACES.search(line) or REGISTRIES.search(line)
    ]
    assert not said


def test_no_line_ends_in_white_space_or_holds_a_conflict():
    marks = ("<<<<<<< ", ">>>>>>> ")
    assert not [
        where for where, line in lines_of_the_repository() if line != line.rstrip() or line.startswith(marks)
    ]


def locked(name: str) -> dict[str, str]:
    """Distribution → its pin with all its hashes, as a lock file has it; for which Python it is, is left out."""
    text = "".join(
        line
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines(True)
        if not line.lstrip().startswith("#")
    )
    blocks = re.split(r"\n(?=[a-z0-9])", re.sub(r" ; [^\\\n]*", " ", text.strip()))
    return {block.partition("==")[0]: block for block in blocks}


@pytest.mark.parametrize("name", ["requirements-build.lock", "requirements-run.lock"])
def test_the_smaller_locks_say_what_the_whole_lock_says(name: str):
    part, whole = locked(name), locked("requirements.lock")
    differing = {name for name in part.keys() & whole.keys() if part[name] != whole[name]}
    assert not differing
    if name == "requirements-run.lock":
        assert part.keys() < whole.keys()


@pytest.mark.parametrize(
    ("lock", "extras"), [("requirements.lock", ["dev", "browser"]), ("requirements-run.lock", [])]
)
def test_a_lock_holds_what_pyproject_asks_for(lock: str, extras: list[str]):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [
        *project["dependencies"],
        *(line for extra in extras for line in project["optional-dependencies"][extra]),
    ]
    pins = {
        name: re.split(r"[ ;\\]", block.partition("==")[2], maxsplit=1)[0]
        for name, block in locked(lock).items()
    }
    for requirement in map(Requirement, asked):
        assert requirement.specifier.contains(pins[requirement.name.lower()]), f"{lock}: {requirement}"


@pytest.mark.parametrize("lock", sorted(path.name for path in ROOT.glob("requirements*.lock")))
def test_every_pin_of_a_lock_has_its_hashes_and_no_address(lock: str):
    blocks = locked(lock).values()
    assert blocks
    assert not [
        block for block in blocks if "--hash=sha256:" not in block or "==" not in block or "://" in block
    ]


@cache
def directory_rows() -> tuple[dict[str, str], ...]:
    with (ROOT / "crawler" / "agencies.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def test_every_agency_has_a_slug_of_its_own():
    slugs = [row["slug"] for row in directory_rows()]
    assert len(set(slugs)) == len(slugs)
    assert not [slug for slug in slugs if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", slug)]


def test_every_agency_has_three_names_and_a_known_kind():
    names = ("name_kk", "name_ru", "name_en")
    assert not [row["slug"] for row in directory_rows() if not all(row[name].strip() for name in names)]
    assert {row["kind"] for row in directory_rows()} <= set(KINDS)


def test_a_successor_is_another_agency_of_the_directory():
    slugs = {row["slug"] for row in directory_rows()}
    followed_by = {row["slug"]: row["successor"] for row in directory_rows() if row["successor"]}
    assert not [slug for slug, successor in followed_by.items() if successor not in slugs - {slug}]


def test_the_dates_of_an_agency_are_days_and_whoever_is_succeeded_has_ended():
    for row in directory_rows():
        days = [date.fromisoformat(row[name]) for name in ("since", "until") if row[name]]
        assert days == sorted(days), row["slug"]
        assert not row["successor"] or row["until"], row["slug"]


def test_successors_lead_to_an_agency_that_is_in_use():
    rows = {row["slug"]: row for row in directory_rows()}
    for slug in rows:
        met = []
        while (successor := rows[slug]["successor"]) and successor not in met:
            met.append(slug := successor)
        assert not met or not rows[slug]["until"], f"{slug}: a chain of successors that ends nowhere"


def test_the_nineteen_followed_agencies_are_in_the_directory():
    assert len(set(FOLLOWED)) == 19
    assert set(FOLLOWED) <= {row["slug"] for row in directory_rows()}
