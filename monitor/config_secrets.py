"""Puts into alerts the secrets that they refer to, from the environment and from files."""

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

from monitor.references import Source, filled

_LONGEST_SECRET = 65536
"""Characters of a file's first line; what is longer is no secret but another file."""


Lacking = Mapping[tuple[int, str], str]
"""Why a secret is not there, by the number of its alert and the key that refers to it."""


def with_secrets(alerts: Iterable[object], environ: Mapping[str, str]) -> tuple[list[object], Lacking]:
    """The alerts with what their `to` and `secret` refer to; what is no table is left to the check.

    What refers to a secret that is not there stays as it is written, with the reason beside it.
    """
    filled_in: list[object] = []
    lacking: dict[tuple[int, str], str] = {}
    for number, alert in enumerate(alerts):
        if not isinstance(alert, dict):
            filled_in.append(alert)
            continue
        with_it, reasons = _with_secret(alert, environ)
        filled_in.append(with_it)
        lacking |= {(number, key): f"{_place(alert, number)}, {key}: {why}" for key, why in reasons.items()}
    return filled_in, lacking


def _place(alert: Mapping[str, object], number: int) -> str:
    name = alert.get("name")
    return f"alerts.{number}" + (f" ({name!r})" if isinstance(name, str) else "")


def _with_secret(
    alert: Mapping[str, object], environ: Mapping[str, str]
) -> tuple[dict[str, object], dict[str, str]]:
    filled_in, reasons = dict(alert), {}
    for key in ("to", "secret"):
        put_in = partial(filled, value_of=partial(_secret, environ), address=key == "to")
        written = alert.get(key)
        try:
            if isinstance(written, str):
                filled_in[key] = put_in(written)
            elif isinstance(written, list):
                filled_in[key] = [put_in(text) if isinstance(text, str) else text for text in written]
        except ValueError as error:
            reasons[key] = str(error)
    return filled_in, reasons


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
