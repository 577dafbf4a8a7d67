"""Where what is published stands: at the addresses of the server, or as files of any server; pure.

Every document has one address, which says what it is and may do so in a query. A file has no query.
"""

from collections.abc import Callable
from pathlib import PurePosixPath
from urllib.parse import parse_qsl

AddressOf = Callable[[str], str]
"""From the address of a document, as the server has it from `/` on, to the one at which it is published."""


def of_server(address: str) -> str:
    """The address itself."""
    return address


def of_file(address: str) -> str:
    """The address of a file: the language, which is asked for in a query, stands before the ending instead.

    `/feeds/all.atom?lang=kk` is `/feeds/all.kk.atom`. Raises ValueError where anything else is asked for: whoever
    searches needs the server.
    """
    path, _, query = address.partition("?")
    asked = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))
    if not asked:
        return path
    (name, lang), *others = asked
    if name != "lang" or not lang.isalnum() or others:
        raise ValueError(f"{address} is no file: only one lang= can be told by a name")
    file = PurePosixPath(path)
    return str(file.with_name(f"{file.stem}.{lang}{file.suffix}"))
