"""The command line `watermark-lab`: the service itself, and the lab around it."""

import argparse
import importlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

LAB_COMMANDS: Final = {
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
        which = "watermark_lab.real.cli" if _is_real(given) else "watermark_lab.lab.cli"
        lab: Callable[[Sequence[str]], int] = importlib.import_module(which).main
        return lab(given if which == "watermark_lab.real.cli" else _without_stack(given))
    arguments = _parser().parse_args(given)
    run: Callable[[argparse.Namespace], int] = importlib.import_module("watermark_lab.serve").run
    return run(arguments)


def _is_real(given: Sequence[str]) -> bool:
    """Tell whether the command is for the real lab: it says so, or the directory is one's."""
    stack, directory = _option(given, "--stack"), _option(given, "--dir")
    return stack == "docker" or (not stack and bool(directory) and Path(directory, ".watermark-lab-real").exists())


def _without_stack(given: Sequence[str]) -> list[str]:
    """The process lab is the only one that its own command line knows."""
    return [word for at, word in enumerate(given) if word != "--stack=process" and given[max(0, at - 1) : at + 1] != ["--stack", "process"] and given[at : at + 2] != ["--stack", "process"]]


def _option(given: Sequence[str], name: str) -> str:
    for word, following in zip(given, [*given[1:], ""], strict=True):
        if word == name:
            return following
        if word.startswith(f"{name}="):
            return word.partition("=")[2]
    return ""


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
