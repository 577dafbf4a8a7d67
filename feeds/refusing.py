"""What is answered where nothing can be shown: people get a page, programs a problem, readers of feeds a sentence."""

from collections.abc import Callable
from math import ceil

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import Scope

from feeds.answers import OPEN_TO_ANY_SITE, guards
from feeds.api.problems import MEDIA_TYPE as PROBLEM
from feeds.api.problems import is_of_the_api, problem
from feeds.front import TooManySearches
from feeds.pages.context import Context
from feeds.pages.phrases.frame import words
from feeds.pages.policy import policy
from feeds.pages.refused import refused as refused_page
from monitor.errors import TookTooLong

_RETRY_SLOW_SEARCH = 60
_RETRY_AFTER_END = 10
_READING = "GET, HEAD"


def refused(
    scope: Scope,
    context: Context,
    status: int,
    sentence: str,
    *,
    in_english: bool = False,
    retry_after: int | None = None,
) -> Response:
    """That an address means nothing, or nothing now; an empty sentence says that nobody has such an address."""
    if is_of_the_api(scope["path"]):
        return _as_problem(sentence, status=status, retry_after=retry_after)
    page = refused_page(context, status, sentence, in_english=in_english)
    return HTMLResponse(page, status, _headers(policy()) | _asides(retry_after, None))


def misunderstood(page: bytes) -> Response:
    """A form that says beside its fields what cannot be understood."""
    return HTMLResponse(page, 400, _headers(policy()))


def unavailable(scope: Scope, context: Context, error: Exception) -> Response:
    """That a page cannot be had now, in the language of the reader."""
    status, retry_after = _trouble(error)
    return refused(scope, context, status, _said(error, context.lang), retry_after=retry_after)


async def no_such_thing(request: Request, error: Exception) -> Response:
    """To an address, or a method, that there is none of."""
    said = saying(request.scope)
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 404:
        return said("There is nothing at this address; / names every feed.", status=404)
    return said("This server is only read from: use GET or HEAD.", status=status, allow=_READING)


async def failed(request: Request, error: Exception) -> Response:
    """To an address at which this program has a fault."""
    return saying(request.scope)("Something went wrong here; the log of this server says what.", status=500)


async def not_now(request: Request, error: Exception) -> Response:
    """To a reader of feeds or a program whose question cannot be answered now."""
    status, retry_after = _trouble(error)
    if isinstance(error, TooManySearches):
        sentence = "Too many searches at once; try again a little later."
    elif isinstance(error, TookTooLong):
        sentence = "This search takes too long; ask for fewer or longer words."
    else:
        sentence = f"Not available now: {error}."
    return saying(request.scope)(sentence, status=status, retry_after=retry_after)


def _trouble(error: Exception) -> tuple[int, int | None]:
    """The status of an answer that cannot be given now, and after how many seconds one may ask again."""
    if isinstance(error, TooManySearches):
        return 429, ceil(error.seconds)
    return 503, _RETRY_SLOW_SEARCH if isinstance(error, TookTooLong) else None


def _said(error: Exception, lang: str) -> str:
    """The same to a person, in their language."""
    frame = words(lang)
    if isinstance(error, TooManySearches):
        return frame.too_many.format(seconds=ceil(error.seconds))
    return frame.too_slow if isinstance(error, TookTooLong) else frame.no_store


def saying(scope: Scope) -> Callable[..., Response]:
    """How a sentence is said to whoever asks for this address."""
    return _as_problem if is_of_the_api(scope["path"]) else plain


def ending(scope: Scope) -> Response:
    """To who is still waiting when the server ends."""
    return saying(scope)(
        "This server is ending; try again in a moment.", status=503, retry_after=_RETRY_AFTER_END
    )


def plain(
    sentence: str,
    *,
    status: int = 200,
    retry_after: int | None = None,
    allow: str | None = None,
    media_type: str | None = None,
) -> Response:
    """A sentence as plain text, or in another form; `retry_after` in seconds, `allow` the methods that there are."""
    headers = _headers() | _asides(retry_after, allow)
    return PlainTextResponse(f"{sentence}\n", status, headers, media_type)


def _as_problem(
    sentence: str, *, status: int, retry_after: int | None = None, allow: str | None = None
) -> Response:
    headers = _headers() | dict(OPEN_TO_ANY_SITE) | _asides(retry_after, allow)
    return Response(problem(status, sentence), status, headers, PROBLEM)


def _asides(retry_after: int | None, allow: str | None) -> dict[str, str]:
    given = {"Retry-After": None if retry_after is None else str(retry_after), "Allow": allow}
    return {name: value for name, value in given.items() if value is not None}


def _headers(allowed: str | None = None) -> dict[str, str]:
    given = guards() if allowed is None else guards(allowed)
    return {"Cache-Control": "no-store"} | {name.decode(): value.decode() for name, value in given}
