"""What the worker is told at its start, and Scrapy's settings that follow. Pure; imports no Scrapy."""

from dataclasses import dataclass
from typing import Any

NAME = "jarshy"
"""Our product token, in the User-Agent and before robots.txt."""


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """How to speak to one portal."""

    base_url: str
    """Scheme and host, without a slash at the end."""
    requests_per_minute: float = 30.0
    contact: str = ""
    """An address or page for whoever runs the portal."""
    version: str = "0"
    timeout: float = 45.0
    """Seconds for one whole answer, from connecting to its last byte."""
    max_bytes: int = 12 * 1024 * 1024
    """Of one answer, decoded. Reading a page costs up to fifteen times its size: this keeps it under 300 MB."""
    retries: int = 2
    """Further tries of an order within it, when the portal says that it is overloaded."""
    first_pause: float = 2.0
    """Seconds before the first retry; the next ones double it."""
    browser_idle: float = 300.0
    """Seconds without work after which a browser is closed."""
    ledger: str = ""
    """The file by which all processes that read this portal share one budget; empty: in memory."""
    per_day: int | None = None
    """Requests in any 24 hours; None: no limit."""

    whole_every: float = 86_400.0
    """Seconds after which a page is fetched whole, though the portal says that it has not changed."""

    @property
    def pace(self) -> float:
        """Seconds between two requests."""
        return 60.0 / self.requests_per_minute

    @property
    def user_agent(self) -> str:
        """Who we say we are; nothing pretends to be a browser."""
        contact = " ".join(self.contact.split())
        return f"{NAME}/{self.version}" + (f" (+{contact})" if contact else "")


def scrapy_settings(options: WorkerOptions) -> dict[str, Any]:
    """Scrapy's settings for one endless, polite crawl of one portal."""
    return {
        "JARSHY_OPTIONS": options,
        "USER_AGENT": options.user_agent,
        "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
        # One request at a time and never faster than asked; our Pace does the exact counting.
        "CONCURRENT_REQUESTS": 1,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": options.pace,
        "DOWNLOAD_DELAY_JITTER": 0,
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": options.pace,
        "AUTOTHROTTLE_MAX_DELAY": max(60.0, options.pace),
        "AUTOTHROTTLE_TARGET_CONCURRENCY": 1.0,
        "TWISTED_DNS_RESOLVER": "crawler.names.GuardedResolver",
        "DNS_TIMEOUT": min(20.0, options.timeout),
        # What one answer may cost us.
        "DOWNLOAD_TIMEOUT": options.timeout,
        "DOWNLOAD_MAXSIZE": options.max_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_FAIL_ON_DATALOSS": True,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "DOWNLOAD_HANDLERS": {
            "http": "crawler.politeness.OneTryHandler",
            "https": "crawler.politeness.OneTryHandler",
            "data": None,
            "file": None,
            "ftp": None,
            "s3": None,
        },
        # All that an answer passes is named here. Scrapy would load what its own lists hold, even if it is switched
        # off, and with that a web server, a shell and a list of the domains of the world: 12 MB.
        "DOWNLOADER_MIDDLEWARES_BASE": {},
        "SPIDER_MIDDLEWARES_BASE": {},
        "EXTENSIONS_BASE": {},
        # Scrapy's robots cache never expires, its retries do not wait, its redirects go anywhere: ours do not.
        "ROBOTSTXT_OBEY": True,
        "DOWNLOADER_MIDDLEWARES": {
            "crawler.robots.Robots": 100,
            "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
            "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 400,
            "crawler.tickets.Tickets": 500,
            "crawler.politeness.Retries": 550,
            "crawler.unpacking.Unpacking": 590,
            "crawler.redirects.Redirects": 600,
            "crawler.names.Names": 700,
            "crawler.probing.NotePacking": 710,  # nearer to the wire than what unpacks
            "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": 740,
            "crawler.browser.Browser": 750,
            "crawler.politeness.Pace": 800,
        },
        "EXTENSIONS": {"scrapy.extensions.throttle.AutoThrottle": 0},
        "CONCURRENT_ITEMS": 1,  # of which there are none; Scrapy starts that many tasks for every answer
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",  # the same page is read again and again
        # Pace counts what is said of an order; nobody reads what Scrapy counts.
        "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
        "LOG_ENABLED": False,  # the worker's own logging stands
        "WARN_ON_GENERATOR_RETURN_VALUE": False,
    }
