"""docs/configure.md is what the code says, and what it shows can be written so."""

import re
from pathlib import Path

import pytest

from monitor.config import Alert, Config, load
from monitor.config_reference import reference
from monitor.config_remedies import keys_of, tables_in

FILE = Path(__file__).parent.parent.parent / "docs" / "configure.md"
EXAMPLE = re.compile(r"^```toml\n(\[+\w+\]+)\n(.+)\n```$", re.MULTILINE)


def test_the_page_is_what_the_code_says() -> None:
    made = "python -m monitor.config_reference > docs/configure.md"
    assert FILE.read_text("utf-8") == reference(), f"make it anew: {made}"
    assert made in reference()


@pytest.mark.parametrize(("name", "table"), list(tables_in(Config)))
def test_every_key_of_a_table_is_explained_in_its_order(name: str, table: type[Config]) -> None:
    [section] = re.findall(
        rf"^## `{re.escape(name)}`\n(.*?)(?=^## |\Z)", reference(), re.DOTALL | re.MULTILINE
    )
    assert re.findall(r"^### `(\w+)`$", section, re.MULTILINE) == keys_of(table)


def test_what_it_shows_can_be_written_so(tmp_path: Path) -> None:
    shown: dict[str, list[str]] = {}
    for table, line in EXAMPLE.findall(reference()):
        shown.setdefault(table, []).append(line)
    written = "\n".join(line for table, lines in shown.items() for line in (table, *lines))
    file, secret = tmp_path / "jarshy.toml", tmp_path / "webhook"
    secret.write_text("planted", "utf-8")
    file.write_text(written.replace("/run/secrets/webhook", str(secret)), "utf-8")
    config = load(file, {"MAIL": "me"})
    [alert] = config.alerts
    left = {key for key in keys_of(Alert) if f"\n{key} = " not in written}
    assert left == {"words_in", "lang", "burst"}  # whose defaults show how they are written
    assert alert.secret == "planted"
    assert config.schedule.per_day == 5000
