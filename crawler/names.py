"""Looks up the portal's name, and refuses an answer that leads inside: to this machine or its own network.

A name server that is wrong, or in somebody else's hands, must not turn a reader of public releases into one of
what only we can reach. Where the configuration itself names this machine or an address, it is meant.
"""

from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from crawler.failures import Failed, NotAskedError
from crawler.settings import WorkerOptions


class GuardedResolver(CachingThreadedResolver):
    """Scrapy's resolver, without its cache, which keeps the first answer for ever."""

    def __init__(self, reactor: ReactorBase, timeout: float, *, inside: bool) -> None:
        """`inside`: addresses of this machine and its network are meant."""
        super().__init__(reactor, 0, timeout)
        self._inside = inside
        self.refused: dict[str, str] = {}
        """Names that led inside when they were last looked up, and where."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        """Scrapy's way to make it."""
        options: WorkerOptions = crawler.settings["JARSHY_OPTIONS"]
        host = urlsplit(options.base_url).hostname or ""
        return cls(reactor, crawler.settings.getfloat("DNS_TIMEOUT"), inside=names_its_place(host))

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> "Deferred[str]":  # noqa: N802 (Twisted's)
        """The address of a name; fails with DNSLookupError where it has none or leads inside."""
        found: Deferred[str] = super().getHostByName(name, timeout)
        return found.addCallback(self._checked, name)

    def _checked(self, address: str, name: str) -> str:
        self.refused.pop(name, None)
        if self._inside or not leads_inside(address):
            return address
        self.refused[name] = address
        raise DNSLookupError(f"{name} leads to {address}, which is no address of the Internet")


class Names:
    """A downloader middleware that says why a name was refused; the resolver alone can only fail."""

    @classmethod
    def from_crawler(cls, _crawler: Crawler) -> Self:
        """Scrapy's way to make it."""
        return cls()

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Raises NotAskedError where the name led inside."""
        if not isinstance(exception, CannotResolveHostError):
            return
        from twisted.internet import reactor  # installed by now; no earlier import may do that

        resolver: Any = getattr(reactor, "resolver", None)
        name = urlsplit(request.url).hostname or ""
        address = resolver.refused.get(name) if isinstance(resolver, GuardedResolver) else None
        if address is not None:
            reason = f"{request.url}: the name servers say {address}, which is no address of the Internet."
            raise NotAskedError(Failed("unreachable", reason))


def names_its_place(host: str) -> bool:
    """Whether a host is an address, or a name that means this machine wherever it is looked up."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def leads_inside(address: str) -> bool:
    """Whether an address is of this machine, of a private network, or of none at all."""
    where = ip_address(address)
    return not where.is_global or where.is_multicast
