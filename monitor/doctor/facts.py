"""The table of facts, in the order of the report. Pure."""

from monitor.doctor import graph, items, listing, wire
from monitor.doctor.fact import Fact

FACTS: tuple[Fact, ...] = (*wire.FACTS[:2], *listing.FACTS, *items.FACTS, *graph.FACTS, *wire.FACTS[2:])
"""Another fact is another line in one of the four."""
