"""The page of the present state: the worst first, and nothing that is nobody's business."""

import uuid
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from crawler.ledger import Ledger, beside
from feeds.pages.plain_reasons import plain_reason
from feeds.pages.standing import troubles_of
from monitor.store.database import to_text
from monitor.store.health import open_troubles
from tests.feeds.conftest import Stored
from tests.feeds.pages.conftest import LATER, LIMIT, Show, shown
from tests.feeds.pages.readings import AGO, audited, insert, listed, read, trouble

ALMATY = ZoneInfo("Asia/Almaty")
SECRET, RECEIVER = "hunter2-құпия", "редакция@receiver.example"


def owe(stored: Stored, change: int, state: str = "owed") -> None:
    row = {
        "change_id": change,
        "rules": '["ереже"]',
        "address_key": f"{RECEIVER}{change}",
        "address_shown": f"mailto://{RECEIVER}",
        "message_id": str(uuid.uuid4()),
        "told_as": "edited",
        "weight": "major",
        "state": state,
        "attempts": 3,
        "error": f"{RECEIVER} is unknown at /var/spool/{SECRET}",
    }
    insert(stored, "deliveries", row)


@pytest.fixture
def troubled(golden: Stored) -> Stored:
    """Everything is wrong at once."""
    reason = f"cannot start /usr/lib/{SECRET}/chromium for https://me:{SECRET}@portal.example/x?key={SECRET}"
    listed(golden, "economy", "ru", failures=4)
    read(golden, "economy", "ru", at=AGO - timedelta(days=2))
    read(golden, "economy", "ru", "refused", at=AGO - timedelta(hours=2))
    read(golden, "economy", "ru", "unreachable", reason=reason)
    listed(golden, "moa", "kk")
    read(golden, "moa", "kk", at=AGO - timedelta(hours=3))
    listed(golden, "abay", "kk")
    read(golden, "abay", "kk")
    insert(
        golden,
        "routes",
        {
            "base_url": "https://www.gov.kz",
            "route": "rest",
            "outcome": "refused",
            "reason": reason,
            "since": to_text(AGO),
            "failures": 2,
            "paused_until": to_text(LATER + timedelta(hours=2)),
        },
    )
    insert(
        golden,
        "routes",
        {"base_url": "https://www.gov.kz", "route": "graphql", "worked_at": to_text(AGO)},
    )
    insert(
        golden,
        "portals",
        {
            "base_url": "https://www.gov.kz",
            "outcome": "blocked",
            "reason": reason,
            "since": to_text(AGO),
            "paused_until": to_text(LATER + timedelta(hours=1)),
        },
    )
    trouble(golden, "silent", "silent abay", "abay")
    trouble(golden, "delivery", "delivery 5f", address_shown=f"mailto://{RECEIVER}", error=RECEIVER, count=2)
    trouble(golden, "listing", "listing economy/ru", "economy", outcome="refused", reason=reason)
    owe(golden, 1)
    owe(golden, 2, "failed")
    audited(golden, "abay", "kk")
    return golden


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_no_secret_no_receiver_and_no_path_is_shown(troubled: Stored, show: Show, lang: str) -> None:
    page = show("/status", lang)
    assert SECRET not in page.text
    assert "receiver.example" not in page.text
    assert str(troubled.path.parent) not in page.text
    assert "/usr/" not in page.text
    assert "/var/" not in page.text
    assert "cannot start …" in page.text
    assert len(page.body) < LIMIT


def test_the_worst_comes_first(troubled: Stored, show: Show) -> None:
    page = show("/status", "en")
    assert page.texts("//p[@class='lead']") == ["3 troubles"]
    assert page.texts("//main//h2")[:2] == ["Troubles", "Portal"]
    assert page.texts("//main//li/span[@class='bad']") == [
        "Messages do not arrive at some receivers",
        "A listing cannot be read: Ministry of National Economy (in Russian)",
        "Silent for longer than usual: Akimat of Abay Region",
    ]
    routes = page.texts("//table[@aria-labelledby='routes']/tbody/tr")
    assert page.texts("//table[@aria-labelledby='routes']/tbody//th") == ["rest", "graphql", "rest-session"]
    assert "resting: the portal refused to answer" in routes[0]
    assert page.texts("//h2[@id='listings']/following::ul[1]/li") == [
        "Cannot be read: 1",
        "Overdue: 1",
        "Read in time: 1",
    ]
    bad = page.texts("//table[@aria-labelledby='listings']/tbody/tr")
    assert ["National Economy" in row for row in bad] == [True, False]


def test_the_numbers_are_those_of_the_store(troubled: Stored, show: Show) -> None:
    page = show("/status", "ru")
    facts = dict(zip(page.texts("//table//th[@scope='row']"), page.texts("//table//tr/td[1]"), strict=True))
    assert facts["Релизы"] == "2"
    assert facts["Из них сняты"] == "1"
    assert facts["Языковые версии"] == "3"
    assert facts["Не доставлено"] == "1"
    assert facts["Ждут отправки"].startswith("1 (самое старое — 14.05.2031 16:00")
    assert facts["портал отказался отвечать"] == "1"
    assert facts["с порталом нет связи"] == "1"
    assert "Всего чтений: 4; из них ничего не дали:" in page.text
    assert facts["Последняя сверка"] != "ещё не было"
    assert facts["Схема базы"].startswith("m0")


def test_a_portal_that_blocks_is_no_good_news_before_it_is_a_trouble(troubled: Stored, show: Show) -> None:
    with troubled.db.conn:
        troubled.db.execute("DELETE FROM health")
    assert show("/status", "en").texts("//p[@class='lead']") == ["The portal does not answer as it should."]


@pytest.mark.parametrize(
    ("lang", "asked", "said"),
    [
        ("kk", ("Соңғы 24 сағатта", "3 ішінен 3"), "24 сағаттық шек таусылды; оқу жалғасатын уақыт: {at}."),
        ("ru", ("За последние 24 часа", "3 из 3"), "Предел на 24 часа исчерпан; чтение продолжится {at}."),
        (
            "en",
            ("In the last 24 hours", "3 of 3"),
            "The limit for 24 hours is used up; reading goes on at {at}.",
        ),
    ],
)
def test_what_the_portal_was_asked_is_told_with_the_budget(
    golden: Stored, show: Show, lang: str, asked: tuple[str, str], said: str
) -> None:
    ledger = Ledger(beside(golden.path))
    entry = ledger.enter()
    assert entry is not None
    for _ in range(3):
        entry = entry.asked(ledger.now(), by=1, delay=0)
    ledger.write(entry.answered(ledger.now(), ledger.now(), closed_for=600))
    ledger.leave()
    page = show("/status", lang, schedule={"per_day": 3}, portal={"requests_per_minute": 7.5})
    facts = dict(zip(page.texts("//table//th[@scope='row']"), page.texts("//table//tr/td[1]"), strict=True))
    assert facts[asked[0]] == asked[1]
    assert any("7.5" in told for told in page.texts("//table//td"))
    away, spent = page.texts("//p[@class='bad']")[-2:]
    assert "10" in away
    assert spent == said.format(at=f"{(LATER + timedelta(days=1)).astimezone(ALMATY):%d.%m.%Y %H:%M}")


def test_nothing_wrong_is_said_so(golden: Stored, show: Show) -> None:
    listed(golden, "economy", "ru")
    read(golden, "economy", "ru")
    page = show("/status", "kk")
    assert page.texts("//p[@class='lead']") == ["Ақау жоқ."]
    assert "Портал оқылып тұр." in page.text


def test_an_empty_store_and_no_database_are_said(stored: Stored, show: Show, tmp_path: Path) -> None:
    assert "No listing has been read yet." in show("/status", "en").text
    assert "The portal has not been read yet" in shown(tmp_path / "none.db", "/status", "en").text


def test_many_troubles_do_not_make_a_long_page(stored: Stored, show: Show) -> None:
    for number in range(300):
        trouble(stored, "silent", f"silent {number}", "moa", reason="ә" * 5000)
    page = show("/status", "kk")
    assert len(page.body) < LIMIT
    assert "тағы 280" in page.text
    assert len(troubles_of(open_troubles(stored.db), "kk")[0]) == 20


@pytest.mark.parametrize(
    ("reason", "shown_as"),
    [
        (None, ""),
        ("403 Forbidden\n\n<html>", "403 Forbidden <html>"),
        ("no list at /api/v1/news?token=abc", "no list at /api/v1/news"),
        ("cannot read '/home/me/jarshy.db': denied", "cannot read '…': denied"),
        ("file:///etc/ssl/ca.pem is missing", "… is missing"),
        ("proxy http://me:pass@10.0.0.1:3128/ is down", "proxy http://10.0.0.1:3128/ is down"),
        ("~/data/Құжаттар/үй.db", "…"),
        (
            "https://www.gov.kz/uploads/data/a.json is no JSON",
            "https://www.gov.kz/uploads/data/a.json is no JSON",
        ),
    ],
)
def test_a_reason_loses_what_is_nobody_s_business(reason: str | None, shown_as: str) -> None:
    assert plain_reason(reason) == shown_as
