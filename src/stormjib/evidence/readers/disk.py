"""``df``: how full each file system is, in bytes and in inodes."""

import re
from typing import Final

from stormjib.evidence.readers.amount import size
from stormjib.evidence.readers.reading import Clause, Evidence, Fact, Measured, Reading, State, tell

SOURCE = "disk"
FULL_PERCENT: Final = 90
"""A file system that is this full is worth a sentence."""
BAD_PERCENT: Final = 97

_HEADER: Final = re.compile(r"Filesystem\s+.*(Mounted on)\s*")
_ROW: Final = re.compile(r"(?:(\S+)\s+)?(?:([a-z]\S*)\s+)?(\S+)\s+(\S+)\s+(-?\S+)\s+(\d{1,3}|-)%?\s+(/.*)")
_UNSEEN: Final = re.compile(r"df: ([^:]{1,250}): ([A-Z][\w /-]{3,60})")
_LINE_CHARS_MAX: Final = 2_000
# Images that are always exactly full.
_SEALED: Final = ("/snap/", "/var/lib/snapd/", "/media/cdrom")
_SEALED_TYPES: Final = {"squashfs", "iso9660", "erofs"}
_KIB: Final = 1_024


def read(evidence: Evidence) -> Reading | None:
    """GNU's and busybox's, with ``-h``, ``-i``, ``-T`` or ``-P``; a long device name may stand on a line of its own."""
    lines = evidence.lines(_LINE_CHARS_MAX)
    header = next((line for line in lines if _HEADER.match(line)), "")
    if not header:
        return None
    inodes = "IUse%" in header or "Inodes" in header
    plain = _unit(header)
    facts: list[Fact] = []
    clauses = [Clause("bad", f"{found[1]} cannot be read ({found[2]})") for line in lines if (found := _UNSEEN.fullmatch(line))]
    for line in lines:
        row = _ROW.fullmatch(line.strip())
        if not row or row[6] == "-" or row[7].startswith(_SEALED) or row[2] in _SEALED_TYPES:
            continue
        used, path = int(row[6]), row[7]
        facts.extend(_facts(row, plain, inodes=inodes))
        if used >= FULL_PERCENT:
            text = f"{path} has used {used} % of its inodes" if inodes else f"{path} is {used} % full"
            clauses.append(Clause("bad" if used >= BAD_PERCENT else "warn", text))
    if not facts and not clauses and any(not _ROW.fullmatch(line.strip()) and line != header for line in lines):
        return None  # rows that nobody understood are not none
    return tell(SOURCE, facts or [State("disk", "file systems", "none")], clauses)


def _unit(header: str) -> int:
    """What a plain number counts."""
    if "1K-blocks" in header or "1024-blocks" in header:
        return _KIB
    found = re.search(r"\b(\d{1,8})-blocks", header)
    return int(found[1]) if found else _KIB * _KIB if "1M-blocks" in header else 1


def _facts(row: re.Match[str], plain: int, *, inodes: bool) -> list[Fact]:
    whole, used = (size(text) for text in (row[3], row[4]))
    path, name = row[7], "inodes" if inodes else "space"
    found: list[Fact] = [Measured(path, f"{name} used", float(row[6]), "percent", 100.0)]
    if used is not None and whole:
        times = plain if row[4].isdigit() and not inodes else 1
        whole_times = plain if row[3].isdigit() and not inodes else 1
        found.append(Measured(path, name, used * times, "count" if inodes else "bytes", whole * whole_times))
    return found
