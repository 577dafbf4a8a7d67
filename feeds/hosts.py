"""To which names the server answers, so that no site of another name can have it read by a browser; pure.

A page of another site can let its own name lead to this machine, and then a browser takes what is read here for its
own. It cannot do that to an address of figures, nor to `localhost`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from feeds.streams import Refusal

Headers = Sequence[tuple[bytes, bytes]]

FOR_MACHINES = frozenset({"/healthz", "/readyz", "/metrics"})
"""Paths that answer under any name: whoever asks for health rarely knows how the server is called."""

_LONGEST = 300
"""Bytes of a name and a port; a name alone has 253 at most."""
_MISDIRECTED = Refusal(
    421,
    "This server does not answer to the name that you asked for. If it is yours, set [server] public_url to the "
    "address that readers use; a proxy in front of it must hand on the Host that it was asked for.",
)
_UNNAMED = Refusal(400, "A request names one Host.")


@dataclass(frozen=True, slots=True)
class Hosts:
    """The names that a server goes by."""

    names: frozenset[str]
    every_address: bool
    """Whether any IP address will do, not only those of this machine itself."""

    def allow(self, headers: Headers) -> bool:
        """Whether a request of these headers, their names in lower case, says one Host and it is the server's."""
        said = None
        for name, value in headers:
            if name == b"host":
                if said is not None:
                    return False
                said = value
        return said is not None and _is_ours(self, said)

    def refusal(self, path: str, headers: Headers, *, version: str) -> Refusal | None:
        """Why a request of this HTTP version is not answered; None: it is."""
        if path in FOR_MACHINES or self.allow(headers):
            return None
        said = sum(name == b"host" for name, _ in headers)
        if said == 0 and version == "1.0":  # which knew no Host, and which no browser speaks
            return None
        return _MISDIRECTED if said == 1 else _UNNAMED


def hosts_of(public_url: str | None, host: str) -> Hosts:
    """What a server goes by that listens at `host`, and that its readers know by `public_url`."""
    public = (urlsplit(public_url).hostname or "") if public_url else ""
    names = {_as_sent(name) for name in (public, host, "localhost") if name}
    return Hosts(frozenset(names), every_address=public_url is None)


def as_addressed(url: bytes, headers: Headers) -> list[tuple[bytes, bytes]]:
    """The headers of a request whose address begins with a host, as proxies are asked: it is the Host."""
    authority = url.partition(b"://")[2].partition(b"/")[0].partition(b"?")[0]
    return [(b"host", authority), *(header for header in headers if header[0] != b"host")]


@lru_cache(maxsize=256)
def _is_ours(hosts: Hosts, said: bytes) -> bool:
    if len(said) > _LONGEST:
        return False
    name = _name(said.decode("latin-1").strip().lower())
    if name is None:
        return False
    if name in hosts.names:
        return True
    address = _address(name)
    return address is not None and (hosts.every_address or address.is_loopback)


def _name(said: str) -> str | None:
    """The host without its port; None where it is none."""
    if said.startswith("["):
        name, bracket, port = said[1:].partition("]")
        if not bracket or not _is_port(port):
            return None
        return name
    name, colon, port = said.partition(":")
    if not _is_port(colon + port):
        return None
    return name.removesuffix(".")


def _is_port(said: str) -> bool:
    return not said or (said[0] == ":" and (said[1:] or "0").isdecimal())


def _address(name: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(name)
    except ValueError:
        return None


def _as_sent(name: str) -> str:
    """A name as browsers send it: one in Kazakh is written in Latin letters there."""
    try:
        return name.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return name.lower()
