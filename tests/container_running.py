"""Runs containers of the image as compose.yaml says, and looks at them from outside; podman and runc, as root."""

import json
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from tests.container_image import IMAGE, ROOT, attempt, run, say, show
from tests.end_to_end.house import free_port

FOR_THIS_RUNTIME = (
    "--runtime", "runc", "--network", "host", "--no-healthcheck", "--ulimit", "nproc=4096:4096",
)  # fmt: skip
"""What podman needs where it may set up neither cgroups of version 2 nor networks."""


@contextmanager
def running(data: str, config: Path) -> Iterator[tuple[str, int]]:
    """A container with that volume or folder for its data: its id and the port of its server."""
    port = free_port()
    service = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]["jarshy"]
    say(f"running the image, port {port}")
    container = run(
        "podman", "run", "--detach", *FOR_THIS_RUNTIME, *as_composed(service),
        f"--volume={data}:/data", f"--volume={config}:/etc/jarshy:ro",
        "--env", f"JARSHY_SERVER__PORT={port}", IMAGE,
    )  # fmt: skip
    try:
        yield container, port
    except BaseException:
        show(attempt("podman", "logs", container))
        raise
    finally:
        attempt("podman", "rm", "--force", container)


def as_composed(service: dict[str, Any]) -> Iterator[str]:
    """The arguments of podman that say what compose.yaml says of how little a service may do."""
    yield from (f"--cap-drop={name}" for name in service["cap_drop"])
    yield from (f"--security-opt={option.removesuffix(':true')}" for option in service["security_opt"])
    yield from (f"--tmpfs={place}" for place in service["tmpfs"])
    yield from (f"--ulimit={name}={most}:{most}" for name, most in service["ulimits"].items())
    if service["read_only"]:
        yield "--read-only"
    if service["init"]:
        yield "--init"
    yield f"--user={service['user']}"
    yield f"--workdir={service['working_dir']}"
    yield f"--memory={service['mem_limit']}"
    yield f"--pids-limit={service['pids_limit']}"
    yield f"--cpus={service['cpus']}"


@contextmanager
def volume(name: str) -> Iterator[Path]:
    run("podman", "volume", "create", name)
    try:
        yield Path(run("podman", "volume", "inspect", "--format", "{{.Mountpoint}}", name))
    finally:
        attempt("podman", "volume", "rm", "--force", name)


@contextmanager
def small_disk(place: Path, megabytes: int) -> Iterator[Callable[[int], None]]:
    """A file system of that size for the user of the image; what is yielded gives it another size."""
    place.mkdir()
    owner = "uid=10001,gid=10001"
    run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,{owner}", "tmpfs", str(place))
    try:
        yield lambda size: subprocess.run(["mount", "-o", f"remount,size={size}m", place], check=True)  # noqa: S607
    finally:
        attempt("umount", "--lazy", str(place))


def health_of_image() -> Sequence[str]:
    """The command that the image is asked for its health by."""
    inspected = run("podman", "image", "inspect", "--format", "{{json .HealthCheck}}", IMAGE)
    kind, *command = json.loads(inspected)["Test"]
    assert kind == "CMD", f"the health check runs in a shell: {command}"
    return command


def stopped(container: str, *, within: int) -> tuple[str, float]:
    """Sends SIGTERM: the exit code (137: it was killed in the end), and the seconds that it took."""
    begun = time.monotonic()
    run("podman", "stop", "--time", str(within), container)
    return inspected(container, "{{.State.ExitCode}}"), time.monotonic() - begun


def resident(container: str) -> dict[int, dict[str, int]]:
    """What each of its processes has in memory, in kB; Pss shares out what several of them have."""
    return {
        pid: _figures(Path(f"/proc/{pid}/status")) | _figures(Path(f"/proc/{pid}/smaps_rollup"))
        for pid in _family(int(inspected(container, "{{.State.Pid}}")))
    }


def most_at_once(container: str) -> int | None:
    """Bytes that its control group has held, which its limit bounds; None: the kernel does not say."""
    groups = Path(f"/proc/{inspected(container, '{{.State.Pid}}')}/cgroup").read_text().splitlines()
    for _, kind, place in (group.split(":", 2) for group in groups):
        file = Path("/sys/fs/cgroup") / kind / place.lstrip("/")
        for name in ("memory.max_usage_in_bytes", "memory.peak"):
            if kind in {"memory", ""} and (file / name).is_file():
                return int((file / name).read_text())
    return None


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(member for child in children for member in _family(int(child)))]


def _figures(file: Path) -> dict[str, int]:
    lines = (line.split() for line in file.read_text().splitlines())
    return {words[0].rstrip(":"): int(words[1]) for words in lines if words[-1] == "kB"}


def inspected(container: str, template: str) -> str:
    return run("podman", "inspect", "--format", template, container)


def wait(container: str, truth: Callable[[], bool], what: str, seconds: float) -> None:
    """Until it is true; raises AssertionError, naming `what`, where it is not in time or the container ends."""
    deadline = time.monotonic() + seconds
    while not truth():
        state = inspected(container, "{{.State.Status}}")
        assert state == "running", f"the container is {state}, its log is above"
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(0.1)  # the container works; each look at it may start a process of its own
