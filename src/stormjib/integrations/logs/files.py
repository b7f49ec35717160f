"""Log files on a target: listed by a command, with their rotated parts; which of them are read, and how much."""

import re
from collections.abc import Sequence
from typing import Final

import msgspec

FILES_MAX: Final = 24
PACKED_FACTOR: Final = 10
"""What a packed file is taken to grow by."""

_PLAIN: Final = re.compile(r"[^\w@%+=:,./*?\[\]-]")
_LINE: Final = re.compile(r"(\d+) (\d+) regular (?:empty )?file (.+)")
_ROTATED: Final = re.compile(r"[.-]\d[\d._-]*(?=$|\.(?:gz|bz2|xz)$)(?:\.(?:gz|bz2|xz))?$")
_PACKED: Final = (".gz", ".bz2", ".xz")


class File(msgspec.Struct, frozen=True):
    """A file, when it was written last (seconds since the epoch), and how much of its end is read."""

    path: str
    written_at: float
    bytes: int
    take_bytes: int = 0

    @property
    def log(self) -> str:
        """The log that it is a part of: its name without what rotation adds."""
        return _ROTATED.sub("", self.path)

    @property
    def packed(self) -> bool:
        """Whether it is compressed, by its name."""
        return self.path.endswith(_PACKED)

    @property
    def cut(self) -> bool:
        """Whether only its end is read."""
        return not self.packed and self.take_bytes < self.bytes


def listing(paths: Sequence[str]) -> str:
    """The command that lists the files of some paths, patterns of names among them, and their rotated parts."""
    quoted = [_PLAIN.sub(lambda found: f"\\{found[0]}", path) for path in paths]
    words = [word for path in quoted for word in (path, f"{path}.[0-9]*", f"{path}-[0-9]*")]
    return f"stat -L -c '%Y %s %F %n' -- {' '.join(words)} 2>/dev/null"


def parts(listed: str) -> list[File]:
    """What the listing says; directories, pipes and devices are left out, for reading one might never end."""
    found = {
        match[3]: File(match[3], float(match[1]), int(match[2])) for match in map(_LINE.fullmatch, listed.splitlines()) if match
    }
    return list(found.values())


def newest(files: Sequence[File], since: float, bytes_max: int) -> list[File]:
    """What is read of them, log by log, the oldest part first: what was written ``since``, the newest before all else."""
    left = bytes_max
    taken: list[File] = []
    for file in sorted(files, key=lambda one: (-one.written_at, one.path)):
        weight = file.bytes * (PACKED_FACTOR if file.packed else 1)
        if file.written_at < since or not file.bytes or left <= 0 or (file.packed and weight > left) or len(taken) >= FILES_MAX:
            continue
        take = left if file.packed else min(file.bytes, left)
        left -= min(weight, left)
        taken.append(msgspec.structs.replace(file, take_bytes=take))
    return sorted(taken, key=lambda one: (one.log, one.written_at))
