"""A store of invented editions for searching: words come as often as words do (Zipf), in forms as real ones have.

Most stems are made of syllables, with the endings of Russian, Kazakh and English; a few are words that the dictionary
knows, at ranks that are named. Most editions are history, read backwards page by page and listing by listing, so that
their ids fall while their dates rise; the last third came as news. Written by plain SQL, because a million of them
through the real path would take hours.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from random import Random

from crawler.directory import FOLLOWED, agencies
from monitor.store.database import Database, open_store, to_text
from monitor.store.listings import write_directory
from monitor.words import english, russian

LANGUAGES = ("ru", "kk", "en")
_SHARES = (45, 40, 15)
_LEMMAS = 20_000
"""At most; few editions have fewer words."""
_WORDS = (60, 200)
"""Of a text, at least and at most."""
_PAGE = 20
_NEWS = 0.3
_BEGAN = datetime(2016, 1, 1, tzinfo=UTC)
_ENDED = datetime(2026, 11, 1, tzinfo=UTC)
_TYPED_PLAINLY = 0.03
"""Of Kazakh editions, written on a keyboard without Kazakh letters."""
_PLAINLY = str.maketrans("әғқңөұүһі", "агкноуухи")

_RANKED = {
    "ru": {"министерство": 1, "закон": 4, "налог": 60, "вода": 90, "кодекс": 150, "суд": 200, "пошлина": 900,
           "ёлка": 6000},
    "kk": {"министрлік": 1, "әкімдік": 4, "үкімет": 20, "қала": 30, "салық": 60, "су": 90, "кодекс": 150,
           "қаулы": 200, "көктем": 900, "жиһаз": 6000},
    "en": {"ministry": 1, "law": 4, "tax": 60, "water": 90, "code": 150, "court": 200, "duty": 900},
}  # fmt: skip
"""Words of the dictionary, and the rank at which each comes."""
_PHRASES = {"ru": ("вода", "кодекс"), "kk": ("салық", "кодекс"), "en": ("tax", "code")}
"""Said side by side in every thirtieth edition."""

_CONSONANTS = {
    "ru": "ннтттссррвввллкккмддппбгзчжш",
    "kk": "ннтттссррллкккдддммббшжзғқң",
    "en": "nnttssrrllkkddmmbbpgfvch",
}
_VOWELS = {"ru": "ооооаааеееиииу", "kk": "аааааыыыы", "en": "eeeaaaiioou"}
_FRONTED = str.maketrans("аыуғқ", "еіүгк")

_HARD = ("", "а", "у", "ом", "е", "ы", "ов", "ам", "ами", "ах")
_ADJECTIVE = ("ый", "ого", "ому", "ым", "ая", "ой", "ую", "ые", "ых", "ыми", "ое")
_BACK = (
    "",
    "ы",
    "ның",
    "ға",
    "да",
    "дан",
    "мен",
    "лар",
    "лары",
    "ларының",
    "ларға",
    "ында",
    "ының",
    "на",
    "ымыз",
)


@dataclass(frozen=True, slots=True)
class _Edition:
    release: int
    agency: int
    lang: int
    at: datetime


def build(path: Path, editions: int, *, seed: int = 2026) -> None:
    """A store of so many editions in a new file."""
    random = Random(seed)
    db = open_store(path)
    write_directory(db, agencies().values(), followed=FOLLOWED)
    triggers = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    db.execute("PRAGMA synchronous = OFF")
    db.execute("BEGIN IMMEDIATE")
    for name, _ in triggers:
        db.execute(f"DROP TRIGGER {name}")
    laid = _laid_out(random, editions)
    _write(db, laid, random)
    for index in ("editions_fts", "former_words"):
        db.execute(f"INSERT INTO {index} ({index}) VALUES ('rebuild')")  # noqa: S608 words of ours
    for _, sql in triggers:
        db.execute(sql)
    db.execute("COMMIT")
    db.execute("ANALYZE")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    db.conn.close()


def _laid_out(random: Random, count: int) -> list[_Edition]:
    """The editions in the order of their ids."""
    weights = list(accumulate(1 / (rank + 2) for rank in range(len(FOLLOWED))))
    step = (_ENDED - _BEGAN) / count
    history: dict[tuple[int, int], list[_Edition]] = {}
    news: list[_Edition] = []
    release, made = 0, 0
    while made < count:
        release += 1
        [agency] = random.choices(range(len(FOLLOWED)), cum_weights=weights)
        spoken = [lang for lang, share in enumerate(_SHARES) if random.randrange(100) < 2 * share] or [0]
        for lang in spoken[: count - made]:
            edition = _Edition(release, agency, lang, _BEGAN + made * step)
            if made >= count * (1 - _NEWS):
                news.append(edition)
            else:
                history.setdefault((agency, lang), []).append(edition)
            made += 1
    paged = [
        (page, listing, edition)
        for listing, of in history.items()
        for page, edition in ((place // _PAGE, edition) for place, edition in enumerate(reversed(of)))
    ]
    paged.sort(key=lambda each: each[:2])
    return [edition for _, _, edition in paged] + news


def _write(db: Database, laid: Sequence[_Edition], random: Random) -> None:
    presses = [_Press(lang, random, min(_LEMMAS, 1_000 + len(laid))) for lang in LANGUAGES]
    first = {edition.release: edition for edition in laid}
    local = timedelta(hours=5)
    db.conn.executemany(
        "INSERT INTO releases (id, source, source_id, agency, url, published_at, published_on, published_precision, "
        "first_seen_at, last_seen_at, status, origin) "
        "VALUES (?, 'gov.kz', ?, ?, ?, ?, ?, 'minute', ?, ?, ?, 'crawl')",
        (
            (number, str(900_000 + number), slug := FOLLOWED[one.agency],
             f"https://portal.example/{slug}/{900_000 + number}", at := to_text(one.at),
             f"{one.at + local:%Y-%m-%d}", at, at, "removed" if number % 400 == 0 else "listed")
            for number, one in sorted(first.items())
        ),
    )  # fmt: skip
    db.conn.executemany(
        "INSERT INTO release_agencies (release_id, agency, first_seen_at, last_seen_at) VALUES (?, ?, ?, ?)",
        ((number, FOLLOWED[one.agency], at := to_text(one.at), at) for number, one in sorted(first.items())),
    )
    db.conn.executemany(
        "INSERT INTO editions (id, release_id, lang, title, text, published_at, fingerprint, digest, revisions, "
        "first_seen_at, updated_at, ordered_at, status, markup) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (number, one.release, LANGUAGES[one.lang], *presses[one.lang].release(), at := to_text(one.at),
             f"2:{number:032x}", f"{number:016x}", 1 + (number % 10 == 0), at, at, at,
             "removed" if one.release % 400 == 0 else "listed", bytes(1200))
            for number, one in enumerate(laid, start=1)
        ),
    )  # fmt: skip
    db.conn.executemany(
        "INSERT INTO revisions (id, edition_id, number, fingerprint, seen_at, parser, digest, chain) "
        "VALUES (?, ?, 1, ?, ?, 1, ?, ?)",
        (
            (number, number, f"2:{number:032x}", to_text(one.at), f"{number:016x}", f"{number:064x}")
            for number, one in enumerate(laid, start=1)
        ),
    )
    db.conn.executemany(
        "INSERT INTO changes (uid, at, kind, release_id, edition_id, revision_id, weight, baseline) "
        "VALUES (?, ?, ?, ?, ?, ?, 'major', ?)",
        (
            (
                f"{number:032x}-{kind}",
                to_text(one.at),
                kind,
                one.release,
                number,
                number,
                int(kind == "published" and number < len(laid) * 0.7),
            )
            for number, one in enumerate(laid, start=1)
            for kind in _happened(number, one)
        ),
    )
    db.execute(
        "INSERT INTO feed_entries (edition_id, release_id, lang, place) "
        "SELECT id, release_id, lang, row_number() OVER (ORDER BY ordered_at, id) FROM editions"
    )


def _happened(number: int, one: _Edition) -> Iterator[str]:
    yield "published"
    if number % 10 == 0:
        yield "edited"
    if one.release % 400 == 0:
        yield "removed"


class _Press:
    """Writes in one language."""

    def __init__(self, lang: str, random: Random, lemmas: int) -> None:
        self._lang, self._random = lang, random
        self._forms: list[str] = []
        weights: list[float] = []
        for rank, forms in enumerate(_lemmas(lang, random, lemmas)):
            shares = [1 / (turn + 1) for turn in range(len(forms))]
            self._forms += forms
            weights += [share / sum(shares) / (rank + 3) for share in shares]
        self._weights = list(accumulate(weights))
        self._phrase = [_inflected(word, lang) for word in _PHRASES[lang]]

    def release(self) -> tuple[str, str]:
        """A title and a text."""
        random = self._random
        count = random.randint(*_WORDS)
        words = random.choices(self._forms, cum_weights=self._weights, k=count + 8)
        if random.random() < 1 / 30:
            words[20:20] = [random.choice(forms) for forms in self._phrase]
        words[30] = str(random.randint(1, 200_000))
        title = " ".join(words[:8]).capitalize()
        sentences = [" ".join(words[at : at + 12]).capitalize() for at in range(8, len(words), 12)]
        paragraphs = (". ".join(sentences[at : at + 3]) for at in range(0, len(sentences), 3))
        text = "\n\n".join(f"{paragraph}." for paragraph in paragraphs)
        if self._lang == "kk" and random.random() < _TYPED_PLAINLY:
            return title.lower().translate(_PLAINLY), text.lower().translate(_PLAINLY)
        return title, text


def _lemmas(lang: str, random: Random, count: int) -> list[list[str]]:
    """The forms of each lemma, the commonest first."""
    taken: set[str] = set()
    found: list[list[str]] = []
    ranked = {rank: word for word, rank in _RANKED[lang].items()}
    while len(found) < count:
        if word := ranked.get(len(found)):
            found.append(_inflected(word, lang))
            continue
        stem = "".join(
            random.choice(_CONSONANTS[lang]) + random.choice(_VOWELS[lang])
            for _ in range(1 + min(2, len(found) // 60) + random.randrange(2))
        ) + random.choice(_CONSONANTS[lang])
        if lang == "kk" and random.random() < 0.5:
            stem = stem.translate(_FRONTED)
        if stem not in taken:
            taken.add(stem)
            found.append(_invented(stem, lang, adjective=random.random() < 0.3))
    return found


def _invented(stem: str, lang: str, *, adjective: bool) -> list[str]:
    if lang == "ru":
        return [stem + ending for ending in (_ADJECTIVE if adjective else _HARD)]
    return _inflected(stem, lang)


def _inflected(word: str, lang: str) -> list[str]:
    if lang == "ru":
        return sorted(russian.forms(word))
    if lang == "en":
        return sorted(english.forms(word))
    front = any(letter in "еіүөә" for letter in word)
    endings = [ending.translate(_FRONTED) for ending in _BACK] if front else list(_BACK)
    return [word + ending for ending in endings]
