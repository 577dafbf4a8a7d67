"""The words of the page of the newest releases."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Newest:
    """The words of one language."""

    missing: str
    """Takes `copies`: in which languages, as adverbs."""
    published: str
    """Put before the day of publication where that is another one; takes `day`."""
    also: str
    """Put before the names of agencies that carry the same text."""
    further: str
    """Takes `count`."""
    nothing_read: str
    what_comes: str
    """Said under it."""
    nothing_such: str
    """Said where nothing was published as it is asked for."""


def words(lang: str) -> Newest:
    """The words of `kk`, `ru` or `en`."""
    return _WORDS[lang]


_WORDS = {
    "kk": Newest(
        missing="Әзірге жоқ: {copies}",
        published="Жарияланған күні: {day}",
        also="Сондай-ақ жариялаған:",
        further="тағы {count}",
        nothing_read="Әзірге ештеңе оқылған жоқ.",
        what_comes="Портал алғаш оқылғаннан кейін мұнда баспасөз релиздері шығады: ең жаңасы жоғарыда, "
        "кейін өзгертілгені мен алып тасталғаны белгіленіп тұрады. Бұған бірнеше минут кетеді.",
        nothing_such="Мұндай релиз жоқ.",
    ),
    "ru": Newest(
        missing="Пока нет {copies}",
        published="Дата публикации: {day}",
        also="Также опубликовали:",
        further="и ещё {count}",
        nothing_read="Пока ничего не прочитано.",
        what_comes="Когда портал будет прочитан впервые, здесь появятся пресс-релизы: новые сверху, "
        "с пометками, что потом изменили или сняли. Это займёт несколько минут.",
        nothing_such="Таких релизов нет.",
    ),
    "en": Newest(
        missing="Not yet {copies}",
        published="Published on {day}",
        also="Also published by:",
        further="and {count} more",
        nothing_read="Nothing has been read yet.",
        what_comes="Once the portal has been read for the first time, press releases stand here: the newest on "
        "top, marked where they were edited or taken away afterwards. That takes a few minutes.",
        nothing_such="There are no such releases.",
    ),
}
