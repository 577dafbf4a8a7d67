"""The words that messages for people are made of, in Kazakh, Russian and English; no logic."""

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.changes import Kind


@dataclass(frozen=True, slots=True)
class Phrases:
    """Everything a message says by itself, in one language."""

    kinds: Mapping[Kind, str]
    one_copy: Mapping[Kind, str]
    """What is said instead where only the copy in one language is concerned."""
    languages: Mapping[str, str]
    fields: Mapping[str, str]
    untitled: str
    redacted: str
    listed_by: str
    rule: str
    found: str
    changed: str
    of_kind: str
    """Put before the classes of an edit."""
    before: str
    now: str
    more: str
    one_of_many: str
    """Said before how many changes are alike, of which this one stands for all."""


PHRASES: Mapping[str, Phrases] = {
    "kk": Phrases(
        kinds={
            "published": "Жарияланды",
            "translated": "Жаңа тілдік нұсқа",
            "edited": "Өзгертілді",
            "moved": "Басқа органға көшірілді",
            "removed": "Порталдан алынды",
            "restored": "Порталға қайтарылды",
        },
        one_copy={"removed": "Тілдік нұсқа алынды", "restored": "Тілдік нұсқа қайтарылды"},
        languages={"kk": "қазақша", "ru": "орысша", "en": "ағылшынша"},
        fields={
            "title": "тақырып",
            "text": "мәтін",
            "date": "күні",
            "attachments": "тіркемелер",
            "images": "суреттер",
        },
        untitled="(тақырыпсыз)",
        redacted="[жасырылды]",
        listed_by="Тізімінде бар",
        rule="Ереже",
        found="Табылған сөздер",
        changed="Өзгергені",
        of_kind="Өзгеріс түрі",
        before="бұрын",
        now="қазір",
        more="Тағы өзгерістер саны",
        one_of_many="Осындай өзгерістер көп, олар туралы енді жазбаймыз; әзірге саны",
    ),
    "ru": Phrases(
        kinds={
            "published": "Опубликовано",
            "translated": "Новая языковая версия",
            "edited": "Изменено",
            "moved": "Перенесено к другому органу",
            "removed": "Убрано с портала",
            "restored": "Возвращено на портал",
        },
        one_copy={"removed": "Убрана языковая версия", "restored": "Возвращена языковая версия"},
        languages={"kk": "на казахском", "ru": "на русском", "en": "на английском"},
        fields={
            "title": "заголовок",
            "text": "текст",
            "date": "дата",
            "attachments": "вложения",
            "images": "изображения",
        },
        untitled="(без заголовка)",
        redacted="[скрыто]",
        listed_by="Есть в списке",
        rule="Правило",
        found="Найденные слова",
        changed="Что изменилось",
        of_kind="Чего касается",
        before="было",
        now="стало",
        more="Ещё правок",
        one_of_many="Таких изменений много, о них больше не напишем; пока их",
    ),
    "en": Phrases(
        kinds={
            "published": "Published",
            "translated": "New language version",
            "edited": "Changed",
            "moved": "Moved to another body",
            "removed": "Removed from the portal",
            "restored": "Back on the portal",
        },
        one_copy={"removed": "Language version removed", "restored": "Language version restored"},
        languages={"kk": "in Kazakh", "ru": "in Russian", "en": "in English"},
        fields={
            "title": "title",
            "text": "text",
            "date": "date",
            "attachments": "attachments",
            "images": "pictures",
        },
        untitled="(no title)",
        redacted="[redacted]",
        listed_by="Listed by",
        rule="Rule",
        found="Words found",
        changed="What changed",
        of_kind="Of what kind",
        before="before",
        now="now",
        more="Further edits",
        one_of_many="There are many changes like this one, of which no more is sent; so far",
    ),
}

CLASSES: Mapping[str, Mapping[str, str]] = {
    "kk": {
        "replaced": "мәтіні не тақырыбы басқа",
        "cut": "қысқарған мәтін",
        "amount": "ақша сомасы",
        "number": "сан",
        "date": "мерзім",
        "negation": "болымсыз мағына",
        "name": "атау",
        "link": "сілтеме",
        "wording": "сөздер",
        "typography": "жазылу түрі",
    },
    "ru": {
        "replaced": "другой текст или заголовок",
        "cut": "сокращение текста",
        "amount": "сумма",
        "number": "число",
        "date": "срок",
        "negation": "отрицание",
        "name": "имя или название",
        "link": "ссылка",
        "wording": "слова",
        "typography": "знаки и буквы",
    },
    "en": {
        "replaced": "another text or headline",
        "cut": "text cut",
        "amount": "amount of money",
        "number": "number",
        "date": "date in the text",
        "negation": "negation",
        "name": "name",
        "link": "link",
        "wording": "wording",
        "typography": "typography",
    },
}
"""What the classes of edits are called, by language; those that a touched field says already have no word."""
