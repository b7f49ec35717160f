"""A stand-in program's own side: hands its arguments to the lab, prints what comes back, exits with its code.

Kept to light imports, because a responder's commands must feel like the real ones.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
from types import FrameType

from watermark_lab.lab import wire

NOT_RUNNING = 1
SIGNALLED = 128
END_SECONDS_MAX = 20
"""So long after a signal the lab may take to end what was asked of it; then this program ends all the same."""


class _InterruptedError(Exception):
    pass


def main(program: str, argv: list[str], control: str) -> int:
    """Run ``program`` with ``argv`` through the lab at the socket ``control`` and return its exit code."""
    print(f"[lab stand-in for {program}] answered by the lab, not by {program}", file=sys.stderr, flush=True)
    try:
        sock = wire.connect(control)
    except OSError:
        lab = control.rpartition("/")[0]
        print(f"{program}: the lab at {lab} is not running. Start it: watermark-lab up --dir {lab}", file=sys.stderr)
        return NOT_RUNNING

    def interrupt(number: int, _frame: FrameType | None) -> None:
        # Only once: a second signal ends this program, whatever the lab still does.
        signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGALRM, lambda _number, _frame: os._exit(SIGNALLED + number))
        signal.alarm(END_SECONDS_MAX)
        raise _InterruptedError(number)

    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGINT, interrupt)
    with sock:
        try:
            wire.send(sock, {"op": "run", "program": program, "argv": argv})
            return _print(sock, program)
        except _InterruptedError as err:
            wire.send(sock, {"signal": "TERM"})
            # The signal may have cut a message in two.
            with contextlib.suppress(ValueError):
                _print(sock, program)
            return SIGNALLED + int(err.args[0])
        except BrokenPipeError:
            # Whoever read our output has enough (`| head -10`); the interpreter must not complain at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return SIGNALLED + signal.SIGPIPE


def _print(sock: socket.socket, program: str) -> int:
    for message in wire.receive(sock):
        if "out" in message:
            sys.stdout.write(message["out"])
            sys.stdout.flush()
        elif "err" in message:
            sys.stderr.write(message["err"])
            sys.stderr.flush()
        else:
            return int(message["exit"])
    print(f"{program}: the lab went away before it answered.", file=sys.stderr)
    return NOT_RUNNING
