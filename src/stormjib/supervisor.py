"""What systemd is told: that the server serves, that it lives, and that it has to be started again. Without systemd nothing is told.

Source: sd_notify(3), https://www.freedesktop.org/software/systemd/man/sd_notify.html
"""

import os
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

from stormjib.engine.rounds import Rounds
from stormjib.ports import Overloaded, StoreFailed, Unavailable

EXIT_FATAL: Final = 70
"""EX_SOFTWARE: the supervisor starts the server again."""
_MICROSECONDS: Final = 1_000_000


def notify(state: str, environ: Mapping[str, str] = os.environ) -> None:
    """Tell the supervisor, where there is one that listens."""
    address = environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    # An abstract socket is written with an @.
    address = f"\0{address[1:]}" if address.startswith("@") else address
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.sendto(state.encode(), address)


class Watchdog(Rounds):
    """One thread: after each write that ends, well or with a refusal, the supervisor is told. A writer that hangs is started again."""

    def __init__(self, writes: Callable[[], object], environ: Mapping[str, str] = os.environ) -> None:
        """``writes`` takes the way of every fact."""
        self._writes = writes
        self._environ = environ
        given = environ.get("WATCHDOG_USEC", "")
        self._every_seconds = int(given) / _MICROSECONDS / 3 if given.isdecimal() else 0.0
        # A write that hangs is not waited for.
        super().__init__("watchdog", self._run, 0.0)

    def start(self) -> None:
        """Begin, where the supervisor wants it."""
        if self._every_seconds:
            super().start()

    def _run(self) -> None:
        while not self.pause(self._every_seconds):
            with suppress(StoreFailed, Unavailable, Overloaded):
                self._writes()
            notify("WATCHDOG=1", self._environ)


def end_at_once(reason: str) -> None:
    """A process whose database fails does not recover; it ends, and is started again by whoever supervises it."""
    print(f"stormjib ends itself: {reason}", file=sys.stderr, flush=True)
    os._exit(EXIT_FATAL)
