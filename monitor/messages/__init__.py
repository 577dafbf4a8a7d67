"""What people and programs are told with. Pure; the files beside this one each write one sort of message."""

from monitor.messages.bodies import webhook_body
from monitor.messages.health import health_message
from monitor.messages.lists import list_message, shares
from monitor.messages.release import change_message, release_message
from monitor.messages.text import Limit, one_line
from monitor.messages.trial import test_message
from monitor.messages.values import Item, Message

__all__ = [
    "Item",
    "Limit",
    "Message",
    "change_message",
    "health_message",
    "list_message",
    "one_line",
    "release_message",
    "shares",
    "test_message",
    "webhook_body",
]
