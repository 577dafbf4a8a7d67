"""An address or more of each kind of page, over the newsroom's store."""

import re
from urllib.parse import quote

from feeds.pages.table import PAGES, Looked, looked_at
from tests.browser.newsroom import COPY_GONE, EDITED, IN_TROUBLE, LONG, REMOVED, STORY

FOR_PEOPLE = (
    "/",
    "/?agency=economy&lang=ru",
    "/changes",
    "/changes?kind=removed",
    f"/releases/{EDITED}",
    f"/releases/{EDITED}?lang=ru",
    f"/releases/{EDITED}?view=side",
    f"/releases/{EDITED}?images=1",
    f"/releases/{REMOVED}",
    f"/releases/{COPY_GONE}",
    f"/releases/{STORY + 1}",
    f"/releases/{LONG}",
    f"/releases/{EDITED}/diff?lang=ru",
    f"/releases/{EDITED}/diff?lang=ru&from=1&to=3",
    "/agencies",
    "/agencies/economy",
    f"/agencies/{IN_TROUBLE}",
    "/search",
    f"/search?q={quote('школа | мектеп')}&order=relevance",
    f"/search?q={quote('қобыз -«жоқ сөз»')}&status=listed&lang=kk&agency=economy",
    "/search?q=xyzzy",
    "/feeds",
    f"/feeds?agency=economy&agency=almaty&lang=kk&word={quote('көпір')}&not={quote('ойын')}",
    "/status",
)
FOR_PROGRAMS = (
    "/favicon.svg",
    f"/releases/{EDITED}/raw?lang=ru&revision=2",
    f"/api/releases/{EDITED}",
    "/api/changes",
    "/api/openapi.json",
)
REFUSED = {"/nothing/at/all": 404, "/?x=1": 400, "/releases/1": 404}
"""Pages that say what is wrong, with their status."""

_LANGUAGES = frozenset({"kk", "ru", "en"})


def exists(address: str) -> bool:
    """Whether some page of the table has it."""
    path, _, query = address.partition("?")
    return isinstance(looked_at(path, query, languages=_LANGUAGES), Looked)


def kind_of(address: str) -> str | None:
    """The pattern of the page that has it; None: no page has."""
    path = address.partition("?")[0]
    return next((page.pattern for page in PAGES if re.fullmatch(page.pattern, path, re.ASCII)), None)
