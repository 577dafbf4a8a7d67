"""What an address of `to` means, what of it is shown, and what is said of one that cannot be read."""

import re
from itertools import pairwise

import pytest

from monitor.addresses import read_addresses, without_secrets


@pytest.mark.parametrize(
    ("written", "kind", "shown"),
    [
        ("https://hooks.example.kz", "webhook", ["https://hooks.example.kz"]),
        ("http://[::1]:8000", "webhook", ["http://[::1]:8000"]),
        ("mailto://127.0.0.1:2525?from=a@b&to=c@d", "mail", ["mailto:c@d"]),
        ("mailto://localhost?from=root@localhost", "mail", ["mailto:root@localhost"]),
        ("mailtos://journal:planted@gmail.com", "mail", ["mailto:journal@gmail.com"]),
        ("mailto://localhost?from=a@b&to=x+1@y;z@y&cc=q@y", "mail", ["mailto:x+1@y", "mailto:z@y", "mailto:q@y"]),
        ("mailto://localhost/x@y.kz/z%40y.kz?from=a@b", "mail", ["mailto:x@y.kz", "mailto:z@y.kz"]),
        ("mailto://localhost?from=Жаршы <a@b>&to=Үн <c@мысал.қаз>", "mail", ["mailto:c@xn--80awbu3c.xn--80ao21a"]),
        ("tgram://123:planted/77", "telegram", ["tgram://123/77"]),
        ("tgram://bot123:planted/-100500:4/@arna/arna", "telegram", ["tgram://123/-100500:4", "tgram://123/@arna"]),
        ("tgram://123%3Aplanted/77", "telegram", ["tgram://123/77"]),
        ("tgram://123:planted/?to=77,78&topic=9", "telegram", ["tgram://123/77:9", "tgram://123/78:9"]),
    ],
)  # fmt: skip
def test_an_address_is_read(written: str, kind: str, shown: list[str]) -> None:
    addresses = read_addresses(written)
    assert [address.shown for address in addresses] == shown
    assert {address.kind for address in addresses} == {kind}
    assert all(address.person is (kind != "webhook") for address in addresses)


@pytest.mark.parametrize(
    "written",
    [
        "https://user:planted@hooks.example.kz/planted/T0/planted?key=planted",
        "mailtos://user:planted@smtp.example.kz?from=a@example.kz&to=b@example.kz",
        "tgram://123:planted/77",
        "json://user:planted@127.0.0.1/planted",
    ],
)
def test_no_secret_is_shown(written: str) -> None:
    for address in read_addresses(written):
        assert "planted" not in repr(address)
        assert "planted" not in without_secrets(f"answered: {written}, planted", *address.secrets)


def test_two_hooks_of_one_host_can_be_told_apart() -> None:
    (one,), (other,) = (read_addresses(f"https://hooks.example.kz/{path}") for path in ("aaaa", "bbbb"))
    assert one.shown != other.shown
    assert one.key != other.key


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("https://user:old-password@example.kz/hook", "https://user:new-password@example.kz/hook"),
        (
            "mailtos://user:old-password@smtp.example.kz?from=a@b&to=c@d",
            "mailtos://user:new-password@smtp.example.kz?to=c@d&from=a@b",
        ),
        ("tgram://123:old-token/77", "tgram://123:new-token/77"),
    ],
)
def test_a_new_password_leaves_the_receiver_the_same(before: str, after: str) -> None:
    (one,), (other,) = read_addresses(before), read_addresses(after)
    assert one.key == other.key


def test_receivers_that_differ_have_different_keys() -> None:
    written = [
        "https://example.kz/a",
        "https://example.kz/b",
        "https://example.kz/b?to=1",
        "http://example.kz/b",
    ]
    keys = sorted(read_addresses(text)[0].key for text in written)
    assert all(one != other for one, other in pairwise(keys))


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ("editor@example.kz", "mailtos://"),
        ("http://", "https://example.kz/hook"),
        ("http://planted host/", "https://example.kz/hook"),
        ("http://example.kz:99999/planted", "https://example.kz/hook"),
        ("mailto://user:planted@", "mailtos://USER:PASSWORD@HOST"),
        ("mailto://example.kz", "names no sender; write mailtos://USER:PASSWORD@HOST"),
        ("mailto://user:plan@ted@mail.example.kz", "has an @ in its user or password; write mailtos://"),
        ("mailtos://user:planted@?to=a@example.kz", "names no server; write mailtos://"),
        ("mailto://user:planted@localhost?from=a@b&to=nobody", "'nobody' is no mail address"),
        ("mailto://user:planted@localhost?from=a@b&to=@", "no mail address"),
        ("mailto://user:planted@localhost?from=a@b&to=әке@мысал.қаз", "'әке@мысал.қаз' is no mail address"),
        ("tgram://planted/77", "tgram://BOT_TOKEN/CHAT_ID"),
        ("tgram://123:planted", "names no chat"),
        ("tgram://123:planted/арна", "'арна' is no Telegram chat"),
        ("slack://planted", "https://appriseit.com/services/"),
        ("nosuch://planted", "nosuch://"),
    ],
)
def test_an_address_that_cannot_be_read_is_refused_with_a_remedy_and_no_secret(
    written: str, remedy: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(ValueError, match=re.escape(remedy)) as refused:
        read_addresses(written)
    assert "planted" not in str(refused.value) + caplog.text
