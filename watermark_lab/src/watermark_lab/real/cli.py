"""``watermark-lab up --stack docker``, and status, faults, inject, undo and down in a real lab's directory."""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from watermark_lab.lab.lifeline import PR_SET_PDEATHSIG
from watermark_lab.lab.settings import LabError
from watermark_lab.lab.template import table
from watermark_lab.real import image, needs
from watermark_lab.real.engine import EngineError
from watermark_lab.real.fault.catalogue import ENTRIES
from watermark_lab.real.faults import RealFaults
from watermark_lab.real.settings import RealSettings
from watermark_lab.real.stack import RealStack

OK, FAILED, TIMED_OUT = 0, 1, 7
DOWN_SECONDS_MAX = 180.0


class _Interrupted(BaseException):
    """A signal asked the lab to end."""


def main(argv: Sequence[str]) -> int:
    """Run one command and return its exit code: 0 ok, 1 failed, 2 usage, 7 it took too long."""
    given = _parser().parse_args(argv)
    try:
        if given.command == "prepare":
            return _prepare()
        return _up(given) if given.command == "up" else _ask(given)
    except (LabError, EngineError) as err:
        print(f"watermark-lab: {err}", file=sys.stderr)
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="watermark-lab", description="The real lab of the protected service.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("prepare", help="fetch what it needs from outside, once; needs a network")
    up = commands.add_parser("up", help="bring the lab up and stay in the foreground")
    up.add_argument("--alert-url", help="where Alertmanager posts alerts; loopback is the box's own")
    up.add_argument("--alert-token-file", type=Path, help="file with the bearer token for --alert-url")
    up.add_argument("--health-script", type=Path, help="becomes scripts/health_check.py of the deployment")
    up.add_argument("--requests-per-second", type=float, default=4.0, help="generated load (default 4)")
    up.add_argument("--watch-window-seconds", type=float, default=5.0, help="span of error rate and latency (default 5)")
    up.add_argument("--maintenance-seconds-max", type=float, default=900.0, help="how long in maintenance until it alerts")
    up.add_argument(
        "--inherit-network",
        action="store_true",
        help="use the network namespace of this process, which must not be the machine's",
    )
    up.add_argument("--end-with-parent", action="store_true", help="end when the process that started this one ends (Linux)")
    _common(up)
    for name, words in (("status", "show what runs"), ("faults", "list the faults"), ("down", "end the lab")):
        _common(commands.add_parser(name, help=words))
    for name, words in (("inject", "inject a fault"), ("undo", "end a fault")):
        command = commands.add_parser(name, help=words)
        command.add_argument("fault", help="one of: " + ", ".join(ENTRIES))
        _common(command)
        if name == "inject":
            for option in sorted({option for entry in ENTRIES.values() for option in entry.options}):
                command.add_argument(f"--{option.replace('_', '-')}", type=float, dest=option)
    return parser


def _common(command: argparse.ArgumentParser) -> None:
    command.add_argument("--dir", type=Path, required=True, help="the lab's directory")
    command.add_argument("--json", action="store_true", help="print one JSON object")


def _prepare() -> int:
    """Make what needs a network while there is one: a drill brings the lab up in a network of its own."""
    why = needs.missing()
    if why:
        raise LabError(why)
    image.base_tar()
    return OK


def _up(given: argparse.Namespace) -> int:
    names = ("alert_url", "alert_token_file", "health_script", "requests_per_second", "watch_window_seconds")
    settings = RealSettings(
        dir=given.dir,
        maintenance_seconds_max=given.maintenance_seconds_max,
        own_network=not given.inherit_network,
        **{name: getattr(given, name) for name in names},
    )
    stack = RealStack(given.dir)
    # The configuration is read by system users in the box; what is secret gets its own mode, and nobody else enters the directory.
    os.umask(0o022)

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise _Interrupted

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, interrupt)
    if given.end_with_parent:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    up = False
    try:
        ready = stack.up(settings)
        up = True
        print(json.dumps(ready), flush=True)
        stack.box.wait()
    except _Interrupted:
        pass
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        if up:  # otherwise it has cleaned up, or never was ours
            stack.down()
    return OK


def _ask(given: argparse.Namespace) -> int:
    stack = RealStack(given.dir)
    faults = RealFaults(stack)
    result: Any = None
    if given.command == "down":
        return _down(stack)
    if given.command == "status":
        result = {**stack.status(), "faults": faults.list()}
    elif given.command == "faults":
        _ = stack.ready  # raises where no lab runs
        result = faults.list()
    elif given.command == "undo":
        result = faults.undo(given.fault)
    else:
        names = {option for entry in ENTRIES.values() for option in entry.options}
        result = faults.inject(given.fault, {name: getattr(given, name) for name in names if getattr(given, name) is not None})
    if given.json:
        print(json.dumps({"schema": f"watermark-lab/{given.command}/1", given.command: result}))
    else:
        print("\n".join(_lines(given.command, result)))
    return OK


def _down(stack: RealStack) -> int:
    """Ask the process that keeps the lab; clean up after one that was killed."""
    if not stack.layout.marker.exists():
        msg = f"There is no real lab in {stack.layout.dir}."
        raise LabError(msg)
    try:
        os.kill(int(stack.ready["pid"]), signal.SIGTERM)
    except (LabError, ProcessLookupError):
        stack.down()
    pause, deadline = threading.Event(), time.monotonic() + DOWN_SECONDS_MAX
    while stack.layout.record.exists():
        if time.monotonic() > deadline:
            print(f"watermark-lab: the lab is still ending after {DOWN_SECONDS_MAX:g} s.", file=sys.stderr)
            return TIMED_OUT
        pause.wait(0.1)
    print("The lab is down.")
    return OK


def _lines(command: str, result: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    if command == "status":
        yield f"{result['url']}  release {result['release']}  {result['dir']}"
        yield table(("NAME", "IMAGE", "STATUS"), [(one["name"], one["image"], one["status"]) for one in result["containers"]])
        yield "units: " + ", ".join(result["units"])
        yield "active faults: " + (", ".join(fault["name"] for fault in result["faults"] if fault["active"]) or "none")
        yield "alerts firing: " + (", ".join(result["firing"]) or "none")
    elif command == "faults":
        yield table(
            ("FAULT", "STATE", "WHAT"), [(one["name"], "active" if one["active"] else "-", one["what"]) for one in result]
        )
    else:
        yield f"{result['name']} is {'active' if result['active'] else 'over'}" + (
            "" if result["changed"] else " (as it was before)"
        )


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
