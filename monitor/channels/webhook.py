"""Posts a change as JSON to a program: signed, recognisable at a repeat, never redirected.

Headers: `Idempotency-Key` is the body's `id`; `Jarshy-Timestamp` the moment of this attempt in whole seconds
since 1970; `Jarshy-Signature`, where the rule has a `secret`, the HMAC-SHA256 of timestamp, a full stop and
the body's bytes (`1760000000.{"id":…`), keyed with the secret's UTF-8, as 64 lower-case hexadecimal digits.
examples/webhook_receiver.py verifies it. Any 2xx is delivery, whatever the answer's body says: a receiver that
could not keep the message must not answer 200.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import parse_qsl, unquote, urlsplit

import aiohttp

from monitor.addresses import Address, hidden, key_of
from monitor.channels.answers import beginning, repeatable, why
from monitor.errors import DeliveryError
from monitor.messages import Limit, Message

_ANSWER_BYTES = 2048
_LONGEST_WAIT = 366 * 86400.0
"""Seconds; what asks for more has lost count, and a number of hundreds of digits would break ours."""
_WORTH_REPEATING = frozenset({408, 425, 429})
"""Refusals of 4xx that speak of this moment; every other one will be the same tomorrow."""


def read(written: str) -> Address:
    """The receiver that an http or https address names; raises ValueError."""
    try:
        parts = urlsplit(written)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or any(c.isspace() or not c.isprintable() for c in written):
        raise ValueError("this webhook address cannot be read; write one such as https://example.kz/hook")
    place = f"{parts.scheme.lower()}://{f'[{host}]' if ':' in host else host}{f':{port}' if port else ''}"
    # A password may change and the receiver stays the same; path and query say which receiver it is.
    key = key_of("webhook", place, parts.username or "", parts.path, parts.query)
    has_more = parts.path.strip("/") or parts.query
    return Address(
        kind="webhook",
        key=key,
        # Chat services hide their token in the path: the key's beginning tells two hooks of a host apart.
        shown=f"{place}/… ({key[:4]})" if has_more else place,
        url=written,
        secrets=hidden(
            written,
            parts.password,
            unquote(parts.password or ""),
            parts.path.strip("/"),
            *parts.path.split("/"),
            parts.query,
            *(value for _, value in parse_qsl(parts.query)),
        ),
    )


class Webhook:
    """The channel of http and https addresses."""

    def __init__(self, session: aiohttp.ClientSession, now: Callable[[], datetime]) -> None:
        self._session = session
        self._now = now

    async def send(self, address: Address, message: Message) -> str:
        """Posts the body; any 2xx is delivery. Raises DeliveryError."""
        body = json.dumps(message.body, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
        timestamp = str(int(self._now().timestamp()))
        url, headers = _without_login(address.url)
        headers |= {
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": message.id,
            "Jarshy-Timestamp": timestamp,
        }
        if message.secret:
            headers["Jarshy-Signature"] = signature(message.secret, timestamp, body)
        secrets = (*address.secrets, message.secret or "")
        try:
            async with self._session.post(url, data=body, headers=headers, allow_redirects=False) as response:
                if 200 <= response.status < 300:
                    return f"HTTP {response.status}"
                answer = await beginning(response, _ANSWER_BYTES)
        except TimeoutError as error:
            raise DeliveryError(
                f"{address.shown} gave no answer in {self._session.timeout.total:g} s"
            ) from error
        except aiohttp.InvalidURL as error:
            raise DeliveryError(
                f"{address.shown} is no usable address; correct it in `to`", permanent=True
            ) from error
        except (aiohttp.ClientError, OSError) as error:
            raise DeliveryError(f"{address.shown} cannot be reached: {why(error, *secrets)}") from error
        raise _refusal(
            address,
            response.status,
            repeatable(answer, *secrets),
            seconds(response.headers.get("Retry-After"), self._now()),
        )

    def limit(self, address: Address) -> Limit:
        """A program reads the body, whatever its length."""
        return Limit(10_000_000, "bytes")


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """What `Jarshy-Signature` holds for this attempt."""
    return hmac.new(
        secret.encode("utf-8"), timestamp.encode("ascii") + b"." + body, hashlib.sha256
    ).hexdigest()


def seconds(retry_after: str | None, now: datetime) -> float | None:
    """The wait that a Retry-After header asks for, by seconds or by date; None where it asks for none."""
    if not retry_after:
        return None
    try:
        if retry_after.strip().isdecimal():
            return min(float(retry_after), _LONGEST_WAIT)
        moment = parsedate_to_datetime(retry_after)
        wait = (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds()
    except (ValueError, OverflowError):
        return None
    return min(max(0.0, wait), _LONGEST_WAIT)


def _without_login(written: str) -> tuple[str, dict[str, str]]:
    """The address to post to, and the header that logs in; aiohttp would write names and passwords in Latin-1."""
    parts = urlsplit(written)
    login, at, place = parts.netloc.rpartition("@")
    if not at:
        return written, {}
    user, _, password = login.partition(":")
    both = f"{unquote(user)}:{unquote(password)}".encode()
    return parts._replace(netloc=place).geturl(), {
        "Authorization": f"Basic {base64.b64encode(both).decode('ascii')}"
    }


def _refusal(address: Address, status: int, said: str, retry_after: float | None) -> DeliveryError:
    known = status in HTTPStatus.__members__.values()
    name = f" ({HTTPStatus(status).phrase})" if known else ""
    if 300 <= status < 400:
        hint = "; a redirect is not followed: write the final address in `to`"
        return DeliveryError(f"{address.shown} answered {status}{name}{hint}", permanent=True)
    return DeliveryError(
        f"{address.shown} answered {status}{name}" + (f": {said}" if said else ""),
        permanent=400 <= status < 500 and status not in {*_WORTH_REPEATING, HTTPStatus.UNAUTHORIZED},
        retry_after=retry_after,
        refuses_us=status == HTTPStatus.UNAUTHORIZED,
    )
