"""What is said of a search, or of a word of a rule, that cannot be read; and of the other fields of such forms."""

from collections.abc import Mapping


def misread(lang: str) -> Mapping[str, str]:
    """By the kind of the fault, in `kk`, `ru` or `en`; each takes `value`, what it is said of or the limit."""
    return _SAID[lang]


_SAID = {
    "kk": {
        "nothing": "Мұнда бірде-бір әріп не цифр жоқ; іздейтін сөзді жазыңыз.",
        "no_letter": "«{value}» дегенде бірде-бір әріп не цифр жоқ; сөз жазыңыз.",
        "only_excludes": "Тек шығарып тастаумен іздеуге болмайды: табылуға тиіс бір сөз жазыңыз.",
        "lone_quote": 'Тырнақша ашылған, бірақ жабылмаған: тіркесті «…» немесе "…" ішіне алыңыз.',
        "several_phrases": "{value} — бірнеше дәл тіркес; әрқайсысын жеке жолға жазыңыз.",
        "lone_star": "«{value}»: жұлдызша сөз басынан кейін тұрады, мысалы, салық*.",
        "lone_either": "| белгісі екі сөздің арасында тұрады: салық | алым.",
        "operator": "{value} мұнда ештеңе білдірмейді: бос орын — екі сөз де, | — бірі, сөз алдындағы минус — "
        "ол сөзсіз. Сөздің өзін іздеу үшін оны кіші әріппен жазыңыз.",
        "too_many": "Сөздер мен тіркестер тым көп: ең көбі {value}.",
        "too_long": "Іздеу тым ұзын: ең көбі {value} таңба.",
        "letters": "«{value}»: мұндай әріптерді салыстыру мүмкін емес; басқаша жазыңыз.",
        "agency": "Мұндай орган белгісіз: {value}.",
        "lang": "Релиздер бұл тілде оқылмайды: {value}. Қазақ тілінің белгісі — kk.",
        "date": "Күнді былай жазыңыз: 2026-11-30.",
        "order_of_dates": "Бірінші күн екіншісінен кеш.",
        "status": "Мұндай күй жоқ: {value}.",
        "order": "Мұндай рет жоқ: {value}.",
        "page": "Беттің нөмірі — 1 мен {value} арасындағы сан.",
        "several": "Бұл өріс бір рет қана беріледі.",
        "kind": "Өзгерістің мұндай түрі жоқ: {value}.",
        "weight": "Мұндай маңыз жоқ: {value}.",
        "topic": "Мұндай арна жоқ: {value}.",
    },
    "ru": {
        "nothing": "Здесь нет ни буквы, ни цифры; напишите слово.",
        "no_letter": "В «{value}» нет ни буквы, ни цифры; напишите слово.",
        "only_excludes": "Одних исключений мало: напишите хотя бы одно слово, которое должно быть.",
        "lone_quote": 'Кавычка открыта и не закрыта: заключите фразу в «…» или "…".',
        "several_phrases": "{value} — несколько точных фраз; напишите каждую отдельной строкой.",
        "lone_star": "«{value}»: звёздочка ставится после начала слова, например налог*.",
        "lone_either": "Знак | ставится между двумя словами: налог | пошлина.",
        "operator": "{value} здесь ничего не значит: пробел — оба слова, | — одно из двух, минус перед словом — без "
        "него. Чтобы искать само слово, напишите его строчными буквами.",
        "too_many": "Слишком много слов и фраз: не больше {value}.",
        "too_long": "Слишком длинный запрос: не больше {value} знаков.",
        "letters": "«{value}»: такие буквы нельзя сравнить; напишите иначе.",
        "agency": "Такого органа нет: {value}.",
        "lang": "На этом языке релизы не читаются: {value}. Казахский обозначается kk.",
        "date": "Напишите дату так: 2026-11-30.",
        "order_of_dates": "Первая дата позже второй.",
        "status": "Такого состояния нет: {value}.",
        "order": "Такого порядка нет: {value}.",
        "page": "Номер страницы — число от 1 до {value}.",
        "several": "Это поле задаётся один раз.",
        "kind": "Такого вида изменений нет: {value}.",
        "weight": "Такой важности нет: {value}.",
        "topic": "Такой ленты нет: {value}.",
    },
    "en": {
        "nothing": "There is no letter and no digit here; write a word.",
        "no_letter": "“{value}” holds no letter and no digit; write a word.",
        "only_excludes": "Leaving out is not enough: write at least one word that must be there.",
        "lone_quote": 'A quote is opened and not closed: put "…" or «…» around the phrase.',
        "several_phrases": "{value} is several exact phrases; write each on a line of its own.",
        "lone_star": "“{value}”: an asterisk stands after the beginning of a word, as in tax*.",
        "lone_either": "The sign | stands between two words: tax | duty.",
        "operator": "{value} means nothing here: a space asks for both words, | for either, and a minus before a "
        "word leaves it out. To look for the word itself, write it in small letters.",
        "too_many": "There are too many words and phrases: write at most {value}.",
        "too_long": "This is too long: write at most {value} characters.",
        "letters": "“{value}”: such letters cannot be compared; write it otherwise.",
        "agency": "There is no such agency: {value}.",
        "lang": "No release is read in this language: {value}. Kazakh is kk.",
        "date": "Write a date as 2026-11-30.",
        "order_of_dates": "The first day is later than the last.",
        "status": "There is no such state: {value}.",
        "order": "There is no such order: {value}.",
        "page": "The number of a page is one from 1 to {value}.",
        "several": "This field is given once.",
        "kind": "There is no such kind of change: {value}.",
        "weight": "There is no such weight: {value}.",
        "topic": "There is no such feed: {value}.",
    },
}
