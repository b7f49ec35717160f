"""Start a program that the kernel ends when its parent ends: ``lifeline.py PARENT_PID PROGRAM ARGUMENT…``.

Run as a file by an isolated interpreter, between the fork and the real program, because ``preexec_fn`` is unsafe in a
process with threads. The process keeps its id; only its program changes.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(argv: list[str]) -> None:
    """Tie this process to ``argv[0]``, the parent's process id, then become the program in the rest."""
    parent, program = int(argv[0]), argv[1:]
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    # The parent may have ended before the line above; then nothing would ever signal us.
    if os.getppid() != parent:
        sys.exit(1)
    os.execvp(program[0], program)


if __name__ == "__main__":
    main(sys.argv[1:])
