"""Writes down whom a configuration follows; where that cannot be done now, a little later. Follows nobody itself."""

import logging
from collections.abc import Callable

from crawler.directory import agencies
from monitor.config import Portal
from monitor.errors import StoreError
from monitor.store.database import Database
from monitor.store.listings import holds_a_directory, write_directory

log = logging.getLogger("jarshy.daemon")

Later = Callable[[Callable[[], None]], None]
"""Calls back after a while, once."""


def write_followed(db: Database, portal: Portal, *, later: Later, again: bool = False) -> None:
    """Marks them in the table of agencies, by which people see who is followed.

    A daemon that reads its configuration anew while another program writes, or on a full disk, must not end by that.
    Raises StoreError where no directory was ever written: without one nothing can be stored.
    """
    try:
        write_directory(db, agencies().values(), followed=portal.agencies)
    except StoreError as error:
        if not holds_a_directory(db):
            raise
        if not again:
            log.warning("%s. Who is followed is written down once that can be done.", error)
        later(lambda: write_followed(db, portal, later=later, again=True))
