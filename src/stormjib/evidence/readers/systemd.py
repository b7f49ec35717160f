"""``systemctl status``: whether a unit runs, since when, and how it ended."""

import re
from typing import Final

import msgspec

from stormjib.core.text.units import percent
from stormjib.core.text.units import size as say_size
from stormjib.evidence.readers.amount import size
from stormjib.evidence.readers.reading import Clause, Evidence, Fact, Measured, Reading, State, tell

SOURCE = "systemd"
NEAR_PERCENT: Final = 90.0

_UNIT: Final = re.compile(
    r"[●○×↻*x]?\s*([\w@.:\\-]{1,200}\.(?:service|socket|timer|mount|target|path|slice|scope|device|swap))(?: - (.*))?"
)
_ACTIVE: Final = re.compile(
    r"\s*Active: (\w[\w-]*)(?: \(([^)]{1,60})\))?(?: \(Result: ([\w-]{1,60})\))?(?: since ([^;]{1,80}); (.{1,60}))?"
)
_MAIN: Final = re.compile(r"\s*(?:Main PID|Process): .{0,400}?\(code=(\w+), (?:status|signal)=([\w/-]{1,60})\)")
_TASKS: Final = re.compile(r"\s*Tasks: (\d{1,9})(?: \(limit: (\d{1,12})\))?")
_MEMORY: Final = re.compile(r"\s*Memory: ([\d.]{1,12}[BKMGT])(?: \((.{1,200})\))?")
_LIMIT: Final = re.compile(r"(?:max|limit): ([\d.]{1,12}[BKMGT])")
_LISTED: Final = re.compile(r"[●○×* ]{0,3}([\w@.:\\-]{1,200}\.\w{4,9})\s+\S{1,20}\s+(\w{1,20})\s+([\w-]{1,20})\b")
_LISTED_COUNT: Final = re.compile(r"\d{1,6} (?:loaded )?units? listed")
_MISSING: Final = re.compile(r"Unit (\S{1,200}) could not be found|Failed to get unit.*?for (\S{1,200})\b")
_NO_SYSTEMD: Final = "System has not been booted with systemd"
_WORDS: Final = {"active", "inactive", "failed", "activating", "deactivating", "reloading", "unknown"}
_LINE_CHARS_MAX: Final = 2_000


class Unit(msgspec.Struct):
    """One unit, in systemd's own words."""

    name: str
    active: str = ""
    sub: str = ""
    result: str = ""
    since: str = ""
    ago: str = ""
    ended: str = ""
    facts: list[Fact] = msgspec.field(default_factory=list)
    clauses: list[Clause] = msgspec.field(default_factory=list)

    @property
    def short(self) -> str:
        """Its name as people say it."""
        return self.name.removesuffix(".service")


def read(evidence: Evidence) -> Reading | None:
    """``systemctl status`` of one or more units (systemd 240 and later), ``is-active``, and the refusals."""
    lines = evidence.lines(_LINE_CHARS_MAX)
    program = evidence.command.named("systemctl") or evidence.command.named("service")
    if program and any(_NO_SYSTEMD in line for line in lines[:5]):
        text = "this machine does not run systemd, so no unit can be checked"
        return tell(SOURCE, [State("systemd", "running", "no")], [Clause("warn", text)])
    missing = [found[1] or found[2] for line in lines[:20] if program and (found := _MISSING.search(line))]
    units = [*_units(lines), *[Unit(name, "missing") for name in missing]]
    listed = [Unit(found[1], found[2], found[3]) for line in lines if (found := _LISTED.match(line))]
    if not units and program and any(_LISTED_COUNT.match(line) for line in lines):
        found_units = [State(unit.short, "active", unit.active) for unit in listed]
        broken = [clause for unit in listed if unit.active != "active" for clause in _clauses(unit)]
        return tell(SOURCE, found_units or [State("systemd", "units listed", "none")], broken)
    word = evidence.output.strip()
    if not units and program and "is-active" in program.path and word in _WORDS:
        units = [Unit(program.words[-1] if program.words else "the unit", word)]
    if not units:
        return None
    facts = [fact for unit in units for fact in _facts(unit)]
    return tell(SOURCE, facts, [clause for unit in units for clause in _clauses(unit)])


def _units(lines: list[str]) -> list[Unit]:
    """Every unit whose head and "Active:" line are there."""
    units: list[Unit] = []
    for line in lines:
        head = _UNIT.fullmatch(line) if not line[0].isspace() else None
        if head:
            units.append(Unit(head[1]))
        elif units:
            _add(units[-1], line)
    return [unit for unit in units if unit.active]


def _add(unit: Unit, line: str) -> None:
    """Take one indented line in."""
    active = _ACTIVE.match(line)
    if active and not unit.active:
        unit.active, unit.sub, unit.result = active[1], active[2] or "", active[3] or ""
        if unit.sub.startswith("Result: "):
            unit.sub, unit.result = "", unit.sub.removeprefix("Result: ")
        unit.since, unit.ago = active[4] or "", (active[5] or "").removesuffix(" ago")
    elif (main := _MAIN.match(line)) and main[2] != "0/SUCCESS":
        unit.ended = f"{main[1]}, {main[2]}"
    elif tasks := _TASKS.match(line):
        limit = float(tasks[2]) if tasks[2] else None
        unit.facts.append(Measured(unit.short, "tasks", float(tasks[1]), "count", limit))
        if limit and 100 * float(tasks[1]) / limit >= NEAR_PERCENT:
            unit.clauses.append(Clause("warn", f"{unit.short} has {tasks[1]} of the {tasks[2]} tasks that it may have"))
    elif memory := _MEMORY.match(line):
        _memory(unit, memory)


def _memory(unit: Unit, found: re.Match[str]) -> None:
    used = size(found[1])
    named = _LIMIT.search(found[2] or "")
    limit = size(named[1]) if named else None
    if used is None:
        return
    unit.facts.append(Measured(unit.short, "memory", used, "bytes", limit))
    if limit and 100 * used / limit >= NEAR_PERCENT:
        unit.clauses.append(
            Clause("warn", f"{unit.short} uses {percent(round(100 * used / limit))} of its {say_size(limit)} of memory")
        )


def _facts(unit: Unit) -> list[Fact]:
    states = (
        ("active", unit.active),
        ("sub", unit.sub),
        ("result", unit.result),
        ("since", unit.since),
        ("main process ended", unit.ended),
    )
    return [*[State(unit.short, name, value) for name, value in states if value], *unit.facts]


def _clauses(unit: Unit) -> list[Clause]:
    """One clause of its state; its limits besides."""
    ago = f" for {unit.ago}" if unit.ago else ""
    why = f" ({unit.result}{f': {unit.ended}' if unit.ended else ''})" if unit.result else ""
    match unit.active:
        case "active":
            clause = Clause(
                "fine", f"{unit.short} runs{ago}" if unit.sub in {"running", ""} else f"{unit.short} is active ({unit.sub}){ago}"
            )
        case "failed":
            clause = Clause("bad", f"{unit.short} has failed{why}{f', {unit.ago} ago' if unit.ago else ''}")
        case "inactive":
            clause = Clause("bad", f"{unit.short} does not run{f'; it stopped {unit.ago} ago' if unit.ago else ''}")
        case "activating" if unit.sub == "auto-restart":
            clause = Clause("bad", f"{unit.short} ended{why} and waits to be restarted")
        case "missing":
            clause = Clause("warn", f"there is no unit {unit.name} here")
        case _:
            clause = Clause("warn", f"{unit.short} is {unit.active}{ago}")
    return [clause, *unit.clauses]
