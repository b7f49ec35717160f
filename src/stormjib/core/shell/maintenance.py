"""Which way a command switches maintenance mode, and what its answer says of it."""

import json
import re
from typing import Final

_SUBJECT: Final = re.compile(r"maintenance", re.IGNORECASE)
_STATES: Final = {
    True: ["true", "on", "1", "yes", "enable", "enabled", "start", "started", "activate", "activated", "active", "enter", "up"],
    False: [
        "false",
        "off",
        "0",
        "no",
        "disable",
        "disabled",
        "stop",
        "stopped",
        "deactivate",
        "deactivated",
        "inactive",
        "exit",
        "leave",
        "end",
        "down",
    ],
}
_STATE: Final = {word: state for state, words in _STATES.items() for word in words}
_KEYS: Final = (
    "enabled",
    "enable",
    "on",
    "active",
    "maintenance",
    "maintenance_mode",
    "maintenanceMode",
    "mode",
    "state",
    "status",
)
_VALUE: Final = "|".join(sorted(_STATE, key=len, reverse=True))
_WORD: Final = "|".join(word for word in sorted(_STATE, key=len, reverse=True) if word.isalpha())
"""A number after the word is as often that of a machine."""
_MEMBER: Final = re.compile(
    rf"""(?<![\w-])(?:{"|".join(_KEYS)}|value)\\?["']?\s?[:=]\s?\\?["']?({_VALUE})(?![\w-])""", re.IGNORECASE
)
"""``{"on": true}``, ``enabled=1``, ``?maintenance=off``"""
_AFTER: Final = re.compile(rf"maintenance(?:[-_ :]?mode)?(?:[/:. _-]|\s--?)({_WORD})(?![\w-])", re.IGNORECASE)
_BEFORE: Final = re.compile(rf"(?<![\w-])({_WORD})[-_/: ]maintenance", re.IGNORECASE)
_DELETED: Final = re.compile(r"(?:-X|--request)[ =]?DELETE\b|(?:^|[;&|]\s?|sudo )rm\s", re.IGNORECASE)
_CREATED: Final = re.compile(r"(?:^|[;&|]\s?|sudo )touch\s", re.IGNORECASE)
_TELLS_FAILURE: Final = re.compile(r"\s(?:-[a-zA-Z]*f[a-zA-Z]*|--fail(?:-with-body)?)(?=\s|$)")
_REFUSED: Final = re.compile(r'"errors?"\s?:|<title>\s?[45]\d\d|\b(?:unauthori[sz]ed|forbidden|not found)\b', re.IGNORECASE)


def maintenance(text: str) -> bool | None:
    """True or False for the command that switches maintenance mode on or off, None for any other; a read is not asked."""
    if not _SUBJECT.search(text):
        return None
    for pattern in (_MEMBER, _AFTER, _BEFORE):
        if found := pattern.search(text):
            return _STATE[found[1].lower()]
    return False if _DELETED.search(text) else True if _CREATED.search(text) else None


def switched(text: str, wanted: bool, output: str) -> tuple[bool, str]:
    """Whether maintenance mode is now as ``wanted``, by a command that ended with 0, and a sentence.

    ``curl`` without ``-f`` ends with 0 on a 401. Where its answer leaves it open, users may be kept out: it counts as on.
    """
    state, answered = "on" if wanted else "off", _answered(output)
    tells = "curl" not in text or bool(_TELLS_FAILURE.search(text))
    if answered is wanted:
        return True, f"Maintenance mode is {state}."
    if answered is None and not _REFUSED.search(output) and (wanted or tells):
        return True, f"Maintenance mode counts as {state}: the command ended well, and its answer says nothing of it."
    return False, f"Maintenance mode was not switched {state}: the answer does not confirm it."


def _answered(output: str) -> bool | None:
    start = output.find("{")
    try:
        body = json.JSONDecoder().raw_decode(output[start:])[0] if start >= 0 else None
    except ValueError:
        return None
    said = [body[key] for key in _KEYS if key in body] if isinstance(body, dict) else []
    return next((found for one in said if (found := _STATE.get(str(one).lower())) is not None), None)
