"""Check exported incidents on any machine: Python's standard library alone, so that this file can be kept beside the exports.

    python3 verify_export.py DIR | FILE … [--heads HEADS.jsonl] [--key log-head.key]

Each entry is hashed again and bound to the one before; evidence and runbooks are compared with the sha256 that entries name; in a
directory the manifest is checked too: its own chain, the sha256 of each file, and with --key who wrote it. --heads holds the
entries against heads of the log that were kept elsewhere (`stormjib log head`). The exit code is 1 where anything differs.
"""

import argparse
import base64
import hmac
import json
import re
import struct
import sys
from collections.abc import Iterable, Iterator
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

MANIFEST = "manifest.jsonl"
SCHEMA = "stormjib.export/1"
_LENGTH = struct.Struct(">Q")
_NAMES = re.compile(r'"(?:output|document|runbook)_sha256":"([0-9a-f]{64})"')
_HEAD = re.compile(r'\{"schema":\s*"stormjib\.head/1"')
_NOTHING = sha256(b"").hexdigest()


def link(previous: bytes, incident: str, entry: dict[str, Any]) -> bytes:
    """The hash of an entry: each part is preceded by its length as 8 bytes; ``seq`` is 8 bytes, ``at`` a double, texts are UTF-8."""
    parts = (
        previous,
        incident.encode(),
        _LENGTH.pack(entry["seq"]),
        struct.pack(">d", entry["at"]),
        *(entry[name].encode() for name in ("by", "cause", "fact")),
    )
    return sha256(b"".join(_LENGTH.pack(len(part)) + part for part in parts)).digest()


def check_file(path: Path, ends: dict[str, dict[int, str]] | None = None) -> tuple[dict[str, Any], list[str]]:
    """The first line of one export, and what is wrong with it, a sentence each. ``ends``: hashes of entries kept elsewhere."""
    first: dict[str, Any] = {}
    try:
        with path.open(encoding="utf-8", newline="\n") as file:
            lines = map(json.loads, file)
            first = next(lines, {})
            if first["schema"] != SCHEMA:
                return first, [f"{path.name} is no export of the kind {SCHEMA}."]
            wrong = _wrong(first, lines, (ends or {}).get(first["incident"], {}))
            return first, [f"{first['incident']}: {sentence}" for sentence in wrong]
    except (OSError, ValueError, LookupError, TypeError, AttributeError, struct.error) as error:
        return first, [f"{path.name} can't be read as an export: {type(error).__name__}: {error}."]


def _wrong(first: dict[str, Any], lines: Iterable[dict[str, Any]], ends: dict[int, str]) -> Iterator[str]:
    previous, seq, named, kept = b"", 0, {first["runbook_sha256"]} - {""}, set()
    for line in lines:
        if "seq" not in line:
            name = line.get("evidence") or line.get("runbook")
            kept.add(name)
            if sha256(_bytes(line)).hexdigest() != name:
                yield f"the bytes with the sha256 {name} were altered."
            continue
        seq += 1
        previous = link(previous, first["incident"], line)
        if (line["seq"], line["hash"]) != (seq, previous.hex()):
            yield f"entry {seq} is not what was written, or is missing."
            return
        if ends.get(seq, line["hash"]) != line["hash"]:
            yield f"entry {seq} is not what it was when a head of the log was taken."
        named |= set(_NAMES.findall(line["fact"]))
    if (seq, previous.hex()) != (first["entries"], first["head"]):
        yield f"it has {seq} entries, and its first line says {first['entries']} that end otherwise."
    for name in sorted(named - kept - {_NOTHING}):
        yield f"what an entry names by the sha256 {name} is missing."


def sum_of(path: Path) -> str:
    """The sha256 of a file, in hex."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _bytes(line: dict[str, Any]) -> bytes:
    return base64.b64decode(line["base64"]) if "base64" in line else str(line["text"]).encode()


def manifest_line(found: dict[str, Any], key: bytes) -> str:
    """A line of a manifest with its signature, without its end."""
    unsigned = json.dumps({name: value for name, value in found.items() if name != "signature"}, sort_keys=True)
    return json.dumps({**json.loads(unsigned), "signature": hmac.new(key, unsigned.encode(), sha256).hexdigest()}, sort_keys=True)


def check_directory(directory: Path, key: bytes | None, ends: dict[str, dict[int, str]]) -> tuple[int, list[str]]:
    """How many files the manifest names, and what is wrong, a sentence each."""
    text = (directory / MANIFEST).read_text(encoding="utf-8")
    wrong: list[str] = []
    previous, files = "", {}
    for number, line in enumerate(text.splitlines(), 1):
        found = json.loads(line)
        if found["previous"] != previous:
            wrong.append(
                f"Line {number} of the manifest does not follow upon the one before: one was altered, put in or removed."
            )
        if key is not None and not hmac.compare_digest(line.encode(), manifest_line(found, key).encode()):
            wrong.append(f"Line {number} of the manifest was not signed with this key.")
        previous = sha256(line.encode()).hexdigest()
        files[found["file"]] = found
    for name, found in files.items():
        path = directory / Path(name).name
        if not path.is_file():
            wrong.append(f"{name} is missing.")
        elif sum_of(path) != found["file_sha256"]:
            wrong.append(f"{name} is not the file that the manifest names.")
        else:
            first, bad = check_file(path, ends)
            told = [key for key in ("incident", "entries", "head") if first.get(key) != found[key]]
            wrong += bad + [f"{name}: the manifest names another {key}." for key in told]
    return len(files), wrong


def read_heads(text: str) -> dict[str, dict[int, str]]:
    """Incident → number of an entry → its hash, out of heads of a log that name the newest entry of each incident."""
    ends: dict[str, dict[int, str]] = {}
    for start in _HEAD.finditer(text):
        for incident, (seq, linked) in json.JSONDecoder().raw_decode(text, start.start())[0].get("ends", {}).items():
            ends.setdefault(incident, {})[seq] = linked
    return ends


def main(argv: list[str]) -> int:
    """Print what is wrong; 0 where nothing is."""
    parser = argparse.ArgumentParser(description="Check exported incidents.")
    parser.add_argument("path", nargs="+", type=Path, help="a directory of exports, or single files")
    parser.add_argument("--heads", type=Path, help="heads of the log that were kept elsewhere")
    parser.add_argument("--key", type=Path, help="log-head.key of the installation, to check who wrote the manifest")
    given = parser.parse_args(argv)
    count = 0
    wrong: list[str] = []
    try:
        ends = read_heads(given.heads.read_text(encoding="utf-8")) if given.heads else {}
        key = given.key.read_bytes() if given.key else None
        for path in given.path:
            many, bad = check_directory(path, key, ends) if path.is_dir() else (1, check_file(path, ends)[1])
            count, wrong = count + many, wrong + bad
    except (OSError, ValueError, LookupError, TypeError) as error:
        wrong.append(f"It can't be read: {type(error).__name__}: {error}")
    sys.stdout.write("".join(f"WRONG: {sentence}\n" for sentence in wrong))
    sys.stdout.write(f"{count} exported incidents are what was written.\n" if not wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
