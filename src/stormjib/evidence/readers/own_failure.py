"""A log that could not be read: what its reader printed instead is about the check, and never about the service."""

import re
from typing import Final

from stormjib.evidence.readers.reading import Clause, Evidence, Reading, State, tell

SOURCE = "check"
_LINES_MAX: Final = 12
_LINE_CHARS_MAX: Final = 1_000
_SHOWN_CHARS: Final = 160
_NOT_FAILED: Final = {None, 0, 124, 141}
"""It ended well, its time was up, or its reader had enough."""
_OWN: Final = re.compile(
    r"(?i)(?:error|fatal|failed|usage|unknown|invalid|unable|cannot|can't|could not|permission denied|no such|host key|the connection to the server"
    r"|you must be|time data|hint)\b|[EWI]\d{4} [\d:.]{8,16} +\d+ \w+\.go:\d+\] "
)
_HAS_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d|\d\d:\d\d:\d\d")


def read(evidence: Evidence) -> Reading | None:
    """A few lines of a failed command without a time of their own, the first of which is its program's complaint."""
    if evidence.exit_code in _NOT_FAILED:
        return None
    lines = evidence.lines()
    if not lines or len(lines) > _LINES_MAX or any(len(line) > _LINE_CHARS_MAX for line in lines):
        return None
    names = {word for program in evidence.command.programs for word in program.path[:1]} | {
        "bash",
        "sh",
        "ssh",
        "sudo",
        "kex_exchange_identification",
    }
    if evidence.parts[:1] not in {(), (evidence.exit_code,)} or not _complains(lines[0], names):
        return None
    if any(_HAS_TIME.search(line) and not _OWN.match(line) for line in lines):
        return None
    last = next((line for line in reversed(lines) if _complains(line, names)), lines[0])
    shown = " ".join(last.split())
    shown = shown if len(shown) <= _SHOWN_CHARS else shown[: _SHOWN_CHARS - 1] + "…"
    return tell(SOURCE, [State("check", "failed", shown)], [Clause("warn", f"the check itself failed: {shown.rstrip('.')}")])


def _complains(line: str, names: set[str]) -> bool:
    return line.partition(":")[0].strip().rpartition("/")[2] in names or bool(_OWN.match(line))
