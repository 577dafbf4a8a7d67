"""`agencies`: who publishes on the portal, and who is followed."""

from pathlib import Path

import click

from monitor.commands.shared import (
    configured,
    for_scripts,
    print_json,
    print_table,
    read_config_without_secrets,
)


@click.command()
@click.option("--followed", is_flag=True, help="Only those that are followed.")
@click.option("--lang", type=click.Choice(["kk", "ru", "en"]), default="en", show_default=True)
@click.option(
    "--sync", "synced", is_flag=True, help="Read the portal's own directory, and show what is news."
)
@click.option("--yes", is_flag=True, help="With --sync: keep what is news without asking.")
@configured
@for_scripts
def agencies(
    *, followed: bool, lang: str, synced: bool, yes: bool, config_file: Path | None, as_json: bool
) -> None:
    """List the portal's agencies, who is followed and what is held.

    With --sync, read the portal's own directory and show what is new, renamed or gone; it is kept after a yes. What
    an agency took over from another counts as its own.

    \b
    Examples:
      jarshy agencies
      jarshy agencies --followed --lang kk
      jarshy agencies --sync
    """
    from crawler.directory import agencies as directory
    from monitor.store.database import open_reader
    from monitor.store.people import agency_rows

    config = read_config_without_secrets(config_file)
    if synced:
        from monitor.commands.syncing import sync

        sync(config, yes=yes, as_json=as_json)
        return
    if yes:
        raise click.UsageError("--yes says yes to --sync, which is not there.")
    path = config.database.path
    # Nothing is held before the first run; the directory is data of our own.
    held = agency_rows(open_reader(path)) if path.exists() else {}
    chosen = set(config.portal.agencies)
    rows = [
        {
            "slug": agency.slug,
            "name": agency.name(lang),
            "name_kk": agency.name_kk,
            "name_ru": agency.name_ru,
            "name_en": agency.name_en,
            "kind": agency.kind,
            "followed": agency.slug in chosen,
            "releases": held.get(agency.slug, {}).get("releases", 0),
            "newest": held.get(agency.slug, {}).get("newest"),
            "last_read": held.get(agency.slug, {}).get("read_at"),
            "since": agency.since,
            "until": agency.until,
            "successor": agency.successor,
            "note": agency.note,
            "doubt": agency.doubt,
        }
        for agency in directory().values()
        if agency.slug in chosen or not followed
    ]
    if as_json:
        print_json(rows)
        return
    print_table(
        ("slug", "name", "kind", "followed", "releases", "newest"),
        (
            (
                row["slug"],
                row["name"],
                row["kind"],
                "yes" if row["followed"] else "",
                row["releases"] or "",
                row["newest"],
            )
            for row in rows
        ),
    )
