"""Writes the reference of all keys from the code: `python -m monitor.config_reference > docs/configure.md`."""

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from textwrap import fill
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from monitor import config, config_values
from monitor.config import Config
from monitor.config_changes import NEEDS_RESTART
from monitor.config_remedies import tables_in
from monitor.config_sources import variable
from monitor.config_values import Absent, written

WIDTH = 100
INTRODUCTION = """\
# Configure

<!-- Made by `python -m monitor.config_reference > docs/configure.md` from monitor/config.py; edit that. -->

Jarshy runs without any configuration. What you want otherwise stands in `jarshy.toml` where the daemon
starts, or in the file that `--config FILE` names; it is [TOML](https://toml.io). Every key may be left
out, but `name` and `to` of an alert.

From the environment a key is `JARSHY_<TABLE>__<KEY>`, with two underscores, and wins over the file. Lists
are written with commas there: `JARSHY_PORTAL__AGENCIES=economy,mfa`. Alerts come from the file alone.

`jarshy check` reads the configuration as the daemon would and says what follows from it: how much is
read, how many requests a day that takes, who is told of what. An unknown key, a wrong type, an unknown
agency or an unreadable address stops the start, with the key, the remedy, and what was probably meant.

**While it runs.** On SIGHUP (`systemctl reload jarshy`, `docker exec jarshy sh -c 'kill -HUP 1'`) the daemon reads
file and secrets again and goes on by them, also a `jarshy.toml` that was written after the start. No reader
is refused meanwhile, and nothing is told twice. What changed is logged by key; of secrets only that they
changed. A configuration that cannot be used is refused with the sentences of the start, and the one in use
stays. The variables of the environment are those of the start: nobody can change them from outside.
"""


@dataclass(frozen=True, slots=True)
class _Written:
    """How a field stands in the source."""

    type: str
    said: str


def reference() -> str:
    """The whole document."""
    parts = [INTRODUCTION]
    for name, table in tables_in(Config):
        parts += [f"## `{name}`\n", f"{_of_table(table)}\n"]
        parts += _keys(name, table)
    return "\n".join(parts)


def _of_table(table: type[BaseModel]) -> str:
    """The docstring of a table, without its name."""
    said = " ".join((table.__doc__ or "").split())
    said = re.sub(r"^(One )?`\[+\w+\]+`( table)?: ", "", said)
    if not said.endswith("."):
        said += "."
    return said[:1].upper() + said[1:]


def _keys(name: str, table: type[BaseModel], within: str = "") -> Iterator[str]:
    sources = _sources(config.__file__, table.__name__)
    for key, field in table.model_fields.items():
        shown = f"{within}{field.alias or key}"
        yield f"### `{shown}`\n"
        yield f"{_line(name, shown, field, sources[key])}\n"
        yield f"{fill(sources[key].said, WIDTH, break_long_words=False, break_on_hyphens=False)}\n"
        inner = _inner(field)
        if not within and (example := _example(field)):
            yield f"```toml\n{name}\n{shown} = {example}\n```\n"
        if inner is not None:
            yield from _keys(name, inner, within=f"{shown}.")


def _line(name: str, shown: str, field: FieldInfo, source: _Written) -> str:
    """Type, default, variable, and whether it takes a restart."""
    facts = [_type(field, source)]
    facts.append("needed" if field.is_required() else f"default: {_default(field)}")
    table = name.strip("[]")
    if not name.startswith("[["):
        facts.append(f"`{variable(table, shown)}`")
    if (table, shown) in NEEDS_RESTART:
        facts.append("a change needs a restart")
    return " · ".join(facts)


def _type(field: FieldInfo, source: _Written) -> str:
    said = _plain_type(field)
    if said is None:
        said = next(
            (_aliases()[word] for word in re.findall(r"\w+", source.type) if word in _aliases()), None
        )
    if said is None:
        raise LookupError(f"say in a docstring under {source.type} in config_values.py how it is written")
    return " ".join([said.rstrip("."), *_bounds(field)])


def _plain_type(field: FieldInfo) -> str | None:
    kind = field.annotation
    if _inner(field) is not None:
        return "A table"
    if get_origin(kind) is Literal:
        return "One of " + ", ".join(f"`{each}`" for each in get_args(kind))
    if any(callable(getattr(each, "func", None)) for each in field.metadata):
        return None  # a type of ours, which says how it is written
    for each in (kind, *get_args(kind)):
        if each in _PLAIN:
            return _PLAIN[each]
    return None


def _bounds(field: FieldInfo) -> Iterator[str]:
    words = {"ge": "from {}", "gt": "above {}", "le": "to {}", "lt": "below {}"}
    for each in field.metadata:
        for name, said in words.items():
            if (bound := getattr(each, name, None)) is not None:
                yield said.format(bound)


def _default(field: FieldInfo) -> str:
    value = field.default
    absent = next((each.word for each in field.metadata if isinstance(each, Absent)), "")
    if value is None:
        return f"`{absent}`" if absent else "left out"
    if value == ():
        return "left out"
    return f"`{_toml(value)}`"


def _example(field: FieldInfo) -> str:
    """Empty where the default shows it already."""
    example = _toml(field.examples[0]) if field.examples else ""
    return "" if example == _toml(field.default) else example


def _toml(value: Any) -> str:
    if isinstance(value, timedelta):
        return f'"{written(value)}"'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"{value:g}"
    if isinstance(value, BaseModel):
        value = {name: getattr(value, name) for name in type(value).model_fields}
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    text = str(value)
    return f"'{text}'" if '"' in text else f'"{text}"'


def _inner(field: FieldInfo) -> type[BaseModel] | None:
    kind = field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _sources(file: str, name: str) -> dict[str, _Written]:
    """How each field of a class is written: its type, and what stands under it."""
    [found] = [node for node in _tree(file).body if isinstance(node, ast.ClassDef) and node.name == name]
    fields = {}
    for node, below in zip(found.body, [*found.body[1:], None], strict=True):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            fields[node.target.id] = _Written(ast.unparse(node.annotation), _docstring(below, node.target.id))
    return fields


@cache
def _aliases() -> dict[str, str]:
    """What stands under the types of `config_values` that say how a value is written."""
    body = _tree(config_values.__file__).body
    return {
        node.targets[0].id: below.value.value
        for node, below in pairwise(body)
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(below, ast.Expr)
        and isinstance(below.value, ast.Constant)
        and isinstance(below.value.value, str)
    }


def _docstring(node: ast.stmt | None, name: str) -> str:
    if (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    ):
        return " ".join(node.value.value.split())
    raise LookupError(f"say in a docstring under {name} in config.py what it is for")


@cache
def _tree(file: str) -> ast.Module:
    return ast.parse(Path(file).read_text("utf-8"))


_PLAIN = {str: "A text", Path: "A path", int: "A whole number", float: "A number", bool: "`true` or `false`"}


if __name__ == "__main__":
    sys.stdout.write(reference())
