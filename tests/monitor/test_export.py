"""One release as files that stand by themselves, and the script among them that finds whatever was altered."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.exported import files_of, verify, zipped
from monitor.reparse import reparse
from monitor.store.chain import received_digest
from monitor.store.database import open_store
from monitor.store.evidence import evidence
from monitor.store.redactions import redact
from monitor.store.reparses import Scope
from monitor.store.retention import forget_items
from tests.monitor.desk import Desk
from tests.monitor.kept import Portal, better_code, release
from tests.monitor.shelf import House, Item

HOUR = timedelta(hours=1)
NOW = datetime(2026, 8, 1, tzinfo=UTC)


@pytest.fixture
def house() -> House:
    """A release in two languages that was edited, removed and shown again; among others."""
    listings, held, now = _lived()
    db = open_store(":memory:")
    db.conn.deserialize(held)
    portal = Portal({listing: dict(items) for listing, items in listings.items()})
    return House(portal=portal, languages=("ru", "kk"), db=db, now=now)


@cache
def _lived() -> tuple[Mapping[tuple[str, str], Mapping[int, Item]], bytes, datetime]:
    """What the portal shows in the end, the database, and the time."""
    house = House(portal=Portal(), languages=("ru", "kk"))
    asyncio.run(_live(house))
    return house.portal.listings, house.db.conn.serialize(), house.now


async def _live(house: House) -> None:
    portal = house.portal
    for lang in ("ru", "kk"):
        portal.show("economy", lang, *(release(n, f"Мектеп №{n}.") for n in range(60, 72)))
    await house.live(3 * HOUR)
    told = replace(release(100, "Мектеп 300 оқушыға арналған."), hint="Ә" * 9)
    portal.show("economy", "ru", told)
    portal.show("economy", "kk", told)
    await house.live(3 * HOUR)
    file = '<a href="/uploads/reply.pdf">жауап</a><script>alert(1)</script>'
    portal.show(
        "economy", "ru", replace(told, body=f"<p>Мектеп 400 <b>оқушыға</b> &lt;арналған&gt;.</p>{file}")
    )
    await house.live(3 * HOUR)
    portal.hide(100)
    await house.live(24 * HOUR)
    portal.show("economy", "ru", told)
    portal.show("economy", "kk", told)
    await house.live(3 * HOUR)


def exported(house: House) -> dict[str, bytes]:
    held = evidence(house.db, "100")
    assert held is not None
    return files_of(held)


def unpacked(folder: Path, made: Mapping[str, bytes]) -> Path:
    for name, content in made.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def checked(folder: Path, made: Mapping[str, bytes]) -> tuple[int, str]:
    """What the script of the export says of these files, run as a stranger would."""
    script = unpacked(folder, made) / "verify.py"
    done = subprocess.run([sys.executable, "-I", "-B", script], capture_output=True, encoding="utf-8")
    return done.returncode, (done.stdout + done.stderr).strip()


def with_manifest(made: Mapping[str, bytes]) -> dict[str, bytes]:
    """The same files, their manifest made anew: as by somebody who alters more than one."""
    sums = {name: sha256(content).hexdigest() for name, content in made.items() if name != "manifest.json"}
    return {**made, "manifest.json": json.dumps({"sha256": sums}).encode()}


async def test_it_holds_every_wording_item_change_and_proof(house: House) -> None:
    made = exported(house)
    wordings = [name for name in made if name.startswith("wordings/") and name.endswith(".json")]
    assert sorted(wordings) == [f"wordings/{copy}.json" for copy in ("kk-1", "ru-1", "ru-2", "ru-3")]
    first, second = (json.loads(made[f"wordings/ru-{number}.json"]) for number in (1, 2))
    assert first["text"] == "Мектеп 300 оқушыға арналған."
    assert "Мектеп 400" in second["text"]
    for row in (first, second):
        assert received_digest(made[row["item"]].decode()) == row["received"]
    assert json.loads(made[first["item"]])["hint"] == "Ә" * 9
    kinds = [change["kind"] for change in json.loads(made["changes.json"])]
    assert kinds[:3] == ["published", "translated", "edited"]
    assert {"removed", "restored"} <= set(kinds)
    said = json.loads(made["release.json"])
    assert said["release"]["source_id"] == "100"
    assert {edition["lang"] for edition in said["editions"]} == {"ru", "kk"}
    [removed] = [change for change in json.loads(made["changes.json"]) if change["kind"] == "removed"]
    proofs = {
        proof["crawl"]
        for copy in json.loads(removed["detail"])["evidence"].values()
        for proof in copy["readings"]
    }
    assert proofs
    assert proofs <= {crawl["id"] for crawl in said["crawls"]}
    assert "Мектеп 400" in made["wordings/ru-2.txt"].decode()
    assert "reply.pdf" in made["wordings/ru-2.txt"].decode()


async def test_what_is_read_in_a_browser_fetches_and_runs_nothing(house: House) -> None:
    pages = {name: content.decode() for name, content in exported(house).items() if name.endswith(".html")}
    assert "shown/ru.html" in pages
    for name, page in pages.items():
        assert "default-src 'none'" in page, name
        assert "<script" not in page, name
    assert "&lt;арналған&gt;" in pages["wordings/ru-2.html"]


async def test_the_same_history_makes_the_same_bytes(house: House) -> None:
    first, second = (zipped(exported(house), folder="100") for _ in range(2))
    assert first == second
    with ZipFile(BytesIO(first)) as archive:
        assert archive.testzip() is None
        assert all(name.startswith("100/") for name in archive.namelist())


async def test_the_script_says_ok_with_the_digest_of_the_manifest(house: House, tmp_path: Path) -> None:
    made = exported(house)
    wanted = f"OK, manifest.json has the SHA-256 {sha256(made['manifest.json']).hexdigest()}"
    assert checked(tmp_path, made) == (0, wanted)


async def test_what_was_shown_last_in_other_mark_up_is_checked_too(house: House, tmp_path: Path) -> None:
    body = "<div>Мектеп 300 оқушыға  <i>арналған</i>.</div>"
    house.portal.show("economy", "ru", replace(release(100, ""), body=body))
    await house.live(3 * HOUR)
    made = exported(house)
    assert checked(tmp_path / "1", made)[0] == 0
    worded = {
        json.loads(made[name])["item"] for name in made if name[:8] == "wordings" and name[-4:] == "json"
    }
    [item] = [name for name in made if name.startswith("items/") and name not in worded]
    assert json.loads(made[item])["body"] == body
    made[item] = b"{}"
    assert checked(tmp_path / "2", with_manifest(made)) == (1, f"{item}: not the item that was received")


async def test_after_a_better_reading_and_a_redaction_it_still_says_ok(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    better_code(monkeypatch)
    await reparse(house.db, house.portal, Scope(), keep=True, now=lambda: NOW)
    made = exported(house)
    assert json.loads(made["wordings/ru-1.json"])["readings"]
    assert checked(tmp_path / "reparsed", made)[0] == 0
    redact(house.db, "100", by="А. Редактор", reason="Names a minor", now=NOW)
    made = exported(house)
    assert checked(tmp_path / "redacted", made)[0] == 0
    assert not [name for name in made if name.startswith(("items/", "shown/"))]
    assert json.loads(made["release.json"])["redactions"][0]["reason"] == "Names a minor"
    assert "[redacted]" in made["wordings/ru-1.txt"].decode()
    said = "".join(content.decode() for content in made.values())
    assert [word for word in ("оқушы", "балаға", "Мектеп", "reply.pdf") if word in said] == []


async def test_a_wording_whose_item_was_thinned_says_so_and_it_still_says_ok(
    house: House, tmp_path: Path
) -> None:
    house.portal.show("economy", "ru", release(61, "Мектеп №61 жөнделді."))
    await house.live(3 * HOUR)
    forget_items(house.db, before=house.now, now=NOW, after=0, most=100)
    held = evidence(house.db, "61")
    assert held is not None
    made = files_of(held)
    first, last = (json.loads(made[f"wordings/ru-{number}.json"]) for number in (1, 2))
    assert (first["item"], first["thinned_at"]) == (None, "2026-08-01T00:00:00.000Z")
    assert received_digest(made[last["item"]].decode()) == last["received"]
    assert checked(tmp_path / "thinned", made)[0] == 0
    in_json(made, "wordings/ru-1.json", lambda row: row.update(thinned_at=None))
    said = checked(tmp_path / "hidden", with_manifest(made))
    assert said == (1, "wordings/ru-1.json: the item that was received is not named")


ALTERED = (
    ("wordings/ru-1.json", "Мектеп 300", "Мектеп 900", "wordings/ru-1.json: the words do not fit"),
    ("wordings/ru-2.json", "reply.pdf", "other.pdf", "wordings/ru-2.json: the words do not fit"),
    ("wordings/ru-1.json", '"seen_at": "2026', '"seen_at": "2025', "wordings/ru-1.json: the chain is broken"),
    ("wordings/ru-1.json", '"parser": 3', '"parser": 1', "wordings/ru-1.json: the chain is broken"),
    ("changes.json", '"kind": "removed"', '"kind": "edited"', "changes.json: change "),
    ("changes.json", '"weight": "major"', '"weight": "minor"', "changes.json: change "),
    ("release.json", '"source_id": "100"', '"source_id": "101"', "changes.json: change "),
)


@pytest.mark.parametrize(("name", "was", "becomes", "wanted"), ALTERED)
async def test_whoever_alters_a_file_and_the_manifest_is_found(
    house: House, tmp_path: Path, name: str, was: str, becomes: str, wanted: str
) -> None:
    made = exported(house)
    assert was in made[name].decode()
    altered = {**made, name: made[name].decode().replace(was, becomes, 1).encode()}
    assert checked(tmp_path / "plainly", altered) == (1, f"{name}: not the file that was exported")
    code, said = checked(tmp_path / "with its manifest", with_manifest(altered))
    assert code == 1
    assert said.startswith(wanted)


def in_json(made: dict[str, bytes], name: str, alter: Callable[[Any], Any]) -> None:
    """Alters a value in one of the files; None from `alter`: it was altered in place."""
    value = json.loads(made[name])
    made[name] = json.dumps(alter(value) or value).encode()


def claim_a_redaction(made: dict[str, bytes]) -> None:
    in_json(made, "wordings/ru-2.json", lambda row: row.update(text="Бұрмаланған."))
    in_json(made, "release.json", lambda said: said["redactions"].append({"at": "", "by": "", "reason": ""}))


def drop_wording(made: dict[str, bytes], number: int) -> None:
    for ending in ("json", "txt", "html"):
        del made[f"wordings/ru-{number}.{ending}"]


def drop_last_wording_and_its_number(made: dict[str, bytes]) -> None:
    drop_wording(made, 3)

    def fewer(said: Any) -> None:
        for edition in said["editions"]:
            edition["revisions"] -= edition["lang"] == "ru"

    in_json(made, "release.json", fewer)


def name_no_item(made: dict[str, bytes], *, all_empty: bool) -> None:
    for name in made:
        if all_empty and name.startswith("items/"):
            made[name] = b"{}"
        if name.startswith("wordings/") and name.endswith(".json"):
            in_json(made, name, lambda row: row.update(item=None))


def drop_items(made: dict[str, bytes]) -> None:
    def none_shown(said: Any) -> None:
        for edition in said["editions"]:
            edition.update(item=None, received="")

    in_json(made, "release.json", none_shown)
    name_no_item(made, all_empty=False)
    for name in [name for name in made if name.startswith("items/")]:
        del made[name]


def empty_item_shown_last(made: dict[str, bytes]) -> None:
    def no_item(said: Any) -> None:
        for edition in said["editions"]:
            edition["item"] = None

    in_json(made, "release.json", no_item)


def forge(made: dict[str, bytes], name: str) -> None:
    made[name] = made[name] + "Бұрмаланған.".encode()


def only_not_removed(changes: Any) -> Any:
    return [change for change in changes if change["kind"] != "removed"]


FORGED: tuple[tuple[Callable[[dict[str, bytes]], object], str], ...] = (
    (claim_a_redaction, "wordings/ru-2.json: the words do not fit"),
    (lambda made: drop_wording(made, 3), "wordings/ru-3.json: the wording is not there"),
    (lambda made: drop_wording(made, 1), "wordings/ru-1.json: the wording is not there"),
    (drop_last_wording_and_its_number, "changes.json: the wording that change "),
    (lambda made: in_json(made, "changes.json", only_not_removed), "changes.json: has "),
    (lambda made: name_no_item(made, all_empty=False), "items/"),
    (drop_items, "wordings/kk-1.json: the item that was received is not named"),
    (lambda made: name_no_item(made, all_empty=True), "items/"),
    (empty_item_shown_last, "release.json, kk: the item that was received is not named"),
    (lambda made: forge(made, "wordings/ru-1.txt"), "wordings/ru-1.txt: not what the .json beside it says"),
    (lambda made: forge(made, "wordings/kk-1.html"), "wordings/kk-1.html: not what the .json beside it says"),
    (lambda made: forge(made, "shown/ru.html"), "shown/ru.html: not the page that was exported"),
    (lambda made: made.pop("wordings/ru-1.txt"), "wordings/ru-1.txt: not what the .json beside it says"),
    (lambda made: made.update({"items/999.json": b"{}"}), "items/999.json: nothing names it"),
)


@pytest.mark.parametrize("number", range(len(FORGED)))
async def test_whoever_forges_what_is_in_no_digest_of_a_wording_is_found(
    house: House, tmp_path: Path, number: int
) -> None:
    alter, wanted = FORGED[number]
    made = exported(house)
    alter(made)
    code, said = checked(tmp_path, with_manifest(made))
    assert code == 1
    assert said.startswith(wanted)


async def test_an_item_that_was_altered_or_is_missing_or_was_added_is_found(
    house: House, tmp_path: Path
) -> None:
    made = exported(house)
    [name, *_] = [name for name in made if name.startswith("items/")]
    altered = {**made, name: made[name].replace(b"100", b"101", 1)}
    assert checked(tmp_path / "1", with_manifest(altered)) == (1, f"{name}: not the item that was received")
    missing = {other: content for other, content in made.items() if other != name}
    assert checked(tmp_path / "2", missing) == (1, f"{name}: not the file that was exported")
    assert checked(tmp_path / "3", {**made, "items/x.json": b"{}"}) == (1, "items/x.json: was not exported")


@cache
def of_a_small_house() -> Mapping[str, bytes]:
    portal = Portal()
    portal.show("economy", "ru", release(100, "Мектеп 300 оқушыға арналған."))
    house = House(portal=portal)
    asyncio.run(house.live(3 * HOUR))
    return exported(house)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_no_byte_of_any_file_is_altered_unseen(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    made = of_a_small_house()
    name = data.draw(st.sampled_from(sorted(made.keys() - {"manifest.json"})))
    altered = bytearray(made[name])
    altered[data.draw(st.integers(0, len(altered) - 1))] ^= data.draw(st.integers(1, 255))
    folder = unpacked(tmp_path_factory.mktemp("export"), {**made, name: bytes(altered)})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verify, "HERE", folder)
        assert next(verify.faults()) == f"{name}: not the file that was exported"


def test_the_lines_of_the_readme_check_a_wording(tmp_path: Path) -> None:
    made = of_a_small_house()
    readme = made["README.txt"].decode()
    lines = [line[2:] for line in readme.splitlines() if line.startswith("  ") and line[2:3] != " "]
    script = "\n".join(lines[lines.index("import hashlib, json") :])
    folder = unpacked(tmp_path, made)
    done = subprocess.run(
        [sys.executable, "-I", "-W", "ignore", "-c", script], cwd=folder, capture_output=True, text=True
    )
    assert done.stdout == "True\nTrue\n", done.stderr


async def test_it_is_typed_for_an_archive_and_for_a_folder(desk: Desk) -> None:
    portal = Portal()
    portal.show("economy", "ru", release(100, "Мектеп 300 оқушыға арналған."))
    db = desk.store()
    await House(portal=portal, db=db).live(3 * HOUR)
    said = desk.type("export", "https://www.gov.kz/memleket/entities/economy/press/news/details/100?lang=ru")
    assert said.exit_code == 0, said.output
    assert said.output == "100.zip: wordings 1, items 1, changes 1\n"
    again = desk.type("export", "100")
    assert again.exit_code == 1
    assert "exists already" in again.output
    folder = json.loads(desk.type("export", "100", "proof", "--json").output)
    assert "wordings/ru-1.json" in folder["files"]
    with ZipFile(desk.folder / "100.zip") as archive:
        inside = {name.removeprefix("100/"): archive.read(name) for name in archive.namelist()}
    assert inside == {name: (desk.folder / "proof" / name).read_bytes() for name in folder["files"]}
    missing = desk.type("export", "999")
    assert missing.exit_code == 1
    assert "Release 999 is not held." in missing.output
    nowhere = desk.type("export", "100", "no/such/folder/a.zip")
    assert nowhere.exit_code == 1
    assert "cannot be written" in nowhere.output
