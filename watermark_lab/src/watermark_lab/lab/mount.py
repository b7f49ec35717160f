"""Small file systems in memory, where this process may mount them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

PROGRAM_SECONDS_MAX = 60.0


def is_mounted(path: Path) -> bool:
    """Tell whether a file system is mounted at ``path``."""
    return path.is_mount()


def tmpfs(path: Path, size_bytes: int) -> bool:
    """Mount an empty tmpfs of ``size_bytes`` at ``path``, over what is there; False when this machine does not let us."""
    if is_mounted(path):
        return True
    path.mkdir(parents=True, exist_ok=True)
    return _run("mount", "-t", "tmpfs", "-o", f"size={size_bytes},mode=0700", "tmpfs", str(path))


def unmount(path: Path) -> bool:
    """Take away what is mounted at ``path``, at once or when its last user has gone; False when that is refused."""
    return not is_mounted(path) or _run("umount", str(path)) or _run("umount", "--lazy", str(path))


def _run(*argv: str) -> bool:
    program = shutil.which(argv[0], path="/usr/sbin:/usr/bin:/sbin:/bin")
    if program is None:
        return False
    done = subprocess.run(
        [program, *argv[1:]], stdin=subprocess.DEVNULL, capture_output=True, timeout=PROGRAM_SECONDS_MAX, check=False
    )
    return done.returncode == 0
