"""What an alert's `to` and `secret` refer to is put in: from the environment, or from a file."""

import os
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.addresses import read_addresses
from monitor.channels.mail import account_of
from monitor.config import Config, load
from monitor.errors import ConfigError
from monitor.references import Source, filled

VALUES = {
    ("variable", "TOKEN"): "123:ab/c d@ә",
    ("variable", "HOOK"): "https://u:p@hooks.example.kz/a?b=c",
    ("file", "/run/secrets/mail"): "пароль №1",
}


def value_of(source: Source, name: str) -> str:
    return VALUES[source, name]


@pytest.mark.parametrize(
    ("text", "put_in"),
    [
        ("https://example.kz/plain", "https://example.kz/plain"),
        ("${HOOK}", "https://u:p@hooks.example.kz/a?b=c"),
        ("tgram://${TOKEN}/77", "tgram://123%3Aab%2Fc%20d%40%D3%99/77"),
        ("x://u:${file:/run/secrets/mail}@h", "x://u:%D0%BF%D0%B0%D1%80%D0%BE%D0%BB%D1%8C%20%E2%84%961@h"),
        ("x://${TOKEN}${TOKEN}", "x://" + "123%3Aab%2Fc%20d%40%D3%99" * 2),
        ("x://$${TOKEN}", "x://${TOKEN}"),
        ("$${", "${"),
        ("x://$TOKEN/{TOKEN}/$$", "x://$TOKEN/{TOKEN}/$$"),
    ],
)
def test_a_part_of_an_address_is_percent_encoded_and_a_whole_one_is_not(text: str, put_in: str) -> None:
    assert filled(text, value_of, address=True) == put_in


def test_a_part_of_a_secret_is_put_in_as_it_is() -> None:
    assert filled("a ${file:/run/secrets/mail}", value_of, address=False) == "a пароль №1"


def test_what_was_put_in_is_not_read_again() -> None:
    assert filled("${A}${B}", lambda _, name: "${B}" if name == "A" else "$${", address=False) == "${B}$${"


@pytest.mark.parametrize(
    "text", ["${", "x${}", "${a b}", "${1A}", "${file:}", "${file:/a{b}", "${ТОКЕН}", "${A"]
)
def test_what_is_no_reference_is_refused_with_both_remedies_and_not_repeated(text: str) -> None:
    with pytest.raises(ValueError, match=r"as \$\{NAME\} or \$\{file:/path\}, and \$\$\{ where") as refused:
        filled(f"planted{text}", value_of, address=True)
    assert "planted" not in str(refused.value)


@given(st.text(), st.booleans())
def test_a_text_written_with_two_signs_comes_out_as_it_was_meant(text: str, address: bool) -> None:
    meant = text.replace("$${", "")
    assert filled(meant.replace("${", "$${"), value_of, address=address) == meant


@given(st.text(min_size=1))
def test_a_value_in_an_address_can_be_got_back(value: str) -> None:
    text = filled("x://${A}/", lambda *_: value.replace("\x00", "a"), address=True)
    assert unquote(text[4:-1]) == value.replace("\x00", "a")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read(folder: Path, rule: str, **environ: str) -> Config:
    (folder / "one.toml").write_text(f'[[alerts]]\nname = "мектеп"\n{rule}\n', encoding="utf-8")
    return load(folder / "one.toml", environ)


def test_alerts_take_their_secrets_from_the_environment_and_from_files(folder: Path) -> None:
    (folder / "mail").write_bytes("\ufeffқұпия сөз/№1 \r\nthe second line is a remark\n".encode())
    config = read(
        folder,
        'to = ["${HOOK}", "mailto://user:${file:mail}@127.0.0.1?from=a@b", "tgram://${BOT}/77"]\n'
        'secret = "${file:mail}"',
        HOOK="https://hooks.example.kz/a%20b",
        BOT="123:token",
    )
    (alert,) = config.alerts
    assert alert.to[0] == "https://hooks.example.kz/a%20b"
    assert alert.secret == "құпия сөз/№1 "
    (mail,) = read_addresses(alert.to[1])
    assert mail.shown == "mailto:a@b"
    assert account_of(mail.url).password == "құпия сөз/№1 "
    assert read_addresses(alert.to[2])[0].url == "123:token"
    assert "token" not in repr(config)
    assert "құпия" not in repr(config)


def test_one_variable_may_hold_several_addresses(folder: Path) -> None:
    config = read(folder, 'to = "${HOOKS}"', HOOKS="https://a.example.kz/1, https://b.example.kz/2")
    assert config.alerts[0].to == ("https://a.example.kz/1", "https://b.example.kz/2")


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ('to = ["https://planted/${HOOK}"]', "to: ${HOOK} is not set or empty; set the variable HOOK"),
        ('to = "${EMPTY}"', "to: ${EMPTY} is not set or empty"),
        ('to = "${NOT_UTF_8}"', "to: ${NOT_UTF_8} is not UTF-8"),
        ('to = "x://y"\nsecret = "${file:nowhere}"', "secret: ${file:nowhere} cannot be read (No such file"),
        ('to = "x://y"\nsecret = "${file:.}"', "secret: ${file:.} cannot be read (Is a directory)"),
        ('to = "x://y"\nsecret = "${file:empty}"', "secret: ${file:empty} is empty; write the secret"),
        ('to = "x://y"\nsecret = "${file:blank}"', "secret: ${file:blank} is empty"),
        ('to = "x://y"\nsecret = "${file:binary}"', "secret: ${file:binary} is not UTF-8"),
        ('to = "x://y"\nsecret = "${file:a\\u0000b}"', "cannot be read"),
        ('to = ["x://planted/${"]', "to: write a reference as ${NAME}"),
    ],
)
def test_what_cannot_be_put_in_stops_the_start_with_rule_key_reference_and_remedy(
    folder: Path, rule: str, said: str
) -> None:
    (folder / "empty").touch()
    (folder / "blank").write_text("\nplanted\n")
    (folder / "binary").write_bytes(b"planted\xff\n")
    with pytest.raises(ConfigError) as refused:
        read(folder, rule, EMPTY="", NOT_UTF_8=os.fsdecode(b"planted\xff"))
    assert str(refused.value).startswith("alerts.0 ('мектеп'), ")
    assert said in str(refused.value)
    assert "planted" not in str(refused.value)


def test_a_secret_that_is_not_there_hides_no_other_mistake(folder: Path) -> None:
    rule = 'to = ["https://planted/${HOOK}"]\nsecret = "${KEY}"\nwieght = "minor"'
    with pytest.raises(ConfigError) as refused:
        read(folder, rule)
    heading, *lines = str(refused.value).splitlines()
    assert heading.endswith("cannot be used:")
    assert lines == [
        "  alerts.0.wieght: unknown key (did you mean: weight?) (alert 'мектеп')",
        "  alerts.0 ('мектеп'), to: ${HOOK} is not set or empty; set the variable HOOK for this process",
        "  alerts.0 ('мектеп'), secret: ${KEY} is not set or empty; set the variable KEY for this process",
    ]


@pytest.mark.parametrize("rule", ["to = 7", 'to = ["x://y", 7]', 'to = "x://y"\nsecret = ["planted"]'])
def test_what_is_no_text_is_left_to_the_check_of_types(folder: Path, rule: str) -> None:
    with pytest.raises(ConfigError, match=r"alerts\.0\.(to|secret)"):
        read(folder, rule)
