"""What a message of health passes over, whom it calls concerned, and how it keeps a limit."""

from dataclasses import replace
from typing import Any, get_args

import pytest

from crawler.records import Outcome
from monitor.messages import Limit, Message, health_message
from monitor.messages.health_words import HEALTH
from monitor.troubles import HEALTH_KINDS, HealthEvent
from tests.monitor.alerts import LIMIT, MESSAGE, OURS, trouble


def write(event: HealthEvent, *, lang: str = "ru", limit: Limit = LIMIT) -> Message:
    return health_message(
        event, rules=["health"], message_id=MESSAGE, lang=lang, limit=limit, ours=OURS, secret="planted"
    )


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_every_outcome_and_kind_has_its_words(lang: str) -> None:
    assert set(HEALTH[lang].outcomes) == set(get_args(Outcome))
    assert set(HEALTH[lang].begun) == set(HEALTH[lang].over) == set(HEALTH_KINDS)
    assert len({*HEALTH[lang].begun.values(), *HEALTH[lang].over.values()}) == 2 * len(HEALTH_KINDS)


@pytest.mark.parametrize("over", [False, True])
@pytest.mark.parametrize("kind", HEALTH_KINDS)
def test_what_is_not_known_of_a_trouble_is_passed_over(kind: Any, over: bool) -> None:
    bare = write(replace(trouble(kind, over=over), detail={}))
    assert len(bare.text.splitlines()) == 5


def test_what_most_listings_lack_is_said_of_most_listings() -> None:
    event = replace(trouble("fields"), agency=None, lang=None)
    assert write(event).subject == "В релизах пропадает то, что было раньше: большинство списков"


def test_what_is_no_longer_watched_is_not_said_to_be_well() -> None:
    event = replace(trouble("silent", over=True), detail={"dropped": True})
    assert write(event).subject == "Больше не отслеживается: Акимат города Алматы"


def test_nothing_that_was_made_up_for_is_said_to_be_nothing() -> None:
    event = replace(trouble("portal", over=True), detail={"lasted": 60.0, "made_up": {}})
    assert "Длилось: 1 минуту\nНайдено за это время: ничего нового\n" in write(event).text


def test_a_program_hears_all_of_it_in_an_english_sentence() -> None:
    sent = write(trouble("listing"))
    assert sent.body["health"]["said"] == (
        "A listing cannot be read: Ministry of National Economy (in Kazakh); the portal refused to answer; "
        "last read: 2026-03-01 08:10 UTC+5; reason: status 429; since: 2026-03-01 09:10 UTC+5."
    )
    assert sent.secret == "planted"
    assert "planted" not in repr(sent)


@pytest.mark.parametrize("length", [40, 100, 200, 1000])
def test_it_keeps_the_limit_and_begins_with_what_is_wrong(length: int) -> None:
    limit = Limit(length, "bytes")
    event = trouble("portal")
    reason = replace(event, detail=event.detail | {"reason": "status\n500\u202e " * 900})
    text = write(reason, limit=limit).text
    assert limit.holds(text)
    assert text.startswith("Портал не читается")
    assert "\u202e" not in text


@pytest.mark.parametrize(
    ("lang", "of_a_language", "of_an_agency"),
    [
        ("kk", "Тізімдер оқылмай тұр: ағылшынша", "Тізімдер оқылмай тұр: Сыртқы істер министрлігі"),
        ("ru", "Списки не читаются: на английском", "Списки не читаются: Министерство иностранных дел"),
        ("en", "Listings cannot be read: in English", "Listings cannot be read: Ministry of Foreign Affairs"),
    ],
)
def test_what_fails_together_is_named_by_what_it_has_in_common(
    lang: str, of_a_language: str, of_an_agency: str
) -> None:
    told = trouble("listing")
    for agency, of, heading in ((None, "en", of_a_language), ("mfa", None, of_an_agency)):
        message = write(replace(told, agency=agency, lang=of), lang=lang)
        assert message.subject == heading
        assert message.text.startswith(f"{heading}\n")


@pytest.mark.parametrize(
    ("years", "lang", "said"),
    [
        (8.9, "en", "so long a silence comes about once in 8 years"),
        (34.2, "en", "so long a silence comes about once in 30 years"),
        (99.9, "en", "so long a silence comes about once in 80 years"),
        (100, "en", "so long a silence comes less than once in 100 years"),
        (2.5, "ru", "такое долгое молчание бывает примерно раз в 2 года"),
        (15, "ru", "такое долгое молчание бывает примерно раз в 15 лет"),
        (100, "ru", "такое долгое молчание бывает реже, чем раз в 100 лет"),
        (30, "kk", "мұндай ұзақ үнсіздік шамамен 30 жылда бір рет болады"),
        (100, "kk", "мұндай ұзақ үнсіздік 100 жылда бір реттен де сирек болады"),
    ],
)
def test_how_seldom_it_comes_about_is_said_no_more_exactly_than_it_is(
    years: float, lang: str, said: str
) -> None:
    told = trouble("silent")
    lines = write(replace(told, detail={**told.detail, "once_in_years": years}), lang=lang).text.splitlines()
    assert [line for line in lines if line.endswith(said)]


def test_a_silence_of_before_probabilities_were_reckoned_is_told_without() -> None:
    told = trouble("silent")
    detail = {name: each for name, each in told.detail.items() if name != "once_in_years"}
    assert "once in" not in write(replace(told, detail=detail), lang="en").text
