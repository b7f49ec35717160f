"""What was found in logs, as it is told: on console for people, as JSON for programs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from stormjib.cli import render
from stormjib.cli.render import Console
from stormjib.core.text.units import size
from stormjib.evidence.loglines.line import message_of
from stormjib.evidence.loglines.report import standing_out
from stormjib.web import moments

if TYPE_CHECKING:
    from stormjib.evidence.loglines.counts import Counts
    from stormjib.evidence.loglines.report import Pattern, Report
    from stormjib.integrations.logs.reading import Reading

TRACE_LINES_SHOWN = 6
SPARKS = "▁▂▃▄▅▆▇█"
SPARKS_MAX = 60
_MINUTE = 60


def _when(bucket: int | None, counts: "Counts") -> str | None:
    """A bucket for people and scripts: its minute in UTC; without times, which part of the log it is."""
    if bucket is None or bucket in counts.no_time:
        return None
    return moments.utc(bucket).replace(":00 UTC", " UTC") if counts.timed else f"part {bucket + 1}"


def as_json(found: "Report", reading: "Reading", top: int) -> dict[str, Any]:
    """The schema ``stormjib.logs/1``, with ``top`` patterns of each kind at most."""
    counts = reading.counts

    def told(patterns: Sequence["Pattern"]) -> list[dict[str, Any]]:
        return [pattern_json(one, reading) for one in patterns[:top]]

    return {
        "schema": "stormjib.logs/1",
        "files": [source.name for source in reading.sources],
        "lines": found.lines,
        "bytes": counts.bytes,
        "timed": counts.timed,
        "begins": _when(found.begins, counts),
        "ends": _when(found.ends, counts),
        "stretch_seconds": found.width_seconds if counts.timed else None,
        "compared_at": _when(found.moment, counts),
        "errors": [{"at": _when(begins, counts), "count": count} for begins, count in found.errors.items()],
        "error_lines": found.error_lines,
        "untimed_lines": found.untimed,
        "joined_lines": found.joined,
        "other_lines": found.other + found.other_errors,
        "other_error_lines": found.other_errors,
        "pattern_count": len(found.patterns),
        "patterns": told(found.patterns),
        "error_patterns": told(standing_out(found.patterns, top)),
        "new": told(_new(found)),
        "changed": told(_changed(found)),
        "remarks": reading.remarks,
    }


def pattern_json(one: "Pattern", reading: "Reading") -> dict[str, Any]:
    """One pattern of it."""
    change = one.change
    return {
        "template": one.template,
        "count": one.count,
        "error": one.error,
        "first": {"at": _when(one.first, reading.counts), "file": one.file, "line": one.line, "text": one.example},
        "last": {"at": _when(one.last, reading.counts), "text": reading.counting.last(one.shapes) or one.example},
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


def write(console: Console, found: "Report", reading: "Reading", top: int) -> None:
    """The same for people."""
    counts = reading.counts
    errors = found.error_lines
    span = f", {_when(found.begins, counts)} to {_when(found.ends, counts)}" if found.begins is not None else ""
    console.line(
        f"{found.lines:,} lines, {size(counts.bytes)}{span}; {errors:,} errors, {len(found.patterns)} patterns.", "strong"
    )
    if found.other or found.other_errors:
        console.line(
            f"{found.other + found.other_errors:,} lines were too various to be grouped; they are counted, {found.other_errors:,} as errors.",
            "warn",
        )
    if errors:
        _errors(console, found, counts)
    bad = sum(one.error for one in found.patterns)
    first = standing_out(found.patterns, top)
    frequent = [one for one in found.patterns if one not in first]
    sections = [
        (
            f"Errors ({len(first)} of {bad} patterns: the most frequent, the newest and the rarest)" if bad > top else "Errors",
            first,
            False,
        )
    ]
    if found.moment is not None:
        sections += [
            (f"New since {_when(found.moment, counts)}", _new(found), True),
            (f"Changed their rate at {_when(found.moment, counts)}", _changed(found), True),
        ]
    sections.append((f"The {min(top, len(frequent))} most frequent {'other ' if first else ''}patterns", frequent, False))
    for title, patterns, compared in sections:
        console.line()
        more = f" ({top} of {len(patterns)})" if compared and len(patterns) > top else ""
        console.line(f"{title}{more}" if patterns else f"{title}: none", "strong")
        for one in patterns[:top]:
            _pattern(console, one, reading, compared=compared)


def _errors(console: Console, found: "Report", counts: "Counts") -> None:
    """A bar for each bucket; where there are many, of the most in each column."""
    heights = list(found.errors.values())
    step = -(-len(heights) // SPARKS_MAX)
    columns = [max(heights[at : at + step]) for at in range(0, len(heights), step)]
    most = max(columns)
    bars = "".join(SPARKS[min(len(SPARKS) - 1, one * (len(SPARKS) - 1) // most)] if one else " " for one in columns)
    peak = max(found.errors, key=lambda begins: found.errors[begins])
    per = (
        f"{found.width_seconds // _MINUTE} min"
        if counts.timed and found.width_seconds > _MINUTE
        else "minute"
        if counts.timed
        else "part"
    )
    console.line(f"Errors per {per}, at most {most:,} ({_when(peak, counts)}): {bars}")


def _pattern(console: Console, one: "Pattern", reading: "Reading", *, compared: bool) -> None:
    counts = reading.counts
    times = ""
    if compared:
        ratio = one.change.ratio if one.change else 0.0
        often = f"{ratio:.1f} × as often" if ratio >= 1 else f"{1 / ratio:.1f} × less often" if ratio else "few"
        times = f", {one.before:,} before and {one.since:,} since" + ("" if one.new else f": {often}")
    console.line(f"{one.count:>9,} {'!' if one.error else ' '} {short(message_of(one.template))}", "bad" if one.error else "")
    span = (
        "at a time that is not known"
        if one.first in counts.no_time
        else f"{_when(one.first, counts)} to {_when(one.last, counts)}"
    )
    console.line(f"           {span}{times}", "dim")
    console.line(f"           first {one.file}:{one.line}: {short(one.example)}", "dim")
    last = reading.counting.last(one.shapes)
    if last and last != one.example:
        console.line(f"           last  {short(last)}", "dim")
    for line in one.trace[:TRACE_LINES_SHOWN]:
        console.line(f"             | {short(line.strip())}", "dim")
    if len(one.raises) > 1 or (one.raises and not one.trace):
        console.line(f"           raises {', '.join(f'{name} ({count:,})' for name, count in one.raises.items())}", "dim")


def short(text: str, chars: int = 160) -> str:
    """One line of a log."""
    line = render.oneline(text)
    return line if len(line) <= chars else line[: chars - 1] + "…"
