"""A log that comes in chunks, from a command or an engine: counted as it comes, in bounded memory, compared around a moment."""

import codecs
import re
from collections.abc import Callable, Mapping
from typing import Final

from stormjib.core.redact import forms
from stormjib.evidence.loglines.counts import Counts
from stormjib.evidence.loglines.report import Report, report
from stormjib.evidence.loglines.timestamp import recognise
from stormjib.integrations.logs.clock import SAMPLE_BYTES, Clock, sampled
from stormjib.integrations.logs.line_counts import LineCounts
from stormjib.integrations.logs.pretty import Folding
from stormjib.integrations.logs.source import BLOCK_BYTES, LINE_BYTES_MAX, Block

LEAD_SECONDS_MAX: Final = 600
"""A trouble begins before it is detected; so much earlier at most is what is compared …"""
LEAD_SHARE: Final = 3
"""… and never more than a third of what the log tells of the time before."""
LAST_BYTES: Final = 300
END_BYTES: Final = 8_192

Redact = Callable[[bytes], bytes]
Tap = Callable[[bytes], None]
"""Takes whole lines."""


def redactor(secrets: Mapping[str, str]) -> Redact:
    """Replaces the values of ``secrets`` (name → value) in whole lines; a value of less than four characters is ordinary text."""
    values = {value.encode(): name for value, name in forms(secrets).items()}
    if not values:
        return lambda data: data
    pattern = re.compile(b"|".join(re.escape(value) for value in sorted(values, key=len, reverse=True)))

    def redact(data: bytes) -> bytes:
        if not any(value in data for value in values):
            return data
        return pattern.sub(lambda found: f"[redacted {values[found[0]]}]".encode(), data)

    return redact


class Log:
    """One log in one or more parts, the oldest first."""

    def __init__(self, name: str, *, now: float, detected_at: float, redact: Redact, tap: Tap | None = None) -> None:
        """``detected_at`` decides what is compared with what was before; ``tap`` gets every block of lines as well."""
        self.name = name
        self.counts = Counts()
        self.counting = LineCounts(self.counts)
        self.remarks: list[str] = []
        self.now = now
        self.redact = redact
        self.tap = tap
        self.begins: int | None = None
        """The seconds of its first and its last line."""
        self.ends: int | None = None
        self.moment: int | None = None
        self._detected_at = detected_at

    def part(self, name: str, *, bytes_max: int, cut: bool = False) -> "Flow":
        """The next part. ``cut``: its first line is only the end of one."""
        return Flow(self, name, bytes_max=bytes_max, cut=cut)

    def begin(self, sample: bytes) -> Clock:
        """The clock of a part, by its first lines; the first part with times decides about the moment."""
        lines = sampled(sample)
        stamp = recognise(lines, self.now)
        first = None
        if stamp is not None:
            clock = Clock(stamp, self.counts, self.now)
            first = next((second for line in lines if (second := clock.exact(line)) is not None), None)
        if first is not None and self.begins is None:
            self.begins = first
            if first < self._detected_at:
                self.moment = int(self._detected_at - min(LEAD_SECONDS_MAX, (self._detected_at - first) / LEAD_SHARE))
                self.counts.keep = (self.moment,)
        return Clock(stamp, self.counts, self.now, self.moment)

    def report(self) -> Report:
        """What the log says."""
        self.counting.flush()
        self.counts.tidy()
        self.counts.lines = sum(shape.count for shape in self.counts.shapes)
        self.counts.timed = self.begins is not None
        if self.begins is None or self.ends is None:
            return report(self.counts, -1)
        return report(self.counts, self.moment if self.moment is not None else -1, (self.begins, self.ends + 1))


class Flow:
    """One part of a log, handed over in chunks of any size; ``finish`` once."""

    def __init__(self, log: Log, name: str, *, bytes_max: int, cut: bool) -> None:
        """What comes beyond ``bytes_max`` is passed over."""
        self.name = name
        self.last = b""
        """Its last bytes, for what a failed command says."""
        self._log = log
        self._left = bytes_max
        self._skipping = cut
        self._rest = bytearray()
        self._clock: Clock | None = None
        self._decode: codecs.IncrementalDecoder | None = None
        self._begun = False
        self._end = b""
        self._folding: Folding | None = None

    @property
    def bytes_total(self) -> int:
        """Not known."""
        return 0

    @property
    def timed(self) -> bool:
        """Whether its lines have times, as far as it has been read."""
        return self._clock is not None and self._clock.stamp is not None

    @property
    def full(self) -> bool:
        """Whether the limit is reached."""
        return self._left <= 0

    def again(self, *_: int) -> bytes:
        """Nothing: a stream can't be read again."""
        return b""

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self.last = (self.last + chunk[-LAST_BYTES:])[-LAST_BYTES:]
        if self._left <= 0:
            return
        if len(chunk) > self._left:
            chunk = chunk[: self._left]
            self._log.remarks.append(f"Of {self.name} no more was read than the limit of this source allows (log_bytes_max).")
        self._left -= len(chunk)
        self._rest += self._text(chunk)
        if len(self._rest) >= (BLOCK_BYTES if self._clock else SAMPLE_BYTES):
            self._take(final=False)

    def finish(self) -> None:
        """The last line need not have a newline."""
        self._take(final=True)
        self._lines(b"", final=True)
        if self._clock is not None:
            seconds = (self._clock.exact(line) for line in reversed(self._end.split(b"\n")))
            last = next((second for second in seconds if second is not None), None)
            if last is not None:
                self._log.ends = max(last, self._log.ends or last)

    def _text(self, chunk: bytes) -> bytes:
        """UTF-16 becomes UTF-8; everything else is taken as it is."""
        if not self._begun and chunk:
            self._begun = True
            boms = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
            encoding = boms.get(chunk[:2])
            if encoding:
                self._decode = codecs.getincrementaldecoder(encoding)("replace")
            elif b"\0" in chunk[:SAMPLE_BYTES]:
                self._log.remarks.append(f"{self.name} is not a text file; its lines are counted all the same.")
        return self._decode.decode(chunk).lstrip("\ufeff").encode("utf-8", "replace") if self._decode else chunk

    def _take(self, *, final: bool) -> None:
        """Hand on the whole lines; a line without an end is kept, or cut where it is too long."""
        rest = self._rest
        if self._skipping:
            start = rest.find(b"\n") + 1
            del rest[: start or len(rest)]
            self._skipping = not start
        end = rest.rfind(b"\n") + 1
        if end:
            self._lines(bytes(rest[:end]))
            del rest[:end]
        if len(rest) > LINE_BYTES_MAX:
            self._lines(self._log.redact(bytes(rest))[:LINE_BYTES_MAX] + b"\n")
            rest.clear()
            self._skipping = not final
        elif final and rest:
            self._lines(bytes(rest) + b"\n")
            rest.clear()

    def _lines(self, data: bytes, *, final: bool = False) -> None:
        data = self._log.redact(data)
        if self._folding is None:
            self._folding = Folding(data)
            if self._folding.needed:
                self._log.remarks.append(f"{self.name} holds JSON over several lines; each object is counted as one line.")
        data = self._folding.take(data, final=final)
        if not data:
            return
        if self._clock is None:
            self._clock = self._log.begin(data[:SAMPLE_BYTES])
        self._end = data[-END_BYTES:]
        if self._log.tap is not None:
            self._log.tap(data)
        self._log.counting.take(Block(data, -1), self, self._clock, None)
        self._log.counts.bytes += len(data)
