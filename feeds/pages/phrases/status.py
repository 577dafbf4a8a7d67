"""The words of the page of the present state."""

from collections.abc import Mapping
from dataclasses import dataclass

from feeds.pages.standing import RouteState
from monitor.sentences import counted


@dataclass(frozen=True, slots=True)
class Status:
    """The words of one language."""

    well: str
    """Said where nothing is wrong."""
    not_all: str
    """Said where nothing else is wrong, and some listing is read late or not at all."""
    unanswered: str
    """Said where no trouble is told of yet, and the portal does not answer as it should."""
    unwell: tuple[str, ...]
    """Said where something is: the forms of «troubles» by number."""
    not_begun: str
    troubles: str
    no_deliveries: str
    """In place of a heading that would name an address."""
    since: str
    """Takes `at`."""
    further: str
    """Takes `count`."""
    portal: str
    portal_reads: str
    next_try: str
    """Takes `at`."""
    routes: str
    route: str
    state: str
    route_states: Mapping[RouteState, str]
    read_by: str
    """Over the column that counts listings."""
    again: str
    """Takes `at`."""
    listings: str
    listing: str
    reason: str
    paused: str
    """Takes `count`."""
    no_listings: str
    refusals: str
    refusals_about: str
    """Takes `count`, of readings."""
    no_refusals: str
    """Takes `count`, of readings."""
    outcome: str
    times: str
    budget: str
    last_day: str
    of_budget: str
    """Takes `asked` and `budget`."""
    today: str
    yesterday: str
    no_limit: str
    pace: str
    per_minute: str
    """Takes `count`."""
    spent: str
    """Takes `at`."""
    left_alone: str
    """Takes `length`."""
    alerts: str
    owed: str
    owed_since: str
    """Takes `at`."""
    sent: str
    failed: str
    held: str
    releases: str
    removed: str
    suspected: str
    unseen: str
    editions: str
    wordings: str
    changes: str
    quarantined: str
    flapping: str
    audited: str
    never: str
    program: str
    version: str
    schema: str
    size: str

    def troubles_counted(self, count: int) -> str:
        """How many troubles there are."""
        return counted(count, self.unwell)


def words(lang: str) -> Status:
    """The words of `kk`, `ru` or `en`."""
    return _WORDS[lang]


_WORDS = {
    "kk": Status(
        well="Ақау жоқ.",
        not_all="Бәрі бірдей уақытында оқылып тұрған жоқ.",
        unanswered="Портал қазір дұрыс жауап бермей тұр.",
        unwell=("ақау бар",),
        not_begun="Портал әлі оқылған жоқ: мұнда айтатын ештеңе жоқ.",
        troubles="Ақаулар",
        no_deliveries="Хабарламалар кейбір алушыларға жетпей тұр",
        since="басталғаны: {at}",
        further="тағы {count}",
        portal="Портал",
        portal_reads="Портал оқылып тұр.",
        next_try="Келесі әрекет: {at}.",
        routes="Оқу жолдары",
        route="Жол",
        state="Күйі",
        route_states={
            "rests": "кідіріп тұр",
            "due": "қайта көруге тиіс",
            "works": "жұмыс істейді",
            "untried": "көрілген жоқ",
        },
        read_by="Осымен оқылған тізім",
        again="қайта көріледі: {at}",
        listings="Тізімдер",
        listing="Тізім",
        reason="Себебі",
        paused="Үзілісте: {count}.",
        no_listings="Бірде-бір тізім әлі оқылған жоқ.",
        refusals="Соңғы тәуліктегі бас тартулар",
        refusals_about="Барлық оқу: {count}; соның ішінде нәтиже бермегені:",
        no_refusals="Барлық оқу: {count}; бәрі сәтті.",
        outcome="Жауап",
        times="Рет",
        budget="Сұраулар",
        last_day="Соңғы 24 сағатта",
        of_budget="{budget} ішінен {asked}",
        today="Бүгін (UTC)",
        yesterday="Кеше",
        no_limit="24 сағатқа қойылған шек жоқ",
        pace="Қарқын",
        per_minute="минутына {count} сұраудан көп емес",
        spent="24 сағаттық шек таусылды; оқу жалғасатын уақыт: {at}.",
        left_alone="Портал мазаламауды сұрады; тағы {length}.",
        alerts="Хабарламалар",
        owed="Кезекте",
        owed_since="ең ескісі — {at}",
        sent="Жіберілді",
        failed="Жетпеді",
        held="Не сақталған",
        releases="Релиз",
        removed="Оның ішінде алынғаны",
        suspected="Тізімдерде көрінбей тұрғаны",
        unseen="Тек импортталған жинақтан белгілісі",
        editions="Тілдік нұсқа",
        wordings="Редакция",
        changes="Байқалған өзгеріс",
        quarantined="Оқылмай, шетке қойылғаны",
        flapping="Екі редакция арасында ауысып тұрғаны",
        audited="Соңғы салыстыру",
        never="әлі болған жоқ",
        program="Бағдарлама",
        version="Жаршы нұсқасы",
        schema="Дерекқор сұлбасы",
        size="Дерекқор көлемі",
    ),
    "ru": Status(
        well="Неполадок нет.",
        not_all="Не всё читается вовремя.",
        unanswered="Портал сейчас не отвечает как должен.",
        unwell=("неполадка", "неполадки", "неполадок"),
        not_begun="Портал ещё не читался: сказать пока нечего.",
        troubles="Неполадки",
        no_deliveries="Сообщения не доходят до некоторых получателей",
        since="с {at}",
        further="и ещё {count}",
        portal="Портал",
        portal_reads="Портал читается.",
        next_try="Следующая попытка: {at}.",
        routes="Пути чтения",
        route="Путь",
        state="Состояние",
        route_states={
            "rests": "отдыхает",
            "due": "пора пробовать снова",
            "works": "работает",
            "untried": "не пробовали",
        },
        read_by="Читается списков",
        again="снова {at}",
        listings="Списки",
        listing="Список",
        reason="Причина",
        paused="На перерыве: {count}.",
        no_listings="Ни один список ещё не читался.",
        refusals="Отказы за сутки",
        refusals_about="Всего чтений: {count}; из них ничего не дали:",
        no_refusals="Всего чтений: {count}; все удачные.",
        outcome="Ответ",
        times="Раз",
        budget="Запросы",
        last_day="За последние 24 часа",
        of_budget="{asked} из {budget}",
        today="Сегодня (UTC)",
        yesterday="Вчера",
        no_limit="предела на 24 часа нет",
        pace="Темп",
        per_minute="не больше {count} в минуту",
        spent="Предел на 24 часа исчерпан; чтение продолжится {at}.",
        left_alone="Портал попросил не беспокоить ещё {length}.",
        alerts="Сообщения",
        owed="Ждут отправки",
        owed_since="самое старое — {at}",
        sent="Отправлено",
        failed="Не доставлено",
        held="Что хранится",
        releases="Релизы",
        removed="Из них сняты",
        suspected="Не видны ни в одном списке",
        unseen="Известны только из импортированных подборок",
        editions="Языковые версии",
        wordings="Редакции",
        changes="Замеченные изменения",
        quarantined="Отложены: не удалось прочитать",
        flapping="Меняются туда и обратно",
        audited="Последняя сверка",
        never="ещё не было",
        program="Программа",
        version="Версия Жаршы",
        schema="Схема базы",
        size="Размер базы",
    ),
    "en": Status(
        well="Nothing is wrong.",
        not_all="Not everything is read in time.",
        unanswered="The portal does not answer as it should.",
        unwell=("trouble", "troubles"),
        not_begun="The portal has not been read yet: there is nothing to say.",
        troubles="Troubles",
        no_deliveries="Messages do not arrive at some receivers",
        since="since {at}",
        further="and {count} more",
        portal="Portal",
        portal_reads="The portal can be read.",
        next_try="Next try: {at}.",
        routes="Routes",
        route="Route",
        state="State",
        route_states={
            "rests": "resting",
            "due": "due to be tried again",
            "works": "works",
            "untried": "not tried",
        },
        read_by="Listings read by it",
        again="again at {at}",
        listings="Listings",
        listing="Listing",
        reason="Reason",
        paused="Paused: {count}.",
        no_listings="No listing has been read yet.",
        refusals="Refusals in the last day",
        refusals_about="Readings in all: {count}; of these came to nothing:",
        no_refusals="Readings in all: {count}; all of them well.",
        outcome="Answer",
        times="Times",
        budget="Requests",
        last_day="In the last 24 hours",
        of_budget="{asked} of {budget}",
        today="Today (UTC)",
        yesterday="Yesterday",
        no_limit="no limit for 24 hours",
        pace="Pace",
        per_minute="at most {count} a minute",
        spent="The limit for 24 hours is used up; reading goes on at {at}.",
        left_alone="The portal asked to be left alone for another {length}.",
        alerts="Alerts",
        owed="Owed",
        owed_since="the oldest since {at}",
        sent="Sent",
        failed="Failed",
        held="What is held",
        releases="Releases",
        removed="Of these removed",
        suspected="In no listing at present",
        unseen="Known from imported collections only",
        editions="Language versions",
        wordings="Wordings",
        changes="Changes noticed",
        quarantined="Kept aside, unreadable",
        flapping="Flipping between wordings",
        audited="Last audit",
        never="none yet",
        program="Program",
        version="Version of Jarshy",
        schema="Schema of the database",
        size="Size of the database",
    ),
}
