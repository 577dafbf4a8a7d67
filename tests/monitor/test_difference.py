"""What an edit is said to be: its fields, its words, and how much it matters."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.difference import Content, difference, is_another_text, similarity
from monitor.fingerprint import fingerprint, normalised
from monitor.meaning import weight_of

HELD = Content(
    title="Жаңа жоба",
    text="Бірінші абзац.\nЕкінші абзац.",
    published_raw="2026-07-13T10:00:00Z",
    attachments=("https://portal.example/uploads/a.pdf",),
    images=("0cc175b9c0f1b6a831c399e269772661",),
)


def edit(before: str, after: str) -> tuple[str, dict[str, Any]]:
    return difference(replace(HELD, text=before), replace(HELD, text=after))


@pytest.mark.parametrize(
    ("said", "before", "after"),
    [
        ("a figure", "Выделят 12 млрд тенге.", "Выделят 21 млрд тенге."),
        ("a figure in Kazakh", "12 мектеп салынады", "14 мектеп салынады"),
        ("a digit more", "Paid 150 tenge each", "Paid 1500 tenge each"),
        ("the place of a comma", "өсім 2,5%", "өсім 25%"),
        ("a minus", "Ночью до -5 градусов", "Ночью до 5 градусов"),
        ("a minus in Kazakh", "Түнде 5 градус", "Түнде −5 градус"),
        ("millions made billions", "Объём составил 12 млн тенге", "Объём составил 12 млрд тенге"),
        ("мың made миллион", "12 мың теңге бөлінді", "12 миллион теңге бөлінді"),
        ("thousand made million", "ten thousand people", "ten million people"),
        ("a day", "до 5 марта", "до 15 марта"),
        ("a month", "Срок продлён до 5 марта", "Срок продлён до 5 мая"),
        ("a Kazakh month", "5 қыркүйекте ашылады", "5 қарашада ашылады"),
        ("an English month", "opens on 5 June", "opens on 5 July"),
        ("a year", "2026 жылға дейін", "2027 жылға дейін"),
        ("an hour", "начало в 10:00", "начало в 18:00"),
        ("a «not» taken out", "Вывоз не допускается", "Вывоз допускается"),
        ("a «not» put in", "Export is allowed", "Export is not allowed"),
        ("an «емес» taken out", "Бұл міндетті емес", "Бұл міндетті"),
        ("an «except» put in", "Закон касается всех", "Закон касается всех, кроме фермеров"),
        ("the number of a decree", "қаулысы № 112", "қаулысы № 121"),
        ("a telephone", "тел.: 8 727 123-45-67", "тел.: 8 727 123-45-76"),
        ("a span of years", "план на 2026–2028 годы", "план на 2026–2030 годы"),
        ("a unit", "өсім 5%", "өсім 5 ₸"),
        ("a name", "министр Асанов сказал", "министр Оспанов сказал"),
        ("a negation inside a Kazakh verb", "Рұқсат берілді", "Рұқсат берілмеді"),
        ("figures that changed places", "Алматы 1 орын, Астана 2 орын", "Алматы 2 орын, Астана 1 орын"),
        ("a sentence with a figure taken out", "Барысы айтылды. 40 үй салынды.", "Барысы айтылды."),
        ("a figure put into words that stay", "мектептер ашылады", "7 мектептер ашылады"),
    ],
)
def test_what_turns_a_statement_is_major(said: str, before: str, after: str) -> None:
    weight, detail = edit(before, after)
    assert (weight, detail["fields"]) == ("major", ["text"]), said
    assert detail["words"]


@pytest.mark.parametrize(
    ("said", "before", "after"),
    [
        ("a post", "вице-министр сообщил", "министр сообщил"),
        ("another verb", "Комитет обсудил проект", "Комитет отклонил проект"),
        ("a letter", "Қызылорда қаласы", "Қызылорда қалашығы"),
        ("a sentence without figures", "Жоба ұсынылды.", "Жоба ұсынылды. Талқылау болды."),
        ("figures in words", "12 миллионов тенге", "12 млн тенге"),
    ],
)
def test_other_words_are_minor(said: str, before: str, after: str) -> None:
    assert edit(before, after)[0] == "minor", said


@pytest.mark.parametrize(
    ("said", "before", "after"),
    [
        ("capitals", "МИНИСТРЛІК ХАБАРЛАДЫ", "Министрлік хабарлады"),
        ("a full stop", "Жоба қабылданды", "Жоба қабылданды."),
        ("a comma", "Сказал что будет", "Сказал, что будет"),
        ("three dots", "Ждём...", "Ждём…"),
        ("a colon for a dash", "Цель — рост", "Цель: рост"),
        ("brackets", "(толығырақ)", "толығырақ"),
        ("a hyphen", "бизнес план", "бизнес-план"),
        ("an accent for the reader's sake", "большая часть", "бо́льшая часть"),
        ("parted thousands", "12000 теңге", "12 000 теңге"),
        ("a decimal point", "рост 2.5 процента", "рост 2,5 процента"),
        ("a space forgotten", "5млн тенге", "5 млн тенге"),
        ("a hyphen before a figure", "COVID 19", "COVID-19"),
    ],
)
def test_case_and_punctuation_weigh_nothing(said: str, before: str, after: str) -> None:
    weight, detail = edit(before, after)
    assert (weight, detail["fields"]) == ("none", ["text"]), said


@pytest.mark.parametrize(
    ("said", "values", "weight", "fields"),
    [
        ("nothing", {}, "none", []),
        ("other clothes", {"title": "«Жаңа»  жоба", "text": "Бірінші абзац. Екінші абзац."}, "none", []),
        ("the title", {"title": "Ескі жоба"}, "minor", ["title"]),
        ("the date alone", {"published_raw": "2026-07-12T10:00:00Z"}, "minor", ["date"]),
        ("a picture", {"images": ()}, "minor", ["images"]),
        ("the order of pictures", {"images": HELD.images * 2}, "none", []),
        ("a file gone", {"attachments": ()}, "major", ["attachments"]),
        ("date and a comma", {"published_raw": "", "title": "Жаңа, жоба"}, "minor", ["title", "date"]),
        ("all", {"title": "А", "text": "Ә", "published_raw": "", "attachments": (), "images": ()}, "major",
         ["title", "text", "date", "attachments", "images"]),
    ],
)  # fmt: skip
def test_every_field_is_named(said: str, values: dict[str, Any], weight: str, fields: list[str]) -> None:
    said_weight, detail = difference(HELD, replace(HELD, **values))
    assert (said_weight, detail["fields"]) == (weight, fields), said


def test_a_date_and_files_are_shown_before_and_after() -> None:
    other = "https://portal.example/uploads/b.pdf"
    _, detail = difference(HELD, replace(HELD, published_raw="2026-07-12", attachments=(other,)))
    assert detail == {
        "fields": ["date", "attachments"],
        "classes": ["attachment", "release_date"],
        "date": {"before": "2026-07-13T10:00:00Z", "after": "2026-07-12"},
        "attachments": {"removed": list(HELD.attachments), "added": [other], "replaced": []},
    }


def test_a_file_of_the_same_name_at_another_address_is_replaced() -> None:
    old, new = (
        "https://portal.example/uploads/1f_original.10.pdf",
        "https://portal.example/uploads/2e_original.12.pdf",
    )
    other = "https://portal.example/uploads/3d_original.5.pdf"
    before = replace(HELD, attachments=(old,), names=("Кесте.pdf",))
    after = replace(HELD, attachments=(other, new), names=("Тізім.pdf", "кесте.pdf"))
    weight, detail = difference(before, after)
    assert (weight, detail["classes"]) == ("major", ["attachment"])
    assert detail["attachments"] == {
        "removed": [],
        "added": [other],
        "replaced": [{"before": old, "after": new}],
    }


def test_without_names_the_end_of_the_address_is_one() -> None:
    old, new = "https://portal.example/2026/3/%D0%B0.pdf", "https://portal.example/2026/4/а.pdf"
    detail = difference(replace(HELD, attachments=(old,)), replace(HELD, attachments=(new,)))[1]
    assert detail["attachments"]["replaced"] == [{"before": old, "after": new}]


def test_what_attachments_are_called_is_no_difference() -> None:
    assert difference(HELD, replace(HELD, names=("Кесте",))) == ("none", {"fields": []})


def test_pictures_are_named_before_and_after() -> None:
    detail = difference(HELD, replace(HELD, images=("aa", "bb")))[1]
    assert detail["images"] == {"removed": list(HELD.images), "added": ["aa", "bb"]}


def test_a_change_carries_the_first_paragraphs_to_draw_and_counts_the_rest() -> None:
    before, after = ("\n".join(f"Абзац {n} сөз {n + add}." for n in range(30)) for add in (0, 100))
    _, detail = edit(before, after)
    assert (len(detail["diff"]), detail["more_paragraphs"]) == (20, 10)
    assert detail["diff"][1] == {
        "field": "text",
        "paragraph": 2,
        "parts": [["=", "Абзац 1 сөз "], ["-", "1."], ["+", "101."]],
    }


def test_a_paragraph_too_long_to_carry_is_counted() -> None:
    _, detail = edit("сөз " * 6000 + "ақ", "сөз " * 6000 + "көк")
    assert (detail["diff"], detail["more_paragraphs"]) == ([], 1)
    assert detail["words"] == [{"field": "text", "before": "ақ", "after": "көк", "classes": ["wording"]}]


def test_facts_beyond_what_is_read_closely_still_weigh() -> None:
    before = "\n".join(f"Қатар {n} " + "сөз бір сөйлем ішінде тұр " * 6 + f"{n}" for n in range(200))
    weight, detail = edit(before, before.replace("сөз", "мән").replace("Қатар 199", "Қатар 991"))
    assert weight == "major"
    assert detail["classes"] == ["number", "wording"]


def test_one_word_in_a_long_text_without_paragraphs_is_weighed() -> None:
    around = "Жұмыс жалғасып жатыр. " * 400
    weight, detail = edit(f"{around}Вывоз разрешён. {around}", f"{around}Вывоз не разрешён. {around}")
    assert (weight, detail["classes"]) == ("major", ["negation"])


@pytest.mark.parametrize(
    ("said", "before", "after", "another"),
    [
        ("the same", "Ауданда жаңа мектеп ашылды. " * 8, "Ауданда жаңа мектеп ашылды. " * 8, False),
        ("a sentence more", "Ауданда жаңа мектеп ашылды. " * 8, "Ауданда жаңа мектеп ашылды. " * 9, False),
        (
            "another text",
            "Ауданда жаңа мектеп ашылды. " * 8,
            "В районе отремонтировали мост через реку. " * 6,
            True,
        ),
        (
            "too short to tell",
            "Ауданда жаңа мектеп ашылды.",
            "В районе отремонтировали мост через реку. " * 6,
            False,
        ),
        ("nothing left", "Ауданда жаңа мектеп ашылды. " * 8, "", False),
    ],
)
def test_an_id_given_to_another_text_is_told_from_an_edit(
    said: str, before: str, after: str, another: bool
) -> None:
    old, new = replace(HELD, title="", text=before), replace(HELD, title="", text=after)
    assert is_another_text(old, new) is is_another_text(new, old) is another, said


def long_paragraph(*, of: int, every: int = 0) -> list[str]:
    """The words of a paragraph; of each so many one was put in another's place."""
    said = "участники отметили что развитие села требует внимания и поддержки со стороны местных властей и хозяйств"
    words = [f"{word}" for _ in range(of) for word in said.split()]
    return ["рост" if every and n % every == every - 1 else word for n, word in enumerate(words)]


@pytest.mark.parametrize(
    ("said", "gone", "come", "classes"),
    [
        ("one «не»", ["сроки", "нарушены"], ["сроки", "не", "нарушены"], ["negation"]),
        ("a name", ["министр", "Ахметов"], ["министр", "Сарсенов"], ["name"]),
        ("an amount", ["12", "млрд", "тенге"], ["12", "млн", "тенге"], ["amount"]),
        ("none", ["сроки", "нарушены"], ["даты", "нарушены"], []),
    ],
)
@pytest.mark.parametrize("every", [0, 131])
def test_a_fact_in_a_paragraph_too_long_to_read_is_found_by_what_stands_around_it(
    said: str, gone: list[str], come: list[str], classes: list[str], every: int
) -> None:
    before, after = long_paragraph(of=110), long_paragraph(of=110, every=every)
    assert len(" ".join(before)) > 11_000
    before[700:700], after[700:700] = gone, come
    detail = edit(" ".join(before), " ".join(after))[1]
    assert detail["classes"] == classes + ["wording"] * bool(every or not classes), said


REPORT = (
    "Участники обсудили планы развития отрасли и наметили шаги на ближайшее время, отметив важность работы.\n"
    "Отдельно рассмотрены вопросы подготовки кадров, обновления оборудования и поддержки молодых хозяйств.\n"
    "Жители села обратились в прокуратуру с жалобой на действия полиции и просят возбудить дело."
)
WEATHER = (
    "На неделе будет тепло и сухо, синоптики советуют беречь воду, поливать деревья вечером и чаще гулять. "
    "Ветер ожидается слабый, к выходным пройдут дожди, ночью на востоке возможен туман и мокрый асфальт."
)
ORDERED = REPORT.splitlines()


@pytest.mark.parametrize(
    ("said", "before", "after", "classes"),
    [
        ("another text", REPORT, WEATHER, ["replaced", "wording"]),
        ("emptied", REPORT, "", ["cut", "wording"]),
        ("emptied, and short", "Жоба мақұлданды.", "", ["cut", "wording"]),
        ("half of it gone", REPORT, REPORT[: len(REPORT) // 2], ["cut", "wording"]),
        ("a paragraph gone", REPORT, "\n".join(ORDERED[:2]), ["cut", "wording"]),
        ("a paragraph more", "\n".join(ORDERED[:2]), REPORT, ["wording"]),
        ("a text where there was none", "", REPORT, ["wording"]),
        ("paragraphs that changed places", REPORT, "\n".join(ORDERED[::-1]), ["wording"]),
        ("paragraphs joined", REPORT, f"Жаңа: {' '.join(ORDERED)}", ["wording"]),
        ("a signature gone", f"{REPORT}\nБаспасөз қызметі", REPORT, ["wording"]),
        ("some words gone", REPORT, REPORT.replace("Отдельно рассмотрены вопросы", "Обсуждены"), ["wording"]),
    ],
)
def test_a_text_that_was_replaced_or_cut_weighs_even_without_facts(
    said: str, before: str, after: str, classes: list[str]
) -> None:
    weight, detail = edit(before, after)
    assert detail["classes"] == classes, said
    assert weight == ("minor" if classes == ["wording"] else "major")
    assert detail.get("replaced", False) is (said == "another text")


@pytest.mark.parametrize(
    ("before", "after", "weight"),
    [
        ("Власти признали ошибку", "Власти приняли решение", "major"),
        ("Жоба талқыланды", "Кездесу өтті", "minor"),
        ("О ходе подготовки к отопительному сезону", "Отопительный сезон: идёт подготовка", "minor"),
        ("В районе открыта новая школа", "Новую школу открыли в районе", "minor"),
        ("Аудан әкімі есеп берді", "Аудан әкімі халыққа есеп берді", "minor"),
    ],
)
def test_a_headline_that_was_turned_weighs(before: str, after: str, weight: str) -> None:
    told = difference(replace(HELD, title=before), replace(HELD, title=after))
    assert (told[0], "replaced" in told[1]["classes"]) == (weight, weight == "major")


def test_another_text_is_drawn_whole_after_the_one_before() -> None:
    before = Content("«Есеп» – дайын", REPORT, "2026-07-13", (), ())
    after = Content("Ауа райы", f"«Апта» – жылы.\n{WEATHER}", "2026-07-13", (), ())
    _, detail = difference(before, after)
    assert detail["replaced"]
    assert [(shown["field"], shown["paragraph"], shown["parts"]) for shown in detail["diff"]] == [
        ("title", 1, [["-", "«Есеп» – дайын"]]),
        *(("text", number, [["-", paragraph]]) for number, paragraph in enumerate(ORDERED, 1)),
        ("title", 1, [["+", "Ауа райы"]]),
        ("text", 1, [["+", "«Апта» – жылы."]]),
        ("text", 2, [["+", WEATHER]]),
    ]
    assert "more_paragraphs" not in detail
    _, detail = difference(before, replace(after, title=before.title))
    assert {shown["field"] for shown in detail["diff"]} == {"text"}


def test_of_another_text_both_are_drawn_as_far_as_there_is_room() -> None:
    before = "\n".join(f"Бірінші мәтіннің {n} абзацы" for n in range(30))
    after = "\n".join(WEATHER for _ in range(50))
    _, detail = edit(before, after)
    signs = [shown["parts"][0][0] for shown in detail["diff"]]
    assert signs == ["-"] * 20 + ["+"] * signs.count("+")
    assert 20 < len(signs) < 70
    assert sum(len(text) for shown in detail["diff"] for _, text in shown["parts"]) <= 12_000
    assert detail["more_paragraphs"] == 80 - len(signs)
    _, detail = edit(f"{REPORT.replace(chr(10), ' ')} " * 30, WEATHER)
    assert [shown["parts"][0][0] for shown in detail["diff"]] == ["-", "+"]


def test_similarity_is_the_share_of_common_words() -> None:
    old, new = (
        replace(HELD, title="", text="бір екі үш төрт"),
        replace(HELD, title="", text="Екі, бір бес алты жеті"),
    )
    assert similarity(old, new) == similarity(new, old) == pytest.approx(2 / 5)
    assert similarity(old, old) == similarity(replace(old, text=""), replace(old, text="")) == 1.0


def test_a_change_carries_the_first_runs_and_counts_the_rest() -> None:
    before = " ".join(f"сөз{n} {n}" for n in range(60))
    after = " ".join(f"сөз{n} {n + 1}" for n in range(60))
    weight, detail = edit(before, after)
    assert weight == "major"
    assert (len(detail["words"]), detail["more_words"]) == (40, 20)


def test_a_run_is_cut_but_weighed_whole() -> None:
    weight, detail = edit("жоқ", "сөз " * 300 + "12 теңге")
    assert weight == "major"
    assert len(detail["words"][0]["after"]) == 400


@pytest.mark.parametrize(
    ("said", "before", "after"),
    [
        ("one word a thousand times", "ә " * 5000, "ә б " * 5000),
        ("one line a thousand times", "ә\n" * 3000, "ә\nб\n" * 3000),
        ("a title of a megabyte", "тақырып " * 70_000, "тақырып бір " * 70_000),
    ],
)
def test_what_would_take_hours_to_match_is_one_run(said: str, before: str, after: str) -> None:
    weight, detail = edit(before, after)
    assert weight == "minor", said
    assert len(detail["words"]) == 1


WORDS = st.sampled_from(["бір", "екі", "«үш»", "12", "-5", "5,", "10", "–", "қала.", "Қала", "ң", "\n", "%"])
CONTENTS = st.builds(
    Content,
    title=st.lists(WORDS, max_size=4).map(" ".join),
    text=st.lists(WORDS, max_size=10).map(" ".join) | st.lists(WORDS, max_size=10).map("".join),
    published_raw=st.sampled_from(["2026-07-13", " 2026-07-13", ""]),
    attachments=st.lists(st.sampled_from("ab"), max_size=3).map(tuple),
    images=st.lists(st.sampled_from("cd"), max_size=3).map(tuple),
)


def print_of(content: Content) -> str:
    return fingerprint(
        content.title,
        content.text,
        published_raw=content.published_raw,
        attachments=content.attachments,
        images=content.images,
    )


@given(CONTENTS, CONTENTS)
@settings(deadline=None)
def test_a_difference_is_empty_exactly_when_the_fingerprints_agree(before: Content, after: Content) -> None:
    weight, detail = difference(before, after)
    assert (detail["fields"] == []) is (print_of(before) == print_of(after))
    if not detail["fields"]:
        assert (weight, detail) == ("none", {"fields": []})
    assert ("words" in detail) is bool({"title", "text"} & set(detail["fields"]))


@given(CONTENTS, CONTENTS)
@settings(deadline=None)
def test_an_edit_and_its_undoing_touch_the_same_fields(before: Content, after: Content) -> None:
    assert difference(before, after)[1]["fields"] == difference(after, before)[1]["fields"]


@given(CONTENTS)
def test_nothing_differs_from_itself(content: Content) -> None:
    assert difference(content, content) == ("none", {"fields": []})


@given(CONTENTS, CONTENTS)
@settings(deadline=None)
def test_a_diff_rebuilds_both_sides_of_what_it_shows(before: Content, after: Content) -> None:
    _, detail = difference(before, after)
    assert bool(detail.get("diff")) is bool(detail.get("words"))
    for shown in detail.get("diff", ()):
        for sign, content in (("-", before), ("+", after)):
            side = "".join(text for kind, text in shown["parts"] if kind in {"=", sign})
            whole = {"title": content.title, "text": content.text}[shown["field"]]
            lines = [line for line in whole.splitlines() if normalised(line)]
            assert "\n".join(map(normalised, side.split("\n"))) in "\n".join(map(normalised, lines))
            if sign == "+":
                assert side in "\n".join(" ".join(line.split()) for line in lines)


@pytest.mark.parametrize(
    ("said", "before", "after", "words", "parts"),
    [
        (
            "a quotation",
            "«Мы не будем повышать налоги», – сказал министр.",
            "«Мы будем повышать налоги», – сказал министр.",
            [("не", "")],
            [["=", "«Мы"], ["-", " не"], ["=", " будем повышать налоги», – сказал министр."]],
        ),
        (
            "a dash before a figure",
            "«Ставка» – 16%, мөлшері – тұрақты.",
            "«Ставка» – 20%, мөлшері — тұрақты.",
            [("«Ставка» – 16%,", "«Ставка» – 20%,")],
            [["-", "«Ставка» – 16%,"], ["+", "«Ставка» – 20%,"], ["=", " мөлшері — тұрақты."]],
        ),
        (
            "what is unseen",
            "Бұл\u00ad ту\u200bралы  «Ұлы\ufeff дала» айтты",
            "Бұл\u00ad ту\u200bралы\t«Ұлы\ufeff жол» айтты",
            [("дала»", "жол»")],
            [["=", "Бұл туралы «Ұлы "], ["-", "дала»"], ["+", "жол»"], ["=", " айтты"]],
        ),
    ],
)
def test_an_edit_is_quoted_with_the_signs_of_the_original(
    said: str, before: str, after: str, words: list[tuple[str, str]], parts: list[list[str]]
) -> None:
    _, detail = edit(before, after)
    assert [(run["before"], run["after"]) for run in detail["words"]] == words, said
    assert [shown["parts"] for shown in detail["diff"]] == [parts], said


def test_a_fact_found_by_what_stands_around_it_is_quoted_with_its_signs() -> None:
    around = "«Жұмыс» – жалғасып жатыр. " * 400
    _, detail = edit(f"{around}«Ставка» – 16%, {around}", f"{around}«Ставка» – 20%, {around}")
    assert [(run["before"], run["after"]) for run in detail["words"]] == [
        ("«Ставка» – 16%,", "«Ставка» – 20%,")
    ]


def test_a_paragraph_of_little_but_quotes_is_counted_and_not_drawn() -> None:
    _, detail = edit("ақ " + "» " * 20_000, "көк " + "» " * 20_000)
    assert (detail["diff"], detail["more_paragraphs"]) == ([], 1)
    assert len(detail["words"][0]["before"]) == 400


def test_what_moved_with_its_quotes_is_no_denial() -> None:
    moved = "«Рұқсат» – бұл жерде берілмейді емес"
    before, after = f"{moved}\nБірінші абзац осында тұр.", f"Бірінші абзац осында тұр.\n{moved}"
    assert edit(before, after)[1]["classes"] == ["wording"]


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=20))
@settings(deadline=None)
def test_any_two_texts_can_be_compared(before: str, after: str, title: str) -> None:
    weight, detail = difference(replace(HELD, text=before), replace(HELD, title=title, text=after))
    assert weight == weight_of(detail.get("classes", ()))
    assert json.loads(json.dumps(detail)) == detail
    assert 0.0 <= similarity(replace(HELD, text=before), replace(HELD, text=after)) <= 1.0
