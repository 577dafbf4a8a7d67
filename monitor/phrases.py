"""The words that messages for people are made of, in Kazakh, Russian and English; no logic."""

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.changes import Kind
from monitor.sentences import Unit


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
    also: str
    """Put before further languages."""
    preposition: str
    """What `languages` begin with, which is said once where several follow each other."""
    story: str
    """Put before other agencies that carry the same text."""
    ours: str
    """Put before the address of our own page."""
    reference: str
    """Put before what a repeat of the message is known by."""


_LANGUAGES: Mapping[str, Mapping[str, str]] = {
    "kk": {
        "kk": "қазақша", "ru": "орысша", "en": "ағылшынша", "ar": "арабша", "de": "немісше", "es": "испанша",
        "fr": "французша", "ja": "жапонша", "ko": "корейше", "tr": "түрікше", "zh": "қытайша",
    },
    "ru": {
        "kk": "на казахском", "ru": "на русском", "en": "на английском", "ar": "на арабском", "de": "на немецком",
        "es": "на испанском", "fr": "на французском", "ja": "на японском", "ko": "на корейском",
        "tr": "на турецком", "zh": "на китайском",
    },
    "en": {
        "kk": "in Kazakh", "ru": "in Russian", "en": "in English", "ar": "in Arabic", "de": "in German",
        "es": "in Spanish", "fr": "in French", "ja": "in Japanese", "ko": "in Korean", "tr": "in Turkish",
        "zh": "in Chinese",
    },
}  # fmt: skip
"""Those of the portal and of its embassies, as each reader says them; any other is called by its code."""

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
        languages=_LANGUAGES["kk"],
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
        also="сондай-ақ",
        preposition="",
        story="Сондай-ақ жариялаған",
        ours="Жаршы мұрағатында",
        reference="Хабарлама",
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
        languages=_LANGUAGES["ru"],
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
        also="также",
        preposition="на ",
        story="Также опубликовано",
        ours="В архиве Жаршы",
        reference="Сообщение",
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
        languages=_LANGUAGES["en"],
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
        also="also",
        preposition="in ",
        story="Also published by",
        ours="In our archive",
        reference="Message",
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


@dataclass(frozen=True, slots=True)
class Remarks:
    """What is said of a change besides its words, in one language; names in braces are filled in."""

    wording_again: str
    """Takes `number`."""
    another_text: str
    flapping: str
    """Takes `since`, which is `begun` filled in, or nothing."""
    begun: str
    rested: str
    moved: str
    """Takes `before` and `after`, the names of agencies."""
    unlisted: str
    """Takes `lang` as `PHRASES` calls it, and `readings`."""
    between: str
    at_top: str
    at_end: str
    again: str
    """Put before the last of several readings."""
    more_readings: str
    asked: Mapping[str, str]
    """What the portal said when it was asked for the release itself; each takes `at`."""
    later: str
    """Takes `span` and `lang`."""
    within_a_minute: str
    units: Mapping[Unit, tuple[str, ...]]
    """The forms of each unit as they stand in `later`; as many as the language has for numbers."""
    against: str
    """Takes `lang` and `found`."""
    numbers: tuple[str, str]
    """Put before the numbers that only this copy has, and before those that only the other has."""
    dates: tuple[str, str]
    decimal: str
    late: str
    """Said of what was found after its listing had not been read for long; takes `at`."""


REMARKS: Mapping[str, Remarks] = {
    "kk": Remarks(
        wording_again="Мәтін бұрынғы қалпына қайтарылды: {number}-нұсқа.",
        another_text="Осы нөмірмен енді мүлде басқа мәтін тұр.",
        flapping="Мәтін әрлі-берлі өзгеріп тұр{since}; бір нұсқасы тәулік бойы өзгермей тұрғанша, "
        "бұл туралы қайта хабарламаймыз.",
        begun=" (басталғаны: {at})",
        rested="Мәтіннің әрлі-берлі өзгеруі тоқтады: тәулік бойы басқа нұсқасы көрінген жоқ.",
        moved="Бұрынғы органы: {before}; қазіргі органы: {after}.",
        unlisted="Тізімде жоқ ({lang}): {readings}.",
        between="№ {above} және № {below} релиздердің арасында",
        at_top="тізімнің басында, № {below} релизден жоғары",
        at_end="тізімнің соңында, № {above} релизден төмен",
        again="тағы да",
        more_readings="арасында тағы {count} рет оқылды",
        asked={
            "gone": "Релиздің өзі сұралды ({at}): порталда жоқ.",
            "elsewhere": "Релиздің өзі сұралды ({at}): ол басқа органда тұр.",
        },
        later="{lang} нұсқасынан {span} кейін шықты.",
        within_a_minute="{lang} нұсқасынан кейін бір минут ішінде шықты.",
        units={"day": ("күн",), "h": ("сағат",), "min": ("минут",), "s": ("секунд",)},
        against="{lang} нұсқасымен сәйкес келмейді: {found}.",
        numbers=("тек мұндағы сандар", "тек ондағы сандар"),
        dates=("тек мұндағы күндер", "тек ондағы күндер"),
        decimal=",",
        late="Кешігіп табылды: тізім {at} сәтінен бері оқылмаған.",
    ),
    "ru": Remarks(
        wording_again="Вернулась прежняя редакция: № {number}.",
        another_text="Под тем же номером теперь другой текст.",
        flapping="Текст меняется туда и обратно{since}; больше об этом не сообщаем, "
        "пока одна редакция не простоит сутки.",
        begun=" (с {at})",
        rested="Текст перестал меняться туда и обратно: за сутки другой редакции не было.",
        moved="Прежний орган: {before}; нынешний: {after}.",
        unlisted="Нет в списке ({lang}): {readings}.",
        between="между релизами № {above} и № {below}",
        at_top="в начале списка, выше релиза № {below}",
        at_end="в конце списка, ниже релиза № {above}",
        again="снова",
        more_readings="в промежутке прочитано ещё раз: {count}",
        asked={
            "gone": "Запрошен сам релиз ({at}): на портале его нет.",
            "elsewhere": "Запрошен сам релиз ({at}): он у другого органа.",
        },
        later="Вышло на {span} позже, чем {lang}.",
        within_a_minute="Вышло не позже чем через минуту после версии {lang}.",
        units={
            "day": ("день", "дня", "дней"),
            "h": ("час", "часа", "часов"),
            "min": ("минуту", "минуты", "минут"),
            "s": ("секунду", "секунды", "секунд"),
        },
        against="Не совпадает с версией {lang}: {found}.",
        numbers=("числа только здесь", "числа только там"),
        dates=("даты только здесь", "даты только там"),
        decimal=",",
        late="Найдено с опозданием: список не читался с {at}.",
    ),
    "en": Remarks(
        wording_again="It went back to wording {number}.",
        another_text="Another text stands there now under the same number.",
        flapping="The text changes to and fro{since}; nothing more is told of it "
        "until one wording has stood for a day.",
        begun=" (since {at})",
        rested="The text changes to and fro no more: no other wording was seen for a day.",
        moved="From: {before}; to: {after}.",
        unlisted="Not listed ({lang}): {readings}.",
        between="between releases {above} and {below}",
        at_top="at the top, above release {below}",
        at_end="at the end, below release {above}",
        again="again",
        more_readings="further readings between: {count}",
        asked={
            "gone": "The release itself was asked for ({at}): the portal tells nothing of it.",
            "elsewhere": "The release itself was asked for ({at}): another agency has it.",
        },
        later="It came {span} later than {lang}.",
        within_a_minute="It came within a minute of the copy {lang}.",
        units={
            "day": ("day", "days"),
            "h": ("hour", "hours"),
            "min": ("minute", "minutes"),
            "s": ("second", "seconds"),
        },
        against="It differs from the copy {lang}: {found}.",
        numbers=("numbers only here", "numbers only there"),
        dates=("dates only here", "dates only there"),
        decimal=".",
        late="Found late: the listing could not be read since {at}.",
    ),
}
