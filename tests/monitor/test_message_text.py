"""Lines that are cut where a reader would, and never within what is one sign to them."""

import unicodedata
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.messages import Limit, list_message, one_line, release_message, shares
from monitor.messages.text import characters, cut
from tests.monitor.alerts import MESSAGE, OURS, SEEN, release, told

FAMILY = "👩‍👩‍👧‍👦"
WORDS = st.text(
    alphabet=st.one_of(
        st.sampled_from("әғқңөұүһі ёabc.!? \n\r\t\u202e\u2066\u0301\ufe0f\u200d\u200b\x00\x9f\ufffe👩👧🇰🇿🏽"),
        st.characters(),
    ),
    max_size=60,
)
LIMITS = st.builds(Limit, st.integers(110, 1200), st.sampled_from(["characters", "utf-16", "bytes"]))


@pytest.mark.parametrize(
    ("text", "length", "said"),
    [
        ("Үлгі өңірдің жобасы", 19, "Үлгі өңірдің жобасы"),
        ("Үлгі өңірдің жобасы", 18, "Үлгі өңірдің…"),
        ("Бірінші сөйлем бітті. Екінші басталды", 30, "Бірінші сөйлем бітті…"),
        ("Сөз. Бұл сөйлем ұзақ болып шықты", 25, "Сөз. Бұл сөйлем ұзақ…"),
        ("Өтеұзынбірғанасөзмұнда", 10, "Өтеұзынбі…"),
        ("аб", 1, "…"),
        ("аб", 0, ""),
    ],
)
def test_a_line_is_cut_behind_a_sentence_else_a_word(text: str, length: int, said: str) -> None:
    assert characters(text, length) == said


@pytest.mark.parametrize("sign", [FAMILY, "🇰🇿", "👍🏽", "й́", "❤️"])
@pytest.mark.parametrize("unit", ["characters", "utf-16", "bytes"])
def test_no_sign_is_parted(sign: str, unit: Any) -> None:
    text = f"аб{sign * 3}"
    for length in range(Limit(0, unit).size(text)):
        kept = cut(text, Limit(length, unit)).removesuffix("…").removeprefix("аб")
        assert kept in ("", "а", sign, sign * 2)


def test_an_emoji_of_several_keeps_its_joiners_and_no_other_text_does() -> None:
    assert one_line(f"{FAMILY} а\u200dб \u200d👩\u200d") == f"{FAMILY} аб 👩"


def test_a_storm_of_marks_is_calmed() -> None:
    assert len(one_line("а" + "\u0301\u0323" * 50)) <= 6


@given(WORDS)
@example("\ud800")
@settings(max_examples=150, deadline=None)
def test_a_line_holds_nothing_that_is_not_seen(text: str) -> None:
    line = one_line(text)
    assert one_line(line) == line
    assert not [c for c in line if unicodedata.category(c) in {"Cc", "Cs"} or c in "\u202e\u2066\u2028\ufffe"]
    line.encode("utf-8")


@given(title=WORDS, words=st.lists(WORDS, max_size=3), limit=LIMITS, lang=st.sampled_from(["kk", "ru", "en"]))
@settings(max_examples=80, deadline=None)
def test_whatever_a_release_says_its_message_fits_and_leads_to_it(
    title: str, words: list[str], limit: Limit, lang: str
) -> None:
    runs = [{"field": "text", "before": one, "after": title} for one in words]
    item = told(title=title, words=tuple(words), detail={"fields": ["text"], "words": runs}, kind="edited")
    sent = release_message([item], message_id=MESSAGE, lang=lang, limit=limit, ours=OURS)
    assert limit.holds(sent.text)
    assert SEEN.url in sent.text
    assert not {"\r", "\u202e", "\x00", "\x9f"} & set(sent.text)
    assert sent.text.count("\n") <= 20


@given(
    titles=st.lists(
        st.tuples(WORDS, st.sampled_from(["economy", "mfa", "almaty"]), st.booleans()), max_size=12
    ),
    limit=LIMITS,
    lang=st.sampled_from(["kk", "ru", "en"]),
    form=st.sampled_from(["digest", "burst", "late"]),
)
@settings(max_examples=60, deadline=None)
def test_a_list_loses_and_doubles_nothing_and_every_part_fits(
    titles: list[tuple[str, str, bool]], limit: Limit, lang: str, form: Any
) -> None:
    items = [
        release(n, agency, title * 3, hours=n % 5, story=1 if in_story else None, words=(title,))
        for n, (title, agency, in_story) in enumerate(titles)
    ]
    told_as: Any = {"form": form, "lang": lang, "limit": limit, "ours": OURS}
    parts = shares(items, **told_as)
    assert sorted(item.change.id for part in parts for item in part) == list(range(len(items)))
    assert all(parts)
    for number, part in enumerate(parts, start=1):
        before = parts[number - 2] if number > 1 else ()
        sent = list_message(part, part=number, parts=len(parts), message_id=MESSAGE, before=before, **told_as)
        assert limit.holds(sent.text)
        alone = [item for item in part if item.story is None]
        assert number == 5 or all(item.change.url in sent.text for item in alone)
