"""Which names look public, and which numbers stand in the open network."""

import pytest

from monitor.channels.inward import is_public, looks_public


@pytest.mark.parametrize(
    ("name", "public"),
    [
        ("hooks.example.org", True),
        ("hooks.example.org.", True),
        ("xn--80awbu3c.xn--80ao21a", True),
        ("127.1", True),  # a name to whoever looks it up, and one that leads inside
        ("hooks", False),
        ("localhost", False),
        ("hooks.local", False),
        ("HOOKS.LAN", False),
        ("hooks.internal.", False),
        ("nas.home.arpa", False),
        ("home.arpa.example.org", True),
        ("a.localhost", False),
        ("a.test", False),
        ("local.example.org", True),
    ],
)
def test_a_name_looks_public_where_anybody_may_own_it(name: str, public: bool) -> None:
    assert looks_public(name) is public


@pytest.mark.parametrize(
    ("number", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("64:ff9b::5db8:d822", True),
        ("127.0.0.1", False),
        ("127.255.0.9", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("192.0.2.7", False),
        ("198.18.0.1", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b:1::7f00:1", False),
        ("::127.0.0.1", False),
        ("2002:7f00:1::", False),
        ("2001:db8::1", False),
    ],
)
def test_a_number_is_public_where_it_stands_in_the_open_network(number: str, public: bool) -> None:
    assert is_public(number) is public
