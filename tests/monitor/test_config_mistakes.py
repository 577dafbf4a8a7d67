"""Mistakes as people make them in a configuration, and what is said of each: which word was meant."""

from pathlib import Path

import pytest

from monitor.config import Config, load, variables
from monitor.config_sources import unused
from monitor.errors import ConfigError

RULE = '[[alerts]]\nname = "мектеп"\nto = ["https://hooks.example.kz/one"]\n'


def read(folder: Path, toml: str, **environ: str) -> Config:
    file = folder / "one.toml"
    file.write_text(toml, "utf-8")
    return load(file, {f"JARSHY_{name}": text for name, text in environ.items()})


def refusal(folder: Path, toml: str, **environ: str) -> str:
    with pytest.raises(ConfigError) as caught:
        read(folder, toml, **environ)
    return str(caught.value)


MISTAKES = {
    "a key above all tables": ('agencies = ["mfa"]', "key here; it belongs under [portal] or [[alerts]]"),
    "a key of another table": ("[server]\nrequests_per_minute = 5", "it belongs under [portal]"),
    "one of alerts alone": ('[portal]\nwords = ["a"]', "unknown key here; it belongs under [[alerts]]"),
    "a key that is nowhere": ('[database]\nfile = "x"', "database.file: unknown key; here may stand path"),
    "a key in capitals": ("[server]\nPORT = 9000", "(did you mean: port?)"),
    "a table in capitals": ("[Server]\nport = 9000", "(did you mean: server?)"),
    "one alert in a table of another name": ('[[alert]]\nname = "a"', "(did you mean: alerts?)"),
    "a key with an s too many": (f'{RULE}langs = ["ru"]', "(did you mean: lang, languages?)"),
    "an agency in capitals": ('[portal]\nagencies = ["Economy"]', "(did you mean: economy?)"),
    "an agency by its Kazakh name": (
        '[portal]\nagencies = ["Ұлттық экономика министрлігі"]', "(did you mean: economy?)"
    ),
    "an agency by its Russian name": ('[portal]\nagencies = ["сельского хозяйства"]', "(did you mean: moa"),
    "an agency that nobody may have meant": ('[portal]\nagencies = ["ЪЪЪ"]', "agency 'ЪЪЪ'; `jarshy agencies`"),
    "everybody and somebody": ('[portal]\nagencies = ["*", "mfa"]', '"*" stands for every agency, by itself'),
    "two agencies in one": ('[portal]\nagencies = ["economy mfa"]', "write a comma between names: economy, mfa"),
    "a language of three letters": ('[portal]\nlanguages = ["rus"]', "code for Russian is ru, not rus"),
    "a language in capitals": ('[portal]\nlanguages = ["RU"]', "Russian is ru"),
    "a language in Kazakh": ('[portal]\nlanguages = ["қазақша"]', "Kazakh is kk"),
    "a route in capitals": ('[portal]\nroutes = ["REST"]', "(did you mean: rest?)"),
    "a kind that is a verb": (f'{RULE}kinds = ["publish"]', "(did you mean: published?)"),
    "a weight in capitals": (f'{RULE}weight = "Major"', "(did you mean: major?)"),
    "agencies of many kinds": (f'{RULE}agency_kinds = ["ministries"]', "(did you mean: ministry?)"),
    "a list where one is meant": (f'{RULE}lang = ["ru"]', "(did you mean: ru?)"),
    "a number in quotes": ('[portal]\nrequests_per_minute = "30"', "write a number, without quotes"),
    "a port in quotes": ('[server]\nport = "8080"', "write a whole number (an integer), without quotes"),
    "a name that is a number": ("[server]\nhost = 8080", "write a text, in quotes"),
    "a path that is a number": ("[database]\npath = 5", "write a path, in quotes"),
    "a duration in words": ('[schedule]\nlongest = "1 hour"', "(did you mean: 1h?)"),
    "a duration of two units": ('[schedule]\nlongest = "1h30m"', "(did you mean: 90m?)"),
    "a duration in capitals": ('[schedule]\nshortest = "2M"', "(did you mean: 2m?)"),
    "a duration without a unit": ("[schedule]\nshortest = 120", "(did you mean: 120s, 120m, 120h or 120d?)"),
    "months, which have no length": ('[portal]\nhistory = "3 months"', "30s, 5m, 1h or 7d\n"),
    "a zone by its city": ('[schedule]\nzone = "Almaty"', "(did you mean: Asia/Almaty?)"),
    "a zone with a slip": ('[schedule]\nzone = "Asia/Almati"', "(did you mean: Asia/Almaty?)"),
    "a zone of the capital": ('[schedule]\nzone = "Asia/Astana"', "(did you mean: Asia/Almaty?)"),
    "an address without its scheme": ('[server]\npublic_url = "news.kz"', "(did you mean: https://news.kz?)"),
    "a text of another word": ('[server]\nremoved_text = "titles"', "(did you mean: title?)"),
    "a burst that is a number": (f"{RULE}burst = 5", 'write a table, as { more_than = 10, within = "10m" }'),
    "a table that is none": ("portal = 5", "must be a table; write [portal] on a line of its own"),
    "a NUL in a path": ('[database]\npath = "a\\u0000.db"', "database.path: holds the character NUL"),
    "a NUL in a folder": ('[backup]\nfolder = "\\u0000"', "backup.folder: holds the character NUL"),
    "a NUL in one of a list": ('[delivery]\ninside = ["a.kz", "\\u0000"]', "delivery.inside: holds the"),
    "a NUL in a contact": ('[portal]\ncontact = "\\u0000"', "portal.contact: holds the character NUL"),
    "an alert that is none": ("alerts = [3]", "must be a table; write [[alerts]] on a line of its own"),
    "the second alert": (f'[[alerts]]\nname = "a"\nto = "https://a.kz"\n{RULE}kinds = ["heath"]', "(alert 'мектеп')"),
    "a key twice": ('[portal]\ncontact = "a"\ncontact = "b"', "a key may stand there once"),
    "a table twice": ("[portal]\n[portal]", "a table may stand there once"),
    "a path of Windows": ('[database]\npath = "C:\\жаршы.db"', "in single quotes"),
    "a key above all tables, like a table": ("port = 9000", "unknown key here; it belongs under [server]"),
    "a text without quotes": ("[portal]\nagencies = economy", "texts stand in quotes"),
}  # fmt: skip


@pytest.mark.parametrize(("toml", "remedy"), MISTAKES.values(), ids=MISTAKES)
def test_of_a_mistake_is_said_what_was_meant(tmp_path: Path, toml: str, remedy: str) -> None:
    assert remedy in f"{refusal(tmp_path, toml)}\n"


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("SERVER__PROT", "9", "JARSHY_SERVER__PROT: unknown key (did you mean: JARSHY_SERVER__PORT?)"),
        ("SERVR__PORT", "9", "JARSHY_SERVR__PORT: unknown key (did you mean: JARSHY_SERVER__PORT?)"),
        ("_SERVER__PORT", "9", "JARSHY__SERVER__PORT: unknown key (did you mean: JARSHY_SERVER__PORT?)"),
        ("SERVER__LANGUAGES", "kk", "unknown key (did you mean: JARSHY_PORTAL__LANGUAGES?)"),
        ("PORTAL__WORDS", "салық", "JARSHY_PORTAL__WORDS: unknown key here; it belongs under [[alerts]]"),
        ("DATABASE__XYZ", "9", "JARSHY_DATABASE__XYZ: unknown key; here may stand path"),
        (
            "DATABASE__PATH",
            '"a\\u0000.db"',
            "JARSHY_DATABASE__PATH: holds the character NUL; write it without",
        ),
        ("SERVER__PORT", "http", "JARSHY_SERVER__PORT: write a whole number"),
        (
            "PORTAL__AGENCIES",
            "economy;mfa",
            "JARSHY_PORTAL__AGENCIES: 'economy;mfa' is one name; write a comma",
        ),
    ],
)
def test_a_mistake_in_the_environment_is_named_by_its_variable(
    tmp_path: Path, name: str, value: str, remedy: str
) -> None:
    assert remedy in refusal(tmp_path, "", **{name: value})


def test_who_is_named_twice_is_followed_once(tmp_path: Path) -> None:
    toml = '[portal]\nagencies = ["mfa", "economy", "mfa"]\nlanguages = "kk, kk"\nhistory = "All"'
    portal = read(tmp_path, toml).portal
    assert (portal.agencies, portal.languages, portal.history) == (("mfa", "economy"), ("kk",), None)


@pytest.mark.parametrize(
    ("name", "value", "meant"),
    [
        ("JARSHY_SERVER_PORT", "9000", "JARSHY_SERVER__PORT"),
        ("JARSHY_PORT", "9000", "JARSHY_SERVER__PORT"),
        ("JARSHY_LANGUAGES", "kk", "JARSHY_PORTAL__LANGUAGES"),
        ("JARSHY_PORTAL_AGENCYES", "mfa", "JARSHY_PORTAL__AGENCIES"),
        ("jarshy_server__port", "9000", "JARSHY_SERVER__PORT"),
        ("JARSHY_CONFIG", "jarshy.toml", None),
    ],
)
def test_a_variable_that_sets_nothing_is_named(name: str, value: str, meant: str | None) -> None:
    [said] = unused({name: value}, variables(), ())
    hint = f" (did you mean: {meant}?)" if meant else ""
    assert said.startswith(f"the variable {name} sets nothing{hint};")
    assert value not in said.replace("jarshy_", "")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JARSHY_SERVER__PORT", "9000"),
        ("JARSHY_MAIL", "planted"),
        ("JARSHY_SERVICE_HOST", "10.0.0.7"),
        ("JARSHY_SERVICE_PORT_HTTP", "80"),
        ("JARSHY_PORT", "tcp://10.0.0.7:80"),
        ("JARSHY_PORT_80_TCP_ADDR", "10.0.0.7"),
        ("HOME", "/home/әсел"),
    ],
)
def test_a_variable_of_somebody_else_or_of_an_alert_is_left_alone(name: str, value: str) -> None:
    assert list(unused({name: value}, variables(), {"JARSHY_MAIL"})) == []
