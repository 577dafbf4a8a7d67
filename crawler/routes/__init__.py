"""The ways to read a listing, by the name an order gives them; a new one is one file and one line here."""

from collections.abc import Mapping

from crawler.routes import browser, graphql, rest, rest_session
from crawler.routes.asking import Route

ROUTES: Mapping[str, Route] = {
    "rest": rest.ROUTE,
    "graphql": graphql.ROUTE,
    "rest-session": rest_session.ROUTE,
    "browser": browser.ROUTE,
}
