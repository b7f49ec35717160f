"""`stormjib logs FILE…`: what is in log files, found out offline: errors by the minute, patterns, what is new, what changed."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stormjib.cli import render
from stormjib.cli.exits import Exit, Stop
from stormjib.cli.render import Paper
from stormjib.cli.session import Session
from stormjib.web import moments

if TYPE_CHECKING:
    from stormjib.core.patterns.report import Pattern, Report
    from stormjib.core.patterns.tally import Tally
    from stormjib.integrations.logs.reading import Reading

TOP = 10
FOLLOW_SECONDS = 1.0
PROGRESS_AFTER_SECONDS = 2.0
TRACE_LINES_SHOWN = 6
SPARKS = "▁▂▃▄▅▆▇█"
SPARKS_MAX = 60
MINUTE = 60

_AGO = re.compile(r"(\d{1,6}) ?([smhd])")
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?")


def show(session: Session) -> int:
    """Read the files, say what is in them, and go on with them if asked to."""
    from stormjib.core.patterns.report import report  # noqa: PLC0415 - other commands need none of it
    from stormjib.integrations.logs.reading import read  # noqa: PLC0415

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
        found = report(reading.tally, moment)
        if wanted.follow and session.as_json:
            session.emit(_as_json(found, reading, wanted.top) | {"schema": "stormjib.logs.begin/1"})
        else:
            session.answer(_as_json(found, reading, wanted.top), lambda paper: _write(paper, found, reading, wanted.top))
        for remark in reading.remarks:
            session.tell(f"stormjib: {remark}")
        if wanted.follow:
            _follow(session, reading)
    finally:
        reading.close()
    return Exit.OK


def _path(file: str) -> Path:
    return Path("/dev/stdin" if file == "-" else file)


def _moment(text: str | None, now: float, option: str) -> int | None:
    """``15m`` (ago), ``08:10`` (the last time it was that), ``2026-03-01T08:10``, or seconds; to the minute. Without a zone: UTC."""
    from datetime import UTC, datetime  # noqa: PLC0415

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
        share = f" of {_size(total)} ({100 * done // total} %)" if total >= done > 0 else ""
        text = f"read {_size(done)}{share}"
        stderr = self._session.world.stderr
        stderr.write(f"\r\x1b[K{text}" if stderr.isatty() else f"{text}\n")
        stderr.flush()

    def end(self) -> None:
        """Clear the line."""
        if self._shown and self._session.world.stderr.isatty():
            self._session.world.stderr.write("\r\x1b[K")


def _size(count: int) -> str:
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} bytes"


def _when(stretch: int | None, tally: "Tally") -> str | None:
    """A stretch for people and scripts: its minute in UTC; without times, which part of the log it is."""
    if stretch is None:
        return None
    return moments.utc(stretch).replace(":00 UTC", " UTC") if tally.timed else f"part {stretch + 1}"


def _as_json(found: "Report", reading: "Reading", top: int) -> dict[str, Any]:
    tally = reading.tally

    def told(patterns: Sequence["Pattern"]) -> list[dict[str, Any]]:
        return [_pattern_json(one, reading) for one in patterns[:top]]

    return {
        "schema": "stormjib.logs/1",
        "files": [source.name for source in reading.sources],
        "lines": found.lines,
        "bytes": tally.bytes,
        "timed": tally.timed,
        "begins": _when(found.begins, tally),
        "ends": _when(found.ends, tally),
        "stretch_seconds": found.width_seconds if tally.timed else None,
        "compared_at": _when(found.moment, tally),
        "errors": [{"at": _when(begins, tally), "count": count} for begins, count in found.errors.items()],
        "error_lines": sum(found.errors.values()),
        "joined_lines": found.joined,
        "other_lines": found.other + found.other_errors,
        "other_error_lines": found.other_errors,
        "pattern_count": len(found.patterns),
        "patterns": told(found.patterns),
        "new": told(_new(found)),
        "changed": told(_changed(found)),
        "remarks": reading.remarks,
    }


def _pattern_json(one: "Pattern", reading: "Reading") -> dict[str, Any]:
    change = one.change
    return {
        "template": one.template,
        "count": one.count,
        "error": one.error,
        "first": {"at": _when(one.first, reading.tally), "file": one.file, "line": one.line, "text": one.example},
        "last": {"at": _when(one.last, reading.tally), "text": reading.counting.last(one.shapes) or one.example},
        "trace": list(one.trace),
        "raises": one.raises,
        "before": one.before,
        "since": one.since,
        "new": one.new,
        "change": None if change is None else {"ratio": round(change.ratio, 3), "q": change.q},
    }


def _new(found: "Report") -> list["Pattern"]:
    """Errors first."""
    return sorted((one for one in found.patterns if one.new), key=lambda one: (not one.error, -one.count))


def _changed(found: "Report") -> list["Pattern"]:
    """What was there before and comes more or less often; the most surprising first."""
    some = [one for one in found.patterns if one.change is not None and not one.new]
    return sorted(some, key=lambda one: (one.change.q if one.change else 1.0, not one.error, -one.count))


def _write(paper: Paper, found: "Report", reading: "Reading", top: int) -> None:
    tally = reading.tally
    errors = sum(found.errors.values())
    span = f", {_when(found.begins, tally)} to {_when(found.ends, tally)}" if found.begins is not None else ""
    paper.line(f"{found.lines:,} lines, {_size(tally.bytes)}{span}; {errors:,} errors, {len(found.patterns)} patterns.", "strong")
    if found.other or found.other_errors:
        paper.line(
            f"{found.other + found.other_errors:,} lines were too various to be told apart; they are counted, {found.other_errors:,} as errors.",
            "warn",
        )
    if errors:
        _errors(paper, found, tally)
    sections = [(f"The {min(top, len(found.patterns))} most frequent patterns", list(found.patterns))]
    if found.moment is not None:
        sections += [
            (f"New since {_when(found.moment, tally)}", _new(found)),
            (f"Changed their rate at {_when(found.moment, tally)}", _changed(found)),
        ]
    for title, patterns in sections:
        paper.line()
        more = f" ({top} of {len(patterns)})" if len(patterns) > top and patterns is not sections[0][1] else ""
        paper.line(f"{title}{more}" if patterns else f"{title}: none", "strong")
        for one in patterns[:top]:
            _pattern(paper, one, reading, compared=patterns is not sections[0][1])


def _errors(paper: Paper, found: "Report", tally: "Tally") -> None:
    """A bar for each stretch; where there are many, of the most in each column."""
    counts = list(found.errors.values())
    step = -(-len(counts) // SPARKS_MAX)
    columns = [max(counts[at : at + step]) for at in range(0, len(counts), step)]
    most = max(columns)
    bars = "".join(SPARKS[min(len(SPARKS) - 1, one * (len(SPARKS) - 1) // most)] if one else " " for one in columns)
    peak = max(found.errors, key=lambda begins: found.errors[begins])
    per = (
        f"{found.width_seconds // MINUTE} min"
        if tally.timed and found.width_seconds > MINUTE
        else "minute"
        if tally.timed
        else "part"
    )
    paper.line(f"Errors per {per}, at most {most:,} ({_when(peak, tally)}): {bars}")


def _pattern(paper: Paper, one: "Pattern", reading: "Reading", *, compared: bool) -> None:
    tally = reading.tally
    times = ""
    if compared:
        ratio = one.change.ratio if one.change else 0.0
        often = f"{ratio:.1f} × as often" if ratio >= 1 else f"{1 / ratio:.1f} × less often" if ratio else "few"
        times = f", {one.before:,} before and {one.since:,} since" + ("" if one.new else f": {often}")
    paper.line(f"{one.count:>9,} {'!' if one.error else ' '} {render.oneline(one.template)}", "bad" if one.error else "")
    paper.line(f"           {_when(one.first, tally)} to {_when(one.last, tally)}{times}", "dim")
    paper.line(f"           first {one.file}:{one.line}: {_short(one.example)}", "dim")
    last = reading.counting.last(one.shapes)
    if last and last != one.example:
        paper.line(f"           last  {_short(last)}", "dim")
    for line in one.trace[:TRACE_LINES_SHOWN]:
        paper.line(f"             | {_short(line.strip())}", "dim")
    if len(one.raises) > 1 or (one.raises and not one.trace):
        paper.line(f"           raises {', '.join(f'{name} ({count:,})' for name, count in one.raises.items())}", "dim")


def _short(text: str, chars: int = 160) -> str:
    line = render.oneline(text)
    return line if len(line) <= chars else line[: chars - 1] + "…"


def _follow(session: Session, reading: "Reading") -> None:
    """Until Ctrl-C: each pattern that was not there before, and the errors of each minute."""
    from stormjib.core.patterns.report import report  # noqa: PLC0415
    from stormjib.integrations.logs.follow import Tail  # noqa: PLC0415

    tails = [Tail(source) for source in reading.sources if source.plain]
    if not tails:
        raise Stop(Exit.USAGE, "Only a plain file can be followed.")
    known = {(one.template, one.error) for one in report(reading.tally, None).patterns}
    remarks = set(reading.remarks)
    while True:
        shapes, errors = len(reading.tally.shapes), 0
        before = sum(shape.count for shape in reading.tally.shapes if shape.error and not shape.joined)
        for tail in tails:
            clock = reading.clocks[tail.source.name]
            for block in tail.blocks():
                reading.counting.take(block, tail.source, clock, None)
            for remark in tail.source.remarks:
                if remark not in remarks:
                    session.tell(f"stormjib: {remark}")
                    remarks.add(remark)
        reading.counting.flush()
        errors = sum(shape.count for shape in reading.tally.shapes if shape.error and not shape.joined) - before
        if len(reading.tally.shapes) != shapes:
            for one in report(reading.tally, None).patterns:
                if (one.template, one.error) not in known:
                    known.add((one.template, one.error))
                    _tell_new(session, one, reading)
        if errors:
            _tell_errors(session, errors)
        session.world.stdout.flush()
        session.world.pause(FOLLOW_SECONDS)


def _tell_new(session: Session, one: "Pattern", reading: "Reading") -> None:
    if session.as_json:
        session.emit({"schema": "stormjib.logs.new/1", **_pattern_json(one, reading)})
    else:
        session.paper.line(f"new {'!' if one.error else ' '} {_short(one.example)}", "bad" if one.error else "")
        for line in one.trace[:TRACE_LINES_SHOWN]:
            session.paper.line(f"       | {_short(line.strip())}", "dim")


def _tell_errors(session: Session, errors: int) -> None:
    at = moments.utc(session.world.clock())
    if session.as_json:
        session.emit({"schema": "stormjib.logs.errors/1", "at": at, "errors": errors})
    else:
        session.paper.line(f"{at}  {errors:,} errors more")
