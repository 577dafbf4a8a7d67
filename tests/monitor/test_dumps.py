"""Dumps: what is read of them, and what is refused with file, line and reason. All releases are invented."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from crawler.directory import FOLLOWED
from monitor.dumps import DumpedRelease, read_dump
from monitor.errors import ParseError

DETAILS = "https://www.gov.kz/memleket/entities/{}/press/news/details/{}"
ECONOMY, ABAY = DETAILS.format("economy", 700101), DETAILS.format("abay", 700102)

DUMP = f"""\
Technology
A bridge of glass over the Ulba 03.02.2025
The bridge was opened at noon.
It is 40 metres long.
Source : {ECONOMY}
Ауылда жаңа кітапхана ашылды 04.02.2025
Кітапханада он мың кітап бар.Оқырмандар қуанышты.Source : {ABAY}?lang=kk
"""


def read(text: str) -> list[DumpedRelease]:
    return list(read_dump(text.encode(), name="law.txt"))


def one(text: str) -> DumpedRelease:
    """The only release of a dump whose category is named here."""
    (release,) = read(f"Law\n{text}\n")
    return release


def refusal(content: bytes) -> tuple[list[DumpedRelease], str]:
    """What was read before the refusal, and what the refusal said."""
    releases: list[DumpedRelease] = []
    with pytest.raises(ParseError) as caught:
        releases.extend(read_dump(content, name="law.txt"))
    return releases, str(caught.value)


def test_a_dump_is_read_in_the_order_of_the_file():
    assert read(DUMP) == [
        DumpedRelease(
            line=2,
            category="Technology",
            title="A bridge of glass over the Ulba",
            on=date(2025, 2, 3),
            text="The bridge was opened at noon.\n\nIt is 40 metres long.",
            url=ECONOMY,
            agency="economy",
            source_id="700101",
            lang="en",
            text_lang=None,
            address_lang=None,
        ),
        DumpedRelease(
            line=6,
            category="Technology",
            title="Ауылда жаңа кітапхана ашылды",
            on=date(2025, 2, 4),
            text="Кітапханада он мың кітап бар.Оқырмандар қуанышты.",
            url=ABAY,
            agency="abay",
            source_id="700102",
            lang="kk",
            text_lang=None,
            address_lang="kk",
        ),
    ]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(DUMP.encode().rstrip(), id="without a newline at the end"),
        pytest.param(DUMP.replace("\n", "\r\n").encode(), id="with Windows line ends"),
        pytest.param(b"\xef\xbb\xbf" + DUMP.encode(), id="with a byte order mark"),
        pytest.param(DUMP.replace(" ", "\u00a0").encode(), id="with no-break spaces"),
        pytest.param(
            DUMP.replace("\n", "\u200b \t\n").encode(), id="with invisible characters at the ends of lines"
        ),
    ],
)
def test_it_is_the_same_dump(content: bytes):
    assert list(read_dump(content, name="law.txt")) == read(DUMP)


def test_blank_lines_anywhere_only_move_the_line_numbers():
    spread = read("\n" + DUMP.replace("\n", "\n \n\n"))
    assert [release.line for release in spread] == [5, 17]
    assert [release.text for release in spread] == [release.text for release in read(DUMP)]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param(f"\nSource : {ABAY}", "", id="no text at all"),
        pytest.param(f"\n\n  \nSource : {ABAY}", "", id="blank lines for a text"),
        pytest.param(f"\nOne.Source : {ABAY}", "One.", id="glued to the text"),
        pytest.param(f"\nOne. Source : {ABAY}", "One.", id="behind a space"),
        pytest.param(f"\nOne.\nSource: {ABAY}", "One.", id="a colon without its space"),
        pytest.param(f"\nHockey\n3:1\nSource : {ABAY}", "Hockey\n\n3:1", id="short lines"),
        pytest.param(
            f"\nЖыл.Ол  айтты\tSource : {ABAY}", "Жыл.Ол айтты", id="glued sentences stay, white space is one"
        ),
        pytest.param(
            f"\nSee https://example.org/Source : {ABAY}",
            "See https://example.org/",
            id="another address before it",
        ),
        pytest.param(
            f"\nAs told (Source : {ECONOMY} ) before.\nSource : {ABAY}",
            f"As told (Source : {ECONOMY} ) before.",
            id="a source in the middle of a line is text",
        ),
        pytest.param(
            f"\nA fair in Aktau 01.02.2025\nMany came.\nSource : {ABAY}",
            "A fair in Aktau 01.02.2025\n\nMany came.",
            id="a title with a date inside the text",
        ),
        pytest.param(
            f"\nSource: the akimat.\nSource : {ABAY}", "Source: the akimat.", id="a phrase of the text"
        ),
    ],
)
def test_a_text_ends_at_the_source_at_the_end_of_a_line(body: str, text: str):
    release = one(f"Snow on the pass 05.02.2025{body}")
    assert (release.text, release.url, release.title) == (text, ABAY, "Snow on the pass")


@pytest.mark.parametrize(
    ("address", "lang"),
    [
        (ABAY, None),
        (f"{ABAY}/", None),
        (f"{ABAY}?lang=ru", "ru"),
        (f"{ABAY}?utm_source=in_materials&lang=TR", "tr"),
        (f"{ABAY}?lang=", None),
        (ABAY.replace("https", "http"), None),
        (ABAY.replace("www.", ""), None),
    ],
)
def test_one_release_has_one_address_however_it_was_copied(address: str, lang: str | None):
    release = one(f"Snow on the pass 05.02.2025\nSource : {address}")
    assert (release.url, release.agency, release.source_id) == (ABAY, "abay", "700102")
    assert release.address_lang == lang


@pytest.mark.parametrize(
    ("title", "on"),
    [
        ("In 12 days 05.02.2025", date(2025, 2, 5)),
        ("Results of 04.02.2025 05.02.2025", date(2025, 2, 5)),
        ("The river fell by 54.5% 29.02.2024", date(2024, 2, 29)),
        ("Snow on the pass05.02.2025", date(2025, 2, 5)),
    ],
)
def test_the_last_date_of_the_line_is_the_release_s(title: str, on: date):
    release = one(f"{title}\nSource : {ABAY}")
    assert release.on == on
    assert release.title == title[:-10].rstrip()


def test_a_text_plainly_in_another_language_than_its_title_is_named():
    russian = "В посёлке открыли новую школу, и дети пришли туда в первый раз."
    release = one(f"A new school opens 05.02.2025\n{russian}\nSource : {ABAY}?lang=kk")
    assert (release.lang, release.text_lang, release.address_lang) == ("en", "ru", "kk")


def test_a_few_words_say_nothing_plain_about_the_language():
    assert one(f"Школа открыта 05.02.2025\nCurling 5:3\nSource : {ABAY}").text_lang is None


def test_a_title_without_words_has_the_language_of_its_text():
    assert one(f"2025! 05.02.2025\nЖаңа жыл құтты болсын.\nSource : {ABAY}").lang == "kk"


FIRST = f"Law\nA fair in Aktau 01.02.2025\nMany came.\nSource : {ABAY}\n".encode()
"""Four lines; what follows is line 5."""


@pytest.mark.parametrize(
    ("rest", "line", "reason"),
    [
        pytest.param("Law\n", 5, "a title ending in a date dd.mm.yyyy was expected", id="another category"),
        pytest.param("A title 1.2.2025\n", 5, "a title ending in a date", id="a date of another form"),
        pytest.param("A title 2025-02-01\n", 5, "a title ending in a date", id="an ISO date"),
        pytest.param("A title 31.02.2025\n", 5, "31.02.2025 is not a day", id="a day that no calendar has"),
        pytest.param("A title 01.02.0205\n", 5, "01.02.0205 is not a day", id="a year before the republic"),
        pytest.param("01.02.2025\n", 5, "has no title", id="a date alone"),
        pytest.param(
            "A title 01.02.2025\nText.\n", 6, "ends before the release of line 5", id="cut in the text"
        ),
        pytest.param(
            "A title 01.02.2025\nText.\nSource : https://www.gov.k", 7, "www.gov.kz", id="cut in the host"
        ),
        pytest.param("A title 01.02.2025\nText.Source : ", 6, "no address", id="cut before the address"),
        pytest.param(
            "A title 01.02.2025\nSource : https://example.org/memleket/entities/abay/press/news/details/1\n",
            6,
            "an address of www.gov.kz, found «https://example.org",
            id="another host",
        ),
        pytest.param(
            "A title 01.02.2025\nSource : https://www.gov.kz@example.org/memleket/entities/abay/press/news/details/1",
            6,
            "an address of www.gov.kz",
            id="another host in disguise",
        ),
        pytest.param(
            "A title 01.02.2025\nSource : https://www.gov.kz/memleket/entities/abay/documents/details/7?lang=kk",
            6,
            "the address of a release",
            id="a document",
        ),
        pytest.param(
            "A title 01.02.2025\nSource : https://www.gov.kz/memleket/entities/abay/press/news/details/bir-zhana-mektep",
            6,
            "the address of a release",
            id="a slug in place of the id",
        ),
        pytest.param(
            "A title 01.02.2025\nSource : http://[www.gov.kz/1", 6, "is not an address", id="no address"
        ),
        pytest.param(
            f"A title 01.02.2025\nText.\nSource : {ABAY} Snow on the pass 02.02.2025\n",
            7,
            "put it on a line of its own",
            id="the next title glued to the address",
        ),
        pytest.param("A title 01.02.2025\nA \x00 byte\n", 6, "not a text file", id="a binary byte"),
    ],
)
def test_what_was_good_before_a_broken_release_is_kept(rest: str, line: int, reason: str):
    releases, said = refusal(FIRST + rest.encode())
    assert [release.title for release in releases] == ["A fair in Aktau"]
    assert said.startswith(f"law.txt, line {line}: ")
    assert reason in said


def test_a_line_in_another_encoding_is_refused_where_it_stands():
    releases, said = refusal(FIRST + "Новая школа 01.02.2025\n".encode("cp1251"))
    assert len(releases) == 1
    assert said == "law.txt, line 5: not UTF-8 (byte 0xcd); save the file as UTF-8"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "empty", id="an empty file"),
        pytest.param(b"\r\n  \n\xef\xbb\xbf\n", "empty", id="nothing but white space"),
        pytest.param(b"Law\n\n", "no release under it", id="a category alone"),
        pytest.param(b"<!doctype html>\n<title>Law 01.02.2025</title>\n", "web page", id="a web page"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00\x00", "not UTF-8", id="a picture"),
        pytest.param(b"PK\x03\x04\x14\x00", "not a text file", id="an archive"),
        pytest.param(DUMP.encode("utf-16"), "UTF-16", id="UTF-16"),
        pytest.param(
            DUMP.encode().partition(b"\n")[2], "must name a category", id="a dump without its category"
        ),
        pytest.param(b"word " * 50, "not a dump", id="a page of prose"),
    ],
)
def test_what_is_no_dump_is_refused_at_its_first_line(content: bytes, reason: str):
    releases, said = refusal(content)
    assert releases == []
    assert said.startswith("law.txt, line 1: ")
    assert reason in said


REAL = Path(__file__).parents[3] / "shared" / "dumps"


@pytest.mark.skipif(not REAL.is_dir(), reason="the dumps of design.md are not beside this checkout")
def test_the_three_real_dumps_hold_sixty_releases_of_followed_agencies():
    releases = [
        release
        for path in sorted(REAL.glob("*.txt"))
        for release in read_dump(path.read_bytes(), name=path.name)
    ]
    assert len(releases) == 60
    assert sum(release.text == "" for release in releases) == 5
    agencies = {release.agency for release in releases}
    assert len(agencies) == 14
    assert agencies < set(FOLLOWED)
    assert {release.category for release in releases} == {"Technology", "Law"}
    assert not [release for release in releases if "Source : " in release.text or not release.title]
    assert Counter(release.address_lang for release in releases) == {None: 59, "kk": 1}
    assert [release.source_id for release in releases if release.text_lang == "ru"] == ["920215"]
