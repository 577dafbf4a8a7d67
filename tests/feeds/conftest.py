"""A store filled by hand for the tests of feeds: rows in plain SQL, as the monitor would have left them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from crawler.directory import agencies
from monitor.store.database import open_store, to_text
from monitor.store.packing import pack_markup

SEEN = datetime(2031, 5, 14, 9, 30, tzinfo=UTC)


HOSTILE = [
    "",
    " \u00a0\u200b ",
    "Өңір а\x00\x08\x1f\x7f\x9fб",
    "]]> <![CDATA[ x ]]>",
    "<script>alert(1)</script> & <b>қалың</b>",
    "&#0;&amp;&nbsp;&lt;img src=x onerror=alert(1)&gt;",
    "👩‍👩‍👧 \u202eтерт\u2066 \ufffe\uffff",
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>&y;",
    "</title></entry></feed></channel></rss>",
    '"} ], \\u0000 \\ud83d {"',
    "Бір\r\nекі\u2028үш\u2029төрт\x85бес",
    "ү" * 3000,
]
MARKUP = [
    "<p onclick='x()'>а<script>y</script><style>p{}</style></p>",
    "<a href='javascript:alert(1)'>а</a><a href='java&#10;script:alert(1)'>б</a><a href='/memleket/1'>в</a>",
    "<img src='//x.example/p.gif' width=1><img src='data:image/png;base64,AA'><img src='үй сурет.png'>",
    "<iframe src=https://x.example/></iframe><object data=x></object><form action=/><input></form>",
    "<base href=https://x.example/><meta http-equiv=refresh content=0><link rel=stylesheet href=x>",
    "<table><tr><td style='position:fixed'>1<td>2</table><p>жабылмаған <b>тег",
    "<svg onload=alert(1)><math><mi xlink:href='javascript:alert(1)'>",
    "<blockquote cite='/1'>дәйексөз</blockquote><q cite='javascript:1'>сөз</q>",
]
FILES = [
    "https://www.gov.kz/uploads/бюджет [1].pdf",
    "https://www.gov.kz/uploads/өсім 100%.xlsx",
    "https://www.gov.kz/uploads/a%2Fb%zz.doc?x=[1]&ү=\"'<>#a#b",
    "https://әкімдік.қаз/файл.pdf",
    "https://user:pass@www.gov.kz/x.pdf",
    "//www.gov.kz/x.pdf",
    "javascript:alert(1)",
    "https://www.gov.kz:99999999/x y.pdf",
    "https:///x.pdf",
    "https://[::1/x.pdf",
]


class Stored:
    """Writes rows; every moment that a test does not name is `SEEN`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.db: Database = open_store(path)

    def release(self, source_id: str, agency: str = "economy", **columns: Any) -> int:
        row = {
            "source": "gov.kz",
            "source_id": source_id,
            "agency": self._agency(agency),
            "url": f"https://www.gov.kz/memleket/entities/{agency}/press/news/details/{source_id}",
            "published_at": to_text(SEEN),
            "first_seen_at": to_text(SEEN),
            "last_seen_at": to_text(SEEN),
            "status": "listed",
            "origin": "crawl",
        }
        also = columns.pop("also", ())
        release_id = self._insert("releases", row | columns)
        for slug in (agency, *also):
            self.listed(release_id, slug)
        return release_id

    def listed(self, release_id: int, agency: str, *, since: datetime = SEEN) -> None:
        row = {"release_id": release_id, "agency": self._agency(agency)}
        self._insert(
            "release_agencies", row | {"first_seen_at": to_text(since), "last_seen_at": to_text(since)}
        )

    def edition(
        self, release_id: int, lang: str, title: str = "Тақырып", text: str = "", **columns: Any
    ) -> int:
        seen = to_text(columns.pop("seen", SEEN))
        row = {
            "release_id": release_id,
            "lang": lang,
            "title": title,
            "text": text,
            "markup": pack_markup(columns.pop("html", f"<p>{text}</p>"), text),
            "fingerprint": "f",
            "digest": "d",
            "first_seen_at": seen,
            "updated_at": seen,
            "ordered_at": seen,
            "status": "listed",
        }
        if "attachments" in columns:
            columns["attachments"] = json.dumps(columns["attachments"])
        place = columns.pop("place", None)
        edition_id = self._insert("editions", row | columns)
        if (row | columns)["status"] != "unseen":
            self._arrive(edition_id, release_id, lang, place)
        return edition_id

    def _arrive(self, edition_id: int, release_id: int, lang: str, place: int | None) -> None:
        """Into all feeds of the release; without a place on top."""
        if place is None:
            (place,) = self.db.execute("SELECT coalesce(max(place), 0) + 1 FROM feed_entries").fetchone()
        row = {"edition_id": edition_id, "release_id": release_id, "lang": lang, "place": place}
        self._insert("feed_entries", row)
        self.db.execute(
            "INSERT INTO arrivals (agency, place, edition_id) "
            "SELECT agency, ?, ? FROM release_agencies WHERE release_id = ?",
            [place, edition_id, release_id],
        )

    def revision(
        self, edition_id: int, number: int, title: str, *, text: str | None = None, seen: datetime = SEEN
    ) -> int:
        row = {
            "edition_id": edition_id,
            "number": number,
            "title": title,
            "text": text,
            "fingerprint": "f",
            "seen_at": to_text(seen),
            "parser": 1,
            "digest": "d",
            "chain": "c",
        }
        return self._insert("revisions", row)

    def change(self, kind: str, release_id: int, edition_id: int | None = None, **columns: Any) -> int:
        number = self.db.execute("SELECT count(*) FROM changes").fetchone()[0] + 1
        row = {
            "uid": f"00000000-0000-4000-8000-{number:012d}",
            "at": to_text(columns.pop("at", SEEN)),
            "kind": kind,
            "release_id": release_id,
            "edition_id": edition_id,
            "weight": "major",
            "detail": json.dumps(columns.pop("detail", {}), ensure_ascii=False),
        }
        return self._insert("changes", row | columns)

    def crawl(self, outcome: str | None) -> int:
        row = {
            "started_at": to_text(SEEN),
            "agency": "economy",
            "lang": "kk",
            "page": 1,
            "purpose": "ordinary",
        }
        return self._insert("crawls", row | {"route": "rest", "outcome": outcome})

    def reword(self, edition_id: int, html: str) -> None:
        """Other mark-up over the same words."""
        (text,) = self.db.execute("SELECT text FROM editions WHERE id = ?", [edition_id]).fetchone()
        self.update("editions", edition_id, markup=pack_markup(html, text))

    def update(self, table: str, row_id: int, **columns: Any) -> None:
        names = ", ".join(f"{name} = :{name}" for name in columns)
        self.db.execute(f"UPDATE {table} SET {names} WHERE id = :id", columns | {"id": row_id})

    def _agency(self, slug: str) -> str:
        known = agencies()[slug]
        names = [known.name_kk, known.name_ru, known.name_en]
        self.db.execute(
            "INSERT OR IGNORE INTO agencies (slug, name_kk, name_ru, name_en, kind, followed, successor) "
            "VALUES (?, ?, ?, ?, ?, 1, ?)",
            [slug, *names, known.kind, known.successor],
        )
        return slug

    def _insert(self, table: str, row: dict[str, Any]) -> int:
        marks = ", ".join(f":{name}" for name in row)
        sql = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})"
        return int(self.db.execute(sql, row).lastrowid)


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[Stored]:
    store = Stored(tmp_path / "jarshy.db")
    yield store
    store.db.close()


@pytest.fixture
def golden(stored: Stored) -> Stored:
    """Three invented releases that between them show what a feed can say."""
    council = stored.release("900101", "economy", also=["abay"], story_id=7)
    kk = stored.edition(
        council,
        "kk",
        "Ұлттық кеңесте әңгіме: өңір қаржысы",
        "Кеңес үлгілі ауылдарға 21 млрд теңге бөлуді ұсынды.\n\nҺәм ғимараттар жөнделеді.",
        html="<p>Кеңес үлгілі ауылдарға <b>21 млрд</b> теңге бөлуді ұсынды.</p><p>Һәм ғимараттар жөнделеді.</p>",
        attachments=[
            {"url": "https://www.gov.kz/uploads/кесте 1.xlsx", "name": "Кесте", "size": 20480},
            {"url": "https://www.gov.kz/uploads/plan.pdf", "name": "Жоспар", "size": None},
        ],
        revisions=2,
        updated_at="2031-05-14T11:00:00.000Z",
    )
    stored.edition(
        council, "ru", "Совет обсудил финансы регионов", "Совет предложил дать сёлам 21 млрд тенге."
    )
    stored.change(
        "edited",
        council,
        kk,
        at=datetime(2031, 5, 14, 11, 0, tzinfo=UTC),
        revision_id=stored.revision(kk, 2, "Ұлттық кеңесте әңгіме: өңір қаржысы"),
        detail={
            "fields": ["text", "date"],
            "classes": ["amount", "release_date", "wording"],
            "words": [
                {"field": "text", "before": "", "after": "да", "classes": ["wording"]},
                {"field": "text", "before": "12 млрд", "after": "21 млрд", "classes": ["amount"]},
            ],
            "diff": [
                {
                    "field": "text",
                    "paragraph": 1,
                    "parts": [
                        ["=", "Кеңес үлгілі ауылдарға"],
                        ["+", " да"],
                        ["=", " көмек ретінде "],
                        ["-", "12"],
                        ["+", "21"],
                        ["=", " млрд теңге бөлуді ұсынды."],
                    ],
                }
            ],
            "date": {"before": "2031-05-14T09:00:00Z", "after": "2031-05-14T15:30:00Z"},
            "back_to": 1,
            "against": {
                "ru": {
                    "numbers": {"only_here": ["21000000000"], "only_there": ["12000000000"]},
                    "dates": {"only_here": [], "only_there": []},
                }
            },
        },
    )
    harvest = stored.release("900102", "moa", published_at=None, status="removed", story_id=7)
    stored.db.execute("INSERT INTO stories VALUES (7, 'repost', ?, NULL, 2)", [council])
    stored.edition(
        harvest,
        "en",
        "Harvest & storage <plan>",
        "Silos are ready.",
        status="removed",
        ordered_at="2031-05-14T08:00:00.000Z",
        place=0,
    )
    readings = [
        {"crawl": 7, "at": "2031-05-15T05:50:00.000Z", "agency": "moa", "above": "900110", "below": "900099"},
        {"crawl": 9, "at": "2031-05-15T07:00:00.000Z", "agency": "moa", "below": "900099"},
    ]
    stored.change(
        "removed",
        harvest,
        at=datetime(2031, 5, 15, 7, 0, tzinfo=UTC),
        detail={"evidence": {"en": {"readings": readings}}},
    )
    return stored


@pytest.fixture
def hostile(stored: Stored) -> Stored:
    """Releases that nobody would publish, with a change of each."""
    for number, title in enumerate(HOSTILE):
        ahead = timedelta(days=400 if number % 3 == 0 else -9000)
        release = stored.release(
            str(800_000 + number),
            "moa" if number % 2 else "economy",
            also=["abay"],
            published_at=to_text(SEEN + ahead),
            published_precision="minute",
        )
        edition = stored.edition(
            release,
            ("kk", "ru", "en", "fr", "zh-Hant")[number % 5],
            title,
            title * 2,
            html=f"<p>{title}</p>{MARKUP[number % len(MARKUP)]}",
            attachments=[
                {"url": url, "name": title, "size": None if number % 2 else number} for url in FILES
            ],
            seen=SEEN + timedelta(minutes=number),
        )
        words = [{"field": "title", "before": title, "after": f"{title}!", "classes": ["wording"]}]
        stored.change("published", release, edition)
        stored.change(
            "edited",
            release,
            edition,
            at=SEEN + timedelta(minutes=number),
            revision_id=stored.revision(edition, 2, title),
            detail={
                "fields": ["title", title],
                "classes": ["wording", title],
                "words": words,
                "attachments": {"removed": [FILES[number % len(FILES)]], "added": [title]},
            },
        )
        if number % 4 == 0:
            stored.update("releases", release, status="removed")
            stored.change("removed", release, at=SEEN + timedelta(hours=number))
    return stored
