"""How the stand-in portal misbehaves: a table from a fault's name to the function that answers so.

A fault gets the wire, the answer that would have been right, and its settings. Which requests meet it is
decided by `Portal.misbehave`. Another fault is another function here and its line in `FAULTS`.
"""

import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from threading import Event
from typing import Any, Protocol

from crawler.standin.pages import BLOCK_PAGE, MAINTENANCE_PAGE, SHELL
from crawler.standin.traffic import Place, Request

_HTML = "text/html; charset=utf-8"
_JSON = "application/json"
Items = list[dict[str, Any]]
"""Of a listing, as the portal writes them."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, before anything happens to it."""

    status: int
    body: bytes
    content_type: str = _JSON
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True, kw_only=True)
class Misbehaviour:
    """One order to misbehave, with what is left of it; the fields are explained at `Portal.misbehave`."""

    fault: str
    times: int | None
    after: int
    place: Place
    agency: str | None
    lang: str | None
    status: int
    retry_after: str | None
    seconds: float | None
    to: str | None
    shown: int = 0
    over: Event = field(default_factory=Event)
    """Set when the portal behaves again or is stopped: whatever waits, ends."""

    def meets(self, request: Request) -> bool:
        """Does this request meet the fault? Counts it down if so."""
        fits = (
            request.place == self.place
            and self.agency in (None, request.agency)
            and self.lang in (None, request.lang)
            and (self.times is None or self.shown < self.times)
        )
        if fits and self.after > 0:
            self.after -= 1
            return False
        self.shown += fits
        return fits


class Wire(Protocol):
    """The connection to the asker, as a fault uses it."""

    @property
    def asked(self) -> Mapping[str, str]:
        """The header fields of the request, names in small letters."""

    def send(self, answer: Answer) -> None:
        """The answer as it should be sent."""

    def send_raw(self, pieces: Iterator[bytes], *, pause: float = 0.0) -> None:
        """Bytes as they are, `pause` seconds apart, until they end or the asker has gone; then it closes."""

    def wait(self, seconds: float | None) -> None:
        """Waits; ends early when the portal behaves again, is stopped, or the asker has gone."""

    def close(self, *, reset: bool = False) -> None:
        """Closes the connection; `reset` as a failing network would."""


Fault = Callable[[Wire, Answer, Misbehaviour], None]


def _status(wire: Wire, _right: Answer, how: Misbehaviour) -> None:
    headers = () if how.retry_after is None else (("Retry-After", how.retry_after),)
    wire.send(Answer(how.status, b'{"message":"try again later"}', headers=headers))


def _delay(wire: Wire, right: Answer, how: Misbehaviour) -> None:
    wire.wait(1.0 if how.seconds is None else how.seconds)
    wire.send(right)


def _hang(wire: Wire, _right: Answer, _how: Misbehaviour) -> None:
    wire.wait(None)
    wire.close()


def _close(wire: Wire, _right: Answer, _how: Misbehaviour) -> None:
    wire.close()


def _reset(wire: Wire, right: Answer, _how: Misbehaviour) -> None:
    wire.send_raw(iter([head(right) + right.body[: len(right.body) // 2]]))
    wire.close(reset=True)


def _drip(wire: Wire, right: Answer, how: Misbehaviour) -> None:
    whole = head(right) + right.body
    pause = 0.1 if how.seconds is None else how.seconds
    wire.send_raw((whole[place : place + 1] for place in range(len(whole))), pause=pause)


def _truncate(wire: Wire, right: Answer, _how: Misbehaviour) -> None:
    wire.send_raw(iter([head(right) + right.body[: len(right.body) // 2]]))


def _wrong_length(wire: Wire, right: Answer, _how: Misbehaviour) -> None:
    short = replace(right, body=right.body[: len(right.body) // 2])
    wire.send_raw(iter([head(short) + right.body]))


def _two_lengths(wire: Wire, right: Answer, _how: Misbehaviour) -> None:
    twice = replace(right, headers=(*right.headers, ("Content-Length", str(len(right.body) + 7))))
    wire.send_raw(iter([head(twice) + right.body]))


def _huge(wire: Wire, right: Answer, _how: Misbehaviour) -> None:
    wire.send_raw(_endless(head(right, length="Transfer-Encoding: chunked")))


def _endless(start: bytes) -> Iterator[bytes]:
    yield start
    yield _chunk(b'[{"id":1257400,"title":"')
    while True:
        yield _chunk(b"a" * 65_536)


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def _bomb(wire: Wire, right: Answer, _how: Misbehaviour) -> None:
    wire.send(replace(right, body=_bombshell(), headers=(("Content-Encoding", "gzip"),)))


@cache
def _bombshell() -> bytes:
    """256 MiB of one JSON text, a thousand times smaller on the wire; one member: readers may stop there."""
    packer = zlib.compressobj(level=9, wbits=31)
    million = b"a" * 1_048_576
    packed = [packer.compress(b'[{"id":1257400,"title":"'), *(packer.compress(million) for _ in range(256))]
    return b"".join([*packed, packer.compress(b'"}]'), packer.flush()])


def _redirect(wire: Wire, _right: Answer, how: Misbehaviour) -> None:
    # without an address it leads to itself: a relative reference with nothing but a query
    status = how.status if 300 <= how.status < 400 else 302
    wire.send(Answer(status, b"", headers=(("Location", how.to or "?again=1"),)))


def _same_etag(wire: Wire, right: Answer, _how: Misbehaviour) -> None:
    # an ETag that does not follow the page: whoever trusts it never sees a change again
    tag = '"always"'
    if wire.asked.get("if-none-match") == tag:
        wire.send(Answer(304, b"", headers=(("ETag", tag),)))
    else:
        wire.send(replace(right, headers=(("ETag", tag),)))


def _body(status: int, body: bytes, content_type: str) -> Fault:
    """A fault that is nothing but another answer."""
    return lambda wire, _right, _how: wire.send(Answer(status, body, content_type))


def _instead(change: Callable[[bytes], bytes]) -> Fault:
    """A fault that is the right answer with its body changed."""
    return lambda wire, right, _how: wire.send(replace(right, body=change(right.body)))


def _in_titles(rubbish: bytes) -> Fault:
    return _instead(lambda body: body.replace(b'"title":"', b'"title":"' + rubbish))


def _of_items(change: Callable[[Items], list[Any]]) -> Fault:
    """A fault that is the right answer with its releases changed, in each of its listings: by GraphQL it has many."""

    def changed(body: bytes) -> bytes:
        answer = json.loads(body)
        if isinstance(answer, list):
            return json.dumps(change(answer)).encode()
        data = answer.get("data") or {}
        for key, items in data.items():
            if isinstance(items, list) and all(isinstance(item, dict) and "title" in item for item in items):
                data[key] = change(items)
        return json.dumps(answer).encode()

    return _instead(changed)


def _shuffled(items: Items) -> list[Any]:
    """The page in an order that is not the one asked for, always the same."""
    return items[::2] + items[1::2][::-1]


def _misfits(good: Items) -> list[Any]:
    """The right page, with items in front that are not releases."""
    model = good[0] if good else {"id": 1, "title": "-", "body": "-", "created_date": "2026-01-01T00:00:00Z"}
    without_id = {name: value for name, value in model.items() if name != "id"}
    changed: Items = [
        {"id": "not-a-number"}, {"id": 2**63}, {"id": 1.5}, {"id": None}, {"title": None}, {"title": ["a"]},
        {"body": None}, {"body": {"an": "object"}}, {"created_date": None}, {"created_date": "yesterday"},
    ]  # fmt: skip
    misfits = [{**model, "id": 900_000_000 + number, **change} for number, change in enumerate(changed)]
    return [without_id, *misfits, "a text", 5, None, [], *good]


def _twice(items: Items) -> list[Any]:
    """The right page with its first item once more at its end, under another title."""
    return items + [{**item, "title": f"{item['title']}: екінші рет"} for item in items[:1]]


def _bodies(items: Items) -> list[Any]:
    """The right page, the first bodies of which say nothing, or what no store and no terminal takes."""
    odd = [None, "", " \n", "<p></p>", "<p>ұ\0р\x07 \ud800 \ufffe\u202eғ</p>"]
    return [{**item, "body": instead} for item, instead in zip(items, odd, strict=False)] + items[len(odd) :]


FAULTS: dict[str, Fault] = {
    "status": _status,  # any status, with or without Retry-After
    "delay": _delay,
    "hang": _hang,
    "drip": _drip,
    "close": _close,
    "reset": _reset,
    "truncate": _truncate,
    "wronglen": _wrong_length,
    "dupheaders": _two_lengths,
    "huge": _huge,
    "bomb": _bomb,
    "redirect": _redirect,
    "sameetag": _same_etag,
    "notmodified": _body(304, b"", _JSON),  # to whoever asks, whether or not it was asked for
    "empty": _body(200, b"[]", _JSON),
    "shell": _body(200, SHELL, _JSON),
    "html": _body(200, MAINTENANCE_PAGE, _HTML),
    "blocked": _body(200, BLOCK_PAGE, _HTML),
    "refused": _body(400, b'{"message":"notAllowed"}', _JSON),
    "errors": _body(200, b'{"errors":[{"message":"Request failed with status code 500"}]}', _JSON),
    "error": _body(200, b'{"error":"content-manager is not available"}', _JSON),
    "nested": _body(200, b"[" * 100_000, _JSON),
    "badjson": _instead(lambda body: body.replace(b'"title":', b'"title"=') or b"[{"),
    "wrapped": _instead(lambda body: b'{"content":' + body + b',"total":1}'),
    "shuffled": _of_items(_shuffled),
    "misfits": _of_items(_misfits),
    "twice": _of_items(_twice),
    "bodies": _of_items(_bodies),
    "half": _of_items(lambda items: items[1::2]),
    "unmodified": _body(304, b"", _JSON),  # though nobody asked whether anything was
    "badutf8": _in_titles(b"\xff\xfe\xc3("),
    "nul": _in_titles(b"\\u0000\\u0007\\ud800"),
    "bom": _instead(lambda body: b"\xef\xbb\xbf" + body),
    "cp1251": _instead(lambda body: body.decode().encode("cp1251", errors="replace")),
}


def head(answer: Answer, *, length: str = "") -> bytes:
    """Status line and header fields; `length` replaces the line that tells the length of the body."""
    fields = [
        f"HTTP/1.1 {answer.status} {'OK' if answer.status == 200 else 'Other'}",
        f"Content-Type: {answer.content_type}",
        length or f"Content-Length: {len(answer.body)}",
        *(f"{name}: {value}" for name, value in answer.headers),
    ]
    return ("\r\n".join(fields) + "\r\n\r\n").encode()
