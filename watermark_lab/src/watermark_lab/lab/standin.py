"""A stand-in program's own side: hands its arguments to the lab, prints what comes back, exits with its code.

Kept to light imports, because a responder's commands must feel like the real ones.
"""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

from watermark_lab.lab import wire

NOT_RUNNING = 1


class _InterruptedError(Exception):
    pass


def main(program: str, argv: list[str], control: str) -> int:
    """Run ``program`` with ``argv`` through the lab at the socket ``control`` and return its exit code."""
    print(f"[lab stand-in for {program}] answered by the lab, not by {program}", file=sys.stderr, flush=True)
    try:
        sock = wire.connect(control)
    except OSError:
        print(f"{program}: the lab at {os.path.dirname(control)} is not running. Start it: watermark-lab up", file=sys.stderr)
        return NOT_RUNNING

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise _InterruptedError

    number = 0
    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGINT, interrupt)
    with sock:
        try:
            wire.send(sock, {"op": "run", "program": program, "argv": argv})
            return _print(sock, program)
        except _InterruptedError:
            number = signal.SIGTERM
            wire.send(sock, {"signal": "TERM"})
        except BrokenPipeError:
            # Whoever read our output has enough (`| head -10`); the interpreter must not complain at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            number = signal.SIGPIPE
    return 128 + number


def _print(sock: object, program: str) -> int:
    for message in wire.receive(sock):  # type: ignore[arg-type]
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
