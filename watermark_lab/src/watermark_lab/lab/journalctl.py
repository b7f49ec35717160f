"""The lab's stand-in for journalctl: the supervisor's own event log, by unit."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from watermark_lab.lab import moment
from watermark_lab.lab.arguments import Arguments, parse
from watermark_lab.lab.call import Call, Refusal
from watermark_lab.lab.journal import Event
from watermark_lab.lab.parts import Parts

_FLAGS = {
    "-f": "follow", "--follow": "follow", "--no-pager": "plain", "-r": "reverse", "--reverse": "reverse", "-q": "quiet",
    "--quiet": "quiet", "--utc": "plain", "-e": "plain", "-x": "plain", "-a": "plain",
}  # fmt: skip
_VALUED = {
    "-u": "unit", "--unit": "unit", "-S": "since", "--since": "since", "-U": "until", "--until": "until",
    "-n": "lines", "--lines": "lines", "-o": "output", "--output": "output",
}  # fmt: skip
_FOLLOW_SECONDS = 0.2
_FOLLOW_LINES = 10


def run(call: Call, parts: Parts) -> int:
    """Print events, oldest first, as lines or as JSON; follow if asked."""
    given = parse("journalctl", call.argv, _FLAGS, _VALUED)
    output = given.last("output") or "short"
    if output not in ("short", "short-iso", "cat", "json"):
        msg = f"Unknown output {output!r}. The lab's stand-in knows short, short-iso, cat and json."
        raise Refusal(msg)
    units = given.options.get("unit")
    wanted = frozenset(unit.removesuffix(".service") for unit in units) if units else None
    until = _moment(given, "until")
    events = [event for event in parts.journal.events(wanted, _moment(given, "since")) if until is None or event.at <= until]
    count = given.number("lines", "journalctl")
    if count is None and given.has("follow"):
        count = _FOLLOW_LINES
    if count is not None:
        events = events[max(0, len(events) - count) :]
    for event in reversed(events) if given.has("reverse") else events:
        call.out(_line(event, output, parts.journal.pid))
    if not events and not given.has("follow") and not given.has("quiet") and output != "json":
        call.out("-- No entries --")
    last = events[-1].at if events else datetime.now(UTC)
    while given.has("follow") and not call.wait(_FOLLOW_SECONDS):
        for event in parts.journal.events(wanted, last):
            if event.at > last:
                last = event.at
                call.out(_line(event, output, parts.journal.pid))
    return 0


def _moment(given: Arguments, name: str) -> datetime | None:
    text = given.last(name)
    if text is None:
        return None
    try:
        return moment.parse(text, datetime.now(UTC))
    except ValueError as err:
        msg = f"Failed to parse timestamp: {text}"
        raise Refusal(msg) from err


def _line(event: Event, output: str, pid: int) -> str:
    if output == "cat":
        return event.message
    if output == "json":
        return json.dumps(
            {
                "__REALTIME_TIMESTAMP": str(int(event.at.timestamp() * 1_000_000)),
                "_SYSTEMD_UNIT": f"{event.unit}.service",
                "SYSLOG_IDENTIFIER": event.unit,
                "PRIORITY": str(event.priority),
                "_PID": str(pid),
                "_HOSTNAME": "lab",
                "MESSAGE": event.message,
            }
        )
    stamp = event.at.strftime("%b %d %H:%M:%S") if output == "short" else event.at.isoformat(timespec="seconds")
    return f"{stamp} lab {event.unit}[{pid}]: {event.message}"
