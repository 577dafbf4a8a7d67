"""What the configuration understands, and what it says when it does not."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.directory import FOLLOWED, agencies
from crawler.routes import ROUTES as ROUTES_OF_THE_CRAWLER
from monitor.channels import TELEGRAM
from monitor.config import Alert, Config, load
from monitor.config_values import ROUTES
from monitor.errors import ConfigError

RULE = '[[alerts]]\nname = "мектеп"\nto = ["https://hooks.example.kz/one"]\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read(folder: Path, toml: str | bytes, **environ: str) -> Config:
    file = folder / "one.toml"
    file.write_bytes(toml if isinstance(toml, bytes) else toml.encode())
    return load(file, {f"JARSHY_{name}": text for name, text in environ.items()})


def refusal(folder: Path, toml: str | bytes, **environ: str) -> str:
    with pytest.raises(ConfigError) as caught:
        read(folder, toml, **environ)
    return str(caught.value)


def test_without_a_file_everything_has_a_value_that_works(folder: Path) -> None:
    config = load(None, {})
    assert config.portal.agencies == FOLLOWED
    assert config.portal.languages == ("kk", "ru", "en")
    assert config.portal.history == timedelta(days=90)
    assert (config.schedule.shortest, config.schedule.longest) == (timedelta(minutes=2), timedelta(hours=1))
    assert config.schedule.longest_pause == timedelta(hours=6)
    assert config.server.address == "http://127.0.0.1:8080"
    assert config.alerts == ()


def test_chats_go_by_the_bot_api_or_by_a_server_of_ones_own(folder: Path) -> None:
    assert read(folder, "").delivery.telegram == TELEGRAM
    ours = read(folder, '[delivery]\ntelegram = "http://127.0.0.1:8081/"')
    assert ours.delivery.telegram == "http://127.0.0.1:8081"
    assert "delivery.telegram" in refusal(folder, '[delivery]\ntelegram = "api.telegram.org"')


def test_the_file_in_the_folder_is_read_where_none_is_named(folder: Path) -> None:
    (folder / "jarshy.toml").write_text("[server]\nport = 9001\n", encoding="utf-8")
    assert load(None, {}).server.port == 9001


def test_the_environment_wins_over_the_file(folder: Path) -> None:
    config = read(folder, "[server]\nport = 9001\nhost = '::'\n", SERVER__PORT="9002")
    assert (config.server.port, config.server.host) == (9002, "::")


@pytest.mark.parametrize(
    ("said", "environ", "wanted"),
    [
        ("a duration", {"SCHEDULE__SHORTEST": "5s"}, timedelta(seconds=5)),
        ("a number", {"SERVER__PORT": "9000"}, 9000),
        ("a fraction", {"PORTAL__REQUESTS_PER_MINUTE": "0.5"}, 0.5),
        ("names with commas", {"PORTAL__AGENCIES": "economy, mfa"}, ("economy", "mfa")),
        ("one name", {"PORTAL__AGENCIES": "economy"}, ("economy",)),
        ("a list as in TOML", {"PORTAL__AGENCIES": '["economy", "mfa"]'}, ("economy", "mfa")),
        ("everybody", {"PORTAL__AGENCIES": "*"}, tuple(agencies())),
        ("languages", {"PORTAL__LANGUAGES": "kk"}, ("kk",)),
        ("all history", {"PORTAL__HISTORY": "all"}, None),
        ("an address", {"PORTAL__BASE_URL": "http://127.0.0.1:8000/"}, "http://127.0.0.1:8000"),
        ("a path", {"DATABASE__PATH": "/data/жаршы.db"}, Path("/data/жаршы.db")),
        ("Kazakh words", {"PORTAL__CONTACT": "Әсел, қабылдау бөлмесі"}, "Әсел, қабылдау бөлмесі"),
    ],
)
def test_every_key_can_come_from_the_environment(
    folder: Path, said: str, environ: dict[str, str], wanted: object
) -> None:
    [name] = environ
    table, key = name.lower().split("__")
    assert getattr(getattr(read(folder, "", **environ), table), key) == wanted, said


@pytest.mark.parametrize("name", ["JARSHY_PORT", "JARSHY_SERVICE_HOST", "OTHER_SERVER__PORT", "JARSHY"])
def test_names_that_are_no_keys_of_ours_are_left_alone(folder: Path, name: str) -> None:
    assert load(None, {name: "tcp://10.0.0.1:80"}) == Config()


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("0s", timedelta(0)),
        ("30s", timedelta(seconds=30)),
        ("5m", timedelta(minutes=5)),
        ("12h", timedelta(hours=12)),
        ("7d", timedelta(days=7)),
        ("36500d", timedelta(days=36500)),
    ],
)
def test_a_duration_is_a_number_and_a_unit(folder: Path, written: str, wanted: timedelta) -> None:
    assert read(folder, f'[schedule]\nconfirm = "{written}"').schedule.confirm == wanted


@pytest.mark.parametrize(
    "written", ['"5"', '"5 m"', '"m"', '""', '"-5m"', '"1.5h"', '"5M"', '"PT5M"', "5", "true"]
)
def test_what_is_no_duration_is_refused_with_an_example(folder: Path, written: str) -> None:
    said = refusal(folder, f"[schedule]\nconfirm = {written}")
    assert "schedule.confirm: write a duration as a number and a unit: 30s, 5m, 1h or 7d" in said


@pytest.mark.parametrize("written", ["36501d", "999999999d", "99999999999999999999s"])
def test_a_duration_beyond_a_life_is_refused_and_not_left_to_fail_later(folder: Path, written: str) -> None:
    assert "longer than a hundred years" in refusal(folder, f'[portal]\nhistory = "{written}"')


def test_the_longest_pause_is_six_times_the_longest_wait_where_it_is_left_out(folder: Path) -> None:
    assert read(folder, '[schedule]\nlongest = "10m"').schedule.longest_pause == timedelta(hours=1)
    config = read(folder, '[schedule]\nlongest = "10m"\npause = "2h"')
    assert config.schedule.longest_pause == timedelta(hours=2)


def test_the_routes_are_those_of_the_crawler_and_a_browser_is_used_only_where_it_is_named() -> None:
    assert tuple(ROUTES_OF_THE_CRAWLER) == ROUTES
    assert Config().portal.routes == ("rest", "graphql", "rest-session")
    assert Config(portal={"routes": ["browser"]}).portal.routes == ("browser",)


@pytest.mark.parametrize(
    ("said", "toml", "key", "remedy"),
    [
        ("an unknown table", "[prtal]\nx = 1", "prtal", "unknown key"),
        ("an unknown key", '[portal]\nbase_ulr = "x"', "portal.base_ulr", "(did you mean: base_url?)"),
        ("an unknown key of an alert", '[[alerts]]\nnot_words = ["x"]', "alerts.0.not_words", "mean: words"),
        (
            "an unknown key of a burst",
            "[[alerts]]\nburst = {morethan = 1}",
            "alerts.0.burst.morethan",
            "(did you mean: more_than?)",
        ),
        ("an agency with a slip", '[portal]\nagencies = ["econmy"]', "portal.agencies.0", "economy"),
        ("the old code of Kazakh", '[portal]\nlanguages = ["kz"]', "portal.languages.0", "kk"),
        ("the same in capitals", '[portal]\nlanguages = ["KZ"]', "portal.languages.0", "Kazakh is kk"),
        ("a language in words", '[portal]\nlanguages = ["қазақша"]', "portal.languages.0", "kk, ru or en"),
        ("nobody to follow", "[portal]\nagencies = []", "portal.agencies", "at least one"),
        ("no language", "[portal]\nlanguages = []", "portal.languages", "at least one"),
        ("no route", "[portal]\nroutes = []", "portal.routes", "at least one"),
        ("an unknown route", '[portal]\nroutes = ["grahql"]', "portal.routes.0", "rest"),
        ("a file address", '[portal]\nbase_url = "file:///x"', "portal.base_url", "https://www.gov.kz"),
        ("a host alone", '[portal]\nbase_url = "www.gov.kz"', "portal.base_url", "https://www.gov.kz"),
        ("a port that cannot be", '[portal]\nbase_url = "http://a:99999"', "portal.base_url", "ort"),
        ("half an address", '[portal]\nbase_url = "http://[::1"', "portal.base_url", "IPv6"),
        ("no rate", "[portal]\nrequests_per_minute = 0", "portal.requests_per_minute", "a number above 0"),
        ("a rate that is yes", "[portal]\nrequests_per_minute = true", "portal.requests_per_minute", "number"),
        ("a rate that is none", "[portal]\nrequests_per_minute = nan", "portal.requests_per_minute", "0"),
        ("a port that is yes", "[server]\nport = true", "server.port", "integer"),
        ("a port too high", "[server]\nport = 70000", "server.port", "write 65535 or less"),
        ("a public host alone", '[server]\npublic_url = "a.kz"', "server.public_url", "https://"),
        ("a text of another kind", '[server]\nremoved_text = "none"', "server.removed_text", "'full' or 'title'"),
        ("feeds without entries", "[feeds]\nentries = 0", "feeds.entries", "write 1 or more"),
        ("an unknown zone", '[schedule]\nzone = "Asia/Astana"', "schedule.zone", "Asia/Almaty"),
        ("a zone outside", '[schedule]\nzone = "../etc/passwd"', "schedule.zone", "Asia/Almaty"),
        ("no zone", '[schedule]\nzone = ""', "schedule.zone", "Asia/Almaty"),
        ("waits that contradict", '[schedule]\nshortest = "2h"', "schedule", "raise longest"),
        ("an alert without address", '[[alerts]]\nname = "a"', "alerts.0.to", "missing"),
        ("an address for a name", '[delivery]\ninside = ["http://a.kz"]', "delivery.inside.0", "hooks.example.org"),
        ("an alert to nobody", '[[alerts]]\nname = "a"\nto = []', "alerts.0.to", "at least one"),
        ("an alert in a plain table", '[alerts]\nname = "a"\nto = "x"', "alerts", "[[alerts]]"),
        ("two alerts of one name", RULE * 2, "alerts", "'мектеп'"),
        ("a rule without a name", '[[alerts]]\nname = " "\nto = "https://a.example.kz"', "alerts.0.name", "one line"),
        ("a name of two lines", '[[alerts]]\nname = "a\\nb"\nto = "https://a.kz"', "alerts.0.name", "one line"),
        ("an unknown kind", f'{RULE}kinds = ["publishd"]', "alerts.0.kinds.0", "'published'"),
        ("an unknown weight", f'{RULE}weight = "big"', "alerts.0.weight", "'major'"),
        ("an unknown kind of agency", f'{RULE}agency_kinds = ["minstry"]', "alerts.0.agency_kinds.0", "ministry"),
        ("words that are a number", f"{RULE}words = 7", "alerts.0.words", "a list"),
        ("a word without a letter", f'{RULE}words = ["налог", "*"]', "alerts.0.words.1", "write a word"),
        ("a quote that never ends", f"{RULE}not = ['\"налог']", "alerts.0.not.0", "quotes around an exact phrase"),
        ("a table that is a number", "portal = 5", "portal", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_named_with_a_remedy(
    folder: Path, said: str, toml: str, key: str, remedy: str
) -> None:
    lines = refusal(folder, toml).splitlines()
    assert "one.toml" in lines[0]
    assert any(line.startswith(f"  {key}: ") and remedy in line for line in lines[1:]), (said, lines)


def test_every_fault_is_named_at_once(folder: Path) -> None:
    said = refusal(folder, '[server]\nport = -1\n[portal]\nagencies = ["а"]\n[feeds]\nentrys = 5')
    assert [key in said for key in ("server.port", "portal.agencies.0", "feeds.entrys")] == [True] * 3


@pytest.mark.parametrize(
    ("said", "toml", "environ", "wanted"),
    [
        ("no TOML", "a = [", {}, "not valid TOML"),
        ("a number beyond all measure", "a = " + 5000 * "9", {}, "not valid TOML"),
        ("a list in a list in a list …", "a = " + 5000 * "[", {}, "not valid TOML"),
        ("another encoding", "# құжат".encode("utf-16"), {}, "not valid TOML"),
        ("an alert from the environment", RULE, {"ALERTS__TO": "https://a.kz"}, "JARSHY_ALERTS__TO"),
        ("a key beside what is no table", "portal = 5", {"PORTAL__CONTACT": "x"}, "write [portal]"),
        (
            "an unknown key of the environment",
            "",
            {"PORTAL__CONTRACT": "x"},
            "JARSHY_PORTAL__CONTRACT: unknown key",
        ),
        ("nothing from the environment", "", {"PORTAL__AGENCIES": ""}, "at least one"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_line(
    folder: Path, said: str, toml: str | bytes, environ: dict[str, str], wanted: str
) -> None:
    assert wanted in refusal(folder, toml, **environ), said


def test_a_file_that_is_named_and_not_there_stops_the_start(folder: Path) -> None:
    with pytest.raises(ConfigError, match=r"no configuration file none\.toml"):
        load(Path("none.toml"), {})
    with pytest.raises(ConfigError, match="cannot be read"):
        load(folder, {})


def test_a_file_may_begin_with_a_byte_order_mark(folder: Path) -> None:
    assert read(folder, b"\xef\xbb\xbf[server]\nport = 9003").server.port == 9003


def test_no_refusal_repeats_a_secret(folder: Path) -> None:
    secret = "planted-Құпия"
    toml = f'[[alerts]]\nname = 5\nto = ["mailtos://a:{secret}@h?to=b"]\nsecret = ["{secret}"]\nlang = "de"'
    said = refusal(folder, toml)
    assert "alerts.0.secret" in said
    assert secret not in said
    assert secret not in repr(Alert(name="a", to=("x",), secret=secret))


@pytest.mark.parametrize(
    ("said", "written", "wanted"),
    [
        ("one", '"https://a.kz/x"', ("https://a.kz/x",)),
        ("two", '"https://a.kz/x, tgram://token/7"', ("https://a.kz/x", "tgram://token/7")),
        ("a list", '["https://a.kz/x", "https://b.kz/y"]', ("https://a.kz/x", "https://b.kz/y")),
        ("two readers of one address", '"mailto://h?to=a@x.kz,b@x.kz"', ("mailto://h?to=a@x.kz,b@x.kz",)),
        ("a comma in a listed one", '["mailto://h?to=a@x.kz,b@x.kz"]', ("mailto://h?to=a@x.kz,b@x.kz",)),
    ],
)
def test_a_comma_parts_addresses_but_not_the_inside_of_one(
    folder: Path, said: str, written: str, wanted: tuple[str, ...]
) -> None:
    [alert] = read(folder, f'[[alerts]]\nname = "a"\nto = {written}').alerts
    assert alert.to == wanted, said


def test_a_rule_is_read_with_all_its_keys(folder: Path) -> None:
    more = (
        'agencies = "economy"\nlanguages = "kk, ru"\nwords = "көмір, уголь"\nnot = ["аукцион"]\nlang = "kk"'
    )
    [alert] = read(folder, f'{RULE}{more}\nkinds = "edited"\nweight = "major"').alerts
    assert (alert.agencies, alert.languages, alert.words) == (("economy",), ("kk", "ru"), ("көмір", "уголь"))
    assert (alert.not_words, alert.lang, alert.kinds, alert.weight) == (
        ("аукцион",),
        "kk",
        ("edited",),
        "major",
    )


@pytest.mark.parametrize(
    ("server", "wanted"),
    [
        ("", "http://127.0.0.1:8080"),
        ('host = "0.0.0.0"\nport = 9000', "http://127.0.0.1:9000"),
        ('host = "::"', "http://127.0.0.1:8080"),
        ('host = "10.0.0.7"', "http://10.0.0.7:8080"),
        ('public_url = "https://news.example.kz/"', "https://news.example.kz"),
    ],
)
def test_feeds_name_an_address_that_a_reader_can_open(folder: Path, server: str, wanted: str) -> None:
    assert read(folder, f"[server]\n{server}").server.address == wanted


def test_the_address_of_a_hub_is_kept_as_it_is_written(folder: Path) -> None:
    assert read(folder, "").feeds.hub is None
    assert (
        read(folder, '[feeds]\nhub = "https://hub.example.kz/hub/"').feeds.hub
        == "https://hub.example.kz/hub/"
    )


@pytest.mark.parametrize(
    ("hub", "said"),
    [
        ("https://desk:planted@hub.example.kz:0/", "take the name and password out"),
        ("hub.example.kz", "is not an address such as"),
        ("https://hub.example.kz/#one", "is not an address such as"),
        ("https://hub.example.kz/ two", "is not an address such as"),
    ],
)
def test_what_is_no_address_of_a_hub_is_refused(folder: Path, hub: str, said: str) -> None:
    told = refusal(folder, f'[feeds]\nhub = "{hub}"')
    assert "feeds.hub: " in told
    assert said in told
    assert "planted" not in told


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("http://127.0.0.1:1", True),
        ("http://localhost", True),
        ("http://[::1]:8", True),
        ("https://www.gov.kz", False),
    ],
)
def test_a_stand_in_on_this_machine_is_told_from_the_portal(folder: Path, address: str, wanted: bool) -> None:
    assert read(folder, f'[portal]\nbase_url = "{address}"').portal.on_loopback is wanted


KEYS = st.sampled_from(
    [
        "PORTAL__AGENCIES",
        "PORTAL__HISTORY",
        "PORTAL__BASE_URL",
        "PORTAL__",
        "SCHEDULE__SHORTEST",
        "SCHEDULE__ZONE",
        "SERVER__PORT",
        "SERVER__PUBLIC_URL",
        "SERVER",
        "ALERTS__TO",
        "X__Y",
        "__",
    ]
)
TEXTS = st.text(max_size=20) | st.sampled_from(
    ["9" * 400, "[" * 50, "1e400", "'''", "2026-07-13", "{a = 1}", "http://["]
)


@given(st.dictionaries(KEYS.map(lambda key: f"JARSHY_{key}"), TEXTS))
def test_nothing_in_the_environment_ends_in_anything_but_a_configuration_or_its_error(
    environ: Mapping[str, str],
) -> None:
    try:
        assert isinstance(load(Path("/dev/null"), environ), Config)
    except ConfigError as error:
        assert str(error)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("https://desk:planted@news.example.kz/", "take the name and password out"),
        ("https://news.example.kz/?of=today", "write it without a query"),
        ("https://news.example.kz/?", "write it without a query"),
        ("https://news.example.kz/#one", "is not an address such as"),
        ("https://news.example.kz/ two", "is not an address such as"),
    ],
)
def test_behind_what_no_address_can_stand_is_no_public_one(folder: Path, address: str, said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read(folder, f'[server]\npublic_url = "{address}"')
    assert "server.public_url" in str(refused.value)
    assert said in str(refused.value)
    assert "planted" not in str(refused.value)
