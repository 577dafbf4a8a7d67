"""Writes what stands booked for one address, by the rules as they are configured now. Sends nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from monitor.addresses import Address
from monitor.channels import Channel
from monitor.config import Alert, Config
from monitor.errors import StoreError
from monitor.messages import (
    Item,
    Limit,
    Message,
    change_message,
    health_message,
    list_message,
    release_message,
    shares,
)
from monitor.rules import addresses_of, words_found
from monitor.store.database import Database
from monitor.store.items import Material, load_items, load_trouble
from monitor.store.lines import Booked, Delivery, deliveries_of, part_before
from monitor.waiting import Bundle, Form

_AT_ONCE = 200
"""Changes of a list that are read at once: their texts are looked through for words, and let go. Then others have
their turn: a list may be of tens of thousands."""


class Letters:
    """The messages of one address."""

    def __init__(self, db: Database, config: Config, address: Address, channel: Channel) -> None:
        self._db = db
        self._zone = config.schedule.zone
        self._ours = config.server.address
        self._address = address
        self._channel = channel
        self._by_name = {rule.name: rule for rule in config.alerts}
        self._here = tuple(
            rule.name for rule in config.alerts if address.key in {each.key for each in addresses_of(rule)}
        )
        self._ahead: dict[int, Material] = {}

    @cached_property
    def _limit(self) -> Limit:
        return self._channel.limit(self._address)

    def rules(self, names: Sequence[str]) -> list[Alert]:
        """The rules of these names as they are configured now; after a renaming, those that name the address."""
        return [self._by_name[name] for name in self.names(names)]

    def names(self, names: Sequence[str]) -> tuple[str, ...]:
        """The names of `rules`."""
        known = tuple(name for name in names if name in self._by_name)
        return known or self._here

    def read_ahead(self, messages: Sequence[Booked]) -> None:
        """Reads what the next messages are written from all at once; a fault in one of them is left to its turn."""
        changes = [each.change_id for message in messages for each in message.deliveries if each.change_id]
        if len(messages) < 2:
            self._ahead = {}
            return
        try:
            self._ahead = dict(zip(changes, load_items(self._db, changes), strict=True))
        except StoreError:
            raise
        except Exception:  # noqa: BLE001 said of the message that it comes from
            self._ahead = {}

    async def parted(self, bundle: Bundle) -> tuple[Form, list[tuple[int, ...]]]:
        """The deliveries of a bundle, parted so that each part is one message, and what these are."""
        if bundle.form == "release" or len(bundle.deliveries) == 1:
            return bundle.form, [bundle.deliveries]
        found = deliveries_of(self._db, bundle.deliveries)
        try:
            items = await self._items(found)
        except StoreError:
            raise
        except Exception:  # noqa: BLE001 each is told by itself then, and the one that cannot be says so
            return "release", [(each.id,) for each in found]
        of_change = {each.change_id: each.id for each in found}
        # Thousands take seconds, in which feeds are served and others are told.
        lists = await asyncio.to_thread(
            shares,
            items,
            form=bundle.form,
            lang=self.rules(found[0].rules)[0].lang,
            limit=self._limit,
            ours=self._ours,
            zone=self._zone,
            rule=self.rules(found[0].rules)[0],
        )
        return bundle.form, [tuple(of_change[item.change.id] for item in part) for part in lists]

    async def write(self, message: Booked) -> Message:
        """The message, the same at every attempt but for what the configuration or a redaction changed since."""
        first = message.deliveries[0]
        rules = self.rules(first.rules)
        lang, secret = rules[0].lang, next((rule.secret for rule in rules if rule.secret), None)
        if first.health_id is not None:
            return health_message(
                load_trouble(self._db, first.health_id),
                rules=first.rules,
                message_id=message.id,
                lang=lang,
                limit=self._limit,
                ours=self._ours,
                secret=secret,
            )
        items = await self._items(message.deliveries)
        if message.form == "change":
            return change_message(items[0], message_id=message.id, secret=secret)
        one = message.parts == 1 and len({(item.change.source_id, item.kind) for item in items}) == 1
        if one or message.form == "release" or message.form == "health":
            return release_message(
                items, message_id=message.id, lang=lang, limit=self._limit, ours=self._ours
            )
        before = part_before(self._db, message) if message.part > 1 else ()
        return await asyncio.to_thread(
            list_message,
            items,
            form=message.form,
            part=message.part,
            parts=message.parts,
            message_id=message.id,
            lang=lang,
            limit=self._limit,
            ours=self._ours,
            zone=self._zone,
            rule=rules[0],
            before=await self._items(before),
        )

    async def _items(self, deliveries: Sequence[Delivery]) -> list[Item]:
        items: list[Item] = []
        for start in range(0, len(deliveries), _AT_ONCE):
            if start:
                await asyncio.sleep(0)
            some = deliveries[start : start + _AT_ONCE]
            changes = [each.change_id for each in some if each.change_id is not None]
            if self._ahead.keys() >= set(changes):
                materials = [self._ahead[change] for change in changes]
            else:
                materials = load_items(self._db, changes)
            some_items = [self._item(each, of) for each, of in zip(some, materials, strict=True)]
            if len(deliveries) > _AT_ONCE:
                some_items = [
                    replace(item, change=replace(item.change, text="", copies={})) for item in some_items
                ]
            items += some_items
        return items

    def _item(self, delivery: Delivery, material: Material) -> Item:
        change, rules = material.change, self.rules(delivery.rules)
        if (then := delivery.release) is not None:
            change = replace(change, agency=then.agency, url=then.url, published_at=then.published_at)
        words = dict.fromkeys(word for rule in rules for word in words_found(rule, change))
        return Item(
            change=change,
            kind=change.kind if delivery.told_as == "health" else delivery.told_as,
            weight=delivery.weight,
            rules=delivery.rules,
            words=tuple(words),
            titles=material.titles,
            story=material.story,
            also=material.also,
        )
