"""A text that lost characters on its way is told from one that was edited."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.difference import Content
from monitor.lost_characters import lack_each_their_own, lacks_characters

WHOLE = Content(
    title="Өңірлерде 12 жаңа мектеп ашылды",
    text="Ұстаздар – «Білім» қорының үлегерлері.\nІс-шара һәм көрме 5 % өсті.",
    published_raw="2026-07-13T10:00:00Z",
    attachments=("/a.pdf", "/b.pdf"),
    images=("one",),
)
LETTERS = "әғқңөұүһі абвг 123 «–».,\n"


def said(title: str = WHOLE.title, text: str = WHOLE.text) -> Content:
    return replace(WHOLE, title=title, text=text)


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(said("\ufffdӨңірлерде 12 жаңа мектеп ашылды"), id="a sign in front"),
        pytest.param(said("Ө\ufffdірлерде 12 жаңа мек\ufffdеп ашылды"), id="for letters"),
        pytest.param(said("Ө\ufffd\ufffdірлерде 12 жаңа мектеп ашылды"), id="two for one letter"),
        pytest.param(said("Өңірлерде 12\ufffdжаңа мектеп ашылды"), id="for a space"),
        pytest.param(said(text=WHOLE.text.replace("–", "\ufffd\ufffd\ufffd")), id="three for a dash"),
        pytest.param(said(text=WHOLE.text.replace("«", "\ufffd").replace("»", "\ufffd")), id="for quotes"),
        pytest.param(
            said("\ufffd" * 9 + " 12 " + "\ufffd" * 4 + " " + "\ufffd" * 6 + " " + "\ufffd" * 6),
            id="for every letter",
        ),
        pytest.param(
            replace(said("Өңірлерде 12 жаңа мектеп ашылды\ufffd"), attachments=("/b.pdf", "/a.pdf"), names=("x",)),
            id="files in another order",
        ),
        pytest.param(said("??ірлерде 12 жа?а мектеп ашылды"), id="question marks for letters"),
        pytest.param(
            said("??ірлерде 12 жа?а мектеп ашылды", WHOLE.text.translate(dict.fromkeys(map(ord, "Ұ–«»"), "?"))),
            id="and for other signs",
        ),
        pytest.param(said("?\ufffdірлерде 12 жа?а мектеп ашылды"), id="of both kinds"),
    ],
)  # fmt: skip
def test_lost_characters_are_no_edit(seen: Content) -> None:
    assert lacks_characters(seen, WHOLE)
    assert not lacks_characters(WHOLE, seen)


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(WHOLE, id="nothing lost"),
        pytest.param(said("Өңірлерде 14 жаңа мектеп ашылды"), id="an edit"),
        pytest.param(said("Өңірлерде 14 жаңа мекте\ufffd ашылды"), id="an edit besides"),
        pytest.param(said("\ufffdӨңірлерде 12 мектеп ашылды"), id="a word less"),
        pytest.param(said("Өңірлерде 12 жаңа мектеп\ufffd"), id="cut short"),
        pytest.param(said("Өңірлерде\ufffd жаңа мектеп ашылды"), id="one sign for two figures"),
        pytest.param(replace(said("\ufffd" + WHOLE.title), published_raw="2026-07-14"), id="another date"),
        pytest.param(replace(said("\ufffd" + WHOLE.title), attachments=("/a.pdf",)), id="a file less"),
        pytest.param(replace(said("\ufffd" + WHOLE.title), images=()), id="a picture less"),
        pytest.param(said("\ufffd" + WHOLE.title, text="Басқа мәтін."), id="another text"),
        pytest.param(said("Өңірлерде 12 жаңа мектеп ашылды?"), id="a question"),
        pytest.param(said(text=WHOLE.text.replace("«Білім»", "«Білім?")), id="a question for a quote"),
        pytest.param(said("Өңірлерде ?? жаңа мектеп ашылды"), id="question marks for figures"),
        pytest.param(said("Ө?ңірлерде 12 жаңа мектеп ашылды"), id="a question mark put between"),
    ],
)
def test_an_edit_is_no_loss(seen: Content) -> None:
    assert not lacks_characters(seen, WHOLE)


ELSEWHERE = said("Өңірлерде 12 жаңа мек\ufffd\ufffdеп ашылды")


@pytest.mark.parametrize(
    ("seen", "both"),
    [
        pytest.param(said("Өңір\ufffd\ufffdерде 12 жаңа мектеп ашылды"), True, id="in other words"),
        pytest.param(said("Өңірлерде 12 жаңа мектеп ?шылды"), True, id="in another way"),
        pytest.param(said(text=WHOLE.text.replace("көрме", "к\ufffdрме")), True, id="in the text"),
        pytest.param(said("\ufffd\ufffdңірлерде 12 жаңа мек\ufffd\ufffdеп ашылды"), True, id="in more words"),
        pytest.param(ELSEWHERE, False, id="in the same"),
        pytest.param(WHOLE, False, id="nothing any more"),
        pytest.param(said("Өңір\ufffdерде 14 жаңа мектеп ашылды"), False, id="and another figure"),
        pytest.param(said("Өңір\ufffdерде 12 мектеп ашылды"), False, id="and a word less"),
        pytest.param(said("Өңірлерде 12 жаңа мектеп ашылды?"), False, id="and a question"),
        pytest.param(
            replace(said("Өңір\ufffdерде 12 жаңа мектеп ашылды"), images=()), False, id="and a picture"
        ),
    ],
)
def test_two_that_lost_characters_each_in_its_own_words_are_no_edit(seen: Content, both: bool) -> None:
    assert lack_each_their_own(seen, ELSEWHERE) is both


@given(text=st.text(LETTERS, min_size=1, max_size=80), lost=st.data())
def test_whatever_is_lost_the_rest_tells_it(text: str, lost: st.DataObject) -> None:
    signs = lost.draw(
        st.lists(st.sampled_from(["", "\ufffd", "\ufffd\ufffd"]), min_size=len(text), max_size=len(text))
    )
    seen = "".join(sign or letter for sign, letter in zip(signs, text, strict=True)) + "\ufffd"
    # A dash may have held two words together, and a hyphen that is lost lets them go.
    assert lacks_characters(said(seen), said(text))


@given(text=st.text(LETTERS, min_size=1, max_size=80), place=st.integers(0, 79))
def test_a_figure_more_is_an_edit(text: str, place: int) -> None:
    edited = f"{text[:place]}7{text[place:]}\ufffd"
    assert not lacks_characters(said(edited), said(text))


@given(text=st.text(LETTERS, min_size=1, max_size=80))
def test_what_windows_1251_does_not_hold_is_no_edit(text: str) -> None:
    seen = text.encode("cp1251", errors="replace").decode("cp1251")
    assert lacks_characters(said(seen), said(text)) is (seen != text)


def test_very_much_lost_in_a_long_text_is_judged_in_no_time() -> None:
    text = "Қала мен ауыл арасы алыс. " * 4000
    lost = said(text="".join(letter if at % 5 else "\ufffd" for at, letter in enumerate(text)))
    assert lacks_characters(lost, said(text=text))
    assert not lacks_characters(replace(lost, text=lost.text + "\ufffd\ufffd"), said(text=text + "а"))
