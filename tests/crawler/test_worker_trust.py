"""Whom the worker speaks to: certificates, protocols and what name servers say, by the real process."""

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import Response

from crawler.failures import NotAskedError
from crawler.names import leads_inside, names_its_place
from crawler.redirects import Redirects
from crawler.standin import Portal
from tests.crawler.certificates import Authority, https

Start = Callable[..., Any]

NAME_SERVER = '''
"""A name server of this test: answers one name by an address, knows no other."""

import socket


def gethostbyname(name):
    if name != "portal.example":
        raise socket.gaierror(-2, "Name or service not known")
    return "{address}"


socket.gethostbyname = gethostbyname
'''


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """An authority that the worker trusts."""
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    return authority


def test_a_certificate_that_somebody_trusted_vouches_for_is_accepted(
    start_worker: Start, authority: Authority
) -> None:
    with https(authority.vouch("localhost")) as (port, asked):
        assert start_worker(at=f"https://localhost:{port}").read()[1].outcome == "empty"
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"host": "localhost", "days": (-9, -2)}, "certificate verify failed"),
        ({"host": "elsewhere.example"}, "it is for another name"),
        ({"host": "localhost", "itself": True}, "certificate verify failed"),
    ],
    ids=["expired", "another name", "self-signed"],
)
def test_a_certificate_that_proves_nothing_is_not_accepted(
    start_worker: Start, authority: Authority, how: dict[str, Any], said: str
) -> None:
    with https(authority.vouch(**how)) as (port, asked):
        _, report = start_worker(at=f"https://localhost:{port}").read()
    assert report.outcome == "unreachable"
    assert "certificate or its protocol is not accepted" in report.reason
    assert said in report.reason
    assert report.requests <= 1
    assert asked == []


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_an_old_protocol_is_not_accepted(start_worker: Start, authority: Authority) -> None:
    with https(authority.vouch("localhost"), newest=ssl.TLSVersion.TLSv1_1) as (port, asked):
        _, report = start_worker(at=f"https://localhost:{port}").read()
    assert report.outcome == "unreachable"
    assert "certificate or its protocol is not accepted" in report.reason
    assert "protocol" in report.reason.partition("accepted (")[2]
    assert asked == []


@pytest.fixture
def name_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Answers the worker's questions for portal.example by an address."""

    def answer(address: str) -> None:
        (tmp_path / "sitecustomize.py").write_text(NAME_SERVER.format(address=address), "utf-8")
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    return answer


@pytest.mark.cold
@pytest.mark.parametrize("address", ["127.0.0.1", "192.168.1.7", "169.254.169.254"])
def test_a_name_that_leads_inside_is_not_followed(
    start_worker: Start, portal: Portal, base_url: str, name_server: Callable[[str], None], address: str
) -> None:
    name_server(address)
    port = base_url.rpartition(":")[2]
    _, report = start_worker(at=f"http://portal.example:{port}").read()
    assert report.outcome == "unreachable"
    assert f"the name servers say {address}, which is no address of the Internet" in report.reason
    assert portal.requests == []


@pytest.mark.cold
def test_a_name_that_nobody_knows_is_unreachable_and_asked_for_anew_each_time(
    start_worker: Start, name_server: Callable[[str], None]
) -> None:
    name_server("127.0.0.1")
    worker = start_worker(at="http://nobody.example:9")
    for _ in range(2):
        _, report = worker.read()
        assert report.outcome == "unreachable"
        assert "the name is not known to the name servers" in report.reason


def test_a_place_that_the_configuration_names_itself_is_meant(
    start_worker: Start, portal: Portal, base_url: str
) -> None:
    assert start_worker(at=base_url.replace("127.0.0.1", "localhost")).read()[1].outcome == "items"


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        *[(address, True) for address in ("127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "192.168.0.1")],
        *[(address, True) for address in ("169.254.0.1", "100.64.0.1", "0.0.0.0", "224.0.0.1", "::1")],
        *[(address, True) for address in ("fe80::1", "fc00::1", "255.255.255.255", "192.0.2.1")],
        *[(address, False) for address in ("195.12.113.29", "8.8.8.8", "2a00:1450::1")],
    ],
)
def test_what_leads_inside(address: str, inside: bool) -> None:
    assert leads_inside(address) is inside


@pytest.mark.parametrize(
    ("host", "own"),
    [
        *[(host, True) for host in ("localhost", "portal.localhost", "127.0.0.1", "::1", "10.1.2.3")],
        *[(host, False) for host in ("www.gov.kz", "localhost.example", "", "1.2.3.example")],
    ],
)
def test_what_names_its_place_itself(host: str, own: bool) -> None:
    assert names_its_place(host) is own


@pytest.mark.parametrize(
    ("status", "sent_again"), [(301, False), (302, False), (303, False), (307, True), (308, True)]
)
def test_a_post_is_sent_again_only_where_the_portal_says_so_plainly(status: int, sent_again: bool) -> None:
    request = Request("https://portal.example/graphql", method="POST", body=b"{}")
    response = Response(request.url, status=status, headers={"Location": "/api/graphql"})
    if sent_again:
        again = Redirects().process_response(request, response)
        assert isinstance(again, Request)
        assert (again.url, again.method, again.body) == ("https://portal.example/api/graphql", "POST", b"{}")
        return
    with pytest.raises(NotAskedError, match="make our question another one"):
        Redirects().process_response(request, response)


@pytest.mark.parametrize(
    "location",
    [
        "http://portal.example/api",
        "http://portal.example:443/api",
        "https://portal.example:8443/api",
        "https://elsewhere.example/api",
        "https://portal.example.elsewhere.example/api",
        "https://portal.example@elsewhere.example/api",
        "//elsewhere.example/api",
        "//127.0.0.1/api",
        "https://[::1]/api",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:application/json,[]",
        "ftp://portal.example/api",
        "https://[",
    ],
)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_off_the_portal_is_not_followed(location: str, status: int) -> None:
    request = Request("https://portal.example/api/news")
    response = Response(request.url, status=status, headers={"Location": location})
    with pytest.raises(NotAskedError) as raised:
        Redirects().process_response(request, response)
    assert raised.value.failed.outcome == "off_site"
    assert location[:20] in raised.value.failed.reason
