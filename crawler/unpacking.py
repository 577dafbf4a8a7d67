"""Unpacks what came compressed, up to the limit of what one answer may cost, and lets go of what was too much."""

import traceback

from scrapy import Request
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.failures import Failed, NotAskedError


class Unpacking(HttpCompressionMiddleware):
    """Scrapy's own, but an answer that unpacks to too much leaves nothing behind.

    Scrapy's exception keeps the frames in which tens of megabytes stand, and is itself kept in a cycle until the
    collector comes by: three packed bombs in a row had doubled the worker's memory.
    """

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """The answer unpacked. Raises NotAskedError where it is too large, and zlib's errors where it is torn."""
        try:
            return super().process_response(request, response)
        except IgnoreRequest as error:
            _forget(error)
        raise NotAskedError(
            Failed("too_large", f"{request.url}: the answer, unpacked, is larger than this program reads.")
        )


def _forget(error: BaseException | None) -> None:
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__
