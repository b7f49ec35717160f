"""``watermark-lab up|status|inject|undo|faults|down|standin``: the lab's command line."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from watermark_lab.lab import standin, wire
from watermark_lab.lab.fault import catalogue
from watermark_lab.lab.settings import LabError, Layout, StackSettings
from watermark_lab.lab.stack import Stack
from watermark_lab.lab.template import table

OK, FAILED, UNREACHABLE, TIMED_OUT = 0, 1, 6, 7
ANSWER_SECONDS_MAX = 180.0
DOWN_SECONDS_MAX = 60.0


class _Interrupted(BaseException):
    """A signal asked the lab to end while it was coming up."""


def main(argv: Sequence[str]) -> int:
    """Run one command and return its exit code: 0 ok, 1 failed, 2 usage, 6 no lab there, 7 it took too long."""
    if argv and argv[0] == "standin":
        # Everything after the directory belongs to the program.
        words = list(argv[1:])
        lab = Path(words[1] if words[:1] == ["--dir"] else ".")
        rest = words[2:] if words[:1] == ["--dir"] else words
        return standin.main(rest[0], rest[1:], str(Layout(lab.absolute()).control)) if rest else _usage()
    given = _parser().parse_args(argv)
    if given.command == "prepare":
        return OK
    try:
        return _up(given) if given.command == "up" else _ask(given)
    except LabError as err:
        print(f"watermark-lab: {err}", file=sys.stderr)
        return FAILED


def _usage() -> int:
    print("usage: watermark-lab standin [--dir DIR] PROGRAM [ARGUMENT ...]", file=sys.stderr)
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="watermark-lab", description="The lab of the protected service.")
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="bring the lab up and stay in the foreground")
    up.add_argument("--dir", type=Path, required=True, help="an empty or new directory, or that of an earlier lab")
    up.add_argument("--api", type=int, default=2, help="api processes (default 2)")
    up.add_argument("--alert-url", help="where the watcher posts alerts (Alertmanager's webhook, version 4)")
    up.add_argument("--alert-token-file", type=Path, help="file with the bearer token for --alert-url")
    up.add_argument("--base-port", type=int, help="first port to try; 0 for any (default: 8080 and 6379 if free)")
    up.add_argument("--health-script", type=Path, help="becomes scripts/health_check.py of the deployment")
    up.add_argument("--requests-per-second", type=float, default=4.0, help="generated load (default 4)")
    up.add_argument("--watch-interval-seconds", type=float, default=1.0, help="pause between two looks (default 1)")
    up.add_argument("--watch-for-seconds", type=float, default=2.0, help="how long until an alert fires (default 2)")
    up.add_argument("--watch-window-seconds", type=float, default=5.0, help="span of error rate and latency (default 5)")
    up.add_argument("--watch-memory-window-seconds", type=float, default=30.0, help="span of the memory's peak (default 30)")
    up.add_argument("--memory-mb-max", type=int, default=256, help="memory limit of each api process, in MiB (default 256)")
    up.add_argument(
        "--maintenance-seconds-max", type=float, default=900.0, help="how long in maintenance until an alert fires (default 900)"
    )
    commands.add_parser("prepare", help="nothing: only the real lab needs something from outside (--stack docker)")
    for name, words in (("status", "show what runs"), ("faults", "list the faults"), ("down", "end the lab")):
        _common(commands.add_parser(name, help=words))
    for name, words in (("inject", "inject a fault"), ("undo", "end a fault")):
        command = commands.add_parser(name, help=words)
        command.add_argument("fault", help="one of: " + ", ".join(catalogue.ENTRIES))
        _common(command)
        if name == "inject":
            for option, faults in catalogue.options().items():
                said = "; ".join(f"{fault}: {meaning.words} ({meaning.default:g})" for fault, meaning in faults.items())
                command.add_argument(f"--{option.replace('_', '-')}", type=float, help=said)
    return parser


def _common(command: argparse.ArgumentParser) -> None:
    command.add_argument("--dir", type=Path, required=True, help="the lab's directory")
    command.add_argument("--json", action="store_true", help="print one JSON object")


def _up(given: argparse.Namespace) -> int:
    settings = StackSettings(
        dir=given.dir,
        api_count=given.api,
        alert_url=given.alert_url,
        alert_token_file=given.alert_token_file,
        base_port=given.base_port,
        health_script=given.health_script,
        requests_per_second=given.requests_per_second,
        watch_interval_seconds=given.watch_interval_seconds,
        watch_for_seconds=given.watch_for_seconds,
        watch_window_seconds=given.watch_window_seconds,
        watch_memory_window_seconds=given.watch_memory_window_seconds,
        memory_bytes_max=given.memory_mb_max * 1024 * 1024,
        maintenance_seconds_max=given.maintenance_seconds_max,
    )
    stack = Stack(settings)

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise _Interrupted

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, interrupt)
    try:
        print(json.dumps(stack.up()), flush=True)
        stack.stopped.wait()
    except _Interrupted:
        pass
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        stack.down()
    return OK


def _ask(given: argparse.Namespace) -> int:
    message: dict[str, Any] = {"op": given.command}
    if given.command in ("inject", "undo"):
        message["fault"] = given.fault
        names = tuple(catalogue.options()) if given.command == "inject" else ()
        message["options"] = {name: getattr(given, name) for name in names if getattr(given, name) is not None}
    layout = Layout(given.dir.absolute())
    try:
        with wire.connect(str(layout.control), ANSWER_SECONDS_MAX) as sock:
            wire.send(sock, message)
            answer = next(wire.receive(sock), None)
    except TimeoutError:
        print(f"watermark-lab: the lab in {layout.dir} did not answer within {ANSWER_SECONDS_MAX:g} s.", file=sys.stderr)
        return TIMED_OUT
    except OSError:
        print(f"watermark-lab: no lab runs in {layout.dir}. Start it: watermark-lab up --dir {layout.dir}", file=sys.stderr)
        return UNREACHABLE
    if answer is None or not answer.get("ok"):
        raise LabError(answer["error"] if answer else "The lab went away before it answered.")
    if given.command == "down" and not _ended(layout):
        print(f"watermark-lab: the lab is still ending after {DOWN_SECONDS_MAX:g} s.", file=sys.stderr)
        return TIMED_OUT
    _print(given, answer["result"])
    return OK


def _ended(layout: Layout) -> bool:
    pause = threading.Event()
    deadline = time.monotonic() + DOWN_SECONDS_MAX
    with layout.marker.open("a") as file:
        while time.monotonic() < deadline:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            pause.wait(0.05)
    return False


def _print(given: argparse.Namespace, result: Any) -> None:  # noqa: ANN401 - JSON
    if given.json:
        print(json.dumps({"schema": f"watermark-lab/{given.command}/1", given.command: result}))
        return
    print("\n".join(_lines(given.command, result)))


def _lines(command: str, result: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    if command == "down":
        yield "The lab is down."
    elif command == "status":
        yield f"{result['url']}  release {result['release']}  {result['dir']}"
        rows = [
            (child["name"], child["state"], str(child["pid"] or "-"), str(child["port"] or "-"), str(child["restarts"]))
            for child in result["containers"] + result["processes"]
        ]
        yield table(("NAME", "STATE", "PID", "PORT", "RESTARTS"), rows)
        active = [fault["name"] for fault in result["faults"] if fault["active"]]
        yield "active faults: " + (", ".join(active) or "none")
        firing = [alert["alertname"] for alert in (result["watcher"] or {}).get("firing", [])]
        yield "alerts firing: " + (", ".join(firing) or "none")
    elif command == "faults":
        yield table(
            ("FAULT", "STATE", "WHAT"),
            [(fault["name"], "active" if fault["active"] else "-", fault["what"]) for fault in result],
        )
    else:
        state = "active" if result["active"] else "over"
        yield f"{result['name']} is {state}" + ("" if result["changed"] else " (as it was before)")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
