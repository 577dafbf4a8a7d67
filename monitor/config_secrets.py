"""Puts into alerts the secrets that they refer to, from the environment and from files."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

from monitor.errors import ConfigError
from monitor.references import Source, filled

_LONGEST_SECRET = 65536
"""Characters of a file's first line; what is longer is no secret but another file."""


def with_secrets(alerts: Iterable[object], environ: Mapping[str, str], *, needed: bool) -> Iterator[object]:
    """The alerts with what their `to` and `secret` refer to; what is no table is left to the check.

    Where it is not `needed`, an alert whose secret is not there is left out; else that raises ConfigError.
    """
    for number, alert in enumerate(alerts):
        where = f"alerts.{number}"
        if isinstance(alert, dict) and isinstance(alert.get("name"), str):
            where += f" ({alert['name']!r})"
        try:
            yield _with_secret(alert, environ, where) if isinstance(alert, dict) else alert
        except ConfigError:
            if needed:
                raise


def _with_secret(alert: Mapping[str, object], environ: Mapping[str, str], where: str) -> dict[str, object]:
    filled_in = dict(alert)
    for key in ("to", "secret"):
        put_in = partial(filled, value_of=partial(_secret, environ), address=key == "to")
        written = alert.get(key)
        try:
            if isinstance(written, str):
                filled_in[key] = put_in(written)
            elif isinstance(written, list):
                filled_in[key] = [put_in(text) if isinstance(text, str) else text for text in written]
        except ValueError as error:
            raise ConfigError(f"{where}, {key}: {error}") from None
    return filled_in


def _secret(environ: Mapping[str, str], source: Source, name: str) -> str:
    """The value of a variable, or the first line of a file; raises ValueError."""
    if source == "variable":
        value = environ.get(name, "")
        if not value:
            raise ValueError(f"${{{name}}} is not set or empty; set the variable {name} for this process")
        if any("\ud800" <= sign <= "\udfff" for sign in value):
            raise ValueError(f"${{{name}}} is not UTF-8; write the secret as plain text")
        return value
    try:
        with Path(name).open(encoding="utf-8-sig") as file:
            value = file.readline(_LONGEST_SECRET).rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise ValueError(f"${{file:{name}}} is not UTF-8; write the secret as plain text") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no such name"
        raise ValueError(
            f"${{file:{name}}} cannot be read ({reason}); name a file that this process may read"
        ) from error
    if not value:
        raise ValueError(f"${{file:{name}}} is empty; write the secret on its first line")
    return value
