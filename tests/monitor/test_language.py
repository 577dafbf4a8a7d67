"""The small rule that tells Kazakh, Russian and English apart. All sentences are invented."""

import pytest

from monitor.language import LOOKED_AT, language, other_language


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("A bridge of glass over the Ulba", "en", id="English"),
        pytest.param("«Қыран» wins the cup of Almaty", "en", id="English with a Kazakh name"),
        pytest.param("В посёлке открыли новую школу", "ru", id="Russian"),
        pytest.param("Школа открыта", "ru", id="Russian without a small word"),
        pytest.param("В Атырау прошёл форум «Ұлт болашағы»", "ru", id="Russian with a Kazakh name"),
        pytest.param("Ауылда жаңа кітапхана ашылды", "kk", id="Kazakh"),
        pytest.param("Өзенде су деңгейі төмендеді", "kk", id="Kazakh with ө"),
        pytest.param("Форум басталды", "kk", id="Kazakh without a letter of its own"),
        pytest.param("В. Ахметов жаңа мектепте болды", "kk", id="Kazakh with a Russian-looking initial"),
        pytest.param("ҰЛТТЫҚ ҚОРДЫҢ ЕСЕБІ", "kk", id="Kazakh in capitals"),
        pytest.param("Bılım jäne ğylym úshin jaŋa ortalyq", "kk", id="Kazakh in the Latin alphabet"),
        pytest.param("Қазақстан мен Қытай: new roads", "kk", id="mostly Kazakh"),
        pytest.param("Тоқсанбаев поздравил Әлиханова", "ru", id="Russian between two Kazakh names"),
        pytest.param(
            "Министр Құрмет Әбдіхалықов вручил награды", "ru", id="Russian with a Kazakh name's words"
        ),
        pytest.param(
            "Bank of Qyzylorda opens Qazaq Qory", "en", id="English with Kazakh names in Latin letters"
        ),
        pytest.param("Qazaqstan qalalarynda jasyl baqtar", "kk", id="Kazakh in the Latin letters of 2018"),
        pytest.param("Қазақстан Республикасы Ұлттық Банкі", "kk", id="a Kazakh title that is one name"),
        pytest.param("2025 – 100 %", "und", id="no word"),
        pytest.param("北京", "und", id="another script"),
        pytest.param("", "und", id="nothing"),
    ],
)
def test_the_language_is(text: str, expected: str):
    assert language(text) == expected


KK = "Аудан орталығында жаңа балабақша ашылды. Онда жүз елу бүлдіршін тәрбиеленеді, ата-аналар қуанып отыр."
RU = "В районном центре открылся новый детский сад. В нём будут воспитываться сто пятьдесят детей."
EN = "A new kindergarten was opened in the centre of the district. It has places for a hundred children."
KK_LATIN = (
    "Audan ortalyğynda jaŋa balabaqşa aşyldy. Onda jüz elu büldirşin tärbielenedi, ūstazdar quanyp otyr."
)
TR = "Türkiye ile Kazakistan arasında yeni bir anlaşma imzalandı. Törene bakanlar ve büyükelçiler katıldı."


@pytest.mark.parametrize(
    ("text", "said", "detected"),
    [
        pytest.param(KK, "kk", None, id="Kazakh, as said"),
        pytest.param(RU, "ru", None, id="Russian, as said"),
        pytest.param(EN, "en", None, id="English, as said"),
        pytest.param(KK_LATIN, "kk", None, id="Kazakh in Latin letters, as said"),
        pytest.param(TR, "tr", None, id="Turkish, as said: not ours to judge"),
        pytest.param(RU, "kk", "ru", id="a Russian text in a Kazakh edition"),
        pytest.param(KK, "ru", "kk", id="a Kazakh text in a Russian edition"),
        pytest.param(RU, "en", "ru", id="a Russian text under an English title"),
        pytest.param(EN, "kk", "en", id="an English text in a Kazakh edition"),
        pytest.param(KK_LATIN, "ru", "kk", id="Kazakh in Latin letters in a Russian edition"),
        pytest.param(RU, "tr", "ru", id="a Russian text on an embassy's page"),
        pytest.param(EN, "tr", "en", id="an English text on an embassy's page"),
        pytest.param("В районе открыли школу", "kk", "ru", id="a short Russian title"),
        pytest.param("Ауданда жаңа мектеп ашылды", "ru", "kk", id="a short Kazakh title"),
        pytest.param("New school opens in the district", "ru", "en", id="a short English title"),
        pytest.param("Форум басталды", "ru", None, id="two words tell nothing"),
        pytest.param("Astana Hub", "ru", None, id="a name of two words"),
        pytest.param("Қуаныш Әлиханұлы Тоқсанбаев", "ru", None, id="a name of three words"),
        pytest.param("Тоқсанбаев поздравил Әлиханова", "ru", None, id="Kazakh names in a Russian sentence"),
        pytest.param("В Ақмоле прошёл фестиваль «Ұлы дала елі»", "ru", None, id="a Kazakh name in quotes"),
        pytest.param("Bank of Qyzylorda opens Qazaq Qory", "en", None, id="Kazakh names in English"),
        pytest.param("Аудан әкімі В. Петров пен С. Иванов", "kk", None, id="Russian names in Kazakh"),
        pytest.param("Форум Astana Finance Days өтеді", "kk", None, id="half of one, half of another"),
        pytest.param("12.03.2026 – 45 %", "ru", None, id="no words"),
        pytest.param("", "kk", None, id="nothing"),
    ],
)
def test_what_is_plainly_in_another_language_is_told(text: str, said: str, detected: str | None) -> None:
    assert other_language(text, said) == detected


def test_only_the_beginning_is_looked_at() -> None:
    assert other_language(KK + "\n" + "." * LOOKED_AT + RU * 50, "kk") is None
    assert language(KK + "\n" + RU * 1000) == language(KK + "\n" + RU * 10)
