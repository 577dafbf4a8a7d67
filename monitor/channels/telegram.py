"""Sends a message as a Telegram bot, as plain text, by the Bot API; knows no formatting and no files."""

import re
from urllib.parse import unquote, urlsplit

import aiohttp

from monitor.addresses import Address, hidden, key_of
from monitor.errors import DeliveryError
from monitor.messages import Limit, Message, one_line

_TIMEOUT = aiohttp.ClientTimeout(total=15)
_ANSWER_BYTES = 8192
_LIMIT = 4096
_BOT = re.compile(r"(?:bot)?(?P<id>\d+):(?P<token>[\w-]+)", re.ASCII)
_CHAT = re.compile(r"(?P<id>-?\d+)|@?(?P<name>[A-Za-z]\w*)", re.ASCII)
_WORTH_REPEATING = frozenset({408, 425, 429})


def read(written: str) -> tuple[Address, ...]:
    """The chats that an address of the form `tgram://BOT_TOKEN/CHAT_ID[:TOPIC][/CHAT_ID …]` names.

    Apprise's `?to=` and `?topic=` are understood; how a message looks is not configurable. Raises ValueError.
    """
    parts = urlsplit(written)
    bot = _BOT.fullmatch(parts.netloc)
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
        """Sends the text to the chat. Raises DeliveryError."""
        chat, _, topic = address.receiver.partition(":")
        body: dict[str, object] = {
            "chat_id": chat if chat.startswith("@") else int(chat),
            "text": cut(message.text),
            "link_preview_options": {"is_disabled": True},
        }
        if topic:
            body["message_thread_id"] = int(topic)
        try:
            async with self._session.post(
                f"{self._base_url}/bot{address.url}/sendMessage",
                json=body,
                timeout=_TIMEOUT,
                allow_redirects=False,
            ) as response:
                if response.status == 200:
                    return ""
                status, answer = response.status, await _answer(response)
        except TimeoutError as error:
            raise DeliveryError(f"Telegram gave no answer in {_TIMEOUT.total} s") from error
        except (aiohttp.ClientError, OSError) as error:
            raise DeliveryError(f"Telegram cannot be reached: {error}") from error
        raise _refusal(address, status, answer)

    def limit(self, address: Address) -> Limit:
        """As the Bot API counts it."""
        return Limit(_LIMIT, "utf-16")


def cut(text: str, limit: int = _LIMIT) -> str:
    """The text, cut at the end of a line or word where Telegram would refuse it for its length.

    Counted in UTF-16 units, as Telegram does. One message and never two: a failure between the halves would
    repeat the first.
    """
    if len(text.encode("utf-16-le")) <= 2 * limit:
        return text
    head = text.encode("utf-16-le")[: 2 * (limit - 1)].decode("utf-16-le", "ignore")
    border = max(head.rfind("\n"), head.rfind(" "))
    return (head[:border] if border > limit // 2 else head).rstrip() + "…"


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


async def _answer(response: aiohttp.ClientResponse) -> dict[str, object]:
    import json

    try:
        answer = json.loads(await response.content.read(_ANSWER_BYTES))
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _refusal(address: Address, status: int, answer: dict[str, object]) -> DeliveryError:
    parameters = answer.get("parameters")
    parameters = parameters if isinstance(parameters, dict) else {}
    said = one_line(str(answer.get("description", "")))[:200] or "no reason given"
    if "migrate_to_chat_id" in parameters:
        said += f"; write {parameters['migrate_to_chat_id']} as the chat in `to`"
    wait = parameters.get("retry_after")
    return DeliveryError(
        f"Telegram answered {status} for {address.shown}: {said}",
        permanent=300 <= status < 500 and status not in _WORTH_REPEATING,
        retry_after=float(wait) if isinstance(wait, int | float) else None,
    )
