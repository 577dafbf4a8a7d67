"""Writes `monitor/working_days.csv` anew from the library `holidays`, after that has learned of another decree.

python tests/monitor/working_days_table.py
"""

from datetime import date
from pathlib import Path

import holidays

TABLE = Path(__file__).resolve().parents[2] / "monitor" / "working_days.csv"
YEARS = range(1991, 2101)
"""All that the library knows."""


def table() -> str:
    """The days that are unlike their week: offices are closed from Monday to Friday, or open at a weekend."""
    rows: dict[date, str] = {}
    for year in YEARS:
        found = holidays.country_holidays("KZ", years=year, expand=False)
        rows |= {day: "off" for day in found if day.weekday() < 5}
        rows |= dict.fromkeys(found.weekend_workdays, "worked")
    return "day,is\n" + "".join(f"{day},{rows[day]}\n" for day in sorted(rows))


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="ascii")
