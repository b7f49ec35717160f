"""The load balancer's two logs: every request in the combined format, and its own errors."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

from watermark_lab.lab.capture import LOG_BYTES_MAX


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

    def served(self, address: str, line: str, status: int, body_bytes: int, agent: str) -> None:
        """Write one request in the combined log format of Apache and nginx."""
        stamp = datetime.now(UTC).strftime("%d/%b/%Y:%H:%M:%S +0000")
        self._write(self._access, f'{address} - - [{stamp}] "{_quoted(line)}" {status} {body_bytes} "-" "{_quoted(agent)}"')

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
