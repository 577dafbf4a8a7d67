"""Invented edits in three languages, with what each means: its weight and its classes, the most telling first."""

from typing import NamedTuple

from monitor.changes import Weight


class Edit(NamedTuple):
    """One edit of a text."""

    lang: str
    said: str
    before: str
    after: str
    weight: Weight
    classes: tuple[str, ...]


def _none(lang: str, said: str, before: str, after: str) -> Edit:
    return Edit(lang, said, before, after, "none", ("typography",))


def _minor(lang: str, said: str, before: str, after: str, *classes: str) -> Edit:
    return Edit(lang, said, before, after, "minor", classes or ("wording",))


def _major(lang: str, said: str, before: str, after: str, *classes: str) -> Edit:
    return Edit(lang, said, before, after, "major", classes)


UNIMPORTANT = (
    # Typography: the letters and the figures are the same.
    _none(
        "kk", "a comma", "Жиында айтылғандай жоба биыл аяқталады.", "Жиында айтылғандай, жоба биыл аяқталады."
    ),
    _none("kk", "a full stop", "Көпір пайдалануға берілді", "Көпір пайдалануға берілді."),
    _none("kk", "a capital", "Кездесуге Министр қатысты.", "Кездесуге министр қатысты."),
    _none("kk", "a headline in capitals", "ЖАҢА МЕКТЕП АШЫЛДЫ", "Жаңа мектеп ашылды"),
    _none("kk", "parted thousands", "Қорға 12000 кітап келді.", "Қорға 12 000 кітап келді."),
    _none("kk", "a space before a word", "Жолға 5млн теңге керек.", "Жолға 5 млн теңге керек."),
    _none("kk", "brackets", "Орталық (бұрынғы клуб) ашық.", "Орталық, бұрынғы клуб, ашық."),
    _none("kk", "a decimal sign", "Өсім 2,5 пайыз болды.", "Өсім 2.5 пайыз болды."),
    _none("ru", "ё", "Ещё одна школа сдана в счет гранта.", "Еще одна школа сдана в счёт гранта."),
    _none("ru", "a comma", "Отметим что работы продолжаются.", "Отметим, что работы продолжаются."),
    _none("ru", "an exclamation mark", "Приходите на ярмарку.", "Приходите на ярмарку!"),
    _none("ru", "a colon for a dash", "Итог - новые рабочие места", "Итог: новые рабочие места"),
    _none("ru", "a hyphen", "Открылся бизнес центр.", "Открылся бизнес-центр."),
    _none("ru", "parted thousands", "Выдано 45000 справок.", "Выдано 45 000 справок."),
    _none("ru", "a point after a shortened word", "Выделят 3 млрд тенге.", "Выделят 3 млрд. тенге."),
    _none("ru", "a decimal point", "Рост составил 1.5 процента.", "Рост составил 1,5 процента."),
    _none("en", "a comma", "On Monday the council met in Oskemen.", "On Monday, the council met in Oskemen."),
    _none("en", "capitals", "The Ministry said so on its page.", "The ministry said so on its page."),
    _none("en", "a hyphen", "A long term plan was agreed.", "A long-term plan was agreed."),
    _none(
        "en",
        "parted thousands",
        "Some 45,000 certificates were issued.",
        "Some 45000 certificates were issued.",
    ),
    # Other notation of the same fact.
    _minor("ru", "an hour with a zero", "Начало в 9:00.", "Начало в 09:00."),
    _none("kk", "an hour with a point", "Жиын 12:30-да басталады.", "Жиын 12.30-да басталады."),
    _none("ru", "a telephone parted otherwise", "Тел. +7 701 123 45 67.", "Тел. +7 (701) 123-45-67."),
    _minor("ru", "a telephone", "Тел. 8 (7172) 74-12-34.", "Тел. +7 7172 741234."),
    _minor(
        "ru", "a year in two figures", "Форум пройдёт 12.03.26 в зале.", "Форум пройдёт 12.03.2026 в зале."
    ),
    _none("ru", "thousands parted by a point", "Пошлина 1.500 тенге.", "Пошлина 1 500 тенге."),
    _minor("ru", "a quarter in figures", "Сдача в I квартале.", "Сдача в 1 квартале."),
    _minor("ru", "a quarter in words", "Сдача во втором квартале.", "Сдача во II квартале."),
    _minor("kk", "Roman figures in Cyrillic letters", "Шара ІІ тоқсанда өтеді.", "Шара II тоқсанда өтеді."),
    _minor("ru", "a Roman figure of one sign", "Сдача во Ⅱ квартале.", "Сдача во II квартале."),
    _minor("en", "a million by its letter", "The loan is $1.2M.", "The loan is $1.2 million."),
    _minor("en", "a month in short", "It opens on Sept. 5 there.", "It opens on September 5 there."),
    _minor("en", "another clock", "It starts at 3:00 pm there.", "It starts at 15:00 there."),
    _minor("en", "a currency written out", "It cost KZT 12 billion then.", "It cost 12 billion tenge then."),
    _minor("en", "tens in words", "Twenty-five people came.", "25 people came."),
    _minor("ru", "initials put to a surname", "Открыл министр Иванов.", "Открыл министр Иванов А.Б."),
    _minor(
        "kk",
        "a word for its short form",
        "Бюджеттен 12 млрд теңге бөлінді.",
        "Бюджеттен 12 миллиард теңге бөлінді.",
    ),
    _minor("kk", "an ending of a date", "Көрме 12 наурыз күні өтеді.", "Көрме 12 наурызда өтеді."),
    _minor("kk", "the sign of the tenge", "Төлем 5000 теңге болады.", "Төлем 5000 ₸ болады."),
    _minor("kk", "an ending of an amount", "Қарыз 7 млн теңге шамасында.", "Қарыз 7 млн теңгедей шамасында."),
    _minor("kk", "the year of a date", "Мерзім 2026 жылғы 5 мамырға дейін.", "Мерзім 5 мамырға дейін."),
    _minor("kk", "a date in figures", "Жиын 2026 жылғы 12 наурызда өтті.", "Жиын 12.03.2026 өтті."),
    _minor("kk", "per cent in letters", "Жұмыс 40% бітті.", "Жұмыс 40 пайыз бітті."),
    _minor("ru", "a word for its short form", "Выделено 12 млрд тенге.", "Выделено 12 миллиардов тенге."),
    _minor("ru", "thousands written out", "Высажено 15 тыс. саженцев.", "Высажено 15 000 саженцев."),
    _minor(
        "ru",
        "a date in words",
        "Приём до 01.06.2026 включительно.",
        "Приём до 1 июня 2026 года включительно.",
    ),
    _minor("ru", "a number in words", "Построят 5 школ.", "Построят пять школ."),
    _minor(
        "ru", "a currency written out", "Взнос равен $5 млн за год.", "Взнос равен 5 млн долларов США за год."
    ),
    _minor(
        "ru", "a currency added", "Бюджет округа вырос до 40 млрд.", "Бюджет округа вырос до 40 млрд тенге."
    ),
    _minor("en", "a word for its short form", "It costs 12 bn tenge.", "It costs 12 billion tenge."),
    _minor(
        "en",
        "a number written out",
        "The fund gave $1.5 million last year.",
        "The fund gave $1,500,000 last year.",
    ),
    _minor(
        "en", "a date the other way", "The fair opens on March 12, 2026.", "The fair opens on 12 March 2026."
    ),
    _minor("en", "per cent in letters", "Output grew by 4% there.", "Output grew by 4 percent there."),
    # Other words over the same facts.
    _minor("kk", "a misprint", "Мектеп құрылсы басталды.", "Мектеп құрылысы басталды."),
    _minor("kk", "another word", "Жоба мақұлданды.", "Жоба қолдау тапты."),
    _minor("kk", "a case of a name", "Жиынды Серік Оспанов ашты.", "Жиынды Серік Оспановтың өзі ашты."),
    _minor(
        "kk", "a name in Russian letters", "Хабарды Дана Әбенова таратты.", "Хабарды Дана Абенова таратты."
    ),
    _minor(
        "kk", "a name shortened to its letters", "Жиын Үлгі Орталығында өтті.", "Жиын ҮО ғимаратында өтті."
    ),
    _minor(
        "ru", "a given name shortened to an initial", "Так сказал Олжас Бекетов.", "Так сказал О. Бекетов."
    ),
    _minor("ru", "a number in two steps", "Выделено 1 млн. 200 тыс. тенге.", "Выделено 1,2 млн тенге."),
    _minor("kk", "the order of words", "Бүгін ауданда жаңа клуб ашылды.", "Ауданда бүгін жаңа клуб ашылды."),
    _minor("ru", "a misprint", "Начато строителство дороги.", "Начато строительство дороги."),
    _minor("ru", "another verb", "Министр рассказал о ходе работ.", "Министр сообщил о ходе работ."),
    _minor("ru", "a case of a name", "По словам Асановой, план готов.", "Как сказала Асанова, план готов."),
    _minor("ru", "a sentence without facts", "Проект готов.", "Проект готов. Работы идут по плану."),
    _minor("ru", "a sentence with «не» of its own", "Проект готов.", "Проект готов. Жалоб не поступало."),
    _minor(
        "ru",
        "a sentence moved",
        "Дорога сдана раньше срока. Это пятый объект в районе за год.",
        "Это пятый объект в районе за год. Дорога сдана раньше срока.",
    ),
    _minor(
        "ru", "«не только»", "Помогли фермерам и студентам.", "Помогли не только фермерам, но и студентам."
    ),
    _minor(
        "ru",
        "a short sentence with a figure moved",
        "Сдано 5 школ в Ушарале. Открыто 3 клуба в Сарканде.",
        "Открыто 3 клуба в Сарканде. Сдано 5 школ в Ушарале.",
    ),
    _minor(
        "ru",
        "entries of a list that changed places",
        "1. Ремонт 5 дорог в районах.\n2. Стройка 7 школ до осени.\n3. Итоги.",
        "1. Стройка 7 школ до осени.\n2. Ремонт 5 дорог в районах.\n3. Итоги.",
    ),
    _minor("ru", "«кроме того»", "Также школа готова.", "Кроме того, школа готова."),
    _minor("ru", "a case of a surname", "Доклад сделал Ахметов.", "Доклад был от Ахметова."),
    _minor("ru", "which century, in words", "Это двадцать первый век.", "Это XXI век."),
    _minor("ru", "a word among figures", "Сдано 5 школ.", "Сдано 5 новых школ."),
    _minor("ru", "a day of the week put in", "Ярмарка открылась.", "Ярмарка открылась в субботу."),
    _minor(
        "ru",
        "entries of a list counted anew",
        "1. Отчёт главы\n2. Разное",
        "1. Открытие\n2. Отчёт главы\n3. Разное",
    ),
    _minor(
        "ru",
        "an address",
        "Запись на сайте https://zapis.example.kz/a.",
        "Запись на сайте https://zapis.example.kz/b.",
        "link",
    ),
    _minor(
        "kk",
        "an address",
        "Толығырақ: www.ulgi.kz/kk сілтемесінде.",
        "Толығырақ: www.ulgi.kz/jana сілтемесінде.",
        "link",
    ),
    _minor("en", "a misprint", "The goverment agreed.", "The government agreed."),
    _minor(
        "en",
        "another word",
        "The head of the region opened a plant.",
        "The head of the region launched a plant.",
    ),
    _minor("en", "an article", "Akim visited school.", "Akim visited the school."),
    _minor(
        "en",
        "an address",
        "Write to press@ulgi.kz for details.",
        "Write to media@ulgi.kz for details.",
        "link",
    ),
)

IMPORTANT = (
    _major(
        "kk",
        "digits that changed places",
        "Жолға 12 млрд теңге бөлінді.",
        "Жолға 21 млрд теңге бөлінді.",
        "amount",
    ),
    _major("kk", "million for billion", "Жоба құны 12 млн теңге.", "Жоба құны 12 млрд теңге.", "amount"),
    _major("kk", "another currency", "Құны 5 млн теңге.", "Құны 5 млн доллар.", "amount"),
    _major(
        "kk",
        "a number of schools",
        "Аудандағы 12 мектеп жөнделеді.",
        "Аудандағы 14 мектеп жөнделеді.",
        "number",
    ),
    _major("kk", "a number in words", "Ауылда екі мектеп салынады.", "Ауылда үш мектеп салынады.", "number"),
    _major("kk", "the place of a comma", "Баға 2,5 пайызға өсті.", "Баға 25 пайызға өсті.", "number"),
    _major(
        "kk",
        "a day",
        "Өтінім 12 наурызға дейін қабылданады.",
        "Өтінім 21 наурызға дейін қабылданады.",
        "date",
    ),
    _major("kk", "a month", "Саябақ 5 мамырда ашылады.", "Саябақ 5 маусымда ашылады.", "date"),
    _major("kk", "a year", "Көпір 2026 жылы бітеді.", "Көпір 2028 жылы бітеді.", "date"),
    _major(
        "kk", "a date in figures", "Мерзімі 01.09.2026 аяқталады.", "Мерзімі 01.10.2026 аяқталады.", "date"
    ),
    _major("kk", "which place", "Команда екінші орын алды.", "Команда үшінші орын алды.", "number"),
    _major("kk", "a day of the week", "Жиын дүйсенбі күні өтеді.", "Жиын сейсенбі күні өтеді.", "date"),
    _major("kk", "an opposite", "Енді кіру тегін болады.", "Енді кіру ақылы болады.", "negation"),
    _major("kk", "«-сыз»", "Бұл заңсыз әрекет.", "Бұл заңды әрекет.", "negation"),
    _major("kk", "a verb of one's own", "Мен алмаймын деді.", "Мен аламын деді.", "negation"),
    _major("kk", "a verb of one's own, past", "Мен алмадым деді.", "Мен алдым деді.", "negation"),
    _major("kk", "cubic for square", "Көлемі 5 шаршы метр.", "Көлемі 5 текше метр.", "number"),
    _major("kk", "«емес»", "Бұл талап міндетті.", "Бұл талап міндетті емес.", "negation"),
    _major("kk", "a verb that denies", "Көмек биыл беріледі.", "Көмек биыл берілмейді.", "negation"),
    _major("kk", "a verb that denied", "Келісімге қол қойылған.", "Келісімге қол қойылмаған.", "negation"),
    _major("kk", "«жоқ»", "Қауіп бар.", "Қауіп жоқ.", "negation", "wording"),
    _major(
        "kk",
        "a surname",
        "Әкім болып Марат Сейітов тағайындалды.",
        "Әкім болып Марат Жүнісов тағайындалды.",
        "name",
    ),
    _major("kk", "a place", "Зауыт Көлсай ауданында салынады.", "Зауыт Тасбұлақ ауданында салынады.", "name"),
    _major(
        "kk",
        "a person left out",
        "Жиынға министр мен Айгүл Ермекова қатысты.",
        "Жиынға министр қатысты.",
        "name",
        "wording",
    ),
    _major(
        "ru",
        "digits that changed places",
        "На дороги выделят 12 млрд тенге.",
        "На дороги выделят 21 млрд тенге.",
        "amount",
    ),
    _major("ru", "a zero more", "Штраф 50 000 тенге.", "Штраф 500 000 тенге.", "amount"),
    _major(
        "ru", "billion for million", "Ущерб оценён в 3 млн тенге.", "Ущерб оценён в 3 млрд тенге.", "amount"
    ),
    _major(
        "ru",
        "figures that changed places, and a comma slipped in",
        "Выделят 21 млрд, тенге на дорогу.",
        "Выделят 12 млрд тенге на дорогу.",
        "amount",
        "typography",
    ),
    _major(
        "kk",
        "an amount, and a point after a shortened word",
        "Жолға 21 млрд. теңге бөлінді.",
        "Жолға 12 млрд теңге бөлінді.",
        "amount",
        "typography",
    ),
    _major("ru", "a fine in units", "Штраф составит 20 МРП.", "Штраф составит 40 МРП.", "amount"),
    _major("ru", "a sign of the currency", "Заём на $5 млн одобрен.", "Заём на €5 млн одобрен.", "amount"),
    _major("ru", "the dead", "Погибли 2 человека.", "Погибли 3 человека.", "number"),
    _major("ru", "a share", "Тариф вырос на 5%.", "Тариф вырос на 15%.", "number"),
    _major("ru", "a number in words", "Сгорели два дома.", "Сгорели семь домов.", "number", "wording"),
    _major("ru", "the number of a decree", "Приказ № 112 отменён.", "Приказ № 121 отменён.", "number"),
    _major("ru", "a minus", "Ночью до -5 градусов.", "Ночью до 5 градусов.", "number"),
    _major("ru", "an hour", "Начало в 10:00.", "Начало в 18:00.", "number"),
    _major("ru", "kilometres for metres", "Проложено 5 км труб.", "Проложено 5 м труб.", "number"),
    _major("ru", "a day", "Заявки принимают до 1 марта.", "Заявки принимают до 11 марта.", "date"),
    _major("ru", "a year", "План рассчитан до 2027 года.", "План рассчитан до 2029 года.", "date"),
    _major("ru", "a month", "Сдача намечена на конец марта.", "Сдача намечена на конец мая.", "date"),
    _major("ru", "which place", "Он занял второе место.", "Он занял третье место.", "number"),
    _major(
        "ru", "which quarter", "Сдача в первом квартале.", "Сдача во втором квартале.", "number", "wording"
    ),
    _major("ru", "a day of the week", "Приём до понедельника.", "Приём до пятницы.", "date"),
    _major("ru", "tomorrow", "Приём закончат сегодня.", "Приём закончат завтра.", "date"),
    _major(
        "ru",
        "percentage points",
        "Рост на 5,4 процента.",
        "Рост на 5,4 процентных пункта.",
        "number",
        "wording",
    ),
    _major("ru", "cubic for square", "Участок в 100 кв. м.", "Участок в 100 куб. м.", "number"),
    _major("ru", "cubic for square, by the sign", "Вода: 5 м² в час.", "Вода: 5 м³ в час.", "number"),
    _major("ru", "tonnes for centners", "Собрано 100 центнеров.", "Собрано 100 тонн.", "number"),
    _major("ru", "millilitres for litres", "Доза равна 5 л.", "Доза равна 5 мл.", "number"),
    _major("ru", "another scale", "Всего 5 мг/л железа.", "Всего 5 г/л железа.", "number"),
    _major(
        "ru",
        "an opposite",
        "Теперь запрещено вывозить зерно.",
        "Теперь разрешено вывозить зерно.",
        "negation",
    ),
    _major("ru", "an opposite of a rate", "Налог будет повышен.", "Налог будет снижен.", "negation"),
    _major(
        "ru", "less for more", "Пришли более 5 тысяч человек.", "Пришли менее 5 тысяч человек.", "negation"
    ),
    _major("ru", "after for until", "Приём до 5 мая.", "Приём после 5 мая.", "negation"),
    _major("ru", "the price", "Проезд бесплатный для всех.", "Проезд платный для всех.", "negation"),
    _major(
        "ru", "the place of a comma", "Казнить нельзя, помиловать.", "Казнить, нельзя помиловать.", "negation"
    ),
    _major(
        "ru",
        "a woman for a man",
        "Министр Ахметов выступил.",
        "Министр Ахметова выступила.",
        "name",
        "wording",
    ),
    _major("ru", "a third for a half", "Готова половина домов.", "Готова треть домов.", "number"),
    _major("kk", "hundreds for tens", "Ондаған үй жөнделді.", "Жүздеген үй жөнделді.", "number"),
    _major("ru", "who wrote to whom", "Письмо от Иванова Петрову.", "Письмо от Петрова Иванову.", "name"),
    _major("ru", "a body that begins a sentence", "МВД сообщает о мерах.", "КНБ сообщает о мерах.", "name"),
    _major("ru", "«не» left out", "Вывоз зерна не запрещён.", "Вывоз зерна запрещён.", "negation"),
    _major("ru", "«не» joined to the word", "Такой вывоз допустим.", "Такой вывоз недопустим.", "negation"),
    _major(
        "ru", "«кроме»", "Льготы получат все.", "Льготы получат все, кроме приезжих.", "negation", "wording"
    ),
    _major(
        "ru",
        "a surname",
        "Проект представил вице-министр А. Ким.",
        "Проект представил вице-министр А. Пак.",
        "name",
    ),
    _major(
        "ru",
        "a body",
        "Проверку провела прокуратура города Ушарал.",
        "Проверку провела прокуратура города Сарканд.",
        "name",
    ),
    _major(
        "ru",
        "a person left out",
        "Выступили глава района и Олжас Бекетов.",
        "Выступил глава района.",
        "name",
        "wording",
    ),
    _major("ru", "a figure left out", "Сдан дом на 120 квартир.", "Сдан дом.", "number", "wording"),
    _major(
        "en",
        "digits that changed places",
        "It costs 12 billion tenge.",
        "It costs 21 billion tenge.",
        "amount",
    ),
    _major(
        "en",
        "thousand for million",
        "A grant of 10 thousand dollars.",
        "A grant of 10 million dollars.",
        "amount",
    ),
    _major("en", "a sum in dollars", "The loan is $450 million.", "The loan is $540 million.", "amount"),
    _major("en", "a count", "At least 14 people were hurt.", "At least 40 people were hurt.", "number"),
    _major(
        "en", "a number in words", "The fire killed two people.", "The fire killed seven people.", "number"
    ),
    _major("en", "a share", "Prices rose by 2.5 percent.", "Prices rose by 5.2 percent.", "number"),
    _major("en", "a day", "Apply by March 12, 2026.", "Apply by March 21, 2026.", "date"),
    _major("en", "a month", "It opens on 5 June.", "It opens on 5 July.", "date"),
    _major("en", "a year", "The law is in force since 2024.", "The law is in force since 2026.", "date"),
    _major("en", "which round", "The second round is over.", "The third round is over.", "number"),
    _major("en", "the half of a day", "It starts at 3 pm there.", "It starts at 3 am there.", "number"),
    _major("en", "Celsius", "It was 5 °C there.", "It was 5 °F there.", "number"),
    _major("en", "an opposite", "Now it is legal to sell.", "Now it is illegal to sell.", "negation"),
    _major("en", "«un-»", "It was a lawful act.", "It was an unlawful act.", "negation", "wording"),
    _major("en", "«none»", "Some of them were hurt.", "None of them were hurt.", "negation", "wording"),
    _major("en", "«neither»", "Both sides agreed.", "Neither side agreed.", "negation", "wording"),
    _major("en", "«not»", "Exports are allowed.", "Exports are not allowed.", "negation"),
    _major("en", "«no»", "There were delays.", "There were no delays.", "negation"),
    _major(
        "en",
        "a surname",
        "The minister met Aidar Nurpeisov there.",
        "The minister met Aidar Kassenov there.",
        "name",
    ),
    _major(
        "en",
        "a country",
        "The goods came from Freedonia by rail.",
        "The goods came from Sylvania by rail.",
        "name",
    ),
)
