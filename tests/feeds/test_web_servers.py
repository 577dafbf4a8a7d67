"""The examples for nginx and Caddy, run over files that the command has written."""

import gzip
import http.client
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from feeds.folder import opened
from tests.feeds.conftest import Stored
from tests.feeds.test_files import Run

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
PATIENCE = 20.0
GUARDS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
}
ARCHIVE = "feeds/all/archive/0..0.atom"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


@dataclass(frozen=True)
class Server:
    """A web server that serves `site`, and how to ask it."""

    port: int
    site: Path

    def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        connection.request(method, path, headers={"Accept-Encoding": "identity"} | named)
        response = connection.getresponse()
        answer = Answer(response.status, response.headers, response.read())
        connection.close()
        return answer


def example(name: str, **replaced: str) -> str:
    """An example with what a person would change in it, each of which must be there."""
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    for old, new in replaced.items():
        assert old in text
        text = text.replace(old, new)
    return text


def nginx(site: Path, folder: Path, port: int) -> list[str]:
    server = example(
        "nginx.conf",
        **{
            "    listen 80;\n": f"    listen 127.0.0.1:{port};\n",
            "    listen [::]:80;\n": "",
            "/var/www/feeds;": f"{site};",
        },
    )
    temporary = "\n".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    # The folders of a test can be entered by nobody but who runs it.
    user = "user root;" if os.getuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{user} daemon off; pid {folder}/pid; error_log stderr; worker_processes 1; events {{}}\n"
        f"http {{\naccess_log off;\n{temporary}\n{server}\n}}\n",
        encoding="utf-8",
    )
    return ["nginx", "-e", "stderr", "-c", str(folder / "nginx.conf")]


def caddy(site: Path, folder: Path, port: int) -> list[str]:
    server = example(
        "Caddyfile",
        **{
            "\n{$FEEDS_SITE:feeds.example.org} {": f"\nhttp://127.0.0.1:{port} {{",
            "{$FEEDS_FOLDER:/var/www/feeds}\n": f"{site}\n",
        },
    )
    options = "{\n\tadmin off\n\tauto_https off\n}\n"
    (folder / "Caddyfile").write_text(options + server, encoding="utf-8")
    return ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


@pytest.fixture(params=[nginx, caddy], ids=["nginx", "caddy"])
def server(request: pytest.FixtureRequest, golden: Stored, tmp_path: Path) -> Iterator[Server]:
    program = request.param.__name__
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed (apt-get install {program})")
    golden.db.conn.commit()
    run = Run(tmp_path / "site", tmp_path / "jarshy.toml")
    run.configure(agencies=["economy", "abay", "moa"], public_url="https://herald.example")
    run("--gzip")
    assert (run.site / ARCHIVE).exists()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    folder = tmp_path / program
    folder.mkdir()
    home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            request.param(run.site, folder, port), stdout=log, stderr=log, env=os.environ | home
        )
    try:
        _await(process, port, folder / "log")
        yield Server(port, run.site)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _await(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        assert process.poll() is None, log.read_text()
        try:
            socket.create_connection(("127.0.0.1", port), timeout=PATIENCE).close()
        except OSError:
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.02)  # the server starts; this only keeps the looking from costing it the processor
        else:
            return


def test_what_the_command_wrote_is_served_as_what_it_is(server: Server) -> None:
    for path, media_type, cached in (
        ("/", "text/html", 60),
        ("/index.html", "text/html", 60),
        ("/feeds/all.kk.atom", "application/atom+xml", 60),
        ("/feeds/agencies/economy.rss", "application/rss+xml", 60),
        ("/feeds/changes.json", "application/feed+json", 60),
        ("/feeds.kk.opml", "text/x-opml", 60),
        (f"/{ARCHIVE}", "application/atom+xml", 600),
    ):
        answer = server.get(path)
        file = "index.html" if path == "/" else path.removeprefix("/")
        assert (answer.status, answer.body) == (200, (server.site / file).read_bytes())
        assert answer.headers["Content-Type"] == f"{media_type}; charset=utf-8"
        assert answer.headers["Cache-Control"] == f"public, max-age={cached}"
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert GUARDS.items() <= dict(answer.headers).items()
        head = server.get(path, "HEAD")
        assert (head.status, head.body, head.headers["ETag"]) == (200, b"", answer.headers["ETag"])


def test_what_did_not_change_is_not_sent_again(server: Server) -> None:
    for coding in ("identity", "gzip"):
        answer = server.get("/feeds/all.atom", Accept_Encoding=coding)
        tag = answer.headers["ETag"]
        assert tag.startswith('"'), "a strong one"
        same = server.get("/feeds/all.atom", Accept_Encoding=coding, If_None_Match=tag)
        assert (same.status, same.body, same.headers["ETag"]) == (304, b"", tag)
        assert same.headers["Cache-Control"] == "public, max-age=60"
        dated = server.get("/feeds/all.atom", If_Modified_Since=answer.headers["Last-Modified"])
        assert (dated.status, dated.body) == (304, b"")
        assert server.get("/feeds/all.atom", If_None_Match='"other"').status == 200


def test_an_edit_of_the_same_length_within_the_second_is_seen_at_once(server: Server) -> None:
    file = server.site / "feeds" / "all.atom"
    answer = server.get("/feeds/all.atom", Accept_Encoding="gzip")
    content = file.read_bytes().swapcase()
    with opened(server.site, gzipped=True) as folder:
        folder.claim(["feeds/all.atom"])
        folder.put("feeds/all.atom", content)
    again = server.get("/feeds/all.atom", If_None_Match=answer.headers["ETag"])
    assert (again.status, again.body) == (200, content)
    since = answer.headers["Last-Modified"]
    assert server.get("/feeds/all.atom", If_Modified_Since=since).status == 200


def test_the_compressed_file_is_sent_to_who_takes_it(server: Server) -> None:
    for path in ("/", "/feeds/all.atom", "/feeds.opml", "/feeds/changes.json"):
        answer = server.get(path, Accept_Encoding="br, gzip")
        file = "index.html" if path == "/" else path.removeprefix("/")
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.body == (server.site / f"{file}.gz").read_bytes()
        assert gzip.decompress(answer.body) == (server.site / file).read_bytes()
        assert answer.headers["ETag"] != server.get(path).headers["ETag"], "a coding has a tag of its own"


def test_nothing_else_is_shown(server: Server) -> None:
    for path in (
        "/.jarshy-feeds.json",
        "/.jarshy-feeds.lock",
        "/feeds/.jarshy-feeds.part",
        "/feeds/",
        "/feeds/agencies/nobody.atom",
        "/feeds/agencies/abay/archive/1..2.atom",
        "/../jarshy.toml",
        "/%2e%2e/jarshy.toml",
        "/feeds/all.atom/..%2f..%2f..%2fjarshy.toml",
    ):
        answer = server.get(path)
        assert answer.status in {400, 404}, path
        assert b"herald" not in answer.body
        assert "public" not in answer.headers.get("Cache-Control", "")
