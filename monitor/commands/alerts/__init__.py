"""`alerts`: what is owed and was sent, what a rule would have sent, a test, why somebody was told, another try."""

import click

from monitor.commands.alerts.explaining import why
from monitor.commands.alerts.listing import list_
from monitor.commands.alerts.previewing import preview
from monitor.commands.alerts.retrying import retry
from monitor.commands.alerts.testing import test


@click.group()
def alerts() -> None:
    """See what is owed and was sent, try a rule, send a test, ask why.

    \b
    Examples:
      jarshy alerts list --state failed
      jarshy alerts why 1257347
    """


for command in (list_, preview, test, why, retry):
    alerts.add_command(command)
