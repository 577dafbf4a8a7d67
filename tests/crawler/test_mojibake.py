"""UTF-8 that was read as Latin-1 or Windows-1252 is mended; what only looks like it is left alone."""

from html.entities import codepoint2name

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.items import read_item
from crawler.mojibake import repaired
from crawler.records import Order, Sighting
from crawler.wording import read_body

BASE = "https://www.gov.kz"


def broken(text: str, encoding: str) -> str:
    """The text as somebody sees it who takes its bytes for another encoding; C1 controls as they are."""
    signs = [bytes([byte]).decode(encoding, "ignore") or chr(byte) for byte in text.encode()]
    return "".join(signs)


def as_entities(text: str) -> str:
    """Every sign beyond ASCII by its name, or its number where it has none."""
    named = {number: codepoint2name.get(number, f"#{number}") for number in map(ord, text)}
    return "".join(f"&{named[ord(sign)]};" if ord(sign) > 127 else sign for sign in text)


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
@pytest.mark.parametrize(
    "meant",
    [
        "Сообщение о дороге",
        "Қазақ тілі: ә ғ қ ң ө ұ ү һ і – Ә Ғ Қ Ң Ө Ұ Ү Һ І",
        "Эра, Юрта, Рауан, Яғни",  # with a soft hyphen, a no-break space and undefined bytes in their signs
        "№ 5: «Әні» — 10 %, e-mail: a@b.example",
        "<p class='x'>Жол &amp; көпір</p>\n<p>Үй</p>",
    ],
)
def test_what_is_broken_all_through_is_mended(meant: str, encoding: str) -> None:
    assert repaired(broken(meant, encoding)) == meant


@given(
    meant=st.text("абвёқңөұіәғһүАЯР «»–№ a1.", min_size=1), encoding=st.sampled_from(["latin-1", "cp1252"])
)
def test_whatever_is_mended_is_what_was_meant(meant: str, encoding: str) -> None:
    assert repaired(broken(meant, encoding)) in (None, meant)
    assert repaired(broken(f"Жаңа {meant}", encoding)) == f"Жаңа {meant}"
    assert repaired(meant) is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("Қазақ тілі", id="right Kazakh"),
        pytest.param("Хат «Ð¡Ð¾Ð¾Ð±Ñ‰ÐµÐ½Ð¸Ðµ» деп келді", id="quoted in Kazakh"),
        pytest.param("Ð¡Ð¾Ð¾Ð±Ñ‰ÐµÐ½Ð¸Ðµ және жол", id="mixed with right words"),
        pytest.param(
            "&#1058;&#1077;&#1082;&#1089;&#1090; Ð¡Ð¾Ð¾Ð±", id="mixed with right letters as numbers"
        ),
        pytest.param("Ð¡Ð¾Ð¾Ð± très", id="with a letter that fits nowhere"),
        pytest.param("ÑANDÚ, España, mañana", id="Spanish"),
        pytest.param("Ðinh Thị và Ðà Nẵng", id="Vietnamese with Ð in the place of Đ"),
        pytest.param("REYKJAVÍK OG ÞÓRSHÖFN, FRÐÐUR", id="Icelandic"),
        pytest.param("Ð±", id="two signs that may be anything"),
        pytest.param("20 °C ± 1, ½ – ¾", id="signs"),
    ],
)
def test_what_only_looks_broken_is_left_alone(text: str) -> None:
    assert repaired(text) is None


def test_a_title_and_a_body_are_mended_and_marked() -> None:
    item = {
        "id": 5,
        "created_date": "2026-07-13T10:00:00Z",
        "title": broken("Эра: жаңа көпір", "latin-1"),
        "body": f"<p>{broken('Ғимарат пен ұйым', 'cp1252')}</p><p>{broken('Рауан', 'latin-1')}</p>",
    }
    seen = read_item(item, order=Order(1, "economy", "kk"), position=0, base_url=BASE)
    assert isinstance(seen, Sighting)
    assert seen.wording is not None
    assert (seen.wording.title, seen.wording.text) == ("Эра: жаңа көпір", "Ғимарат пен ұйым\n\nРауан")
    assert seen.wording.html == "<p>Ғимарат пен ұйым</p><p>Рауан</p>"
    assert seen.wording.marks == ("mojibake",)
    assert "Эра" not in seen.wording.raw


@pytest.mark.parametrize("broken_field", ["title", "body"])
def test_one_broken_field_marks_the_wording(broken_field: str) -> None:
    item = {"id": 5, "created_date": None, "title": "Жаңа көпір", "body": "<p>Мәтін</p>"}
    item[broken_field] = broken("Мәтін", "latin-1")
    seen = read_item(item, order=Order(1, "economy", "kk"), position=0, base_url=BASE)
    assert isinstance(seen, Sighting)
    assert seen.wording is not None
    assert seen.wording.marks == ("mojibake",)


def test_a_body_broken_before_its_signs_became_entities() -> None:
    read = read_body(f"<p>{as_entities(broken('Мост + дом', 'latin-1'))}</p>", BASE)
    assert (read.text, read.marks) == ("Мост + дом", ("mojibake",))


def test_a_right_body_has_no_mark() -> None:
    assert read_body("<p>Жол &laquo;Ñ&raquo; &ETH;&iexcl;</p>", BASE).marks == ()


@pytest.mark.parametrize("hostile", ["Ð" * 300_000, "Ð¡" * 300_000, "&ETH;" * 100_000, "ð" * 300_000 + "Ð"])
def test_hostile_texts_are_survived(hostile: str) -> None:
    found = repaired(hostile)
    assert found is None or len(found) <= len(hostile)
