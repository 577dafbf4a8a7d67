"""What the page of one release says."""

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.changes import Weight
from monitor.detect import Status


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language; names in braces are filled in."""

    not_held: str
    """Takes `id`."""
    no_copy: str
    """Takes `id` and `lang`, as in «in Kazakh»."""
    no_wording: str
    """Takes `number` and `last`."""
    no_part: str
    no_item: str
    withheld_item: str
    undated: str
    doubts: Mapping[str, str]
    """Why the portal's date is not believed; each takes `raw`, the date as it is written there."""
    also_listed: str
    statuses: Mapping[Status, str]
    at_portal: str
    languages: str
    """The label of the list of copies."""
    side_by_side: str
    former: str
    """Over a wording that is not the present one; takes `number` and `last`."""
    to_present: str
    show_pictures: str
    pictures_from: str
    """Says from where they would be fetched; takes `host`."""
    hide_pictures: str
    no_text: str
    withheld: str
    """In place of the text of what was removed, where it is not published any more."""
    part: str
    """Takes `part` and `parts`."""
    long_text: str
    """Over a text that is shown in parts."""
    previous: str
    next: str
    rest: str
    """The text of a link to all of a text of which only the beginning is shown."""
    attachments: str
    story: str
    first: str
    """Behind the first publisher."""
    joint: str
    this: str
    history: str
    times: str
    """Says by which clock times are told; takes `zone`."""
    baseline: str
    weights: Mapping[Weight, str]
    read: str
    """The text of a link to a wording; takes `number`."""
    compare: str
    """The text of a link to what a wording changed; takes `before` and `number`."""
    more: str
    """Replaced places that are not shown; takes `count`."""
    older: str
    newer: str
    evidence: str
    missing: str
    """In its place while nothing is proved to be removed."""
    missed: str
    """Takes `lang` and `agency`."""
    suspected: str
    """Takes `at`."""
    confirmed: str
    mass: str
    asked: Mapping[str, str]
    """What the portal said when it was asked for the release itself; each takes `at`."""
    proof: str
    wording: str
    """Which wording that is, and since when it was seen; takes `number`."""
    seen: str
    from_dump: str
    parser: str
    received: str
    content: str
    fingerprint: str
    chain: str
    reread: str
    """Takes `parser`."""
    item: str
    """The text of a link to the item as it was received."""
    not_kept: str


def words(lang: str) -> Words:
    """The words of `kk`, `ru` or `en`."""
    return _WORDS[lang]


_WORDS = {
    "kk": Words(
        not_held="№ {id} релиз мұрағатта жоқ.",
        no_copy="№ {id} релиздің {lang} нұсқасы мұрағатта жоқ.",
        no_wording="{number}-редакция жоқ; соңғысы — {last}-редакция.",
        no_part="Бұл мәтінде мұндай бөлік жоқ.",
        no_item="Бұл редакцияның порталдан алынған жазбасы сақталмаған.",
        withheld_item="Бұл релиздің мәтіні енді көрсетілмейді.",
        undated="күні белгісіз",
        doubts={
            "future": "күні күмәнді: ол әлі келген жоқ",
            "past": "күні күмәнді: ол кезде портал болмаған",
            "unreadable": "порталдағы күнді оқу мүмкін емес: «{raw}»",
        },
        also_listed="Мына органдардың тізімінде де бар:",
        statuses={
            "listed": "Порталда тұр",
            "suspected": "Портал тізімінен көрінбей қалды; алынғаны әлі расталған жоқ",
            "removed": "Порталдан алып тасталды",
            "unseen": "Импортталған жинақтан белгілі; порталда әлі көрінген жоқ",
        },
        at_portal="Порталда ашу",
        languages="Релиздің тілдері",
        side_by_side="Қатар қою",
        former="Бұл — бұрынғы мәтін, {number}-редакция. Қазіргісі — {last}-редакция.",
        to_present="Қазіргі мәтінді оқу",
        show_pictures="Суреттерді көрсету",
        pictures_from="{host} сайтынан жүктеледі",
        hide_pictures="Суреттерді жасыру",
        no_text="Мәтіні жоқ.",
        withheld="Порталдан алынған релиздің мәтіні мұнда көрсетілмейді.",
        part="{parts} бөліктің {part}-бөлігі",
        long_text="Мәтін ұзын, сондықтан бөліктерге бөлініп, безендірусіз көрсетілді.",
        previous="Алдыңғы бөлік",
        next="Келесі бөлік",
        rest="Толық мәтінін оқу",
        attachments="Тіркелген файлдар",
        story="Осы мәтінді жариялағандар",
        first="бірінші болып",
        joint="Бірлескен релиз, атаған органдары:",
        this="осы релиз",
        history="Мәтін тарихы",
        times="Уақыт белдеуі: {zone}.",
        baseline="алғаш оқылғанда тұрған",
        weights={"none": "тек безендіру", "minor": "шағын өзгеріс", "major": "маңызды өзгеріс"},
        read="{number}-редакцияны оқу",
        compare="{before} және {number}-редакцияларды салыстыру",
        more="Көрсетілмеген өзгерістер саны: {count}.",
        older="Бұрынғылары",
        newer="Ең соңғылары",
        evidence="Алынғанының дәлелі",
        missing="Тізімде көрінбеуі",
        missed="{agency}, {lang}",
        suspected="Алғаш көрінбей қалғаны:",
        confirmed="Расталғаны:",
        mass="Көп релизбен бірге көрінбей қалды, сондықтан алдымен порталдың өзінен күдіктендік.",
        asked={
            "there": "Релиздің өзі сұралды: ол порталда тұр.",
            "elsewhere": "Релиздің өзі сұралды: ол басқа органда тұр.",
            "gone": "Релиздің өзі сұралды: ол порталда жоқ.",
            "unknown": "Релиздің өзі сұралды: нақты жауап болмады.",
        },
        proof="Редакцияның дәлелі",
        wording="{number}-редакция",
        seen="Алғаш көрінген уақыты",
        from_dump="импортталған жинақтан",
        parser="Талдағыш нұсқасы",
        received="Алынған жазбаның дайджесі",
        content="Мазмұнның дайджесі",
        fingerprint="Сөздердің таңбасы",
        chain="Тізбек буыны",
        reread="{parser}-нұсқалы талдағышпен қайта оқылды",
        item="Порталдан алынған жазба (JSON)",
        not_kept="Порталдан алынған жазба сақталмаған.",
    ),
    "ru": Words(
        not_held="Релиза № {id} в архиве нет.",
        no_copy="Релиза № {id} {lang} в архиве нет.",
        no_wording="Редакции № {number} нет; последняя — № {last}.",
        no_part="Такой части у этого текста нет.",
        no_item="Запись портала, из которой взята эта редакция, не сохранена.",
        withheld_item="Текст этого релиза больше не показывается.",
        undated="без даты",
        doubts={
            "future": "дата сомнительна: она ещё не наступила",
            "past": "дата сомнительна: портала тогда не было",
            "unreadable": "дату на портале прочесть нельзя: «{raw}»",
        },
        also_listed="Есть и в списках других органов:",
        statuses={
            "listed": "Стоит на портале",
            "suspected": "Пропал из списка портала; снят ли он, ещё не подтверждено",
            "removed": "Снят с портала",
            "unseen": "Известен из импортированной подборки; на портале пока не замечен",
        },
        at_portal="Открыть на портале",
        languages="Языки релиза",
        side_by_side="Все рядом",
        former="Это прежний текст, редакция № {number}. Нынешняя — № {last}.",
        to_present="Читать нынешний текст",
        show_pictures="Показать изображения",
        pictures_from="загрузятся с {host}",
        hide_pictures="Скрыть изображения",
        no_text="Текста нет.",
        withheld="Текст релиза, снятого с портала, здесь не показывается.",
        part="Часть {part} из {parts}",
        long_text="Текст длинный и поэтому показан по частям и без оформления.",
        previous="Предыдущая часть",
        next="Следующая часть",
        rest="Читать полностью",
        attachments="Вложения",
        story="Кто опубликовал этот текст",
        first="раньше всех",
        joint="Совместный релиз; в нём названы:",
        this="этот релиз",
        history="История текста",
        times="Часовой пояс: {zone}.",
        baseline="уже было при первом чтении",
        weights={"none": "только оформление", "minor": "небольшая правка", "major": "важная правка"},
        read="Читать редакцию № {number}",
        compare="Сравнить редакции № {before} и № {number}",
        more="Не показано правок: {count}.",
        older="Что было раньше",
        newer="К последним событиям",
        evidence="Доказательства снятия",
        missing="Пропажа из списка",
        missed="{agency}, {lang}",
        suspected="Впервые не найден:",
        confirmed="Подтверждено:",
        mass="Пропал вместе со многими другими, поэтому сначала под подозрением был сам портал.",
        asked={
            "there": "Запрошен сам релиз: на портале он есть.",
            "elsewhere": "Запрошен сам релиз: он у другого органа.",
            "gone": "Запрошен сам релиз: на портале его нет.",
            "unknown": "Запрошен сам релиз: ясного ответа нет.",
        },
        proof="Подтверждение редакции",
        wording="Редакция № {number}",
        seen="Впервые замечена",
        from_dump="из импортированной подборки",
        parser="Версия разборщика",
        received="Дайджест полученной записи",
        content="Дайджест содержания",
        fingerprint="Отпечаток слов",
        chain="Звено цепочки",
        reread="Прочитана заново разборщиком версии {parser}",
        item="Запись портала, как она получена (JSON)",
        not_kept="Запись портала не сохранена.",
    ),
    "en": Words(
        not_held="Release {id} is not in the archive.",
        no_copy="Release {id} is not in the archive {lang}.",
        no_wording="There is no wording {number}; the last one is {last}.",
        no_part="This text has no such part.",
        no_item="The portal's item of this wording was not kept.",
        withheld_item="The text of this release is no longer shown.",
        undated="undated",
        doubts={
            "future": "the date is doubtful: it has not come yet",
            "past": "the date is doubtful: there was no portal then",
            "unreadable": "the portal's date cannot be read: “{raw}”",
        },
        also_listed="Also listed by:",
        statuses={
            "listed": "Stands at the portal",
            "suspected": "Missing from the portal's listing; not yet confirmed as removed",
            "removed": "Removed from the portal",
            "unseen": "Known from an imported collection; not yet seen at the portal",
        },
        at_portal="Open at the portal",
        languages="Languages of the release",
        side_by_side="Side by side",
        former="This is a former text, wording {number}. The present one is wording {last}.",
        to_present="Read the present text",
        show_pictures="Show pictures",
        pictures_from="loaded from {host}",
        hide_pictures="Hide pictures",
        no_text="There is no text.",
        withheld="The text of a release that was removed from the portal is not shown here.",
        part="Part {part} of {parts}",
        long_text="The text is long, so it is shown in parts and without its formatting.",
        previous="Previous part",
        next="Next part",
        rest="Read it in full",
        attachments="Attachments",
        story="Who published this text",
        first="first",
        joint="A joint release, which names:",
        this="this release",
        history="History of the text",
        times="Time zone: {zone}.",
        baseline="stood there when first read",
        weights={"none": "formatting only", "minor": "minor edit", "major": "major edit"},
        read="Read wording {number}",
        compare="Compare wordings {before} and {number}",
        more="Edits not shown: {count}.",
        older="What happened earlier",
        newer="To the latest events",
        evidence="Evidence of the removal",
        missing="Missing from the listing",
        missed="{agency}, {lang}",
        suspected="First missed:",
        confirmed="Confirmed:",
        mass="It went missing together with many others, so the portal itself was suspected first.",
        asked={
            "there": "The release itself was asked for: it is at the portal.",
            "elsewhere": "The release itself was asked for: another agency has it.",
            "gone": "The release itself was asked for: the portal does not have it.",
            "unknown": "The release itself was asked for: there was no clear answer.",
        },
        proof="Proof of the wording",
        wording="Wording {number}",
        seen="First seen",
        from_dump="from an imported collection",
        parser="Version of the parser",
        received="Digest of the item as received",
        content="Digest of the contents",
        fingerprint="Fingerprint of the words",
        chain="Link of the chain",
        reread="Read again by parser version {parser}",
        item="The portal's item as it was received (JSON)",
        not_kept="The portal's item was not kept.",
    ),
}
