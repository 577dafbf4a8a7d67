"""Which wordings are the same to a reader, and which are not."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.fingerprint import VERSION, compared, dated, fingerprint, normalised, stretches

UNIMPORTANT = [
    ("one space or two", "Бюджет принят", "Бюджет  принят"),
    ("a space at the end", "Бюджет принят.", "Бюджет принят. "),
    ("a no-break space", "12 млн тенге", "12\u00a0млн\u00a0тенге"),
    ("a thin space in a figure", "12 500 теңге", "12\u2009500 теңге"),
    ("a line break for a space", "Жаңа мектеп ашылды", "Жаңа\nмектеп ашылды"),
    ("a paragraph more", "Бірінші.\nЕкінші.", "Бірінші.\n\n\nЕкінші."),
    ("a tab for a space", "Open to all", "Open\tto all"),
    ("a space forgotten after a full stop", "Год прошёл. Начался новый", "Год прошёл.Начался новый"),
    ("a space before a comma", "Қала, ауыл", "Қала , ауыл"),
    ("a space before the sign of per cent", "рост на 5%", "рост на 5 %"),
    ("a space behind the sign of a number", "приказ №7", "приказ № 7"),
    ("a space inside brackets", "(см. ниже)", "( см. ниже )"),
    ("other quotes", "«Жасыл қала» жобасы", "“Жасыл қала” жобасы"),
    ("straight quotes", "проект «Чистый двор»", 'проект "Чистый двор"'),
    ("no quotes at all", "проект «Чистый двор»", "проект Чистый двор"),
    ("another apostrophe", "the ministry’s plan", "the ministry's plan"),
    ("an accent typed for an apostrophe", "the ministry's plan", "the ministry´s plan"),
    ("a short dash for a long one", "Астана — Өскемен", "Астана – Өскемен"),
    ("a hyphen for a dash", "Астана — Өскемен", "Астана-Өскемен"),
    ("a minus sign for a hyphen", "до -5 градусов", "до −5 градусов"),
    ("a no-break hyphen", "екі-үш күн", "екі\u2011үш күн"),
    ("a soft hyphen", "өнеркәсіп министрлігі", "өнер\u00adкәсіп министр\u00adлігі"),
    ("a zero-width space", "халықаралық", "халық\u200bаралық"),
    ("a mark of direction", "Release No. 7", "Release \u200eNo. 7"),
    ("a byte order mark", "Жаңалық", "\ufeffЖаңалық"),
    ("a joiner between a letter and its breve", "Байқоңыр", "Баи\u200d\u0306қоңыр"),
    ("a variation selector", "Наурыз құтты болсын ☀", "Наурыз құтты болсын ☀\ufe0f"),
    ("a letter and its accent apart", "Йод пен ё", unicodedata.normalize("NFD", "Йод пен ё")),
]

IMPORTANT = [
    ("a digit", "12 млн теңге", "13 млн теңге"),
    ("a digit less", "12 000 теңге", "2 000 теңге"),
    ("a decimal comma", "рост на 25%", "рост на 2,5%"),
    ("two figures made one", "в 5 10 классах", "в 510 классах"),
    ("a list made a fraction", "пункты 5, 10", "пункты 5,10"),
    ("a minus", "до -5 градусов", "до 5 градусов"),
    ("the sign of per cent", "5% жылдық", "5 жылдық"),
    ("one Kazakh letter for its Russian neighbour", "қала", "кала"),
    ("ә for а", "әлем", "алем"),
    ("ғ for г", "ғылым", "гылым"),
    ("ң for н", "жаңа", "жана"),
    ("ө for о", "өлке", "олке"),
    ("ұ for ү", "ұн", "үн"),
    ("ү for у", "үй", "уй"),
    ("һ for х", "айдаһар", "айдахар"),
    ("і for и", "білім", "билим"),
    ("a Latin i in place of a Kazakh і", "білім", "бiлім"),
    ("й for и", "мой", "мои"),
    ("ё for е", "осёл", "осел"),
    ("two words made one", "не важно", "неважно"),
    ("a capital", "Комитет", "комитет"),
    ("a question", "Решено.", "Решено?"),
    ("a word less", "не допускается", "допускается"),
    ("an ending", "тапсырды", "тапсырмады"),
    ("two words in another order", "сначала Алматы, потом Астана", "сначала Астана, потом Алматы"),
]


def print_of(title: str = "Тақырып", text: str = "Мәтін.", **more: object) -> str:
    values: dict[str, object] = {"published_raw": "2026-07-13T10:00:00Z", "attachments": (), "images": ()}
    return fingerprint(title, text, **{**values, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(("said", "before", "after"), UNIMPORTANT)
def test_what_a_reader_does_not_see_is_no_change(said: str, before: str, after: str) -> None:
    assert print_of(text=before) == print_of(text=after), said
    assert print_of(title=before) == print_of(title=after), said


@pytest.mark.parametrize(("said", "before", "after"), IMPORTANT)
def test_what_a_reader_sees_is_a_change(said: str, before: str, after: str) -> None:
    assert print_of(text=before) != print_of(text=after), said
    assert print_of(title=before) != print_of(title=after), said


@pytest.mark.parametrize(
    ("said", "more", "same"),
    [
        ("the date as the portal wrote it", {"published_raw": "2026-07-14T10:00:00Z"}, False),
        ("white space around the date", {"published_raw": " 2026-07-13T10:00:00Z\n"}, True),
        ("a file more", {"attachments": ("https://portal.example/uploads/a.pdf",)}, False),
        ("a picture more", {"images": ("d41d8cd98f00b204e9800998ecf8427e",)}, False),
        ("a word moved from the text to the title", {"title": "Тақырып Мәтін.", "text": ""}, False),
        ("a file that is a picture now", {"images": ("a",), "attachments": ()}, False),
    ],
)
def test_more_than_words_is_compared(said: str, more: dict[str, object], same: bool) -> None:
    assert (print_of(**more) == print_of()) is same, said  # type: ignore[arg-type]


def test_files_and_pictures_count_as_sets() -> None:
    assert print_of(attachments=("a", "b"), images=("c", "d")) == print_of(
        attachments=("b", "a", "b"), images=("d", "c")
    )
    assert print_of(attachments=("a",), images=("b",)) != print_of(attachments=("b",), images=("a",))


def test_a_fingerprint_tells_the_version_of_its_rule() -> None:
    assert print_of().startswith(f"{VERSION}:")


LETTERS = "абвгдежзиклмнопрстуфхцчшщъыьэюяәғқңөұүһіabcdefghijklmnopqrstuvwxyzБҚҒІӨABC0123456789"
TEXTS = st.text(alphabet=LETTERS + '    .,:;!?%№()/+-–—«»"\n', max_size=60)
SPACES = st.text(alphabet=" \t\n\u00a0\u2009\u202f\u3000", min_size=1, max_size=3)
UNSEEN = st.text(alphabet="\u00ad\u200b\u200c\u200d\u200e\u2060\ufeff\ufe0f\u034f\x07«»„“”'\"`´", max_size=2)
DASHES = st.sampled_from("-‐‑‒–—―−")


@st.composite
def dressed(draw: st.DrawFn) -> tuple[str, str]:
    """A text, and the same in other clothes."""
    text = draw(TEXTS)
    pieces = [draw(SPACES) if draw(st.booleans()) else ""]
    for sign in text:
        other = draw(SPACES) if sign.isspace() else draw(DASHES) if sign in "-–—" else sign
        pieces += [draw(UNSEEN), other]
    worn = "".join(pieces)
    return text, unicodedata.normalize("NFD", worn) if draw(st.booleans()) else worn


@given(dressed())
@settings(deadline=None)
def test_no_clothes_change_a_fingerprint(pair: tuple[str, str]) -> None:
    text, worn = pair
    assert compared(text) == compared(worn)
    assert print_of(text=text) == print_of(text=worn)


@given(
    st.text(alphabet=LETTERS + " .,-«»", max_size=30),
    st.sampled_from(LETTERS),
    st.sampled_from(LETTERS),
    st.text(alphabet=LETTERS + " .,-«»", max_size=30),
)
def test_a_changed_letter_or_digit_always_changes_it(head: str, one: str, other: str, tail: str) -> None:
    changed = print_of(text=head + one + tail) != print_of(text=head + other + tail)
    assert changed is (one != other)


@given(st.text(alphabet=LETTERS + " .,-", max_size=30), st.sampled_from(LETTERS), st.data())
def test_a_letter_or_digit_more_always_changes_it(text: str, more: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text)))
    assert print_of(text=text) != print_of(text=text[:place] + more + text[place:])


AWKWARD = st.text(alphabet="иеа=5 \u0306\u0308\u0301\u0338\u200d\ufe0f-–.,'«\u1100\u1160\u1161\u00a0\n\u1fef")


@given(st.text() | AWKWARD)
@settings(max_examples=500, deadline=None)
def test_what_is_normalised_stays_as_it_is(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)
    assert compared(compared(text)) == compared(text)
    assert compared(normalised(text)) == compared(text)
    assert normalised(text) == normalised(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("Бюджет  принят ", ["Бюджет", "принят"]),
        ("«Ұлы дала» жобасы", ["«Ұлы", "дала»", "жобасы"]),
        ("«Ия», – деді ол", ["«Ия», – деді", "ол"]),
        ("Астана — Өскемен -5", ["Астана — Өскемен", "-5"]),
        ("- Өскемен -", ["- Өскемен -"]),
        ("до – «5» үй", ["до – «5»", "үй"]),
        ("до −«5» үй", ["до", "−«5»", "үй"]),
        ("« Ұлы » дала", ["« Ұлы »", "дала"]),
        ('бір " - екі', ['бір " - екі']),
        ("өнер\u00adкәсіп \u200b ісі\ufeff", ["өнеркәсіп", "ісі"]),
        (" «» \u200b", []),
        ("", []),
    ],
)
def test_each_normalised_word_has_what_stands_for_it_in_the_original(line: str, shown: list[str]) -> None:
    assert stretches(line) == shown
    assert len(normalised(line).split()) == len(shown)


@given(st.text() | AWKWARD | st.text(alphabet="аб5 -–−«»'\u1fef\u1ffd\u200b\u0301\u0338"))
@settings(max_examples=500, deadline=None)
def test_the_stretches_of_a_line_are_what_its_words_are_made_of(line: str) -> None:
    shown = stretches(line)
    assert [normalised(stretch) for stretch in shown] == normalised(line).split()
    assert stretches(" ".join(shown)) == shown


@given(TEXTS)
def test_normalised_words_have_one_space_between_them(text: str) -> None:
    assert normalised(text) == " ".join(normalised(text).split())


@pytest.mark.parametrize(
    "form",
    [
        "2026-07-13T10:00:00Z",
        "2026-07-13T10:00:00.000Z",
        "2026-07-13T10:00:00z",
        "2026-07-13 10:00",
        "2026-07-13T10:00:00+0000",
        "2026-07-13T10:00:00.000000+00:00",
        "2026-07-13T10:00:00+05:00",
        "2026-07-13T10:00:00+0500",
    ],
)
def test_the_same_wall_clock_in_another_form_is_no_other_date(form: str) -> None:
    assert dated(form) == "2026-07-13 10:00"
    assert print_of(published_raw=form) == print_of()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2026-07-13T10:00:00Z", "2026-07-13T10:01:00Z"),
        ("2026-07-13T10:00:00Z", "2026-07-13T10:00:01Z"),
        ("2026-07-13T10:00:00Z", "2026-07-13T10:00:00+03:00"),
        ("2026-07-13T10:00:00Z", "2026-07-13"),
        ("2026-07-13T10:00:00Z", ""),
        ("2024-01-13T10:00:00Z", "2024-01-13T10:00:00+05:00"),
        ("шілде", "тамыз"),
    ],
)
def test_another_date_is_another_date(before: str, after: str) -> None:
    assert dated(before) != dated(after)


def test_midnight_and_the_day_alone_are_one_date_and_almaty_was_six_hours_ahead_until_2024() -> None:
    assert dated("2026-07-13") == dated("2026-07-13T00:00:00Z")
    assert dated("2024-01-13T10:00:00+06:00") == dated("2024-01-13T10:00:00Z")
