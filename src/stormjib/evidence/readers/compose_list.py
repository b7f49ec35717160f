"""``docker-compose ps`` of version 1 and ``docker compose ps`` of version 2: tables and JSON."""

import json
import re
from typing import Any, Final

from stormjib.evidence.readers.container_list import of_containers
from stormjib.evidence.readers.container_state import STATUS, Container, of_status
from stormjib.evidence.readers.reading import Clause, Evidence, Reading, State, tell

SOURCE = "compose ps"
_GAP: Final = re.compile(r"\s{3,}")
_HEADER_1: Final = re.compile(r"\s*Name\s+Command\s+State\s+Ports\s*")
_HEADER_2: Final = re.compile(r"NAME\s+.*STATUS\s+PORTS")
_LINE_CHARS_MAX: Final = 4_000


def read(evidence: Evidence) -> Reading | None:
    """Both versions. Version 1 wraps long cells onto lines that begin with blanks, which are skipped."""
    text = evidence.output.strip()
    if text[:1] in {"[", "{"}:
        listed = _of_json(text)
        return of_containers(SOURCE, listed) if listed else _nothing() if text == "[]" else None
    lines = evidence.lines(_LINE_CHARS_MAX)
    first = next((at for at, line in enumerate(lines) if _HEADER_1.fullmatch(line) or _HEADER_2.match(line)), None)
    rows = lines if first is None else lines[first + 1 :]
    services = _column(lines[first], "SERVICE") if first is not None else None
    containers = [found for line in rows if not line[0].isspace() and (found := _of_row(line, services))]
    if containers:
        return of_containers(SOURCE, containers)
    return _nothing() if first is not None and not [line for line in rows if not re.fullmatch(r"[-\s]*", line)] else None


def _nothing() -> Reading:
    return tell(SOURCE, [State("compose", "containers", "none")], [Clause("warn", "no container of this project is listed")])


def _column(header: str, name: str) -> tuple[int, int] | None:
    """Where a column begins and ends."""
    start = header.find(name)
    if start < 0:
        return None
    following = re.compile(r"\S+").search(header, start + len(name))
    return start, following.start() if following else len(header)


def _of_row(line: str, services: tuple[int, int] | None) -> Container | None:
    cells = _GAP.split(line.strip())
    status = next((cell for cell in cells[1:] if STATUS.fullmatch(cell)), None)
    if status is None:
        return None
    found = of_status(cells[0], status)
    if services:
        found.service = line[services[0] : services[1]].strip()
    return found


def _of_json(text: str) -> list[Container]:
    """One array (before 2.21), or one object a line."""
    items: list[Any] = []
    try:
        said: Any = json.loads(text) if text.startswith("[") else [json.loads(line) for line in text.split("\n") if line.strip()]
        items = said if isinstance(said, list) else []
    except (ValueError, RecursionError):
        return []
    return [
        _of_item(item) for item in items if isinstance(item, dict) and isinstance(item.get("State"), str) and item.get("Name")
    ]


def _of_item(item: dict[str, Any]) -> Container:
    status = item.get("Status")
    found = of_status(str(item["Name"]), status if isinstance(status, str) and STATUS.fullmatch(status) else item["State"])
    found.state = item["State"].lower()
    code = item.get("ExitCode")
    found.exit_code = code if isinstance(code, int) and found.state in {"exited", "restarting", "dead"} else None
    found.health = str(item.get("Health") or "")
    found.service, found.image = str(item.get("Service") or ""), str(item.get("Image") or "")
    return found
