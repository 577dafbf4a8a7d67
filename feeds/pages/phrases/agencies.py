"""The words of the page of all agencies."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Agencies:
    """The words of one language."""

    about: str
    how: str
    """Says what the columns mean."""
    order: str
    orders: Mapping[str, str]
    """By what they may be put in order: `name`, `newest`, `edited`."""
    agency: str
    week: str
    newest: str
    lately: str
    edited: str
    removed: str
    audit: str
    others: str
    """The heading over those of which releases are held and which are not followed."""
    all_of_them: str
    """The caption of the table where they are not grouped."""
    busiest: str
    """Takes `day` and `hours`."""
    quiet_week: str
    counts: str
    """Takes `week` and `month`."""
    before: str
    after: str
    none: str
    """Said where nothing is held at all."""


def words(lang: str) -> Agencies:
    """The words of `kk`, `ru` or `en`."""
    return _WORDS[lang]


_WORDS = {
    "kk": Agencies(
        about="Бақылаудағы органдар: қашан жариялайды, жариялағанын кейін қаншалықты жиі өзгертеді және тізімдері "
        "қалай оқылып тұр.",
        how="Апта: жоғарғы жол — дүйсенбі, солдан оңға қарай — түн ортасынан бастап үш сағаттан; нүкте үлкен болған "
        "сайын соңғы 90 күндегі релиз көп. Өзгертілгені мен алынғаны — соңғы 90 күнде жарияланған релиздердің "
        "үлесі. Салыстыру — порталдағы тізімде тұрған релиздің қаншасы сол кезде бізде бар еді.",
        order="Реттеу:",
        orders={"name": "түрі мен атауы", "newest": "соңғы релизі", "edited": "өзгертілген үлесі"},
        agency="Орган",
        week="Апта",
        newest="Соңғы релиз",
        lately="7 және 30 күнде",
        edited="Өзгертілгені",
        removed="Алынғаны",
        audit="Салыстыру",
        others="Бақыланбайтын, бірақ релиздері бар органдар",
        all_of_them="Барлық орган",
        busiest="Көбіне: {day}, {hours}",
        quiet_week="90 күнде релиз болмады",
        counts="{week} және {month}",
        before="Алдыңғы органдар",
        after="Келесі органдар",
        none="Әзірге бірде-бір релиз жоқ: портал әлі оқылған жоқ.",
    ),
    "ru": Agencies(
        about="Органы, за которыми следит Жаршы: когда публикуют, как часто потом меняют опубликованное и как "
        "читаются их списки.",
        how="Неделя: верхняя строка — понедельник, слева направо по три часа от полуночи; чем больше точка, тем "
        "больше релизов за последние 90 дней. Изменено и снято — доля релизов, опубликованных за последние 90 дней. "
        "Сверка — сколько релизов из списка на портале у нас тогда уже было.",
        order="Порядок:",
        orders={"name": "вид и название", "newest": "последний релиз", "edited": "доля изменённых"},
        agency="Орган",
        week="Неделя",
        newest="Последний релиз",
        lately="За 7 и 30 дней",
        edited="Изменено",
        removed="Снято",
        audit="Сверка",
        others="Не отслеживаются, но релизы есть",
        all_of_them="Все органы",
        busiest="Чаще всего: {day}, {hours}",
        quiet_week="За 90 дней релизов не было",
        counts="{week} и {month}",
        before="Предыдущие органы",
        after="Следующие органы",
        none="Пока нет ни одного релиза: портал ещё не читался.",
    ),
    "en": Agencies(
        about="The agencies that are followed: when they publish, how often they change it afterwards, and how "
        "their listings are being read.",
        how="Week: Monday on top, from midnight on the left, three hours a dot; the larger the dot, the more "
        "releases in the last 90 days. Edited and removed: shares of the releases published in the last 90 days. "
        "Audit: how many of the releases listed at the portal were held by then.",
        order="Sort by:",
        orders={"name": "kind and name", "newest": "newest release", "edited": "share edited"},
        agency="Agency",
        week="Week",
        newest="Newest release",
        lately="In 7 and 30 days",
        edited="Edited",
        removed="Removed",
        audit="Audit",
        others="Not followed, but releases are held",
        all_of_them="All agencies",
        busiest="Mostly {day}, {hours}",
        quiet_week="No release in 90 days",
        counts="{week} and {month}",
        before="Agencies before",
        after="More agencies",
        none="No release is held yet: the portal has not been read.",
    ),
}
