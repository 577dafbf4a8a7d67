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
        "a number rounded",
        ("ru", "Средняя зарплата - 412 535 тенге в месяц."),
        ("kk", "Орташа жалақы айына 412,5 мың теңге болды."),
    ),
    Pair(
        "an hour with a point",
        ("ru", "Выставка откроется в 15.30, ждут 150 гостей."),
        ("en", "The exhibition opens at 3.30 p.m. for 150 guests."),
    ),
    Pair(
        "a telephone with the code of the country",
        ("ru", "Горячая линия: 8 7262 43-12-10, звонят 40 раз в день."),
        ("en", "The hotline is +7 7262 43-12-10, with 40 calls a day."),
    ),
    Pair(
        "a span whose unit is said once, in Kazakh",
        ("ru", "Хозяйствам дадут от 30 до 40 млн тенге."),
        ("kk", "Шаруашылықтарға 30-дан 40 миллион теңгеге дейін беріледі."),
    ),
    Pair(
        "a span whose unit is said once, in English",
        ("ru", "Хозяйствам дадут от 30 до 40 млн тенге."),
        ("en", "Farms will get between 30 and 40 million tenge."),
    ),
    Pair(
        "hundreds beside thousands",
        ("ru", "На ярмарку пришли 6 250 человек."),
        ("kk", "Жәрмеңкеге 6 мың 250 адам келді."),
    ),
    Pair(
        "a million by its letter",
        ("ru", "Инвестиции составят 120 млн долларов."),
        ("en", "Investment will come to $120M."),
    ),
    Pair(
        "a telephone without its code",
        ("ru", "Справки по тел. 74-12-34 до 18 часов."),
        ("kk", "Анықтама тел. 741234, сағат 18-ге дейін."),
    ),
    Pair(
        "the whole day",
        ("ru", "Пункт открыт 24 часа в сутки, дежурят 30 врачей."),
        ("en", "The point is open around the clock, with 30 doctors."),
    ),
    Pair(
        "a half",
        ("ru", "Готово 50% домов из 120."),
        ("en", "Half of the 120 houses are ready."),
    ),
    Pair(
        "a quarter in words",
        ("ru", "Во втором квартале сданы 14 домов."),
        ("kk", "II тоқсанда 14 үй берілді."),
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
    Pair(
        "the last of a span",
        ("ru", "Хозяйствам дадут от 30 до 40 млн тенге."),
        ("kk", "Шаруашылықтарға 30-дан 45 миллион теңгеге дейін беріледі."),
        numbers=(("40000000",), ("45000000",)),
    ),
    Pair(
        "hundreds that changed places",
        ("ru", "На ярмарку пришли 6 250 человек."),
        ("kk", "Жәрмеңкеге 6 мың 520 адам келді."),
        numbers=(("6250",), ("6520",)),
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


class Release(NamedTuple):
    """One release in three languages that agree, and slips that could be made in one of them."""

    texts: dict[str, str]
    slips: tuple[tuple[str, str, str, str, str, str], ...]
    """Language, what stands there and what the slip makes of it; `numbers` or `dates`, the fact and the false one."""


RELEASES = (
    Release(
        {
            "ru": (
                "В Министерстве национальной экономики обсудили итоги 9 месяцев. За январь-сентябрь 2026 "
                "года рост экономики составил 6,3%. Инвестиции в основной капитал выросли на 13,5% и "
                "превысили 13,8 трлн тенге. Введено 12,4 млн кв. м жилья. Всего открыто 45 производств, "
                "создано более 2,5 тыс. рабочих мест. Заседание прошло 5 октября под председательством "
                "вице-министра."
            ),
            "kk": (
                "Ұлттық экономика министрлігінде 9 айдың қорытындысы талқыланды. 2026 жылғы қаңтар- "
                "қыркүйекте экономика өсімі 6,3 пайыз болды. Негізгі капиталға салынған инвестиция 13,5 "
                "пайызға артып, 13,8 триллион теңгеден асты. 12,4 миллион шаршы метр тұрғын үй "
                "пайдалануға берілді. Барлығы 45 өндіріс ашылып, 2,5 мыңнан астам жұмыс орны құрылды. "
                "Отырыс 5 қазанда вице-министрдің төрағалығымен өтті."
            ),
            "en": (
                "The Ministry of National Economy discussed the results of nine months. In January- "
                "September 2026, economic growth amounted to 6.3%. Fixed capital investment grew by 13.5% "
                "and exceeded 13.8 trillion tenge. A total of 12.4 million sq. m of housing was "
                "commissioned. In all, 45 plants were opened and over 2,500 jobs were created. The "
                "meeting was held on October 5 under the chairmanship of the vice minister."
            ),
        },
        (
            ("kk", "13,8 триллион", "18,3 триллион", "numbers", "13800000000000", "18300000000000"),
            ("en", "2,500 jobs", "25,000 jobs", "numbers", "2500", "25000"),
            ("ru", "5 октября", "15 октября", "dates", "10-05", "10-15"),
            ("kk", "45 өндіріс", "54 өндіріс", "numbers", "45", "54"),
            ("en", "6.3%", "3.6%", "numbers", "6.3", "3.6"),
            ("ru", "12,4 млн", "12,4 тыс.", "numbers", "12400000", "12400"),
        ),
    ),
    Release(
        {
            "ru": (
                "Отопительный сезон начнётся 15 октября. Из 18 котельных готовы 16, или 89%. Подвоз угля "
                "- 120 тыс. тонн при потребности 350 тыс. тонн. В 2025-2026 годах на ремонт 230 км сетей "
                "направлено 7 млрд 300 млн тенге. Горячая линия: 1414, 8 7262 43-12-10."
            ),
            "kk": (
                "Жылу беру маусымы 15 қазанда басталады. 18 қазандықтың 16-сы, яғни 89 пайызы дайын. 350 "
                "мың тонна қажеттіліктің 120 мың тоннасы жеткізілді. 2025-2026 жылдары 230 шақырым желіні "
                "жөндеуге 7,3 млрд теңге бағытталды. Сенім телефоны: 1414, 8 7262 43 12 10."
            ),
            "en": (
                "The heating season will start on October 15. Of the 18 boiler houses, 16 (89%) are "
                "ready. Coal supply stands at 120,000 tons of the 350,000 needed. In 2025-2026, KZT 7.3 "
                "billion was spent on 230 km of networks. Hotline: 1414, +7 7262 43-12-10."
            ),
        },
        (
            ("kk", "7,3 млрд", "3,7 млрд", "numbers", "7300000000", "3700000000"),
            ("en", "October 15", "October 25", "dates", "10-15", "10-25"),
            ("kk", "120 мың", "210 мың", "numbers", "120000", "210000"),
            ("en", "89%", "98%", "numbers", "89", "98"),
        ),
    ),
    Release(
        {
            "ru": (
                "Согласно статье 12 Закона и пункту 3 Правил, штраф для физлиц - 5 МРП (19 660 тенге), "
                "для малого бизнеса - 15, для крупного - 50 МРП. Норма действует с 1 января 2027 года. "
                "Срок - 30 календарных дней."
            ),
            "kk": (
                "Заңның 12-бабына және Қағидалардың 3-тармағына сәйкес, айыппұл жеке тұлғаларға - 5 АЕК "
                "(19 660 теңге), шағын бизнеске - 15 АЕК, ірі бизнеске 50 АЕК. Норма 2027 жылғы 1 "
                "қаңтардан бастап қолданылады. Мерзімі - күнтізбелік отыз күн."
            ),
            "en": (
                "Under Article 12 of the Law and paragraph 3 of the Rules, the fine is 5 MCI (19,660 "
                "tenge) for individuals, 15 MCI for small business and 50 MCI for large business. The "
                "rule takes effect on 1 January 2027. The term is 30 calendar days."
            ),
        },
        (
            ("ru", "19 660", "16 960", "numbers", "19660", "16960"),
            ("kk", "2027 жылғы 1 қаңтардан", "2028 жылғы 1 қаңтардан", "dates", "2027-01-01", "2028-01-01"),
            ("en", "50 MCI", "500 MCI", "numbers", "50", "500"),
            ("kk", "12-бабына", "21-бабына", "numbers", "12", "21"),
        ),
    ),
    Release(
        {
            "ru": (
                "31 мая - День памяти. В 20 районах и 3 городах прошло более 1 000 мероприятий, в 2 раза "
                "больше, чем год назад. Музею исполнилось 80 лет. В 10:00 возложили цветы, в 15.30 "
                "открылась выставка из 200 работ."
            ),
            "kk": (
                "31 мамыр - еске алу күні. 20 аудан мен 3 қалада мыңнан астам іс-шара өтті, бұл "
                "былтырғыдан екі есе көп. Музейге 80 жыл толды. Сағат 10:00-де гүл шоқтары қойылды, "
                "15:30-да 200 жұмыстан тұратын көрме ашылды."
            ),
            "en": (
                "May 31 is the Day of Remembrance. More than a thousand events were held in 20 districts "
                "and three cities, twice as many as a year ago. The museum turned 80. Flowers were laid "
                "at 10 a.m., and an exhibition of 200 works opened at 3:30 p.m."
            ),
        },
        (
            ("kk", "31 мамыр", "30 мамыр", "dates", "05-31", "05-30"),
            ("en", "turned 80", "turned 90", "numbers", "80", "90"),
            ("ru", "из 200 работ", "из 300 работ", "numbers", "200", "300"),
        ),
    ),
    Release(
        {
            "ru": (
                "С 2021 по 2025 годы построено 1,2 тыс. домов. Средняя зарплата - 412 535 тенге, +11,2% к "
                "2024 году. Уровень безработицы 4,6%. 10-12 ноября пройдёт форум C5+1, приедут 70 "
                "делегаций из 25 стран."
            ),
            "kk": (
                "2021 жылдан 2025 жылға дейін 1200 үй салынды. Орташа жалақы - 412,5 мың теңге, 2024 "
                "жылмен салыстырғанда 11,2% өсті. Жұмыссыздық деңгейі 4,6%. 10-12 қарашада С5+1 форумы "
                "өтіп, 25 елден 70 делегация келеді."
            ),
            "en": (
                "From 2021 to 2025, 1,200 houses were built. The average wage is 412,535 tenge, up 11.2% "
                "on 2024. Unemployment is 4.6%. The C5+1 forum will be held on November 10-12, with 70 "
                "delegations from 25 countries."
            ),
        },
        (
            ("kk", "1200 үй", "2100 үй", "numbers", "1200", "2100"),
            ("en", "11.2%", "12.1%", "numbers", "11.2", "12.1"),
            ("ru", "10-12 ноября", "10-14 ноября", "dates", "11-12", "11-14"),
            ("ru", "70 делегаций", "17 делегаций", "numbers", "70", "17"),
            ("en", "4.6%", "6.4%", "numbers", "4.6", "6.4"),
        ),
    ),
)
