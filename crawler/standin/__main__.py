"""`python -m crawler.standin`: the stand-in portal in the foreground, driven by hand; nothing else."""

import argparse
import sys
import threading
from datetime import UTC, datetime

from crawler.standin import control
from crawler.standin.addresses import NEWS
from crawler.standin.portal import Portal
from crawler.standin.releases import populate
from crawler.standin.server import CONTROL, serve
from crawler.standin.story import DEMO_AGENCIES


def main() -> None:
    """Serves until it is interrupted."""
    parser = argparse.ArgumentParser(
        prog="python -m crawler.standin", description="A stand-in for the portal."
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8180, help="0 takes a free one (default: %(default)s)")
    parser.add_argument("--agencies", default=",".join(DEMO_AGENCIES), help="slugs parted by commas")
    parser.add_argument(
        "--per-agency", type=int, default=20, metavar="N", help="releases of each to begin with"
    )
    asked = parser.parse_args()
    portal = Portal()
    agencies = [slug for slug in asked.agencies.split(",") if slug]
    populate(portal, agencies, asked.per_agency, until=datetime.now(UTC))
    with serve(portal, asked.host, asked.port, control=control.control) as server:
        _say(f"The stand-in portal answers at {server.base_url}")
        _say(f"  curl -H 'Accept-Language: kk' '{server.base_url}{NEWS}?projects=eq:{agencies[0]}&size=3'")
        _say(f"Look at it:  curl {server.base_url}{CONTROL}state")
        _say(f"Drive it:    curl -d JSON {server.base_url}{CONTROL}<verb>, where verb and JSON are")
        _say(control.manual())
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            _say("The stand-in portal has ended.")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
