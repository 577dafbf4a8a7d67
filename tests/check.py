"""The one command for all checks, from a fresh clone on: format, lint, types, Dockerfile, tests. Mends nothing.

    python3 tests/check.py

Needs Python 3.11 or newer and a package index that pip can reach. Everything it installs goes into `.venv` of this
repository and is named with its hash in the lock files; as long as those stay as they are, nothing is installed.
"""

import argparse
import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "jarshy-installed"

PIP = (str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
INSTALLS = (
    # What builds packages comes first, locked like the rest, so that no build fetches tools of its own.
    (*PIP, "--require-hashes", "-r", "requirements-build.lock"),
    (*PIP, "--require-hashes", "--no-build-isolation", "-r", "requirements.lock"),
    (*PIP, "--no-deps", "--no-build-isolation", "-e", "."),
)
# The soak, where it is asked for, mostly waits; two processes are left for all other tests.
PROCESSES = "3" if os.environ.get("JARSHY_SOAK_MINUTES") else "2"
CHECKS = (
    ("ruff", "format", "--check"),
    ("ruff", "check"),
    ("mypy",),
    ("hadolint", "Dockerfile"),
    # Last, because its summary is the closing line; a file stays in one process, in the order of `tests/conftest.py`.
    ("pytest", "-n", PROCESSES, "--dist", "loadfile", "--no-loadscope-reorder"),
)


def main() -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 - run by whatever python3 a machine has
        print("check: needs Python 3.11 or newer, this is", sys.version.split()[0], file=sys.stderr)
        return 2
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    return install() or check()


def install() -> int:
    """Makes `.venv` what the lock files say; 0, or the exit code of what failed."""
    wanted = stamp()
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text() == wanted:
        say("the packages of the lock files are in .venv")
        return 0
    STAMP.unlink(missing_ok=True)
    if not PYTHON.exists():
        code = run((sys.executable, "-m", "venv", str(VENV)), "making .venv")
        if code:
            return failed("making .venv", code, "on Debian, install python3-venv")
    for command in INSTALLS:
        what = f"pip install {' '.join(command[len(PIP) :])}"
        code = run(command, what)
        if code:
            return failed(what, code, "can pip reach a package index?")
    STAMP.write_text(wanted)
    return 0


def check() -> int:
    """Runs every check until one finds something; 0, or that one's exit code."""
    for tool, *arguments in CHECKS:
        what = " ".join((tool, *arguments))
        code = run((str(BIN / tool), *arguments), what)
        if code and tool != "pytest":
            return failed(
                what, code, "what it found is above; ruff format and ruff check --fix mend much of theirs"
            )
        if code:
            return code
    return 0


def stamp() -> str:
    """What decides the contents of `.venv`, as one digest: the lock files, pyproject.toml and the Python."""
    digest = hashlib.sha256(sys.version.encode())
    for path in (*sorted(ROOT.glob("requirements*.lock")), ROOT / "pyproject.toml"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def run(command: tuple[str, ...], what: str) -> int:
    say(what)
    # The tests start our commands some hundreds of times: each would compile all of our files again.
    compiled = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run(command, cwd=ROOT, env=compiled).returncode


def failed(what: str, code: int, remedy: str) -> int:
    print(f"check: stopped: {what} ended with {code}; {remedy}", file=sys.stderr)
    return code


def say(what: str) -> None:
    print(f"check: {what}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
