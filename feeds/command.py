"""`feeds`: everything that the server offers, as files for any web server."""

from pathlib import Path

import click
from pydantic import TypeAdapter, ValidationError

from monitor.commands.shared import (
    configured,
    for_scripts,
    on_terminal,
    print_json,
    read_config_without_secrets,
)
from monitor.config_values import OwnAddress
from monitor.errors import ConfigError

_STEPS = 1000


@click.command("feeds")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--url", help="Where the files will be served [default: public_url of the configuration].")
@click.option("--gzip", "gzipped", is_flag=True, help="Also write each file compressed, with .gz at its end.")
@configured
@for_scripts
def write_feeds(
    folder: Path, url: str | None, config_file: Path | None, *, gzipped: bool, as_json: bool
) -> None:
    """Write all feeds as files for any web server or CDN. Their archives, the lists of them and a page come along.

    Run it again, beside a daemon or not, to bring the files up to date: only those that changed are written, each
    whole or not at all, and only those that it wrote itself are ever removed. examples/ shows how nginx and Caddy
    serve them.

    \b
    Examples:
      jarshy feeds /var/www/feeds --url https://feeds.example.org
      jarshy feeds /var/www/feeds --gzip --json
    """
    from feeds.files import write_files
    from feeds.folder import opened
    from monitor.store.database import open_reader

    config = read_config_without_secrets(config_file)
    address = _checked(url) if url else config.server.public_url
    if address is None:
        raise ConfigError(
            "server.public_url: missing, and links in feeds are absolute; set it to where DIR will be served, "
            "or name that address by --url"
        )
    db = open_reader(config.database.path)
    bar = click.progressbar(
        length=_STEPS, label="Writing feeds", hidden=as_json or not on_terminal(), show_pos=False
    )
    try:
        with opened(folder, gzipped=gzipped) as files, bar:
            outcome = write_files(
                db, files, config, address=address, tell=lambda part: bar.update(int(part * _STEPS) - bar.pos)
            )
    except OSError as error:
        where = error.filename or folder
        raise click.ClickException(f"{where}: {error.strerror}") from error
    finally:
        db.close()
    if as_json:
        print_json(
            {
                "directory": str(folder),
                "address": address,
                "written": outcome.written,
                "removed": outcome.removed,
                "unchanged": outcome.unchanged,
            }
        )
        return
    written, removed = len(outcome.written), len(outcome.removed)
    click.echo(
        f"{folder}: {written} files written, {outcome.unchanged} left as they were, {removed} removed."
    )


def _checked(url: str) -> str:
    try:
        return TypeAdapter[str](OwnAddress).validate_python(url)
    except ValidationError as error:
        said = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise click.BadParameter(said, param_hint="--url") from error
