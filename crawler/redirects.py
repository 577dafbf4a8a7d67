"""Follows a redirect only where it stays on the portal; Scrapy's own goes to any host and scheme."""

from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.http import Response

from crawler.failures import Failed, NotAskedError

MOST_HOPS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_KEEP_METHOD = frozenset({307, 308})


class Redirects:
    """A downloader middleware. A GET leads to another GET; a POST only to the same POST elsewhere on the portal."""

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """The answer, or the next request; raises NotAskedError where it leads off the portal or round."""
        location = response.headers.get("Location")
        if response.status not in _REDIRECTS or location is None:
            return response
        if request.method != "GET" and response.status not in _KEEP_METHOD:
            what = f"{request.url} answered {response.status}: a redirect that would make our question another one."
            raise NotAskedError(Failed("broken", what))
        hops = request.meta.get("hops", 0)
        if hops >= MOST_HOPS:
            raise NotAskedError(Failed("broken", f"{request.url}: redirected more than {MOST_HOPS} times."))
        target = _target(request.url, location.decode("utf-8", "replace"))
        if target is None:
            shown = location.decode("utf-8", "replace")[:200]
            raise NotAskedError(
                Failed("off_site", f"{request.url} redirects off the portal, which is not followed: {shown}")
            )
        return request.replace(url=target, meta={**request.meta, "hops": hops + 1}, dont_filter=True)


def _target(url: str, location: str) -> str | None:
    """Where the redirect leads, or None where that is another scheme, host or port."""
    try:
        target = urljoin(url, location.strip())
        here, there = urlsplit(url), urlsplit(target)
        same = (here.scheme, here.hostname, here.port) == (there.scheme, there.hostname, there.port)
    except ValueError:
        return None
    return target if same else None
