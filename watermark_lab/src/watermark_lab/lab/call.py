"""One run of a stand-in program: its arguments on this side, its output and exit code on the other."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Sequence
from typing import Any

from watermark_lab.lab import wire


class Refusal(Exception):
    """The program's own error: what it prints on stderr, and its exit code."""

    def __init__(self, text: str, code: int = 1) -> None:
        """Refuse with ``text``."""
        super().__init__(text)
        self.code = code


class Call:
    """What a stand-in was called with, and the way back to it."""

    def __init__(self, program: str, argv: Sequence[str], sock: socket.socket) -> None:
        """Answer over ``sock``."""
        self.program = program
        self.argv = list(argv)
        self.gone = threading.Event()
        self.interrupted = False
        self._closed = False
        self._sock = sock

    @property
    def line(self) -> str:
        """The command line, for people."""
        return " ".join([self.program, *self.argv])

    def out(self, text: str) -> None:
        """Print ``text`` and a line end on the caller's stdout."""
        self._send({"out": text + "\n"})

    def err(self, text: str) -> None:
        """Print ``text`` and a line end on the caller's stderr."""
        self._send({"err": text + "\n"})

    def exit(self, code: int) -> None:
        """End the caller."""
        self._send({"exit": code})

    def wait(self, seconds: float) -> bool:
        """Wait; True when the caller has gone away meanwhile."""
        return self.gone.wait(seconds)

    def _send(self, message: dict[str, Any]) -> None:
        if self._closed:
            return
        try:
            wire.send(self._sock, message)
        except OSError:
            self._closed = True
            self.gone.set()

    def listen(self) -> None:
        """Note in the background when the caller is interrupted or goes away."""
        threading.Thread(target=self._listen, name="lab-caller", daemon=True).start()

    def _listen(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            for message in wire.receive(self._sock):
                if "signal" in message:
                    self.interrupted = True
                    self.gone.set()
        self.gone.set()
