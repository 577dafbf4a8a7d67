"""Reads the addresses of a rule's `to`: kind, receiver, and what may be shown of each. Sends nothing."""

from dataclasses import dataclass, field
from functools import cache
from hashlib import scrypt
from typing import Literal

from monitor.hiding import writings

AddressKind = Literal["webhook", "mail", "telegram", "apprise"]

_KIND_OF: dict[str, AddressKind] = {
    "http": "webhook",
    "https": "webhook",
    "mailto": "mail",
    "mailtos": "mail",
    "tgram": "telegram",
}
"""By scheme; every other scheme is Apprise's."""
OURS = tuple(_KIND_OF)
"""The schemes of addresses to which we send by ourselves."""


@dataclass(frozen=True, slots=True)
class Address:
    """One receiver. What was written with several recipients is read as several of these."""

    kind: AddressKind
    key: str
    """The same for the same receiver at every start; no secret can be got back from it."""
    shown: str
    """For tables, logs and people: without passwords, tokens, and what an address may hide in its path."""
    url: str = field(repr=False)
    """As it was written, secrets included."""
    receiver: str = ""
    """The one recipient or chat of those that `url` names; empty where it names one by itself."""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """What must not be repeated in an error, though a receiver repeated it to us."""

    @property
    def person(self) -> bool:
        """Whether somebody reads what arrives; a webhook's reader is a program."""
        return self.kind != "webhook"


@cache
def read_addresses(written: str) -> tuple[Address, ...]:
    """The receivers that one text of `to` names.

    Raises ValueError with a sentence that names the remedy and none of the secrets.
    """
    scheme, separator, rest = written.partition("://")
    if not separator or not scheme or not rest:
        raise ValueError(
            "this is no address to send to; write one such as https://example.kz/hook, "
            "mailtos://user:password@example.kz?to=editor@example.kz or tgram://BOT_TOKEN/CHAT_ID"
        )
    kind = _KIND_OF.get(scheme.lower(), "apprise")
    # A channel is imported when an address needs it: Apprise alone costs a quarter of a second.
    if kind == "webhook":
        from monitor.channels import webhook

        return (webhook.read(written),)
    if kind == "mail":
        from monitor.channels import mail

        return mail.read(written)
    if kind == "telegram":
        from monitor.channels import telegram

        return telegram.read(written)
    from monitor.channels import by_apprise

    return (by_apprise.read(written),)


def key_of(*parts: str) -> str:
    """The key of the receiver that `parts` tell from any other.

    Slow on purpose: some services put a person's password into the address, and the key is stored.
    """
    digest = scrypt("\0".join(parts).encode("utf-8"), salt=b"jarshy address", n=2**13, r=8, p=1, dklen=16)
    return digest.hex()


def hidden(*parts: str | None) -> tuple[str, ...]:
    """The parts that are worth hiding, longest first so that none leaves a piece of another standing.

    A part of fewer than four characters is no secret, and blanking it would only spoil the sentence.
    """
    return tuple(sorted({part for part in parts if part and len(part) >= 4}, key=len, reverse=True))


def without_secrets(text: str, *secrets: str) -> str:
    """The text with each of the secrets blanked, also where it is percent-encoded, escaped or in base64."""
    for written in hidden(*(written for secret in hidden(*secrets) for written in writings(secret))):
        text = text.replace(written, "…")
    return text
