"""JSON that is printed over several lines: each object becomes one line, also behind the stamps of collectors and among other lines."""

import re
from collections.abc import Iterator
from typing import Final

SAMPLED_BYTES: Final = 65_536
OBJECT_BYTES_MAX: Final = 1 << 20
"""A longer object is cut into lines where it stands."""
_SHARE: Final = 5
"""One in so many of the lines that are not indented has to begin an object."""
_BEFORE: Final = (
    rb"(?:[\w.-]{1,80} *\| |\[pod/[\w./-]+\] )?(?:\d{4}-\d\d-\d\dT[\d:.]{8,18}(?:Z|[+-]\d\d:\d\d) )?(?:(?:stdout|stderr) [FP] )?"
)
"""What Compose, kubectl, ``docker logs -t`` and CRI put before each line."""
_BEGINS: Final = re.compile(rb"^" + _BEFORE + rb"(?P<by>[ \t]*)\{\r?\n" + _BEFORE + rb'[ \t]+"', re.MULTILINE)
_HEAD: Final = re.compile(rb"^" + _BEFORE + rb"[^\s\]})]", re.MULTILINE)


class Folding:
    """The lines of one log, handed over as they come; nothing is changed where its beginning holds no such object."""

    def __init__(self, begin: bytes) -> None:
        """``begin``: the first bytes of the log."""
        sample = begin[:SAMPLED_BYTES].lstrip(b"\xef\xbb\xbf \r\n")
        found = list(_BEGINS.finditer(sample))
        self.needed = bool(found) and (len(found) * _SHARE >= len(_HEAD.findall(sample)) or found[0].start() <= len("[\r\n"))
        by = re.escape(found[0]["by"]) if found else b""
        start = rb"^(?P<head>" + _BEFORE + by + rb"\{)\r?\n"
        inner = rb"(?:" + _BEFORE + by + rb"[ \t]+[^\n]*\n)*"
        self._object = re.compile(start + rb"(?P<inner>" + inner + rb")" + _BEFORE + by + rb"\},?[ \t]*\r?$", re.MULTILINE)
        self._open = re.compile(start + inner + rb"(?:" + _BEFORE + by + rb"[ \t]*[^\n]{0,99})?\Z", re.MULTILINE)
        self._before = re.compile(rb"^" + _BEFORE + rb"[ \t]+", re.MULTILINE)
        self._rest = b""

    def take(self, data: bytes, *, final: bool = False) -> bytes:
        """What is whole by now; an object that has not ended is kept for the next time."""
        if not self.needed:
            return data
        data, self._rest = self._rest + data, b""
        opened = None if final else self._last(data)
        if opened is not None and len(data) - opened <= OBJECT_BYTES_MAX:
            data, self._rest = data[:opened], data[opened:]
        return re.sub(rb"(?m)^[\[\]]\r?\n", b"", self._object.sub(self._line, data))

    def _last(self, data: bytes) -> int | None:
        """Where the object begins that the data ends within."""
        at = max(data.rfind(b"{\n"), data.rfind(b"{\r\n"), len(data) - 1 if data.endswith(b"{") else -1)
        while at >= 0:
            line = data.rfind(b"\n", 0, at) + 1
            if self._open.match(data, line):
                return line
            if self._object.match(data, line):
                return None
            at = data.rfind(b"{", 0, line)
        return None

    def _line(self, found: re.Match[bytes]) -> bytes:
        inner = self._before.sub(b"", found["inner"]).replace(b"\r\n", b" ").replace(b"\n", b" ")
        return found["head"].lstrip(b" \t") + b" " + inner.rstrip() + b"}"


def folded(pieces: Iterator[bytes], folding: Folding) -> Iterator[bytes]:
    """The pieces with one object a line; the last may lack its newline."""
    for piece in pieces:
        yield folding.take(piece)
    yield folding.take(b"", final=True)
