"""Sends what somebody who examines the portal wants sent, as it stands, and shows the answer without reading it.

A probe goes the way of every request (pace, robots.txt, certificates, redirects on the portal only), but it is
sent once: whoever examines wants the first answer, also where it is an error.
"""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from scrapy import Request
from scrapy.http import Response

from crawler.answers import classify
from crawler.records import Answered, Outcome, Probe
from crawler.robots import headers_of

PACKED = "jarshy-packed"
"""Stands among the headers of an answer: how it was packed, which Scrapy takes away when it unpacks it."""
_NEVER_AGAIN = 1_000_000


def made_of(
    probe: Probe, base_url: str, *, callback: Callable[..., Any], errback: Callable[..., Any]
) -> Request:
    """The request of a probe. Raises ValueError where it is none."""
    if not probe.path.startswith("/") or any(letter <= " " for letter in probe.path):
        raise ValueError(f"the path must begin with a slash and hold no blank: {probe.path[:80]!r}")
    return Request(
        f"{base_url}{probe.path}",
        method=probe.method,
        headers=dict(probe.headers),
        body=None if probe.body is None else probe.body.encode("utf-8", "replace"),
        callback=callback,
        errback=errback,
        cb_kwargs={"orders": [probe]},
        # robots.txt itself may always be asked for, and asking for its rules first would ask twice.
        meta={"tried": _NEVER_AGAIN, "is_robots": probe.path == "/robots.txt"},
        dont_filter=True,
    )


def seen_of(response: Response, probe: Probe) -> Answered:
    """What came back, nothing left out but the end of a long body."""
    headers = [
        (str(name, "latin-1").lower(), str(value, "latin-1"))
        for name, values in response.headers.items()
        for value in values
    ]
    if packed := response.meta.get(PACKED):
        headers.append((PACKED, packed))
    return Answered(
        order=probe.id,
        status=response.status,
        headers=tuple(headers),
        body=response.body[: probe.keep].decode("utf-8", "replace"),
        size=len(response.body),
        seconds=round(response.meta.get("download_latency", 0.0), 3),
    )


def outcome_of(response: Response, *, now: datetime) -> tuple[Outcome, str, int, float | None]:
    """Outcome, reason, items listed, and the pause asked for.

    An answer that is no listing is `items` all the same where its status is good: a probe may ask for anything.
    """
    answer = classify(response.status, headers_of(response), response.body, response.url, now=now)
    if answer.outcome == "broken" and response.status < 400:
        return "items", "", _graph_items(response.body), None
    return answer.outcome, answer.reason, len(answer.items), answer.retry_after


def _graph_items(body: bytes) -> int:
    """How many rows the first list of a GraphQL answer has."""
    try:
        data = json.loads(body).get("data")
        return next((len(rows) for rows in data.values() if isinstance(rows, list)), 0)
    except (ValueError, AttributeError, RecursionError):
        return 0


class NotePacking:
    """A downloader middleware below Scrapy's unpacking: notes how an answer was packed."""

    def process_response(self, request: Request, response: Response) -> Response:
        """The answer as it is."""
        packed = response.headers.get("Content-Encoding")
        if packed:
            request.meta[PACKED] = packed.decode("latin-1").lower()
        return response
