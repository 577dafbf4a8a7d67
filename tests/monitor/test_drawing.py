"""Words drawn on a terminal and for a pipe. All text is invented."""

import re

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.commands.drawing import Part, Pen

PIPE = Pen(colour=False, width=40)
TERMINAL = Pen(colour=True, width=40)


def test_for_a_pipe_words_stand_between_the_marks_of_git() -> None:
    parts: list[Part] = [("=", "до "), ("-", "12"), ("+", "21"), ("=", " млрд теңге")]
    assert PIPE.drawn(parts) == ["до [-12-]{+21+} млрд теңге"]


def test_where_words_around_them_say_it_parts_need_no_marks() -> None:
    parts: list[Part] = [("=", "«"), ("-", "он"), ("=", "» → «"), ("+", "екі"), ("=", "»")]
    assert PIPE.drawn(parts, marked=False) == ["«он» → «екі»"]


def test_on_a_terminal_what_is_gone_is_red_and_struck_and_what_came_is_green_and_underlined() -> None:
    [line] = TERMINAL.drawn([("=", "до "), ("-", "12"), ("+", "21"), ("=", " млрд")])
    gone = click.style("12", fg="red", strikethrough=True)
    came = click.style("21", fg="green", underline=True)
    assert line == f"до {gone}{came} млрд"


def test_each_line_of_a_paragraph_that_was_broken_has_its_colour_of_its_own() -> None:
    lines = TERMINAL.drawn([("-", "әлеуметтік қорғау туралы жаңа заң жобасы талқыланды")])
    assert len(lines) == 2
    assert all(line == click.style(click.unstyle(line), fg="red", strikethrough=True) for line in lines)


def test_no_mark_reaches_over_the_end_of_a_paragraph() -> None:
    assert PIPE.drawn([("+", "бірінші\nекінші\n\nүшінші")]) == ["{+бірінші+}", "{+екінші+}", "", "{+үшінші+}"]


def test_an_address_that_is_longer_than_a_line_stays_whole() -> None:
    address = f"https://portal.example/{'a' * 60}.pdf"
    assert PIPE.drawn([("=", f"тіркелген: {address} (жаңа)")]) == ["тіркелген:", address, "(жаңа)"]


def test_later_lines_stand_further_in() -> None:
    said = PIPE.said("сөз  " * 12, indent="    ")
    assert said[0].startswith("    сөз  сөз")
    assert all(line.startswith("      сөз") for line in said[1:])
    assert len(said) > 1


@pytest.mark.parametrize("pen", [PIPE, TERMINAL], ids=["for a pipe", "on a terminal"])
def test_nothing_that_a_portal_sends_commands_the_terminal(pen: Pen) -> None:
    hostile = "а\x1b[31mб\x07\x9b2J\u202eв\u2066г\rд\tе\u200f\u200e\u061cж\ufeffз\ud800и"
    drawn = "\n".join(pen.drawn([("=", hostile)]) + pen.said(hostile))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", drawn)
    assert not re.search(r"[\u061c\u200e\u200f\ufeff]", drawn)
    assert "жзи" in drawn.encode("utf-8").decode("utf-8")


WORDS = st.text(st.sampled_from("аәб \n\r\u2028\x1bё-+=[]{}"), max_size=60)
PARTS = st.lists(st.tuples(st.sampled_from("=-+"), WORDS), max_size=6)


@given(PARTS, st.integers(10, 60), st.sampled_from(["", "  "]))
def test_no_line_is_longer_than_asked_and_no_word_is_lost(parts: list[Part], width: int, indent: str) -> None:
    text = "".join(words for _, words in parts)
    for pen in (Pen(colour=False, width=width), Pen(colour=True, width=width)):
        lines = [click.unstyle(line) for line in pen.drawn(parts, indent=indent, marked=False)]
        assert "".join("".join(lines).split()) == "".join(text.replace("\x1b", "").split())
        for line in lines:
            assert len(line) <= width or not line.removeprefix(indent).count(" ")


@given(PARTS)
def test_colour_and_marks_say_the_same_words(parts: list[Part]) -> None:
    coloured = "".join(click.unstyle(line) for line in TERMINAL.drawn(parts))
    unmarked = "".join(PIPE.drawn(parts, marked=False))
    assert coloured.split() == unmarked.split()
