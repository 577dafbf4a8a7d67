"""The words of `/search`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SearchWords:
    """The words of one language."""

    heading: str
    about: str
    field: str
    """The label of what is searched for."""
    agency: str
    any_agency: str
    lang: str
    any_lang: str
    since: str
    until: str
    status: str
    statuses: dict[str, str]
    order: str
    orders: dict[str, str]
    button: str
    narrow: str
    """The heading of what narrows a search."""
    help_heading: str
    help: tuple[tuple[str, str], ...]
    """What is typed, and what it finds."""
    help_more: str
    found: str
    """Takes `count`."""
    found_of_newest: str
    """The same where only the newest were looked at; takes `count`."""
    shown: str
    """Which of them stand on the page; takes `first` and `last`."""
    results: str
    by_agency: str
    by_month: str
    by_year: str
    more_agencies: str
    """How many are not named; takes `count`."""
    before: str
    """The link to the page before."""
    after: str
    paging: str
    nothing: str
    """Takes `text`."""
    nothing_in_newest: str
    """The same where older texts were not looked at."""
    each_alone: str
    """The heading of how often each word is found alone."""
    without_filters: str
    """A link, where nothing is found because of filters; takes `count`."""
    hints: tuple[str, ...]
    star: str
    """A hint more, where no single word was typed."""
    begin: str
    """Before a single word that was typed, with an asterisk, as a link."""
    no_words: str
    """Said of filters without words."""
    past_the_end: str
    first_page: str
    nothing_held: str
    as_feed: str
    """The link to the feed builder."""


def words(lang: str) -> SearchWords:
    """The words of `kk`, `ru` or `en`."""
    return _WORDS[lang]


_WORDS = {
    "kk": SearchWords(
        heading="Іздеу",
        about="Жаршы сақтаған релиздердің тақырыптары мен мәтіндерінен сөзді кез келген тұлғасында табады.",
        field="Нені іздейміз",
        agency="Орган",
        any_agency="Барлық органдар",
        lang="Релиз тілі",
        any_lang="Барлық тілдер",
        since="Қай күннен",
        until="Қай күнге дейін",
        status="Релиздің күйі",
        statuses={
            "any": "Кез келген",
            "listed": "Порталда бар",
            "removed": "Алып тасталған",
            "edited": "Кейін өзгертілген",
        },
        order="Реті",
        orders={"date": "Алдымен жаңалары", "relevance": "Алдымен сәйкестері"},
        button="Іздеу",
        narrow="Іздеуді нақтылау",
        help_heading="Қалай іздеуге болады",
        help=(
            ("салық кодекс", "екі сөз де бар, кез келген тұлғада, кез келген жерде"),
            ("«салық кодексі»", "дәл осылай жазылған тіркес"),
            ("~«салық кодексі»", "осы сөздер қатар тұр, әрқайсысы кез келген тұлғада"),
            ("салық*", "осылай басталатын кез келген сөз"),
            ("салық | алым", "екеуінің бірі"),
            ("салық -кеден", "бірінші сөз бар, екіншісі жоқ"),
        ),
        help_more="Бас әріп пен кіші әріптің айырмасы жоқ. Қазақ әріптерін орыс пернетақтасындағыдай жазуға болады: "
        "«укимет» деп іздесеңіз, «үкімет» те табылады. Хабарландыру ережелеріндегі сөздер де осылай ізделеді.",
        found="Табылғаны: {count}",
        found_of_newest="Ең жаңа мәтіндерден табылғаны: {count}, бұрынғылары қаралған жоқ",
        shown="көрсетілгені: {first}–{last}",
        results="Нәтижелер",
        by_agency="Органдар бойынша",
        by_month="Айлар бойынша",
        by_year="Жылдар бойынша",
        more_agencies="тағы {count} орган",
        before="Алдыңғы бет",
        after="Келесі бет",
        paging="Нәтижелер беттері",
        nothing="«{text}» бойынша ештеңе табылмады.",
        nothing_in_newest="«{text}» ең жаңа мәтіндерде табылмады, ал бұрынғылары қаралған жоқ. Оларды қарау үшін "
        "күндерін немесе органын таңдаңыз.",
        each_alone="Әр сөздің жеке табылғаны",
        without_filters="Шектеулерсіз табылғаны: {count}",
        hints=(
            "Сөздің жазылуын тексеріңіз немесе сөзді азайтыңыз.",
            "Тырнақшасыз іздеңіз: тырнақша ішінде тек дәл сол тұлға ізделеді.",
            "Сөзді екінші тілде де іздеп көріңіз: салық | налог.",
        ),
        star="Сөздің басын жұлдызшамен жазып көріңіз: салық*.",
        begin="Осылай басталатын сөздердің бәрін іздеу:",
        no_words="Тек сүзгімен іздеуге болмайды: бір сөз де жазыңыз. Барлық релиз күні бойынша «Жаңа "
        "релиздер» бетінде, өзгергені мен алынғаны «Өзгерістер» бетінде.",
        past_the_end="Бұл бетте нәтиже жоқ.",
        first_page="Бірінші бетке",
        nothing_held="Әзірге бірде-бір релиз оқылған жоқ.",
        as_feed="Осы сөздерге арна немесе хабарландыру құру",
    ),
    "ru": SearchWords(
        heading="Поиск",
        about="Находит слова в любой форме в заголовках и текстах релизов, которые хранит Жаршы.",
        field="Что искать",
        agency="Орган",
        any_agency="Все органы",
        lang="Язык релиза",
        any_lang="Все языки",
        since="С даты",
        until="По дату",
        status="Состояние релиза",
        statuses={
            "any": "Любое",
            "listed": "Есть на портале",
            "removed": "Снят",
            "edited": "Изменён после публикации",
        },
        order="Порядок",
        orders={"date": "Сначала новые", "relevance": "Сначала подходящие"},
        button="Найти",
        narrow="Уточнить",
        help_heading="Как искать",
        help=(
            ("налог кодекс", "оба слова, в любой форме и в любом месте"),
            ("«налоговый кодекс»", "ровно эти слова в этой форме"),
            ("~«налоговый кодекс»", "эти слова рядом, каждое в любой форме"),
            ("налог*", "любое слово с таким началом"),
            ("налог | пошлина", "одно или другое"),
            ("налог -таможня", "первое слово есть, второго нет"),
        ),
        help_more="Прописные и строчные буквы не различаются, ё и е — тоже. Казахские буквы можно набирать как "
        "на русской клавиатуре: «укимет» найдёт и «үкімет». Так же ищутся слова в правилах оповещений.",
        found="Найдено: {count}",
        found_of_newest="Среди самых новых текстов найдено: {count}, более ранние не просмотрены",
        shown="показаны {first}–{last}",
        results="Результаты",
        by_agency="По органам",
        by_month="По месяцам",
        by_year="По годам",
        more_agencies="и ещё органов: {count}",
        before="Предыдущая страница",
        after="Следующая страница",
        paging="Страницы результатов",
        nothing="По запросу «{text}» ничего не найдено.",
        nothing_in_newest="В самых новых текстах по запросу «{text}» ничего не найдено, а более ранние не "
        "просмотрены. Чтобы просмотреть и их, выберите даты или орган.",
        each_alone="Сколько находит каждое слово отдельно",
        without_filters="Без ограничений найдено: {count}",
        hints=(
            "Проверьте написание или уберите часть слов.",
            "Уберите кавычки: в них ищется только эта самая форма.",
            "Добавьте слово на другом языке: налог | салық.",
        ),
        star="Попробуйте начало слова со звёздочкой: налог*.",
        begin="Искать все слова с таким началом:",
        no_words="Одних условий мало: напишите и слово. Все релизы по дням — на странице «Новые релизы», "
        "изменённые и снятые — на странице «Изменения».",
        past_the_end="На этой странице результатов нет.",
        first_page="На первую страницу",
        nothing_held="Пока не прочитано ни одного релиза.",
        as_feed="Сделать ленту или оповещение с этими словами",
    ),
    "en": SearchWords(
        heading="Search",
        about="Finds words in any form in the titles and texts of the releases that Jarshy keeps.",
        field="What to look for",
        agency="Agency",
        any_agency="All agencies",
        lang="Language of the release",
        any_lang="All languages",
        since="From",
        until="To",
        status="State of the release",
        statuses={
            "any": "Any",
            "listed": "At the portal",
            "removed": "Removed",
            "edited": "Edited afterwards",
        },
        order="Order",
        orders={"date": "Newest first", "relevance": "Best match first"},
        button="Search",
        narrow="Narrow the search",
        help_heading="How to search",
        help=(
            ("tax code", "both words, in any form, anywhere"),
            ('"tax code"', "exactly these words in these forms"),
            ('~"tax code"', "these words side by side, each in any form"),
            ("tax*", "any word that begins so"),
            ("tax | duty", "either of the two"),
            ("tax -customs", "the first word, without the second"),
        ),
        help_more="Case makes no difference. Kazakh letters may be typed as on a Russian keyboard: «укимет» also "
        "finds «үкімет». Words in the rules of alerts are looked for in the same way.",
        found="Found: {count}",
        found_of_newest="Found among the newest texts: {count}; earlier ones were not looked at",
        shown="shown: {first}–{last}",
        results="Results",
        by_agency="By agency",
        by_month="By month",
        by_year="By year",
        more_agencies="and {count} more agencies",
        before="Previous page",
        after="Next page",
        paging="Pages of results",
        nothing="Nothing was found for “{text}”.",
        nothing_in_newest="Nothing was found for “{text}” in the newest texts, and earlier ones were not looked at. "
        "To look at them too, choose dates or an agency.",
        each_alone="What each word finds alone",
        without_filters="Found without filters: {count}",
        hints=(
            "Check the spelling, or take some words out.",
            "Take the quotes away: in them only this very form is looked for.",
            "Add the word in another language: tax | налог | салық.",
        ),
        star="Try the beginning of a word with an asterisk: tax*.",
        begin="Look for every word that begins so:",
        no_words="Filters alone are not enough: write a word too. All releases by day stand under “Newest releases”, "
        "those edited or removed under “Changes”.",
        past_the_end="There are no results on this page.",
        first_page="To the first page",
        nothing_held="No release has been read yet.",
        as_feed="Make a feed or an alert of these words",
    ),
}
