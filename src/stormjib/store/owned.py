"""Files beside the log: whoever writes them, root included, they are their directory's owner's, as whom the server runs."""

import os
from contextlib import suppress
from pathlib import Path


def opened(path: Path, flags: int) -> int:
    """A file, opened, and made where it is missing: then only its directory's owner can read it. Raises ``OSError``.

    What was there keeps its owner, so that root gives away nothing but what it makes.
    """
    try:
        handle = os.open(path, flags | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        if flags & os.O_EXCL:
            raise
        return os.open(path, flags | os.O_CREAT | os.O_CLOEXEC, 0o600)
    owner = path.parent.stat()
    with suppress(PermissionError):
        os.fchown(handle, owner.st_uid, owner.st_gid)
    return handle


def write(path: Path, content: bytes) -> None:
    """Replace the file as a whole; raises ``OSError``."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    with os.fdopen(opened(fresh, os.O_WRONLY | os.O_EXCL), "wb") as file:
        file.write(content)
    fresh.replace(path)
