"""Why what somebody typed is no search: by its kind, for who says it in another language."""

import pytest

from monitor.words.entries import fault_of
from monitor.words.question import Misread, question_of, read_question


@pytest.mark.parametrize(
    ("typed", "kind", "value"),
    [
        ("", "nothing", ""),
        ("— !", "nothing", ""),
        ("-кеден", "only_excludes", ""),
        ("«су кодексі", "lone_quote", ""),
        ("салық | -алым", "lone_either", ""),
        ("| салық", "lone_either", ""),
        ("салық |", "lone_either", ""),
        ("налог AND пошлина", "operator", "AND"),
        ("салық НЕМЕСЕ алым", "operator", "НЕМЕСЕ"),
        ("сал*ық", "lone_star", "сал*ық"),
        (" ".join(f"сөз{number}" for number in range(17)), "too_many", "16"),
        ("ұ" * 201, "too_long", "200"),
        ("ұ " * 1000, "too_long", "200"),
    ],
)
def test_a_search_that_means_nothing_is_of_a_kind(typed: str, kind: str, value: str) -> None:
    with pytest.raises(Misread) as misread:
        read_question(typed)
    assert (misread.value.kind, misread.value.value) == (kind, value)
    assert str(misread.value).endswith("."), "a sentence for a person, in English"


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        ("…", "no_letter"),
        ('"су', "lone_quote"),
        ('"су" және "ауа"', "several_phrases"),
        ("*су", "lone_star"),
        ("су*", None),
    ],
)
def test_so_is_an_entry_of_a_rule(entry: str, kind: str | None) -> None:
    assert fault_of(entry) == kind
    if kind is not None:
        with pytest.raises(Misread) as misread:
            question_of([entry])
        assert (misread.value.kind, misread.value.value) == (kind, entry)
