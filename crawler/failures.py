"""Why no answer came: the exceptions of the wire and our own, and the outcome that each of them is. Pure."""

import zlib
from dataclasses import dataclass

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from service_identity import VerificationError
from twisted.internet.error import ConnectError, ConnectionClosed, ConnectionLost
from twisted.web.client import ResponseFailed

from crawler.records import Outcome


@dataclass(frozen=True, slots=True)
class Failed:
    """What came of a request that brought no answer."""

    outcome: Outcome
    reason: str
    retry_after: float | None = None


class NotAskedError(IgnoreRequest):
    """Raised where one of our rules ends a request; carries what came of it."""

    def __init__(self, failed: Failed) -> None:
        super().__init__(failed.reason)
        self.failed = failed


def failed(error: BaseException, url: str) -> Failed:
    """The outcome of a request to `url` that ended in `error`, with a sentence for a person."""
    if isinstance(error, NotAskedError):
        return error.failed
    for kinds, outcome, what in _TABLE:
        if isinstance(error, kinds):
            return Failed(outcome, f"{url}: {what}.")
    if isinstance(error, DownloadFailedError):
        return _broken_off(error, url)
    if isinstance(error, OSError | ConnectError):
        return Failed("unreachable", f"{url}: the connection failed{_detail(error)}.")
    return Failed("broken", f"{url}: the answer could not be read{_detail(error)}.")


def is_untrusted(error: BaseException) -> bool:
    """Whether the portal's certificate, or its protocol, was not accepted."""
    return any(isinstance(cause, SSL.Error | VerificationError) for cause in _causes(error))


_TABLE: tuple[tuple[tuple[type[BaseException], ...], Outcome, str], ...] = (
    ((DownloadTimeoutError,), "timeout", "the whole answer did not come in time"),
    ((DownloadCancelledError,), "too_large", "the answer is larger than this program reads"),
    ((ResponseDataLossError,), "broken", "the answer was cut short"),
    ((CannotResolveHostError,), "unreachable", "the name is not known to the name servers"),
    ((DownloadConnectionRefusedError,), "unreachable", "the connection was refused"),
    ((SSL.Error, VerificationError), "unreachable", "the certificate or its protocol is not accepted"),
    ((ConnectionClosed, ConnectionLost), "unreachable", "the connection was closed"),
    ((zlib.error, EOFError), "broken", "the answer could not be unpacked"),
)


def _broken_off(error: BaseException, url: str) -> Failed:
    if is_untrusted(error):
        why = _distrust(error)
        return Failed("unreachable", f"{url}: the certificate or its protocol is not accepted ({why}).")
    causes = [
        cause for cause in _causes(error) if not isinstance(cause, ResponseFailed | DownloadFailedError)
    ]
    if all(isinstance(cause, ConnectionClosed | ConnectionLost | ConnectError) for cause in causes):
        return Failed("unreachable", f"{url}: the connection was closed before an answer came.")
    return Failed("broken", f"{url}: the answer breaks the rules of HTTP ({causes[0]}).")


def _distrust(error: BaseException) -> str:
    """Why a certificate was not accepted: of OpenSSL's triples the last part, which people can read."""
    said: set[str] = set()
    for cause in _causes(error):
        if isinstance(cause, VerificationError):
            said.add("it is for another name")
        elif isinstance(cause, SSL.Error):
            parts = cause.args[0] if cause.args and isinstance(cause.args[0], list) else []
            said |= {str(part[-1]) for part in parts if part} or {str(cause)}
    return ", ".join(sorted(said))


def _causes(error: BaseException) -> list[BaseException]:
    """The error and all that led to it, the reasons of a failed response included."""
    found: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting and len(found) < 20:
        cause = waiting.pop()
        if cause is None or cause in found:
            continue
        found.append(cause)
        waiting.append(cause.__cause__)
        waiting += [reason.value for reason in getattr(cause, "reasons", ()) or ()]
    return found


def _detail(error: BaseException) -> str:
    text = " ".join(str(error).split())[:200].rstrip(".")
    return f" ({text})" if text else ""
