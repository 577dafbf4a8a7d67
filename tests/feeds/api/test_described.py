"""The API keeps to its description: generated requests over real HTTP, and every answer held against its schema."""

import json
import re
import sys
from asyncio import create_subprocess_exec, subprocess, wait_for
from pathlib import Path

import pytest
import schemathesis
from jsonschema import Draft202012Validator

import feeds.front
from crawler.directory import agencies
from feeds.api.description import description
from tests.feeds.conftest import Stored
from tests.feeds.test_server import config_for, running

ROOT = Path(__file__).parents[3]
WRITTEN = description(address="https://news.example.org", slugs=agencies(), languages=("kk",))
EXAMPLES = 40
"""Of each operation, besides those that the bounds of its parameters give."""


async def test_schemathesis_finds_no_difference(
    golden: Stored, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds.front, "SEARCHES_AT_ONCE", 100_000)  # each request is to be answered
    async with running(config_for(golden.path)) as site:
        process = await create_subprocess_exec(
            *(sys.executable, "-m", "schemathesis.cli", "run", f"{site.url}/api/openapi.json"),
            *("--url", site.url, "--checks", "all", "--mode", "all", "--phases", "examples,coverage,fuzzing"),
            *("--max-examples", str(EXAMPLES), "--seed", "7", "--no-color"),
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        said, _ = await wait_for(process.communicate(), 120)
    assert process.returncode == 0, said.decode()
    assert int(re.search(rb"(\d+) generated, \1 passed", said)[1]) > 200  # type: ignore[index]


async def test_the_description_is_openapi_and_says_where_it_is_and_what_it_takes(golden: Stored) -> None:
    config = config_for(golden.path, public_url="https://news.example.org/jarshy")
    async with running(config) as site:
        response, body = await site.get("/api/openapi.json")
    assert response.headers["Content-Type"].startswith("application/json")
    document = json.loads(body)
    schemathesis.openapi.from_dict(document).validate()
    assert document["servers"] == [{"url": "https://news.example.org/jarshy"}]
    schemas = document["components"]["schemas"]
    assert schemas["Agency"]["enum"] == sorted(agencies())
    assert schemas["AskedLanguage"]["enum"] == ["en", "kk", "ru"]


@pytest.mark.parametrize("store", ["golden", "hostile"])
async def test_every_line_and_every_release_is_as_described(
    store: str, request: pytest.FixtureRequest
) -> None:
    stored: Stored = request.getfixturevalue(store)
    async with running(config_for(stored.path)) as site:
        _, lines = await site.get("/api/changes?baseline=1")
        changes = [json.loads(line) for line in lines.split(b"\n")[:-1]]
        releases = [
            json.loads((await site.get(f"/api/releases/{source_id}"))[1])
            for (source_id,) in stored.db.execute("SELECT source_id FROM releases").fetchall()
        ]
    assert len(changes) == stored.db.execute("SELECT count(*) FROM changes").fetchone()[0] > 1
    assert len(releases) > 1
    for schema, told in (("Change", changes), ("Release", releases)):
        judge = Draft202012Validator(WRITTEN | {"$ref": f"#/components/schemas/{schema}"})
        for one in told:
            assert [fault.message for fault in judge.iter_errors(one)] == []


def test_the_examples_are_as_described() -> None:
    for path, schema, media_type in (
        ("/api/changes", "Change", "application/x-ndjson"),
        ("/api/releases/{source_id}", "Release", "application/json"),
    ):
        example = WRITTEN["paths"][path]["get"]["responses"]["200"]["content"][media_type]["example"]
        told = json.loads(example) if isinstance(example, str) else example
        Draft202012Validator(WRITTEN | {"$ref": f"#/components/schemas/{schema}"}).validate(told)
        left_out = set(WRITTEN["components"]["schemas"][schema]["properties"]) - set(told)
        assert not left_out


def test_a_line_has_what_a_webhook_gets() -> None:
    sent = json.loads((ROOT / "examples/webhook.schema.json").read_text("utf-8"))["$defs"]
    schemas = WRITTEN["components"]["schemas"]
    assert set(sent["change"]["required"]) <= set(schemas["ChangeItself"]["required"])
    for part in ("release", "edition"):
        assert set(sent[part]["required"]) <= set(schemas["Change"]["properties"][part]["required"])
