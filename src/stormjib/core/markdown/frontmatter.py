"""The YAML block at the top of a runbook, of which ``service`` is read and the rest is kept."""

import math
from datetime import date
from typing import Any

import yaml

BYTES_MAX = 16_384
DEPTH_MAX = 12


def read(text: str) -> tuple[tuple[tuple[str, Any], ...], str]:
    """The pairs of a front matter as JSON types, and what is wrong with it; no pairs when anything is.

    Aliases are refused: a few lines of them can stand for a billion values.
    """
    if len(text.encode()) > BYTES_MAX:
        return (), f"The front matter is larger than {BYTES_MAX} bytes and is ignored: move what is long into the text."
    try:
        refusal = _refusal(text)
        loaded = None if refusal else yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, OverflowError, TypeError) as error:
        return (), f"The front matter is not YAML and is ignored{_where(error)}: correct it, or remove the lines."
    if refusal:
        return (), refusal
    if loaded is None:
        return (), ""
    if not isinstance(loaded, dict):
        return (), "The front matter is not a list of 'name: value' lines and is ignored: write for example 'service: api'."
    return tuple((str(key), _plain(value)) for key, value in loaded.items()), ""


def _refusal(text: str) -> str:
    """Why a text is not loaded at all, found from its events, which cost no recursion."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            return "The front matter uses a YAML alias (*name) and is ignored: write the value out."
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            depth += 1
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            depth -= 1
        if depth > DEPTH_MAX:
            return f"The front matter is nested deeper than {DEPTH_MAX} levels and is ignored: write it flatter."
    return ""


def _where(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f" (line {mark.line + 2})" if mark is not None else ""


def _plain(value: object) -> object:
    """A YAML value as JSON types: dates, sets and bytes become text."""
    match value:
        case dict():
            return {str(key): _plain(inner) for key, inner in value.items()}
        case list() | tuple() | set():
            return [_plain(inner) for inner in value]
        case float() if not math.isfinite(value):
            return str(value)
        case None | bool() | int() | float() | str():
            return value
        case date():
            return value.isoformat()
    return str(value)
