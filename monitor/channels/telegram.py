"""Sends a message as a Telegram bot, as plain text, by the Bot API; knows no formatting and no files."""

import json
import re
from urllib.parse import unquote, urlsplit

import aiohttp

from monitor.addresses import Address, hidden, key_of
from monitor.channels.answers import beginning, must_fit, repeatable, why
from monitor.errors import DeliveryError
from monitor.messages import Limit, Message, one_line

_ANSWER_BYTES = 1 << 20
"""It repeats the message, in which JSON writes every Kazakh letter with six bytes."""
_LIMIT = Limit(4096, "utf-16")
_LONGEST_WAIT = 366 * 86400.0
"""Seconds; a number that JSON cannot write any more (Infinity) would break ours."""
_BOT = re.compile(r"(?:bot)?(?P<id>\d+):(?P<token>[\w-]+)", re.ASCII)
_CHAT = re.compile(r"(?P<id>-?\d+)|@?(?P<name>[A-Za-z]\w*)", re.ASCII)
_WORTH_REPEATING = frozenset({408, 425, 429})
_NO_SUCH_BOT = frozenset({401, 404})
"""The token was revoked, or is none; of a chat that is not there it says 400."""


def read(written: str) -> tuple[Address, ...]:
    """The chats that an address of the form `tgram://BOT_TOKEN/CHAT_ID[:TOPIC][/CHAT_ID …]` names.

    Apprise's `?to=` and `?topic=` are understood; how a message looks is not configurable. Raises ValueError.
    """
    parts = urlsplit(written)
    bot = _BOT.fullmatch(unquote(parts.netloc))
    if bot is None:
        raise ValueError("this Telegram address holds no bot token; write tgram://BOT_TOKEN/CHAT_ID")
    query = {
        name.lower(): unquote(value) for name, _, value in (p.partition("=") for p in parts.query.split("&"))
    }
    topic = query.get("topic", query.get("thread", ""))
    chats = [
        part for part in (*unquote(parts.path).split("/"), *query.get("to", "").split(",")) if part.strip()
    ]
    if not chats:
        raise ValueError(
            f"the Telegram address of bot {bot['id']} names no chat; write tgram://BOT_TOKEN/CHAT_ID"
        )
    token = f"{bot['id']}:{bot['token']}"
    receivers = dict.fromkeys(_receiver(chat.strip(), topic) for chat in chats)
    return tuple(
        Address(
            kind="telegram",
            key=key_of("telegram", bot["id"], receiver),
            shown=f"tgram://{bot['id']}/{receiver}",
            url=token,
            receiver=receiver,
            secrets=hidden(written, token, bot["token"]),
        )
        for receiver in receivers
    )


class Telegram:
    """The channel of tgram addresses."""

    def __init__(self, session: aiohttp.ClientSession, base_url: str) -> None:
        self._session = session
        self._base_url = base_url.rstrip("/")

    async def send(self, address: Address, message: Message) -> str:
        """Sends the text to the chat; the number of the message there. Raises DeliveryError."""
        must_fit(message.text, _LIMIT, address.shown)
        chat, _, topic = address.receiver.partition(":")
        body: dict[str, object] = {
            "chat_id": chat if chat.startswith("@") else int(chat),
            "text": message.text,
            "link_preview_options": {"is_disabled": True},
        }
        if topic:
            body["message_thread_id"] = int(topic)
        try:
            async with self._session.post(
                f"{self._base_url}/bot{address.url}/sendMessage", json=body, allow_redirects=False
            ) as response:
                answer = _read(await beginning(response, _ANSWER_BYTES))
        except TimeoutError as error:
            raise DeliveryError(f"Telegram gave no answer in {self._session.timeout.total:g} s") from error
        except (aiohttp.ClientError, OSError) as error:
            raise DeliveryError(f"Telegram cannot be reached: {why(error, *address.secrets)}") from error
        if response.status == 200 and answer.get("ok") is True:
            result = answer.get("result")
            number = result.get("message_id") if isinstance(result, dict) else None
            return f"message {number}" if isinstance(number, int) else ""
        raise _refusal(address, response.status, answer)

    def limit(self, address: Address) -> Limit:
        """As the Bot API counts it."""
        return _LIMIT


def _receiver(chat: str, topic: str) -> str:
    name, _, own_topic = chat.partition(":")
    found = _CHAT.fullmatch(name)
    topic = own_topic or topic
    if found is None or not re.fullmatch(r"\d*", topic, re.ASCII):
        raise ValueError(
            f"{one_line(chat)!r} is no Telegram chat; write its number (a group's is negative) or @name, "
            "with :TOPIC after it for a topic"
        )
    return (found["id"] or f"@{found['name']}") + (f":{topic}" if topic else "")


def _read(answer: bytes) -> dict[str, object]:
    """Empty where this is no answer of the Bot API."""
    try:
        read = json.loads(answer)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _refusal(address: Address, status: int, answer: dict[str, object]) -> DeliveryError:
    parameters = answer.get("parameters")
    parameters = parameters if isinstance(parameters, dict) else {}
    said = repeatable(str(answer.get("description", "")), *address.secrets) or "no reason given"
    if "migrate_to_chat_id" in parameters:
        said += f"; write {parameters['migrate_to_chat_id']} as the chat in `to`"
    if status == 200 and not answer:
        said = "this is not an answer of its Bot API"
    wait = parameters.get("retry_after")
    return DeliveryError(
        f"Telegram answered {status} for {address.shown}: {said}",
        permanent=300 <= status < 500 and status not in {*_WORTH_REPEATING, *_NO_SUCH_BOT},
        retry_after=_seconds(wait),
        refuses_us=status in _NO_SUCH_BOT,
    )


def _seconds(wait: object) -> float | None:
    if isinstance(wait, bool) or not isinstance(wait, int | float) or wait != wait:
        return None
    return float(min(max(0, wait), _LONGEST_WAIT))
