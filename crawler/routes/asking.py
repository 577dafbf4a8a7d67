"""What a route makes of an order: one request, described and not sent. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ask:
    """A GET request."""

    url: str
    headers: Mapping[str, str]
