"""Every way in which an answer can fail has its outcome, its sentence, and costs no other order."""

import contextlib
import http.server
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.records import Sighting
from crawler.standin import Portal

Start = Callable[..., Any]


Rig = tuple[Portal, Any]


@pytest.fixture(scope="module")
def warm(rig: Callable[..., Rig]) -> Rig:
    """One worker that meets all the faults, one after another."""
    return rig()


@pytest.fixture(scope="module")
def impatient(rig: Callable[..., Rig]) -> Rig:
    """One that waits a second for an answer."""
    return rig(timeout=1.0)


@pytest.mark.parametrize(
    ("fault", "how", "outcome", "said"),
    [
        ("close", {}, "unreachable", "closed before an answer came"),
        ("reset", {}, "broken", "cut short"),
        ("truncate", {}, "broken", "cut short"),
        ("wronglen", {}, "broken", "cut short"),
        ("dupheaders", {}, "broken", "breaks the rules of HTTP"),
        ("badjson", {}, "broken", "not JSON"),
        ("nested", {}, "broken", "nested too deeply"),
        ("badutf8", {}, "broken", "not UTF-8"),
        ("cp1251", {}, "broken", "not UTF-8"),
        ("shell", {}, "shell", "only a browser can fill"),
        ("html", {}, "broken", "a page instead of data"),
        ("blocked", {}, "blocked", "national gateway"),
        ("error", {}, "refused", "an error instead of a listing"),
        ("empty", {}, "empty", ""),
        ("status", {"status": 404}, "broken", "no such listing"),
        ("status", {"status": 403}, "refused", "not granted"),
        ("status", {"status": 500}, "overloaded", "cannot serve this now"),
        ("redirect", {}, "broken", "redirected more than 5 times"),
        ("redirect", {"to": "http://elsewhere.invalid/"}, "off_site", "elsewhere.invalid"),
        ("redirect", {"to": "//127.0.0.1:1/"}, "off_site", "127.0.0.1:1"),
        ("redirect", {"to": "file:///etc/passwd"}, "off_site", "file:///etc/passwd"),
        ("redirect", {"to": "http://[::1"}, "off_site", "[::1"),
        ("huge", {}, "too_large", "larger than this program reads"),
        ("bomb", {}, "too_large", "unpacked, is larger than this program reads"),
    ],
)
def test_a_fault_has_its_outcome(warm: Rig, fault: str, how: dict[str, Any], outcome: str, said: str) -> None:
    _meets(warm, fault, how, outcome, said)


@pytest.mark.parametrize("fault", ["hang", "drip"])
def test_an_answer_that_takes_too_long_is_given_up(impatient: Rig, fault: str) -> None:
    _meets(impatient, fault, {}, "timeout", "did not come in time")


def _meets(rig: Rig, fault: str, how: dict[str, Any], outcome: str, said: str) -> None:
    portal, worker = rig
    portal.misbehave(fault, **how)
    seen, report = worker.read()
    portal.behave()
    assert (seen, report.outcome) == ([], outcome)
    assert said in report.reason

    seen, report = worker.read("mfa")
    assert (len(seen), report.outcome) == (12, "items")


def test_a_listing_that_wants_a_ticket_is_refused_and_asked_for_once(worker: Any, portal: Portal) -> None:
    portal.demand_ticket()
    _, report = worker.read()
    assert (report.outcome, report.requests) == ("refused", 2)
    assert "answered 400" in report.reason
    assert "notAllowed" in report.reason
    assert {request.place for request in portal.requests} == {"robots", "news"}


def test_characters_that_no_store_takes_are_replaced_at_the_door(worker: Any, portal: Portal) -> None:
    portal.misbehave("nul", times=1)
    seen, _ = worker.read()
    wording = seen[0].wording
    assert wording.title.startswith("\ufffd")
    assert not {"\x00", "\x07"} & set(wording.title)
    assert "\\ud800" in wording.raw


@pytest.mark.parametrize("fault", ["wrapped", "bom", "shuffled"])
def test_other_forms_of_a_listing_are_read(warm: Rig, fault: str) -> None:
    portal, worker = warm
    portal.misbehave(fault, times=1)
    seen, report = worker.read()
    assert (report.outcome, len(seen)) == ("items", 12)


def test_a_redirect_on_the_portal_is_followed(worker: Any, portal: Portal) -> None:
    portal.misbehave("redirect", times=1)
    _, report = worker.read()
    assert (report.outcome, report.requests) == ("items", 3)


def test_a_hostile_body_costs_nothing_else(worker: Any, portal: Portal) -> None:
    spoilt = portal.ids("economy")[0]
    portal.edit(spoilt, "ru", body="<div>" * 50_000 + "<script>alert(1)</script>соңы")
    seen, report = worker.read()
    assert report.outcome == "items"
    assert all(isinstance(record, Sighting) for record in seen)
    assert seen[0].wording.text.endswith("соңы")
    assert "<script" not in seen[0].wording.html


def test_a_portal_that_is_not_there_is_unreachable(start_worker: Start) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
    _, report = start_worker(at=address).read()
    assert report.outcome == "unreachable"
    assert address in report.reason
    assert "refused" in report.reason


def test_a_certificate_that_nobody_vouches_for_is_not_accepted(start_worker: Start, tmp_path: Path) -> None:
    with _https(tmp_path) as (address, asked):
        _, report = start_worker(at=address).read()
    assert report.outcome == "unreachable"
    assert "certificate" in report.reason
    assert report.requests <= 1
    assert asked == []


@contextlib.contextmanager
def _https(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """A server with a certificate of its own making, and what it was asked."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(folder))
    # The handshake is done by the thread that answers; one that fails is the client's right, not our error.
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _certificate(folder: Path) -> Path:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = folder / "self-signed.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return file
