"""`/search`: what is held and says what a person looks for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from feeds.pages.agency_choice import agency_choice
from feeds.pages.builder_form import Wanted
from feeds.pages.context import Context, Made, Misunderstood, addressed
from feeds.pages.phrases.misread import misread
from feeds.pages.phrases.search import words
from feeds.pages.rendering import rendered
from feeds.pages.search_answer import Alone, Answer, answer_of, count_said
from feeds.pages.search_form import ORDERS, PARAMETERS, SIZE, STATUSES, Asked, Fault, read_asked
from feeds.queries import Named
from monitor.store.database import Database
from monitor.store.found import Found, search
from monitor.store.narrowing import Narrowed
from monitor.store.newest import edits_of
from monitor.words.question import Misread, Question, read_question

_MOST_ALONE = 6
"""Words of a search without an answer that are looked for one by one."""


@dataclass(frozen=True, slots=True)
class SearchView:
    """A search; without a question only its form, with what is wrong in it."""

    asked: Asked
    question: Question | None = None
    faults: tuple[Fault, ...] = ()
    typed: str = ""
    """The address as it was asked for, where it cannot be understood."""

    in_languages: ClassVar[bool] = True
    fresh_seconds: ClassVar[int | None] = None

    @property
    def is_slow(self) -> bool:
        """Whether anything is searched for."""
        return self.question is not None

    @property
    def path(self) -> str:
        """Its one address, without the language."""
        return self.typed or self.asked.address

    def made(self, db: Database | None, context: Context) -> Made:
        """The page as it is now. Raises Misunderstood where a field means nothing."""
        page = rendered(
            "search.html",
            context,
            words=words(context.lang),
            asked=self.asked,
            answer=None if self.question is None or db is None else self._answer(db, self.question, context),
            nothing_held=db is None,
            narrows=self.asked.is_narrowed
            or self.asked.order != ORDERS[0]
            or any(fault.field != "q" for fault in self.faults),
            faults={
                fault.field: misread(context.lang)[fault.kind].format(value=fault.value)
                for fault in reversed(self.faults)
            },
            agencies=agency_choice(context.agencies, self.asked.agencies, context.lang),
            spoken=list(dict.fromkeys((*context.languages, *self.asked.languages))),
            statuses=STATUSES,
            orders=ORDERS,
            begin=self._begin,
            builder=self._builder,
        )
        if self.faults:
            raise Misunderstood(page)
        return Made(page)

    @property
    def _begin(self) -> Asked | None:
        """The same for every word that begins as the one typed; None where more than a word was typed."""
        is_word = self.question is not None and self.asked.text.isalpha()
        return replace(self.asked, text=f"{self.asked.text}*", page=1) if is_word else None

    @property
    def _builder(self) -> str:
        """Where the same is made a feed; empty where it is more than any of some words."""
        if self.question is None or len(self.question.wanted) != 1:
            return ""
        return Wanted(
            agencies=self.asked.agencies,
            languages=self.asked.languages,
            words=self.question.wanted[0],
            unwanted=self.question.unwanted,
        ).address

    def _answer(self, db: Database, question: Question, context: Context) -> Answer:
        asked = self.asked
        found = search(
            db, question, asked.narrowed, order=asked.order, first=(asked.page - 1) * SIZE, size=SIZE
        )
        alone: list[Alone] = []
        everywhere = ""
        if found.total == 0:
            if asked.is_narrowed and (other := _found(db, question)).total:
                everywhere = count_said(other, context.lang)
            groups = question.wanted if len(question.wanted) > 1 or question.unwanted else ()
            for one in (Question((group,)) for group in groups[:_MOST_ALONE]):
                other = _found(db, one)
                alone.append(Alone(one.text, other.total, count_said(other, context.lang)))
        return answer_of(
            found,
            asked,
            question,
            context,
            edits=edits_of(db, {hit.release_id for hit in found.hits}),
            alone=tuple(alone),
            everywhere=everywhere,
            names=words(context.lang),
        )


class Search:
    """The page on which people search."""

    pattern = r"/search"
    parameters = PARAMETERS

    def view(self, place: Mapping[str, str], named: Named, *, languages: frozenset[str]) -> SearchView:
        """What its address means; what is wrong with it the page says itself."""
        asked, faults = read_asked(named, languages=languages)
        question = None
        if asked.text:
            try:
                question = read_question(asked.text)
            except Misread as fault:
                faults = (Fault("q", fault.kind, fault.value), *faults)
        if faults:
            return SearchView(asked, None, faults, addressed("/search", **named))
        return SearchView(asked, question)


def _found(db: Database, question: Question) -> Found:
    return search(db, question, Narrowed(), order="date", first=0, size=0)
