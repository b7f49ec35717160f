"""What needs no server: the settings and the directory of the log, read as the server would read them."""

import shlex
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from stormjib.cli.exits import Exit, Stop
from stormjib.cli.session import Session
from stormjib.cli.wrong_settings import sentences
from stormjib.ports import StoreFailed
from stormjib.settings import Settings, load


def settings(session: Session, **values: Any) -> Settings:
    """The settings with what the command line says on top; a mistake in them is exit code 2."""
    return read_settings(Path(session.options.settings) if session.options.settings else None, **values)


def read_settings(file: Path | None, **values: Any) -> Settings:
    """The settings of a file and the environment; a mistake in them is exit code 2."""
    if file is not None and not file.is_file():
        raise Stop(Exit.NOT_FOUND, f"There is no settings file {file}.")
    given = {name: value for name, value in values.items() if value is not None}
    try:
        return load(file, **given)
    except tomllib.TOMLDecodeError as error:
        raise Stop(Exit.USAGE, f"{file} is not valid TOML: {error}.") from error
    except UnicodeDecodeError as error:
        raise Stop(Exit.USAGE, f"{file} is not UTF-8.") from error
    except ValidationError as error:
        raise Stop(Exit.USAGE, f"The settings are wrong. {sentences(error, file)}") from error
    except ValueError as error:
        raise Stop(Exit.USAGE, f"The settings are wrong: {error}.") from error
    except OSError as error:
        raise Stop(Exit.FAILED, f"{file} can't be read ({error.strerror}).") from error


@contextmanager
def store() -> Iterator[None]:
    """Around whatever opens the files of a server: what the store says is wrong with them is exit code 1, or 8 where one runs."""
    try:
        yield
    except StoreFailed as error:
        held = "Another stormjib" in error.reason
        raise Stop(Exit.CONFLICT if held else Exit.FAILED, error.reason) from error


def again(session: Session, *words: str) -> str:
    """The command as it has to be typed to mean the same server or log: with the options that were given."""
    named = ("url", "settings", "data_dir")
    given = [(f"--{name.replace('_', '-')}", getattr(session.options, name, None)) for name in named]
    return shlex.join(["stormjib", *words, *(str(word) for option, value in given if value for word in (option, value))])


def data_dir(session: Session) -> Path:
    """Where the log is: what the command line says, else what the settings say."""
    if session.options.data_dir:
        return Path(session.options.data_dir)
    return settings(session).data_dir
