"""journalctl: errors by priority, and what systemd and the kernel say of processes that ended."""

import re
from collections import Counter
from typing import Any, Final

import msgspec

from stormjib.core.text import units
from stormjib.evidence.loglines.level import LineLevel, level_of, of_word
from stormjib.evidence.loglines.line import object_of
from stormjib.evidence.readers.log_lines import shortened
from stormjib.evidence.readers.reading import Clause, Evidence, Fact, Measured, Reading, State, tell

SOURCE = "journal"
_BYTE_MAX: Final = 255
_UNITS_MAX: Final = 20
_LINE_CHARS_MAX: Final = 65_536
_SHORT: Final = re.compile(
    r"(?:[A-Z][a-z]{2} [ \d]\d [\d:.]{8,15}|\d{4}-\d\d-\d\dT[\d:.,]{8,16}(?:Z|[+-]\d\d:?\d\d)) (\S{1,255}) ([^\s:\[]{1,80})(?:\[(\d{1,10})\])?: (.*)"
)
_KILLED: Final = re.compile(
    r"Out of memory: Killed process \d{1,10} \(([^)]{1,60})\)|Memory cgroup out of memory: Killed process \d{1,10} \(([^)]{1,60})\)"
)
_EXITED: Final = re.compile(r"([\w@.-]{1,120}\.\w{4,8}): Main process exited, code=(\w+), status=([\w/-]{1,40})")
_RESTARTS: Final = re.compile(r"([\w@.-]{1,120}\.\w{4,8}): Scheduled restart job, restart counter is at (\d{1,9})")
_RESULT: Final = re.compile(r"[\w@.-]{1,120}\.\w{4,8}: Failed with result ")
_TOO_QUICK: Final = re.compile(r"([\w@.-]{1,120}\.\w{4,8}): Start request repeated too quickly")

_HEAD_LINES: Final = 8
_NOT_OPENED: Final = "No journal files were opened due to insufficient permissions"
_HINT: Final = "not seeing messages from other users"
_HINTS: Final = ("Hint: ", "      ")
_MAY: Final = "who is in the group systemd-journal or adm may"


class Entry(msgspec.Struct, frozen=True):
    """One entry; ``unit`` is its unit, or the name that the program logs under."""

    unit: str
    level: LineLevel
    message: str


def read(evidence: Evidence) -> Reading | None:
    """``-o short``, its ISO and precise kin, and ``-o json``."""
    lines = evidence.lines()
    known = evidence.command.named("journalctl") is not None
    if known and any(_NOT_OPENED in line for line in lines[:_HEAD_LINES]):
        clause = Clause("warn", f"this user may not read the journal; {_MAY}")
        return tell(SOURCE, [State("journal", "refusal", "insufficient permissions")], [clause])
    if known and any("No journal files were" in line for line in lines[:_HEAD_LINES]):
        return tell(SOURCE, [State("journal", "files", "none")], [Clause("warn", "there is no journal on this machine")])
    own = known and any(_HINT in line for line in lines[:_HEAD_LINES])
    lines = [line for line in lines if not line.startswith(_HINTS)] if own else lines
    if own and all(line.startswith("-- ") for line in lines):
        clause = Clause("warn", f"this user sees none of the journal's entries of others; {_MAY}")
        return tell(SOURCE, [State("journal", "refusal", "entries of others are not shown")], [clause])
    if known and lines and all(line.startswith("-- ") for line in lines):
        return tell(
            SOURCE, [Measured("journal", "entries", 0.0, "count")], [Clause("note", "the journal holds no entry for this")]
        )
    entries: list[Entry] = []
    cursor = ""
    for line in lines:
        if line.startswith("{") and len(line) <= _LINE_CHARS_MAX:
            said = _object(line)
            entry = _of_json(said) if said else None
            cursor = str(said.get("__CURSOR", cursor)) if said else cursor
        else:
            entry = _of_short(line)
        if entry:
            entries.append(entry)
    if not entries or (not known and len(entries) * 2 < len(lines)):
        return None
    return _told(entries, cursor)


def _told(entries: list[Entry], cursor: str) -> Reading:
    errors = [entry for entry in entries if entry.level == "error"]
    facts: list[Fact] = [
        Measured("journal", "entries", float(len(entries)), "count"),
        Measured("journal", "error entries", float(len(errors)), "count"),
    ]
    if cursor:
        facts.append(State("journal", "cursor", cursor))
    facts.extend(
        Measured(unit, "error entries", float(count), "count")
        for unit, count in Counter(entry.unit for entry in errors).most_common(_UNITS_MAX)
    )
    clauses = _ends(entries, facts)
    if errors:
        facts.append(State("journal", "last error", shortened(errors[-1].message)))
        are = "is an error" if len(errors) == 1 else "are errors"
        last = shortened(errors[-1].message).rstrip(".")
        clauses.append(
            Clause(
                "warn",
                f"{len(errors):,} of {units.counted(len(entries), 'journal entry', 'journal entries')} {are}; the last, of {errors[-1].unit}: {last}",
            )
        )
    return tell(SOURCE, facts, clauses)


def _ends(entries: list[Entry], facts: list[Fact]) -> list[Clause]:
    """What the kernel and systemd say of processes that ended: the last word on each unit."""
    said: dict[tuple[str, str], Clause] = {}
    for entry in entries:
        message = entry.message[:1_000]
        if killed := _KILLED.search(message):
            name = killed[1] or killed[2]
            facts.append(State(name, "killed by the kernel", "out of memory"))
            said[name, "killed"] = Clause("bad", f"the kernel killed {name} for lack of memory")
        elif exited := _EXITED.match(message):
            name = exited[1].removesuffix(".service")
            facts.append(State(name, "main process ended", f"{exited[2]}, {exited[3]}"))
            said[name, "exited"] = Clause("bad", f"the main process of {name} ended ({exited[2]}, status {exited[3]})")
        elif restarts := _RESTARTS.match(message):
            name = restarts[1].removesuffix(".service")
            facts.append(Measured(name, "restarts", float(restarts[2]), "count"))
            said[name, "restarts"] = Clause("bad", f"systemd has restarted {name} {units.counted(int(restarts[2]), 'time')}")
        elif quick := _TOO_QUICK.match(message):
            name = quick[1].removesuffix(".service")
            said[name, "gave up"] = Clause("bad", f"systemd gave up starting {name}")
    return list(said.values())


def _of_short(line: str) -> Entry | None:
    found = _SHORT.fullmatch(line) if len(line) <= _LINE_CHARS_MAX else None
    if not found:
        return None
    # systemd writes it at level warning, which a short line does not carry: what failed is said by another entry or a clause of its own.
    told = found[2] == "systemd" and any(one.match(found[4]) for one in (_RESULT, _EXITED, _TOO_QUICK))
    level = "warning" if told else level_of(found[4])
    return Entry(found[2], level, found[4])


def _object(line: str) -> dict[str, Any] | None:
    said = object_of(line)
    return said if said and "__REALTIME_TIMESTAMP" in said else None


def _of_json(said: dict[str, Any]) -> Entry:
    message = said.get("MESSAGE")
    if isinstance(message, list):  # what is not UTF-8 comes as numbers
        message = bytes(number for number in message[:4_000] if isinstance(number, int) and 0 <= number <= _BYTE_MAX).decode(
            "utf-8", "replace"
        )
    text = message if isinstance(message, str) else ""
    unit = str(said.get("_SYSTEMD_UNIT") or said.get("SYSLOG_IDENTIFIER") or "?")
    unit = str(said.get("UNIT") or unit) if unit == "init.scope" else unit
    priority = said.get("PRIORITY")
    level = level_of(text)
    if isinstance(priority, str) and priority.isdecimal() and len(priority) == 1:
        named = of_word(priority) or "other"
        # A container's or a service's stream has one priority for all that it prints, so there the text decides.
        level = level if named == "other" and said.get("_TRANSPORT") == "stdout" else named
    return Entry(unit.removesuffix(".service"), level, text)
