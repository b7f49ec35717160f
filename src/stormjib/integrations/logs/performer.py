"""Performs ReadLogs: the log behind a command is read as it comes, grouped, and compared around the beginning of the trouble."""

import re
import shlex
import time
from collections.abc import Callable, Mapping
from typing import Final, Protocol

import msgspec

from stormjib.core.effects import AnyEffect, ReadLogs
from stormjib.core.risk import Risk
from stormjib.core.shell import judge
from stormjib.evidence.readers import LogSource, Reading, log_source
from stormjib.integrations.logs.files import File, listing, newest, parts
from stormjib.integrations.logs.flow import Flow, Log, redactor
from stormjib.integrations.logs.render import tell
from stormjib.integrations.logs.unpacked import Unpacked
from stormjib.ports import Clock, DeliveryError, Outcome

BEFORE_SECONDS: Final = 3_600
"""So much before the detection is compared with what came since."""
LEFT_SECONDS_MIN: Final = 0.1
"""With less time left nothing more is begun."""
GROWN_BYTES_MAX: Final = 1 << 20
"""A file may have grown since it was listed."""
_FINE: Final = {124, 141}
"""How a command ends whose output is read as it is: its time was up, or its reader had enough; 1 where a search has found nothing."""
_NAME: Final = re.compile(r"access", re.IGNORECASE)

Feed = Callable[[bytes], None]


class Ended(msgspec.Struct, frozen=True):
    """How a command ended: its exit code, None where it had to be stopped."""

    exit_code: int | None
    timed_out: bool


Run = Callable[[str, str, float, tuple[str, ...], Feed], Ended]
"""Target, text, seconds, names of secrets, and who takes the output; raises ``DeliveryError`` where it does not start."""

Engine = Callable[[str, float, int, float, Feed], str]
"""Container, since (seconds since the epoch), newest lines at most, seconds, and who takes the output; says what went wrong."""


class Requests(Protocol):
    """What an access log says of routes and upstreams."""

    def feed(self, lines: bytes) -> None:
        """Take whole lines in."""

    def reading(self, at: float) -> Reading | None:
        """Since ``at`` compared with before; None where the lines are no requests."""


class _Work(msgspec.Struct):
    """One effect under way."""

    effect: ReadLogs
    ends: float
    logs: list[Log] = []
    problems: list[str] = []
    requests: list[Requests] = []

    @property
    def left(self) -> float:
        """Seconds."""
        return self.ends - time.monotonic()


class LogsPerformer:
    """``Performer`` of ``ReadLogs``."""

    def __init__(
        self,
        *,
        run: Run,
        engine: Engine | None,
        requests: Callable[[], Requests],
        secrets: Mapping[str, str],
        bytes_max: int,
        clock: Clock,
    ) -> None:
        """``engine``: the container log API, where commands run on this very host. ``secrets``: name → value, redacted."""
        self._run = run
        self._engine = engine
        self._requests = requests
        self._redact = redactor(secrets)
        self._bytes_max = bytes_max
        self._clock = clock

    def perform(self, effect: AnyEffect, **_: object) -> Outcome:
        """Read it within the effect's time; raises ``DeliveryError`` where its target can't be reached at all."""
        if not isinstance(effect, ReadLogs):
            raise DeliveryError("logs", f"{type(effect).__name__} is no log.", permanent=True)
        source = log_source(effect.text)
        if source is None:
            raise DeliveryError("logs", f"Line {effect.line} reads no log that is known here.", permanent=True)
        began = time.monotonic()
        work = _Work(effect, began + effect.timeout_seconds, [], [], [])
        self._read(work, source)
        seconds = round(time.monotonic() - began, 3)
        readings = [one.reading(_moment(work)) for one in work.requests]
        return tell(effect, source, work.logs, requests=readings, problems=work.problems, seconds=seconds)

    def _read(self, work: _Work, source: LogSource) -> None:
        if source.kind == "files":
            self._files(work, source)
            return
        log = self._log(work, source.name)
        flow = log.part(source.name, bytes_max=self._bytes_max)
        window = max(0.0, self._clock() - work.effect.detected_at) + BEFORE_SECONDS
        if source.container and self._engine is not None and not (work.effect.target or work.effect.place):
            problem = self._engine(source.container, self._clock() - window, 400_000, work.left, flow.feed)
            ended = Ended(0, timed_out=False)
            if problem:
                work.problems.append(problem)
        else:
            ended = self._print(work, source.command(window) or judge(work.effect.text).bounded or work.effect.text, flow.feed)
        flow.finish()
        self._check(work, source, flow, ended)
        if not _failed(source, ended):
            work.logs.append(log)

    def _log(self, work: _Work, name: str, tap: Feed | None = None) -> Log:
        return Log(name, now=self._clock(), detected_at=work.effect.detected_at, redact=self._redact, tap=tap)

    def _print(self, work: _Work, text: str, feed: Feed) -> Ended:
        """Run a command that only reads; whatever was made up of the runbook's own has to be a proven read as well."""
        if text not in {work.effect.text, judge(work.effect.text).bounded} and judge(text).risk is not Risk.READ:
            work.problems.append(f"`{text}` is not a proven read, so it was not run.")
            return Ended(0, timed_out=False)
        return self._run(work.effect.place, text, max(work.left, LEFT_SECONDS_MIN), work.effect.secrets, feed)

    def _check(self, work: _Work, source: LogSource, flow: Flow, ended: Ended) -> None:
        if ended.timed_out:
            work.problems.append(
                f"{flow.name} had not ended after {work.effect.timeout_seconds:g} s; what it printed until then is used."
            )
        elif _failed(source, ended):
            said = self._redact(flow.last).decode("utf-8", "replace").strip().rpartition("\n")[2]
            work.problems.append(f"{source.name} ended with exit code {ended.exit_code}" + (f": {said}" if said else "."))

    def _files(self, work: _Work, source: LogSource) -> None:
        """The files that the paths name, with the rotated parts that were still written in the time that is compared."""
        sudo = " ".join([*source.words, ""])
        collected = bytearray()
        ended = self._print(work, sudo + listing(source.paths), collected.extend)
        if ended.timed_out:
            work.problems.append(f"{source.name} could not be listed within {work.effect.timeout_seconds:g} s.")
            return
        found = parts(bytes(collected).decode("utf-8", "replace"))
        if not found:
            work.problems.append(f"There is no file {' or '.join(source.paths)} that could be seen.")
            return
        chosen = newest(found, work.effect.detected_at - BEFORE_SECONDS, self._bytes_max)
        logs: dict[str, Log] = {}
        for file in chosen:
            log = logs.get(file.log)
            if log is None:
                requests = self._requests() if _NAME.search(file.log) else None
                work.requests.extend([requests] if requests else [])
                log = logs[file.log] = self._log(work, file.log, requests.feed if requests else None)
                work.logs.append(log)
            if work.left < LEFT_SECONDS_MIN:
                work.problems.append(f"{file.path} was not read, for the time was up.")
                continue
            self._file(work, source, log, file, sudo)

    def _file(self, work: _Work, source: LogSource, log: Log, file: File, sudo: str) -> None:
        flow = log.part(file.path, bytes_max=file.take_bytes + GROWN_BYTES_MAX, cut=file.cut)
        if file.cut:
            log.remarks.append(f"Of {file.path} the newest {file.take_bytes:,} bytes were read (log_bytes_max).")
        unpacked = Unpacked(flow.feed, lambda: flow.full)
        text = f"tail -c {file.take_bytes} -- {shlex.quote(file.path)}" if file.cut else f"cat -- {shlex.quote(file.path)}"
        arrived = 0

        def take(chunk: bytes) -> None:
            nonlocal arrived
            arrived += len(chunk)
            unpacked.feed(chunk)

        ended = self._print(work, sudo + text, take)
        unpacked.finish()
        flow.finish()
        if unpacked.broken:
            work.problems.append(f"{file.path} is damaged or cut off ({unpacked.broken}); what could be unpacked is used.")
        if arrived < file.take_bytes and not (file.packed or ended.timed_out or ended.exit_code or flow.full):
            work.problems.append(
                f"{file.path} was cut off while it was read; of {file.take_bytes:,} bytes {arrived:,} were there."
            )
        self._check(work, source, flow, ended)


def _failed(source: LogSource, ended: Ended) -> bool:
    """Whether what was printed is the program's own complaint: of that no error of the service can be read."""
    fine = source.kind == "output" and ended.exit_code in ({*_FINE, 1} if source.searched else _FINE)
    return bool(ended.exit_code) and not fine


def _moment(work: _Work) -> float:
    """What requests are compared around: the moment of the log itself, where it has one."""
    return next((log.moment for log in work.logs if log.moment is not None), None) or work.effect.detected_at
