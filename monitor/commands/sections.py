"""The list of commands in `jarshy --help`: by what a person wants to do, the first thing first."""

from collections.abc import Mapping

import click

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "Run it": ("run", "demo", "check", "status", "doctor"),
    "Read the portal": ("crawl", "try", "audit", "import", "agencies"),
    "Tell of it": ("alerts", "feeds"),
    "Look at the history": ("search", "show", "diff", "stats", "explore"),
    "Prove it and keep it": ("verify", "export", "backup", "restore", "redact", "reparse"),
}


def write_sections(formatter: click.HelpFormatter, commands: Mapping[str, click.Command]) -> None:
    """Each command in one line; one that no section names would not be found, and a test asks for all."""
    longest = max(map(len, commands))
    room = formatter.width - longest - 6
    for title, names in SECTIONS.items():
        with formatter.section(title):
            formatter.write_dl(
                [(name.ljust(longest), commands[name].get_short_help_str(room)) for name in names]
            )
