"""``docker stats``: what each container uses, against its limits."""

import re
from collections.abc import Iterator
from typing import Final

from stormjib.core.text import units
from stormjib.evidence.loglines.line import object_of
from stormjib.evidence.readers.amount import number, percent, size
from stormjib.evidence.readers.columns import rows_of
from stormjib.evidence.readers.compose_name import replica_of
from stormjib.evidence.readers.container_list import array_of
from stormjib.evidence.readers.reading import Clause, Evidence, Fact, Level, Measured, Reading, State, tell

SOURCE = "docker stats"
MEMORY_NEAR_PERCENT: Final = 90.0
MEMORY_FULL_PERCENT: Final = 97.0
CPU_BUSY_PERCENT: Final = 90.0
"""100 is one whole processor."""

_USAGE: Final = re.compile(r"(\S+) / (\S+)")
_LINE_CHARS_MAX: Final = 2_000
_COLUMNS: Final = 7
_ID: Final = re.compile(r"[0-9a-f]{12}(?:[0-9a-f]{52})?|--")


def read(evidence: Evidence) -> Reading | None:
    """The last sample of each container; a stream repeats its table."""
    lines = evidence.lines(_LINE_CHARS_MAX)
    found = (_of_json(line) if line.startswith("{") else _of_table(line) for line in lines)
    rows = {row["name"]: row for row in (*found, *_of_podman(evidence.output, lines)) if row}
    if not rows:
        header = [line for line in lines if "CPU %" in line and "MEM %" in line]
        empty = bool(header) and len(header) == len(lines)
        return tell(SOURCE, [State("docker", "containers", "none")], [Clause("warn", "no container runs")]) if empty else None
    facts: list[Fact] = []
    clauses: list[Clause] = []
    for name, row in rows.items():
        _container(name, row, facts, clauses)
    return tell(SOURCE, facts, clauses)


def _of_table(line: str) -> dict[str, str] | None:
    """A row; its cells are two blanks or more apart."""
    cells = re.split(r"\s{2,}", line.strip())
    if len(cells) == _COLUMNS and not _ID.fullmatch(cells[0]):
        cells = ["", *cells]  # an old client, or a format without the id
    if len(cells) != _COLUMNS + 1 or ("%" not in cells[2] and cells[2] != "--") or cells[2] == "CPU %":
        return None
    name = cells[1] if cells[1] != "--" else cells[0]
    return {"name": name, "cpu": cells[2], "memory": cells[3], "share": cells[4], "pids": cells[7]}


def _of_podman(output: str, lines: list[str]) -> Iterator[dict[str, str]]:
    """Podman's table, which has two more columns, and its array of objects."""
    for row in rows_of(lines, "ID", "NAME", "CPU %", "MEM USAGE / LIMIT"):
        yield {
            "name": row["NAME"],
            "cpu": row["CPU %"],
            "memory": row["MEM USAGE / LIMIT"],
            "share": "",
            "pids": row.get("PIDS", ""),
        }
    for item in array_of(output):
        if "mem_usage" in item and item.get("name"):
            name, cpu, memory, pids = (str(item.get(key) or "") for key in ("name", "cpu_percent", "mem_usage", "pids"))
            yield {"name": name, "cpu": cpu, "memory": memory, "share": "", "pids": pids}


def _of_json(line: str) -> dict[str, str] | None:
    said = object_of(line)
    if said is None or "CPUPerc" not in said or "MemUsage" not in said:
        return None
    name = str(said.get("Name") or said.get("Container") or said.get("ID") or "?")
    return {"name": name, "cpu": str(said["CPUPerc"]), "memory": str(said["MemUsage"]), "share": str(said.get("MemPerc", "")), "pids": str(said.get("PIDs", ""))}  # fmt: skip


def _container(name: str, row: dict[str, str], facts: list[Fact], clauses: list[Clause]) -> None:
    usage = _USAGE.fullmatch(row["memory"])
    used, limit = (size(usage[1]), size(usage[2])) if usage else (None, None)
    if not limit:
        facts.append(State(name, "stats", "not measured"))  # "0B / 0B" and "-- / --": it does not run, or cannot be seen
        return
    cpu, processes = percent(row["cpu"]), number(row["pids"])
    if used is not None:
        facts.append(Measured(name, "memory", used, "bytes", limit))
        share = 100 * used / limit
        if share >= MEMORY_NEAR_PERCENT:
            level: Level = "bad" if share >= MEMORY_FULL_PERCENT else "warn"
            clauses.append(Clause(level, f"{name} uses {units.percent(round(share, 1))} of its {units.size(limit)} of memory"))
    if cpu is not None:
        facts.append(Measured(name, "cpu", cpu, "percent"))
        if cpu >= CPU_BUSY_PERCENT:
            clauses.append(Clause("warn", f"{name} uses {units.percent(cpu)} of a processor"))
    if processes is not None:
        facts.append(Measured(name, "processes", processes, "count"))
    if replica_of(name):
        facts.append(State(name, "replica of", replica_of(name)))
