"""The log on stderr: sentences for people, JSON lines for programs, and no secret in either.

The one place that sets logging up, for the daemon and for every command. What is said, and of what it is said, is
elsewhere: each module logs sentences, `about` knows the ids.
"""

import io
import logging
import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Literal, TextIO

from monitor import log_lines
from monitor.about import Id, about_now
from monitor.errors import ConfigError
from monitor.log_lines import Level, Line, Shape
from monitor.mentions import LONGEST, Mentions
from monitor.withheld import blanked, written_of

Format = Literal["auto", "text", "json"]
FORMATS: tuple[Format, ...] = ("auto", "text", "json")
VARIABLE = "JARSHY_LOG"

log = logging.getLogger("jarshy")


class Logbook(logging.Handler):
    """Writes each line to what `sys.stderr` is at the moment: while the demo draws, it is another one."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self._traces = Mentions(fades=LONGEST)
        self._known: set[str] = set()
        self._withheld: tuple[str, ...] = ()
        self._secrets: Callable[[], Iterable[str]] | None = None

    def withhold(self, secrets: Callable[[], Iterable[str]]) -> None:
        """Blanks these too from now on; they are asked for when the next line is written."""
        self.acquire()
        try:
            if self._secrets is not None:  # nothing was said since: they are withheld all the same
                self._known |= set(self._secrets())
            self._secrets = secrets
        finally:
            self.release()

    def emit(self, record: logging.LogRecord) -> None:
        """Writes a record; the same fault of ours, with its trace, only now and then."""
        at = datetime.fromtimestamp(record.created, UTC)
        trace = self._without_secrets(_trace_of(record))
        more = self._traces.note(trace, "", now=at) if trace else ""
        if more is None:
            return
        ids: Mapping[str, Id] = {**about_now(), **getattr(record, "about", {})}
        line = Line(
            at.astimezone(),
            _level_of(record.levelno),
            record.name,
            self._without_secrets(_message_of(record)) + more,
            {name: self._clean(value) for name, value in ids.items()},
            trace,
        )
        # Nobody reads it any more, or the disk that it is written to is full: there is nowhere to say so.
        with suppress(OSError, ValueError):
            sys.stderr.write(self.shape(line) + "\n")
            sys.stderr.flush()

    def _clean(self, value: Id) -> Id:
        if isinstance(value, int):
            return value
        if isinstance(value, str):
            return self._without_secrets(value)
        return [self._without_secrets(each) for each in value]

    def _without_secrets(self, text: str) -> str:
        if self._secrets is not None:
            secrets, self._secrets = self._secrets, None
            self._known |= set(secrets())
            self._withheld = written_of(self._known)
        return blanked(text, self._withheld)


def for_command(environ: Mapping[str, str] = os.environ) -> None:
    """Says what goes wrong during a command, in sentences unless the environment asks for JSON."""
    if sys.__stderr__ is None:  # closed by who started us: all would trip over it, in silence
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 for as long as we run
    wished = _wished(environ) or "text"
    _write_as(log_lines.as_json if wished == "json" else log_lines.as_sentence, level=logging.WARNING)


def for_demo() -> None:
    """Says what goes wrong while the demo draws."""
    _write_as(_on_terminal(os.environ) if sys.stderr.isatty() else log_lines.plainly, level=logging.WARNING)


def for_daemon(wished: Format, level: Level, environ: Mapping[str, str] = os.environ) -> None:
    """Says what the daemon does, and every fault that nobody caught."""
    wished = _wished(environ) or wished
    is_journal = _is_journal(environ.get("JOURNAL_STREAM", ""), sys.stderr)
    shape = shape_for(wished, terminal=sys.stderr.isatty(), journal=is_journal)
    if shape is log_lines.on_terminal:
        shape = _on_terminal(environ)
    elif isinstance(sys.stderr, io.TextIOWrapper):
        # Whatever the locale of a service is: titles are Kazakh.
        sys.stderr.reconfigure(encoding="utf-8", errors="backslashreplace")
    _write_as(shape, level=logging.getLevelNamesMapping()[level.upper()])
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread


def withhold(secrets: Callable[[], Iterable[str]]) -> None:
    """Has the log say none of these, in whatever writing, nor any that it was told of before.

    They are asked for when something is said.
    """
    for handler in logging.getLogger().handlers:
        if isinstance(handler, Logbook):
            handler.withhold(secrets)


def said_at_the_end(error: str) -> bool:
    """Logs why we end, where the log is not for whoever typed a command; False: nothing was said."""
    books = [each for each in logging.getLogger().handlers if isinstance(each, Logbook)]
    if not books or books[0].shape is log_lines.as_sentence:
        return False
    log.error("%s", error)
    return True


def shape_for(wished: Format, *, terminal: bool, journal: bool) -> Shape:
    """In which shape the daemon writes, by what it was asked for and where stderr leads."""
    if wished == "json" or (wished == "auto" and not (terminal or journal)):
        return log_lines.as_json
    if journal:
        return log_lines.in_journal
    return log_lines.on_terminal if terminal else log_lines.in_file


def _wished(environ: Mapping[str, str]) -> Format | None:
    written = environ.get(VARIABLE)
    if not written:
        return None
    for known in FORMATS:
        if written == known:
            return known
    raise ConfigError(f"{VARIABLE}: {written!r} is not one of {', '.join(FORMATS)}")


def _is_journal(named: str, stream: TextIO) -> bool:
    """Whether the stream is the one that systemd gave to the journal, which a redirection may have replaced."""
    try:
        found = os.fstat(stream.fileno())
    except (OSError, ValueError):  # no file, as in a test
        return False
    return named == f"{found.st_dev}:{found.st_ino}"


def _on_terminal(environ: Mapping[str, str]) -> Shape:
    in_colour = not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
    return log_lines.on_terminal if in_colour else log_lines.plainly


def _write_as(shape: Shape, *, level: int) -> None:
    root = logging.getLogger()
    book = next((handler for handler in root.handlers if isinstance(handler, Logbook)), None)
    if book is None:
        root.addHandler(Logbook(shape))
    else:
        book.shape = shape
    root.setLevel(level)


def _message_of(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001 what was meant is said as well as can be
        return f"{record.msg} {record.args!r}"


def _trace_of(record: logging.LogRecord) -> str:
    if record.exc_info and record.exc_info[1] is not None:
        return "".join(traceback.format_exception(record.exc_info[1])).strip()
    return "\n".join(filter(None, [record.exc_text, record.stack_info]))


def _level_of(number: int) -> Level:
    if number >= logging.ERROR:
        return "error"
    if number >= logging.WARNING:
        return "warning"
    return "info" if number >= logging.INFO else "debug"


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    log.critical("Ended by a fault of Jarshy itself; please report it.", exc_info=(kind, error, trace))


def _uncaught_in_thread(said: threading.ExceptHookArgs) -> None:
    if said.exc_value is not None:
        name = said.thread.name if said.thread else "that has ended"
        log.critical(
            "The thread %s ended by a fault of Jarshy itself; please report it.",
            name,
            exc_info=(said.exc_type, said.exc_value, said.exc_traceback),
        )
