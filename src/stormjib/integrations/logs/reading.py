"""Log files read from their beginning to their end: in which order, what time stands where."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stormjib.evidence.loglines.counts import Counts
from stormjib.evidence.loglines.timestamp import recognise
from stormjib.integrations.logs.clock import Clock, sampled
from stormjib.integrations.logs.line_counts import LineCounts
from stormjib.integrations.logs.source import BLOCK_BYTES, Source, siblings

Progress = Callable[[int, int], None]
"""Told the bytes that are done and all of them (0: not known)."""


@dataclass(slots=True)
class Reading:
    """Everything that was read, and what goes on from there."""

    counts: Counts
    counting: LineCounts
    sources: list[Source] = field(default_factory=list)
    clocks: dict[str, Clock] = field(default_factory=dict)
    since: int | None = None

    @property
    def remarks(self) -> list[str]:
        """What is to be said of the files."""
        return [*(remark for source in self.sources for remark in source.remarks), *self._without_times()]

    def _without_times(self) -> Iterator[str]:
        """What of the files has no times, where that matters."""
        for source in self.sources:
            clock = self.clocks.get(source.name)
            if not source.bytes_read or clock is None or clock.stamp is not None:
                continue
            if self.since is not None:
                yield f"{source.name} has no times that can be read, so all its lines are counted, also those from before --since."
            elif self.counts.timed:
                yield f"{source.name} has no times that can be read; its lines are counted, but in no minute."

    def close(self) -> None:
        """Close the files."""
        for source in self.sources:
            source.close()


def read(
    paths: Sequence[Path],
    *,
    now: float,
    since: int | None = None,
    moment: int | None = None,
    growing: bool = False,
    progress: Progress | None = None,
) -> Reading:
    """Count all lines. ``since`` and ``moment`` are seconds.

    ``growing``: a last line without its newline is left for later. Raises ``OSError`` where a file can't be read.
    """
    every = [other for path in paths for other in [*(siblings(path, since) if since is not None else ()), path]]
    sources = [Source(path) for path in dict.fromkeys(every)]
    counts = Counts(keep=tuple(one for one in (since, moment) if one is not None))
    total = sum(source.bytes_total for source in sources)
    counting = LineCounts(counts)
    reading = Reading(counts, counting, sources, since=since)
    clocks = [_clock(source, counts, now) for source in sources]
    counts.timed = not sources or any(clock.stamp is not None for clock in clocks)
    done = 0
    for source, clock in zip(sources, clocks, strict=True):
        reading.clocks[source.name] = clock
        for block in source.blocks(whole=growing):
            if not counts.timed:
                clock.current = counts.bytes // BLOCK_BYTES
            counting.take(block, source, clock, since)
            counts.bytes += len(block.data)
            if progress is not None:
                progress(done + source.place, total)
        done += source.bytes_total
    counting.flush()
    counts.tidy()
    counts.lines = sum(shape.count for shape in counts.shapes)
    return reading


def _clock(source: Source, counts: Counts, now: float) -> Clock:
    return Clock(recognise(sampled(source.begin), now), counts, now)
