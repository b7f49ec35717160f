"""A growing log: what was written since the last look, also when the file was rotated or cut off in between."""

from collections.abc import Iterator
from typing import Final

from stormjib.integrations.logs.source import BLOCK_BYTES, LINE_BYTES_MAX, Block, Source

BEGIN_BYTES: Final = 64
"""By its first bytes a file is known to be still the same, when it was emptied and has grown again."""


class Tail:
    """The end of one growing file."""

    def __init__(self, source: Source) -> None:
        """Go on where the source was read to."""
        self._source = source
        self._at = source.taken
        self._begin = source.again(0, BEGIN_BYTES)

    @property
    def source(self) -> Source:
        """The file as it is open now."""
        return self._source

    def blocks(self) -> Iterator[Block]:
        """Whole lines that are new. A rotated file is read to its end first."""
        yield from self._grown()
        if self._rotated():
            rest = self._source.again(self._at, LINE_BYTES_MAX)
            if rest:
                yield Block(rest + b"\n", self._at)
            remarks = self._source.remarks
            self._source.close()
            self._source = Source(self._source.path, self._source.name)
            self._source.remarks[:0] = [*remarks, f"{self._source.name} was rotated; the new file is followed."]
            self._at, self._begin = 0, self._source.again(0, BEGIN_BYTES)
            yield from self._grown()

    def _grown(self) -> Iterator[Block]:
        now = self._source.again(0, BEGIN_BYTES)
        if self._source.bytes_total < self._at or not now.startswith(self._begin):
            self._source.remarks.append(f"{self._source.name} was cut off; it is read from its beginning again.")
            self._at = 0
        self._begin = now
        while data := self._source.again(self._at, BLOCK_BYTES):
            end = data.rfind(b"\n") + 1
            if not end and len(data) < BLOCK_BYTES:
                return
            block = Block(data[:end] if end else data[:LINE_BYTES_MAX] + b"\n", self._at)
            self._at += end or len(data)
            yield block

    def _rotated(self) -> bool:
        """Whether another file has its name now; while there is none, the old one may still grow."""
        try:
            there = self._source.path.stat()
        except OSError:
            return False
        return (there.st_dev, there.st_ino) != self._source.identity
