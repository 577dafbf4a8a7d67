"""Keeps a copy of a database from before its schema is altered: an older program cannot read it afterwards."""

import logging
from pathlib import Path

from monitor.errors import StoreError
from monitor.store.backup import back_up

log = logging.getLogger("jarshy.store")


def keep_older(database: Path, *, schema: int, newer: int) -> Path:
    """Copies the database beside itself, as the one copy of an older schema; the copy.

    What an earlier change of the schema left there goes. Raises StoreError, with nothing altered, where there is no
    room for it.
    """
    target = database.with_name(f"{database.name}.before-schema-{newer}")
    try:
        made = back_up(database, target, replace=True)
    except StoreError as error:
        raise StoreError(f"schema {schema} is not altered, because it could not be kept: {error}") from error
    for other in database.parent.iterdir():
        if other.name.startswith(f"{database.name}.before-schema-") and other != target:
            other.unlink(missing_ok=True)
    log.info(
        "The database %s has schema %d and is brought to %d; a copy is kept as %s (%.1f MB); delete it at will.",
        database,
        schema,
        newer,
        target,
        made.bytes / 1e6,
    )
    return target
