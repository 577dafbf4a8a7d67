"""The words of the page of one agency, charts included."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Agency:
    """The words of one language."""

    at_portal: str
    releases: str
    """The text of the link to all its releases."""
    feeds: str
    succeeded: str
    """Put before the name of the agency that took over."""
    preceded: str
    held: str
    """Takes `count`."""
    unknown: str
    """Takes `slug`."""
    did_you_mean: str
    """Takes `slugs`."""
    when: str
    when_about: str
    """Takes `count`."""
    when_desc: str
    """Takes `day` and `hours`."""
    nothing_when: str
    numbers: str
    """The label of what opens the numbers of a chart."""
    hour: str
    days: str
    days_about: str
    """Takes `releases` and `edits`."""
    nothing_days: str
    day: str
    published: str
    edits: str
    delays: str
    delays_about: str
    nothing_delays: str
    what: str
    median: str
    of: str
    """Over the column that says of how many releases a median is."""
    translated: str
    """Takes `lang`."""
    first_edit: str
    at_once: str
    """In place of a length of less than a minute."""
    months: str
    months_about: str
    nothing_months: str
    month: str
    edited: str
    majorly: str
    removed: str
    backdated: str
    listings: str
    nothing_listings: str
    newest: str
    nothing_newest: str
    taken_away: str
    nothing_taken_away: str
    all_taken_away: str
    noticed: str
    """Put before the moment."""


def words(lang: str) -> Agency:
    """The words of `kk`, `ru` or `en`."""
    return _WORDS[lang]


_WORDS = {
    "kk": Agency(
        at_portal="Порталдағы беті",
        releases="Барлық релизі",
        feeds="Арна:",
        succeeded="Қазір оның орнында:",
        preceded="Бұрынғы атаулары:",
        held="Мұнда {count} релизі сақталған.",
        unknown="«{slug}» деген орган жоқ.",
        did_you_mean="Мүмкін, {slugs}?",
        when="Қашан жариялайды",
        when_about="Соңғы 26 аптада жарияланған, сағаты белгілі {count} релиз апта күндері мен сағаттар бойынша.",
        when_desc="Ең көп жарияланатын кезі: {day}, {hours}.",
        nothing_when="Соңғы 26 аптада сағаты белгілі релиз болмады.",
        numbers="Сандары",
        hour="Сағат",
        days="Күн сайын",
        days_about="Соңғы 90 күн: сызықтың үстінде — жарияланған релиздер ({releases}), астында — байқалған "
        "өзгертулер ({edits}).",
        nothing_days="Соңғы 90 күнде релиз де, өзгерту де болмады.",
        day="Күн",
        published="Релиз",
        edits="Өзгерту",
        delays="Қанша уақыт өтеді",
        delays_about="Релиз алғаш көрінгеннен аудармасы шыққанға не алғаш өзгертілгенге дейін; соңғы 12 айдағы "
        "медиана.",
        nothing_delays="Соңғы 12 айда байқалған аударма да, өзгерту де жоқ.",
        what="Не",
        median="Медиана",
        of="Неше релиз бойынша",
        translated="Аудармасы: {lang}",
        first_edit="Алғашқы өзгерту",
        at_once="бір минуттан аз",
        months="Ай сайын",
        months_about="Сол айда жарияланып, кейін өзгертілген, алынған немесе күні ертерек қойылған релиздер.",
        nothing_months="Соңғы 12 айда релиз болмады.",
        month="Ай",
        edited="Өзгертілгені",
        majorly="Маңызды өзгерту",
        removed="Алынғаны",
        backdated="Күні ертерек қойылғаны",
        listings="Тізімдері қалай оқылып тұр",
        nothing_listings="Тізімдері әлі оқылған жоқ.",
        newest="Жаңа релиздері",
        nothing_newest="Релизі әлі жоқ.",
        taken_away="Алып тасталғандары",
        nothing_taken_away="Алып тасталғаны байқалған жоқ.",
        all_taken_away="Барлық алып тасталғаны",
        noticed="байқалғаны:",
    ),
    "ru": Agency(
        at_portal="Страница на портале",
        releases="Все релизы",
        feeds="Лента:",
        succeeded="Теперь вместо него:",
        preceded="Прежде:",
        held="Здесь хранится релизов: {count}.",
        unknown="Органа «{slug}» нет.",
        did_you_mean="Может быть, {slugs}?",
        when="Когда публикует",
        when_about="Релизы последних 26 недель, час которых известен ({count}), по дням недели и часам.",
        when_desc="Чаще всего: {day}, {hours}.",
        nothing_when="За последние 26 недель нет релизов, час которых известен.",
        numbers="Числа",
        hour="Час",
        days="По дням",
        days_about="Последние 90 дней: над чертой — опубликованные релизы ({releases}), под чертой — замеченные "
        "правки ({edits}).",
        nothing_days="За последние 90 дней не было ни релизов, ни правок.",
        day="День",
        published="Релизы",
        edits="Правки",
        delays="Сколько времени проходит",
        delays_about="От первого появления релиза до перевода или до первой правки; медиана за последние 12 месяцев.",
        nothing_delays="За последние 12 месяцев не замечено ни переводов, ни правок.",
        what="Что",
        median="Медиана",
        of="По скольким релизам",
        translated="Перевод: {lang}",
        first_edit="Первая правка",
        at_once="меньше минуты",
        months="По месяцам",
        months_about="Сколько релизов, опубликованных в этом месяце, потом изменено, снято или датировано "
        "задним числом.",
        nothing_months="За последние 12 месяцев релизов не было.",
        month="Месяц",
        edited="Изменено",
        majorly="Важные правки",
        removed="Снято",
        backdated="Задним числом",
        listings="Как читаются списки",
        nothing_listings="Списки ещё не читались.",
        newest="Новые релизы",
        nothing_newest="Релизов пока нет.",
        taken_away="Снятые",
        nothing_taken_away="Снятых релизов не замечено.",
        all_taken_away="Все снятые",
        noticed="замечено",
    ),
    "en": Agency(
        at_portal="Its page at the portal",
        releases="All its releases",
        feeds="Feed:",
        succeeded="Succeeded by:",
        preceded="Formerly:",
        held="Releases held here: {count}.",
        unknown="There is no agency “{slug}”.",
        did_you_mean="Did you mean {slugs}?",
        when="When it publishes",
        when_about="The releases of the last 26 weeks whose hour is known ({count}), by day of the week and hour.",
        when_desc="Mostly {day}, {hours}.",
        nothing_when="In the last 26 weeks there was no release whose hour is known.",
        numbers="The numbers",
        hour="Hour",
        days="Day by day",
        days_about="The last 90 days: releases published ({releases}) above the line, edits noticed ({edits}) below.",
        nothing_days="Neither releases nor edits in the last 90 days.",
        day="Day",
        published="Releases",
        edits="Edits",
        delays="How long things take",
        delays_about="From the first sight of a release to its translation or its first edit; medians of the last "
        "12 months.",
        nothing_delays="Neither translations nor edits were noticed in the last 12 months.",
        what="What",
        median="Median",
        of="Of how many releases",
        translated="Translation: {lang}",
        first_edit="First edit",
        at_once="less than a minute",
        months="Month by month",
        months_about="How many of the releases published in a month were edited, removed or found to be back-dated.",
        nothing_months="No release in the last 12 months.",
        month="Month",
        edited="Edited",
        majorly="Major edits",
        removed="Removed",
        backdated="Back-dated",
        listings="How its listings are read",
        nothing_listings="Its listings have not been read yet.",
        newest="Newest releases",
        nothing_newest="No release yet.",
        taken_away="Removed",
        nothing_taken_away="No removal was noticed.",
        all_taken_away="All that were removed",
        noticed="noticed",
    ),
}
