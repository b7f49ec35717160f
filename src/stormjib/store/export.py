"""Closed incidents as files of JSON lines: everything that the log says of one, its evidence and its runbook, checked once it is on disk."""

import base64
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import msgspec

from stormjib.owned import directory as make
from stormjib.owned import opened
from stormjib.ports import Head, LogReader, NotFound, StoreFailed
from stormjib.store.verify_export import MANIFEST, SCHEMA, check_file, manifest_line, sum_of

_NAMED: Final = {"output_sha256": "evidence", "document_sha256": "evidence", "runbook_sha256": "runbook"}


class Exports:
    """A directory of exports. One process writes to it at a time."""

    def __init__(self, directory: Path, reader: LogReader, key: bytes) -> None:
        """Make the directory where it is missing; ``key`` signs its manifest. Raises ``OSError``, and ``ValueError`` where the manifest is none."""
        make(directory)
        self._directory = directory
        self._reader = reader
        self._key = key
        self._known: dict[str, dict[str, Any]] = {}
        """The lines of the manifest, by file; of two for a file the later one counts."""
        self._last = ""
        for line in _whole_lines(directory / MANIFEST):
            self._remember(line)

    def export(self, head: Head, now: float) -> dict[str, Any]:
        """Write one incident, read it back, check it, and enter it in the manifest: its line there.

        What is there already is not written again. Raises ``StoreFailed`` with a sentence; then it must not be removed anywhere.
        """
        try:
            rows = self._reader.stored(head.id)
            if not rows:
                raise StoreFailed(f"{head.id} has no entries in the log any more.", fatal=False)
            ended = rows[-1][-1].hex()
            name = f"{head.id}-{ended[:12]}.jsonl"
            known = self._known.get(name)
            path = self._directory / name
            if known is None or not path.is_file() or sum_of(path) != known["file_sha256"]:
                _write_whole(path, self._lines(head, rows, now))
                known = None
            found, wrong = check_file(path)
            if wrong:
                raise StoreFailed(f"The export of {head.id} is not what the log says: {' '.join(wrong)}", fatal=False)
            if known is None:
                known = self._enter(found, path)
        except OSError as error:
            raise StoreFailed(f"{head.id} can't be exported to {self._directory} ({error.strerror}).", fatal=False) from error
        return known

    def _lines(self, head: Head, rows: list[Any], now: float) -> Iterator[bytes]:
        first = {
            "schema": SCHEMA,
            "incident": head.id,
            "title": head.title,
            "severity": head.severity,
            "service": head.service,
            "status": head.status,
            "runbook_sha256": head.runbook_sha256,
            "declared_at": head.declared_at,
            "updated_at": head.updated_at,
            "entries": len(rows),
            "head": rows[-1][-1].hex(),
            "exported_at": now,
        }
        yield _line(first)
        named: dict[str, str] = {head.runbook_sha256: "runbook"} if head.runbook_sha256 else {}
        for position, seq, at, by, cause, fact, linked in rows:
            entry = {"position": position, "seq": seq, "at": at, "by": by, "cause": cause, "fact": fact, "hash": linked.hex()}
            yield _line(entry)
            told = msgspec.json.decode(fact)
            named |= {told[field]: kind for field, kind in _NAMED.items() if told.get(field)}
        for name, kind in named.items():
            with suppress(NotFound):
                body = self._reader.runbook(name) if kind == "runbook" else self._reader.blob(name)
                if body is not None:
                    yield _line({kind: name, **_text(body)})

    def _enter(self, found: dict[str, Any], path: Path) -> dict[str, Any]:
        told = {name: value for name, value in found.items() if name != "schema"}
        told |= {
            "schema": "stormjib.manifest/1",
            "file": path.name,
            "file_sha256": sum_of(path),
            "previous": self._last,
        }
        line = manifest_line(told, self._key)
        with os.fdopen(opened(self._directory / MANIFEST, os.O_WRONLY | os.O_APPEND), "ab") as file:
            file.write(f"{line}\n".encode())
            file.flush()
            os.fsync(file.fileno())
        return self._remember(line)

    def _remember(self, line: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(line)
        self._known[found["file"]], self._last = found, sha256(line.encode()).hexdigest()
        return found


def _whole_lines(path: Path) -> list[str]:
    """A line that a kill has cut off is taken away: its file is entered anew."""
    if not path.exists():
        _write_whole(path, ())
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if whole != content:
        _write_whole(path, (whole,))
    return whole.decode().splitlines()


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value).encode() + b"\n"


def _text(body: bytes) -> dict[str, str]:
    """As text where it is text, so that people and grep can read it."""
    try:
        return {"text": body.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode()}


def _write_whole(path: Path, content: Iterable[bytes]) -> None:
    """The file has all of it or is as it was before, on disk, whatever ends this process meanwhile."""
    fresh = path.with_name(f".{path.name}.part")
    with os.fdopen(opened(fresh, os.O_WRONLY | os.O_TRUNC), "wb") as file:
        file.writelines(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
