"""The ways to read a listing, by the name an order gives them; a new one is one file and one line here."""

from collections.abc import Callable, Mapping

from crawler.records import Order
from crawler.routes import rest
from crawler.routes.asking import Ask

ROUTES: Mapping[str, Callable[[Order, str], Ask]] = {
    "rest": rest.ask,
}
"""Each takes an order and the portal's base address, without a slash at its end."""
