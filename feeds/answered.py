"""What an answer is counted as in the metrics; pure."""

from functools import lru_cache

from feeds.api.problems import is_of_the_api
from feeds.formats import FORMATS
from feeds.hosts import FOR_MACHINES


@lru_cache(maxsize=1024)
def form_of(path: str) -> str:
    """What an address leads to: a feed of some format, the list of feeds, the API, a page, or what machines ask.

    There are few of them, whatever somebody writes in an address.
    """
    if path.startswith("/feeds"):
        ending = path.rpartition(".")[2]
        if ending in FORMATS or ending == "opml":
            return ending
    if path in FOR_MACHINES:
        return "machine"
    return "api" if is_of_the_api(path) else "page"
