"""Where a person's token is kept: the environment, or a file that nobody else can read."""

import os
from collections.abc import Mapping
from pathlib import Path

from stormjib.cli.exits import Exit, Stop

VARIABLE = "STORMJIB_TOKEN"
_BYTES_MAX = 4096


def path(environ: Mapping[str, str], name: str) -> Path:
    """The file of a token, in the user's configuration directory."""
    home = environ.get("XDG_CONFIG_HOME")
    config = Path(home) if home else Path(environ.get("HOME") or "~").expanduser() / ".config"
    return config / "stormjib" / "tokens" / name


def find(environ: Mapping[str, str], name: str | None) -> str:
    """The token to send, "" where there is none. A name asked for with --as beats the environment."""
    if name is None and environ.get(VARIABLE):
        return environ[VARIABLE].strip()
    file = path(environ, name or "default")
    try:
        with file.open("rb") as opened:
            mode = os.fstat(opened.fileno()).st_mode
            content = opened.read(_BYTES_MAX)
    except FileNotFoundError as error:
        if name is None:
            return ""
        following = f"stormjib token create {name} --scope read --scope respond --save"
        raise Stop(Exit.NOT_FOUND, f"There is no token {name} in {file}.", following) from error
    except OSError as error:
        raise Stop(Exit.FAILED, f"The token in {file} can't be read ({error.strerror}).") from error
    if mode & 0o077:
        raise Stop(Exit.REFUSED, f"Others can read the token in {file}.", f"chmod 600 {file}")
    return content.decode("ascii", "replace").strip()


def may_save(environ: Mapping[str, str], name: str, place: str) -> None:
    """Before one is made: the file may hold the token of another server, which would be lost; raises ``Stop``."""
    file = path(environ, name)
    try:
        held = _of(file).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return
    if file.exists() and held != place:
        sentence = f"{file} holds the token of {name} at {held}, and --save would overwrite it with that of {place}."
        raise Stop(Exit.CONFLICT, sentence, f"mv {file} {file}-other, then use it with --as {name}-other")


def _of(file: Path) -> Path:
    return file.with_name(f".{file.name}.of")


def save(environ: Mapping[str, str], name: str, token: str, place: str) -> Path:
    """Write the token's file, readable by its owner only from the first moment on; returns its path.

    ``place`` is the server's address or its directory, and is kept beside it.
    """
    file = path(environ, name)
    fresh = file.with_name(f".{name}.new")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as opened:
            os.fchmod(opened.fileno(), 0o600)
            opened.write(token + "\n")
        fresh.replace(file)
        _of(file).write_text(place + "\n", encoding="utf-8")
    except OSError as error:
        sentence = f"The token can't be saved in {file} ({error.strerror}); it is printed above, keep it elsewhere."
        raise Stop(Exit.FAILED, sentence) from error
    return file


def looked_for(environ: Mapping[str, str], name: str | None) -> str:
    """Where a token was looked for, as a sentence."""
    return f"(Searched ${VARIABLE} and {path(environ, name or 'default')}.)"
