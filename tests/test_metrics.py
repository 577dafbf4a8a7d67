"""The dashboard, the rules of alerts and the page of the documentation name what a daemon really says of itself."""

import asyncio
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from crawler.standin import Copy, Portal
from crawler.standin import serve as serve_portal
from feeds.server import app, serve
from monitor.config import Config
from monitor.daemon import watch_over
from monitor.metrics import Metrics
from monitor.pulse import REASONS, Pulse
from monitor.store.database import open_store
from monitor.troubles import HEALTH_KINDS
from tests.end_to_end.house import Receiver

ROOT = Path(__file__).resolve().parent.parent
DASHBOARD = json.loads((ROOT / "examples" / "grafana.json").read_text("utf-8"))
RULES_PATH = ROOT / "examples" / "alerts.rules.yml"
TRIALS_PATH = RULES_PATH.with_name("alerts.test.yml")
PROMTOOL = shutil.which("promtool")
RULES = yaml.safe_load(RULES_PATH.read_text("utf-8"))
PAGE = (ROOT / "docs" / "metrics.md").read_text("utf-8")

OF_PROMETHEUS = {"up": {"instance", "job"}}
"""What Prometheus itself says of whom it asks, and the labels that it gives to everything."""
FUNCTIONS = {
    "histogram_quantile", "increase", "max", "min", "predict_linear", "rate", "sum", "time",
}  # fmt: skip
WORDS = {"and", "by", "or"}
DURATION = re.compile(r"(?:(?:\d+[smhd])+|\$__rate_interval)")
SECONDS = 20.0


@dataclass
class Said:
    """What a daemon exports: each family's type, and the labels of its samples by the names of these."""

    types: dict[str, str] = field(default_factory=dict)
    labels: dict[str, set[str]] = field(default_factory=dict)
    text: str = ""

    @property
    def families(self) -> set[str]:
        """Names as they are written in a question; of a histogram without the endings of its parts."""
        return set(self.types)


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Said:
    """What is exported after a release was read, published and told: worker, receiver and portal are real."""
    receiver = Receiver()
    try:
        return _read(asyncio.run(_exported(receiver, tmp_path_factory.mktemp("metrics"))))
    finally:
        receiver.stop()


async def _exported(receiver: Receiver, folder: Path) -> str:
    portal = Portal()
    portal.publish("economy", _copies("Кешегі күн"), when=datetime.now(UTC) - timedelta(days=1))
    with serve_portal(portal) as standin, (folder / "worker.log").open("wb") as worker_log:
        config = Config.model_validate(
            {
                "database": {"path": folder / "jarshy.db"},
                "portal": {
                    "base_url": standin.base_url,
                    "agencies": ["economy"],
                    "languages": ["kk"],
                    "requests_per_minute": 3000,
                },
                "schedule": {"shortest": "1s", "longest": "1s", "confirm": "2s", "per_day": 100_000},
                "alerts": [{"name": "бәрі", "to": [receiver.url]}],
            }
        )
        db, stop, port = open_store(config.database.path), asyncio.Event(), asyncio.Queue[int]()
        found: asyncio.Queue[Any] = asyncio.Queue()
        metrics, pulse = Metrics(), Pulse()
        async with asyncio.TaskGroup() as rooms:
            site = app(config, metrics=metrics, pulse=pulse)
            rooms.create_task(serve(site, "127.0.0.1", 0, stop=stop, ready=port.put_nowait))
            rooms.create_task(
                watch_over(
                    db,
                    config,
                    stop=stop,
                    now=lambda: datetime.now(UTC),
                    on_changes=found.put_nowait,
                    worker_stderr=worker_log,
                    metrics=metrics,
                    pulse=pulse,
                )
            )
            try:
                async with asyncio.timeout(SECONDS), aiohttp.ClientSession() as session:
                    url = f"http://127.0.0.1:{await port.get()}"
                    await found.get()
                    portal.publish("economy", _copies("Көмір арзандады"), when=datetime.now(UTC))
                    await found.get()
                    await _get(session, f"{url}/feeds/all.atom")
                    told = 'jarshy_deliveries_total{state="sent"} 1.0'
                    while told not in (text := await _get(session, f"{url}/metrics")):  # noqa: ASYNC110
                        await asyncio.sleep(0.05)  # nothing says when it is marked as sent
            finally:
                stop.set()
        db.close()
    return text


def _copies(title: str) -> dict[str, Copy]:
    return {"kk": Copy(title=title, paragraphs=(f"{title}: мәтін.",))}


async def _get(session: aiohttp.ClientSession, url: str) -> str:
    async with session.get(url) as answer:
        return await answer.text()


def _read(text: str) -> Said:
    said = Said(text=text)
    for family in text_string_to_metric_families(text):
        ending = "_total" if family.type == "counter" else ""
        said.types[family.name + ending] = family.type
        for sample in family.samples:
            said.labels.setdefault(sample.name, set()).update(sample.labels)
    return said


def expressions() -> Iterator[tuple[str, str]]:
    """Every question that the dashboard and the rules ask, with where it stands."""
    for panel in DASHBOARD["panels"]:
        for target in panel.get("targets", []):
            yield f"panel «{panel['title']}»", target["expr"]
    for group in RULES["groups"]:
        for rule in group["rules"]:
            yield f"rule {rule['alert']}", " ".join(rule["expr"].split())


@dataclass(frozen=True)
class Asked:
    """What a question names."""

    metrics: dict[str, set[str]]
    """Each metric with the labels that are matched."""
    grouped: set[str]
    """Labels that something is summed by."""
    rest: str
    """What else stands there, without spaces."""


def asked(expression: str) -> Asked:
    """What a question names; whatever is none of our few kinds of words is left in the rest."""
    metrics: dict[str, set[str]] = {}
    grouped: set[str] = set()

    def take_group(found: re.Match[str]) -> str:
        grouped.update(name.strip() for name in found[1].split(","))
        return " "

    def take_metric(found: re.Match[str]) -> str:
        name, matchers = found[1], found[2]
        if name in FUNCTIONS | WORDS and matchers is None:
            return " "
        labels = metrics.setdefault(name, set())
        for matcher in re.findall(r'([a-z_]+)(?:=~|!~|!=|=)"[^"]*"', matchers or ""):
            labels.add(matcher)
        left = re.sub(r'[a-z_]+(?:=~|!~|!=|=)"[^"]*",?', "", matchers or "{}")
        return " " if left == "{}" else left

    left = re.sub(
        r"\[([^\]]*)\]", lambda found: " " if DURATION.fullmatch(found[1]) else found[0], expression
    )
    left = re.sub(rf"\boffset {DURATION.pattern}(?!\w)", " ", left)
    left = re.sub(r"\bby \(([a-z_, ]+)\)", take_group, left)
    left = re.sub(r"([a-z_]+)(\{[^{}]*\})?", take_metric, left)
    return Asked(metrics, grouped, re.sub(r"\s", "", left))


@pytest.mark.parametrize(
    ("expression", "metrics", "grouped", "rest"),
    [
        (
            'sum by (a, b) (rate(m_total{x="1",y=~"2|3"}[5m])) > 0',
            {"m_total": {"x", "y"}},
            {"a", "b"},
            "(())>0",
        ),
        ("time() - m > 3600 and n + o > 0", {"m": set(), "n": set(), "o": set()}, set(), "()->3600+>0"),
        ("m > n offset 2d", {"m": set(), "n": set()}, set(), ">"),
        ("m > n offset 2days", {"m": set(), "n": set(), "offset": set(), "days": set()}, set(), ">2"),
        ("rate(m[5 minutes])", {"m": set(), "minutes": set()}, set(), "([5])"),
        ('m{x="1" y}', {"m": {"x"}}, set(), "{y}"),
    ],
)
def test_a_question_is_taken_to_pieces(
    expression: str, metrics: dict[str, set[str]], grouped: set[str], rest: str
) -> None:
    assert asked(expression) == Asked(metrics, grouped, rest)


@pytest.mark.parametrize(("place", "expression"), list(expressions()))
def test_a_question_has_the_form_of_one(place: str, expression: str) -> None:
    found = asked(expression)
    assert found.metrics, place
    assert re.fullmatch(r"[()0-9.,*+\-/<>=]*", found.rest), place
    depth = 0
    for character in expression:
        depth += {"(": 1, ")": -1}.get(character, 0)
        assert depth >= 0, place
    assert depth == 0, place
    assert expression.count("{") == expression.count("}")


def test_every_question_is_about_what_a_daemon_says(said: Said) -> None:
    known = {**{name: labels | {"instance", "job"} for name, labels in said.labels.items()}, **OF_PROMETHEUS}
    for place, expression in expressions():
        found = asked(expression)
        for name, labels in found.metrics.items():
            assert name in known, f"{place}: nobody says {name}"
            assert labels <= known[name], f"{place}: {name} has no label {labels - known[name]}"
        may_group = set().union(*(known[name] for name in found.metrics))
        assert found.grouped <= may_group, f"{place}: {found.grouped - may_group} cannot be summed by"
        for name in found.metrics:
            if name.endswith("_bucket"):
                assert "le" in found.grouped, f"{place}: a quantile needs the bounds of {name}"
            if name.endswith("_total"):
                assert re.search(rf"(?:rate|increase)\({name}\b", expression), f"{place}: {name} only grows"


def test_names_are_shown_of_labels_that_there_are(said: Said) -> None:
    for panel in DASHBOARD["panels"]:
        for target in panel.get("targets", []):
            found, shown = asked(target["expr"]), set(re.findall(r"{{(\w+)}}", target["legendFormat"]))
            kept = found.grouped or set().union(*(said.labels[name] for name in found.metrics))
            assert shown <= kept, panel["title"]
    for rule in RULES["groups"][0]["rules"]:
        found = asked(" ".join(rule["expr"].split()))
        kept = found.grouped or {"instance", "job"}.union(*(said.labels.get(n, set()) for n in found.metrics))
        shown = set(re.findall(r"\$labels\.(\w+)", json.dumps(rule["annotations"])))
        assert shown <= kept, rule["alert"]


def test_the_page_tells_of_every_metric_and_of_no_other(said: Said) -> None:
    rows = re.findall(r"^\| `([a-z_]+)` \| (\w+) \|([^|]*)\| (.+) \|$", PAGE, re.MULTILINE)
    assert len(rows) == len(PAGE.splitlines()) - PAGE.splitlines().index("|---|---|---|---|") - 1
    assert {name for name, *_ in rows} == said.families
    for name, sort, labels, says in rows:
        assert sort == said.types[name], name
        sample = f"{name}_count" if sort == "histogram" else name
        assert set(re.findall(r"`(\w+)`", labels)) == said.labels[sample], name
        assert says.strip(), name


def test_every_kind_of_trouble_is_named_and_those_of_the_operator_call_somebody() -> None:
    [row] = re.findall(r"^\| `jarshy_troubles` .*$", PAGE, re.MULTILINE)
    assert re.findall(r"`(\w+)`", row.split("|")[4]) == list(HEALTH_KINDS)
    [called] = [rule["expr"] for rule in RULES["groups"][0]["rules"] if rule["alert"] == "JarshyTrouble"]
    [kinds] = re.findall(r'kind=~"([a-z|]+)"', called)
    of_single_agencies = {"listing", "silent", "flood", "fields"}
    assert kinds.split("|") == [kind for kind in HEALTH_KINDS if kind not in of_single_agencies]


def test_every_reason_that_keeps_it_from_its_work_is_named_and_calls_somebody() -> None:
    [row] = re.findall(r"^\| `jarshy_unready` .*$", PAGE, re.MULTILINE)
    assert re.findall(r"`(\w+)`", row.split("|")[4]) == list(REASONS)
    matched = {
        reason
        for rule in RULES["groups"][0]["rules"]
        for reasons in re.findall(r'jarshy_unready\{reason=~?"([a-z|]+)"\}', rule["expr"])
        for reason in reasons.split("|")
    }
    assert matched == set(REASONS) - {"listings"}  # for those JarshyNothingRead calls


def test_names_follow_the_conventions(said: Said) -> None:
    for name, sort in said.types.items():
        assert re.fullmatch(r"(?:jarshy_|process_)[a-z][a-z_]*[a-z]", name), name
        assert name.endswith("_total") == (sort == "counter"), name
        assert sort != "histogram" or name.endswith("_seconds"), name
    bounded = {
        "form", "format", "kind", "le", "outcome", "reason", "route", "schema", "stage", "state", "status", "version",
    }  # fmt: skip
    assert set().union(*said.labels.values()) <= bounded


def test_the_dashboard_is_whole() -> None:
    panels = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    variables = {each["name"]: each["type"] for each in DASHBOARD["templating"]["list"]}
    assert variables == {"datasource": "datasource", "instance": "query"}
    assert [panel["title"] for panel in panels if panel["type"] == "row"] == [
        "Is it reading?",
        "Is it telling?",
        "What was found?",
        "What does it cost?",
    ]
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        place = panel["gridPos"]
        squares = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not taken & squares, f"{panel['title']} lies over another"
        assert all(0 <= x < 24 for x, _ in squares), panel["title"]
        taken |= squares
        if panel["type"] != "row":
            assert panel["datasource"]["uid"] == "${datasource}"
            assert panel["description"]
            assert all('instance=~"$instance"' in target["expr"] for target in panel["targets"])


def test_the_rules_are_whole() -> None:
    rules = [rule for group in RULES["groups"] for rule in group["rules"]]
    assert len({rule["alert"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule.keys() <= {"alert", "expr", "for", "labels", "annotations"}
        assert re.fullmatch(r"Jarshy[A-Z][A-Za-z]+", rule["alert"])
        assert DURATION.fullmatch(rule.get("for", "1m"))
        assert rule["labels"]["severity"] in {"critical", "warning"}
        assert rule["annotations"].keys() == {"summary", "description"}
        for said in rule["annotations"].values():
            assert said.count("{{") == said.count("}}")
            for piece in re.findall(r"{{ (.+?) }}", said):
                assert re.fullmatch(r"\$labels\.\w+|\$value(?: \| humanize(?:1024|Duration)?)?", piece), piece


def test_every_rule_is_tried_with_what_a_daemon_says(said: Said) -> None:
    tried = yaml.safe_load(TRIALS_PATH.read_text("utf-8"))
    assert tried["rule_files"] == [RULES_PATH.name]
    [trial] = tried["tests"]
    rules = sorted(rule["alert"] for group in RULES["groups"] for rule in group["rules"])
    last = trial["promql_expr_test"][-1]["exp_samples"]
    assert [re.findall(r'alertname="(\w+)"', each["labels"])[0] for each in last] == rules
    known = {**said.labels, **{name: {"job"} for name in OF_PROMETHEUS}}
    for each in trial["input_series"]:
        [(name, labels)] = asked(each["series"]).metrics.items()
        assert labels == known[name] | {"instance"}, each


@pytest.mark.skipif(PROMTOOL is None, reason="promtool, of Debian's package prometheus, is not installed")
@pytest.mark.parametrize("asked_for", [("check", RULES_PATH), ("test", TRIALS_PATH)])
def test_prometheus_takes_the_rules_and_they_do_what_they_should(asked_for: tuple[str, Path]) -> None:
    what, path = asked_for
    done = subprocess.run(
        [str(PROMTOOL), what, "rules", path], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(PROMTOOL is None, reason="promtool, of Debian's package prometheus, is not installed")
def test_prometheus_finds_nothing_to_say_against_what_a_daemon_exports(said: Said) -> None:
    done = subprocess.run(
        [str(PROMTOOL), "check", "metrics"],
        input=said.text,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
