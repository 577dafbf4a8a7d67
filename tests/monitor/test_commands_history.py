"""`import`, `show`, `search` and `agencies`: the history is filled from dumps, and read. All text is invented."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.store.database import open_store
from tests.monitor.desk import Desk, left_by
from tests.monitor.shelf import START, FakePortal, House, Item, past

HOUR = timedelta(hours=1)
DETAILS = "https://www.gov.kz/memleket/entities/{}/press/news/details/{}"
DUMP = f"""\
Technology
Мост из стекла открыли над Ульбой 03.02.2025
Мост длиной 40 метров открыли в полдень.
Source : {DETAILS.format("economy", 700101)}
Ауылда жаңа кітапхана ашылды 04.02.2025
Source : {DETAILS.format("abay", 700102)}?lang=kk
"""
TABLES = ("releases", "release_agencies", "editions", "revisions", "raw_items", "changes", "deliveries")


def write(desk: Desk, name: str, text: str) -> str:
    (desk.folder / name).write_text(text, "utf-8")
    return name


def contents(desk: Desk) -> Mapping[str, list[Any]]:
    db = open_store(desk.database)
    held = {table: list(db[table].rows) for table in TABLES}
    db.conn.close()
    return held


def test_a_dump_is_read_into_the_history_as_evidence(desk: Desk) -> None:
    result = desk.type("import", write(desk, "dump.txt", DUMP))
    assert result.exit_code == 0
    assert result.stdout == "dump.txt: 2 new, 0 held already, 1 without text (700102)\n"
    held = contents(desk)
    assert [(row["source_id"], row["status"], row["origin"]) for row in held["releases"]] == [
        ("700101", "unseen", "dump"),
        ("700102", "unseen", "dump"),
    ]
    assert [row["lang"] for row in held["editions"]] == ["ru", "kk"]
    assert held["changes"] == []
    assert "From dumps, not seen at the portal yet: 2." in desk.type("status").stdout


def test_importing_a_file_twice_changes_nothing(desk: Desk) -> None:
    write(desk, "dump.txt", DUMP)
    desk.type("import", "dump.txt")
    before = contents(desk)
    result = desk.type("import", "dump.txt", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == [
        {"file": "dump.txt", "new": 0, "held": 2, "without_text": ["700102"], "refused": None}
    ]
    assert contents(desk) == before


def test_a_refused_file_keeps_what_was_good_before_and_holds_up_no_other(desk: Desk) -> None:
    broken = DUMP.replace("Ауылда жаңа кітапхана ашылды 04.02.2025", "Күні жоқ тақырып")
    other = "Law\nЗаң жобасы талқыланды 05.02.2025\nМәтін.\nSource : " + DETAILS.format("adilet", 700103)
    (desk.folder / "folder").mkdir()
    result = desk.type(
        "import", write(desk, "broken.txt", broken), "none.txt", "folder", write(desk, "other.txt", other)
    )
    assert result.exit_code == 1
    assert "broken.txt: 1 new, 0 held already" in result.stdout
    assert "refused: broken.txt, line 5: a title ending in a date" in result.stdout
    assert "refused: none.txt: cannot be read: No such file" in result.stdout
    assert "refused: folder: cannot be read: Is a directory" in result.stdout
    assert "other.txt: 1 new, 0 held already" in result.stdout
    assert [row["source_id"] for row in contents(desk)["releases"]] == ["700101", "700103"]


REAL = Path(__file__).parents[3] / "shared" / "dumps"


@pytest.mark.skipif(not REAL.is_dir(), reason="the dumps of design.md are not beside this checkout")
def test_the_three_real_dumps_give_sixty_releases_not_seen_yet(desk: Desk) -> None:
    files = sorted(str(file) for file in REAL.glob("*.txt"))
    assert len(files) == 3
    result = desk.type("import", *files, "--json")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert [(file["new"], file["held"], file["refused"]) for file in told] == [(20, 0, None)] * 3
    assert sum(len(file["without_text"]) for file in told) == 5
    held = contents(desk)
    assert Counter((row["status"], row["origin"]) for row in held["releases"]) == {("unseen", "dump"): 60}
    assert sum(row["text"] == "" for row in held["editions"]) == 5
    assert held["changes"] == []
    again = json.loads(desk.type("import", *files, "--json").stdout)
    assert [(file["new"], file["held"]) for file in again] == [(0, 20)] * 3
    assert contents(desk) == held


async def test_what_a_dump_brought_and_a_crawl_shows_is_a_second_wording_and_no_change(desk: Desk) -> None:
    desk.type("import", write(desk, "dump.txt", DUMP))
    house = House(db=open_store(desk.database))
    at = datetime(2025, 1, 31, 6, 30, tzinfo=UTC)
    house.portal.show("economy", "ru", *past(3), Item(700101, "Мост над Ульбой", "Мост открыт.", at))
    await house.live(HOUR)
    dated = (
        "SELECT status, origin, published_at, published_precision FROM releases WHERE source_id = '700101'"
    )
    assert house.rows(dated) == [("listed", "dump", "2025-01-31T06:30:00.000Z", "minute")]
    assert house.rows("SELECT number, title FROM wordings WHERE source_id = '700101' ORDER BY number") == [
        (1, "Мост из стекла открыли над Ульбой"),
        (2, "Мост над Ульбой"),
    ]
    of_it = "FROM changes JOIN releases ON releases.id = release_id WHERE source_id = '700101'"
    assert house.rows(f"SELECT count(*) {of_it}") == [(0,)]
    shown = desk.type("show", "700101").stdout
    assert "listed, first known from a dump" in shown
    assert "[ru] wording 1 as a dump has it, imported 20" in shown
    unseen = desk.type("show", "700102").stdout
    assert "imported from a dump, not yet seen" in unseen
    assert "as a dump has it; the portal has not shown it yet" in unseen
    assert "first seen" not in unseen


@pytest.fixture
def told(desk: Desk, told_once: Path) -> Desk:
    """A desk whose release 139 was edited, and whose release 138 was taken away."""
    return desk.given(told_once)


@pytest.fixture(scope="module")
def told_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return left_by(tmp_path_factory.mktemp("told"), _told)


async def _told(desk: Desk) -> None:
    house = House(languages=("ru",), db=desk.store())
    house.portal.show("economy", "ru", *past(40))
    await house.live(HOUR)
    published = START - timedelta(hours=6)
    house.portal.show("economy", "ru", Item(139, "Выпуск 39", "Выпуск 39: двенадцать станций.", published))
    house.portal.hide(138)
    await house.live(30 * HOUR)
    house.db.conn.close()


def test_a_release_is_shown_with_what_happened_to_it(told: Desk) -> None:
    result = told.type("show", "139")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "139  Ministry of National Economy (economy)"
    assert "published 2026-07-13 03:00" in lines[2]
    assert "[ru] Выпуск 39" in lines
    assert "Выпуск 39: двенадцать станций." in lines
    [earlier] = [number for number, line in enumerate(lines) if line.startswith("[ru] wording 1 of ")]
    assert "Выпуск 39: мәтін." in lines[earlier:]
    happened = result.stdout.partition("What happened")[2]
    assert "published [ru] (major, known from the first reading)" in happened
    assert "edited [ru]" in happened
    assert "«мәтін.» → «двенадцать станций.»" in happened


def test_what_was_taken_away_is_still_shown(told: Desk) -> None:
    result = told.type("show", "138")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[2].endswith(" · removed")
    assert "Выпуск 38: мәтін." in result.stdout
    assert "removed (major)" in result.stdout


def test_a_script_is_given_every_wording_in_full(told: Desk) -> None:
    release = json.loads(told.type("show", "139", "--json").stdout)
    assert (release["source_id"], release["status"]) == ("139", "listed")
    assert [(wording["number"], wording["text"]) for wording in release["wordings"]] == [
        (1, "Выпуск 39: мәтін."),
        (2, "Выпуск 39: двенадцать станций."),
    ]
    assert [change["kind"] for change in release["changes"]] == ["published", "edited"]
    assert release["changes"][1]["detail"]["fields"] == ["text"]
    assert release["wordings"][0]["attachments"] == []
    assert [edition["html"] for edition in release["editions"]] == ["<p>Выпуск 39: двенадцать станций.</p>"]


@pytest.mark.parametrize("ending", ["", "?lang=kk", "/"])
def test_a_release_is_found_by_its_address_too(told: Desk, ending: str) -> None:
    assert told.type("show", DETAILS.format("economy", 139) + ending).stdout.startswith("139  ")


@pytest.mark.parametrize(
    "wanted", ["1", "139x", "", "'; DROP TABLE releases; --", DETAILS.format("economy", 7)]
)
def test_a_release_that_is_not_held_is_said_with_a_way_to_find_others(told: Desk, wanted: str) -> None:
    result = told.type("show", wanted)
    assert result.exit_code == 1
    assert "is not held. `jarshy search WORDS` finds what is." in result.stderr


@pytest.fixture
def worded(desk: Desk, worded_once: Path) -> Desk:
    """A desk with three releases of two agencies that are worth searching."""
    return desk.given(worded_once)


@pytest.fixture(scope="module")
def worded_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return left_by(tmp_path_factory.mktemp("worded"), _worded)


async def _worded(desk: Desk) -> None:
    portal = FakePortal()
    first = Item(
        1, "Әлеуметтік ғылым", "Министрліктің қаулысы: өңір үшін ұжымдық еңбек һәм ілім.", START - 3 * HOUR
    )
    second = Item(2, "Министрлік хабарлайды", "Көлік туралы.", START - 2 * HOUR)
    third = Item(3, "О налоговом кодексе", "Министр сообщил об изменениях.", START - HOUR)
    portal.show("economy", "kk", first)
    portal.show("mfa", "kk", second)
    portal.show("mfa", "ru", third)
    house = House(
        agencies_followed=("economy", "mfa"), languages=("kk", "ru"), db=desk.store(), portal=portal
    )
    await house.live(HOUR)
    house.db.conn.close()


FOUND: dict[str, tuple[tuple[str, ...], list[str]]] = {
    "the newest first": (("министр*",), ["3", "2", "1"]),
    "in any form": (("министрлік",), ["2", "1"]),
    "typed without Kazakh letters": (("министрлик",), ["2", "1"]),
    "without a word": (("министр*", "-көлік"), ["3", "1"]),
    "one word or the other": (("көлік", "|", "кодекс"), ["3", "2"]),
    "exactly": (("«налоговом кодексе»",), ["3"]),
    "the fittest first": (("министр*", "--order", "relevance", "-көлік"), ["3", "1"]),
    "in capitals": (("МИНИСТРЛІКТІҢ",), ["2", "1"]),
    "every letter of Kazakh": (
        ("ӘЛЕУМЕТТІК", "Ғылым", "ҚАУЛЫСЫ", "ӨҢІР", "ҮШІН", "ҰЖЫМДЫҚ", "ҺӘМ", "ІЛІМ"),
        ["1"],
    ),
    "all the words, in title or text": (("министрлік", "көлік"), ["2"]),
    "with marks around them": (("«министрлік»,", "—", "көлік."), ["2"]),
    "of an agency": (("министр*", "--agency", "mfa"), ["3", "2"]),
    "in a language": (("министр*", "--lang", "kk"), ["2", "1"]),
    "as many as are wanted": (("министр*", "--limit", "1"), ["3"]),
    "words parted by one argument": (("налоговом кодексе",), ["3"]),
}


@pytest.mark.parametrize(("words", "ids"), FOUND.values(), ids=FOUND)
def test_releases_are_found_by_their_words(worded: Desk, words: tuple[str, ...], ids: list[str]) -> None:
    result = worded.type("search", *words)
    assert result.exit_code == 0
    assert [line.split("\t")[3] for line in result.stdout.splitlines()[1:]] == ids
    assert [row["source_id"] for row in json.loads(worded.type("search", *words, "--json").stdout)] == ids


@pytest.mark.parametrize(
    "words",
    [
        "кемпірқосақ",
        "NEAR(а б, 2)",
        "title : министр)",
        "x\udcff",
    ],
)
def test_what_is_not_found_or_looks_like_a_query_is_no_failure_of_ours(worded: Desk, words: str) -> None:
    result = worded.type("search", "--", words)
    assert result.exit_code == 1
    assert "No current wording held" in result.stderr
    assert result.stdout == ""


def test_a_search_of_an_agency_that_nobody_knows_is_wrong_usage(worded: Desk) -> None:
    result = worded.type("search", "министр", "--agency", "econmy")
    assert result.exit_code == 2
    assert "Did you mean economy" in result.stderr


def test_the_agencies_are_listed_with_what_is_held_of_them(worded: Desk) -> None:
    worded.configure('[portal]\nagencies = ["economy", "mfa"]')
    result = worded.type("agencies", "--followed", "--lang", "kk")
    assert result.exit_code == 0
    rows = [line.split("\t") for line in result.stdout.splitlines()[1:]]
    assert [(row[0], row[3], row[4]) for row in rows] == [("economy", "yes", "1"), ("mfa", "yes", "2")]
    assert "министрлігі" in rows[0][1]
    listed = json.loads(worded.type("agencies", "--json").stdout)
    assert len(listed) > 50
    assert {row["slug"] for row in listed if row["followed"]} == {"economy", "mfa"}
    assert [row["newest"] for row in listed if row["slug"] == "mfa"] == ["2026-07-13"]


async def test_copies_of_the_first_reading_are_compared_as_they_stand(desk: Desk) -> None:
    portal = FakePortal()
    portal.show(
        "economy", "ru", Item(1, "О школах", "На школы области выделено 12 млрд тенге из бюджета.", START)
    )
    portal.show(
        "economy",
        "kk",
        Item(1, "Мектептер туралы", "Облыс мектептеріне бюджеттен 21 млрд теңге бөлінді.", START),
    )
    house = House(languages=("kk", "ru"), db=desk.store(), portal=portal)
    await house.live(HOUR)
    assert house.news == []
    house.db.conn.close()
    shown = desk.type("show", "1").stdout
    assert "against ru: numbers only here: 21 000 000 000; numbers only in ru: 12 000 000 000" in " ".join(
        shown.split()
    )
    editions = {one["lang"]: one for one in json.loads(desk.type("show", "1", "--json").stdout)["editions"]}
    assert editions["ru"]["against"]["kk"]["numbers"]["only_here"] == ["12000000000"]
