"""The ring: the samples of the scrapes in memory, whole for two hours and one a minute before that, within a bound of bytes."""

import math
from array import array
from collections.abc import Iterable, Sequence
from copy import deepcopy

import msgspec

from stormjib.evidence.metrics.process import Column, Process
from stormjib.evidence.metrics.sample import Raw, Sample

WHOLE_SECONDS = 7200.0
WHOLE_SECONDS_MIN = 240.0
THIN_SECONDS = 60.0
THIN_EVERY_SECONDS = 600.0
KEPT_SECONDS = 4 * 86_400.0
BYTES_MAX = 6 * 1024 * 1024
PROCESSES_MAX = 32
GROWTH_MAX = 5.0
"""The counters of one process hardly grow by more than so many times of what they grew by before."""
FORGOTTEN_SECONDS = 300.0
"""A process that was not heard of for so long has ended, unless it is one of many replicas."""
VERSION = 1
_START = "process_start_time_seconds"
_NONE = float("nan")


class Ring:
    """Not for two threads at once: whoever scrapes and whoever reads share a lock of their own."""

    def __init__(self, bytes_max: int = BYTES_MAX) -> None:
        """Empty."""
        self._bytes_max = bytes_max
        self._processes: list[Process] = []
        self._thinned_at = 0.0
        self.began: float | None = None
        self.newest = 0.0
        self.clock_went_back = 0
        """How often; what had been measured at times that are still to come is dropped."""

    @property
    def size_bytes(self) -> int:
        """What the arrays take; the names of the series come on top."""
        return sum(process.size_bytes for process in self._processes)

    def add(self, at: float, instance: str, samples: Sequence[Sample], *, alone: bool = False) -> None:
        """What a target said at ``at``; nothing is added for one that did not answer. ``alone``: it can only be one process."""
        samples = list({(sample.name, sample.labels): sample for sample in reversed(samples)}.values())[
            ::-1
        ]  # of one said twice, the first
        if self.began is None:
            self.began = at
        if at < self.newest:
            self._turn_back(at)
        self.newest = at
        process = self._process(at, instance, samples, alone=alone)
        if not process.times or at > process.times[-1]:
            process.add(at, samples)
        full = self.size_bytes > self._bytes_max or len(self._processes) > PROCESSES_MAX
        if full or at - self._thinned_at >= THIN_EVERY_SECONDS:
            self._thin(at)

    def _process(self, at: float, instance: str, samples: Sequence[Sample], *, alone: bool) -> Process:
        """The process that says this; a new one where none that is known could."""
        began = next((sample.value for sample in samples if sample.name == _START and math.isfinite(sample.value)), None)
        known = [one for one in self._processes if one.instance == instance]
        fitting = []
        for one in known:
            grown = 0.0 if alone else one.could_say(samples)
            if one.began == began and grown is not None:
                fitting.append((grown, one))
        usual = max((one.per_second for one in known), default=0.0)
        for grown, one in fitting:
            if (
                one.times
                and one.times[-1] == max(other.times[-1] for other in known)
                and grown <= GROWTH_MAX * usual * (at - one.times[-1])
            ):
                return one  # whoever answered last goes on; a life that ended at such a value does not come back
        if fitting:
            return min(fitting, key=lambda pair: pair[0])[1]
        seen = began is not None and bool(known) and self.began is not None and self.began < began <= at
        self._processes = _joined(self._processes, at - FORGOTTEN_SECONDS)
        self._processes.append(Process(instance, began, seen_beginning=seen))
        return self._processes[-1]

    def raws(self, since: float) -> list[Raw]:
        """Every series from a time on; replicas at one address get names of their own."""
        found = []
        numbers: dict[str, int] = {}
        processes = _joined(map(deepcopy, self._processes), math.inf)
        for process in processes:
            number = numbers[process.instance] = numbers.get(process.instance, 0) + 1
            if process.times[-1] < since:
                continue
            beside = any(self._overlaps(process, other) for other in processes)
            name = f"process {number}" if beside else ""
            raws = (process.raw(key, since, name) for key in process.columns)
            found += [raw for raw in raws if raw is not None]
            starts = process.starts() if process.began is None else []
            if starts:
                points = [(process.times[0], process.times[0]), *((at, at) for at in starts)]
                found.append(Raw(_START, {}, process.instance, [point for point in points if point[0] >= since], process=name))
        return found

    def _overlaps(self, one: Process, other: Process) -> bool:
        """Two processes at one address at the same time are replicas behind it; one after the other is a restart."""
        if one is other or one.instance != other.instance:
            return False
        return one.times[0] < other.times[-1] and other.times[0] < one.times[-1]

    def _turn_back(self, at: float) -> None:
        self.clock_went_back += 1
        for process in self._processes:
            process.keep([place for place, time in enumerate(process.times) if time < at])
        self._processes = [process for process in self._processes if process.times]
        self.began = min((process.times[0] for process in self._processes), default=at)
        self._thinned_at = min(self._thinned_at, at)

    def _thin(self, now: float) -> None:
        """Older than two hours one a minute; where that is too much, sooner; and at last the oldest goes."""
        self._thinned_at = now
        whole, kept = WHOLE_SECONDS, KEPT_SECONDS
        for _ in range(40):
            for process in self._processes:
                process.keep(_places(process.times, now - kept, now - whole))
            self._processes = [process for process in self._processes if process.times]
            # Below the bound by a tenth, or the next scrape would begin anew.
            if self.size_bytes <= self._bytes_max * 0.9:
                break
            whole, kept = max(whole / 2, WHOLE_SECONDS_MIN), kept * 0.8 if whole <= WHOLE_SECONDS_MIN else kept
        newest = sorted(self._processes, key=lambda process: process.times[-1])[-PROCESSES_MAX:]
        self._processes = [process for process in self._processes if process in newest]

    # On disk

    def pack(self) -> bytes:
        """The ring as MessagePack, for ``unpack``."""
        rows = [
            (one.instance, one.began, one.seen_beginning, one.times.tobytes(), [
                (name, labels, column.counter, column.values.tobytes()) for (name, labels), column in one.columns.items()
            ])
            for one in self._processes
        ]  # fmt: skip
        return msgspec.msgpack.encode((VERSION, self.began, self.newest, rows))

    def unpack(self, stored: bytes) -> bool:
        """Take over what was kept; False, and the ring is as it was, for something else or a damaged file."""
        try:
            version, began, newest, rows = msgspec.msgpack.decode(stored, type=tuple[int, float | None, float, list[_Row]])
            processes = [] if version != VERSION else [*map(_process, rows)]
        except (msgspec.MsgspecError, ValueError):
            return False
        if version != VERSION:
            return False
        self._processes, self.began, self.newest = processes, began, newest
        return True


def _joined(processes: Iterable[Process], until: float) -> list[Process]:
    """Lives of a process that does not say when it began, one after the other, are one; replicas answer between one another.

    Only of those that were not heard of since ``until`` this is certain.
    """
    found: list[Process] = []
    for one in sorted(processes, key=lambda process: process.times[0] if process.times else math.inf):
        last = next((other for other in reversed(found) if other.instance == one.instance), None)
        if (
            one.began is None
            and last is not None
            and last.began is None
            and one.times
            and last.times[-1] < min(one.times[0], until)
        ):
            last.before(one)
        else:
            found.append(one)
    return found


_Row = tuple[str, float | None, bool, bytes, list[tuple[str, tuple[tuple[str, str], ...], bool, bytes]]]


def _process(row: _Row) -> Process:
    instance, began, seen, times, columns = row
    process = Process(instance, began, seen_beginning=seen)
    process.times.frombytes(times)
    for name, labels, counter, values in columns:
        column = Column(array("d"), counter)
        column.values.frombytes(values)
        if len(column.values) != len(process.times):
            raise ValueError(name)
        process.columns[name, labels] = column
    return process


def _places(times: Sequence[float], oldest: float, whole: float) -> list[int]:
    """The last place of each minute before ``whole``, and every one since."""
    kept: list[int] = []
    for place, at in enumerate(times):
        if at < oldest:
            continue
        if at < whole and kept and times[kept[-1]] // THIN_SECONDS == at // THIN_SECONDS:
            kept[-1] = place
        else:
            kept.append(place)
    return kept
