"""Stories as they are kept: page by page, whatever comes first, is edited, or is read late. All text is invented."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from itertools import combinations, product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.directory import agencies
from crawler.records import Order, Sighting
from monitor.difference import Content, is_another_text
from monitor.intake import look_up, take_page
from monitor.schedule import Listing
from monitor.store.database import Database, open_store, writing
from monitor.store.listings import write_directory
from monitor.store.migrations import migrations
from monitor.store.redactions import redact
from monitor.store.stories import note_editions, story_of
from monitor.store.story_links import MOST_MET, MOST_WORDINGS
from monitor.stories import Publication, alike, first_of, gathered
from tests.monitor.desk import Desk
from tests.monitor.pairs_of_texts import OFFICIAL, PRESS, bases
from tests.monitor.shelf import START, House, Item

DAY = timedelta(days=1)
BASES = {base.name: base for base in bases()}
BRIDGE, SCHOOL, APPLE = BASES["bridge"], BASES["school"], BASES["apple"]


def text(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs)


WHOLE = text(*BRIDGE.paragraphs)
PASSED_ON = text(BRIDGE.lead, *BRIDGE.paragraphs[:4], PRESS["ru"].format("Абайской"))
SHORTENED = text(*BRIDGE.paragraphs[:3])


@dataclass
class Desks:
    """Several agencies' listings, read by hand into one store."""

    db: Database
    now: datetime = START + 60 * DAY

    def read(self, agency: str, *items: Item, lang: str = "ru", named: Sequence[str] = ()) -> None:
        seen = [item.sighting(Order(1, agency, lang), place) for place, item in enumerate(items)]
        if named:
            seen = [replace(one, wording=replace(one.wording, agencies=tuple(named))) for one in seen]
        self.take(agency, lang, *seen)

    def take(self, agency: str, lang: str, *seen: Sighting) -> None:
        listing = Listing(agency, lang)
        with writing(self.db):
            take_page(
                self.db,
                seen,
                listing,
                look_up(self.db, seen, agency, lang, now=self.now),
                alerts=(),
                started_at=self.now,
                now=self.now,
            )

    def stories(self) -> set[tuple[str, str, frozenset[str]]]:
        """Kind, first publisher, and all releases of each."""
        told = {
            row["id"]: (row["kind"], row["first_release_id"], row["releases"])
            for row in self.db["stories"].rows
        }
        of: dict[int, set[str]] = {}
        ids = {}
        for row in self.db["releases"].rows:
            ids[row["id"]] = row["source_id"]
            if row["story_id"] is not None:
                of.setdefault(row["story_id"], set()).add(row["source_id"])
        assert of.keys() == told.keys()
        assert all(count == len(of[story]) for story, (_, _, count) in told.items())
        return {(kind, ids[first], frozenset(of[story])) for story, (kind, first, _) in told.items()}


@pytest.fixture
def desks() -> Desks:
    return Desks(empty())


def empty() -> Database:
    db = open_store(":memory:")
    write_directory(db, agencies().values(), followed=())
    return db


@cache
def the_one_database() -> Database:
    """For many examples, each in a transaction that is taken back: making one takes longer than they do."""
    return empty()


def release(source_id: int, said: str, *, day: float = 0) -> Item:
    return Item(source_id, f"Выпуск {source_id}", said, START + day * DAY)


def repost(first: int, *others: int) -> tuple[str, str, frozenset[str]]:
    return ("repost", str(first), frozenset(map(str, (first, *others))))


def test_a_repost_makes_a_story_and_names_who_was_first(desks: Desks) -> None:
    desks.read("economy", release(101, WHOLE), release(102, text(*SCHOOL.paragraphs)))
    assert desks.stories() == set()
    desks.read("abay", release(105, PASSED_ON, day=1))
    assert desks.stories() == {repost(101, 105)}
    desks.read("moa", release(109, SHORTENED, day=2))
    assert desks.stories() == {repost(101, 105, 109)}


def test_two_on_one_page_are_found_too(desks: Desks) -> None:
    desks.read("economy", release(101, WHOLE))
    desks.read("abay", release(103, PASSED_ON), release(104, SHORTENED))
    assert desks.stories() == {repost(101, 103, 104)}


def test_an_agency_that_repeats_itself_makes_no_story(desks: Desks) -> None:
    desks.read("economy", release(101, WHOLE), release(102, PASSED_ON))
    desks.read("economy", release(103, SHORTENED, day=1))
    assert desks.stories() == set()


def test_a_quote_makes_no_story(desks: Desks) -> None:
    desks.read("economy", release(101, WHOLE))
    desks.read("abay", release(102, text(*SCHOOL.paragraphs, BRIDGE.paragraphs[2])))
    assert desks.stories() == set()
    assert desks.db["story_links"].count == 0


def test_a_text_that_comes_again_after_the_window_is_another_occasion(desks: Desks) -> None:
    desks.read("economy", release(101, WHOLE))
    desks.read("abay", release(102, WHOLE, day=15))
    assert desks.stories() == set()
    desks.read("moa", release(103, WHOLE, day=14))
    assert desks.stories() == {repost(101, 102, 103)}  # it stands between the two


def test_who_was_first_is_put_right_by_a_release_that_is_read_later(desks: Desks) -> None:
    desks.read("abay", release(105, PASSED_ON, day=1))
    desks.read("moa", release(109, SHORTENED, day=2))
    assert desks.stories() == {repost(105, 109)}
    desks.read("economy", release(101, WHOLE))
    assert desks.stories() == {repost(101, 105, 109)}


def test_two_stories_that_turn_out_to_be_one_are_joined_under_the_older_number(desks: Desks) -> None:
    desks.read("economy", release(101, WHOLE))
    desks.read("abay", release(102, WHOLE, day=1))
    desks.read("moa", release(103, WHOLE, day=20))
    desks.read("mfa", release(104, WHOLE, day=21))
    assert desks.stories() == {repost(101, 102), repost(103, 104)}
    numbers = sorted(row["id"] for row in desks.db["stories"].rows)
    desks.read("enbek", release(105, WHOLE, day=11))
    assert desks.stories() == {repost(101, 102, 103, 104, 105)}
    assert [row["id"] for row in desks.db["stories"].rows] == numbers[:1]


NOTICE = (
    "В министерстве состоялось заседание рабочей группы по развитию малого бизнеса под председательством министра, "
    "на нём обсудили ход программы и планы регионов.\n\nНаправлено {} млрд тенге. Работу начали {} марта 2026 года, "
    "итоги подведут позже, сообщили в ведомстве."
)
BEFORE, EDITED = NOTICE.format(12, 12), NOTICE.format(21, 15)


@pytest.mark.parametrize("passed_on", ["before the edit", "after it"])
@pytest.mark.parametrize("first", [101, 109])
def test_a_quiet_edit_of_figures_does_not_part_a_text_from_who_passed_it_on(
    desks: Desks, passed_on: str, first: int
) -> None:
    assert not alike(BEFORE, EDITED)
    other = release(105, f"{BEFORE}\n\nПресс-служба акима")
    desks.read("economy", release(first, BEFORE))
    if passed_on == "before the edit":
        desks.read("abay", other)
    desks.read("economy", release(first, EDITED))
    if passed_on == "after it":
        desks.read("abay", other)
    told = {repost(min(first, 105), max(first, 105))}
    assert desks.stories() == told
    desks.read("abay", replace(other, title="Басқа тақырып"))
    assert desks.stories() == told


def test_however_often_a_text_is_edited_its_first_wording_is_remembered(desks: Desks) -> None:
    for figure in range(12, 12 + 2 * MOST_WORDINGS):
        desks.read("economy", release(101, NOTICE.format(figure, figure)))
    desks.read("abay", release(105, BEFORE))
    assert desks.stories() == {repost(101, 105)}


def test_a_link_is_borne_by_a_wording_between_the_first_and_the_last(desks: Desks) -> None:
    desks.read("economy", release(101, NOTICE.format(5, 6)))
    desks.read("economy", release(101, BEFORE))
    desks.read("abay", release(105, BEFORE))
    for figure in range(20, 20 + 2 * MOST_WORDINGS):
        desks.read("economy", release(101, NOTICE.format(figure, figure)))
    assert desks.stories() == {repost(101, 105)}


def test_the_earlier_wordings_of_a_text_that_was_redacted_make_no_story(desks: Desks) -> None:
    desks.read("economy", release(101, BEFORE))
    desks.read("abay", release(105, BEFORE))
    desks.read("economy", release(101, EDITED))
    redact(desks.db, "101", by="сот", reason="шешім", now=desks.now)
    assert desks.stories() == set()
    desks.read("moa", release(109, BEFORE))
    assert desks.stories() == {repost(105, 109)}


def test_an_id_given_to_another_text_takes_a_release_out_and_an_edit_that_makes_a_likeness_takes_it_in(
    desks: Desks,
) -> None:
    desks.read("economy", release(101, WHOLE))
    desks.read("abay", release(102, PASSED_ON))
    desks.read("moa", release(103, SHORTENED))
    desks.read("economy", release(101, text(*SCHOOL.paragraphs)))
    assert desks.stories() == {repost(102, 103)}
    desks.read("abay", release(102, text(*APPLE.paragraphs)))
    assert desks.stories() == set()
    assert desks.db["story_links"].count == 0
    desks.read("abay", release(102, text(*SCHOOL.paragraphs[:4])))
    assert desks.stories() == {repost(101, 102)}


def test_a_story_held_together_by_one_text_falls_apart_with_it(desks: Desks) -> None:
    desks.read("economy", release(101, WHOLE))
    desks.read("abay", release(102, WHOLE, day=13))
    desks.read("moa", release(103, WHOLE, day=26))
    desks.read("mfa", release(104, WHOLE, day=27))
    [(_, _, held)] = desks.stories()
    assert len(held) == 4
    number = next(iter(desks.db["stories"].rows))["id"]
    desks.read("abay", release(102, text(*SCHOOL.paragraphs), day=13))
    assert desks.stories() == {repost(103, 104)}
    assert next(iter(desks.db["stories"].rows))["id"] == number


def test_a_release_of_another_date_is_another_first_publisher(desks: Desks) -> None:
    desks.read("economy", release(101, WHOLE))
    desks.read("abay", release(102, PASSED_ON, day=1))
    desks.read("economy", release(101, WHOLE, day=2))
    assert desks.stories() == {repost(102, 101)}


def test_one_language_is_enough_and_a_translation_is_none(desks: Desks) -> None:
    kk = text(*APPLE.paragraphs)
    desks.read("economy", release(101, WHOLE))
    desks.read("abay", release(102, text(*SCHOOL.paragraphs)))
    desks.read("economy", release(101, kk), lang="kk")
    assert desks.stories() == set()
    desks.read("abay", release(102, text(APPLE.lead, *APPLE.paragraphs)), lang="kk")
    assert desks.stories() == {repost(101, 102)}
    desks.read("moa", release(103, kk))  # a Kazakh text in the Russian listing: others in that are compared
    assert desks.stories() == {repost(101, 102)}


def test_a_date_that_cannot_be_right_says_nothing_of_who_was_first(desks: Desks) -> None:
    desks.now = START
    wrong = Item(101, "Күні қате", WHOLE, datetime(1970, 1, 1, tzinfo=START.tzinfo))
    desks.read("economy", wrong)
    desks.read("abay", release(102, PASSED_ON))
    assert desks.stories() == {repost(102, 101)}


def test_a_declared_joint_release_is_a_story_of_its_own_until_somebody_reposts_it(desks: Desks) -> None:
    item = release(101, WHOLE)
    desks.read("economy", item, named=("moa", "economy"))
    assert desks.stories() == {("joint", "101", frozenset({"101"}))}
    assert story_of(desks.db, 1)["named"] == ["economy", "moa"]
    assert [(row["kind"], row["first_agency"], row["agency"]) for row in desks.db["reposts"].rows] == [
        ("joint", "economy", "moa")
    ]
    desks.read("moa", item, named=("moa", "economy"))
    assert desks.stories() == {("joint", "101", frozenset({"101"}))}
    desks.read("abay", release(102, PASSED_ON))
    assert desks.stories() == {repost(101, 102)}
    assert story_of(desks.db, 1)["named"] == ["economy", "moa"]
    desks.read("abay", release(102, text(*SCHOOL.paragraphs)))
    assert desks.stories() == {("joint", "101", frozenset({"101"}))}
    desks.read("economy", replace(item, title="Бір орган"), named=("economy",))
    assert desks.stories() == set()
    assert story_of(desks.db, 1) is None


def test_the_view_for_people_names_each_repost_beside_the_first(desks: Desks) -> None:
    desks.read("economy", release(101, WHOLE))
    desks.read("abay", release(105, PASSED_ON, day=1))
    [row] = desks.db["reposts"].rows
    assert row == {
        "story": 1,
        "kind": "repost",
        "first_agency": "economy",
        "first_source_id": "101",
        "agency": "abay",
        "source_id": "105",
        "published_on": "2026-07-14",
        "title": "Выпуск 105",
    }


def test_a_page_without_anything_new_costs_no_statement(desks: Desks) -> None:
    items = [release(101, WHOLE), release(102, PASSED_ON)]
    desks.read("economy", *items)
    said: list[str] = []
    desks.db.conn.set_trace_callback(said.append)
    desks.read("economy", *items)
    desks.db.conn.set_trace_callback(None)
    assert not [statement for statement in said if "story" in statement]


def test_an_official_closing_under_hundreds_is_looked_up_no_further_than_some(desks: Desks) -> None:
    closing = text(OFFICIAL["ru"], OFFICIAL["ru"].upper())
    for first in range(1000, 1000 + 2 * MOST_MET, 20):
        desks.read(
            "economy",
            *(
                release(number, text(" ".join(f"слово{number}{at}" for at in range(90)), closing))
                for number in range(first, first + 20)
            ),
        )
    desks.read("abay", release(2000, text(*BRIDGE.paragraphs, closing)))
    desks.read("moa", release(2001, text(*BRIDGE.paragraphs[:4], closing)))
    assert desks.stories() == {repost(2000, 2001)}


def test_an_older_history_has_its_stories_found(tmp_path: Path) -> None:
    path = tmp_path / "jarshy.db"
    desks = Desks(open_store(path))
    write_directory(desks.db, agencies().values(), followed=())
    desks.read("economy", release(101, WHOLE))
    desks.read("abay", release(105, PASSED_ON, day=1))
    found = desks.stories()
    with writing(desks.db):
        for table in ("stories", "story_sketches", "story_links", "joint_releases"):
            desks.db.execute(f"DELETE FROM {table}")
        desks.db.execute("UPDATE releases SET story_id = NULL")
        desks.db.execute("DELETE FROM _sqlite_migrations WHERE name = 'm026_stories_of_what_is_held'")
        desks.db.execute(f"PRAGMA user_version = {len(migrations.applied(desks.db))}")
    desks.db.conn.close()
    again = Desks(open_store(path))
    assert again.stories() == found == {repost(101, 105)}
    again.db.conn.close()


TEXTS = [
    WHOLE,
    PASSED_ON,
    SHORTENED,
    text(*SCHOOL.paragraphs),
    text(SCHOOL.lead, *SCHOOL.paragraphs[:4]),
    text(*SCHOOL.paragraphs[:3], *BRIDGE.paragraphs[:3]),
    text(BRIDGE.lead, *BRIDGE.paragraphs[1:3], *SCHOOL.paragraphs[3:]),
    "Мәтін жоқ.",
    BEFORE,
    EDITED,
    f"{BEFORE}\n\nПресс-служба акима",
]
some_releases = st.lists(
    st.tuples(
        st.sampled_from(["economy", "abay", "moa"]),
        st.sampled_from(TEXTS),
        st.sampled_from(TEXTS),
        st.integers(0, 30),
    ),
    min_size=2,
    max_size=7,
)


def expected(
    releases: Sequence[tuple[str, Item]], before: dict[int, Item]
) -> set[tuple[str, str, frozenset[str]]]:
    """The stories of these releases, every two compared, with what they said `before` the edit of some."""

    def said(item: Item) -> set[str]:
        old = before.get(item.source_id, item)
        another = is_another_text(*(Content(one.title, one.text, "", (), ()) for one in (old, item)))
        return {item.text} if another else {item.text, old.text}

    links = [
        (a.source_id, b.source_id)
        for (one, a), (other, b) in combinations(releases, 2)
        if one != other
        and abs((a.published_at - b.published_at).days) <= 14
        and any(alike(*texts) for texts in product(said(a), said(b)))
    ]
    items = {item.source_id: item for _, item in releases}
    return {
        repost(first, *(group - {first}))
        for group in gathered(links, alone=())
        for first in [
            first_of(
                Publication(number, str(number), item.published_at, item.published_at.date(), True)
                for number in group
                for item in [items[number]]
            ).release_id
        ]
    }


@settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow])
@given(some_releases, st.data())
def test_the_stories_are_the_same_in_whatever_order_releases_and_their_edits_come(told, data) -> None:
    last = [(agency, release(100 + at, said, day=day)) for at, (agency, _, said, day) in enumerate(told)]
    before = [
        (agency, release(100 + at, said, day=7 * day % 31)) for at, (agency, said, _, day) in enumerate(told)
    ]
    # Each is read once or, as it was before an edit, twice; in any order but that one.
    edited = data.draw(st.lists(st.sampled_from(range(len(told))), unique=True))
    order = data.draw(st.permutations([*range(len(told)), *edited]))
    desks, met = Desks(the_one_database()), set()
    desks.db.execute("BEGIN IMMEDIATE")
    try:
        for at in order:
            first_of_two = at in edited and at not in met
            met.add(at)
            agency, item = (before if first_of_two else last)[at]
            desks.read(agency, item)
        assert desks.stories() == expected(last, {last[at][1].source_id: before[at][1] for at in edited})
    finally:
        desks.db.conn.rollback()


async def test_the_watch_keeps_stories_as_it_reads() -> None:
    house = House(agencies_followed=("economy", "abay"))
    first = replace(release(101, WHOLE), published_at=START - DAY)
    house.portal.show("economy", "ru", first)
    house.portal.show("abay", "ru", replace(release(99, text(*SCHOOL.paragraphs)), published_at=START - DAY))
    await house.live(timedelta(hours=2))
    assert Desks(house.db).stories() == set()
    house.portal.show("abay", "ru", replace(release(105, PASSED_ON), published_at=house.now))
    await house.live(timedelta(hours=2))
    assert [change.source_id for change in house.news] == ["105"]
    assert Desks(house.db).stories() == {repost(101, 105)}


def test_show_says_who_else_published_it_and_who_was_first(desk: Desk) -> None:
    desks = Desks(desk.store())
    desks.read("economy", release(101, WHOLE))
    desks.read("abay", release(105, PASSED_ON, day=1))
    desks.read("moa", release(107, text(*SCHOOL.paragraphs)), named=("moa", "mfa"))
    desks.db.conn.close()
    assert "the first; also published by abay (105, 2026-07-14 09:00)\n" in desk.type("show", "101").stdout
    assert "also published by economy (101, 2026-07-13 09:00, the first)\n" in desk.type("show", "105").stdout
    assert "published jointly by mfa, moa\n" in desk.type("show", "107").stdout
    story = json.loads(desk.type("show", "105", "--json").stdout)["story"]
    assert story["kind"] == "repost"
    assert [(one["agency"], one["first"], one["this"]) for one in story["releases"]] == [
        ("economy", True, False),
        ("abay", False, True),
    ]


def test_dumps_make_stories_too(desk: Desk) -> None:
    address = "https://www.gov.kz/memleket/entities/{}/press/news/details/{}"
    flat = " ".join(BRIDGE.paragraphs)
    (desk.folder / "dump.txt").write_text(
        f"Law\nМост открыт 03.02.2025\n{flat}\nSource : {address.format('economy', 700101)}\n"
        f"По мосту поехали 04.02.2025\n{flat} Пресс-служба акима.\nSource : {address.format('abay', 700102)}\n",
        "utf-8",
    )
    assert desk.type("import", "dump.txt").exit_code == 0
    assert "also published by economy (700101" in desk.type("show", "700102").stdout


def test_who_dates_a_repost_back_is_not_the_first(tmp_path: Path) -> None:
    desks = Desks(open_store(tmp_path / "jarshy.db"))
    write_directory(desks.db, agencies().values(), followed=())
    desks.read("economy", release(101, WHOLE, day=5))
    desks.read("abay", release(105, PASSED_ON, day=1))
    assert desks.stories() == {repost(105, 101)}
    # It was watched to appear after the other one, and days after its date.
    with writing(desks.db):
        desks.db.execute("DROP VIEW publications")
        desks.db.execute(
            "CREATE VIEW publications AS SELECT id AS release_id, source_id = '105' AS backdated FROM releases"
        )
        desks.db.execute(
            "UPDATE releases SET first_seen_at = '2031-01-01T00:00:00.000Z' WHERE source_id = '105'"
        )
        ids = [edition_id for (edition_id,) in desks.db.execute("SELECT id FROM editions")]
        note_editions(
            desks.db,
            ids,
            touched=[release_id for (release_id,) in desks.db.execute("SELECT id FROM releases")],
        )
    assert desks.stories() == {repost(101, 105)}
    desks.db.conn.close()
