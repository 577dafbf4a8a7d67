"""The small rule that tells Kazakh, Russian and English apart. All sentences are invented."""

import pytest

from monitor.language import language


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
        pytest.param("2025 – 100 %", "und", id="no word"),
        pytest.param("北京", "und", id="another script"),
        pytest.param("", "und", id="nothing"),
    ],
)
def test_the_language_is(text: str, expected: str):
    assert language(text) == expected
