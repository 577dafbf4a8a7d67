"""The errors that are ours; everything else that rises is a bug and should be loud."""


class ParseError(Exception):
    """Raised by readers of dumps and answers: says what was sought, and where (file and line, or address)."""


class CrawlFailed(Exception):
    """Raised where the crawl worker could not be started, or died with an order in hand."""


class DeliveryError(Exception):
    """Raised by a channel that could not hand its message over.

    `permanent` means that trying again cannot help; `retry_after` is what the receiver asked for, in seconds.
    `refuses_us`: it is we who are not let in (a changed password), whatever the message; somebody has to mend that.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool = False,
        retry_after: float | None = None,
        refuses_us: bool = False,
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.retry_after = retry_after
        self.refuses_us = refuses_us


class ConfigError(Exception):
    """Raised at the start for an unusable configuration; the message names the key and the remedy."""


class CannotListen(Exception):
    """Raised where nothing can be served at an address now and may be in a moment: it is taken, or not ours yet."""


class StoreError(Exception):
    """Raised when the database cannot be used: held by another daemon, newer than this program, not ours."""


class TookTooLong(StoreError):
    """Raised when a question to the database was given up because its time was over; another may be answered."""
