"""A release whose words are taken out: of every table, of the file to the last byte, and for good."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.answers import classify
from crawler.directory import agencies
from crawler.records import Misfit, Order, Report
from monitor.config import Alert
from monitor.dumps import DumpedRelease
from monitor.intake import LacksWordings, check_wordings
from monitor.messages import Item, Limit, change_message, release_message
from monitor.store import redactions as module
from monitor.store.chain import change_link, content_digest
from monitor.store.database import Database, open_store, writing
from monitor.store.dumped import keep_dumped
from monitor.store.journal import load_change
from monitor.store.listings import quarantine, release_from_quarantine, write_directory
from monitor.store.noticed import note_forms
from monitor.store.orders import ask
from monitor.store.packing import pack_item
from monitor.store.redactions import purge, redact, redacted, redactions
from monitor.store.wordings import raw_item
from tests.monitor.kept import Portal, RawItem, release
from tests.monitor.printed import found_in
from tests.monitor.shelf import START, House, failing_once

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = datetime(2026, 7, 20, tzinfo=UTC)
WORDS = ("zerekbala", "қупиясөзім", "ескімәтінде", "бірінданасы", "жетімдәнек", "мысалүлгісі", "tirkeufayl")
"""Each in one place that a word may hide in; none is part of another."""


def secret(number: int = 100) -> RawItem:
    return replace(
        release(number, "Мұнда қупиясөзім және ескімәтінде тұр.", "Аты zerekbala"), hint="мысалүлгісі"
    )


async def told(path: Path) -> House:
    """A release that was edited, set in other mark-up, heard of and kept aside; and others."""
    db = open_store(path)
    db.execute("PRAGMA secure_delete = OFF")  # nothing is to be cleaned by chance
    write_directory(db, agencies().values(), followed=("economy",))
    portal = Portal(forms=("key:hint",))
    hook = Alert(name="all", to=("http://127.0.0.1:9/hook",))
    house = House(portal=portal, db=db, languages=("ru", "kk"), alerts=(hook,))
    for lang in ("ru", "kk"):
        portal.show("economy", lang, release(99, "Басқа мәтін сақталсын.", "Жаңа жол ашылды"))
        portal.show("economy", lang, *(release(n, f"Мектеп №{n}.") for n in range(60, 72)))
    await house.live(3 * HOUR)
    portal.show("economy", "ru", secret())
    portal.show("economy", "kk", replace(secret(), body="<p>Мұнда бірінданасы.</p>"))
    await house.live(3 * HOUR)
    marked_up = replace(
        secret(), body="<div>Мұнда қупиясөзім және ескімәтінде <b>тұр</b>. </div>", hint="жетімдәнек"
    )
    portal.show("economy", "ru", marked_up)
    await house.live(3 * HOUR)
    file = '<a href="/uploads/tirkeufayl.pdf">құжат</a>'
    portal.show("economy", "ru", replace(secret(), body=f"<p>Мұнда қупиясөзім ғана тұр.</p>{file}"))
    await house.live(3 * HOUR)
    with writing(db):
        misfit = Misfit(0, 0, "100", "The item has no created_date.", json.dumps({"title": "zerekbala"}))
        quarantine(db, misfit, "100", agency="economy", lang="kk", now=house.now)
    return house


def take_out(db: Database) -> None:
    assert redact(db, "100", by="А. Редактор", reason="Names a minor", now=NOW) is not None
    assert purge(db)


def bytes_of(path: Path) -> bytes:
    """Every byte of the database and its log."""
    return b"".join(file.read_bytes() for file in path.parent.iterdir() if file.name.startswith(path.name))


def on_disk(path: Path) -> str:
    return bytes_of(path).decode("utf-8", "replace").casefold()


def test_the_words_hide_where_they_are_looked_for() -> None:
    """Else the tests below would prove nothing."""
    assert not [word for word in WORDS for other in WORDS if word != other and word in other]


async def test_not_a_byte_of_it_is_left_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "jarshy.db"
    house = await told(path)
    db = house.db
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = on_disk(path)
    shown = ("zerekbala", "қупиясөзім", "ескімәтінде", "бірінданасы", "tirkeufayl")
    assert [word for word in shown if word not in before] == []
    # One that nothing refers to any more, as an earlier version of this program left them.
    nobodys = [990, "", pack_item('{"id": 100, "title": "zerekbala"}')]
    db.execute("INSERT INTO raw_items (id, received, item) VALUES (?, ?, ?)", nobodys)
    packed: dict[int, bytes] = dict(db.execute("SELECT id, item FROM raw_items").fetchall())
    ours = [raw_id for raw_id in packed if json.loads(raw_item(db, raw_id) or "{}")["id"] == 100]
    assert 990 in ours
    assert len(ours) >= 4
    take_out(db)
    after = on_disk(path)
    assert [word for word in WORDS if word in after or word[3:] in after] == []
    assert [raw_id for raw_id in ours if packed[raw_id][20:44] in bytes_of(path)] == []
    assert "жаңа жол ашылды" in after
    assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    db.execute("INSERT INTO editions_fts (editions_fts, rank) VALUES ('integrity-check', 1)")
    assert found_in(db, "жол") == ["99", "99"]
    assert found_in(db, "қупиясөзім") == []


async def test_nor_in_the_pages_that_were_given_free_before(tmp_path: Path) -> None:
    path = tmp_path / "jarshy.db"
    house = await told(path)
    long = " ".join(f"Бұрынғы созылмалы{n} сөз." for n in range(3000))
    with writing(house.db):
        misfit = Misfit(0, 0, "100", "The item has no created_date.", long)
        quarantine(house.db, misfit, "100", agency="economy", lang="ru", now=NOW)
    with writing(house.db):
        release_from_quarantine(house.db, ["100"], agency="economy", lang="ru")
    assert redact(house.db, "100", by="x", reason="x", now=NOW) is not None
    house.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert "созылмалы1700" in on_disk(path), "else this proves nothing"
    assert purge(house.db)
    assert "созылмалы" not in on_disk(path)


async def test_no_column_of_any_table_says_a_word_of_it(tmp_path: Path) -> None:
    house = await told(tmp_path / "jarshy.db")
    take_out(house.db)
    said = []
    for table in house.db.table_names():
        for row in house.db.execute(f"SELECT * FROM [{table}]").fetchall():
            for value in row:
                plain = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                said += [(table, word) for word in WORDS if word in plain.casefold()]
    for (raw_id,) in house.rows("SELECT id FROM raw_items WHERE item IS NOT NULL"):
        raw = raw_item(house.db, int(str(raw_id))) or ""
        said += [("raw_items", word) for word in WORDS if word in raw.casefold()]
    assert said == []


async def test_what_happened_when_stays_and_can_be_proved(tmp_path: Path) -> None:
    house = await told(tmp_path / "jarshy.db")
    query = "SELECT id, kind, at, weight, baseline, chain FROM changes"
    digests, received = (
        "SELECT content, fingerprint, digest, chain FROM revisions",
        "SELECT received FROM raw_items",
    )
    before = [house.rows(rows) for rows in (query, digests, received)]
    take_out(house.db)
    assert [house.rows(rows) for rows in (query, digests, received)] == before
    link = ""
    for (
        uid,
        at,
        kind,
        source_id,
        edition_id,
        revision_id,
        weight,
        detail,
        baseline,
        chain,
    ) in house.db.execute(
        "SELECT uid, at, kind, source_id, edition_id, revision_id, weight, detail, baseline, chain "
        "FROM changes JOIN releases ON releases.id = release_id ORDER BY changes.id"
    ):
        link = change_link(
            link, uid=uid, at=at, kind=kind, source_id=source_id, edition_id=edition_id, revision_id=revision_id,
            weight=weight, detail=detail, baseline=baseline,
        )  # fmt: skip
        assert link == chain
    [(edited,)] = house.rows("SELECT detail FROM changes WHERE kind = 'edited'")
    assert list(json.loads(str(edited))) == ["redacted"]
    [(content, title, text, raw, attachments, images)] = house.rows(
        "SELECT content, title, text, published_raw, attachments, images FROM wordings "
        "WHERE source_id = '99' AND lang = 'ru'"
    )
    named = {"published_raw": str(raw), "attachments": str(attachments), "images": str(images)}
    assert content == content_digest(str(title), str(text), **named)
    assert redacted(house.db, ["99", "100"]) == {"100"}
    [(release_id,)] = house.rows("SELECT id FROM releases WHERE source_id = '100'")
    assert redactions(house.db, int(str(release_id))) == [
        {"at": "2026-07-20T00:00:00.000Z", "by": "А. Редактор", "reason": "Names a minor"}
    ]


async def test_what_is_owed_because_of_it_is_dropped_with_the_reason(tmp_path: Path) -> None:
    house = await told(tmp_path / "jarshy.db")
    query = "SELECT state, error, next_attempt_at FROM deliveries"
    assert {row[0] for row in house.rows(query)} == {"owed"}
    take_out(house.db)
    assert set(house.rows(query)) == {("dropped", "the release was redacted", None)}


async def test_a_proof_of_removal_that_says_nothing_of_the_text_stays(tmp_path: Path) -> None:
    house = await told(tmp_path / "jarshy.db")
    house.portal.hide(100)
    await house.live(DAY)
    [(proof,)] = house.rows("SELECT detail FROM changes WHERE kind = 'removed'")
    take_out(house.db)
    assert house.rows("SELECT detail FROM changes WHERE kind = 'removed'") == [(proof,)]


@pytest.mark.parametrize(
    ("detail", "has"),
    [
        ({}, False),
        ({"earlier": ["ru"]}, False),
        (
            {"evidence": {"ru": {"readings": [{"crawl": 1}]}}, "lang": "ru", "mass": {"reason": "of ours"}},
            False,
        ),
        ({"from": "economy", "to": "mfa", "evidence": {}, "single": {"found": "there"}}, False),
        ({"evidence": {"ru": {"single": {"reason": "It answered: Аты zerekbala"}}}}, True),
        ({"from": "economy", "to": "mfa", "single": {"reason": "It answered: Аты zerekbala"}}, True),
        ({"fields": ["title"], "classes": ["name"]}, False),
        ({"fields": ["text"], "words": []}, True),
        ({"earlier": ["ru"], "against": {"ru": {}}}, True),
        ({"a key of tomorrow": 1}, True),
    ],
)
def test_a_detail_is_blanked_unless_all_of_it_is_known_to_hold_no_words(
    detail: dict[str, Any], *, has: bool
) -> None:
    assert module._has_words(detail) is has


async def test_nothing_is_like_it_any_more(tmp_path: Path) -> None:
    db = open_store(tmp_path / "jarshy.db")
    write_directory(db, agencies().values(), followed=("economy", "mfa"))
    portal = Portal()
    house = House(portal=portal, db=db, agencies_followed=("economy", "mfa"))
    text = " ".join(f"Министрлік бүгін {n} мектептің қалай салынып жатқанын айтты." for n in range(20))
    portal.show("economy", "ru", release(100, text))
    portal.show("mfa", "ru", release(101, text))
    await house.live(3 * HOUR)
    assert house.rows("SELECT count(*) FROM releases WHERE story_id IS NOT NULL") == [(2,)]
    take_out(db)
    assert house.rows("SELECT count(*) FROM releases WHERE story_id IS NOT NULL") == [(0,)]
    sketched = "SELECT DISTINCT source_id FROM story_sketches JOIN editions ON editions.id = edition_id "
    sketched += "JOIN releases ON releases.id = release_id"
    assert house.rows(sketched) == [("101",)]


async def retold(tmp_path: Path) -> House:
    """The house after the redaction, its daemon started again."""
    house = await told(tmp_path / "jarshy.db")
    take_out(house.db)
    return House(
        portal=house.portal, db=house.db, languages=("ru", "kk"), now=house.now, alerts=house.config.alerts
    )


def content_held(house: House) -> Any:
    return house.rows(
        "SELECT title, text, markup, attachments, raw_id, digest, fingerprint, revisions FROM editions"
    )


async def test_the_portal_may_show_it_again_and_no_word_comes_back(tmp_path: Path) -> None:
    house = await retold(tmp_path)
    before, changes = content_held(house), house.rows("SELECT id FROM changes")
    for body in ("<p>Мұнда қупиясөзім ғана тұр.</p>", "<p>Тағы қупиясөзім, енді ескімәтінде.</p>"):
        house.portal.show("economy", "ru", replace(secret(), body=body))
        house.portal.show("economy", "kk", replace(secret(), body=body))
        await house.live(DAY)
    assert content_held(house) == before
    assert house.rows("SELECT id FROM changes") == changes
    purge(house.db)
    assert [word for word in WORDS if word in on_disk(tmp_path / "jarshy.db")] == []


async def test_a_further_language_of_it_is_not_taken_in_and_costs_no_further_page(tmp_path: Path) -> None:
    house = await told(tmp_path / "jarshy.db")
    house.db.execute("UPDATE editions SET lang = 'en' WHERE lang = 'kk' AND title = 'Аты zerekbala'")
    take_out(house.db)
    house = House(portal=house.portal, db=house.db, languages=("ru", "kk"), now=house.now)
    await house.live(DAY)
    copies = house.rows("SELECT lang FROM wordings WHERE source_id = '100' AND number = 1 ORDER BY lang")
    assert copies == [("en",), ("ru",)]
    house.portal.forgetful = True  # the worker believes that it has sent the wording
    house.portal.orders.clear()
    await house.live(2 * HOUR)
    assert house.portal.orders
    assert not [order for order in house.portal.orders if order.in_full]


async def test_nor_does_the_whole_portal_have_to_send_it_in_full(tmp_path: Path) -> None:
    house = await retold(tmp_path)
    [seen] = [replace(item.sighting(Order(1, "economy", "ru"), 0), wording=None) for item in [secret()]]
    check_wordings(house.db, [seen], "en", not_needed={})
    with pytest.raises(LacksWordings):
        check_wordings(house.db, [seen, replace(seen, source_id="101")], "en", not_needed={})


async def test_its_state_goes_on_removed_and_restored_without_a_word(tmp_path: Path) -> None:
    house = await retold(tmp_path)
    house.portal.hide(100)
    await house.live(5 * HOUR)
    assert house.rows("SELECT status FROM releases WHERE source_id = '100'") == [("removed",)]
    house.portal.show("economy", "ru", secret())
    house.portal.show("economy", "kk", secret())
    await house.live(5 * HOUR)
    assert house.rows("SELECT status FROM releases WHERE source_id = '100'") == [("listed",)]
    kinds = [row[0] for row in house.rows("SELECT kind FROM changes ORDER BY id")]
    assert kinds[-2:] == ["removed", "restored"]
    [(change_id,)] = house.rows("SELECT max(id) FROM changes")
    change = load_change(house.db, int(str(change_id)))
    assert change.redacted
    item = Item(change, "restored", "major", ("all",), (), titles={}, story=None, also=())
    body = change_message(item, message_id="m", secret=None).body
    for lang, said in (("kk", "[жасырылды]"), ("ru", "[скрыто]"), ("en", "[redacted]")):
        sent = release_message([item], message_id="m", lang=lang, limit=Limit(4096, "utf-16"), ours="")
        assert said in sent.subject
        assert said in sent.text
        assert not [word for word in WORDS if word in f"{sent.text} {body}".casefold()]


async def test_an_item_that_cannot_be_read_and_an_unknown_field_are_kept_without_its_words(
    tmp_path: Path,
) -> None:
    house = await retold(tmp_path)
    misfit = Misfit(
        0, 0, "100", "The item has no created_date.", '{"title":"zerekbala","hint":"мысалүлгісі"}'
    )
    with writing(house.db):
        quarantine(house.db, misfit, "100", agency="economy", lang="ru", now=NOW)
        note_forms(house.db, ["key:hint"], [misfit], agency="economy", lang="ru", route="page", now=NOW)
    assert house.rows("SELECT raw FROM quarantine WHERE source_id = '100'") == [("",)]
    assert house.rows("SELECT example FROM noticed WHERE route = 'page'") == [(None,)]


async def test_a_dump_does_not_bring_it_back(tmp_path: Path) -> None:
    house = await retold(tmp_path)
    dumped = DumpedRelease(
        line=1,
        category="Law",
        title="zerekbala",
        on=date(2026, 7, 12),
        text="қупиясөзім",
        url="https://www.gov.kz/memleket/entities/economy/press/news/details/100",
        agency="economy",
        source_id="100",
        lang="en",
        text_lang="kk",
        address_lang=None,
    )
    assert not keep_dumped(house.db, dumped, zone="Asia/Almaty", now=NOW)
    assert house.rows("SELECT count(*) FROM editions WHERE lang = 'en'") == [(0,)]


@pytest.mark.parametrize(
    ("item", "goes"),
    [
        ({"title": "Аты&nbsp;<b>Zerekbala</b>, тағы", "body": "x"}, True),
        ({"title": "Мүлде басқа", "projects": [{"note": "бұрын: Аты  Zerekbala"}]}, True),
        ({"title": "Zerekbala"}, True),
        (
            {
                "title": "Мүлде басқа",
                "body": "<div>Мұнда «қупиясөзім»  және <b>ескімәтінде</b> тұр, ұзақ.</div>",
            },
            True,
        ),
        ({"title": "Аты"}, False),
        ({"title": "Жаңа жол ашылды", "body": "<p>Басқа мәтін сақталсын.</p>"}, False),
        (None, False),
    ],
)
async def test_an_item_kept_aside_without_an_id_goes_with_the_release(
    tmp_path: Path, item: object, *, goes: bool
) -> None:
    db, portal = open_store(tmp_path / "jarshy.db"), Portal()
    write_directory(db, agencies().values(), followed=("economy",))
    house = House(portal=portal, db=db, languages=("ru",))
    portal.show("economy", "ru", replace(secret(), title="Аты Zerekbala"))
    await house.live(3 * HOUR)
    told = replace(secret(), title="Енді басқа", body="<p>Мұнда қупиясөзім және ескімәтінде тұр, ұзақ.</p>")
    portal.show("economy", "ru", told)
    await house.live(3 * HOUR)
    with writing(house.db):
        misfit = Misfit(0, 0, None, "The item has no id.", json.dumps(item, ensure_ascii=False))
        quarantine(house.db, misfit, "x", agency="economy", lang="ru", now=NOW)
        broken = Misfit(0, 0, None, "The item is text, not an object.", "{ not JSON")
        quarantine(house.db, broken, "y", agency="economy", lang="ru", now=NOW)
    take_out(house.db)
    assert house.rows("SELECT digest FROM quarantine ORDER BY 1") == [*([] if goes else [("x",)]), ("y",)]


async def test_what_reasons_quote_of_unreadable_answers_goes_wherever_it_is_kept(tmp_path: Path) -> None:
    house = await told(tmp_path / "jarshy.db")
    house.portal.fault = Report(0, "broken", reason="u answered 200: not JSON. It began: …", requests=1)
    await house.live(8 * HOUR)
    ask(house.db, [("economy", "ru")], kind="audit", now=house.now)
    tables = [table for table in house.db.table_names() if "reason" in house.db.table(table).columns_dict]
    ours = {"quarantine", "redactions"}
    assert set(tables) - ours == set(module.QUOTING)
    assert house.rows("SELECT count(*) FROM routes")[0][0]
    said = "route rest: u answered 200: not JSON. It began: Аты zerekbala; route page: x. It said: қупиясөзім"
    for table in module.QUOTING:
        house.db.execute(f"UPDATE {table} SET reason = ?", [said])
    take_out(house.db)
    for table in set(module.QUOTING) - {"lookups"}:
        held = house.rows(f"SELECT DISTINCT reason FROM {table}")
        assert held in ([], [("route rest: u answered 200: not JSON.",)])
        assert held or table in {"audits", "whole_portal", "portals"}
    assert [word for word in WORDS if word in on_disk(tmp_path / "jarshy.db")] == []


async def test_an_unreadable_answer_that_still_shows_it_brings_no_word_back(tmp_path: Path) -> None:
    house = await retold(tmp_path)
    body = json.dumps([{"id": 100, "title": "Аты zerekbala"}], ensure_ascii=False).encode()[:-2]
    answer = classify(200, {}, body, "u", now=NOW)
    assert answer.outcome == "broken"
    house.portal.fault = Report(0, answer.outcome, reason=answer.reason, requests=1)
    await house.live(8 * HOUR)
    assert "It began" in str(house.rows("SELECT reason FROM crawls ORDER BY id DESC LIMIT 1"))
    assert [word for word in WORDS if word in on_disk(tmp_path / "jarshy.db")] == []


async def test_killed_in_the_middle_it_leaves_all_or_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = await told(tmp_path / "jarshy.db")
    tables = (
        "editions",
        "revisions",
        "raw_items",
        "changes",
        "deliveries",
        "quarantine",
        "noticed",
        "redactions",
    )
    before = [house.rows(f"SELECT * FROM {table}") for table in tables]
    for step in (
        "_items",
        "_forget_examples",
        "_forget_nameless",
        "_forget_quotes",
        "_blank_details",
        "_let_go",
    ):
        failing_once(monkeypatch, module, step, RuntimeError("killed"))
        with pytest.raises(RuntimeError, match="killed"):
            redact(house.db, "100", by="", reason="x", now=NOW)
        assert [house.rows(f"SELECT * FROM {table}") for table in tables] == before


async def test_redacted_twice_is_noted_twice_and_nothing_else(tmp_path: Path) -> None:
    house = await told(tmp_path / "jarshy.db")
    take_out(house.db)
    before = house.rows("SELECT * FROM changes"), house.rows("SELECT * FROM revisions")
    take_out(house.db)
    assert (house.rows("SELECT * FROM changes"), house.rows("SELECT * FROM revisions")) == before
    assert house.rows("SELECT count(*) FROM redactions") == [(2,)]


async def test_a_reader_that_keeps_the_log_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "jarshy.db"
    house = await told(path)
    reader = open_store(path)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM releases").fetchone()
    house.db.execute("PRAGMA busy_timeout = 10")
    assert redact(house.db, "100", by="x", reason="x", now=NOW) is not None
    assert not purge(house.db)
    reader.execute("ROLLBACK")
    assert purge(house.db)
    assert [word for word in WORDS if word in on_disk(path)] == []


def test_a_release_that_is_not_held_is_none(tmp_path: Path) -> None:
    assert redact(open_store(tmp_path / "jarshy.db"), "100", by="x", reason="x", now=START) is None
