"""Says of every key that cannot be used what to write in its place. Pure; repeats no secret."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from monitor.config_secrets import Lacking
from monitor.config_sources import variable, variables_meant
from monitor.config_values import did_you_mean

Model = type[BaseModel]

_PLAINLY = {
    "string_type": "write a text, in quotes",
    "path_type": "write a path, in quotes",
    "float_type": "write a number, without quotes",
    "int_type": "write a whole number (an integer), without quotes",
    "int_from_float": "write a whole number (an integer)",
    "int_parsing": "write a whole number (an integer)",
    "bool_type": "write true or false, without quotes",
}
"""By pydantic's name of the fault, where its own words are for programmers."""
_BOUNDS = {
    "greater_than": "write a number above {gt:g}",
    "greater_than_equal": "write {ge} or more",
    "less_than_equal": "write {le} or less",
}
"""The same of a number that is too small or too large."""


def explained(
    faults: Sequence[Any],
    model: Model,
    file: Path | None,
    named: Mapping[str, str],
    lacking: Lacking,
    alerts: Any = None,
) -> str:
    """Every fault with its key and its remedy. `named`: the variable that a key came from, by the key; `alerts`: what
    stands there under that key, of which each is named, as nobody counts them from 0.

    What is found of a key whose secret is `lacking` comes of that, and only that is said of it.
    """
    lines = []
    for fault in faults:
        if fault["loc"][:1] == ("alerts",) and fault["loc"][1:3] in lacking:
            continue
        names = _sources(fault["loc"], named)
        key = ", ".join(names) or ".".join(str(part) for part in fault["loc"])
        lines.append(f"  {key}: {_remedy(fault, model, names)}{_of_alert(fault['loc'], alerts)}")
    if not lines and len(lacking) == 1:
        return next(iter(lacking.values()))
    where = " and ".join([*([str(file)] if file else []), *(["the environment"] if named else [])])
    return "\n".join(
        [f"the configuration ({where}) cannot be used:", *lines, *(f"  {each}" for each in lacking.values())]
    )


def _of_alert(loc: Sequence[Any], alerts: Any) -> str:
    """By which name the alert goes that a key stands in, where it has a sound one."""
    if len(loc) < 3 or loc[0] != "alerts" or loc[2] == "name" or not isinstance(alerts, list):
        return ""
    name = alerts[loc[1]].get("name")
    return f" (alert {name!r})" if isinstance(name, str) and name.strip() else ""


def keys_of(model: Model) -> list[str]:
    """The keys of a table as they are written."""
    return [field.alias or name for name, field in model.model_fields.items()]


def tables_in(model: Model) -> Iterator[tuple[str, Model]]:
    """Each table of the configuration as it is written, `[portal]` or `[[alerts]]`, and what it holds."""
    for name, field in model.model_fields.items():
        for inner in (field.annotation, *get_args(field.annotation)):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                yield (f"[{name}]" if inner is field.annotation else f"[[{name}]]"), inner


def variables_of(model: Model) -> list[str]:
    """The names of all variables of the environment that set a key."""
    return [
        variable(name.strip("[]"), key)
        for name, table in tables_in(model)
        if name != "[[alerts]]"
        for key in keys_of(table)
    ]


def _sources(loc: Sequence[Any], named: Mapping[str, str]) -> list[str]:
    """The variable that a key came from, itself or as a part of its list; of an unknown table, all that name it."""
    whole = ".".join(str(part) for part in loc[:2])
    if len(loc) > 1:
        return [named[whole]] if whole in named else []
    return [name for key, name in named.items() if key.startswith(f"{whole}.")]


def _remedy(fault: Any, model: Model, names: Sequence[str]) -> str:
    kind, loc, given = fault["type"], fault["loc"], fault.get("input")
    if kind == "extra_forbidden":
        hint = variables_meant(names, variables_of(model)) or _where_it_belongs(loc, model)
        return f"unknown key{hint}"
    if kind == "missing":
        return "missing; every alert needs it"
    if kind == "too_short":
        return "names nothing; name at least one"
    if kind == "tuple_type":
        return "write [[alerts]] above each" if loc == ("alerts",) else 'write a list, as ["one"]'
    if kind in {"model_type", "model_attributes_type"}:
        if loc[-1] == "burst":
            return 'write a table, as { more_than = 10, within = "10m" }'
        if loc[0] == "alerts":
            return "must be a table; write [[alerts]] on a line of its own, and its keys below"
        return f"must be a table; write [{loc[-1]}] on a line of its own"
    if kind == "literal_error":
        known = re.findall(r"'([^']+)'", fault["ctx"]["expected"])
        text = given[0] if isinstance(given, list) and len(given) == 1 else given
        return f"{given!r} is not one of {fault['ctx']['expected']}{did_you_mean(str(text), known)}"
    if kind in _BOUNDS:
        return _BOUNDS[kind].format(**fault["ctx"])
    return _PLAINLY.get(kind) or str(fault["msg"].removeprefix("Value error, "))


def _where_it_belongs(loc: Sequence[Any], model: Model) -> str:
    """What is near among the keys beside it; else the tables that have such a key; else what there is. Outside of
    all tables those go first: a table that is nearly named so was hardly meant."""
    key, beside = str(loc[-1]), _beside(loc, model)
    tables = dict(tables_in(model))
    known = [*beside, *(name.strip("[]") for name in tables)] if len(loc) == 1 else beside
    homes = [name for name, table in tables.items() if key in keys_of(table)]
    hint, home = did_you_mean(key, known), f" here; it belongs under {' or '.join(homes)}" if homes else ""
    if found := home or hint if len(loc) == 1 else hint or home:
        return found
    return f"; here may stand {', '.join(beside)}"


def _beside(loc: Sequence[Any], model: Model) -> list[str]:
    """The keys that there are where an unknown one stands."""
    for part in loc[:-1]:
        field = model.model_fields.get(part) if isinstance(part, str) else None
        for inner in () if field is None else (field.annotation, *get_args(field.annotation)):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                model = inner
    return keys_of(model)
