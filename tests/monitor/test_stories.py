"""Which texts are the same, which releases are a story, who was first. All texts are invented."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.stories import (
    FEWEST,
    MOST_READ,
    SKETCH,
    Publication,
    alike,
    first_of,
    gathered,
    shingles_of,
    sketch,
)
from tests.monitor.pairs_of_texts import Pair, bases, pairs

PAIRS = pairs()


def found(pair: Pair) -> bool:
    """Whether the store would make a story of the two: looked up by their sketches, then confirmed."""
    one, other = map(sketch, pair.texts, pair.langs)
    return pair.langs[0] == pair.langs[1] and bool({*one} & {*other}) and alike(*pair.texts)


def test_the_labelled_set_is_large_and_of_three_languages() -> None:
    assert len(bases()) >= 40
    assert len(PAIRS) >= 200
    assert {pair.langs[0] for pair in PAIRS} == {"ru", "kk", "en"}
    assert sum(pair.repost for pair in PAIRS) >= 100
    assert sum(not pair.repost for pair in PAIRS) >= 100


def test_what_is_called_a_repost_is_one_and_nearly_all_are_found() -> None:
    said = [pair for pair in PAIRS if found(pair)]
    right = sum(pair.repost for pair in said)
    assert right / len(said) >= 0.99
    assert right / sum(pair.repost for pair in PAIRS) >= 0.97


@pytest.mark.parametrize("kind", sorted({pair.kind for pair in PAIRS if not pair.repost}))
def test_what_is_no_repost_is_never_called_one(kind: str) -> None:
    assert not [pair.name for pair in PAIRS if pair.kind == kind and found(pair)]


@pytest.mark.parametrize("kind", sorted({pair.kind for pair in PAIRS if pair.repost}))
def test_a_repost_is_found_whatever_was_done_to_it(kind: str) -> None:
    of_kind = [pair for pair in PAIRS if pair.kind == kind]
    assert sum(map(found, of_kind)) >= 0.85 * len(of_kind)


@pytest.mark.parametrize("pair", PAIRS[:: len(PAIRS) // 40], ids=lambda pair: f"{pair.kind}, {pair.name}")
def test_likeness_has_no_direction(pair: Pair) -> None:
    one, other = pair.texts
    assert alike(one, other) == alike(other, one)


def test_kazakh_letters_are_letters_and_yo_is_ye() -> None:
    text = "Ғимаратта жиырма сегіз оқу кабинеті, физика және химия зертханалары, кітапхана мен үлкен асхана бар еді, "
    same = text.upper().replace("Ғ", "ғ")
    assert shingles_of(text) == shingles_of(same)
    assert shingles_of("Всё ещё идёт весёлый шум") == shingles_of("все еще идет веселый шум")


def test_a_line_begins_with_a_capital_letter_and_not_with_a_name() -> None:
    notice = (
        "Акимат подвёл итоги года по развитию сельского хозяйства и переработки, фермеры получили субсидии вовремя.\n"
        "Меры поддержки\n{}Субсидии выдаются через портал. Заявки рассматривают быстро, без лишних справок.\n"
        "Контакты отдела\n{}Обращаться можно в отдел предпринимательства в рабочие дни недели."
    )
    longer = notice.format("Подробно о каждой мере. ", "Важно. ")
    assert alike(notice.format("", ""), longer)
    assert alike(notice.format("", "").replace("\n", "\n• "), longer)


def test_a_letter_counts_as_the_one_it_looks_like_only_within_a_word_of_that_script() -> None:
    assert shingles_of("Астана қаласында жаңа мeктеп aшылды") == shingles_of(
        "Астана қаласында жаңа мектеп ашылды"
    )
    assert shingles_of("новый сайт Microsоft Оffice") == shingles_of("новый сайт Microsoft Office")
    assert shingles_of("вид на cape town") != shingles_of("вид на саре town")


@pytest.mark.parametrize("text", ["", "   ", "…", "Мектеп ашылды", "Мост открыт для движения в обе стороны."])
def test_a_text_that_says_too_little_is_like_none(text: str) -> None:
    assert sketch(text, "ru") == ()
    assert not alike(text, text)


def test_a_sketch_is_small_and_another_in_another_language() -> None:
    text = "\n".join(bases()[0].paragraphs)
    assert len(shingles_of(text)) > FEWEST
    assert len(sketch(text, "ru")) == SKETCH
    assert all(-(1 << 23) <= number < 1 << 23 for number in sketch(text, "ru"))
    assert set(sketch(text, "ru")).isdisjoint(sketch(text, "kk"))


def test_of_an_endless_text_only_the_beginning_is_read() -> None:
    begins = "\n".join(bases()[0].paragraphs) * (1 + MOST_READ // 500)
    assert len(begins) > MOST_READ
    assert sketch(begins, "ru") == sketch(begins + " " + "7 8 9 " * 200_000, "ru")
    assert alike(begins, begins + " иное" * 200_000)


def published(
    source_id: int, moment: str | None, on: str | None = None, *, to_the_minute: bool = True
) -> Publication:
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC) if moment else None
    day = date.fromisoformat(on) if on else at.date() if at else None
    return Publication(source_id, str(source_id), at, day, to_the_minute)


@pytest.mark.parametrize(
    ("why", "publications", "first"),
    [
        ("the earliest", [published(7, "2026-07-01T10:00"), published(9, "2026-07-01T09:00")], 9),
        ("of one minute the lowest id", [published(10, "2026-07-01T10:00"), published(9, "2026-07-01T10:00")], 9),
        ("no date comes last, however low its id", [published(3, None), published(9, "2026-07-01T10:00")], 9),
        ("no dates at all: the lowest id, as a number", [published(10, None), published(9, None)], 9),
        (
            "of a day that is all that is known, the lowest id",
            [published(9, "2026-07-01T10:00"), published(12, "2026-07-01T00:00", to_the_minute=False)],
            9,
        ),
        (
            "the day before is before, however little is known of it",
            [published(9, "2026-07-02T10:00"), published(12, "2026-07-01T00:00", to_the_minute=False)],
            12,
        ),
    ],
)  # fmt: skip
def test_the_first_publisher(why: str, publications: list[Publication], first: int) -> None:
    assert first_of(publications).release_id == first, why
    assert first_of(reversed(publications)).release_id == first, why


links_of_some = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=20)


@given(links_of_some, st.randoms(use_true_random=False))
def test_groups_are_the_same_in_whichever_order_their_links_come(links, random) -> None:
    shuffled = [(b, a) if random.random() < 0.5 else (a, b) for a, b in links]
    random.shuffle(shuffled)
    groups = gathered(links, alone=[0])
    assert set(groups) == set(gathered(shuffled, alone=[0]))
    members = [release for group in groups for release in group]
    assert sorted(members) == sorted({0, *(release for link in links for release in link)})
    of = {release: group for group in groups for release in group}
    assert all(of[a] == of[b] for a, b in links)
