"""Sends to every service that only Apprise knows, and asks it which mail server an address means.

Apprise says only whether a message was taken: there is no Retry-After, and no refusal known to be final.
"""

import asyncio
import logging
import re
import warnings
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import cache, partial
from types import ModuleType
from typing import Any, Literal

from monitor.addresses import OURS, Address, hidden, key_of
from monitor.channels.answers import must_fit
from monitor.config_values import did_you_mean
from monitor.errors import DeliveryError
from monitor.messages import Limit, Message

_CALL = re.compile(
    # Discord, Slack, Mattermost, Matrix, and Zulip between asterisks; then the notations of Slack, Google and Feishu.
    r"@(?=(?:_?\*\*)?(?:everyone|here|channel|all|room|topic)\b(?!\.\w))|<(?=[!@#]|users/|at\b)",
    re.IGNORECASE,
)
"""What begins a call to everybody somewhere."""
_UNKNOWN = 1000
"""Characters for a service that Apprise cannot tell of."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """What Apprise reads from a mail address, with its knowledge of providers."""

    host: str
    port: int
    mode: Literal["insecure", "starttls", "ssl"]
    user: str | None
    password: str | None = field(repr=False)
    verify: bool
    sender: str


def read(written: str) -> Address:
    """The receiver of an address that Apprise understands; raises ValueError."""
    scheme = written.partition("://")[0].lower()
    if _plugin(written) is None:
        raise ValueError(
            f"Apprise cannot read this {scheme}:// address{did_you_mean(scheme, OURS)}; its notation for each "
            "service is described at https://appriseit.com/services/"
        )
    key = key_of("apprise", written)
    return Address(
        kind="apprise",
        key=key,
        shown=f"{scheme}://… ({key[:4]})",
        url=written,
        secrets=hidden(written, *re.split(r"[/:@?&=,]+", written)[1:]),
    )


def mail_server(written: str) -> MailServer | None:
    """The server of a mailto or mailtos address; None where Apprise cannot read it."""
    plugin = _plugin(written)
    if plugin is None:
        return None
    return MailServer(
        host=plugin.smtp_host,
        port=plugin.port,
        mode=plugin.secure_mode,
        user=plugin.user,
        password=plugin.password,
        verify=plugin.verify_certificate,
        sender=plugin.from_addr[1],
    )


class ByApprise:
    """The channel of every address that is not one of our own channels'."""

    def __init__(self, threads: Executor) -> None:
        self._threads = threads

    async def send(self, address: Address, message: Message) -> str:
        """Hands the message to Apprise, which says nothing but whether it was taken. Raises DeliveryError.

        Only a text that is too long is refused for good, and only where the address says nothing of `overflow=`.
        """
        work = partial(_notify, address, harmless(message.subject), harmless(message.text))
        if not await asyncio.get_running_loop().run_in_executor(self._threads, work):
            raise DeliveryError(f"{address.shown} did not take the message; Apprise does not say why")
        return ""

    def limit(self, address: Address) -> Limit:
        """As the service counts it, with room left where the text is put into mark-up."""
        plugin = _plugin(address.url)
        if plugin is None:
            return Limit(_UNKNOWN, "characters")
        room = _room(plugin)
        return Limit(room if _is_plain(plugin) else room * 3 // 4, "characters")


def harmless(text: str) -> str:
    """The text with what chat services act on parted: calls to everybody, links under other words.

    Release text is somebody else's, and Apprise hands plain text to services that read it as mark-up.
    """
    return _CALL.sub(r"\g<0> ", text).replace("](", "] (")


def _notify(address: Address, subject: str, text: str) -> bool:
    apprise = _apprise()
    plugin = _plugin(address.url)
    if plugin is None:
        return False
    plain = apprise.NotifyFormat.TEXT
    if "overflow=" not in address.url.lower():
        marked_up = apprise.conversion.convert_between(plain, plugin.resolve_format(plain), text)
        must_fit(marked_up, Limit(_room(plugin), "characters"), address.shown)
    # Where a service has no titles, Apprise would put the subject before a text that begins with the same.
    title = subject[: max(0, plugin.title_maxlen)]
    try:
        return bool(plugin.notify(title=title, body=text, body_format=plain))
    except Exception as error:
        # Whatever its hundred services trip over, such as a password that is not Latin, is no fault of ours.
        raise DeliveryError(f"Apprise broke on {address.shown}: {type(error).__name__}") from error


def _room(plugin: Any) -> int:
    """Characters for the text, beside a title of any length."""
    title = int(plugin.title_maxlen) if plugin.overflow_amalgamate_title else 0
    return max(0, int(plugin.body_maxlen) - int(plugin.overflow_buffer) - title)


def _is_plain(plugin: Any) -> bool:
    plain = _apprise().NotifyFormat.TEXT
    return bool(plugin.resolve_format(plain) == plain)


def _plugin(written: str) -> Any:
    apprise = _apprise()
    asset = apprise.AppriseAsset(
        app_id="Jarshy", app_desc="Press releases of gov.kz", app_url="", storage_mode="memory"
    )
    return apprise.Apprise.instantiate(written, asset=asset)


@cache
def _apprise() -> ModuleType:
    """Apprise, loaded with all its services when the first address needs it."""
    # It writes addresses and tokens into its warnings, and the library under it into its debug lines.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    logging.getLogger("urllib3").setLevel(logging.INFO)
    with warnings.catch_warnings():
        # One of its services imports a module that Python 3.11 and 3.12 call outdated.
        warnings.simplefilter("ignore", DeprecationWarning)
        import apprise

        apprise.Apprise.instantiate("json://localhost")
    return apprise
