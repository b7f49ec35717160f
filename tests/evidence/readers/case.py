"""A case: a command, how it ended, what it printed, and the reading that is expected of it.

    $ docker stats --no-stream
    exit 0
    source docker stats
    level bad
    sentence app_worker_1 uses 95 % of its 64 MiB of memory.
    fact app_worker_1 | memory | 63753420 bytes of 67108864
    fact app_worker_1 | replica of | app-worker
    ---
    the output, as it came

"exit none" is a command that did not end. Behind it may stand "parts 0 1 0", the exit codes of a pipeline's parts, and "at
2026-11-30 00:00", when it ran. "not understood" stands where the reader has to say so. Facts that are not listed may
be there too; a case that lists all of them says "only these facts".
"""

from datetime import UTC, datetime
from pathlib import Path

import msgspec

from stormjib.evidence.readers import Fact, Measured, Reading, read

HERE = Path(__file__).parent / "cases"


class Case(msgspec.Struct):
    """One file."""

    name: str
    text: str
    exit_code: int | None
    output: str
    expected: tuple[str, ...]
    parts: tuple[int, ...] = ()
    at: float = 0.0

    def reading(self) -> Reading:
        """What the readers make of it now."""
        return read(self.text, self.exit_code, self.output, self.parts, at=self.at)


def cases() -> list[Case]:
    """Every file below ``cases/``."""
    return [load(path) for path in sorted(HERE.glob("*/*.txt"))]


def load(path: Path) -> Case:
    """One file, taken apart."""
    head, _, output = path.read_bytes().decode().partition("\n---\n")
    lines = head.split("\n")
    code = lines[1].removeprefix("exit ")
    parts = next((line[6:] for line in lines[2:4] if line.startswith("parts ")), "")
    at = next((line[3:] for line in lines[2:4] if line.startswith("at ")), "")
    return Case(
        str(path.relative_to(HERE)),
        lines[0].removeprefix("$ "),
        None if code == "none" else int(code),
        output,
        tuple(line for line in lines[2:] if not line.startswith(("parts ", "at "))),
        tuple(map(int, parts.split())),
        datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp() if at else 0.0,
    )


def told(reading: Reading) -> tuple[str, ...]:
    """A reading in the words of a case, all of its facts included."""
    if not reading.understood:
        return (f"source {reading.source}", f"level {reading.level}", "not understood")
    head = (f"source {reading.source}", f"level {reading.level}", f"sentence {reading.sentence}".strip())
    return (*head, *dict.fromkeys(fact_line(fact) for fact in reading.facts))


def fact_line(fact: Fact) -> str:
    """One fact in the words of a case."""
    if isinstance(fact, Measured):
        limit = "" if fact.limit is None else f" of {fact.limit:.10g}"
        return f"fact {fact.thing} | {fact.name} | {fact.value:.10g} {fact.unit}{limit}"
    return f"fact {fact.thing} | {fact.name} | {fact.value}"
