"""The route `rest`: the portal's REST listing by a plain GET. Builds the request, sends nothing.

Facts: pages count from 1; the end is an empty list; Accept-Language chooses the language; sizes up to 100
have worked, the portal's own page asks 10. No cookie, no Origin, no Referer: nothing plays the browser.
"""

from urllib.parse import quote, urlencode

from crawler.records import Order
from crawler.routes.asking import Ask

PATH = "/api/v1/public/content-manager/news"


def ask(order: Order, base_url: str) -> Ask:
    """The request for one page of one agency's listing in one language, newest first."""
    query = urlencode(
        {
            "sort-by": "created_date:DESC",
            "projects": f"eq:{order.agency}",
            "page": order.page,
            "size": order.size,
        },
        safe=":",
        quote_via=quote,
    )
    return Ask(
        url=f"{base_url}{PATH}?{query}",
        headers={"Accept": "application/json", "Accept-Language": order.lang},
    )
