"""The page of a folder of feeds: the newest releases as they stand at the portal, and every feed that lies there.

It holds from a disk and from any web server; what needs the server of Jarshy is not named in it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from feeds.addresses import of_file
from feeds.entries import NEVER
from feeds.formats import FORMATS
from feeds.opml import LANGUAGES, opml_address
from feeds.pages.agency_choice import agency_choice
from feeds.pages.context import Context
from feeds.pages.days import by_day
from feeds.pages.discovery import discovered
from feeds.pages.newest_items import Item, item_of
from feeds.pages.phrases.folder import words
from feeds.pages.phrases.newest import words as words_of_newest
from feeds.pages.rendering import rendered
from feeds.pages.room import within
from feeds.streams import Stream, offered
from monitor.config import Config
from monitor.store.database import Database
from monitor.store.newest import newest_releases

_ON_PAGE = 20
_LONGEST = 60_000


@dataclass(frozen=True, slots=True)
class Links:
    """A feed in every format."""

    name: str
    files: tuple[tuple[str, str], ...]
    """Label and file of each."""


def index_name(lang: str) -> str:
    """The file of the page in one of the languages of the lists of feeds."""
    return "index.html" if lang == LANGUAGES[0] else f"index.{lang}.html"


def folder_page(db: Database, config: Config, *, lang: str, address: str) -> bytes:
    """The page in `kk`, `ru` or `en`; `address` is where the folder is served, without a slash at its end."""
    context = Context(
        lang=lang,
        path="/",
        root="",
        address=address,
        agencies=tuple(config.portal.agencies),
        languages=tuple(config.portal.languages),
        zone=ZoneInfo(config.schedule.zone),
        removed_text=config.server.removed_text,
        portal=config.portal.base_url,
        now=NEVER,  # nothing in it depends on when it was made: what did not change stays the same bytes
    )
    general = offered((), context.languages)
    return rendered(
        "folder.html",
        context,
        days=by_day(_items(db, context), lambda item: item.came, context.zone),
        feeds=discovered(general, address_of=of_file),
        general=[_links(stream.title_in(lang), stream) for stream in general],
        of_agencies=[
            _links(name, Stream(agencies=(slug,)))
            for _, known in agency_choice(context.agencies, (), lang)
            for slug, name in known
        ],
        lists=[(each, of_file(opml_address(each))) for each in LANGUAGES],
        index={each: index_name(each) for each in LANGUAGES},
        words=words_of_newest(lang),
        folder=words(lang),
    )


def _items(db: Database, context: Context) -> Iterable[Item]:
    found = newest_releases(db, agency=None, lang=None, before=None, size=_ON_PAGE)
    items = [
        item_of(
            release,
            lang=context.lang,
            asked=None,
            languages=context.languages,
            zone=context.zone,
            removed_text=context.removed_text,
        )
        for release in found.releases
    ]
    return within(items, _LONGEST)


def _links(name: str, stream: Stream) -> Links:
    files = ((form.label, of_file(stream.address(ending))) for ending, form in FORMATS.items())
    return Links(name, tuple(files))
