"""Files beside the log: whoever writes them, root included, they are their directory's owner's, as whom the server runs."""

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO


def opened(path: Path, flags: int, mode: int = 0o600) -> int:
    """A file, opened, and made where it is missing: then it is its directory's owner's, who alone can read it. Raises ``OSError``.

    What was there keeps its owner, so that root gives away nothing but what it makes. ``mode`` lets others read it, as far as the umask does.
    """
    try:
        handle = os.open(path, flags | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    except FileExistsError:
        if flags & os.O_EXCL:
            raise
        return os.open(path, flags | os.O_CREAT | os.O_CLOEXEC, mode)
    owner = path.parent.stat()
    with suppress(PermissionError):
        os.fchown(handle, owner.st_uid, owner.st_gid)
    return handle


def write(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Replace the file as a whole, with these rights whatever the umask says; raises ``OSError``."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    fresh.unlink(missing_ok=True)
    with os.fdopen(opened(fresh, os.O_WRONLY | os.O_EXCL), "wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(content)
    fresh.replace(path)


@contextmanager
def readable(path: Path, mode: str = "w") -> Iterator[IO[str]]:
    """A text file for everybody whom the umask lets read it; ``mode`` "x" only where there is none yet. Raises ``OSError``."""
    with open(path, mode, encoding="utf-8", opener=lambda name, flags: opened(Path(name), flags, 0o666)) as file:
        yield file


def publish(top: Path, files: Mapping[str, bytes]) -> int:
    """Write files that everybody may read, each in its forerunner's place; how many were other ones. Raises ``OSError``."""
    written = 0
    for name, content in files.items():
        file = top / name
        public_directory(file.parent)
        if not file.is_file() or file.read_bytes() != content:
            write(file, content, mode=0o644)
            written += 1
    return written


def public_directory(path: Path) -> None:
    """Make it where it is missing, for everybody to read, whatever the umask says; raises ``OSError``."""
    if not path.is_dir():
        public_directory(path.parent)
        directory(path, 0o755)
        path.chmod(0o755)


def directory(path: Path, mode: int = 0o700) -> None:
    """Make it and what is missing above it, each the owner's of what is there already; raises ``OSError``."""
    if path.is_dir():
        return
    directory(path.parent, mode)
    with suppress(FileExistsError):
        path.mkdir(mode)
        owner = path.parent.stat()
        with suppress(PermissionError):
            os.chown(path, owner.st_uid, owner.st_gid)
