"""The load balancer's two logs: every request in the combined format, and its own errors."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

from watermark_lab.lab.capture import LOG_BYTES_MAX
from watermark_lab.lab.exchange import Exchange


class AccessLog:
    """Writes ``access.log`` and ``error.log``; each keeps one earlier file past its limit."""

    def __init__(self, access: Path, errors: Path) -> None:
        """Use the two paths; both files exist from now on, so that they can be followed."""
        self._access = access
        self._errors = errors
        self._lock = threading.Lock()
        for path in (access, errors):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()

    def served(self, address: str, done: Exchange) -> None:
        """Write one request in the combined log format of Apache and nginx, with the fields that many add at its end.

        As in nginx ``rt`` is the whole time; ``uct``, ``urt`` and ``upstream`` have a value for each backend that was tried.
        """
        stamp = datetime.now(UTC).strftime("%d/%b/%Y:%H:%M:%S +0000")
        connects = ", ".join("-" if one.connect_seconds is None else f"{one.connect_seconds:.3f}" for one in done.tries) or "-"
        answers = ", ".join(f"{one.seconds:.3f}" for one in done.tries) or "-"
        names = ", ".join(f"127.0.0.1:{one.port}" for one in done.tries) or "-"
        request = f'{address} - - [{stamp}] "{_quoted(done.line)}" {done.status} {done.body_bytes} "-" "{_quoted(done.agent)}"'
        times = f'rt={done.seconds():.3f} uct="{connects}" urt="{answers}" upstream="{names}"'
        self._write(self._access, f"{request} {times}")

    def failed(self, what: str, line: str) -> None:
        """Write one error of the load balancer."""
        stamp = datetime.now(UTC).strftime("%Y/%m/%d %H:%M:%S")
        self._write(self._errors, f'{stamp} [error] {what}, request: "{_quoted(line)}"')

    def _write(self, path: Path, line: str) -> None:
        with self._lock:
            if path.exists() and path.stat().st_size > LOG_BYTES_MAX:
                path.replace(path.with_suffix(path.suffix + ".1"))
            with path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")


def _quoted(text: str) -> str:
    # A client may send anything: what is not plain text would forge lines.
    return "".join(char if char.isprintable() and char not in '"\\' else f"\\x{ord(char):02X}" for char in text)
