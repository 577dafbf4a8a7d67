"""Workers for the commands that tests fork: each starts one as always, and gets a fork of one that is loaded.

It is a process with pipes of its own whose end and exit code are seen, and which ends with whoever stands for it.
"""

import ast
import atexit
import os
import selectors
import signal
import socket
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import NoReturn

from crawler.__main__ import main
from tests.forked import loaded

WORKER = ["-P", "-m", "crawler"]
STAND_IN = """#!{python} -IS
import os, signal, socket, sys
if sys.argv[1:4] != {worker}:
    os.execv({python!r}, [{python!r}, *sys.argv[1:]])
signal.signal(signal.SIGINT, signal.SIG_IGN)
asked = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
asked.connect({address!r})
signal.signal(signal.SIGTERM, lambda *_: asked.send(b"ended"))
what = repr((sys.argv[4:], dict(os.environ), os.getcwd())).encode()
socket.send_fds(asked, [what], [0, 1, 2])
os.closerange(0, 3)
code = int(asked.recv(16))
if code < 0:
    signal.signal(-code, signal.SIG_DFL)
    os.kill(os.getpid(), -code)
os._exit(code)
"""
"""What runs in place of Python: it holds no end of a pipe, and is there as long as the worker is."""
_LARGEST = 1 << 17
"""Bytes that say what a worker is started with."""


@cache
def quick_python() -> str:
    """A program that is our Python, and quick to become a worker. It is there until this process ends."""
    folder = Path(mkdtemp(prefix="jarshy-workers-"))
    atexit.register(rmtree, folder)
    address = str(folder / "socket")
    context = loaded()
    ready, its = context.Pipe(duplex=False)
    context.Process(target=_serve, args=(address, its), daemon=True).start()
    its.close()
    ready.recv()
    program = folder / "python"
    program.write_text(STAND_IN.format(python=sys.executable, worker=WORKER, address=address), "utf-8")
    program.chmod(0o700)
    return str(program)


def _serve(address: str, ready: "Connection[None, None]") -> None:
    with (
        socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening,
        selectors.DefaultSelector() as waiting,
    ):
        listening.bind(address)
        listening.listen(16)
        waiting.register(listening, selectors.EVENT_READ)
        ready.send(None)
        of: dict[int, tuple[int, socket.socket]] = {}
        """By the descriptor of a worker's process: its number, and who asked for it."""
        while True:
            for key, _ in waiting.select():
                if key.fileobj is listening:
                    asked, _ = listening.accept()
                    pid = _begun(asked, listening)
                    ends = os.pidfd_open(pid)
                    of[ends] = pid, asked
                    waiting.register(ends, selectors.EVENT_READ)
                    waiting.register(asked, selectors.EVENT_READ, ends)
                elif key.fd in of:
                    pid, asked = of.pop(key.fd)
                    waiting.unregister(key.fd)
                    os.close(key.fd)
                    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
                    if asked.fileno() in waiting.get_map():
                        waiting.unregister(asked)
                        with suppress(OSError):  # who asked was killed at the same moment
                            asked.send(b"%d" % code)
                    asked.close()
                elif key.data in of:
                    pid, asked = of[key.data]
                    if _heard(asked):
                        signal.pidfd_send_signal(key.data, signal.SIGTERM)
                    else:
                        waiting.unregister(asked)
                        signal.pidfd_send_signal(key.data, signal.SIGKILL)


def _begun(asked: socket.socket, listening: socket.socket) -> int:
    what, descriptors, _, _ = socket.recv_fds(asked, _LARGEST, 3)
    pid = os.fork()
    if pid == 0:
        asked.close()
        listening.close()
        _work(descriptors, what.decode())
    for each in descriptors:
        os.close(each)
    return pid


def _heard(asked: socket.socket) -> bytes:
    """What was said; nothing: who asked has ended."""
    try:
        return asked.recv(16)
    except ConnectionResetError:
        return b""


def _work(descriptors: Sequence[int], what: str) -> NoReturn:
    code = 1
    try:
        arguments, env, folder = ast.literal_eval(what)
        for number, descriptor in enumerate(descriptors):
            os.dup2(descriptor, number)
            os.close(descriptor)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(env)
        main(arguments)
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except Exception:  # noqa: BLE001 - said as by an interpreter that ends of it
        traceback.print_exc()
    finally:
        os._exit(code)
