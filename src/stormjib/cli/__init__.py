"""The command line: parse, call, render. Nothing heavy is imported before a command needs it."""

import importlib
import io
import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import NoReturn, TextIO

from stormjib.cli import parser
from stormjib.cli.exits import Exit, Stop
from stormjib.cli.session import Session, World
from stormjib.cli.vocabulary import Command


def main() -> NoReturn:
    """The entry point of the console script: ends the process with the command's exit code."""
    world = World(
        environ=os.environ,
        stdin=_stream(sys.stdin, "r"),
        stdout=_stream(sys.stdout, "w"),
        stderr=_stream(sys.stderr, "w"),
        clock=time.time,  # noqa: TID251 - the command line is where this process begins
        pause=time.sleep,
    )
    try:
        code = run(sys.argv[1:], world)
        world.stdout.flush()
    except BrokenPipeError:
        _hush(world.stdout)
        code = Exit.BROKEN_PIPE
    except OSError as error:
        _hush(world.stdout)
        world.stderr.write(f"stormjib: The output can't be written ({error.strerror}).\n")
        code = Exit.FAILED
    sys.exit(int(code))


def _stream(stream: TextIO | None, mode: str) -> TextIO:
    """A standard stream that never fails on a character; the null device where the caller has closed it."""
    if stream is None:
        return io.TextIOWrapper(os.fdopen(os.open(os.devnull, os.O_RDWR), f"{mode}b"), encoding="utf-8")
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")
    return stream


def _hush(stream: TextIO) -> None:
    """What the interpreter still flushes at its end must not complain again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def run(argv: Sequence[str], world: World) -> int:
    """Carry out one command line; returns the exit code. Raises ``BrokenPipeError`` when nobody reads any more."""
    as_json = "--json" in argv
    try:
        typed = parser.understand(argv)
        if typed.command is None:
            return _print(typed, world)
        return _carry_out(typed.command, typed.words, world)
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
    return does(Session(world, parser.parse(command, words), command))


def _print(typed: parser.ParsedArguments, world: World) -> int:
    if typed.version:
        from stormjib import __version__  # noqa: PLC0415

        world.stdout.write(f"stormjib {__version__}\n")
        return Exit.OK
    (world.stdout if typed.asked else world.stderr).write(typed.text)
    return Exit.OK if typed.asked else Exit.USAGE


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
