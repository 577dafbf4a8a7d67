"""A reader for the GraphQL queries that clients of the portal were seen to send: fields, aliases, arguments."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

_TOKEN = re.compile(
    r"""(?:[\s,\ufeff]|\#[^\n]*)*(?P<token>"(?:[^"\\\n]|\\.)*"|[A-Za-z_]\w*|-?\d+(?:\.\d+)?|[{}()\[\]:$!=]|\S|$)"""
)
_NAME = re.compile(r"[A-Za-z_]\w*")
_LITERAL = re.compile(r"true|false|null|-?\d+(?:\.\d+)?")
_DEEPEST = 12


class QueryError(Exception):
    """Raised for a query that cannot be read or answered; the message is Apollo's."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a query."""

    key: str
    """The alias, or the name: where the answer stands."""
    name: str
    arguments: Mapping[str, Any]
    fields: tuple["Field", ...]


def fields_of(query: str, variables: Mapping[str, Any]) -> tuple[Field, ...]:
    """The fields that a query asks for at its top. Raises QueryError."""
    return _Reader(query, variables).document()


class _Reader:
    def __init__(self, query: str, variables: Mapping[str, Any]) -> None:
        self._tokens = _tokens(query)
        self._next = next(self._tokens)
        self._variables = variables

    def document(self) -> tuple[Field, ...]:
        if self._next == "query":
            self._take()
            if _NAME.fullmatch(self._next):
                self._take()
            if self._next == "(":  # the types of variables say nothing to us
                while self._take() != ")":
                    pass
        fields = self._selection(depth=0)
        if self._next:
            raise _unexpected(self._next)
        return fields

    def _selection(self, *, depth: int) -> tuple[Field, ...]:
        if depth > _DEEPEST:
            raise QueryError("Syntax Error: the query is nested too deeply.")
        self._expect("{")
        fields: list[Field] = []
        while self._next != "}" or not fields:
            fields.append(self._field(depth))
        self._take()
        return tuple(fields)

    def _field(self, depth: int) -> Field:
        key = name = self._name()
        if self._next == ":":
            self._take()
            name = self._name()
        arguments = self._arguments() if self._next == "(" else {}
        below = self._selection(depth=depth + 1) if self._next == "{" else ()
        return Field(key, name, arguments, below)

    def _arguments(self) -> dict[str, Any]:
        self._expect("(")
        found: dict[str, Any] = {}
        while self._next != ")":
            name = self._name()
            self._expect(":")
            found[name] = self._value()
        self._take()
        return found

    def _value(self) -> Any:
        read = self._take()
        if read == "$":
            return self._variables.get(self._name())
        if read.startswith('"') or _LITERAL.fullmatch(read):
            with suppress(ValueError):
                return json.loads(read)
        raise _unexpected(read)

    def _name(self) -> str:
        if not _NAME.fullmatch(self._next):
            raise QueryError(f"Syntax Error: Expected Name, found {_shown(self._next)}.")
        return self._take()

    def _expect(self, token: str) -> None:
        if self._next != token:
            raise QueryError(f'Syntax Error: Expected "{token}", found {_shown(self._next)}.')
        self._take()

    def _take(self) -> str:
        taken = self._next
        if not taken:
            raise _unexpected(taken)
        self._next = next(self._tokens)
        return taken


def _tokens(query: str) -> Iterator[str]:
    """The tokens of a query, then empty ones for ever."""
    place = 0
    while True:
        found = _TOKEN.match(query, place)
        if found is None:
            raise QueryError("Syntax Error: the query cannot be read.")
        place = found.end()
        yield found["token"]


def _unexpected(token: str) -> QueryError:
    return QueryError(f"Syntax Error: Unexpected {_shown(token)}.")


def _shown(token: str) -> str:
    if not token:
        return "<EOF>"
    return f'Name "{token}"' if _NAME.fullmatch(token) else f'"{token[:40]}"'
