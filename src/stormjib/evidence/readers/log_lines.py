"""Log lines of applications, as text or as JSON: how many are errors, and the last one."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from stormjib.evidence.readers.log_level import Level, level_of, of_word
from stormjib.evidence.readers.reading import Fact, Look, Measured, Reading, Severity, State

SOURCE: Final = "log"
EXCERPT_CHARS_MAX: Final = 160
COMPONENTS_MAX: Final = 20
ERRORS_MAX: Final = 6
"""So many different errors are told, the most frequent first."""

# What Compose ("api_1  | ", "app-api-1  | "), "docker logs -t" and "grep" of several files put before a line.
_PREFIX: Final = re.compile(r"(?:[\w.-]{1,80} {1,40}\| )?(?:\d{4}-\d\d-\d\dT[\d:.]{8,18}Z )?")
_FILE: Final = re.compile(r"(/[^\s:]{1,250}):(?:\d{1,9}:)?(?=[\[{\dA-Z])")
_NUMBER: Final = re.compile(r"\d+")
_JSON_CHARS_MAX: Final = 65_536
_LEVELS: Final = ("level", "severity", "levelname", "lvl", "log.level", "PRIORITY")
_MESSAGES: Final = ("message", "msg", "event", "error", "text")
_COMPONENTS: Final = ("logger", "component", "service", "name", "module")


class Line(msgspec.Struct, frozen=True):
    """One line: its level, what it says, and which part of the program says it ("" where it does not tell)."""

    level: Level
    text: str
    component: str = ""
    blames: str = ""
    """The dependency that a structured line names."""


def read(look: Look) -> Reading | None:
    """Every non-empty line counts; the sentence is about those that are errors."""
    lines = [line_of(line) for line in look.lines()]
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
    severity: Severity = "bad" if len(errors) * 2 >= len(lines) and len(errors) > 2 else "warn" if errors else "fine"  # noqa: PLR2004 - one or two may be chance
    return Reading(SOURCE, tuple(facts), sentence_of(errors), severity)


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
    speak = "line speaks" if len(errors) == 1 else "lines speak"
    return f"{len(errors):,} {speak} of errors{named}; the last: {shortened(errors[-1].text)}"


def shortened(text: str) -> str:
    """One line of it, of at most EXCERPT_CHARS_MAX characters."""
    text = text[: EXCERPT_CHARS_MAX * 4].strip()
    return text if len(text) <= EXCERPT_CHARS_MAX else text[: EXCERPT_CHARS_MAX - 1] + "…"


def line_of(line: str) -> Line:
    """Read one line; JSON where it is an object, text otherwise."""
    bare = line[_PREFIX.match(line).end() :] if _PREFIX.match(line) else line  # type: ignore[union-attr]  # the pattern may be empty
    named = _FILE.match(bare)
    bare = bare[named.end() :] if named else bare
    if bare.startswith("{") and len(bare) <= _JSON_CHARS_MAX:
        said = _object(bare)
        if said is not None:
            return _of_object(said, bare)
    return Line(level_of(bare), bare if named is None else line)


def _object(text: str) -> dict[str, Any] | None:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _of_object(said: dict[str, Any], line: str) -> Line:
    level = next((said[key] for key in _LEVELS if isinstance(said.get(key), str | int)), None)
    text = next((said[key] for key in _MESSAGES if isinstance(said.get(key), str) and said[key]), line)
    dependency = said.get("dependency")
    if isinstance(dependency, str) and dependency and dependency.lower() not in text.lower():
        text = f"{dependency}: {text}"
    component = next((said[key] for key in _COMPONENTS if isinstance(said.get(key), str)), "")
    blames = dependency[:100] if isinstance(dependency, str) else ""
    return Line(level_of(text) if level is None else of_word(level), text, component[:100], blames)
