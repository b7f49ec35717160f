"""Connections over the machine's own OpenSSH: one for each target, shared by its commands, and never a question to anybody."""

import hashlib
import os
import re
import socket
import subprocess
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from stormjib import owned
from stormjib.core.place import Ssh
from stormjib.core.text.table import table
from stormjib.integrations.command.remote import LAUNCHER
from stormjib.ports import DeliveryError

CONNECT_SECONDS: Final = 10
PERSIST_SECONDS: Final = 600
"""So long an idle connection is kept."""
SOCKET_BYTES_MAX: Final = 107 - 18
"""What the kernel takes as a socket's path, less what ssh adds to it while it makes one."""
_INHERITED: Final = ("HOME", "USER", "LOGNAME", "PATH", "TZ")
"""No agent's socket among them: an agent may ask somebody, and nobody is there."""
_OPTIONS: Final = (
    *("BatchMode=yes", "StrictHostKeyChecking=yes", "PasswordAuthentication=no", "KbdInteractiveAuthentication=no"),
    *("NumberOfPasswordPrompts=0", "UpdateHostKeys=no", f"ConnectTimeout={CONNECT_SECONDS}", "ConnectionAttempts=1"),
    *("ServerAliveInterval=5", "ServerAliveCountMax=3", "ForwardAgent=no", "ForwardX11=no", "ClearAllForwardings=yes"),
    *("Tunnel=no", "RequestTTY=no", "EscapeChar=none", "PermitLocalCommand=no", "RemoteCommand=none", "SendEnv=-*"),
    "LogLevel=ERROR",
)
_COMMAND: Final = ("ControlMaster=no", "ForkAfterAuthentication=no", "StdinNull=no", "SessionType=default")


class _Advice(msgspec.Struct, frozen=True, array_like=True):
    """What ssh says, as a pattern; what it means, and what to do."""

    pattern: str
    sentence: str


_ADVICE: Final = table(_Advice, __package__, "ssh.tsv")


class Connections:
    """Any thread may ask. A connection outlives this program by ``PERSIST_SECONDS`` where ``close`` is not called."""

    def __init__(self, directory: Path, config: Path | None = None) -> None:
        """``directory`` holds the sockets; ``config`` is read in place of the user's and the machine's ssh configuration."""
        self._directory = directory
        self._config = config
        self._lock = threading.Lock()
        self._one: dict[Ssh, _One] = {}

    def argv(self, place: Ssh, name: str, timeout_seconds: float) -> list[str]:
        """The words that start a command there, connected within the time; raises ``DeliveryError`` where it can't be reached."""
        with self._lock:
            one = self._one.setdefault(msgspec.structs.replace(place, directory=""), _One())
        control = self._control(place)
        if control:
            self._connect(one, place, name, control, timeout_seconds)
        return [*self._words(place, control, *_COMMAND), "--", place.host, LAUNCHER]

    def close(self) -> None:
        """End the connections."""
        with self._lock:
            places = list(self._one)
        for place in places:
            control = self._control(place)
            if control and _answers(control):
                with suppress(OSError, subprocess.TimeoutExpired):
                    _ssh([*self._words(place, control), "-O", "exit", "--", place.host], CONNECT_SECONDS)

    def shares(self, place: Ssh) -> bool:
        """Whether its commands share a connection: the data directory's path may be too long for a socket."""
        return bool(self._control(place))

    def _control(self, place: Ssh) -> str:
        name = hashlib.sha256(f"{place.user}@{place.host}:{place.port} {self._config}".encode()).hexdigest()[:12]
        path = str(self._directory / name)
        return path if len(os.fsencode(path)) <= SOCKET_BYTES_MAX else ""

    def _words(self, place: Ssh, control: str, *more: str) -> list[str]:
        words = ["ssh", "-F", str(self._config)] if self._config else ["ssh"]
        for option in (*_OPTIONS, f"ControlPath={control.replace('%', '%%') or 'none'}", *more):
            words += ("-o", option)
        words += ("-l", place.user) if place.user else ()
        return [*words, *(("-p", str(place.port)) if place.port else ())]

    def _connect(self, one: "_One", place: Ssh, name: str, control: str, timeout_seconds: float) -> None:
        tried = one.tries
        with one.lock:
            if _answers(control):
                return
            # Whoever waited for a try that failed does not try again at once, for that would wait as long once more.
            if one.tries == tried:
                one.tries += 1
                one.failed = self._open(place, name, control, min(timeout_seconds, CONNECT_SECONDS + 2.0))
            if one.failed:
                raise DeliveryError("ssh", one.failed, permanent=False)

    def _open(self, place: Ssh, name: str, control: str, timeout_seconds: float) -> str:
        """Why there is no connection, as a sentence; "" where there is one."""
        words = self._words(place, control, f"ControlPersist={PERSIST_SECONDS}", "ControlMaster=yes")
        try:
            owned.directory(self._directory)
            code, heard = _ssh([*words, "-fN", "--", place.host], timeout_seconds)
        except OSError as error:
            return f"It was not run, because ssh can't be started ({error}). Is OpenSSH's client installed (openssh-client)?"
        except subprocess.TimeoutExpired:
            return why_not(name, f"Connection timed out after {timeout_seconds:g} s")
        return why_not(name, heard) if code else ""


class _One:
    """The state of one connection."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.tries = 0
        self.failed = ""


def _ssh(words: list[str], timeout_seconds: float) -> tuple[int, str]:
    """How ssh ends and what it says of itself; into a file, for a connection that stays behind would hold a pipe open."""
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=said,
            env=environment(),
            cwd="/",
            timeout=timeout_seconds,
            check=False,
            start_new_session=True,
        )
        said.seek(0)
        return done.returncode, said.read(8_192).decode("utf-8", "replace")


def environment() -> dict[str, str]:
    """What ssh itself gets of this program's environment."""
    return {name: os.environ[name] for name in _INHERITED if name in os.environ} | {"LC_ALL": "C"}


def why_not(name: str, heard: str) -> str:
    """What ssh says about a connection that there is not, with what it means and what to do; else what was started instead."""
    lines = [line.strip() for line in heard.replace("\r", "").splitlines() if line.strip(" @-\t")]
    last = lines[-1].rstrip(".")[:200] if lines else "it said nothing"
    sentence = next((row.sentence for row in _ADVICE if re.search(row.pattern, heard)), "")
    if not sentence:
        return f"It was not run, because {name} started nothing: {last}."
    return f"It was not run, because {name} could not be reached: {last}. {sentence}"


def _answers(control: str) -> bool:
    with socket.socket(socket.AF_UNIX) as asked:
        asked.settimeout(1.0)
        try:
            asked.connect(control)
        except OSError:
            return False
    return True
