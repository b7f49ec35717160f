"""What was read of a log, as the fact of it: its patterns, one sentence, how grave it is, and the whole report as JSON."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final, Literal

import msgspec

from stormjib.core.effects import ReadLogs
from stormjib.core.log import LogsRead
from stormjib.core.observation import RANK, Level, LogPattern
from stormjib.core.redact import redacted
from stormjib.core.text.units import number
from stormjib.evidence.loglines.access_line import parse
from stormjib.evidence.loglines.line import message_of
from stormjib.evidence.loglines.masks import VARIABLE
from stormjib.evidence.loglines.report import Pattern, Report
from stormjib.evidence.readers import LogSource, Reading
from stormjib.integrations.logs.flow import Log
from stormjib.ports import Outcome

PATTERNS_MAX: Final = 12
REPORTED_MAX: Final = 300
FACTS_MAX: Final = 120
LINE_CHARS: Final = 300
NAME_CHARS: Final = 90
CLAUSES_MAX: Final = 3
BAD_LINES_MIN: Final = 10
"""So many new lines of errors are trouble; fewer may be."""
SILENT_PER_MINUTE_MIN: Final = 6.0
"""A log that told so many lines a minute and then none has stopped."""
MINUTE: Final = 60


class _Told(msgspec.Struct, frozen=True):
    """A pattern with its rates per minute and what it means."""

    pattern: Pattern
    before: float
    since: float
    kind: Literal["new error", "more errors", "new", "changed", "error", "other"]
    minutes: float
    """Since its first line, for a new one; else since the moment."""
    last_at: float = 0.0
    """The end of the bucket of its last line; 0 where the log has no times."""


class _Silence(msgspec.Struct, frozen=True):
    """A log that ends before the moment."""

    name: str
    ends: int
    before: float


def tell(
    effect: ReadLogs,
    source: LogSource,
    logs: Sequence[Log],
    *,
    requests: Sequence[Reading | None],
    problems: Sequence[str],
    seconds: float,
) -> Outcome:
    """The fact, and the report that it names."""
    reports = [(log, _redacted(log.report())) for log in logs]
    told = sorted((one for log, found in reports for one in _patterns(log, found)), key=_order)
    silent = [silence for log, found in reports if (silence := _silence(log, found)) is not None]
    readings = [reading for reading in requests if reading is not None]
    body = msgspec.json.encode([_report(log, found) for log, found in reports])
    errors = sum(found.error_lines for _, found in reports)
    lines = sum(found.lines for _, found in reports)
    clauses = [
        *(
            _clause(one)
            for one in told
            if one.kind in {"new error", "more errors"}
            and not (readings and parse(one.pattern.example))  # it says more of requests
        ),
        *(
            f"{_name(silence.name)} has printed nothing since {_clock(silence.ends)} (before: {number(silence.before)} lines a minute)"
            for silence in silent
        ),
    ]
    if not clauses and not readings and errors and told and told[0].pattern.error:
        clauses.append(f"{_quoted(told[0].pattern)} is the most frequent error: {told[0].pattern.count:,} of {lines:,} lines")
    fact = LogsRead(
        source=source.name,
        component=source.component,
        line=effect.line,
        lines=lines,
        errors=errors,
        patterns=tuple(_log_pattern(one, logs) for one in told[:PATTERNS_MAX]),
        seconds=seconds,
        sentence=" ".join([_sentence(clauses), *(reading.sentence for reading in readings)]).strip(),
        weight=max((_weight(told, silent), *(reading.level for reading in readings)), key=RANK.__getitem__),
        facts=tuple(fact for reading in readings for fact in reading.facts)[:FACTS_MAX],
        problems=tuple(map(redacted, (*problems, *dict.fromkeys(remark for log in logs for remark in log.remarks)))),
        output_sha256=sha256(body).hexdigest(),
    )
    return Outcome((fact,), (body,))


def _redacted(found: Report) -> Report:
    """What is kept of the lines, without secrets; to look through every line would take longer than to read it."""
    patterns = [
        replace(
            one,
            template=redacted(one.template),
            example=redacted(one.example),
            trace=tuple(map(redacted, one.trace)),
            raises={redacted(name): times for name, times in one.raises.items()},
        )
        for one in found.patterns
    ]
    return replace(found, patterns=patterns)


def _patterns(log: Log, found: Report) -> Iterator[_Told]:
    before, since = _minutes(log, found)
    for one in found.patterns:
        minutes = since
        last_at = float(min(one.last + found.width_seconds, log.ends + 1)) if log.ends is not None else 0.0
        kind: Any = "error" if one.error else "other"
        if found.moment is not None and one.new:
            kind = "new error" if one.error else "new"
            minutes = max(((log.ends or 0) + 1 - one.first) / MINUTE, 1 / MINUTE)
        elif one.change is not None:
            kind = "more errors" if one.error and one.change.ratio > 1 else "changed"
        yield _Told(one, one.before / before if before else 0.0, one.since / since if since else 0.0, kind, minutes, last_at)


def _minutes(log: Log, found: Report) -> tuple[float, float]:
    """How long the parts before and since the moment lasted; 0 where nothing was compared."""
    if found.moment is None or log.begins is None or log.ends is None:
        return 0.0, 0.0
    return max(found.moment - log.begins, 1) / MINUTE, max(log.ends + 1 - found.moment, 1) / MINUTE


def _order(one: _Told) -> tuple[int, float, str]:
    grave = one.kind in {"new error", "more errors"}
    rank = ("new error", "more errors", "error", "new", "changed", "other").index(one.kind)
    return rank, -one.pattern.since if grave else -one.pattern.count, one.pattern.template


def _silence(log: Log, found: Report) -> _Silence | None:
    if log.moment is None or log.begins is None or log.ends is None or log.ends >= log.moment:
        return None
    before = found.lines * MINUTE / max(log.ends + 1 - log.begins, MINUTE)
    return _Silence(log.name, log.ends, before) if before >= SILENT_PER_MINUTE_MIN else None


def _weight(told: Sequence[_Told], silent: Sequence[_Silence]) -> Level:
    grave = [one for one in told if one.kind in {"new error", "more errors"}]
    if any(one.pattern.since >= BAD_LINES_MIN for one in grave):
        return "bad"
    if grave or silent:
        return "warn"
    return "note" if any(one.kind in {"new", "changed", "error"} for one in told) else "fine"


def _clause(one: _Told) -> str:
    pattern = one.pattern
    raised = next(iter(sorted(pattern.raises, key=lambda name: -pattern.raises[name])), "")
    with_it = f" (raises {raised})" if raised and raised not in pattern.template else ""
    if one.kind == "new error":
        rate = f", {number(pattern.count / one.minutes)} a minute" if one.minutes >= 1 else ""
        return f"{_quoted(pattern)}{with_it} is new since {_clock(pattern.first)}: {pattern.count:,} line{'s' * (pattern.count != 1)}{rate}"
    return f"{_quoted(pattern)}{with_it} comes {number(one.since)} times a minute (before: {number(one.before)})"


def _sentence(clauses: Sequence[str]) -> str:
    if not clauses:
        return ""
    more = f"; {len(clauses) - CLAUSES_MAX} more" if len(clauses) > CLAUSES_MAX else ""
    return "; ".join(clauses[:CLAUSES_MAX]) + more + "."


def _quoted(pattern: Pattern) -> str:
    """The template for people: three dots where something varies, from the first word on."""
    template = pattern.template
    text = " ".join(message_of(template).replace(VARIABLE, "…").split()).strip("… -:|")
    text = text or " ".join(pattern.example.split())
    return f"“{text if len(text) <= NAME_CHARS else text[: NAME_CHARS - 1] + '…'}”"


def _name(name: str) -> str:
    return name.removeprefix("docker logs ")


def _clock(second: int) -> str:
    return f"{datetime.fromtimestamp(second, UTC):%H:%M} UTC"


def _log_pattern(one: _Told, logs: Sequence[Log]) -> LogPattern:
    pattern = one.pattern
    last = next((text for log in logs if log.name == pattern.file and (text := log.counting.last(pattern.shapes))), "")
    return LogPattern(
        text=pattern.template[:LINE_CHARS],
        count=pattern.count,
        level="error" if pattern.error else "",
        new=one.kind in {"new error", "new"},
        changed=one.kind in {"more errors", "changed"},
        before=round(one.before, 2),
        since=round(one.since, 2),
        first=pattern.example[:LINE_CHARS],
        last=(last or pattern.example)[:LINE_CHARS],
        last_at=one.last_at,
    )


def _report(log: Log, found: Report) -> dict[str, Any]:
    """All that is known of one log."""
    return {
        "log": log.name,
        "lines": found.lines,
        "bytes": log.counts.bytes,
        "begins": _iso(log.begins),
        "ends": _iso(log.ends),
        "compared_at": _iso(found.moment),
        "errors": [{"at": _iso(begins), "count": number} for begins, number in found.errors.items()] if log.begins else [],
        "error_lines": found.error_lines,
        "joined_lines": found.joined,
        "other_lines": found.other + found.other_errors,
        "pattern_count": len(found.patterns),
        "patterns": [_whole(one, log) for one in found.patterns[:REPORTED_MAX]],
        "remarks": log.remarks,
    }


def _whole(one: Pattern, log: Log) -> dict[str, Any]:
    change = one.change
    return {
        "template": one.template,
        "count": one.count,
        "error": one.error,
        "new": one.new,
        "before": one.before,
        "since": one.since,
        "change": None if change is None else {"ratio": round(change.ratio, 3), "q": change.q},
        "first": {"at": _iso(one.first) if log.begins else None, "line": one.line, "text": one.example},
        "last": {"at": _iso(one.last) if log.begins else None, "text": log.counting.last(one.shapes) or one.example},
        "trace": list(one.trace),
        "raises": one.raises,
    }


def _iso(second: int | None) -> str | None:
    return None if second is None else f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%M:%SZ}"
