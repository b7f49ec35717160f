"""Log lines of applications, as text or as JSON: how many are errors, and the last one."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Final

import msgspec

from stormjib.core.text import units
from stormjib.evidence.loglines.line import Line, line_of
from stormjib.evidence.loglines.trace import joined, raised
from stormjib.evidence.readers.reading import Evidence, Fact, Level, Measured, Reading, State

SOURCE = "log"
EXCERPT_CHARS_MAX: Final = 160
COMPONENTS_MAX: Final = 20
CHANCE_MAX: Final = 2
"""So few errors may be chance."""
ERRORS_MAX: Final = 6
"""So many different errors are told, the most frequent first."""

HEAD_CHARS: Final = 200
"""Whether a line belongs to the one before is told by its beginning."""
OLD_SECONDS: Final = 600.0
"""Errors that had ended so long before the check are of an earlier trouble."""

_BEFORE: Final = re.compile(r"(?:[\w.-]{1,80} {1,40}\| )?(?:\d{4}-\d\d-\d\dT[\d:.]{8,18}Z )?")
"""What Compose and ``docker logs -t`` put before a line."""
_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,]\d{1,9})?(Z|[+-]\d\d:?\d\d)")
_NUMBER: Final = re.compile(r"\d+")


def read(evidence: Evidence) -> Reading | None:
    """Every non-empty line counts; the sentence is about those that are errors, a stack trace as one."""
    raw = evidence.lines()
    lines = list(_lines(raw))
    if not lines:
        return None
    errors = [line for line in lines if line.level == "error"]
    facts: list[Fact] = [
        Measured("log", "lines", float(len(lines)), "count"),
        Measured("log", "error lines", float(len(errors)), "count"),
        Measured("log", "warning lines", float(sum(line.level == "warning" for line in lines)), "count"),
    ]
    by_component = Counter(line.component for line in errors if line.component)
    facts.extend(Measured(name, "error lines", float(count), "count") for name, count in by_component.most_common(COMPONENTS_MAX))
    facts.extend(_errors(errors))
    if errors:
        facts.append(State("log", "last error", shortened(errors[-1].text)))
    level: Level = "bad" if len(errors) * 2 >= len(lines) and len(errors) > CHANCE_MAX else "warn" if errors else "fine"
    ago = _ago(raw, lines, evidence.at) if errors and evidence.at else None
    if ago is None:
        return Reading(SOURCE, tuple(facts), sentence_of(errors), level)
    facts.append(Measured("log", "last error ago", ago, "seconds"))
    old = f", {units.duration(ago)} before this check" if ago >= OLD_SECONDS else ""
    return Reading(SOURCE, tuple(facts), sentence_of(errors) + old, "note" if old else level)


def _lines(raw: list[str]) -> Iterator[Line]:
    """Each line by itself; of the lines of one stack trace only the first that is an error counts as one."""
    counted = opened = framed = False
    for text in raw:
        line = _named(line_of(text))
        bare = _BEFORE.sub("", text[:HEAD_CHARS], count=1)
        follows = joined(bare)
        begins = (bool(raised(bare)) and not bare.startswith("Caused by")) or bare.startswith(("Error: ", "Uncaught "))
        if not follows or (begins and framed and opened):
            counted = framed = False
            opened = begins
        opened = opened or (begins and not counted)
        framed = framed or (follows and not begins)
        if line.level == "error" and (bare.startswith("Traceback (") or (follows and counted)):
            line = msgspec.structs.replace(line, level="other")
        counted = counted or line.level == "error"
        yield line


def _ago(raw: list[str], lines: list[Line], at: float) -> float | None:
    """How long before ``at`` the last error was written, where its line says when and of which zone."""
    last = next((text for text, line in zip(reversed(raw), reversed(lines), strict=True) if line.level == "error"), "")
    found = _MOMENT.search(last[:EXCERPT_CHARS_MAX])
    if found is None:
        return None
    try:
        moment = datetime.fromisoformat(f"{found[1]}T{found[2]}{found[3].replace('Z', '+00:00')}")
    except ValueError:
        return None
    return max(at - moment.timestamp(), 0.0)


def _named(line: Line) -> Line:
    """The same with the dependency that it blames in its text, where that does not name it."""
    if not line.blames or line.blames.lower() in line.text.lower():
        return line
    return msgspec.structs.replace(line, text=f"{line.blames}: {line.text}")


def _errors(errors: list[Line]) -> Iterator[Fact]:
    """The different errors by how often they come, told apart by all but their numbers; and who is blamed."""
    shapes: Counter[str] = Counter()
    newest: dict[str, str] = {}
    for line in errors:
        shape = _NUMBER.sub("0", line.text[:EXCERPT_CHARS_MAX])
        shapes[shape] += 1
        newest[shape] = shortened(line.text)
    for shape, count in shapes.most_common(ERRORS_MAX):
        yield Measured(newest[shape], "lines of this error", float(count), "count")
    for name, count in Counter(line.blames for line in errors if line.blames).most_common(ERRORS_MAX):
        yield Measured(name, "blamed in error lines", float(count), "count")


def sentence_of(errors: list[Line]) -> str:
    """How many there are and the last of them; "" for none."""
    if not errors:
        return ""
    redis = sum("redis" in line.text.lower() for line in errors)
    named = f", {redis} of them about Redis" if redis else ""
    last = shortened(errors[-1].text)
    return f"{units.counted(len(errors), 'error line')}{named}{f'; the last: {last}' if last else ''}"


def shortened(text: str) -> str:
    """One line of it, of at most EXCERPT_CHARS_MAX characters."""
    text = text[: EXCERPT_CHARS_MAX * 4].strip()
    return text if len(text) <= EXCERPT_CHARS_MAX else text[: EXCERPT_CHARS_MAX - 1] + "…"
