"""Builds the image of the Dockerfile without a registry, over a stand-in for its base made by debootstrap."""

import ast
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
BASE, IMAGE = "localhost/jarshy-standin-base", "localhost/jarshy-check"


def make_base(scratch: Path) -> None:
    """What the registry's base offers to the Dockerfile: Debian, `python`, pip and the certificates."""
    say("making a stand-in base with debootstrap")
    root = scratch / "base"
    packages = "python3,python3-venv,python3-pip,ca-certificates"
    run("debootstrap", "--variant=minbase", f"--include={packages}", "trixie", str(root))
    (root / "usr/bin/python").symlink_to("python3")
    container = run("buildah", "from", "scratch")
    run("buildah", "add", "--quiet", container, str(root), "/")
    run("buildah", "commit", "--quiet", "--rm", container, BASE)
    shutil.rmtree(root)


def build(scratch: Path) -> None:
    say("building the Dockerfile")
    mounts = [f"--volume={path}:{inside}:ro" for path, inside in packages(scratch)]
    run(
        "buildah", "bud", "--isolation", "chroot", "--network", "host", "--pull-never", "--format", "docker",
        "--layers=false", "--build-arg", f"BASE={BASE}", *mounts, "--tag", IMAGE, str(ROOT),
    )  # fmt: skip
    size = int(run("podman", "image", "inspect", "--format", "{{.Size}}", IMAGE))
    base = int(run("podman", "image", "inspect", "--format", "{{.Size}}", BASE))
    say(f"the image adds {(size - base) / 1e6:.0f} MB to its base")


def packages(scratch: Path) -> Iterator[tuple[Path, str]]:
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
    places = {Path(urlsplit(word).path) for word in words if word.startswith(("/", "file:"))}
    # The pages of an index on disk («simple») link to files beside them.
    places = {place.parent if place.name == "simple" else place for place in places}
    yield from ((place, str(place)) for place in sorted(places) if place.exists())


def run(*command: str) -> str:
    """Runs a command and returns what it printed; shows that where it failed."""
    done = attempt(*command)
    if done.returncode != 0:
        show(done)
    done.check_returncode()
    return done.stdout.strip()


def attempt(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True)


def show(done: subprocess.CompletedProcess[str]) -> None:
    lines = (done.stdout + done.stderr).splitlines()[-15:]
    print("".join(f"    {line}\n" for line in lines), end="", flush=True)


def say(what: str) -> None:
    print(f"container: {what}", flush=True)
