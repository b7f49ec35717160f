"""A packed log that comes in chunks, unpacked as it comes."""

import bz2
import lzma
import zlib
from collections.abc import Callable
from typing import Any, Final

PIECE_BYTES: Final = 1 << 19
_GZIP: Final = 31
_MAGIC: Final = {b"\x1f\x8b": "gzip", b"BZ": "bz2", b"\xfd7": "xz"}

Feed = Callable[[bytes], None]


class Unpacked:
    """Hands on what is in the chunks: unpacked where they are gzip, bzip2 or xz, else as they are."""

    def __init__(self, feed: Feed, full: Callable[[], bool]) -> None:
        """``feed`` takes the plain bytes; once ``full`` says so, nothing more is unpacked: a small file may hold a huge one."""
        self._feed = feed
        self._full = full
        self._kind: str | None = None
        self._unpack: Any = None
        self.broken = ""
        """Why the rest could not be unpacked."""

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes; two or more at first."""
        if self._kind is None:
            self._kind = _MAGIC.get(chunk[:2], "")
            self._renew()
        if not self._kind:
            self._feed(chunk)
        elif not self.broken:
            self._try(lambda: self._all_of(chunk))

    def finish(self) -> None:
        """What is still held back."""
        if self._kind == "gzip" and not self.broken and not self._unpack.eof and not self._full():
            self._try(lambda: self._feed(self._unpack.flush()))
        if self._kind and not self.broken and not self._full() and not self._unpack.eof:
            self.broken = "it ends in the middle"

    def _try(self, unpack: Callable[[], None]) -> None:
        try:
            unpack()
        except (zlib.error, OSError, EOFError, lzma.LZMAError) as error:
            self.broken = str(error)

    def _renew(self) -> None:
        makers: dict[str, Callable[[], Any]] = {
            "gzip": lambda: zlib.decompressobj(_GZIP),
            "bz2": bz2.BZ2Decompressor,
            "xz": lzma.LZMADecompressor,
        }
        self._unpack = makers[self._kind]() if self._kind else None

    def _all_of(self, chunk: bytes) -> None:
        """Piece by piece, so that memory is bounded; a packed file may hold another one behind the first."""
        while chunk and not self._full():
            piece = self._unpack.decompress(chunk, PIECE_BYTES)
            self._feed(piece)
            while self._more() and not self._full():
                self._feed(self._piece())
            chunk = self._unpack.unused_data if self._unpack.eof else b""
            if chunk:
                self._renew()

    def _more(self) -> bool:
        if self._unpack.eof:
            return False
        return bool(self._unpack.unconsumed_tail) if self._kind == "gzip" else not self._unpack.needs_input

    def _piece(self) -> bytes:
        tail = self._unpack.unconsumed_tail if self._kind == "gzip" else b""
        found: bytes = self._unpack.decompress(tail, PIECE_BYTES)
        return found
