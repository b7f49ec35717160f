"""The log of a container from the Docker Engine itself, over its socket, as it comes."""

import http.client
import json
import os
import socket
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import quote

SOCKET: Final = "/var/run/docker.sock"
CHUNK_BYTES: Final = 65_536
HEADER_BYTES: Final = 8
STREAMS: Final = {0, 1, 2}

Feed = Callable[[bytes], None]


def engine_socket(docker_host: str) -> Path | None:
    """The socket that ``DOCKER_HOST`` names, or the usual one; None where there is none on this host."""
    if docker_host and not docker_host.startswith("unix://"):
        return None
    path = Path(docker_host.removeprefix("unix://") or SOCKET)
    try:
        return path if stat.S_ISSOCK(path.stat().st_mode) and os.access(path, os.R_OK | os.W_OK) else None
    except OSError:
        return None


class DockerLog:
    """Reads logs of containers. Each call has a connection of its own."""

    def __init__(self, path: Path) -> None:
        """``path`` is the engine's socket."""
        self._path = path

    def read(self, name: str, since: float, lines_max: int, timeout_seconds: float, feed: Feed) -> str:
        """Hand over the newest lines since a time, each with its own; says what went wrong, or "". Never waits longer than that."""
        connection = _Connection(self._path, time.monotonic() + timeout_seconds)
        try:
            tty = _is_tty(connection, name)
            query = f"stdout=1&stderr=1&timestamps=1&since={since:.0f}&tail={lines_max}"
            answer = connection.ask(f"/containers/{quote(name, safe='')}/logs?{query}")
            take = feed if tty else _Frames(feed).feed
            while chunk := answer.read1(CHUNK_BYTES):
                take(chunk)
                connection.hurry()
        except TimeoutError:
            return (
                f"The Docker Engine did not answer for {name} within {timeout_seconds:g} s; what it printed until then is used."
            )
        except _RefusedError as refused:
            return str(refused)
        except (OSError, http.client.HTTPException, ValueError) as error:
            return f"The Docker Engine at {self._path} can't be asked for {name}: {error or type(error).__name__}."
        finally:
            connection.close()
        return ""


class _RefusedError(Exception):
    pass


class _Connection(http.client.HTTPConnection):
    """HTTP over a socket file, with one deadline for everything."""

    def __init__(self, path: Path, deadline: float) -> None:
        super().__init__("localhost")
        self._path = path
        self._deadline = deadline

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.hurry()
        self.sock.connect(str(self._path))

    def hurry(self) -> None:
        """No single wait may last beyond the deadline."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if self.sock is not None:
            self.sock.settimeout(left)

    def ask(self, path: str) -> http.client.HTTPResponse:
        """The answer; a refusal with what the engine says."""
        self.request("GET", path)
        self.hurry()
        answer = self.getresponse()
        if answer.status != http.client.OK:
            raise _RefusedError(f"The Docker Engine refuses ({answer.status}): {_message(answer.read(4_096))}")
        return answer


def _message(body: bytes) -> str:
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    return str(said["message"]) if isinstance(said, dict) and "message" in said else body.decode("utf-8", "replace").strip()


def _is_tty(connection: _Connection, name: str) -> bool:
    """Whether its output is one plain stream; else it comes in frames."""
    answer = connection.ask(f"/containers/{quote(name, safe='')}/json")
    config = json.loads(answer.read()).get("Config") or {}
    return bool(config.get("Tty"))


class _Frames:
    """A stream of frames: a byte that tells output from error, three of nothing, four of size, and the payload."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._held = bytearray()
        self._left = 0

    def feed(self, chunk: bytes) -> None:
        """Hand on the payloads; what is no frame is handed on as it is."""
        held = self._held
        held += chunk
        out = bytearray()
        at = 0
        while at < len(held):
            if self._left:
                some = held[at : at + self._left]
                out += some
                at += len(some)
                self._left -= len(some)
            elif len(held) - at < HEADER_BYTES:
                break
            elif held[at] not in STREAMS or held[at + 1 : at + 4] != b"\0\0\0":
                out += held[at:]
                at = len(held)
            else:
                self._left = int.from_bytes(held[at + 4 : at + HEADER_BYTES], "big")
                at += HEADER_BYTES
        del held[:at]
        if out:
            self._feed(bytes(out))
