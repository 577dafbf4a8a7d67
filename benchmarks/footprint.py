"""What a process and its children hold of the machine: memory and descriptors, as Linux counts them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_MAPPING = re.compile(r"[0-9a-f]+-[0-9a-f]+ \S+ \S+ (\S+ \d+)")
"""The line that begins a mapping in `smaps`: device and inode say of which file."""


@dataclass(frozen=True, slots=True)
class Footprint:
    """At one moment."""

    bytes: int
    """Of memory, whoever else runs: what they wrote, and of each file the most that one of them holds."""
    descriptors: int
    processes: int


def footprint(pid: int) -> Footprint:
    """What this process and its children hold now. Raises OSError where it is gone."""
    family = [pid, *_children(pid)]
    return Footprint(
        _bytes(family),
        sum(len(list(Path(f"/proc/{each}/fd").iterdir())) for each in family),
        len(family),
    )


def _children(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").iterdir():
        yield from map(int, (task / "children").read_text().split())


def _bytes(family: list[int]) -> int:
    """PSS would not do: it counts a page of Python's by the part, and all that runs beside takes a part of it."""
    written, of_files = 0, dict[str, int]()
    for pid in family:
        mine = dict[str, int]()
        file, resident = "", 0
        for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
            if begins := _MAPPING.match(line):
                file = begins[1]
            elif line.startswith("Rss:"):
                resident = int(line.split()[1])
            elif line.startswith("Anonymous:"):
                own = int(line.split()[1])
                written += own
                mine[file] = mine.get(file, 0) + resident - own
        for file, held in mine.items():
            of_files[file] = max(of_files.get(file, 0), held)
    return (written + sum(of_files.values())) * 1024
