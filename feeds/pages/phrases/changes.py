"""The words of the page of changes."""

from dataclasses import dataclass

from monitor.changes import Weight


@dataclass(frozen=True, slots=True)
class Changes:
    """The words of one language."""

    about: str
    """What stands on the page, in a sentence."""
    kind: str
    """The label of the choice of a kind."""
    every_kind: str
    weight: str
    """The label of the choice of a weight."""
    any_weight: str
    only_major: str
    weights: dict[Weight, str]
    """How much an edit matters."""
    was: str
    """Told to who hears the page: put before what stood there."""
    now: str
    """Put before what stands there now."""
    date: str
    further: str
    """Replaced places that are not shown; takes `count`."""
    diff: str
    """The text of a link to all that was changed."""
    none: str
    none_such: str
    """Said where nothing changed as it is asked for."""


def words(lang: str) -> Changes:
    """The words of `kk`, `ru` or `en`."""
    return _WORDS[lang]


_WORDS = {
    "kk": Changes(
        about="Порталда не жарияланды, аударылды, өзгертілді, алып тасталды және қайтарылды; "
        "әр жазба — Жаршы оны байқаған сәтте.",
        kind="Түрі",
        every_kind="Барлық түрлері",
        weight="Маңызы",
        any_weight="Кез келген",
        only_major="Тек маңыздылары",
        weights={"none": "тек безендіру", "minor": "шағын", "major": "маңызды"},
        was="бұрын:",
        now="енді:",
        date="күні",
        further="Тағы {count} жері өзгертілді.",
        diff="Не өзгергенін көру",
        none="Әзірге ешқандай өзгеріс байқалған жоқ.",
        none_such="Мұндай өзгеріс жоқ.",
    ),
    "ru": Changes(
        about="Что портал опубликовал, перевёл, изменил, снял и вернул — в том порядке, в каком это замечено.",
        kind="Вид",
        every_kind="Все виды",
        weight="Важность",
        any_weight="Любая",
        only_major="Только важные",
        weights={"none": "только оформление", "minor": "небольшое", "major": "важное"},
        was="было:",
        now="стало:",
        date="дата",
        further="Изменено и в других местах: {count}.",
        diff="Посмотреть, что изменилось",
        none="Изменений пока не замечено.",
        none_such="Таких изменений нет.",
    ),
    "en": Changes(
        about="What the portal published, translated, edited, removed and restored, in the order in which Jarshy "
        "noticed it.",
        kind="Kind",
        every_kind="All kinds",
        weight="Weight",
        any_weight="Any",
        only_major="Major only",
        weights={"none": "typography only", "minor": "minor", "major": "major"},
        was="before:",
        now="now:",
        date="date",
        further="Changed in {count} more places.",
        diff="See what was changed",
        none="No change has been seen yet.",
        none_such="There are no such changes.",
    ),
}
