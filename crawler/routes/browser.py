"""The route `browser`: the portal's page for people in a real headless browser. Describes pages, opens none.

Facts: the page shows ten releases and asks REST for them itself; what REST gave the page is read as the route
`rest` reads it. A page whose list is only drawn has no texts: it is never taken for releases.
"""

from collections.abc import Sequence

from crawler.answers import Answer, classify
from crawler.records import WHOLE, Order
from crawler.rendered import read_cards
from crawler.routes.asking import Ask, CannotAskError, Reply, Route

ON_A_PAGE = 10


def ask(orders: Sequence[Order], base_url: str) -> Ask:
    """The pages that hold what an order asks for. Raises CannotAskError where no pages of ten do."""
    [order] = orders
    if order.agency == WHOLE:
        raise CannotAskError(
            "The route browser reads no listing of the whole portal: no page is known for it."
        )
    if order.source_id is not None:
        raise CannotAskError("The route browser brings no single release: its page is not read.")
    pages, left = divmod(order.size, ON_A_PAGE)
    if left or not pages:
        raise CannotAskError(
            f"The route browser reads pages of {ON_A_PAGE}, so that {order.size} is no size."
        )
    first = (order.page - 1) * pages + 1
    views = tuple(
        f"{base_url}/memleket/entities/{order.agency}/press/news/{number}?lang={order.lang}"
        for number in range(first, first + pages)
    )
    return Ask(views[0], {}, views=views)


def read(orders: Sequence[Order], reply: Reply) -> Sequence[Answer]:
    """What REST gave the page; else what the page is."""
    cards = read_cards(reply.body.decode("utf-8", "replace")) if reply.body.lstrip()[:1] == b"<" else ()
    if cards:
        what = (
            f"{reply.url} drew {len(cards)} releases without their texts, the first being {cards[0].source_id}. "
            "The data from which it drew them were not seen, and cards alone are no releases."
        )
        return [Answer("shell", reason=what)]
    return [classify(reply.status, reply.headers, reply.body, reply.url, now=reply.now)]


ROUTE = Route(ask, read)
