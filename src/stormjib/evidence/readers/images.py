"""``docker image ls``: which images there are, and how new the newest is."""

import re
from typing import Final

import msgspec

from stormjib.core.text import units
from stormjib.evidence.loglines.line import object_of
from stormjib.evidence.readers.amount import size, span_seconds
from stormjib.evidence.readers.reading import Clause, Evidence, Fact, Measured, Reading, State, tell

SOURCE = "images"
RECENT_SECONDS: Final = 86_400.0
"""An image that was created within a day is worth a sentence."""

_ROW: Final = re.compile(r"(\S{1,300})\s+(\S{1,130})\s+((?:sha256:)?[0-9a-f]{12,64})\s+(\S.{1,60}? ago|N/A)\s+(\S+)")
_HEADER: Final = re.compile(r"REPOSITORY\s+TAG\s+IMAGE ID\s+CREATED")
_LINE_CHARS_MAX: Final = 2_000
_DECIMAL: Final = 1_000


class Image(msgspec.Struct, frozen=True):
    """One tag of an image; ``created`` in the words of its source."""

    name: str
    id: str
    created: str
    created_at: str
    bytes: float | None


def read(evidence: Evidence) -> Reading | None:
    """The table or JSON lines. The newest is the one that says the shortest time, or the latest moment where it is given."""
    lines = evidence.lines(_LINE_CHARS_MAX)
    rows = (_of_json(line) if line.startswith("{") else _of_row(line) for line in lines)
    images = [found for found in rows if found]
    if not images:
        header = any(map(_HEADER.match, lines))
        return tell(SOURCE, [State("docker", "images", "none")], [Clause("warn", "there is no image here")]) if header else None
    facts = [fact for image in images for fact in _facts(image)]
    newest = min(images, key=_age)
    age = span_seconds(newest.created)
    same = [image.name for image in images if image.id == newest.id and image.name != newest.name]
    facts.append(State("images", "newest", newest.name))
    clauses = []
    if age is not None and age <= RECENT_SECONDS:
        others = f" (also {', '.join(same[:3])})" if same else ""
        clauses.append(Clause("note", f"the newest image, {newest.name}{others}, was created {_ago(newest.created, age)}"))
    return tell(SOURCE, facts, clauses)


def _age(image: Image) -> tuple[float, str]:
    """Youngest first; among those of the same words the later moment first."""
    age = span_seconds(image.created)
    return (age if age is not None else float("inf"), "".join(chr(0x10FFFF - ord(char)) for char in image.created_at[:19]))


def _ago(said: str, age: float) -> str:
    return said.lower() if said.endswith("ago") else f"{units.duration(age)} ago"


def _facts(image: Image) -> list[Fact]:
    facts: list[Fact] = [State(image.name, "image", image.id), State(image.name, "created", image.created_at or image.created)]
    age = span_seconds(image.created)
    if age is not None:
        facts.append(Measured(image.name, "age", age, "seconds"))
    if image.bytes is not None:
        facts.append(Measured(image.name, "size", image.bytes, "bytes"))
    return facts


def _of_row(line: str) -> Image | None:
    found = _ROW.fullmatch(line.strip())
    if not found or found[1] == "REPOSITORY":
        return None
    return Image(_named(found[1], found[2]), found[3], found[4], "", size(found[5], base=_DECIMAL))


def _of_json(line: str) -> Image | None:
    said = object_of(line)
    if said is None or not isinstance(said.get("Repository"), str) or "Tag" not in said:
        return None
    since, at = str(said.get("CreatedSince", "")), str(said.get("CreatedAt", ""))
    return Image(
        _named(said["Repository"], str(said["Tag"])),
        str(said.get("ID", "")),
        since,
        at,
        size(str(said.get("Size", "")), base=_DECIMAL),
    )


def _named(repository: str, tag: str) -> str:
    return repository if tag == "<none>" else f"{repository}:{tag}"
