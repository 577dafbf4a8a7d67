"""The monitor's part of the command line: each file a few commands, each command a thin edge."""

import click

from monitor.commands.alerts import alerts
from monitor.commands.auditing import audit
from monitor.commands.backing_up import backup, restore
from monitor.commands.checking import check
from monitor.commands.comparing import diff
from monitor.commands.crawling import crawl
from monitor.commands.directory import agencies
from monitor.commands.doctor import doctor
from monitor.commands.exploring import explore
from monitor.commands.exporting import export
from monitor.commands.history import show
from monitor.commands.importing import import_
from monitor.commands.redacting import redact
from monitor.commands.reparsing import reparse
from monitor.commands.searching import search
from monitor.commands.standing import status
from monitor.commands.statistics import stats
from monitor.commands.trying import try_
from monitor.commands.verifying import verify

COMMANDS: tuple[click.Command, ...] = (
    crawl,
    audit,
    try_,
    import_,
    agencies,
    alerts,
    show,
    diff,
    search,
    stats,
    reparse,
    redact,
    export,
    explore,
    verify,
    backup,
    restore,
    status,
    check,
    doctor,
)
