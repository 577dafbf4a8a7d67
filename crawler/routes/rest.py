"""The route `rest`: the portal's REST listing by a plain GET. Builds the request, sends nothing.

Facts: pages count from 1; the end is an empty list; Accept-Language chooses the language; sizes up to 100
have worked, the portal's own page asks 10; without `projects` it is the listing of the whole portal. One release
by its number has been asked for as `news/<id>`, and nobody has recorded what came. No cookie, no Origin, no
Referer: nothing plays the browser.
"""

from collections.abc import Sequence
from urllib.parse import quote, urlencode

from crawler.answers import Answer, classify
from crawler.records import WHOLE, Order
from crawler.routes.asking import Ask, Reply, Route
from crawler.single import read_single

PATH = "/api/v1/public/content-manager/news"


def ask(orders: Sequence[Order], base_url: str) -> Ask:
    """The request for one page of one agency's listing in one language, newest first, or for one release."""
    [order] = orders
    headers = {"Accept": "application/json", "Accept-Language": order.lang}
    if order.source_id is not None:
        return Ask(f"{base_url}{PATH}/{quote(order.source_id, safe='')}", headers)
    owner = {} if order.agency == WHOLE else {"projects": f"eq:{order.agency}"}
    query = urlencode(
        {"sort-by": "created_date:DESC", **owner, "page": order.page, "size": order.size},
        safe=":",
        quote_via=quote,
    )
    return Ask(f"{base_url}{PATH}?{query}", headers)


def read(orders: Sequence[Order], reply: Reply) -> Sequence[Answer]:
    """The page, or the release, that came."""
    [order] = orders
    if order.source_id is not None:
        return [
            read_single(
                reply.status, reply.headers, reply.body, reply.url, now=reply.now, wanted=order.source_id
            )
        ]
    return [classify(reply.status, reply.headers, reply.body, reply.url, now=reply.now)]


ROUTE = Route(ask, read)
