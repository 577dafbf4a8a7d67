"""Knows what must never be logged: every secret of a configuration, and of the proxies that the environment names."""

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import unquote, urlsplit

from crawler.directory import agencies
from monitor.addresses import Address, hidden
from monitor.config import Config
from monitor.hiding import writings
from monitor.rules import addresses_of

_ORDINARY = set(
    """
    127.0.0.1 localhost alert alerts api false format hook hooks html http https incoming jarshy json kz markdown
    message messages method mode news notify overflow post rest secret send service services split telegram test
    text true truncate upstream verify webhook webhooks
    """.split()  # noqa: SIM905 words read better so
)
"""What stands in the path or query of addresses, and in half of all sentences: blanking it would hide those alone."""
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "ftp_proxy")


def secrets_in(config: Config, environ: Mapping[str, str]) -> tuple[str, ...]:
    """All of them, as they were written."""
    found: list[str] = []
    for alert in config.alerts:
        found += [alert.secret] if alert.secret else []
        for address in addresses_of(alert):
            found += _hidden_in(address)
    addresses = [config.portal.base_url, config.delivery.telegram, *_proxies(environ)]
    found += [part for address in addresses for part in _login(address)]
    return hidden(*found)


def written_of(secrets: Iterable[str]) -> tuple[str, ...]:
    """Each of these in all of its writings, as `blanked` wants them."""
    return hidden(*(written for secret in secrets for written in writings(secret)))


def blanked(text: str, written: Iterable[str]) -> str:
    """The text without them.

    One after the other: a pattern that knows all tries each at every letter, and takes half a second for a text of
    100 kB, in which the daemon does nothing else.
    """
    for one in written:
        text = text.replace(one, "…")
    return text


def _hidden_in(address: Address) -> Iterator[str]:
    if address.kind in {"mail", "telegram"}:
        yield from address.secrets  # passwords and tokens, and nothing else
        return
    yield from _login(address.url)
    ordinary = _ORDINARY | agencies().keys()
    yield from (part for part in address.secrets if part not in ordinary)


def _proxies(environ: Mapping[str, str]) -> Iterator[str]:
    for name, value in environ.items():
        if name.lower() in _PROXIES and value:
            yield value if "://" in value else f"http://{value}"


def _login(address: str) -> Iterator[str]:
    """The password of an address, or the name where that is all: some proxies know people by a token alone."""
    try:
        parts = urlsplit(address)
    except ValueError:
        yield address  # nobody can say what of it is secret
        return
    written = parts.password or parts.username or ""
    yield from (written, unquote(written))
