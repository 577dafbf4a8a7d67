"""Why a program is not answered, as RFC 9457 writes it; pure."""

import json
from http import HTTPStatus

MEDIA_TYPE = "application/problem+json"
NOTHING_HERE = "There is nothing at this address; /api/openapi.json describes what there is."


def is_of_the_api(path: str) -> bool:
    """Whether whoever asks for this path is a program."""
    return path == "/api" or path.startswith("/api/")


def problem(status: int, sentence: str) -> bytes:
    """A document that says why, in English."""
    said = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": sentence or NOTHING_HERE,
    }
    return json.dumps(said, ensure_ascii=False).encode() + b"\n"
