"""Where the configuration comes from: a file, and variables of the environment. Knows no key and checks nothing."""

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from monitor.errors import ConfigError
from monitor.references import variables_in

DEFAULT_FILE = Path("jarshy.toml")
_PREFIX = "JARSHY_"
_OF_OTHERS = re.compile(r"JARSHY(_\w+)?_SERVICE_(HOST|PORT)\w*|JARSHY_PORT(_\d+_(TCP|UDP|SCTP)\w*)")
"""What Kubernetes and Docker put into the environment of whoever runs beside a service of that name."""

_HINTS = {
    "Invalid value": "; texts stand in quotes",
    "Cannot overwrite a value": "; a key may stand there once",
    "twice": "; a table may stand there once",
    "Unescaped '\\' in a string": "; in single quotes a \\ is a \\",
}
"""What to do about it, by a part of what the reader of TOML says."""


def chosen(file: Path | None) -> Path | None:
    """The file that is read: the one that is named, else `jarshy.toml` where there is one."""
    return file or (DEFAULT_FILE if DEFAULT_FILE.exists() else None)


def tables_of(file: Path) -> dict[str, Any]:
    """What stands in the file. Raises ConfigError where it cannot be read."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))  # some editors begin with a mark
    except FileNotFoundError as error:
        raise ConfigError(
            f"there is no configuration file {file}; write it, or start without --config to run with defaults"
        ) from error
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:  # no TOML, no UTF-8, a number or a list beyond all measure
        hint = next((hint for said, hint in _HINTS.items() if said in str(error)), "")
        raise ConfigError(f"{file} is not valid TOML: {error}{hint}") from error


def variable(table: str, key: str) -> str:
    """The name that a key has in the environment."""
    return f"{_PREFIX}{table}__{key}".upper()


def set_by(environ: Mapping[str, str], known: Collection[str]) -> list[str]:
    """The variables, of those `known`, that set a key."""
    return [name for name in sorted(known) if name in environ]


def referred_in(file: Path | None) -> frozenset[str]:
    """The variables that the alerts of a file refer to, which is known to be sound."""
    if file is None:
        return frozenset()
    texts = [
        text
        for alert in tables_of(file).get("alerts", ())
        for key in ("to", "secret")
        for text in _texts(alert.get(key))
    ]
    return frozenset().union(*map(variables_in, texts))


def overlay(tables: dict[str, Any], environ: Mapping[str, str]) -> dict[str, str]:
    """Puts the environment over the tables; the name of each variable that was used, by its key.

    Raises ConfigError for one that has no place there.
    """
    named = {}
    for name, text in sorted(environ.items()):
        table, separator, key = name.removeprefix(_PREFIX).lower().partition("__")
        if not name.startswith(_PREFIX) or not separator:
            continue
        if table == "alerts":
            raise ConfigError(f"{name}: alerts cannot come from the environment; write [[alerts]] in a file")
        if not isinstance(tables.setdefault(table, {}), dict):
            raise ConfigError(f"{table}: must be a table; write [{table}] on a line of its own")
        tables[table][key] = _value(text)
        named[f"{table}.{key}"] = name
    return named


def unused(environ: Mapping[str, str], known: Collection[str], referred: Collection[str]) -> Iterator[str]:
    """Of each variable that looks like one of ours and sets nothing, that it does not, and what was meant, perhaps.

    `known` are the names of all keys, `referred` the variables that alerts refer to.
    """
    for name, text in sorted(environ.items()):
        is_ours = name.upper().startswith(_PREFIX) and name not in referred and not _OF_OTHERS.fullmatch(name)
        if (
            not is_ours
            or (name.startswith(_PREFIX) and "__" in name)
            or (name == "JARSHY_PORT" and "://" in text)
        ):
            continue  # one with two underscores in it is a key, or was refused
        hint = variables_meant([name], known)
        yield f"the variable {name} sets nothing{hint}; a key is JARSHY_<TABLE>__<KEY>, in capitals."


def variables_meant(names: Iterable[str], known: Collection[str]) -> str:
    """A hint to put behind a refusal: which of the variables that there are was meant, in brackets; empty where that
    cannot be told."""
    near = list(dict.fromkeys(each for name in names for each in _near(name, known)))
    return f" (did you mean: {', '.join(near)}?)" if near else ""


def _near(name: str, known: Collection[str]) -> list[str]:
    """The same but for its underscores, the same key in another table, or one that is nearly written so."""
    spelled, bare = {_bare(each): each for each in known}, _bare(name)
    if bare in spelled:
        return [spelled[bare]]
    key = name.removeprefix(_PREFIX).upper().rpartition("__")[2]
    elsewhere = [each for each in known if each.endswith(f"__{key}")]
    return elsewhere or [spelled[each] for each in get_close_matches(bare, spelled, n=1, cutoff=0.85)]


def _texts(value: object) -> list[str]:
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]


def _bare(name: str) -> str:
    return re.sub(r"_+", "_", name.upper())


def _value(text: str) -> object:
    """A TOML value where the text is one (`8080`, `["kk", "ru"]`), else the text itself."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError):
        return text
