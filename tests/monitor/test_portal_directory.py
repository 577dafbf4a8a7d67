"""What the portal's own directory changes: the comparison as a table, and `agencies --sync` before the stand-in."""

import json
import os
import pty
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from crawler.directory import Agency, of_the_file
from crawler.standin import Copy, Portal, Server, serve
from monitor.portal_directory import LANGS, UnbelievableError, compare
from monitor.store.directory import gone_in, learned_in
from tests.monitor.desk import JARSHY, Desk
from tests.monitor.shelf import START

KNOWN = {
    f"a{number}": Agency(f"a{number}", "ministry", f"Қ{number}", f"Р{number}", f"E{number}")
    for number in range(20)
} | {"old": Agency("old", "ministry", "Ескі", "Старое", "Old", until="2025-09-18")}


def told(
    *, without: tuple[str, ...] = (), lacking: Mapping[str, tuple[str, ...]] | None = None, **names: str
) -> dict[str, dict[str, str]]:
    """The directory as the portal would tell it; `names` by slug are the same in all languages."""
    in_use = [agency for agency in KNOWN.values() if not agency.until]
    return {
        lang: {
            slug: name
            for slug, name in {**{agency.slug: agency.name(lang) for agency in in_use}, **names}.items()
            if slug not in without and slug not in (lacking or {}).get(lang, ())
        }
        for lang in LANGS
    }


def slugs(agencies: Any) -> list[str]:
    return [agency.slug for agency in agencies]


def test_the_same_directory_is_no_news() -> None:
    assert not compare(KNOWN, told())


def test_what_is_not_known_is_new_in_its_three_names() -> None:
    answer = told(young="Жаңа")
    answer["en"]["young"] = "Young"
    del answer["kk"]["young"]
    [new] = compare(KNOWN, answer).new
    assert (new.slug, new.name_kk, new.name_ru, new.name_en, new.kind) == (
        "young",
        "Жаңа",
        "Жаңа",
        "Young",
        "body",
    )


def test_another_name_is_a_renaming_of_the_languages_that_differ() -> None:
    answer = told()
    answer["ru"]["a3"] = "Р3 новое"
    [renamed] = compare(KNOWN, answer).renamed
    assert renamed.names == (("ru", "Р3", "Р3 новое"),)
    assert (renamed.after.kind, renamed.after.name_kk) == ("ministry", "Қ3")


def test_what_no_language_names_is_gone() -> None:
    assert slugs(compare(KNOWN, told(without=("a1", "a2"))).gone) == ["a1", "a2"]


def test_what_one_language_lacks_is_not_gone() -> None:
    assert not compare(KNOWN, told(lacking={"en": ("a1",)}))


def test_what_was_gone_is_not_gone_again_and_may_come_back() -> None:
    assert not compare(KNOWN, told(without=("a1",)), gone_before=["a1"])
    assert slugs(compare(KNOWN, told(), gone_before=["a1"]).back) == ["a1"]


def test_what_is_retired_need_not_be_named() -> None:
    assert slugs(compare(KNOWN, told()).gone) == []


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({}, "empty in kk"),
        ({**told(), "en": {}}, "empty in en"),
        (told(without=("a1", "a2", "a3")), "lacks 3 of the 20"),
        (told(lacking={"kk": ("a1", "a2", "a3")}), "in kk lacks 3"),
    ],
    ids=["nothing", "one language empty", "too much gone", "too much gone in one language"],
)
def test_an_answer_that_cannot_be_believed_changes_nothing(
    answer: dict[str, dict[str, str]], words: str
) -> None:
    with pytest.raises(UnbelievableError, match=words):
        compare(KNOWN, answer)


# the command

CONFIG = """
[portal]
agencies = ["economy"]
languages = ["ru"]
requests_per_minute = 6000
"""


@pytest.fixture
def portal() -> Portal:
    return Portal()


@pytest.fixture
def standin(portal: Portal, desk: Desk) -> Iterator[Server]:
    with serve(portal) as server:
        desk.base_url = server.base_url
        desk.configure(CONFIG)
        yield server


def news(portal: Portal) -> None:
    portal.projects.set("water-new", kk="Су агенттігі", ru="Водное агентство", en="Water Agency")
    portal.projects.set("mfa", en="Ministry for Foreign Affairs")
    portal.projects.remove("zk")


@pytest.mark.usefixtures("standin")
def test_it_shows_what_is_news_and_changes_nothing_without_a_yes(desk: Desk, portal: Portal) -> None:
    news(portal)
    said = desk.run("agencies", "--sync")
    assert (said.returncode, said.stderr) == (0, "")
    lines = said.stdout.splitlines()
    assert lines[0].endswith("agencies: 1 new, 1 renamed, 1 gone, 0 back.")
    assert lines[2:5] == [
        "new\twater-new\t\tВодное агентство",
        "renamed (en)\tmfa\tMinistry of Foreign Affairs\tMinistry for Foreign Affairs",
        f"gone\tzk\t{of_the_file()['zk'].name_ru}\t",
    ]
    assert lines[-1] == "Nothing was changed; `jarshy agencies --sync --yes` keeps it."
    assert not desk.database.exists()
    assert len(portal.requests) == 4  # robots.txt, and the directory in three languages


@pytest.mark.usefixtures("standin")
def test_what_is_kept_can_be_followed_and_is_not_undone(desk: Desk, portal: Portal) -> None:
    news(portal)
    kept = desk.run("agencies", "--sync", "--yes", "--json")
    assert kept.returncode == 0, kept.stderr
    value = json.loads(kept.stdout)
    assert value["applied"] is True
    assert [each["slug"] for each in value["new"]] == ["water-new"]
    portal.publish("water-new", {"ru": Copy("Вода", ("Построен канал.",))}, when=START)
    crawled = desk.run("crawl", "water-new")
    assert crawled.returncode == 0, crawled.stderr
    assert "water-new/ru\tread" in crawled.stdout
    followed = desk.run("check", JARSHY_PORTAL__AGENCIES="economy,water-new")
    assert "2 agencies" in followed.stdout, followed.stderr
    rows = {row["slug"]: row for row in json.loads(desk.run("agencies", "--json").stdout)}
    assert rows["water-new"]["name_kk"] == "Су агенттігі"
    assert rows["water-new"]["releases"] == 1
    assert rows["mfa"]["name"] == "Ministry for Foreign Affairs"
    assert rows["zk"]["until"]
    again = desk.run("agencies", "--sync")
    assert again.stdout.endswith("nothing in it is news.\n")
    portal.projects.set("zk", **{lang: of_the_file()["zk"].name(lang) for lang in LANGS})
    assert "0 gone, 1 back" in desk.run("agencies", "--sync", "--yes").stdout
    rows = {row["slug"]: row for row in json.loads(desk.run("agencies", "--json").stdout)}
    assert rows["zk"]["until"] == ""


@pytest.mark.usefixtures("standin")
@pytest.mark.parametrize("name", ["alias", "project_slug"])
def test_the_slug_field_is_found_by_what_the_portal_complains_of(
    desk: Desk, portal: Portal, name: str
) -> None:
    portal.ways.slug_field = name
    said = desk.run("agencies", "--sync")
    assert said.stdout.endswith("nothing in it is news.\n"), said.stderr
    assert len(portal.requests) <= 9


def _closed(portal: Portal) -> None:
    portal.ways.graphql = False


def _gated(portal: Portal) -> None:
    portal.demand_ticket()
    portal.ways.graphql_gated = True


def _halved(portal: Portal) -> None:
    for slug in list(of_the_file())[::2]:
        portal.projects.remove(slug)


def _nameless(portal: Portal) -> None:
    portal.ways.slug_field = "internal_name_of_it"


@pytest.mark.usefixtures("standin")
@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_closed, "Nothing was changed"),
        (_gated, "refused"),
        (_halved, "more than a tenth"),
        (_nameless, "does not say what its slug field is called"),
    ],
    ids=lambda value: value.__name__.strip("_") if callable(value) else "",
)
def test_a_directory_that_cannot_be_believed_changes_nothing(
    desk: Desk, portal: Portal, spoil: Any, words: str
) -> None:
    spoil(portal)
    said = desk.run("agencies", "--sync", "--yes")
    assert said.returncode == 1
    assert words in said.stderr
    assert "Nothing was changed" in said.stderr
    assert "Traceback" not in said.stderr
    assert not desk.database.exists()


@pytest.mark.usefixtures("standin")
@pytest.mark.parametrize(("answer", "kept"), [(b"y\n", True), (b"n\n", False)])
def test_a_person_at_a_terminal_is_asked(desk: Desk, portal: Portal, *, answer: bytes, kept: bool) -> None:
    news(portal)
    outer, inner = pty.openpty()
    process = subprocess.Popen(
        [JARSHY, "agencies", "--sync"], cwd=desk.folder, env=desk._environment({}), stdin=inner, stdout=inner,
        stderr=inner, start_new_session=True,
    )  # fmt: skip
    os.close(inner)
    said = b""
    while b"Keep this?" not in said:
        said += os.read(outer, 4096)
    os.write(outer, answer)
    while True:
        try:
            piece = os.read(outer, 4096)
        except OSError:  # the other end is closed
            break
        said += piece
    assert process.wait(30) == 0
    os.close(outer)
    assert desk.database.exists() == kept


def test_yes_without_sync_is_wrong_usage(desk: Desk) -> None:
    assert desk.type("agencies", "--yes").exit_code == 2


@pytest.mark.parametrize("content", [b"", b"no database at all", None], ids=["empty", "garbage", "not there"])
def test_a_file_that_is_no_database_of_ours_teaches_nothing(desk: Desk, content: bytes | None) -> None:
    if content is not None:
        desk.database.write_bytes(content)
    assert learned_in(desk.database) == []
    assert gone_in(desk.database) == []
    assert desk.run("check").returncode == 0
    assert (desk.database.read_bytes() if content is not None else None) == content
