"""Every secret of a configuration is known, in whatever writing, and ordinary words are not taken for secrets."""

import base64
from urllib.parse import quote

import pytest

from monitor.config import Alert, Config, Delivery, Portal
from monitor.withheld import blanked, secrets_in, written_of

SECRET = "Құпия/1+x"


def config(*to: str, secret: str | None = None) -> Config:
    return Config(alerts=(Alert(name="all", to=to, secret=secret),))


PLACES: dict[str, tuple[Config, dict[str, str]]] = {
    "the secret of a rule": (config("http://127.0.0.1/hook", secret=SECRET), {}),
    "the password of a webhook": (config(f"http://u:{quote(SECRET, safe='')}@127.0.0.1/hook"), {}),
    "the path of a webhook": (config(f"http://127.0.0.1/hook/{quote(SECRET, safe='')}"), {}),
    "the query of a webhook": (config(f"http://127.0.0.1/hook?key={quote(SECRET, safe='')}"), {}),
    "the password of a mailbox": (
        config(f"mailtos://u:{quote(SECRET, safe='')}@example.kz?to=a@example.kz"),
        {},
    ),
    "an address of Apprise": (config(f"json://u:{quote(SECRET, safe='')}@127.0.0.1/hook"), {}),
    "the password of a portal": (
        Config(portal=Portal(base_url=f"https://u:{quote(SECRET, safe='')}@portal.example.kz")),
        {},
    ),
    "the login of a server of the Bot API": (
        Config(delivery=Delivery(telegram=f"https://{quote(SECRET, safe='')}@bots.example.kz")),
        {},
    ),
    "the password of a proxy": (
        Config(),
        {"HTTPS_PROXY": f"http://u:{quote(SECRET, safe='')}@proxy.example.kz:3128"},
    ),
    "the token of a proxy": (Config(), {"all_proxy": f"{quote(SECRET, safe='')}@proxy.example.kz"}),
}


@pytest.mark.parametrize(("config", "environ"), PLACES.values(), ids=PLACES)
def test_a_secret_is_found_in_every_writing(config: Config, environ: dict[str, str]) -> None:
    written = written_of(secrets_in(config, environ))
    login = base64.b64encode(f"user:{SECRET}".encode()).decode()
    for said in (SECRET, quote(SECRET, safe=""), ascii(SECRET)[1:-1], login, SECRET.encode().hex()):
        left = blanked(f"before {said} behind", written)
        assert "…" in left
        assert said not in left


def test_the_token_of_a_bot_is_a_secret() -> None:
    written = written_of(secrets_in(config("tgram://12345:AbCdEf-gh/77"), {}))
    assert blanked("POST /bot12345:AbCdEf-gh/sendMessage", written) == "POST /bot…/sendMessage"


def test_ordinary_words_of_an_address_stay_in_sentences() -> None:
    found = secrets_in(config("https://example.kz/hook/economy", "json://127.0.0.1/news?format=text"), {})
    written = written_of(found)
    said = "economy/kk: the text of the news is read; the webhook at 127.0.0.1 takes it."
    assert blanked(said, written) == said


def test_where_nothing_is_secret_nothing_is_looked_for() -> None:
    assert written_of(secrets_in(Config(), {"HTTPS_PROXY": "http://proxy.example.kz:3128"})) == ()
