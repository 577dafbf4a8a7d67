"""Which Host is answered, and which is not."""

import pytest

from feeds.hosts import as_addressed, hosts_of


@pytest.mark.parametrize(
    ("public_url", "host", "answered", "refused"),
    [
        (
            None,
            "127.0.0.1",
            ["127.0.0.1", "127.0.0.1:8080", "localhost:8080", "LOCALHOST", "[::1]:8080", "10.1.2.3", "[fe80::1]"],
            ["herald.example", "127.0.0.1.evil.example", "", "a@127.0.0.1", "127.0.0.1:80x", "[::1", "localhost:8:1"],
        ),
        (None, "0.0.0.0", ["192.168.0.9:8080", "0.0.0.0:8080"], ["nas:8080"]),
        (None, "nas.home", ["nas.home", "NAS.home:8080", "nas.home."], ["home", "evil.nas.home"]),
        (
            "https://herald.example/jarshy",
            "127.0.0.1",
            ["herald.example", "Herald.Example:443", "herald.example.", "127.0.0.1:8080", "127.9.9.9", "[::1]"],
            ["10.1.2.3", "xherald.example", "herald.example.evil.example", "herald.example/", "x" * 5000],
        ),
        ("https://herald.example", "10.0.0.5", ["10.0.0.5:8080"], ["10.0.0.6:8080"]),
        ("https://жаршы.қаз:8443/", "127.0.0.1", ["xn--80al5a6ap.xn--80ao21a"], ["xn--80ao21a", "жаршы.қаз"]),
    ],
)  # fmt: skip
def test_a_server_answers_to_its_names(
    public_url: str | None, host: str, answered: list[str], refused: list[str]
) -> None:
    hosts = hosts_of(public_url, host)
    for said, is_ours in [*((said, True) for said in answered), *((said, False) for said in refused)]:
        headers = [(b"accept", b"*/*"), (b"host", said.encode())]
        assert (said, hosts.allow(headers)) == (said, is_ours)
        refusal = hosts.refusal("/", headers, version="1.1")
        assert (None if refusal is None else refusal.status) == (None if is_ours else 421)


@pytest.mark.parametrize(
    ("said", "version", "path", "status"),
    [
        ([], "1.1", "/", 400),
        ([], "1.0", "/", None),
        ([b"localhost", b"localhost"], "1.1", "/", 400),
        ([b"localhost", b"evil.example"], "1.0", "/", 400),
        ([b"evil.example"], "1.0", "/", 421),
        ([b"evil.example"], "1.1", "/healthz", None),
        ([], "1.1", "/readyz", None),
        ([b"evil.example"], "1.1", "/healthz/", 421),
    ],
)
def test_a_request_names_one_host_unless_it_asks_for_health(
    said: list[bytes], version: str, path: str, status: int | None
) -> None:
    headers = [(b"host", host) for host in said]
    refusal = hosts_of(None, "127.0.0.1").refusal(path, headers, version=version)
    assert (None if refusal is None else refusal.status) == status


@pytest.mark.parametrize(
    ("url", "host"),
    [
        (b"http://evil.example/feeds", b"evil.example"),
        (b"http://localhost:8080?x=//evil.example/", b"localhost:8080"),
        (b"http:///feeds", b""),
        (b"http://a@localhost/", b"a@localhost"),
    ],
)
def test_the_host_in_an_address_counts(url: bytes, host: bytes) -> None:
    assert as_addressed(url, [(b"accept", b"a"), (b"host", b"localhost")]) == [
        (b"host", host),
        (b"accept", b"a"),
    ]
