"""What finding reposts costs and finds: precision and recall, time and bytes an edition, as the history grows.

    PYTHONPATH=. .venv/bin/python benchmarks/stories.py [--releases 10000 100000] [--a-day 200] [--json]

The labelled pairs are those of the tests. The histories are made here: texts of 2 kB, a twentieth of them reposted
by another agency, an official closing under a fifth. Beside what the store links stands what comparing every two
texts would: on the newest of them, because all cannot be compared so.
"""

import argparse
import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from textwrap import wrap
from time import perf_counter, process_time

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from crawler.directory import agencies
from crawler.records import Order, Sighting
from monitor import intake
from monitor.schedule import Listing
from monitor.store.database import Database, open_store, writing
from monitor.store.listings import write_directory
from monitor.stories import WINDOW, alike, shingles_of, sketch
from tests.monitor.pairs_of_texts import OFFICIAL, pairs
from tests.monitor.shelf import Item

PAGE = 20
COMPARED = 2_000
"""Releases of which every two are compared."""
END = datetime(2026, 11, 1, 6, 0, tzinfo=UTC)
SYLLABLES = wrap("бавегодужикалемонупирасетафушиқағыөнүйңі", 2)


@dataclass(frozen=True, slots=True)
class Found:
    """Of the labelled pairs."""

    pairs: int
    reposts: int
    precision: float
    recall: float
    recall_of_all_pairs: float
    """What exact comparison alone would reach: the limit of any sketch."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one history."""

    releases: int
    page_ms: float
    """The median of storing a page of twenty new releases, durably, near the end, by release."""
    story_ms: float
    """What stories take of the processor, by release; what they write goes to the disk with the page."""
    page_cpu_ms: float
    """What the whole page takes of it, by release."""
    text_bytes: float
    file_bytes: float
    index_bytes: float
    """These three by edition; the index is the sketches."""
    links: int
    all_pairs: int
    """Links that comparing every two of the newest releases finds."""
    of_these: int
    """Those of them that the store holds."""
    beside: int
    """Links that the store holds between these releases and comparing does not find."""
    all_pairs_ms: float
    """By release, of COMPARED: it doubles with them."""


def main() -> None:
    """Measures, and says it as text or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--releases", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--a-day", type=int, default=200, help="releases published in a day")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = labelled()
    costs = []
    for releases in asked.releases:
        with tempfile.TemporaryDirectory(prefix="jarshy-stories-") as folder:
            costs.append(cost(Path(folder, "stories.db"), releases, a_day=asked.a_day))
    if asked.json:
        print(json.dumps({"found": asdict(found), "costs": [asdict(each) for each in costs]}, indent=1))
        return
    print(
        f"{found.pairs} labelled pairs, {found.reposts} of them reposts: precision {found.precision:.3f}, "
        f"recall {found.recall:.3f} (exact comparison of all: {found.recall_of_all_pairs:.3f})"
    )
    for each in costs:
        print(
            f"{each.releases:,} releases: {each.page_ms:.2f} ms to store one, {each.page_cpu_ms:.2f} ms of the "
            f"processor, {each.story_ms:.2f} of these for stories; "
            f"{each.index_bytes:.0f} bytes of index, {each.text_bytes:.0f} of text, {each.file_bytes:.0f} of file an "
            f"edition; {each.links} links. Every two of the newest {COMPARED:,}: {each.all_pairs} links in "
            f"{each.all_pairs_ms:.2f} ms a release, the store holds {each.of_these} of them and {each.beside} others"
        )


def labelled() -> Found:
    """How well the labelled pairs are told apart."""
    told: Counter[tuple[bool, bool]] = Counter()
    exact = 0
    for pair in pairs():
        one, other = map(sketch, pair.texts, pair.langs)
        like = pair.langs[0] == pair.langs[1] and alike(*pair.texts)
        met = {*one} & {*other}
        told[like and bool(met), pair.repost] += 1
        exact += like and pair.repost
    right, wrong, missed = told[True, True], told[True, False], told[False, True]
    reposts = right + missed
    return Found(told.total(), reposts, right / (right + wrong), right / reposts, exact / reposts)


def cost(path: Path, releases: int, *, a_day: int) -> Cost:
    """Fills a database page by page, and measures its last tenth."""
    db = open_store(path)
    write_directory(db, agencies().values(), followed=())
    slugs = list(agencies())[:40]
    noted, of_pages = [0.0], []
    whole = intake.note_sightings

    def timed(*args: object) -> None:
        began = process_time()
        whole(*args)  # type: ignore[arg-type]
        noted[0] += process_time() - began

    intake.note_sightings = timed
    of_processor, of_stories = [], []
    try:
        for number, (agency, seen) in enumerate(_pages(releases, slugs, a_day)):
            noted[0], began, busy = 0.0, perf_counter(), process_time()
            with writing(db):
                held = intake.look_up(db, seen, agency, "ru", now=END)
                intake.take_page(db, seen, Listing(agency, "ru"), held, alerts=(), started_at=END, now=END)
            of_pages.append((perf_counter() - began) / len(seen))
            of_processor.append((process_time() - busy) / len(seen))
            of_stories.append(noted[0] / len(seen))
            if number % 500 == 0:
                print(f"\r{number * PAGE:,} of {releases:,}", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)
    finally:
        intake.note_sightings = whole
    tail = max(1, min(500, len(of_pages) // 10))
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    editions, text = db.execute(
        "SELECT count(*), sum(length(CAST(title AS BLOB)) + length(CAST(text AS BLOB))) FROM editions"
    ).fetchone()
    (index,) = db.execute("SELECT sum(pgsize) FROM dbstat WHERE name = 'story_sketches'").fetchone()
    (links,) = db.execute("SELECT count(*) / 2 FROM story_links").fetchone()
    all_pairs, held_links, seconds = _every_two(db)
    size = path.stat().st_size
    db.conn.close()
    return Cost(
        releases=releases,
        page_ms=_median(of_pages[-tail:]) * 1000,
        story_ms=_median(of_stories[-tail:]) * 1000,
        page_cpu_ms=_median(of_processor[-tail:]) * 1000,
        text_bytes=text / editions,
        file_bytes=size / editions,
        index_bytes=index / editions,
        links=links,
        all_pairs=len(all_pairs),
        of_these=len(all_pairs & held_links),
        beside=len(held_links - all_pairs),
        all_pairs_ms=seconds / COMPARED * 1000,
    )


def _every_two(db: Database) -> tuple[set[tuple[int, int]], set[tuple[int, int]], float]:
    """The links that every two of the newest releases have, those that the store holds, and the time it took."""
    newest = db.execute(
        "SELECT releases.id, agency, text, editions.published_at FROM releases "
        "JOIN editions ON release_id = releases.id ORDER BY releases.id DESC LIMIT ?",
        [COMPARED],
    ).fetchall()
    began = perf_counter()
    held = [
        (one, agency, text, shingles_of.__wrapped__(text), datetime.fromisoformat(at))
        for one, agency, text, at in newest
    ]
    found = {
        (min(one, other), max(one, other))
        for (one, agency, a, some, at), (other, another, b, others, when) in combinations(held, 2)
        if agency != another and abs(at - when) <= WINDOW and not some.isdisjoint(others) and alike(a, b)
    }
    seconds = perf_counter() - began
    oldest = min(one for one, *_ in newest)
    stored = db.execute(
        "SELECT release_id, other_id FROM story_links WHERE release_id < other_id AND release_id >= ?",
        [oldest],
    )
    return found, {(one, other) for one, other in stored}, seconds


def _pages(releases: int, slugs: list[str], a_day: int) -> Iterator[tuple[str, list[Sighting]]]:
    """Pages of listings in the order of publication, each of one agency."""
    chance = random.Random(4)
    words = ["".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))) for _ in range(20_000)]
    weights = [1 / (rank + 10) for rank in range(len(words))]
    told: list[list[str]] = []
    begins = END - timedelta(days=releases / a_day)
    for first in range(0, releases, PAGE):
        agency, seen = slugs[first // PAGE % len(slugs)], []
        for place in range(min(PAGE, releases - first)):
            if told and chance.random() < 0.05:
                paragraphs = _edited(chance.choice(told[-10 * PAGE :]), chance)
            else:
                some = chance.choices(words, weights, k=165)
                paragraphs = [_sentence(some[at : at + 33], chance) for at in range(0, 165, 33)]
                told.append(paragraphs)
                if chance.random() < 0.2:
                    paragraphs = [*paragraphs, OFFICIAL["ru"]]
            at = begins + timedelta(days=(first + place) / a_day)
            item = Item(1_000_000 + first + place, paragraphs[0][:70], "\n\n".join(paragraphs), at)
            seen.append(item.sighting(Order(1, agency, "ru"), place))
        del told[: -20 * PAGE]
        yield agency, seen[::-1]


def _sentence(words: list[str], chance: random.Random) -> str:
    some = [
        word.capitalize()
        if chance.random() < 0.06
        else str(chance.randrange(900))
        if chance.random() < 0.04
        else word
        for word in words
    ]
    return " ".join(some).capitalize() + "."


def _edited(paragraphs: list[str], chance: random.Random) -> list[str]:
    """What another agency makes of a text: a paragraph less, a lead, a line of its press service."""
    kept = list(paragraphs)
    if chance.random() < 0.5:
        del kept[chance.randrange(1, len(kept))]
    if chance.random() < 0.5:
        kept.insert(
            0, "Как сообщили в областном акимате, " + " ".join(paragraphs[0].split()[::-2]).lower() + "."
        )
    return [*kept, f"Пресс-служба акима {chance.choice(('Абайской', 'Атырауской'))} области"]


def _median(figures: list[float]) -> float:
    return sorted(figures)[len(figures) // 2]


if __name__ == "__main__":
    main()
