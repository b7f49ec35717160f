"""The command line `watermark-lab`: the service itself, and the lab around it."""

import argparse
import importlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

LAB_COMMANDS: Final = {
    "prepare": "fetch what the real lab needs from outside, once",
    "up": "start the lab: the service and what stands around it",
    "status": "show what runs",
    "inject": "inject a fault",
    "undo": "take a fault back",
    "faults": "list the faults",
    "down": "stop the lab",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand and give its exit code."""
    given = list(sys.argv[1:] if argv is None else argv)
    if given and given[0] in LAB_COMMANDS:
        # Imported here: the service must start without anything the lab needs.
        module, rest = _lab(given)
        lab: Callable[[Sequence[str]], int] = importlib.import_module(module).main
        return lab(rest)
    arguments = _parser().parse_args(given)
    run: Callable[[argparse.Namespace], int] = importlib.import_module("watermark_lab.serve").run
    return run(arguments)


def _lab(given: Sequence[str]) -> tuple[str, list[str]]:
    """Choose the lab that a command is for: the one it names, or the one whose directory it names; gives what is left of it."""
    parser = argparse.ArgumentParser(prog="watermark-lab", add_help=False, allow_abbrev=False)
    parser.add_argument("--stack", choices=("process", "docker"))
    stack, rest = parser.parse_known_args(given)
    parser.add_argument("--dir")
    directory = parser.parse_known_args(given)[0].dir
    real = directory is not None and Path(directory, ".watermark-lab-real").exists()
    which = stack.stack or ("docker" if real else "process")
    return {"process": "watermark_lab.lab.cli", "docker": "watermark_lab.real.cli"}[which], rest


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="watermark-lab", description="A text-watermark API and the lab that breaks it.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    api = commands.add_parser("api", help="run the service; its settings are WATERMARK_LAB_* and ADMIN_TOKEN in the environment")
    api.add_argument("--host", help="address to listen on (default: WATERMARK_LAB_HOST or 127.0.0.1)")
    api.add_argument("--port", type=int, help="port to listen on (default: WATERMARK_LAB_PORT or 8080)")
    for name, purpose in LAB_COMMANDS.items():
        commands.add_parser(name, help=purpose, add_help=False)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
