"""Serves the history by Datasette on this machine, read-only; the only door to Datasette."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from pathlib import Path
from typing import Any

from monitor.errors import ConfigError
from monitor.explore.metadata import DATABASE, metadata

HOST = "127.0.0.1"
_SETTINGS = {
    "sql_time_limit_ms": 10_000,  # a view of all edits takes seconds over a long history
    "facet_time_limit_ms": 500,
    "default_allow_sql": True,
    "allow_download": False,  # copied while it is written, it would not be whole; `jarshy backup` makes a copy
    "default_cache_ttl": 0,  # the file is alive
    "max_returned_rows": 5_000,
}

_Message = MutableMapping[str, Any]
_App = Callable[
    [_Message, Callable[[], Awaitable[_Message]], Callable[[_Message], Awaitable[None]]], Awaitable[None]
]


def explore(path: Path, held: Iterable[str], *, port: int, ready: Callable[[str], None]) -> None:
    """Serves until SIGINT or SIGTERM; `held` are the tables and views of the file, `ready` is told the address.

    Raises ConfigError where Datasette is not installed or the port is taken.
    """
    try:
        import uvicorn
        from datasette.app import Datasette
        from datasette.database import Database
    except ImportError as error:
        raise ConfigError(
            "explore needs Datasette, which is not installed: pip install 'jarshy[explore]'"
        ) from error
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, port))
            listening.listen()  # who hears of the address may ask at once
        except OSError as error:
            raise ConfigError(
                f"port {port} of {HOST}: {error.strerror}; name another with --port, or 0 for any"
            ) from error
        bound = listening.getsockname()[1]
        datasette = Datasette(metadata=metadata(held), settings=_SETTINGS)
        # A file that is opened as one that may change is opened with mode=ro.
        datasette.add_database(Database(datasette, path=str(path), is_mutable=True), name=DATABASE)
        own = {f"{name}:{bound}".encode() for name in (HOST, "localhost")}
        server = uvicorn.Server(
            uvicorn.Config(_only_for(own, datasette.app()), lifespan="on", log_level="warning")
        )
        ready(f"http://{HOST}:{bound}/{DATABASE}")
        try:
            asyncio.run(server.serve(sockets=[listening]))
        except KeyboardInterrupt:
            return  # uvicorn has ended in order, and says with what signal


def _only_for(hosts: set[bytes], app: _App) -> _App:
    """Answers only who asks for this machine by its own name, and no page of another site whose DNS leads here."""

    async def guarded(
        scope: _Message,
        receive: Callable[[], Awaitable[_Message]],
        send: Callable[[_Message], Awaitable[None]],
    ) -> None:
        if scope["type"] != "http" or dict(scope["headers"]).get(b"host") in hosts:
            await app(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 421, "headers": []})
        await send({"type": "http.response.body", "body": b"Ask for http://127.0.0.1 by that name.\n"})

    return guarded
