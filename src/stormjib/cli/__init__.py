"""The command line: parse, call, render. Nothing heavy is imported before a command needs it."""

import importlib
import io
import os
import sys
import time
from collections.abc import Sequence
from types import ModuleType
from typing import NoReturn, TextIO

from stormjib import __version__
from stormjib.cli import parser
from stormjib.cli.exits import Exit, Stop
from stormjib.cli.vocabulary import Command
from stormjib.cli.world import World


def main() -> NoReturn:
    """The entry point of the console script: ends the process with the command's exit code."""
    world = World(
        environ=os.environ,
        stdin=_stream(sys.stdin, "r"),
        stdout=_stream(sys.stdout, "w"),
        stderr=_stream(sys.stderr, "w"),
        clock=time.time,
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
    does = getattr(_late(module), name)
    found: int = (
        does(words, world) if command.bare else does(_late("session").Session(world, parser.parse(command, words), command))
    )
    return found


def _late(module: str) -> ModuleType:
    """A module of the command line, imported when it is needed: what a command needs stands at the top of its file."""
    return importlib.import_module(f"stormjib.cli.{module}")


def _print(typed: parser.ParsedArguments, world: World) -> int:
    if typed.version:
        world.stdout.write(f"stormjib {__version__}\n")
        return Exit.OK
    (world.stdout if typed.asked else world.stderr).write(typed.text)
    return Exit.OK if typed.asked else Exit.USAGE


def _stopped(stop: Stop, world: World, *, as_json: bool) -> int:
    found: int = _late("session").stopped(stop, world, as_json=as_json)
    return found
