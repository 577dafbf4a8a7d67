"""The configuration: read once at the front door, checked whole, handed on in parts.

Sources, the later one winning: built-in defaults that work, the file, the environment
(`JARSHY_<TABLE>__<KEY>`). What is unknown, of a wrong type or unreadable stops the start, with its key and a
remedy.
"""

import os
from collections.abc import Mapping
from datetime import timedelta
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
from monitor.config_remedies import explained, variables_of
from monitor.config_secrets import Lacking, with_secrets
from monitor.config_sources import chosen, overlay, tables_of
from monitor.config_values import (
    ROUTES,
    AgencyKinds,
    DigestText,
    Duration,
    Every,
    History,
    HostNames,
    Hours,
    Kept,
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

_THIS_MACHINE = {"127.0.0.1", "localhost", "::1"}


def is_on_loopback(address: str) -> bool:
    """Whether a web address names this machine itself."""
    return urlsplit(address).hostname in _THIS_MACHINE


class _Table(BaseModel):
    # An error must not repeat what was written: it may be an address with a password.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    @field_validator("*", mode="before")
    @classmethod
    def _without_nul(cls, value: object) -> object:
        # No path, name of a host or argument of a program can hold one; each would be refused at its first use.
        if any(
            isinstance(each, str) and "\0" in each for each in (value if isinstance(value, list) else [value])
        ):
            raise ValueError("holds the character NUL; write it without")
        return value


class Database(_Table):
    """`[database]`: where the history is kept."""

    path: Path = Path("jarshy.db")
    """The SQLite file, made at the first run, as seen from the folder where the daemon starts."""


class Backup(_Table):
    """`[backup]`: copies that the running daemon makes of the database."""

    every: Every = timedelta(days=1)
    """How often; `off`: never. Each takes as much room as the database; none is made where too little would stay."""
    folder: Path = Path("backups")
    """Where they lie; as seen from the folder of the database. Another disk outlives that of the database."""
    keep: Annotated[int, Field(ge=1, strict=True)] = 3
    """The newest that stay; older ones are deleted once a newer one was proved."""


class Portal(_Table):
    """`[portal]`: what is read, and how gently."""

    base_url: WebAddress = "https://www.gov.kz"
    """The portal; another address is that of a stand-in, such as `python -m crawler.standin` runs."""
    agencies: Annotated[Slugs, Field(min_length=1)] = FOLLOWED
    """Who is followed; `"*"` in place of a list: every agency."""
    languages: Annotated[Langs, Field(min_length=1)] = ("kk", "ru", "en")
    """In which languages: an agency has a listing of its own in each, and each is read."""
    routes: Routes = ROUTES[:3]
    """Ways to the portal that may be tried, the first one first; a browser only where somebody names it."""
    contact: Annotated[str, Field(examples=["press-watch@example.org"])] = ""
    """An address of yours, named in the User-Agent so that the portal can write to somebody."""
    requests_per_minute: Annotated[float, Field(gt=0, strict=True)] = 30
    """The pace: between two requests lies at least a minute divided by this. `check` has a word to say above 60."""
    history: History = timedelta(days=90)
    """How far back a first reading goes from the newest date of its listing; `all`: to its end."""

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
    """No listing is read again sooner, however likely news is."""
    longest: Duration = timedelta(hours=1)
    """Every listing is read again by then, but in `quiet` and where `per_day` does not reach."""
    confirm: Duration = timedelta(hours=1)
    """The least time between the two readings that prove a removal. Editions of one release that come within it are
    told as one message."""
    pause: Annotated[Pause, Field(examples=["6h"])] = None
    """The longest pause after refusals and outages. Left out: six times `longest`."""
    per_day: Annotated[int | None, Field(ge=1, strict=True, examples=[5000])] = None
    """The most requests in any 24 hours, as the portal counts them. Left out: no limit but the pace."""
    zone: Zone = "Asia/Almaty"
    """The clock of days and hours: dates of releases, `quiet`, digests, and what commands print."""
    quiet: Annotated[Hours, Field(examples=["23:00-07:00"])] = None
    """Hours of the day in which nothing is asked by itself; what a person orders is."""

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
    """The address of this machine on which to listen; `0.0.0.0` or `::` for all of them, so that others can read."""
    port: Annotated[int, Field(ge=0, le=65535, strict=True)] = 8080
    """0 lets the system choose one."""
    public_url: Annotated[OwnAddress | None, Field(examples=["https://news.example.org"])] = None
    """The address that readers use, which feeds name as theirs. Left out: made of `host` and `port`."""
    removed_text: Literal["full", "title"] = "full"
    """What feeds and pages show of a removed release: its text, or its title alone."""

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
    """`[feeds]`: how long they are, and who is told when one changes."""

    entries: Annotated[int, Field(ge=1, le=500, strict=True)] = 50
    """Entries of a feed; older ones are in its archives."""
    hub: Annotated[PublicAddress | None, Field(examples=["https://hub.example.org/"])] = None
    """A WebSub hub, which is told of every feed that changed and is named in all of them. Left out: none."""


class Delivery(_Table):
    """`[delivery]`: by which servers alerts go, and where they may."""

    telegram: WebAddress = "https://api.telegram.org"
    """The Bot API, or a server of one's own that speaks it."""
    inside: Annotated[HostNames, Field(examples=[["hooks.example.org"]])] = ()
    """Names of webhooks that look public and yet lead into one's own network, which is refused otherwise."""


class Log(_Table):
    """`[log]`: what the daemon says on stderr."""

    format: Literal["auto", "text", "json"] = "auto"
    """`text` is sentences for people, `json` a line of JSON for each; `auto` is sentences on a terminal and in the
    journal of systemd, and JSON elsewhere. The variable `JARSHY_LOG` goes before it."""
    level: Literal["debug", "info", "warning", "error"] = "info"
    """The least that is said: `info` has a line for all news, `debug` one for each reading."""


class Retention(_Table):
    """`[retention]`: how long what is no wording, change or id is kept: a time, or `forever`.

    What is older is thinned in the background; the room that it took is used again before the file grows. Whatever
    proves a removal, a move or a last wording stays all the same, and so does what is owed.
    """

    raw: Kept = None
    """Items as they were received, after their wording was replaced; their digests stay. To let them go saves little
    (half a percent of the file where every tenth release is edited), and costs evidence: `jarshy export` has the
    words of such a wording then and not the bytes, and `jarshy reparse` cannot read it anew."""
    readings: Kept = timedelta(days=400)
    """Rows of `crawls`: what each reading found, and why one failed. A thousand a day are 90 MB a year."""
    deliveries: Kept = timedelta(days=1100)
    """Who was told what, and when: three years, for as long as somebody may be asked for it. A hundred a day are
    15 MB a year."""


class Burst(_Table):
    """`burst` of an alert: more messages than this, within this time, become one with a list."""

    more_than: Annotated[int, Field(ge=1, strict=True)] = 10
    """As many are sent one by one."""
    within: Duration = timedelta(minutes=10)
    """The time in which they are counted."""


class Alert(_Table):
    """One `[[alerts]]` table: what somebody wants to hear of, and where."""

    name: Annotated[RuleName, Field(examples=["taxes"])]
    """Names the rule in messages, tables and commands; no two rules have the same."""
    to: Annotated[
        Receivers,
        Field(examples=[["https://example.org/hook", "mailtos://${MAIL}@example.org?to=me@example.org"]]),
    ]
    """Who is told: `http://` and `https://` are a webhook, `mailto://` and `mailtos://` mail, `tgram://` Telegram,
    any other an address of Apprise. `${NAME}` is a variable of the environment, `${file:/path}` the first line of a
    file."""
    agencies: Annotated[Slugs, Field(examples=[["economy"]])] = ()
    """Whose releases. Left out: those of every followed agency."""
    agency_kinds: Annotated[AgencyKinds, Field(examples=[["ministry"]])] = ()
    """Of what kind the agency is. Left out: of any."""
    languages: Annotated[Langs, Field(examples=[["ru", "kk"]])] = ()
    """In which languages. Left out: in any."""
    kinds: Annotated[Kinds, Field(examples=[["published", "edited", "removed"]])] = None
    """What happened. Left out: a webhook is told of all six kinds of change, a person of all but `translated`.
    `health`, trouble with the source itself, is told only where it is named."""
    weight: Annotated[Weight, Field(examples=["minor"])] = "none"
    """The least that a change must matter to be told."""
    words: Annotated[Words, Field(examples=[["налог", "салық", '"tax code"']])] = ()
    """Words of which any must stand there, in any form; in quotes exactly so, and `налог*` for every word that
    begins so. Left out: no matter which."""
    not_words: Annotated[Words, Field(alias="not", examples=[["аукцион"]])] = ()
    """Words of which none may stand there."""
    words_in: Literal["title", "text"] = "text"
    """Where `words` and `not` are looked for: in the title alone, or in title and text."""
    lang: Literal["kk", "ru", "en"] = "en"
    """The language in which a person is written to."""
    digest: Annotated[DigestText, Field(examples=["daily 09:00"])] = None
    """People are told in one list at these moments. Left out: at once."""
    quiet: Annotated[Hours, Field(examples=["22:00-07:00"])] = None
    """Hours of the day, in `zone` of `[schedule]`, in which people are told of what is major only."""
    burst: Annotated[Burst, Field(examples=[{"more_than": 10, "within": "10m"}])] = Burst()
    """More messages to a person than this become one list."""
    secret: Annotated[str | None, Field(repr=False, examples=["${file:/run/secrets/webhook}"])] = None
    """Signs the webhook; may refer to a secret as `to` does. Left out: it is not signed."""

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
    backup: Backup = Backup()
    portal: Portal = Portal()
    schedule: Schedule = Schedule()
    server: Server = Server()
    feeds: Feeds = Feeds()
    delivery: Delivery = Delivery()
    log: Log = Log()
    retention: Retention = Retention()
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
    file = chosen(file)
    tables = tables_of(file) if file else {}
    named = overlay(tables, environ)
    lacking: Lacking = {}
    if isinstance(alerts := tables.get("alerts"), list):
        alerts, lacking = with_secrets(alerts, environ)
        if not needs_secrets:
            left_out = {number for number, _ in lacking}
            alerts, lacking = [each for number, each in enumerate(alerts) if number not in left_out], {}
        tables["alerts"] = alerts
    learn(learned_in(_database_of(tables)))
    try:
        config = Config.model_validate(tables)
    except ValidationError as error:
        raise ConfigError(explained(error.errors(), Config, file, named, lacking, alerts)) from error
    if lacking:
        raise ConfigError(explained([], Config, file, named, lacking, alerts))
    return config


def variables() -> list[str]:
    """The names of all variables of the environment that set a key."""
    return variables_of(Config)


def _database_of(tables: Mapping[str, Any]) -> Path:
    """Where the database will be, as far as it can be told before the configuration is checked."""
    table = tables.get("database")
    path = table.get("path") if isinstance(table, Mapping) else None
    return Path(path) if isinstance(path, str) else Database().path
