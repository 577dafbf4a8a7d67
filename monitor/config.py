"""The configuration: read once at the front door, checked whole, handed on in parts.

Sources, the later one winning: built-in defaults that work, the file, the environment
(`JARSHY_<TABLE>__<KEY>`). What is unknown, of a wrong type or unreadable stops the start, with its key and a
remedy.
"""

import os
import tomllib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from crawler.directory import FOLLOWED, agencies, learn
from monitor.changes import Weight
from monitor.config_secrets import with_secrets
from monitor.config_values import (
    ROUTES,
    AgencyKinds,
    DigestText,
    Duration,
    History,
    HostNames,
    Hours,
    Kinds,
    Langs,
    OwnAddress,
    Pause,
    PublicAddress,
    Receivers,
    Routes,
    RuleName,
    Slugs,
    WebAddress,
    Words,
    Zone,
)
from monitor.digests import Digest, read_digest
from monitor.errors import ConfigError
from monitor.quiet import Quiet, read_quiet
from monitor.store.directory import learned_in

DEFAULT_FILE = Path("jarshy.toml")

_THIS_MACHINE = {"127.0.0.1", "localhost", "::1"}


def is_on_loopback(address: str) -> bool:
    """Whether a web address names this machine itself."""
    return urlsplit(address).hostname in _THIS_MACHINE


class _Table(BaseModel):
    # An error must not repeat what was written: it may be an address with a password.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Database(_Table):
    """`[database]`"""

    path: Path = Path("jarshy.db")


class Portal(_Table):
    """`[portal]`: what is read, and how gently."""

    base_url: WebAddress = "https://www.gov.kz"
    agencies: Annotated[Slugs, Field(min_length=1)] = FOLLOWED
    languages: Annotated[Langs, Field(min_length=1)] = ("kk", "ru", "en")
    routes: Routes = ROUTES[:3]
    """Those that may be tried, the first one first; a browser only where somebody names it."""
    contact: str = ""
    """An address of the operator, named in the User-Agent so that the portal can write to somebody."""
    requests_per_minute: Annotated[float, Field(gt=0, strict=True)] = 30
    history: History = timedelta(days=90)
    """How far back a first reading goes from the newest date of its listing; None (`all`): to the end."""

    @field_validator("agencies", mode="before")
    @classmethod
    def _everybody(cls, value: object) -> object:
        return tuple(agencies()) if value in ("*", ["*"]) else value

    @property
    def on_loopback(self) -> bool:
        """Whether the portal is a stand-in on this machine."""
        return is_on_loopback(self.base_url)


class Schedule(_Table):
    """`[schedule]`: the time between two readings of a listing, and the pauses."""

    shortest: Duration = timedelta(minutes=2)
    longest: Duration = timedelta(hours=1)
    confirm: Duration = timedelta(hours=1)
    pause: Pause = None
    per_day: Annotated[int | None, Field(ge=1, strict=True)] = None
    """Requests in a day, as the portal counts them; None: no limit but the pace."""
    zone: Zone = "Asia/Almaty"
    quiet: Hours = None
    """Hours of the day, in `zone`, in which nothing is asked by itself: `23:00-07:00`."""

    @model_validator(mode="after")
    def _ordered(self) -> "Schedule":
        if self.shortest > self.longest:
            raise ValueError("shortest is longer than longest; swap them or raise longest")
        return self

    @property
    def quiet_window(self) -> Quiet | None:
        """The hours of `quiet`; None: there are none."""
        return None if self.quiet is None else read_quiet(self.quiet, self.zone)

    @property
    def longest_pause(self) -> timedelta:
        """The cap of every pause after a refusal, block or outage: `pause`, else six times `longest`."""
        return self.pause if self.pause is not None else 6 * self.longest

    @property
    def grace(self) -> timedelta:
        """How long a message to a person waits for the copy in the reader's language: that of two readings."""
        return min(self.confirm, 2 * self.shortest)


class Server(_Table):
    """`[server]`: where feeds are served, and under which public address."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, strict=True)] = 8080
    public_url: OwnAddress | None = None
    removed_text: Literal["full", "title"] = "full"

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine itself is served."""
        return self.host in _THIS_MACHINE or self.host.startswith("127.")

    @property
    def address(self) -> str:
        """The address that feeds name as their own, without a trailing slash."""
        shown = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104 a comparison
        bracketed = f"[{shown}]" if ":" in shown else shown
        return (self.public_url or f"http://{bracketed}:{self.port}").rstrip("/")


class Feeds(_Table):
    """`[feeds]`"""

    entries: Annotated[int, Field(ge=1, le=500, strict=True)] = 50
    hub: PublicAddress | None = None
    """A WebSub hub, which is told of every feed that changed and is named in all of them."""


class Delivery(_Table):
    """`[delivery]`: by which servers alerts go, and where they may."""

    telegram: WebAddress = "https://api.telegram.org"
    """The Bot API, or a server of one's own that speaks it."""
    inside: HostNames = ()
    """Names of webhooks that look public and yet lead into one's own network, which is refused otherwise."""


class Burst(_Table):
    """`burst` of an alert: more messages than this, within this time, become one with a list."""

    more_than: Annotated[int, Field(ge=1, strict=True)] = 10
    within: Duration = timedelta(minutes=10)


class Alert(_Table):
    """One `[[alerts]]` table: what somebody wants to hear of, and where."""

    name: RuleName
    to: Receivers
    agencies: Slugs = ()
    agency_kinds: AgencyKinds = ()
    languages: Langs = ()
    kinds: Kinds = None
    weight: Weight = "none"
    words: Words = ()
    not_words: Annotated[Words, Field(alias="not")] = ()
    words_in: Literal["title", "text"] = "text"
    """Where `words` and `not` are looked for: in the title alone, or in title and text."""
    lang: Literal["kk", "ru", "en"] = "en"
    """The language in which a person is written to."""
    digest: DigestText = None
    """People are told in one list at these moments: `hourly`, `daily 09:00`, `weekly mon 09:00`."""
    quiet: Hours = None
    """Hours of the day in which people are told of what is major only: `23:00-07:00`."""
    burst: Burst = Burst()
    secret: str | None = Field(default=None, repr=False)
    """Signs the webhook."""

    @property
    def digest_read(self) -> Digest | None:
        """The moments of `digest`; None: people are told at once."""
        return None if self.digest is None else read_digest(self.digest)

    def quiet_window(self, zone: str) -> Quiet | None:
        """The hours of `quiet` by the clock of that zone; None: there are none."""
        return None if self.quiet is None else read_quiet(self.quiet, zone)


class Config(_Table):
    """The whole configuration."""

    database: Database = Database()
    portal: Portal = Portal()
    schedule: Schedule = Schedule()
    server: Server = Server()
    feeds: Feeds = Feeds()
    delivery: Delivery = Delivery()
    alerts: tuple[Alert, ...] = ()

    @field_validator("alerts")
    @classmethod
    def _named_once(cls, alerts: tuple[Alert, ...]) -> tuple[Alert, ...]:
        names = [alert.name for alert in alerts]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two alerts are named {name!r}; a name stands for one rule")
        return alerts


def load(file: Path | None, environ: Mapping[str, str] = os.environ, *, needs_secrets: bool = True) -> Config:
    """The configuration from `file` (None: `jarshy.toml` if there is one) and the environment.

    Without `needs_secrets` an alert that refers to a secret which is not there is left out. Raises ConfigError naming
    every key that cannot be used, with its remedy.
    """
    if file is None:
        file = DEFAULT_FILE if DEFAULT_FILE.exists() else None
    tables = _read(file) if file else {}
    named = _overlay(tables, environ)
    if isinstance(alerts := tables.get("alerts"), list):
        tables["alerts"] = list(with_secrets(alerts, environ, needed=needs_secrets))
    learn(learned_in(_database_of(tables)))
    try:
        return Config.model_validate(tables)
    except ValidationError as error:
        raise ConfigError(_explain(error, file, named)) from error


def _database_of(tables: Mapping[str, Any]) -> Path:
    """Where the database will be, as far as it can be told before the configuration is checked."""
    table = tables.get("database")
    path = table.get("path") if isinstance(table, Mapping) else None
    return Path(path) if isinstance(path, str) else Database().path


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))  # some editors begin with a mark
    except FileNotFoundError as error:
        raise ConfigError(
            f"there is no configuration file {file}; leave out --config to run with defaults"
        ) from error
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} is not valid TOML: {error}") from error


def _overlay(tables: dict[str, Any], environ: Mapping[str, str]) -> dict[str, str]:
    """Puts the environment over the tables; the name of each variable that was used, by its key."""
    named = {}
    for name, text in sorted(environ.items()):
        table, separator, key = name.removeprefix("JARSHY_").lower().partition("__")
        if not name.startswith("JARSHY_") or not separator:
            continue
        if table == "alerts":
            raise ConfigError(f"{name}: alerts cannot come from the environment; write [[alerts]] in a file")
        if not isinstance(tables.setdefault(table, {}), dict):
            raise ConfigError(f"{table}: must be a table; write [{table}] on a line of its own")
        tables[table][key] = _value(text)
        named[f"{table}.{key}"] = name
    return named


def _value(text: str) -> object:
    """A TOML value where the text is one (`8080`, `["kk", "ru"]`), else the text itself."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _explain(error: ValidationError, file: Path | None, named: Mapping[str, str]) -> str:
    where = " and ".join([*([str(file)] if file else []), *(["the environment"] if named else [])])
    lines = [f"the configuration ({where}) cannot be used:"]
    for fault in error.errors():
        key = ".".join(str(part) for part in fault["loc"])
        lines.append(f"  {named.get(key, key)}: {_remedy(fault)}")
    return "\n".join(lines)


def _keys_beside(place: Sequence[Any]) -> list[str]:
    """The keys that there are where an unknown one stands."""
    table: type[_Table] = Config
    for part in place[:-1]:
        field = table.model_fields.get(part)
        inner: Any = Alert if part == "alerts" else field and field.annotation
        if isinstance(inner, type) and issubclass(inner, _Table):
            table = inner
    return [field.alias or name for name, field in table.model_fields.items()]


def _remedy(fault: Any) -> str:
    if fault["type"] == "extra_forbidden":
        near = get_close_matches(fault["loc"][-1], _keys_beside(fault["loc"]), n=2)
        hint = f" (did you mean: {', '.join(near)}?)" if near else ""
        return f"unknown key{hint}; see the configuration sample in README.md"
    if fault["type"] == "missing":
        return "missing; every alert needs it"
    if fault["type"] == "too_short":
        return "names nothing; name at least one"
    if fault["type"] == "tuple_type":
        return "write [[alerts]] above each" if fault["loc"] == ("alerts",) else 'write a list, as ["one"]'
    if fault["type"] == "literal_error":
        return f"{fault['input']!r} is not one of {fault['ctx']['expected']}"
    return str(fault["msg"].removeprefix("Value error, "))
