"""What a command prints: decoded, secrets blanked, capped with its head and tail kept."""

import codecs
import re
from collections.abc import Mapping

SECRET_CHARS_MIN = 4
"""A shorter value stands in ordinary text too often; blanking it would destroy the output."""


class Output:
    """Takes chunks as they come. Blanking happens before the cut, so that no half of a secret is kept."""

    def __init__(self, output_bytes_max: int, secrets: Mapping[str, str]) -> None:
        """``secrets``: name → value."""
        self._half = output_bytes_max // 2
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._names = {value: name for name, value in secrets.items() if len(value) >= SECRET_CHARS_MIN}
        values = sorted(self._names, key=len, reverse=True)
        self._secret = re.compile("|".join(map(re.escape, values))) if values else None
        self._longest = len(values[0]) if values else 1
        self._pending = ""
        self._head = bytearray()
        self._tail = bytearray()
        self._total = 0
        self._blanked: set[str] = set()

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
    def blanked(self) -> tuple[str, ...]:
        """The names of the secrets that were printed."""
        return tuple(sorted(self._blanked))

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
            self._blanked.add(name)
            kept += (self._pending[at : found.start()], f"[blanked {name}]")
            at = found.end()
        safe = max(safe, at)
        kept.append(self._pending[at:safe])
        self._pending = self._pending[safe:]
        self._keep("".join(kept).encode())

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
    start = 0
    while start < min(len(data), 4) and data[start] & 0xC0 == 0x80:  # noqa: PLR2004 - the mark of a continuation byte
        start += 1
    return data[start:]


def excerpt(output: bytes, chars_max: int = 1_000) -> str:
    """The text if it is short, else its first and last lines."""
    text = output.decode("utf-8", "replace").strip("\n")
    if len(text) <= chars_max:
        return text
    head, tail = text[: chars_max // 2], text[-chars_max // 2 :]
    head = head[: head.rfind("\n")] if "\n" in head else head
    tail = tail[tail.find("\n") + 1 :] if "\n" in tail else tail
    return f"{head}\n…\n{tail}"
