"""A log file as blocks of whole lines: plain or gzipped, of any encoding and with lines of any length."""

import codecs
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final, NamedTuple, Protocol

from stormjib.integrations.logs.pretty import Folding, folded
from stormjib.integrations.logs.unpacked import Unpacked

BLOCK_BYTES: Final = 1 << 19
PACKED_BYTES: Final = 1 << 13
"""So much is unpacked at a time: a small file may hold a huge one."""
LINE_BYTES_MAX: Final = 1 << 16
"""Of a longer line only the beginning is read."""
AGAIN_BYTES_MAX: Final = 1 << 20

_PACKED: Final = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00")
_UNKNOWN: Final = {b"\x28\xb5\x2f\xfd": "zstd", b"\x04\x22\x4d\x18": "lz4", b"PK\x03\x04": "zip", b"7z\xbc\xaf": "7z"}
_UTF_16: Final = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


class Origin(Protocol):
    """Where blocks come from: a file, or a stream that can't be read again."""

    name: str

    @property
    def bytes_total(self) -> int:
        """How large it is, 0 where that is not known."""

    def again(self, offset: int, length: int, /) -> bytes:
        """Bytes of it once more; b"" where they are gone."""


class Block(NamedTuple):
    """Whole lines, each with its newline, and where they begin in the file (-1 where the file can't be read there again)."""

    data: bytes
    offset: int


class Source:
    """One file. What it has to say beside its lines is in ``remarks``."""

    def __init__(self, path: Path, name: str = "") -> None:
        """Open it; raises ``OSError``."""
        self.path = path
        self.name = name or str(path)
        self.remarks: list[str] = []
        self.bytes_read = 0
        self._file: IO[bytes] = path.open("rb", buffering=0)
        first = self._file.read(BLOCK_BYTES) or b""
        self._packed = next((magic for magic in _PACKED if first.startswith(magic)), b"")
        self._encoding = next((name for bom, name in _UTF_16.items() if first.startswith(bom)), "")
        self._begin = first
        self._first_text = b"" if self._packed or self._encoding else first
        self.taken = 0
        """Of a plain file: where the first line begins that was not given out."""
        self._begun = False
        self._folding = Folding(self.begin)
        self.plain = not self._packed and not self._encoding and not self._folding.needed and self._file.seekable()
        self.unread = next((name for magic, name in _UNKNOWN.items() if first.startswith(magic)), "")
        """What it is packed with, where that can't be unpacked here."""
        if self.unread:
            self.remarks.append(f"{self.name} is packed with {self.unread}, so its lines can't be read; unpack it first.")
        if self._folding.needed:
            self.remarks.append(f"{self.name} holds JSON over several lines; each object is counted as one line.")
        if not self._packed and not self._encoding and b"\0" in first[:8_192]:
            self.remarks.append(f"{self.name} is not a text file; its lines are counted all the same.")

    @property
    def bytes_total(self) -> int:
        """Its size on disk, 0 where it has none (a pipe)."""
        try:
            return os.fstat(self._file.fileno()).st_size
        except OSError:
            return 0

    @property
    def identity(self) -> tuple[int, int]:
        """Device and inode of the file that is open."""
        found = os.fstat(self._file.fileno())
        return found.st_dev, found.st_ino

    @property
    def begin(self) -> bytes:
        """Its first bytes, unpacked: to see what it is."""
        if not self._first_text and self._begin:
            self._first_text = next(filter(None, self._pieces()), b"")
        return self._first_text

    @property
    def place(self) -> int:
        """How far it is read, in its own bytes."""
        if self.plain:
            return self.taken
        return min(self.bytes_read // 8, self.bytes_total) if self._packed else self.bytes_read

    def close(self) -> None:
        """Let go of it."""
        self._file.close()

    def blocks(self, *, whole: bool = False) -> Iterator[Block]:
        """Its lines from the beginning to what is its end now.

        The last line gets the newline that it lacks, or with ``whole`` is left for later.
        """
        blocks = self._plain_blocks() if self.plain else self._joined_blocks()
        self._begun = True
        rest = b""
        for block in blocks:
            self.bytes_read += len(block.data)
            if block.data.endswith(b"\n"):
                yield block
            else:
                rest = block.data
        if rest and not whole:
            yield Block(rest[:LINE_BYTES_MAX] + b"\n", self.taken if self.plain else -1)

    def _plain_blocks(self) -> Iterator[Block]:
        """Read at the beginning of a line each time, so that nothing is put together; what has no newline comes last."""
        file, inside = self._file.fileno(), False
        while data := os.pread(file, BLOCK_BYTES, self.taken):
            start = data.find(b"\n") + 1 if inside else 0
            end = data.rfind(b"\n") + 1
            if inside:  # the rest of a line of which enough was read
                self.taken += start or len(data)
                inside = not start
            elif end:
                yield Block(data if end == len(data) else data[:end], self.taken)
                self.taken += end
            elif len(data) > LINE_BYTES_MAX:
                yield Block(data[:LINE_BYTES_MAX] + b"\n", self.taken)
                self.taken += len(data)
                inside = True
            else:
                yield Block(data, self.taken)
                return
        if self.bytes_total < self.taken:
            self.remarks.append(f"{self.name} was cut off while it was read; what came since then is not counted.")

    def _joined_blocks(self) -> Iterator[Block]:
        """Pieces as they come, put together at their seams; what has no newline comes last."""
        rest, inside = b"", False
        pieces = folded(self._pieces(), self._folding) if self._folding.needed else self._pieces()
        for data in pieces:
            start = data.find(b"\n") + 1 if inside else 0
            if inside and not start:
                continue
            inside = False
            end = data.rfind(b"\n") + 1
            if end > start:
                yield Block(rest + data[start:end], -1)
                rest = b""
            rest += data[max(start, end) :]
            if len(rest) > LINE_BYTES_MAX:
                yield Block(rest[:LINE_BYTES_MAX] + b"\n", -1)
                rest, inside = b"", True
        if rest:
            yield Block(rest, -1)

    def _pieces(self) -> Iterator[bytes]:
        if self._encoding:
            decoder = codecs.getincrementaldecoder(self._encoding)("replace")
            for data in self._raw():
                yield decoder.decode(data).lstrip("\ufeff").encode("utf-8", "replace")
        elif self._packed:
            yield from self._unpacked()
        else:
            yield from self._raw()

    def _raw(self) -> Iterator[bytes]:
        if self._file.seekable():
            self._file.seek(0)
        elif self._begin:
            yield self._begin
        while data := self._file.read(BLOCK_BYTES):
            if not self._begun and not self._file.seekable():
                self._begin += data  # it is only looked at yet, and can't be read again
            yield data

    def _unpacked(self) -> Iterator[bytes]:
        pieces: list[bytes] = []
        unpacked = Unpacked(pieces.append, lambda: False)
        for data in self._raw():
            for at in range(0, len(data), PACKED_BYTES):
                unpacked.feed(data[at : at + PACKED_BYTES])
                yield from pieces
                pieces.clear()
        unpacked.finish()
        yield from pieces
        if unpacked.broken:
            self.remarks.append(f"{self.name} is damaged or cut off ({unpacked.broken}); what could be unpacked is counted.")

    def again(self, offset: int, length: int) -> bytes:
        """Bytes of a plain file once more; b"" where they are gone."""
        if not self.plain or offset < 0:
            return b""
        try:
            return os.pread(self._file.fileno(), min(length, AGAIN_BYTES_MAX), offset)
        except OSError:
            return b""


def siblings(path: Path, since: float) -> list[Path]:
    """The rotated parts of a log that were still written after ``since``, the oldest first: app.log.1, app.log.2.gz, app.log-20240102."""
    found = []
    for other in path.parent.glob(path.name.translate({ord(char): "?" for char in "[]*?"}) + "[.-]*"):
        tail = other.name[len(path.name) + 1 :].removesuffix(".gz").removesuffix(".bz2").removesuffix(".xz")
        if other.is_file() and tail[:1].isdecimal() and tail.replace("-", "").replace("_", "").replace(".", "").isalnum():
            written = other.stat().st_mtime
            if written >= since:
                found.append((written, other))
    return [other for _, other in sorted(found)]
