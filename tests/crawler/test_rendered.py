"""The cards of a list as the portal's page draws it."""

import pytest

from crawler.rendered import Card, read_cards

DETAILS = "/memleket/entities/economy/press/news/details/"
DAY = "8 июля 2026"
CATEGORY = '<p class="typography categories__item">Спорт/</p>'


def card(*, href: str = f"{DETAILS}1257347?lang=kk", inner: str = "Қала", category: str = CATEGORY) -> str:
    return (
        f'<div class="card-news-list__item"><a href="{href}" title="Өңір мен қала">'
        f'<div class="inner-html">{inner}</div></a>{category}<p class="typography '
        f'typography__variant-caption categories__item color_grey">{DAY}</p></div>'
    )


@pytest.mark.parametrize(
    ("page", "cards"),
    [
        (card(), [Card("1257347", "Қала", DAY, "Спорт")]),
        (card(inner="", category=""), [Card("1257347", "Өңір мен қала", DAY, "")]),
        (card(inner="Үй <b>мен</b>\n ғимарат"), [Card("1257347", "Үй мен ғимарат", DAY, "Спорт")]),
        pytest.param(card(href=f"{DETAILS}qala-turaly"), [], id="a slug, no number"),
        pytest.param(card(href="/elsewhere/1257347"), [], id="another address"),
        pytest.param('<div class="card-news-list__item"></div>', [], id="nothing in it"),
        pytest.param('<div id="root"></div>', [], id="the shell"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_the_cards_of_a_page(page: str, cards: list[Card]) -> None:
    drawn = f'<html><body><div class="card-news-list">{page}</div></body></html>' if page else ""
    assert list(read_cards(drawn)) == cards


def test_an_absurdly_large_page_is_not_parsed() -> None:
    assert read_cards(card() + " " * 5_000_000) == ()
