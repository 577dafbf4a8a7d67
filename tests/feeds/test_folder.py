"""The folder of files: what is ours, what is not, and what stands there whatever interrupts us."""

import gzip
import json
import os
import resource
import signal
import stat
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from feeds.folder import LIST, LOCK, PART, Outcome, opened

OLD = {"index.html": b"<p>old", "feeds/all.atom": b"<old/>", "feeds/all/archive/-9..0.atom": b"<gone/>"}
NEW = {"index.html": b"<p>new", "feeds/all.atom": b"<new/>", "feeds/all/archive/1..10.atom": b"<come/>"}


def run(path: Path, files: Mapping[str, bytes], *, gzipped: bool = False, made_of: str = "") -> Outcome:
    with opened(path, gzipped=gzipped) as folder:
        folder.claim(files)
        for name, content in files.items():
            if not folder.stands(name, made_of):
                folder.put(name, content, made_of)
        return folder.finish()


def tree(path: Path) -> dict[str, bytes]:
    """Every file that a web server would show."""
    return {
        str(file.relative_to(path)): file.read_bytes()
        for file in sorted(path.rglob("*"))
        if file.is_file() and not file.name.startswith(".")
    }


def marks(path: Path) -> dict[str, tuple[int, int]]:
    return {name: ((path / name).stat().st_ino, (path / name).stat().st_mtime_ns) for name in tree(path)}


def in_child(act: Callable[[], object]) -> int:
    """What becomes of a process that does this: its status, or the signal that killed it, negative."""
    child = os.fork()
    if child == 0:
        try:
            act()
        except BaseException as error:  # noqa: BLE001 a child must never go on as a second pytest
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_a_first_run_writes_all_of_it_readable_for_a_web_server(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        outcome = run(tmp_path / "made" / "site", OLD)
    finally:
        os.umask(before)
    assert sorted(outcome.written) == sorted(OLD)
    assert (outcome.unchanged, outcome.removed) == (0, [])
    assert tree(tmp_path / "made" / "site") == OLD
    for file in (tmp_path / "made").rglob("*"):
        assert stat.S_IMODE(file.stat().st_mode) == (0o755 if file.is_dir() else 0o644)


def test_a_umask_is_heeded(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        run(tmp_path, OLD)
    finally:
        os.umask(before)
    assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in OLD} == {0o640}


@pytest.mark.parametrize("made_of", ["", "the same"])
@pytest.mark.parametrize("gzipped", [False, True])
def test_a_second_run_touches_nothing(tmp_path: Path, made_of: str, *, gzipped: bool) -> None:
    run(tmp_path, OLD, gzipped=gzipped, made_of=made_of)
    before = marks(tmp_path), (tmp_path / LIST).stat().st_mtime_ns
    outcome = run(tmp_path, OLD, gzipped=gzipped, made_of=made_of)
    assert outcome == Outcome(unchanged=len(OLD) * (2 if gzipped else 1))
    assert (marks(tmp_path), (tmp_path / LIST).stat().st_mtime_ns) == before


def test_only_what_changed_is_written_and_what_no_longer_belongs_is_removed(tmp_path: Path) -> None:
    run(tmp_path, OLD)
    before = marks(tmp_path)
    files = NEW | {"index.html": OLD["index.html"]}
    outcome = run(tmp_path, files)
    assert outcome.written == ["feeds/all.atom", "feeds/all/archive/1..10.atom"]
    assert outcome.removed == ["feeds/all/archive/-9..0.atom"]
    assert tree(tmp_path) == dict(sorted(files.items()))
    assert marks(tmp_path)["index.html"] == before["index.html"]


def test_what_is_made_of_the_same_is_not_even_made(tmp_path: Path) -> None:
    run(tmp_path, OLD, made_of="1")
    with opened(tmp_path) as folder:
        folder.claim(OLD)
        assert [folder.stands(name, "1") for name in OLD] == [True] * 3
        assert not folder.stands("index.html", "2")
        assert not folder.stands("index.html", "")
        folder.finish()
    assert tree(tmp_path) == OLD


@pytest.mark.parametrize("damage", ["other bytes", "gone", "another age"])
def test_a_file_that_somebody_changed_is_mended(tmp_path: Path, damage: str) -> None:
    run(tmp_path, OLD, made_of="1")
    file = tmp_path / "feeds" / "all.atom"
    if damage == "other bytes":
        file.write_bytes(b"<bad/>")
    elif damage == "gone":
        file.unlink()
    else:
        os.utime(file, ns=(1, 1))
    outcome = run(tmp_path, OLD, made_of="1")
    assert outcome.written == ([] if damage == "another age" else ["feeds/all.atom"])
    assert tree(tmp_path) == OLD


def test_an_empty_folder_of_ours_goes_with_its_last_file(tmp_path: Path) -> None:
    run(tmp_path, OLD)
    (tmp_path / "feeds" / "mine.txt").write_text("mine")
    run(tmp_path, {"index.html": b""})
    assert tree(tmp_path) == {"feeds/mine.txt": b"mine", "index.html": b""}
    assert not (tmp_path / "feeds" / "all").exists()


def test_what_others_put_there_is_never_touched(tmp_path: Path) -> None:
    run(tmp_path, OLD)
    theirs = {"robots.txt": b"User-agent: *", "feeds/all/archive/notes.txt": b"mine", "feeds/x.atom": b"<x/>"}
    for name, content in theirs.items():
        (tmp_path / name).write_bytes(content)
    run(tmp_path, NEW)
    assert tree(tmp_path) == dict(sorted((NEW | theirs).items()))


@pytest.mark.parametrize("kind", ["file", "link", "folder"])
def test_a_file_of_others_in_the_place_of_ours_stops_it_before_anything_is_written(
    tmp_path: Path, kind: str
) -> None:
    theirs = tmp_path / "index.html"
    if kind == "file":
        theirs.write_text("mine")
    elif kind == "link":
        theirs.symlink_to("nowhere")
    else:
        theirs.mkdir()
    with pytest.raises(FileExistsError, match="was not written by us") as raised:
        run(tmp_path, OLD)
    assert raised.value.filename == str(theirs)
    assert {path.name for path in tmp_path.iterdir()} == {"index.html", LOCK}


def test_compressed_files_stand_beside_and_are_as_old(tmp_path: Path) -> None:
    run(tmp_path, OLD, gzipped=True)
    assert len(tree(tmp_path)) == 2 * len(OLD)
    for name, content in OLD.items():
        plain, compressed = tmp_path / name, tmp_path / f"{name}.gz"
        assert gzip.decompress(compressed.read_bytes()) == content
        assert compressed.read_bytes()[4:8] == bytes(4), "no time of making"
        assert compressed.stat().st_mtime_ns == plain.stat().st_mtime_ns


def test_compressed_files_go_when_they_are_no_longer_asked_for(tmp_path: Path) -> None:
    run(tmp_path, OLD, gzipped=True)
    outcome = run(tmp_path, OLD)
    assert outcome.written == []
    assert sorted(outcome.removed) == sorted(f"{name}.gz" for name in OLD)
    assert tree(tmp_path) == OLD


def test_nobody_is_served_what_was_compressed_before(tmp_path: Path) -> None:
    run(tmp_path, OLD, gzipped=True)
    with opened(tmp_path) as folder:
        folder.claim(NEW)
        folder.put("index.html", NEW["index.html"])
        assert not (tmp_path / "index.html.gz").exists()


def test_two_versions_within_a_second_differ_in_age(tmp_path: Path) -> None:
    seconds = []
    for version in range(4):
        run(tmp_path, {"feeds/all.atom": b"%d" % version}, gzipped=True)
        seconds.append(int((tmp_path / "feeds" / "all.atom").stat().st_mtime))
        assert int((tmp_path / "feeds" / "all.atom.gz").stat().st_mtime) == seconds[-1]
    assert seconds == sorted(set(seconds)), "a server knows versions by size and second"


def test_two_runs_at_once_are_refused(tmp_path: Path) -> None:
    with opened(tmp_path), pytest.raises(BlockingIOError, match="another process"), opened(tmp_path):
        raise AssertionError
    run(tmp_path, OLD)


def test_a_link_to_nothing_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "x").symlink_to(tmp_path / "nowhere")
    with pytest.raises(NotADirectoryError, match="leads to nothing"), opened(tmp_path / "x"):
        raise AssertionError


def test_a_folder_in_the_place_of_a_file_of_ours_is_named(tmp_path: Path) -> None:
    run(tmp_path, OLD)
    name = next(iter(OLD))
    (tmp_path / name).unlink()
    (tmp_path / name).mkdir()
    with pytest.raises(IsADirectoryError, match="is a folder where a file of ours stood") as caught:
        run(tmp_path, OLD)
    assert caught.value.filename == str(tmp_path / name)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "x").touch()
    with pytest.raises(NotADirectoryError, match="is a file; name a folder"):
        run(tmp_path / "x", OLD)


@pytest.mark.parametrize(
    "listed",
    [
        b"",
        b"[]",
        b"{}",
        b'{"version": 2, "files": {}}',
        b'{"version": 1, "files": []}',
        b'{"version": 1, "files": {"x": 3}}',
        b'{"version": 1, "files": {"../x": ["", 1, 1]}}',
        b'{"version": 1, "files": {"/etc/x": ["", 1, 1]}}',
        b"\xff",
    ],
)
def test_a_list_that_is_not_ours_stops_it(tmp_path: Path, listed: bytes) -> None:
    (tmp_path / LIST).write_bytes(listed)
    with pytest.raises(OSError, match="is no list of files"):
        run(tmp_path, OLD)
    assert tree(tmp_path) == {}


@pytest.mark.parametrize("name", ["", ".", "../x", "/x", "feeds/../x", "feeds/.hidden", LIST])
def test_a_name_never_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    with opened(tmp_path) as folder, pytest.raises(ValueError, match="cannot be the name"):
        folder.claim([name])


def test_a_folder_that_may_not_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "site").mkdir(mode=0o555)
    monkeypatch.chdir(tmp_path)

    def act() -> None:
        if os.getuid() == 0:
            os.setuid(65534)
        with pytest.raises(PermissionError) as raised:
            run(Path("site"), OLD)
        assert str(raised.value.filename).startswith("site")

    assert in_child(act) == 0
    assert list((tmp_path / "site").iterdir()) == []


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path) -> None:
    run(tmp_path, OLD)

    def act() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
        with pytest.raises(OSError, match="too large"):
            run(tmp_path, NEW | {"feeds/all.atom": b"x" * 200_000})

    assert in_child(act) == 0
    assert tree(tmp_path) == OLD | {"index.html": NEW["index.html"]}
    assert not list(tmp_path.rglob(PART))
    run(tmp_path, NEW)
    assert tree(tmp_path) == dict(sorted(NEW.items()))


@pytest.mark.parametrize("gzipped", [False, True])
@pytest.mark.parametrize("first", [True, False], ids=["the first run", "a later run"])
def test_killed_before_any_step_it_leaves_whole_files_and_the_next_run_completes_it(
    tmp_path: Path, *, gzipped: bool, first: bool
) -> None:
    place = died = 0
    while place == died:
        site = tmp_path / str(place)
        site.mkdir()
        (site / "robots.txt").write_bytes(b"mine")
        if not first:
            run(site, OLD, gzipped=gzipped, made_of="old")

        def act(site: Path = site, left: int = place) -> None:
            steps = [left]

            def kill(event: str, arguments: tuple[object, ...]) -> None:
                if event in {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.utime"}:
                    steps[0] -= 1
                    if steps[0] < 0:
                        os.kill(os.getpid(), signal.SIGKILL)

            sys.addaudithook(kill)
            run(site, NEW, gzipped=gzipped, made_of="new")

        died += in_child(act) == -signal.SIGKILL
        for name, content in tree(site).items():
            plain = gzip.decompress(content) if name.endswith(".gz") else content
            whole = [files.get(name.removesuffix(".gz")) for files in (OLD, NEW)]
            assert plain in (*whole, b"mine"), f"{name}, killed at step {place}"
        # What is to be written may be another thing by the next run.
        newest = NEW | {"index.html": b"<p>newest"}
        run(site, newest, gzipped=gzipped, made_of="newest")
        plain_tree = {name: body for name, body in tree(site).items() if not name.endswith(".gz")}
        assert plain_tree == dict(sorted((newest | {"robots.txt": b"mine"}).items()))
        assert not list(site.rglob(PART))
        assert len(json.loads((site / LIST).read_bytes())["files"]) == len(NEW) * (2 if gzipped else 1)
        place += 1
    assert died > 20
