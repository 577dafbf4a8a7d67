"""`diff`, and what `show` says of languages and wordings, told through a watch. All text is invented."""

import json
from datetime import timedelta
from pathlib import Path

import click
import pytest

from tests.monitor.desk import Desk, left_by, plain
from tests.monitor.shelf import House, Item, past

HOUR = timedelta(hours=1)
LONG = (
    "Министерство сообщило о выделении 12 млрд тенге на ремонт дорог областного значения; работы начнутся весной "
    "и продлятся до поздней осени, как отметили на заседании правительства.\nВторой абзац остался прежним."
)


@pytest.fixture
def told(desk: Desk, told_once: Path) -> Desk:
    """Release 200 with three wordings in Russian and two in Kazakh, taken away in the end; 139 has one wording."""
    return desk.given(told_once)


@pytest.fixture(scope="module")
def told_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return left_by(tmp_path_factory.mktemp("told"), _told)


async def _told(desk: Desk) -> None:
    house = House(languages=("ru", "kk"), db=desk.store())
    for lang in ("ru", "kk"):
        house.portal.show("economy", lang, *past(40, lang=lang))
    await house.live(6 * HOUR)
    at = house.now
    house.portal.show("economy", "ru", Item(200, "Дороги", LONG, at))
    await house.live(3 * HOUR)
    house.portal.show("economy", "kk", Item(200, "Жолдар", "Өңірге 12 млрд теңге бөлінді.", at))
    await house.live(20 * HOUR)
    house.portal.show("economy", "ru", Item(200, "Дороги и мосты", LONG.replace("12 млрд", "21 млрд"), at))
    house.portal.show("economy", "kk", Item(200, "Жолдар", "Өңірге 21 млрд теңге бөлінді.", at))
    await house.live(5 * HOUR)
    house.portal.show(
        "economy", "ru", Item(200, "Дороги и мосты", LONG.replace("12 млрд", "22 млрд"), at + HOUR)
    )
    await house.live(5 * HOUR)
    house.portal.hide(200)
    await house.live(30 * HOUR)
    house.db.conn.close()


DRAWN: dict[str, tuple[tuple[str, ...], tuple[str, str], tuple[str, ...], tuple[str, ...]]] = {
    "the last two": ((), ("2", "3"), ("[-21-]{+22+}", "date: "), ("title",)),
    "one with the last": (("1",), ("1", "3"), ("[-12-]{+22+}", "{+", "title", "date: "), ()),
    "the last with the one before": (("3",), ("2", "3"), ("[-21-]{+22+}",), ("title",)),
    "any two": (("1", "2"), ("1", "2"), ("[-12-]{+21+}", "title"), ("date: ",)),
    "backwards": (("2", "1"), ("2", "1"), ("[-21-]{+12+}", "earlier"), ()),
    "in Kazakh": (("--lang", "kk"), ("1", "2"), ("[-12-]{+21+}", "[kk]"), ("title", "date: ")),
}


@pytest.mark.parametrize(("words", "numbers", "there", "absent"), DRAWN.values(), ids=DRAWN)
def test_two_wordings_are_compared(
    told: Desk,
    words: tuple[str, ...],
    numbers: tuple[str, str],
    there: tuple[str, ...],
    absent: tuple[str, ...],
) -> None:
    result = told.type("diff", "200", *words)
    assert result.exit_code == 0
    assert plain(result.stdout)
    head, between, *_ = result.stdout.splitlines()
    assert head == "200  Ministry of National Economy (economy)"
    assert f"wording {numbers[0]} of 2026-" in between.partition("→")[0]
    assert f"wording {numbers[1]} of 2026-" in between.partition("→")[2]
    assert "major" in result.stdout
    assert all(said in result.stdout for said in there)
    assert not [said for said in absent if f"\n{said}" in result.stdout]
    assert max(map(len, result.stdout.splitlines())) <= 100


def test_a_wording_compared_with_itself_says_the_same(told: Desk) -> None:
    result = told.type("diff", "200", "2", "2")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "They say the same."


def test_a_script_is_given_both_wordings_numbers_and_the_detail(told: Desk) -> None:
    result = told.type(
        "diff", "https://www.gov.kz/memleket/entities/economy/press/news/details/200", "1", "--json"
    )
    said = json.loads(result.stdout)
    assert (said["source_id"], said["lang"], said["weight"]) == ("200", "ru", "major")
    assert (said["before"]["number"], said["after"]["number"]) == (1, 3)
    assert said["before"]["seen_at"] < said["after"]["seen_at"]
    assert said["before"]["seen_at"].endswith("Z")
    assert said["detail"]["fields"] == ["title", "text", "date"]


def test_on_a_terminal_a_diff_is_coloured_and_has_no_marks(
    told: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.commands.one_release.on_terminal", lambda: True)
    drawn = told.type("diff", "200", color=True).stdout
    assert click.style("21", fg="red", strikethrough=True) in drawn
    assert click.style("22", fg="green", underline=True) in drawn
    assert "[-" not in drawn
    shown = told.type("show", "200", color=True).stdout
    assert shown.startswith(click.style("200  Ministry of National Economy (economy)", bold=True))


NOTHING: dict[str, tuple[tuple[str, ...], str]] = {
    "a release that is not held": (("7",), "Release 7 is not held. `jarshy search WORDS` finds what is."),
    "a language that it has not": (("200", "--lang", "en"), "Release 200 is not held in en, but in ru, kk."),
    "a wording that there is not": (
        ("200", "1", "9"),
        "There is no wording 9 in ru; it has wordings 1 to 3.",
    ),
    "a further wording of the only one": (("139", "2"), "There is no wording 2 in ru; it has one wording."),
    "the only wording": (("139",), "There is one wording in ru, and nothing to compare it with."),
}


@pytest.mark.parametrize(("words", "said"), NOTHING.values(), ids=NOTHING)
def test_what_cannot_be_compared_is_said(told: Desk, words: tuple[str, ...], said: str) -> None:
    result = told.type("diff", *words)
    assert result.exit_code == 1
    assert result.stderr.strip() == said
    assert result.stdout == ""


def test_show_says_how_late_a_language_came_and_what_made_each_wording(told: Desk) -> None:
    result = told.type("show", "200")
    assert result.exit_code == 0
    assert plain(result.stdout)
    lines = result.stdout.splitlines()
    assert max(map(len, lines)) <= 100
    came = [line for line in lines if line.startswith("  came ")]
    assert came[0].endswith(", as the first")
    assert came[1].endswith(" after ru")
    assert " h" in came[1]
    assert [
        line.partition(": ")[2].partition(",")[0] for line in lines if line.startswith("[ru] wording 2")
    ] == ["edited"]
    assert "[ru] wording 1 of 2026-" in result.stdout
    happened = result.stdout.partition("What happened")[2]
    assert "«21» → «22»" in happened or "21 млрд" in happened
    assert "removed (major)" in happened
    assert "not listed" in happened


def test_show_says_of_a_baseline_only_that_it_was_there(told: Desk) -> None:
    shown = told.type("show", "139").stdout
    assert shown.count("  there at the first reading, 2026-07-13 ") == 2
    assert " after " not in shown


async def test_show_says_what_speaks_against_a_copy_that_is_suspected_and_that_a_text_flaps(
    desk: Desk,
) -> None:
    house = House(languages=("ru",), db=desk.store())
    house.portal.show("economy", "ru", *past(40))
    await house.live(6 * HOUR)
    first, second = (
        Item(200, "Дороги", f"Открыто {count} станций.", house.now) for count in ("пять", "шесть")
    )
    for item in (first, second, first, second, first):
        house.portal.show("economy", "ru", item)
        await house.live(2 * HOUR)
    house.portal.hide(138)
    for _ in range(12):
        await house.live(HOUR / 4)
        if house.rows("SELECT status FROM releases WHERE source_id = '138'") == [("suspected",)]:
            break
    house.db.conn.close()
    doubted = desk.type("show", "138").stdout
    assert "  this copy is suspected" in doubted
    assert "of economy between release 139 and release 137" in " ".join(doubted.split())
    [edition] = json.loads(desk.type("show", "138", "--json").stdout)["editions"]
    assert [(proof["above"], proof["below"]) for proof in edition["evidence"]["readings"]] == [("139", "137")]
    flapping = desk.type("show", "200").stdout
    assert "  flapping between wordings since 2026-07-13 " in flapping
    assert "went back to wording 1" in flapping
    assert json.loads(desk.type("show", "200", "--json").stdout)["editions"][0]["flapping"]["returns"] == 2
