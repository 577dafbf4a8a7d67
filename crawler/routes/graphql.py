"""The route `graphql`: the portal's GraphQL interface. Builds the query, the only place that knows its schema.

Facts: lists lie in data.news; a failure is `errors` with status 200, or 504 from 50 items on; ids are text;
`eq:` names one agency where `contains:` finds its neighbours too. The order asked for was dropped without a word
when its direction stood in upper case, and lower case is not proven either: whoever reads the page must judge it.
Several listings under aliases in one POST are what GraphQL offers; nobody has tried it on the portal.
"""

import json
from collections.abc import Mapping, Sequence

from crawler.answers import Answer, classify_each
from crawler.records import WHOLE, Order
from crawler.routes.asking import Ask, CannotAskError, Reply, Route

PATH = "/graphql"
FIELDS = ("id", "title", "slug", "body", "created_date", "projects")
"""What a release is made of and no more: one field that the portal has dropped would cost the whole answer."""
LARGEST = 20
TOGETHER = 10


def ask(orders: Sequence[Order], base_url: str) -> Ask:
    """One POST for a page of each order's listing.

    Raises CannotAskError for a single release, for which no query is known, and for more than 20 items.
    """
    for order in orders:
        if order.source_id is not None:
            raise CannotAskError("The route graphql brings no single release: no query for it is known.")
        if order.size > LARGEST:
            raise CannotAskError(
                f"The route graphql reads at most {LARGEST} items at once, not {order.size}."
            )
    fields = " ".join(
        f"{_alias(name)}news({_arguments(order)}) {{ {' '.join(FIELDS)} }}"
        for name, order in zip(_names(orders), orders, strict=True)
    )
    query = {"query": f"query News {{ {fields} }}", "variables": {}, "operationName": "News"}
    return Ask(
        f"{base_url}{PATH}",
        {
            "Accept": "application/json",
            "Accept-Language": orders[0].lang,
            "Content-Type": "application/json",
        },
        method="POST",
        body=json.dumps(query).encode(),
    )


def read(orders: Sequence[Order], reply: Reply) -> Sequence[Answer]:
    """The listing of each order; one that failed does not cost the others."""
    names = _names(orders)
    found: Mapping[str, Answer] = classify_each(
        reply.status, reply.headers, reply.body, reply.url, names=names, now=reply.now
    )
    return [found[name] for name in names]


def _arguments(order: Order) -> str:
    owner = "" if order.agency == WHOLE else f"projects: {json.dumps(f'eq:{order.agency}')}, "
    return (
        f'{owner}_size: {order.size}, _page: {order.page}, _sort: "created_date:desc", '
        f"_lang: {json.dumps(order.lang)}"
    )


def _names(orders: Sequence[Order]) -> list[str]:
    """Where the answer holds each listing: a lone one needs no alias, which an interface might not know."""
    return ["news"] if len(orders) == 1 else [f"n{number}" for number in range(len(orders))]


def _alias(name: str) -> str:
    return "" if name == "news" else f"{name}: "


ROUTE = Route(ask, read, together=TOGETHER)
