"""Workers without their second of imports; how one starts and ends is shown by cold ones, like the daemon's."""

import os
from collections.abc import Mapping, Sequence

from crawler.__main__ import main
from tests.forked import Forked


class WarmWorker(Forked):
    """A worker that is forked, with pipes of its own."""

    def __init__(self, options: Sequence[str], *, stderr: int, env: Mapping[str, str]) -> None:
        theirs_in, ours_in = os.pipe()
        ours_out, theirs_out = os.pipe()
        self.stdin = os.fdopen(ours_in, "wb", buffering=0)
        self.stdout = os.fdopen(ours_out, "rb", buffering=0)
        super().__init__(main, options, (theirs_in, theirs_out, stderr), env=env)
        os.close(theirs_in)
        os.close(theirs_out)
