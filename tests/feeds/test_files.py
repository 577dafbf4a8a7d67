"""The feeds as files: a real run of the command, and what it leaves alone."""

import gzip
import json
import os
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import feedparser
import pytest
from click.testing import CliRunner, Result
from lxml import etree

import jarshy
from feeds.folder import LIST, opened
from feeds.streams import Stream
from tests.feeds.conftest import Stored
from tests.feeds.test_folder import in_child, marks, tree

ADDRESS = "https://herald.example/jarshy"
PAGES = ("index.html", "index.kk.html", "index.ru.html")


class Run:
    """`jarshy feeds` over the golden store."""

    def __init__(self, folder: Path, config: Path) -> None:
        self.site = folder
        self._config = config

    def configure(self, *, agencies: list[str], public_url: str | None, entries: int = 1) -> None:
        self._config.write_text(
            f'[database]\npath = "{self._config.with_name("jarshy.db")}"\n'
            f"[portal]\nagencies = {json.dumps(agencies)}\n"
            + (f'[server]\npublic_url = "{public_url}"\n' if public_url else "")
            + f"[feeds]\nentries = {entries}\n",
            encoding="utf-8",
        )

    def raw(self, *options: str) -> Result:
        arguments = ["feeds", str(self.site), "--config", str(self._config), *options]
        return CliRunner().invoke(jarshy.main, arguments)

    def __call__(self, *options: str) -> dict[str, Any]:
        result = self.raw("--json", *options)
        assert result.exit_code == 0, result.output
        outcome: dict[str, Any] = json.loads(result.stdout)
        return outcome


@pytest.fixture
def run(golden: Stored, tmp_path: Path) -> Run:
    golden.db.conn.commit()
    run = Run(tmp_path / "site", tmp_path / "jarshy.toml")
    run.configure(agencies=["economy", "abay", "moa"], public_url=f"{ADDRESS}/")
    return run


def links(site: Path) -> Iterator[str]:
    """Every address of ours that any file names."""
    for content in tree(site).values():
        for found in re.findall(r"""["'>](https://herald\.example/[^"'<]*)["'<]""", content.decode()):
            yield found.removeprefix(f"{ADDRESS}/") or "index.html"
    for page in PAGES:
        for found in re.findall(r'href="([^"]+)"', (site / page).read_text("utf-8")):
            if not found.startswith(("http", "#")):
                yield found


def test_all_that_is_offered_is_there(run: Run) -> None:
    outcome = run()
    names = set(tree(run.site))
    assert set(outcome["written"]) == names
    assert (outcome["removed"], outcome["unchanged"]) == ([], 0)
    assert (outcome["directory"], outcome["address"]) == (str(run.site), ADDRESS)
    lists = {*PAGES, "feeds.opml", "feeds.kk.opml", "feeds.ru.opml"}
    feeds = ["all", "all.kk", "all.ru", "all.en", "changes", "removed"]
    feeds += [f"agencies/{slug}" for slug in ("economy", "abay", "moa")]
    expected = lists | {f"feeds/{feed}.{ending}" for feed in feeds for ending in ("atom", "rss", "json")}
    assert names >= expected
    assert all("/archive/" in name for name in names - expected)


def test_every_link_leads_to_a_file(run: Run) -> None:
    run()
    found = set(links(run.site))
    assert {"feeds/all.atom", "feeds/all.kk.json", "feeds/agencies/economy.rss", "feeds.ru.opml"} < found
    assert any("/archive/" in link for link in found)
    assert found <= set(tree(run.site))


def test_what_a_file_names_as_itself_is_where_it_stands(run: Run) -> None:
    run()
    for name, content in tree(run.site).items():
        if name.endswith(".json"):
            assert json.loads(content)["feed_url"] == f"{ADDRESS}/{name}"
        elif name.endswith((".atom", ".rss")):
            parsed = feedparser.parse(content)
            assert not parsed.bozo
            [itself] = [link.href for link in parsed.feed.links if link.rel == "self"]
            assert itself == f"{ADDRESS}/{name}"


def test_the_lists_name_the_files(run: Run) -> None:
    run()
    for name, first in (
        ("feeds.opml", "State bodies of Kazakhstan: press releases"),
        ("feeds.kk.opml", "Қазақстанның мемлекеттік органдары: баспасөз релиздері"),
    ):
        outlines = list(etree.fromstring((run.site / name).read_bytes()).iter("outline"))
        assert outlines[0].get("text") == first
        files = {str(outline.get("xmlUrl")) for outline in outlines if outline.get("xmlUrl")}
        assert {file.removeprefix(f"{ADDRESS}/") for file in files} <= set(tree(run.site))


def test_a_second_run_writes_nothing(run: Run) -> None:
    written = run()["written"]
    before = marks(run.site), (run.site / LIST).stat().st_mtime_ns
    outcome = run()
    assert (outcome["written"], outcome["removed"], outcome["unchanged"]) == ([], [], len(written))
    assert (marks(run.site), (run.site / LIST).stat().st_mtime_ns) == before


def test_an_edit_writes_only_what_shows_it(run: Run, golden: Stored) -> None:
    run()
    before = marks(run.site)
    ((edition,),) = golden.db.execute("SELECT id FROM editions WHERE lang = 'kk' AND title LIKE 'Ұлттық%'")
    golden.reword(edition, "<p>Кеңес үлгілі ауылдарға <i>21 млрд</i> теңге бөлуді ұсынды.</p>")
    golden.db.conn.commit()
    outcome = run()
    shown = {"all", "all.kk", "agencies/economy", "agencies/abay"}
    feeds = {
        re.sub(r"(/archive/[^/.]+\.\.[^/.]+)?\.(atom|rss|json)$", "", name) for name in outcome["written"]
    }
    assert {feed.removeprefix("feeds/") for feed in feeds} == shown
    after = marks(run.site)
    assert {name for name in before if before[name] != after[name]} == set(outcome["written"])


def test_an_agency_that_is_no_longer_followed_takes_its_files_with_it(run: Run) -> None:
    run()
    (run.site / "feeds" / "agencies" / "mine.txt").write_text("mine")
    run.configure(agencies=["economy", "abay"], public_url=ADDRESS)
    outcome = run()
    assert {"feeds/agencies/moa.atom", "feeds/agencies/moa.json", "feeds/agencies/moa.rss"} <= set(
        outcome["removed"]
    )
    assert "index.html" in outcome["written"]
    assert not [name for name in tree(run.site) if "moa" in name]
    assert (run.site / "feeds" / "agencies" / "mine.txt").read_text() == "mine"


def test_another_address_is_taken_from_the_command_line(run: Run) -> None:
    run.configure(agencies=["economy"], public_url=None)
    outcome = run("--url", "https://feeds.example/")
    assert outcome["address"] == "https://feeds.example"
    assert b'"https://feeds.example/feeds/all.kk.atom"' in (run.site / "feeds" / "all.kk.atom").read_bytes()


def test_compressed_files_are_the_same(run: Run) -> None:
    run("--gzip")
    files = tree(run.site)
    plain = {name for name in files if not name.endswith(".gz")}
    assert len(files) == 2 * len(plain)
    for name in plain:
        assert gzip.decompress(files[f"{name}.gz"]) == files[name]


def test_people_are_told_how_much_was_done(run: Run) -> None:
    assert re.fullmatch(r".*site: \d\d+ files written, 0 left as they were, 0 removed\.\n", run.raw().output)
    assert re.fullmatch(r".*site: 0 files written, \d\d+ left as they were, 0 removed\.\n", run.raw().output)


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        ((), 2, "server.public_url: missing, and links in feeds are absolute; set it"),
        (("--url", "herald.example"), 2, "'herald.example' is not an address such as"),
        (("--url", "https://desk:planted@herald.example"), 2, "take the name and password out"),
        (("--url", "https://herald.example/?of=today"), 2, "write it without a query"),
        (("--url", "https://x.example", "--config", "/nowhere.toml"), 2, "no configuration file"),
    ],
)
def test_without_an_address_it_does_nothing(
    run: Run, options: tuple[str, ...], status: int, said: str
) -> None:
    run.configure(agencies=["economy"], public_url=None)
    result = run.raw(*options)
    assert result.exit_code == status
    assert said in result.output
    assert not run.site.exists()


def test_without_a_database_it_does_nothing(run: Run, golden: Stored) -> None:
    for file in golden.path.parent.glob(f"{golden.path.name}*"):
        file.unlink()
    result = run.raw()
    assert result.exit_code == 1
    assert "there is no database" in result.output
    assert not run.site.exists()


def test_a_place_that_cannot_be_written_is_named(run: Run) -> None:
    run.site.write_text("mine")
    result = run.raw()
    assert (result.exit_code, "site: is a file; name a folder" in result.output) == (1, True)
    run.site.unlink()
    run.site.mkdir()
    (run.site / "index.html").write_text("mine")
    result = run.raw()
    assert result.exit_code == 1
    assert "index.html: was not written by us; move it away or name another folder" in result.output
    assert tree(run.site) == {"index.html": b"mine"}


def test_two_at_once_are_refused(run: Run) -> None:
    with opened(run.site):
        result = run.raw()
    assert result.exit_code == 1
    assert "another process is writing feeds there" in result.output


def test_killed_in_the_middle_it_leaves_what_can_be_served_and_is_completed(run: Run) -> None:
    run()
    old = tree(run.site)
    died = 0
    for place in range(0, 72, 9):
        run.configure(agencies=["abay", "moa"], public_url=f"https://herald.example/{place}")

        def act(place: int = place) -> None:
            steps = [place]

            def kill(event: str, arguments: tuple[Any, ...]) -> None:
                if event in {"os.rename", "os.remove"} and str(arguments[0]).startswith(str(run.site)):
                    steps[0] -= 1
                    if steps[0] < 0:
                        os.kill(os.getpid(), signal.SIGKILL)

            sys.addaudithook(kill)
            run()

        died += in_child(act) == -signal.SIGKILL
        for name, content in tree(run.site).items():
            if name.endswith(".json"):
                json.loads(content)
            elif name not in PAGES:
                etree.fromstring(content)
        run.configure(agencies=["economy", "abay", "moa"], public_url=ADDRESS)
        run()
        assert tree(run.site) == old
    assert died > 3


@pytest.mark.parametrize("feed", ["all", "all.kk", "changes", "agencies/economy"])
def test_archives_lead_from_the_newest_to_every_entry_once(run: Run, feed: str) -> None:
    run()
    name, ids, walked = f"feeds/{feed}.atom", [], []
    while name:
        walked.append(name)
        parsed = feedparser.parse((run.site / name).read_bytes())
        assert not parsed.bozo
        ids += [entry.id for entry in parsed.entries]
        older = [link.href for link in parsed.feed.links if link.rel == "prev-archive"]
        name = older[0].removeprefix(f"{ADDRESS}/") if older else ""
    run.configure(agencies=["economy"], public_url=ADDRESS, entries=50)
    run()
    parsed = feedparser.parse((run.site / f"feeds/{feed}.atom").read_bytes())
    assert ids == [entry.id for entry in parsed.entries]
    assert len(walked) == len(ids) or feed == "all.kk"
    assert not list(run.site.rglob("archive")), "archives of another size are gone"


def test_ids_are_those_of_the_server(run: Run) -> None:
    run()
    for feed, stream in (
        ("all", Stream()),
        ("all.kk", Stream(languages=("kk",))),
        ("agencies/moa", Stream(agencies=("moa",))),
    ):
        parsed = feedparser.parse((run.site / f"feeds/{feed}.atom").read_bytes())
        assert parsed.feed.id == f"urn:uuid:{stream.uuid}"


def test_a_new_release_comes_into_the_archives_of_before(run: Run, golden: Stored) -> None:
    run()
    before = tree(run.site)
    golden.edition(golden.release("900200", "economy"), "kk", "Жаңа өкім", "Мәтін.")
    golden.db.conn.commit()
    outcome = run()
    assert outcome["removed"] == []
    new = {name for name in outcome["written"] if name not in before}
    assert new
    assert all("/archive/" in name for name in new)
    assert {"feeds/all.atom", "feeds/all.kk.atom", "feeds/agencies/economy.atom"} <= set(outcome["written"])
    written = set(outcome["written"]) - set(PAGES)
    assert not [name for name in written if "moa" in name or "changes" in name or ".ru." in name]
    links = feedparser.parse((run.site / "feeds/all.atom").read_bytes()).feed.links
    [older] = [link.href.removeprefix(f"{ADDRESS}/") for link in links if link.rel == "prev-archive"]
    assert older in new
