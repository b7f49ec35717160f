"""What a command prints: decoded, without secrets, capped with its head and tail kept."""

import codecs
import re
from collections.abc import Mapping

from stormjib.core.redact import Shapes, forms

LINE_CHARS_MAX = 16_384
"""A longer line is looked through in parts …"""
PART_CHARS_KEPT = 4_096
"""… so much of it together with what follows, for a secret may stand across."""
_SEPARATOR = re.compile(r"[\s,;&]")
_CONTINUED = bytes(range(0x80, 0xC0))
"""The bytes of a character but its first."""


class Output:
    """Takes chunks as they come. Redaction happens before the cut, so that no half of a secret is kept."""

    def __init__(self, output_bytes_max: int, secrets: Mapping[str, str]) -> None:
        """``secrets``: name → value."""
        self._half = output_bytes_max // 2
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._names = forms(secrets)
        values = sorted(self._names, key=len, reverse=True)
        self._secret = re.compile("|".join(map(re.escape, values))) if values else None
        self._longest = len(values[0]) if values else 1
        self._pending = ""
        self._line = ""
        self._shapes = Shapes()
        self._head = bytearray()
        self._tail = bytearray()
        self._total = 0
        self._redacted: set[str] = set()

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self._take(self._decode(chunk), final=False)

    def finish(self) -> bytes:
        """All of it as valid UTF-8, or its head and tail around a line that says how much is left out."""
        self._take(self._decode(b"", final=True), final=True)
        if not self.truncated:
            return bytes(self._head + self._tail)
        head = _without_partial_end(bytes(self._head))
        tail = _without_partial_start(bytes(self._tail[-self._half :]))
        left_out = self._total - len(head) - len(tail)
        return head + f"\n[… {left_out} bytes left out …]\n".encode() + tail

    @property
    def truncated(self) -> bool:
        """Whether something was left out."""
        return self._total > 2 * self._half

    @property
    def redacted(self) -> tuple[str, ...]:
        """The names of the secrets that were printed, and what others were that have no name here, such as ``private key``."""
        return tuple(sorted(self._redacted | self._shapes.kinds))

    def _take(self, text: str, *, final: bool) -> None:
        self._pending += text
        # What begins beyond this point may be the start of a secret whose rest has not come yet.
        safe = len(self._pending) if final else max(0, len(self._pending) - self._longest + 1)
        kept: list[str] = []
        at = 0
        for found in self._secret.finditer(self._pending) if self._secret else ():
            if found.start() >= safe:
                break
            name = self._names[found.group()]
            self._redacted.add(name)
            kept += (self._pending[at : found.start()], f"[redacted {name}]")
            at = found.end()
        safe = max(safe, at)
        kept.append(self._pending[at:safe])
        self._pending = self._pending[safe:]
        self._lines("".join(kept), final=final)

    def _lines(self, text: str, *, final: bool) -> None:
        """Whole lines, so that no shape of a secret is torn apart."""
        whole = (self._line + text).splitlines(keepends=True)
        self._line = "" if final or not whole or whole[-1].endswith("\n") else whole.pop()
        while len(self._line) > LINE_CHARS_MAX:
            cut = next(
                (at.end() for at in _SEPARATOR.finditer(self._line, len(self._line) - PART_CHARS_KEPT)), LINE_CHARS_MAX // 2
            )
            whole.append(self._line[:cut])
            self._line = self._line[cut:]
        rest = self._shapes.rest if final else str
        self._keep(("".join(map(self._shapes.line, whole)) + rest()).encode())

    def _keep(self, data: bytes) -> None:
        self._total += len(data)
        room = self._half - len(self._head)
        self._head += data[:room]
        self._tail += data[room:] if room > 0 else data
        if len(self._tail) > 4 * self._half + 65_536:
            del self._tail[: -self._half]


def _without_partial_end(data: bytes) -> bytes:
    return data.decode("utf-8", "ignore").encode()


def _without_partial_start(data: bytes) -> bytes:
    return data.lstrip(_CONTINUED)


def excerpt(output: bytes, chars_max: int = 1_000) -> str:
    """The text if it is short, else its first and last lines."""
    text = output.decode("utf-8", "replace").strip("\n")
    if len(text) <= chars_max:
        return text
    head, tail = text[: chars_max // 2], text[-chars_max // 2 :]
    head = head[: head.rfind("\n")] if "\n" in head else head
    tail = tail[tail.find("\n") + 1 :] if "\n" in tail else tail
    return f"{head}\n…\n{tail}"
