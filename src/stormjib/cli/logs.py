"""`stormjib logs FILE…`: what is in log files, found out offline: errors by the minute, patterns, what is new, what changed."""

import re
from datetime import UTC, datetime
from pathlib import Path

from stormjib.cli.exits import Exit, Stop
from stormjib.cli.logs_render import TRACE_LINES_SHOWN, as_json, pattern_json, short, write
from stormjib.cli.session import Session
from stormjib.core.text.units import size
from stormjib.evidence.loglines.report import Pattern, report
from stormjib.integrations.logs.follow import Tail
from stormjib.integrations.logs.reading import Reading, read
from stormjib.web import moments

TOP = 10
FOLLOW_SECONDS = 1.0
PROGRESS_AFTER_SECONDS = 2.0
MINUTE = 60

_AGO = re.compile(r"(\d{1,6}) ?([smhd])")
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?")


def show(session: Session) -> int:
    """Read the files, say what is in them, and go on with them if asked to."""
    wanted = session.options
    now = session.world.clock()
    since = _moment(wanted.since, now, "--since")
    moment = _moment(wanted.new_since, now, "--new-since")
    paths = [_path(file) for file in wanted.file]
    progress = _Progress(session)
    try:
        reading = read(paths, now=now, since=since, moment=moment, growing=wanted.follow, progress=progress)
    except FileNotFoundError as error:
        raise Stop(Exit.NOT_FOUND, f"There is no file {error.filename}.") from error
    except IsADirectoryError as error:
        raise Stop(Exit.USAGE, f"{error.filename} is a directory; give the log files.") from error
    except OSError as error:
        raise Stop(Exit.FAILED, f"{error.filename or 'The log'} can't be read ({error.strerror or error}).") from error
    progress.end()
    try:
        found = report(reading.counts, moment)
        if wanted.follow and session.as_json:
            session.emit(as_json(found, reading, wanted.top) | {"schema": "stormjib.logs.begin/1"})
        else:
            session.answer(as_json(found, reading, wanted.top), lambda console: write(console, found, reading, wanted.top))
        for remark in reading.remarks:
            session.tell(f"stormjib: {remark}")
        if wanted.follow:
            _follow(session, reading)
    finally:
        reading.close()
    return Exit.FAILED if any(source.unread for source in reading.sources) else Exit.OK


def _path(file: str) -> Path:
    return Path("/dev/stdin" if file == "-" else file)


def _moment(text: str | None, now: float, option: str) -> int | None:
    """``15m`` (ago), ``08:10`` (the last time it was that), ``2026-03-01T08:10``, or seconds; to the minute. Without a zone: UTC."""
    if text is None:
        return None
    ago, clock = _AGO.fullmatch(text), _CLOCK.fullmatch(text)
    if ago:
        seconds = now - int(ago[1]) * _UNITS[ago[2]]
    elif clock:
        midnight = int(now) // 86_400 * 86_400
        seconds = midnight + int(clock[1]) * 3_600 + int(clock[2]) * 60
        seconds -= 86_400 if seconds > now else 0
    elif text.isdecimal() and len(text) == len("1700000000"):
        seconds = int(text)
    else:
        try:
            told = datetime.fromisoformat(text)
        except ValueError as error:
            raise Stop(
                Exit.USAGE,
                f"{text!r} is no time for {option}; write 15m (ago), 08:10 or 2026-03-01T08:10, in UTC without a zone.",
            ) from error
        seconds = told.timestamp() if told.tzinfo else told.replace(tzinfo=UTC).timestamp()
    return int(seconds) // MINUTE * MINUTE


class _Progress:
    """How far it is, on standard error, once a second and only when it takes long."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._began = self._told = session.world.clock()
        self._shown = False

    def __call__(self, done: int, total: int) -> None:
        now = self._session.world.clock()
        if now - self._began < PROGRESS_AFTER_SECONDS or now - self._told < 1:
            return
        self._told, self._shown = now, True
        share = f" of {size(total)} ({100 * done // total} %)" if total >= done > 0 else ""
        text = f"read {size(done)}{share}"
        stderr = self._session.world.stderr
        stderr.write(f"\r\x1b[K{text}" if stderr.isatty() else f"{text}\n")
        stderr.flush()

    def end(self) -> None:
        """Clear the line."""
        if self._shown and self._session.world.stderr.isatty():
            self._session.world.stderr.write("\r\x1b[K")


def _follow(session: Session, reading: Reading) -> None:
    """Until Ctrl-C: each pattern that was not there before, and the errors of each minute."""
    tails = [Tail(source) for source in reading.sources if source.plain]
    if not tails:
        raise Stop(Exit.USAGE, "Only a plain file can be followed.")
    known = {(one.template, one.error) for one in report(reading.counts, None).patterns}
    remarks = set(reading.remarks)
    while True:
        shapes, errors = len(reading.counts.shapes), 0
        before = sum(shape.count for shape in reading.counts.shapes if shape.error and not shape.joined)
        for tail in tails:
            clock = reading.clocks[tail.source.name]
            for block in tail.blocks():
                reading.counting.take(block, tail.source, clock, None)
            for remark in tail.source.remarks:
                if remark not in remarks:
                    session.tell(f"stormjib: {remark}")
                    remarks.add(remark)
        reading.counting.flush()
        errors = sum(shape.count for shape in reading.counts.shapes if shape.error and not shape.joined) - before
        if len(reading.counts.shapes) != shapes:
            for one in report(reading.counts, None).patterns:
                if (one.template, one.error) not in known:
                    known.add((one.template, one.error))
                    _tell_new(session, one, reading)
        if errors:
            _tell_errors(session, errors)
        session.world.stdout.flush()
        session.world.pause(FOLLOW_SECONDS)


def _tell_new(session: Session, one: Pattern, reading: Reading) -> None:
    if session.as_json:
        session.emit({"schema": "stormjib.logs.new/1", **pattern_json(one, reading)})
    else:
        session.console.line(f"new {'!' if one.error else ' '} {short(one.example)}", "bad" if one.error else "")
        for line in one.trace[:TRACE_LINES_SHOWN]:
            session.console.line(f"       | {short(line.strip())}", "dim")


def _tell_errors(session: Session, errors: int) -> None:
    at = moments.utc(session.world.clock())
    if session.as_json:
        session.emit({"schema": "stormjib.logs.errors/1", "at": at, "errors": errors})
    else:
        session.console.line(f"{at}  {errors:,} errors more")
