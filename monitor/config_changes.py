"""How a configuration that was read again differs from the one in use, said by key, and what of it waits. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from pydantic import BaseModel

from monitor.config import Alert, Config
from monitor.config_values import Absent, written

NEEDS_RESTART = frozenset(
    {("database", "path"), ("portal", "base_url"), ("server", "host"), ("server", "port")}
)
"""What a daemon holds for its whole life: its database, its address, and whose releases it keeps."""
SECRET = frozenset({"to", "secret"})
"""Keys of an alert of which is said only that they changed."""
_SHORT = 3
"""Names that are written out in full; of longer lists what came and what went."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading the configuration again."""

    config: Config
    """What is to be used from now on: as it was read, but for what waits for a restart."""
    changed: tuple[str, ...]
    """By key what is otherwise from now on, such as `[schedule] longest 1h -> 30m`."""
    waiting: tuple[str, ...]
    """The same of what a restart is needed for."""


def compare(used: Config, read: Config) -> Reading:
    """What the configuration that was read means for a daemon that runs with another."""
    changed: list[str] = []
    waiting: list[str] = []
    kept = {}
    for table in Config.model_fields:
        if table == "alerts":
            continue
        before, after = getattr(used, table), getattr(read, table)
        held = {key: getattr(before, key) for holder, key in NEEDS_RESTART if holder == table}
        for key, said in _differences(before, after):
            (waiting if key in held else changed).append(f"[{table}] {said}")
        kept[table] = after.model_copy(update=held)
    changed += _of_alerts(used.alerts, read.alerts)
    return Reading(read.model_copy(update=kept), tuple(changed), tuple(waiting))


def _differences(before: BaseModel, after: BaseModel) -> Iterator[tuple[str, str]]:
    for name, field in type(before).model_fields.items():
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            key = field.alias or name
            absent = next((each.word for each in field.metadata if isinstance(each, Absent)), "left out")
            yield key, f"{key} {'changed' if name in SECRET else _step(old, new, absent)}"


def _of_alerts(used: tuple[Alert, ...], read: tuple[Alert, ...]) -> Iterator[str]:
    before, after = ({alert.name: alert for alert in alerts} for alerts in (used, read))
    yield from (f"[[alerts]] «{name}» is gone" for name in before if name not in after)
    for name, alert in after.items():
        if name not in before:
            yield f"[[alerts]] «{name}» is new"
            continue
        yield from (f"[[alerts]] «{name}»: {said}" for _, said in _differences(before[name], alert))
    if set(before) == set(after) and list(before) != list(after):
        yield "[[alerts]] stand in another order"


def _step(old: object, new: object, absent: str) -> str:
    if isinstance(old, tuple) and isinstance(new, tuple) and max(len(old), len(new)) > _SHORT:
        came, went = [one for one in new if one not in old], [one for one in old if one not in new]
        said = [f"+ {_shown(one)}" for one in came] + [f"- {_shown(one)}" for one in went]
        return ", ".join(said) or "in another order"
    return " -> ".join(absent if value is None else _shown(value) for value in (old, new))


def _shown(value: object) -> str:
    """A value as it is written in the file; of an address without a name and a password."""
    if value is None or value == "":
        return "left out"
    if isinstance(value, timedelta):
        return written(value)
    if isinstance(value, tuple):
        return ", ".join(_shown(one) for one in value) or "none"
    if isinstance(value, BaseModel):
        return ", ".join(f"{name} {_shown(getattr(value, name))}" for name in type(value).model_fields)
    if isinstance(value, str) and "@" in value and (parts := urlsplit(value)).netloc:
        return parts._replace(netloc=f"…@{parts.netloc.rpartition('@')[2]}").geturl()
    return f"{value:g}" if isinstance(value, float) else str(value)
