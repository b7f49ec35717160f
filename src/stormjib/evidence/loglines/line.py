"""One log line, as text or as JSON, whole or cut: its level, what it says, which part of the program says it, whom it blames."""

import json
import re
from typing import Any, Final

import msgspec

from stormjib.evidence.loglines.level import LineLevel, crashed, level_of, of_number, of_word

# What Compose ("api_1  | ", "app-api-1  | "), "docker logs -t" and "grep" of several files put before a line.
_PREFIX: Final = re.compile(r"(?:[\w.-]{1,80} {1,40}\| )?(?:\d{4}-\d\d-\d\dT[\d:.]{8,18}Z )?")
_COLOUR: Final = re.compile(r"\x1b\[[\d;]*m")
_FILE: Final = re.compile(r"(/[^\s:]{1,250}):(?:\d{1,9}:)?(?=[\[{\dA-Z])")
_JSON_CHARS_MAX: Final = 65_536
_TEXT_CHARS_MAX: Final = 4_000
_NAME_CHARS_MAX: Final = 100
_LEVELS: Final = (
    *("level_name", "level", "severity", "levelname", "lvl", "log.level", "PRIORITY", "error_severity"),
    *(
        "Level",
        "@level",
        "LogLevel",
        "logLevel",
        "loglevel",
        "log_level",
        "EventLevel",
        "SeverityText",
        "severityText",
        "severity_text",
    ),
    *("@l", "s"),
)
_NUMBERS: Final = ("SeverityNumber", "severityNumber", "severity_number")
_KINDS: Final = ("status", "type", "kind")
"""Fields that hold a level in some programs, and something else in others."""
_KINDS_LEVELS: Final = frozenset({"error", "fatal", "critical", "warn", "warning", "info", "debug"})
_LETTERS: Final = {"E": "error", "F": "error", "W": "warn", "I": "info", "D": "debug"}
"""MongoDB's, under the name s."""
_STATUS: Final = ("status", "status_code", "statusCode", "code")
_FAILED_MIN, _FAILED_MAX = 500, 599
_MESSAGES: Final = ("message", "msg", "MESSAGE", "event", "error", "text", "@m", "MessageTemplate")
_COMPONENTS: Final = ("logger", "component", "service", "name", "module")
_DEPENDENCIES: Final = ("dependency", "upstream", "peer", "target")
_MESSAGE: Final = re.compile(rf'"(?:{"|".join(_MESSAGES)})": ?"((?:[^"\\]|\\.){{1,400}})')
_WHY: Final = re.compile(r'"(?:error|err|exception|cause|reason)": ?"((?:[^"\\]|\\.){1,400})')
_DEPENDENCY: Final = re.compile(
    rf'"(?:{"|".join(_DEPENDENCIES)})": ?"([^"]{{1,80}})"|\b(?:dependency|upstream|peer)=(\S{{1,80}})'
)


class Line(msgspec.Struct, frozen=True):
    """``component`` and ``blames`` (the dependency that it names in a field of its own) are "" where it does not tell."""

    level: LineLevel
    text: str
    component: str = ""
    blames: str = ""


def line_of(line: str) -> Line:
    """Read one line. What was put before it by Compose, Docker or grep does not count for its level."""
    before = _PREFIX.match(line)
    bare = line[before.end() :] if before else line
    named = _FILE.match(bare)
    bare = bare[named.end() :] if named else bare
    bare = _COLOUR.sub("", bare) if "\x1b" in bare else bare
    said = object_of(bare) if bare.startswith("{") and len(bare) <= _JSON_CHARS_MAX else None
    if said is not None:
        return _of_object(said, bare)
    return Line(level_of(bare), message_of(bare) if bare.startswith("{") else line if named else bare, blames=_blamed(bare))


def message_of(text: str) -> str:
    """What a line of JSON says, also where it was cut or holds what is no JSON any more; any other line as it stands.

    Of an entry within an entry the inner one speaks; where an error has a field of its own, it is told as well.
    """
    if "{" not in text[:200]:
        return text
    some = text[:_TEXT_CHARS_MAX]
    found = list(_MESSAGE.finditer(some))
    if not found:
        return text
    said = max(found, key=lambda one: some.count("{", 0, one.start()) - some.count("}", 0, one.start()))
    why = next((one[1] for one in _WHY.finditer(some) if one[1] and one.start() != said.start()), "")
    return f"{said[1]}: {why}" if why else said[1]


def _blamed(text: str) -> str:
    found = _DEPENDENCY.search(text[:_TEXT_CHARS_MAX])
    return (found[1] or found[2]).strip('",') if found else ""


def object_of(text: str) -> dict[str, Any] | None:
    """A JSON object; None for any other text."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _of_object(said: dict[str, Any], line: str) -> Line:
    text, component, blames = (
        next((said[key] for key in keys if isinstance(said.get(key), str) and said[key]), "")
        for keys in (_MESSAGES, _COMPONENTS, _DEPENDENCIES)
    )
    return Line(_level(said, text, line), text or line, component[:_NAME_CHARS_MAX], blames[:_NAME_CHARS_MAX])


def _number(value: object) -> int:
    """A status, also one in quotation marks; 0 for anything else."""
    if isinstance(value, str) and len(value) == len("200") and value.isdecimal():
        return int(value)
    return value if isinstance(value, int) else 0


def _level(said: dict[str, Any], text: str, line: str) -> LineLevel:
    """By its own field, or that of a record within it, whichever is worse; else by the status of a request, else by what it says."""
    inner = [one for one in said.values() if isinstance(one, dict)]
    words = [*(one.get(key) for one in [said, *inner] for key in _LEVELS), _LETTERS.get(str(said.get("s")))]
    words += [one.get("name") for key in _LEVELS if isinstance(one := said.get(key), dict)]
    levels = {found for word in words if (found := of_word(word))} or {
        found for key in _NUMBERS if (found := of_number(said.get(key)))
    }
    asked = [*((said, key) for key in _STATUS), *((one, key) for one in inner for key in _STATUS[:-1])]
    status = next((number for one, key in asked if (number := _number(one.get(key)))), 0)
    failed = _FAILED_MIN <= status <= _FAILED_MAX
    if not levels:
        kind = next((said[key] for key in _KINDS if isinstance(said.get(key), str) and said[key] in _KINDS_LEVELS), None)
        return "error" if failed else of_word(kind) or ("other" if status else level_of(text or line))
    if crashed(text):
        return "error"
    if failed and levels == {"other"}:
        return "error"  # whatever a program calls it: a request that it could not answer
    return "error" if "error" in levels else "warning" if "warning" in levels else "other"
