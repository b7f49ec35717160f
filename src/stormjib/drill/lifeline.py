"""Become a program that is told to end when its parent ends: ``lifeline.py PARENT_PID PROGRAM ARGUMENT…``.

A drill that is killed can't end what it started, so the kernel does. Run as a file by an isolated interpreter, between the
fork and the program: a process with threads must do nothing of its own there. Only Linux has it; elsewhere the program runs
as it is.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(argv: list[str]) -> None:
    """Tie this process to its parent, whose id comes first, then become the program in the rest."""
    parent, program = int(argv[0]), argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    # The parent may have ended before the line above; then nobody would ever be told.
    if os.getppid() != parent:
        sys.exit(1)
    os.execvp(program[0], program)  # noqa: S606 - this is what it is for


if __name__ == "__main__":
    main(sys.argv[1:])
