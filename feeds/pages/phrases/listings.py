"""The words for how listings are read, of several pages."""

from collections.abc import Mapping
from dataclasses import dataclass

from feeds.pages.listing_states import State


@dataclass(frozen=True, slots=True)
class Listings:
    """The words of one language."""

    states: Mapping[State, str]
    not_read: str
    not_followed: str
    silent: str
    """Said of an agency that is silent for longer than usual."""
    flooding: str
    """Said of an agency that publishes far more than usual."""
    language: str
    state: str
    last_read: str
    success: str
    next: str
    grounds: Mapping[str, str]
    """Why a listing is read next, by what the plan calls it."""
    audit: str
    never: str
    paused: str
    """Takes `until`."""
    pages: str
    """Of the past, read so far; takes `count`."""
    whole: str
    """An audit that found nothing missing; takes `listed`."""
    partly: str
    """An audit; takes `held` and `listed`."""
    broken_off: str


def words(lang: str) -> Listings:
    """The words of `kk`, `ru` or `en`."""
    return _WORDS[lang]


_WORDS = {
    "kk": Listings(
        states={
            "failing": "Оқылмай тұр",
            "late": "Кешігіп жатыр",
            "begun": "Бұрынғы релиздері оқылып жатыр",
            "fine": "Уақытында оқылады",
        },
        not_read="Әлі оқылған жоқ",
        not_followed="Бақыланбайды",
        silent="Әдеттегіден ұзақ үнсіз",
        flooding="Әдеттегіден әлдеқайда көп жариялап жатыр",
        language="Тілі",
        state="Күйі",
        last_read="Соңғы оқылуы",
        success="Соңғы сәтті оқылуы",
        next="Келесі оқылуы",
        grounds={
            "news": "жаңа релиз шығуы мүмкін",
            "copies": "осы тілдегі нұсқасы күтіліп тұр",
            "edits": "жаңа релиздер түзетілуі мүмкін",
            "longest": "кезекті оқу",
            "doubt": "бірдеңе жоғалған-жоғалмағаны тексеріледі",
        },
        audit="Соңғы салыстыру",
        never="әлі болған жоқ",
        paused="үзіліс аяқталады: {until}",
        pages="бұрынғы беттерден оқылғаны: {count}",
        whole="барлығы бар: {listed}",
        partly="{listed} релизден {held} бар еді",
        broken_off="аяқталмай қалды",
    ),
    "ru": Listings(
        states={
            "failing": "Не читается",
            "late": "Чтение запаздывает",
            "begun": "Читаются прежние релизы",
            "fine": "Читается вовремя",
        },
        not_read="Ещё не читался",
        not_followed="Не отслеживается",
        silent="Молчит дольше обычного",
        flooding="Публикует намного больше обычного",
        language="Язык",
        state="Состояние",
        last_read="Последнее чтение",
        success="Последнее удачное",
        next="Следующее чтение",
        grounds={
            "news": "возможны новые релизы",
            "copies": "ожидается версия на этом языке",
            "edits": "вероятны правки новых релизов",
            "longest": "очередное чтение",
            "doubt": "проверка: не исчезло ли что-то",
        },
        audit="Последняя сверка",
        never="ещё не было",
        paused="перерыв до {until}",
        pages="прочитано прежних страниц: {count}",
        whole="есть все: {listed}",
        partly="было {held} из {listed}",
        broken_off="прервалась",
    ),
    "en": Listings(
        states={
            "failing": "Cannot be read",
            "late": "Overdue",
            "begun": "Earlier releases are being read",
            "fine": "Read in time",
        },
        not_read="Not read yet",
        not_followed="Not followed",
        silent="Silent for longer than usual",
        flooding="Publishes far more than usual",
        language="Language",
        state="State",
        last_read="Last reading",
        success="Last that worked",
        next="Next reading",
        grounds={
            "news": "there may be news",
            "copies": "a copy in this language is awaited",
            "edits": "edits of new releases are likely",
            "longest": "its regular turn",
            "doubt": "to check whether something is gone",
        },
        audit="Last audit",
        never="none yet",
        paused="paused until {until}",
        pages="earlier pages read so far: {count}",
        whole="all held: {listed}",
        partly="{held} of {listed} were held",
        broken_off="broke off",
    ),
}
