"""The command line: parse, call, render. Nothing heavy is imported before a command needs it."""

import importlib
import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import NoReturn

from stormjib.cli import parser
from stormjib.cli.exits import Exit, Stop
from stormjib.cli.grammar import Command
from stormjib.cli.session import Session, World


def main() -> NoReturn:
    """The entry point of the console script: ends the process with the command's exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    world = World(
        environ=os.environ,
        stdin=sys.stdin,
        stdout=sys.stdout,
        stderr=sys.stderr,
        clock=time.time,  # noqa: TID251 - the command line is where this process begins
        pause=time.sleep,
    )
    try:
        code = run(sys.argv[1:], world)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader is gone; what the interpreter still flushes at exit must not complain about it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = Exit.BROKEN_PIPE
    sys.exit(int(code))


def run(argv: Sequence[str], world: World) -> int:
    """Carry out one command line; returns the exit code. Raises ``BrokenPipeError`` when nobody reads any more."""
    as_json = "--json" in argv
    try:
        wish = parser.understand(argv)
        if wish.command is None:
            return _print(wish, world)
        return _carry_out(wish.command, wish.words, world)
    except Stop as stop:
        return _stopped(stop, world, as_json=as_json)
    except KeyboardInterrupt:
        world.stderr.write("\n")
        return Exit.INTERRUPTED
    except BrokenPipeError:
        raise
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        return _stopped(Stop(Exit.FAILED, f"The system refused: {error.strerror or error}{where}."), world, as_json=as_json)


def _carry_out(command: Command, words: Sequence[str], world: World) -> int:
    module, _, name = command.does.partition(":")
    if command.words == "health":
        health: Callable[[Sequence[str], World], int] = importlib.import_module("stormjib.cli.server").health
        return health(words, world)
    does: Callable[[Session], int] = getattr(importlib.import_module(f"stormjib.cli.{module}"), name)
    return does(Session(world, parser.parse(command, words)))


def _print(wish: parser.Wish, world: World) -> int:
    if wish.version:
        from stormjib import __version__  # noqa: PLC0415

        world.stdout.write(f"stormjib {__version__}\n")
        return Exit.OK
    (world.stdout if wish.asked else world.stderr).write(wish.text)
    return Exit.OK if wish.asked else Exit.USAGE


def _stopped(stop: Stop, world: World, *, as_json: bool) -> int:
    from stormjib.cli.render import clean  # noqa: PLC0415

    if as_json:
        import json  # noqa: PLC0415

        found = {"schema": "stormjib.error/1", "error": stop.sentence, "exit_code": int(stop.code), "next": list(stop.following)}
        world.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
    world.stderr.write(clean(f"stormjib: {stop.sentence}") + "\n")
    for command in stop.following:
        world.stderr.write(clean(f"next: {command}") + "\n")
    return stop.code
