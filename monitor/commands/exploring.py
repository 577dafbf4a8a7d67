"""`explore`: the whole history in Datasette, for questions that nobody foresaw."""

from pathlib import Path

import click

from monitor.commands.shared import configured, read_config_without_secrets


@click.command()
@click.option(
    "--port", default=8001, show_default=True, type=click.IntRange(0, 65535), help="0: any that is free."
)
@click.option("--open", "in_browser", is_flag=True, help="Open it in the browser.")
@configured
def explore(port: int, config_file: Path | None, *, in_browser: bool) -> None:
    """Open the history in Datasette on this machine. Look around and ask it by SQL.

    It only reads, and may run beside the daemon. Questions that are often asked stand there ready: what was edited
    afterwards, what was removed, who publishes first. Needs pip install 'jarshy[explore]'. Ctrl-C ends it.

    \b
    Examples:
      jarshy explore
      jarshy explore --port 9001 --open
    """
    from monitor.explore.serving import explore as serve
    from monitor.store.database import open_reader

    path = read_config_without_secrets(config_file).database.path
    db = open_reader(path)
    held = [*db.table_names(), *db.view_names()]
    db.close()

    def ready(address: str) -> None:
        click.echo(f"{path} is shown at {address}; Ctrl-C ends it.")
        if in_browser:
            click.launch(address)

    serve(path, held, port=port, ready=ready)
