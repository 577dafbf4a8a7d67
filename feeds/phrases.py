"""What feeds say in words of their own, in Kazakh, Russian and English."""

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.changes import Kind, Weight
from monitor.phrases import CLASSES


@dataclass(frozen=True, slots=True)
class Phrases:
    """The words of one language."""

    about: str
    """What every feed is."""
    everybody: str
    not_followed: str
    """Put behind what a feed is, where it names agencies that are not watched; takes `agencies`."""
    list_of_feeds: str
    agency_kinds: dict[str, str]
    """What agencies of a kind are called together."""
    releases: str
    changes: str
    removed: str
    untitled: str
    redacted: str
    """Takes the place of a title that was taken out of the history."""
    redacted_note: str
    """Takes the place of its text."""
    withdrawn: str
    """Put over a release that is no longer listed."""
    withdrawn_copy: str
    """The same where other languages of it still are."""
    last_wording: str
    edited: str
    """Put over a release whose words were changed; takes `times`."""
    see_changes: str
    """The text of a link to what was edited."""
    first_published: str
    """Put under a text that several published; takes `agency`."""
    also_published: str
    """Put after it; takes `agencies`."""
    too_long: str
    kinds: dict[Kind, str]
    fields: dict[str, str]
    """The parts of a release that an edit may touch."""
    touched: str
    of_kind: str
    """Put before the classes of an edit."""
    classes: Mapping[str, str]
    further: str
    """How many replaced places are not shown; takes `count`."""
    gone: str
    come: str
    swapped: str
    """An attachment that stands at another address under the same name."""
    earlier: str
    """In which languages it was known before; takes `languages`."""
    search: str
    """Put before the words that a feed was asked for."""
    weights: dict[Weight, str]
    """Which changes a feed is of, where that is not all."""
    stories: str
    """Said where a story is one entry."""


def phrases(lang: str | None) -> Phrases:
    """The words of `kk`, `ru` or `en`; English for any other language."""
    return _PHRASES.get(lang or "en", _PHRASES["en"])


def is_spoken(lang: str) -> bool:
    """Whether feeds have words of their own in the language."""
    return lang in _PHRASES


_PHRASES = {
    "kk": Phrases(
        about="www.gov.kz порталында жарияланғандар және олардың кейінгі өзгерістері; Жаршы бақылап, сақтайды.",
        everybody="Қазақстанның мемлекеттік органдары",
        not_followed="Мұнда бақыланбайтын органдар: {agencies}; олардың жаңа релиздері бұл арнаға түспейді.",
        list_of_feeds="Жаршы: барлық арналар",
        agency_kinds={
            "ministry": "Министрліктер",
            "committee": "Комитеттер",
            "agency": "Агенттіктер",
            "service": "Қызметтер",
            "body": "Басқа мемлекеттік органдар",
            "akimat": "Әкімдіктер",
            "department": "Басқармалар мен департаменттер",
            "mission": "Шетелдегі мекемелер",
        },
        releases="баспасөз релиздері",
        changes="баспасөз релиздеріндегі өзгерістер",
        removed="алып тасталған және қайтарылған баспасөз релиздері",
        untitled="(тақырыпсыз)",
        redacted="[жасырылды]",
        redacted_note="Бұл релиздің мәтіні Жаршының мұрағатынан өтініш бойынша алып тасталды.",
        withdrawn="Портал бұл релизді енді көрсетпейді.",
        withdrawn_copy="Портал бұл релизді осы тілде енді көрсетпейді.",
        last_wording="Төменде — оның соңғы көрінген мәтіні.",
        edited="Портал бұл релизді алғаш көрінгеннен кейін өзгертті (өзгерістер саны: {times}).",
        see_changes="Не өзгергенін көру",
        first_published="Алғаш жариялаған: {agency}.",
        also_published="Сондай-ақ жариялаған: {agencies}.",
        too_long="Мәтін тым ұзын, сондықтан осы жерден үзілді; толық мәтіні порталда.",
        kinds={
            "published": "Жарияланды",
            "translated": "Аударма қосылды",
            "edited": "Өзгертілді",
            "moved": "Басқа органға көшірілді",
            "removed": "Алып тасталды",
            "restored": "Қайтарылды",
        },
        fields={
            "title": "тақырып",
            "text": "мәтін",
            "date": "күні",
            "attachments": "тіркелген файлдар",
            "images": "суреттер",
        },
        touched="Өзгерген жері",
        of_kind="Өзгеріс түрі",
        classes=CLASSES["kk"],
        further="Көрсетілмеген өзгерістер саны: {count}.",
        gone="Алынған файл",
        come="Қосылған файл",
        swapped="Ауыстырылған файл",
        earlier="Бұған дейін белгілі болған тілдері: {languages}.",
        search="іздеу",
        weights={"minor": "шағын және маңызды өзгерістер", "major": "тек маңызды өзгерістер"},
        stories="бірдей мәтіндер — бір жазба",
    ),
    "ru": Phrases(
        about="Что опубликовано на портале www.gov.kz и что там потом изменилось; следит и хранит Жаршы.",
        everybody="Государственные органы Казахстана",
        not_followed="Здесь не отслеживаются: {agencies}; их новые релизы сюда не попадают.",
        list_of_feeds="Жаршы: все ленты",
        agency_kinds={
            "ministry": "Министерства",
            "committee": "Комитеты",
            "agency": "Агентства",
            "service": "Службы",
            "body": "Другие государственные органы",
            "akimat": "Акиматы",
            "department": "Управления и департаменты",
            "mission": "Загранучреждения",
        },
        releases="пресс-релизы",
        changes="изменения в пресс-релизах",
        removed="снятые и возвращённые пресс-релизы",
        untitled="(без заголовка)",
        redacted="[скрыто]",
        redacted_note="Текст этого релиза изъят из архива Жаршы по обращению.",
        withdrawn="Портал больше не показывает этот релиз.",
        withdrawn_copy="Портал больше не показывает этот релиз на этом языке.",
        last_wording="Ниже — последний текст, который там был.",
        edited="Портал изменил этот релиз после его появления (изменений: {times}).",
        see_changes="Посмотреть, что изменилось",
        first_published="Первая публикация: {agency}.",
        also_published="Также опубликовано: {agencies}.",
        too_long="Текст слишком длинный и обрезан здесь; полностью он есть на портале.",
        kinds={
            "published": "Опубликовано",
            "translated": "Добавлен перевод",
            "edited": "Изменено",
            "moved": "Перенесено к другому органу",
            "removed": "Снято",
            "restored": "Возвращено",
        },
        fields={
            "title": "заголовок",
            "text": "текст",
            "date": "дата",
            "attachments": "вложения",
            "images": "изображения",
        },
        touched="Что изменилось",
        of_kind="Чего касается",
        classes=CLASSES["ru"],
        further="Не показано изменений: {count}.",
        gone="Убрано вложение",
        come="Добавлено вложение",
        swapped="Заменено вложение",
        earlier="Раньше было на языках: {languages}.",
        search="поиск",
        weights={"minor": "второстепенные и важные изменения", "major": "только важные изменения"},
        stories="одинаковые тексты — одна запись",
    ),
    "en": Phrases(
        about="What was published at www.gov.kz and what changed there afterwards, as Jarshy watches and keeps it.",
        everybody="State bodies of Kazakhstan",
        not_followed="Not followed here: {agencies}; their new releases do not come into this feed.",
        list_of_feeds="Jarshy: all feeds",
        agency_kinds={
            "ministry": "Ministries",
            "committee": "Committees",
            "agency": "Agencies",
            "service": "Services",
            "body": "Other state bodies",
            "akimat": "Akimats",
            "department": "Departments",
            "mission": "Missions abroad",
        },
        releases="press releases",
        changes="changes in press releases",
        removed="removed and restored press releases",
        untitled="(no title)",
        redacted="[redacted]",
        redacted_note="The text of this release was taken out of the archive of Jarshy on request.",
        withdrawn="This release is no longer listed by the portal.",
        withdrawn_copy="This release is no longer listed by the portal in this language.",
        last_wording="Below is the last text that stood there.",
        edited="The portal has changed this release since it appeared (changes: {times}).",
        see_changes="See what was changed",
        first_published="First published by: {agency}.",
        also_published="Also published by: {agencies}.",
        too_long="The text is too long and is cut here; the portal has it in full.",
        kinds={
            "published": "Published",
            "translated": "Translation added",
            "edited": "Edited",
            "moved": "Moved to another body",
            "removed": "Removed",
            "restored": "Restored",
        },
        fields={
            "title": "title",
            "text": "text",
            "date": "date",
            "attachments": "attachments",
            "images": "pictures",
        },
        touched="What changed",
        of_kind="Of what kind",
        classes=CLASSES["en"],
        further="Changes not shown: {count}.",
        gone="Attachment taken away",
        come="Attachment added",
        swapped="Attachment replaced",
        earlier="Known before in: {languages}.",
        search="search",
        weights={"minor": "minor and major changes", "major": "major changes only"},
        stories="one entry per story",
    ),
}
