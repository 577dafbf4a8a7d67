"""The words by which numbers, amounts, dates and denials are told in Kazakh, Russian and English; no logic.

`*` leaves the end of a word open, `~` lets a Kazakh ending follow. Words are in small letters, with «е» for «ё».
"""

from typing import Literal

Sort = Literal["scale", "currency", "unit", "month", "year", "count", "ordinal", "denial", "rank"]

KAZAKH_ENDINGS = frozenset((
    "да", "де", "та", "те", "дан", "ден", "тан", "тен", "нан", "нен", "ға", "ге", "қа", "ке", "на", "не",
    "дың", "дің", "тың", "тің", "ның", "нің", "ды", "ді", "ты", "ті", "ны", "ні", "ы", "і", "сы", "сі",
    "ында", "інде", "ына", "іне", "ынан", "інен", "ының", "інің", "ын", "ін", "дағы", "дегі", "тағы", "тегі",
    "ғы", "гі", "ындағы", "індегі", "дай", "дей", "тай", "тей",
    "дар", "дер", "лар", "лер", "тар", "тер", "дары", "дері", "лары", "лері", "дарға", "дарда", "дарына", "дарында",
    "сына", "сіне", "сын", "сін", "сының", "сінің", "мен", "бен", "пен",
))  # fmt: skip

SHORT_MONTHS = frozenset(("jan", "feb", "aug", "sept", "oct", "nov", "dec"))
"""Months only with a day: «Sept. 5»."""


def _declined(stem: str) -> str:
    """The forms of a Russian ordinal; with its end open it would be «вторник» and «пятно»."""
    return " ".join(
        stem + ending for ending in ["ый", "ой", "ая", "ое", "ого", "ому", "ом", "ую", "ым", "ых"]
    )


_ORDINALS = (
    ("1", f"{_declined('перв')} бірінші~ first"),
    ("2", f"{_declined('втор')} екінші~ second"),
    ("3", "третий третья третье третьего третьему третьим третьем третьей третьих үшінші~ third"),
    ("4", f"{_declined('четверт')} төртінші~ fourth"),
    ("5", f"{_declined('пят')} бесінші~ fifth"),
    ("6", f"{_declined('шест')} алтыншы~ sixth"),
    ("7", f"{_declined('седьм')} жетінші~ seventh"),
    ("8", f"{_declined('восьм')} сегізінші~ eighth"),
    ("9", f"{_declined('девят')} тоғызыншы~ ninth"),
    ("10", f"{_declined('десят')} оныншы~ tenth"),
)
WORDS: tuple[tuple[Sort, str, str], ...] = (
    ("scale", "3", "тыс тысяча тысячи тысяче тысячу тысяч тысячам тысячами тысячах мың* thousand*"),
    ("scale", "6", "млн миллион миллиона* миллиону миллионо* миллионы миллионн* миллион~ mln mn million*"),
    (
        "scale",
        "9",
        "млрд миллиард миллиарда* миллиарду миллиардо* миллиарды миллиардн* миллиард~ bn bln billion*",
    ),
    ("scale", "12", "трлн триллион* trn trln trillion*"),
    ("currency", "KZT", "₸ тенге теңге* tenge kzt тг"),
    ("currency", "USD", "$ доллар* долл usd dollar*"),
    ("currency", "EUR", "€ евро еуро* eur euro*"),
    ("currency", "RUB", "₽ рубл* руб rub ruble* rouble*"),
    ("currency", "CNY", "¥ юан* cny yuan"),
    ("currency", "MCI", "мрп аек mci"),
    ("unit", "%", "% процент* пайыз* percent percentage"),
    ("unit", "km", "км километр* шақырым* km kilomet*"),
    ("unit", "m", "м метр* m meter* metre*"),
    ("unit", "ha", "га гектар* ha hectare*"),
    ("unit", "t", "т тонн* t ton tons tonne*"),
    ("unit", "kg", "кг килограмм* kg kilogram*"),
    ("unit", "kW", "квт киловатт* kw kilowatt*"),
    ("unit", "MW", "мвт мегаватт* mw megawatt*"),
    ("unit", "minute", "мин минут* minute*"),
    ("unit", "hour", "час часа часов часам часах сағат* hour*"),
    ("unit", "day", "день дня дней дни дням днями сутки суток күн~ тәулік* day days"),
    ("unit", "week", "недел* апта~ week*"),
    ("unit", "month", "месяц* ай~ month*"),
    ("unit", "year", "лет годам years"),
    ("month", "01", "январ* қаңтар~ january jan"),
    ("month", "02", "феврал* ақпан~ february feb"),
    ("month", "03", "март марта марте марту наурыз~ march"),
    ("month", "04", "апрел* сәуір~ april"),
    ("month", "05", "май мая мае маю мамыр~ may"),
    ("month", "06", "июн* маусым~ june"),
    ("month", "07", "июл* шілде~ july"),
    ("month", "08", "август августа августе августу тамыз~ august aug"),
    ("month", "09", "сентябр* қыркүйек~ september sept"),
    ("month", "10", "октябр* қазан~ october oct"),
    ("month", "11", "ноябр* қараша~ november nov"),
    ("month", "12", "декабр* желтоқсан~ december dec"),
    ("year", "", "год года году годом годы годов годах г гг жыл~ ж жж year"),
    ("count", "1", "один одна одно одну одного одной одному одним бір one"),
    ("count", "2", "два две двух двум двумя двое вдвое дважды екі two twice twofold"),
    ("count", "3", "три трех трем тремя трое втрое үш three threefold"),
    ("count", "4", "четыре четырех четырем четырьмя четверо төрт four"),
    ("count", "5", "пять пяти пятью пятеро бес five"),
    ("count", "6", "шесть шести шестью шестеро алты six"),
    ("count", "7", "семь семи семеро жеті seven"),
    ("count", "8", "восемь восьми восемью сегіз eight"),
    ("count", "9", "девять девяти девятью тоғыз nine"),
    ("count", "10", "десять десяти десятью он ten"),
    ("count", "11", "одиннадцать одиннадцати eleven"),
    ("count", "12", "двенадцать двенадцати twelve dozen"),
    ("count", "13", "тринадцать тринадцати thirteen"),
    ("count", "14", "четырнадцать четырнадцати fourteen"),
    ("count", "15", "пятнадцать пятнадцати fifteen"),
    ("count", "16", "шестнадцать шестнадцати sixteen"),
    ("count", "17", "семнадцать семнадцати seventeen"),
    ("count", "18", "восемнадцать восемнадцати eighteen"),
    ("count", "19", "девятнадцать девятнадцати nineteen"),
    ("count", "20", "двадцать двадцати жиырма twenty"),
    ("count", "30", "тридцать тридцати отыз thirty"),
    ("count", "40", "сорок сорока қырық forty"),
    ("count", "50", "пятьдесят пятидесяти елу fifty"),
    ("count", "60", "шестьдесят шестидесяти алпыс sixty"),
    ("count", "70", "семьдесят семидесяти жетпіс seventy"),
    ("count", "80", "восемьдесят восьмидесяти сексен eighty"),
    ("count", "90", "девяносто тоқсан ninety"),
    ("count", "100", "сто жүз hundred"),
    ("count", "200", "двести двухсот"),
    ("count", "300", "триста трехсот"),
    ("count", "400", "четыреста четырехсот"),
    ("count", "500", "пятьсот пятисот"),
    ("count", "600", "шестьсот шестисот"),
    ("count", "700", "семьсот семисот"),
    ("count", "800", "восемьсот восьмисот"),
    ("count", "900", "девятьсот девятисот"),
    *(("ordinal", value, forms) for value, forms in _ORDINALS),
    ("denial", "", "не ни нет нельзя никогда без кроме емес~ жоқ қоспағанда"),
    ("denial", "", "not no never without cannot except unless none neither nor nobody nothing"),
    (
        "denial",
        "",
        "isnt arent wasnt werent dont doesnt didnt wont cant couldnt shouldnt hasnt havent mustnt",
    ),
    ("rank", "", "квартал* полугоди* жартыжылдық* ғасыр* век века веке quarter century"),
)
"""What a word may say: its sort, what it stands for, and its forms."""

KAZAKH_ONLY = frozenset(("он", "бес"))
"""Numbers in Kazakh that are other words in Russian."""
NOT_ALONE = frozenset(("1", "90"))
"""Counts that by themselves are mostly something else: «бір», «one» an article, «тоқсан» a quarter of a year."""

RANK_ENDINGS = frozenset((
    "й", "я", "е", "го", "му", "м", "х", "ый", "ая", "ое", "ой", "ые", "ых", "ую",
    "ші", "шы", "інші", "ыншы", "нші", "ншы", "st", "nd", "rd", "th",
))  # fmt: skip
"""What makes a figure say which one, not how many."""
BETWEEN_DAYS = frozenset(("-", "по", "и", "до", "және", "мен", "пен", "бен", "and", "to"))
BEFORE_YEAR = frozenset(("in", "by", "since", "until", "from", "during", "of", "for", "through"))
BEFORE_HOUR = ("сағат",)
"""Before a figure this says that it is an hour: «сағат 10-да»."""
BEFORE_CLOCK = ("сағат", "в", "at")
"""Before two figures parted by a point: «в 15.30»."""
AFTER_CLOCK = ("да", "де", "та", "те")
"""The same after them: «15.30-да»."""
ONLY = frozenset(("только", "only", "лишь"))
"""After these «не» and «not» deny nothing."""
