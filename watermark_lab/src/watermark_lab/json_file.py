"""A JSON file that is read again when it has changed."""

import json
from pathlib import Path
from typing import Final

FILE_BYTES_MAX: Final = 64 * 1024


class JsonFile:
    """One JSON object on disk, shared with other processes; a look costs one stat while nothing changes."""

    def __init__(self, path: Path) -> None:
        """Watch `path`, which need not exist."""
        self.path = path
        self._version: tuple[int, int, int] | None = None
        self._content: dict[str, object] = {}

    def read(self) -> dict[str, object]:
        """Give the object, empty when there is no file; raises OSError, or ValueError when it is not a JSON object.

        A file that was refused is refused once, on the look that found it, and counts as empty until it changes.
        """
        try:
            stat = self.path.stat()
        except FileNotFoundError:
            self._version, self._content = None, {}
            return self._content
        version = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        if version != self._version:
            self._version, self._content = version, {}
            self._content = self._parse()
        return self._content

    def _parse(self) -> dict[str, object]:
        with self.path.open("rb") as file:
            data = file.read(FILE_BYTES_MAX + 1)
        if len(data) > FILE_BYTES_MAX:
            message = f"{self.path} has more than {FILE_BYTES_MAX} bytes"
            raise ValueError(message)
        content = json.loads(data)
        if not isinstance(content, dict):
            message = f"{self.path} does not hold a JSON object"
            raise ValueError(message)  # noqa: TRY004 -- the caller handles bad content as one kind of error
        return content
