"""compose.yaml: what its containers may do and who can reach them, and that Caddy does what it promises."""

import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

from monitor.config import Config
from tests.container_running import as_composed
from tests.end_to_end.house import eventually, free_port

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "compose.yaml").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
LITESTREAM: dict[str, Any] = yaml.safe_load((ROOT / "examples" / "litestream.yml").read_text("utf-8"))


def mounts(service: dict[str, Any]) -> dict[str, tuple[str, bool]]:
    """By the place inside: what is mounted there, and whether it may be written."""
    found = {}
    for mount in service.get("volumes", []):
        if isinstance(mount, str):
            source, target, *options = mount.split(":")
            found[target] = source, "ro" not in options
        else:
            found[mount["target"]] = mount["source"], not mount.get("read_only", False)
    return found


def test_the_daemon_alone_is_started_where_no_profile_is_named() -> None:
    assert [name for name, service in SERVICES.items() if not service.get("profiles")] == ["jarshy"]


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_may_more_than_it_needs(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "caddy" else [])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "network_mode", "pid", "ipc", "devices", "extra_hosts"} & service.keys()
    assert service.get("user") == (None if name == "caddy" else "10001:10001")


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_bounded_and_comes_back(name: str) -> None:
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped"
    assert service["mem_limit"].endswith("m")
    assert service["pids_limit"] <= 128
    assert service["logging"]["options"] == {"max-size": "10m", "max-file": "5"}
    assert all("size=" in place for place in service["tmpfs"])


def test_nothing_is_open_to_the_world_but_caddy() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published.keys() == {"jarshy", "caddy"}
    assert published["jarshy"] == [f"127.0.0.1:{Config().server.port}:{Config().server.port}"]
    assert SERVICES["caddy"]["profiles"] == ["tls"]


@pytest.mark.parametrize("name", SERVICES)
def test_only_data_can_be_written(name: str) -> None:
    written = {place for place, (_, writable) in mounts(SERVICES[name]).items() if writable}
    assert (
        written
        == {
            "jarshy": {"/data"},
            "feeds": {"/data", "/feeds"},
            "caddy": {"/data"},
            "replica": {"/data", "/replica"},
        }[name]
    )
    assert mounts(SERVICES["caddy"])["/data"] == ("certificates", True), "Caddy never sees the history"


@pytest.mark.parametrize("name", SERVICES)
def test_what_is_mounted_is_in_the_repository_or_is_the_operators(name: str) -> None:
    for source, _ in mounts(SERVICES[name]).values():
        if not source.startswith("./"):
            assert source in COMPOSE["volumes"]
        elif source not in {"./config", "./replica"}:
            assert (ROOT / source).is_file()


def test_the_image_and_compose_say_the_same_of_its_user_and_health() -> None:
    assert "USER 10001:10001" in DOCKERFILE
    command = re.search(r"HEALTHCHECK .*?CMD (\[.*?\])\n", DOCKERFILE, re.DOTALL)
    assert command is not None
    health = SERVICES["jarshy"]["healthcheck"]
    assert ["CMD", *yaml.safe_load(command[1])] == health["test"]
    for key in ("interval", "timeout", "start_period", "retries"):
        assert f"--{key.replace('_', '-')}={health[key]} " in command[0]
    for place in ("/data", "/feeds"):
        assert re.search(rf"install -d -o jarshy -g jarshy .*{place}\b", DOCKERFILE)


@pytest.mark.parametrize("name", [name for name in SERVICES if name != "jarshy"])
def test_the_others_wait_until_the_daemon_has_made_its_tables(name: str) -> None:
    assert SERVICES[name]["depends_on"]["jarshy"] == {"condition": "service_healthy"}


def test_litestream_follows_the_database_of_the_image_into_what_is_mounted_and_never_holds_up_its_writer() -> (
    None
):
    (database,) = LITESTREAM["dbs"]
    assert f"JARSHY_DATABASE__PATH={database['path']}" in DOCKERFILE
    assert any(database["replica"]["path"].startswith(f"{place}/") for place in mounts(SERVICES["replica"]))
    assert database["truncate-page-n"] == 0


def test_the_check_of_the_image_runs_it_as_compose_does() -> None:
    arguments = list(as_composed(SERVICES["jarshy"]))
    assert {"--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--memory=256m"} <= {
        *arguments
    }


def test_compose_understands_every_key_and_value() -> None:
    compose_spec = pytest.importorskip("compose_spec", reason="pip install compose-spec")
    filled = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", TEXT)
    understood = compose_spec.PyCompose.from_yaml(filled)
    understood.validate()
    assert set(understood.service_names()) == set(SERVICES)
    with pytest.raises(ValueError, match="pids_limits"):
        compose_spec.PyCompose.from_yaml(filled.replace("pids_limit:", "pids_limits:"))


class _Daemon(BaseHTTPRequestHandler):
    """Stands for the daemon: says who was asked for."""

    def do_GET(self) -> None:
        body = f"the daemon, asked as {self.headers['Host']}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet: the test looks at the answers."""


@pytest.fixture
def front(tmp_path: Path) -> Iterator[tuple[int, int]]:
    """Caddy as compose.yaml starts it, but without TLS: its port, and the one where it looks for the daemon."""
    port, daemon = free_port(), free_port()
    with _caddy(tmp_path, f"http://127.0.0.1:{port}", daemon):
        eventually(lambda: _listens(port), f"Caddy serves ({(tmp_path / 'log').read_text()[-800:]})")
        yield port, daemon


@contextmanager
def _caddy(folder: Path, public_url: str, daemon: int) -> Iterator[int]:
    """Caddy with `examples/Caddyfile.compose`, its own data in `folder`; the port where it sends HTTP on to HTTPS."""
    program = shutil.which("caddy")
    if program is None:
        pytest.skip("caddy is not installed (apt-get install caddy)")
    (folder / "feeds").mkdir()
    (folder / "feeds" / "all.atom").write_text("<feed/>", "utf-8")
    files, plain = free_port(), free_port()
    told = {
        "JARSHY_SERVER__PUBLIC_URL": public_url,
        "JARSHY_UPSTREAM": f"127.0.0.1:{daemon}",
        "FEEDS_UPSTREAM": f"127.0.0.1:{files}",
        "FEEDS_SITE": f"http://:{files}",
        "FEEDS_FOLDER": str(folder),
        "FEEDS_CADDYFILE": str(ROOT / "examples" / "Caddyfile"),
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
    }
    ours, caddyfile = os.environ | told, ROOT / "examples" / "Caddyfile.compose"
    adapted = subprocess.check_output(
        [program, "adapt", "--config", caddyfile, "--adapter", "caddyfile"],
        stderr=subprocess.DEVNULL,
        env=ours,
    )
    config = json.loads(adapted)
    # A test takes no port of the machine's own, and makes it trust nobody.
    config["apps"]["http"]["http_port"] = plain
    config["apps"]["pki"] = {"certificate_authorities": {"local": {"install_trust": False}}}
    (folder / "caddy.json").write_text(json.dumps(config), "utf-8")
    with (folder / "log").open("wb") as written:
        process = subprocess.Popen(
            [program, "run", "--config", folder / "caddy.json"], stdout=written, stderr=written, env=ours
        )
    try:
        yield plain
    finally:
        process.terminate()
        process.wait(20)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _get(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_feeds_are_served_while_the_daemon_is_away_and_by_the_daemon_once_it_is_back(
    front: tuple[int, int],
) -> None:
    port, daemon = front
    begun = time.monotonic()
    assert _get(port, "/feeds/all.atom") == (200, "<feed/>")
    assert time.monotonic() - begun < 3
    assert _get(port, "/search")[0] == 404
    with _daemon(daemon):
        asked = f"the daemon, asked as 127.0.0.1:{port}"
        eventually(lambda: _get(port, "/feeds/all.atom") == (200, asked), "the daemon is asked again")


def test_the_daemon_is_reached_by_tls_and_who_comes_without_is_sent_there(tmp_path: Path) -> None:
    port, daemon = free_port(), free_port()
    root = tmp_path / "caddy" / "pki" / "authorities" / "local" / "root.crt"
    with _daemon(daemon), _caddy(tmp_path, f"https://localhost:{port}", daemon) as plain:
        eventually(lambda: root.exists() and _listens(port) and _listens(plain), "Caddy has its certificate")

        def read() -> str:
            trusted = ssl.create_default_context(cafile=root)
            with urllib.request.urlopen(f"https://localhost:{port}/", timeout=10, context=trusted) as answer:
                return str(answer.read().decode())

        eventually(
            lambda: _said_by(read) == f"the daemon, asked as localhost:{port}", "the daemon is reached"
        )
        connection = HTTPConnection("localhost", plain, timeout=10)
        connection.request("GET", "/ru/")
        sent = connection.getresponse()
        assert (sent.status, sent.headers["Location"]) == (308, f"https://localhost:{port}/ru/")
        connection.close()


def _said_by(read: Callable[[], str]) -> str:
    """What is read, or nothing while the certificate is being made."""
    try:
        return read()
    except OSError:
        return ""


@contextmanager
def _daemon(port: int) -> Iterator[None]:
    server = ThreadingHTTPServer(("127.0.0.1", port), _Daemon)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
