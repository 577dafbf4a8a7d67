"""What the line of the log is about that is written now: the ids by which one release is followed through it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

Id = str | int | Sequence[str]
"""`order` (its number for the crawl worker), `crawl` (its row of the table `crawls`), `agency`, `lang`, `release`
(the portal's id), `change` (its uid), `delivery` (the id of its message); `releases` and `changes` where there may be
several."""

_NOTHING: Mapping[str, Id] = MappingProxyType({})
_ABOUT: ContextVar[Mapping[str, Id]] = ContextVar("about", default=_NOTHING)


@contextmanager
def about(**ids: Id | None) -> Iterator[None]:
    """Whatever is logged inside is about these ids too; one that is None is left out."""
    before = _ABOUT.set(_with(ids))
    try:
        yield
    finally:
        _ABOUT.reset(before)


def also_about(**ids: Id | None) -> None:
    """Adds what became known meanwhile, until the end of the `about` around it."""
    _ABOUT.set(_with(ids))


def about_now() -> Mapping[str, Id]:
    """What is being done at the moment is about these."""
    return _ABOUT.get()


def _with(ids: Mapping[str, Id | None]) -> Mapping[str, Id]:
    return {**_ABOUT.get(), **{name: value for name, value in ids.items() if value is not None}}
