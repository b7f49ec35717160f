"""The ledger: every watermark that was handed out, one line each, on the disk of the data directory.

It is what the operator answers with when somebody asks "is this text yours?", so a watermark that cannot be entered is not
handed out.
"""

import fcntl
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

FILE_BYTES_MAX: Final = 256 * 1024
"""a full file becomes the one earlier file, so the ledger holds the last few thousand entries"""
PROBE_BYTES: Final = 4 * 1024


class LedgerError(RuntimeError):
    """The disk does not take another entry; the message says why."""


class Ledger:
    """The ledger of all replicas that share a data directory; every call blocks on the disk."""

    def __init__(self, data_dir: Path) -> None:
        """Keep `data_dir`/ledger.jsonl; nothing is written yet."""
        self._path = data_dir / "ledger.jsonl"

    def enter(self, entry: Mapping[str, object]) -> None:
        """Write one entry, whole or not at all; raises LedgerError."""
        line = json.dumps(entry).encode() + b"\n"
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab", buffering=0) as file:
                # Replicas share the file, and whoever fills it moves it away.
                fcntl.flock(file, fcntl.LOCK_EX)
                size = os.fstat(file.fileno()).st_size
                if file.write(line) != len(line):
                    os.ftruncate(file.fileno(), size)
                    raise LedgerError(_sentence(self._path.parent, "no space left for a whole entry"))
                if size > FILE_BYTES_MAX:
                    self._path.replace(self._path.with_suffix(".1.jsonl"))
        except OSError as error:
            raise LedgerError(_sentence(self._path.parent, error.strerror or str(error))) from error

    def probe(self) -> None:
        """Find out whether the disk takes an entry, by writing a block and removing it; raises LedgerError."""
        path = self._path.with_name(f".probe.{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                path.write_bytes(b"." * PROBE_BYTES)
            finally:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise LedgerError(_sentence(path.parent, error.strerror or str(error))) from error


def _sentence(directory: Path, reason: str) -> str:
    return f"The disk cannot be written: {reason} in {directory}"
