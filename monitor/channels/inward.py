"""Keeps an address that looks public from leading into the operator's own network (DNS rebinding).

A number, or a name that is plainly one of the inside, is the operator's own wish and is connected to. A name that
looks public is looked up at every connecting, and only where it leads to a public address is there a connection.
"""

import asyncio
import socket
from collections.abc import Callable, Collection
from concurrent.futures import Executor
from functools import partial
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

_INSIDE = frozenset(
    {
        "corp", "home", "internal", "intranet", "lan", "local", "localdomain", "localhost", "private", "test",
    }
)  # fmt: skip
"""Last labels that no public name has: RFC 6761, 6762 (with its appendix G), 9476 and ICANN's `internal`."""
_NAT64 = IPv6Network("64:ff9b::/96")
_OWN_NAT64 = IPv6Network("64:ff9b:1::/48")
"""RFC 8215: for whoever translates at home. Python 3.11 takes it for a part of the open network."""

LookUp = Callable[..., list[Any]]
"""As `socket.getaddrinfo`."""


class LeadsInside(OSError):
    """Raised in place of connecting; says what the name leads to, and the remedy."""


def looks_public(host: str) -> bool:
    """Whether this is a name that anybody may own."""
    name = host.rstrip(".").lower()
    return "." in name and name.rpartition(".")[2] not in _INSIDE and not name.endswith(".home.arpa")


def is_public(address: str) -> bool:
    """Whether a numeric address stands in the open network, whichever way it is wrapped."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        if ip in _OWN_NAT64:
            return False
        ip = _wrapped(ip) or ip
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _wrapped(ip: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 one stands for."""
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour


class Resolver(AbstractResolver):
    """Looks names up for aiohttp, and leaves out what leads inside where the name looks public.

    `inside` are names that may lead inside although they look public.
    """

    def __init__(
        self, threads: Executor, inside: Collection[str] = (), look_up: LookUp = socket.getaddrinfo
    ) -> None:
        self._threads = threads
        self._inside = frozenset(_wire(name) for name in inside)
        self._look_up = look_up

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses to connect to. Raises OSError, and LeadsInside where none may be."""
        ask = partial(self._look_up, host, port, family=family, type=socket.SOCK_STREAM)
        try:
            found = await asyncio.get_running_loop().run_in_executor(self._threads, ask)
        except UnicodeError as error:  # a label that is empty or too long
            raise OSError(f"{host} is no name of a machine") from error
        addresses = list(dict.fromkeys((answered[0], str(answered[4][0])) for answered in found))
        if looks_public(host) and _wire(host) not in self._inside:
            open_to_all = [(kind, number) for kind, number in addresses if is_public(number)]
            if addresses and not open_to_all:
                raise LeadsInside(
                    f"{host} leads to {addresses[0][1]}, which is not in the open network; where that is meant, "
                    f'write inside = ["{host}"] under [delivery]'
                )
            addresses = open_to_all
        return [
            ResolveResult(
                hostname=host, host=number, port=port, family=kind, proto=0, flags=socket.AI_NUMERICHOST
            )
            for kind, number in addresses
        ]

    async def close(self) -> None:
        """Nothing is held; the threads belong to whoever made them."""


def _wire(name: str) -> str:
    """A name as it is looked up."""
    plain = name.rstrip(".").lower()
    try:
        return plain.encode("idna").decode("ascii")
    except UnicodeError:
        return plain
