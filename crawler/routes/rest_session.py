"""The route `rest-session`: the REST listing after asking for the cookie that every visitor's browser is given.

Facts: in September 2026 the listing answered 400 «notAllowed» to whoever had not sent a POST to
/api/v1/public/_/c/k6 and kept the cookie. How it is asked for and kept is in `crawler/tickets.py`; everything
else is the route `rest`.
"""

from crawler.routes import rest
from crawler.routes.asking import Route

ROUTE = Route(rest.ask, rest.read, holds_ticket=True)
