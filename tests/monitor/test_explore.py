"""`jarshy explore`: every question has an answer, all that is described is there, and Datasette only reads."""

import asyncio
import json
import re
import signal
import socket
import subprocess
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest

from monitor.errors import ConfigError
from monitor.explore.metadata import metadata, questions, tables
from monitor.explore.serving import explore
from monitor.store.database import open_reader, open_store
from tests.filled import filled

PATIENCE = 60
RUN = "import jarshy; jarshy.main()"


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("explored") / "jarshy.db"
    filled(path)
    return path


@pytest.mark.parametrize("name", questions())
def test_every_question_has_an_answer(name: str, history: Path) -> None:
    question = questions()[name]
    assert question["title"]
    assert question["description"]
    with closing(open_reader(history)) as db:
        rows = list(db.query(question["sql"], question["try"]))
    assert rows
    assert set(re.findall(r":([a-z]\w*)", question["sql"])) == question["try"].keys()
    assert not any("receiver.example" in str(value) for row in rows for value in row.values())


@pytest.mark.parametrize("name", tables())
def test_all_that_is_described_is_there(name: str, history: Path) -> None:
    said = tables()[name]
    with closing(open_reader(history)) as db:
        columns = {row[1] for row in db.execute(f"PRAGMA table_info({name})")}
    assert columns
    named = [*said.get("columns", ()), *said.get("facets", ()), *said.get("units", ())]
    named += [
        *said.get("sortable_columns", ()),
        *(said[key] for key in ("label_column", "sort_desc") if key in said),
    ]
    assert set(named) <= columns


def test_what_is_not_described_is_hidden_and_the_rest_is_not(history: Path) -> None:
    with closing(open_reader(history)) as db:
        held = [*db.table_names(), *db.view_names()]
    told = metadata(held)["databases"]["jarshy"]
    hidden = {name for name, said in told["tables"].items() if said.get("hidden")}
    assert hidden == set(held) - tables().keys()
    assert {"raw_items", "feed_state", "_sqlite_migrations", "former_words"} <= hidden
    assert not any("try" in question for question in told["queries"].values())


@asynccontextmanager
async def explored(path: Path) -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
    config = path.with_suffix(".toml")
    config.write_text(f"[database]\npath = {json.dumps(str(path))}\n", "utf-8")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", RUN, "explore", "--port", "0", "--config", str(config)),
        stdout=PIPE,
        stderr=PIPE,
    )
    assert process.stdout is not None
    try:
        line = (await asyncio.wait_for(process.stdout.readline(), PATIENCE)).decode()
        address = re.search(r"http://127\.0\.0\.1:\d+/jarshy", line)
        assert address, (line, await process.stderr.read() if process.stderr else "")
        yield address[0], process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_datasette_shows_the_live_file_and_ends_when_it_is_told_to(tmp_path: Path) -> None:
    path = tmp_path / "живой файл.db"
    filled(path)
    with closing(open_store(path)) as writer:
        # As a daemon leaves it: what was written last stands in the log of the database alone.
        writer.execute("UPDATE editions SET title = 'Өңірлер туралы' WHERE id = 1")
        async with explored(path) as (address, process), aiohttp.ClientSession() as session:

            async def page(rest: str, status: int = 200, **headers: str) -> str:
                async with session.get(address + rest, headers=headers) as response:
                    text = await response.text()
                    assert response.status == status, text
                    return text

            async def rows(rest: str) -> list[dict[str, Any]]:
                found: list[dict[str, Any]] = json.loads(await page(rest))
                return found

            [edition] = await rows("/editions.json?_shape=array&id=1")
            assert edition["title"] == "Өңірлер туралы"
            [found] = await rows(f"/editions.json?_shape=array&_search={quote('салықт*')}")
            assert found["id"] == 1
            [asked] = await rows("/edited_afterwards.json?_shape=array&agency=economy")
            assert (asked["before"], asked["after"]) == ("12", "21")
            [counted] = await rows(f".json?_shape=array&sql={quote('select count(*) as n from releases')}")
            assert counted["n"] == 3

            writer.execute("UPDATE editions SET title = 'Ауылдар туралы' WHERE id = 1")
            [edition] = await rows("/editions.json?_shape=array&id=1")
            assert edition["title"] == "Ауылдар туралы"

            for rest in (
                "",
                "/editions",
                "/history",
                "/crawls",
                "/quiet_edits",
                "/edited_afterwards",
                "/search",
                "/editions/1",
            ):
                shown = await page(rest)
                named = re.findall(
                    r"""(?:<(?:script|link|img|iframe)[^>]*\b(?:src|href)=["']?|import\s*["'(]+|url\(["']?)"""
                    r"""((?:https?:)?//[^"'> )]*)""",
                    shown,
                )
                own = address.removesuffix("/jarshy")
                assert [other for other in named if not other.startswith(own)] == [], rest
            assert "Edited afterwards" in await page("")
            await page("", status=421, Host="attacker.example")
            for statement in ("delete from editions", "pragma journal_mode = delete"):
                await page(f".json?sql={quote(statement)}", status=400)
            process.send_signal(signal.SIGINT)
            assert await asyncio.wait_for(process.wait(), PATIENCE) == 0
            assert process.stderr is not None
            assert await process.stderr.read() == b""


async def test_a_daemon_that_begins_while_somebody_looks_is_not_held_up(tmp_path: Path) -> None:
    path = tmp_path / "jarshy.db"
    filled(path)
    assert not path.with_name("jarshy.db-wal").exists()
    before = path.read_bytes()
    async with explored(path) as (address, _), aiohttp.ClientSession() as session:
        async with session.get(f"{address}/editions.json?_shape=array") as response:
            assert len(await response.json()) == 4
        assert path.read_bytes() == before
        with closing(open_store(path)) as writer:
            writer.execute("UPDATE editions SET title = 'Ауылдар' WHERE id = 1")
            (busy, _, _) = writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            assert not busy
        async with session.get(f"{address}/editions/1.json?_shape=array") as response:
            assert (await response.json())[0]["title"] == "Ауылдар"


def test_without_datasette_it_says_what_to_do(history: Path, tmp_path: Path) -> None:
    config = tmp_path / "jarshy.toml"
    config.write_text(f"[database]\npath = {json.dumps(str(history))}\n", "utf-8")
    run = f"import sys; sys.modules['datasette.app'] = None; {RUN}"
    said = subprocess.run(
        [sys.executable, "-c", run, "explore", "--config", str(config)], capture_output=True, text=True
    )
    assert (said.returncode, said.stdout) == (2, "")
    assert (
        said.stderr
        == "Error: explore needs Datasette, which is not installed: pip install 'jarshy[explore]'\n"
    )


def test_a_port_that_is_taken_is_said_to_be(history: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(ConfigError, match=r"port \d+ of 127.0.0.1: .* --port"):
            explore(history, (), port=other.getsockname()[1], ready=pytest.fail)
