"""What lists of changes say by themselves, in Kazakh, Russian and English."""

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.changes import KINDS, Kind


@dataclass(frozen=True, slots=True)
class Lists:
    """What a list of changes says by itself, in one language; forms of a word go with a number."""

    digests: Mapping[str, str]
    """By the first word of `digest`."""
    digest: str
    burst: str
    """Takes `messages` (a number with its word) and `span`."""
    many: str
    late: str
    """Takes `at`."""
    found_late: str
    changes: tuple[str, ...]
    releases: tuple[str, ...]
    messages: tuple[str, ...]
    counted: Mapping[Kind, str]
    """What is put before how many changes of a kind there are."""
    times: str
    """Put before the zone of all times in the list."""
    continued: str
    """Put after the name of an agency whose entries began in the part before."""
    not_listed: str
    """Put before how many are too many to be listed."""


LISTS: Mapping[str, Lists] = {
    "kk": Lists(
        digests={"hourly": "Сағат сайынғы шолу", "daily": "Күнделікті шолу", "weekly": "Апталық шолу"},
        digest="Шолу",
        burst="{span} ішінде {messages}дан көп",
        many="Хабарлама тым көп",
        late="Кешігіп табылды (тізім {at} сәтінен бері оқылмаған)",
        found_late="Кешігіп табылды",
        changes=("өзгеріс",),
        releases=("релиз",),
        messages=("хабарлама",),
        counted={
            "published": "жарияланғаны",
            "translated": "жаңа тілдік нұсқалар",
            "edited": "өзгертілгені",
            "moved": "көшірілгені",
            "removed": "алынғаны",
            "restored": "қайтарылғаны",
        },
        times="Уақыт белдеуі",
        continued="жалғасы",
        not_listed="Тым көп болғандықтан аталмағаны",
    ),
    "ru": Lists(
        digests={"hourly": "Сводка за час", "daily": "Ежедневная сводка", "weekly": "Еженедельная сводка"},
        digest="Сводка",
        burst="Больше чем {messages} за {span}",
        many="Слишком много сообщений",
        late="Найдено с опозданием (список не читался с {at})",
        found_late="Найдено с опозданием",
        changes=("изменение", "изменения", "изменений"),
        releases=("релиз", "релиза", "релизов"),
        messages=("сообщение", "сообщения", "сообщений"),
        counted={
            "published": "опубликовано",
            "translated": "новых языковых версий",
            "edited": "изменено",
            "moved": "перенесено",
            "removed": "убрано",
            "restored": "возвращено",
        },
        times="Часовой пояс",
        continued="продолжение",
        not_listed="Не перечислены, потому что их слишком много",
    ),
    "en": Lists(
        digests={"hourly": "Hourly digest", "daily": "Daily digest", "weekly": "Weekly digest"},
        digest="Digest",
        burst="More than {messages} in {span}",
        many="Too many messages",
        late="Found late (the listing could not be read since {at})",
        found_late="Found late",
        changes=("change", "changes"),
        releases=("release", "releases"),
        messages=("message", "messages"),
        counted={
            "published": "published",
            "translated": "new language versions",
            "edited": "changed",
            "moved": "moved",
            "removed": "removed",
            "restored": "back",
        },
        times="Time zone",
        continued="continued",
        not_listed="Too many to be listed",
    ),
}


def counts_of(found: Mapping[Kind, int], lang: str) -> str:
    """How many changes there are of each kind: «published 9, changed 2»."""
    said = LISTS[lang].counted
    return ", ".join(f"{said[kind]} {found[kind]}" for kind in KINDS if found.get(kind))
