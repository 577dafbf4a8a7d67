"""Pairs of invented texts, each labelled a repost or not: what `monitor.stories` is measured with.

`reposts/ru.txt`, `kk.txt`, `en.txt`: a text with what another agency would make of it; `reposts/forms.txt`: forms
with two fillings; `reposts/particulars.txt`: forms of which one name or figure alone is another. All of it is
invented.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PLACE = Path(__file__).parent / "reposts"
PRESS = {
    "ru": "Пресс-служба акима {} области",
    "kk": "{} облысы әкімінің баспасөз қызметі",
    "en": "Press service of the akim of the {} region",
}
REGIONS = {
    "ru": ("Жамбылской", "Атырауской", "Павлодарской", "Абайской"),
    "kk": ("Жамбыл", "Атырау", "Павлодар", "Абай"),
    "en": ("Zhambyl", "Atyrau", "Pavlodar", "Abay"),
}
OFFICIAL = {
    "ru": "Напомним, в соответствии с поручением Главы государства, данным в Послании народу Казахстана, "
    "государственным органам необходимо обеспечить открытость принимаемых решений и постоянный диалог с "
    "гражданами. Подробная информация размещена на официальном интернет-ресурсе gov.kz, вопросы можно "
    "задать по единому номеру 1414 или через мобильное приложение eGov Mobile. Подписывайтесь на наши "
    "страницы в социальных сетях Facebook, Instagram и Telegram.",
    "kk": "Еске салайық, Мемлекет басшысының Қазақстан халқына Жолдауындағы тапсырмасына сәйкес мемлекеттік "
    "органдар қабылданатын шешімдердің ашықтығын және азаматтармен тұрақты диалогты қамтамасыз етуге тиіс. "
    "Толық ақпарат gov.kz ресми интернет-ресурсында орналастырылған, сұрақтарды 1414 бірыңғай нөмірі немесе "
    "eGov Mobile қосымшасы арқылы қоюға болады. Facebook, Instagram және Telegram желілеріндегі "
    "парақшаларымызға жазылыңыз.",
    "en": "As instructed by the Head of State in his Address to the people of Kazakhstan, state bodies are to "
    "ensure the openness of their decisions and a permanent dialogue with citizens. More information is "
    "available on the official website gov.kz, and questions can be asked by the single number 1414 or in the "
    "eGov Mobile application. Follow our pages on Facebook, Instagram and Telegram.",
}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts of releases of two agencies."""

    kind: str
    """What was done to the first, or how the second came by what they share."""
    name: str
    langs: tuple[str, str]
    texts: tuple[str, str]
    repost: bool


@dataclass(frozen=True, slots=True)
class Base:
    """A text, and what others would put in the place of its parts."""

    name: str
    lang: str
    title: str
    again: str
    lead: str
    quote: str
    paragraphs: tuple[str, ...]


def bases() -> list[Base]:
    """The texts that pairs are made of."""
    return [
        _base(block, lang)
        for lang in ("ru", "kk", "en")
        for block in (PLACE / f"{lang}.txt").read_text("utf-8").split("====\n")
    ]


def forms(name: str = "forms") -> list[tuple[str, str]]:
    """Language and text of each form, its fillings as `{one|other}`."""
    blocks = (PLACE / f"{name}.txt").read_text("utf-8").split("====\n")
    return [(lang, text.strip()) for lang, _, text in (block.partition("\n") for block in blocks)]


def pairs() -> list[Pair]:
    """All labelled pairs, always the same ones."""
    return [*_of_bases(), *_of_forms(), *_of_particulars(), *_translations()]


def filled(form: str, which: int, *, only_figures: bool = False) -> str:
    """A form with its first or second filling; `only_figures`: the second where figures stand, else the first."""

    def chosen(blank: re.Match[str]) -> str:
        fillings = blank[1].split("|")
        return fillings[which if not only_figures or re.search(r"\d", blank[1]) else 0]

    return re.sub(r"\{([^}]*)\}", chosen, form)


def _base(block: str, lang: str) -> Base:
    name, title, again, lead, quote, *paragraphs = block.strip().split("\n")
    return Base(
        name,
        lang,
        title,
        again.removeprefix("again: "),
        lead.removeprefix("lead: "),
        quote.removeprefix("quote: "),
        tuple(paragraphs),
    )


def _of_bases() -> Iterator[Pair]:
    held = bases()
    for place, base in enumerate(held):
        kin = [other for other in held if other.lang == base.lang and other.name != base.name]
        first, second, third = (kin[(place + step) % len(kin)] for step in (0, 3, 5))
        whole, text = base.paragraphs, "\n\n".join(base.paragraphs)
        press = PRESS[base.lang].format(REGIONS[base.lang][place % 4])
        gone = 1 + place % 4
        led = "\n\n".join([base.lead, *whole[:gone], *whole[gone + 1 :], press])
        requoted = "\n\n".join([*whole[:2], base.quote, *whole[3:]])
        shortened = "\n\n".join(whole[:3])
        glued = (
            text.replace("\n\n", "").replace("ё", "е").replace("«", '"').replace("»", '"').replace("–", "-")
        )
        corrected = re.sub(r"\d+", lambda figure: str(int(figure[0]) + 3), text, count=1)
        terse = " ".join(word for at, word in enumerate(text.split()) if at % 12 != 11)
        half = "\n\n".join([*second.paragraphs[:2], *whole[2:4], second.paragraphs[4]])
        foreign = [first.paragraphs[0], second.paragraphs[1], whole[0], third.paragraphs[0]]
        quoting = "\n\n".join([*first.paragraphs[:3], whole[place % 5], *first.paragraphs[3:]])
        longer = "\n\n".join([*second.paragraphs, *whole[1:3], *third.paragraphs])
        for kind, one, other, repost in (
            ("another headline, and a press service below", text, f"{base.again}\n\n{text}\n\n{press}", True),
            ("a lead, and a paragraph less", text, led, True),
            ("another quote", text, f"{requoted}\n\n{press}", True),
            ("the first three paragraphs", text, shortened, True),
            ("other signs, and no paragraphs", text, glued, True),
            ("a figure put right", text, corrected, True),
            ("every twelfth word left out", text, terse, True),
            ("paragraphs in another order", text, "\n\n".join(whole[::-1]), True),
            ("a lead and two paragraphs of five", text, "\n\n".join([base.lead, *whole[:2]]), True),
            ("two reposts of one text", led, requoted, True),
            ("a paragraph is quoted", text, quoting, False),
            ("two paragraphs stand in a long text", text, longer, False),
            ("two paragraphs stand in one as long", text, half, False),
            ("a digest of four", text, "\n\n".join(foreign), False),
            ("one official sentence", f"{text}\n\n{OFFICIAL[base.lang]}",
             "\n\n".join([*third.paragraphs, OFFICIAL[base.lang]]), False),
        ):  # fmt: skip
            yield Pair(kind, base.name, (base.lang, base.lang), (one, other), repost)
        if base.lang != "en":
            disguised = text.replace("о", "o").replace("с", "c").replace("а", "a")
            yield Pair(
                "Latin letters in Cyrillic words", base.name, (base.lang, base.lang), (text, disguised), True
            )
        closing = " ".join(OFFICIAL[base.lang].split()[-35:])
        presses = [PRESS[base.lang].format(REGIONS[base.lang][(place + step) % 4]) for step in (0, 1)]
        signed, signed_too = (f"{text}\n\n{press}" for press in presses)
        told, told_too = (f"{press}: {text}" for press in presses)
        for kind, one, other in (
            ("two press services below", signed, signed_too),
            ("two press services before", told, told_too),
        ):
            yield Pair(kind, base.name, (base.lang, base.lang), (one, other), repost=True)
        brief, another = (f"{' '.join(of.paragraphs[0].split()[:10])}.\n\n{closing}" for of in (base, first))
        for kind, other, repost in (
            ("a closing under other news of one sentence", another, False),
            ("news of one sentence with a closing, passed on", f"{brief}\n\n{press}", True),
        ):
            yield Pair(kind, base.name, (base.lang, base.lang), (brief, other), repost)
    floods = [base for base in held if base.name in {"flood-one", "flood-two"}]
    yield Pair("one topic", "flood", ("ru", "ru"), _texts(*floods), repost=False)


def _of_forms() -> Iterator[Pair]:
    for place, (lang, form) in enumerate(forms()):
        one, other, later = filled(form, 0), filled(form, 1), filled(form, 1, only_figures=True)
        press, langs = PRESS[lang].format(REGIONS[lang][place % 4]), (lang, lang)
        yield Pair("a form passed on", f"form {place}", langs, (one, f"{one}\n\n{press}"), repost=True)
        yield Pair("a form with other names and figures", f"form {place}", langs, (one, other), repost=False)
        if len(re.findall(r"\{[^}]*\d[^}]*\}", form)) > 1:  # of one other figure nobody could say what it is
            yield Pair("a form with other figures", f"form {place}", langs, (one, later), repost=False)


def _of_particulars() -> Iterator[Pair]:
    for place, (lang, form) in enumerate(forms("particulars")):
        one, other = filled(form, 0), filled(form, 1)
        yield Pair(
            "a form with one other particular", f"form {place}", (lang, lang), (one, other), repost=False
        )


def _translations() -> Iterator[Pair]:
    schools = [base for base in bases() if base.name.startswith("school")]
    for one, other in ((0, 1), (1, 2), (0, 2)):
        pair = schools[one], schools[other]
        langs = (pair[0].lang, pair[1].lang)
        yield Pair("a translation", "school", langs, _texts(*pair), repost=False)


def _texts(*of: Base) -> tuple[str, str]:
    one, other = ("\n\n".join(base.paragraphs) for base in of)
    return one, other
