"""Numbers, amounts, dates, denials and addresses found in texts of three languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.facts import Fact, facts, same


def told(text: str) -> list[str]:
    """Every fact as `kind value unit`, with its form where it is no figure."""
    return [
        " ".join(filter(None, (fact.kind, fact.value, fact.unit, "" if fact.form == "figure" else fact.form)))
        for fact in facts(text)
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("12 млрд тенге", ["amount 12000000000 KZT"]),
        ("12 млрд теңге", ["amount 12000000000 KZT"]),
        ("12 billion tenge", ["amount 12000000000 KZT"]),
        ("12 миллиард теңгеден астам", ["amount 12000000000 KZT"]),
        ("12 млрд. тенге", ["amount 12000000000 KZT"]),
        ("12 млрд, тенге", ["amount 12000000000 KZT"]),
        ("12 млн, теңге", ["amount 12000000 KZT"]),
        ("12 млрд, $5 млн", ["number 12000000000", "amount 5000000 USD"]),
        ("12 млрд, KZT 5 млн", ["number 12000000000", "amount 5000000 KZT"]),
        ("12, тенге", ["number 12"]),
        ("$5 млн", ["amount 5000000 USD"]),
        ("5 млн долларов США", ["amount 5000000 USD"]),
        ("5 млн АҚШ доллары", ["amount 5000000 USD"]),
        ("12 млрд 500 млн тенге", ["amount 12500000000 KZT"]),
        ("5-7 млрд тенге", ["amount 5000000000 KZT", "amount 7000000000 KZT"]),
        ("20 АЕК", ["amount 20 MCI"]),
        ("20 МРП", ["amount 20 MCI"]),
        ("1 500", ["number 1500"]),
        ("1,5 тыс.", ["number 1500"]),
        ("1,500 people", ["number 1500"]),
        ("1,500 га земли", ["number 1.5 ha"]),
        ("1.234.567 адам", ["number 1234567"]),
        ("21 миллиардқа", ["number 21000000000"]),
        ("12 млрд-тан", ["number 12000000000"]),
        ("12-ден астам", ["number 12"]),
        ("5%, 5 процентов, 5 per cent, 5 пайыздан", ["number 5 %"] * 4),
        ("ночью до -5 градусов", ["number -5"]),
        ("на 2026-2028 мест", ["number 2026", "number 2028"]),
        ("5 км, 5 километров, 5 шақырым", ["number 5 km"] * 3),
        ("двадцать пять тысяч человек", ["number 25000 word"]),
        ("екі жүз елу мың теңге", ["amount 250000 KZT word"]),
        ("two hundred people", ["number 200 word"]),
        ("он екі мектеп әлі", ["number 12 word"]),
        ("он сказал", []),
        ("бір жыл", []),
        ("2-й, 2-ші, 21st", ["number 2 rank", "number 2 rank", "number 21 rank"]),
        ("COVID-19, G20", ["number 19 part", "number 20 part"]),
        ("II квартал", ["number 2 rank"]),
        ("1. Алғашқы\n2. Келесі\n3) Соңғы", []),
        ("12.03.2026", ["date 2026-03-12"]),
        ("2026-03-12", ["date 2026-03-12"]),
        ("12 марта 2026 года", ["date 2026-03-12"]),
        ("12 марта 2026 г.", ["date 2026-03-12"]),
        ("2026 жылғы 12 наурызда", ["date 2026-03-12"]),
        ("2026 ж. 12 наурыз", ["date 2026-03-12"]),
        ("March 12, 2026", ["date 2026-03-12"]),
        ("12 March 2026", ["date 2026-03-12"]),
        ("on the 12th of March", ["date 03-12"]),
        ("12-го марта", ["date 03-12"]),
        ("12-14 наурыз", ["date 03-12", "date 03-14"]),
        ("с 12 по 14 марта", ["date 03-12", "date 03-14"]),
        ("12 мен 14 наурыз", ["date 03-12", "date 03-14"]),
        ("в марте 2026 года", ["date 2026-03"]),
        ("к концу марта", ["date 03"]),
        ("2026 жылға дейін", ["date 2026"]),
        ("it may rain, they march", []),
        ("18 қазандық, Наурызбай ауданы", ["number 18"]),
        ("32 марта", ["number 32", "date 03"]),
        ("во втором квартале, екінші орын, the second", ["number 2 rank"] * 3),
        ("в первом квартале", ["number 1 rank"]),
        ("первый заместитель, во-вторых, вторник, пятно", []),
        ("Second, the plan. Екіншіден, жоба. Кроме того, кроме этого", []),
        ("двадцать первый век, жиырма бірінші, twenty-first", ["number 21 rank"] * 3),
        ("он бірінші сынып, он екі сынып", ["number 11 rank", "number 12 word"]),
        ("в I квартале, ХХІ век, Ⅱ жартыжылдық", ["number 1 rank", "number 21 rank", "number 2 rank"]),
        ("И. Ахметов, V. Kim", []),
        ("twenty-five people", ["number 25 word"]),
        ("9:00, 09:00, 9:00 am", ["number 9:00"] * 3),
        ("at 3 p.m., 3:00 pm, 15:00", ["number 15:00 part", "number 15:00", "number 15:00"]),
        ("12:30-да, 12.30-да", ["number 12:30"] * 2),
        ("8 (7172) 74-12-34, +7 7172 741234, 87172741234", ["number 7172741234 part"] * 3),
        ("тел. 74-12-34", ["number 741234 part"]),
        ("8 000 000 000 тенге", ["amount 8000000000 KZT"]),
        ("12.03.26", ["date 2026-03-12"]),
        ("Sept. 5, Oct. 12, 2026", ["date 09-05", "date 2026-10-12"]),
        ("Jan said so", []),
        ("1.500 тенге, 1.500 млн тенге", ["amount 1500 KZT", "amount 1500000 KZT"]),
        ("$1.2M, $3B", ["amount 1200000 USD", "amount 3000000000 USD"]),
        ("KZT 12 billion, 5 USD 7", ["amount 12000000000 KZT", "amount 5 USD", "number 7"]),
        ("30-дан 40 миллион теңгеге дейін", ["amount 30000000 KZT", "amount 40000000 KZT"]),
        ("between 30 and 40 million tenge", ["amount 30000000 KZT", "amount 40000000 KZT"]),
        ("между 5 и 7 тыс. рублей", ["amount 5000 RUB", "amount 7000 RUB"]),
        ("40-тан 5 млн теңге", ["number 40", "amount 5000000 KZT"]),
        ("6 мың 250 адам, 6 тыс. 250 человек", ["number 6250"] * 2),
        ("6 тыс. 250-300 человек", ["number 6000", "number 250", "number 300"]),
        ("не, емес, not", ["negation", "negation", "negation"]),
        ("не только", []),
        ("No. 5", ["number 5"]),
        ("info@gov.kz https://www.ulgi.kz/a/1/.", ["link info@gov.kz", "link ulgi.kz/a/1"]),
        ("9" * 5000 + " млрд", ["number " + "9" * 5000 + "0" * 9]),
    ],
)  # fmt: skip
def test_a_text_tells_these_facts(text: str, wanted: list[str]) -> None:
    assert told(text) == wanted


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("12 марта", "12 марта 2026 года", True),
        ("12 марта 2025 года", "12 марта 2026 года", False),
        ("12 млрд", "12 млрд тенге", True),
        ("12 млрд долларов", "12 млрд тенге", False),
        ("5%", "5 км", False),
        ("1,5", "1.5", True),
        ("05", "5", True),
        ("в марте 2026 года", "2026 год", False),
    ],
)
def test_two_facts_are_the_same_where_nothing_contradicts(one: str, other: str, alike: bool) -> None:
    (left,), (right,) = facts(one), facts(other)
    assert same(left, right) is same(right, left) is alike


@given(st.text(max_size=80) | st.lists(
    st.sampled_from(["12", "-", ".", ",", "млрд", "г.", "марта", "March", "жыл", "$", "US", "per", "cent", "он"]),
    max_size=14,
).map("".join))  # fmt: skip
def test_facts_of_any_text_stand_in_it_in_their_order(text: str) -> None:
    found: list[Fact] = facts(text)
    assert all(0 <= fact.start < fact.end <= len(text) for fact in found)
    assert [fact.end for fact in found] == sorted(fact.end for fact in found)
