"""What a reader's search means, asked of a real index."""

import sqlite3
import unicodedata
from collections.abc import Sequence

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from feeds.words import LONGEST, MOST_TERMS, words_of

TEXTS = (
    "Салық кодексіне өзгерістер енгізілді",
    "Салықтың жаңа түрлері туралы кеңес өтті",
    "Мемлекеттік-жекешелік әріптестік жобасы",
    "Жекешелік және мемлекеттік мектептер",
    "Ёлка в парке, ещё одна новая",
    "Елка в сквере",
    "«Самұрық-Қазына» АҚ есебі",
    "500 ₸ төленді, 70₽ қайтарылды",
    "Ұлттық банк һәм үкімет",
    "NEAR title AND text OR NOT nothing",
)


def index(texts: Sequence[str]) -> sqlite3.Connection:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE t USING fts5 (title, text, tokenize='unicode61 remove_diacritics 2')")
    db.executemany("INSERT INTO t (rowid, title, text) VALUES (?, '', ?)", enumerate(texts))
    return db


INDEX = index(TEXTS)


def found(query: str, db: sqlite3.Connection = INDEX) -> list[int]:
    words = words_of(query)
    assert words is not None
    rows = db.execute("SELECT rowid FROM t WHERE t MATCH ? ORDER BY rowid", [words.expression])
    return [row for (row,) in rows]


@pytest.mark.parametrize(
    ("query", "canonical", "rows"),
    [
        pytest.param("салық", "салық", [0, 1], id="a word finds longer ones"),
        pytest.param("САЛЫҚ*", "салық", [0, 1], id="a star and the case change nothing"),
        pytest.param('"салық"', '"салық"', [0], id="a quoted word finds only itself"),
        pytest.param('"салық*"', "салық", [0, 1], id="unless a star stands at its end"),
        pytest.param("«салық»*", "салық", [0, 1], id="or behind its quote"),
        pytest.param("кодексіне салық", "кодексіне салық", [0], id="all words must be there, in any order"),
        pytest.param("салық -кеңес", "салық -кеңес", [0], id="an excluded one must not"),
        pytest.param("салық −кеңе", "салық -кеңе", [0], id="a minus sign excludes longer words too"),
        pytest.param(
            "салық \u2011өзгеріс", "салық -өзгеріс", [1], id="and so does a hyphen that keeps together"
        ),
        pytest.param("салық --кеңес", "салық -кеңес", [0], id="two hyphens are one"),
        pytest.param("салық - кеңес", "кеңес салық", [1], id="a dash between words excludes nothing"),
        pytest.param('салық -"жаңа түрлері"', 'салық -"жаңа түрлері"', [0], id="a phrase can be excluded"),
        pytest.param("салық -«жаңа түрлері»", 'салық -"жаңа түрлері"', [0], id="in guillemets too"),
        pytest.param('"жаңа түрлері"', '"жаңа түрлері"', [1], id="a phrase is these words in this order"),
        pytest.param('"түрлері жаңа"', '"түрлері жаңа"', [], id="and no other"),
        pytest.param('"жаңа түр"', '"жаңа түр"', [], id="its last word is whole"),
        pytest.param('"жаңа түр*"', '"жаңа түр*"', [1], id="unless a star follows"),
        pytest.param("“жаңа түрлері”", '"жаңа түрлері"', [1], id="English quotes"),
        pytest.param("„жаңа түрлері“", '"жаңа түрлері"', [1], id="German quotes"),
        pytest.param('"жаңа түрлері”', '"жаңа түрлері"', [1], id="quotes half mended by a telephone"),
        pytest.param('"«Самұрық-Қазына» АҚ"', '"самұрық қазына ақ"', [6], id="guillemets within quotes"),
        pytest.param(
            "«Самұрық»-Қазына", '"самұрық" қазына', [6], id="a hyphen behind a phrase excludes nothing"
        ),
        pytest.param("«АҚ «Самұрық»»", '"ақ самұрық"', [], id="a second closing guillemet is nothing"),
        pytest.param("мемлекеттік-жекешелік", '"мемлекеттік жекешелік*"', [2], id="a hyphen makes a phrase"),
        pytest.param("мемлекеттік.жекешел", '"мемлекеттік жекешел*"', [2], id="as any sign within a word"),
        pytest.param('"мемлекеттік-жекешелік"', '"мемлекеттік жекешелік"', [2], id="quoted or not"),
        pytest.param("ёлка", "ёлка", [4, 5], id="ё finds е"),
        pytest.param("Ёлк", "ёлк", [4, 5], id="also at the beginning of a longer word"),
        pytest.param("елка", "елка", [4, 5], id="е finds ё"),
        pytest.param("елк -еще", "елк -еще", [5], id="and excludes it"),
        pytest.param('"ещё одна"', '"ещё одна"', [4], id="ё in a phrase"),
        pytest.param('"еще одна"', '"еще одна"', [4], id="ё in a phrase written with е"),
        pytest.param("салық,кеңес;өтті", "кеңес салық өтті", [1], id="a list is of single words"),
        pytest.param("салық|кеңес", "кеңес салық", [1], id="whatever parts it"),
        pytest.param("салық,-кеңес", "салық -кеңес", [0], id="in which one may be excluded"),
        pytest.param("1,5", '"1 5*"', [], id="a number is none"),
        pytest.param("в -ёлка", "в -ёлка", [], id="ё excludes е"),
        pytest.param("е\u0308лка", "ёлка", [4, 5], id="ё of two characters"),
        pytest.param("у\u0301лттық ұ\u0301лттық", "улттық ұлттық", [], id="another letter is another word"),
        pytest.param("Ұ\u0301ЛТТЫҚ", "ұлттық", [8], id="a stressed vowel is the vowel"),
        pytest.param("ҺӘМ ҮКІМЕТ ҰЛТТЫҚ", "үкімет ұлттық һәм", [8], id="Kazakh letters"),
        pytest.param("ӨЗГЕРІСТЕР", "өзгерістер", [0], id="more of them"),
        pytest.param("са\u00adл\u200bық", "салық", [0, 1], id="what nobody sees is not there"),
        pytest.param("салық\x00кеңес", "кеңес салық", [1], id="NUL parts words"),
        pytest.param("салық\ud800 \udfff", "салық", [0, 1], id="lone surrogates are nothing"),
        pytest.param("500₸", "500", [7], id="the tenge parts words"),
        pytest.param('"70₽"', '"70₽"', [7], id="the rouble does not"),
        pytest.param("жаңа салық жаңа Салық* САЛЫҚ", "жаңа салық", [1], id="a word twice is once"),
        pytest.param("NEAR(title text, 2)", '2 "near title*" text', [], id="NEAR is a word"),
        pytest.param("title:text", '"title text*"', [], id="no column can be named"),
        pytest.param(
            'nothing or "AND"', '"and" nothing or', [9], id="an operator is a word in quotes or small"
        ),
        pytest.param("^near + {title}", "near title", [9], id="signs are nothing"),
    ],
)
def test_a_search_has_one_spelling_and_finds(query: str, canonical: str, rows: list[int]) -> None:
    words = words_of(query)
    assert words is not None
    assert words.text == canonical
    assert found(query) == rows
    assert words_of(canonical) == words


@pytest.mark.parametrize("query", ["", " ", "\t\n", "\u00a0"])
def test_nothing_typed_is_no_search(query: str) -> None:
    assert words_of(query) is None


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("-салық", "cannot only exclude"),
        ('-"салық кодексі" -кеңес', "cannot only exclude"),
        ("—", "no letter or digit"),
        ("!!! *", "no letter or digit"),
        ('""', "no letter or digit"),
        ("\ud800", "no letter or digit"),
        ("\x00", "no letter or digit"),
        ("\u200b", "no letter or digit"),
        ('салық "кодекс', "not closed"),
        ("«салық", "not closed"),
        ("-„салық", "not closed"),
        ('«салық"', "not closed"),
        ("салық OR кеңес", "^OR means nothing in q=: all words must be there"),
        ("салық ИЛИ кеңес", '"или"'),
        ("NOT салық", "-word must not"),
        ("қ" * (LONGEST + 1), "at most 200 characters; this one in q= has 201"),
        ("салық " * 1000, "at most 200 characters; this one in q= has 6000"),
        (" ".join(f"сөз{number}" for number in range(MOST_TERMS + 1)), "at most 16 words and phrases"),
        (" ".join(f"-сөз{number}" for number in range(MOST_TERMS)) + " сөз", "has 17"),
    ],
)
def test_what_means_no_search_is_refused_with_a_sentence(query: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as refused:
        words_of(query)
    assert str(refused.value).endswith(".")


def test_as_much_as_is_allowed_is_taken() -> None:
    assert words_of("қ" * LONGEST)
    assert words_of(" ".join(f"сөз{number}" for number in range(MOST_TERMS)))
    assert words_of("салық " * 5 * (LONGEST // 6))


NEAR_WORDS = st.text(st.sampled_from("аәғёЁқ ңҮһi1 -−*\"«»“”„'().:^+\x00\u0301\u200b\ud800₽"), max_size=40)


@given(st.one_of(st.text(), NEAR_WORDS, st.text(st.characters(), min_size=150, max_size=400)))
@example('"' * 1000)
@example("«" * 1000)
@example("-" * 1000)
@example("\u0958" * LONGEST)
@example("Ǐ\u0345J\u030c İ ſ ﬃ")
def test_every_text_is_refused_with_a_sentence_or_can_be_searched_for(text: str) -> None:
    try:
        words = words_of(text)
    except ValueError as refused:
        assert str(refused).endswith(".")
        assert not isinstance(refused, UnicodeError)
        return
    assume(words is not None)
    assert words is not None
    assert words_of(words.text) == words
    db = index([*TEXTS, text.encode("utf-8", "replace").decode()])
    assert found(words.text, db) == found(text, db)


@given(st.lists(st.text(st.sampled_from("аёәғқңөұүһіАЁӘҒҚҢӨҰҮҺІяйzé1²"), min_size=1), min_size=1, max_size=5))
def test_what_a_text_is_made_of_finds_it_and_what_it_holds_excludes_it(parts: list[str]) -> None:
    db = index([" ".join(parts)])
    assert found(" ".join(parts), db) == [0]
    assert found(f'"{" ".join(parts)}"', db) == [0]
    assert found(" ".join(part[:1] for part in parts), db) == [0]
    assert found(f"{parts[0]} -{parts[-1]}", db) == []


def test_words_are_parted_as_the_index_parts_them() -> None:
    """Each character of Latin and Cyrillic, sign and currency between two letters: the phrase finds itself."""
    ranges = (*range(0x20, 0x370), *range(0x400, 0x528), *range(0x2000, 0x20C1), *range(0x2100, 0x218A))
    characters = [
        character
        for character in map(chr, ranges)
        if unicodedata.is_normalized("NFC", character) and unicodedata.category(character) != "Cf"
        if character not in '"“”„«' and character.isprintable()
    ]
    assert len(characters) > 1000
    db = index([f"қ{character}ө" for character in characters])
    lost = [character for row, character in enumerate(characters) if row not in found(f'"қ{character}ө"', db)]
    assert lost == []


@pytest.mark.parametrize("letters", ["әғқңөұүһі", "ёйъыэщ", "abcé"])
def test_case_is_folded_as_the_index_folds_it(letters: str) -> None:
    assert found(letters, index([letters.upper()])) == [0]
    assert found(letters.upper(), index([letters])) == [0]
