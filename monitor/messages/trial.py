"""The message that tries whether a rule's addresses can be reached, and says that it is a trial. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.addresses import AddressKind, read_addresses
from monitor.config import Alert
from monitor.messages.bodies import trial_body
from monitor.messages.lines import because, names, reference
from monitor.messages.text import Limit, characters, cut, one_line
from monitor.messages.values import Message
from monitor.remarks import moment
from monitor.store.database import to_text


@dataclass(frozen=True, slots=True)
class _Trial:
    """What a trial says, in one language."""

    said: str
    nothing: str
    goes_to: str
    kinds: Mapping[AddressKind, str]


_TRIALS: Mapping[str, _Trial] = {
    "kk": _Trial(
        said="Жаршының СЫНАҚ хабарламасы",
        nothing="Порталда ештеңе болған жоқ: ереженің мекенжайларына хабарлама жете ме, тек сол тексеріледі.",
        goes_to="Ереже хабарлайтын мекенжайлар",
        kinds={"webhook": "вебхук", "mail": "пошта", "telegram": "Telegram", "apprise": "Apprise"},
    ),
    "ru": _Trial(
        said="ПРОБНОЕ сообщение Жаршы",
        nothing="На портале ничего не произошло: проверяется только, доходят ли сообщения этого правила.",
        goes_to="Куда оно сообщает",
        kinds={"webhook": "вебхук", "mail": "почта", "telegram": "Telegram", "apprise": "Apprise"},
    ),
    "en": _Trial(
        said="TEST message of Jarshy",
        nothing="Nothing happened on the portal: this only tries whether messages of the rule arrive.",
        goes_to="It tells",
        kinds={"webhook": "webhook", "mail": "mail", "telegram": "Telegram", "apprise": "Apprise"},
    ),
}


def test_message(rule: Alert, *, message_id: str, at: datetime, limit: Limit) -> Message:
    """The trial of a rule, in the language of its readers."""
    words = _TRIALS[rule.lang]
    kinds = (words.kinds[address.kind] for written in rule.to for address in read_addresses(written))
    lines = [
        words.said,
        words.nothing,
        because([rule.name], rule.lang),
        f"{words.goes_to}: {names(kinds)}",
        moment(to_text(at)),
        reference(message_id, rule.lang),
    ]
    while len(lines) > 1 and not limit.holds("\n".join(lines)):
        lines.pop()
    return Message(
        id=message_id,
        subject=characters(f"{words.said}: {one_line(rule.name)}", 180),
        text=cut("\n".join(lines), limit),
        body=trial_body(message_id=message_id, rule=rule.name),
        secret=rule.secret,
    )
