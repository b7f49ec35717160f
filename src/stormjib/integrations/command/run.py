"""Running one command line in a shell, with limits."""

import os
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

import msgspec

from stormjib.core.shell import given_by, how_to_give, missing
from stormjib.integrations.command.output import Output
from stormjib.integrations.command.pipeline import TRACED, take_off, traceable
from stormjib.integrations.command.process import START_SECONDS, Feed, Process
from stormjib.integrations.command.remote import Remote
from stormjib.integrations.command.ssh import why_not
from stormjib.ports import DeliveryError

OUTPUT_BYTES_MAX = 1_048_576
TEXT_BYTES_MAX = 100_000
"""The kernel takes no argument beyond 128 KiB."""

_INHERITED = ("HOME", "USER", "LOGNAME", "TZ", "XDG_RUNTIME_DIR")
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# Nobody is there to leave a pager or an editor, or to answer a question.
_UNATTENDED: Mapping[str, str] = {
    "PAGER": "cat",
    "GIT_PAGER": "cat",
    "SYSTEMD_PAGER": "",
    "GIT_EDITOR": "true",
    "EDITOR": "true",
    "GIT_TERMINAL_PROMPT": "0",
    "DEBIAN_FRONTEND": "noninteractive",
    "TERM": "dumb",
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
}
_BASH = "/bin/bash"
_TEXT = "STORMJIB_TEXT"
_LOST = "stormjib: the environment was lost"
_LOST_CODE = 121
_PLAIN = 'eval "shift; $1"'
_HIDDEN = f'[ -n "${{{_TEXT}-}}" ] || {{ echo "{_LOST}"; exit {_LOST_CODE}; }}; set -- "${_TEXT}"; unset {_TEXT}; {_PLAIN}'
"""The text does not stand on the command line of our own shells, where `pgrep -f NAME` would find it and nothing else.

A prefix that drops the environment drops the text as well: that must not look like a command that did its work.
"""
_NOT_FOUND = re.compile(r"(?:^|: )([^\s:]+): (?:command )?not found\s*$", re.MULTILINE)
_NOT_FOUND_CODE = 127
_BROKEN_PIPE_CODE = 141


class Ran(msgspec.Struct, frozen=True):
    """What became of a command. ``exit_code`` is None where it had to be stopped."""

    exit_code: int | None
    output: bytes
    """Standard output and error as they came, valid UTF-8, without secrets."""
    seconds: float
    timed_out: bool
    truncated: bool
    sha256: str
    """Of ``output``, in hex."""
    redacted: tuple[str, ...] = ()
    """The names of the secrets that it printed."""
    missing_program: str = ""
    """The program that is not installed, where that is why it failed."""
    unknown: str = ""
    """Why nobody knows how it ended, as a sentence: it runs elsewhere, and the way there is gone."""
    broke: bool = False
    """The connection broke before the command had ended."""
    parts: tuple[int, ...] = ()
    """The exit codes of the last pipeline's parts, in order, where they were wanted and are known."""


class Away(msgspec.Struct, frozen=True):
    """The way to another machine: the words that start ssh, its environment, and what the machine is called here."""

    name: str
    argv: tuple[str, ...]
    env: dict[str, str]


def run(
    text: str,
    *,
    cwd: str = "",
    env: Mapping[str, str] | None = None,
    path: str = "",
    prefix: Sequence[str] = (),
    timeout_seconds: float,
    output_bytes_max: int = OUTPUT_BYTES_MAX,
    secrets: Iterable[str] = (),
    redact: Mapping[str, str] | None = None,
    tap: Feed | None = None,
    away: Away | None = None,
    parts: bool = False,
) -> Ran:
    """Run ``text`` in bash with ``pipefail``, or in sh where there is no bash.

    ``env`` is all that it gets beside what keeps programs from waiting for a person. ``secrets`` are the names that it
    needs; they are redacted in the output, and so are the values of ``redact`` (name → value). Raises ``DeliveryError``
    where it did not start at all. ``tap`` takes the output as it comes, unredacted, and then nothing of it is kept. ``prefix``
    are words before the shell: what they start gets the environment and the group of processes, and may choose another
    directory, root or namespace. ``parts`` is whether the exit codes of a pipeline's parts are wanted. A pipeline that ends with
    141 ends with 0 here: a reader such as ``head`` had enough. ``away`` has it run on another machine, where ``cwd`` is a
    directory and ``path`` and ``prefix`` count for nothing.
    """
    given = dict(env or {})
    needed = {name: given.get(name, "") for name in secrets}
    environment = {**_UNATTENDED, **given} if away else _environment(given, path)
    has = {name for name, value in environment.items() if value} | given_by(prefix)
    _check(text, needed, has)
    output = Output(output_bytes_max, {**(redact or {}), **needed})
    began = time.monotonic()
    unknown, broke = "", False
    in_bash = _HIDDEN.replace(_PLAIN, TRACED) if parts and traceable(text) else _HIDDEN
    take = tap or output.feed
    if away:
        remote = Remote(
            text, env=environment, directory=cwd, timeout_seconds=timeout_seconds, feed=take, shells=(in_bash, _HIDDEN)
        )
        code, timed_out, broke, unknown = _there(away, remote, timeout_seconds)
    else:
        code, timed_out = _here(prefix, in_bash, cwd, {**environment, _TEXT: text}, timeout_seconds=timeout_seconds, take=take)
    seconds = time.monotonic() - began
    if code == _BROKEN_PIPE_CODE and "|" in text:
        code = 0
    printed, codes = take_off(output.finish())
    return Ran(
        exit_code=code,
        output=printed,
        seconds=seconds,
        timed_out=timed_out,
        truncated=output.truncated,
        sha256=sha256(printed).hexdigest(),
        redacted=output.redacted,
        missing_program=_missing(code, printed),
        unknown=unknown,
        broke=broke,
        parts=codes,
    )


def _here(
    prefix: Sequence[str], in_bash: str, cwd: str, env: Mapping[str, str], *, timeout_seconds: float, take: Feed
) -> tuple[int | None, bool]:
    """On this machine: the exit code, and whether it had to be stopped. Raises ``DeliveryError`` where it has not started."""
    shell = _shell()
    argv = [*prefix, *shell, "-c", in_bash if shell[0] == _BASH else _HIDDEN]
    try:
        process = Process(argv, cwd=cwd, env=env)
    except OSError as error:
        raise _not_started(error, cwd) from error
    first = bytearray()

    def feed(chunk: bytes) -> None:
        first.extend(chunk[: len(_LOST)] if len(first) < len(_LOST) else b"")
        take(chunk)

    code, timed_out = process.follow(timeout_seconds, feed)
    if code == _LOST_CODE and first.startswith(_LOST.encode()):
        raise _dropped(prefix)
    return code, timed_out


def _there(away: Away, remote: Remote, timeout_seconds: float) -> tuple[int | None, bool, bool, str]:
    """On another machine: the exit code, whether it had to be stopped, whether the connection broke, why nobody knows the end.

    Raises ``DeliveryError`` where it has certainly not started.
    """
    try:
        _, timed_out = Process(away.argv, cwd="/", env=away.env, wire=remote).follow(timeout_seconds, remote.take)
    except OSError as error:
        raise _not_started(error, "/") from error
    finally:
        remote.close()
    remote.finish()
    if not remote.started:
        said = f"no shell answered within {max(START_SECONDS, timeout_seconds):g} s" if timed_out else remote.said
        raise DeliveryError("ssh", why_not(away.name, said), permanent=False)
    broke = remote.exit_code is None and not timed_out
    unknown = _unknown(away, remote, timeout_seconds) if broke or (timed_out and not (remote.gone or remote.over)) else ""
    return (None if timed_out else remote.exit_code), timed_out, broke, unknown


def _unknown(away: Away, remote: Remote, timeout_seconds: float) -> str:
    if remote.exit_code is None and not remote.asked_to_stop:
        return f"The connection to {away.name} broke while it ran, and whatever still ran there was told to end ({remote.said or 'no more output'})."
    return f"It did not end within {timeout_seconds:g} s, and {away.name} did not confirm that it was stopped: it may still run there."


def _dropped(prefix: Sequence[str]) -> DeliveryError:
    reason = (
        f"It was not run, because `{' '.join(prefix)[:80]}` (command_prefix) drops the environment, and with it the command and "
        "its variables. Use a prefix that keeps them, such as sudo -E or nsenter."
    )
    return DeliveryError("command", reason, permanent=True)


def _check(text: str, needed: Mapping[str, str], has: Iterable[str]) -> None:
    """Refuse what can't run as it was meant. The environment may have changed since somebody approved."""
    unset = [name for name, value in needed.items() if not value]
    if unset:
        names = " and ".join(f"${name}" for name in unset)
        verb = "is" if len(unset) == 1 else "are"
        reason = f"It was not run, because {names} {verb} not set. Set it in stormjib's settings for this target and try again."
        raise DeliveryError("command", reason, permanent=True)
    lacking = missing(text, has)
    if lacking:
        raise DeliveryError("command", f"It was not run. {how_to_give(lacking)}", permanent=True)
    if "\0" in text or len(text.encode()) > TEXT_BYTES_MAX:
        reason = f"It was not run, because its text is longer than {TEXT_BYTES_MAX} bytes or holds a NUL. Put it into a script."
        raise DeliveryError("command", reason, permanent=True)


def _shell() -> list[str]:
    """Without ``pipefail`` a pipeline whose first program fails counts as success; with ``-u`` nothing unset is taken for empty."""
    return [_BASH, "-u", "-o", "pipefail"] if Path(_BASH).exists() else ["/bin/sh", "-u"]


def _environment(given: Mapping[str, str], path: str) -> dict[str, str]:
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return {**inherited, **_UNATTENDED, "PATH": path or os.environ.get("PATH", _PATH), **given}


def _not_started(error: OSError, cwd: str) -> DeliveryError:
    if isinstance(error, (FileNotFoundError, NotADirectoryError, PermissionError)):
        reason = f"It was not run, because its directory {cwd or '.'} can't be entered: {error.strerror}. Correct command_dir in the settings."
        return DeliveryError("command", reason, permanent=True)
    return DeliveryError(
        "command", f"It was not run, because this host could not start a process: {error.strerror}.", permanent=False
    )


def _missing(code: int | None, printed: bytes) -> str:
    found = _NOT_FOUND.search(printed.decode()) if code == _NOT_FOUND_CODE else None
    return found.group(1) if found else ""
