"""log → timeline, computed times, action items, document: the runbook's own template filled from the log."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from stormjib.core.incident import Incident, Run
from stormjib.core.kinds import Mode
from stormjib.core.log import Entry, Posted, TimerDue
from stormjib.core.narrate import narrate
from stormjib.core.observation import Metric
from stormjib.core.runbook import Runbook
from stormjib.core.text.units import duration
from stormjib.core.text.visible import visible

LEFT = re.compile(
    r"(?<!\\)\[[^\]\[\n]{2,120}\](?!\()|HH:MM(?: - [^\n]+)?|Number of affected users, revenue impact, etc\.|@username|YYYY-MM-DD|What [^\n?]+\?"
)
"""A field of the template that a person still has to write."""

CHARTS_MAX = 6
_CLEARS = re.compile(r"\b(?:prune|gc)\b")
"""Commands that make room and change nothing that runs."""
_MEASURED = {"break-glass", "measured times", "incident log", "what the metrics showed"}
"""Sections that nobody writes: they come from the log."""

_TITLES = ("[Brief Description]", "[Title]", "[Incident Title]")
_FALLBACK = """# Incident Post-Mortem: [Date] - [Brief Description]

## Summary
- **Date**: YYYY-MM-DD
- **Duration**: X hours Y minutes
- **Severity**: PX
- **Impact**: [Affected users]

## Timeline
- HH:MM - Issue first detected
- HH:MM - Incident resolved

## Root Cause
[What caused the incident]

## Action Items
1. [ ] [Action item 1] - Owner: @username - Due: YYYY-MM-DD
"""


class Draft(msgspec.Struct, frozen=True):
    """The document as Markdown and what is left to write in it."""

    text: str
    fields_left: tuple[str, ...]


class Times(msgspec.Struct, frozen=True):
    """When things happened, in seconds since the epoch; None for what has not happened."""

    detected: float
    declared: float
    acknowledged: float | None
    fixed: float | None
    resolved: float | None


def times(incident: Incident, runbook: Runbook) -> Times:
    """The moments that a post-mortem is asked for, read out of the log."""
    return Times(
        detected=incident.detected_at,
        declared=incident.declared.at if incident.declared else incident.detected_at,
        acknowledged=incident.first_acknowledged.at if incident.first_acknowledged else None,
        fixed=_fixed_at(incident, runbook),
        resolved=incident.resolved.at if incident.resolved else None,
    )


def draft(incident: Incident, entries: Sequence[Entry], runbook: Runbook) -> Draft:
    """Fill the template. What only people can know stays as a field; nothing is invented."""
    template = next((template for template in runbook.templates if template.kind == "postmortem"), None)
    when = times(incident, runbook)
    text = template.text if template else _FALLBACK
    day, end = _day(when.detected), when.resolved or (entries[-1].at if entries else when.detected)
    known = {"[Date]": day, "**Date**: YYYY-MM-DD": f"**Date**: {day}", "PX": incident.called}
    known |= {"X hours Y minutes": _duration(end - when.detected), **dict.fromkeys(_TITLES, _plain(incident.title))}
    for field, said in known.items():
        text = text.replace(field, said)
    text = "\n".join(_timeline_line(line, when, incident) for line in text.splitlines())
    text = _with_resolution(text, incident, runbook)
    text = _with_actions(text, incident)
    text = _with_metrics(text, incident)
    text, left = _with_written(text, incident)
    text = _with_break_glass(text, incident)
    text = _with_log(text, incident, entries, runbook)
    return Draft(text.rstrip() + "\n", left)


def charts(incident_id: str, metrics: Sequence[Metric]) -> tuple[tuple[str, Metric], ...]:
    """What is drawn beside the document, as (file name, metric): those that stand out, the worst first."""
    drawn = [metric for metric in metrics if metric.stands_out and metric.points][:CHARTS_MAX]
    return tuple((f"{incident_id}-metric-{number}.svg", metric) for number, metric in enumerate(drawn, 1))


def _fixed_at(incident: Incident, runbook: Runbook) -> float | None:
    """When the last fix of the mitigation menu took effect."""
    fixed = None
    for run in incident.runs.values():
        command = runbook.command(run.proposal.command_id)
        step = runbook.step(command.step) if command else None
        if command is None or step is None or step.mode is not Mode.CHOOSE or command.maintenance is not None:
            continue
        if run.result and run.result.ok and run.ended:
            fixed = max(fixed or 0.0, run.ended.at)
    return fixed


def _timeline_line(line: str, when: Times, incident: Incident) -> str:
    moments = (
        ("detected", when.detected),
        ("declared", when.declared),
        ("acknowledged", when.acknowledged),
        ("fix implemented", when.fixed),
        ("resolved", when.resolved),
    )
    if "HH:MM" not in line:
        return line
    if incident.end and incident.closed and "resolved" in line.lower():  # what was no incident was not resolved
        return f"{line.partition('HH:MM')[0]}{_clock(incident.closed.at)} - Ended: {incident.status}"
    for word, at in moments:
        if word in line.lower() and at is not None:
            return line.replace("HH:MM", _clock(at))
    return line


def _with_resolution(text: str, incident: Incident, runbook: Runbook) -> str:
    """What was done is in the log: every command that took effect, who approved it and where the runbook says it.

    Maintenance mode is none of it: it hides an outage and ends none. What only clears away (a prune) is it where nothing else
    was done, and what ran after the recovery is not.
    """
    hides = {command.id for command in runbook.commands if command.maintenance is not None}
    until = incident.resolved.seq if incident.resolved else incident.seq
    took = [
        run
        for run in incident.runs.values()
        if run.result and run.result.ok and run.ended and run.ended.seq <= until and run.proposal.command_id not in hides
    ]
    did = [run for run in took if not _CLEARS.search(run.proposal.text)] or took
    done = [f"- {_plain(run.proposal.text)} (line {run.proposal.line}, {_answered_for(run)})" for run in did]
    return re.sub(r"\[What was done[^\]\n]*\]", lambda _: "\n".join(done), text) if done else text


def _with_written(text: str, incident: Incident) -> tuple[str, tuple[str, ...]]:
    """What people wrote, where it belongs; and the fields that are left to write."""
    answered = set()
    for field, said in incident.written.items():
        if said:
            text, found = _placed(text, field, "\n".join(_plain(line) for line in said.splitlines()))
            answered.add(found)
    fields = dict.fromkeys(found.group(0) for found in LEFT.finditer(text))
    return text, tuple(field for field in fields if field not in answered)


def _placed(text: str, field: str, said: str) -> tuple[str, str]:
    """The text with it, and the field that it answers: in place of a field, under a label or a heading, or in a section of its own."""
    found = field if field in text and LEFT.fullmatch(field) else ""
    at = re.search(rf"^(?:(#+) +|\W*\*\*){re.escape(field)}\b.*$", text, re.MULTILINE | re.IGNORECASE)
    if not found and at is None:
        name = f"{_plain(field)} (written by hand)" if field.casefold() in _MEASURED else _plain(field)
        return "\n".join([text.rstrip(), "", f"## {name}", said, ""]), ""
    if not found and at is not None:
        rest = text[at.start() + 1 :] if at[1] else at.group(0)
        ends = re.search(r"^#", rest[len(at.group(0)) :], re.MULTILINE) if at[1] else None
        region = rest[: len(at.group(0)) + ends.start()] if ends else rest
        first = LEFT.search(region)
        if first is None:
            return f"{text[: at.end()]}\n{said}{text[at.end() :]}", ""
        found = first.group(0)
    if found.endswith("?"):
        return text.replace(found, f"{found} {said}"), found
    return text.replace(found, found.replace("HH:MM", said) if found.startswith("HH:MM") else said), found


def _answered_for(run: Run) -> str:
    return f"BREAK-GLASS by {_plain(run.forced)} alone" if run.forced else f"approved by {', '.join(map(_plain, run.approvals))}"


def _with_break_glass(text: str, incident: Incident) -> str:
    """What one person ran alone stands in a section of its own, so that nobody reads past it."""
    forced = [
        f"- {_clock(run.proposed.at)} {_plain(run.forced)} alone ran `{_oneline(run.proposal.text)}` "
        f"({run.proposal.run_id}, line {run.proposal.line}, {run.proposal.risk.value}): {_plain(run.approvals[run.forced])}"
        for run in incident.runs.values()
        if run.forced
    ]
    return "\n".join([text.rstrip(), "", "## Break-Glass", *forced, ""]) if forced else text


def _with_actions(text: str, incident: Incident) -> str:
    """The action items that people have named stand where the template has its examples; without any, those stay."""
    if not incident.action_items:
        return text
    wanted = [
        f"[{' ' if number in incident.action_items_open else 'x'}] {_plain(item.text)} - Owner: @{_plain(item.owner)} - Due: {_plain(item.due)}"
        for number, item in enumerate(incident.action_items, 1)
    ]
    lines: list[str] = []
    number = 0
    for line in text.splitlines():
        if re.match(r"\s*\d+\.\s*\[ \]\s*\[", line):
            if number == 0:
                lines += [f"{index}. {item}" for index, item in enumerate(wanted, 1)]
            number += 1
        else:
            lines.append(line)
    return "\n".join(lines)


def _with_metrics(text: str, incident: Incident) -> str:
    """Below the timeline, where the template has one: what stood out, each with its chart, a file beside the document."""
    drawn = charts(incident.id, incident.metrics[1].metrics) if incident.metrics else ()
    timeline = re.search(r"^(#{1,5}) +Timeline\b.*$", text, re.MULTILINE | re.IGNORECASE)
    if not drawn or timeline is None:
        return text
    rest = text[timeline.end() :]
    following = re.search(rf"^#{{1,{len(timeline[1])}}} ", rest, re.MULTILINE)
    end = timeline.end() + (following.start() if following else len(rest))
    lines = [
        line
        for name, metric in drawn
        for line in ("", _plain(metric.sentence) + ".", "", f"![{_plain(metric.sentence)}]({name})")
    ]
    block = "\n".join([f"{timeline[1]}# What the Metrics Showed", *lines])
    return "\n".join([text[:end].rstrip(), "", block, "", text[end:]])


def _with_log(text: str, incident: Incident, entries: Sequence[Entry], runbook: Runbook) -> str:
    """What the log measured, below the template: durations and every entry in order, so that nobody gathers it by hand."""
    when = times(incident, runbook)
    rows = [
        ("detected → declared", when.declared - when.detected),
        ("detected → acknowledged", _since(when.acknowledged, when.detected)),
        ("detected → fix implemented", _since(when.fixed, when.detected)),
        *([("detected → resolved", _since(when.resolved, when.detected))] if not incident.episodes else _episodes(incident)),
        *([(f"detected → {incident.status}", _since(incident.episode.ended, when.detected))] if incident.end else []),
    ]
    measured = [f"| {name} | {_duration(seconds) if seconds is not None else 'not yet'} |" for name, seconds in rows]
    log = [
        f"- {_clock(entry.at)}:{_second(entry.at)} #{entry.seq} {_plain(narrate(entry.fact))} ({_plain(entry.doer)})"
        for entry in entries
        if not isinstance(entry.fact, TimerDue | Posted)
    ]
    source = f"Runbook {_plain(runbook.title) or 'without a title'}, sha256 {runbook.sha256}. All times are UTC."
    parts = [text.rstrip(), "", "## Measured Times", "| from → to | took |", "|---|---|", *measured]
    return "\n".join([*parts, "", "## Incident Log", *log, "", source])


def _episodes(incident: Incident) -> list[tuple[str, float | None]]:
    """Each by itself, for a reopened incident was over in between."""
    found = []
    for number, one in enumerate((*incident.episodes, incident.episode), 1):
        began = f"episode {number}, {'detected' if number == 1 else 'reopened'} {_day(one.began)} {_clock(one.began)}"
        found += [
            (f"{began} → acknowledged", _since(one.acknowledged, one.began)),
            (f"{began} → resolved", _since(one.resolved, one.began)),
        ]
    return found


def _since(at: float | None, start: float) -> float | None:
    return None if at is None else at - start


def _day(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d}"


def _clock(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%H:%M}"


def _second(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%S}"


def _duration(seconds: float) -> str:
    return duration(max(round(seconds), 0))


def _plain(text: str) -> str:
    """One line, and no character that would be Markdown of its own: no link, no markup, and no heading at its beginning."""
    escaped = re.sub(r"([\\`*_\[\]<>|])", r"\\\1", _oneline(text))
    return re.sub(r"^(?=#|~|=|-[-\s]*$)", r"\\", escaped)


def _oneline(text: str) -> str:
    return visible(" ".join(text.split()))
