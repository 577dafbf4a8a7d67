"""Facts about robots.txt, the sitemap, the page for people, and how answers travel. Pure."""

import re
from datetime import datetime

from monitor.doctor.fact import Fact, Finding, as_written, different, either
from monitor.doctor.seen import Answers, Seen, UntoldError

SHELL_SIZE = 836
_SLOW = 20.0
_ROOT = re.compile(r"""<div[^<>]*\bid\s*=\s*["']?(root|app)\b""")


def robots(answers: Answers, _now: datetime) -> Finding:
    """What robots.txt forbids."""
    found = answers["robots"]
    if found.status != 200 or found.body.lstrip().startswith("<"):
        return different(f"no robots.txt that can be read: {_status(found)}")
    rules = _lines(found, "disallow")
    shown = ", ".join(rules[:12]) or "nothing"
    if any(rule == "/" or rule.startswith(("/api", "/memleket", "/graphql")) for rule in rules):
        return either(
            not any(_covers(rule, path) for rule in rules for path in _ASKED), f"disallowed: {shown}"
        )
    return as_written(f"disallowed: {shown}")


_ASKED = ("/api/v1/public/content-manager/news", "/memleket/entities/economy/press/news", "/graphql")


def crawl_delay(answers: Answers, _now: datetime) -> Finding:
    """Whether robots.txt asks for a pause."""
    found = answers["robots"]
    if found.status != 200:
        raise UntoldError("there is no robots.txt")
    delays = _lines(found, "crawl-delay")
    return different(f"Crawl-delay: {', '.join(delays)}") if delays else as_written("no Crawl-delay")


def sitemap(answers: Answers, _now: datetime) -> Finding:
    """Whether the sitemap names releases."""
    found = answers["sitemap"]
    if found.status != 200 or "<" not in found.body[:200] or _ROOT.search(found.body[:20_000]):
        return different(f"no sitemap: {_status(found)}")
    pages, news = found.body.count("<loc>"), found.body.count("/press/news/details/")
    part = " in the part that was kept" if len(found.body.encode()) < found.size else ""
    return either(news == 0, f"{pages} addresses{part}, {news} of them releases, {found.size} bytes")


def page_is_a_shell(answers: Answers, _now: datetime) -> Finding:
    """Whether a plain GET of a page brings nothing but the frame."""
    found = answers["page"]
    _not_blocked(found)
    if found.status != 200 or not _ROOT.search(found.body[:20_000]):
        return different(f"{_status(found)}, {found.size} bytes, without the root element of an empty page")
    if "card-news-list__item" in found.body:
        return different(f"the list is in the page: {found.size} bytes")
    close = abs(found.size - SHELL_SIZE) <= SHELL_SIZE // 4
    return either(close, f"an empty frame of {found.size} bytes")


def page_type(answers: Answers, _now: datetime) -> Finding:
    """What the page says it is."""
    found = answers["page"]
    _not_blocked(found)
    said = found.header("content-type") or "nothing"
    return either(said.startswith("application/json"), f"Content-Type: {said}")


def validators(answers: Answers, _now: datetime) -> Finding:
    """Whether answers can be asked for again only if they changed."""
    _check_any(answers)
    offered = {
        name: sorted(key for key, seen in answers.items() if seen.status == 200 and seen.header(name))
        for name in ("etag", "last-modified")
    }
    if not any(offered.values()):
        return as_written("neither ETag nor Last-Modified came with any answer")
    told = [f"{name} with {', '.join(keys[:6])}" for name, keys in offered.items() if keys]
    return different("; ".join(told))


def compression(answers: Answers, _now: datetime) -> Finding:
    """Whether answers come packed."""
    _check_any(answers)
    packed = sorted({seen.header("jarshy-packed") for seen in answers.values()} - {""})
    return as_written(f"packed with {', '.join(packed)}") if packed else different("no answer came packed")


def verified(answers: Answers, _now: datetime) -> Finding:
    """Whether the certificate was accepted: with verification always on, any answer by https says so."""
    _check_any(answers)
    if not all(seen.secure for seen in answers.values()):
        raise UntoldError("the portal was asked by http, without a certificate")
    return as_written("every answer came over a connection whose certificate was accepted")


def latency(answers: Answers, _now: datetime) -> Finding:
    """How long the portal takes to begin an answer."""
    times = sorted(seen.seconds for seen in answers.values() if seen.status is not None)
    if not times:
        raise UntoldError("no answer came")
    middle = times[len(times) // 2]
    told = f"{len(times)} answers began after {times[0]:.1f} to {times[-1]:.1f} s, half of them within {middle:.1f} s"
    return either(times[-1] <= _SLOW, told)


FACTS: tuple[Fact, ...] = (
    Fact(
        "robots.txt",
        "There is a robots.txt; it disallows uploads and search, not the news.",
        ("robots",),
        robots,
        "What robots.txt forbids is not asked for, all else may be. Take a route that it forbids out of "
        "`[portal] routes`.",
    ),
    Fact(
        "crawl-delay",
        "robots.txt asks for no Crawl-delay.",
        ("robots",),
        crawl_delay,
        "It is kept by itself; set `[portal] requests_per_minute` to 60 divided by it, so that plans fit.",
    ),
    Fact(
        "sitemap",
        "The sitemap names no releases.",
        ("sitemap",),
        sitemap,
        "Nothing depends on it; a sitemap with releases would be worth a route in crawler/routes/.",
    ),
    Fact(
        "page",
        f"A plain GET of a page brings an empty frame of about {SHELL_SIZE} bytes.",
        ("page",),
        page_is_a_shell,
        "crawler/answers.py tells a frame by its root element; a page with the list in it can be read as it is.",
    ),
    Fact(
        "page-type",
        "The page calls itself application/json.",
        ("page",),
        page_type,
        "Nothing: no answer is judged by its content type.",
    ),
    Fact(
        "validators",
        "No answer offers ETag or Last-Modified.",
        (),
        validators,
        "Nothing to set: validators that are offered save bytes at the next reading.",
    ),
    Fact("compression", "Answers come packed.", (), compression, "Nothing to set; readings cost more bytes."),
    Fact(
        "tls",
        "The certificate is accepted with public roots.",
        (),
        verified,
        "The system's roots, or an interception on the way; verification is never switched off.",
    ),
    Fact(
        "latency",
        f"An answer begins within {_SLOW:.0f} s.",
        (),
        latency,
        "`[portal] requests_per_minute` may be lowered; an answer has 45 s (crawler/settings.py, timeout).",
    ),
)


def _lines(found: Seen, name: str) -> list[str]:
    """The values of a directive in the groups that are meant for us: `*`, or our own name."""
    values: list[str] = []
    ours, naming = False, False
    for line in found.body.splitlines():
        key, colon, value = line.partition("#")[0].partition(":")
        key, value = key.strip().lower(), value.strip()
        if not colon:
            continue
        if key == "user-agent":
            ours = (naming and ours) or value.lower() in {"*", "jarshy"}
            naming = True
            continue
        naming = False
        if ours and key == name and value:
            values.append(value)
    return values


def _covers(rule: str, path: str) -> bool:
    return re.match(".*".join(map(re.escape, rule.rstrip("$").split("*"))), path) is not None


def _not_blocked(found: Seen) -> None:
    if found.outcome == "blocked":
        raise UntoldError("the national gateway's block page came instead")


def _status(found: Seen) -> str:
    return f"status {found.status}"


def _check_any(answers: Answers) -> None:
    if not any(seen.status is not None for seen in answers.values()):
        raise UntoldError("no answer came")
