"""The words around every page, and what stands where a page cannot be shown."""

from dataclasses import dataclass

NAMES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
"""What each language calls itself."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The words of one language."""

    about: str
    """What Jarshy is, in a sentence."""
    skip: str
    newest: str
    changes: str
    agencies: str
    search: str
    feeds: str
    status: str
    search_words: str
    """The label of the field in which people type what they search for."""
    find: str
    """On the button beside that field."""
    language: str
    """The label of the list of languages."""
    pages: str
    """The label of the list of pages."""
    agency: str
    """The label of the choice of an agency."""
    every_agency: str
    every_language: str
    show: str
    """On the button that applies what was chosen."""
    older: str
    newer: str
    pages_of_list: str
    """The label of the links to what is older and newer."""
    unofficial: str
    """Said at the foot of every page: who speaks here, and who does not."""
    for_programs: str
    nothing_here: str
    """The heading where an address names nothing."""
    not_understood: str
    """The heading where an address cannot be understood."""
    not_now: str
    """The heading where a page cannot be shown now."""
    no_page: str
    """Said where no page has such an address."""
    too_many: str
    """Said to who searches more than the machine should bear; takes `seconds`."""
    too_slow: str
    """Said where a page was given up because it took too long."""
    no_store: str
    """Said where the database cannot be read."""


def words(lang: str) -> Frame:
    """The words of `kk`, `ru` or `en`."""
    return _WORDS[lang]


_WORDS = {
    "kk": Frame(
        about="Жаршы Қазақстанның мемлекеттік органдарының баспасөз релиздерін бақылайды: не жарияланды, "
        "кейін не өзгертілді, не алып тасталды.",
        skip="Мазмұнға өту",
        newest="Жаңа релиздер",
        changes="Өзгерістер",
        agencies="Меморгандар",
        search="Іздеу",
        feeds="Арналар",
        status="Күйі",
        search_words="Релиздерден іздеу",
        find="Іздеу",
        language="Тіл",
        pages="Беттер",
        agency="Орган",
        every_agency="Барлық органдар",
        every_language="Барлық тілдер",
        show="Көрсету",
        older="Бұрынырақ",
        newer="Жаңарақ",
        pages_of_list="Тізімнің беттері",
        unofficial="Жаршы — мемлекеттік органдардан тәуелсіз бағдарлама. Релиздердің түпнұсқасы порталда.",
        for_programs="Бағдарламаларға",
        nothing_here="Мұнда ештеңе жоқ",
        not_understood="Мекенжай түсініксіз",
        not_now="Қазір көрсету мүмкін емес",
        no_page="Мұндай мекенжайы бар бет жоқ.",
        too_many="Бір мезгілде тым көп іздеу түсті. {seconds} секундтан кейін қайталап көріңіз.",
        too_slow="Жауап табылғанша тым көп уақыт өтті. Сұрауды нақтылап, бір минуттан кейін қайталап көріңіз.",
        no_store="Дерекқорды қазір оқу мүмкін емес. Сәл кейінірек қайталап көріңіз.",
    ),
    "ru": Frame(
        about="Жаршы следит за пресс-релизами государственных органов Казахстана: что опубликовано, "
        "что потом изменено и что снято.",
        skip="К содержанию",
        newest="Новые релизы",
        changes="Изменения",
        agencies="Госорганы",
        search="Поиск",
        feeds="Ленты",
        status="Состояние",
        search_words="Искать в релизах",
        find="Найти",
        language="Язык",
        pages="Страницы",
        agency="Орган",
        every_agency="Все органы",
        every_language="Все языки",
        show="Показать",
        older="Раньше",
        newer="Новее",
        pages_of_list="Страницы списка",
        unofficial="Жаршы — программа, независимая от государственных органов. Подлинники релизов — на портале.",
        for_programs="Для программ",
        nothing_here="Здесь ничего нет",
        not_understood="Адрес непонятен",
        not_now="Сейчас показать нельзя",
        no_page="Страницы с таким адресом нет.",
        too_many="Слишком много запросов сразу. Повторите через {seconds} с.",
        too_slow="Ответ готовился слишком долго. Уточните запрос и повторите через минуту.",
        no_store="База данных сейчас не читается. Попробуйте немного позже.",
    ),
    "en": Frame(
        about="Jarshy watches the press releases of Kazakhstan's state bodies: what was published, "
        "what was changed afterwards, and what was taken away.",
        skip="Skip to the contents",
        newest="Newest releases",
        changes="Changes",
        agencies="Agencies",
        search="Search",
        feeds="Feeds",
        status="Status",
        search_words="Search the releases",
        find="Search",
        language="Language",
        pages="Pages",
        agency="Agency",
        every_agency="All agencies",
        every_language="All languages",
        show="Show",
        older="Older",
        newer="Newer",
        pages_of_list="Pages of the list",
        unofficial="Jarshy is independent of the state bodies. The originals of releases are at the portal.",
        for_programs="For programs",
        nothing_here="There is nothing here",
        not_understood="The address means nothing",
        not_now="Not available now",
        no_page="No page has this address.",
        too_many="Too many searches at once. Try again in {seconds} s.",
        too_slow="The answer took too long. Make the question narrower and try again in a minute.",
        no_store="The database cannot be read now. Try again a little later.",
    ),
}
