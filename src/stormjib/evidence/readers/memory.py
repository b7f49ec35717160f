"""``free``: how much memory the machine has left, and how much of its swap is used."""

import re
from typing import Final

from stormjib.core.text import units
from stormjib.evidence.readers.amount import share, size
from stormjib.evidence.readers.reading import Clause, Evidence, Fact, Measured, Reading, tell

SOURCE = "memory"
LITTLE_PERCENT: Final = 10.0
BAD_PERCENT: Final = 5.0
SWAP_PERCENT: Final = 50.0
_LINE_CHARS_MAX: Final = 400

_HEADER: Final = re.compile(r"\s*total\s+used\s+free\b.*")
_ROW: Final = re.compile(r"(Mem|Swap|-/\+ buffers/cache):\s+(.{1,400})")
_UNITS: Final = {"b": 0, "bytes": 0, "k": 1, "kibi": 1, "m": 2, "mebi": 2, "g": 3, "gibi": 3, "tebi": 4}


def read(evidence: Evidence) -> Reading | None:
    """Procps' and busybox's, in any unit; a plain number counts KiB where the command does not say otherwise."""
    lines = evidence.lines()
    header = next((line.split() for line in lines if len(line) < _LINE_CHARS_MAX and _HEADER.fullmatch(line)), None)
    if header is None:
        return None
    plain = _unit(evidence)
    rows: dict[str, dict[str, float]] = {}
    for line in lines:
        found = _ROW.fullmatch(line)
        if found:
            amounts = [amount for text in found[2].split()[:8] if (amount := _amount(text, plain)) is not None]
            names = ["used", "free"] if found[1].startswith("-") else header
            rows[found[1]] = dict(zip(names, amounts, strict=False))
    memory = rows.get("Mem", {})
    if not memory.get("total"):
        return None
    if "available" not in memory:  # before procps 3.3.10
        older = rows.get("-/+ buffers/cache", {})
        memory["available"] = older.get("free", memory.get("free", 0.0) + memory.get("buffers", 0.0) + memory.get("cached", 0.0))
    return tell(SOURCE, *_told(memory, rows.get("Swap", {})))


def _told(memory: dict[str, float], swap: dict[str, float]) -> tuple[list[Fact], list[Clause]]:
    total, available = memory["total"], memory["available"]
    facts: list[Fact] = [
        Measured("memory", "available", available, "bytes", total),
        Measured("memory", "used", memory.get("used", 0.0), "bytes", total),
    ]
    clauses = []
    left = share(available, total)
    if left < LITTLE_PERCENT:
        text = f"only {units.size(available)} of {units.size(total)} of memory are available ({units.percent(round(left, 1))})"
        clauses.append(Clause("bad" if left < BAD_PERCENT else "warn", text))
    if swap.get("total"):
        facts.append(Measured("swap", "used", swap.get("used", 0.0), "bytes", swap["total"]))
        used = share(swap.get("used", 0.0), swap["total"])
        if used >= SWAP_PERCENT:
            clauses.append(Clause("warn", f"swap is {units.percent(round(used))} full"))
    return facts, clauses


def _unit(evidence: Evidence) -> float:
    program = evidence.command.named("free")
    for word in program.words if program else ():
        name = word.lstrip("-").lower()
        power = _UNITS.get(name) if word.startswith("--") else next((_UNITS[letter] for letter in name if letter in "bkmg"), None)
        if power is not None:
            return float(1_024**power)
    return 1_024.0


def _amount(text: str, plain: float) -> float | None:
    value = size(text)
    return value * plain if value is not None and text.isdigit() else value
