"""A stand-in portal that shows each publication, and each edit, from its moment on, to the microsecond."""

import json
import random
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from threading import Lock
from typing import Any

from publishing import Publication

from crawler.standin import Copy, Portal, invent


class PunctualPortal(Portal):
    """Whoever asks is shown what has appeared by then; between two requests nothing needs to happen."""

    def __init__(
        self, publications: Iterable[Publication], *, now: Callable[[], datetime], lacks: str | None = None
    ) -> None:
        """`publications` in the order of their appearance; what has appeared by now is made ready.

        `lacks`: an agency that the listing of the whole portal leaves out, so that it never stands in for others.
        """
        super().__init__()
        self.source_ids: dict[int, str] = {}
        """The portal's ids of the releases that have appeared, by their numbers among the publications."""
        self._coming = deque(publications)
        self._now = now
        self._lacks = lacks
        self._turn = Lock()
        self._catch_up()

    def listing(self, agency: str | None, lang: str, *, page: int = 1, size: int = 10) -> bytes:
        self._catch_up()
        listed = super().listing(agency, lang, page=page, size=size)
        if agency is not None or self._lacks is None:
            return listed
        kept = [item for item in json.loads(listed) if item["projects"] != self._lacks]
        return json.dumps(kept, ensure_ascii=False).encode()

    def stored(self, chosen: Callable[[str], bool], lang: str) -> list[dict[str, Any]]:
        self._catch_up()
        return super().stored(chosen, lang)

    def _catch_up(self) -> None:
        with self._turn:
            now = self._now()
            while self._coming and self._coming[0].appears_at <= now:
                self._show(self._coming.popleft())

    def _show(self, new: Publication) -> None:
        copy = _copy(new)
        if new.edit:
            added = " ".join(sorted(copy.title.split()))
            self.edit(int(self.source_ids[new.release]), new.lang, paragraphs=(*copy.paragraphs, added))
        elif new.release in self.source_ids:
            self.translate(int(self.source_ids[new.release]), new.lang, copy, when=new.published_at)
        else:
            id_ = self.publish(new.agency, {new.lang: copy}, when=new.published_at)
            self.source_ids[new.release] = str(id_)


def _copy(new: Publication) -> Copy:
    """An invented release with its words shuffled: told anew with other numbers, many would be one story."""
    copy = invent(new.agency, (new.lang,), when=new.published_at, seed=new.release)[new.lang]
    words = " ".join([copy.title, *(block for block in copy.paragraphs if isinstance(block, str))]).split()
    random.Random(new.release).shuffle(words)
    third = len(words) // 3
    return replace(
        copy,
        title=f"{' '.join(words[:8])} {new.release}",
        paragraphs=(" ".join(words[:third]), " ".join(words[third:])),
    )
