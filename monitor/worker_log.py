"""Passes on what the crawl worker logs: its lines become records of our own log, with its words, level and ids."""

import asyncio
import json
import logging
from datetime import UTC, datetime
from typing import IO, Any

from monitor.mentions import Mentions

LINE_LIMIT = 1 << 20
"""Bytes of one line; what is longer is passed on in pieces."""


async def pass_on(stderr: IO[bytes], mentions: Mentions) -> None:
    """Logs what comes in at this end of a pipe, until the other end is closed; closes it.

    A warning that comes again and again, as of a ledger on a full disk, is passed on now and then; `mentions` knows
    them, over several workers.
    """
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader(limit=LINE_LIMIT)
    pipe, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), stderr)
    try:
        while line := await _next(lines):
            log_line(line, mentions)
    finally:
        pipe.close()


def _more(record: logging.LogRecord, mentions: Mentions) -> str | None:
    if record.levelno < logging.WARNING:
        return ""
    at = datetime.fromtimestamp(record.created, UTC)
    return mentions.note((record.name, record.msg), "", now=at)


def log_line(line: bytes, mentions: Mentions) -> None:
    """Logs one line."""
    record = record_of(line)
    logger = logging.getLogger(record.name)
    if not record.msg or not logger.isEnabledFor(record.levelno):
        return
    more = _more(record, mentions)
    if more is not None:
        record.msg += more
        logger.handle(record)


async def _next(lines: asyncio.StreamReader) -> bytes:
    try:
        return await lines.readuntil(b"\n")
    except asyncio.IncompleteReadError as error:
        return error.partial
    except asyncio.LimitOverrunError:
        return await lines.readexactly(LINE_LIMIT)


def record_of(line: bytes) -> logging.LogRecord:
    """What one line says; what is no line of ours, as when the interpreter breaks down, is a warning as it stands."""
    text = line.decode("utf-8", "replace").rstrip()
    try:
        said = json.loads(text)
        return logging.makeLogRecord(_fields(said))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return logging.makeLogRecord(
            {"name": "crawler", "levelno": logging.WARNING, "levelname": "WARNING", "msg": text}
        )


def _fields(said: dict[str, Any]) -> dict[str, Any]:
    level = int(said["level"])
    return {
        "name": str(said["logger"]),
        "levelno": level,
        "levelname": logging.getLevelName(level),
        "msg": str(said["message"]),
        "about": {str(name): value for name, value in said["about"].items() if isinstance(value, str | int)},
        "exc_text": str(said.get("exception", "")) or None,
    }
