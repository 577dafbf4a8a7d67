"""A stand-in for the portal: same addresses, same answers, same faults, invented releases.

Standard library only. `Portal` holds what is published, `serve` puts it behind an address, `populate` gives
it a past, `demo_portal` and `demo_story` are what `jarshy demo` shows. `python -m crawler.standin` runs it.
"""

from crawler.standin.copies import Attached, Block, Bullets, Copy, Numbered, Table, upload
from crawler.standin.portal import Portal
from crawler.standin.releases import invent, populate
from crawler.standin.server import Server, serve
from crawler.standin.story import Step, demo_portal, demo_story, encore
from crawler.standin.traffic import Request

__all__ = [
    "Attached",
    "Block",
    "Bullets",
    "Copy",
    "Numbered",
    "Portal",
    "Request",
    "Server",
    "Step",
    "Table",
    "demo_portal",
    "demo_story",
    "encore",
    "invent",
    "populate",
    "serve",
    "upload",
]
