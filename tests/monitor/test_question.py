"""Searches as people type them: what they mean, their one spelling, and what they do not mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.words.question import LONGEST, MOST_ENTRIES, Question, question_of, read_question


@pytest.mark.parametrize(
    ("typed", "wanted", "unwanted"),
    [
        ("налог кодекс", (("налог",), ("кодекс",)), ()),
        ("  Налог,  КОДЕКС; ", (("налог",), ("кодекс",)), ()),
        ("налог налог", (("налог",),), ()),
        ('"налоговый кодекс"', (('"налоговый кодекс"',),), ()),
        ("«Салық кодексі»", (('"салық кодексі"',),), ()),
        ("“tax code”", (('"tax code"',),), ()),
        ("„tax code“", (('"tax code"',),), ()),
        ('"салық* кодексі"', (('"салық* кодексі"',),), ()),
        ('~"водный кодекс"', (("водный кодекс",),), ()),
        ("~«су кодексі»", (("су кодексі",),), ()),
        ("налог*", (("налог*",),), ()),
        ("налог -пошлина", (("налог",),), ("пошлина",)),
        ('налог −"таможенная пошлина"', (("налог",),), ('"таможенная пошлина"',)),
        ('налог -~"таможенная пошлина"', (("налог",),), ("таможенная пошлина",)),
        ("налог - пошлина", (("налог",), ("пошлина",)), ()),
        ("налог | пошлина акциз", (("налог", "пошлина"), ("акциз",)), ()),
        ("налог|пошлина|акциз*", (("налог", "пошлина", "акциз*"),), ()),
        ("Казахстан-2050", (("казахстан 2050",),), ()),
        ("1,5", (("1 5",),), ()),
        ("C++ 18+", (("c++",), ("18+",)), ()),
        ("ёлка", (("елка",),), ()),
        ("Семей", (("Семей",),), ()),
        ("семей", (("семей",),), ()),
        ("ұлт 😀 үй & һ", (("ұлт",), ("үй",), ("һ",)), ()),
        ("Türkiye", (("turkiye",),), ()),
        ("Кот-д’Ивуар O'Brien*", (("кот д'ивуар",), ("o'brien*",)), ()),
        ("and or not", (("and",), ("or",), ("not",)), ()),
        ("налог * «»", (("налог",),), ()),
    ],
)
def test_what_is_typed_means(
    typed: str, wanted: tuple[tuple[str, ...], ...], unwanted: tuple[str, ...]
) -> None:
    question = read_question(typed)
    assert question == Question(wanted, unwanted)
    assert read_question(question.text) == question


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "no letter and no digit|no letter or digit"),
        ("  «» - * ", "no letter or digit"),
        ("\0", "no letter or digit"),
        ("-налог", "cannot only exclude"),
        ("налог AND кодекс", 'AND means nothing here.*"and"'),
        ("налог НЕМЕСЕ салық", "НЕМЕСЕ means nothing here"),
        ('"налог', "opened and not closed"),
        ("налог» кодекс", "opened and not closed"),
        ("| налог", r"The sign \| stands between"),
        ("налог |", r"The sign \| stands between"),
        ("налог || акциз", r"The sign \| stands between"),
        ("налог | -акциз", r"The sign \| stands between"),
        ("налог -акциз | пошлина", r"The sign \| stands between"),
        ("*налог", "ends no word"),
        ("на*лог", "ends no word"),
        (" ".join(f"сөз{number}" for number in range(MOST_ENTRIES + 1)), f"at most {MOST_ENTRIES} words"),
        ("ә" * (LONGEST + 1), f"at most {LONGEST} characters"),
        ("a " * 4000, f"at most {LONGEST} characters; this one has 8000"),
    ],
)
def test_what_means_nothing_is_refused_with_a_sentence(typed: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_question(typed)


def test_words_of_an_alert_are_a_search_for_any_of_them() -> None:
    question = question_of(["Водный кодекс", '"жер қойнауы"', "налог*"], ["акциз"])
    assert question.text == '~"водный кодекс" | "жер қойнауы" | налог* -акциз'
    assert read_question(question.text) == question


def test_words_of_an_alert_that_cannot_be_read_are_no_search() -> None:
    with pytest.raises(ValueError, match="no letter and no digit"):
        question_of(["…"])
    with pytest.raises(ValueError, match="no letter or digit"):
        question_of([])


@pytest.mark.parametrize(
    ("typed", "texts", "holds"),
    [
        ("налог кодекс", ("О налогах", "Принят кодекс"), True),
        ("налог кодекс", ("О налогах", "Принят закон"), False),
        ("налог | пошлина", ("О пошлинах", ""), True),
        ("налог -пошлина", ("О налогах", "и пошлинах"), False),
        ('"су кодексі"', ("", "Су кодексі бекітілді"), True),
        ('"су кодексі"', ("", "Су кодексінің жобасы"), False),
        ('~"су кодексі"', ("", "Су кодексінің жобасы"), True),
        ("укимет", ("Үкіметтің отырысы", ""), True),
    ],
)
def test_a_question_holds_of_texts_what_a_rule_would_say(
    typed: str, texts: tuple[str, ...], holds: bool
) -> None:
    assert read_question(typed).holds(*texts) is holds


SIGNS = st.text(
    st.one_of(st.sampled_from("аәбғкқнңоөұүһіёйЁӘ aZ09 \"«»“”„-|*~+#,;.'ʼ\u0301\u00ad\n\0"), st.characters()),
    max_size=40,
)


@given(SIGNS)
def test_whatever_is_typed_is_refused_or_reads_the_same_by_its_one_spelling(typed: str) -> None:
    try:
        question = read_question(typed)
    except ValueError as error:
        assert str(error).endswith((".", '".'))
    else:
        assert read_question(question.text) == question
        assert len(question.text) <= LONGEST
