"""``top``, ``ps`` and ``pgrep``: processes that are stopped, stuck or busy, and what the processors do."""

import re
from typing import Final

import msgspec

from stormjib.core.text import units
from stormjib.evidence.readers.amount import number
from stormjib.evidence.readers.reading import Clause, Evidence, Fact, Measured, Reading, State, tell

SOURCE = "processes"
BUSY_PERCENT: Final = 90.0
DISK_WAIT_PERCENT: Final = 20.0
STOLEN_PERCENT: Final = 10.0

_LOAD: Final = re.compile(r"load average:? ([\d.]{1,12}),? ([\d.]{1,12}),? ([\d.]{1,12})", re.IGNORECASE)
_CPU: Final = re.compile(r"%?Cpu\(s\):(.{10,200})|CPU:(.{10,200})")
_CPU_PART: Final = re.compile(r"([\d.]{1,8})%?\s?(us|sy|ni|id|wa|st|usr|sys|nic|idle|io)\b")
_NONE: Final = re.compile(
    r"option requires an argument -- 'p'|-p (?:requires an )?argument|bad pid|pid number.*missing", re.IGNORECASE
)
_LINE_CHARS_MAX: Final = 4_000


class Process(msgspec.Struct, frozen=True):
    """One row; what the table does not have is "" or None."""

    pid: str
    name: str
    state: str
    cpu_percent: float | None
    memory_percent: float | None


def read(evidence: Evidence) -> Reading | None:
    """Any table whose header names PID and the command; the last one where the output repeats it."""
    lines = _last_frame(evidence.lines(_LINE_CHARS_MAX))
    facts, clauses = _machine(lines)
    header = max((at for at, line in enumerate(lines) if _is_header(line)), default=None)
    known = any(evidence.command.named(name) for name in ("top", "ps", "pgrep", "uptime"))
    if header is None:
        if known and ((evidence.exit_code == 1 and not lines) or any(_NONE.search(line) for line in lines[:5])):
            return tell(SOURCE, [State("processes", "matching", "none")], [Clause("bad", "no process of that name runs")])
        pids = [line.strip() for line in lines] if evidence.command.named("pgrep") else []
        if pids and all(re.fullmatch(r"\d{1,10}(?: .*)?", pid) for pid in pids):
            return tell(SOURCE, [Measured("processes", "matching", float(len(pids)), "count")])
        return tell(SOURCE, facts, clauses) if facts else None
    columns = lines[header].split()
    rows = [row for line in lines[header + 1 :] if (row := _row(columns, line))]
    for row in rows:
        facts.extend(_facts(row))
        clauses.extend(_clauses(row))
    facts.append(Measured("processes", "shown", float(len(rows)), "count"))
    if not rows and known and evidence.command.named("top") and _one(evidence):
        clauses.append(Clause("bad", "no process of that name runs"))
    return tell(SOURCE, facts, _once(clauses))


def _last_frame(lines: list[str]) -> list[str]:
    """What ``top`` shows first of the processors is measured over next to no time, and means nothing once there is a second."""
    begins = max((at for at, line in enumerate(lines) if line.startswith("top - ")), default=0)
    return lines[begins:]


def _one(evidence: Evidence) -> bool:
    """Whether top was told which process to show."""
    program = evidence.command.named("top")
    return program is not None and program.has("-p")


def _is_header(line: str) -> bool:
    words = line.split()
    return "PID" in words and words[-1] in {"COMMAND", "CMD", "COMM", "ARGS", "%CPU", "%MEM"}


def _row(columns: list[str], line: str) -> Process | None:
    cells = line.split(maxsplit=max(len(columns) - 1, 1))
    if len(cells) != len(columns):
        return None
    by_name = dict(zip(columns, cells, strict=True))
    pid = by_name["PID"]
    if not re.fullmatch(r"\d{1,10}", pid):
        return None
    name = next((by_name[column] for column in ("COMMAND", "CMD", "COMM", "ARGS") if column in by_name), "?")
    state = next((by_name[column] for column in ("S", "STAT", "STATE") if column in by_name), "")
    cpu = (
        next((number(by_name[column]) for column in ("%CPU", "C") if column in by_name), None)
        if "%VSZ" not in by_name
        else _share(by_name["%CPU"])
    )
    memory = _share(by_name.get("%MEM", by_name.get("%VSZ", "")))
    return Process(pid, _short(name), state, cpu, memory)


def _share(text: str) -> float | None:
    return number(text.rstrip("%"))


def _short(command: str) -> str:
    """The program of a command line, without its directory: ``python3``; a kernel thread as it stands."""
    word = command.strip().split(maxsplit=1)[0] if command.strip() else "?"
    return word if word.startswith("[") else word.rsplit("/", 1)[-1].rstrip(":")[:60] or "?"


def _facts(row: Process) -> list[Fact]:
    thing = f"{row.name} ({row.pid})"
    facts: list[Fact] = []
    if row.state and row.state[0] not in "SI":
        facts.append(State(thing, "state", row.state))
    if row.cpu_percent:
        facts.append(Measured(thing, "cpu", row.cpu_percent, "percent"))
    if row.memory_percent:
        facts.append(Measured(thing, "memory", row.memory_percent, "percent", 100.0))
    return facts


def _clauses(row: Process) -> list[Clause]:
    found = []
    thing = f"{row.name} (process {row.pid})"
    match row.state[:1]:
        case "T":
            found.append(Clause("bad", f"{thing} is stopped (state T)"))
        case "t":
            found.append(Clause("bad", f"{thing} is held by a debugger (state t)"))
        case "D":
            found.append(Clause("warn", f"{thing} waits for a disk or another device (state D)"))
        case "Z":
            found.append(Clause("note", f"{thing} has ended and was not cleared away (zombie)"))
    if row.cpu_percent is not None and row.cpu_percent >= BUSY_PERCENT and row.name not in {"ps", "top"}:
        found.append(Clause("warn", f"{thing} uses {units.percent(row.cpu_percent)} of a processor"))
    return found


def _once(clauses: list[Clause]) -> list[Clause]:
    """A hundred zombies are one clause."""
    zombies = [clause for clause in clauses if clause.text.endswith("(zombie)")]
    if len(zombies) <= 1:
        return clauses
    return [clause for clause in clauses if clause not in zombies] + [Clause("note", f"{units.counted(len(zombies), 'process', 'processes')} ended and were not cleared away (zombies)")]  # fmt: skip


def _machine(lines: list[str]) -> tuple[list[Fact], list[Clause]]:
    """The load and what the processors do, from the head of top or from uptime."""
    facts: list[Fact] = []
    clauses: list[Clause] = []
    for line in lines[:12]:
        load = _LOAD.search(line[:300])
        if load and (value := number(load[1].strip("."))) is not None:
            facts.append(Measured("machine", "load over a minute", value, "count"))
        cpu = _CPU.match(line)
        parts = _CPU_PART.findall(cpu[1] or cpu[2]) if cpu else []
        niced = sum(number(amount) or 0.0 for amount, name in parts if name in {"ni", "nic"})  # gives way to whoever needs it
        for amount, name in parts:
            share = number(amount)
            if share is None:
                continue
            if name in {"id", "idle"}:
                facts.append(Measured("processors", "idle", min(share + niced, 100.0), "percent", 100.0))
            if name in {"wa", "io"}:
                facts.append(Measured("processors", "waiting for a disk", share, "percent", 100.0))
                if share >= DISK_WAIT_PERCENT:
                    clauses.append(Clause("warn", f"the processors wait for a disk {units.percent(share)} of the time"))
            if name == "st" and share >= STOLEN_PERCENT:
                clauses.append(Clause("warn", f"the host takes {units.percent(share)} of the processors' time for others"))
    return facts, clauses
