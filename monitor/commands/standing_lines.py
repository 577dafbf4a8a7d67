"""The sentences of `status` before and after its table: what is wrong first, then what is held, owed and spent."""

from collections import Counter
from datetime import datetime, timedelta

from monitor.backups import is_old
from monitor.commands.shared import local
from monitor.commands.standing_facts import Facts
from monitor.config import Config
from monitor.listing_standing import UNTROUBLED, said_of_all
from monitor.sentences import OUTCOMES, counted, size, span
from monitor.standing import hub_said, routes_said, troubles_said, whole_said
from monitor.store.database import to_text

FIELDS_SHOWN = 12
"""Unknown fields that are named; `--json` has them all."""


def what_is_wrong(facts: Facts, config: Config) -> list[str]:
    """Whether a daemon runs, and by what is written now, how the portal is, the troubles, receivers that do not take
    what they are sent, and a copy that is older than it should be."""
    runs = "A daemon runs on this database." if facts.running else "No daemon runs on this database."
    lines = [
        *_files(facts, config),
        *_portal(facts, config),
        *troubles_said(facts.troubles),
        *_not_taken(facts, config),
        *_old_backup(facts, config),
    ]
    is_well = facts.running and not lines and all(one.state in UNTROUBLED for one in facts.listings)
    return [f"{runs} Nothing is wrong." if is_well else runs, *lines]


def of_the_listings(facts: Facts, config: Config) -> list[str]:
    """How many are how, and whether it is a time in which none is read."""
    lines = ["No listing was read yet; `jarshy run` or `jarshy crawl` begins."]
    if facts.listings:
        lines = said_of_all(
            facts.listings,
            untried=facts.untried,
            running=facts.running,
            when=lambda stored: local(stored, config),
        )
    if facts.quiet_until:
        lines.append(
            f"It is the quiet window until {_told(facts.quiet_until, config)[-5:]}: nothing is asked by itself."
        )
    return lines


def kept_aside(facts: Facts, *, most: int) -> list[str]:
    """Items that could not be read as releases; the last ones, and how many there are besides."""
    named = facts.aside[:most]
    lines = dict.fromkeys(
        f"Kept aside from {item['agency']}/{item['lang']}: {item['source_id'] or 'an item'}. {item['reason']}"
        for item in named
    )
    more = facts.totals["quarantined"] - len(named)
    return [*lines, *([f"Kept aside besides: {more} (table `quarantine`)."] if more > 0 else [])]


def unknown_fields(facts: Facts) -> list[str]:
    """Fields of the portal's items that this program knows nothing of."""
    if not facts.unknown_fields:
        return []
    fields = [
        f"{name} ({counted(count, ('listing', 'listings'))})" for name, count in facts.unknown_fields.items()
    ]
    return [f"Fields nobody knows yet: {', '.join(fields[:FIELDS_SHOWN])}."]


def orders(facts: Facts, *, most: int) -> list[str]:
    """Readings that somebody asked for, or audits that came by themselves, and how far they are."""
    doing = {"audit": "audited", "cited": "looked through for what dumps cite"}
    begun = [order for order in facts.orders if order["reached"]]
    lines = [
        f"{order['agency']}/{order['lang']} is being {doing.get(order['kind'], 'read')}, "
        f"{'by itself' if order['by_itself'] else 'because it was asked for'}: page {order['reached']}, "
        f"{order['listed']} releases so far."
        for order in begun[:most]
    ]
    if (more := len(begun) - most) > 0:
        lines.append(f"Orders under way besides: {more}.")
    if waiting := len(facts.orders) - len(begun):
        lines.append(f"Orders that wait for their turn: {waiting}.")
    return lines


def the_rest(facts: Facts, config: Config) -> list[str]:
    """What is owed, spent and held, by which routes, and how much room there is."""
    in_use = Counter(
        one.row["route"] for one in facts.listings if one.row["success_at"] and one.row["followed"]
    )
    zone = config.schedule.zone
    return [
        *_alerts(facts, config),
        *hub_said(config.feeds.hub, facts.announcements, zone=zone),
        *_spent(facts, config),
        *routes_said(config.portal.routes, facts.rungs, in_use, now=facts.now, zone=zone),
        *whole_said(facts.standings, config.portal.languages, agencies=len(config.portal.agencies)),
        *_held(facts),
        *_of_the_machine(facts, config),
    ]


def _of_the_machine(facts: Facts, config: Config) -> list[str]:
    """The program, its files, their disk and the last copy of them."""
    machine = facts.machine
    files = f"Database {size(machine.bytes)}, its log {size(machine.wal_bytes)}"
    room = f"{size(machine.free)} free of {size(machine.total)} on their disk"
    lines = [f"Jarshy {machine.version}, schema {machine.schema}. {files}; {room}."]
    if facts.backup is not None:
        lines.append(f"Last backup: {_told(facts.backup.at, config)}, {facts.backup.path}.")
    elif facts.backups_unknown:
        lines.append(f"Last backup: unknown, as {facts.backups_unknown}.")
    elif config.backup.every is not None:
        lines.append("The daemon has made no backup yet.")
    return lines


def _files(facts: Facts, config: Config) -> list[str]:
    used = facts.config
    if used is not None and used.is_another(facts.file):
        here = facts.file or "the built-in defaults"
        return [
            f"The daemon goes by {used.file}, and what is said here by {here}: name its file with --config."
        ]
    if used is None or not used.has_changed:
        return []
    read_at = _told(used.read_at, config)
    said = (
        f"The configuration was read at {read_at}; {used.file} has changed since. Send SIGHUP; if it was sent, the "
        "log says why it was not taken, or what of it waits for a restart."
    )
    return [said]


def _portal(facts: Facts, config: Config) -> list[str]:
    portal = facts.portal
    if portal.outcome is None:
        return []
    since = _told(portal.since, config)
    lines = [f"{portal.base_url}: {OUTCOMES[portal.outcome]} since {since}. {portal.reason}"]
    if portal.paused_until:
        at = _told(portal.paused_until, config)
        lines.append(f"Next try at {at}." if facts.running else f"A daemon would not try again before {at}.")
    return lines


def _not_taken(facts: Facts, config: Config) -> list[str]:
    return [
        f"Not taken yet by {row['address_shown']}: delivery {row['id']}, tried {_times(row['attempts'])}, next try "
        f"{local(row['next_attempt_at'], config)}: {row['error'].removeprefix(row['address_shown']).lstrip()}."
        for row in facts.not_taken
    ]


def _old_backup(facts: Facts, config: Config) -> list[str]:
    last, every = facts.backup, config.backup.every
    if last is None or every is None or not facts.running or not is_old(last, every=every, now=facts.now):
        return []  # without a daemon nobody makes one
    if any(event.kind == "backup" for event in facts.troubles):
        return []  # said there, with the reason
    age = span(facts.now - last.at)
    said = (
        f"The newest backup is {age} old, and one should be made every {span(every)}. A daemon makes it ten minutes "
        "after its start; look at its log if that is longer ago."
    )
    return [said]


def _alerts(facts: Facts, config: Config) -> list[str]:
    counts, oldest = facts.totals, facts.oldest_owed
    since = f" (the oldest since {_told(oldest, config)})" if oldest and counts["owed"] else ""
    return [f"Alerts: {counts['owed']} owed{since}, {counts['sent']} sent, {counts['failed']} failed."]


def _spent(facts: Facts, config: Config) -> list[str]:
    spent = facts.spent
    budget = f" of {spent.per_day}" if spent.per_day else ""
    asked = f"{spent.last_day}{budget} in the last 24 hours"
    by_day = f"{spent.today} today (UTC), {spent.yesterday} yesterday"
    lines = [f"Asked of the portal by all processes: {asked}; {by_day}."]
    if (at := spent.next_at(facts.now)) is not None:
        lines.append(f"The budget of 24 hours is spent; reading goes on at {_told(at, config)}.")
    if spent.left_alone_for:
        rest = span(timedelta(seconds=spent.left_alone_for))
        lines.append(f"The portal asked to be left alone for another {rest}.")
    return lines


def _held(facts: Facts) -> list[str]:
    counts = facts.totals
    amounts = (
        f"Releases: {counts['releases']}, editions: {counts['editions']}, wordings: {counts['wordings']}"
    )
    lines = [f"{amounts}, changes since the first reading: {counts['changes']}."]
    off_the_list = counts["off_the_list"]
    told = f" (of which still told of by their numbers: {off_the_list})" if off_the_list else ""
    doubts = [
        *([f"releases that no listing shows: {counts['suspected']}{told}"] if counts["suspected"] else []),
        *([f"editions that flip between wordings: {counts['flapping']}"] if counts["flapping"] else []),
    ]
    if doubts:
        lines.append(f"In doubt: {'; '.join(doubts)}.")
    if counts["unseen"]:
        lines.append(f"From dumps, not seen at the portal yet: {counts['unseen']}.")
    return lines


def _told(moment: datetime | None, config: Config) -> str:
    return local(to_text(moment), config) if moment else "an unknown time"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
