"""A command at the other end of an ssh connection: how it is handed over, what came back, and whether anybody knows how it ended."""

import fcntl
import os
import secrets
import shlex
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from stormjib.integrations.command.process import Feed

LAUNCHER: Final = "exec /bin/sh -c 'IFS= read -r l && eval \"$l\"'"
"""All that the command line of the other side shows. No text, no value and no secret is ever in it."""
LIMIT_SPARE_SECONDS: Final = 30
"""So much after its time a command ends there by itself, should no word come through any more."""
_READ: Final = 's= nl=$(printf "\\nx"); nl=${nl%x}; while IFS= read -r l && [ "$l" != "#end" ]; do s=$s$l$nl; done; eval "$s"'
_SCRIPT: Final = (Path(__file__).parent / "remote.sh").read_text(encoding="utf-8")
_WATCHER: Final = (Path(__file__).parent / "watcher.sh").read_text(encoding="utf-8")
_LIMIT: Final = 'trap "" TERM HUP INT; sleep "$2"; kill -KILL "-$1"'
_SAID_BYTES_MAX: Final = 4_096
_MARK_BYTES_MAX: Final = 120


class Remote:
    """One command there: a ``Wire``. It starts only after "go", which is sent only after "ready" has arrived.

    So without "ready" it has certainly not started, and with the word of its end it has certainly ended. In between nobody
    knows. Both words carry a number that the command never sees, so that nothing that it prints is taken for them.
    """

    def __init__(
        self, text: str, *, env: Mapping[str, str], directory: str, timeout_seconds: float, feed: Feed, shells: tuple[str, str]
    ) -> None:
        """``feed`` takes its output; ``shells``: what bash, and sh, run, which take the text out of the environment."""
        reads, self.writes = os.pipe()
        # The shells in between have uses of their own for the first numbers.
        self.reads = fcntl.fcntl(reads, fcntl.F_DUPFD_CLOEXEC, 10)
        os.close(reads)
        os.set_blocking(self.writes, False)
        self._number = secrets.token_hex(32).encode()
        given = {
            "d": directory,
            "t": str(round(timeout_seconds + LIMIT_SPARE_SECONDS)),
            "b": shells[0],
            "p": shells[1],
            "w": _WATCHER,
            "e": _LIMIT,
        }
        exported = "; ".join(f"export {name}={shlex.quote(value)}" for name, value in {**env, "STORMJIB_TEXT": text}.items())
        lines = [
            _READ,
            f"{_SCRIPT}#end",
            self._number.decode(),
            *(f"{name}={shlex.quote(value)}" for name, value in {**given, "x": exported}.items()),
            f"{self._number.decode()}\n",
        ]
        self.unsent = bytearray("\n".join(lines).encode("utf-8", "surrogateescape"))
        self.started = False
        self.over = False
        self.gone = False
        """The other side has confirmed that nothing of it runs any more."""
        self.asked_to_stop = False
        self._drops = False
        self.exit_code: int | None = None
        self._feed = feed
        self._pending = b""
        self._said = b""

    def close(self) -> None:
        """Both ends of the pipe."""
        os.close(self.reads)
        os.close(self.writes)

    def stop(self, number: signal.Signals) -> None:
        """As a process group here is stopped; what has not started is only forgotten."""
        if not self.started:
            self.over = True
        else:
            self.asked_to_stop = True
            # What a flood of output has left on the way would keep the answer back for longer than anybody waits.
            self._drops = number == signal.SIGKILL
            self.unsent += b"TERM\n" if number == signal.SIGTERM else b"KILL " + self._number + b"\n"

    def take(self, chunk: bytes) -> None:
        """The next bytes of what the connection gives."""
        if self.over:
            return
        self._pending += chunk
        if not self.started:
            before, found, rest = self._pending.partition(self._number + b" ready\n")
            self._said = before[-_SAID_BYTES_MAX:]
            if not found:
                self._pending = self._pending[-_SAID_BYTES_MAX:]
                return
            self.started, self._pending = True, rest
            self.unsent += b"go\n"
        while not self.over and self._mark():
            pass

    def finish(self) -> None:
        """The connection has ended: what was held back is output as well, or all that ssh said."""
        if not self.started:
            self._said = self._pending
        if self.started and not self.over and self._pending:
            self._feed(self._pending)
            self._said = (self._said + self._pending)[-_SAID_BYTES_MAX:]
        self._pending = b""

    @property
    def said(self) -> str:
        """The last line that came, which is what ssh says about itself where there is no connection."""
        lines = [line.strip() for line in self._said.decode("utf-8", "replace").splitlines() if line.strip()]
        return lines[-1][:300] if lines else ""

    def _mark(self) -> bool:
        """Hand on what is surely output; whether there was a word of the other side, and more may follow."""
        at = self._pending.find(self._number)
        if at < 0:
            at = max(0, len(self._pending) - len(self._number) + 1)
            self._hand_on(at)
            return False
        self._hand_on(at)
        line, ends, rest = self._pending.partition(b"\n")
        if not ends:
            if len(line) < _MARK_BYTES_MAX:
                return False
            self._hand_on(len(self._number))
            return True
        _, word, *code = line.split(b" ")
        if word == b"end" and code and code[0].isdigit():
            self.exit_code, self.over = int(code[0]), True
        elif word == b"gone":
            self.gone = self.over = True
        self._pending = rest
        return True

    def _hand_on(self, count: int) -> None:
        if self._drops:
            self._pending = self._pending[count:]
        elif count:
            self._feed(self._pending[:count])
            self._said = (self._said + self._pending[:count])[-_SAID_BYTES_MAX:]
            self._pending = self._pending[count:]
