"""What the worker logs on stderr: sentences for whoever runs it by hand, JSON lines for a monitor that reads them."""

import json
import logging
import sys

_NAMES = {"order", "release"}
"""What a record may say it is about, by `extra`."""


def logged(*, as_json: bool) -> logging.Handler:
    """The handler for all that the worker has to say."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_worth_saying)
    plain = logging.Formatter("%(asctime)s %(levelname)s %(message)s", "%Y-%m-%d %H:%M:%S%z")
    handler.setFormatter(_JsonLines() if as_json else plain)
    return handler


class _JsonLines(logging.Formatter):
    """One line each, in ASCII, so that no locale can spoil it."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, object] = {
            "level": record.levelno,
            "logger": record.name,
            "message": record.getMessage(),
            "about": {name: record.__dict__[name] for name in _NAMES & record.__dict__.keys()},
        }
        if record.exc_info:
            said["exception"] = self.formatException(record.exc_info)
        return json.dumps(said, default=str)


def _worth_saying(record: logging.LogRecord) -> bool:
    """Our own sentences from INFO on, of the libraries' only what says that something is wrong."""
    ours = record.name.split(".")[0] in {"crawler", "py"}
    return record.levelno >= (logging.INFO if ours else logging.ERROR)
