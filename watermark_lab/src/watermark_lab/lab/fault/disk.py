"""The disk of the api's data is full: a small file system where the lab may mount one, else a limit of the kernel."""

from __future__ import annotations

import contextlib
import errno
import os
import resource
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from watermark_lab.lab import mount
from watermark_lab.lab.fault.kind import Ground

DISK_BYTES = 2 * 1024 * 1024
BLOCK_BYTES = 64 * 1024
FILLER = "core.1"
FREE_BYTES_MIN = 4 * 1024
"""Below that the service cannot write its block."""


@dataclass
class DiskFull:
    """The data directory becomes a full tmpfs of 2 MB; without the right to mount, each api process may write no file.

    The first is what ``df`` shows, and ends when somebody makes room. The second (RLIMIT_FSIZE, as a quota of nothing) belongs
    to the process, and ends with it.
    """

    ground: Ground
    may_mount: bool = True
    _mounted: bool = False

    def inflict(self, _options: Mapping[str, float]) -> None:
        """Mount and fill, or limit."""
        self._mounted = self.may_mount and mount.tmpfs(self._path, DISK_BYTES)
        if self._mounted:
            _fill(self._path / FILLER)
            return
        for child in self.ground.project.replicas():
            if child.running:
                _limit(child.pid, 0)

    def mend(self) -> None:
        """Unmount, or lift the limit."""
        if self._mounted:
            mount.unmount(self._path)
            self._mounted = False
            return
        for child in self.ground.project.replicas():
            if child.running:
                _limit(child.pid, resource.RLIM_INFINITY)

    def holds(self) -> bool:
        """Tell whether there is still no room."""
        if self._mounted:
            room = os.statvfs(self._path)
            return mount.is_mounted(self._path) and room.f_bavail * room.f_frsize < FREE_BYTES_MIN
        return any(child.running and _limited(child.pid) for child in self.ground.project.replicas())

    @property
    def _path(self) -> Path:
        return self.ground.project.layout.data


def _fill(path: Path) -> None:
    """Write until the disk takes no more; OSError for any other reason."""
    with path.open("ab", buffering=0) as file:
        try:
            while file.write(b"\0" * BLOCK_BYTES):
                pass
        except OSError as err:
            if err.errno != errno.ENOSPC:
                raise


def _limit(pid: int, soft_bytes: int) -> None:
    with contextlib.suppress(ProcessLookupError):  # it ended meanwhile, and its successor is free of the limit
        _soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(
            pid, resource.RLIMIT_FSIZE, (soft_bytes if hard == resource.RLIM_INFINITY else min(soft_bytes, hard), hard)
        )


def _limited(pid: int) -> bool:
    try:
        return resource.prlimit(pid, resource.RLIMIT_FSIZE)[0] == 0
    except ProcessLookupError:
        return False
