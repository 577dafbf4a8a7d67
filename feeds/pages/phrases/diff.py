"""What the pages say that show what was changed of a release."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language; names in braces are filled in."""

    edits: str
    """The heading over all that was changed of a copy."""
    no_edits: str
    compared: str
    """The heading over two wordings; takes `before` and `after`."""
    choose: str
    before: str
    after: str
    show: str
    same: str
    another: str
    only_begun: str
    """Where texts are too long to be compared in full; takes `count`, the letters that are."""
    skipped: str
    """Paragraphs that stayed and are not shown; takes `count`."""
    whole: str
    changed_only: str
    to_release: str
    all_edits: str
    legend: str
    """How what went and what came is marked; takes `gone` and `come`, both marked so."""
    gone: str
    come: str


def words(lang: str) -> Words:
    """The words of `kk`, `ru` or `en`."""
    return _WORDS[lang]


_WORDS = {
    "kk": Words(
        edits="Кейін не өзгертілді",
        no_edits="Жарияланғаннан бері өзгеріс байқалған жоқ.",
        compared="{before} және {after}-редакциялар",
        choose="Басқа редакцияларды салыстыру",
        before="Бұрынғысы",
        after="Кейінгісі",
        show="Салыстыру",
        same="Екеуінің сөздері бірдей.",
        another="Осы нөмірмен мүлде басқа мәтін жарияланған: алдымен ескісі, содан кейін жаңасы берілді.",
        only_begun="Мәтіндер тым ұзын: әрқайсысының алғашқы {count} таңбасы ғана салыстырылды. "
        "Толық нұсқалары жоғарыдағы сілтемелерде.",
        skipped="өзгермеген абзацтар: {count}",
        whole="Толық көрсету",
        changed_only="Тек өзгерген жерлерін көрсету",
        to_release="Релизге оралу",
        all_edits="Барлық өзгерістер",
        legend="{gone} және {come} сөздер осылай белгіленген.",
        gone="Алынған",
        come="қосылған",
    ),
    "ru": Words(
        edits="Что потом изменилось",
        no_edits="С момента появления изменений не замечено.",
        compared="Редакции № {before} и № {after}",
        choose="Сравнить другие редакции",
        before="Прежняя",
        after="Новая",
        show="Сравнить",
        same="Слова в них одни и те же.",
        another="Под этим номером опубликован совсем другой текст: сначала дан старый, затем новый.",
        only_begun="Тексты слишком длинны: сопоставлены только первые {count} знаков каждого. "
        "Целиком они открываются по ссылкам выше.",
        skipped="абзацев без изменений: {count}",
        whole="Показать полностью",
        changed_only="Показать только изменённое",
        to_release="К релизу",
        all_edits="Все изменения",
        legend="Так отмечены {gone} и {come} слова.",
        gone="убранные",
        come="добавленные",
    ),
    "en": Words(
        edits="What changed afterwards",
        no_edits="No change has been seen since it appeared.",
        compared="Wordings {before} and {after}",
        choose="Compare other wordings",
        before="Earlier",
        after="Later",
        show="Compare",
        same="They say the same.",
        another="A different text was published under this number: the old one comes first, then the new one.",
        only_begun="The texts are too long: only the first {count} characters of each are compared. "
        "The links above open them in full.",
        skipped="paragraphs unchanged: {count}",
        whole="Show in full",
        changed_only="Show only what changed",
        to_release="Back to the release",
        all_edits="All changes",
        legend="Words {gone} and {come} are marked like this.",
        gone="taken out",
        come="added",
    ),
}
