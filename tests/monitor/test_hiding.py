"""A secret is known in every writing in which a receiver or a library may repeat it."""

import base64
import html
import json
import re
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.addresses import without_secrets

SECRETS = ["planted/pass word", "құпия сөз", 'pl"an\\ted&<', "T0/B0/xyz+abc=", "plan"]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "written",
    [
        str,
        quote,
        quote_plus,
        lambda secret: quote(secret, safe=""),
        lambda secret: re.sub("%..", lambda digits: digits[0].lower(), quote(secret, safe="")),
        html.escape,
        json.dumps,
        repr,
        lambda secret: secret.encode().hex(),
        lambda secret: base64.b64encode(secret.encode()).decode(),
        lambda secret: repr(secret.encode())[2:-1],
    ],
)
def test_a_secret_is_blanked_in_every_writing(secret: str, written: Callable[[str], str]) -> None:
    said = written(secret).strip("'\"")
    assert said not in without_secrets(f"535 {said} is wrong", secret)


@settings(max_examples=40)
@given(
    st.text(max_size=6),
    st.text(min_size=4, max_size=20, alphabet=st.characters(exclude_categories=["Cs"])),
    st.text(max_size=6),
)
def test_of_a_login_line_in_base64_no_more_than_a_letter_at_each_border_stays(
    before: str, secret: str, after: str
) -> None:
    head, middle, tail = before.encode(errors="replace"), secret.encode(), after.encode(errors="replace")
    line = base64.b64encode(head + middle + tail).decode()
    first, last = len(head) * 8 // 6, -(-(len(head) + len(middle)) * 8 // 6)
    left = without_secrets(line, secret)
    inner = line[first + 1 : last - 1]
    assert len(inner) < 4 or inner not in left


def test_what_is_too_short_to_be_a_secret_spoils_no_sentence() -> None:
    assert without_secrets("the mail server said no", "a", "no", "") == "the mail server said no"
