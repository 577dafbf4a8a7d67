"""Invented pairs of copies of one release, with what truly differs between them: nothing, numbers or dates."""

from typing import NamedTuple


class Pair(NamedTuple):
    """Two copies, and the numbers and dates that only one of them has."""

    said: str
    one: tuple[str, str]
    """Language and text."""
    other: tuple[str, str]
    numbers: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    dates: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())


AGREEING = (
    Pair(
        "an amount in short and in full",
        ("ru", "На ремонт дорог области выделено 12 млрд тенге."),
        ("kk", "Облыс жолдарын жөндеуге 12 миллиард теңге бөлінді."),
    ),
    Pair(
        "an amount in English",
        ("ru", "На ремонт дорог области выделено 12,5 млрд тенге."),
        ("en", "The region has received 12.5 billion tenge to repair its roads."),
    ),
    Pair(
        "thousands written out",
        ("ru", "В лесу высадили 1,5 тыс. саженцев берёзы."),
        ("kk", "Орманға 1500 қайың көшеті отырғызылды."),
    ),
    Pair(
        "thousands parted otherwise",
        ("en", "Some 45,000 certificates were issued in the district."),
        ("ru", "В районе выдано около 45 000 справок."),
    ),
    Pair(
        "a million written out",
        ("en", "The fund gave $1.2 million for the library."),
        ("ru", "Фонд выделил библиотеке 1 200 000 долларов США."),
    ),
    Pair(
        "a number in two steps",
        ("kk", "Құны 12 млрд 500 млн теңге болатын жоба басталды."),
        ("ru", "Начат проект стоимостью 12,5 млрд тенге."),
    ),
    Pair(
        "a span of millions",
        ("ru", "Цена дома от 5 до 7 млн тенге, смотря по площади."),
        ("kk", "Үйдің бағасы көлеміне қарай 5-7 млн теңге болады."),
    ),
    Pair(
        "a span with the unit said twice",
        ("ru", "Субсидия составит 5-7 млн тенге на хозяйство."),
        ("kk", "Субсидия әр шаруашылыққа 5 миллионнан 7 миллион теңгеге дейін болады."),
    ),
    Pair(
        "a date in each language",
        ("ru", "Ярмарка пройдёт 12 марта 2026 года на площади."),
        ("kk", "Жәрмеңке 2026 жылғы 12 наурызда алаңда өтеді."),
    ),
    Pair(
        "a date in English",
        ("kk", "Көрме 2026 жылғы 5 қыркүйекте ашылады."),
        ("en", "The exhibition opens on September 5, 2026."),
    ),
    Pair(
        "a date in figures",
        ("ru", "Заявки принимаются до 01.06.2026."),
        ("kk", "Өтінімдер 2026 жылғы 1 маусымға дейін қабылданады."),
    ),
    Pair(
        "the year of a date left out",
        ("ru", "Открытие намечено на 24 июня 2026 года."),
        ("kk", "Ашылуы 24 маусымға жоспарланған."),
    ),
    Pair(
        "days from and to",
        ("ru", "Сборы пройдут с 12 по 14 марта в Ушарале."),
        ("kk", "Жиын Үшаралда 12-14 наурыз аралығында өтеді."),
    ),
    Pair(
        "days from and to, in English",
        ("kk", "Оқу 3 сәуірден 7 сәуірге дейін созылады."),
        ("en", "The course runs from April 3 to 7."),
    ),
    Pair(
        "a number in words",
        ("ru", "В ауле построят пять школ."),
        ("kk", "Ауылда 5 мектеп салынады."),
    ),
    Pair(
        "a number in words, in English",
        ("en", "Twelve villages will get clean water."),
        ("ru", "Чистую воду получат 12 сёл."),
    ),
    Pair(
        "a large number in words",
        ("en", "About two hundred people came."),
        ("ru", "Пришли около 200 человек."),
    ),
    Pair(
        "two in a word of its own",
        ("ru", "Число рабочих мест выросло вдвое."),
        ("kk", "Жұмыс орындары 2 есе көбейді."),
    ),
    Pair(
        "per cent",
        ("ru", "Выпуск вырос на 4,3% к прошлому году."),
        ("kk", "Шығарылым былтырғыдан 4,3 пайызға өсті."),
    ),
    Pair(
        "per cent, in English",
        ("kk", "Жоспардың 87 пайызы орындалды."),
        ("en", "As much as 87 per cent of the plan is done."),
    ),
    Pair(
        "a quarter of the year",
        ("ru", "Во II квартале открыты три цеха."),
        ("kk", "2-тоқсанда үш цех ашылды."),
    ),
    Pair(
        "an ordinal",
        ("ru", "Команда заняла второе место из 30."),
        ("kk", "Команда 30 топтың ішінде 2-орын алды."),
    ),
    Pair(
        "a century",
        ("ru", "Мечеть построена в XIX веке."),
        ("kk", "Мешіт 19-ғасырда салынған."),
    ),
    Pair(
        "a list counted in one copy only",
        ("ru", "Решено:\n1. Открыть клуб.\n2. Починить мост.\n3. Созвать сход."),
        ("kk", "Шешілді:\nКлуб ашу.\nКөпірді жөндеу.\nЖиын шақыру."),
    ),
    Pair(
        "a figure within a name",
        ("ru", "После COVID-19 курсы прошли 40 врачей."),
        ("kk", "Коронавирустан кейін курстан 40 дәрігер өтті."),
    ),
    Pair(
        "an hour, twelve or twenty-four",
        ("en", "Doors open at 3:00 p.m. for 150 guests."),
        ("ru", "Начало в 15:00, ждут 150 гостей."),
    ),
    Pair(
        "a much shorter translation",
        (
            "ru",
            "Глава района рассказал о планах. Сдан дом на 120 квартир, вложено 3 млрд тенге, заняты 45 рабочих.",
        ),
        ("en", "The head of the district told of a new house of 120 flats."),
    ),
    Pair(
        "a title alone",
        ("kk", "Жаңа көпір: ұзындығы 340 метр, құны 2 млрд теңге, мерзімі 2026 жылғы 1 қыркүйек."),
        ("en", "A new bridge"),
    ),
    Pair(
        "a year and «this year»",
        ("ru", "В 2026 году отремонтируют 18 котельных."),
        ("kk", "Биыл 18 қазандық жөнделеді."),
    ),
    Pair(
        "years from and to",
        ("ru", "План на 2026-2028 годы одобрен."),
        ("kk", "2026-2028 жылдарға арналған жоспар мақұлданды."),
    ),
    Pair(
        "a date and «today»",
        ("ru", "Сегодня в районе открыт клуб на 90 мест."),
        ("kk", "12 наурызда ауданда 90 орындық клуб ашылды."),
    ),
    Pair(
        "a decree by number and day",
        ("ru", "Приказ № 112 от 5 мая 2026 года вступил в силу."),
        ("kk", "2026 жылғы 5 мамырдағы № 112 бұйрық күшіне енді."),
    ),
    Pair(
        "degrees below zero",
        ("ru", "Ночью ожидается до -25 градусов."),
        ("kk", "Түнде 25 градусқа дейін аяз болады."),
    ),
    Pair(
        "an age",
        ("ru", "В сборах участвуют 60 юношей 16-летнего возраста."),
        ("kk", "Жиынға 16 жастағы 60 жасөспірім қатысады."),
    ),
    Pair(
        "half a million",
        ("en", "It will cost half a million tenge a year."),
        ("ru", "Это обойдётся в 500 тыс. тенге в год."),
    ),
    Pair(
        "a telephone written otherwise",
        ("ru", "Справки: 8 (7272) 10-20-30, приём 40 минут."),
        ("kk", "Анықтама: 8 7272 10 20 30, қабылдау 40 минут."),
    ),
)

DIFFERING = (
    Pair(
        "digits that changed places",
        ("ru", "На ремонт дорог области выделено 21 млрд тенге."),
        ("kk", "Облыс жолдарын жөндеуге 12 миллиард теңге бөлінді."),
        numbers=(("21000000000",), ("12000000000",)),
    ),
    Pair(
        "million for billion",
        ("ru", "Проект обойдётся в 12 млн тенге."),
        ("en", "The project will cost 12 billion tenge."),
        numbers=(("12000000",), ("12000000000",)),
    ),
    Pair(
        "a comma lost",
        ("ru", "Рост цен составил 2,5 процента."),
        ("kk", "Баға өсімі 25 пайыз болды."),
        numbers=(("2.5",), ("25",)),
    ),
    Pair(
        "a zero lost",
        ("en", "Some 45,000 certificates were issued."),
        ("ru", "Выдано около 4 500 справок."),
        numbers=(("45000",), ("4500",)),
    ),
    Pair(
        "a thousand lost",
        ("ru", "Высажено 15 тыс. саженцев."),
        ("kk", "15 көшет отырғызылды."),
        numbers=(("15000",), ("15",)),
    ),
    Pair(
        "another count",
        ("kk", "Ауданда 14 мектеп жөнделеді."),
        ("ru", "В районе отремонтируют 12 школ."),
        numbers=(("14",), ("12",)),
    ),
    Pair(
        "the dead",
        ("ru", "При пожаре погибли 2 человека."),
        ("en", "The fire killed 3 people."),
        numbers=(("2",), ("3",)),
    ),
    Pair(
        "one of several numbers",
        ("ru", "Построено 120 домов, 14 школ и 3 больницы."),
        ("kk", "120 үй, 16 мектеп және 3 аурухана салынды."),
        numbers=(("14",), ("16",)),
    ),
    Pair(
        "the number of a decree",
        ("ru", "Подписано постановление № 318."),
        ("kk", "№ 381 қаулыға қол қойылды."),
        numbers=(("318",), ("381",)),
    ),
    Pair(
        "a fine in units",
        ("ru", "Штраф составит 20 МРП."),
        ("kk", "Айыппұл 40 АЕК болады."),
        numbers=(("20",), ("40",)),
    ),
    Pair(
        "a number lacking in a copy of the same length",
        ("ru", "Дом на 120 квартир сдан в Ушарале в срок."),
        ("kk", "Үшаралда көппәтерлі үй мерзімінде берілді."),
        numbers=(("120",), ()),
    ),
    Pair(
        "a year",
        ("ru", "Мост достроят в 2027 году."),
        ("kk", "Көпір 2029 жылы бітеді."),
        numbers=(("2027",), ("2029",)),
    ),
    Pair(
        "a share, in English",
        ("en", "Output grew by 4.3 percent."),
        ("ru", "Выпуск вырос на 3,4%."),
        numbers=(("4.3",), ("3.4",)),
    ),
    Pair(
        "a sum in dollars",
        ("en", "The loan is $450 million."),
        ("kk", "Қарыз 540 млн АҚШ долларын құрайды."),
        numbers=(("450000000",), ("540000000",)),
    ),
    Pair(
        "a day",
        ("ru", "Ярмарка пройдёт 12 марта 2026 года."),
        ("kk", "Жәрмеңке 2026 жылғы 21 наурызда өтеді."),
        dates=(("2026-03-12",), ("2026-03-21",)),
    ),
    Pair(
        "a month",
        ("kk", "Саябақ 5 мамырда ашылады."),
        ("ru", "Парк откроется 5 июня."),
        dates=(("05-05",), ("06-05",)),
    ),
    Pair(
        "a month, in English",
        ("en", "The exhibition opens on September 5."),
        ("kk", "Көрме 5 қазанда ашылады."),
        dates=(("09-05",), ("10-05",)),
    ),
    Pair(
        "the year of a date",
        ("ru", "Договор действует до 1 июля 2026 года."),
        ("kk", "Шарт 2027 жылғы 1 шілдеге дейін жарамды."),
        dates=(("2026-07-01",), ("2027-07-01",)),
    ),
    Pair(
        "a date in figures",
        ("ru", "Заявки принимаются до 01.06.2026."),
        ("en", "Applications are accepted until 6 January 2026."),
        dates=(("2026-06-01",), ("2026-01-06",)),
    ),
    Pair(
        "the last of the days",
        ("ru", "Сборы пройдут с 12 по 14 марта."),
        ("kk", "Жиын 12-16 наурыз аралығында өтеді."),
        dates=(("03-14",), ("03-16",)),
    ),
    Pair(
        "a day and an amount",
        ("ru", "До 1 августа выплатят 3 млрд тенге."),
        ("kk", "11 тамызға дейін 8 млрд теңге төленеді."),
        numbers=(("3000000000",), ("8000000000",)),
        dates=(("08-01",), ("08-11",)),
    ),
    Pair(
        "an amount that the shorter copy has otherwise",
        (
            "ru",
            "Глава района рассказал о планах на год. Сдан дом на 120 квартир, заняты 45 рабочих, сад открыт.",
        ),
        ("en", "A house of 210 flats is ready."),
        numbers=(("45", "120"), ("210",)),
    ),
    # What is known to be missed: a number in words, an ordinal, a currency.
    Pair(
        "a number in words that differs",
        ("ru", "В ауле построят пять школ."),
        ("kk", "Ауылда алты мектеп салынады."),
        numbers=(("5",), ("6",)),
    ),
    Pair(
        "a small number lacking",
        ("ru", "В районе открыты 3 клуба и музей."),
        ("kk", "Ауданда клубтар мен мұражай ашылды."),
        numbers=(("3",), ()),
    ),
)
