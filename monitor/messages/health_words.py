"""What messages of health say, in Kazakh, Russian and English; no logic."""

from collections.abc import Mapping
from dataclasses import dataclass

from crawler.records import Outcome
from monitor.sentences import OUTCOMES
from monitor.troubles import HealthKind


@dataclass(frozen=True, slots=True)
class HealthWords:
    """Everything a message of health says by itself, in one language."""

    begun: Mapping[HealthKind, str]
    """By kind; `where`, the agency or address that is concerned, is filled in."""
    over: Mapping[HealthKind, str]
    together: str
    """In place of `begun` where several listings are in trouble together; takes `where`."""
    together_over: str
    outcomes: Mapping[Outcome, str]
    reason: str
    since: str
    lasted: str
    made_up: str
    nothing: str
    """Said instead of counts where there are none."""
    listings: str
    last_read: str
    never: str
    newest: str
    silence: str
    usual: str
    working_days: str
    """Takes `now` and `before`, the most there were."""
    in_a_day: str
    """Releases; takes `now` and `before`, the most there were."""
    rare_silence: str
    """How seldom an agency is silent for so long; takes `often`."""
    rare_flood: str
    """How seldom it publishes so many in a day; takes `often`."""
    often: str
    """Once in so many years; takes `years`."""
    seldom: str
    """More seldom than once in so many; takes `years`."""
    years: tuple[str, ...]
    """The word, as it stands after its number there."""
    field: str
    fields: Mapping[str, str]
    carried: str
    """Takes `now`, `before` and `items`."""
    most_listings: str
    """Said of what concerns no agency by itself."""
    dropped: str
    """The heading where it is over because nobody looks any more; takes `where`."""
    given_up: str
    owed: str
    free: str
    """Takes `free` and `total`."""
    last_backup: str
    units: tuple[str, ...]
    """Of bytes, each a thousand of the one before."""
    decimal: str


HEALTH: Mapping[str, HealthWords] = {
    "kk": HealthWords(
        begun={
            "portal": "Порталды оқу мүмкін болмай тұр",
            "listing": "Тізім оқылмай тұр: {where}",
            "silent": "Әдеттегіден ұзақ үнсіз: {where}",
            "flood": "Әдеттегіден әлдеқайда көп жариялап жатыр: {where}",
            "fields": "Релиздерде бұрын болған дерек жетіспейді: {where}",
            "delivery": "Хабарлама жетпей тұр: {where}",
            "stuck": "Хабарлама кезекте тұр, бірақ жіберілмейді",
            "disk": "Дискідегі орын таусылуға жақын",
            "backup": "Дерекқордың сақтық көшірмесі жасалмай тұр",
        },
        over={
            "portal": "Портал қайтадан оқылып тұр",
            "listing": "Тізім қайтадан оқылып тұр: {where}",
            "silent": "Қайтадан жариялай бастады: {where}",
            "flood": "Қайтадан әдеттегідей жариялап тұр: {where}",
            "fields": "Релиздердің деректері қайтадан толық: {where}",
            "delivery": "Хабарлама қайтадан жетіп тұр: {where}",
            "stuck": "Хабарлама қайтадан жіберіліп жатыр",
            "disk": "Дискіде қайтадан орын бар",
            "backup": "Дерекқордың сақтық көшірмесі қайтадан жасалып тұр",
        },
        together="Тізімдер оқылмай тұр: {where}",
        together_over="Тізімдер қайтадан оқылып тұр: {where}",
        outcomes={
            "items": "тізім оқылды",
            "unchanged": "тізім оқылды, жаңалық жоқ",
            "empty": "тізім оқылды, бірақ бос",
            "refused": "портал жауап беруден бас тартты",
            "shell": "портал жауаптың орнына беттің бос қаңқасын жіберді",
            "blocked": "ұлттық интернет шлюзі бұғаттау бетін көрсетті",
            "overloaded": "порталға түскен жүктеме тым көп",
            "broken": "жауапты оқу мүмкін болмады",
            "too_large": "жауап тым үлкен",
            "off_site": "портал басқа сайтқа жіберді",
            "shrunken": "тізімде белгілі релиздерден әлдеқайда аз релиз тұр",
            "unsorted": "тізім жаңасынан басталмады",
            "robots": "порталдың robots.txt файлы рұқсат бермейді",
            "timeout": "жауап уақытында келмеді",
            "unreachable": "порталға қосылу мүмкін емес",
            "budget": "сұраулардың өзіміз қойған шегі таусылды",
        },
        reason="Себебі",
        since="Басталғаны",
        lasted="Ұзақтығы",
        made_up="Осы уақытта табылғаны",
        nothing="жаңа ештеңе жоқ",
        listings="Қамтылған тізім саны",
        last_read="Соңғы рет оқылғаны",
        never="әлі бірде-бір рет оқылмаған",
        newest="Соңғы релизі",
        silence="Үнсіздігі",
        usual="бұрынғы ең ұзағы",
        working_days="Релизсіз жұмыс күндері: {now}, бұрын ең көбі {before}",
        in_a_day="Бір тәуліктегі релиз саны: {now}, бұрын бір күнде ең көбі {before}",
        rare_silence="Бұрынғыдай жариялап тұрса, мұндай ұзақ үнсіздік {often} болады",
        rare_flood="Бұрынғыдай жариялап тұрса, бір тәулікте мұнша релиз {often} шығады",
        often="шамамен {years} бір рет",
        seldom="{years} бір реттен де сирек",
        years=("жылда",),
        field="Жетіспейтіні",
        fields={
            "title": "тақырып",
            "date": "күні",
            "body": "мазмұны",
            "text": "мәтін",
            "image": "сурет",
            "attachment": "тіркеме",
        },
        carried="Бар релиздердің үлесі: {now}, бұрын {before} (қаралғаны: {items})",
        most_listings="тізімдердің көбі",
        dropped="Енді бақыланбайды: {where}",
        given_up="Жетпей қалғаны",
        owed="Кезектегісі",
        free="Бос орын: {free}, барлығы {total}",
        last_backup="Соңғы сақтық көшірме",
        units=("Б", "КБ", "МБ", "ГБ", "ТБ"),
        decimal=",",
    ),
    "ru": HealthWords(
        begun={
            "portal": "Портал не читается",
            "listing": "Список не читается: {where}",
            "silent": "Молчит дольше обычного: {where}",
            "flood": "Публикует намного больше обычного: {where}",
            "fields": "В релизах пропадает то, что было раньше: {where}",
            "delivery": "Сообщения не доходят: {where}",
            "stuck": "Сообщения ждут и не отправляются",
            "disk": "Диск почти заполнен",
            "backup": "Не удаётся сделать резервную копию базы",
        },
        over={
            "portal": "Портал снова читается",
            "listing": "Список снова читается: {where}",
            "silent": "Снова публикует: {where}",
            "flood": "Снова публикует как обычно: {where}",
            "fields": "Релизы снова полные: {where}",
            "delivery": "Сообщения снова доходят: {where}",
            "stuck": "Сообщения снова отправляются",
            "disk": "На диске снова есть место",
            "backup": "Резервные копии базы снова делаются",
        },
        together="Списки не читаются: {where}",
        together_over="Списки снова читаются: {where}",
        outcomes={
            "items": "список прочитан",
            "unchanged": "список прочитан, нового нет",
            "empty": "список прочитан, но пуст",
            "refused": "портал отказался отвечать",
            "shell": "портал прислал вместо ответа пустую рамку страницы",
            "blocked": "национальный интернет-шлюз показал страницу блокировки",
            "overloaded": "портал перегружен",
            "broken": "ответ не удалось разобрать",
            "too_large": "ответ слишком велик",
            "off_site": "портал отправил на другой сайт",
            "shrunken": "в списке гораздо меньше релизов, чем известно",
            "unsorted": "список начинается не с новых",
            "robots": "robots.txt портала этого не разрешает",
            "timeout": "ответ не пришёл вовремя",
            "unreachable": "с порталом нет связи",
            "budget": "исчерпан наш собственный предел запросов",
        },
        reason="Причина",
        since="Началось",
        lasted="Длилось",
        made_up="Найдено за это время",
        nothing="ничего нового",
        listings="Затронуто списков",
        last_read="Последний раз прочитан",
        never="ещё ни разу",
        newest="Последний релиз",
        silence="Молчание",
        usual="самое долгое до этого",
        working_days="Рабочих дней без релизов: {now}, раньше самое большее {before}",
        in_a_day="Релизов за сутки: {now}, раньше за день самое большее {before}",
        rare_silence="Если публикации идут как прежде, такое долгое молчание бывает {often}",
        rare_flood="Если публикации идут как прежде, столько релизов за сутки бывает {often}",
        often="примерно раз в {years}",
        seldom="реже, чем раз в {years}",
        years=("год", "года", "лет"),
        field="Чего не хватает",
        fields={
            "title": "заголовок",
            "date": "дата",
            "body": "содержание",
            "text": "текст",
            "image": "изображение",
            "attachment": "вложение",
        },
        carried="Есть у {now} релизов, раньше было у {before} (просмотрено: {items})",
        most_listings="большинство списков",
        dropped="Больше не отслеживается: {where}",
        given_up="Не доставлено",
        owed="Ждут отправки",
        free="Свободно {free} из {total}",
        last_backup="Последняя резервная копия",
        units=("Б", "КБ", "МБ", "ГБ", "ТБ"),
        decimal=",",
    ),
    "en": HealthWords(
        begun={
            "portal": "The portal cannot be read",
            "listing": "A listing cannot be read: {where}",
            "silent": "Silent for longer than usual: {where}",
            "flood": "Publishes far more than usual: {where}",
            "fields": "Releases lack what they used to carry: {where}",
            "delivery": "Messages do not arrive: {where}",
            "stuck": "Messages wait and are not sent",
            "disk": "The disk is nearly full",
            "backup": "No backup of the database can be made",
        },
        over={
            "portal": "The portal can be read again",
            "listing": "A listing can be read again: {where}",
            "silent": "Publishes again: {where}",
            "flood": "Publishes as usual again: {where}",
            "fields": "Releases are complete again: {where}",
            "delivery": "Messages arrive again: {where}",
            "stuck": "Messages are sent again",
            "disk": "There is room on the disk again",
            "backup": "Backups of the database are made again",
        },
        together="Listings cannot be read: {where}",
        together_over="Listings can be read again: {where}",
        outcomes=OUTCOMES,
        reason="Reason",
        since="Since",
        lasted="It lasted",
        made_up="Found in that time",
        nothing="nothing new",
        listings="Listings concerned",
        last_read="Last read",
        never="never yet",
        newest="Newest release",
        silence="Silence",
        usual="the longest before",
        working_days="Working days without a release: {now}, the most before {before}",
        in_a_day="Releases in 24 hours: {now}, the most on one day before {before}",
        rare_silence="If it publishes as it did, so long a silence comes {often}",
        rare_flood="If it publishes as it did, so many releases in a day come {often}",
        often="about once in {years}",
        seldom="less than once in {years}",
        years=("year", "years"),
        field="What is lacking",
        fields={
            "title": "title",
            "date": "date",
            "body": "body",
            "text": "text",
            "image": "image",
            "attachment": "attachment",
        },
        carried="Carried by {now} of releases, before by {before} ({items} looked at)",
        most_listings="most listings",
        dropped="No longer watched: {where}",
        given_up="Not delivered",
        owed="Waiting to be sent",
        free="{free} free of {total}",
        last_backup="Last backup",
        units=("B", "kB", "MB", "GB", "TB"),
        decimal=".",
    ),
}
