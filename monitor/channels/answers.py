"""What channels have in common: whether a text fits, what may be repeated of an answer, why there was none."""

import os
import smtplib
import ssl

import aiohttp

from monitor.addresses import without_secrets
from monitor.channels.inward import LeadsInside
from monitor.errors import DeliveryError
from monitor.messages import Limit, one_line

_SAID = 200


def must_fit(text: str, limit: Limit, shown: str) -> None:
    """Raises DeliveryError for a text that the receiver would refuse for its length for ever."""
    length = {
        "characters": len(text),
        "utf-16": len(text.encode("utf-16-le", "surrogatepass")) // 2,
        "bytes": len(text.encode("utf-8", "surrogatepass")),
    }[limit.unit]
    if length > limit.length:
        raise DeliveryError(
            f"the message is too long for {shown}: {length} {limit.unit}, and {limit.length} are taken",
            permanent=True,
        )


def repeatable(said: bytes | str, *secrets: str) -> str:
    """What a receiver said, as far as it may be kept: one short line without the secrets."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    # Before it is cut, since a piece of a secret at the end would be known for none.
    return one_line(without_secrets(text, *secrets))[:_SAID]


def why(error: Exception, *secrets: str) -> str:
    """Why no answer came."""
    if isinstance(error, aiohttp.ClientConnectorError) and isinstance(error.os_error, LeadsInside):
        return str(error.os_error)
    if isinstance(error, aiohttp.ClientResponseError):
        # Its own sentence names the address with all that it hides, and a piece of what was answered.
        return "what it answered is not HTTP"
    if isinstance(error, aiohttp.ClientConnectorError):
        return repeatable(of_connection(error.os_error) or str(error), *secrets)
    if isinstance(error, aiohttp.ServerDisconnectedError) and not isinstance(error.message, str):
        # Its own sentence is the inside of aiohttp, with what was answered so far.
        return "it closed the connection in the midst of its answer"
    return repeatable(str(error), *secrets) or type(error).__name__


def of_connection(error: Exception) -> str:
    """Why there is no connection, as the system says it, without the address; empty where it was something else."""
    if isinstance(error, (ssl.SSLError, smtplib.SMTPException)) or not isinstance(error, OSError):
        return ""
    number = error.errno or 0
    said = os.strerror(number) if number > 0 else error.strerror or ""
    return said[:1].lower() + said[1:]


async def beginning(response: aiohttp.ClientResponse, size: int) -> bytes:
    """The first bytes of an answer, as many as there are up to `size`."""
    read = b""
    while len(read) < size and (more := await response.content.read(size - len(read))):
        read += more
    return read
