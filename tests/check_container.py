"""An optional check of its own: builds the Dockerfile without a registry, runs the image and watches it stop.

The base is a stand-in made by debootstrap (Debian 13 with its Python 3.13), so this says that the Dockerfile
works, not that the pinned base does. Packages come from wherever this machine's pip takes them. The portal that
the container is given is a closed port of this machine: it asks nobody.

    python tests/check_container.py            about two minutes, as root; «skipped» where a tool is missing
"""

import ast
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ("debootstrap", "buildah", "podman", "runc")
BASE, IMAGE = "localhost/jarshy-standin-base", "localhost/jarshy-check"
STARTS_WITHIN, STOPS_WITHIN = 60, 5


def main() -> int:
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        return _skip(f"needs {', '.join(missing)}; on Debian: apt-get install {' '.join(TOOLS)}")
    if os.geteuid() != 0:
        return _skip("debootstrap and the chroot build need root")
    with tempfile.TemporaryDirectory(prefix="jarshy-container-") as scratch:
        try:
            _make_base(Path(scratch))
            _build(Path(scratch))
            with _running() as (container, port):
                _check(container, port)
                _stop(container)
        except subprocess.CalledProcessError as error:
            print(f"container: failed: {error.cmd[0]} {error.cmd[1]} ended with {error.returncode}")
            return 1
        except AssertionError as error:
            print(f"container: failed: {error}")
            return 1
        finally:
            _try("buildah", "rmi", "--force", IMAGE, BASE)
    print("container: passed")
    return 0


def _skip(reason: str) -> int:
    print(f"container: skipped: {reason}")
    return 0


def _make_base(scratch: Path) -> None:
    """What the registry's base offers to the Dockerfile: Debian, `python`, pip and the certificates."""
    _say("making a stand-in base with debootstrap")
    root = scratch / "base"
    packages = "python3,python3-venv,python3-pip,ca-certificates"
    _run("debootstrap", "--variant=minbase", f"--include={packages}", "trixie", str(root))
    (root / "usr/bin/python").symlink_to("python3")
    container = _run("buildah", "from", "scratch")
    _run("buildah", "add", "--quiet", container, str(root), "/")
    _run("buildah", "commit", "--quiet", "--rm", container, BASE)
    shutil.rmtree(root)


def _build(scratch: Path) -> None:
    _say("building the Dockerfile")
    mounts = [f"--volume={path}:{inside}:ro" for path, inside in _packages(scratch)]
    _run(
        "buildah", "bud", "--isolation", "chroot", "--network", "host", "--pull-never", "--format", "docker",
        "--layers=false", "--build-arg", f"BASE={BASE}", *mounts, "--tag", IMAGE, str(ROOT),
    )  # fmt: skip
    size = int(_run("podman", "image", "inspect", "--format", "{{.Size}}", IMAGE))
    base = int(_run("podman", "image", "inspect", "--format", "{{.Size}}", BASE))
    _say(f"the image adds {(size - base) / 1e6:.0f} MB to its base")


def _packages(scratch: Path) -> Iterator[tuple[Path, str]]:
    """What to mount so that pip in the build finds what pip on this machine finds, and where."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    ).stdout
    settings: dict[str, str] = {}
    for line in listed.splitlines():
        key, _, value = line.partition("=")
        settings[key.rpartition(".")[2]] = ast.literal_eval(value)
    certificates = settings.pop("cert", None) or ssl.get_default_verify_paths().cafile
    if certificates and Path(certificates).is_file():
        yield Path(certificates).resolve(), "/etc/ssl/certs/ca-certificates.crt"

    config = scratch / "pip.conf"
    lines = [f"{key} = {' '.join(value.split())}" for key, value in sorted(settings.items())]
    config.write_text("\n".join(["[global]", *lines, "cert = /etc/ssl/certs/ca-certificates.crt", ""]))
    yield config, "/etc/pip.conf"

    words = [word for value in settings.values() for word in value.split()]
    folders = {Path(urlsplit(word).path) for word in words if word.startswith(("/", "file:"))}
    # The pages of an index on disk («simple») link to files beside them.
    folders = {folder.parent if folder.name == "simple" else folder for folder in folders}
    yield from ((folder, str(folder)) for folder in sorted(folders) if folder.is_dir())


@contextmanager
def _running() -> Iterator[tuple[str, int]]:
    """The image as a container with a read-only root: its id and the port of its server."""
    port = _free_port()
    _say(f"running the image, port {port}")
    container = _run(
        "podman", "run", "--detach", "--runtime", "runc", "--network", "host", "--no-healthcheck",
        "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=4096:4096", "--read-only", "--tmpfs=/tmp",
        "--env", f"JARSHY_SERVER__PORT={port}",
        "--env", f"JARSHY_PORTAL__BASE_URL=http://127.0.0.1:{_free_port()}/",
        IMAGE,
    )  # fmt: skip
    try:
        yield container, port
    finally:
        _show(_try("podman", "logs", container))
        _try("podman", "rm", "--force", "--volumes", container)


def _check(container: str, port: int) -> None:
    _say("waiting until its own health check passes")
    inspected = _run("podman", "image", "inspect", "--format", "{{json .HealthCheck}}", IMAGE)
    kind, *health = json.loads(inspected)["Test"]
    assert kind == "CMD", f"the health check runs in a shell: {health}"
    deadline = time.monotonic() + STARTS_WITHIN
    while _try("podman", "exec", container, *health).returncode != 0:
        state = _inspect(container, "{{.State.Status}}")
        assert state == "running", f"the container is {state}, its log is below"
        assert time.monotonic() < deadline, f"no answer at /healthz within {STARTS_WITHIN} s"
        time.sleep(0.5)  # the container works; each look at it starts a process of its own
    asked = "import os; print(os.getuid(), os.path.exists('/data/jarshy.db'))"
    said = _run("podman", "exec", container, "python", "-c", asked)
    assert said == "10001 True", f"user id and «database is in /data» should be «10001 True», are «{said}»"
    with socket.create_connection(("127.0.0.1", port), timeout=5):
        _say("it answers, as user 10001, with its database in /data")


def _stop(container: str) -> None:
    _say("sending SIGTERM")
    begun = time.monotonic()
    _run("podman", "stop", "--time", str(STOPS_WITHIN), container)
    code = _inspect(container, "{{.State.ExitCode}}")
    assert code == "0", f"after SIGTERM it ended with {code} (137: killed after {STOPS_WITHIN} s)"
    _say(f"it ended with 0 after {time.monotonic() - begun:.1f} s")


def _inspect(container: str, template: str) -> str:
    return _run("podman", "inspect", "--format", template, container)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _run(*command: str) -> str:
    """Runs a command and returns what it printed; shows that where it failed."""
    done = _try(*command)
    if done.returncode != 0:
        _show(done)
    done.check_returncode()
    return done.stdout.strip()


def _try(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True)


def _show(done: subprocess.CompletedProcess[str]) -> None:
    lines = (done.stdout + done.stderr).splitlines()[-15:]
    print("".join(f"    {line}\n" for line in lines), end="", flush=True)


def _say(what: str) -> None:
    print(f"container: {what}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
