"""`alerts test`: a marked message to each address of a rule, now."""

import asyncio
from pathlib import Path
from uuid import uuid4

import click

from monitor.addresses import Address, without_secrets
from monitor.commands.alerts.speaking import rule_named
from monitor.commands.shared import configured, for_scripts, print_json, read_config, utc_now, wrapped
from monitor.config import Alert, Config
from monitor.errors import DeliveryError

SECONDS = 60
"""For one address in all, as the daemon has it."""


@click.command()
@click.argument("rule")
@configured
@for_scripts
@click.pass_context
def test(context: click.Context, rule: str, config_file: Path | None, *, as_json: bool) -> None:
    """Send a marked test message to each address of a rule.

    It says of each what was answered, or why it was not taken, and ends with 1 where any was not. Nothing is kept,
    no database is needed, and a daemon may run meanwhile.

    \b
    Example:
      jarshy alerts test taxes
    """
    config = read_config(config_file)
    answers = asyncio.run(_send(config, rule_named(config, rule), quiet=as_json))
    if as_json:
        print_json(
            [{"address": shown, "taken": taken, "said": said} for shown, taken, said in answers],
        )
    if not all(taken for _, taken, _ in answers):
        context.exit(1)


async def _send(config: Config, alert: Alert, *, quiet: bool) -> list[tuple[str, bool, str]]:
    """Address, whether it took the message, what it said or why not; each is told as soon as it is known."""
    from monitor.channels import Channels, open_channels
    from monitor.messages import test_message
    from monitor.rules import addresses_of

    async def one(channels: Channels, address: Address) -> tuple[str, bool, str]:
        channel = channels[address.kind]
        message = test_message(alert, message_id=str(uuid4()), at=utc_now(), limit=channel.limit(address))
        try:
            async with asyncio.timeout(SECONDS):
                taken, said = True, await channel.send(address, message)
        except TimeoutError:
            taken, said = False, f"no answer in {SECONDS} s"
        except DeliveryError as error:
            taken, said = False, str(error)
        said = without_secrets(said, *address.secrets, *([alert.secret] if alert.secret else []))
        if not quiet:
            _say(address.shown, taken=taken, said=said)
        return address.shown, taken, said

    addresses = addresses_of(alert)
    kinds = {address.kind for address in addresses}
    opened = open_channels(
        kinds, now=utc_now, inside=config.delivery.inside, telegram=config.delivery.telegram
    )
    async with opened as channels:
        return list(await asyncio.gather(*(one(channels, address) for address in addresses)))


def _say(shown: str, *, taken: bool, said: str) -> None:
    if taken:
        click.secho(wrapped(f"{shown}: taken" + (f" ({said})" if said else "")), fg="green")
    else:
        click.secho(wrapped(f"{shown}: not taken: {said}"), fg="red")
