"""``docker ps``: the containers, as a table, as JSON lines or in a format of one's own."""

import json
import re
from typing import Any, Final

from stormjib.evidence.loglines.line import object_of
from stormjib.evidence.readers.columns import rows_of
from stormjib.evidence.readers.container_state import STATUS, Container, clauses_of, facts_of, of_status
from stormjib.evidence.readers.reading import Clause, Evidence, Reading, State, tell

SOURCE = "docker ps"
_GAP: Final = re.compile(r"\t|\s{3,}")
_ID: Final = re.compile(r"[0-9a-f]{12}(?:[0-9a-f]{52})?")
_LINE_CHARS_MAX: Final = 4_000
_JSON_CHARS_MAX: Final = 4_194_304


def read(evidence: Evidence) -> Reading | None:
    """Every row that holds a status. The names of the columns are not needed, so a row that ``grep`` left is read too.

    A header without any row is an empty list; a header with rows that are not understood is not.
    """
    lines = evidence.lines(_LINE_CHARS_MAX)
    listed = _of_array(evidence.output)
    rows = (of_json_line(line) if line.startswith("{") else _of_row(line) for line in lines)
    below = (_of_named(row) for row in rows_of(lines, "CONTAINER ID", "STATUS"))
    containers = [found for found in listed or rows if found] or [found for found in below if found]
    if not containers:
        empty = len(lines) == 1 and lines[0].startswith("CONTAINER ID")
        return tell(SOURCE, [State("docker", "containers", "none")], [Clause("warn", "no container runs")]) if empty else None
    return of_containers(SOURCE, containers)


def of_containers(source: str, containers: list[Container]) -> Reading:
    """The reading of a list of containers."""
    facts = [fact for container in containers for fact in facts_of(container)]
    return tell(source, facts, [clause for container in containers for clause in clauses_of(container)])


def _of_row(line: str) -> Container | None:
    cells = _GAP.split(line.strip())
    at = next((at for at, cell in enumerate(cells) if STATUS.fullmatch(cell)), None)
    if at is None or len(cells) == 1:
        return None
    whole = bool(_ID.fullmatch(cells[0])) and at > 1
    others = [cell for index, cell in enumerate(cells) if index != at]
    found = of_status(cells[-1] if whole else others[0], cells[at])
    if whole:
        found.image = cells[1]
    return found


def _of_named(row: dict[str, str]) -> Container | None:
    """A row by its header, as podman's, whose columns are two blanks apart."""
    if not STATUS.fullmatch(row["STATUS"]):
        return None
    found = of_status(row.get("NAMES") or row["CONTAINER ID"], row["STATUS"])
    found.image = row.get("IMAGE", "")
    return found


def _of_array(output: str) -> list[Container]:
    """``podman ps --format json``: one array, with the names of each in a list."""
    items = array_of(output)
    found = []
    for item in items:
        names, status = item.get("Names"), str(item.get("Status") or item.get("State") or "")
        name = names[0] if isinstance(names, list) and names else names
        if isinstance(name, str) and STATUS.fullmatch(status):
            found.append(of_status(name, status))
            found[-1].image = str(item.get("Image", ""))
    return found


def array_of(output: str) -> list[dict[str, Any]]:
    """The objects of a JSON array; none where the output is no such array."""
    text = output.strip()
    if not text.startswith("[") or len(text) > _JSON_CHARS_MAX:
        return []
    try:
        said: Any = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return [item for item in said if isinstance(item, dict)] if isinstance(said, list) else []


def of_json_line(line: str) -> Container | None:
    """A line of ``--format '{{json .}}'``."""
    said = object_of(line)
    if said is None or not isinstance(said.get("Status"), str) or not isinstance(said.get("Names"), str):
        return None
    found = of_status(said["Names"], said["Status"])
    found.image = str(said.get("Image", ""))
    labels = re.search(r"(?:^|,)com\.docker\.compose\.service=([^,]{1,100})", str(said.get("Labels", ""))[:_LINE_CHARS_MAX])
    found.service = labels[1] if labels else ""
    return found
