"""The words of `/feeds`."""

from dataclasses import dataclass

from feeds.streams import Topic
from monitor.changes import Weight


@dataclass(frozen=True, slots=True)
class BuilderWords:
    """The words of one language."""

    heading: str
    about: str
    topic: str
    """The label of the choice of what is told."""
    topics: dict[Topic, str]
    agencies: str
    agencies_hint: str
    langs: str
    langs_hint: str
    word: str
    word_hint: str
    unwanted: str
    unwanted_hint: str
    kinds: str
    kinds_hint: str
    weight: str
    weights: dict[Weight, str]
    button: str
    result: str
    addresses: str
    open_feed: str
    """The link beside an address; takes `format`."""
    holds: str
    """The heading of the newest entries."""
    holds_nothing: str
    alert: str
    alert_hint: str
    how: str
    """The heading of what follows."""
    how_words: str
    """How words are found in alerts."""
    how_feed: str
    """Where feeds find words otherwise."""
    idle_kinds: str
    """Said beside the kinds, where they mean nothing for what is told."""
    idle_weight: str
    no_feed: str
    """Said where a feed cannot hold it, before the reason."""
    reasons: dict[str, str]
    ready: str
    """The heading of the feeds that need not be built."""
    general: str
    of_agencies: str
    feed: str
    """The head of the column of names."""
    agency: str
    opml: str
    many_agencies: str
    """Said where agencies are too many for a table."""


def words(lang: str) -> BuilderWords:
    """The words of `kk`, `ru` or `en`."""
    return _WORDS[lang]


_WORDS = {
    "kk": BuilderWords(
        heading="Арналар",
        about="Не туралы білгіңіз келетінін таңдаңыз: арнаның мекенжайы мен хабарландыру ережесі дайын болады.",
        topic="Не туралы",
        topics={
            "releases": "Жаңа релиздер",
            "changes": "Барлық өзгерістер",
            "removed": "Алып тасталғандар мен қайтарылғандар",
        },
        agencies="Органдар",
        agencies_hint="Ешқайсысы белгіленбесе — барлығы.",
        langs="Тілдер",
        langs_hint="Ешқайсысы белгіленбесе — барлығы.",
        word="Сөздер",
        word_hint="Әр жолға бір сөз не тіркес; кез келгені табылса болғаны.",
        unwanted="Бұл сөздерсіз",
        unwanted_hint="Әр жолға бір сөз не тіркес; біреуі болса, релиз алынбайды.",
        kinds="Өзгеріс түрлері",
        kinds_hint="Ешқайсысы белгіленбесе — барлығы.",
        weight="Маңызы",
        weights={"none": "Кез келген", "minor": "Шағын және маңызды", "major": "Тек маңызды"},
        button="Көрсету",
        result="Дайын",
        addresses="Арна мекенжайлары",
        open_feed="{format} арнасын ашу",
        holds="Арнадағы соңғы жазбалар",
        holds_nothing="Әзірге бұл арнада ештеңе жоқ.",
        alert="Хабарландыру ережесі",
        alert_hint="Жаршының баптау файлына көшіріп, to дегенге өз мекенжайыңызды жазыңыз. Тексеретін команда:",
        how="Сөздер қалай ізделеді",
        how_words="Сөз кез келген тұлғасында ізделеді: «салық» деп жазсаңыз, «салықтар», «салыққа» да табылады. "
        "Қатар жазылған бірнеше сөз — тіркес, әрқайсысы кез келген тұлғада. Тырнақшада — дәл сол тұлға, "
        "жұлдызшамен (салық*) — осылай басталатын кез келген сөз. Қазақ әріптерін орыс пернетақтасындағыдай "
        "жазуға болады.",
        how_feed="Арна мен ереже сөзді әртүрлі іздейді: ереже сөздің тұлғаларын табады, ал арна осылай басталатын "
        "барлық сөзді табады және тіркестің сөздерін мәтіннің кез келген жерінен іздейді.",
        idle_kinds="Таңдалған түрлердің бәрі бұл арнада бола бермейді, олар есепке алынбады: өзгеріс түрлерін "
        "«Барлық өзгерістер» дегенде таңдаңыз.",
        idle_weight="Маңыз «Барлық өзгерістер» дегенде ғана ескеріледі.",
        no_feed="Арна мұны ұстай алмайды, хабарландыру ережесі ұстайды.",
        reasons={
            "any": "Арна барлық сөзі бар релиздерді ғана жинайды; бірнеше сөздің бірі керек болса, әрқайсысына жеке "
            "арна құрыңыз.",
            "only_excludes": "Арнаға табылуға тиіс ең болмаса бір сөз керек.",
            "too_many": "Арна үшін сөздер тым көп (ең көбі 16).",
            "too_long": "Арна мекенжайы тым ұзын.",
        },
        ready="Дайын арналар",
        general="Жалпы арналар",
        of_agencies="Органдар арналары",
        feed="Арна",
        agency="Орган",
        opml="Барлық арналар тізімі (OPML)",
        many_agencies="Әр органның арналары оның бетінде және OPML тізімінде бар.",
    ),
    "ru": BuilderWords(
        heading="Ленты",
        about="Выберите, о чём хотите узнавать: получите адрес ленты и готовое правило оповещения.",
        topic="О чём",
        topics={
            "releases": "Новые релизы",
            "changes": "Все изменения",
            "removed": "Снятые и возвращённые",
        },
        agencies="Органы",
        agencies_hint="Если ни один не отмечен — все.",
        langs="Языки",
        langs_hint="Если ни один не отмечен — все.",
        word="Слова",
        word_hint="По одному слову или фразе в строке; достаточно любого из них.",
        unwanted="Но без этих слов",
        unwanted_hint="По одному слову или фразе в строке; если есть хоть одно, релиз не нужен.",
        kinds="Виды изменений",
        kinds_hint="Если ни один не отмечен — все.",
        weight="Важность",
        weights={"none": "Любая", "minor": "Небольшие и важные", "major": "Только важные"},
        button="Показать",
        result="Готово",
        addresses="Адреса ленты",
        open_feed="Открыть ленту {format}",
        holds="Последние записи ленты",
        holds_nothing="Пока в этой ленте ничего нет.",
        alert="Правило оповещения",
        alert_hint="Скопируйте его в файл настроек Жаршы и впишите в to свой адрес. Проверить можно командой",
        how="Как ищутся слова",
        how_words="Слово ищется в любой форме: «налог» найдёт «налоги» и «налогам», но не «налоговый». Несколько "
        "слов в строке — фраза, каждое слово в любой форме. В кавычках — ровно эта форма, со звёздочкой "
        "(налог*) — любое слово с таким началом. Казахские буквы можно набирать как на русской клавиатуре.",
        how_feed="Лента и правило ищут слова по-разному: правило находит формы слова, а лента — все слова с таким "
        "началом, и слова фразы она ищет в любом месте текста.",
        idle_kinds="Не все выбранные виды бывают в такой ленте, и они не учтены: виды выбирают для «Всех изменений».",
        idle_weight="Важность учитывается только для «Всех изменений».",
        no_feed="Лента такого не умеет, а правило оповещения умеет.",
        reasons={
            "any": "Лента собирает релизы, где есть все её слова; чтобы хватило любого из нескольких, сделайте по "
            "ленте на каждое.",
            "only_excludes": "Ленте нужно хотя бы одно слово, которое должно быть.",
            "too_many": "Для ленты слов слишком много (не больше 16).",
            "too_long": "Адрес ленты получился бы слишком длинным.",
        },
        ready="Готовые ленты",
        general="Общие ленты",
        of_agencies="Ленты органов",
        feed="Лента",
        agency="Орган",
        opml="Список всех лент (OPML)",
        many_agencies="Ленты каждого органа есть на его странице и в списке OPML.",
    ),
    "en": BuilderWords(
        heading="Feeds",
        about="Choose what you want to hear of, and get the address of a feed and a rule for alerts, ready to copy.",
        topic="What about",
        topics={
            "releases": "New releases",
            "changes": "All changes",
            "removed": "What was removed or restored",
        },
        agencies="Agencies",
        agencies_hint="None chosen: all of them.",
        langs="Languages",
        langs_hint="None chosen: all of them.",
        word="Words",
        word_hint="One word or phrase a line; any of them is enough.",
        unwanted="But without these words",
        unwanted_hint="One word or phrase a line; a release that has any of them is left out.",
        kinds="Kinds of change",
        kinds_hint="None chosen: all of them.",
        weight="Weight",
        weights={"none": "Any", "minor": "Minor and major", "major": "Major only"},
        button="Show",
        result="Ready",
        addresses="Addresses of the feed",
        open_feed="Open the {format} feed",
        holds="The newest entries of the feed",
        holds_nothing="There is nothing in this feed yet.",
        alert="Rule for alerts",
        alert_hint="Copy it to the configuration of Jarshy and write your own address under to. To check it, run",
        how="How words are found",
        how_words="A word is looked for in any form: “налог” finds “налоги” and “налогам”, not “налоговый”. Several "
        "words on a line are a phrase, each of them in any form. In quotes: exactly this form; with an asterisk "
        "(tax*): any word that begins so. Kazakh letters may be typed as on a Russian keyboard.",
        how_feed="The feed and the rule find words differently: the rule finds the forms of a word, the feed "
        "every word that begins so, and the words of a phrase anywhere in the text.",
        idle_kinds="Not all of the kinds chosen occur in this feed, and they were left aside: choose “All changes” "
        "to choose kinds.",
        idle_weight="The weight counts for “All changes” only.",
        no_feed="A feed cannot hold this, and a rule for alerts can.",
        reasons={
            "any": "A feed holds releases with all of its words; where any of several is enough, make a feed for "
            "each.",
            "only_excludes": "A feed needs at least one word that must be there.",
            "too_many": "There are too many words for a feed, which takes 16 at most.",
            "too_long": "The address of the feed would be too long.",
        },
        ready="Feeds that are ready",
        general="General feeds",
        of_agencies="Feeds of agencies",
        feed="Feed",
        agency="Agency",
        opml="List of all feeds (OPML)",
        many_agencies="The feeds of each agency stand on its page and in the list as OPML.",
    ),
}
