"""The configuration: read once at the front door, checked whole, handed on in parts.

Sources, the later one winning: built-in defaults that work, the file, the environment
(`JARSHY_<TABLE>__<KEY>`). What is unknown, of a wrong type or unreadable stops the start, with its key and a
remedy.
"""

import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from crawler.directory import FOLLOWED, KINDS, agencies, learn, nearest
from monitor.changes import Weight
from monitor.digests import Digest, read_digest
from monitor.errors import ConfigError
from monitor.quiet import Quiet, read_quiet
from monitor.references import Source, filled
from monitor.store.directory import learned_in
from monitor.words import unreadable

DEFAULT_FILE = Path("jarshy.toml")
_LONGEST = timedelta(days=36500)
_LONGEST_SECRET = 65536
"""Characters of a file's first line; what is longer is no secret but another file."""
ROUTES = ("rest", "graphql", "rest-session", "browser")
"""Every way to the portal, the least intrusive first."""
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def _duration(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    match = re.fullmatch(r"(\d+)([smhd])", value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("write a duration as a number and a unit: 30s, 5m, 1h or 7d")
    try:
        length = timedelta(**{_UNITS[match[2]]: int(match[1])})
    except OverflowError:
        length = timedelta.max
    if length > _LONGEST:
        # A date that far from now is more than a calendar holds, and would trip us up much later.
        raise ValueError(f"{value} is longer than a hundred years; write less")
    return length


def _history(value: object) -> timedelta | None:
    return None if value is None or value == "all" else _duration(value)


def _listed(value: object) -> object:
    """A single text counts as a list of one, so that the environment can say `economy,mfa`."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _addressed(value: object) -> object:
    """As `_listed`, but a comma within an address (`?to=one@…,two@…`) parts nothing."""
    return re.split(r"\s*,\s*(?=[a-zA-Z][\w+.-]*://)", value.strip()) if isinstance(value, str) else value


def _known_agency(slug: str) -> str:
    if slug not in agencies():
        near = ", ".join(nearest(slug)) or "none is near"
        raise ValueError(f"unknown agency {slug!r} (did you mean: {near}?); `jarshy agencies` lists them all")
    return slug


def _language(lang: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}", lang):
        hint = "; Kazakh is kk" if lang.lower() == "kz" else ""
        raise ValueError(f"{lang!r} is not a language code such as kk, ru or en{hint}")
    if lang == "kz":
        raise ValueError("the portal's code for Kazakh is kk, not kz")
    return lang


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # unknown, outside the folder of zones, that folder
        raise ValueError(f"unknown time zone {name!r}; write one such as Asia/Almaty") from error
    return name


def _quiet(text: str | None) -> str | None:
    if text is not None:
        read_quiet(text, "UTC")
    return text


def _name(text: str) -> str:
    """It stands in messages, tables and on command lines."""
    if not text.strip() or not text.isprintable():
        raise ValueError("write a name of one line, such as taxes")
    return text.strip()


def _digest(text: str | None) -> str | None:
    if text is not None:
        read_digest(text)
    return text


def _readable(entry: str) -> str:
    if (fault := unreadable(entry)) is not None:
        raise ValueError(fault)
    return entry


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:
        raise ValueError(f"{value!r} is not an address such as https://www.gov.kz")
    return value.rstrip("/")


def _public_address(value: str) -> str:
    """As it is written, down to the last slash: to a hub another address may be another thing."""
    parts = urlsplit(value)
    if parts.username or parts.password:
        raise ValueError("this address stands in every feed; take the name and password out of it")
    _web_address(value)
    if parts.fragment or any(sign.isspace() or not sign.isprintable() for sign in value):
        raise ValueError("this is not an address such as https://news.example.org/")
    return value


def _own_address(value: str) -> str:
    """What the addresses of all feeds begin with, without the last slash."""
    _public_address(value)
    if "?" in value:
        raise ValueError("addresses of feeds are put behind this one: write it without a query")
    return value.rstrip("/")


def _host_name(value: str) -> str:
    if not value or any(sign.isspace() or sign in "/:@*?#" for sign in value):
        raise ValueError(f"{value!r} is not the name of a machine; write it alone, such as hooks.example.org")
    return value


def _one_of(allowed: Iterable[str], what: str, value: str) -> str:
    if value not in allowed:
        raise ValueError(f"{value!r} is not {what}; choose from {', '.join(allowed)}")
    return value


Duration = Annotated[timedelta, BeforeValidator(_duration)]
Slug = Annotated[str, AfterValidator(_known_agency)]
Lang = Annotated[str, AfterValidator(_language)]
Slugs = Annotated[tuple[Slug, ...], BeforeValidator(_listed)]
Langs = Annotated[tuple[Lang, ...], BeforeValidator(_listed)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
HostName = Annotated[str, AfterValidator(_host_name)]
OwnAddress = Annotated[str, AfterValidator(_own_address)]
PublicAddress = Annotated[str, AfterValidator(_public_address)]
Entry = Annotated[str, AfterValidator(_readable)]
Words = Annotated[tuple[Entry, ...], BeforeValidator(_listed)]
AgencyKind = Annotated[str, AfterValidator(partial(_one_of, KINDS, "a kind of agency"))]
Route = Annotated[str, AfterValidator(partial(_one_of, ROUTES, "a route"))]


Hearable = Literal["published", "translated", "edited", "moved", "removed", "restored", "health"]
"""What a rule may name under `kinds`: the kinds of change, and `health`, what is wrong with the source itself."""


def is_on_loopback(address: str) -> bool:
    """Whether a web address names this machine itself."""
    return urlsplit(address).hostname in {"127.0.0.1", "localhost", "::1"}


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
    routes: Annotated[tuple[Route, ...], BeforeValidator(_listed), Field(min_length=1)] = ROUTES[:3]
    """Those that may be tried, the first one first; a browser only where somebody names it."""
    contact: str = ""
    """An address of the operator, named in the User-Agent so that the portal can write to somebody."""
    requests_per_minute: Annotated[float, Field(gt=0, strict=True)] = 30
    history: Annotated[timedelta | None, BeforeValidator(_history)] = timedelta(days=90)
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
    pause: Annotated[timedelta | None, BeforeValidator(lambda v: None if v is None else _duration(v))] = None
    per_day: Annotated[int | None, Field(ge=1, strict=True)] = None
    """Requests in a day, as the portal counts them; None: no limit but the pace."""
    zone: Annotated[str, AfterValidator(_zone)] = "Asia/Almaty"
    quiet: Annotated[str | None, AfterValidator(_quiet)] = None
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
    inside: Annotated[tuple[HostName, ...], BeforeValidator(_listed)] = ()
    """Names of webhooks that look public and yet lead into one's own network, which is refused otherwise."""


class Burst(_Table):
    """`burst` of an alert: more messages than this, within this time, become one with a list."""

    more_than: Annotated[int, Field(ge=1, strict=True)] = 10
    within: Duration = timedelta(minutes=10)


class Alert(_Table):
    """One `[[alerts]]` table: what somebody wants to hear of, and where."""

    name: Annotated[str, AfterValidator(_name)]
    to: Annotated[tuple[str, ...], BeforeValidator(_addressed), Field(min_length=1, repr=False)]
    agencies: Slugs = ()
    agency_kinds: Annotated[tuple[AgencyKind, ...], BeforeValidator(_listed)] = ()
    languages: Langs = ()
    kinds: Annotated[tuple[Hearable, ...] | None, BeforeValidator(_listed)] = None
    weight: Weight = "none"
    words: Words = ()
    not_words: Annotated[Words, Field(alias="not")] = ()
    words_in: Literal["title", "text"] = "text"
    """Where `words` and `not` are looked for: in the title alone, or in title and text."""
    lang: Literal["kk", "ru", "en"] = "en"
    """The language in which a person is written to."""
    digest: Annotated[str | None, AfterValidator(_digest)] = None
    """People are told in one list at these moments: `hourly`, `daily 09:00`, `weekly mon 09:00`."""
    quiet: Annotated[str | None, AfterValidator(_quiet)] = None
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
        tables["alerts"] = list(_with_secrets(alerts, environ, needed=needs_secrets))
    learn(learned_in(_database_of(tables)))
    try:
        return Config.model_validate(tables)
    except ValidationError as error:
        raise ConfigError(_explain(error, file, named)) from error


def _with_secrets(alerts: Iterable[object], environ: Mapping[str, str], *, needed: bool) -> Iterator[object]:
    """The alerts with what their `to` and `secret` refer to; what is no table is left to the check."""
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
